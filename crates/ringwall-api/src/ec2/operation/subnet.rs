//! Subnets: making them, and which of their addresses are free.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use ringwall_model::id::{SubnetId, VpcId};
use ringwall_model::resource::subnet::{HostnameType, ResourceNameRecords, SubnetIpv6};
use ringwall_model::resource::traffic::Text;
use ringwall_model::resource::{Subnet, Tags};
use ringwall_net::{Ipv4Prefix, Ipv6Prefix, MacAddress};
use ringwall_store::Region;

use super::vpc;
use crate::call::Call;
use crate::ec2::error::{Code, invalid_value};
use crate::error::ApiError;

/// What a new subnet shall be.
pub struct NewSubnet {
    /// its VPC
    pub vpc: VpcId,
    /// its zone
    pub zone: String,
    /// its IPv4 block
    pub ipv4: Ipv4Prefix,
    /// its IPv6 block
    pub ipv6: Option<Ipv6Prefix>,
    /// whether it is the default one of its zone
    pub default_for_zone: bool,
    /// whether its instances get public addresses
    pub map_public_ip_on_launch: bool,
    /// its tags
    pub tags: Tags,
}

/// Makes a subnet.
pub fn create(call: &mut Call<'_>, new: NewSubnet) -> Result<Subnet, ApiError> {
    let region = call.state();
    let siblings = region.subnets.iter().filter(|subnet| subnet.vpc == new.vpc).count();
    if siblings >= call.settings.quotas.subnets_per_vpc as usize {
        return Err(Code::SubnetLimitExceeded.with("The maximum number of subnets has been reached."));
    }
    let acl = vpc::default_acl_of(&region, new.vpc)
        .ok_or_else(|| Code::InvalidVpcIdNotFound.with(format!("The vpc ID '{}' does not exist", new.vpc)))?;
    let subnet = Subnet {
        id: call.new_id(),
        vpc: new.vpc,
        zone: new.zone,
        ipv4: Text(new.ipv4),
        ipv6: new.ipv6.map(|block| SubnetIpv6 { id: call.new_id(), block: Text(block) }),
        default_for_zone: new.default_for_zone,
        map_public_ip_on_launch: new.map_public_ip_on_launch,
        assign_ipv6_address_on_creation: false,
        hostname_type: HostnameType::IpName,
        resource_name_records: ResourceNameRecords::default(),
        router_mac: Text(new_mac(call)),
        network_acl: acl.id,
        network_acl_association: call.new_id(),
        route_table: None,
        tags: new.tags,
    };
    call.put(subnet.clone());
    Ok(subnet)
}

/// A locally administered hardware address (ENI-20).
pub fn new_mac(call: &mut Call<'_>) -> MacAddress {
    let bytes = (call.random)().to_be_bytes();
    MacAddress([0x06, bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]])
}

/// The IPv4 addresses of a subnet that interfaces have.
pub fn used_ipv4(region: &Region, subnet: SubnetId) -> BTreeSet<Ipv4Addr> {
    interfaces_of(region, subnet).flat_map(|interface| interface.ipv4.iter().copied()).collect()
}

/// The IPv6 addresses of a subnet that interfaces have.
pub fn used_ipv6(region: &Region, subnet: SubnetId) -> BTreeSet<Ipv6Addr> {
    interfaces_of(region, subnet).flat_map(|interface| interface.ipv6.iter().copied()).collect()
}

fn interfaces_of(
    region: &Region,
    subnet: SubnetId,
) -> impl Iterator<Item = &ringwall_model::resource::NetworkInterface> {
    region.network_interfaces.iter().map(|interface| &**interface).filter(move |interface| interface.subnet == subnet)
}

/// How many addresses of a subnet are left: all but the five reserved ones and those of its interfaces (VPC-10).
pub fn available(region: &Region, subnet: &Subnet) -> u32 {
    let used = used_ipv4(region, subnet.id).len() as u32;
    subnet.ipv4.0.size().saturating_sub(5).saturating_sub(used)
}

/// Whether AWS keeps the address for itself: the first four and the last one (VPC-6).
pub fn is_reserved_ipv4(block: Ipv4Prefix, address: Ipv4Addr) -> bool {
    let offset = u32::from(address) - u32::from(block.network());
    offset < 4 || address == block.last()
}

/// Whether AWS keeps the IPv6 address for itself (VPC-8).
pub fn is_reserved_ipv6(block: Ipv6Prefix, address: Ipv6Addr) -> bool {
    let offset = u128::from(address) - u128::from(block.network());
    offset < 4 || address == block.last()
}

/// Takes the address that is asked for, or refuses it (VPC-9).
pub fn take_ipv4(subnet: &Subnet, used: &mut BTreeSet<Ipv4Addr>, address: Ipv4Addr) -> Result<Ipv4Addr, ApiError> {
    let block = subnet.ipv4.0;
    if !block.contains(address) {
        return Err(invalid_value("address", address, "Address does not fall within the subnet's address range"));
    }
    if is_reserved_ipv4(block, address) {
        let message = format!("Address {address} is in subnet's reserved address range");
        return Err(Code::InvalidParameterValue.with(message));
    }
    if !used.insert(address) {
        return Err(Code::InvalidIpAddressInUse.with(format!("Address {address} is in use.")));
    }
    Ok(address)
}

/// Takes the lowest free address.
pub fn take_any_ipv4(subnet: &Subnet, used: &mut BTreeSet<Ipv4Addr>) -> Result<Ipv4Addr, ApiError> {
    let block = subnet.ipv4.0;
    let mut candidates = (4..block.size().saturating_sub(1)).filter_map(|offset| block.nth(offset));
    let address = candidates.find(|address| !used.contains(address)).ok_or_else(|| {
        let message =
            format!("There are not enough free addresses in subnet '{}' to satisfy the requested number.", subnet.id);
        Code::InsufficientFreeAddressesInSubnet.with(message)
    })?;
    used.insert(address);
    Ok(address)
}

/// Takes the IPv6 address that is asked for, or refuses it.
pub fn take_ipv6(subnet: &Subnet, used: &mut BTreeSet<Ipv6Addr>, address: Ipv6Addr) -> Result<Ipv6Addr, ApiError> {
    let block = ipv6_block(subnet)?;
    if !block.contains(address) || is_reserved_ipv6(block, address) {
        let why = format!("It is not one of the free addresses of {block}.");
        return Err(invalid_value("ipv6Address", address, why));
    }
    if !used.insert(address) {
        return Err(Code::InvalidIpAddressInUse.with(format!("Address {address} is in use.")));
    }
    Ok(address)
}

/// Takes an IPv6 address by chance, as AWS does.
pub fn take_any_ipv6(
    call: &mut Call<'_>,
    subnet: &Subnet,
    used: &mut BTreeSet<Ipv6Addr>,
) -> Result<Ipv6Addr, ApiError> {
    let block = ipv6_block(subnet)?;
    loop {
        let host = (call.random)() & (block.size() - 1);
        let Some(address) = block.nth(host) else { continue };
        if !is_reserved_ipv6(block, address) && used.insert(address) {
            return Ok(address);
        }
    }
}

fn ipv6_block(subnet: &Subnet) -> Result<Ipv6Prefix, ApiError> {
    subnet.ipv6.as_ref().map(|own| own.block.0).ok_or_else(|| {
        let message = format!("The subnet {} does not have an IPv6 CIDR block associated with it", subnet.id);
        Code::InvalidParameterValue.with(message)
    })
}
