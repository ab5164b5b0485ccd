//! Network interfaces on the wire (ENI-17).

use std::net::Ipv4Addr;

use ringwall_model::resource::NetworkInterface;
use ringwall_model::resource::network_interface::Attachment;
use ringwall_wire::timestamp::Timestamp;
use serde::Serialize;

use super::connection_tracking::ConnectionTrackingShape;
use super::tag::{self, TagShape};
use super::view::{GroupShape, OperatorShape, View};

/// A network interface.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkInterfaceShape {
    network_interface_id: String,
    subnet_id: String,
    vpc_id: String,
    availability_zone: Option<String>,
    availability_zone_id: Option<String>,
    description: String,
    owner_id: String,
    requester_managed: bool,
    status: &'static str,
    mac_address: String,
    private_ip_address: Option<String>,
    private_dns_name: Option<String>,
    source_dest_check: bool,
    interface_type: &'static str,
    group_set: Vec<GroupShape>,
    attachment: Option<AttachmentShape>,
    association: Option<AssociationShape>,
    private_ip_addresses_set: Vec<PrivateAddressShape>,
    ipv6_addresses_set: Vec<Ipv6AddressShape>,
    connection_tracking_configuration: Option<ConnectionTrackingShape>,
    operator: OperatorShape,
    tag_set: Vec<TagShape>,
}

/// The attachment of an interface, as the interface shows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentShape {
    attachment_id: String,
    instance_id: Option<String>,
    instance_owner_id: String,
    device_index: u16,
    network_card_index: u16,
    status: &'static str,
    attach_time: Option<Timestamp>,
    delete_on_termination: bool,
}

/// The public address that stands for a private one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssociationShape {
    public_ip: String,
    public_dns_name: String,
    ip_owner_id: String,
    allocation_id: Option<String>,
    association_id: Option<String>,
}

/// A private IPv4 address.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateAddressShape {
    private_ip_address: String,
    private_dns_name: Option<String>,
    primary: bool,
    association: Option<AssociationShape>,
}

/// An IPv6 address.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ipv6AddressShape {
    ipv6_address: String,
    is_primary_ipv6: bool,
}

/// What owns an Elastic IP address, and what owns one that was given at launch.
pub fn address_owner<'c>(view: &View<'c>, is_elastic: bool) -> &'c str {
    if is_elastic { view.owner.account } else { "amazon" }
}

/// The status of an interface: attachments take effect at once (ENI-7).
pub fn status(interface: &NetworkInterface) -> &'static str {
    if interface.attachment.is_some() || interface.kind.is_requester_managed() { "in-use" } else { "available" }
}

impl AttachmentShape {
    /// The shape of an attachment.
    pub fn new(attachment: &Attachment, view: &View<'_>) -> Self {
        AttachmentShape {
            attachment_id: attachment.id.to_string(),
            instance_id: Some(attachment.instance.to_string()),
            instance_owner_id: view.owner.account.to_owned(),
            device_index: attachment.device_index,
            network_card_index: 0,
            status: "attached",
            attach_time: Some(Timestamp::from_millis(attachment.attached)),
            delete_on_termination: attachment.delete_on_termination,
        }
    }

    /// What holds an interface: an instance, or the resource that brought it with it, which shows as AWS's.
    pub fn of(interface: &NetworkInterface, view: &View<'_>) -> Option<Self> {
        if let Some(attachment) = interface.attachment {
            return Some(AttachmentShape::new(&attachment, view));
        }
        let id = interface.id.to_string();
        interface.kind.is_requester_managed().then(|| AttachmentShape {
            attachment_id: id.replacen("eni", "ela-attach", 1),
            instance_id: None,
            instance_owner_id: "amazon-aws".to_owned(),
            device_index: 1,
            network_card_index: 0,
            status: "attached",
            attach_time: None,
            delete_on_termination: false,
        })
    }

