//! The services at link-local addresses, and the resolver two above the base of the VPC (DNS-1, DNS-17).
//!
//! No rule and no ACL is asked about them (DNS-4); an interface may ask them so many times a second and no more (DNS-3).

use std::net::IpAddr;

use ringwall_model::gate::Reason;
use ringwall_model::id::{NetworkInterfaceId, VpcId};
use ringwall_model::limits::LINK_LOCAL_PACKETS_PER_SECOND;
use ringwall_model::outcome::Service;
use ringwall_model::reserved::{METADATA_V4, METADATA_V6, RESOLVER_V4, RESOLVER_V6};
use ringwall_model::world::World;

use super::Memory;

/// The service that has the address in the VPC. Without DNS support there is no resolver (DNS-5).
pub fn at(world: &World, vpc: VpcId, address: IpAddr) -> Option<Service> {
    if address == METADATA_V4 || address == METADATA_V6 {
        return Some(Service::Metadata);
    }
    let own = world.vpcs[&vpc].resolver?;
    (address == own || address == RESOLVER_V4 || address == RESOLVER_V6).then_some(Service::Resolver)
}

/// Counts a packet of the interface; refuses it if there were too many in this second.
pub fn count(memory: &mut Memory, interface: NetworkInterfaceId, now: u32) -> Result<(), Reason> {
    let (second, packets) = memory.link_local.get(&interface).copied().unwrap_or((now, 0));
    let packets = if second == now { packets + 1 } else { 1 };
    memory.link_local.insert(interface, (now, packets));
    if packets > LINK_LOCAL_PACKETS_PER_SECOND { Err(Reason::LinkLocalRate) } else { Ok(()) }
}
