//! Address ranges with a meaning of their own.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The link-local address of every subnet's IPv6 router (VPC-8).
pub const ROUTER_V6: Ipv6Addr = Ipv6Addr::new(0xfe80, 0x0ec2, 0, 0, 0, 0, 0, 1);

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> (u32, u8) {
    (u32::from_be_bytes([a, b, c, d]), length)
}

const fn v6(high: u128, length: u8) -> (u128, u8) {
    (high << 96, length)
}

/// Blocks that no route forwards to: link-local services (RT-10), this host, this network.
pub const NEVER_ROUTED_V4: [(u32, u8); 3] = [v4(169, 254, 168, 0, 22), v4(127, 0, 0, 0, 8), v4(0, 0, 0, 0, 8)];
/// As [`NEVER_ROUTED_V4`]: link-local services (RT-10), link-local addresses, and `::/32` with this host in it.
pub const NEVER_ROUTED_V6: [(u128, u8); 3] = [v6(0xfd00_0ec2, 32), v6(0xfe80_0000, 10), v6(0, 32)];

/// Blocks that an internet gateway neither sends to nor takes from (IGW-5): private use, shared use, and what is no
/// unicast address of the internet at all.
pub const NOT_PUBLIC_V4: [(u32, u8); 9] = [
    v4(10, 0, 0, 0, 8),
    v4(172, 16, 0, 0, 12),
    v4(192, 168, 0, 0, 16),
    v4(100, 64, 0, 0, 10),
    v4(0, 0, 0, 0, 8),
    v4(127, 0, 0, 0, 8),
    v4(169, 254, 0, 0, 16),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];
/// The one block of IPv6 addresses that the internet uses.
pub const PUBLIC_V6: (u128, u8) = v6(0x2000_0000, 3);

/// Whether the IPv4 address lies in one of the blocks.
pub fn within_v4(blocks: &[(u32, u8)], address: Ipv4Addr) -> bool {
    blocks.iter().any(|(base, length)| (u32::from(address) ^ base) >> (32 - length) == 0)
}

/// Whether the IPv6 address lies in one of the blocks.
pub fn within_v6(blocks: &[(u128, u8)], address: Ipv6Addr) -> bool {
    blocks.iter().any(|(base, length)| (u128::from(address) ^ base) >> (128 - length) == 0)
}

/// Whether no route ever forwards to the address.
pub fn is_never_routed(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => within_v4(&NEVER_ROUTED_V4, address),
        IpAddr::V6(address) => within_v6(&NEVER_ROUTED_V6, address),
    }
}

/// Whether the address can be one of the internet's.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !within_v4(&NOT_PUBLIC_V4, address),
        IpAddr::V6(address) => within_v6(&[PUBLIC_V6], address),
    }
}

/// Whether the address names a group of hosts: multicast, or the limited broadcast.
pub fn is_group(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_multicast() || address.is_broadcast(),
        IpAddr::V6(address) => address.is_multicast(),
    }
}

/// The resolver, beside the address of its own in each VPC (DNS-1).
pub const RESOLVER_V4: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 253);
/// The resolver's IPv6 address (DNS-1).
pub const RESOLVER_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x253);
/// Instance metadata (DNS-17).
pub const METADATA_V4: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);
/// Instance metadata over IPv6 (DNS-17).
pub const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

/// The hardware address of the services' end of a VPC's link to them.
pub const SERVICES_MAC: ringwall_net::MacAddress = ringwall_net::MacAddress([0x02, 0x52, 0x57, 0, 0, 3]);

/// The hardware address by which the internet reaches Ringwall's side of the uplink.
pub const UPLINK_ROUTER: ringwall_net::MacAddress = ringwall_net::MacAddress([0x02, 0x52, 0x57, 0, 0, 1]);
