//! Flows as interfaces see them.

use std::net::{IpAddr, Ipv4Addr};

use ringwall_model::id::{InstanceId, NetworkInterfaceId, SubnetId, VpcId};
use serde::{Deserialize, Serialize};

/// Which way packets go, as the interface sees it (FL-22).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// to the interface
    Ingress,
    /// from the interface
    Egress,
}

impl Direction {
    /// Its name in records.
    pub fn name(self) -> &'static str {
        match self {
            Direction::Ingress => "ingress",
            Direction::Egress => "egress",
        }
    }
}

/// What security groups and network ACLs said (FL-11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Action {
    /// they let it through
    Accept,
    /// one of them refused it
    Reject,
}

impl Action {
    /// Its name in records.
    pub fn name(self) -> &'static str {
        match self {
            Action::Accept => "ACCEPT",
            Action::Reject => "REJECT",
        }
    }
}

/// Packets of the same kind at one interface: a record is about one of these (FL-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Flow {
    /// the number that the interface has in the kernel
    pub interface: u32,
    /// which way
    pub direction: Direction,
    /// what became of them
    pub action: Action,
    /// source address, as the interface sees it: its own side is always the private address (FL-18)
    pub source: IpAddr,
    /// destination address
    pub destination: IpAddr,
    /// source port; 0 without ports (FL-14)
    pub source_port: u16,
    /// destination port; 0 without ports (FL-14)
    pub destination_port: u16,
    /// protocol, by its IANA number
    pub protocol: u8,
}

/// FIN in `tcp-flags` (FL-20).
pub const FIN: u8 = 1;
/// SYN without ACK in `tcp-flags` (FL-20).
pub const SYN: u8 = 2;
/// RST in `tcp-flags` (FL-20).
pub const RST: u8 = 4;
/// SYN with ACK in `tcp-flags` (FL-20).
pub const SYN_ACK: u8 = 18;

/// How much of a flow there was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// packets
    pub packets: u64,
    /// their bytes, from the IP header on
    pub bytes: u64,
    /// what TCP flags were seen: an OR of [`FIN`], [`SYN`], [`RST`], [`SYN_ACK`] (FL-20)
    pub tcp_flags: u8,
    /// second, since 1970, in which the first packet was seen, or not long before (FL-10)
    pub first: i64,
    /// second, since 1970, in which the last packet was seen, or not long after (FL-10)
    pub last: i64,
    /// the way that it took, by the numbers of FL-23, where that is known
    pub path: Option<u8>,
}

impl Count {
    /// Adds what came beside it.
    pub fn add(&mut self, other: &Count) {
        self.packets = self.packets.saturating_add(other.packets);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.tcp_flags |= other.tcp_flags;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.path = other.path.or(self.path);
    }
}

/// What records say of an interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interface {
    /// its id
    pub id: NetworkInterfaceId,
    /// its VPC
    pub vpc: VpcId,
    /// its subnet
    pub subnet: SubnetId,
    /// the instance that it is attached to
    pub instance: Option<InstanceId>,
    /// its primary private IPv4 address, which stands for all of its own (FL-17)
    pub primary: Option<Ipv4Addr>,
    /// the router of its subnet
    pub router: Ipv4Addr,
    /// the resolver of its VPC
    pub resolver: Option<Ipv4Addr>,
    /// the Region
    pub region: String,
    /// the id of its Availability Zone
    pub zone_id: String,
    /// whether it carries traffic: then there is a record even without any (FL-15)
    pub is_up: bool,
}

/// Instance metadata, the clock and the resolver, by the addresses that they have in every VPC.
const SERVICES: [&str; 6] =
    ["169.254.169.254", "169.254.169.123", "169.254.169.253", "fd00:ec2::254", "fd00:ec2::123", "fd00:ec2::253"];
const DNS: u16 = 53;
const DHCP: [u16; 4] = [67, 68, 546, 547];

impl Interface {
    /// Whether traffic of the flow is logged: what goes to AWS's own services in the VPC is not (FL-26).
    pub fn logs(&self, flow: &Flow) -> bool {
        let (far, far_port) = match flow.direction {
            Direction::Ingress => (flow.source, flow.source_port),
            Direction::Egress => (flow.destination, flow.destination_port),
        };
        let is_service = SERVICES.iter().any(|service| service.parse() == Ok(far));
        let is_router = far == IpAddr::V4(self.router);
        let is_resolver = self.resolver.is_some_and(|own| far == IpAddr::V4(own)) && far_port == DNS;
        let is_dhcp = flow.protocol == 17 && DHCP.contains(&flow.source_port) && DHCP.contains(&flow.destination_port);
        !is_service && !is_router && !is_resolver && !is_dhcp
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::{flow, interface};

    #[test]
    fn traffic_to_the_networks_own_services_is_not_logged() {
        let own = interface(1);
        let to = |address: [u8; 4], port| {
            let flow = flow(Direction::Egress, [10, 0, 0, 220], address);
            own.logs(&Flow { destination_port: port, protocol: 17, ..flow })
        };
        assert!(
            !to([169, 254, 169, 254], 80) && !to([169, 254, 169, 123], 123) && !to([169, 254, 169, 253], 53),
            "FL-26"
        );
        assert!(!to([10, 0, 0, 2], 53) && to([10, 0, 0, 2], 54) && to([9, 9, 9, 9], 53), "FL-26: other resolvers are");
        assert!(!to([10, 0, 0, 1], 9) && to([10, 0, 0, 9], 9));
        let dhcp = flow(Direction::Egress, [10, 0, 0, 220], [10, 0, 0, 9]);
        assert!(!own.logs(&Flow { source_port: 68, destination_port: 67, protocol: 17, ..dhcp }));
        let answer = flow(Direction::Ingress, [169, 254, 169, 254], [10, 0, 0, 220]);
        assert!(!own.logs(&answer));
    }
}
