//! From what a node has to what it shall have.
//!
//! New rule sets and route tables are written under new numbers, then the bank that no packet is judged by is brought to
//! the new revision, then the bank is flipped: one word. Only then the old goes. So every prefix of the writes leaves each
//! packet judged by the old revision or the new one, and by nothing in between.

use std::collections::BTreeMap;
use std::sync::Arc;

use ringwall_abi::code::{SLOTS, VPC_SLOTS};
use ringwall_abi::record::{
    Bits, EndpointKey, NeighbourKey, Number, PublicKey, RouteKey, RuleIdentityKey, RulePortKey, RulePrefixKey,
    SessionCounts,
};

use crate::flat::{Map, Write};
use crate::image::{Banked, Image};
use crate::rule_set::RuleSet;
use crate::subnet::route_table::RouteTable;
use crate::{mapped, mapped_length};

/// What a node has.
#[derive(Clone, Debug, Default)]
pub struct Installed {
    /// the bank that packets are judged by
    pub bank: u32,
    /// what both banks hold
    pub banks: [Banked; 2],
    /// rule sets by number
    pub rule_sets: BTreeMap<u32, Arc<RuleSet>>,
    /// rules of a set that name groups of a set of groups
    pub identities: BTreeMap<(u32, u32), Bits>,
    /// route tables by number
    pub route_tables: BTreeMap<u32, Arc<RouteTable>>,
    /// slots by link
    pub links: BTreeMap<u32, u32>,
    /// slots of VPCs by the link to their services
    pub service_links: BTreeMap<u32, u32>,
    /// elements of unknown meaning, from before a restart; they go once nothing refers to them
    pub foreign: Vec<(Map, Vec<u8>)>,
}

impl Installed {
    /// Notes that an image is installed: its writes have been carried out.
    pub fn become_image(&mut self, image: Image) {
        let bank = 1 - self.bank;
        self.bank = bank;
        self.banks[bank as usize] = image.banked;
        self.rule_sets = image.rule_sets;
        self.identities = image.identities;
        self.route_tables = image.route_tables;
        self.links = image.links;
        self.service_links = image.service_links;
        self.foreign.clear();
    }
}

/// The writes that lead from what is installed to an image, in their order.
pub fn writes(installed: &Installed, image: &Image) -> Vec<Write> {
    let mut writes = Vec::new();
    for (number, set) in &image.rule_sets {
        if !installed.rule_sets.contains_key(number) {
            put_rule_set(&mut writes, *number, set);
        }
    }
    for ((rule_set, identity), bits) in &image.identities {
        if !installed.identities.contains_key(&(*rule_set, *identity)) {
            let key = RuleIdentityKey { rule_set: *rule_set, identity: *identity };
            writes.push(Write::put(Map::RuleIdentities, &key, bits));
        }
    }
    for (number, table) in &image.route_tables {
        if !installed.route_tables.contains_key(number) {
            for (prefix, record) in &table.blocks {
                writes.push(Write::put(Map::Routes, &route_key(*number, *prefix), record));
            }
        }
    }
    let bank = 1 - installed.bank;
    put_bank(&mut writes, bank, &installed.banks[bank as usize], &image.banked);
    put_links(&mut writes, Map::InterfaceSlots, &installed.links, &image.links);
    put_links(&mut writes, Map::ServiceLinks, &installed.service_links, &image.service_links);
    start_counts(&mut writes, &installed.banks[installed.bank as usize], &image.banked);
    writes.push(Write::Flip { bank });
    remove_old(&mut writes, installed, image);
    writes
}

fn put_links(writes: &mut Vec<Write>, map: Map, old: &BTreeMap<u32, u32>, new: &BTreeMap<u32, u32>) {
    for (ifindex, slot) in new {
        if old.get(ifindex) != Some(slot) {
            writes.push(Write::put_at(map, *ifindex, &Number { value: *slot }));
        }
    }
}

fn remove_links(writes: &mut Vec<Write>, map: Map, old: &BTreeMap<u32, u32>, new: &BTreeMap<u32, u32>) {
    for ifindex in old.keys().filter(|ifindex| !new.contains_key(ifindex)) {
        writes.push(Write::delete_at(map, *ifindex));
    }
}

fn put_rule_set(writes: &mut Vec<Write>, number: u32, set: &RuleSet) {
    for (prefix, bits) in &set.prefixes {
        writes.push(Write::put(Map::RulePrefixes, &prefix_key(number, *prefix), bits));
    }
    for (block, bits) in &set.ports {
        writes.push(Write::put(Map::RulePorts, &port_key(number, *block), bits));
    }
    // last: from here on the set is whole
    writes.push(Write::put_at(Map::RuleSets, number, &set.record));
}

fn remove_rule_set(writes: &mut Vec<Write>, number: u32, set: &RuleSet) {
    writes.push(Write::delete_at(Map::RuleSets, number));
    for (prefix, _) in &set.prefixes {
        writes.push(Write::delete(Map::RulePrefixes, &prefix_key(number, *prefix)));
    }
    for (block, _) in &set.ports {
        writes.push(Write::delete(Map::RulePorts, &port_key(number, *block)));
    }
}

