//! Countries and networks of addresses, from databases in MaxMind's format that the user names.
//!
//! Two schemas are known: MaxMind's own (`country.iso_code`, `subdivisions`, `autonomous_system_number`) and the flat one of the
//! `@ip-location-db` packages (`country_code`, `autonomous_system_number`).

use std::net::IpAddr;

use maxminddb::{PathElement, Reader};
use ringwall_waf::environment::{Abilities, Geography, Place};

/// How many records of a database are looked at to see what it holds.
const LOOKED_AT: usize = 4096;

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// it is no database in that format
    #[error("is no database in MaxMind's format")]
    Unreadable(#[source] maxminddb::MaxMindDbError),
    /// it is one of other things
    #[error("has no {what}: it is a database of the kind `{kind}`")]
    Lacks {
        /// what was expected in it
        what: &'static str,
        /// what it says that it is
        kind: String,
    },
}

/// What is known of addresses.
#[derive(Debug, Default)]
pub struct Places {
    countries: Option<Reader<Vec<u8>>>,
    networks: Option<Reader<Vec<u8>>>,
}

impl Places {
    /// Nothing.
    pub fn new() -> Places {
        Places::default()
    }

    /// With the countries of a database, and its regions where it has them.
    pub fn with_countries(self, database: Vec<u8>) -> Result<Places, Unusable> {
        let has_country = |reader: &Reader<Vec<u8>>, address| country(reader, address).is_some();
        Ok(Places { countries: Some(open(database, "countries", has_country)?), ..self })
    }

    /// With the autonomous systems of a database.
    pub fn with_networks(self, database: Vec<u8>) -> Result<Places, Unusable> {
        let has_network = |reader: &Reader<Vec<u8>>, address| network(reader, address).is_some();
        Ok(Places { networks: Some(open(database, "autonomous systems", has_network)?), ..self })
    }

    /// What can be enforced by them, beside what else there is.
    pub fn abilities(&self, others: Abilities) -> Abilities {
        Abilities {
            countries: others.countries || self.countries.is_some(),
            networks: others.networks || self.networks.is_some(),
            ..others
        }
    }
}

impl Geography for Places {
    fn place(&self, address: IpAddr) -> Option<Place> {
        let reader = self.countries.as_ref()?;
        let country = country(reader, address)?;
        let region = text(reader, address, &["subdivisions".into(), PathElement::Index(0), "iso_code".into()]);
        let is_code = |own: &&str| (1..=3).contains(&own.len()) && own.bytes().all(|byte| byte.is_ascii_alphanumeric());
        Some(Place { country, region: region.filter(is_code).map(str::to_ascii_uppercase) })
    }

    fn network(&self, address: IpAddr) -> Option<u32> {
        network(self.networks.as_ref()?, address)
    }
}

/// Opens a database, if one of its first records says what is expected.
fn open(
    database: Vec<u8>,
    what: &'static str,
    holds: impl Fn(&Reader<Vec<u8>>, IpAddr) -> bool,
) -> Result<Reader<Vec<u8>>, Unusable> {
    let reader = Reader::from_source(database).map_err(Unusable::Unreadable)?;
    let records = reader.networks(maxminddb::WithinOptions::default()).map_err(Unusable::Unreadable)?;
    let mut addresses = records.take(LOOKED_AT).filter_map(|record| Some(record.ok()?.network().ok()?.ip()));
    if addresses.any(|address| holds(&reader, address)) {
        return Ok(reader);
    }
    Err(Unusable::Lacks { what, kind: reader.metadata().database_type.clone() })
}

fn country(reader: &Reader<Vec<u8>>, address: IpAddr) -> Option<String> {
    let nested = text(reader, address, &["country".into(), "iso_code".into()]);
    let code = nested.or_else(|| text(reader, address, &["country_code".into()]))?;
    let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_code.then(|| code.to_ascii_uppercase())
}

fn network(reader: &Reader<Vec<u8>>, address: IpAddr) -> Option<u32> {
    let record = reader.lookup(address.to_canonical()).ok()?;
    let path = ["autonomous_system_number".into()];
    let narrow = || record.decode_path::<u16>(&path).ok().flatten().map(u32::from);
    record.decode_path::<u32>(&path).ok().flatten().or_else(narrow)
}

/// A text in the record of an address. A record that is broken says nothing.
fn text<'d>(reader: &'d Reader<Vec<u8>>, address: IpAddr, path: &[PathElement]) -> Option<&'d str> {
    reader.lookup(address.to_canonical()).ok()?.decode_path::<&str>(path).ok()?
}
