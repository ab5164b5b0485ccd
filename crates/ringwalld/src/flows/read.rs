//! From the kernel's records to readings: what each counter is about, and what it says.

use std::net::IpAddr;

use ringwall_abi::code as c;
use ringwall_abi::record::{EndedRecord, NatKey, NatMapping, SessionKeyRecord, SessionRecord, StrayKey, StrayRecord};
use ringwall_flows::meter::{Counter, Reading};
use ringwall_flows::{Action, Direction, Flow};
use ringwall_tables::unmapped;

/// One counter, and what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// which one
    pub counter: Counter,
    /// what it says
    pub reading: Reading,
    /// second, since the machine started, of the last packet
    pub last_seen: u32,
    /// the way that packets take (FL-23)
    pub path: Option<u8>,
    /// which way the first packet went, where that is known
    pub opened: Option<Direction>,
}

/// The paths of FL-23 that there are here: to an interface of the VPC, by a gateway endpoint, and to the internet.
const PATH_VPC: u8 = 1;
const PATH_GATEWAY_ENDPOINT: u8 = 7;
const PATH_INTERNET: u8 = 8;

/// What a session has counted so far.
pub fn session(key: &SessionKeyRecord, session: &SessionRecord) -> [Read; 2] {
    let path = match session.target {
        c::TARGET_INTERNET => PATH_INTERNET,
        c::TARGET_SERVICES => PATH_GATEWAY_ENDPOINT,
        _ => PATH_VPC,
    };
    let ended = EndedRecord {
        begun: session.begun,
        bytes_out: session.bytes_out,
        bytes_in: session.bytes_in,
        packets_out: session.packets_out,
        packets_in: session.packets_in,
        last_seen: session.last_seen,
        tcp: session.tcp,
        flags: session.flags,
        key: *key,
        ..EndedRecord::default()
    };
    ended_session(&ended).map(|read| Read { path: Some(path).filter(|_| session.target != 0), ..read })
}

/// What a NAT gateway has counted so far of a connection: it comes in and goes out again, and so does what comes back
/// (FL-19, NAT-37).
pub fn loan(key: &NatKey, loan: &NatMapping) -> [Read; 4] {
    let mapped = |address: [u8; 4]| ringwall_tables::mapped(IpAddr::from(address));
    let ended = EndedRecord {
        begun: loan.begun,
        bytes_out: loan.bytes_out,
        bytes_in: loan.bytes_in,
        packets_out: loan.packets_out,
        packets_in: loan.packets_in,
        last_seen: loan.last_seen,
        tcp: loan.tcp,
        flags: c::SESSION_BEGUN_OUT,
        nat_port: loan.port,
        nat_address: loan.address,
        key: SessionKeyRecord {
            interface: key.gateway,
            local: mapped(key.source),
            remote: mapped(key.destination),
            local_port: key.source_port,
            remote_port: key.destination_port,
            protocol: key.protocol,
            icmp: if key.protocol == 1 { c::ICMP_ASKS } else { c::ICMP_NONE },
            ..SessionKeyRecord::default()
        },
        ..EndedRecord::default()
    };
    let path = |target: u16| match target {
        c::TARGET_INTERNET => PATH_INTERNET,
        c::TARGET_SERVICES => PATH_GATEWAY_ENDPOINT,
        _ => PATH_VPC,
    };
    let [came, left, came_back, went_back] = ended_loan(&ended);
    let left = Read { path: Some(path(loan.out.target)).filter(|_| loan.out.target != 0), ..left };
    let went_back = Read { path: Some(PATH_VPC), ..went_back };
    [came, left, came_back, went_back]
}

/// What was counted when a session or a NAT gateway's connection ended.
pub fn ended(ended: &EndedRecord) -> Vec<Read> {
    if ended.nat_port == 0 { ended_session(ended).to_vec() } else { ended_loan(ended).to_vec() }
}

