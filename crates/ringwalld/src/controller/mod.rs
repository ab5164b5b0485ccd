//! The one writer: every change goes through one thread, in order.
//!
//! Calls that came in while the last ones were being written are carried out together: each on top of the one before,
//! one durable write for all, one publication of tables, then the answers. So an answer says: it is written, and it is
//! enforced. Calls that only look are answered from the current snapshot at once.

mod batch;
mod enforce;
mod writer;

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use ringwall_api::call::{Caller, Observed};
use ringwall_api::service::{Message, Service, dispatch, is_read_only};
use ringwall_api::{ApiError, Call, Settings};
use ringwall_plan::services::ServicesSettings;
use ringwall_store::{Store, Transaction};
use ringwall_tables::compiler::Links;
use ringwall_waf::rate::LocalCounters;
use ringwall_waf::samples::Samples;
use ringwall_wire::timestamp::Timestamp;
use tokio::sync::oneshot;

use crate::console::Consoles;
use crate::endpoints::Endpoints;
use crate::http::Reply;
use crate::random;
use crate::services::Services;
use crate::trail::{Entry, Trail};

pub(crate) use enforce::gateways;
pub use enforce::{Enforced, Plane, Progress};
pub use writer::Writer;

/// A call to be carried out.
#[derive(Clone, Debug)]
pub struct Job {
    /// the service
    pub service: Service,
    /// the call
    pub message: Message,
    /// the Region
    pub region: String,
    /// who calls
    pub caller: Caller,
    /// the id of the request
    pub request_id: String,
    /// when
    pub time: Timestamp,
    /// from where
    pub source: String,
    /// with which client
    pub user_agent: String,
}

/// Calls whose effect is a link that comes or goes, which they wait for.
const MOVE_LINKS: &[&str] =
    &["AttachNetworkInterface", "CreateVpcEndpoint", "DetachNetworkInterface", "ModifyVpcEndpoint"];

/// Changes that the daemon makes by itself.
pub type Change = Box<dyn FnOnce(&mut Transaction, Timestamp) + Send>;

/// What the writer is asked for.
pub(crate) enum Work {
    /// a call
    Call(Box<Job>, oneshot::Sender<Reply>),
    /// a change of the daemon's own; the answer comes when it is enforced
    Change(Change, std::sync::mpsc::Sender<u64>),
    /// the data plane is there
    Plane(Box<Plane>),
    /// names and metadata are served, too
    Services(Arc<Services>, Box<ServicesSettings>),
    /// endpoints are served, too
    Endpoints(Arc<Endpoints>),
    /// links have come or gone, so the tables are to be published again; the answer comes when they are
    Links(Links, std::sync::mpsc::Sender<()>),
    /// how much the program is to report
    Watch(u32, std::sync::mpsc::Sender<io::Result<()>>),
    /// whether packets without a session, and sessions that end, are to be counted
    Collect(bool, std::sync::mpsc::Sender<io::Result<()>>),
    /// everything is to be forgotten
    Reset(oneshot::Sender<()>),
    /// the process is about to end
    Stop(std::sync::mpsc::Sender<()>),
}

/// The way to the writer, and what everybody may look at.
#[derive(Clone)]
pub struct Controller {
    work: Sender<Work>,
    shared: Arc<Shared>,
}

/// What the writer shares with those who only look.
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) trail: Arc<Trail>,
    pub(crate) settings: Settings,
    pub(crate) progress: Progress,
    pub(crate) consoles: Consoles,
    /// what web ACLs counted; it ends with the process
    pub(crate) counters: LocalCounters,
    /// what web ACLs saw; it ends with the process
    pub(crate) samples: Samples,
}

impl Controller {
    /// A controller and its writer, which is to run on a thread of its own.
    pub fn new(
        store: Store,
        trail: Arc<Trail>,
        settings: Settings,
        session_limit: u32,
        consoles: Consoles,
    ) -> (Controller, Writer) {
        let (work, receiver): (Sender<Work>, Receiver<Work>) = channel();
        let (progress, counters, samples) = (Progress::default(), LocalCounters::default(), Samples::default());
        let shared = Arc::new(Shared { store, trail, settings, progress, consoles, counters, samples });
        let writer = Writer::new(receiver, shared.clone(), session_limit);
        (Controller { work, shared }, writer)
    }

