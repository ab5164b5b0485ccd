//! Random changes to a world, as API calls would make them: one thing at a time, at a new revision.

use std::net::Ipv4Addr;
use std::sync::Arc;

use fastrand::Rng;
use ringwall_model::id::{
    NatGatewayId, NetworkAclId, NetworkInterfaceId, PrefixListId, RouteTableId, SecurityGroupId, SubnetId, VpcId,
};
use ringwall_model::world::World;

use crate::world::{
    Size, is_nat_gateways, random_acl, random_group, random_groups, random_list, random_table, random_timeouts,
};
use crate::{one_in, pick};

/// Changes one thing.
pub fn change(random: &mut Rng, world: &mut World, size: Size) {
    world.revision += 1;
    let changed = world.revision;
    let groups: Vec<SecurityGroupId> = world.security_groups.keys().copied().collect();
    let lists: Vec<PrefixListId> = world.prefix_lists.keys().copied().collect();
    let interfaces: Vec<NetworkInterfaceId> =
        world.interfaces.keys().filter(|id| !is_nat_gateways(world, **id)).copied().collect();
    match random.u8(0..11) {
        0 | 1 => {
            let group = *pick(random, &groups).expect("some");
            if random.bool() {
                remove_a_rule(random, world, group);
            } else {
                let mut number = u128::from(changed) * 1000;
                let content = random_group(random, &groups, &lists, size.rules, &mut number, changed);
                world.security_groups.insert(group, Arc::new(content));
            }
        }
        2 => {
            let acls: Vec<NetworkAclId> = world.network_acls.keys().copied().collect();
            let acl = *pick(random, &acls).expect("some");
            let content = random_acl(random, changed);
            world.network_acls.insert(acl, Arc::new(content));
        }
        3 => {
            let tables: Vec<RouteTableId> = world.route_tables.keys().copied().collect();
            let table = *pick(random, &tables).expect("some");
            let content = random_table(random, world, table, changed);
            world.route_tables.insert(table, Arc::new(content));
        }
        4 if !lists.is_empty() => {
            let list = *pick(random, &lists).expect("some");
            world.prefix_lists.insert(list, Arc::new(random_list(random, changed)));
        }
        5 => {
            let subnets: Vec<SubnetId> = world.subnets.keys().copied().collect();
            let subnet = *pick(random, &subnets).expect("some");
            let vpc = world.subnets[&subnet].vpc;
            let of_vpc: Vec<NetworkAclId> =
                world.subnets.values().filter(|other| other.vpc == vpc).map(|other| other.network_acl).collect();
            let acl = *pick(random, &of_vpc).expect("some");
            world.subnets.get_mut(&subnet).expect("it is there").network_acl = acl;
        }
        6 => {
            let id = *pick(random, &interfaces).expect("some");
            let vpc = world.interfaces[&id].vpc;
            let groups = random_groups(random, world, vpc);
            world.interfaces.get_mut(&id).expect("it is there").groups = groups;
        }
        10 => nat_gateway(random, world),
        _ => {
            let id = *pick(random, &interfaces).expect("some");
            let timeouts = random_timeouts(random);
            let interface = world.interfaces.get_mut(&id).expect("it is there");
            match random.u8(0..5) {
                0 => interface.up = !interface.up,
                1 => interface.source_dest_check = !interface.source_dest_check,
                2 => interface.timeouts = timeouts,
                3 => {
                    if let Some(own) = interface.ipv4.first_mut() {
                        own.public = None;
                    }
                }
                _ => move_an_address(random, world, id),
            }
        }
    }
}

/// Takes a NAT gateway away, has one of its addresses take no new connections, or changes what the VPC's resolver is.
fn nat_gateway(random: &mut Rng, world: &mut World) {
    let gateways: Vec<NatGatewayId> = world.nat_gateways.keys().copied().collect();
    let Some(id) = pick(random, &gateways).copied() else {
        let vpcs: Vec<VpcId> = world.vpcs.keys().copied().collect();
        let vpc = *pick(random, &vpcs).expect("some");
        let own = world.vpcs.get_mut(&vpc).expect("it is there");
        own.resolver = own.resolver.is_none().then_some(Ipv4Addr::new(10, 0, 0, 2));
        return;
    };
    let interface = world.nat_gateways[&id].interface;
    let all: Vec<Ipv4Addr> = world.interfaces[&interface].ipv4.iter().map(|own| own.address).collect();
    let gateway = world.nat_gateways.get_mut(&id).expect("it is there");
    match random.u8(0..4) {
        0 => {
            world.nat_gateways.remove(&id);
            world.interfaces.remove(&interface);
        }
        1 => {
            // as an owner does: the address takes no new connections first, and goes later
            let own = world.interfaces.get_mut(&interface).expect("it is there");
            if own.ipv4.len() > 1 {
                own.ipv4.pop();
                gateway.addresses.retain(|address| own.owns((*address).into()));
            }
        }
        2 if gateway.addresses.len() > 1 => drop(gateway.addresses.pop()),
        _ => gateway.addresses = all,
    }
    if gateway_is_empty(world, id) {
        let first = world.interfaces[&interface].ipv4[0].address;
        world.nat_gateways.get_mut(&id).expect("it is there").addresses = vec![first];
    }
}

fn gateway_is_empty(world: &World, id: NatGatewayId) -> bool {
    world.nat_gateways.get(&id).is_some_and(|gateway| gateway.addresses.is_empty())
}

/// Takes an address off an interface, and gives it to another one of the subnet, or to nobody.
fn move_an_address(random: &mut Rng, world: &mut World, id: NetworkInterfaceId) {
    let own = world.interfaces.get_mut(&id).expect("it is there");
    let subnet = own.subnet;
    let (v4, v6) = if own.ipv4.len() > 1 { (own.ipv4.pop(), None) } else { (None, own.ipv6.pop()) };
    if one_in(random, 2) {
        return;
    }
    let mut others =
        world.interfaces.iter_mut().filter(|(other, interface)| **other != id && interface.subnet == subnet);
    if let Some((_, other)) = others.next() {
        other.ipv4.extend(v4);
        other.ipv6.extend(v6);
    }
}

fn remove_a_rule(random: &mut Rng, world: &mut World, group: SecurityGroupId) {
    let revision = world.revision;
    let content = Arc::make_mut(world.security_groups.get_mut(&group).expect("it is there"));
    content.changed = revision;
    let rules = if random.bool() { &mut content.ingress } else { &mut content.egress };
    if !rules.is_empty() {
        let place = random.usize(0..rules.len());
        rules.swap_remove(place);
    }
}
