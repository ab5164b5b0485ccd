//! Random worlds.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use fastrand::Rng;
use ringwall_model::id::{
    EgressOnlyInternetGatewayId, InternetGatewayId, NatGatewayId, NetworkAclId, NetworkInterfaceId, PrefixListId,
    ResourceId, RouteTableId, SecurityGroupId, SecurityGroupRuleId, SubnetId, VpcEndpointId, VpcId,
};
use ringwall_model::session::Timeouts;
use ringwall_model::world::{
    AclEntry, GatewayEndpoint, Interface, NatGateway, NetworkAcl, Peer, PrefixList, PrivateAddress, Route,
    RouteDestination, RouteTable, RouteTarget, SecurityGroup, SecurityGroupRule, Subnet, Traffic, Vpc, World,
};
use ringwall_net::{Family, Ipv4Prefix, Ipv6Prefix, MacAddress, PortRange, Prefix, Protocol};

use crate::rules::{acl_entries, family, group_rule, prefix};
use crate::{one_in, pick};

/// How large and how strange a world may be.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// interfaces at most
    pub interfaces: usize,
    /// groups of a VPC at most
    pub groups: u128,
    /// rules of a group in one direction at most
    pub rules: usize,
}

impl Size {
    /// A handful of everything.
    pub const SMALL: Size = Size { interfaces: 7, groups: 5, rules: 6 };
    /// Up to the quotas: 1,000 rules on an interface.
    pub const LARGE: Size = Size { interfaces: 10, groups: 16, rules: 56 };
}

/// A random world.
pub fn world(random: &mut Rng, size: Size) -> World {
    let mut world = World { revision: 1, ..World::default() };
    for number in 0..random.u128(0..3) {
        let list = random_list(random, 1);
        world.prefix_lists.insert(PrefixListId::from_random(number + 1), Arc::new(list));
    }
    let mut rule_number = 0;
    for number in 0..random.u128(1..=3) {
        vpc(random, &mut world, number, size, &mut rule_number);
    }
    let interfaces = random.usize(2..=size.interfaces);
    for number in 0..interfaces {
        interface(random, &mut world, number as u128 + 1);
    }
    for number in 0..random.u128(0..=2) {
        nat_gateway(random, &mut world, number + 1);
    }
    for number in 0..random.u128(0..=2) {
        let vpcs: Vec<VpcId> = world.vpcs.keys().copied().collect();
        let vpc = *pick(random, &vpcs).expect("one at least");
        let endpoint = GatewayEndpoint { vpc, always_tracked: random.bool() };
        world.gateway_endpoints.insert(VpcEndpointId::from_random(number + 1), endpoint);
    }
    route_tables(random, &mut world);
    world
}

pub(crate) fn random_list(random: &mut Rng, changed: u64) -> PrefixList {
    let family = family(random);
    PrefixList { changed, prefixes: (0..random.usize(0..5)).map(|_| prefix(random, family)).collect() }
}

fn vpc(random: &mut Rng, world: &mut World, number: u128, size: Size, rule_number: &mut u128) {
    let id = VpcId::from_random(number + 1);
    let internet_gateway = (!one_in(random, 4)).then(|| InternetGatewayId::from_random(number + 1));
    let resolver = (!one_in(random, 4)).then_some(Ipv4Addr::new(10, 0, 0, 2));
    world.vpcs.insert(id, Vpc { internet_gateway, resolver });
    for acl in 0..random.u128(1..=2) {
        let acl_id = NetworkAclId::from_random(number * 10 + acl + 1);
        let acl = if random.u8(0..3) != 0 { open_acl() } else { random_acl(random, 1) };
        world.network_acls.insert(acl_id, Arc::new(acl));
    }
    for subnet in 0..random.u128(1..=3) {
        let table = RouteTableId::from_random(number * 10 + random.u128(0..=subnet) + 1);
        world.route_tables.entry(table).or_insert_with(|| Arc::new(RouteTable { changed: 1, routes: vec![] }));
        let ipv4 =
            Ipv4Prefix::new(Ipv4Addr::new(10, 0, subnet as u8, 0), *pick(random, &[24, 24, 25, 28]).expect("some"));
        let block = Ipv6Addr::new(0x2001, 0xdb8, number as u16, subnet as u16, 0, 0, 0, 0);
        let acls: Vec<NetworkAclId> = world.network_acls.keys().copied().collect();
        let own: Vec<NetworkAclId> = acls
            .into_iter()
            .filter(|acl| (0..2).any(|place| *acl == NetworkAclId::from_random(number * 10 + place + 1)))
            .collect();
        let subnet_id = SubnetId::from_random(number * 10 + subnet + 1);
        let content = Subnet {
            vpc: id,
            ipv4: ipv4.expect("at most 32"),
            ipv6: (!one_in(random, 4)).then(|| Ipv6Prefix::new(block, 64).expect("at most 128")),
            route_table: table,
            network_acl: *pick(random, &own).expect("one at least"),
            router: MacAddress([2, 0, 0, 1, number as u8, subnet as u8]),
        };
        world.subnets.insert(subnet_id, content);
    }
    let groups: Vec<SecurityGroupId> =
        (0..random.u128(1..=size.groups)).map(|group| SecurityGroupId::from_random(number * 100 + group + 1)).collect();
    let lists: Vec<PrefixListId> = world.prefix_lists.keys().copied().collect();
    for group in &groups {
        let content = random_group(random, &groups, &lists, size.rules, rule_number, 1);
        world.security_groups.insert(*group, Arc::new(content));
    }
}

