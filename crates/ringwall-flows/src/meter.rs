//! From counters that only grow to what came since they were last read.
//!
//! Every reading is told apart by the flow and by the moment at which its counter began, so that a counter that begins
//! again under the same name is another one. What was reported is kept here, and nothing is reported twice: not even when
//! a counter is read after whoever read it last was killed, provided that the meter was written down with what it reported.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::flow::{FIN, Flow, RST, SYN, SYN_ACK};

/// By what a counter is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Counter {
    /// what it counts
    pub flow: Flow,
    /// what tells counters of the same flow apart, such as the identifier of ICMP messages
    pub detail: u32,
    /// nanosecond, since the machine started, at which it began
    pub begun: u64,
}

/// What a counter says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// packets; the counter begins again after 4294967295
    pub packets: u32,
    /// bytes
    pub bytes: u64,
    /// TCP segments with FIN, SYN, RST, SYN and ACK; they begin again after 255
    pub tcp: [u8; 4],
}

impl Reading {
    /// What came since another reading.
    fn since(&self, before: &Reading) -> Reading {
        Reading {
            packets: self.packets.wrapping_sub(before.packets),
            bytes: self.bytes.wrapping_sub(before.bytes),
            tcp: std::array::from_fn(|flag| self.tcp[flag].wrapping_sub(before.tcp[flag])),
        }
    }

    fn and(&self, more: &Reading) -> Reading {
        Reading {
            packets: self.packets.wrapping_add(more.packets),
            bytes: self.bytes.wrapping_add(more.bytes),
            tcp: std::array::from_fn(|flag| self.tcp[flag].wrapping_add(more.tcp[flag])),
        }
    }

    /// The flags as records have them (FL-20).
    pub fn tcp_flags(&self) -> u8 {
        let flags = [FIN, SYN, RST, SYN_ACK];
        flags.iter().zip(self.tcp).filter(|(_, count)| *count > 0).fold(0, |seen, (flag, _)| seen | flag)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Reported {
    reading: Reading,
    /// the sweep in which it was last read
    sweep: u64,
}

/// What was reported of each counter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meter {
    #[serde(with = "pairs")]
    reported: HashMap<Counter, Reported>,
    sweep: u64,
}

impl Meter {
    /// Begins to read all counters once more.
    pub fn begin_sweep(&mut self) {
        self.sweep += 1;
    }

    /// What came since the counter was last read; none if nothing did.
    pub fn read(&mut self, counter: Counter, reading: Reading) -> Option<Reading> {
        let sweep = self.sweep;
        let Some(reported) = self.reported.get_mut(&counter) else {
            if reading.packets == 0 {
                return None;
            }
            self.reported.insert(counter, Reported { reading, sweep });
            return Some(reading);
        };
        reported.sweep = sweep;
        let came = reading.since(&reported.reading);
        reported.reading = reading;
        (came.packets > 0).then_some(came)
    }

    /// The same for a counter that has come to its end.
    pub fn end(&mut self, counter: Counter, reading: Reading) -> Option<Reading> {
        let came = self.read(counter, reading);
        self.reported.remove(&counter);
        came
    }

    /// Notes what was reported by a meter before.
    pub fn repeat(&mut self, counter: Counter, came: Reading) {
        let sweep = self.sweep;
        let reported = self.reported.entry(counter).or_insert(Reported { reading: Reading::default(), sweep });
        reported.reading = reported.reading.and(&came);
        reported.sweep = sweep;
    }

    /// Forgets a counter that is no more.
    pub fn forget(&mut self, counter: &Counter) {
        self.reported.remove(counter);
    }

    /// Counters that were not there in so many sweeps.
    pub fn missing(&self, sweeps: u64) -> Vec<Counter> {
        let is_missing = |reported: &Reported| reported.sweep + sweeps <= self.sweep;
        self.reported.iter().filter(|(_, reported)| is_missing(reported)).map(|(counter, _)| *counter).collect()
    }

