//! What the types of ICMP and ICMPv6 mean to a tracker of sessions.

use crate::{Family, Protocol};

/// The role of an ICMP message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Asks; an answer with the same identifier is expected.
    Query {
        /// the type of the question, by which both messages of a pair are known
        question: u8,
    },
    /// Answers a query.
    Answer {
        /// the type of the question that it answers
        question: u8,
    },
    /// Reports that a packet could not be delivered, and carries the start of it.
    Error,
    /// Anything else.
    Other,
}

/// The role of a message by family and type.
pub fn role(family: Family, kind: u8) -> Role {
    match (family, kind) {
        (Family::V4, 8 | 13 | 15 | 17) => Role::Query { question: kind },
        (Family::V4, 0) => Role::Answer { question: 8 },
        (Family::V4, 14 | 16 | 18) => Role::Answer { question: kind - 1 },
        (Family::V4, 3 | 11 | 12) => Role::Error,
        (Family::V6, 128) => Role::Query { question: 128 },
        (Family::V6, 129) => Role::Answer { question: 128 },
        (Family::V6, 1..=4) => Role::Error,
        _ => Role::Other,
    }
}

/// The control protocol of a family. A packet of the other family's one is of no use to anybody (SG-50).
pub fn protocol(family: Family) -> Protocol {
    match family {
        Family::V4 => Protocol::ICMP,
        Family::V6 => Protocol::ICMPV6,
    }
}

/// Whether an ICMPv6 type belongs to neighbour discovery, which the router answers or drops and never forwards.
pub fn is_neighbour_discovery(kind: u8) -> bool {
    (133..=137).contains(&kind)
}
