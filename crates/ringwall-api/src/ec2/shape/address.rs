//! Elastic IP addresses on the wire (EIP-17).

use ringwall_model::resource::{Address, Tags};
use ringwall_store::Region;
use serde::Serialize;

use super::security_group::Owner;
use super::tag::{self, TagShape};
use crate::ec2::describe::Filterable;

/// What addresses of AWS's own pool say that they are from.
pub const POOL: &str = "amazon";

/// An address.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressShape {
    public_ip: String,
    allocation_id: String,
    domain: &'static str,
    instance_id: Option<String>,
    association_id: Option<String>,
    network_interface_id: Option<String>,
    network_interface_owner_id: Option<String>,
    private_ip_address: Option<String>,
    public_ipv4_pool: &'static str,
    network_border_group: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tag_set: Vec<TagShape>,
}

impl AddressShape {
    /// The shape of an address.
    pub fn new(address: &Address, owner: Owner<'_>, region: &Region) -> AddressShape {
        let association = address.association;
        AddressShape {
            public_ip: address.public.to_string(),
            allocation_id: address.id.to_string(),
            domain: "vpc",
            instance_id: instance_of(address, region),
            association_id: association.map(|own| own.id.to_string()),
            network_interface_id: association.map(|own| own.interface.to_string()),
            network_interface_owner_id: association.map(|_| owner.account.to_owned()),
            private_ip_address: association.map(|own| own.private.to_string()),
            public_ipv4_pool: POOL,
            network_border_group: owner.region.to_owned(),
            tag_set: tag::render(&address.tags),
        }
    }
}

/// The instance that the address's interface is attached to.
fn instance_of(address: &Address, region: &Region) -> Option<String> {
    let interface = region.network_interfaces.get(&address.association?.interface)?;
    Some(interface.attachment?.instance.to_string())
}

impl Filterable for Address {
    type Context<'c> = (Owner<'c>, &'c Region);
    const FILTERS: &'static [&'static str] = &[
        "allocation-id",
        "association-id",
        "domain",
        "instance-id",
        "network-border-group",
        "network-interface-id",
        "network-interface-owner-id",
        "private-ip-address",
        "public-ip",
    ];

    fn values(&self, filter: &str, (owner, region): &(Owner<'_>, &Region)) -> Vec<String> {
        let shape = AddressShape::new(self, *owner, region);
        let value = match filter {
            "allocation-id" => Some(shape.allocation_id),
            "association-id" => shape.association_id,
            "domain" => Some(shape.domain.to_owned()),
            "instance-id" => shape.instance_id,
            "network-border-group" => Some(shape.network_border_group),
            "network-interface-id" => shape.network_interface_id,
            "network-interface-owner-id" => shape.network_interface_owner_id,
            "private-ip-address" => shape.private_ip_address,
            "public-ip" => Some(shape.public_ip),
            _ => None,
        };
        value.into_iter().collect()
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }
}
