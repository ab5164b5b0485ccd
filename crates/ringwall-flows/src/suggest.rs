//! Proposing rules: the narrowest ones of a security group that would have let pass what was seen.
//!
//! Rules are as narrow as what was seen, no narrower and hardly wider:
//! - a flow asks for a rule in the direction of its first packet, at the port of the one that was asked; answers need none (SG-3);
//! - ports become a range only where each of them was seen;
//! - addresses become a block only where each of the block was seen;
//! - a group is named in place of addresses only where each interface that holds it was seen: it then admits today what was
//!   seen, and later whoever joins it (SG-27).

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ringwall_model::id::SecurityGroupId;
use ringwall_net::{Ipv4Prefix, Ipv6Prefix, Prefix};
use serde::Serialize;

use crate::flow::Direction;
use crate::group::Seen;

/// Whom a proposed rule names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    /// the holders of a group
    Group(SecurityGroupId),
    /// the addresses of a block
    Block(Prefix),
}

/// A proposed rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// ingress or egress
    pub direction: Direction,
    /// protocol, by its IANA number
    pub protocol: u8,
    /// the first and the last port; the type of the messages and -1, of ICMP; none for protocols without ports
    pub ports: Option<(i32, i32)>,
    /// whom it names
    pub peer: Peer,
    /// why it is proposed
    pub why: Why,
}

/// What was seen that asks for a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Why {
    /// different flows: address and port
    pub flows: u64,
    /// packets, of answers too
    pub packets: u64,
    /// addresses at the other end
    pub addresses: u64,
}

/// The private addresses of the holders of each group that a rule may name.
pub type Holders = BTreeMap<SecurityGroupId, BTreeSet<IpAddr>>;

/// What was seen of one address.
#[derive(Clone, Copy, Debug, Default)]
struct Traffic {
    flows: u64,
    packets: u64,
}

/// A protocol with a port or a type.
type Service = (Direction, u8, Option<i32>);

/// The rules for what was seen.
pub fn rules<'s>(seen: impl IntoIterator<Item = &'s Seen>, holders: &Holders) -> Vec<Rule> {
    let mut services: BTreeMap<Service, BTreeMap<IpAddr, Traffic>> = BTreeMap::new();
    for seen in seen {
        let Some(opened) = seen.opened else { continue };
        let port = match seen.protocol {
            6 | 17 => Some(i32::from(seen.service_port())),
            1 | 58 => Some(seen.icmp_type.map_or(-1, i32::from)),
            _ => None,
        };
        let traffic = services.entry((opened, seen.protocol, port)).or_default().entry(seen.peer()).or_default();
        traffic.flows += u64::from(seen.direction == opened);
        traffic.packets += seen.packets;
    }
    // Peers of each service, and services of each peer.
    let mut by_peer: BTreeMap<(Direction, u8, Peer), BTreeMap<Option<i32>, Why>> = BTreeMap::new();
    for ((direction, protocol, port), peers) in &services {
        for (peer, why) in name(peers, holders) {
            by_peer.entry((*direction, *protocol, peer)).or_default().insert(*port, why);
        }
    }
    let mut rules = Vec::new();
    for ((direction, protocol, peer), ports) in by_peer {
        let has_ports = matches!(protocol, 6 | 17);
        for (ports, why) in ranges(&ports, has_ports) {
            rules.push(Rule { direction, protocol, ports, peer, why });
        }
    }
    rules
}

