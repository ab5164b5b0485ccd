//! NAT gateways: making and deleting them, and what time does to them (NAT-20 to NAT-27).

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::Arc;

use ringwall_model::id::{AllocationId, NatGatewayId, SubnetId, VpcId};
use ringwall_model::resource::address::AddressAssociation;
use ringwall_model::resource::nat_gateway::{Connectivity, NatAddress, NatElastic, NatFailure, NatGatewayState};
use ringwall_model::resource::network_interface::InterfaceKind;
use ringwall_model::resource::{Address, Milliseconds, NatGateway, NetworkInterface, Subnet, Tags};
use ringwall_store::{Region, Transaction};

use super::interface_address::WantedIpv4;
use super::nat_gateway_address::{check_number, finish_draining};
use super::network_interface::{create_for, delete as delete_interface};
use crate::call::Call;
use crate::ec2::error::{Code, invalid_value};
use crate::ec2::id::{Named, find};
use crate::error::ApiError;

/// How long the record of a deleted or failed gateway stays (NAT-22).
pub const REMEMBERED: Milliseconds = 60 * 60 * 1000;

/// What a new gateway shall be.
#[derive(Clone, Debug)]
pub struct NewNatGateway {
    /// its subnet
    pub subnet: SubnetId,
    /// whom it leads to
    pub connectivity: Connectivity,
    /// its Elastic IP addresses, that of the primary address first: one for each address of a public one
    pub allocations: Vec<AllocationId>,
    /// its private addresses
    pub ipv4: WantedIpv4,
    /// its tags
    pub tags: Tags,
}

/// Makes a gateway. What stands in its way for a reason outside of the call leaves one that has failed (NAT-25).
pub fn create(call: &mut Call<'_>, new: NewNatGateway) -> Result<NatGateway, ApiError> {
    let region = call.state();
    let subnet = find::<Subnet>(&region, &new.subnet)?;
    for allocation in &new.allocations {
        find::<Address>(&region, allocation)?;
    }
    check_quota(call, &subnet.zone)?;
    check_number(call, new.connectivity, new.ipv4.number())?;
    let id = call.new_id();
    let made = match obstacle(&region, &subnet, &new.allocations) {
        Some(obstacle) => Err(obstacle),
        None => take_addresses(&region, &subnet, &new.ipv4)?,
    };
    let mut gateway = NatGateway {
        id,
        vpc: subnet.vpc,
        subnet: subnet.id,
        connectivity: new.connectivity,
        interface: None,
        addresses: Vec::new(),
        port_seed: (call.random)() as u32,
        state: NatGatewayState::Available,
        created: call.now,
        deleted: None,
        tags: new.tags,
    };
    match made {
        Ok(ipv4) => {
            let kind = InterfaceKind::NatGateway(id);
            let interface = create_for(call, kind, &subnet, ipv4.clone(), BTreeSet::new())?;
            gateway.interface = Some(interface.id);
            gateway.addresses = associate(call, &interface, &ipv4, &new.allocations)?;
        }
        Err((code, message)) => {
            let failure = NatFailure { code: code.text().to_owned(), message, allocations: new.allocations };
            gateway.state = NatGatewayState::Failed(failure);
        }
    }
    call.put(gateway.clone());
    Ok(gateway)
}

/// Has Elastic IP addresses stand for private addresses of a gateway's interface, one for each; none for a private gateway.
pub fn associate(
    call: &mut Call<'_>,
    interface: &NetworkInterface,
    ipv4: &[Ipv4Addr],
    allocations: &[AllocationId],
) -> Result<Vec<NatAddress>, ApiError> {
    let mut addresses = Vec::new();
    for (place, private) in ipv4.iter().enumerate() {
        let elastic = match allocations.get(place) {
            None => None,
            Some(allocation) => {
                let address = find::<Address>(&call.state(), allocation)?;
                let association = call.new_id();
                let stands_for = AddressAssociation { id: association, interface: interface.id, private: *private };
                call.put(Address { association: Some(stands_for), ..Address::clone(&address) });
                Some(NatElastic { allocation: *allocation, association, public: address.public })
            }
        };
        addresses.push(NatAddress { private: *private, elastic, drained: None });
    }
    Ok(addresses)
}

/// NAT-27: pending, available and deleting ones count.
fn check_quota(call: &Call<'_>, zone: &str) -> Result<(), ApiError> {
    let region = call.state();
    let in_zone = |subnet: SubnetId| region.subnets.get(&subnet).is_some_and(|subnet| subnet.zone == zone);
    let counted = region.nat_gateways.iter().filter(|gateway| gateway.is_available() && in_zone(gateway.subnet));
    let most = call.settings.quotas.nat_gateways_per_zone;
    if counted.count() >= most as usize {
        let message = format!("Performing this operation would exceed the limit of {most} NAT gateways");
        return Err(Code::NatGatewayLimitExceeded.with(message));
    }
    Ok(())
}

type Obstacle = (Code, String);

