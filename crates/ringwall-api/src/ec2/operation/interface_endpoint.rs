//! Interface endpoints: an interface in each of their subnets, with groups (IFE-1 to IFE-3, IFE-22).

use std::net::Ipv4Addr;

use ringwall_model::id::{SecurityGroupId, SubnetId};
use ringwall_model::resource::network_interface::InterfaceKind;
use ringwall_model::resource::vpc_endpoint::{InterfaceEndpoint, private_names};
use ringwall_model::resource::{NetworkInterface, Subnet, Vpc, VpcEndpoint};
use ringwall_store::Region;

use super::network_interface::{create_for, delete};
use super::security_group::check_for_interface;
use super::subnet::{take_any_ipv4, take_ipv4, used_ipv4};
use super::vpc_endpoint::check_private_dns;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::find;
use crate::error::ApiError;

/// A subnet that shall have an interface, with the address if it is chosen (IFE-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WantedSubnet {
    /// the subnet
    pub id: SubnetId,
    /// the address
    pub address: Option<Ipv4Addr>,
}

/// What shall become of an interface endpoint.
#[derive(Clone, Debug, Default)]
pub struct Modification {
    /// subnets that get an interface
    pub add_subnets: Vec<WantedSubnet>,
    /// subnets that lose theirs
    pub remove_subnets: Vec<SubnetId>,
    /// groups that its interfaces get
    pub add_groups: Vec<SecurityGroupId>,
    /// groups that they lose
    pub remove_groups: Vec<SecurityGroupId>,
    /// whether the service's own names lead to it
    pub private_dns: Option<bool>,
}

impl Modification {
    /// Refuses what a gateway endpoint does not have (GWE-2).
    pub fn refuse_for_gateways(&self) -> Result<(), ApiError> {
        let refused = |what: &str| {
            Err(Code::InvalidParameter.with(format!("{what} only supported for Interface type VPC Endpoint.")))
        };
        if !self.add_subnets.is_empty() || !self.remove_subnets.is_empty() {
            return refused("Subnet IDs are");
        }
        if !self.add_groups.is_empty() || !self.remove_groups.is_empty() {
            return refused("Security group IDs are");
        }
        match self.private_dns {
            Some(true) => refused("Private DNS is"),
            Some(false) | None => Ok(()),
        }
    }
}

/// Changes an interface endpoint; the record is the caller's to write.
pub fn modify(
    call: &mut Call<'_>,
    endpoint: &VpcEndpoint,
    mut own: InterfaceEndpoint,
    change: Modification,
) -> Result<InterfaceEndpoint, ApiError> {
    if change.private_dns == Some(true) && !own.private_dns {
        let region = call.state();
        let vpc = find::<Vpc>(&region, &endpoint.vpc)?;
        check_private_dns(&region, &vpc, &private_names(call.region, &endpoint.service), call.region)?;
    }
    own.private_dns = change.private_dns.unwrap_or(own.private_dns);
    if !change.add_groups.is_empty() || !change.remove_groups.is_empty() {
        own = change_groups(call, endpoint, own, &change)?;
    }
    for subnet in &change.remove_subnets {
        let Some(interface) = own.interfaces.remove(subnet) else {
            let message = format!("Subnet {subnet} is not associated with the VPC endpoint {}.", endpoint.id);
            return Err(Code::InvalidParameter.with(message));
        };
        delete(call.transaction, call.region, interface);
    }
    add_subnets(call, endpoint, own, &change.add_subnets)
}

fn change_groups(
    call: &mut Call<'_>,
    endpoint: &VpcEndpoint,
    mut own: InterfaceEndpoint,
    change: &Modification,
) -> Result<InterfaceEndpoint, ApiError> {
    if let Some(other) = change.remove_groups.iter().find(|id| !own.groups.contains(id)) {
        let message = format!("Security group {other} is not associated with the VPC endpoint {}.", endpoint.id);
        return Err(Code::InvalidParameter.with(message));
    }
    let kept = own.groups.iter().copied().filter(|id| !change.remove_groups.contains(id));
    let groups: Vec<SecurityGroupId> = kept.chain(change.add_groups.iter().copied()).collect();
    own.groups = check_for_interface(call, &groups, endpoint.vpc, endpoint.id)?;
    let region = call.state();
    for id in own.interfaces.values() {
        let interface = NetworkInterface::clone(&*find::<NetworkInterface>(&region, id)?);
        call.put(NetworkInterface { groups: own.groups.clone().into(), ..interface });
    }
    Ok(own)
}

/// Gives subnets an interface of the endpoint; the record is the caller's to write.
pub fn add_subnets(
    call: &mut Call<'_>,
    endpoint: &VpcEndpoint,
    mut own: InterfaceEndpoint,
    wanted: &[WantedSubnet],
) -> Result<InterfaceEndpoint, ApiError> {
    for WantedSubnet { id, address } in wanted {
        let region = call.state();
        let subnet = find::<Subnet>(&region, id)?;
        if subnet.vpc != endpoint.vpc {
            let message = format!("Subnet {id} and VPC {} belong to different networks.", endpoint.vpc);
            return Err(Code::InvalidParameter.with(message));
        }
        check_zone(&region, &own, &subnet)?;
        let mut used = used_ipv4(&region, subnet.id);
        let address = match address {
            Some(address) => take_ipv4(&subnet, &mut used, *address)?,
            None => take_any_ipv4(&subnet, &mut used)?,
        };
        let kind = InterfaceKind::VpcEndpoint(endpoint.id);
        let interface = create_for(call, kind, &subnet, vec![address], own.groups.clone())?;
        own.interfaces.insert(subnet.id, interface.id);
    }
    Ok(own)
}

/// IFE-1
fn check_zone(region: &Region, own: &InterfaceEndpoint, subnet: &Subnet) -> Result<(), ApiError> {
    let is_of_zone = |id: &SubnetId| region.subnets.get(id).is_some_and(|other| other.zone == subnet.zone);
    if own.interfaces.keys().any(is_of_zone) {
        let message = format!(
            "Found another VPC endpoint subnet in the availability zone of {}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.",
            subnet.id
        );
        return Err(Code::DuplicateSubnetsInSameZone.with(message));
    }
    Ok(())
}
