//! The worker: one thread that answers, and others that listen to the control plane.
//!
//! Whatever is served is behind one pointer. A commit makes a new picture beside the old one and swaps the pointer, so that
//! each question is answered by one revision, and by nothing in between.

mod batch;
mod forward;
mod http;
mod names;
mod stream;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::rc::Rc;

use ringwall_metadata::{Directory, TokenKey};
use ringwall_model::id::VpcId;
use ringwall_model::services::{SharedServices, VpcServices};
use ringwall_names::{SharedZones, Zones};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, LocalSet};

use crate::control::{self, Asked};
use crate::message::{Greeting, NamespaceIdentity, PROTOCOL, Request, Response};
use crate::privileges;
use crate::sockets::SocketKind;

/// The worker cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// what it listens on
    #[error("cannot listen to the control plane")]
    Listener(#[source] io::Error),
    /// letting go of privileges
    #[error("cannot let go of privileges")]
    Privileges(#[source] io::Error),
    /// the loop that it works in
    #[error("cannot wait for sockets")]
    Runtime(#[source] io::Error),
}

/// What is served, at one revision.
pub(crate) struct Served {
    revision: u64,
    shared: Rc<Shared>,
    vpcs: HashMap<VpcId, Rc<Vpc>>,
}

/// What all VPCs share.
pub(crate) struct Shared {
    pub services: SharedServices,
    pub zones: SharedZones,
    pub key: TokenKey,
}

/// What one VPC has.
pub(crate) struct Vpc {
    pub zones: Zones,
    pub directory: Directory,
}

/// What every task may look at.
pub(crate) struct Worker {
    served: RefCell<Rc<Served>>,
    /// counts answers, so that addresses are given in turns
    turn: Cell<usize>,
    /// questions that are being asked elsewhere
    pub asking: forward::Places,
    /// connections that are open
    pub connections: stream::Places,
    /// room for packets, which only one task uses at a time
    pub batch: RefCell<batch::Batch>,
}

impl Worker {
    /// What is served in a VPC now; none before its first commit, or after its end.
    pub fn now(&self, vpc: VpcId) -> Option<(Rc<Shared>, Rc<Vpc>)> {
        let served = self.served.borrow();
        Some((served.shared.clone(), served.vpcs.get(&vpc)?.clone()))
    }

    /// Another number each time.
    pub fn turn(&self) -> usize {
        self.turn.replace(self.turn.get().wrapping_add(1))
    }
}

/// Serves until the process is ended. The listener is where the control plane is heard.
pub fn run(listener: OwnedFd) -> Result<(), WorkerError> {
    let listener = UnixListener::from(listener);
    listener.set_nonblocking(false).map_err(WorkerError::Listener)?;
    privileges::make_room().map_err(WorkerError::Listener)?;
    privileges::drop_all().map_err(WorkerError::Privileges)?;
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::Builder::new()
        .name("control".into())
        .spawn(move || control::listen(&listener, &sender))
        .map_err(WorkerError::Listener)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(WorkerError::Runtime)?;
    LocalSet::new().block_on(&runtime, obey(receiver));
    Ok(())
}

/// Does what the control plane says, in order.
async fn obey(mut receiver: mpsc::UnboundedReceiver<Asked<Request, Response>>) {
    let mut master = Master::new();
    while let Some(Asked { request, descriptors, answer }) = receiver.recv().await {
        // The control plane may have gone away.
        let _ = answer.send(master.take(request, descriptors));
    }
}

/// What was said, and what came of it.
struct Master {
    worker: Rc<Worker>,
    shared: Rc<Shared>,
    vpcs: BTreeMap<VpcId, Rc<Vpc>>,
    sockets: BTreeMap<VpcId, Held>,
}

/// The tasks that serve the sockets of a VPC; the sockets are closed with them.
struct Held {
    namespace: NamespaceIdentity,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Master {
    fn new() -> Master {
        let services = SharedServices::default();
        let zones = SharedZones::new(&services);
        let shared = Rc::new(Shared { services, zones, key: TokenKey::new([0; 32]) });
        let served = Served { revision: 0, shared: shared.clone(), vpcs: HashMap::new() };
        let worker = Worker {
            served: RefCell::new(Rc::new(served)),
            turn: Cell::new(0),
            asking: forward::Places::default(),
            connections: stream::Places::default(),
            batch: RefCell::new(batch::Batch::new()),
        };
        Master { worker: Rc::new(worker), shared, vpcs: BTreeMap::new(), sockets: BTreeMap::new() }
    }

    fn take(&mut self, request: Request, descriptors: Vec<OwnedFd>) -> Response {
        match request {
            Request::Hello => return Response::Hello(self.greeting()),
            Request::Sockets { vpc, namespace, kinds } => {
                if kinds.len() != descriptors.len() {
                    return Response::Refused("sockets are missing".to_owned());
                }
                // Those that there were stand on the same addresses.
                self.sockets.remove(&vpc);
                match self.hold(vpc, namespace, kinds, descriptors) {
                    Ok(held) => drop(self.sockets.insert(vpc, held)),
                    Err(error) => return Response::Refused(format!("a socket cannot be used: {error}")),
                }
            }
            Request::Shared { shared, token_key } => {
                let zones = SharedZones::new(&shared);
                self.shared = Rc::new(Shared { services: *shared, zones, key: TokenKey::new(token_key) });
            }
            Request::Vpc { vpc, services } => drop(self.vpcs.insert(vpc, Rc::new(view(*services)))),
            Request::Forget { vpc } => {
                self.vpcs.remove(&vpc);
                self.sockets.remove(&vpc);
            }
            Request::Commit { revision } => {
                let vpcs = self.vpcs.iter().map(|(id, vpc)| (*id, vpc.clone())).collect();
                let served = Served { revision, shared: self.shared.clone(), vpcs };
                self.worker.served.replace(Rc::new(served));
            }
        }
        Response::Done
    }

    fn greeting(&self) -> Greeting {
        Greeting {
            protocol: PROTOCOL,
            pid: std::process::id(),
            revision: self.worker.served.borrow().revision,
            sockets: self.sockets.iter().map(|(vpc, held)| (*vpc, held.namespace)).collect(),
        }
    }

    fn hold(
        &self,
        vpc: VpcId,
        namespace: NamespaceIdentity,
        kinds: Vec<SocketKind>,
        descriptors: Vec<OwnedFd>,
    ) -> io::Result<Held> {
        let mut held = Held { namespace, tasks: Vec::new() };
        for (kind, socket) in kinds.into_iter().zip(descriptors) {
            let worker = self.worker.clone();
            held.tasks.push(match kind {
                SocketKind::NamesUdp => {
                    let socket = std::net::UdpSocket::from(socket);
                    socket.set_nonblocking(true)?;
                    let socket = Rc::new(tokio::net::UdpSocket::from_std(socket)?);
                    tokio::task::spawn_local(names::serve_udp(socket, vpc, worker))
                }
                _ => {
                    let listener = std::net::TcpListener::from(socket);
                    listener.set_nonblocking(true)?;
                    let listener = tokio::net::TcpListener::from_std(listener)?;
                    tokio::task::spawn_local(stream::serve(listener, kind, vpc, worker))
                }
            });
        }
        Ok(held)
    }
}

fn view(services: VpcServices) -> Vpc {
    Vpc { zones: Zones::new(&services), directory: Directory::new(services) }
}
