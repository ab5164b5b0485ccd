//! How often keys were seen within a window (WAF-50).
//!
//! Time is cut into slots of ten seconds; the window of a request is the slot that it falls into and the full ones before it,
//! as many as make the window. So what counts is never older than the window, and at its end up to ten seconds are missing:
//! AWS's counts are estimates of the same kind.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::Key;
use crate::environment::Millis;

/// How long a slot is, in milliseconds.
const SLOT: Millis = 10_000;

/// The most slots of a window: ten minutes.
const MOST_SLOTS: usize = 60;

/// How many keys of a rule are followed. AWS limits at most 10,000 of a rule (WAF-58).
pub const MOST_KEYS: usize = 16_384;

/// The counts of one use of one rate-based rule, as a digest of where it stands and of its settings: another use, or other
/// settings, count by themselves (WAF-57).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CounterId([u8; 16]);

impl CounterId {
    /// The counts of what the given texts name, in that order.
    pub fn of(texts: &[&str]) -> CounterId {
        let mut digest = Sha256::new();
        for text in texts {
            digest.update((text.len() as u64).to_be_bytes());
            digest.update(text.as_bytes());
        }
        CounterId::first(digest)
    }

    /// The same rule's counts where it is used within something else.
    pub fn within(self, outer: CounterId) -> CounterId {
        let mut digest = Sha256::new();
        digest.update(outer.0);
        digest.update(self.0);
        CounterId::first(digest)
    }

    fn first(digest: Sha256) -> CounterId {
        let mut id = [0; 16];
        id.copy_from_slice(&digest.finalize()[..16]);
        CounterId(id)
    }
}

/// Where requests are counted: in this process, or in several together.
pub trait Counters {
    /// Counts a request of a key and says how many there were within the window, in seconds, with this one.
    fn count(&self, counter: CounterId, key: &Key, window: u64, now: Millis) -> u64;

    /// The keys with more requests than that within the window, those with the most first.
    fn over(&self, counter: CounterId, limit: u64, window: u64, now: Millis) -> Vec<(Key, u64)>;
}

/// Counts in this process, in bounded memory: of each rule, [`MOST_KEYS`] keys are followed, and where more come, those with the
/// least requests are forgotten.
#[derive(Debug, Default)]
pub struct LocalCounters(Mutex<BTreeMap<CounterId, Rule>>);

#[derive(Debug, Default)]
struct Rule {
    keys: BTreeMap<Key, Slots>,
    /// the last request of any key
    last: Millis,
}

/// The requests of a key, by slot.
#[derive(Clone, Debug, Default)]
struct Slots {
    /// the number of the newest slot
    newest: u64,
    /// the counts, the newest one last
    counts: Vec<u32>,
}

impl Slots {
    /// Forgets what is older than a window before a slot.
    fn advance(&mut self, slot: u64, slots: usize) {
        // A clock that goes back counts for the newest slot.
        let gone = slot.saturating_sub(self.newest);
        let new = usize::try_from(gone).unwrap_or(usize::MAX).min(slots);
        self.counts.extend(std::iter::repeat_n(0, new));
        let over = self.counts.len().saturating_sub(slots);
        self.counts.drain(..over);
        self.newest = self.newest.max(slot);
    }

    fn add(&mut self) {
        match self.counts.last_mut() {
            Some(newest) => *newest = newest.saturating_add(1),
            None => self.counts.push(1),
        }
    }

    /// The requests within a window before a slot.
    fn sum(&self, slot: u64, slots: usize) -> u64 {
        let gone = usize::try_from(slot.saturating_sub(self.newest)).unwrap_or(usize::MAX);
        let counted = slots.saturating_sub(gone);
        self.counts.iter().rev().take(counted).map(|count| u64::from(*count)).sum()
    }
}

/// How many slots a window has.
fn slots_of(window: u64) -> usize {
    usize::try_from(window * 1000 / SLOT).map_or(MOST_SLOTS, |slots| slots.clamp(1, MOST_SLOTS))
}

impl Rule {
    /// Makes room: what has not come within the window goes, and if that is not enough, the quarter with the least requests.
    fn shrink(&mut self, slot: u64, slots: usize) {
        self.keys.retain(|_, own| own.sum(slot, slots) > 0);
        if self.keys.len() < MOST_KEYS / 4 * 3 {
            return;
        }
        let mut sums: Vec<u64> = self.keys.values().map(|own| own.sum(slot, slots)).collect();
        let quarter = sums.len() / 4;
        let (_, threshold, _) = sums.select_nth_unstable(quarter);
        let threshold = *threshold;
        let mut left = quarter;
        self.keys.retain(|_, own| {
            let goes = left > 0 && own.sum(slot, slots) <= threshold;
            left -= usize::from(goes);
            !goes
        });
    }
}

