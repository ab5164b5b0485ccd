//! A set of rules as bit vectors.
//!
//! Each rule is one bit. For every block of addresses that a rule names there is the set of rules that hold there, and
//! for every block of ports likewise; the rules that select a packet are the AND of the two, looked up by longest prefix.
//! So that one look-up is enough, the set of a block includes the sets of all blocks around it.

use std::collections::BTreeMap;

use ringwall_abi::code::{RULE_SET_OPEN_TCP, RULE_SET_OPEN_UDP, RULE_SET_WHOLE, RULES};
use ringwall_abi::record::{Bits, RuleSetRecord};
use ringwall_model::id::{NetworkAclId, SecurityGroupId};
use ringwall_model::outcome::GroupRule;
use ringwall_model::world::Traffic;
use ringwall_net::{Family, PortRange, Prefix, Protocol, icmp};

/// One rule, ready to become a bit. The order of the rules is the order in which they are asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SourceRule {
    /// by what name it is told
    pub name: RuleName,
    /// whether it allows
    pub allow: bool,
    /// the blocks that it names at the other end, of the set's family
    pub prefixes: Vec<Prefix>,
    /// the group that it names at the other end
    pub group: Option<SecurityGroupId>,
    /// protocol and ports
    pub traffic: Traffic,
    /// whether it names a block by itself, and not by way of a list
    pub is_plain: bool,
}

/// By what name a rule is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RuleName {
    /// a rule of a security group
    Group(GroupRule),
    /// an entry of a network ACL
    Entry(NetworkAclId, u16),
}

/// A block of ports of a protocol: protocol, port, and how many bits of both together are significant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortBlock {
    /// protocol
    pub protocol: u8,
    /// port; of ICMP, type and code
    pub port: u16,
    /// 0 for every protocol, 8 for one, up to 24 for one port of it
    pub bits: u8,
}

impl PortBlock {
    fn covers(self, other: PortBlock) -> bool {
        let value = |block: PortBlock| u32::from(block.protocol) << 16 | u32::from(block.port);
        self.bits <= other.bits && (self.bits == 0 || (value(self) ^ value(other)) >> (24 - self.bits) == 0)
    }
}

/// A compiled set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSet {
    /// what is known of it as a whole
    pub record: RuleSetRecord,
    /// the rules that hold for each block of addresses
    pub prefixes: Vec<(Prefix, Bits)>,
    /// the rules that hold for each block of ports
    pub ports: Vec<(PortBlock, Bits)>,
    /// the rules that name each group
    pub groups: BTreeMap<SecurityGroupId, Bits>,
    /// the rules' names by bit
    pub names: Vec<RuleName>,
}

impl RuleSet {
    /// Compiles rules of one family and direction. Rules beyond the most that a set holds are left out, which the quotas
    /// of the API prevent (SG-39, NACL-25).
    pub fn compile(family: Family, rules: &[SourceRule]) -> RuleSet {
        let rules = &rules[..rules.len().min(RULES as usize)];
        let mut record = RuleSetRecord { flags: RULE_SET_WHOLE, rules: rules.len() as u32, ..Default::default() };
        let mut prefixes: BTreeMap<Prefix, Bits> = BTreeMap::new();
        let mut ports: BTreeMap<PortBlock, Bits> = BTreeMap::new();
        let mut groups: BTreeMap<SecurityGroupId, Bits> = BTreeMap::new();
        for (bit, rule) in rules.iter().enumerate() {
            if rule.allow {
                set(&mut record.allow, bit);
            }
            for prefix in &rule.prefixes {
                set(prefixes.entry(*prefix).or_default(), bit);
            }
            if let Some(group) = rule.group {
                set(groups.entry(group).or_default(), bit);
            }
            for block in port_blocks(rule.traffic) {
                set(ports.entry(block).or_default(), bit);
            }
            if rule.is_plain && rule.prefixes == [Prefix::all(family)] {
                set(&mut record.open, bit);
                record.flags |= open_flags(rule.traffic);
            }
        }
        RuleSet {
            record,
            prefixes: inherit(prefixes, |outer, inner| outer.covers(inner)),
            ports: inherit(ports, PortBlock::covers),
            groups,
            names: rules.iter().map(|rule| rule.name).collect(),
        }
    }

    /// The rules that name any of the groups.
    pub fn rules_naming<'g>(&self, held: impl IntoIterator<Item = &'g SecurityGroupId>) -> Option<Bits> {
        let mut union = Bits::default();
        let mut any = false;
        for group in held {
            if let Some(bits) = self.groups.get(group) {
                merge(&mut union, bits);
                any = true;
            }
        }
        any.then_some(union)
    }
}

fn set(bits: &mut Bits, bit: usize) {
    bits.words[bit / 64] |= 1 << (bit % 64);
}

fn merge(into: &mut Bits, from: &Bits) {
    for (word, other) in into.words.iter_mut().zip(from.words) {
        *word |= other;
    }
}

