//! What the control plane and the worker say to each other.

use std::collections::BTreeMap;

use ringwall_model::id::VpcId;
use ringwall_model::services::{SharedServices, VpcServices};
use serde::{Deserialize, Serialize};

use crate::sockets::SocketKind;

/// Grows when messages change, so that a worker that was started by another version is told from one that understands.
pub(crate) const PROTOCOL: u32 = 1;

/// What tells one network namespace from all others: the device and the number of its file.
pub type NamespaceIdentity = (u64, u64);

/// What the control plane says. Nothing of it holds before [`Request::Commit`].
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Request {
    /// who is there?
    Hello,
    /// sockets for a VPC, which come with the message in this order; they take the place of those that there were
    Sockets { vpc: VpcId, namespace: NamespaceIdentity, kinds: Vec<SocketKind> },
    /// what all VPCs share, and the key of the tokens for metadata
    Shared { shared: Box<SharedServices>, token_key: [u8; 32] },
    /// what one VPC has
    Vpc { vpc: VpcId, services: Box<VpcServices> },
    /// a VPC is gone, with its sockets
    Forget { vpc: VpcId },
    /// everything that was said holds from now on, as this revision
    Commit { revision: u64 },
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
    /// the VPCs that it has sockets for, with their namespaces
    pub sockets: BTreeMap<VpcId, NamespaceIdentity>,
}
