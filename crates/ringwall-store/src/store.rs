//! The store: the current snapshot, and the way to the next.

use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::backend::{Backend, Change};
use crate::key::Key;
use crate::snapshot::Snapshot;
use crate::transaction::Transaction;

/// The store failed, or holds what cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// a record cannot be read
    #[error("the record `{key}` cannot be read: {reason}")]
    Unreadable {
        /// which one
        key: String,
        /// why
        reason: String,
    },
    /// a record of a kind that this version does not know
    #[error("the record `{key}` is of a kind that this version does not know")]
    UnknownKind {
        /// which one
        key: String,
    },
    /// a key that is none
    #[error("the store holds a key of no known form: `{key}`")]
    UnknownKey {
        /// the key
        key: String,
    },
    /// the backend failed
    #[error("{step}: {source}")]
    Backend {
        /// what was tried
        step: &'static str,
        /// why it failed
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Records with revisions.
pub struct Store {
    backend: Mutex<Box<dyn Backend>>,
    current: Mutex<Arc<Snapshot>>,
    advanced: Condvar,
}

impl Store {
    /// Reads everything that the backend holds.
    pub fn open(mut backend: Box<dyn Backend>) -> Result<Store, StoreError> {
        let loaded = backend.load()?;
        let mut snapshot = Snapshot { revision: loaded.revision, ..Snapshot::default() };
        for (text, bytes) in loaded.entries {
            let key = Key::parse(&text).ok_or(StoreError::UnknownKey { key: text })?;
            let region = snapshot.regions.entry(key.region.clone()).or_default();
            Arc::make_mut(region).load(&key, &bytes)?;
        }
        Ok(Store { backend: Mutex::new(backend), current: Mutex::new(Arc::new(snapshot)), advanced: Condvar::new() })
    }

    /// Everything at the current revision.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        lock(&self.current).clone()
    }

    /// A transaction on top of the current snapshot.
    pub fn begin(&self) -> Transaction {
        Transaction::new(&self.snapshot())
    }

    /// A transaction on top of another one that is not committed yet: the two are to be committed together.
    pub fn begin_after(&self, before: &Transaction) -> Transaction {
        Transaction::new(before.state())
    }

    /// Writes the changes of transactions, each begun on top of the one before, in one durable step. When it returns,
    /// they outlive a crash. One caller at a time commits; a transaction that was begun on an older snapshot is a mistake
    /// of the caller.
    pub fn commit(&self, transactions: Vec<Transaction>) -> Result<u64, StoreError> {
        let mut backend = lock(&self.backend);
        let base = self.snapshot();
        let keys: BTreeSet<Key> = transactions.iter().flat_map(Transaction::changed).cloned().collect();
        let Some(last) = transactions.into_iter().next_back() else { return Ok(base.revision) };
        let next = last.into_state();
        let changes: Vec<Change> = keys
            .iter()
            .map(|key| {
                let region = next.regions.get(&key.region);
                Change { key: key.to_string(), value: region.and_then(|region| region.written(key)) }
            })
            .collect();
        backend.commit(base.revision, next.revision, &changes)?;
        let revision = next.revision;
        *lock(&self.current) = Arc::new(next);
        self.advanced.notify_all();
        Ok(revision)
    }

    /// Empties the store; the revision goes on.
    pub fn reset(&self) -> Result<u64, StoreError> {
        let mut backend = lock(&self.backend);
        let revision = self.snapshot().revision + 1;
        backend.reset(revision)?;
        *lock(&self.current) = Arc::new(Snapshot { revision, ..Snapshot::default() });
        self.advanced.notify_all();
        Ok(revision)
    }

    /// Waits until the revision has passed `after`, or the time is up; returns the snapshot of then.
    pub fn wait(&self, after: u64, at_most: Duration) -> Arc<Snapshot> {
        let end = Instant::now() + at_most;
        let mut current = lock(&self.current);
        while current.revision <= after {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            current = self.advanced.wait_timeout(current, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        current.clone()
    }
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What the mutexes guard is replaced as a whole, so a panic elsewhere leaves it sound.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
