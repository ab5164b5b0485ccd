//! The vocabulary of the network: addresses, prefixes, ports, protocols and packets, as values.
//!
//! Nothing here knows AWS, a file descriptor or a clock. Bytes from outside become a [`frame::Frame`]
//! once, in [`frame::parse`], and an invalid one cannot be written down afterwards.

pub mod checksum;
pub mod frame;
pub mod icmp;
pub mod mac;
pub mod port;
pub mod prefix;
pub mod protocol;

pub use mac::MacAddress;
pub use port::PortRange;
pub use prefix::{Ipv4Prefix, Ipv6Prefix, Prefix, PrefixError};
pub use protocol::Protocol;

/// The two families of addresses. Rules of one never say anything about packets of the other (SG-51, RT-5, NACL-11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4
    V4,
    /// IPv6
    V6,
}

impl Family {
    /// Both families, in the order in which tables list them.
    pub const ALL: [Family; 2] = [Family::V4, Family::V6];

    /// The family of an address.
    pub fn of(address: std::net::IpAddr) -> Family {
        if address.is_ipv4() { Family::V4 } else { Family::V6 }
    }
}
