//! The ledger: what was counted, by flow log and window, until it is delivered.
//!
//! It is a value that can be written down at any time, and again with each [`Sweep`] that came since: whoever was killed
//! begins with the ledger as it was, takes in the sweeps, and has lost nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ringwall_model::id::{FlowLogId, NetworkInterfaceId};
use serde::{Deserialize, Serialize};

use crate::flow::{Count, Direction, Flow, Interface};
use crate::log::Log;
use crate::meter::{Counter, Meter, Reading, pairs};
use crate::record::{Status, line, lines};

/// What all counters said at one moment, beyond what they had said before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    /// second since 1970
    pub at: i64,
    /// what came
    pub came: Vec<Came>,
    /// counters that are no more
    pub gone: Vec<Counter>,
    /// how much could not be counted since the machine started, by the number of the interface, where that has grown
    pub losses: Vec<(u32, u64)>,
    /// interfaces that are new or have changed, by number
    pub interfaces: Vec<(u32, Interface)>,
}

/// What came to one counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Came {
    /// which one
    pub counter: Counter,
    /// how much
    pub reading: Reading,
    /// second since 1970 before which nothing of it came
    pub first: i64,
    /// second since 1970 of the last packet
    pub last: i64,
    /// the way that it took (FL-23)
    pub path: Option<u8>,
    /// which way the flow's first packet went, where that is known
    pub opened: Option<Direction>,
}

impl Came {
    /// As records count it.
    pub fn count(&self) -> Count {
        Count {
            packets: u64::from(self.reading.packets),
            bytes: self.reading.bytes,
            tcp_flags: self.reading.tcp_flags(),
            first: self.first.min(self.last),
            last: self.last,
            path: self.path,
        }
    }
}

/// Lines on their way to a destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// second since 1970 at which they were put together
    pub time: i64,
    /// how long the file was to which they are to be appended, where they are
    pub offset: Option<u64>,
    /// the lines
    pub lines: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Window {
    #[serde(with = "pairs")]
    flows: HashMap<Flow, Count>,
    lost: BTreeSet<u32>,
    /// whether counters were read in it
    is_swept: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Book {
    log: Log,
    /// the end of the last window that was closed
    closed: i64,
    windows: BTreeMap<i64, Window>,
    lines: Vec<String>,
    bytes: usize,
    /// whether lines had to be thrown away
    has_overflowed: bool,
    outgoing: Option<Outgoing>,
}

/// Bytes of lines that wait for their destination at most; what comes then pushes out what is oldest, and SKIPDATA says so.
const MOST_WAITING: usize = 64 << 20;
/// Bytes of lines in one file at most (FL-31).
const LARGEST_FILE: usize = 75 << 20;
/// Seconds for which an interface that is gone is remembered.
const REMEMBERED: i64 = 3_600;

/// Everything that is counted and not delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    meter: Meter,
    interfaces: BTreeMap<u32, Interface>,
    /// when interfaces that do not carry traffic were last told of
    down_since: BTreeMap<u32, i64>,
    losses: BTreeMap<u32, u64>,
    swept: Option<i64>,
    books: BTreeMap<FlowLogId, Book>,
}

impl Ledger {
    /// What was reported of each counter.
    pub fn meter(&mut self) -> &mut Meter {
        &mut self.meter
    }

    /// When counters were last read: second since 1970.
    pub fn swept(&self) -> Option<i64> {
        self.swept
    }

    /// An interface by number.
    pub fn interface(&self, number: u32) -> Option<&Interface> {
        self.interfaces.get(&number)
    }

    /// Interfaces that are known to carry traffic, by number.
    pub fn interfaces_up(&self) -> impl Iterator<Item = (u32, &Interface)> {
        self.interfaces.iter().filter(|(_, own)| own.is_up).map(|(number, own)| (*number, own))
    }

    /// How much of an interface's could not be counted so far.
    pub fn losses(&self, interface: u32) -> u64 {
        self.losses.get(&interface).copied().unwrap_or(0)
    }

