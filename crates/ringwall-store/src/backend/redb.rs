//! Records in one file that a crash leaves whole.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use redb::{Database, Durability, ReadableDatabase, ReadableTable, TableDefinition};

use super::{Backend, Change, Loaded};
use crate::store::StoreError;

const RECORDS: TableDefinition<&str, &[u8]> = TableDefinition::new("records");
const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
const REVISION: &str = "revision";

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
    /// Opens the file, or makes it.
    pub fn open(path: &Path) -> Result<Redb, StoreError> {
        let unfinished = unfinished(path);
        let remains = remove(&unfinished);
        if path.exists() {
            return Redb::at(path);
        }
        // A crash while a file is made leaves one that cannot be opened: it gets its name once it is whole.
        remains.map_err(failed("make the state file"))?;
        let made = Redb::at(&unfinished)?;
        // Unlike a rename, this takes nobody else's file away.
        fs::hard_link(&unfinished, path).map_err(failed("make the state file"))?;
        remove(&unfinished).map_err(failed("make the state file"))?;
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::File::open(directory).and_then(|directory| directory.sync_all()).map_err(failed("make the state file"))?;
        Ok(made)
    }

    fn at(path: &Path) -> Result<Redb, StoreError> {
        let database = Database::builder()
            // Records are few and the snapshot holds them all; the cache only serves writing.
            .set_cache_size(1 << 20)
            .create(path)
            .map_err(failed("open the state file"))?;
        let transaction = database.begin_write().map_err(failed("open the state file"))?;
        transaction.open_table(RECORDS).map_err(failed("open the state file"))?;
        transaction.open_table(META).map_err(failed("open the state file"))?;
        transaction.commit().map_err(failed("open the state file"))?;
        Ok(Redb { database })
    }
}

/// Where the file is while it is made.
fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
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
    fn a_file_that_is_something_else_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("state.redb");
        fs::write(&path, "a letter to the editor").unwrap();
        assert!(Redb::open(&path).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"a letter to the editor");
    }
}
