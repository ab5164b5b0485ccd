//! Secondary addresses of NAT gateways: they come at once, and go when their connections have ended or had their time
//! (NAT-8, NAT-21).

use std::net::Ipv4Addr;

use ringwall_model::id::{AddressAssociationId, AllocationId, NatGatewayId};
use ringwall_model::resource::nat_gateway::{Connectivity, NatAddress};
use ringwall_model::resource::{Address, NatGateway, NetworkInterface, Subnet};
use ringwall_store::Transaction;

use super::interface_address::{Wanted, refuse_twice};
use super::nat_gateway::{associate, find_available};
use super::public_address;
use super::subnet::{take_any_ipv4, take_ipv4, used_ipv4};
use crate::call::Call;
use crate::ec2::error::{Code, combination, invalid_value};
use crate::ec2::id::{Named, find};
use crate::error::ApiError;

/// How long draining may take: seconds at least, at most, and unless it is said (NAT-21).
const DRAIN_SECONDS: (i64, i64, i64) = (1, 4000, 350);

/// A gateway after a change, with the addresses that the change is about.
pub struct Changed {
    /// the gateway
    pub gateway: NatGateway,
    /// the private addresses
    pub about: Vec<Ipv4Addr>,
}

/// Reads how long draining may take, in seconds.
pub fn parse_drain(seconds: Option<i64>) -> Result<i64, ApiError> {
    let (least, most, default) = DRAIN_SECONDS;
    let seconds = seconds.unwrap_or(default);
    if !(least..=most).contains(&seconds) {
        let why = format!("Expected a number of seconds from {least} to {most}.");
        return Err(invalid_value("maxDrainDurationSeconds", seconds, why));
    }
    Ok(seconds)
}

/// Whether a gateway may have so many addresses, the primary one counted (NAT-8).
pub fn check_number(call: &Call<'_>, connectivity: Connectivity, number: usize) -> Result<(), ApiError> {
    let most = call.settings.quotas.addresses_of_nat_gateway(connectivity);
    if number > most as usize {
        let (code, noun) = match connectivity {
            Connectivity::Public => (Code::AddressLimitExceeded, "Elastic IP addresses"),
            Connectivity::Private => (Code::PrivateIpAddressLimitExceeded, "private IP addresses"),
        };
        return Err(code.with(format!("The maximum of {most} {noun} per NAT gateway has been reached.")));
    }
    Ok(())
}

/// Gives a public gateway more Elastic IP addresses, each with a private address: those that are named, then any.
pub fn associate_more(
    call: &mut Call<'_>,
    id: NatGatewayId,
    allocations: &[AllocationId],
    named: &[Ipv4Addr],
) -> Result<Changed, ApiError> {
    let region = call.state();
    let (gateway, interface) = find_available(&region, id, Connectivity::Public)?;
    for allocation in allocations {
        if let Some(association) = find::<Address>(&region, allocation)?.association {
            let message = format!("resource {allocation} is already associated with associate-id {}", association.id);
            return Err(Code::ResourceAlreadyAssociated.with(message));
        }
    }
    if named.len() > allocations.len() {
        return Err(combination("There are more private IP addresses than allocation IDs."));
    }
    let more = allocations.len() - named.len();
    let taken = take(call, &gateway, &interface, named, more)?;
    add(call, gateway, interface, taken, allocations)
}

/// Gives a private gateway more addresses.
pub fn assign_more(call: &mut Call<'_>, id: NatGatewayId, wanted: &Wanted<Ipv4Addr>) -> Result<Changed, ApiError> {
    let (gateway, interface) = find_available(&call.state(), id, Connectivity::Private)?;
    let taken = match wanted {
        Wanted::Named(addresses) => take(call, &gateway, &interface, addresses, 0)?,
        Wanted::Number(number) => take(call, &gateway, &interface, &[], *number)?,
    };
    add(call, gateway, interface, taken, &[])
}

fn take(
    call: &Call<'_>,
    gateway: &NatGateway,
    interface: &NetworkInterface,
    named: &[Ipv4Addr],
    more: usize,
) -> Result<Vec<Ipv4Addr>, ApiError> {
    check_number(call, gateway.connectivity, gateway.addresses.len() + named.len() + more)?;
    refuse_twice(named)?;
    let region = call.state();
    let subnet = find::<Subnet>(&region, &interface.subnet)?;
    let mut used = used_ipv4(&region, subnet.id);
    let mut taken = Vec::new();
    for address in named {
        taken.push(take_ipv4(&subnet, &mut used, *address)?);
    }
    for _ in 0..more {
        taken.push(take_any_ipv4(&subnet, &mut used)?);
    }
    Ok(taken)
}

