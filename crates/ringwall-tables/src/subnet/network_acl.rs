//! Network ACLs: the entries in order of their numbers, one set for each direction and family.

use ringwall_model::id::NetworkAclId;
use ringwall_model::session::Direction;
use ringwall_model::world::World;
use ringwall_net::Family;

use crate::eni::security_group::is_of_family;
use crate::rule_set::{RuleName, SourceRule};

/// The entries of an ACL as rules.
pub fn rules(world: &World, acl: NetworkAclId, direction: Direction, family: Family) -> Vec<SourceRule> {
    let Some(content) = world.network_acls.get(&acl) else { return Vec::new() };
    let entries = match direction {
        Direction::In => &content.ingress,
        Direction::Out => &content.egress,
    };
    let mut selected: Vec<_> =
        entries.iter().filter(|entry| entry.prefix.family() == family && is_of_family(entry.traffic, family)).collect();
    selected.sort_by_key(|entry| entry.number);
    let source = |entry: &&ringwall_model::world::AclEntry| SourceRule {
        name: RuleName::Entry(acl, entry.number),
        allow: entry.allow,
        prefixes: vec![entry.prefix],
        group: None,
        traffic: entry.traffic,
        is_plain: true,
    };
    selected.iter().map(source).collect()
}