/// What makes a public gateway fail (NAT-3, NAT-23, NAT-24).
fn obstacle(region: &Region, subnet: &Subnet, allocations: &[AllocationId]) -> Option<Obstacle> {
    if !allocations.is_empty() && !has_internet_gateway(region, subnet.vpc) {
        return Some((Code::GatewayNotAttached, format!("Network {} has no Internet gateway attached", subnet.vpc)));
    }
    let is_taken = |id: &&AllocationId| region.addresses.get(*id).is_some_and(|address| address.association.is_some());
    let taken = allocations.iter().find(is_taken)?;
    Some((Code::ResourceAlreadyAssociated, format!("Elastic IP address {taken} is already associated")))
}

/// Whether a VPC has an internet gateway.
pub fn has_internet_gateway(region: &Region, vpc: VpcId) -> bool {
    region.internet_gateways.iter().any(|gateway| gateway.vpc == Some(vpc))
}

/// The addresses from the subnet, or what makes the gateway fail; an address that nobody can have is refused at once.
fn take_addresses(
    region: &Region,
    subnet: &Subnet,
    wanted: &WantedIpv4,
) -> Result<Result<Vec<Ipv4Addr>, Obstacle>, ApiError> {
    match wanted.take(region, subnet) {
        Ok(addresses) => Ok(Ok(addresses)),
        Err(error) if error.code == Code::InsufficientFreeAddressesInSubnet.text() => {
            let message = "Subnet has insufficient free addresses to create this NAT gateway";
            Ok(Err((Code::InsufficientFreeAddressesInSubnet, message.to_owned())))
        }
        Err(error) => Err(error),
    }
}

/// Deletes a gateway: its interface goes, and its Elastic IP addresses stay allocated. Routes that name it are blackholes
/// from then on (NAT-26).
pub fn delete(call: &mut Call<'_>, id: NatGatewayId) -> Result<(), ApiError> {
    let gateway = find_present(&call.state(), id)?;
    if let Some(interface) = gateway.interface {
        delete_interface(call.transaction, call.region, interface);
    }
    let gateway = Arc::unwrap_or_clone(gateway);
    let deleted = Some(call.now);
    call.put(NatGateway { interface: None, state: NatGatewayState::Deleted, deleted, ..gateway });
    Ok(())
}

/// A gateway that was not deleted.
pub fn find_present(region: &Region, id: NatGatewayId) -> Result<Arc<NatGateway>, ApiError> {
    let gateway = find::<NatGateway>(region, &id)?;
    if gateway.state == NatGatewayState::Deleted {
        return Err(NatGatewayId::not_found(&[id.to_string()]));
    }
    Ok(gateway)
}

/// A gateway that translates, with its interface, of the kind that a call is for.
pub fn find_available(
    region: &Region,
    id: NatGatewayId,
    connectivity: Connectivity,
) -> Result<(NatGateway, NetworkInterface), ApiError> {
    let gateway = Arc::unwrap_or_clone(find_present(region, id)?);
    if gateway.connectivity != connectivity {
        let why = format!("The action is for NAT gateways of the connectivity type {}.", connectivity.name());
        return Err(invalid_value("natGatewayId", id, why));
    }
    match gateway.interface {
        Some(interface) if gateway.is_available() => {
            let interface = find::<NetworkInterface>(region, &interface)?;
            Ok((gateway, Arc::unwrap_or_clone(interface)))
        }
        _ => {
            let message = format!("The NAT gateway {id} is not in the state 'available'.");
            Err(Code::IncorrectState.with(message))
        }
    }
}

/// Whether time has something to do for [`pass_time`].
pub fn is_due(region: &Region, now: Milliseconds) -> bool {
    region.nat_gateways.iter().any(|gateway| is_old(gateway, now) || is_drained(gateway, now))
}

/// What time does: addresses whose draining is over go, and so do the records of gateways that failed or were deleted an
/// hour ago (NAT-21, NAT-22).
pub fn pass_time(transaction: &mut Transaction, region: &str, now: Milliseconds) -> bool {
    let state = transaction.region(region);
    let mut changed = false;
    for gateway in state.nat_gateways.iter() {
        if is_old(gateway, now) {
            changed |= transaction.delete::<NatGateway>(region, &gateway.id);
        } else if is_drained(gateway, now) {
            let is_over = |address: &NatAddress| address.drained.is_some_and(|end| end <= now);
            changed |= finish_draining(transaction, region, gateway.id, is_over);
        }
    }
    changed
}

fn is_old(gateway: &NatGateway, now: Milliseconds) -> bool {
    let ended = match gateway.state {
        NatGatewayState::Available => return false,
        NatGatewayState::Failed(_) => gateway.created,
        NatGatewayState::Deleted => gateway.deleted.unwrap_or(gateway.created),
    };
    now - ended >= REMEMBERED
}

fn is_drained(gateway: &NatGateway, now: Milliseconds) -> bool {
    gateway.is_available() && gateway.addresses.iter().any(|address| address.drained.is_some_and(|end| end <= now))
}
