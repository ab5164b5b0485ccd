//! Public addresses: the Elastic ones and their associations, and the automatic ones that make way for them (EIP-2, EIP-3).

use std::net::Ipv4Addr;
use std::sync::Arc;

use ringwall_model::id::{AddressAssociationId, NetworkInterfaceId, VpcId};
use ringwall_model::resource::address::AddressAssociation;
use ringwall_model::resource::{Address, NetworkInterface};
use ringwall_store::Region;

use super::block;
use crate::call::Call;

/// Whether interfaces of a VPC have public addresses (IGW-10).
pub fn has_public_addresses(region: &Region, vpc: VpcId) -> bool {
    let of_vpc = |id| region.network_interfaces.get(&id).is_some_and(|interface| interface.vpc == vpc);
    let mut associations = region.addresses.iter().filter_map(|address| address.association);
    region.network_interfaces.iter().any(|interface| interface.vpc == vpc && interface.auto_public.is_some())
        || associations.any(|association| of_vpc(association.interface))
}

/// The Elastic IP address that stands for a private address of an interface (EIP-5).
pub fn address_of(region: &Region, interface: NetworkInterfaceId, private: Ipv4Addr) -> Option<Arc<Address>> {
    let stands_for =
        |association: AddressAssociation| association.interface == interface && association.private == private;
    region.addresses.iter().find(|address| address.association.is_some_and(stands_for)).cloned()
}

/// Has an Elastic IP address stand for a private address. Whatever stood there before makes way, and the address leaves
/// where it was (EIP-10); the interface's automatic address is given back (EIP-2).
pub fn associate(
    call: &mut Call<'_>,
    address: &Address,
    interface: &NetworkInterface,
    private: Ipv4Addr,
) -> AddressAssociationId {
    if let Some(other) = address_of(&call.state(), interface.id, private) {
        call.put(Address { association: None, ..Address::clone(&other) });
    }
    let id = call.new_id();
    let left = address.association;
    let association = Some(AddressAssociation { id, interface: interface.id, private });
    call.put(Address { association, ..address.clone() });
    call.put(NetworkInterface { auto_public: None, ..interface.clone() });
    if let Some(left) = left {
        restore_automatic(call, left.interface);
    }
    id
}

/// Has an Elastic IP address stand for nothing any more.
pub fn disassociate(call: &mut Call<'_>, address: &Address) {
    call.put(Address { association: None, ..address.clone() });
    if let Some(left) = address.association {
        restore_automatic(call, left.interface);
    }
}

/// Gives the only interface of a running instance that was started with a public address a new one, once no Elastic IP
/// address stands for it any more (EIP-3). Where none is left in the pool, there is none to give.
fn restore_automatic(call: &mut Call<'_>, id: NetworkInterfaceId) {
    let region = call.state();
    let Some(interface) = region.network_interfaces.get(&id) else { return };
    let Some(attachment) = interface.attachment else { return };
    let Some(instance) = region.instances.get(&attachment.instance) else { return };
    let is_alone = !region
        .network_interfaces
        .iter()
        .any(|other| other.id != id && other.attachment.is_some_and(|attachment| attachment.instance == instance.id));
    let has_elastic = region
        .addresses
        .iter()
        .any(|address| address.association.is_some_and(|association| association.interface == id));
    let wants = instance.wants_public_address && instance.state.has_links() && attachment.device_index == 0;
    if !wants || !is_alone || has_elastic || interface.auto_public.is_some() {
        return;
    }
    if let Ok(public) = block::new_public_address(call) {
        call.put(NetworkInterface { auto_public: Some(public), ..NetworkInterface::clone(interface) });
    }
}
