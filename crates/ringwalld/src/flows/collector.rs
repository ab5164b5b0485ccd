//! The collector: reads the kernel's counters from time to time, keeps the ledger, and has it delivered.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use ringwall_datapath::DataPlane;
use ringwall_datapath::flows::Ended;
use ringwall_flows::ledger::{Came, Sweep};
use ringwall_flows::{Interface, Ledger};
use ringwall_model::id::FlowLogId;
use ringwall_model::resource::flow_log::{Delivery, LogDestination};
use ringwall_store::Snapshot;

use super::Live;
use super::bucket::Bucket;
use super::destination::{DeliveryError, Destination, LogFile};
use super::facts::{self, Wanted};
use super::journal::Journal;
use super::read::{self, Read};
use crate::controller::{Controller, Enforced};
use crate::node::chain;
use crate::options::{FlowLogOptions, RootKey};

/// How often counters are read: a window of 60 seconds is a whole number of these.
const PERIOD: i64 = 10;
/// How often while somebody looks on.
const LIVE_PERIOD: i64 = 1;
/// How often the collector looks whether there is anything to do.
const TICK: Duration = Duration::from_millis(500);
/// How long a delivery that failed is not tried again.
const RETRY: Duration = Duration::from_secs(10);
/// After so many sweeps without a counter, it is no more: what it had counted last was lost.
const MISSING: u64 = 4;

/// What the collector begins with.
pub struct Setup {
    /// the way to the writer
    pub controller: Controller,
    /// the data plane
    pub kernel: Arc<DataPlane>,
    /// where the ledger is kept
    pub directory: PathBuf,
    /// where the files of the destination `file` are
    pub files: PathBuf,
    /// where and when flow logs are delivered
    pub options: FlowLogOptions,
    /// the key that requests to buckets are signed with
    pub key: RootKey,
    /// where buckets are
    pub s3: SocketAddr,
    /// who looks on
    pub live: Arc<Live>,
}

/// The collector.
pub struct Collector {
    setup: Setup,
    ended: Ended,
    journal: Journal,
    ledger: Ledger,
    is_collecting: bool,
    wanted: BTreeMap<FlowLogId, Wanted>,
    interfaces: BTreeMap<u32, Interface>,
    /// what was enforced and written when the interfaces were last looked up
    looked_up: Option<(Arc<Enforced>, u64)>,
    /// whether a sweep could not be written down, so that the ledger must be as a whole
    is_behind: bool,
    next_sweep: i64,
    under_way: BTreeMap<FlowLogId, Instant>,
    results: (Sender<Arrival>, Receiver<Arrival>),
    /// when files were last put together for buckets
    put_together: i64,
}

/// How a delivery went.
type Arrival = (FlowLogId, Result<(), DeliveryError>);

impl Collector {
    /// Takes over what a collector before has left.
    pub fn new(setup: Setup) -> io::Result<Collector> {
        let ended = Ended::open(&setup.kernel)?;
        let (journal, ledger) = match Journal::open(&setup.directory) {
            Ok(opened) => opened,
            Err(error) => {
                let aside = setup.directory.with_extension("unreadable");
                eprintln!(
                    "ringwall: what was logged of flows cannot be read and is put aside as {}: {error}",
                    aside.display()
                );
                std::fs::rename(&setup.directory, &aside)?;
                Journal::open(&setup.directory)?
            }
        };
        // Where logs were kept, counting went on without anybody; a new start forgets what came before it.
        let is_collecting = ledger.is_in_use();
        Ok(Collector {
            setup,
            ended,
            journal,
            ledger,
            is_collecting,
            wanted: BTreeMap::new(),
            interfaces: BTreeMap::new(),
            looked_up: None,
            is_behind: false,
            next_sweep: 0,
            under_way: BTreeMap::new(),
            results: channel(),
            put_together: 0,
        })
    }

    /// Works until the process ends.
    pub fn run(mut self) {
        let mut revision = 0;
        if self.is_collecting {
            self.complain("the kernel cannot be told to count", |own| own.setup.controller.set_collecting(true));
        }
        loop {
            let snapshot = self.setup.controller.store().snapshot();
            self.complain("flows cannot be logged", |own| own.step(&snapshot));
            let period = if self.setup.live.is_watched() { TICK / 2 } else { TICK };
            self.setup.controller.store().wait(revision.max(snapshot.revision), period);
            revision = snapshot.revision;
        }
    }

