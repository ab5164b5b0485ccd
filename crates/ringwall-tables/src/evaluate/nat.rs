//! NAT gateways: who was lent which port.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use ringwall_abi::code as c;
use ringwall_abi::record::{NatGatewayRecord, NatKey};
use ringwall_model::gate::Reason;
use ringwall_model::limits::{NAT_ATTEMPTS, NAT_FIRST_PORT, NAT_TIMEOUT, TCP_CLOSED_TIMEOUT};
use ringwall_net::frame::{Embedded, EmbeddedTransport, TcpFlags};
use ringwall_net::icmp::{Role, role};
use ringwall_net::{Family, Protocol};

use super::packet::{Headers, Ports};
use super::{At, Evaluator};
use crate::flat::Map;

/// What is lent to a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loan {
    address: [u8; 4],
    port: u16,
    flags: u8,
    seen: u32,
}

/// What is lent, by connection.
pub type Loans = BTreeMap<NatKey, Loan>;

/// The packet as it goes on, and what is to be written down once it does.
pub type Translated = (Headers, Option<(NatKey, Loan)>);

/// Ends what has been idle for its time, and what belongs to gateways that are gone.
pub fn sweep(tables: &mut Evaluator, now: u32) {
    let there: Vec<u32> = tables.interfaces().map(|record| record.id).collect();
    tables.loans.retain(|key, loan| {
        let timeout = if loan.flags & c::NAT_CLOSED != 0 { TCP_CLOSED_TIMEOUT } else { NAT_TIMEOUT };
        there.contains(&key.gateway) && now - loan.seen < timeout
    });
}

/// A packet of another kind than a gateway carries.
fn check(headers: &Headers, is_fragment: bool) -> Result<(), Reason> {
    let is_carried = match headers.ports {
        Ports::Both(..) => matches!(headers.protocol, Protocol::TCP | Protocol::UDP),
        Ports::Icmp(..) => headers.protocol == Protocol::ICMP,
        Ports::None => false,
    };
    if !is_carried || headers.family() == Family::V6 {
        return Err(Reason::NatGatewayProtocol);
    }
    if is_fragment && headers.protocol != Protocol::UDP { Err(Reason::NatGatewayFragment) } else { Ok(()) }
}

fn octets(address: IpAddr) -> Option<[u8; 4]> {
    match address {
        IpAddr::V4(address) => Some(address.octets()),
        IpAddr::V6(_) => None,
    }
}

fn is_report(headers: &Headers) -> bool {
    matches!(headers.ports, Ports::Icmp(kind, ..) if role(headers.family(), kind) == Role::Error)
}

fn owns(tables: &Evaluator, n: &At, address: [u8; 4]) -> bool {
    let endpoint = tables.endpoint(n.record.vpc, Ipv4Addr::from(address).into());
    endpoint.is_some_and(|endpoint| endpoint.slot == n.slot)
}