pub(crate) fn random_acl(random: &mut Rng, changed: u64) -> NetworkAcl {
    NetworkAcl { changed, ingress: acl_entries(random), egress: acl_entries(random) }
}

pub(crate) fn open_acl() -> NetworkAcl {
    let entry = |number, family| AclEntry { number, allow: true, prefix: Prefix::all(family), traffic: Traffic::All };
    let entries = vec![entry(100, Family::V4), entry(101, Family::V6)];
    NetworkAcl { changed: 1, ingress: entries.clone(), egress: entries }
}

pub(crate) fn random_group(
    random: &mut Rng,
    groups: &[SecurityGroupId],
    lists: &[PrefixListId],
    most: usize,
    rule_number: &mut u128,
    changed: u64,
) -> SecurityGroup {
    let mut rules = |random: &mut Rng| {
        let mut rules: Vec<_> = (0..random.usize(0..=most))
            .map(|_| {
                *rule_number += 1;
                group_rule(random, *rule_number * 0x1000_0001 % 0xffff_ffff, groups, lists)
            })
            .collect();
        random.shuffle(&mut rules);
        rules
    };
    let mut group = SecurityGroup { changed, ingress: rules(random), egress: rules(random) };
    // As groups are in life: most let everything out, some let a family in, few of the packets shall end here.
    for family in Family::ALL {
        let mut open = |random: &mut Rng, rules: &mut Vec<SecurityGroupRule>, traffic| {
            *rule_number += 1;
            let id = SecurityGroupRuleId::from_random(*rule_number * 0x1000_0001 % 0xffff_ffff);
            rules.insert(
                random.usize(0..=rules.len()),
                SecurityGroupRule { id, peer: Peer::Prefix(Prefix::all(family)), traffic },
            );
        };
        if !one_in(random, 4) {
            open(random, &mut group.egress, Traffic::All);
        }
        if one_in(random, 3) {
            let protocol = if random.bool() { Protocol::TCP } else { Protocol::UDP };
            let ports = PortRange::new(0, *pick(random, &[1023, 32768, 65535]).expect("some")).expect("in order");
            open(random, &mut group.ingress, Traffic::Ports { protocol, ports });
        }
    }
    group
}

pub(crate) fn random_groups(random: &mut Rng, world: &World, vpc: VpcId) -> Arc<BTreeSet<SecurityGroupId>> {
    let number = (1..=3).find(|number| VpcId::from_random(*number) == vpc).unwrap_or(1) - 1;
    let own: Vec<SecurityGroupId> = (0..16)
        .map(|group| SecurityGroupId::from_random(number * 100 + group + 1))
        .filter(|group| world.security_groups.contains_key(group))
        .collect();
    let mut groups: BTreeSet<SecurityGroupId> = own.iter().filter(|_| random.bool()).copied().collect();
    if groups.is_empty() {
        groups.insert(own[0]);
    }
    Arc::new(groups)
}