    fn complain(&mut self, what: &str, step: impl FnOnce(&mut Collector) -> io::Result<()>) {
        if let Err(error) = step(self) {
            eprintln!("ringwall: {what}: {}", chain(&error));
            std::thread::sleep(TICK);
        }
    }

    fn step(&mut self, snapshot: &Snapshot) -> io::Result<()> {
        // Before the first tables are published nobody knows what the kernel's numbers mean.
        if self.setup.controller.progress().enforced().revision == 0 {
            return Ok(());
        }
        self.look_up(snapshot);
        let watchers = self.setup.live.asked();
        self.follow(snapshot)?;
        if !self.is_collecting {
            return Ok(());
        }
        let now = now();
        let are_waiting = self.setup.live.are_waiting(watchers);
        if now >= self.next_sweep || self.ended.is_filling() || are_waiting {
            self.sweep(snapshot, now)?;
            let period = if self.setup.live.is_watched() { LIVE_PERIOD } else { PERIOD };
            self.next_sweep = now - now.rem_euclid(period) + period;
            self.setup.live.have_begun(watchers);
        }
        self.deliver(now)
    }

    /// Begins and ends logs as they are wanted.
    fn follow(&mut self, snapshot: &Snapshot) -> io::Result<()> {
        let wanted = facts::logs(snapshot, &self.setup.controller.settings().account);
        let is_wanted = !wanted.is_empty() || self.setup.live.is_watched();
        if is_wanted != self.is_collecting {
            self.setup.controller.set_collecting(is_wanted)?;
            if is_wanted {
                self.begin(snapshot)?;
            }
            self.is_collecting = is_wanted;
        }
        let logs: Vec<_> = wanted.values().map(|own| own.log.clone()).collect();
        self.wanted = wanted;
        if self.is_collecting && self.setup.live.is_watched() {
            self.next_sweep = self.next_sweep.min(now() + LIVE_PERIOD);
        }
        if self.ledger.has_logs(&logs) {
            return Ok(());
        }
        // What came so far belongs to the logs that there were.
        if self.is_collecting {
            self.sweep(snapshot, now())?;
        }
        self.ledger.set_logs(&logs, now());
        self.write_ledger()
    }

    /// Forgets what was counted before anybody wanted to know.
    fn begin(&mut self, snapshot: &Snapshot) -> io::Result<()> {
        self.ledger = Ledger::default();
        while self.ended.next_ended().is_some() {}
        self.ended.release();
        let mut old = Vec::new();
        self.setup.kernel.strays(|key, _| old.push(*key))?;
        for key in old {
            self.setup.kernel.take_stray(&key)?;
        }
        let ledger = &mut self.ledger;
        ledger.meter().begin_sweep();
        self.setup.kernel.sessions(|key, session| {
            for read in read::session(key, session) {
                ledger.meter().read(read.counter, read.reading);
            }
        })?;
        self.setup.kernel.loans(|key, loan| {
            for read in read::loan(key, loan) {
                ledger.meter().read(read.counter, read.reading);
            }
        })?;
        self.look_up(snapshot);
        let losses = self.setup.kernel.flow_losses()?;
        let interfaces = self.interfaces.iter().map(|(number, own)| (*number, own.clone())).collect();
        self.ledger.take(&Sweep { at: now(), losses, interfaces, ..Sweep::default() });
        Ok(())
    }

    /// Looks up the interfaces, if anything has changed. Those that came and went since the last sweep stay until the next.
    fn look_up(&mut self, snapshot: &Snapshot) {
        let enforced = self.setup.controller.progress().enforced();
        let is_known =
            |(known, revision): &(Arc<Enforced>, u64)| Arc::ptr_eq(known, &enforced) && *revision == snapshot.revision;
        if self.looked_up.as_ref().is_some_and(is_known) {
            return;
        }
        let before = std::mem::replace(&mut self.interfaces, facts::interfaces(&enforced, snapshot));
        for (number, own) in before {
            if self.ledger.interface(number).is_none() {
                self.interfaces.entry(number).or_insert(Interface { is_up: false, ..own });
            }
        }
        self.looked_up = Some((enforced, snapshot.revision));
    }