    /// The value of one of its filters, without `attachment.` before it.
    pub fn filtered(self, property: &str) -> Option<String> {
        match property {
            "attach-time" => self.attach_time.map(|time| time.iso8601()),
            "attachment-id" => Some(self.attachment_id),
            "delete-on-termination" => Some(self.delete_on_termination.to_string()),
            "device-index" => Some(self.device_index.to_string()),
            "instance-id" => self.instance_id,
            "instance-owner-id" => Some(self.instance_owner_id),
            "network-card-index" => Some(self.network_card_index.to_string()),
            "status" => Some(self.status.to_owned()),
            _ => None,
        }
    }
}

impl AssociationShape {
    /// The shape of what stands for a private address of an interface; none if nothing does.
    pub fn new(interface: &NetworkInterface, private: Ipv4Addr, view: &View<'_>) -> Option<Self> {
        let public = view.public(interface.id, private)?;
        Some(AssociationShape {
            public_ip: public.address.to_string(),
            public_dns_name: view.public_name(interface.vpc, public.address).unwrap_or_default(),
            ip_owner_id: address_owner(view, public.elastic.is_some()).to_owned(),
            allocation_id: public.elastic.map(|(allocation, _)| allocation.to_string()),
            association_id: public.elastic.map(|(_, association)| association.to_string()),
        })
    }

    /// The shape within an instance, where ids are left out.
    pub fn without_ids(self) -> Self {
        AssociationShape { allocation_id: None, association_id: None, ..self }
    }
}

impl PrivateAddressShape {
    /// The shapes of the private addresses of an interface.
    pub fn all(interface: &NetworkInterface, view: &View<'_>) -> Vec<Self> {
        let shape = |(place, address): (usize, &Ipv4Addr)| PrivateAddressShape {
            private_ip_address: address.to_string(),
            private_dns_name: view.private_name(interface.vpc, *address),
            primary: place == 0,
            association: AssociationShape::new(interface, *address, view),
        };
        interface.ipv4.iter().enumerate().map(shape).collect()
    }

    /// The shape within an instance, where ids of associations are left out.
    pub fn without_ids(self) -> Self {
        PrivateAddressShape { association: self.association.map(AssociationShape::without_ids), ..self }
    }
}

impl Ipv6AddressShape {
    /// The shapes of the IPv6 addresses of an interface.
    pub fn all(interface: &NetworkInterface) -> Vec<Self> {
        let shape = |address: &std::net::Ipv6Addr| Ipv6AddressShape {
            ipv6_address: address.to_string(),
            is_primary_ipv6: false,
        };
        interface.ipv6.iter().map(shape).collect()
    }
}

impl NetworkInterfaceShape {
    /// The shape of an interface.
    pub fn new(interface: &NetworkInterface, view: &View<'_>) -> Self {
        let subnet = view.subnet(interface);
        let primary = interface.ipv4.first().copied();
        NetworkInterfaceShape {
            network_interface_id: interface.id.to_string(),
            subnet_id: interface.subnet.to_string(),
            vpc_id: interface.vpc.to_string(),
            availability_zone: subnet.map(|subnet| subnet.zone.clone()),
            availability_zone_id: subnet.map(|subnet| view.zone_id(&subnet.zone)),
            description: interface.description.clone(),
            owner_id: view.owner.account.to_owned(),
            requester_managed: interface.kind.is_requester_managed(),
            status: status(interface),
            mac_address: interface.mac.0.to_string(),
            private_ip_address: primary.map(|address| address.to_string()),
            private_dns_name: primary.and_then(|address| view.private_name(interface.vpc, address)),
            source_dest_check: interface.source_dest_check,
            interface_type: interface.kind.name(),
            group_set: view.groups(&*interface.groups),
            attachment: AttachmentShape::of(interface, view),
            association: primary.and_then(|address| AssociationShape::new(interface, address, view)),
            private_ip_addresses_set: PrivateAddressShape::all(interface, view),
            ipv6_addresses_set: Ipv6AddressShape::all(interface),
            connection_tracking_configuration: ConnectionTrackingShape::new(interface.connection_tracking),
            operator: OperatorShape::OWNER,
            tag_set: tag::render(&interface.tags),
        }
    }

    /// The shape in the answer that made the interface.
    pub fn being_made(self) -> Self {
        NetworkInterfaceShape { status: "pending", ..self }
    }
}