fn add(
    call: &mut Call<'_>,
    mut gateway: NatGateway,
    mut interface: NetworkInterface,
    taken: Vec<Ipv4Addr>,
    allocations: &[AllocationId],
) -> Result<Changed, ApiError> {
    interface.ipv4.extend(&taken);
    gateway.addresses.extend(associate(call, &interface, &taken, allocations)?);
    call.put(interface);
    call.put(gateway.clone());
    Ok(Changed { gateway, about: taken })
}

/// Begins to drain the addresses of associations.
pub fn disassociate(
    call: &mut Call<'_>,
    id: NatGatewayId,
    associations: &[AddressAssociationId],
    seconds: i64,
) -> Result<Changed, ApiError> {
    let (gateway, _) = find_available(&call.state(), id, Connectivity::Public)?;
    let mut privates = Vec::new();
    for association in associations {
        let is_meant = |address: &&NatAddress| address.elastic.is_some_and(|own| own.association == *association);
        let address = gateway.addresses.iter().find(is_meant);
        let absent = || AddressAssociationId::not_found(&[association.to_string()]);
        privates.push(address.ok_or_else(absent)?.private);
    }
    drain(call, gateway, privates, seconds, "associationId")
}

/// Begins to drain private addresses.
pub fn unassign(
    call: &mut Call<'_>,
    id: NatGatewayId,
    privates: &[Ipv4Addr],
    seconds: i64,
) -> Result<Changed, ApiError> {
    let (gateway, _) = find_available(&call.state(), id, Connectivity::Private)?;
    let is_own = |wanted: &&Ipv4Addr| gateway.addresses.iter().any(|address| address.private == **wanted);
    if let Some(other) = privates.iter().find(|wanted| !is_own(wanted)) {
        return Err(invalid_value("privateIpAddress", other, format!("It is no address of {id}.")));
    }
    drain(call, gateway, privates.to_vec(), seconds, "privateIpAddress")
}

/// From now on the addresses take no new connections. One that drains already is not given more time.
fn drain(
    call: &mut Call<'_>,
    mut gateway: NatGateway,
    privates: Vec<Ipv4Addr>,
    seconds: i64,
    parameter: &str,
) -> Result<Changed, ApiError> {
    if let Some(primary) = gateway.primary().filter(|primary| privates.contains(primary)) {
        let why = "The primary address of a NAT gateway cannot be taken from it.";
        return Err(invalid_value(parameter, primary, why));
    }
    let end = call.now + seconds * 1000;
    for address in gateway.addresses.iter_mut().filter(|address| privates.contains(&address.private)) {
        address.drained = Some(address.drained.map_or(end, |before| before.min(end)));
    }
    call.put(gateway.clone());
    Ok(Changed { gateway, about: privates })
}

/// Takes away draining addresses of a gateway: those whose time is over, or that have no connection left. Says whether there
/// were any. Their Elastic IP addresses stay allocated.
pub fn finish_draining(
    transaction: &mut Transaction,
    region: &str,
    id: NatGatewayId,
    is_over: impl Fn(&NatAddress) -> bool,
) -> bool {
    let state = transaction.region(region);
    let Some(gateway) = state.nat_gateways.get(&id).filter(|gateway| gateway.is_available()) else { return false };
    let (gone, kept): (Vec<NatAddress>, Vec<NatAddress>) =
        gateway.addresses.iter().copied().partition(|address| address.drained.is_some() && is_over(address));
    let interface = gateway.interface.and_then(|interface| state.network_interfaces.get(&interface));
    let (false, Some(interface)) = (gone.is_empty(), interface) else { return false };
    let is_gone = |private: Ipv4Addr| gone.iter().any(|address| address.private == private);
    public_address::disassociate(transaction, region, interface.id, is_gone);
    let mut interface = NetworkInterface::clone(interface);
    interface.ipv4.retain(|private| !is_gone(*private));
    transaction.put(region, interface);
    transaction.put(region, NatGateway { addresses: kept, ..NatGateway::clone(gateway) });
    true
}
