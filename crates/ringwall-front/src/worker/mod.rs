//! The worker: one thread that answers, and others that listen to the control plane and work on files.

mod connections;
mod ground;
mod served;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::rc::Rc;

use ringwall_services::control::{self, Asked};
use ringwall_services::{NamespaceIdentity, privileges as common};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, LocalSet};

use crate::message::{Greeting, PROTOCOL, Place, Request, Response};
use crate::privileges;
use crate::sockets::SocketKind;
use connections::Connections;
use ground::Standing;
use served::Served;

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

/// What every task may look at.
pub(crate) struct Worker {
    /// what stands behind services, once that was told
    pub ground: RefCell<Option<Standing>>,
    /// which endpoints there are
    pub served: RefCell<Served>,
    /// connections that are open
    pub connections: Connections,
}

/// Serves until the process is ended. The listener is where the control plane is heard.
pub fn run(listener: OwnedFd) -> Result<(), WorkerError> {
    let listener = UnixListener::from(listener);
    listener.set_nonblocking(false).map_err(WorkerError::Listener)?;
    common::make_room().map_err(WorkerError::Listener)?;
    privileges::drop_capabilities().map_err(WorkerError::Privileges)?;
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
    let worker = Rc::new(Worker {
        ground: RefCell::new(None),
        served: RefCell::new(Served::default()),
        connections: Connections::default(),
    });
    let mut master = Master { worker, held: BTreeMap::new() };
    while let Some(Asked { request, descriptors, answer }) = receiver.recv().await {
        // The control plane may have gone away.
        let _ = answer.send(master.take(request, descriptors));
    }
}

/// What was said, and what came of it.
struct Master {
    worker: Rc<Worker>,
    held: BTreeMap<Place, Held>,
}

/// The tasks that serve the sockets of a place; the sockets are closed with them, and connections go on.
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
    fn take(&mut self, request: Request, descriptors: Vec<OwnedFd>) -> Response {
        let taken = match request {
            Request::Hello => return Response::Hello(self.greeting()),
            Request::Ground(ground) => self.worker.stand_on(ground, descriptors),
            Request::Endpoints(wanted) => {
                self.worker.served.borrow_mut().become_as(*wanted);
                Ok(())
            }
            Request::Sockets { place, namespace, kinds } => {
                // Those that there were stand on the same addresses.
                self.held.remove(&place);
                let held = self.hold(place, namespace, kinds, descriptors);
                held.map(|held| drop(self.held.insert(place, held)))
            }
            Request::Forget(place) => {
                self.held.remove(&place);
                Ok(())
            }
        };
        match taken {
            Ok(()) => Response::Done,
            Err(reason) => Response::Refused(reason),
        }
    }

    fn greeting(&self) -> Greeting {
        Greeting {
            protocol: PROTOCOL,
            pid: std::process::id(),
            revision: self.worker.served.borrow().revision(),
            ground: self.worker.ground.borrow().as_ref().map(|standing| standing.identity().clone()),
            sockets: self.held.iter().map(|(place, held)| (*place, held.namespace)).collect(),
        }
    }

    fn hold(
        &self,
        place: Place,
        namespace: NamespaceIdentity,
        kinds: Vec<SocketKind>,
        descriptors: Vec<OwnedFd>,
    ) -> Result<Held, String> {
        if kinds.len() != descriptors.len() {
            return Err("sockets are missing".to_owned());
        }
        let mut held = Held { namespace, tasks: Vec::new() };
        for (kind, socket) in kinds.into_iter().zip(descriptors) {
            let listener = std::net::TcpListener::from(socket);
            let listener = listener.set_nonblocking(true).and_then(|()| tokio::net::TcpListener::from_std(listener));
            let listener = listener.map_err(|error| format!("a socket cannot be used: {error}"))?;
            let task = connections::accept(listener, place, kind, self.worker.clone());
            held.tasks.push(tokio::task::spawn_local(task));
        }
        Ok(held)
    }
}
