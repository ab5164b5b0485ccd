//! Addresses of interfaces: taking them from the subnet, assigning and unassigning them (ENI-1, ENI-12).

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use ringwall_model::id::NetworkInterfaceId;
use ringwall_model::resource::{NetworkInterface, Subnet};
use ringwall_store::Region;

use super::instance_type::{self, InstanceType, too_many_addresses};
use super::network_interface::find_own;
use super::public_address;
use super::subnet::{take_any_ipv4, take_any_ipv6, take_ipv4, take_ipv6, used_ipv4, used_ipv6};
use crate::call::Call;
use crate::ec2::error::{Code, invalid_value};
use crate::ec2::id::find;
use crate::error::ApiError;

/// As many addresses of a family as an interface may have on the largest type: the limit of one that is not attached.
pub const MOST_ADDRESSES: usize = 50;

/// The private IPv4 addresses that a new interface shall have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedIpv4 {
    /// the primary one; one that is free unless given
    pub primary: Option<Ipv4Addr>,
    /// secondary ones
    pub secondary: Vec<Ipv4Addr>,
    /// how many other secondary ones, whichever are free
    pub more: usize,
}

impl WantedIpv4 {
    /// How many addresses that makes.
    pub fn number(&self) -> usize {
        1 + self.secondary.len() + self.more
    }

    /// Whether an address is named, which only one interface can have.
    pub fn names_any(&self) -> bool {
        self.primary.is_some() || !self.secondary.is_empty()
    }

    /// Takes the addresses from a subnet, the primary one first.
    pub fn take(&self, region: &Region, subnet: &Subnet) -> Result<Vec<Ipv4Addr>, ApiError> {
        let mut used = used_ipv4(region, subnet.id);
        // Those that are named come before those that may be any, which could be the same.
        let primary = self.primary.map(|address| take_ipv4(subnet, &mut used, address)).transpose()?;
        let named: Result<Vec<Ipv4Addr>, ApiError> =
            self.secondary.iter().map(|address| take_ipv4(subnet, &mut used, *address)).collect();
        let named = named?;
        let primary = primary.map_or_else(|| take_any_ipv4(subnet, &mut used), Ok)?;
        let mut taken = vec![primary];
        taken.extend(named);
        for _ in 0..self.more {
            taken.push(take_any_ipv4(subnet, &mut used)?);
        }
        Ok(taken)
    }
}

/// Addresses that an interface shall get besides those that it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted<A> {
    /// these
    Named(Vec<A>),
    /// so many, whichever are free
    Number(usize),
}

impl<A> Wanted<A> {
    /// How many addresses that makes.
    pub fn number(&self) -> usize {
        match self {
            Wanted::Named(addresses) => addresses.len(),
            Wanted::Number(number) => *number,
        }
    }
}

/// The IPv6 addresses that a new interface gets: those that are asked for, or one if its subnet says so.
pub fn wanted_ipv6(asked: Option<Wanted<Ipv6Addr>>, subnet: &Subnet) -> Wanted<Ipv6Addr> {
    let by_subnet = usize::from(subnet.assign_ipv6_address_on_creation && subnet.ipv6.is_some());
    asked.unwrap_or(Wanted::Number(by_subnet))
}

/// Takes IPv6 addresses from a subnet.
pub fn take_ipv6_addresses(
    call: &mut Call<'_>,
    subnet: &Subnet,
    wanted: &Wanted<Ipv6Addr>,
) -> Result<Vec<Ipv6Addr>, ApiError> {
    let mut used = used_ipv6(&call.state(), subnet.id);
    match wanted {
        Wanted::Named(addresses) => addresses.iter().map(|address| take_ipv6(subnet, &mut used, *address)).collect(),
        Wanted::Number(number) => (0..*number).map(|_| take_any_ipv6(call, subnet, &mut used)).collect(),
    }
}

/// The type of the instance that an interface is attached to.
pub fn type_of(region: &Region, interface: &NetworkInterface) -> Option<&'static InstanceType> {
    let instance = region.instances.get(&interface.attachment?.instance)?;
    instance_type::by_name(&instance.instance_type)
}

/// Whether an interface may have so many addresses (ENI-13).
pub fn check_number(kind: Option<&InstanceType>, ipv4: usize, ipv6: usize) -> Result<(), ApiError> {
    match kind {
        Some(kind) => kind.check_addresses(ipv4, ipv6),
        None if ipv4.max(ipv6) > MOST_ADDRESSES => Err(too_many_addresses()),
        None => Ok(()),
    }
}

