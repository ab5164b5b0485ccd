//! The interfaces of an instance, as the instance shows them (INST-9).

use ringwall_model::resource::NetworkInterface;
use ringwall_wire::timestamp::Timestamp;
use serde::Serialize;

use super::connection_tracking::ConnectionTrackingShape;
use super::network_interface::{AssociationShape, Ipv6AddressShape, PrivateAddressShape, status};
use super::view::{GroupShape, OperatorShape, View};

/// An interface of an instance.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InstanceInterfaceShape {
    network_interface_id: String,
    subnet_id: String,
    vpc_id: String,
    description: String,
    owner_id: String,
    status: &'static str,
    mac_address: String,
    private_ip_address: Option<String>,
    private_dns_name: Option<String>,
    source_dest_check: bool,
    interface_type: &'static str,
    group_set: Vec<GroupShape>,
    attachment: Option<InstanceAttachmentShape>,
    association: Option<AssociationShape>,
    private_ip_addresses_set: Vec<PrivateAddressShape>,
    ipv6_addresses_set: Vec<Ipv6AddressShape>,
    connection_tracking_configuration: Option<ConnectionTrackingShape>,
    operator: OperatorShape,
}

/// An attachment, as the instance shows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InstanceAttachmentShape {
    attachment_id: String,
    device_index: u16,
    network_card_index: u16,
    status: &'static str,
    attach_time: Timestamp,
    delete_on_termination: bool,
}

impl InstanceInterfaceShape {
    /// The shape of an interface.
    pub fn new(interface: &NetworkInterface, view: &View<'_>) -> Self {
        let primary = interface.ipv4.first().copied();
        let association = primary.and_then(|address| AssociationShape::new(interface, address, view));
        let addresses = PrivateAddressShape::all(interface, view);
        InstanceInterfaceShape {
            network_interface_id: interface.id.to_string(),
            subnet_id: interface.subnet.to_string(),
            vpc_id: interface.vpc.to_string(),
            description: interface.description.clone(),
            owner_id: view.owner.account.to_owned(),
            status: status(interface),
            mac_address: interface.mac.0.to_string(),
            private_ip_address: primary.map(|address| address.to_string()),
            private_dns_name: primary.and_then(|address| view.private_name(interface.vpc, address)),
            source_dest_check: interface.source_dest_check,
            interface_type: "interface",
            group_set: view.groups(&*interface.groups),
            attachment: interface.attachment.map(|attachment| InstanceAttachmentShape {
                attachment_id: attachment.id.to_string(),
                device_index: attachment.device_index,
                network_card_index: 0,
                status: "attached",
                attach_time: Timestamp::from_millis(attachment.attached),
                delete_on_termination: attachment.delete_on_termination,
            }),
            association: association.map(AssociationShape::without_ids),
            private_ip_addresses_set: addresses.into_iter().map(PrivateAddressShape::without_ids).collect(),
            ipv6_addresses_set: Ipv6AddressShape::all(interface),
            connection_tracking_configuration: ConnectionTrackingShape::new(interface.connection_tracking),
            operator: OperatorShape::OWNER,
        }
    }
}
