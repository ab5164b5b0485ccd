//! Random packets: between what is there, at the edges of rules, and in answer to what went before.

mod address;
mod follow;
mod transport;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use fastrand::Rng;
use ringwall_model::id::{NetworkInterfaceId, VpcId};
use ringwall_model::outcome::{Origin, Verdict};
use ringwall_model::reserved::{RESOLVER_V4, UPLINK_ROUTER, is_public};
use ringwall_model::world::{Interface, RouteTarget, World};
use ringwall_net::frame::{
    Arp, Content, Fragment, Frame, Packet, Transport, encode, encode_arp, encode_neighbour_solicitation,
};
use ringwall_net::{Family, MacAddress, Protocol};

use crate::world::is_nat_gateways;
use crate::{one_in, pick};
use address::{any_interface, destination, own_address, source, special};
use follow::{again, answer, by_another_way, end_of, error_about};
use transport::{flags, icmp, transport};

/// A frame on its way into the network.
#[derive(Clone, Debug)]
pub struct Sent {
    /// where it enters
    pub origin: Origin,
    /// the frame
    pub bytes: Vec<u8>,
}

/// Makes packets, and remembers the last ones to answer them.
#[derive(Debug, Default)]
pub struct Traffic {
    recent: Vec<Recent>,
}

/// A packet that went by.
#[derive(Clone, Debug)]
struct Recent {
    origin: Origin,
    packet: Packet,
    /// where it came out, and how it looked there
    arrived: Option<(Origin, Packet)>,
}

const REMEMBERED: usize = 24;

impl Traffic {
    /// The next frame.
    pub fn frame(&mut self, random: &mut Rng, world: &World) -> Sent {
        let up: Vec<(NetworkInterfaceId, &Interface)> =
            world.interfaces.iter().filter(|(id, own)| sends(world, **id, own)).map(|(id, own)| (*id, own)).collect();
        let vpcs: Vec<VpcId> = world.vpcs.keys().copied().collect();
        let origin = match pick(random, &up) {
            Some((id, _)) if !one_in(random, 4) => Origin::Interface(*id),
            _ if one_in(random, 8) => Origin::Services(*pick(random, &vpcs).expect("one at least")),
            _ => Origin::Internet,
        };
        if let Origin::Interface(id) = origin
            && one_in(random, 25)
        {
            return Sent { origin, bytes: neighbour_question(random, world, &world.interfaces[&id]) };
        }
        let (origin, packet) = match self.recent.len() {
            0 => (origin, self.fresh(random, world, origin)),
            _ if one_in(random, 6) => match toward_gateway(random, world) {
                Some(next) => next,
                None => (origin, self.fresh(random, world, origin)),
            },
            _ if one_in(random, 4) => (origin, self.fresh(random, world, origin)),
            _ => match self.follow_up(random, world) {
                // who was up when the packet went by may be down by now, and sends nothing
                (Origin::Interface(id), _) if !sends(world, id, &world.interfaces[&id]) => {
                    (origin, self.fresh(random, world, origin))
                }
                next => next,
            },
        };
        self.send(random, world, origin, packet)
    }

    /// A frame with the packet in it, which later ones may answer.
    pub(crate) fn send(&mut self, random: &mut Rng, world: &World, origin: Origin, packet: Packet) -> Sent {
        self.recent.push(Recent { origin, packet: packet.clone(), arrived: None });
        if self.recent.len() > REMEMBERED {
            self.recent.remove(0);
        }
        let bytes = self.wrap(random, world, origin, packet);
        Sent { origin, bytes }
    }

    /// Tells what became of the last frame, so that it can be answered as it arrived.
    pub fn note(&mut self, verdict: &Verdict) {
        let Some(last) = self.recent.last_mut() else { return };
        let (to, sent) = match verdict {
            Verdict::Delivered { to, sent } => (Origin::Interface(*to), sent),
            Verdict::LeftToInternet { sent } => (Origin::Internet, sent),
            _ => return,
        };
        let mut packet = last.packet.clone();
        (packet.source, packet.destination) = (sent.source, sent.destination);
        match (&mut packet.transport, sent.ports) {
            (Transport::Tcp { source, destination, .. } | Transport::Udp { source, destination }, Some(ports)) => {
                (*source, *destination) = ports;
            }
            (Transport::Icmp { identifier, .. }, Some(ports)) => *identifier = ports.0,
            _ => {}
        }
        last.arrived = Some((to, packet));
    }

