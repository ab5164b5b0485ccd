//! What is in the kernel when the control plane comes back.
//!
//! Interfaces keep their slots and numbers, so that their sessions go on; everything else is written anew beside what is
//! there, and replaces it by one flip.

use std::collections::BTreeMap;
use std::io;

use ringwall_abi::Pod;
use ringwall_abi::code::{INTERFACE_NAT_GATEWAY, SLOTS, VPC_SLOTS};
use ringwall_abi::record::{
    EndpointKey, EndpointRecord, InterfaceRecord, NatGatewayRecord, NeighbourKey, PublicKey, PublicRecord, RouteKey,
    RuleIdentityKey, RulePortKey, RulePrefixKey, VpcRecord,
};
use ringwall_tables::difference::Installed;
use ringwall_tables::flat::Map;
use ringwall_tables::numbers::HighWater;

use crate::object::DataPlane;

/// What was found.
#[derive(Debug, Default)]
pub struct Recovered {
    /// both banks, and the elements that are to go
    pub installed: Installed,
    /// the numbers that are in use
    pub used: HighWater,
    /// the slot and number of every link
    pub interfaces: BTreeMap<u32, (u32, u32)>,
    /// the slot and number of every NAT gateway, by its hardware address
    pub nat_gateways: BTreeMap<[u8; 6], (u32, u32)>,
}

impl DataPlane {
    /// Reads what is there.
    pub fn recover(&self) -> io::Result<Recovered> {
        let mut found = Recovered::default();
        found.installed.bank = self.control()?.bank & 1;
        self.recover_arrays(&mut found)?;
        self.recover_hashes(&mut found)?;
        self.recover_rules(&mut found)?;
        Ok(found)
    }

    fn recover_arrays(&self, found: &mut Recovered) -> io::Result<()> {
        let Recovered { installed, used, .. } = &mut *found;
        self.table(Map::Interfaces).for_each(|key, value| {
            let (Some(index), Some(record)) = (number(key), InterfaceRecord::from_bytes(value)) else { return };
            if record == InterfaceRecord::default() {
                return;
            }
            used.interface = used.interface.max(record.id);
            used.subnet = used.subnet.max(record.subnet);
            used.identity = used.identity.max(record.identity);
            used.route_table = used.route_table.max(record.route_table);
            installed.banks[((index / SLOTS) & 1) as usize].interfaces.insert(index % SLOTS, record);
        })?;
        self.table(Map::Vpcs).for_each(|key, value| {
            let (Some(index), Some(record)) = (number(key), VpcRecord::from_bytes(value)) else { return };
            if record.epoch != 0 {
                used.epoch = used.epoch.max(record.epoch);
                installed.banks[((index / VPC_SLOTS) & 1) as usize].vpcs.insert(index % VPC_SLOTS, record);
            }
        })?;
        let current = &found.installed.banks[found.installed.bank as usize];
        for (slot, record) in &current.interfaces {
            if record.flags & INTERFACE_NAT_GATEWAY != 0 {
                found.nat_gateways.insert(record.mac, (*slot, record.id));
            } else {
                found.interfaces.insert(record.ifindex, (*slot, record.id));
            }
        }
        Ok(())
    }

    fn recover_hashes(&self, found: &mut Recovered) -> io::Result<()> {
        let installed = &mut found.installed;
        self.table(Map::Endpoints).for_each(|key, value| {
            if let (Some(key), Some(record)) = (EndpointKey::from_bytes(key), EndpointRecord::from_bytes(value)) {
                let bank = (key.vpc & 1) as usize;
                installed.banks[bank].endpoints.insert((key.vpc >> 1, key.address), record);
            }
        })?;
        self.table(Map::Neighbours).for_each(|key, value| {
            if let (Some(key), Some(slot)) = (NeighbourKey::from_bytes(key), number(value)) {
                let bank = (key.subnet & 1) as usize;
                installed.banks[bank].neighbours.insert((key.subnet >> 1, key.mac), slot);
            }
        })?;
        self.table(Map::PublicAddresses).for_each(|key, value| {
            if let (Some(key), Some(record)) = (PublicKey::from_bytes(key), PublicRecord::from_bytes(value)) {
                installed.banks[(key.bank & 1) as usize].public_addresses.insert(key.address, record);
            }
        })?;
        self.table(Map::NatGateways).for_each(|key, value| {
            if let (Some(key), Some(record)) = (number(key), NatGatewayRecord::from_bytes(value)) {
                installed.banks[(key & 1) as usize].nat_gateways.insert(key >> 1, record);
            }
        })?;
        self.table(Map::InterfaceSlots).for_each(|key, value| {
            if let (Some(ifindex), Some(slot)) = (number(key), number(value)) {
                installed.links.insert(ifindex, slot);
            }
        })?;
        self.table(Map::ServiceLinks).for_each(|key, value| {
            if let (Some(ifindex), Some(slot)) = (number(key), number(value)) {
                installed.service_links.insert(ifindex, slot);
            }
        })
    }

    /// Rule sets and route tables are not read back: they are written anew under other numbers, and the old ones go.
    fn recover_rules(&self, found: &mut Recovered) -> io::Result<()> {
        for map in [Map::RuleSets, Map::RulePrefixes, Map::RulePorts, Map::RuleIdentities, Map::Routes] {
            for key in self.table(map).keys()? {
                let used = &mut found.used;
                match map {
                    Map::RuleSets => used.rule_set = used.rule_set.max(number(&key).unwrap_or(0)),
                    Map::RulePrefixes => {
                        used.rule_set =
                            used.rule_set.max(RulePrefixKey::from_bytes(&key).map_or(0, |key| key.rule_set));
                    }
                    Map::RulePorts => {
                        used.rule_set = used.rule_set.max(RulePortKey::from_bytes(&key).map_or(0, |key| key.rule_set));
                    }
                    Map::RuleIdentities => {
                        let key = RuleIdentityKey::from_bytes(&key).unwrap_or_default();
                        used.rule_set = used.rule_set.max(key.rule_set);
                        used.identity = used.identity.max(key.identity);
                    }
                    _ => {
                        let table = RouteKey::from_bytes(&key).map_or(0, |key| key.table >> 1);
                        used.route_table = used.route_table.max(table);
                    }
                }
                found.installed.foreign.push((map, key));
            }
        }
        Ok(())
    }
}

fn number(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().map(|bytes| u32::from_ne_bytes(*bytes))
}
