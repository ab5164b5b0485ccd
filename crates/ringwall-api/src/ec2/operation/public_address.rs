//! Public addresses of interfaces: Elastic ones, and those that are given at launch and taken back (EIP-1, EIP-2).

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;

use ringwall_model::id::{AddressAssociationId, AllocationId, NetworkInterfaceId};
use ringwall_model::resource::address::AddressAssociation;
use ringwall_model::resource::{Address, NetworkInterface};
use ringwall_store::{Region, Transaction};

/// A public address that stands for a private one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicAddress {
    /// the address
    pub address: Ipv4Addr,
    /// allocation and association, if it is an Elastic IP address
    pub elastic: Option<(AllocationId, AddressAssociationId)>,
}

/// The public addresses of a Region by interface and private address.
pub fn by_private(region: &Region) -> BTreeMap<(NetworkInterfaceId, Ipv4Addr), PublicAddress> {
    let automatic = region.network_interfaces.iter().filter_map(|interface| {
        let key = (interface.id, *interface.ipv4.first()?);
        Some((key, PublicAddress { address: interface.auto_public?, elastic: None }))
    });
    let elastic = region.addresses.iter().filter_map(|address| {
        let AddressAssociation { id, interface, private } = address.association?;
        Some(((interface, private), PublicAddress { address: address.public, elastic: Some((address.id, id)) }))
    });
    automatic.chain(elastic).collect()
}

/// Whether an Elastic IP address stands for the primary address of an interface.
pub fn has_elastic_primary(region: &Region, interface: &NetworkInterface) -> bool {
    region.addresses.iter().filter_map(|address| address.association).any(|association| {
        association.interface == interface.id && Some(&association.private) == interface.ipv4.first()
    })
}

/// Disassociates the Elastic IP addresses of some private addresses of an interface; they stay allocated (EIP-15, EIP-16).
pub fn disassociate(
    transaction: &mut Transaction,
    region: &str,
    interface: NetworkInterfaceId,
    is_concerned: impl Fn(Ipv4Addr) -> bool,
) {
    for (address, association) in elastic_of(transaction, region, interface) {
        if is_concerned(association.private) {
            let mut address = Arc::unwrap_or_clone(address);
            address.association = None;
            transaction.put(region, address);
        }
    }
}

/// Takes the Elastic IP address of a private address along to another interface (EIP-16).
pub fn take_along(
    transaction: &mut Transaction,
    region: &str,
    private: Ipv4Addr,
    from: NetworkInterfaceId,
    to: NetworkInterfaceId,
) {
    for (address, association) in elastic_of(transaction, region, from) {
        if association.private == private {
            let mut address = Arc::unwrap_or_clone(address);
            address.association = Some(AddressAssociation { interface: to, ..association });
            transaction.put(region, address);
        }
    }
}

fn elastic_of(
    transaction: &Transaction,
    region: &str,
    interface: NetworkInterfaceId,
) -> Vec<(Arc<Address>, AddressAssociation)> {
    let region = transaction.region(region);
    let associated = region.addresses.iter().filter_map(|address| Some((address.clone(), address.association?)));
    associated.filter(|(_, association)| association.interface == interface).collect()
}
