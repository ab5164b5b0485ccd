//! Fragments: the first one carries the ports, and later ones are judged by what it said.
//!
//! A later fragment whose first one has not been seen is dropped: nobody could say what it belongs to.

use std::net::IpAddr;

use ringwall_model::limits::FRAGMENT_TIMEOUT;
use ringwall_model::outcome::Origin;
use ringwall_net::Protocol;
use ringwall_net::frame::{Fragment, Packet, Transport};

use super::Memory;
use super::flow::{Flow, FlowTransport};

/// What all fragments of a packet have in common. IPv6's later fragments do not say their protocol reliably.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FragmentKey {
    pub(super) origin: Origin,
    source: IpAddr,
    destination: IpAddr,
    identification: u32,
    protocol: Option<Protocol>,
}

/// What the first fragment said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FragmentRecord {
    protocol: Protocol,
    transport: FlowTransport,
    seen: u32,
}

/// The packet's flow. The first fragment is remembered; a later one without it gives none.
pub fn resolve(memory: &mut Memory, origin: Origin, packet: &Packet, now: u32) -> Option<Flow> {
    let key = |identification| FragmentKey {
        origin,
        source: packet.source,
        destination: packet.destination,
        identification,
        protocol: packet.source.is_ipv4().then_some(packet.protocol),
    };
    let flow =
        |protocol, transport| Flow { source: packet.source, destination: packet.destination, protocol, transport };
    match packet.fragment {
        Fragment::Later { identification } => {
            let first = memory.fragments.get(&key(identification))?;
            let fresh = now - first.seen < FRAGMENT_TIMEOUT;
            fresh.then(|| flow(first.protocol, first.transport.clone()))
        }
        Fragment::First { identification } => {
            let transport = without_segment(transport(packet));
            memory
                .fragments
                .insert(key(identification), FragmentRecord { protocol: packet.protocol, transport, seen: now });
            Some(flow(packet.protocol, self::transport(packet)))
        }
        Fragment::Whole => Some(flow(packet.protocol, transport(packet))),
    }
}

/// The packet's flow as it is written; of a later fragment, without ports.
pub fn written(packet: &Packet) -> Flow {
    let Packet { source, destination, protocol, .. } = *packet;
    Flow { source, destination, protocol, transport: transport(packet) }
}

fn transport(packet: &Packet) -> FlowTransport {
    match packet.transport {
        Transport::Tcp { source, destination, flags } => {
            FlowTransport::Ports { source, destination, flags: Some(flags) }
        }
        Transport::Udp { source, destination } => FlowTransport::Ports { source, destination, flags: None },
        Transport::Icmp { kind, code, identifier, embedded, .. } => {
            FlowTransport::Icmp { kind, code, identifier, embedded }
        }
        Transport::Other | Transport::Missing => FlowTransport::Other,
    }
}

/// What later fragments share with the first: not the flags of its segment, nor a packet embedded in it.
fn without_segment(transport: FlowTransport) -> FlowTransport {
    match transport {
        FlowTransport::Ports { source, destination, .. } => FlowTransport::Ports { source, destination, flags: None },
        FlowTransport::Icmp { kind, code, identifier, .. } => {
            FlowTransport::Icmp { kind, code, identifier, embedded: None }
        }
        FlowTransport::Other => FlowTransport::Other,
    }
}
