//! Looking at flows as they happen: what was seen, and in which groups it is summed up.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ringwall_model::id::{InstanceId, NetworkInterfaceId};
use serde::{Deserialize, Serialize};

use crate::flow::{Action, Direction, Interface};
use crate::ledger::Came;

/// Packets of one kind that an interface has just seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// second since 1970 of the last one
    pub time: i64,
    /// the interface
    pub interface: NetworkInterfaceId,
    /// the instance that it is attached to
    pub instance: Option<InstanceId>,
    /// which way
    pub direction: Direction,
    /// what became of them
    pub action: Action,
    /// protocol, by its IANA number
    pub protocol: u8,
    /// source address
    pub source: IpAddr,
    /// source port; 0 without ports
    pub source_port: u16,
    /// destination address
    pub destination: IpAddr,
    /// destination port; 0 without ports
    pub destination_port: u16,
    /// the type of the message that asks, of ICMP
    pub icmp_type: Option<u8>,
    /// which way the first packet of the flow went, where that is known
    pub opened: Option<Direction>,
    /// packets
    pub packets: u64,
    /// their bytes
    pub bytes: u64,
    /// what TCP flags were seen (FL-20)
    pub tcp_flags: u8,
}

impl Seen {
    /// What a counter's difference tells.
    pub fn new(came: &Came, interface: &Interface) -> Seen {
        let (flow, count) = (came.counter.flow, came.count());
        let is_icmp = matches!(flow.protocol, 1 | 58);
        Seen {
            time: count.last,
            interface: interface.id,
            instance: interface.instance,
            direction: flow.direction,
            action: flow.action,
            protocol: flow.protocol,
            source: flow.source,
            source_port: flow.source_port,
            destination: flow.destination,
            destination_port: flow.destination_port,
            icmp_type: is_icmp.then_some((came.counter.detail & 0xff) as u8).filter(|kind| *kind != 0),
            opened: came.opened,
            packets: count.packets,
            bytes: count.bytes,
            tcp_flags: count.tcp_flags,
        }
    }

    /// The address at the other end.
    pub fn peer(&self) -> IpAddr {
        match self.direction {
            Direction::Ingress => self.source,
            Direction::Egress => self.destination,
        }
    }

    /// The port of the one that was asked: where the first packet went; where that is not known, the lower one.
    pub fn service_port(&self) -> u16 {
        match self.opened {
            Some(opened) if opened == self.direction => self.destination_port,
            Some(_) => self.source_port,
            None => self.destination_port.min(self.source_port),
        }
    }
}

/// By what flows are put into groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// the interface
    Interface,
    /// the instance
    Instance,
    /// which way
    Direction,
    /// what became of it
    Action,
    /// the protocol
    Protocol,
    /// the address at the other end
    Peer,
    /// the source address
    Source,
    /// the destination address
    Destination,
    /// the port of the one that was asked
    Port,
}

impl Key {
    /// All of them, by name.
    pub const ALL: &'static [(&'static str, Key)] = &[
        ("interface", Key::Interface),
        ("instance", Key::Instance),
        ("direction", Key::Direction),
        ("action", Key::Action),
        ("protocol", Key::Protocol),
        ("peer", Key::Peer),
        ("source", Key::Source),
        ("destination", Key::Destination),
        ("port", Key::Port),
    ];

    /// The key of a name.
    pub fn by_name(name: &str) -> Option<Key> {
        Key::ALL.iter().find(|(own, _)| *own == name).map(|(_, key)| *key)
    }

    /// What something seen has there.
    pub fn of(self, seen: &Seen) -> String {
        match self {
            Key::Interface => seen.interface.to_string(),
            Key::Instance => seen.instance.map_or_else(|| "-".to_owned(), |id| id.to_string()),
            Key::Direction => seen.direction.name().to_owned(),
            Key::Action => seen.action.name().to_owned(),
            Key::Protocol => ringwall_net::Protocol(seen.protocol).to_string(),
            Key::Peer => seen.peer().to_string(),
            Key::Source => seen.source.to_string(),
            Key::Destination => seen.destination.to_string(),
            Key::Port => seen.service_port().to_string(),
        }
    }
}

/// What a group has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// packets
    pub packets: u64,
    /// their bytes
    pub bytes: u64,
}

/// Groups: the values of their keys, and what they have seen.
#[derive(Clone, Debug)]
pub struct Groups {
    keys: Vec<Key>,
    sums: BTreeMap<Vec<String>, Sum>,
    most: usize,
    left_out: Sum,
}

impl Groups {
    /// No groups yet. There will be so many at most: what belongs to more of them is summed up apart.
    pub fn new(keys: Vec<Key>, most: usize) -> Groups {
        Groups { keys, sums: BTreeMap::new(), most, left_out: Sum::default() }
    }

    /// Adds what was seen to its group.
    pub fn add(&mut self, seen: &Seen) {
        let key: Vec<String> = self.keys.iter().map(|key| key.of(seen)).collect();
        let sum = match self.sums.contains_key(&key) || self.sums.len() < self.most {
            true => self.sums.entry(key).or_default(),
            false => &mut self.left_out,
        };
        sum.packets += seen.packets;
        sum.bytes += seen.bytes;
    }

    /// The groups, the one with the most bytes first.
    pub fn largest_first(&self) -> Vec<(&[String], Sum)> {
        let mut groups: Vec<(&[String], Sum)> = self.sums.iter().map(|(key, sum)| (key.as_slice(), *sum)).collect();
        groups.sort_by_key(|(key, sum)| (std::cmp::Reverse(sum.bytes), key.to_vec()));
        groups
    }

    /// What belongs to groups beyond the most.
    pub fn left_out(&self) -> Sum {
        self.left_out
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use ringwall_model::id::ResourceId;

    pub(crate) fn seen(interface: u128, opened: Direction, peer: [u8; 4], port: u16) -> Seen {
        Seen {
            time: 0,
            interface: ResourceId::from_random(interface),
            instance: None,
            direction: Direction::Ingress,
            action: Action::Accept,
            protocol: 6,
            source: peer.into(),
            source_port: if opened == Direction::Ingress { 40_000 } else { port },
            destination: [10, 0, 0, 1].into(),
            destination_port: if opened == Direction::Ingress { port } else { 40_000 },
            icmp_type: None,
            opened: Some(opened),
            packets: 1,
            bytes: 100,
            tcp_flags: 0,
        }
    }

    #[test]
    fn groups_sum_up_by_their_keys() {
        let mut groups = Groups::new(vec![Key::Interface, Key::Port], 10);
        groups.add(&seen(1, Direction::Ingress, [10, 0, 0, 2], 443));
        groups.add(&seen(1, Direction::Ingress, [10, 0, 0, 3], 443));
        groups.add(&seen(1, Direction::Egress, [10, 0, 0, 3], 5432));
        let told: Vec<(String, u64)> =
            groups.largest_first().into_iter().map(|(key, sum)| (key[1].clone(), sum.packets)).collect();
        assert_eq!(told, [("443".to_owned(), 2), ("5432".to_owned(), 1)], "the port of the one that was asked");
    }

    #[test]
    fn there_are_no_more_groups_than_asked_for() {
        let mut groups = Groups::new(vec![Key::Peer], 2);
        (0..5).for_each(|last| groups.add(&seen(1, Direction::Ingress, [10, 0, 0, last], 1)));
        assert_eq!((groups.largest_first().len(), groups.left_out().packets), (2, 3));
    }
}