    fn fresh(&self, random: &mut Rng, world: &World, origin: Origin) -> Packet {
        let family = crate::rules::family(random);
        let source = source(random, world, origin, family);
        let destination = destination(random, world, origin, family);
        let (protocol, transport) = transport(random, world, family);
        packet(random, source, destination, protocol, transport)
    }

    /// A packet like a recent one, its answer, or an ICMP error about it.
    fn follow_up(&self, random: &mut Rng, world: &World) -> (Origin, Packet) {
        let Recent { origin, packet: recent, arrived } = pick(random, &self.recent).expect("some").clone();
        if let Some((at, arrived)) = arrived.filter(|_| random.bool()) {
            return match random.u8(0..4) {
                0 => (at, error_about(random, world, &arrived)),
                _ => (at, answer(random, world, &arrived)),
            };
        }
        let answerable = end_of(world, recent.destination) != Origin::Internet || is_public(recent.destination);
        match random.u8(0..10) {
            _ if !answerable => (origin, again(random, recent)),
            0 => (by_another_way(random, world, origin), again(random, recent)),
            1 | 2 => (origin, again(random, recent)),
            3..=7 => (end_of(world, recent.destination), answer(random, world, &recent)),
            8 => (end_of(world, recent.destination), error_about(random, world, &recent)),
            _ => {
                let mut later = recent;
                later.fragment = Fragment::Later { identification: random.u32(0..4) };
                later.transport = Transport::Missing;
                (origin, later)
            }
        }
    }

    fn wrap(&self, random: &mut Rng, world: &World, origin: Origin, mut packet: Packet) -> Vec<u8> {
        if one_in(random, 20) && packet.fragment == Fragment::Whole {
            packet.fragment = Fragment::First { identification: random.u32(0..4) };
        }
        let (source, destination) = macs(random, world, origin, &packet);
        let content = match random.u16(0..150) {
            0 => Content::Tagged,
            1 => Content::Other(0x88cc),
            _ => Content::Ip(packet),
        };
        let payload = match random.u16(0..60) {
            0 => 1460 + random.usize(0..100),
            1 => 8960 + random.usize(0..100),
            _ => random.usize(0..20),
        };
        let mut bytes = encode(&Frame { source, destination, content }, &vec![7; payload]);
        if one_in(random, 60) {
            let at = random.usize(12..bytes.len().min(90));
            bytes[at] = random.u8(..);
        }
        if one_in(random, 120) {
            let kept = random.usize(14..=bytes.len());
            bytes.truncate(kept);
        }
        bytes
    }
}

/// The start of a connection from a subnet behind a NAT gateway, to one of few places so that their ports run out.
fn toward_gateway(random: &mut Rng, world: &World) -> Option<(Origin, Packet)> {
    let is_behind = |interface: &Interface| {
        let table = &world.route_tables[&world.subnets[&interface.subnet].route_table];
        table.routes.iter().any(|route| matches!(route.target, RouteTarget::NatGateway(_)))
    };
    let behind: Vec<NetworkInterfaceId> = world
        .interfaces
        .iter()
        .filter(|(id, own)| sends(world, **id, own) && is_behind(own))
        .map(|(id, _)| *id)
        .collect();
    let id = *pick(random, &behind)?;
    let source = own_address(random, &world.interfaces[&id], Family::V4)?;
    let destination = Ipv4Addr::new(203, 0, 113, random.u8(0..3)).into();
    let source_port = random.u16(1024..1032);
    let (protocol, transport) = match random.u8(0..4) {
        0 => (Protocol::ICMP, icmp(random, Family::V4)),
        1 => (Protocol::UDP, Transport::Udp { source: source_port, destination: 53 }),
        _ => (Protocol::TCP, Transport::Tcp { source: source_port, destination: 443, flags: flags(random) }),
    };
    Some((Origin::Interface(id), packet(random, source, destination, protocol, transport)))
}