/// Out through the gateway.
pub fn outward(
    tables: &Evaluator,
    n: &At,
    headers: &Headers,
    is_fragment: bool,
    now: u32,
) -> Result<Translated, Reason> {
    check(headers, is_fragment)?;
    let usable = |key: &NatKey| tables.loans.get(key).filter(|loan| owns(tables, n, loan.address)).copied();
    if is_report(headers) {
        let shown = headers.embedded.filter(|shown| shown.source == headers.destination).ok_or(Reason::NoNatMapping)?;
        let key = shown_key(n, &shown, false).ok_or(Reason::NoNatMapping)?;
        let loan = usable(&key).ok_or(Reason::NoNatMapping)?;
        let mut next = headers.clone();
        next.source = Ipv4Addr::from(loan.address).into();
        next.embedded = Some(shown_from(&shown, false, loan.address, loan.port));
        return Ok((next, None));
    }
    let (source_port, destination_port) = match headers.ports {
        Ports::Both(source, destination) => (source, destination),
        Ports::Icmp(kind, _, identifier) => match role(Family::V4, kind) {
            Role::Query { question } => (identifier, u16::from(question)),
            _ => return Err(Reason::NoNatMapping),
        },
        Ports::None => return Err(Reason::NatGatewayProtocol),
    };
    let key = NatKey {
        gateway: n.record.id,
        source: octets(headers.source).ok_or(Reason::NatGatewayProtocol)?,
        destination: octets(headers.destination).ok_or(Reason::NatGatewayProtocol)?,
        source_port,
        destination_port,
        protocol: headers.protocol.0,
        reserved: [0; 3],
    };
    let opens = headers.opens_connection();
    let loan = match usable(&key) {
        Some(loan) => loan,
        None if headers.protocol == Protocol::TCP && !opens => return Err(Reason::NatConnectionUnknown),
        None => lend(tables, n, &key).ok_or(Reason::NatGatewayPortsExhausted)?,
    };
    let mut next = headers.clone();
    next.source = Ipv4Addr::from(loan.address).into();
    next.ports = match headers.ports {
        Ports::Both(_, destination) => Ports::Both(loan.port, destination),
        Ports::Icmp(kind, code, _) => Ports::Icmp(kind, code, loan.port),
        Ports::None => Ports::None,
    };
    let loan = if opens { Loan { flags: 0, ..loan } } else { loan };
    Ok((next, Some((key, advanced(loan, headers.flags, c::NAT_FIN_OUT, now)))))
}

/// Back through the gateway.
pub fn inward(
    tables: &Evaluator,
    n: &At,
    headers: &Headers,
    is_fragment: bool,
    now: u32,
) -> Result<Translated, Reason> {
    check(headers, is_fragment)?;
    let borrower = |key: &NatKey| {
        let mut loans = tables.loans.iter().filter(|(other, loan)| {
            let (address, port) = (loan.address, loan.port);
            NatKey { source: address, source_port: port, ..**other } == *key
        });
        loans.next().map(|(key, loan)| (*key, *loan)).ok_or(Reason::NoNatMapping)
    };
    let mut next = headers.clone();
    if is_report(headers) {
        let shown = headers.embedded.filter(|shown| shown.source == headers.destination).ok_or(Reason::NoNatMapping)?;
        let (key, _) = borrower(&shown_key(n, &shown, true).ok_or(Reason::NoNatMapping)?)?;
        next.destination = Ipv4Addr::from(key.source).into();
        next.embedded = Some(shown_from(&shown, true, key.source, key.source_port));
        return Ok((next, None));
    }
    if headers.opens_connection() {
        return Err(Reason::NoNatMapping);
    }
    let (own, remote) = match headers.ports {
        Ports::Both(source, destination) => (destination, source),
        Ports::Icmp(kind, _, identifier) => match role(Family::V4, kind) {
            Role::Answer { question } => (identifier, u16::from(question)),
            _ => return Err(Reason::NoNatMapping),
        },
        Ports::None => return Err(Reason::NatGatewayProtocol),
    };
    let outside = NatKey {
        gateway: n.record.id,
        source: octets(headers.destination).ok_or(Reason::NatGatewayProtocol)?,
        destination: octets(headers.source).ok_or(Reason::NatGatewayProtocol)?,
        source_port: own,
        destination_port: remote,
        protocol: headers.protocol.0,
        reserved: [0; 3],
    };
    let (key, loan) = borrower(&outside)?;
    next.destination = Ipv4Addr::from(key.source).into();
    next.ports = match headers.ports {
        Ports::Both(source, _) => Ports::Both(source, key.source_port),
        Ports::Icmp(kind, code, _) => Ports::Icmp(kind, code, key.source_port),
        Ports::None => Ports::None,
    };
    Ok((next, Some((key, advanced(loan, headers.flags, c::NAT_FIN_IN, now)))))
}

