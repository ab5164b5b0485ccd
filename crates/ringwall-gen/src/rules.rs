//! Random rules: few distinct values, so that rules overlap, shadow and just miss each other.

use std::net::{Ipv4Addr, Ipv6Addr};

use fastrand::Rng;
use ringwall_model::id::{PrefixListId, ResourceId, SecurityGroupId, SecurityGroupRuleId};
use ringwall_model::world::{AclEntry, Peer, SecurityGroupRule, Traffic};
use ringwall_net::{Family, Ipv4Prefix, Ipv6Prefix, PortRange, Prefix, Protocol};

use crate::{one_in, pick};

/// Ports that rules and packets like to meet at.
pub const PORTS: [u16; 14] = [0, 1, 22, 79, 80, 81, 443, 1023, 1024, 5432, 8080, 32768, 60999, 65535];

/// A block in which addresses of the worlds lie, or which lies beside them.
pub fn prefix(random: &mut Rng, family: Family) -> Prefix {
    if one_in(random, 4) {
        return Prefix::all(family);
    }
    match family {
        Family::V4 => {
            let bases = [
                Ipv4Addr::new(10, 0, 0, 0),
                Ipv4Addr::new(10, 0, random.u8(0..4), random.u8(0..16)),
                Ipv4Addr::new(203, 0, 113, random.u8(..)),
                Ipv4Addr::new(198, 51, 100, random.u8(0..32)),
                Ipv4Addr::new(192, 0, 2, random.u8(..)),
            ];
            let length = if random.bool() { random.u8(16..=32) } else { random.u8(0..=32) };
            Ipv4Prefix::new(bases[random.usize(0..bases.len())], length).expect("at most 32").into()
        }
        Family::V6 => {
            let bases = [
                Ipv6Addr::new(0x2001, 0xdb8, random.u16(0..4), random.u16(0..4), 0, 0, 0, random.u16(0..16)),
                Ipv6Addr::new(0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, random.u16(0..16)),
                Ipv6Addr::new(0x2600, 0, 0, 0, 0, 0, 0, random.u16(0..16)),
            ];
            let length = if random.bool() {
                *pick(random, &[32, 48, 56, 64, 124, 128]).expect("some")
            } else {
                random.u8(0..=128)
            };
            Ipv6Prefix::new(bases[random.usize(0..bases.len())], length).expect("at most 128").into()
        }
    }
}

/// A range of ports, often of one, sometimes of all.
pub fn ports(random: &mut Rng) -> PortRange {
    match random.u8(0..6) {
        0 => PortRange::ALL,
        1 | 2 => PortRange::single(PORTS[random.usize(0..PORTS.len())]),
        3 => PortRange::new(random.u16(..), u16::MAX).expect("in order"),
        _ => {
            let (one, other) = (PORTS[random.usize(0..PORTS.len())], random.u16(..));
            PortRange::new(one.min(other), one.max(other)).expect("in order")
        }
    }
}

/// Protocol and ports.
pub fn traffic(random: &mut Rng, family: Family) -> Traffic {
    match random.u8(0..12) {
        0 | 1 => Traffic::All,
        2 => Traffic::Protocol(Protocol(*pick(random, &[1, 4, 6, 17, 47, 50, 58, 132]).expect("some"))),
        3 => Traffic::Icmp {
            family: if one_in(random, 8) { other(family) } else { family },
            kind: *pick(random, &[0, 1, 2, 3, 8, 11, 13, 128, 129]).expect("some"),
            code: if random.bool() { None } else { Some(random.u8(0..5)) },
        },
        4..=8 => Traffic::Ports { protocol: Protocol::TCP, ports: ports(random) },
        _ => Traffic::Ports { protocol: Protocol::UDP, ports: ports(random) },
    }
}

fn other(family: Family) -> Family {
    match family {
        Family::V4 => Family::V6,
        Family::V6 => Family::V4,
    }
}

/// Either family, the first one a little more often.
pub fn family(random: &mut Rng) -> Family {
    if random.u8(0..5) < 3 { Family::V4 } else { Family::V6 }
}

/// A rule of a group.
pub fn group_rule(
    random: &mut Rng,
    number: u128,
    groups: &[SecurityGroupId],
    lists: &[PrefixListId],
) -> SecurityGroupRule {
    let family = family(random);
    let peer = match random.u8(0..8) {
        0 | 1 if !groups.is_empty() => Peer::Group(*pick(random, groups).expect("some")),
        2 if !lists.is_empty() => Peer::PrefixList(*pick(random, lists).expect("some")),
        _ => Peer::Prefix(prefix(random, family)),
    };
    SecurityGroupRule { id: SecurityGroupRuleId::from_random(number), peer, traffic: traffic(random, family) }
}

/// Entries of an ACL in one direction, with distinct numbers.
pub fn acl_entries(random: &mut Rng) -> Vec<AclEntry> {
    let mut entries = Vec::new();
    let most = if one_in(random, 6) { 39 } else { 6 };
    let mut number = 0;
    for _ in 0..random.usize(0..=most) {
        number += random.u16(1..200);
        let family = family(random);
        let prefix = prefix(random, family);
        entries.push(AclEntry { number, allow: random.u8(0..3) != 0, prefix, traffic: traffic(random, family) });
    }
    if random.bool() {
        for family in Family::ALL {
            number += 1;
            entries.push(AclEntry { number, allow: true, prefix: Prefix::all(family), traffic: Traffic::All });
        }
    }
    random.shuffle(&mut entries);
    entries
}
