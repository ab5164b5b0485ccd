//! Judges with a fault in them, one for each theorem to notice.
//!
//! Most are the specification in a distorted world: who reads entries from the last to the first is who reads them as they
//! are where the numbers run backwards.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use ringwall_model::gate::Reason;
use ringwall_model::id::{NatGatewayId, NetworkAclId, ResourceId, SubnetId};
use ringwall_model::outcome::{Origin, Verdict};
use ringwall_model::session::Direction;
use ringwall_model::world::{AclEntry, NetworkAcl, Peer, RouteDestination, RouteTarget, Subnet, Traffic, World};
use ringwall_net::frame::{Content, Fragment, Frame, Packet, TcpFlags, Transport, parse};
use ringwall_net::{Family, Prefix};
use ringwall_spec::packet::edge::nat_gateway::{Connection, Mapping};
use ringwall_spec::packet::eni::security_group::{self, Asked};
use ringwall_spec::packet::journey::journey;
use ringwall_spec::packet::{Walk, fragment};

use crate::watch::{Judge, specification};

/// A judge that sees another world.
macro_rules! in_another_world {
    ($($(#[$doc:meta])* $name:ident by $distort:ident;)*) => {$(
        $(#[$doc])*
        pub const $name: Judge = |world, memory, origin, bytes, now| {
            let mut other = world.clone();
            $distort(&mut other);
            specification(&other, memory, origin, bytes, now)
        };
    )*};
}

in_another_world! {
    /// ACL entries are read from the highest number down.
    READS_ENTRIES_BACKWARDS by number_entries_backwards;
    /// An ACL with an even number of entries in a direction lets nothing through.
    LOSES_EVEN_ACLS by empty_even_acls;
    /// A group with an even number of rules in a direction admits nothing.
    LOSES_EVEN_GROUPS by empty_even_groups;
    /// Only the first group of an interface counts.
    ASKS_ONE_GROUP by keep_one_group;
    /// Only the first rule of a group, as it was written down, counts.
    ASKS_ONE_RULE by keep_one_rule;
    /// What is open to all of IPv6 is open to all of IPv4.
    TAKES_V6_FOR_V4 by open_v4_where_v6_is;
    /// Every interface is alone in its subnet.
    SEES_NO_NEIGHBOURS by part_neighbours;
    /// There is one VPC.
    SEES_ONE_VPC by join_vpcs;
    /// Interfaces run that do not.
    WAKES_THE_SLEEPING by raise_interfaces;
    /// Longer prefixes are not routes.
    ROUTES_BY_SHORT_PREFIXES by drop_long_routes;
    /// A route to nowhere is no route.
    FALLS_THROUGH by drop_blackholes;
    /// An egress-only gateway is a gateway.
    OPENS_EGRESS_ONLY by make_gateways_two_way;
    /// Public addresses are the next interface's.
    SHIFTS_PUBLIC_ADDRESSES by shift_public_addresses;
    /// A NAT gateway is an internet gateway.
    PASSES_NAT_GATEWAYS_BY by lead_past_nat_gateways;
    /// An address of a NAT gateway serves everybody.
    LENDS_WITHOUT_LIMIT by lift_connection_limits;
    /// The subnets of NAT gateways have no ACL.
    ASKS_NO_ACL_AT_NAT_GATEWAYS by open_acls_at_nat_gateways;
    /// A gateway endpoint is an internet gateway.
    TAKES_ENDPOINTS_FOR_GATEWAYS by lead_past_endpoints;
}

/// Nothing is remembered.
pub const FORGETS: Judge = |world, memory, origin, bytes, now| {
    memory.sessions.clear();
    specification(world, memory, origin, bytes, now)
};

/// Sessions begin before anything is asked.
pub const REMEMBERS_TOO_EARLY: Judge = |world, memory, origin, bytes, now| {
    let trace = specification(world, &mut memory.clone(), origin, bytes, now);
    let mut open = world.clone();
    for group in open.security_groups.values_mut().map(Arc::make_mut) {
        group.ingress.iter_mut().chain(&mut group.egress).for_each(|rule| rule.peer = Peer::Prefix(everybody()));
    }
    specification(&open, memory, origin, bytes, now);
    trace
};

/// A broadcast goes to the router.
pub const ROUTES_BROADCASTS: Judge = |world, memory, origin, bytes, now| {
    let mut bytes = bytes.to_vec();
    if let (Origin::Interface(id), [255, 255, 255, 255, 255, 255, ..]) = (origin, &bytes[..]) {
        let router = world.subnets[&world.interfaces[&id].subnet].router;
        bytes[..6].copy_from_slice(&router.0);
    }
    specification(world, memory, origin, &bytes, now)
};

/// The way back in is somebody else's.
pub const TRANSLATES_BACK_WRONGLY: Judge = |world, memory, origin, bytes, now| match origin {
    Origin::Internet => SHIFTS_PUBLIC_ADDRESSES(world, memory, origin, bytes, now),
    Origin::Interface(_) | Origin::Services(_) => specification(world, memory, origin, bytes, now),
};

/// What comes for an address of a NAT gateway is for the first interface of its VPC.
pub const LETS_STRANGERS_IN: Judge = |world, memory, origin, bytes, now| {
    let trace = specification(world, &mut memory.clone(), origin, bytes, now);
    let packet = parse(bytes).ok().and_then(|frame| match frame.content {
        Content::Ip(packet) => Some(packet),
        _ => None,
    });
    if let (Some(Reason::NoNatMapping), Some(packet)) = (trace.outcome.verdict.reason(), packet) {
        memory.nat.extend(somebody(world, &packet, now));
    }
    specification(world, memory, origin, bytes, now)
};

/// A connection to which the packet would belong, for each address of a NAT gateway that it may be for.
fn somebody(world: &World, packet: &Packet, now: u32) -> Vec<((NatGatewayId, Connection), Mapping)> {
    let (Transport::Udp { source: far, destination: near } | Transport::Tcp { source: far, destination: near, .. }) =
        packet.transport
    else {
        return vec![];
    };
    let IpAddr::V4(destination) = packet.source else { return vec![] };
    let gateways = world.nat_gateways.iter().filter_map(|(id, gateway)| {
        let own = &world.interfaces[&gateway.interface];
        let first = world.interfaces.values().find(|other| other.vpc == own.vpc && other.up && other.mac != own.mac)?;
        let source = first.ipv4.first()?.address;
        Some((*id, source, own.ipv4.clone()))
    });
    let all = gateways.flat_map(|(id, source, own)| own.into_iter().map(move |own| (id, source, own.address)));
    all.map(|(id, source, address)| {
        let connection =
            Connection { source, source_port: near, destination, destination_port: far, protocol: packet.protocol };
        let mapping = Mapping { address, port: near, fin_out: false, fin_in: false, closed: false, last_seen: now };
        ((id, connection), mapping)
    })
    .collect()
}

/// What comes from the internet to begin a connection is the answer to one, which whoever began there gets.
pub const TAKES_OPENINGS_FOR_ANSWERS: Judge = |world, memory, origin, bytes, now| {
    let mut frame = parse(bytes);
    if let (Origin::Internet, Ok(Frame { content: Content::Ip(packet), .. })) = (origin, &mut frame)
        && let Transport::Tcp { flags, .. } = &mut packet.transport
    {
        *flags = flags.with(TcpFlags::ACK);
    }
    journey(world, memory, origin, &frame, now)
};

/// What a NAT gateway lent is given back to the port beside it.
pub const GIVES_TO_THE_NEXT_PORT: Judge = |world, memory, origin, bytes, now| {
    let Origin::Internet = origin else { return specification(world, memory, origin, bytes, now) };
    let mut other = memory.clone();
    let beside = |connection: Connection| Connection { source_port: connection.source_port ^ 1, ..connection };
    other.nat = other.nat.into_iter().map(|((id, own), mapping)| ((id, beside(own)), mapping)).collect();
    specification(world, &mut other, origin, bytes, now)
};

/// A NAT gateway has one port.
pub const LENDS_ONE_PORT: Judge = |world, memory, origin, bytes, now| {
    let trace = specification(world, memory, origin, bytes, now);
    memory.nat.values_mut().for_each(|mapping| mapping.port = 2_000);
    trace
};

/// First fragments are whole packets.
pub const TAKES_FRAGMENTS_FOR_WHOLE: Judge = |world, memory, origin, bytes, now| {
    let mut frame = parse(bytes);
    if let Ok(Frame { content: Content::Ip(packet), .. }) = &mut frame
        && let Fragment::First { .. } = packet.fragment
    {
        packet.fragment = Fragment::Whole;
    }
    journey(world, memory, origin, &frame, now)
};

/// The services of a VPC are somebody to whom groups must let packets out.
pub const ASKS_GROUPS_ABOUT_SERVICES: Judge = |world, memory, origin, bytes, now| {
    let trace = specification(world, memory, origin, bytes, now);
    let (Origin::Interface(id), Verdict::ToService { .. }) = (origin, &trace.outcome.verdict) else { return trace };
    let Ok(Frame { content: Content::Ip(packet), .. }) = parse(bytes) else { return trace };
    let (interface, flow) = (&world.interfaces[&id], fragment::written(&packet));
    let asked =
        Asked { id, interface, direction: Direction::Out, flow: &flow, peer_groups: None, always_tracked: false };
    if security_group::judge(world, memory, &asked).passes() {
        return trace;
    }
    Walk::default().stop(Reason::SecurityGroupOut)
};

/// Nobody counts what is sent to services.
pub const COUNTS_NOTHING: Judge = |world, memory, origin, bytes, now| {
    memory.link_local.clear();
    specification(world, memory, origin, bytes, now)
};

fn everybody() -> Prefix {
    Prefix::all(Family::V4)
}

fn lead_elsewhere(world: &mut World, is_meant: fn(RouteTarget) -> bool) {
    let Some(gateway) = world.vpcs.values().find_map(|vpc| vpc.internet_gateway) else { return };
    let tables = world.route_tables.values_mut().map(Arc::make_mut);
    let routes = tables.flat_map(|table| &mut table.routes).filter(|route| is_meant(route.target));
    routes.for_each(|route| route.target = RouteTarget::InternetGateway(gateway));
}

fn lead_past_nat_gateways(world: &mut World) {
    lead_elsewhere(world, |target| matches!(target, RouteTarget::NatGateway(_)));
}

fn lead_past_endpoints(world: &mut World) {
    lead_elsewhere(world, |target| matches!(target, RouteTarget::GatewayEndpoint(_)));
}

fn lift_connection_limits(world: &mut World) {
    world.nat_gateways.values_mut().for_each(|gateway| gateway.connection_limit = 55_000);
}

fn open_acls_at_nat_gateways(world: &mut World) {
    let open = NetworkAclId::from_random(9_999);
    let all = AclEntry { number: 1, allow: true, prefix: everybody(), traffic: Traffic::All };
    let content = NetworkAcl { changed: world.revision, ingress: vec![all], egress: vec![all] };
    world.network_acls.insert(open, Arc::new(content));
    for gateway in world.nat_gateways.values() {
        let subnet = world.interfaces[&gateway.interface].subnet;
        world.subnets.get_mut(&subnet).expect("it is there").network_acl = open;
    }
}

fn number_entries_backwards(world: &mut World) {
    for acl in world.network_acls.values_mut().map(Arc::make_mut) {
        acl.ingress.iter_mut().chain(&mut acl.egress).for_each(|entry| entry.number = 32767 - entry.number);
    }
}

fn empty_even_acls(world: &mut World) {
    for acl in world.network_acls.values_mut().map(Arc::make_mut) {
        let even = [&mut acl.ingress, &mut acl.egress].into_iter().filter(|entries| entries.len() % 2 == 0);
        even.for_each(Vec::clear);
    }
}

fn empty_even_groups(world: &mut World) {
    for group in world.security_groups.values_mut().map(Arc::make_mut) {
        let even = [&mut group.ingress, &mut group.egress].into_iter().filter(|rules| rules.len() % 2 == 0);
        even.for_each(Vec::clear);
    }
}

fn keep_one_group(world: &mut World) {
    for interface in world.interfaces.values_mut() {
        interface.groups = Arc::new(interface.groups.iter().take(1).copied().collect::<BTreeSet<_>>());
    }
}

fn keep_one_rule(world: &mut World) {
    for group in world.security_groups.values_mut().map(Arc::make_mut) {
        group.ingress.truncate(1);
        group.egress.truncate(1);
    }
}

fn open_v4_where_v6_is(world: &mut World) {
    let open = Peer::Prefix(Prefix::all(Family::V6));
    for group in world.security_groups.values_mut().map(Arc::make_mut) {
        let rules = group.ingress.iter_mut().chain(&mut group.egress);
        rules.filter(|rule| rule.peer == open).for_each(|rule| rule.peer = Peer::Prefix(everybody()));
    }
}

fn part_neighbours(world: &mut World) {
    for (place, interface) in world.interfaces.values_mut().enumerate() {
        let own: SubnetId = SubnetId::from_random(1_000 + place as u128);
        let content: Subnet = world.subnets[&interface.subnet].clone();
        world.subnets.insert(own, content);
        interface.subnet = own;
    }
}

fn join_vpcs(world: &mut World) {
    let one = *world.vpcs.keys().next().expect("a world has a VPC");
    world.interfaces.values_mut().for_each(|interface| interface.vpc = one);
    world.subnets.values_mut().for_each(|subnet| subnet.vpc = one);
}

fn raise_interfaces(world: &mut World) {
    world.interfaces.values_mut().for_each(|interface| interface.up = true);
}

fn drop_long_routes(world: &mut World) {
    for table in world.route_tables.values_mut().map(Arc::make_mut) {
        table.routes.retain(|route| match route.destination {
            RouteDestination::Prefix(prefix) => prefix.length() <= 16,
            RouteDestination::PrefixList(_) => false,
        });
    }
}

fn drop_blackholes(world: &mut World) {
    for table in world.route_tables.values_mut().map(Arc::make_mut) {
        table.routes.retain(|route| route.target != RouteTarget::Blackhole);
    }
}

fn make_gateways_two_way(world: &mut World) {
    let gateway = world.vpcs.values().find_map(|vpc| vpc.internet_gateway);
    let Some(gateway) = gateway else { return };
    for table in world.route_tables.values_mut().map(Arc::make_mut) {
        for route in &mut table.routes {
            if let RouteTarget::EgressOnlyInternetGateway(_) = route.target {
                route.target = RouteTarget::InternetGateway(gateway);
            }
        }
    }
}

fn shift_public_addresses(world: &mut World) {
    let all: Vec<_> = world.interfaces.values().flat_map(|interface| &interface.ipv4).map(|own| own.public).collect();
    let shifted = all.iter().cycle().skip(1);
    let places = world.interfaces.values_mut().flat_map(|interface| &mut interface.ipv4);
    places.zip(shifted).for_each(|(own, public)| own.public = *public);
}