impl Counters for LocalCounters {
    fn count(&self, counter: CounterId, key: &Key, window: u64, now: Millis) -> u64 {
        let (slot, slots) = (now / SLOT, slots_of(window));
        let mut rules = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let rule = rules.entry(counter).or_default();
        rule.last = rule.last.max(now);
        if rule.keys.len() >= MOST_KEYS && !rule.keys.contains_key(key) {
            rule.shrink(slot, slots);
        }
        let own = rule.keys.entry(*key).or_insert_with(|| Slots { newest: slot, counts: vec![0] });
        own.advance(slot, slots);
        own.add();
        own.sum(slot, slots)
    }

    fn over(&self, counter: CounterId, limit: u64, window: u64, now: Millis) -> Vec<(Key, u64)> {
        let (slot, slots) = (now / SLOT, slots_of(window));
        let rules = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = rules.get(&counter).map(|rule| rule.keys.iter()).into_iter().flatten();
        let mut over: Vec<(Key, u64)> =
            keys.map(|(key, own)| (*key, own.sum(slot, slots))).filter(|(_, sum)| *sum > limit).collect();
        over.sort_by_key(|(_, sum)| std::cmp::Reverse(*sum));
        over
    }
}

impl LocalCounters {
    /// Forgets rules whose last request is longer ago than the longest window: those that were changed or deleted.
    pub fn forget_old(&self, now: Millis) {
        let longest = SLOT * MOST_SLOTS as Millis;
        let mut rules = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rules.retain(|_, rule| now.saturating_sub(rule.last) <= longest);
    }

    /// How many keys are followed, of all rules.
    pub fn followed(&self) -> usize {
        let rules = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rules.values().map(|rule| rule.keys.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u64) -> Key {
        Key::of(&[&number.to_be_bytes()])
    }

    #[test]
    fn a_window_slides() {
        let counters = LocalCounters::default();
        let id = CounterId::of(&["a"]);
        let count = |seconds: u64| counters.count(id, &key(1), 60, seconds * 1000);
        assert_eq!([0, 5, 30, 59].map(count), [1, 2, 3, 4]);
        assert_eq!(count(60), 3, "the slot of the first ten seconds is over");
        assert_eq!(count(89), 4);
        assert_eq!(count(1000), 1);
        assert_eq!(counters.count(id, &key(1), 60, 999_000), 2, "a clock that goes back loses nothing");
    }

    #[test]
    fn a_count_is_never_more_than_came_and_never_less_than_within_the_window_but_its_last_ten_seconds() {
        for seed in 0..60 {
            let mut random = fastrand::Rng::with_seed(seed);
            let counters = LocalCounters::default();
            let window = [60, 120, 300, 600][random.usize(..4)];
            let (mut now, mut times) = (0, Vec::new());
            for _ in 0..200 {
                now += random.u64(0..20_000);
                times.push(now);
                let counted = counters.count(CounterId::of(&["a"]), &key(1), window, now);
                let within = |length: u64| times.iter().filter(|time| now - **time < length).count() as u64;
                assert!(counted <= within(window * 1000), "seed {seed}");
                assert!(counted >= within(window * 1000 - SLOT), "seed {seed}");
            }
        }
    }

    #[test]
    fn a_key_that_does_not_come_any_more_is_not_over_its_limit_for_longer_than_the_window() {
        let counters = LocalCounters::default();
        let id = CounterId::of(&["a"]);
        for expected in 1..=5 {
            assert_eq!(counters.count(id, &key(1), 60, 0), expected);
        }
        assert_eq!(counters.over(id, 4, 60, 59_999), [(key(1), 5)]);
        assert_eq!(counters.over(id, 5, 60, 59_999), []);
        assert_eq!(counters.over(id, 4, 60, 60_000), []);
    }

    #[test]
    fn rules_and_keys_count_by_themselves() {
        let counters = LocalCounters::default();
        let (one, other) = (CounterId::of(&["a", "b"]), CounterId::of(&["ab"]));
        assert_eq!(counters.count(one, &key(1), 60, 0), 1);
        assert_eq!(counters.count(one, &key(2), 60, 0), 1);
        assert_eq!(counters.count(other, &key(1), 60, 0), 1);
        assert_eq!(counters.count(one.within(other), &key(1), 60, 0), 1, "WAF-57");
        assert_eq!(counters.count(one, &key(1), 60, 0), 2);
    }

    #[test]
    fn millions_of_keys_do_not_push_out_one_that_comes_often() {
        let counters = LocalCounters::default();
        let id = CounterId::of(&["a"]);
        let mut often = 0;
        for number in 0..120_000_u64 {
            counters.count(id, &key(number + 10), 300, number / 10);
            if number % 1000 == 0 {
                often = counters.count(id, &key(1), 300, number / 10);
            }
        }
        assert_eq!(often, 120);
        assert!(counters.followed() <= MOST_KEYS);
        assert_eq!(counters.over(id, 119, 300, 12_000), [(key(1), 120)]);
        counters.forget_old(10_000_000);
        assert_eq!(counters.followed(), 0);
    }
}
