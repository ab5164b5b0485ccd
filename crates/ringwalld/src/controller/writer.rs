//! The writer's thread.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use ringwall_plan::Planner;
use ringwall_plan::endpoints;
use ringwall_plan::services::{self, ServicesSettings};
use ringwall_store::Snapshot;
use ringwall_tables::compiler::Links;

use super::batch::{Batch, Waiting};
use super::enforce::{Enforced, Plane, Progress};
use super::{Shared, Work};
use crate::endpoints::Endpoints;
use crate::node::chain;
use crate::services::Services;

/// Calls that are carried out together at most: what waits behind them waits no longer than this.
const MOST_TOGETHER: usize = 64;

/// The one who writes.
pub struct Writer {
    work: Receiver<Work>,
    shared: Arc<Shared>,
    planner: Planner,
    plane: Option<Box<Plane>>,
    served: Option<Served>,
    fronted: Option<Fronted>,
    links: Option<Links>,
    waiting: Waiting,
    waiting_links: Vec<Sender<()>>,
    is_due: bool,
}

impl Writer {
    pub(crate) fn new(work: Receiver<Work>, shared: Arc<Shared>, session_limit: u32) -> Writer {
        let planner = Planner::new(session_limit);
        Writer {
            work,
            shared,
            planner,
            plane: None,
            served: None,
            fronted: None,
            links: None,
            waiting: Waiting::default(),
            waiting_links: Vec::new(),
            is_due: false,
        }
    }

    /// Works until told to stop.
    pub fn run(mut self) {
        while let Ok(first) = self.work.recv() {
            let mut batch = Batch::default();
            let mut stop = self.take(first, &mut batch);
            for _ in 1..MOST_TOGETHER {
                match self.work.try_recv() {
                    Ok(work) if stop.is_none() => stop = self.take(work, &mut batch),
                    _ => break,
                }
            }
            if !batch.is_empty() {
                batch.commit(&self.shared, &mut self.waiting);
                self.is_due = true;
            }
            self.enforce();
            if let Some(sender) = stop {
                let _ = sender.send(());
                return;
            }
        }
    }

    fn take(&mut self, work: Work, batch: &mut Batch) -> Option<Sender<()>> {
        match work {
            Work::Call(job, sender) => batch.call(&self.shared, job, sender),
            Work::Change(change, sender) => batch.change(&self.shared, change, sender),
            Work::Plane(plane) => {
                self.plane = Some(plane);
                self.is_due = true;
            }
            Work::Services(services, settings) => {
                self.served = Some(Served { services, settings, mark: None });
                self.is_due = true;
            }
            Work::Endpoints(endpoints) => {
                self.fronted = Some(Fronted { endpoints, mark: None });
                self.is_due = true;
            }
            Work::Links(links, sender) => {
                self.links = Some(links);
                self.waiting_links.push(sender);
                self.is_due = true;
            }
            Work::Reset(sender) => {
                // What came before in the same batch is forgotten with the rest, but it is answered.
                std::mem::take(batch).commit(&self.shared, &mut self.waiting);
                if let Err(error) = self.shared.store.reset() {
                    eprintln!("ringwall: {error}");
                }
                self.is_due = true;
                self.enforce();
                let _ = sender.send(());
            }
            Work::Watch(watch, sender) => {
                let result = match &self.plane {
                    Some(plane) => plane.set_watch(watch),
                    None => Err(std::io::Error::from(std::io::ErrorKind::NotConnected)),
                };
                let _ = sender.send(result);
            }
            Work::Collect(collect, sender) => {
                let result = match &self.plane {
                    Some(plane) => plane.kernel.set_collecting(collect),
                    None => Err(std::io::Error::from(std::io::ErrorKind::NotConnected)),
                };
                let _ = sender.send(result);
            }
            Work::Stop(sender) => return Some(sender),
        }
        None
    }

    /// Publishes what was written, and tells whoever waits for it. Before the data plane is there, they wait for it.
    fn enforce(&mut self) {
        let Some(plane) = &mut self.plane else { return };
        if let Some(links) = self.links.take() {
            plane.links = links;
        }
        if self.is_due {
            let snapshot = self.shared.store.snapshot();
            plane.enforce(&mut self.planner, &snapshot, &self.shared.progress);
            if let Some(served) = &mut self.served {
                served.serve(&snapshot, &self.shared.progress);
            }
            if let Some(fronted) = &mut self.fronted {
                fronted.serve(&snapshot, &self.shared.progress);
            }
            self.is_due = false;
        }
        if !self.waiting.is_empty() {
            let failure = self.shared.progress.enforced().failure.clone();
            self.waiting.tell(failure.as_deref());
        }
        for sender in self.waiting_links.drain(..) {
            let _ = sender.send(());
        }
    }
}

/// Names and metadata, and the last revision of them that is served.
struct Served {
    services: Arc<Services>,
    settings: Box<ServicesSettings>,
    mark: Option<services::Mark>,
}

impl Served {
    /// Has names and metadata served as a revision says. What is not served is not enforced.
    fn serve(&mut self, snapshot: &Snapshot, progress: &Progress) {
        let mark = services::Mark::of(snapshot);
        let result = if self.mark.as_ref() == Some(&mark) {
            self.services.look_again()
        } else {
            self.services.bring_to(&services::services(snapshot, &self.settings))
        };
        self.mark = result.is_ok().then_some(mark);
        if let Err(error) = result {
            is_not_served("names and metadata", &error, snapshot, progress);
        }
    }
}

/// Endpoints, and the last revision of them that is served.
struct Fronted {
    endpoints: Arc<Endpoints>,
    mark: Option<endpoints::Mark>,
}

impl Fronted {
    /// Has endpoints served as a revision says. What is not served is not enforced.
    fn serve(&mut self, snapshot: &Snapshot, progress: &Progress) {
        let mark = endpoints::Mark::of(snapshot);
        let result = if self.mark.as_ref() == Some(&mark) {
            self.endpoints.look_again()
        } else {
            self.endpoints.bring_to(endpoints::endpoints(snapshot))
        };
        self.mark = result.is_ok().then_some(mark);
        if let Err(error) = result {
            is_not_served("endpoints", &error, snapshot, progress);
        }
    }
}

fn is_not_served(what: &str, error: &dyn std::error::Error, snapshot: &Snapshot, progress: &Progress) {
    let reason = chain(error);
    eprintln!("ringwall: {what} of revision {} are not served: {reason}", snapshot.revision);
    let last = progress.enforced();
    progress.set(Enforced { failure: Some(reason), ..(*last).clone() });
}
