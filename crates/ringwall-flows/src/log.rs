//! A flow log: what it covers, and what its records are like.

use ringwall_model::id::{FlowLogId, NetworkInterfaceId, SubnetId, VpcId};
use serde::{Deserialize, Serialize};

use crate::flow::{Action, Interface};
use crate::format::Format;

/// What a flow log covers: the interfaces of today and of the future (FL-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scope {
    /// those of a VPC
    Vpc(VpcId),
    /// those of a subnet
    Subnet(SubnetId),
    /// one
    Interface(NetworkInterfaceId),
}

impl Scope {
    /// Whether an interface is covered.
    pub fn covers(self, interface: &Interface) -> bool {
        match self {
            Scope::Vpc(id) => interface.vpc == id,
            Scope::Subnet(id) => interface.subnet == id,
            Scope::Interface(id) => interface.id == id,
        }
    }
}

/// Which traffic is logged (FL-28).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Traffic {
    /// all of it
    All,
    /// what was let through
    Accept,
    /// what was refused
    Reject,
}

impl Traffic {
    /// Whether flows of an action are logged.
    pub fn takes(self, action: Action) -> bool {
        match self {
            Traffic::All => true,
            Traffic::Accept => action == Action::Accept,
            Traffic::Reject => action == Action::Reject,
        }
    }
}

/// A flow log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// its id
    pub id: FlowLogId,
    /// the account that it belongs to
    pub account: String,
    /// what it covers
    pub scope: Scope,
    /// which traffic
    pub traffic: Traffic,
    /// the seconds that one record is about at most: 60 or 600 (FL-8)
    pub interval: u32,
    /// the fields of its records
    pub format: Format,
}
