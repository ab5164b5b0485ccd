//! What the control plane and the worker say to each other.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;

use ringwall_model::endpoints::EndpointsConfiguration;
use ringwall_model::id::{NetworkInterfaceId, VpcId};
use ringwall_services::NamespaceIdentity;
use serde::{Deserialize, Serialize};

use crate::sockets::SocketKind;

/// Grows when messages change, so that a worker that was started by another version is told from one that understands.
pub(crate) const PROTOCOL: u32 = 1;

/// Where requests arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Place {
    /// at the services of a VPC, through its gateway endpoints
    Vpc(VpcId),
    /// at an interface of an endpoint
    Interface(NetworkInterfaceId),
    /// at the public addresses of services, on the internet
    Internet,
    /// on this host, from the control plane
    Host,
}

/// What tells one file from all others: its device and its number.
pub type FileIdentity = (u64, u64);

/// What a worker keeps for life: with others, it is another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroundIdentity {
    /// whose everything is: twelve digits
    pub account: String,
    /// the directory of the certificate authority
    pub authority: FileIdentity,
    /// the folder of the embedded S3; none if another S3 stands behind endpoints
    pub s3: Option<FileIdentity>,
}

/// What stands behind services whatever the records say.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground {
    /// what the worker keeps
    pub identity: GroundIdentity,
    /// the root user's access key
    pub access_key_id: String,
    /// its secret
    pub secret_access_key: String,
    /// the addresses behind services, by the service's short name
    pub upstreams: BTreeMap<String, SocketAddr>,
}

/// Never shows the secret.
impl fmt::Debug for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ground")
            .field("identity", &self.identity)
            .field("upstreams", &self.upstreams)
            .finish_non_exhaustive()
    }
}

/// What the control plane says.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Request {
    /// who is there?
    Hello,
    /// what stands behind services; with the directories of the authority and, if it is embedded, of S3
    Ground(Ground),
    /// all endpoints, which hold from now on
    Endpoints(Box<EndpointsConfiguration>),
    /// sockets of a place, which come with the message in this order; they take the place of those that there were
    Sockets { place: Place, namespace: NamespaceIdentity, kinds: Vec<SocketKind> },
    /// a place is gone, with its sockets
    Forget(Place),
}

/// What the worker says, once to each request.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Response {
    /// who it is
    Hello(Greeting),
    /// it is so
    Done,
    /// it cannot be so
    Refused(String),
}

/// Who a worker is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Greeting {
    /// the version of what it understands
    pub protocol: u32,
    /// its process, in the namespace that it was started in
    pub pid: u32,
    /// the revision that it serves
    pub revision: u64,
    /// what it keeps for life, once it has been told
    pub ground: Option<GroundIdentity>,
    /// the places that it has sockets of, with their namespaces
    pub sockets: Vec<(Place, NamespaceIdentity)>,
}