    /// Whether there is any flow log.
    pub fn is_in_use(&self) -> bool {
        !self.books.is_empty()
    }

    /// Whether these are the flow logs.
    pub fn has_logs(&self, logs: &[Log]) -> bool {
        let is_known = |log: &Log| self.books.get(&log.id).is_some_and(|book| book.log == *log);
        self.books.len() == logs.len() && logs.iter().all(is_known)
    }

    /// These are the flow logs from now on; true if they are others than before. A log that is not among them is forgotten
    /// with all that was not delivered (FL-36).
    pub fn set_logs(&mut self, logs: &[Log], now: i64) -> bool {
        if self.has_logs(logs) {
            return false;
        }
        self.books.retain(|id, _| logs.iter().any(|log| log.id == *id));
        for log in logs {
            let closed = start_of(now, log.interval);
            let fresh = || Book {
                log: log.clone(),
                closed,
                windows: BTreeMap::new(),
                lines: Vec::new(),
                bytes: 0,
                has_overflowed: false,
                outgoing: None,
            };
            self.books.entry(log.id).or_insert_with(fresh);
        }
        true
    }

    /// Takes in a sweep by whose readings the meter has already gone on.
    pub fn take(&mut self, sweep: &Sweep) {
        for (number, interface) in &sweep.interfaces {
            match interface.is_up {
                true => self.down_since.remove(number),
                false => self.down_since.insert(*number, sweep.at),
            };
            self.interfaces.insert(*number, interface.clone());
        }
        let mut lost = BTreeSet::new();
        for (number, total) in &sweep.losses {
            self.losses.insert(*number, *total);
            lost.insert(*number);
        }
        for book in self.books.values_mut() {
            book.take(sweep, &lost, &self.interfaces);
        }
        self.swept = Some(sweep.at);
    }

    /// Takes in a sweep that was written down: the meter goes on by it too.
    pub fn repeat(&mut self, sweep: &Sweep) {
        self.meter.begin_sweep();
        for came in &sweep.came {
            self.meter.repeat(came.counter, came.reading);
        }
        for counter in &sweep.gone {
            self.meter.forget(counter);
        }
        self.take(sweep);
    }

    /// Closes the windows that have ended by the last sweep: they become lines. True if there were any.
    pub fn close(&mut self) -> bool {
        let Some(now) = self.swept else { return false };
        let mut has_closed = false;
        for book in self.books.values_mut() {
            has_closed |= book.close(now, &self.interfaces);
        }
        let long_gone = |since: &i64| now - since > REMEMBERED;
        let gone: Vec<u32> =
            self.down_since.iter().filter(|(_, since)| long_gone(since)).map(|(number, _)| *number).collect();
        for number in gone {
            self.down_since.remove(&number);
            self.interfaces.remove(&number);
            self.losses.remove(&number);
        }
        has_closed
    }

    /// The logs whose lines wait for their destination.
    pub fn waiting(&self) -> Vec<FlowLogId> {
        let waits = |book: &Book| book.outgoing.is_some() || !book.lines.is_empty();
        self.books.iter().filter(|(_, book)| waits(book)).map(|(id, _)| *id).collect()
    }

    /// A flow log.
    pub fn log(&self, id: FlowLogId) -> Option<&Log> {
        self.books.get(&id).map(|book| &book.log)
    }

    /// Lines that are on their way.
    pub fn outgoing(&self, id: FlowLogId) -> Option<&Outgoing> {
        self.books.get(&id)?.outgoing.as_ref()
    }

    /// Puts lines together that are to go out as one file; nothing to do while others are on their way. True if there are
    /// any now that were not before.
    pub fn put_together(&mut self, id: FlowLogId, now: i64, offset: Option<u64>) -> bool {
        let Some(book) = self.books.get_mut(&id) else { return false };
        if book.outgoing.is_some() || book.lines.is_empty() {
            return false;
        }
        let mut size = 0;
        let fits = |line: &&String| {
            size += line.len() + 1;
            size <= LARGEST_FILE
        };
        let count = book.lines.iter().take_while(fits).count().max(1);
        let lines: Vec<String> = book.lines.drain(..count).collect();
        book.bytes -= lines.iter().map(|line| line.len() + 1).sum::<usize>();
        book.outgoing = Some(Outgoing { time: now, offset, lines });
        true
    }