fn interface(random: &mut Rng, world: &mut World, number: u128) {
    let subnets: Vec<SubnetId> = world.subnets.keys().copied().collect();
    let subnet_id = *pick(random, &subnets).expect("one at least");
    let subnet = world.subnets[&subnet_id].clone();
    let host = 3 + number as u32;
    let address = |offset: u32| subnet.ipv4.nth(offset).map(|address| PrivateAddress { address, public: None });
    let mut ipv4: Vec<PrivateAddress> = address(host).into_iter().collect();
    if one_in(random, 3) && subnet.ipv4.length() == 24 {
        ipv4.extend(address(host + 100));
    }
    let has_gateway = world.vpcs[&subnet.vpc].internet_gateway.is_some();
    for (place, own) in ipv4.iter_mut().enumerate() {
        if has_gateway && random.bool() {
            own.public = Some(Ipv4Addr::new(198, 51, 100, (number as u8) * 2 + place as u8));
        }
    }
    let ipv6 =
        subnet.ipv6.filter(|_| !one_in(random, 4)).and_then(|block| block.nth(u128::from(host))).into_iter().collect();
    let interface = Interface {
        vpc: subnet.vpc,
        subnet: subnet_id,
        mac: MacAddress([2, 0, 0, 2, 0, number as u8]),
        up: !one_in(random, 8),
        ipv4,
        ipv6,
        groups: random_groups(random, world, subnet.vpc),
        source_dest_check: !one_in(random, 4),
        timeouts: random_timeouts(random),
        session_limit: if one_in(random, 5) { random.u32(1..4) } else { 10_000 },
    };
    world.interfaces.insert(NetworkInterfaceId::from_random(number), interface);
}

/// Whether the interface is a NAT gateway's, from which nobody sends.
pub(crate) fn is_nat_gateways(world: &World, interface: NetworkInterfaceId) -> bool {
    world.nat_gateways.values().any(|gateway| gateway.interface == interface)
}

/// A NAT gateway with one to three addresses, public or not, in any subnet.
fn nat_gateway(random: &mut Rng, world: &mut World, number: u128) {
    let subnets: Vec<SubnetId> = world.subnets.keys().copied().collect();
    let subnet_id = *pick(random, &subnets).expect("one at least");
    nat_gateway_in(random, world, number, subnet_id);
}

pub(crate) fn nat_gateway_in(random: &mut Rng, world: &mut World, number: u128, subnet_id: SubnetId) {
    let subnet = world.subnets[&subnet_id].clone();
    let is_public = world.vpcs[&subnet.vpc].internet_gateway.is_some() && !one_in(random, 4);
    // beside the addresses of all other interfaces: a block of 16 has room for one of them
    let offsets = if subnet.ipv4.length() > 25 { vec![14; usize::from(number == 1)] } else { vec![20, 21] };
    let offsets = offsets.into_iter().map(|place| place + 2 * (number as u32 - 1));
    let ipv4: Vec<PrivateAddress> = offsets
        .take(random.usize(1..=2))
        .filter_map(|offset| subnet.ipv4.nth(offset))
        .map(|address| {
            let last = address.octets()[3];
            PrivateAddress { address, public: is_public.then(|| Ipv4Addr::new(198, 51, 100, 100 + last)) }
        })
        .collect();
    if ipv4.is_empty() {
        return;
    }
    let addresses: Vec<Ipv4Addr> = ipv4.iter().map(|own| own.address).collect();
    let interface_id = NetworkInterfaceId::from_random(1_000 + number);
    let interface = Interface {
        vpc: subnet.vpc,
        subnet: subnet_id,
        mac: MacAddress([2, 0, 0, 5, 0, number as u8]),
        up: true,
        ipv4,
        ipv6: vec![],
        groups: Arc::default(),
        source_dest_check: false,
        timeouts: Timeouts::default(),
        session_limit: 10_000,
    };
    world.interfaces.insert(interface_id, interface);
    let gateway = NatGateway {
        interface: interface_id,
        addresses,
        connection_limit: if one_in(random, 3) { random.u32(1..4) } else { 55_000 },
        port_seed: random.u32(..),
    };
    world.nat_gateways.insert(NatGatewayId::from_random(number), gateway);
}

pub(crate) fn random_timeouts(random: &mut Rng) -> Timeouts {
    if random.bool() {
        return Timeouts::default();
    }
    Timeouts { tcp_established: random.u32(60..400), udp: random.u32(30..=60), udp_stream: random.u32(60..=180) }
}

fn route_tables(random: &mut Rng, world: &mut World) {
    let tables: Vec<RouteTableId> = world.route_tables.keys().copied().collect();
    for table in tables {
        let content = random_table(random, world, table, 1);
        world.route_tables.insert(table, Arc::new(content));
    }
}

