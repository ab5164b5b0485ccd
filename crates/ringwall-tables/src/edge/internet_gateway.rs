//! The addresses that the internet knows interfaces by.

use std::net::IpAddr;

use ringwall_model::world::{Interface, World};

/// Every address by which the interface can be reached from outside, with its private form. IPv4 needs a gateway that
/// translates; an IPv6 address is known outside whether or not a way leads there.
pub fn public_addresses<'a>(world: &'a World, interface: &'a Interface) -> impl Iterator<Item = (IpAddr, IpAddr)> + 'a {
    let has_gateway = world.vpcs.get(&interface.vpc).is_some_and(|vpc| vpc.internet_gateway.is_some());
    let v4 = interface
        .ipv4
        .iter()
        .filter(move |_| has_gateway)
        .filter_map(|own| Some((IpAddr::V4(own.public?), IpAddr::V4(own.address))));
    let v6 = interface.ipv6.iter().map(|own| (IpAddr::V6(*own), IpAddr::V6(*own)));
    v4.chain(v6)
}
