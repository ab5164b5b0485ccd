//! What follows on a packet that went by: the same again, its answer, or an error about it.

use std::net::IpAddr;

use fastrand::Rng;
use ringwall_model::id::NetworkInterfaceId;
use ringwall_model::outcome::Origin;
use ringwall_model::world::{Interface, World};
use ringwall_net::frame::{Embedded, EmbeddedTransport, Fragment, Packet, TcpFlags, Transport};
use ringwall_net::{Family, Protocol};

use super::address::outside;
use super::packet;
use super::transport::flags;
use crate::{one_in, pick};

pub(super) fn again(random: &mut Rng, mut packet: Packet) -> Packet {
    if packet.transport == Transport::Missing && !one_in(random, 4) {
        packet.fragment = Fragment::Whole;
        packet.protocol = Protocol(47);
        packet.transport = Transport::Other;
    }
    if let Transport::Tcp { flags: own, .. } = &mut packet.transport {
        *own = flags(random);
    }
    packet
}

/// An interface that may forward what others sent: the same packet from there is another packet to whoever filters.
pub(super) fn by_another_way(random: &mut Rng, world: &World, origin: Origin) -> Origin {
    let Origin::Interface(id) = origin else { return origin };
    let vpc = world.interfaces[&id].vpc;
    let forwards = |interface: &Interface| interface.vpc == vpc && interface.up && !interface.source_dest_check;
    let ways: Vec<NetworkInterfaceId> =
        world.interfaces.iter().filter(|(_, interface)| forwards(interface)).map(|(id, _)| *id).collect();
    pick(random, &ways).map_or(origin, |id| Origin::Interface(*id))
}

/// Where a packet to this address would end: the place from which its answer comes.
pub(super) fn end_of(world: &World, address: IpAddr) -> Origin {
    let holder = world.interfaces.iter().find(|(_, interface)| {
        interface.up
            && (interface.owns(address) || interface.ipv4.iter().any(|own| own.public.map(IpAddr::V4) == Some(address)))
    });
    holder.map_or(Origin::Internet, |(id, _)| Origin::Interface(*id))
}

/// The address by which the holder of a public address knows itself.
fn private(world: &World, address: IpAddr) -> IpAddr {
    let all = world.interfaces.values().flat_map(|interface| &interface.ipv4);
    all.filter(|own| own.public.map(IpAddr::V4) == Some(address))
        .map(|own| IpAddr::V4(own.address))
        .next()
        .unwrap_or(address)
}

/// The address by which the other side knows the sender of a packet.
fn seen_as(world: &World, packet: &Packet) -> IpAddr {
    let crosses_gateway = end_of(world, packet.destination) == Origin::Internet
        || private(world, packet.destination) != packet.destination;
    let public = world
        .interfaces
        .values()
        .flat_map(|interface| &interface.ipv4)
        .find(|own| IpAddr::V4(own.address) == packet.source)
        .and_then(|own| own.public);
    public.filter(|_| crosses_gateway).map_or(packet.source, IpAddr::V4)
}

pub(super) fn answer(random: &mut Rng, world: &World, asked: &Packet) -> Packet {
    let mut answer = asked.clone();
    answer.source = private(world, asked.destination);
    answer.destination = seen_as(world, asked);
    answer.fragment = Fragment::Whole;
    answer.transport = match asked.transport.clone() {
        Transport::Tcp { source, destination, flags: asked } => {
            let flags =
                if asked.opens() && !one_in(random, 4) { TcpFlags::SYN.with(TcpFlags::ACK) } else { flags(random) };
            Transport::Tcp { source: destination, destination: source, flags }
        }
        Transport::Udp { source, destination } => Transport::Udp { source: destination, destination: source },
        Transport::Icmp { kind, code, identifier, .. } => {
            let kind = match kind {
                8 => 0,
                128 => 129,
                13 | 17 => kind + 1,
                kind => kind,
            };
            Transport::Icmp { kind, code, identifier, embedded: None, target: None }
        }
        Transport::Missing => Transport::Other,
        Transport::Other => Transport::Other,
    };
    if answer.transport == Transport::Other && (answer.protocol.has_ports() || answer.protocol.is_icmp()) {
        answer.protocol = Protocol(47);
    }
    answer
}

pub(super) fn error_about(random: &mut Rng, world: &World, asked: &Packet) -> Packet {
    let family = asked.family();
    let transport = match asked.transport {
        Transport::Tcp { source, destination, .. } | Transport::Udp { source, destination } => {
            EmbeddedTransport::Ports { source, destination }
        }
        Transport::Icmp { kind, identifier, .. } => EmbeddedTransport::Icmp { kind, identifier },
        _ => EmbeddedTransport::Other,
    };
    let source = seen_as(world, asked);
    let destination = private(world, asked.destination);
    let protocol = if transport == EmbeddedTransport::Other { Protocol(47) } else { asked.protocol };
    let embedded = Embedded { source, destination, protocol, transport };
    let kind = match family {
        Family::V4 => *pick(random, &[3, 11, 12]).expect("some"),
        Family::V6 => random.u8(1..=4),
    };
    let message =
        Transport::Icmp { kind, code: random.u8(0..5), identifier: 0, embedded: Some(embedded), target: None };
    let destination = if one_in(random, 8) { asked.destination } else { source };
    let source = if random.bool() { embedded.destination } else { outside(random, family) };
    packet(random, source, destination, ringwall_net::icmp::protocol(family), message)
}
