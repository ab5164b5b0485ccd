//! Sessions, and the groups that begin them.

use std::collections::BTreeMap;

use ringwall_abi::code as c;
use ringwall_abi::record::{InterfaceRecord, SessionKeyRecord};
use ringwall_model::limits;
use ringwall_model::session::Direction;
use ringwall_net::Protocol;
use ringwall_net::frame::TcpFlags;
use ringwall_net::icmp::{Role, role};

use super::classify::{Query, open_rule, record, rule};
use super::packet::{Headers, Ports};
use super::{At, Evaluator};
use crate::mapped;

/// A tracked session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    begun: Direction,
    state: u8,
    fins: (bool, bool),
    seen: u32,
}

/// What the groups say.
#[derive(Clone, Copy)]
pub struct GroupVerdict {
    pub finding: u8,
    pub rule: u16,
}

fn key(at: &At, direction: Direction, headers: &Headers) -> Option<SessionKeyRecord> {
    let asks = |asks: bool| if asks { c::ICMP_ASKS } else { c::ICMP_ANSWERS };
    let (source, destination, icmp) = match headers.ports {
        Ports::Both(source, destination) => (source, destination, c::ICMP_NONE),
        Ports::None => (0, 0, c::ICMP_NONE),
        Ports::Icmp(kind, _, identifier) => match role(headers.family(), kind) {
            Role::Query { question } => (identifier, u16::from(question), asks(direction == Direction::Out)),
            Role::Answer { question } => (u16::from(question), identifier, asks(direction == Direction::In)),
            Role::Error | Role::Other => return None,
        },
    };
    let (source_address, destination_address) = (mapped(headers.source), mapped(headers.destination));
    let (local, remote, local_port, remote_port) = match direction {
        Direction::Out => (source_address, destination_address, source, destination),
        Direction::In => (destination_address, source_address, destination, source),
    };
    let protocol = headers.protocol.0;
    Some(SessionKeyRecord {
        interface: at.record.id,
        local,
        remote,
        local_port,
        remote_port,
        protocol,
        icmp,
        reserved: [0; 2],
    })
}

fn is_alive(record: &InterfaceRecord, key: &SessionKeyRecord, session: &Session, now: u32) -> bool {
    let timeout = match session.state {
        c::STATE_HALF_OPEN => limits::TCP_HALF_OPEN_TIMEOUT,
        c::STATE_ESTABLISHED => record.tcp_established,
        c::STATE_CLOSED => limits::TCP_CLOSED_TIMEOUT,
        c::STATE_STREAM => record.udp_stream,
        c::STATE_SEEN if key.icmp == c::ICMP_NONE => limits::OTHER_TIMEOUT,
        c::STATE_SEEN => limits::ICMP_TIMEOUT,
        _ => record.udp,
    };
    now - session.seen < timeout
}

/// Ends every session that has idled out, or whose interface is gone.
pub fn sweep(tables: &mut Evaluator, now: u32) {
    let interfaces: BTreeMap<u32, InterfaceRecord> = tables.interfaces().map(|record| (record.id, record)).collect();
    tables.sessions.retain(|key, session| {
        interfaces.get(&key.interface).is_some_and(|record| is_alive(record, key, session, now))
    });
}

fn find(tables: &Evaluator, key: &SessionKeyRecord) -> Option<Session> {
    tables.sessions.get(key).copied()
}

fn holds(session: &Session, headers: &Headers) -> bool {
    session.state == c::STATE_HALF_OPEN || !headers.opens_connection()
}

fn find_reported(tables: &Evaluator, at: &At, direction: Direction, headers: &Headers) -> Option<Session> {
    let reported = headers.reported()?;
    find(tables, &key(at, direction.reverse(), &reported)?)
}

/// Whether a packet from outside answers, or reports about, a session that the interface began.
pub fn answers_or_reports(tables: &Evaluator, at: &At, headers: &Headers) -> bool {
    let begun_here = |session: &Session| session.begun == Direction::Out;
    let own = key(at, Direction::In, headers).and_then(|key| find(tables, &key));
    own.filter(begun_here).is_some_and(|session| holds(&session, headers))
        || find_reported(tables, at, Direction::In, headers).filter(begun_here).is_some()
}

fn begins(headers: &Headers) -> bool {
    match headers.ports {
        Ports::Icmp(kind, ..) => matches!(role(headers.family(), kind), Role::Query { .. }),
        _ => true,
    }
}

