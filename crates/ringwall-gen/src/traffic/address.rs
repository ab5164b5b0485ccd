//! From whom and to whom: who is there, who is not, and the edges of what rules name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use fastrand::Rng;
use ringwall_model::id::VpcId;
use ringwall_model::outcome::Origin;
use ringwall_model::reserved::{METADATA_V4, METADATA_V6, RESOLVER_V4, RESOLVER_V6, ROUTER_V6};
use ringwall_model::world::{Interface, Peer, Subnet, World};
use ringwall_net::{Family, Prefix};

use crate::{one_in, pick};

pub(super) fn own_address(random: &mut Rng, interface: &Interface, family: Family) -> Option<IpAddr> {
    let own: Vec<IpAddr> = interface.addresses().filter(|address| Family::of(*address) == family).collect();
    pick(random, &own).copied()
}

pub(super) fn outside(random: &mut Rng, family: Family) -> IpAddr {
    match family {
        Family::V4 => IpAddr::V4(match random.u8(0..8) {
            0 => Ipv4Addr::from(random.u32(..)),
            1 => Ipv4Addr::new(100, 64, 0, 1),
            2 | 3 => Ipv4Addr::new(192, 0, 2, random.u8(..)),
            _ => Ipv4Addr::new(203, 0, 113, random.u8(..)),
        }),
        Family::V6 => IpAddr::V6(match random.u8(0..16) {
            0 => Ipv6Addr::from(random.u128(..)),
            1 => Ipv6Addr::new(0xfd12, 0, 0, 0, 0, 0, 0, 1),
            2 => Ipv6Addr::new(0x2600, 0, 0, 0, 0, 0, 0, random.u16(0..16)),
            _ => Ipv6Addr::new(0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, random.u16(0..16)),
        }),
    }
}

pub(super) fn any_interface<'w>(random: &mut Rng, world: &'w World) -> &'w Interface {
    let all: Vec<&Interface> = world.interfaces.values().collect();
    pick(random, &all).expect("some")
}

pub(super) fn source(random: &mut Rng, world: &World, origin: Origin, family: Family) -> IpAddr {
    let own = match origin {
        Origin::Interface(id) if !one_in(random, 12) => own_address(random, &world.interfaces[&id], family),
        Origin::Interface(_) => {
            let other = any_interface(random, world);
            own_address(random, other, family)
        }
        Origin::Internet if one_in(random, 20) => {
            let other = any_interface(random, world);
            let public = other.ipv4.iter().find_map(|own| own.public);
            public.filter(|_| family == Family::V4).map(IpAddr::V4).or_else(|| own_address(random, other, family))
        }
        Origin::Services(vpc) if !one_in(random, 3) => Some(service(random, world, vpc, family)),
        Origin::Internet | Origin::Services(_) => None,
    };
    if family == Family::V6 && one_in(random, 60) {
        return IpAddr::V6(Ipv4Addr::new(10, 0, random.u8(0..3), random.u8(4..9)).to_ipv6_mapped());
    }
    own.unwrap_or_else(|| outside(random, family))
}

pub(super) fn destination(random: &mut Rng, world: &World, origin: Origin, family: Family) -> IpAddr {
    let other = any_interface(random, world);
    let public_ones: Vec<Ipv4Addr> =
        world.interfaces.values().flat_map(|interface| &interface.ipv4).filter_map(|own| own.public).collect();
    let public = pick(random, &public_ones).copied();
    let by_public = match (family, origin) {
        (Family::V4, Origin::Internet) => !one_in(random, 8),
        (Family::V4, Origin::Interface(_) | Origin::Services(_)) => one_in(random, 8),
        (Family::V6, _) => false,
    };
    if let Some(public) = public.filter(|_| by_public) {
        return IpAddr::V4(public);
    }
    match random.u8(0..13) {
        0 => outside(random, family),
        12 => match origin {
            Origin::Interface(id) => service(random, world, world.interfaces[&id].vpc, family),
            _ => outside(random, family),
        },
        1 => edge_of_a_rule(random, world, family),
        2 if random.bool() => special(random, world, family),
        3 if origin != Origin::Internet => outside(random, family),
        _ => {
            let same_vpc: Vec<&Interface> = match origin {
                Origin::Interface(id) => {
                    let vpc = world.interfaces[&id].vpc;
                    let others =
                        world.interfaces.iter().filter(|(other, interface)| interface.vpc == vpc && **other != id);
                    others.map(|(_, interface)| interface).collect()
                }
                Origin::Services(vpc) => world.interfaces.values().filter(|own| own.vpc == vpc).collect(),
                Origin::Internet => vec![other],
            };
            let target = pick(random, &same_vpc).copied();
            target.and_then(|target| own_address(random, target, family)).unwrap_or_else(|| outside(random, family))
        }
    }
}

