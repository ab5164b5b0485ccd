//! The services of a VPC: resolver and metadata, and what is behind gateway endpoints.

use std::net::IpAddr;

use ringwall_abi::code as c;
use ringwall_abi::record::VpcRecord;
use ringwall_model::gate::Reason;
use ringwall_model::limits::LINK_LOCAL_PACKETS_PER_SECOND;
use ringwall_model::reserved::{METADATA_V4, METADATA_V6, RESOLVER_V4, RESOLVER_V6};

use super::Evaluator;
use crate::flat::Map;

impl Evaluator {
    /// The code of the service that has the address.
    pub(super) fn service(&self, vpc: u32, address: IpAddr) -> Option<u8> {
        if address == IpAddr::V4(METADATA_V4) || address == IpAddr::V6(METADATA_V6) {
            return Some(c::SERVICE_METADATA);
        }
        let key = (self.maps.bank * c::VPC_SLOTS + vpc).to_ne_bytes();
        let record: VpcRecord = self.maps.get(Map::Vpcs, &key)?;
        if record.resolver == [0; 4] {
            return None;
        }
        let own = IpAddr::from(record.resolver);
        let is_resolver = [own, RESOLVER_V4.into(), RESOLVER_V6.into()].contains(&address);
        is_resolver.then_some(c::SERVICE_RESOLVER)
    }

    /// Counts a packet to link-local services; too many in a second are refused.
    pub(super) fn count_link_local(&mut self, interface: u32, now: u32) -> Result<(), Reason> {
        let entry = self.link_local.entry(interface).or_insert((now, 0));
        if entry.0 != now {
            *entry = (now, 0);
        }
        entry.1 += 1;
        if entry.1 > LINK_LOCAL_PACKETS_PER_SECOND { Err(Reason::LinkLocalRate) } else { Ok(()) }
    }
}