/// Gives every block the rules of the blocks around it. Blocks nest or are disjoint, and in order of their keys a block
/// comes after those that cover it: so the blocks around one are those that a stack still holds when it comes.
fn inherit<K: Copy + Ord>(blocks: BTreeMap<K, Bits>, covers: impl Fn(K, K) -> bool) -> Vec<(K, Bits)> {
    let mut around: Vec<(K, Bits)> = Vec::new();
    let mut inherited = Vec::with_capacity(blocks.len());
    for (block, mut bits) in blocks {
        while around.last().is_some_and(|(outer, _)| !covers(*outer, block)) {
            around.pop();
        }
        if let Some((_, outer)) = around.last() {
            merge(&mut bits, outer);
        }
        around.push((block, bits));
        inherited.push((block, bits));
    }
    inherited
}

fn port_blocks(traffic: Traffic) -> Vec<PortBlock> {
    match traffic {
        Traffic::All => vec![PortBlock { bits: 0, protocol: 0, port: 0 }],
        Traffic::Protocol(protocol) => vec![PortBlock { bits: 8, protocol: protocol.0, port: 0 }],
        Traffic::Ports { protocol, ports } => {
            let block = |(port, bits)| PortBlock { bits: 8 + bits, protocol: protocol.0, port };
            ports.blocks().into_iter().map(block).collect()
        }
        Traffic::Icmp { family, kind, code } => {
            let (bits, code) = code.map_or((16, 0), |code| (24, code));
            let port = u16::from(kind) << 8 | u16::from(code);
            vec![PortBlock { bits, protocol: icmp::protocol(family).0, port }]
        }
    }
}

fn open_flags(traffic: Traffic) -> u32 {
    let of = |protocol: Protocol| match protocol {
        Protocol::TCP => RULE_SET_OPEN_TCP,
        Protocol::UDP => RULE_SET_OPEN_UDP,
        _ => 0,
    };
    match traffic {
        Traffic::All => RULE_SET_OPEN_TCP | RULE_SET_OPEN_UDP,
        Traffic::Protocol(protocol) => of(protocol),
        Traffic::Ports { protocol, ports } if ports == PortRange::ALL => of(protocol),
        Traffic::Ports { .. } | Traffic::Icmp { .. } => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringwall_model::id::{ResourceId, SecurityGroupRuleId};

    fn rule(number: u128, prefix: &str, traffic: Traffic) -> SourceRule {
        let group = SecurityGroupId::from_random(1);
        let name = RuleName::Group(GroupRule { group, rule: SecurityGroupRuleId::from_random(number) });
        SourceRule { name, allow: true, prefixes: vec![prefix.parse().unwrap()], group: None, traffic, is_plain: true }
    }

    fn tcp(first: u16, last: u16) -> Traffic {
        Traffic::Ports { protocol: Protocol::TCP, ports: PortRange::new(first, last).unwrap() }
    }

    fn bits_of<K: PartialEq>(blocks: &[(K, Bits)], key: &K) -> u64 {
        blocks.iter().find(|(block, _)| block == key).expect("the block is there").1.words[0]
    }

    #[test]
    fn a_block_holds_the_rules_of_all_blocks_around_it() {
        let rules = [
            rule(0, "10.0.0.0/8", tcp(80, 80)),
            rule(1, "10.0.0.0/16", tcp(0, 65535)),
            rule(2, "10.1.0.0/16", Traffic::All),
        ];
        let set = RuleSet::compile(Family::V4, &rules);
        assert_eq!(bits_of(&set.prefixes, &"10.0.0.0/8".parse().unwrap()), 0b001);
        assert_eq!(bits_of(&set.prefixes, &"10.0.0.0/16".parse().unwrap()), 0b011);
        assert_eq!(bits_of(&set.prefixes, &"10.1.0.0/16".parse().unwrap()), 0b101);
        assert_eq!(bits_of(&set.ports, &PortBlock { protocol: 6, port: 80, bits: 24 }), 0b111);
        assert_eq!(bits_of(&set.ports, &PortBlock { protocol: 6, port: 0, bits: 8 }), 0b110);
        assert_eq!(bits_of(&set.ports, &PortBlock { protocol: 0, port: 0, bits: 0 }), 0b100);
    }

    #[test]
    fn only_a_plain_rule_for_everybody_is_open() {
        let mut by_list = rule(0, "0.0.0.0/0", tcp(0, 65535));
        by_list.is_plain = false;
        let rules = [by_list, rule(1, "0.0.0.0/0", tcp(0, 65534)), rule(2, "10.0.0.0/8", Traffic::All)];
        let set = RuleSet::compile(Family::V4, &rules);
        assert_eq!((set.record.flags, set.record.open.words[0]), (RULE_SET_WHOLE, 0b010));
        let set = RuleSet::compile(Family::V4, &[rule(0, "0.0.0.0/0", tcp(0, 65535))]);
        assert_eq!(set.record.flags, RULE_SET_WHOLE | RULE_SET_OPEN_TCP);
    }
}
