//! What rules write down while a request is looked at.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::collection::Collection;
use crate::model::Selector;
use crate::text::Slots;

/// A value that was written.
pub(crate) type Value<'p> = Cow<'p, [u8]>;

/// A value with its name.
pub(crate) type Named<'p> = (Vec<u8>, Value<'p>);

/// How many names there may be that only the request knows, so that no request fills memory.
const MOST: usize = 20_000;

/// Values by their names: those that rules name have a place, others are found by their name.
#[derive(Debug)]
pub(crate) struct Memory<'p> {
    slots: &'p Slots,
    fixed: Vec<Option<Value<'p>>>,
    others: BTreeMap<(Collection, Vec<u8>), Value<'p>>,
}

impl<'p> Memory<'p> {
    pub(crate) fn new(slots: &'p Slots) -> Memory<'p> {
        Memory { slots, fixed: vec![None; slots.len()], others: BTreeMap::new() }
    }

    pub(crate) fn get(&self, slot: usize) -> Option<&Value<'p>> {
        self.fixed[slot].as_ref()
    }

    pub(crate) fn set(&mut self, slot: usize, value: Option<Value<'p>>) {
        self.fixed[slot] = value;
    }

    /// The value of a name that the request made.
    pub(crate) fn get_named(&self, collection: Collection, name: &[u8]) -> Option<&Value<'p>> {
        match self.place(collection, name) {
            Some(slot) => self.get(slot),
            None => self.others.get(&(collection, name.to_ascii_lowercase())),
        }
    }

    /// Writes, or removes, the value of such a name.
    pub(crate) fn set_named(&mut self, collection: Collection, name: &[u8], value: Option<Value<'p>>) {
        match (self.place(collection, name), value) {
            (Some(slot), value) => self.set(slot, value),
            (None, None) => drop(self.others.remove(&(collection, name.to_ascii_lowercase()))),
            (None, Some(value)) => {
                let key = (collection, name.to_ascii_lowercase());
                if self.others.len() < MOST || self.others.contains_key(&key) {
                    self.others.insert(key, value);
                }
            }
        }
    }

    fn place(&self, collection: Collection, name: &[u8]) -> Option<usize> {
        std::str::from_utf8(name).ok().and_then(|name| self.slots.find(collection, name))
    }

    /// The names and values that a selector means.
    pub(crate) fn selected(&self, collection: Collection, selector: &Selector) -> Vec<Named<'p>> {
        if let Selector::Named(name) = selector {
            let value = self.get_named(collection, name.as_bytes());
            return value.map(|own| (name.clone().into_bytes(), own.clone())).into_iter().collect();
        }
        let fixed = self.fixed.iter().enumerate().filter_map(|(slot, value)| {
            let (own, name) = self.slots.name(slot);
            let value = value.as_ref().filter(|_| *own == collection && selector.is_for(name.as_bytes()))?;
            Some((name.clone().into_bytes(), value.clone()))
        });
        let is_meant = |key: &(Collection, Vec<u8>)| key.0 == collection && selector.is_for(&key.1);
        let others = self.others.iter().filter(|(key, _)| is_meant(key));
        fixed.chain(others.map(|(key, value)| (key.1.clone(), value.clone()))).collect()
    }
}
