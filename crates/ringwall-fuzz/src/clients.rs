//! What is known of clients: whatever the bytes are, a fingerprint has its form, and a database answers with codes of countries.

use ringwall_clients::{Places, fingerprint};
use ringwall_waf::environment::Geography;

/// Reads the beginning of a connection.
pub fn hello(data: &[u8]) -> bool {
    let found = fingerprint(data);
    if let Ok(found) = &found {
        assert!(found.ja3.len() == 32 && found.ja3.bytes().all(|byte| byte.is_ascii_hexdigit()), "{found:?}");
        assert_eq!(found.ja4.chars().count(), 36, "{found:?}");
        assert!(found.ja4.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'), "{found:?}");
    }
    found.is_ok()
}

/// Opens a database and asks it for addresses.
pub fn places(data: &[u8]) -> bool {
    let countries = Places::new().with_countries(data.to_vec());
    let networks = Places::new().with_networks(data.to_vec());
    for own in [&countries, &networks].into_iter().flatten() {
        for address in ["0.0.0.0", "192.0.2.1", "198.51.100.7", "255.255.255.255", "::1", "2001:db8::1", "ffff::"] {
            let address = address.parse().expect("an address");
            if let Some(place) = own.place(address) {
                assert!(
                    place.country.len() == 2 && place.country.bytes().all(|byte| byte.is_ascii_uppercase()),
                    "{place:?}"
                );
            }
            own.network(address);
        }
    }
    countries.is_ok() || networks.is_ok()
}
