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
    /// the Region
    pub region: String,
    /// the id of its Availability Zone
    pub zone_id: String,
    /// whether it carries traffic: then there is a record even without any (FL-15)
    pub is_up: bool,
}
