//! From a [`World`](ringwall_model::world::World) to the flat tables that the kernel program looks things up in.
//!
//! Places are folders as in the specification: `eni/`, `subnet/` and `edge/` each lower what belongs there. [`compiler`]
//! puts a whole [`image::Image`] together and gives numbers to things; [`difference`] says which writes lead from one
//! image to the next without a moment in which a packet could be judged by a half; [`evaluate`] judges packets by the
//! tables alone, as the kernel program does.
//!
//! This crate never sees the specification: the two are compared, so neither may lean on the other.

pub mod compiler;
pub mod difference;
pub mod edge;
pub mod eni;
pub mod evaluate;
pub mod flat;
pub mod image;
pub mod names;
pub mod numbers;
pub mod rule_set;
pub mod subnet;

use std::net::IpAddr;

/// An address as tables hold it: IPv6, or IPv4 mapped into it.
pub fn mapped(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}

/// The address that a table holds. What is mapped is IPv4.
pub fn unmapped(bytes: [u8; 16]) -> IpAddr {
    IpAddr::from(bytes).to_canonical()
}

/// How many leading bits of the mapped form a prefix fixes.
pub(crate) fn mapped_length(prefix: ringwall_net::Prefix) -> u32 {
    match prefix {
        ringwall_net::Prefix::V4(prefix) => 96 + u32::from(prefix.length()),
        ringwall_net::Prefix::V6(prefix) => u32::from(prefix.length()),
    }
}
