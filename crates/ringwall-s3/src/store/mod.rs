//! What is kept, and where: an index of buckets, objects and uploads, and the bytes of objects in files of their own.
//!
//! The index is one crash-safe file, `index.redb`. Bytes lie below `blobs/`, each in a file with a random name that is written once and never
//! changed; keys of objects are never names of files, so no key can lead anywhere. An object is a list of such blobs: a
//! multipart upload is completed without copying a byte.
//!
//! An object appears when its index entry is committed, after its bytes are on the disk; before that it is not there at all. A crash may
//! leave blobs that no entry names: they are removed at the next start.

mod blob;
mod index;
mod listing;
mod record;
mod upload;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use redb::Database;

pub use blob::{Blobs, NewBlob, Pinned};
pub use index::{Before, Deleted, Put};
pub use listing::{Listed, Listing, Wanted};
pub use record::{Bucket, Description, ObjectRecord, PartRecord, Segment, Sums, UploadRecord};
pub use upload::Uploads;

/// The store cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// a file
    #[error("a file of the store: {0}")]
    File(#[from] std::io::Error),
    /// the index
    #[error("the index of the store: {0}")]
    Index(#[from] redb::Error),
    /// an entry of the index
    #[error("an entry of the index: {0}")]
    Entry(#[from] serde_json::Error),
}

macro_rules! from_redb {
    ($($error:ident),*) => {
        $(impl From<redb::$error> for StoreError {
            fn from(error: redb::$error) -> StoreError {
                StoreError::Index(error.into())
            }
        })*
    };
}

from_redb!(DatabaseError, TransactionError, TableError, StorageError, CommitError);

/// The store.
#[derive(Debug)]
pub struct Store {
    index: Database,
    /// the bytes
    pub blobs: Arc<Blobs>,
}

impl Store {
    /// Opens the store in a folder, which is made if it is not there. One process at a time can have it open.
    pub fn open(folder: &Path) -> Result<Store, StoreError> {
        let blobs = Blobs::open(&folder.join("blobs"))?;
        let index = Database::create(folder.join("index.redb"))?;
        let store = Store { index, blobs: Arc::new(blobs) };
        store.prepare()?;
        let named: HashSet<String> = store.named()?;
        store.blobs.sweep(&named)?;
        Ok(store)
    }
}
