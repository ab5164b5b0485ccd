//! Records that end with the process.

use std::collections::BTreeMap;

use super::{Backend, Change, Loaded};
use crate::store::StoreError;

/// Keeps nothing beyond the process.
#[derive(Debug, Default)]
pub struct Memory {
    revision: u64,
    entries: BTreeMap<String, Vec<u8>>,
}

impl Backend for Memory {
    fn load(&mut self) -> Result<Loaded, StoreError> {
        let entries = self.entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        Ok(Loaded { revision: self.revision, entries })
    }

    fn commit(&mut self, expected: u64, revision: u64, changes: &[Change]) -> Result<(), StoreError> {
        if expected != self.revision {
            return Err(super::redb::conflict(expected, self.revision));
        }
        for change in changes {
            match &change.value {
                Some(value) => {
                    self.entries.insert(change.key.clone(), value.clone());
                }
                None => {
                    self.entries.remove(&change.key);
                }
            }
        }
        self.revision = revision;
        Ok(())
    }

    fn reset(&mut self, revision: u64) -> Result<(), StoreError> {
        self.entries.clear();
        self.revision = revision;
        Ok(())
    }
}