    /// Reads every counter, writes down what came, and closes the windows that have ended.
    fn sweep(&mut self, snapshot: &Snapshot, now: i64) -> io::Result<()> {
        self.look_up(snapshot);
        let mut sweep = Sweep { at: now, ..Sweep::default() };
        sweep.interfaces = self.changed_interfaces();
        let clock = Clock::new(self.ledger.swept());
        self.read_all(&mut sweep, &clock)?;
        for (interface, total) in self.setup.kernel.flow_losses()? {
            if total > self.ledger.losses(interface) {
                sweep.losses.push((interface, total));
            }
        }
        if self.ledger.is_in_use() && !self.is_behind {
            self.is_behind = self.journal.write(&sweep).is_err();
        }
        // What was read counts, also if it could not be written down.
        self.ledger.take(&sweep);
        self.setup.live.tell(&sweep, &self.ledger);
        if self.ledger.close() || self.journal.is_long() || self.is_behind {
            self.write_ledger()?;
        }
        self.ended.release();
        Ok(())
    }

    fn write_ledger(&mut self) -> io::Result<()> {
        self.is_behind = true;
        self.journal.checkpoint(&self.ledger)?;
        self.is_behind = false;
        Ok(())
    }

    /// Reads sessions first and those that have ended last: who ends in between is in both, and counted once.
    fn read_all(&mut self, sweep: &mut Sweep, clock: &Clock) -> io::Result<()> {
        let (kernel, meter) = (self.setup.kernel.clone(), self.ledger.meter());
        meter.begin_sweep();
        kernel.sessions(|key, session| {
            for read in read::session(key, session) {
                sweep.came.extend(meter.read(read.counter, read.reading).map(|came| clock.came(&read, came)));
            }
        })?;
        let mut idle = Vec::new();
        kernel.loans(|key, loan| {
            for read in read::loan(key, loan) {
                sweep.came.extend(meter.read(read.counter, read.reading).map(|came| clock.came(&read, came)));
            }
        })?;
        kernel.strays(|key, record| {
            let read = read::stray(key, record);
            match meter.read(read.counter, read.reading) {
                Some(came) => sweep.came.push(clock.came(&read, came)),
                None => idle.push(*key),
            }
        })?;
        // Nothing came since the last sweep: others may have its room. What came in this moment is not lost.
        for key in idle {
            let Some(last) = kernel.take_stray(&key)? else { continue };
            let read = read::stray(&key, &last);
            sweep.came.extend(meter.end(read.counter, read.reading).map(|came| clock.came(&read, came)));
            sweep.gone.push(read.counter);
        }
        while let Some(ended) = self.ended.next_ended() {
            for read in read::ended(&ended) {
                sweep.came.extend(meter.end(read.counter, read.reading).map(|came| clock.came(&read, came)));
                sweep.gone.push(read.counter);
            }
        }
        for counter in meter.missing(MISSING) {
            meter.forget(&counter);
            sweep.gone.push(counter);
        }
        Ok(())
    }

    /// Interfaces that are others than the ledger knows; those that are gone do not carry traffic any more.
    fn changed_interfaces(&self) -> Vec<(u32, Interface)> {
        let is_new = |(number, own): &(&u32, &Interface)| self.ledger.interface(**number) != Some(*own);
        let mut changed: Vec<(u32, Interface)> =
            self.interfaces.iter().filter(is_new).map(|(number, own)| (*number, own.clone())).collect();
        for (number, own) in self.ledger.interfaces_up() {
            if !self.interfaces.contains_key(&number) {
                changed.push((number, Interface { is_up: false, ..own.clone() }));
            }
        }
        changed
    }

    /// Sends what waits, and takes note of what has arrived.
    fn deliver(&mut self, now: i64) -> io::Result<()> {
        while let Ok((id, result)) = self.results.1.try_recv() {
            self.arrived(id, result)?;
        }
        let period = i64::from(self.setup.options.period.max(1));
        let is_due = now.div_euclid(period) > self.put_together.div_euclid(period);
        if is_due {
            self.put_together = now;
        }
        let mut has_put = false;
        let mut due = Vec::new();
        for id in self.ledger.waiting() {
            let Some(wanted) = self.wanted.get(&id) else { continue };
            let file = match &wanted.destination {
                LogDestination::File => Some(self.file(wanted)),
                LogDestination::S3 { .. } => None,
            };
            if file.is_some() || is_due {
                has_put |= self.ledger.put_together(id, now, file.map(|file| file.length()));
            }
            if self.ledger.outgoing(id).is_some() {
                due.push(id);
            }
        }
        if has_put {
            // The same lines go out under the same name, should this process be killed meanwhile.
            self.write_ledger()?;
        }
        for id in due {
            self.send(id)?;
        }
        Ok(())
    }

