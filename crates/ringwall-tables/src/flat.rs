//! Tables as the kernel has them: maps from bytes to bytes, and the writes that change them.

use std::collections::{BTreeMap, BTreeSet};

use ringwall_abi::Pod;

/// A map of the kernel program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Map {
    /// which revision holds
    Control,
    /// slots by link
    InterfaceSlots,
    /// interfaces by bank and slot
    Interfaces,
    /// VPCs by bank and slot
    Vpcs,
    /// private addresses
    Endpoints,
    /// hardware addresses
    Neighbours,
    /// addresses of the internet
    PublicAddresses,
    /// rule sets as a whole
    RuleSets,
    /// rules by address
    RulePrefixes,
    /// rules by port
    RulePorts,
    /// rules by set of groups
    RuleIdentities,
    /// routes by address
    Routes,
    /// NAT gateways by slot and bank
    NatGateways,
    /// VPCs by the link to their services
    ServiceLinks,
    /// sessions of each slot's interface, counted by the kernel program
    SessionCounts,
}

impl Map {
    /// All of them.
    pub const ALL: [Map; 15] = [
        Map::Control,
        Map::InterfaceSlots,
        Map::Interfaces,
        Map::Vpcs,
        Map::Endpoints,
        Map::Neighbours,
        Map::PublicAddresses,
        Map::RuleSets,
        Map::RulePrefixes,
        Map::RulePorts,
        Map::RuleIdentities,
        Map::Routes,
        Map::SessionCounts,
        Map::NatGateways,
        Map::ServiceLinks,
    ];

    /// The name in the kernel program.
    pub fn name(self) -> &'static str {
        match self {
            Map::Control => "control",
            Map::InterfaceSlots => "interface_slots",
            Map::Interfaces => "interfaces",
            Map::Vpcs => "vpcs",
            Map::Endpoints => "endpoints",
            Map::Neighbours => "neighbours",
            Map::PublicAddresses => "public_addresses",
            Map::RuleSets => "rule_sets",
            Map::RulePrefixes => "rule_prefixes",
            Map::RulePorts => "rule_ports",
            Map::RuleIdentities => "rule_identities",
            Map::Routes => "routes",
            Map::SessionCounts => "session_counts",
            Map::NatGateways => "nat_gateways",
            Map::ServiceLinks => "service_links",
        }
    }

    /// Whether it is an array, of which every element is always there and nothing can be deleted.
    pub fn is_array(self) -> bool {
        matches!(self, Map::Control | Map::Interfaces | Map::Vpcs | Map::SessionCounts)
    }

    /// Whether it is looked up by longest prefix.
    pub fn is_trie(self) -> bool {
        matches!(self, Map::RulePrefixes | Map::RulePorts | Map::Routes)
    }
}

/// One write to a map. The kernel carries out each at once or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// sets an element
    Put {
        /// the map
        map: Map,
        /// its key
        key: Vec<u8>,
        /// its value
        value: Vec<u8>,
    },
    /// deletes an element; of an array, makes it zero
    Delete {
        /// the map
        map: Map,
        /// its key
        key: Vec<u8>,
    },
    /// makes a bank the one that packets are judged by, and waits until no packet is judged by the other any more
    Flip {
        /// the bank
        bank: u32,
    },
}

impl Write {
    /// Sets an element.
    pub fn put(map: Map, key: &impl Pod, value: &impl Pod) -> Write {
        Write::Put { map, key: key.bytes().to_vec(), value: value.bytes().to_vec() }
    }

    /// Sets an element that is known by a number.
    pub fn put_at(map: Map, key: u32, value: &impl Pod) -> Write {
        Write::Put { map, key: key.to_ne_bytes().to_vec(), value: value.bytes().to_vec() }
    }

    /// Deletes an element.
    pub fn delete(map: Map, key: &impl Pod) -> Write {
        Write::Delete { map, key: key.bytes().to_vec() }
    }

    /// Deletes an element that is known by a number.
    pub fn delete_at(map: Map, key: u32) -> Write {
        Write::Delete { map, key: key.to_ne_bytes().to_vec() }
    }
}

/// Maps in memory, with the kernel's semantics of look-up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlatMaps {
    /// the bank that packets are judged by
    pub bank: u32,
    maps: BTreeMap<Map, BTreeMap<Vec<u8>, Vec<u8>>>,
    lengths: BTreeMap<(Map, [u8; 4]), BTreeSet<u32>>,
}

impl FlatMaps {
    /// Carries out a write.
    pub fn apply(&mut self, write: &Write) {
        match write {
            Write::Put { map, key, value } => {
                if map.is_trie() {
                    self.lengths.entry((*map, table(key))).or_default().insert(prefix_length(key));
                }
                self.maps.entry(*map).or_default().insert(key.clone(), value.clone());
            }
            Write::Delete { map, key } => {
                if let Some(elements) = self.maps.get_mut(map) {
                    elements.remove(key);
                }
            }
            Write::Flip { bank } => self.bank = *bank,
        }
    }

    /// The element of exactly this key.
    pub fn get<V: Pod>(&self, map: Map, key: &[u8]) -> Option<V> {
        V::from_bytes(self.maps.get(&map)?.get(key)?)
    }

    /// The element of the longest prefix of this key, whose own length is the most that counts.
    pub fn longest<V: Pod>(&self, map: Map, key: &[u8]) -> Option<V> {
        let lengths = self.lengths.get(&(map, table(key)))?;
        let longest = prefix_length(key);
        lengths.range(..=longest).rev().find_map(|length| self.get(map, &cut(key, *length)))
    }

    /// Every element of a map.
    pub fn elements(&self, map: Map) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.maps.get(&map).into_iter().flatten().map(|(key, value)| (key.as_slice(), value.as_slice()))
    }
}

fn prefix_length(key: &[u8]) -> u32 {
    key.first_chunk().map_or(0, |bytes| u32::from_ne_bytes(*bytes))
}

fn table(key: &[u8]) -> [u8; 4] {
    key.get(4..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default()
}

/// The key with only so many bits of its data.
fn cut(key: &[u8], length: u32) -> Vec<u8> {
    let mut cut = key.to_vec();
    cut[..4].copy_from_slice(&length.to_ne_bytes());
    for (place, byte) in cut[4..].iter_mut().enumerate() {
        let kept = length.saturating_sub(place as u32 * 8).min(8);
        *byte &= !(0xff_u16 >> kept) as u8;
    }
    cut
}
