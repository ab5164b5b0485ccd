//! The Internet checksum (RFC 1071).

use std::net::IpAddr;

use crate::Protocol;

/// The one's-complement sum of the bytes as big-endian words, not yet folded.
pub fn sum(bytes: &[u8], start: u32) -> u32 {
    let mut total = u64::from(start);
    let (words, rest) = bytes.as_chunks::<2>();
    for word in words {
        total += u64::from(u16::from_be_bytes(*word));
    }
    if let [last] = rest {
        total += u64::from(*last) << 8;
    }
    while total > u64::from(u32::MAX) {
        total = (total & 0xffff_ffff) + (total >> 32);
    }
    total as u32
}

/// Folds a sum to the 16 bits that go on the wire.
pub fn fold(sum: u32) -> u16 {
    let sum = (sum & 0xffff) + (sum >> 16);
    let sum = (sum & 0xffff) + (sum >> 16);
    !(sum as u16)
}

/// The sum of the pseudo-header that TCP, UDP and ICMPv6 include.
pub fn pseudo_header(source: IpAddr, destination: IpAddr, protocol: Protocol, length: usize) -> u32 {
    let mut total = length as u32 + u32::from(protocol.0);
    for address in [source, destination] {
        total = match address {
            IpAddr::V4(address) => sum(&address.octets(), total),
            IpAddr::V6(address) => sum(&address.octets(), total),
        };
    }
    total
}