/// What the groups of an interface say of a packet.
pub fn judge(
    tables: &Evaluator,
    at: &At,
    direction: Direction,
    headers: &Headers,
    identity: u32,
    always_tracked: bool,
) -> GroupVerdict {
    let verdict = |finding, rule| GroupVerdict { finding, rule };
    let own_key = key(at, direction, headers);
    let session = own_key.and_then(|key| find(tables, &key));
    if session.is_some_and(|session| holds(&session, headers)) {
        return verdict(c::GROUP_SESSION, 0);
    }
    if find_reported(tables, at, direction, headers).is_some() {
        return verdict(c::GROUP_RELATED, 0);
    }
    if let Some(rule) = untracked(tables, at, direction, headers).filter(|_| !always_tracked) {
        return verdict(c::GROUP_UNTRACKED, rule);
    }
    let set = at.record.group_rules[headers.family_index()][direction as usize];
    let Some(rule) = rule(&tables.maps, set, &headers.query(direction), identity) else {
        return verdict(c::GROUP_NO_RULE, 0);
    };
    if headers.protocol == Protocol::TCP && !headers.opens_connection() {
        return verdict(c::GROUP_NO_CONNECTION, rule);
    }
    if session.is_none() && own_key.is_some() && begins(headers) {
        let own = tables.sessions.iter().filter(|(key, _)| key.interface == at.record.id);
        if own.count() >= at.record.session_limit as usize {
            return verdict(c::GROUP_TABLE_FULL, rule);
        }
    }
    verdict(c::GROUP_RULE, rule)
}

fn untracked(tables: &Evaluator, at: &At, direction: Direction, headers: &Headers) -> Option<u16> {
    let Ports::Both(source, _) = headers.ports else { return None };
    let sets = at.record.group_rules[headers.family_index()];
    let (own, other) = (sets[direction as usize], sets[direction.reverse() as usize]);
    let all = if headers.protocol == Protocol::TCP { c::RULE_SET_OPEN_TCP } else { c::RULE_SET_OPEN_UDP };
    let query = headers.query(direction);
    let rule = open_rule(&tables.maps, own, &query)?;
    if record(&tables.maps, other)?.flags & all != 0 {
        return Some(rule);
    }
    let answers = !headers.opens_connection() && record(&tables.maps, own)?.flags & all != 0;
    let asked = Query { port: Some(source), ..query };
    (answers && open_rule(&tables.maps, other, &asked).is_some()).then_some(rule)
}

/// Writes down what follows from a packet that the groups let through. Whether it belongs to a tracked session now.
pub fn remember(
    tables: &mut Evaluator,
    at: &At,
    direction: Direction,
    headers: &Headers,
    verdict: GroupVerdict,
    now: u32,
) -> bool {
    let Some(key) = key(at, direction, headers) else { return false };
    let session = match verdict.finding {
        c::GROUP_SESSION => tables.sessions[&key],
        c::GROUP_RULE if begins(headers) => {
            let state = match headers.protocol {
                Protocol::TCP => c::STATE_HALF_OPEN,
                Protocol::UDP => c::STATE_ASKED,
                _ => c::STATE_SEEN,
            };
            Session { begun: direction, state, fins: (false, false), seen: now }
        }
        c::GROUP_UNTRACKED => {
            tables.sessions.remove(&key);
            return false;
        }
        _ => return false,
    };
    tables.sessions.insert(key, advanced(session, direction, headers, now));
    true
}

fn advanced(session: Session, direction: Direction, headers: &Headers, now: u32) -> Session {
    let mut next = Session { seen: now, ..session };
    let by_originator = direction == session.begun;
    if headers.protocol == Protocol::UDP {
        next.state = match (session.state, by_originator) {
            (c::STATE_ASKED, false) => c::STATE_ANSWERED,
            (c::STATE_ANSWERED, true) => c::STATE_ASKED_AGAIN,
            (c::STATE_ASKED_AGAIN, false) => c::STATE_STREAM,
            (state, _) => state,
        };
    }
    let Some(flags) = headers.flags else { return next };
    if flags.has(TcpFlags::FIN) {
        let fin = if by_originator { &mut next.fins.0 } else { &mut next.fins.1 };
        *fin = true;
    }
    if flags.has(TcpFlags::RST) || next.fins == (true, true) {
        next.state = c::STATE_CLOSED;
    } else if session.state == c::STATE_HALF_OPEN && !by_originator && flags.has(TcpFlags::SYN) {
        next.state = c::STATE_ESTABLISHED;
    }
    next
}
