//! Records in one file that a crash leaves whole.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use redb::{Database, Durability, ReadableDatabase, ReadableTable, TableDefinition};

use super::{Backend, Change, Loaded};
use crate::store::StoreError;

const RECORDS: TableDefinition<&str, &[u8]> = TableDefinition::new("records");
const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
const REVISION: &str = "revision";
const OPEN: &str = "open the state file";

/// Keeps records in a file.
#[derive(Debug)]
pub struct Redb {
    database: Database,
}

fn failed<E: std::error::Error + Send + Sync + 'static>(step: &'static str) -> impl FnOnce(E) -> StoreError {
    move |source| StoreError::Backend { step, source: Box::new(source) }
}

/// The changes build on another revision than the one that is there.
pub(super) fn conflict(expected: u64, actual: u64) -> StoreError {
    let source = format!("revision {actual} is there, and the changes build on {expected}");
    StoreError::Backend { step: "commit", source: source.into() }
}

impl Redb {
    /// Opens the file, or makes it. A new one is made beside its place and then put there, so that a crash meanwhile leaves
    /// none that cannot be opened.
    pub fn open(path: &Path) -> Result<Redb, StoreError> {
        if !path.try_exists().map_err(failed(OPEN))? {
            let new = path.with_extension("new");
            match fs::remove_file(&new) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(OPEN)(error)),
                _ => drop(Redb::create(&new)?),
            }
            fs::rename(&new, path).map_err(failed(OPEN))?;
            let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
            File::open(directory).and_then(|directory| directory.sync_all()).map_err(failed(OPEN))?;
        }
        Redb::create(path)
    }

    fn create(path: &Path) -> Result<Redb, StoreError> {
        let database = Database::builder()
            // Records are few and the snapshot holds them all; the cache only serves writing.
            .set_cache_size(1 << 20)
            .create(path)
            .map_err(failed(OPEN))?;
        let transaction = database.begin_write().map_err(failed(OPEN))?;
        transaction.open_table(RECORDS).map_err(failed(OPEN))?;
        transaction.open_table(META).map_err(failed(OPEN))?;
        transaction.commit().map_err(failed(OPEN))?;
        Ok(Redb { database })
    }
}

impl Backend for Redb {
    fn load(&mut self) -> Result<Loaded, StoreError> {
        let transaction = self.database.begin_read().map_err(failed("read the state file"))?;
        let meta = transaction.open_table(META).map_err(failed("read the state file"))?;
        let revision = meta.get(REVISION).map_err(failed("read the state file"))?.map_or(0, |value| value.value());
        let records = transaction.open_table(RECORDS).map_err(failed("read the state file"))?;
        let mut entries = Vec::new();
        for entry in records.iter().map_err(failed("read the state file"))? {
            let (key, value) = entry.map_err(failed("read the state file"))?;
            entries.push((key.value().to_owned(), value.value().to_vec()));
        }
        Ok(Loaded { revision, entries })
    }

    fn commit(&mut self, expected: u64, revision: u64, changes: &[Change]) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_write().map_err(failed("begin to write"))?;
        transaction.set_durability(Durability::Immediate).map_err(failed("begin to write"))?;
        {
            let mut meta = transaction.open_table(META).map_err(failed("write the revision"))?;
            let actual = meta.get(REVISION).map_err(failed("read the revision"))?.map_or(0, |value| value.value());
            if actual != expected {
                return Err(conflict(expected, actual));
            }
            meta.insert(REVISION, revision).map_err(failed("write the revision"))?;
            let mut records = transaction.open_table(RECORDS).map_err(failed("write a record"))?;
            for change in changes {
                match &change.value {
                    Some(value) => {
                        records.insert(change.key.as_str(), value.as_slice()).map_err(failed("write a record"))?;
                    }
                    None => {
                        records.remove(change.key.as_str()).map_err(failed("delete a record"))?;
                    }
                }
            }
        }
        transaction.commit().map_err(failed("make changes durable"))
    }

    fn reset(&mut self, revision: u64) -> Result<(), StoreError> {
        let transaction = self.database.begin_write().map_err(failed("begin to write"))?;
        {
            transaction.delete_table(RECORDS).map_err(failed("delete records"))?;
            transaction.open_table(RECORDS).map_err(failed("delete records"))?;
            let mut meta = transaction.open_table(META).map_err(failed("write the revision"))?;
            meta.insert(REVISION, revision).map_err(failed("write the revision"))?;
        }
        transaction.commit().map_err(failed("make changes durable"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_being_made_in_a_crash_is_made_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("state.redb");
        fs::write(path.with_extension("new"), [0; 4096]).unwrap();
        drop(Redb::open(&path).unwrap());
        assert!(!path.with_extension("new").exists());
        drop(Redb::open(&path).unwrap());
    }

    #[test]
    fn a_file_that_is_something_else_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("state.redb");
        fs::write(&path, "a letter to the editor").unwrap();
        assert!(Redb::open(&path).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"a letter to the editor");
    }
}
