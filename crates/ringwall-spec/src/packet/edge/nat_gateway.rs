//! The NAT gateway: many private addresses behind few.
//!
//! It lends the sender of a connection one of its own addresses and a port there (NAT-5, NAT-6), remembers the loan as long
//! as the connection is in use (NAT-9), and gives what comes back for it to its owner. Destinations are never altered.
//! Nothing comes in that was not begun inside, not even from the right host by another port (NAT-12, NAT-35). It carries
//! TCP, UDP and ICMP over IPv4 (NAT-4), and fragments of UDP alone (NAT-15).
//!
//! Which port is lent follows from the connection and a number that only the gateway knows. One address serves so many
//! connections to one destination and no more (NAT-7).

use std::net::{IpAddr, Ipv4Addr};

use ringwall_model::gate::Reason;
use ringwall_model::id::{NatGatewayId, NetworkInterfaceId};
use ringwall_model::limits::{NAT_ATTEMPTS, NAT_FIRST_PORT, NAT_TIMEOUT, TCP_CLOSED_TIMEOUT};
use ringwall_model::world::{NatGateway, World};
use ringwall_net::Protocol;
use ringwall_net::frame::{Embedded, EmbeddedTransport, Fragment, TcpFlags};
use ringwall_net::icmp::{Role, role};

use crate::packet::Memory;
use crate::packet::flow::{Flow, FlowTransport};

/// A connection as its sender knows it. Of an ICMP query, the ports are its identifier and its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Connection {
    /// the sender
    pub source: Ipv4Addr,
    /// its port
    pub source_port: u16,
    /// the other end, which the gateway leaves as it is
    pub destination: Ipv4Addr,
    /// its port
    pub destination_port: u16,
    /// TCP, UDP or ICMP
    pub protocol: Protocol,
}

/// What the gateway lends to a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// the gateway's address
    pub address: Ipv4Addr,
    /// the port there
    pub port: u16,
    /// TCP: FIN seen from inside
    pub fin_out: bool,
    /// TCP: FIN seen from outside
    pub fin_in: bool,
    /// TCP: both ends are done, or one has reset it
    pub closed: bool,
    /// the second of its last packet
    pub last_seen: u32,
}

/// What becomes of a packet at the gateway.
pub struct Translation {
    /// the packet as it goes on
    pub flow: Flow,
    /// what there is to remember, once it has gone on
    pub loan: Option<(Connection, Mapping)>,
}

/// The gateway that has the interface.
pub fn of_interface(world: &World, interface: NetworkInterfaceId) -> Option<NatGatewayId> {
    world.nat_gateways.iter().find(|(_, gateway)| gateway.interface == interface).map(|(id, _)| *id)
}

/// Ends what has been idle for its time, and what belonged to gateways that are gone.
pub fn end_idle(world: &World, memory: &mut Memory, now: u32) {
    memory.nat.retain(|(gateway, _), mapping| {
        let timeout = if mapping.closed { TCP_CLOSED_TIMEOUT } else { NAT_TIMEOUT };
        world.nat_gateways.contains_key(gateway) && now - mapping.last_seen < timeout
    });
}

/// Why the gateway takes no such packet at all.
fn unfit(flow: &Flow, fragment: Fragment) -> Option<Reason> {
    let is_carried = match flow.protocol {
        Protocol::TCP | Protocol::UDP => matches!(flow.transport, FlowTransport::Ports { .. }),
        Protocol::ICMP => matches!(flow.transport, FlowTransport::Icmp { .. }),
        _ => false,
    };
    if !is_carried || !flow.source.is_ipv4() {
        return Some(Reason::NatGatewayProtocol);
    }
    let is_whole = fragment == Fragment::Whole;
    (!is_whole && flow.protocol != Protocol::UDP).then_some(Reason::NatGatewayFragment)
}

/// A packet that comes to the gateway from inside, to go on.
pub fn outward(
    world: &World,
    memory: &Memory,
    id: NatGatewayId,
    fragment: Fragment,
    flow: &Flow,
    now: u32,
) -> Result<Translation, Reason> {
    if let Some(reason) = unfit(flow, fragment) {
        return Err(reason);
    }
    if is_error(flow) {
        return report_outward(world, memory, id, flow).ok_or(Reason::NoNatMapping);
    }
    let connection = connection_of(flow).ok_or(Reason::NoNatMapping)?;
    let known = find(world, memory, id, &connection);
    let mapping = match known {
        Some(mapping) => advance(&mapping, flow, true, now),
        None if flow.protocol == Protocol::TCP && !flow.opens_connection() => {
            return Err(Reason::NatConnectionUnknown);
        }
        None => {
            let (address, port) = lend(memory, id, &world.nat_gateways[&id], &connection)?;
            let fresh = Mapping { address, port, fin_out: false, fin_in: false, closed: false, last_seen: now };
            advance(&fresh, flow, true, now)
        }
    };
    let flow = flow.with_source(mapping.address.into(), mapping.port);
    Ok(Translation { flow, loan: Some((connection, mapping)) })
}