/// A table with the local routes of its VPC, and whatever else may stand there.
pub(crate) fn random_table(random: &mut Rng, world: &World, table: RouteTableId, changed: u64) -> RouteTable {
    let Some(subnet) = world.subnets.values().find(|subnet| subnet.route_table == table) else {
        return RouteTable { changed, routes: vec![] };
    };
    let vpc = subnet.vpc;
    let number = (1..=3).find(|number| VpcId::from_random(*number) == vpc).unwrap_or(1) - 1;
    let gateway = world.vpcs[&vpc].internet_gateway;
    let own_interfaces: Vec<NetworkInterfaceId> = world
        .interfaces
        .iter()
        .filter(|(id, interface)| interface.vpc == vpc && !is_nat_gateways(world, **id))
        .map(|(id, _)| *id)
        .collect();
    let plain = |prefix: Prefix, target| Route { destination: RouteDestination::Prefix(prefix), target };
    let v6_block =
        Ipv6Prefix::new(Ipv6Addr::new(0x2001, 0xdb8, number as u16, 0, 0, 0, 0, 0), 56).expect("at most 128");
    let mut routes = vec![
        plain("10.0.0.0/16".parse().expect("a block"), RouteTarget::Local),
        plain(v6_block.into(), RouteTarget::Local),
    ];
    let nat_gateways: Vec<NatGatewayId> = world
        .nat_gateways
        .iter()
        .filter(|(_, gateway)| world.interfaces[&gateway.interface].vpc == vpc)
        .map(|(id, _)| *id)
        .collect();
    // as people build it: private subnets behind a gateway in another one
    let is_elsewhere = |id: &&NatGatewayId| {
        let subnet = world.interfaces[&world.nat_gateways[*id].interface].subnet;
        world.subnets[&subnet].route_table != table
    };
    let elsewhere: Vec<NatGatewayId> = nat_gateways.iter().filter(is_elsewhere).copied().collect();
    let endpoints: Vec<VpcEndpointId> =
        world.gateway_endpoints.iter().filter(|(_, endpoint)| endpoint.vpc == vpc).map(|(id, _)| *id).collect();
    let target = |random: &mut Rng, family: Family| match random.u8(0..11) {
        0 => RouteTarget::Blackhole,
        8 | 9 if family == Family::V4 && !nat_gateways.is_empty() => {
            RouteTarget::NatGateway(*pick(random, &nat_gateways).expect("some"))
        }
        10 if family == Family::V4 && !endpoints.is_empty() => {
            RouteTarget::GatewayEndpoint(*pick(random, &endpoints).expect("some"))
        }
        1 | 2 if !own_interfaces.is_empty() => {
            RouteTarget::NetworkInterface(*pick(random, &own_interfaces).expect("some"))
        }
        3 | 4 if family == Family::V6 => {
            RouteTarget::EgressOnlyInternetGateway(EgressOnlyInternetGatewayId::from_random(number + 1))
        }
        _ => gateway.map_or(RouteTarget::Blackhole, RouteTarget::InternetGateway),
    };
    for family in Family::ALL {
        if family == Family::V4
            && random.bool()
            && let Some(gateway) = pick(random, &elsewhere)
        {
            routes.push(plain(Prefix::all(family), RouteTarget::NatGateway(*gateway)));
        } else if !one_in(random, 4) {
            let target = target(random, family);
            routes.push(plain(Prefix::all(family), target));
        }
        for _ in 0..random.usize(0..3) {
            let target = target(random, family);
            let prefix = prefix(random, family);
            if routes.iter().all(|route| route.destination != RouteDestination::Prefix(prefix)) {
                routes.push(plain(prefix, target));
            }
        }
    }
    if one_in(random, 3) && !own_interfaces.is_empty() {
        // the whole of one subnet, through a middlebox (RT-8)
        let steered = Prefix::from(subnet.ipv4);
        let middlebox = *pick(random, &own_interfaces).expect("some");
        if routes.iter().all(|route| route.destination != RouteDestination::Prefix(steered)) {
            routes.push(plain(steered, RouteTarget::NetworkInterface(middlebox)));
        }
    }
    for list in world.prefix_lists.keys() {
        if random.bool() {
            let target = target(random, Family::V4);
            routes.push(Route { destination: RouteDestination::PrefixList(*list), target });
        }
    }
    random.shuffle(&mut routes);
    RouteTable { changed, routes }
}
