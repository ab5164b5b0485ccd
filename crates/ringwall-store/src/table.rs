//! The records of one kind.

use std::borrow::Borrow;
use std::sync::Arc;

use imbl::OrdMap;
use ringwall_model::resource::Resource;

/// A record with the revision at which it last changed.
#[derive(Debug)]
pub struct Row<R> {
    /// the revision
    pub changed: u64,
    /// the record
    pub record: Arc<R>,
}

impl<R> Clone for Row<R> {
    fn clone(&self) -> Self {
        Row { changed: self.changed, record: self.record.clone() }
    }
}

/// The records of one kind in one Region, by id. Copies share everything that did not change.
#[derive(Debug)]
pub struct Table<R: Resource> {
    rows: OrdMap<R::Id, Row<R>>,
}

impl<R: Resource> Clone for Table<R> {
    fn clone(&self) -> Self {
        Table { rows: self.rows.clone() }
    }
}

impl<R: Resource> Default for Table<R> {
    fn default() -> Self {
        Table { rows: OrdMap::new() }
    }
}

impl<R: Resource> Table<R> {
    /// The record of an id.
    pub fn get<Q: Ord + ?Sized>(&self, id: &Q) -> Option<&Arc<R>>
    where
        R::Id: Borrow<Q>,
    {
        self.rows.get(id).map(|row| &row.record)
    }

    /// The record of an id, with its revision.
    pub fn row(&self, id: &R::Id) -> Option<&Row<R>> {
        self.rows.get(id)
    }

    /// Every record, in the order of their ids.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<R>> {
        self.rows.values().map(|row| &row.record)
    }

    /// Every record with its revision.
    pub fn rows(&self) -> impl Iterator<Item = (&R::Id, &Row<R>)> {
        self.rows.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(crate) fn put(&mut self, record: Arc<R>, changed: u64) {
        self.rows.insert(record.id(), Row { changed, record });
    }

    pub(crate) fn remove(&mut self, id: &R::Id) -> bool {
        self.rows.remove(id).is_some()
    }
}
