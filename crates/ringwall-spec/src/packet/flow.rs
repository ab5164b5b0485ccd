//! The part of a packet by which rules select it and sessions are known.

use std::net::IpAddr;

use ringwall_model::session::{Direction, IcmpRole, SessionKey};
use ringwall_net::frame::{Embedded, EmbeddedTransport, Fragment, TcpFlags};
use ringwall_net::icmp::{Role, role};
use ringwall_net::{Family, Protocol};

/// Addresses, protocol and transport header of a packet; of a later fragment, with what the first one said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// source address
    pub source: IpAddr,
    /// destination address
    pub destination: IpAddr,
    /// transport protocol
    pub protocol: Protocol,
    /// transport header
    pub transport: FlowTransport,
}

/// The transport header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlowTransport {
    /// TCP or UDP
    Ports {
        /// source port
        source: u16,
        /// destination port
        destination: u16,
        /// TCP's flags; none in later fragments
        flags: Option<TcpFlags>,
    },
    /// ICMP
    Icmp {
        /// type
        kind: u8,
        /// code
        code: u8,
        /// identifier
        identifier: u16,
        /// the packet that an error is about
        embedded: Option<Embedded>,
    },
    /// another protocol
    Other,
}

impl Flow {
    /// The family of both addresses.
    pub fn family(&self) -> Family {
        Family::of(self.source)
    }

    /// The address at the other end, seen from an interface that the packet crosses in a direction.
    pub fn remote(&self, direction: Direction) -> IpAddr {
        match direction {
            Direction::In => self.source,
            Direction::Out => self.destination,
        }
    }

    /// Whether it asks for a new TCP connection.
    pub fn opens_connection(&self) -> bool {
        matches!(self.transport, FlowTransport::Ports { flags: Some(flags), .. } if self.protocol == Protocol::TCP && flags.opens())
    }

    /// The session that it belongs to at an interface; none for ICMP messages that are neither query nor answer.
    pub fn session_key(&self, direction: Direction) -> Option<SessionKey> {
        let (source_port, destination_port, asks) = match self.transport {
            FlowTransport::Ports { source, destination, .. } => (source, destination, None),
            FlowTransport::Other => (0, 0, None),
            FlowTransport::Icmp { kind, identifier, .. } => match role(self.family(), kind) {
                Role::Query { question } => (identifier, u16::from(question), Some(direction == Direction::Out)),
                Role::Answer { question } => (u16::from(question), identifier, Some(direction == Direction::In)),
                Role::Error | Role::Other => return None,
            },
        };
        let icmp = match asks {
            None => IcmpRole::None,
            Some(true) => IcmpRole::Asks,
            Some(false) => IcmpRole::Answers,
        };
        let (local, remote, local_port, remote_port) = match direction {
            Direction::Out => (self.source, self.destination, source_port, destination_port),
            Direction::In => (self.destination, self.source, destination_port, source_port),
        };
        Some(SessionKey { local, remote, protocol: self.protocol, local_port, remote_port, icmp })
    }

    /// The packet that an ICMP error is about, if the error goes to where that packet came from.
    pub fn reported(&self) -> Option<Flow> {
        let FlowTransport::Icmp { embedded: Some(embedded), .. } = self.transport else { return None };
        let transport = match embedded.transport {
            EmbeddedTransport::Ports { source, destination } => {
                FlowTransport::Ports { source, destination, flags: None }
            }
            EmbeddedTransport::Icmp { kind, identifier } => {
                FlowTransport::Icmp { kind, code: 0, identifier, embedded: None }
            }
            EmbeddedTransport::Other => FlowTransport::Other,
        };
        let Embedded { source, destination, protocol, .. } = embedded;
        (self.destination == source).then_some(Flow { source, destination, protocol, transport })
    }

    /// The same packet with other addresses, as an internet gateway rewrites it; the packet inside an ICMP error, which
    /// went the other way, follows.
    pub fn translated(&self, source: IpAddr, destination: IpAddr) -> Flow {
        let mut flow = Flow { source, destination, ..self.clone() };
        if let FlowTransport::Icmp { embedded: Some(embedded), .. } = &mut flow.transport {
            if embedded.source == self.destination {
                embedded.source = destination;
            }
            if embedded.destination == self.source {
                embedded.destination = source;
            }
        }
        flow
    }

    /// The packet inside an ICMP error.
    pub fn embedded(&self) -> Option<Embedded> {
        match self.transport {
            FlowTransport::Icmp { embedded, .. } => embedded,
            _ => None,
        }
    }

    /// The same ICMP error with another packet inside.
    pub fn with_embedded(mut self, shown: Embedded) -> Flow {
        if let FlowTransport::Icmp { embedded, .. } = &mut self.transport {
            *embedded = Some(shown);
        }
        self
    }

    /// The same packet from another address and port, as a NAT gateway sends it on; of an ICMP query, the identifier.
    pub fn with_source(&self, address: IpAddr, port: u16) -> Flow {
        let mut flow = Flow { source: address, ..self.clone() };
        match &mut flow.transport {
            FlowTransport::Ports { source, .. } => *source = port,
            FlowTransport::Icmp { identifier, .. } => *identifier = port,
            FlowTransport::Other => {}
        }
        flow
    }

    /// The same packet to another address and port, as a NAT gateway sends it back; of an ICMP answer, the identifier.
    pub fn with_destination(&self, address: IpAddr, port: u16) -> Flow {
        let mut flow = Flow { destination: address, ..self.clone() };
        match &mut flow.transport {
            FlowTransport::Ports { destination, .. } => *destination = port,
            FlowTransport::Icmp { identifier, .. } => *identifier = port,
            FlowTransport::Other => {}
        }
        flow
    }

    /// The ports as they are written in the packet; of an ICMP query or its answer, the identifier. Later fragments have
    /// none.
    pub fn written_ports(&self, fragment: Fragment) -> Option<(u16, u16)> {
        if matches!(fragment, Fragment::Later { .. }) {
            return None;
        }
        match self.transport {
            FlowTransport::Ports { source, destination, .. } => Some((source, destination)),
            FlowTransport::Icmp { kind, identifier, .. } => match role(self.family(), kind) {
                Role::Query { .. } | Role::Answer { .. } => Some((identifier, 0)),
                Role::Error | Role::Other => None,
            },
            FlowTransport::Other => None,
        }
    }
}
