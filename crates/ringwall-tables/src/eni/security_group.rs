//! Security groups: the union of the rules of all groups of an interface, one set for each direction and family.

use std::collections::BTreeSet;

use ringwall_model::id::SecurityGroupId;
use ringwall_model::outcome::GroupRule;
use ringwall_model::session::Direction;
use ringwall_model::world::{Peer, Traffic, World};
use ringwall_net::{Family, Prefix};

use crate::compiler::PartVersion;
use crate::rule_set::{RuleName, SourceRule};

/// The rules of the groups, by group and rule id: the order in which a deciding rule is named.
pub fn rules(
    world: &World,
    groups: &BTreeSet<SecurityGroupId>,
    direction: Direction,
    family: Family,
) -> Vec<SourceRule> {
    let mut sources = Vec::new();
    for group in groups {
        let Some(content) = world.security_groups.get(group) else { continue };
        let rules = match direction {
            Direction::In => &content.ingress,
            Direction::Out => &content.egress,
        };
        for rule in rules {
            if !is_of_family(rule.traffic, family) {
                continue;
            }
            let (prefixes, peer, is_plain) = match rule.peer {
                Peer::Prefix(prefix) => (vec![prefix], None, true),
                Peer::PrefixList(list) => (list_prefixes(world, list), None, false),
                Peer::Group(group) => (Vec::new(), Some(group), false),
            };
            let prefixes: Vec<Prefix> = prefixes.into_iter().filter(|prefix| prefix.family() == family).collect();
            if prefixes.is_empty() && peer.is_none() {
                continue;
            }
            let name = RuleName::Group(GroupRule { group: *group, rule: rule.id });
            sources.push(SourceRule { name, allow: true, prefixes, group: peer, traffic: rule.traffic, is_plain });
        }
    }
    sources.sort_by_key(|source| match source.name {
        RuleName::Group(name) => name,
        RuleName::Entry(..) => unreachable!("groups have no entries"),
    });
    sources
}

fn list_prefixes(world: &World, list: ringwall_model::id::PrefixListId) -> Vec<Prefix> {
    world.prefix_lists.get(&list).map(|list| list.prefixes.clone()).unwrap_or_default()
}

/// ICMP rules are of one family, whatever they name at the other end (SG-50).
pub(crate) fn is_of_family(traffic: Traffic, family: Family) -> bool {
    !matches!(traffic, Traffic::Icmp { family: own, .. } if own != family)
}

/// The parts that the set is made from, with the revisions at which they last changed.
pub fn versions(world: &World, groups: &BTreeSet<SecurityGroupId>, direction: Direction) -> Vec<PartVersion> {
    let mut versions = Vec::new();
    for group in groups {
        let Some(content) = world.security_groups.get(group) else { continue };
        versions.push(PartVersion::Group(*group, content.changed));
        let rules = match direction {
            Direction::In => &content.ingress,
            Direction::Out => &content.egress,
        };
        for rule in rules {
            if let Peer::PrefixList(list) = rule.peer {
                let changed = world.prefix_lists.get(&list).map(|content| content.changed);
                versions.push(PartVersion::PrefixList(list, changed));
            }
        }
    }
    versions
}
