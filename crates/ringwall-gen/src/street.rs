//! Worlds in which NAT gateways and gateway endpoints are in use, and packets that go out by them: in worlds where anything
//! may be, hardly any packet finds a gateway whose own subnet leads anywhere.

use std::net::Ipv4Addr;
use std::ops::Range;
use std::sync::Arc;

use fastrand::Rng;
use ringwall_model::id::{
    InternetGatewayId, NatGatewayId, NetworkAclId, NetworkInterfaceId, ResourceId, RouteTableId, SubnetId,
    VpcEndpointId, VpcId,
};
use ringwall_model::outcome::Origin;
use ringwall_model::world::{
    GatewayEndpoint, Interface, Route, RouteDestination, RouteTable, RouteTarget, Subnet, World,
};
use ringwall_net::frame::{Fragment, Packet, TcpFlags, Transport};
use ringwall_net::{Family, MacAddress, Prefix, Protocol};

use crate::traffic::{Sent, Traffic, sends};
use crate::world::{Size, nat_gateway_in, open_acl, random_acl, world};
use crate::{one_in, pick};

/// The number of what is added: nothing else has it.
const OWN: u128 = 9;

/// The hosts that are asked.
const HOSTS: Range<u8> = 9..13;
/// The one of them that is a service behind an endpoint.
const SERVICE: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 12);

/// A random world with a NAT gateway in a subnet of its own, to which most tables of its VPC lead, and an endpoint for one
/// service.
pub fn street(random: &mut Rng, size: Size) -> World {
    let mut world = world(random, size);
    let used: Vec<VpcId> = world.interfaces.values().map(|interface| interface.vpc).collect();
    let vpc = *pick(random, &used).expect("two interfaces at least");
    let gateway = InternetGatewayId::from_random(100 + OWN);
    let own = world.vpcs.get_mut(&vpc).expect("it is there");
    let gateway = *own.internet_gateway.get_or_insert(gateway);
    let subnet = add_subnet(random, &mut world, vpc, gateway);
    nat_gateway_in(random, &mut world, OWN - 6, subnet);
    let nat = NatGatewayId::from_random(OWN - 6);
    let endpoint = VpcEndpointId::from_random(OWN - 6);
    world.gateway_endpoints.insert(endpoint, GatewayEndpoint { vpc, always_tracked: random.bool() });
    let tables: Vec<RouteTableId> = world
        .subnets
        .iter()
        .filter(|(id, other)| other.vpc == vpc && **id != subnet)
        .map(|(_, other)| other.route_table)
        .collect();
    for table in tables {
        if !one_in(random, 6) {
            lead(&mut world, table, Prefix::all(Family::V4), RouteTarget::NatGateway(nat));
        }
        if !one_in(random, 3) {
            let service = Prefix::host(SERVICE.into());
            lead(&mut world, table, service, RouteTarget::GatewayEndpoint(endpoint));
        }
    }
    world
}

fn add_subnet(random: &mut Rng, world: &mut World, vpc: VpcId, gateway: InternetGatewayId) -> SubnetId {
    let (table, acl) = (RouteTableId::from_random(100 + OWN), NetworkAclId::from_random(100 + OWN));
    let local = RouteDestination::Prefix("10.0.0.0/16".parse().expect("a block"));
    let routes = vec![Route { destination: local, target: RouteTarget::Local }];
    world.route_tables.insert(table, Arc::new(RouteTable { changed: 1, routes }));
    if !one_in(random, 8) {
        lead(world, table, Prefix::all(Family::V4), RouteTarget::InternetGateway(gateway));
    }
    let content = if one_in(random, 4) { random_acl(random, 1) } else { open_acl() };
    world.network_acls.insert(acl, Arc::new(content));
    let id = SubnetId::from_random(100 + OWN);
    let content = Subnet {
        vpc,
        ipv4: "10.0.9.0/24".parse().expect("a block"),
        ipv6: None,
        route_table: table,
        network_acl: acl,
        router: MacAddress([2, 0, 0, 1, 9, 9]),
    };
    world.subnets.insert(id, content);
    id
}

/// Leads the block to the target, as far as the table has no longer prefix.
fn lead(world: &mut World, table: RouteTableId, block: Prefix, target: RouteTarget) {
    let destination = RouteDestination::Prefix(block);
    let content = Arc::make_mut(world.route_tables.get_mut(&table).expect("it is there"));
    content.routes.retain(|route| route.destination != destination);
    content.routes.push(Route { destination, target });
}

/// The next frame: every other one goes out by a NAT gateway, to one of a few hosts.
pub fn frame(traffic: &mut Traffic, random: &mut Rng, world: &World) -> Sent {
    let insiders: Vec<(NetworkInterfaceId, &Interface)> = world
        .interfaces
        .iter()
        .filter(|(id, interface)| sends(world, **id, interface) && is_behind_nat_gateway(world, interface))
        .map(|(id, interface)| (*id, interface))
        .collect();
    match pick(random, &insiders) {
        Some((id, interface)) if random.bool() => {
            let packet = outward(random, interface);
            traffic.send(random, world, Origin::Interface(*id), packet)
        }
        _ => traffic.frame(random, world),
    }
}

fn is_behind_nat_gateway(world: &World, interface: &Interface) -> bool {
    let table = world.route_tables.get(&world.subnets[&interface.subnet].route_table);
    let mut targets = table.into_iter().flat_map(|table| &table.routes).map(|route| route.target);
    !interface.ipv4.is_empty() && targets.any(|target| matches!(target, RouteTarget::NatGateway(_)))
}

fn outward(random: &mut Rng, interface: &Interface) -> Packet {
    let own = pick(random, &interface.ipv4).expect("one at least").address;
    // who forwards what others sent forwards what nobody sent, too
    let is_strange = !interface.source_dest_check && one_in(random, 6);
    let source = if is_strange { Ipv4Addr::new(10, 0, 200, 1) } else { own };
    let (from, to) = (random.u16(40_000..40_004), *pick(random, &[53, 80, 443]).expect("some"));
    let (protocol, transport) = match random.u8(0..12) {
        0..=5 => {
            let flags = if one_in(random, 4) { TcpFlags::ACK } else { TcpFlags::SYN };
            (Protocol::TCP, Transport::Tcp { source: from, destination: to, flags })
        }
        6..=8 => (Protocol::UDP, Transport::Udp { source: from, destination: to }),
        9 | 10 => {
            let identifier = random.u16(0..4);
            (Protocol::ICMP, Transport::Icmp { kind: 8, code: 0, identifier, embedded: None, target: None })
        }
        _ => (Protocol(*pick(random, &[47, 50]).expect("some")), Transport::Other),
    };
    Packet {
        source: source.into(),
        destination: Ipv4Addr::new(203, 0, 113, random.u8(HOSTS)).into(),
        protocol,
        fragment: Fragment::Whole,
        dont_fragment: random.bool(),
        hop_limit: 64,
        length: 0,
        transport,
    }
}
