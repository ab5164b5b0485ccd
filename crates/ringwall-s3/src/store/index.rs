//! Buckets and objects.

use std::collections::HashSet;

use redb::{ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Bucket, ObjectRecord, PartRecord, Pinned, Store, StoreError};

/// Buckets by name.
pub(super) const BUCKETS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("buckets");
/// Objects by bucket and key, in the order of the keys' bytes.
pub(super) const OBJECTS: TableDefinition<'_, (&str, &str), &[u8]> = TableDefinition::new("objects");
/// Uploads by bucket, key and id.
pub(super) const UPLOADS: TableDefinition<'_, (&str, &str, &str), &[u8]> = TableDefinition::new("uploads");
/// Parts by upload and number.
pub(super) const PARTS: TableDefinition<'_, (&str, u32), &[u8]> = TableDefinition::new("parts");

/// An entry as it is written.
pub(super) fn written(record: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    Ok(serde_json::to_vec(record)?)
}

/// An entry as it is read.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, StoreError> {
    Ok(serde_json::from_slice(bytes)?)
}

/// What became of a bucket that was to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// it is gone
    Gone,
    /// there are objects in it
    NotEmpty,
    /// there was none
    NotThere,
}

/// A condition on what is there under a key before something else is put there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Before {
    /// whatever there is
    Anything,
    /// nothing
    Nothing,
    /// some object
    Something,
    /// the object of this tag
    Tag(String),
}

/// What became of an object that was to be put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// it is there
    Done,
    /// what was there before is not what was to be
    Refused,
    /// there is no such bucket
    NoBucket,
}

impl Before {
    fn holds(&self, there: Option<&ObjectRecord>) -> bool {
        match (self, there) {
            (Before::Anything, _) | (Before::Nothing, None) | (Before::Something, Some(_)) => true,
            (Before::Tag(tag), Some(object)) => *tag == object.etag,
            _ => false,
        }
    }
}

