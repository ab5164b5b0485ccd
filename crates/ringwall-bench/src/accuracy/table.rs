//! What came of it, by corpus and category.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::request::Sample;

/// How many requests, how many of them blocked, and how long it took.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    all: u64,
    blocked: u64,
    took: Duration,
}

impl Count {
    fn add(&mut self, other: Count) {
        self.all += other.all;
        self.blocked += other.blocked;
        self.took += other.took;
    }

    /// The share that was decided rightly, in percent.
    fn right(self, is_attack: bool) -> f64 {
        let right = if is_attack { self.blocked } else { self.all - self.blocked };
        100.0 * right as f64 / self.all.max(1) as f64
    }
}

/// Counts by kind, corpus and category.
#[derive(Debug, Default)]
pub struct Table {
    counts: BTreeMap<(bool, String, String), Count>,
}

impl Table {
    /// Counts a request.
    pub fn add(&mut self, sample: &Sample, is_blocked: bool, took: Duration) {
        let key = (!sample.is_attack, sample.corpus.clone(), sample.category.clone());
        self.counts.entry(key).or_default().add(Count { all: 1, blocked: u64::from(is_blocked), took });
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Prints all rows and their sums. Rates are of what is right: attacks that were blocked, others that were not.
    pub fn print(&self) {
        let mut sums = [Count::default(); 2];
        let mut rows = [(0.0, 0_u32); 2];
        for is_benign in [false, true] {
            println!("{}", if is_benign { "harmless: share let through" } else { "attacks: share blocked" });
            let own = self.counts.iter().filter(|((benign, ..), _)| *benign == is_benign);
            for ((_, corpus, category), count) in own {
                let right = count.right(!is_benign);
                let each = count.took.as_micros() as f64 / count.all as f64;
                println!("  {corpus:<16} {category:<26} {right:>7.2} %  of {:>6}  {each:>7.0} µs each", count.all);
                sums[usize::from(is_benign)].add(*count);
                let (sum, number) = &mut rows[usize::from(is_benign)];
                *sum += right;
                *number += 1;
            }
        }
        let rates = [sums[0].right(true), sums[1].right(false)];
        let means = rows.map(|(sum, number)| sum / f64::from(number.max(1)));
        for (what, [attacks, harmless]) in [("by requests", rates), ("mean of rows", means)] {
            let balanced = (attacks + harmless) / 2.0;
            println!(
                "{what:<13} true positives {attacks:.2} %, true negatives {harmless:.2} %, balanced {balanced:.2} %"
            );
        }
    }
}
