//! Stateful tracking: what an interface remembers of a flow that its groups once admitted.
//!
//! A session begins with a packet that a rule admits, lives on when the rule is taken away (SG-14), and ends when it has
//! been idle for the time of its state (SG-16, SG-18, SG-19). Each interface keeps its own.

use ringwall_model::id::NetworkInterfaceId;
use ringwall_model::limits;
use ringwall_model::session::{Direction, IcmpRole, Session, SessionKey, State, Timeouts};
use ringwall_net::Protocol;
use ringwall_net::frame::TcpFlags;

use ringwall_model::world::World;

use crate::packet::Memory;
use crate::packet::flow::{Flow, FlowTransport};

/// Ends, for good, every session that has been idle for its time, and those of interfaces that no longer run.
pub fn end_idle(world: &World, memory: &mut Memory, now: u32) {
    memory.sessions.retain(|(interface, key), session| {
        let running = world.interfaces.get(interface).filter(|interface| interface.up);
        running.is_some_and(|interface| now - session.last_seen < idle_timeout(session.state, key, &interface.timeouts))
    });
}

/// The session of that key.
pub fn find<'m>(memory: &'m Memory, interface: NetworkInterfaceId, key: &SessionKey) -> Option<&'m Session> {
    memory.sessions.get(&(interface, *key))
}

/// How many sessions the interface tracks.
pub fn count(memory: &Memory, interface: NetworkInterfaceId) -> usize {
    memory.sessions.keys().filter(|(owner, _)| *owner == interface).count()
}

fn idle_timeout(state: State, key: &SessionKey, timeouts: &Timeouts) -> u32 {
    match state {
        State::HalfOpen => limits::TCP_HALF_OPEN_TIMEOUT,
        State::Established => timeouts.tcp_established,
        State::Closed => limits::TCP_CLOSED_TIMEOUT,
        State::Asked | State::Answered | State::AskedAgain => timeouts.udp,
        State::Stream => timeouts.udp_stream,
        State::Seen if key.icmp == IcmpRole::None => limits::OTHER_TIMEOUT,
        State::Seen => limits::ICMP_TIMEOUT,
    }
}

/// Whether the packet is part of the session, rather than the start of another one between the same ports. A segment that
/// asks for a new connection is judged anew, unless the session is itself just opening.
pub fn holds(session: &Session, flow: &Flow) -> bool {
    !flow.opens_connection() || session.state == State::HalfOpen
}

/// The session that the packet begins.
pub fn begin(flow: &Flow, direction: Direction, now: u32) -> Session {
    let state = match flow.protocol {
        Protocol::TCP => State::HalfOpen,
        Protocol::UDP => State::Asked,
        _ => State::Seen,
    };
    let session =
        Session { origin: direction, state, fin_from_originator: false, fin_from_responder: false, last_seen: now };
    advance(&session, flow, direction, now)
}

/// The session after the packet has passed.
pub fn advance(session: &Session, flow: &Flow, direction: Direction, now: u32) -> Session {
    let mut next = Session { last_seen: now, ..*session };
    let by_originator = direction == session.origin;
    match (flow.protocol, &flow.transport) {
        (Protocol::TCP, FlowTransport::Ports { flags: Some(flags), .. }) => {
            advance_tcp(&mut next, *flags, by_originator)
        }
        (Protocol::UDP, _) => {
            next.state = match (session.state, by_originator) {
                (State::Asked, false) => State::Answered,
                (State::Answered, true) => State::AskedAgain,
                (State::AskedAgain, false) => State::Stream,
                (state, _) => state,
            }
        }
        _ => {}
    }
    next
}

fn advance_tcp(session: &mut Session, flags: TcpFlags, by_originator: bool) {
    if flags.has(TcpFlags::FIN) {
        if by_originator {
            session.fin_from_originator = true;
        } else {
            session.fin_from_responder = true;
        }
    }
    let both_closed = session.fin_from_originator && session.fin_from_responder;
    if flags.has(TcpFlags::RST) || both_closed {
        session.state = State::Closed;
    } else if session.state == State::HalfOpen && !by_originator && flags.has(TcpFlags::SYN) {
        session.state = State::Established;
    }
}