impl Store {
    /// Makes the tables.
    pub(super) fn prepare(&self) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.open_table(BUCKETS)?;
            transaction.open_table(OBJECTS)?;
            transaction.open_table(UPLOADS)?;
            transaction.open_table(PARTS)?;
            Ok(())
        })
    }

    /// A transaction that is on the disk when this returns, or has no effect.
    pub(super) fn write<T>(
        &self,
        change: impl FnOnce(&WriteTransaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let transaction = self.index.begin_write()?;
        let result = change(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    pub(super) fn reading(&self) -> Result<redb::ReadTransaction, StoreError> {
        Ok(self.index.begin_read()?)
    }

    /// The blobs that entries name.
    pub(super) fn named(&self) -> Result<HashSet<String>, StoreError> {
        let transaction = self.reading()?;
        let mut names = HashSet::new();
        for entry in transaction.open_table(OBJECTS)?.iter()? {
            let object: ObjectRecord = read(entry?.1.value())?;
            names.extend(object.segments.into_iter().map(|segment| segment.blob));
        }
        for entry in transaction.open_table(PARTS)?.iter()? {
            names.insert(read::<PartRecord>(entry?.1.value())?.segment.blob);
        }
        Ok(names)
    }

    /// A bucket.
    pub fn bucket(&self, name: &str) -> Result<Option<Bucket>, StoreError> {
        let transaction = self.reading()?;
        let found = transaction.open_table(BUCKETS)?.get(name)?;
        found.map(|bytes| read(bytes.value())).transpose()
    }

    /// All buckets, by name.
    pub fn buckets(&self) -> Result<Vec<(String, Bucket)>, StoreError> {
        let transaction = self.reading()?;
        let mut buckets = Vec::new();
        for entry in transaction.open_table(BUCKETS)?.iter()? {
            let (name, bytes) = entry?;
            buckets.push((name.value().to_owned(), read(bytes.value())?));
        }
        Ok(buckets)
    }

    /// Makes a bucket, unless there is one: then that one is handed back.
    pub fn create_bucket(&self, name: &str, bucket: &Bucket) -> Result<Option<Bucket>, StoreError> {
        self.write(|transaction| {
            let mut buckets = transaction.open_table(BUCKETS)?;
            let there = buckets.get(name)?.map(|bytes| read(bytes.value())).transpose()?;
            if there.is_none() {
                buckets.insert(name, written(bucket)?.as_slice())?;
            }
            Ok(there)
        })
    }

    /// Gives a bucket another policy, or none. Says whether there is such a bucket.
    pub fn set_policy(&self, name: &str, policy: Option<String>) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let mut buckets = transaction.open_table(BUCKETS)?;
            let there: Option<Bucket> = buckets.get(name)?.map(|bytes| read(bytes.value())).transpose()?;
            let Some(bucket) = there else { return Ok(false) };
            buckets.insert(name, written(&Bucket { policy, ..bucket })?.as_slice())?;
            Ok(true)
        })
    }

    /// Deletes a bucket without objects, and the uploads that are under way in it.
    pub fn delete_bucket(&self, name: &str) -> Result<Deleted, StoreError> {
        let (deleted, blobs) = self.write(|transaction| {
            let mut buckets = transaction.open_table(BUCKETS)?;
            if buckets.get(name)?.is_none() {
                return Ok((Deleted::NotThere, Vec::new()));
            }
            let objects = transaction.open_table(OBJECTS)?;
            if let Some(first) = objects.range((name, "")..)?.next()
                && first?.0.value().0 == name
            {
                return Ok((Deleted::NotEmpty, Vec::new()));
            }
            buckets.remove(name)?;
            Ok((Deleted::Gone, Self::abort_all(transaction, name)?))
        })?;
        self.blobs.remove(blobs);
        Ok(deleted)
    }

    /// An object, with its blobs held.
    pub fn object(&self, bucket: &str, key: &str) -> Result<Option<(ObjectRecord, Pinned)>, StoreError> {
        let find = || -> Result<Option<ObjectRecord>, StoreError> {
            let transaction = self.reading()?;
            let found = transaction.open_table(OBJECTS)?.get((bucket, key))?;
            found.map(|bytes| read(bytes.value())).transpose()
        };
        let names = |found: &Option<ObjectRecord>| {
            let segments = found.iter().flat_map(|object| &object.segments);
            segments.map(|segment| segment.blob.clone()).collect()
        };
        let (found, pinned) = self.blobs.pin(find, names)?;
        Ok(found.map(|object| (object, pinned)))
    }

    /// Puts an object in the place of what is there. If it is not put, its blobs are removed.
    pub fn put(&self, bucket: &str, key: &str, object: &ObjectRecord, before: &Before) -> Result<Put, StoreError> {
        let own = || object.segments.iter().map(|segment| segment.blob.clone()).collect::<Vec<_>>();
        let written = self.write(|transaction| Self::put_in(transaction, bucket, key, object, before));
        let (put, replaced) = match written {
            Ok((Put::Done, replaced)) => (Ok(Put::Done), replaced),
            Ok((other, _)) => (Ok(other), own()),
            // Whether a commit that failed is on the disk is only known at the next start, which sweeps.
            Err(error) => (Err(error), Vec::new()),
        };
        self.blobs.remove(replaced);
        put
    }

    /// The same within a transaction; also says which blobs are not named any more.
    pub(super) fn put_in(
        transaction: &WriteTransaction,
        bucket: &str,
        key: &str,
        object: &ObjectRecord,
        before: &Before,
    ) -> Result<(Put, Vec<String>), StoreError> {
        if transaction.open_table(BUCKETS)?.get(bucket)?.is_none() {
            return Ok((Put::NoBucket, Vec::new()));
        }
        let mut objects = transaction.open_table(OBJECTS)?;
        let there: Option<ObjectRecord> = objects.get((bucket, key))?.map(|bytes| read(bytes.value())).transpose()?;
        if !before.holds(there.as_ref()) {
            return Ok((Put::Refused, Vec::new()));
        }
        objects.insert((bucket, key), written(object)?.as_slice())?;
        Ok((Put::Done, there.into_iter().flat_map(|there| there.segments).map(|segment| segment.blob).collect()))
    }

    /// Deletes objects; that one is not there is no failure.
    pub fn delete(&self, bucket: &str, keys: &[String]) -> Result<(), StoreError> {
        let replaced = self.write(|transaction| {
            let mut objects = transaction.open_table(OBJECTS)?;
            let mut replaced = Vec::new();
            for key in keys {
                if let Some(bytes) = objects.remove((bucket, key.as_str()))? {
                    let there: ObjectRecord = read(bytes.value())?;
                    replaced.extend(there.segments.into_iter().map(|segment| segment.blob));
                }
            }
            Ok(replaced)
        })?;
        self.blobs.remove(replaced);
        Ok(())
    }
}
