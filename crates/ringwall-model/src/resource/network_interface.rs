//! Network interfaces.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::traffic::MacText;
use super::{Milliseconds, Tags};
use crate::id::{
    AttachmentId, InstanceId, NatGatewayId, NetworkInterfaceId, SecurityGroupId, SubnetId, VpcEndpointId, VpcId,
};

/// A network interface.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NetworkInterface {
    /// its id
    pub id: NetworkInterfaceId,
    /// its subnet, for life (ENI-1)
    pub subnet: SubnetId,
    /// the VPC of its subnet
    pub vpc: VpcId,
    /// its hardware address, for life (ENI-20)
    pub mac: MacText,
    /// what it is for: whose it is, if no user made it
    #[serde(default)]
    pub kind: InterfaceKind,
    /// its description
    pub description: String,
    /// its private IPv4 addresses, the primary one first (ENI-1)
    pub ipv4: Vec<Ipv4Addr>,
    /// its IPv6 addresses
    pub ipv6: Vec<Ipv6Addr>,
    /// its security groups: one at least (SG-9), but none of a NAT gateway's (NAT-13)
    pub groups: Arc<BTreeSet<SecurityGroupId>>,
    /// whether it sends from and takes for its own addresses alone (ENI-5)
    pub source_dest_check: bool,
    /// idle times that differ from the defaults (SG-20)
    pub connection_tracking: ConnectionTracking,
    /// the instance that it is attached to
    pub attachment: Option<Attachment>,
    /// the public address that its primary private one was given at launch (EIP-1)
    pub auto_public: Option<Ipv4Addr>,
    /// its tags
    pub tags: Tags,
}

/// What an interface is for. Those that another resource brought with it are the requester's: they are shown, but not to be
/// changed by their owner (NAT-14, IFE-22).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InterfaceKind {
    /// an instance's, or nobody's so far
    #[default]
    Interface,
    /// a NAT gateway's
    NatGateway(NatGatewayId),
    /// an interface endpoint's
    VpcEndpoint(VpcEndpointId),
}

impl InterfaceKind {
    /// Its name on the wire (ENI-19).
    pub fn name(self) -> &'static str {
        match self {
            InterfaceKind::Interface => "interface",
            InterfaceKind::NatGateway(_) => "nat_gateway",
            InterfaceKind::VpcEndpoint(_) => "vpc_endpoint",
        }
    }

    /// Whether another resource brought the interface with it, which alone changes it (ENI-11).
    pub fn is_requester_managed(self) -> bool {
        self != InterfaceKind::Interface
    }
}

/// Idle times in seconds; what is not given is AWS's default (SG-18, SG-19).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionTracking {
    /// established TCP connections: 60 to 432,000
    pub tcp_established: Option<u32>,
    /// UDP flows of one exchange or less: 30 to 60
    pub udp: Option<u32>,
    /// UDP flows of more than one exchange: 60 to 180
    pub udp_stream: Option<u32>,
}

/// The attachment of an interface to an instance (ENI-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// its id
    pub id: AttachmentId,
    /// the instance
    pub instance: InstanceId,
    /// the place of the interface there: 0 is the primary one (ENI-2)
    pub device_index: u16,
    /// whether the interface goes with the instance (ENI-8)
    pub delete_on_termination: bool,
    /// when it was attached
    pub attached: Milliseconds,
}
