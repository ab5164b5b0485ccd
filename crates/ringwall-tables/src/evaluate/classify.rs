//! Which rule of a set decides: the classifier.

use std::net::IpAddr;

use ringwall_abi::Pod;
use ringwall_abi::code::RULE_SET_WHOLE;
use ringwall_abi::record::{Bits, RuleIdentityKey, RulePortKey, RulePrefixKey, RuleSetRecord};

use crate::flat::{FlatMaps, Map};
use crate::mapped;

/// What rules are asked about.
pub struct Query {
    /// the address at the other end
    pub remote: IpAddr,
    /// protocol
    pub protocol: u8,
    /// destination port, or ICMP type and code
    pub port: Option<u16>,
}

fn by_port(maps: &FlatMaps, set: u32, query: &Query) -> Option<Bits> {
    let key = RulePortKey {
        prefix_length: if query.port.is_some() { 56 } else { 40 },
        rule_set: set,
        protocol: query.protocol,
        port: query.port.unwrap_or(0).to_be_bytes(),
        reserved: 0,
    };
    maps.longest(Map::RulePorts, key.bytes())
}

fn lowest(words: impl Iterator<Item = u64>) -> Option<u16> {
    words.enumerate().find(|(_, word)| *word != 0).map(|(at, word)| (at * 64) as u16 + word.trailing_zeros() as u16)
}

/// The lowest rule that selects what is asked; `identity` is the set of groups at the other end.
pub fn rule(maps: &FlatMaps, set: u32, query: &Query, identity: u32) -> Option<u16> {
    let ports = by_port(maps, set, query)?;
    let key = RulePrefixKey { prefix_length: 160, rule_set: set, address: mapped(query.remote) };
    let prefixes: Bits = maps.longest(Map::RulePrefixes, key.bytes()).unwrap_or_default();
    let groups: Bits = if identity == 0 {
        Bits::default()
    } else {
        maps.get(Map::RuleIdentities, RuleIdentityKey { rule_set: set, identity }.bytes()).unwrap_or_default()
    };
    lowest((0..16).map(|word| (prefixes.words[word] | groups.words[word]) & ports.words[word]))
}

/// The lowest rule for everybody that selects the protocol and port asked for.
pub fn open_rule(maps: &FlatMaps, set: u32, query: &Query) -> Option<u16> {
    let record = record(maps, set)?;
    let ports = by_port(maps, set, query)?;
    lowest((0..16).map(|word| record.open.words[word] & ports.words[word]))
}

/// What is known of a rule set as a whole.
pub fn record(maps: &FlatMaps, set: u32) -> Option<RuleSetRecord> {
    maps.get(Map::RuleSets, &set.to_ne_bytes())
}

/// The ACL entry that decides, and whether it allows; none is the final deny.
pub fn acl(maps: &FlatMaps, set: u32, query: &Query) -> Option<(u16, bool)> {
    let record = record(maps, set).filter(|record| record.flags & RULE_SET_WHOLE != 0)?;
    let entry = rule(maps, set, query, 0)?;
    Some((entry, record.allow.words[usize::from(entry / 64)] >> (entry % 64) & 1 == 1))
}
