//! Addresses looked up in databases of both schemas.

use ringwall_waf::environment::{Abilities, Geography, Place};

use super::database::{Value, database};
use crate::{Places, Unusable};

/// MaxMind's own schema.
fn cities() -> Vec<u8> {
    let country = |code| ("country", Value::Map(vec![("iso_code", Value::Text(code))]));
    let regions = |code| ("subdivisions", Value::List(vec![Value::Map(vec![("iso_code", Value::Text(code))])]));
    let blocks = [
        ([192, 0, 2, 0], 24, Value::Map(vec![country("US"), regions("OR")])),
        ([198, 51, 100, 0], 24, Value::Map(vec![country("DE")])),
        ([203, 0, 113, 0], 24, Value::Map(vec![country("no country")])),
    ];
    database("GeoLite2-City", &blocks)
}

/// The flat schema.
fn flat() -> Vec<u8> {
    database("ipdb", &[([192, 0, 2, 128], 25, Value::Map(vec![("country_code", Value::Text("fr"))]))])
}

fn systems() -> Vec<u8> {
    let record = |number| Value::Map(vec![("autonomous_system_number", number)]);
    let blocks = [
        ([192, 0, 2, 0], 24, record(Value::Short(64_500))),
        ([198, 51, 100, 0], 24, record(Value::Number(4_200_000_000))),
    ];
    database("GeoLite2-ASN", &blocks)
}

fn country(places: &Places, address: &str) -> Option<(String, Option<String>)> {
    places.place(address.parse().unwrap()).map(|Place { country, region }| (country, region))
}

#[test]
fn both_schemas_tell_countries() {
    let places = Places::new().with_countries(cities()).unwrap();
    let known = |code: &str, region: Option<&str>| Some((code.to_owned(), region.map(str::to_owned)));
    assert_eq!(country(&places, "192.0.2.77"), known("US", Some("OR")));
    assert_eq!(country(&places, "198.51.100.1"), known("DE", None));
    assert_eq!(country(&places, "::ffff:198.51.100.1"), known("DE", None), "an IPv4 address in IPv6's clothes");
    assert_eq!(country(&places, "203.0.113.1"), None, "what is no code is no country");
    assert_eq!(country(&places, "192.0.3.1"), None);
    assert_eq!(country(&places, "2001:db8::1"), None, "the database has IPv4 addresses alone");
    let places = Places::new().with_countries(flat()).unwrap();
    assert_eq!(country(&places, "192.0.2.200"), known("FR", None));
    assert_eq!(country(&places, "192.0.2.1"), None);
    assert_eq!(places.network("192.0.2.200".parse().unwrap()), None);
}

#[test]
fn networks_have_numbers() {
    let places = Places::new().with_networks(systems()).unwrap();
    for (address, number) in [("192.0.2.1", Some(64_500)), ("198.51.100.9", Some(4_200_000_000)), ("10.0.0.1", None)] {
        assert_eq!(places.network(address.parse().unwrap()), number, "{address}");
    }
}

#[test]
fn a_database_of_other_things_is_refused_and_so_is_what_is_none() {
    let lacks = |result: Result<Places, Unusable>| result.unwrap_err().to_string();
    assert_eq!(
        lacks(Places::new().with_countries(systems())),
        "has no countries: it is a database of the kind `GeoLite2-ASN`"
    );
    assert!(lacks(Places::new().with_networks(cities())).starts_with("has no autonomous systems"));
    assert!(matches!(Places::new().with_countries(b"no database".to_vec()), Err(Unusable::Unreadable(_))));
    assert!(matches!(Places::new().with_countries(Vec::new()), Err(Unusable::Unreadable(_))));
}

#[test]
fn what_can_be_enforced_follows_from_what_is_known() {
    let nothing = Places::new().abilities(Abilities::default());
    assert_eq!(nothing, Abilities::default());
    let both = Places::new().with_countries(flat()).unwrap().with_networks(systems()).unwrap();
    assert_eq!(
        both.abilities(Abilities { detection: true, ..Abilities::default() }),
        Abilities { countries: true, networks: true, detection: true, tokens: false }
    );
}

#[test]
fn a_broken_database_answers_something_or_nothing() {
    let whole = cities();
    let mut opened = 0;
    for seed in 0..3000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut broken = whole.clone();
        for _ in 0..random.usize(1..4) {
            let at = random.usize(..broken.len());
            broken[at] = random.u8(..);
        }
        if let Ok(places) = Places::new().with_countries(broken) {
            opened += 1;
            for last in [0, 127, 255] {
                places.place(std::net::IpAddr::from([192, 0, 2, last]));
                places.network(std::net::IpAddr::from([198, 51, 100, last]));
            }
        }
    }
    assert!(opened > 500, "{opened}");
}