/// Names addresses as groups and blocks: groups as long as one names more than what is named already.
fn name(peers: &BTreeMap<IpAddr, Traffic>, holders: &Holders) -> Vec<(Peer, Why)> {
    let why = |addresses: &BTreeSet<IpAddr>| {
        let own = || addresses.iter().filter_map(|address| peers.get(address));
        Why {
            flows: own().map(|traffic| traffic.flows).sum(),
            packets: own().map(|traffic| traffic.packets).sum(),
            addresses: addresses.len() as u64,
        }
    };
    let mut left: BTreeSet<IpAddr> = peers.keys().copied().collect();
    let mut named = Vec::new();
    loop {
        let is_whole =
            |own: &BTreeSet<IpAddr>| !own.is_empty() && own.iter().all(|address| peers.contains_key(address));
        let best = holders
            .iter()
            .filter(|(_, own)| is_whole(own))
            .map(|(group, own)| (own.intersection(&left).count(), std::cmp::Reverse(*group), own))
            .max_by_key(|(new, group, _)| (*new, *group));
        match best {
            Some((new, group, own)) if new > 0 => {
                let taken: BTreeSet<IpAddr> = own.intersection(&left).copied().collect();
                named.push((Peer::Group(group.0), why(&taken)));
                left.retain(|address| !own.contains(address));
            }
            _ => break,
        }
    }
    for block in exact_blocks(left.iter().copied()) {
        let own: BTreeSet<IpAddr> = left.iter().copied().filter(|address| block.contains(*address)).collect();
        named.push((Peer::Block(block), why(&own)));
    }
    named
}

/// The fewest blocks that hold these addresses and no others.
pub fn exact_blocks(addresses: impl IntoIterator<Item = IpAddr>) -> Vec<Prefix> {
    // A block by its first address and its length, both as of 128 bits.
    let mut blocks: BTreeSet<(bool, u128, u8)> = addresses
        .into_iter()
        .map(|address| match address {
            IpAddr::V4(address) => (false, u128::from(u32::from(address)), 32),
            IpAddr::V6(address) => (true, u128::from(address), 128),
        })
        .collect();
    for most in [32u8, 128] {
        let is_v6 = most == 128;
        for length in (1..=most).rev() {
            let size = 1u128 << (most - length);
            let halves: Vec<u128> = blocks
                .iter()
                .filter(|(v6, first, own)| *v6 == is_v6 && *own == length && first & size == 0)
                .map(|(_, first, _)| *first)
                .collect();
            for first in halves {
                let (one, other) = ((is_v6, first, length), (is_v6, first | size, length));
                if blocks.contains(&one) && blocks.contains(&other) {
                    blocks.remove(&one);
                    blocks.remove(&other);
                    blocks.insert((is_v6, first, length - 1));
                }
            }
        }
    }
    let prefix = |(is_v6, first, length): (bool, u128, u8)| match is_v6 {
        false => Ipv4Prefix::new((first as u32).into(), length).map(Prefix::V4),
        true => Ipv6Prefix::new(first.into(), length).map(Prefix::V6),
    };
    blocks.into_iter().filter_map(prefix).collect()
}

/// One range, and why.
type Range = (Option<(i32, i32)>, Why);