/// What a NAT gateway had counted of a connection: its client's side, seen from the gateway, and its own.
fn ended_loan(ended: &EndedRecord) -> [Read; 4] {
    let own = SessionKeyRecord {
        local: ringwall_tables::mapped(IpAddr::from(ended.nat_address)),
        local_port: ended.nat_port,
        ..ended.key
    };
    let [back, out] = ended_session(&EndedRecord { key: own, ..*ended });
    let [from_far, to_far] = ended_session(ended);
    // Seen from the gateway, what its client sends comes in, and what is sent to its client goes out.
    let turned = |read: Read, direction: Direction| Read {
        counter: Counter { flow: Flow { direction, ..read.counter.flow }, ..read.counter },
        ..read
    };
    let reads = [turned(to_far, Direction::Ingress), out, back, turned(from_far, Direction::Egress)];
    reads.map(|read| Read { opened: None, ..read })
}

/// What a session had counted when it ended.
pub fn ended_session(ended: &EndedRecord) -> [Read; 2] {
    let opened = if ended.flags & c::SESSION_BEGUN_OUT != 0 { Direction::Egress } else { Direction::Ingress };
    [Direction::Ingress, Direction::Egress].map(|direction| {
        let place = usize::from(direction == Direction::Egress);
        let (packets, bytes) = match direction {
            Direction::Ingress => (ended.packets_in, ended.bytes_in),
            Direction::Egress => (ended.packets_out, ended.bytes_out),
        };
        Read {
            counter: Counter { flow: flow(&ended.key, direction), detail: detail(&ended.key), begun: ended.begun },
            reading: Reading { packets, bytes, tcp: ended.tcp[place] },
            last_seen: ended.last_seen,
            path: None,
            opened: Some(opened),
        }
    })
}

fn flow(key: &SessionKeyRecord, direction: Direction) -> Flow {
    let (local, remote) = (unmapped(key.local), unmapped(key.remote));
    let has_ports = key.icmp == c::ICMP_NONE;
    let ports = if has_ports { (key.local_port, key.remote_port) } else { (0, 0) };
    let (source, destination): ((IpAddr, u16), (IpAddr, u16)) = match direction {
        Direction::Ingress => ((remote, ports.1), (local, ports.0)),
        Direction::Egress => ((local, ports.0), (remote, ports.1)),
    };
    Flow {
        interface: key.interface,
        direction,
        action: Action::Accept,
        source: source.0,
        destination: destination.0,
        source_port: source.1,
        destination_port: destination.1,
        protocol: key.protocol,
    }
}

/// Of ICMP, what tells its sessions apart, with the type of the question in the lowest byte.
fn detail(key: &SessionKeyRecord) -> u32 {
    let (identifier, kind) = match key.icmp {
        c::ICMP_NONE => return 0,
        c::ICMP_ASKS => (key.local_port, key.remote_port),
        _ => (key.remote_port, key.local_port),
    };
    u32::from(identifier) << 16 | u32::from(key.icmp) << 8 | u32::from(kind & 0xff)
}

