//! What became of a packet, and which rules decided: the common language of the specification, the data plane, `explain`
//! and `watch`. Two engines agree when their outcomes are equal.

use std::net::IpAddr;

use ringwall_net::frame::Embedded;
use ringwall_net::{MacAddress, Prefix};

use crate::gate::Reason;
use crate::id::{
    NatGatewayId, NetworkAclId, NetworkInterfaceId, RouteTableId, SecurityGroupId, SecurityGroupRuleId, VpcEndpointId,
    VpcId,
};
use crate::world::{RouteDestination, RouteTarget};

/// Where a packet enters the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// an interface sends it
    Interface(NetworkInterfaceId),
    /// it comes from the internet
    Internet,
    /// a service of the VPC sends it: its resolver, its instance metadata, or what is behind its gateway endpoints
    Services(VpcId),
}

/// A service that Ringwall itself offers inside a VPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// the resolver (DNS-1)
    Resolver,
    /// instance metadata (DNS-17)
    Metadata,
    /// what is behind a gateway endpoint
    GatewayEndpoint(VpcEndpointId),
}

/// What became of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// an interface receives it
    Delivered {
        /// the interface
        to: NetworkInterfaceId,
        /// the packet's addresses as they arrive
        sent: Sent,
    },
    /// the internet receives it
    LeftToInternet {
        /// the packet's addresses as they leave
        sent: Sent,
    },
    /// a service of the VPC receives it
    ToService {
        /// the service
        service: Service,
        /// the packet's addresses as they arrive
        sent: Sent,
    },
    /// the router answered it
    Answered(Answer),
    /// it was stopped
    Dropped {
        /// why
        reason: Reason,
        /// what the sender is told, where rules admit that: that the packet was too big, or its connection unknown
        answer: Option<Answer>,
    },
}

impl Verdict {
    /// The reason, if the packet was stopped.
    pub fn reason(&self) -> Option<Reason> {
        match self {
            Verdict::Dropped { reason, .. } => Some(*reason),
            _ => None,
        }
    }
}

/// The addresses of a packet where it comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// hardware source address; none towards the internet
    pub source_mac: Option<MacAddress>,
    /// hardware destination address; none towards the internet
    pub destination_mac: Option<MacAddress>,
    /// source address
    pub source: IpAddr,
    /// destination address
    pub destination: IpAddr,
    /// source and destination port, of an ICMP query or its answer the identifier; none in a later fragment
    pub ports: Option<(u16, u16)>,
    /// the packet inside an ICMP error
    pub embedded: Option<Embedded>,
}

/// What the router itself answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// to an ARP request or a neighbour solicitation: the address is at this hardware address (ENI-21)
    Neighbour {
        /// the hardware address
        mac: MacAddress,
    },
    /// to an echo request for the router (ENI-23)
    Echo,
    /// the packet is larger than the path carries (ENI-24, IGW-14)
    TooBig {
        /// the size that the path carries
        mtu: u32,
    },
    /// the connection is unknown to the NAT gateway (NAT-9)
    Reset,
}

/// A rule of a security group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupRule {
    /// the group
    pub group: SecurityGroupId,
    /// the rule
    pub rule: SecurityGroupRuleId,
}

/// What security groups found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupFinding {
    /// the packet belongs to a tracked session (SG-11)
    Session,
    /// an ICMP error about a tracked session
    Related,
    /// both directions are open to everybody, so nothing is tracked (SG-12); the rule of this direction
    Untracked(GroupRule),
    /// the first rule, by group and rule id, that admits a new flow
    Rule(GroupRule),
    /// no rule admits it
    NoRule,
    /// a rule would admit a new connection, but the segment does not open one
    NoConnection(GroupRule),
    /// a rule admits it, but the interface tracks as many sessions as it may
    TableFull(GroupRule),
}

impl GroupFinding {
    /// Whether the packet goes on.
    pub fn passes(self) -> bool {
        matches!(
            self,
            GroupFinding::Session | GroupFinding::Related | GroupFinding::Untracked(_) | GroupFinding::Rule(_)
        )
    }
}

/// What a network ACL found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AclFinding {
    /// the ACL
    pub acl: NetworkAclId,
    /// the number of the entry that decided; none for the final deny
    pub entry: Option<u16>,
    /// whether it allows
    pub allows: bool,
}

/// What routing found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RouteFinding {
    /// the frame was for a neighbour's hardware address, so no route was asked (RT-33)
    Neighbour,
    /// a route decided
    Route {
        /// the table
        table: RouteTableId,
        /// the route's destination as the table has it
        destination: RouteDestination,
        /// the block that selected the packet
        prefix: Prefix,
        /// where it leads
        target: RouteTarget,
    },
    /// no route
    None {
        /// the table
        table: RouteTableId,
    },
}

/// What the gates found on a packet's way, as far as it came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// security groups of the sender
    pub group_out: Option<GroupFinding>,
    /// ACL of the sender's subnet; none if the packet does not leave the subnet
    pub acl_out: Option<AclFinding>,
    /// routing
    pub route: Option<RouteFinding>,
    /// ACL of the receiver's subnet; none if the packet does not enter it from outside
    pub acl_in: Option<AclFinding>,
    /// security groups of the receiver
    pub group_in: Option<GroupFinding>,
}

/// What became of a packet, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// what became of it
    pub verdict: Verdict,
    /// the NAT gateway through which it came, with what the gates found as far as there
    pub through: Option<Through>,
    /// what the gates found, since the NAT gateway if it came through one
    pub findings: Findings,
}

/// A NAT gateway on a packet's way, which makes two ways of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Through {
    /// the gateway
    pub gateway: NatGatewayId,
    /// what the gates found on the way to it; its subnet's ACL is the one inwards
    pub findings: Findings,
}
