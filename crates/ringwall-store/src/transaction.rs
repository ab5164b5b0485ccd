//! Changes that take effect together or not at all.

use std::collections::BTreeSet;
use std::sync::Arc;

use ringwall_model::resource::Resource;

use crate::key::Key;
use crate::snapshot::{Holds, Region, Snapshot};

/// Reads from a snapshot with its own changes on top.
#[derive(Clone, Debug)]
pub struct Transaction {
    state: Snapshot,
    changed: BTreeSet<Key>,
}

impl Transaction {
    /// A transaction on top of a snapshot. What it changes will carry the next revision.
    pub(crate) fn new(base: &Snapshot) -> Transaction {
        let state = Snapshot { revision: base.revision + 1, regions: base.regions.clone() };
        Transaction { state, changed: BTreeSet::new() }
    }

    /// The revision that its changes will carry.
    pub fn revision(&self) -> u64 {
        self.state.revision
    }

    /// What is there, with the changes so far.
    pub fn state(&self) -> &Snapshot {
        &self.state
    }

    /// A Region, with the changes so far.
    pub fn region(&self, name: &str) -> Arc<Region> {
        self.state.region(name)
    }

    /// Writes a record, new or in place of the one with its id.
    pub fn put<R: Resource>(&mut self, region: &str, record: R)
    where
        Region: Holds<R>,
    {
        self.changed.insert(key::<R>(region, &record.id()));
        let revision = self.state.revision;
        let state = self.state.regions.entry(region.to_owned()).or_default();
        Arc::make_mut(state).table_mut().put(Arc::new(record), revision);
    }

    /// Deletes a record; false if there was none.
    pub fn delete<R: Resource>(&mut self, region: &str, id: &R::Id) -> bool
    where
        Region: Holds<R>,
    {
        let Some(state) = self.state.regions.get_mut(region) else { return false };
        let table: &mut crate::Table<R> = Arc::make_mut(state).table_mut();
        let removed = table.remove(id);
        if removed {
            self.changed.insert(key::<R>(region, id));
        }
        removed
    }

    /// Whether anything was changed.
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty()
    }

    /// The keys that were changed.
    pub fn changed(&self) -> impl Iterator<Item = &Key> {
        self.changed.iter()
    }

    pub(crate) fn into_state(self) -> Snapshot {
        self.state
    }
}

fn key<R: Resource>(region: &str, id: &R::Id) -> Key {
    Key { region: region.to_owned(), kind: R::KIND.to_owned(), id: id.to_string() }
}