    /// What was on its way has arrived.
    pub fn has_arrived(&mut self, id: FlowLogId) {
        if let Some(book) = self.books.get_mut(&id) {
            book.outgoing = None;
        }
    }
}

fn start_of(second: i64, interval: u32) -> i64 {
    second - second.rem_euclid(i64::from(interval.max(1)))
}

impl Book {
    fn take(&mut self, sweep: &Sweep, lost: &BTreeSet<u32>, interfaces: &BTreeMap<u32, Interface>) {
        let interval = self.log.interval;
        let covers = |number: u32| interfaces.get(&number).is_some_and(|own| self.log.covers(own));
        let current = start_of(sweep.at - 1, interval).max(self.closed);
        let window = self.windows.entry(current).or_default();
        window.is_swept = true;
        window.lost.extend(lost.iter().copied().filter(|number| covers(*number)));
        for came in &sweep.came {
            let flow = &came.counter.flow;
            if !covers(flow.interface) || interfaces.get(&flow.interface).is_some_and(|own| !own.logs(flow)) {
                continue;
            }
            let start = start_of(came.last.min(sweep.at - 1), interval).max(self.closed);
            let count = came.count();
            let window = self.windows.entry(start).or_default();
            window.flows.entry(came.counter.flow).and_modify(|sum| sum.add(&count)).or_insert(count);
        }
    }

    fn close(&mut self, now: i64, interfaces: &BTreeMap<u32, Interface>) -> bool {
        let end = |start: i64| start + i64::from(self.log.interval);
        let ended: Vec<i64> = self.windows.keys().copied().filter(|start| end(*start) <= now).collect();
        for start in &ended {
            let Some(window) = self.windows.remove(start) else { continue };
            self.closed = self.closed.max(start + i64::from(self.log.interval));
            let lines = self.lines_of(*start, &window, interfaces);
            self.add(lines);
        }
        !ended.is_empty()
    }

    fn lines_of(&mut self, start: i64, window: &Window, interfaces: &BTreeMap<u32, Interface>) -> Vec<String> {
        let log = &self.log;
        let end = start + i64::from(log.interval);
        // An interface may have had several numbers, one after the other.
        let mut own: BTreeMap<NetworkInterfaceId, (&Interface, BTreeSet<u32>)> = BTreeMap::new();
        for (number, interface) in interfaces.iter().filter(|(_, interface)| log.covers(interface)) {
            let entry = own.entry(interface.id).or_insert((interface, BTreeSet::new()));
            entry.0 = interface;
            entry.1.insert(*number);
        }
        let mut written = Vec::new();
        for (interface, numbers) in own.values() {
            let all = || window.flows.iter().filter(|(flow, _)| numbers.contains(&flow.interface));
            let wanted = all().filter(|(flow, _)| log.takes(flow.action));
            written.extend(lines(&log.format, &log.account, interface, wanted));
            if self.has_overflowed || window.lost.iter().any(|number| numbers.contains(number)) {
                written.push(line(&log.format, &log.account, interface, Status::SkipData(start, end)));
            } else if all().next().is_none() && interface.is_up && window.is_swept {
                written.push(line(&log.format, &log.account, interface, Status::NoData(start, end)));
            }
        }
        self.has_overflowed = false;
        written
    }

    fn add(&mut self, lines: Vec<String>) {
        self.bytes += lines.iter().map(|line| line.len() + 1).sum::<usize>();
        self.lines.extend(lines);
        let mut most = 0;
        while self.bytes > MOST_WAITING && most < self.lines.len() {
            self.bytes -= self.lines[most].len() + 1;
            most += 1;
        }
        if most > 0 {
            self.lines.drain(..most);
            self.has_overflowed = true;
        }
    }
}

#[cfg(test)]
mod tests;
