//! The control plane's end: it tells the worker what has changed, and knows what the worker serves.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use ringwall_model::id::VpcId;
use ringwall_model::services::ServicesConfiguration;

use crate::channel;
use crate::message::{Greeting, NamespaceIdentity, PROTOCOL, Request, Response};
use crate::sockets::Sockets;

/// How long a worker may take to answer. It never waits for anybody else, so that one that takes longer is stuck.
const PATIENCE: Duration = Duration::from_secs(5);

/// The worker does not do what it is told.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// it is not there, or gone
    #[error("cannot speak with the worker of names and metadata")]
    Channel(#[from] io::Error),
    /// it says no
    #[error("the worker of names and metadata refuses: {0}")]
    Refused(String),
    /// it answers something else
    #[error("the worker of names and metadata answers out of turn")]
    Confused,
    /// it is of another version
    #[error("the worker of names and metadata speaks version {0} of their language")]
    Version(u32),
}

/// A worker that can be spoken with.
#[derive(Debug)]
pub struct Client {
    stream: UnixStream,
    greeting: Greeting,
    sent: Option<ServicesConfiguration>,
}

impl Client {
    /// Finds the worker that listens at the path.
    pub fn connect(path: &Path) -> Result<Client, ClientError> {
        let stream = UnixStream::connect(path)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let greeting = Greeting { protocol: 0, pid: 0, revision: 0, sockets: BTreeMap::new() };
        let mut client = Client { stream, greeting, sent: None };
        client.greeting = match client.ask(&Request::Hello, &[])? {
            Response::Hello(greeting) if greeting.protocol == PROTOCOL => greeting,
            Response::Hello(greeting) => return Err(ClientError::Version(greeting.protocol)),
            _ => return Err(ClientError::Confused),
        };
        Ok(client)
    }

    /// Who the worker said that it is, with the sockets that it has by now.
    pub fn greeting(&self) -> &Greeting {
        &self.greeting
    }

    /// The connection, to see when its other end goes.
    pub fn stream(&self) -> &UnixStream {
        &self.stream
    }

    /// What the worker serves, if it was told by this client.
    pub fn sent(&self) -> Option<&ServicesConfiguration> {
        self.sent.as_ref()
    }

    /// Gives the worker the sockets of a VPC.
    pub fn give(&mut self, vpc: VpcId, namespace: NamespaceIdentity, sockets: &Sockets) -> Result<(), ClientError> {
        let kinds = sockets.iter().map(|(kind, _)| *kind).collect();
        let descriptors: Vec<BorrowedFd<'_>> = sockets.iter().map(|(_, socket)| socket.as_fd()).collect();
        self.tell(&Request::Sockets { vpc, namespace, kinds }, &descriptors)?;
        self.greeting.sockets.insert(vpc, namespace);
        Ok(())
    }

    /// Brings the worker to a configuration. Only what differs from the last one is said; when it returns, all of it holds.
    pub fn configure(&mut self, wanted: &ServicesConfiguration, token_key: &[u8; 32]) -> Result<(), ClientError> {
        let last = self.sent.take();
        if last.as_ref().is_none_or(|last| last.shared != wanted.shared) {
            let shared = Box::new(wanted.shared.clone());
            self.tell(&Request::Shared { shared, token_key: *token_key }, &[])?;
        }
        for (vpc, services) in &wanted.vpcs {
            if last.as_ref().and_then(|last| last.vpcs.get(vpc)) != Some(services) {
                self.tell(&Request::Vpc { vpc: *vpc, services: Box::new(services.clone()) }, &[])?;
            }
        }
        let mut known: Vec<VpcId> = self.greeting.sockets.keys().copied().collect();
        known.extend(last.iter().flat_map(|last| last.vpcs.keys().copied()));
        for vpc in known.into_iter().filter(|vpc| !wanted.vpcs.contains_key(vpc)) {
            self.tell(&Request::Forget { vpc }, &[])?;
            self.greeting.sockets.remove(&vpc);
        }
        self.tell(&Request::Commit { revision: wanted.revision }, &[])?;
        self.greeting.revision = wanted.revision;
        self.sent = Some(wanted.clone());
        Ok(())
    }

    fn tell(&mut self, request: &Request, descriptors: &[BorrowedFd<'_>]) -> Result<(), ClientError> {
        match self.ask(request, descriptors)? {
            Response::Done => Ok(()),
            Response::Refused(reason) => Err(ClientError::Refused(reason)),
            Response::Hello(_) => Err(ClientError::Confused),
        }
    }

    fn ask(&mut self, request: &Request, descriptors: &[BorrowedFd<'_>]) -> Result<Response, ClientError> {
        channel::send(&mut self.stream, request, descriptors)?;
        match channel::receive(&mut self.stream)? {
            Some((response, _)) => Ok(response),
            None => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
        }
    }
}
