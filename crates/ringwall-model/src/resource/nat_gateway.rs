//! NAT gateways.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::{Milliseconds, Tags};
use crate::id::{AddressAssociationId, AllocationId, NatGatewayId, NetworkInterfaceId, SubnetId, VpcId};

/// A NAT gateway.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NatGateway {
    /// its id
    pub id: NatGatewayId,
    /// the VPC of its subnet
    pub vpc: VpcId,
    /// its subnet, for life (NAT-20)
    pub subnet: SubnetId,
    /// whether Elastic IP addresses stand for its addresses, for life (NAT-1)
    pub connectivity: Connectivity,
    /// its interface, as long as it is available (NAT-14)
    pub interface: Option<NetworkInterfaceId>,
    /// its addresses, the primary one first; those of a deleted one are what it had. A failed one has none.
    pub addresses: Vec<NatAddress>,
    /// what makes the choice of outside ports its own: a random number
    pub port_seed: u32,
    /// its state
    pub state: NatGatewayState,
    /// when it was made
    pub created: Milliseconds,
    /// when it was deleted; its record goes an hour later (NAT-22)
    pub deleted: Option<Milliseconds>,
    /// its tags
    pub tags: Tags,
}

/// Whom a NAT gateway leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Connectivity {
    /// the internet, by Elastic IP addresses
    Public,
    /// other networks, by its private addresses
    Private,
}

impl Connectivity {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Connectivity::Public => "public",
            Connectivity::Private => "private",
        }
    }
}

/// An address of a NAT gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NatAddress {
    /// the private address
    pub private: Ipv4Addr,
    /// the Elastic IP address that stands for it; each of a public gateway has one
    pub elastic: Option<NatElastic>,
    /// when it goes at the latest: until then it keeps its connections and takes no new ones (NAT-21)
    pub drained: Option<Milliseconds>,
}

/// An Elastic IP address of a NAT gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NatElastic {
    /// its allocation
    pub allocation: AllocationId,
    /// the association with the private address
    pub association: AddressAssociationId,
    /// the address
    pub public: Ipv4Addr,
}

/// The states of a NAT gateway. `pending` and `deleting` last no longer than a call (NAT-22).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NatGatewayState {
    /// it translates
    Available,
    /// it could not be made, and goes an hour later
    Failed(NatFailure),
    /// it is gone
    Deleted,
}

/// Why a NAT gateway could not be made (NAT-23).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NatFailure {
    /// the code
    pub code: String,
    /// in words
    pub message: String,
    /// the Elastic IP addresses that were asked for
    pub allocations: Vec<AllocationId>,
}

impl NatGatewayState {
    /// Its name on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            NatGatewayState::Available => "available",
            NatGatewayState::Failed(_) => "failed",
            NatGatewayState::Deleted => "deleted",
        }
    }
}

impl NatGateway {
    /// Whether it translates.
    pub fn is_available(&self) -> bool {
        self.state == NatGatewayState::Available
    }

    /// Its address that cannot be taken from it.
    pub fn primary(&self) -> Option<Ipv4Addr> {
        self.addresses.first().map(|address| address.private)
    }
}
