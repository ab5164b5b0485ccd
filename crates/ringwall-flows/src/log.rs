//! A flow log: what it covers, and what its records are like.

use ringwall_model::id::FlowLogId;
use ringwall_model::resource::flow_log::{Scope, Traffic};
use serde::{Deserialize, Serialize};

use crate::flow::{Action, Interface};
use crate::format::Format;

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

impl Log {
    /// Whether an interface is covered (FL-1).
    pub fn covers(&self, interface: &Interface) -> bool {
        match self.scope {
            Scope::Vpc(id) => interface.vpc == id,
            Scope::Subnet(id) => interface.subnet == id,
            Scope::NetworkInterface(id) => interface.id == id,
        }
    }

    /// Whether flows of an action are logged (FL-28).
    pub fn takes(&self, action: Action) -> bool {
        match self.traffic {
            Traffic::All => true,
            Traffic::Accept => action == Action::Accept,
            Traffic::Reject => action == Action::Reject,
        }
    }
}
