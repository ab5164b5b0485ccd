//! The control plane's end: it tells the worker what has changed, and knows what the worker serves.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use ringwall_model::endpoints::EndpointsConfiguration;
use ringwall_services::{NamespaceIdentity, channel};

use crate::message::{Greeting, Ground, GroundIdentity, PROTOCOL, Place, Request, Response};
use crate::sockets::Sockets;

/// How long a worker may take to answer. Opening a folder with many objects is the longest that it is asked for.
const PATIENCE: Duration = Duration::from_secs(30);

/// The worker does not do what it is told.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// it is not there, or gone
    #[error("cannot speak with the worker of endpoints")]
    Channel(#[from] io::Error),
    /// it says no
    #[error("the worker of endpoints refuses: {0}")]
    Refused(String),
    /// it answers something else
    #[error("the worker of endpoints answers out of turn")]
    Confused,
    /// it is of another version
    #[error("the worker of endpoints speaks version {0} of their language")]
    Version(u32),
}

/// A worker that can be spoken with.
#[derive(Debug)]
pub struct Client {
    stream: UnixStream,
    ground: Option<GroundIdentity>,
    places: BTreeMap<Place, NamespaceIdentity>,
    sent: Option<EndpointsConfiguration>,
}

impl Client {
    /// Finds the worker that listens at the path.
    pub fn connect(path: &Path) -> Result<Client, ClientError> {
        let stream = UnixStream::connect(path)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let mut client = Client { stream, ground: None, places: BTreeMap::new(), sent: None };
        match client.ask(&Request::Hello, &[])? {
            Response::Hello(Greeting { protocol: PROTOCOL, ground, sockets, .. }) => {
                client.ground = ground;
                client.places = sockets.into_iter().collect();
            }
            Response::Hello(greeting) => return Err(ClientError::Version(greeting.protocol)),
            _ => return Err(ClientError::Confused),
        }
        Ok(client)
    }

    /// The connection, to see when its other end goes.
    pub fn stream(&self) -> &UnixStream {
        &self.stream
    }

    /// What the worker keeps for life, if it was told.
    pub fn ground(&self) -> Option<&GroundIdentity> {
        self.ground.as_ref()
    }

    /// The places that the worker has sockets of, with their namespaces.
    pub fn places(&self) -> &BTreeMap<Place, NamespaceIdentity> {
        &self.places
    }

    /// The endpoints that the worker serves, if it was told by this client.
    pub fn sent(&self) -> Option<&EndpointsConfiguration> {
        self.sent.as_ref()
    }

    /// Tells what stands behind services. The directories are those that it names, in its order.
    pub fn stand_on(&mut self, ground: &Ground, directories: &[BorrowedFd<'_>]) -> Result<(), ClientError> {
        self.tell(&Request::Ground(ground.clone()), directories)?;
        self.ground = Some(ground.identity.clone());
        Ok(())
    }

    /// Has the worker serve these endpoints. When it returns, the next request is judged by them.
    pub fn configure(&mut self, wanted: &EndpointsConfiguration) -> Result<(), ClientError> {
        self.sent = None;
        self.tell(&Request::Endpoints(Box::new(wanted.clone())), &[])?;
        self.sent = Some(wanted.clone());
        Ok(())
    }

    /// Gives the worker the sockets of a place.
    pub fn give(&mut self, place: Place, namespace: NamespaceIdentity, sockets: &Sockets) -> Result<(), ClientError> {
        let kinds = sockets.iter().map(|(kind, _)| kind.clone()).collect();
        let descriptors: Vec<BorrowedFd<'_>> = sockets.iter().map(|(_, socket)| socket.as_fd()).collect();
        self.tell(&Request::Sockets { place, namespace, kinds }, &descriptors)?;
        self.places.insert(place, namespace);
        Ok(())
    }

    /// Has the worker close the sockets of a place.
    pub fn forget(&mut self, place: Place) -> Result<(), ClientError> {
        self.tell(&Request::Forget(place), &[])?;
        self.places.remove(&place);
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