fn advanced(loan: Loan, flags: Option<TcpFlags>, fin: u8, now: u32) -> Loan {
    let is_over = loan.flags & c::NAT_CLOSED != 0;
    let mut next = Loan { seen: if is_over { loan.seen } else { now }, ..loan };
    let Some(flags) = flags else { return next };
    if flags.has(TcpFlags::FIN) {
        next.flags |= fin;
    }
    let both = c::NAT_FIN_OUT | c::NAT_FIN_IN;
    if flags.has(TcpFlags::RST) || next.flags & both == both {
        next.flags |= c::NAT_CLOSED;
    }
    next
}

fn lend(tables: &Evaluator, n: &At, key: &NatKey) -> Option<Loan> {
    let record: NatGatewayRecord =
        tables.maps.get(Map::NatGateways, &(n.slot << 1 | tables.maps.bank).to_ne_bytes())?;
    let mut sum = record.port_seed;
    let ports = u32::from(key.source_port) * 65_536 + u32::from(key.destination_port);
    for word in [u32::from_be_bytes(key.source), u32::from_be_bytes(key.destination), ports, u32::from(key.protocol)] {
        sum = (sum ^ word).wrapping_mul(2_654_435_761);
        sum ^= sum >> 15;
    }
    for turn in 0..record.address_count {
        let address = record.addresses[((sum % record.address_count + turn) % record.address_count) as usize];
        let rivals = tables.loans.iter().filter(|(other, loan)| {
            loan.address == address
                && *other != key
                && NatKey { source: key.source, source_port: key.source_port, ..**other } == *key
        });
        let taken: Vec<u16> = rivals.map(|(_, loan)| loan.port).collect();
        if taken.len() as u32 >= record.connection_limit {
            continue;
        }
        for attempt in 0..NAT_ATTEMPTS {
            let mut number = sum.wrapping_add(attempt.wrapping_mul(2_654_435_769));
            number = (number ^ number >> 16).wrapping_mul(2_246_822_507);
            number ^= number >> 13;
            let port = NAT_FIRST_PORT + (number % (65_536 - u32::from(NAT_FIRST_PORT))) as u16;
            if !taken.contains(&port) {
                return Some(Loan { address, port, flags: 0, seen: 0 });
            }
        }
    }
    None
}

/// The connection that a report shows a packet of.
fn shown_key(n: &At, shown: &Embedded, went_out: bool) -> Option<NatKey> {
    let (near, far) = match shown.transport {
        EmbeddedTransport::Ports { source, destination } if went_out => (source, destination),
        EmbeddedTransport::Ports { source, destination } => (destination, source),
        EmbeddedTransport::Icmp { kind, identifier } => match role(Family::of(shown.source), kind) {
            Role::Query { question } if went_out => (identifier, u16::from(question)),
            Role::Answer { question } if !went_out => (identifier, u16::from(question)),
            _ => return None,
        },
        EmbeddedTransport::Other => return None,
    };
    let (source, destination) =
        if went_out { (shown.source, shown.destination) } else { (shown.destination, shown.source) };
    Some(NatKey {
        gateway: n.record.id,
        source: octets(source)?,
        destination: octets(destination)?,
        source_port: near,
        destination_port: far,
        protocol: shown.protocol.0,
        reserved: [0; 3],
    })
}

fn shown_from(shown: &Embedded, is_source: bool, address: [u8; 4], port: u16) -> Embedded {
    let mut next = *shown;
    let address = Ipv4Addr::from(address).into();
    if is_source {
        next.source = address;
    } else {
        next.destination = address;
    }
    next.transport = match shown.transport {
        EmbeddedTransport::Ports { destination, .. } if is_source => {
            EmbeddedTransport::Ports { source: port, destination }
        }
        EmbeddedTransport::Ports { source, .. } => EmbeddedTransport::Ports { source, destination: port },
        EmbeddedTransport::Icmp { kind, .. } => EmbeddedTransport::Icmp { kind, identifier: port },
        EmbeddedTransport::Other => EmbeddedTransport::Other,
    };
    next
}