/// Assigns secondary addresses to an interface: all or none. One of another interface is moved if that is allowed, and takes
/// its Elastic IP address along (ENI-12, EIP-16). Returns them.
pub fn assign_ipv4(
    call: &mut Call<'_>,
    id: NetworkInterfaceId,
    wanted: &Wanted<Ipv4Addr>,
    may_move: bool,
) -> Result<Vec<Ipv4Addr>, ApiError> {
    let region = call.state();
    let interface = find_own(&region, id)?;
    let subnet = find::<Subnet>(&region, &interface.subnet)?;
    let kept = match wanted {
        Wanted::Named(addresses) => addresses.iter().filter(|address| interface.ipv4.contains(address)).count(),
        Wanted::Number(_) => 0,
    };
    let number = interface.ipv4.len() + wanted.number() - kept;
    check_number(type_of(&region, &interface), number, interface.ipv6.len())?;
    match wanted {
        Wanted::Named(addresses) => {
            refuse_twice(addresses)?;
            for address in addresses {
                assign_one(call, &subnet, id, *address, may_move)?;
            }
            Ok(addresses.clone())
        }
        Wanted::Number(number) => {
            let mut used = used_ipv4(&region, subnet.id);
            let taken: Result<Vec<Ipv4Addr>, ApiError> =
                (0..*number).map(|_| take_any_ipv4(&subnet, &mut used)).collect();
            let taken = taken?;
            let mut interface = Arc::unwrap_or_clone(interface);
            interface.ipv4.extend(&taken);
            call.put(interface);
            Ok(taken)
        }
    }
}

fn assign_one(
    call: &mut Call<'_>,
    subnet: &Subnet,
    to: NetworkInterfaceId,
    address: Ipv4Addr,
    may_move: bool,
) -> Result<(), ApiError> {
    let region = call.state();
    let mut siblings = region.network_interfaces.iter().filter(|other| other.subnet == subnet.id);
    match siblings.find(|other| other.ipv4.contains(&address)).cloned() {
        None => {
            take_ipv4(subnet, &mut BTreeSet::new(), address)?;
        }
        Some(holder) if !may_move || holder.kind.is_requester_managed() => {
            return Err(Code::InvalidIpAddressInUse.with(format!("Address {address} is in use.")));
        }
        Some(holder) if holder.ipv4.first() == Some(&address) => {
            let why = format!("It is the primary address of the network interface '{}'.", holder.id);
            return Err(invalid_value("privateIpAddress", address, why));
        }
        Some(holder) if holder.id == to => return Ok(()),
        Some(holder) => {
            let mut holder = Arc::unwrap_or_clone(holder);
            holder.ipv4.retain(|other| *other != address);
            public_address::take_along(call.transaction, call.region, address, holder.id, to);
            call.put(holder);
        }
    }
    let mut interface = Arc::unwrap_or_clone(find::<NetworkInterface>(&call.state(), &to)?);
    interface.ipv4.push(address);
    call.put(interface);
    Ok(())
}

/// Takes secondary addresses away from an interface, and their Elastic IP addresses from them (EIP-16).
pub fn unassign_ipv4(call: &mut Call<'_>, id: NetworkInterfaceId, addresses: &[Ipv4Addr]) -> Result<(), ApiError> {
    let mut interface = Arc::unwrap_or_clone(find_own(&call.state(), id)?);
    let primary = interface.ipv4.first();
    if let Some(address) = addresses.iter().find(|address| primary == Some(address)) {
        let why = "The primary address of a network interface cannot be unassigned.";
        return Err(invalid_value("privateIpAddress", address, why));
    }
    refuse_others(id, &interface.ipv4, addresses)?;
    interface.ipv4.retain(|own| !addresses.contains(own));
    public_address::disassociate(call.transaction, call.region, id, |private| addresses.contains(&private));
    call.put(interface);
    Ok(())
}

/// Assigns IPv6 addresses to an interface: all or none. Returns them.
pub fn assign_ipv6(
    call: &mut Call<'_>,
    id: NetworkInterfaceId,
    wanted: &Wanted<Ipv6Addr>,
) -> Result<Vec<Ipv6Addr>, ApiError> {
    let region = call.state();
    let mut interface = Arc::unwrap_or_clone(find_own(&region, id)?);
    let subnet = find::<Subnet>(&region, &interface.subnet)?;
    let number = interface.ipv6.len() + wanted.number();
    check_number(type_of(&region, &interface), interface.ipv4.len(), number)?;
    let taken = take_ipv6_addresses(call, &subnet, wanted)?;
    interface.ipv6.extend(&taken);
    call.put(interface);
    Ok(taken)
}

/// Takes IPv6 addresses away from an interface.
pub fn unassign_ipv6(call: &mut Call<'_>, id: NetworkInterfaceId, addresses: &[Ipv6Addr]) -> Result<(), ApiError> {
    let mut interface = Arc::unwrap_or_clone(find_own(&call.state(), id)?);
    refuse_others(id, &interface.ipv6, addresses)?;
    interface.ipv6.retain(|own| !addresses.contains(own));
    call.put(interface);
    Ok(())
}

fn refuse_others<A: PartialEq + ToString>(id: NetworkInterfaceId, own: &[A], given: &[A]) -> Result<(), ApiError> {
    let others: Vec<String> = given.iter().filter(|one| !own.contains(one)).map(ToString::to_string).collect();
    if !others.is_empty() {
        let message = format!("Some of [{}] are not assigned to interface {id}", others.join(", "));
        return Err(Code::InvalidParameterValue.with(message));
    }
    Ok(())
}

/// No address may be named twice.
pub fn refuse_twice(addresses: &[Ipv4Addr]) -> Result<(), ApiError> {
    let mut seen = BTreeSet::new();
    match addresses.iter().find(|address| !seen.insert(**address)) {
        Some(twice) => Err(invalid_value("privateIpAddress", twice, "It is given more than once.")),
        None => Ok(()),
    }
}
