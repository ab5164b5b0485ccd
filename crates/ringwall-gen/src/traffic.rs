//! Random packets: between what is there, at the edges of rules, and in answer to what went before.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use fastrand::Rng;
use ringwall_model::id::{NetworkInterfaceId, VpcId};
use ringwall_model::outcome::{Origin, Verdict};
use ringwall_model::reserved::{
    METADATA_V4, METADATA_V6, RESOLVER_V4, RESOLVER_V6, ROUTER_V6, UPLINK_ROUTER, is_public,
};
use ringwall_model::world::{Interface, Peer, RouteTarget, Subnet, Traffic as RuleTraffic, World};
use ringwall_net::frame::{
    Arp, Content, Embedded, EmbeddedTransport, Fragment, Frame, Packet, TcpFlags, Transport, encode, encode_arp,
    encode_neighbour_solicitation,
};
use ringwall_net::{Family, MacAddress, Prefix, Protocol};

use crate::rules::PORTS;
use crate::world::is_nat_gateways;
use crate::{one_in, pick};

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

fn own_address(random: &mut Rng, interface: &Interface, family: Family) -> Option<IpAddr> {
    let own: Vec<IpAddr> = interface.addresses().filter(|address| Family::of(*address) == family).collect();
    pick(random, &own).copied()
}

fn outside(random: &mut Rng, family: Family) -> IpAddr {
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

fn any_interface<'w>(random: &mut Rng, world: &'w World) -> &'w Interface {
    let all: Vec<&Interface> = world.interfaces.values().collect();
    pick(random, &all).expect("some")
}

fn source(random: &mut Rng, world: &World, origin: Origin, family: Family) -> IpAddr {
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

fn destination(random: &mut Rng, world: &World, origin: Origin, family: Family) -> IpAddr {
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

fn special(random: &mut Rng, world: &World, family: Family) -> IpAddr {
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
                Some(RuleTraffic::Ports { ports, .. }) => {
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

fn flags(random: &mut Rng) -> TcpFlags {
    match random.u8(0..14) {
        0..=6 => TcpFlags::SYN,
        7 => TcpFlags::SYN.with(TcpFlags::ACK),
        8 => TcpFlags::RST,
        9 => TcpFlags::FIN.with(TcpFlags::ACK),
        10 => TcpFlags(random.u8(..)),
        _ => TcpFlags::ACK,
    }
}

fn transport(random: &mut Rng, world: &World, family: Family) -> (Protocol, Transport) {
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

fn icmp(random: &mut Rng, family: Family) -> Transport {
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

fn again(random: &mut Rng, mut packet: Packet) -> Packet {
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
fn by_another_way(random: &mut Rng, world: &World, origin: Origin) -> Origin {
    let Origin::Interface(id) = origin else { return origin };
    let vpc = world.interfaces[&id].vpc;
    let forwards = |interface: &Interface| interface.vpc == vpc && interface.up && !interface.source_dest_check;
    let ways: Vec<NetworkInterfaceId> =
        world.interfaces.iter().filter(|(_, interface)| forwards(interface)).map(|(id, _)| *id).collect();
    pick(random, &ways).map_or(origin, |id| Origin::Interface(*id))
}

/// Where a packet to this address would end: the place from which its answer comes.
fn end_of(world: &World, address: IpAddr) -> Origin {
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

fn answer(random: &mut Rng, world: &World, asked: &Packet) -> Packet {
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

fn error_about(random: &mut Rng, world: &World, asked: &Packet) -> Packet {
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