/// A question to the resolver of a VPC, from somebody who may ask it.
pub fn question(random: &mut Rng, world: &World) -> Option<Sent> {
    let asking: Vec<(NetworkInterfaceId, &Interface)> = world
        .interfaces
        .iter()
        .filter(|(id, own)| sends(world, **id, own) && world.vpcs[&own.vpc].resolver.is_some())
        .map(|(id, own)| (*id, own))
        .collect();
    let (id, interface) = *pick(random, &asking)?;
    let source = own_address(random, interface, Family::V4)?;
    let transport = Transport::Udp { source: random.u16(1024..), destination: 53 };
    let content = Content::Ip(packet(random, source, RESOLVER_V4.into(), Protocol::UDP, transport));
    let (source, destination) = (interface.mac, world.subnets[&interface.subnet].router);
    Some(Sent { origin: Origin::Interface(id), bytes: encode(&Frame { source, destination, content }, &[]) })
}

/// Whether the interface has a link that frames can come from.
pub(crate) fn sends(world: &World, id: NetworkInterfaceId, interface: &Interface) -> bool {
    interface.up && !is_nat_gateways(world, id)
}

fn packet(random: &mut Rng, source: IpAddr, destination: IpAddr, protocol: Protocol, transport: Transport) -> Packet {
    Packet {
        source,
        destination,
        protocol,
        fragment: Fragment::Whole,
        dont_fragment: source.is_ipv6() || random.bool(),
        hop_limit: 64,
        length: 0,
        transport,
    }
}

fn macs(random: &mut Rng, world: &World, origin: Origin, packet: &Packet) -> (MacAddress, MacAddress) {
    let Origin::Interface(id) = origin else {
        // the services' side has the same router as the internet's
        let destination = if one_in(random, 100) { MacAddress::BROADCAST } else { UPLINK_ROUTER };
        return (MacAddress([2, 0, 0, 9, 9, 9]), destination);
    };
    let interface = &world.interfaces[&id];
    let router = world.subnets[&interface.subnet].router;
    let source = if one_in(random, 120) { MacAddress([2, 0, 0, 3, 3, 3]) } else { interface.mac };
    let neighbours: Vec<&Interface> = world
        .interfaces
        .values()
        .filter(|other| other.subnet == interface.subnet && other.mac != interface.mac)
        .collect();
    let by_address = neighbours.iter().find(|other| other.owns(packet.destination));
    let destination = match (by_address, random.u16(0..100)) {
        (_, 0) => MacAddress::BROADCAST,
        (_, 1) => MacAddress([2, 0, 0, 4, 4, 4]),
        (_, 2..=5) => pick(random, &neighbours).map_or(router, |other| other.mac),
        (Some(other), 6..=80) => other.mac,
        _ => router,
    };
    (source, destination)
}

fn neighbour_question(random: &mut Rng, world: &World, interface: &Interface) -> Vec<u8> {
    let family = if random.bool() { Family::V4 } else { Family::V6 };
    let other = any_interface(random, world);
    let target = own_address(random, other, family).unwrap_or_else(|| special(random, world, family));
    match target {
        IpAddr::V4(target) => {
            let sender = interface.ipv4.first().map_or(Ipv4Addr::UNSPECIFIED, |own| own.address);
            let operation = if one_in(random, 8) { 2 } else { 1 };
            let sender_mac = if one_in(random, 8) { MacAddress([2, 0, 0, 3, 3, 3]) } else { interface.mac };
            let arp = Arp { operation, sender_mac, sender, target_mac: MacAddress::ZERO, target };
            encode_arp(interface.mac, MacAddress::BROADCAST, &arp)
        }
        IpAddr::V6(target) => {
            let sender = interface.ipv6.first().copied().unwrap_or(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 9));
            let sender = if one_in(random, 8) { Ipv6Addr::UNSPECIFIED } else { sender };
            let mut bytes = encode_neighbour_solicitation(interface.mac, sender, target);
            if one_in(random, 8) {
                // from beyond the link: the hop limit tells
                bytes[14 + 7] = 254;
            }
            bytes
        }
    }
}