/// A packet that comes to one of the gateway's addresses, to go back to who began.
pub fn inward(
    memory: &Memory,
    id: NatGatewayId,
    fragment: Fragment,
    flow: &Flow,
    now: u32,
) -> Result<Translation, Reason> {
    if let Some(reason) = unfit(flow, fragment) {
        return Err(reason);
    }
    if is_error(flow) {
        return report_inward(memory, id, flow).ok_or(Reason::NoNatMapping);
    }
    if flow.opens_connection() {
        return Err(Reason::NoNatMapping);
    }
    let answered = answered_by(flow).ok_or(Reason::NoNatMapping)?;
    let (connection, mapping) = lent(memory, id, &answered).ok_or(Reason::NoNatMapping)?;
    let flow = flow.with_destination(connection.source.into(), connection.source_port);
    let mapping = advance(&mapping, &flow, false, now);
    Ok(Translation { flow, loan: Some((connection, mapping)) })
}

fn is_error(flow: &Flow) -> bool {
    matches!(flow.transport, FlowTransport::Icmp { kind, .. } if role(flow.family(), kind) == Role::Error)
}

fn v4(address: IpAddr) -> Option<Ipv4Addr> {
    match address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    }
}

/// The connection to which a packet from inside belongs; an ICMP message must be a query.
fn connection_of(flow: &Flow) -> Option<Connection> {
    let (source_port, destination_port) = match flow.transport {
        FlowTransport::Ports { source, destination, .. } => (source, destination),
        FlowTransport::Icmp { kind, identifier, .. } => match role(flow.family(), kind) {
            Role::Query { question } => (identifier, u16::from(question)),
            _ => return None,
        },
        FlowTransport::Other => return None,
    };
    let (source, destination) = (v4(flow.source)?, v4(flow.destination)?);
    Some(Connection { source, source_port, destination, destination_port, protocol: flow.protocol })
}

/// The connection, as the other end knows it, to which a packet from outside belongs: its source is the gateway's address.
fn answered_by(flow: &Flow) -> Option<Connection> {
    let (source_port, destination_port) = match flow.transport {
        FlowTransport::Ports { source, destination, .. } => (destination, source),
        FlowTransport::Icmp { kind, identifier, .. } => match role(flow.family(), kind) {
            Role::Answer { question } => (identifier, u16::from(question)),
            _ => return None,
        },
        FlowTransport::Other => return None,
    };
    let (source, destination) = (v4(flow.destination)?, v4(flow.source)?);
    Some(Connection { source, source_port, destination, destination_port, protocol: flow.protocol })
}

/// The connection's mapping. One whose address the gateway no longer has is of no use.
fn find(world: &World, memory: &Memory, id: NatGatewayId, connection: &Connection) -> Option<Mapping> {
    let mapping = memory.nat.get(&(id, *connection))?;
    let interface = &world.interfaces[&world.nat_gateways[&id].interface];
    interface.owns(mapping.address.into()).then_some(*mapping)
}

/// To whom the port was lent that `outside` names as its source.
fn lent(memory: &Memory, id: NatGatewayId, outside: &Connection) -> Option<(Connection, Mapping)> {
    let found = memory.nat.iter().find(|((gateway, connection), mapping)| {
        *gateway == id
            && (mapping.address, mapping.port) == (outside.source, outside.source_port)
            && Connection { source: outside.source, source_port: outside.source_port, ..*connection } == *outside
    });
    found.map(|((_, connection), mapping)| (*connection, *mapping))
}

/// An address and a port for a new connection.
fn lend(
    memory: &Memory,
    id: NatGatewayId,
    gateway: &NatGateway,
    connection: &Connection,
) -> Result<(Ipv4Addr, u16), Reason> {
    let start = scatter(gateway.port_seed, connection);
    let number = gateway.addresses.len();
    for turn in 0..number {
        let address = gateway.addresses[(start as usize % number + turn) % number];
        let is_same_destination = |other: &Connection| {
            let key = |one: &Connection| (one.destination, one.destination_port, one.protocol);
            key(other) == key(connection)
        };
        let taken: Vec<u16> = memory
            .nat
            .iter()
            .filter(|((owner, other), mapping)| {
                *owner == id && mapping.address == address && is_same_destination(other) && other != connection
            })
            .map(|(_, mapping)| mapping.port)
            .collect();
        if taken.len() >= gateway.connection_limit as usize {
            continue;
        }
        let free = (0..NAT_ATTEMPTS).map(|attempt| candidate(start, attempt)).find(|port| !taken.contains(port));
        if let Some(port) = free {
            return Ok((address, port));
        }
    }
    Err(Reason::NatGatewayPortsExhausted)
}

