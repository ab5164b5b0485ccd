//! Who asks: private addresses are unique in a VPC, so the source address of a request names the interface.

use std::collections::HashMap;
use std::net::IpAddr;

use ringwall_model::id::InstanceId;
use ringwall_model::services::VpcServices;

use crate::answer::Asker;

/// The instances of a VPC, by their addresses.
#[derive(Clone, Debug)]
pub struct Directory {
    vpc: VpcServices,
    holders: HashMap<IpAddr, InstanceId>,
}

impl Directory {
    /// A directory of a VPC's instances.
    pub fn new(vpc: VpcServices) -> Directory {
        let mut holders = HashMap::new();
        for (id, instance) in &vpc.instances {
            for interface in &instance.interfaces {
                let v4 = interface.ipv4.iter().map(|(private, _)| IpAddr::V4(*private));
                let v6 = interface.ipv6.iter().copied().map(IpAddr::V6);
                holders.extend(v4.chain(v6).map(|address| (address, *id)));
            }
        }
        Directory { vpc, holders }
    }

    /// The instance that has an address.
    pub fn find(&self, source: IpAddr) -> Option<Asker<'_>> {
        let id = *self.holders.get(&source)?;
        Some(Asker { id, instance: self.vpc.instances.get(&id)?, vpc: &self.vpc })
    }
}
