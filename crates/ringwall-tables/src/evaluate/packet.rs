//! The headers by which a packet is judged, also of a later fragment.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ringwall_abi::record::FragmentKeyRecord;
use ringwall_model::limits::FRAGMENT_TIMEOUT;
use ringwall_model::outcome::Sent;
use ringwall_model::session::Direction;
use ringwall_net::frame::{Embedded, EmbeddedTransport, Fragment, Packet, TcpFlags, Transport};
use ringwall_net::icmp::{Role, role};
use ringwall_net::{Family, MacAddress, Protocol};

use super::classify::Query;
use crate::mapped;

/// First fragments: what they said, and when.
pub type Fragments = BTreeMap<FragmentKeyRecord, (Protocol, Ports, u32)>;

/// Source and destination port; of ICMP, type and code, and the identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ports {
    /// TCP or UDP
    Both(u16, u16),
    /// ICMP
    Icmp(u8, u8, u16),
    /// none
    None,
}

/// The headers.
#[derive(Clone, Debug)]
pub struct Headers {
    pub source: IpAddr,
    pub destination: IpAddr,
    pub protocol: Protocol,
    pub ports: Ports,
    pub flags: Option<TcpFlags>,
    pub embedded: Option<Embedded>,
    pub is_later_fragment: bool,
}

/// The headers of the packet as they are written.
pub fn written(packet: &Packet) -> Headers {
    let (ports, flags, embedded) = transport(packet);
    Headers {
        source: packet.source,
        destination: packet.destination,
        protocol: packet.protocol,
        ports,
        flags,
        embedded,
        is_later_fragment: false,
    }
}

fn transport(packet: &Packet) -> (Ports, Option<TcpFlags>, Option<Embedded>) {
    match packet.transport {
        Transport::Tcp { source, destination, flags } => (Ports::Both(source, destination), Some(flags), None),
        Transport::Udp { source, destination } => (Ports::Both(source, destination), None, None),
        Transport::Icmp { kind, code, identifier, embedded, .. } => {
            (Ports::Icmp(kind, code, identifier), None, embedded)
        }
        Transport::Other | Transport::Missing => (Ports::None, None, None),
    }
}

/// The headers of the packet; none of a later fragment whose first one is not known.
pub fn resolve(fragments: &mut Fragments, interface: u32, packet: &Packet, now: u32) -> Option<Headers> {
    let mut headers = written(packet);
    let ports = headers.ports;
    let key = |identification| FragmentKeyRecord {
        interface,
        identification,
        source: mapped(packet.source),
        destination: mapped(packet.destination),
        protocol: if packet.source.is_ipv4() { packet.protocol.0 } else { 0 },
        reserved: [0; 3],
    };
    match packet.fragment {
        Fragment::Whole => {}
        Fragment::First { identification } => {
            fragments.insert(key(identification), (packet.protocol, ports, now));
        }
        Fragment::Later { identification } => {
            let (protocol, ports, seen) = *fragments.get(&key(identification))?;
            if now - seen >= FRAGMENT_TIMEOUT {
                return None;
            }
            (headers.protocol, headers.ports, headers.is_later_fragment) = (protocol, ports, true);
        }
    }
    Some(headers)
}

impl Headers {
    pub fn family(&self) -> Family {
        Family::of(self.source)
    }

    pub fn family_index(&self) -> usize {
        match self.family() {
            Family::V4 => 0,
            Family::V6 => 1,
        }
    }

    pub fn opens_connection(&self) -> bool {
        self.protocol == Protocol::TCP && self.flags.is_some_and(TcpFlags::opens)
    }

    pub fn query(&self, direction: Direction) -> Query {
        let port = match self.ports {
            Ports::Both(_, destination) => Some(destination),
            Ports::Icmp(kind, code, _) => Some(u16::from(kind) << 8 | u16::from(code)),
            Ports::None => None,
        };
        let remote = if direction == Direction::In { self.source } else { self.destination };
        Query { remote, protocol: self.protocol.0, port }
    }

    /// What the rules are asked before the sender is told that this packet was too big; nothing is told about a report.
    pub fn report_query(&self, router: IpAddr) -> Option<Query> {
        let family = self.family();
        if self.is_later_fragment || matches!(self.ports, Ports::Icmp(kind, ..) if role(family, kind) == Role::Error) {
            return None;
        }
        let (protocol, port) = match family {
            Family::V4 => (Protocol::ICMP, 3 << 8 | 4),
            Family::V6 => (Protocol::ICMPV6, 2 << 8),
        };
        Some(Query { remote: router, protocol: protocol.0, port: Some(port) })
    }

    /// The packet inside a report, if the report goes to its sender.
    pub fn reported(&self) -> Option<Headers> {
        let embedded = self.embedded.filter(|embedded| embedded.source == self.destination)?;
        let ports = match embedded.transport {
            EmbeddedTransport::Ports { source, destination } => Ports::Both(source, destination),
            EmbeddedTransport::Icmp { kind, identifier } => Ports::Icmp(kind, 0, identifier),
            EmbeddedTransport::Other => Ports::None,
        };
        let Embedded { source, destination, protocol, .. } = embedded;
        Some(Headers { source, destination, protocol, ports, flags: None, embedded: None, is_later_fragment: false })
    }

    pub fn translated(&self, source: IpAddr, destination: IpAddr) -> Headers {
        let mut headers = self.clone();
        if let Some(embedded) = &mut headers.embedded {
            if embedded.source == self.destination {
                embedded.source = destination;
            }
            if embedded.destination == self.source {
                embedded.destination = source;
            }
        }
        (headers.source, headers.destination) = (source, destination);
        headers
    }

    /// The ports that are written in the packet, or the identifier of an ICMP query or answer.
    fn written_ports(&self) -> Option<(u16, u16)> {
        match self.ports {
            _ if self.is_later_fragment => None,
            Ports::Both(source, destination) => Some((source, destination)),
            Ports::Icmp(kind, _, identifier) => {
                let has_identifier = matches!(role(self.family(), kind), Role::Query { .. } | Role::Answer { .. });
                has_identifier.then_some((identifier, 0))
            }
            Ports::None => None,
        }
    }

    pub fn sent(&self, source_mac: Option<MacAddress>, destination_mac: Option<MacAddress>) -> Sent {
        Sent {
            source_mac,
            destination_mac,
            source: self.source,
            destination: self.destination,
            ports: self.written_ports(),
            embedded: self.embedded,
        }
    }
}
