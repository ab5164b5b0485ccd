//! The egress-only internet gateway: for IPv6, lets out and lets answers in, refuses what is begun outside (IGW-17).

use ringwall_model::session::{Direction, Session};

use crate::packet::Memory;
use crate::packet::eni::security_group::{Asked, reported_session, session_of};
use crate::packet::eni::session;

/// Whether a packet from outside belongs to a session that the interface began, or reports an error about one.
pub fn permits_inbound(memory: &Memory, asked: &Asked) -> bool {
    let begun_inside = |session: &&Session| session.origin == Direction::Out;
    let answers =
        session_of(memory, asked).filter(begun_inside).is_some_and(|session| session::holds(session, asked.flow));
    answers || reported_session(memory, asked).filter(begun_inside).is_some()
}
