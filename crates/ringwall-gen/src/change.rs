//! Random changes to a world, as API calls would make them: one thing at a time, at a new revision.

use std::sync::Arc;

use fastrand::Rng;
use ringwall_model::id::{NetworkAclId, NetworkInterfaceId, PrefixListId, RouteTableId, SecurityGroupId, SubnetId};
use ringwall_model::world::World;

use crate::world::{Size, random_acl, random_group, random_groups, random_list, random_table, random_timeouts};
use crate::{one_in, pick};

/// Changes one thing.
pub fn change(random: &mut Rng, world: &mut World, size: Size) {
    world.revision += 1;
    let changed = world.revision;
    let groups: Vec<SecurityGroupId> = world.security_groups.keys().copied().collect();
    let lists: Vec<PrefixListId> = world.prefix_lists.keys().copied().collect();
    let interfaces: Vec<NetworkInterfaceId> = world.interfaces.keys().copied().collect();
    match random.u8(0..10) {
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