    fn file(&self, wanted: &Wanted) -> LogFile {
        let path = self.setup.files.join(format!("{}.log", wanted.log.id));
        LogFile { path, format: wanted.log.format.clone() }
    }

    fn destination(&self, wanted: &Wanted) -> Box<dyn Destination> {
        match &wanted.destination {
            LogDestination::File => Box::new(self.file(wanted)),
            LogDestination::S3 { bucket, prefix, file_format, layout, .. } => Box::new(Bucket {
                endpoint: self.setup.s3,
                key: self.setup.key.clone(),
                region: wanted.region.clone(),
                account: wanted.log.account.clone(),
                name: bucket.clone(),
                prefix: prefix.clone(),
                log: wanted.log.id,
                format: wanted.log.format.clone(),
                file_format: *file_format,
                layout: *layout,
            }),
        }
    }

    /// Has the lines of a log delivered by a thread, so that a destination that is slow holds nobody up.
    fn send(&mut self, id: FlowLogId) -> io::Result<()> {
        if self.under_way.get(&id).is_some_and(|until| Instant::now() < *until) {
            return Ok(());
        }
        let (Some(wanted), Some(outgoing)) = (self.wanted.get(&id), self.ledger.outgoing(id)) else { return Ok(()) };
        let (outgoing, results) = (outgoing.clone(), self.results.0.clone());
        let destination = self.destination(wanted);
        // None is tried twice at once: an attempt ends long before this.
        self.under_way.insert(id, Instant::now() + 60 * RETRY);
        let deliver = move || {
            let _ = results.send((id, destination.deliver(&outgoing)));
        };
        std::thread::Builder::new().name("deliver".into()).spawn(deliver).map(drop)
    }

    fn arrived(&mut self, id: FlowLogId, result: Result<(), DeliveryError>) -> io::Result<()> {
        let delivery = match &result {
            Ok(()) => Delivery::Success,
            Err(error) => Delivery::Failed(error.to_string()),
        };
        match result {
            Ok(()) => {
                self.under_way.remove(&id);
                self.ledger.has_arrived(id);
                self.write_ledger()?;
            }
            Err(error) => {
                eprintln!("ringwall: {id} is not delivered: {}", error.detail());
                self.under_way.insert(id, Instant::now() + RETRY);
            }
        }
        let Some(wanted) = self.wanted.get(&id) else { return Ok(()) };
        let region = wanted.region.clone();
        let snapshot = self.setup.controller.store().snapshot();
        let is_news =
            snapshot.region(&region).flow_logs.get(&id).is_some_and(|log| log.delivery.as_ref() != Some(&delivery));
        if is_news {
            self.setup.controller.change(Box::new(move |transaction, _| {
                ringwall_api::ec2::operation::flow_log::delivered(transaction, &region, id, delivery);
            }));
        }
        Ok(())
    }
}

/// The second since 1970.
fn now() -> i64 {
    crate::http::now().millis().div_euclid(1_000)
}

/// Turns the machine's time into that of the calendar.
struct Clock {
    /// nanoseconds from the one to the other
    offset: i128,
    now: i64,
    swept: i64,
}

const SECOND: i128 = 1_000_000_000;

impl Clock {
    fn new(swept: Option<i64>) -> Clock {
        let mut machine = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: the kernel fills the structure.
        unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut machine) };
        let machine = i128::from(machine.tv_sec) * SECOND + i128::from(machine.tv_nsec);
        let now = i128::from(crate::http::now().millis()) * 1_000_000;
        Clock { offset: now - machine, now: now.div_euclid(SECOND) as i64, swept: swept.unwrap_or(0) }
    }

    fn second(&self, machine: i128) -> i64 {
        ((machine + self.offset).div_euclid(SECOND) as i64).min(self.now)
    }

    /// What came to a counter, by the calendar.
    fn came(&self, read: &Read, reading: ringwall_flows::meter::Reading) -> Came {
        // The kernel notes the second that had begun.
        let last = self.second(i128::from(read.last_seen) * SECOND + SECOND - 1);
        let first = self.second(i128::from(read.counter.begun)).max(self.swept).min(last);
        Came { counter: read.counter, reading, first, last, path: read.path, opened: read.opened }
    }
}
