//! What network interfaces are filtered by (ENI-18); instances are filtered by the same properties of theirs.

use std::net::Ipv4Addr;

use ringwall_model::resource::{NetworkInterface, Tags};

use super::network_interface::{AttachmentShape, address_owner, status};
use super::view::View;
use crate::ec2::describe::Filterable;
use crate::ec2::operation::public_address::PublicAddress;

impl Filterable for NetworkInterface {
    type Context<'c> = View<'c>;
    const FILTERS: &'static [&'static str] = &[
        "addresses.association.owner-id",
        "addresses.association.public-ip",
        "addresses.primary",
        "addresses.private-ip-address",
        "association.allocation-id",
        "association.association-id",
        "association.ip-owner-id",
        "association.public-dns-name",
        "association.public-ip",
        "attachment.attach-time",
        "attachment.attachment-id",
        "attachment.delete-on-termination",
        "attachment.device-index",
        "attachment.instance-id",
        "attachment.instance-owner-id",
        "attachment.status",
        "availability-zone",
        "availability-zone-id",
        "description",
        "group-id",
        "interface-type",
        "ipv6-addresses.ipv6-address",
        "mac-address",
        "network-interface-id",
        "operator.managed",
        "operator.principal",
        "owner-id",
        "private-dns-name",
        "private-ip-address",
        "requester-id",
        "requester-managed",
        "source-dest-check",
        "status",
        "subnet-id",
        "vpc-id",
    ];

    fn values(&self, filter: &str, view: &View<'_>) -> Vec<String> {
        if let Some(property) = filter.strip_prefix("attachment.") {
            return AttachmentShape::of(self, view).and_then(|shape| shape.filtered(property)).into_iter().collect();
        }
        let association = filter.strip_prefix("addresses.association.").or(filter.strip_prefix("association."));
        if let Some(property) = association {
            let public = self.ipv4.iter().filter_map(|address| view.public(self.id, *address));
            return public.filter_map(|public| associated(self, public, property, view)).collect();
        }
        let subnet = view.subnet(self);
        let primary: Vec<Ipv4Addr> = self.ipv4.first().copied().into_iter().collect();
        let name = |address: &Ipv4Addr| view.private_name(self.vpc, *address);
        match filter {
            "addresses.primary" => (0..self.ipv4.len()).map(|place| (place == 0).to_string()).collect(),
            "addresses.private-dns-name" => self.ipv4.iter().filter_map(name).collect(),
            "addresses.private-ip-address" => self.ipv4.iter().map(ToString::to_string).collect(),
            "availability-zone" => subnet.map(|subnet| subnet.zone.clone()).into_iter().collect(),
            "availability-zone-id" => subnet.map(|subnet| view.zone_id(&subnet.zone)).into_iter().collect(),
            "description" => vec![self.description.clone()],
            "group-id" => self.groups.iter().map(ToString::to_string).collect(),
            "group-name" => self.groups.iter().map(|id| view.group_name(*id)).collect(),
            "interface-type" => vec![self.kind.name().to_owned()],
            "ipv6-address" | "ipv6-addresses.ipv6-address" => self.ipv6.iter().map(ToString::to_string).collect(),
            "ipv6-addresses.is-primary-ipv6" => self.ipv6.iter().map(|_| "false".to_owned()).collect(),
            "ipv6-native" => vec!["false".to_owned()],
            "mac-address" => vec![self.mac.0.to_string()],
            "network-interface-id" => vec![self.id.to_string()],
            "operator.managed" => vec!["false".to_owned()],
            "requester-managed" => vec![self.kind.is_requester_managed().to_string()],
            "owner-id" => vec![view.owner.account.to_owned()],
            "private-dns-name" => primary.iter().filter_map(name).collect(),
            "private-ip-address" => primary.iter().map(ToString::to_string).collect(),
            "public-dns-name" => self.values("association.public-dns-name", view),
            "source-dest-check" => vec![self.source_dest_check.to_string()],
            "status" => vec![status(self).to_owned()],
            "subnet-id" => vec![self.subnet.to_string()],
            "tag-key" => self.tags.keys().cloned().collect(),
            "tag-value" => self.tags.values().cloned().collect(),
            "vpc-id" => vec![self.vpc.to_string()],
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }
}

fn associated(interface: &NetworkInterface, public: PublicAddress, property: &str, view: &View<'_>) -> Option<String> {
    match property {
        "allocation-id" => public.elastic.map(|(allocation, _)| allocation.to_string()),
        "association-id" => public.elastic.map(|(_, association)| association.to_string()),
        "ip-owner-id" | "owner-id" => Some(address_owner(view, public.elastic.is_some()).to_owned()),
        "public-dns-name" => view.public_name(interface.vpc, public.address),
        "public-ip" => Some(public.address.to_string()),
        _ => None,
    }
}