fn remove_old(writes: &mut Vec<Write>, installed: &Installed, image: &Image) {
    for (number, set) in &installed.rule_sets {
        if !image.rule_sets.contains_key(number) {
            remove_rule_set(writes, *number, set);
        }
    }
    for (rule_set, identity) in installed.identities.keys() {
        if !image.identities.contains_key(&(*rule_set, *identity)) {
            let key = RuleIdentityKey { rule_set: *rule_set, identity: *identity };
            writes.push(Write::delete(Map::RuleIdentities, &key));
        }
    }
    for (number, table) in &installed.route_tables {
        if !image.route_tables.contains_key(number) {
            for prefix in table.blocks.keys() {
                writes.push(Write::delete(Map::Routes, &route_key(*number, *prefix)));
            }
        }
    }
    remove_links(writes, Map::InterfaceSlots, &installed.links, &image.links);
    remove_links(writes, Map::ServiceLinks, &installed.service_links, &image.service_links);
    for (map, key) in &installed.foreign {
        writes.push(Write::Delete { map: *map, key: key.clone() });
    }
}

fn put_bank(writes: &mut Vec<Write>, bank: u32, old: &Banked, new: &Banked) {
    changes(&old.interfaces, &new.interfaces, |slot, record| {
        let key = bank * SLOTS + slot;
        writes.push(match record {
            Some(record) => Write::put_at(Map::Interfaces, key, record),
            None => Write::delete_at(Map::Interfaces, key),
        });
    });
    changes(&old.vpcs, &new.vpcs, |slot, record| {
        let key = bank * VPC_SLOTS + slot;
        writes.push(match record {
            Some(record) => Write::put_at(Map::Vpcs, key, record),
            None => Write::delete_at(Map::Vpcs, key),
        });
    });
    changes(&old.endpoints, &new.endpoints, |(vpc, address), record| {
        let key = EndpointKey { vpc: vpc << 1 | bank, address: *address };
        writes.push(match record {
            Some(record) => Write::put(Map::Endpoints, &key, record),
            None => Write::delete(Map::Endpoints, &key),
        });
    });
    changes(&old.neighbours, &new.neighbours, |(subnet, mac), slot| {
        let key = NeighbourKey { subnet: subnet << 1 | bank, mac: *mac, reserved: [0; 2] };
        writes.push(match slot {
            Some(slot) => Write::put(Map::Neighbours, &key, &Number { value: *slot }),
            None => Write::delete(Map::Neighbours, &key),
        });
    });
    changes(&old.nat_gateways, &new.nat_gateways, |slot, record| {
        let key = slot << 1 | bank;
        writes.push(match record {
            Some(record) => Write::put_at(Map::NatGateways, key, record),
            None => Write::delete_at(Map::NatGateways, key),
        });
    });
    changes(&old.public_addresses, &new.public_addresses, |address, record| {
        let key = PublicKey { bank, address: *address };
        writes.push(match record {
            Some(record) => Write::put(Map::PublicAddresses, &key, record),
            None => Write::delete(Map::PublicAddresses, &key),
        });
    });
}

/// An interface that takes over a slot has no sessions yet, whatever the one before it had.
fn start_counts(writes: &mut Vec<Write>, old: &Banked, new: &Banked) {
    for (slot, record) in &new.interfaces {
        if old.interfaces.get(slot).is_none_or(|before| before.id != record.id) {
            writes.push(Write::put_at(Map::SessionCounts, *slot, &SessionCounts::default()));
        }
    }
}

/// Calls `note` for each key whose value differs, with the new value or none. What goes comes first, so that a map at its
/// limit has room.
fn changes<K: Ord, V: PartialEq>(old: &BTreeMap<K, V>, new: &BTreeMap<K, V>, mut note: impl FnMut(&K, Option<&V>)) {
    for key in old.keys() {
        if !new.contains_key(key) {
            note(key, None);
        }
    }
    for (key, value) in new {
        if old.get(key) != Some(value) {
            note(key, Some(value));
        }
    }
}

fn prefix_key(rule_set: u32, prefix: ringwall_net::Prefix) -> RulePrefixKey {
    RulePrefixKey { prefix_length: 32 + mapped_length(prefix), rule_set, address: mapped(prefix.network()) }
}

fn port_key(rule_set: u32, block: crate::rule_set::PortBlock) -> RulePortKey {
    RulePortKey {
        prefix_length: 32 + u32::from(block.bits),
        rule_set,
        protocol: block.protocol,
        port: block.port.to_be_bytes(),
        reserved: 0,
    }
}

fn route_key(table: u32, prefix: ringwall_net::Prefix) -> RouteKey {
    let table = table << 1 | u32::from(prefix.family() == ringwall_net::Family::V6);
    RouteKey { prefix_length: 32 + mapped_length(prefix), table, address: mapped(prefix.network()) }
}
