//! Numbers for things: small and reused where they index an array, growing and never reused where stale references to
//! them could still be about.

use std::collections::{BTreeMap, BTreeSet};

/// Gives out small numbers from 1, lowest free one first.
#[derive(Clone, Debug)]
pub struct Slots<K> {
    used: BTreeMap<K, u32>,
    free: BTreeSet<u32>,
    next: u32,
    end: u32,
}

impl<K: Ord + Clone> Slots<K> {
    /// Numbers from 1 to below `end`.
    pub fn new(end: u32) -> Self {
        Slots { used: BTreeMap::new(), free: BTreeSet::new(), next: 1, end }
    }

    /// The number of a thing; a new one if it has none; `None` if there are no more.
    pub fn of(&mut self, key: &K) -> Option<u32> {
        if let Some(slot) = self.used.get(key) {
            return Some(*slot);
        }
        let slot = match self.free.pop_first() {
            Some(slot) => slot,
            None if self.next < self.end => {
                self.next += 1;
                self.next - 1
            }
            None => return None,
        };
        self.used.insert(key.clone(), slot);
        Some(slot)
    }

    /// The number of a thing that has one.
    pub fn get(&self, key: &K) -> Option<u32> {
        self.used.get(key).copied()
    }

    /// Gives a thing the number that it had before a restart.
    pub fn restore(&mut self, key: K, slot: u32) {
        self.free.extend(self.next..slot.max(self.next));
        self.next = self.next.max(slot + 1);
        self.free.remove(&slot);
        self.used.insert(key, slot);
    }

    /// Takes back the numbers of all things but these.
    pub fn retain(&mut self, keep: impl Fn(&K) -> bool) {
        let free = &mut self.free;
        self.used.retain(|key, slot| {
            let kept = keep(key);
            if !kept {
                free.insert(*slot);
            }
            kept
        });
    }
}

/// Gives out numbers that were never given out before.
#[derive(Clone, Debug)]
pub struct Counter {
    last: u32,
}

impl Counter {
    /// Numbers above `last`.
    pub fn after(last: u32) -> Self {
        Counter { last }
    }

    /// The next one.
    pub fn advance(&mut self) -> u32 {
        self.last += 1;
        self.last
    }
}

/// What must not be given out again after a restart, because tables and sessions in the kernel still refer to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HighWater {
    /// interface numbers
    pub interface: u32,
    /// subnet numbers
    pub subnet: u32,
    /// numbers of sets of groups
    pub identity: u32,
    /// rule sets
    pub rule_set: u32,
    /// route tables
    pub route_table: u32,
    /// epochs
    pub epoch: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_freed_slot_is_the_next_to_be_used() {
        let mut slots = Slots::new(4);
        assert_eq!([slots.of(&'a'), slots.of(&'b'), slots.of(&'c'), slots.of(&'d')], [Some(1), Some(2), Some(3), None]);
        slots.retain(|key| *key != 'b');
        assert_eq!((slots.of(&'d'), slots.of(&'a')), (Some(2), Some(1)));
    }

    #[test]
    fn restored_slots_are_not_given_out_again() {
        let mut slots = Slots::new(10);
        slots.restore('x', 3);
        slots.restore('y', 1);
        assert_eq!([slots.of(&'a'), slots.of(&'b'), slots.of(&'x')], [Some(2), Some(4), Some(3)]);
    }
}
