//! What an interface remembers of a flow.

use std::net::IpAddr;

use ringwall_net::{Family, Protocol};

/// The two ways across an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// into the interface: ingress rules
    In,
    /// out of the interface: egress rules
    Out,
}

impl Direction {
    /// The other one.
    pub fn reverse(self) -> Direction {
        match self {
            Direction::In => Direction::Out,
            Direction::Out => Direction::In,
        }
    }
}

/// By which of its two ends an ICMP exchange is known; the ports of other protocols tell it by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IcmpRole {
    /// no ICMP
    None,
    /// the interface asks, the remote end answers
    Asks,
    /// the remote end asks, the interface answers
    Answers,
}

/// A flow as one interface sees it. Protocols without ports are known by their addresses alone (SG-16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionKey {
    /// the address on the interface's side
    pub local: IpAddr,
    /// the other address
    pub remote: IpAddr,
    /// the transport protocol
    pub protocol: Protocol,
    /// the port on the interface's side; of an ICMP query by the interface its identifier, else the type of the query
    pub local_port: u16,
    /// the other port; of an ICMP query by the remote end its identifier, else the type of the query
    pub remote_port: u16,
    /// who asks, if the protocol is ICMP
    pub icmp: IcmpRole,
}

impl SessionKey {
    /// The family of both addresses.
    pub fn family(&self) -> Family {
        Family::of(self.local)
    }
}

/// How far a session has come. UDP counts the turns of its exchanges (SG-19).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// TCP: SYN seen, no SYN from the other end yet
    HalfOpen,
    /// TCP: both ends have spoken
    Established,
    /// TCP: both ends have sent FIN, or one RST
    Closed,
    /// UDP: only the originator has spoken
    Asked,
    /// UDP: answered once
    Answered,
    /// UDP: the originator spoke again after an answer
    AskedAgain,
    /// UDP: more than one exchange
    Stream,
    /// other protocols
    Seen,
}

/// A tracked session of an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// the direction of the packet that began it
    pub origin: Direction,
    /// how far it has come
    pub state: State,
    /// TCP: the originator has sent FIN
    pub fin_from_originator: bool,
    /// TCP: the other end has sent FIN
    pub fin_from_responder: bool,
    /// the second in which its last packet passed
    pub last_seen: u32,
}

/// The idle times of an interface, in seconds (SG-18 to SG-20).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timeouts {
    /// established TCP connections: 60 to 432,000
    pub tcp_established: u32,
    /// UDP flows of one exchange or less: 30 to 60
    pub udp: u32,
    /// UDP flows of more than one exchange: 60 to 180
    pub udp_stream: u32,
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts {
            tcp_established: crate::limits::TCP_ESTABLISHED_TIMEOUT,
            udp: crate::limits::UDP_TIMEOUT,
            udp_stream: crate::limits::UDP_STREAM_TIMEOUT,
        }
    }
}