/// Puts neighbouring ports together.
fn ranges(ports: &BTreeMap<Option<i32>, Why>, has_ports: bool) -> Vec<Range> {
    let mut ranges: Vec<Range> = Vec::new();
    for (port, why) in ports {
        let add = |sum: &mut Why| {
            sum.flows += why.flows;
            sum.packets += why.packets;
            sum.addresses = sum.addresses.max(why.addresses);
        };
        match (port, ranges.last_mut()) {
            (Some(port), Some((Some((_, last)), sum))) if has_ports && *last + 1 == *port => {
                *last = *port;
                add(sum);
            }
            (Some(port), _) if has_ports => ranges.push((Some((*port, *port)), *why)),
            (Some(kind), _) => ranges.push((Some((*kind, -1)), *why)),
            (None, _) => ranges.push((None, *why)),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::tests::seen;
    use ringwall_model::id::ResourceId;

    fn group(number: u128) -> SecurityGroupId {
        ResourceId::from_random(number)
    }

    fn told(seen: &[Seen], holders: &Holders) -> Vec<String> {
        let peer = |peer: Peer| match peer {
            Peer::Group(id) => id.to_string(),
            Peer::Block(block) => block.to_string(),
        };
        let rule = |rule: &Rule| {
            let (from, to) = rule.ports.unwrap_or((-1, -1));
            format!("{} {} {from}-{to} {} {}", rule.direction.name(), rule.protocol, peer(rule.peer), rule.why.flows)
        };
        rules(seen, holders).iter().map(rule).collect()
    }

    #[test]
    fn rules_are_as_narrow_as_what_was_seen() {
        let flows: Vec<Seen> = [(2, 443), (3, 443), (2, 8080), (2, 8081)]
            .into_iter()
            .map(|(last, port)| seen(1, Direction::Ingress, [10, 0, 0, last], port))
            .collect();
        let expected = ["ingress 6 8080-8081 10.0.0.2/32 2", "ingress 6 443-443 10.0.0.2/31 2"];
        let mut rules = told(&flows, &Holders::new());
        rules.sort();
        let mut expected = expected.map(str::to_owned).to_vec();
        expected.sort();
        assert_eq!(rules, expected, "8082 and 10.0.0.4 were not seen");
    }

    #[test]
    fn answers_ask_for_no_rule_and_count_to_their_question() {
        let mut answer = seen(1, Direction::Egress, [10, 0, 0, 9], 5432);
        let mut question = answer.clone();
        question.direction = Direction::Egress;
        std::mem::swap(&mut question.source, &mut question.destination);
        std::mem::swap(&mut question.source_port, &mut question.destination_port);
        answer.packets = 4;
        let rules = rules([&answer, &question], &Holders::new());
        assert_eq!(rules.len(), 1, "SG-3");
        assert_eq!((rules[0].direction, rules[0].ports), (Direction::Egress, Some((5432, 5432))));
        assert_eq!(rules[0].why, Why { flows: 1, packets: 5, addresses: 1 });
    }

    #[test]
    fn a_group_is_named_only_if_all_of_its_holders_were_seen() {
        let address = |last: u8| IpAddr::from([10, 0, 0, last]);
        let flows: Vec<Seen> = [2, 3, 7].map(|last| seen(1, Direction::Ingress, [10, 0, 0, last], 80)).to_vec();
        let whole = Holders::from([(group(1), [address(2), address(3)].into())]);
        let expected = [format!("ingress 6 80-80 {} 2", group(1)), "ingress 6 80-80 10.0.0.7/32 1".to_owned()];
        assert_eq!(told(&flows, &whole), expected, "SG-27");
        let wider = Holders::from([(group(1), [address(2), address(3), address(4)].into())]);
        assert!(told(&flows, &wider).iter().all(|rule| !rule.contains("sg-")), "10.0.0.4 was not seen");
    }

    #[test]
    fn the_group_that_names_most_comes_first_and_none_is_named_in_vain() {
        let address = |last: u8| IpAddr::from([10, 0, 0, last]);
        let flows: Vec<Seen> = [2, 3].map(|last| seen(1, Direction::Ingress, [10, 0, 0, last], 80)).to_vec();
        let holders = Holders::from([(group(1), [address(2)].into()), (group(2), [address(2), address(3)].into())]);
        assert_eq!(told(&flows, &holders), [format!("ingress 6 80-80 {} 2", group(2))]);
    }

    #[test]
    fn icmp_is_told_by_its_type() {
        let mut ping = seen(1, Direction::Ingress, [10, 0, 0, 2], 0);
        ping.protocol = 1;
        ping.icmp_type = Some(8);
        assert_eq!(told(&[ping], &Holders::new()), ["ingress 1 8--1 10.0.0.2/32 1"]);
    }

    #[test]
    fn blocks_hold_what_was_seen_and_nothing_else() {
        let mut random = fastrand::Rng::with_seed(3);
        for _ in 0..200 {
            let addresses: BTreeSet<IpAddr> =
                (0..random.usize(0..40)).map(|_| IpAddr::from([10, 0, 0, random.u8(..32)])).collect();
            let blocks = exact_blocks(addresses.iter().copied());
            for last in 0..=255 {
                let address = IpAddr::from([10, 0, 0, last]);
                assert_eq!(blocks.iter().any(|block| block.contains(address)), addresses.contains(&address));
            }
        }
        let whole: Vec<IpAddr> = (0..=255).map(|last| IpAddr::from([10, 0, 0, last])).collect();
        assert_eq!(exact_blocks(whole), ["10.0.0.0/24".parse().unwrap()]);
        let v6: Vec<IpAddr> = vec!["2001:db8::".parse().unwrap(), "2001:db8::1".parse().unwrap()];
        assert_eq!(exact_blocks(v6), ["2001:db8::/127".parse().unwrap()]);
    }
}
