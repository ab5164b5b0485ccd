//! Names with addresses: those of services and of endpoints.

use std::collections::HashMap;
use std::net::IpAddr;

use ringwall_model::services::NameRecord;

use crate::zones::{Data, Known};
use crate::{OwnedName, name};

/// Names with addresses.
#[derive(Clone, Debug, Default)]
pub(crate) struct Book {
    entries: HashMap<OwnedName, Entry>,
}

#[derive(Clone, Debug, Default)]
struct Entry {
    /// what the name itself resolves to
    own: Option<Vec<IpAddr>>,
    /// what every name below it resolves to
    below: Option<Vec<IpAddr>>,
}

impl Book {
    /// A book of records. One whose name is none is left out: whoever makes records takes names from ids and Regions.
    pub fn new(records: &[NameRecord]) -> Book {
        let mut book = Book::default();
        for record in records {
            let (text, is_wild) = match record.name.strip_prefix("*.") {
                Some(rest) => (rest, true),
                None => (record.name.as_str(), false),
            };
            let Some(name) = name(text) else { continue };
            let entry = book.entries.entry(name).or_default();
            let place = if is_wild { &mut entry.below } else { &mut entry.own };
            place.get_or_insert_default().extend(&record.addresses);
        }
        book
    }

    /// What is known of a name: its own entry, or the nearest one above it. Below a name that stands for nothing but itself
    /// there are no names.
    pub fn find(&self, name: &OwnedName) -> Option<Known> {
        if let Some(entry) = self.entries.get(name) {
            let data = entry.own.clone().map_or(Data::Nothing, Data::Addresses);
            return Some(Known { zone: name.clone(), data });
        }
        let above = name.iter_suffixes().skip(1).find_map(|suffix| {
            let entry = self.entries.get(suffix.for_slice())?;
            Some((suffix, entry))
        });
        let (suffix, entry) = above?;
        let data = entry.below.clone().map_or(Data::NoName, Data::Addresses);
        let zone = domain::base::name::ToName::to_vec(&suffix);
        Some(Known { zone, data })
    }
}
