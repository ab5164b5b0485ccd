//! Internet protocol numbers.

use std::fmt;

/// The number in an IP header that names what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Protocol(pub u8);

impl Protocol {
    /// ICMP for IPv4
    pub const ICMP: Protocol = Protocol(1);
    /// TCP
    pub const TCP: Protocol = Protocol(6);
    /// UDP
    pub const UDP: Protocol = Protocol(17);
    /// ICMP for IPv6
    pub const ICMPV6: Protocol = Protocol(58);

    /// Whether packets of the protocol carry a source and a destination port that rules can name.
    pub fn has_ports(self) -> bool {
        self == Protocol::TCP || self == Protocol::UDP
    }

    /// Whether it is the control protocol of either family.
    pub fn is_icmp(self) -> bool {
        self == Protocol::ICMP || self == Protocol::ICMPV6
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Protocol::ICMP => f.write_str("icmp"),
            Protocol::TCP => f.write_str("tcp"),
            Protocol::UDP => f.write_str("udp"),
            Protocol::ICMPV6 => f.write_str("icmpv6"),
            Protocol(number) => write!(f, "{number}"),
        }
    }
}
