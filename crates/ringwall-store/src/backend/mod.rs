//! Where records are kept.

mod memory;
mod redb;

use crate::store::StoreError;

pub use self::memory::Memory;
pub use self::redb::Redb;

/// Everything that a backend holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// the last revision
    pub revision: u64,
    /// records by key
    pub entries: Vec<(String, Vec<u8>)>,
}

/// A record that is to be written, or deleted if it has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// its key
    pub key: String,
    /// what is written
    pub value: Option<Vec<u8>>,
}

/// Keeps records: an ordered space of keys with a revision.
pub trait Backend: Send {
    /// Everything that is there.
    fn load(&mut self) -> Result<Loaded, StoreError>;

    /// Makes all changes and sets the revision, or does nothing. When it returns, they outlive a crash. `expected` is the
    /// revision that the changes build on; another one is a conflict.
    fn commit(&mut self, expected: u64, revision: u64, changes: &[Change]) -> Result<(), StoreError>;

    /// Deletes everything and sets the revision.
    fn reset(&mut self, revision: u64) -> Result<(), StoreError>;
}