    /// What is settled for all calls.
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.shared.store
    }

    /// What is written and what is enforced.
    pub fn progress(&self) -> &Progress {
        &self.shared.progress
    }

    /// Carries out a call.
    pub async fn call(&self, job: Job) -> Reply {
        if let Some(reply) = self.look(&job) {
            return reply;
        }
        let (service, request_id) = (job.service, job.request_id.clone());
        let moves_link = job.message.action().is_some_and(|action| MOVE_LINKS.contains(&action));
        let (sender, receiver) = oneshot::channel();
        let sent = self.work.send(Work::Call(Box::new(job), sender)).is_ok();
        match receiver.await {
            Ok(reply) if sent => {
                if moves_link && reply.result.is_ok() {
                    self.shared.progress.wait_for_links(self.shared.store.snapshot().revision).await;
                }
                reply
            }
            _ => Reply { protocol: service.protocol(), request_id, result: Err(gone()) },
        }
    }

    /// Answers a call that changes nothing; none if it does.
    fn look(&self, job: &Job) -> Option<Reply> {
        if !job.message.action().is_some_and(is_read_only) {
            return None;
        }
        let mut transaction = self.shared.store.begin();
        let result = self.shared.carry_out(job, &mut transaction);
        // The first call in a Region furnishes it, and that is written by the writer.
        if !transaction.is_empty() {
            return None;
        }
        let result = self.shared.record(job, result);
        Some(Reply { protocol: job.service.protocol(), request_id: job.request_id.clone(), result })
    }

    /// Makes a change of the daemon's own, and waits until it is enforced. Not for the runtime's thread.
    pub fn change(&self, change: Change) -> Option<u64> {
        let (sender, receiver) = channel();
        self.work.send(Work::Change(change, sender)).ok()?;
        receiver.recv().ok()
    }

    /// Hands over the data plane.
    pub fn plane_is_ready(&self, plane: Plane) {
        let _ = self.work.send(Work::Plane(Box::new(plane)));
    }

    /// Has names and metadata served, as each revision says.
    pub fn services_are(&self, services: Arc<Services>, settings: ServicesSettings) {
        let _ = self.work.send(Work::Services(services, Box::new(settings)));
    }

    /// Has endpoints served, as each revision says.
    pub fn endpoints_are(&self, endpoints: Arc<Endpoints>) {
        let _ = self.work.send(Work::Endpoints(endpoints));
    }

    /// Tells which links there are, and waits until tables speak of them.
    pub fn links_are(&self, links: Links) {
        let (sender, receiver) = channel();
        if self.work.send(Work::Links(links, sender)).is_ok() {
            let _ = receiver.recv();
        }
    }

    /// Sets how much the program reports.
    pub fn set_watch(&self, watch: u32) -> io::Result<()> {
        let (sender, receiver) = channel();
        let _ = self.work.send(Work::Watch(watch, sender));
        receiver.recv().unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::NotConnected)))
    }

    /// Sets whether packets without a session, and sessions that end, are counted. Not for the runtime's thread.
    pub fn set_collecting(&self, collect: bool) -> io::Result<()> {
        let (sender, receiver) = channel();
        let _ = self.work.send(Work::Collect(collect, sender));
        receiver.recv().unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::NotConnected)))
    }

    /// Forgets everything.
    pub async fn reset(&self) {
        let (sender, receiver) = oneshot::channel();
        if self.work.send(Work::Reset(sender)).is_ok() {
            let _ = receiver.await;
        }
    }

    /// Ends the writer after what it has begun.
    pub fn stop(&self) {
        let (sender, receiver) = channel();
        if self.work.send(Work::Stop(sender)).is_ok() {
            let _ = receiver.recv();
        }
    }
}

impl Shared {
    /// Carries out a call on a transaction.
    pub(crate) fn carry_out(
        &self,
        job: &Job,
        transaction: &mut Transaction,
    ) -> Result<ringwall_api::service::Answer, ApiError> {
        let mut call = Call {
            transaction,
            region: &job.region,
            request_id: &job.request_id,
            caller: &job.caller,
            now: job.time.millis(),
            random: &mut random::number,
            settings: &self.settings,
            trail: &*self.trail,
            console: &self.consoles,
            observed: Observed { counters: &self.counters, samples: &self.samples },
        };
        dispatch(job.service, &job.message, &mut call)
    }

    /// Writes the call down. An answer that could not be recorded is not given.
    pub(crate) fn record(
        &self,
        job: &Job,
        result: Result<ringwall_api::service::Answer, ApiError>,
    ) -> Result<ringwall_api::service::Answer, ApiError> {
        let entry = Entry {
            time: job.time,
            event_id: random::uuid(),
            request_id: &job.request_id,
            region: &job.region,
            account: &self.settings.account,
            caller: Some(&job.caller),
            service: Some(job.service),
            message: Some(&job.message),
            source: &job.source,
            user_agent: &job.user_agent,
            result: result.as_ref().map(|answer| answer.body.as_str()),
        };
        match self.trail.write(&entry) {
            Ok(()) => result,
            Err(error) => Err(unrecorded(&error)),
        }
    }
}

/// The trail cannot be written.
pub fn unrecorded(error: &io::Error) -> ApiError {
    ApiError::new("InternalError", format!("The call cannot be recorded in the trail: {error}")).with_status(500)
}

fn gone() -> ApiError {
    ApiError::new("Unavailable", "Ringwall is shutting down.").with_status(503)
}