/// What was counted of packets without a session.
pub fn stray(key: &StrayKey, stray: &StrayRecord) -> Read {
    let direction = if key.direction == c::DIRECTION_OUT { Direction::Egress } else { Direction::Ingress };
    let flow = Flow {
        interface: key.interface,
        direction,
        action: if key.verdict == c::STRAY_REJECTED { Action::Reject } else { Action::Accept },
        source: unmapped(key.source),
        destination: unmapped(key.destination),
        source_port: key.source_port,
        destination_port: key.destination_port,
        protocol: key.protocol,
    };
    // A segment that opens no connection says nothing about who opened the one that it thinks of.
    let opens = key.protocol != 6 || stray.tcp[1] > 0;
    Read {
        counter: Counter { flow, detail: 0, begun: stray.begun },
        reading: Reading { packets: stray.packets as u32, bytes: stray.bytes, tcp: stray.tcp },
        last_seen: stray.last_seen,
        path: None,
        opened: opens.then_some(direction),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped(last: u8) -> [u8; 16] {
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, last]
    }

    #[test]
    fn a_session_is_two_flows() {
        let key = SessionKeyRecord {
            interface: 3,
            local: mapped(1),
            remote: mapped(2),
            local_port: 40_000,
            remote_port: 443,
            protocol: 6,
            ..SessionKeyRecord::default()
        };
        let record = SessionRecord {
            packets_out: 5,
            packets_in: 4,
            bytes_out: 500,
            bytes_in: 400,
            tcp: [[1, 0, 0, 1], [1, 1, 0, 0]],
            flags: c::SESSION_BEGUN_OUT,
            target: c::TARGET_INTERNET,
            begun: 9,
            ..SessionRecord::default()
        };
        let [inward, outward] = session(&key, &record);
        assert_eq!((inward.reading.packets, inward.reading.tcp_flags()), (4, 19), "FL-20: the server's side");
        assert_eq!((outward.reading.bytes, outward.reading.tcp_flags()), (500, 3), "FL-20: the client's side");
        let ends = |read: &Read| (read.counter.flow.source_port, read.counter.flow.destination_port);
        assert_eq!((ends(&inward), ends(&outward)), ((443, 40_000), (40_000, 443)), "FL-7");
        assert_eq!((outward.path, outward.opened), (Some(8), Some(Direction::Egress)), "FL-23");
    }

    #[test]
    fn a_connection_through_a_nat_gateway_is_four_flows() {
        let key = NatKey {
            gateway: 9,
            source: [10, 0, 2, 5],
            destination: [203, 0, 113, 5],
            source_port: 40_000,
            destination_port: 443,
            protocol: 6,
            ..NatKey::default()
        };
        let mapping = NatMapping {
            address: [10, 0, 1, 220],
            port: 2_048,
            packets_out: 5,
            packets_in: 4,
            tcp: [[0, 0, 0, 1], [0, 1, 0, 0]],
            out: ringwall_abi::record::NatWay { target: c::TARGET_INTERNET, ..Default::default() },
            ..NatMapping::default()
        };
        let said = |read: &Read| {
            let flow = read.counter.flow;
            let end = |address: IpAddr, port: u16| format!("{address}:{port}");
            let (from, to) = (end(flow.source, flow.source_port), end(flow.destination, flow.destination_port));
            format!("{:?} {from} > {to} {} {:?}", flow.direction, read.reading.packets, read.path)
        };
        assert_eq!(
            loan(&key, &mapping).map(|read| said(&read)),
            [
                "Ingress 10.0.2.5:40000 > 203.0.113.5:443 5 None",
                "Egress 10.0.1.220:2048 > 203.0.113.5:443 5 Some(8)",
                "Ingress 203.0.113.5:443 > 10.0.1.220:2048 4 None",
                "Egress 203.0.113.5:443 > 10.0.2.5:40000 4 Some(1)",
            ],
            "NAT-37"
        );
        assert_eq!(loan(&key, &mapping).map(|read| read.reading.tcp_flags()), [2, 2, 18, 18]);
    }

    #[test]
    fn icmp_has_no_ports_and_two_pings_are_two_counters() {
        let key = |identifier| SessionKeyRecord {
            local_port: 8,
            remote_port: identifier,
            protocol: 1,
            icmp: c::ICMP_ANSWERS,
            local: mapped(1),
            remote: mapped(2),
            ..SessionKeyRecord::default()
        };
        let [one, _] = session(&key(7), &SessionRecord::default());
        let [other, _] = session(&key(8), &SessionRecord::default());
        assert_eq!((one.counter.flow.source_port, one.counter.flow.destination_port), (0, 0), "FL-14");
        assert_eq!(one.counter.flow, other.counter.flow);
        assert!(one.counter != other.counter && one.counter.detail & 0xff == 8);
    }
}