    /// How many counters are known.
    pub fn len(&self) -> usize {
        self.reported.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.reported.is_empty()
    }
}

/// A map whose keys are no strings, as a list of pairs.
pub(crate) mod pairs {
    use std::collections::HashMap;
    use std::hash::Hash;

    use serde::de::DeserializeOwned;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &HashMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map.iter())
    }

    pub fn deserialize<'de, K: DeserializeOwned + Eq + Hash, V: DeserializeOwned, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<HashMap<K, V>, D::Error> {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::{Action, Direction};

    fn counter(begun: u64) -> Counter {
        let flow = Flow {
            interface: 1,
            direction: Direction::Egress,
            action: Action::Accept,
            source: [10, 0, 0, 1].into(),
            destination: [10, 0, 0, 2].into(),
            source_port: 1,
            destination_port: 2,
            protocol: 6,
        };
        Counter { flow, detail: 0, begun }
    }

    fn reading(packets: u32, tcp: [u8; 4]) -> Reading {
        Reading { packets, bytes: u64::from(packets) * 100, tcp }
    }

    #[test]
    fn only_what_came_since_is_told() {
        let mut meter = Meter::default();
        meter.begin_sweep();
        assert_eq!(meter.read(counter(1), reading(0, [0; 4])), None, "nothing was counted");
        assert_eq!(meter.read(counter(1), reading(3, [0, 1, 0, 0])), Some(reading(3, [0, 1, 0, 0])));
        assert_eq!(meter.read(counter(1), reading(3, [0, 1, 0, 0])), None);
        let came = meter.end(counter(1), reading(5, [1, 1, 0, 0])).unwrap();
        assert_eq!((came, came.tcp_flags()), (reading(2, [1, 0, 0, 0]), FIN), "FL-20: SYN was in an interval before");
        assert!(meter.is_empty());
    }

    #[test]
    fn a_counter_that_began_later_is_another_one() {
        let mut meter = Meter::default();
        meter.read(counter(1), reading(9, [0; 4]));
        assert_eq!(meter.read(counter(2), reading(4, [0; 4])), Some(reading(4, [0; 4])));
        assert_eq!(meter.end(counter(1), reading(10, [0; 4])), Some(reading(1, [0; 4])));
    }

    #[test]
    fn counters_that_begin_again_lose_nothing() {
        let mut meter = Meter::default();
        meter.read(counter(1), Reading { packets: u32::MAX, bytes: 7, tcp: [0, 255, 0, 0] });
        let came = meter.read(counter(1), Reading { packets: 4, bytes: 9, tcp: [0, 1, 0, 0] }).unwrap();
        assert_eq!(came, Reading { packets: 5, bytes: 2, tcp: [0, 2, 0, 0] });
    }

    #[test]
    fn repeating_what_was_reported_comes_to_the_same_meter() {
        let (mut meter, mut other) = (Meter::default(), Meter::default());
        for step in 1..9u8 {
            meter.begin_sweep();
            other.begin_sweep();
            let said = reading(u32::from(step) * 3, [step, 0, 0, 0]);
            if let Some(came) = meter.read(counter(1), said) {
                other.repeat(counter(1), came);
            }
        }
        assert_eq!(meter, other);
        let text = serde_json::to_string(&meter).unwrap();
        assert_eq!(serde_json::from_str::<Meter>(&text).unwrap(), meter);
    }

    #[test]
    fn what_is_not_there_any_more_is_missing() {
        let mut meter = Meter::default();
        meter.begin_sweep();
        meter.read(counter(1), reading(1, [0; 4]));
        meter.read(counter(2), reading(1, [0; 4]));
        meter.begin_sweep();
        meter.read(counter(2), reading(1, [0; 4]));
        assert_eq!(meter.missing(1), [counter(1)]);
        assert_eq!(meter.missing(2), []);
    }
}
