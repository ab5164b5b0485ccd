//! An Ethernet frame as the gates see it.
//!
//! [`parse()`] turns bytes into a [`Frame`]; whatever is too short, contradicts itself or hides its transport header is
//! [`Malformed`] and goes no further. [`encode`] is its inverse for whole packets, used to send and to test.

mod encode;
mod parse;

use std::net::{IpAddr, Ipv4Addr};

pub use encode::{encode, encode_arp, encode_neighbour_advertisement, encode_neighbour_solicitation};
pub use parse::{Malformed, parse};

use crate::{Family, MacAddress, Protocol};

/// The length of an Ethernet header without a tag.
pub const ETHERNET_HEADER: usize = 14;

/// The most extension headers that an IPv6 packet may carry before its transport header. Hosts send none or one; a
/// longer chain only serves to hide what follows.
pub const MOST_EXTENSION_HEADERS: usize = 6;

/// A frame that an interface sends or receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// the hardware address that the sender claims
    pub source: MacAddress,
    /// the hardware address that the frame is for
    pub destination: MacAddress,
    /// what the frame carries
    pub content: Content,
}

/// What a frame carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// an 802.1Q or 802.1ad tag, whatever is behind it
    Tagged,
    /// an ARP message
    Arp(Arp),
    /// an IPv4 or IPv6 packet
    Ip(Packet),
    /// another EtherType
    Other(u16),
}

/// An ARP message for IPv4 over Ethernet (RFC 826).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arp {
    /// 1 asks, 2 answers
    pub operation: u16,
    /// hardware address of the sender
    pub sender_mac: MacAddress,
    /// protocol address of the sender
    pub sender: Ipv4Addr,
    /// hardware address asked for; zero in a question
    pub target_mac: MacAddress,
    /// protocol address asked for
    pub target: Ipv4Addr,
}

/// An IP packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// source address
    pub source: IpAddr,
    /// destination address, of the same family
    pub destination: IpAddr,
    /// the transport protocol, behind all extension headers
    pub protocol: Protocol,
    /// its place in a fragmented packet
    pub fragment: Fragment,
    /// IPv4's "don't fragment"; always true for IPv6
    pub dont_fragment: bool,
    /// time to live, or hop limit
    pub hop_limit: u8,
    /// length of the packet from the start of its IP header, in bytes
    pub length: u32,
    /// the transport header
    pub transport: Transport,
}

impl Packet {
    /// The family of both addresses.
    pub fn family(&self) -> Family {
        Family::of(self.source)
    }
}

/// The place of a packet in a fragmented one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// not fragmented
    Whole,
    /// the first fragment, which holds the transport header
    First {
        /// what all fragments of the packet have in common
        identification: u32,
    },
    /// a later fragment, without transport header
    Later {
        /// what all fragments of the packet have in common
        identification: u32,
    },
}

/// What of a transport header the gates look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// TCP
    Tcp {
        /// source port
        source: u16,
        /// destination port
        destination: u16,
        /// the flags of the header's 14th byte
        flags: TcpFlags,
    },
    /// UDP
    Udp {
        /// source port
        source: u16,
        /// destination port
        destination: u16,
    },
    /// ICMP in IPv4, ICMPv6 in IPv6
    Icmp {
        /// type
        kind: u8,
        /// code
        code: u8,
        /// identifier, of queries and answers
        identifier: u16,
        /// the packet that an error reports about, if it can be read
        embedded: Option<Embedded>,
        /// the target of a neighbour solicitation or advertisement
        target: Option<std::net::Ipv6Addr>,
    },
    /// another protocol
    Other,
    /// a later fragment: the header is in the first one
    Missing,
}

/// The flags of a TCP header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TcpFlags(pub u8);

impl TcpFlags {
    /// no more data from the sender
    pub const FIN: TcpFlags = TcpFlags(0x01);
    /// synchronise: opens a connection
    pub const SYN: TcpFlags = TcpFlags(0x02);
    /// reset: aborts the connection
    pub const RST: TcpFlags = TcpFlags(0x04);
    /// push
    pub const PSH: TcpFlags = TcpFlags(0x08);
    /// the acknowledgement number is valid
    pub const ACK: TcpFlags = TcpFlags(0x10);

    /// Both sets together.
    pub const fn with(self, other: TcpFlags) -> TcpFlags {
        TcpFlags(self.0 | other.0)
    }

    /// Whether all flags of the other set are in this one.
    pub const fn has(self, other: TcpFlags) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the segment asks for a new connection: SYN without ACK.
    pub const fn opens(self) -> bool {
        self.has(TcpFlags::SYN) && !self.has(TcpFlags::ACK)
    }
}

/// The start of the packet inside an ICMP error: enough to know its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// its source address
    pub source: IpAddr,
    /// its destination address
    pub destination: IpAddr,
    /// its protocol
    pub protocol: Protocol,
    /// its ports or, for ICMP, its type and identifier
    pub transport: EmbeddedTransport,
}

/// What of the embedded transport header tells its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbeddedTransport {
    /// TCP or UDP
    Ports {
        /// source port
        source: u16,
        /// destination port
        destination: u16,
    },
    /// ICMP
    Icmp {
        /// type
        kind: u8,
        /// identifier
        identifier: u16,
    },
    /// another protocol, known by its addresses alone
    Other,
}
