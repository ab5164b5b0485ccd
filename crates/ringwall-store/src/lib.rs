//! Records in transactions.
//!
//! A [`Snapshot`] is everything there is at one revision: immutable, cheap to copy, read without waiting. A
//! [`Transaction`] starts from a snapshot and collects changes; [`Store::commit`] writes the changes of one or several
//! transactions to the [`Backend`] in one durable step and makes the next snapshot the current one. Whoever needs to
//! follow waits for a revision.
//!
//! The store does not know what records mean; it knows kinds, ids and versions of their form.

mod backend;
mod key;
mod snapshot;
mod store;
mod table;
mod transaction;

pub use backend::{Backend, Change, Loaded, Memory, Redb};
pub use key::Key;
pub use snapshot::{Holds, Region, Snapshot};
pub use store::{Store, StoreError};
pub use table::{Row, Table};
pub use transaction::Transaction;
