//! What a packet carries: ports, flags and messages at the edges of what rules name.

use fastrand::Rng;
use ringwall_model::world::{Traffic, World};
use ringwall_net::frame::{TcpFlags, Transport};
use ringwall_net::{Family, Protocol};

use crate::rules::PORTS;
use crate::{one_in, pick};

/// A port at, just below or just above one that a rule names.
fn port(random: &mut Rng, world: &World) -> u16 {
    let base = match random.u8(0..4) {
        0 => random.u16(..),
        1 => PORTS[random.usize(0..PORTS.len())],
        _ => {
            let groups: Vec<_> = world.security_groups.values().collect();
            let rules: Vec<_> =
                pick(random, &groups).into_iter().flat_map(|group| group.ingress.iter().chain(&group.egress)).collect();
            match pick(random, &rules).map(|rule| rule.traffic) {
                Some(Traffic::Ports { ports, .. }) => {
                    if random.bool() {
                        ports.first()
                    } else {
                        ports.last()
                    }
                }
                _ => random.u16(..),
            }
        }
    };
    match random.u8(0..6) {
        0 => base.wrapping_add(1),
        1 => base.wrapping_sub(1),
        _ => base,
    }
}

pub(super) fn flags(random: &mut Rng) -> TcpFlags {
    match random.u8(0..14) {
        0..=6 => TcpFlags::SYN,
        7 => TcpFlags::SYN.with(TcpFlags::ACK),
        8 => TcpFlags::RST,
        9 => TcpFlags::FIN.with(TcpFlags::ACK),
        10 => TcpFlags(random.u8(..)),
        _ => TcpFlags::ACK,
    }
}

pub(super) fn transport(random: &mut Rng, world: &World, family: Family) -> (Protocol, Transport) {
    let (source, destination) = (port(random, world), port(random, world));
    match random.u8(0..12) {
        0..=5 => (Protocol::TCP, Transport::Tcp { source, destination, flags: flags(random) }),
        6..=8 => (Protocol::UDP, Transport::Udp { source, destination }),
        9 | 10 => (ringwall_net::icmp::protocol(family), icmp(random, family)),
        _ => {
            let number = *pick(random, &[2, 4, 47, 50, 132, if family == Family::V4 { 58 } else { 1 }]).expect("some");
            (Protocol(number), Transport::Other)
        }
    }
}

pub(super) fn icmp(random: &mut Rng, family: Family) -> Transport {
    let kinds: &[u8] = match family {
        Family::V4 => &[8, 8, 8, 0, 13, 14, 3, 5, 11, 17],
        Family::V6 => &[128, 128, 128, 129, 1, 2, 3, 4, 130, 200],
    };
    let kind = *pick(random, kinds).expect("some");
    Transport::Icmp {
        kind,
        code: if one_in(random, 4) { random.u8(0..5) } else { 0 },
        identifier: random.u16(0..4),
        embedded: None,
        target: None,
    }
}