/// A number that only the gateway can tell from the connection.
fn scatter(seed: u32, connection: &Connection) -> u32 {
    let ports = u32::from(connection.source_port) << 16 | u32::from(connection.destination_port);
    let words =
        [connection.source.to_bits(), connection.destination.to_bits(), ports, u32::from(connection.protocol.0)];
    words.into_iter().fold(seed, |sum, word| {
        let mixed = (sum ^ word).wrapping_mul(0x9e37_79b1);
        mixed ^ mixed >> 15
    })
}

/// The port that is tried at an attempt.
fn candidate(start: u32, attempt: u32) -> u16 {
    let number = start.wrapping_add(attempt.wrapping_mul(0x9e37_79b9));
    let mixed = (number ^ number >> 16).wrapping_mul(0x85eb_ca6b);
    let ports = u32::from(u16::MAX - NAT_FIRST_PORT) + 1;
    NAT_FIRST_PORT + ((mixed ^ mixed >> 13) % ports) as u16
}

/// The mapping after a packet. A new connection between the same ports takes it over; nothing else prolongs one that is over.
fn advance(mapping: &Mapping, flow: &Flow, is_outward: bool, now: u32) -> Mapping {
    let is_over = mapping.closed && !flow.opens_connection();
    let mut next = Mapping { last_seen: if is_over { mapping.last_seen } else { now }, ..*mapping };
    let FlowTransport::Ports { flags: Some(flags), .. } = flow.transport else { return next };
    if is_outward && flow.opens_connection() {
        (next.fin_out, next.fin_in, next.closed) = (false, false, false);
    }
    if flags.has(TcpFlags::FIN) {
        let fin = if is_outward { &mut next.fin_out } else { &mut next.fin_in };
        *fin = true;
    }
    next.closed |= flags.has(TcpFlags::RST) || next.fin_out && next.fin_in;
    next
}

/// The ports of the packet inside a report, as [`Connection`] has them: of an ICMP packet, its identifier stands for the port
/// of the one who asks, and the type of the question for the other.
fn embedded_connection(embedded: &Embedded, went_out: bool) -> Option<Connection> {
    let family = ringwall_net::Family::of(embedded.source);
    let (near, far) = match (embedded.transport, went_out) {
        (EmbeddedTransport::Ports { source, destination }, true) => (source, destination),
        (EmbeddedTransport::Ports { source, destination }, false) => (destination, source),
        (EmbeddedTransport::Icmp { kind, identifier }, _) => match (role(family, kind), went_out) {
            (Role::Query { question }, true) | (Role::Answer { question }, false) => (identifier, u16::from(question)),
            _ => return None,
        },
        (EmbeddedTransport::Other, _) => return None,
    };
    let (source, destination) = match went_out {
        true => (v4(embedded.source)?, v4(embedded.destination)?),
        false => (v4(embedded.destination)?, v4(embedded.source)?),
    };
    Some(Connection { source, source_port: near, destination, destination_port: far, protocol: embedded.protocol })
}

/// A report from inside about a packet that came in: what it shows is the packet as the other end sent it.
fn report_outward(world: &World, memory: &Memory, id: NatGatewayId, flow: &Flow) -> Option<Translation> {
    let embedded = flow.embedded().filter(|embedded| embedded.source == flow.destination)?;
    let connection = embedded_connection(&embedded, false)?;
    let mapping = find(world, memory, id, &connection)?;
    let shown = with_end(&embedded, false, mapping.address, mapping.port);
    let flow = Flow { source: mapping.address.into(), ..flow.clone() }.with_embedded(shown);
    Some(Translation { flow, loan: None })
}

/// A report from outside about a packet that went out: what it shows is the packet as its sender sent it.
fn report_inward(memory: &Memory, id: NatGatewayId, flow: &Flow) -> Option<Translation> {
    let embedded = flow.embedded().filter(|embedded| embedded.source == flow.destination)?;
    let outside = embedded_connection(&embedded, true)?;
    let (connection, _) = lent(memory, id, &outside)?;
    let shown = with_end(&embedded, true, connection.source, connection.source_port);
    let flow = Flow { destination: connection.source.into(), ..flow.clone() }.with_embedded(shown);
    Some(Translation { flow, loan: None })
}

/// The embedded packet with another address and port at one of its ends: its source, or else its destination.
fn with_end(embedded: &Embedded, is_source: bool, address: Ipv4Addr, port: u16) -> Embedded {
    let mut shown = *embedded;
    if is_source {
        shown.source = address.into();
    } else {
        shown.destination = address.into();
    }
    match &mut shown.transport {
        EmbeddedTransport::Ports { source, .. } if is_source => *source = port,
        EmbeddedTransport::Ports { destination, .. } => *destination = port,
        EmbeddedTransport::Icmp { identifier, .. } => *identifier = port,
        EmbeddedTransport::Other => {}
    }
    shown
}