/// An address of one of the services of a VPC, or what would be one if it had it.
fn service(random: &mut Rng, world: &World, vpc: VpcId, family: Family) -> IpAddr {
    let own = world.vpcs[&vpc].resolver.unwrap_or(Ipv4Addr::new(10, 0, 0, 2));
    match family {
        Family::V4 => IpAddr::V4(*pick(random, &[own, own, RESOLVER_V4, METADATA_V4]).expect("some")),
        Family::V6 => IpAddr::V6(*pick(random, &[RESOLVER_V6, METADATA_V6]).expect("some")),
    }
}

pub(super) fn special(random: &mut Rng, world: &World, family: Family) -> IpAddr {
    let subnets: Vec<&Subnet> = world.subnets.values().collect();
    let subnet = pick(random, &subnets).expect("some");
    match family {
        Family::V4 => IpAddr::V4(match random.u8(0..7) {
            0 => subnet.router_v4(),
            1 => subnet.ipv4.last(),
            2 => Ipv4Addr::new(169, 254, 169, 254),
            3 => Ipv4Addr::new(169, 254, 172, 1),
            4 => Ipv4Addr::new(224, 0, 0, 1),
            5 => Ipv4Addr::BROADCAST,
            _ => Ipv4Addr::new(127, 0, 0, 1),
        }),
        Family::V6 => IpAddr::V6(match random.u8(0..6) {
            0 => ROUTER_V6,
            4 => Ipv4Addr::new(10, 0, random.u8(0..3), random.u8(4..9)).to_ipv6_mapped(),
            1 => subnet.ipv6.map_or(ROUTER_V6, |block| block.nth(1).expect("a large block")),
            2 => Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254),
            3 => Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1),
            _ => Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 5),
        }),
    }
}

/// The first or last address of a block that some rule names, or the one beside it.
fn edge_of_a_rule(random: &mut Rng, world: &World, family: Family) -> IpAddr {
    let mut blocks: Vec<Prefix> = Vec::new();
    for group in world.security_groups.values() {
        for rule in group.ingress.iter().chain(&group.egress) {
            if let Peer::Prefix(prefix) = rule.peer {
                blocks.push(prefix);
            }
        }
    }
    for acl in world.network_acls.values() {
        blocks.extend(acl.ingress.iter().chain(&acl.egress).map(|entry| entry.prefix));
    }
    blocks.retain(|block| block.family() == family);
    let Some(block) = pick(random, &blocks) else { return outside(random, family) };
    match (if random.bool() { block.network() } else { block.last() }, random.u8(0..3)) {
        (address, 0) => address,
        (IpAddr::V4(address), 1) => IpAddr::V4(Ipv4Addr::from(u32::from(address).wrapping_add(1))),
        (IpAddr::V4(address), _) => IpAddr::V4(Ipv4Addr::from(u32::from(address).wrapping_sub(1))),
        (IpAddr::V6(address), 1) => IpAddr::V6(Ipv6Addr::from(u128::from(address).wrapping_add(1))),
        (IpAddr::V6(address), _) => IpAddr::V6(Ipv6Addr::from(u128::from(address).wrapping_sub(1))),
    }
}
