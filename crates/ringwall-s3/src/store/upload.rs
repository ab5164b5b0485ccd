//! Multipart uploads.

use redb::{ReadableTable, WriteTransaction};

use super::index::{Before, PARTS, Put, UPLOADS, read, written};
use super::{ObjectRecord, PartRecord, Store, StoreError, UploadRecord};

/// Uploads with their ids.
pub type Uploads = Vec<(String, UploadRecord)>;

impl Store {
    /// Begins an upload.
    pub fn begin(&self, id: &str, upload: &UploadRecord) -> Result<(), StoreError> {
        self.write(|transaction| {
            let mut uploads = transaction.open_table(UPLOADS)?;
            uploads.insert((upload.bucket.as_str(), upload.key.as_str(), id), written(upload)?.as_slice())?;
            Ok(())
        })
    }

    /// An upload that is under way.
    pub fn upload(&self, bucket: &str, key: &str, id: &str) -> Result<Option<UploadRecord>, StoreError> {
        let transaction = self.reading()?;
        let found = transaction.open_table(UPLOADS)?.get((bucket, key, id))?;
        found.map(|bytes| read(bytes.value())).transpose()
    }

    /// The uploads of a bucket behind a key and an id, as many as are wanted.
    pub fn uploads(&self, bucket: &str, after: (&str, &str), most: usize) -> Result<Uploads, StoreError> {
        let transaction = self.reading()?;
        let mut found = Vec::new();
        for entry in transaction.open_table(UPLOADS)?.range((bucket, after.0, "")..)? {
            let (key, bytes) = entry?;
            let (own, key, id) = key.value();
            if own != bucket || found.len() == most {
                break;
            }
            if (key, id) > after {
                found.push((id.to_owned(), read(bytes.value())?));
            }
        }
        Ok(found)
    }

    /// Adds a part to an upload, in the place of one of the same number. Says whether there is such an upload; if there is none,
    /// the part's blob is removed.
    pub fn add_part(
        &self,
        (bucket, key, id): (&str, &str, &str),
        number: u32,
        part: &PartRecord,
    ) -> Result<bool, StoreError> {
        let added = self.write(|transaction| {
            if transaction.open_table(UPLOADS)?.get((bucket, key, id))?.is_none() {
                return Ok((false, None));
            }
            let mut parts = transaction.open_table(PARTS)?;
            let there = parts.insert((id, number), written(part)?.as_slice())?;
            let there: Option<PartRecord> = there.map(|bytes| read(bytes.value())).transpose()?;
            Ok((true, there.map(|there| there.segment.blob)))
        });
        let own = || Some(part.segment.blob.clone());
        let (result, replaced) = match added {
            Ok((true, replaced)) => (Ok(true), replaced),
            Ok((false, _)) => (Ok(false), own()),
            // As in `put`: the next start knows.
            Err(error) => (Err(error), None),
        };
        self.blobs.remove(replaced);
        result
    }

    /// The parts of an upload, by number.
    pub fn parts(&self, id: &str) -> Result<Vec<(u32, PartRecord)>, StoreError> {
        let transaction = self.reading()?;
        let mut found = Vec::new();
        for entry in transaction.open_table(PARTS)?.range((id, 0)..=(id, u32::MAX))? {
            let (key, bytes) = entry?;
            found.push((key.value().1, read(bytes.value())?));
        }
        Ok(found)
    }

    /// Puts an object that consists of an upload's parts, and ends the upload. Says what became of it; `None` if there is no such
    /// upload, or its parts have changed since they were looked at.
    pub fn complete(
        &self,
        (bucket, key, id): (&str, &str, &str),
        looked_at: &[(u32, PartRecord)],
        object: &ObjectRecord,
        before: &Before,
    ) -> Result<Option<Put>, StoreError> {
        let (put, removed) = self.write(|transaction| {
            let mut uploads = transaction.open_table(UPLOADS)?;
            if uploads.get((bucket, key, id))?.is_none() {
                return Ok((None, Vec::new()));
            }
            let (put, mut removed) = Self::put_in(transaction, bucket, key, object, before)?;
            if put != Put::Done {
                return Ok((Some(put), Vec::new()));
            }
            let parts = Self::take_parts(transaction, id)?;
            if parts != looked_at {
                // Dropped without a commit, the transaction has no effect.
                return Err(StoreError::File(std::io::ErrorKind::Interrupted.into()));
            }
            uploads.remove((bucket, key, id))?;
            let used = |blob: &String| object.segments.iter().any(|segment| segment.blob == *blob);
            removed.extend(parts.into_iter().map(|(_, part)| part.segment.blob).filter(|blob| !used(blob)));
            Ok((Some(put), removed))
        })?;
        self.blobs.remove(removed);
        Ok(put)
    }

    /// Ends an upload with all that came. Says whether there was one.
    pub fn abort(&self, bucket: &str, key: &str, id: &str) -> Result<bool, StoreError> {
        let removed = self.write(|transaction| {
            if transaction.open_table(UPLOADS)?.remove((bucket, key, id))?.is_none() {
                return Ok(None);
            }
            Ok(Some(Self::take_parts(transaction, id)?))
        })?;
        let was_there = removed.is_some();
        self.blobs.remove(removed.into_iter().flatten().map(|(_, part)| part.segment.blob));
        Ok(was_there)
    }

    /// Ends every upload of a bucket, and says which blobs are not named any more.
    pub(super) fn abort_all(transaction: &WriteTransaction, bucket: &str) -> Result<Vec<String>, StoreError> {
        let mut uploads = transaction.open_table(UPLOADS)?;
        let mut ended: Vec<(String, String)> = Vec::new();
        for entry in uploads.range((bucket, "", "")..)? {
            let entry = entry?;
            let (own, key, id) = entry.0.value();
            if own != bucket {
                break;
            }
            ended.push((key.to_owned(), id.to_owned()));
        }
        let mut removed = Vec::new();
        for (key, id) in ended {
            uploads.remove((bucket, key.as_str(), id.as_str()))?;
            removed.extend(Self::take_parts(transaction, &id)?.into_iter().map(|(_, part)| part.segment.blob));
        }
        Ok(removed)
    }

    fn take_parts(transaction: &WriteTransaction, id: &str) -> Result<Vec<(u32, PartRecord)>, StoreError> {
        let mut parts = transaction.open_table(PARTS)?;
        let mut taken = Vec::new();
        for entry in parts.extract_from_if((id, 0)..=(id, u32::MAX), |_, _| true)? {
            let (key, bytes) = entry?;
            taken.push((key.value().1, read(bytes.value())?));
        }
        Ok(taken)
    }
}
