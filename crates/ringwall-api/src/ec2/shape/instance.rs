//! Instances on the wire (INST-8, INST-9).
//!
//! There is no virtual machine, no block device and no key behind an instance, so what AWS says about
//! them is left out, or empty where clients expect a list.

use std::net::Ipv4Addr;

use ringwall_model::dns_name;
use ringwall_model::resource::Instance;
use ringwall_model::resource::instance::InstanceState;
use ringwall_model::resource::subnet::HostnameType;
use ringwall_wire::timestamp::Timestamp;
use serde::Serialize;

use super::instance_interface::InstanceInterfaceShape;
use super::instance_state::{StateReasonShape, StateShape};
use super::metadata_options::MetadataOptionsShape;
use super::subnet::hostname_type;
use super::tag::{self, TagShape};
use super::view::{GroupShape, OperatorShape, View};
use crate::ec2::operation::host_image;
use crate::ec2::operation::public_address::PublicAddress;

/// The instances of one call.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReservationShape {
    reservation_id: String,
    owner_id: String,
    group_set: Vec<GroupShape>,
    instances_set: Vec<InstanceShape>,
}

/// An instance.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InstanceShape {
    instance_id: String,
    image_id: String,
    instance_state: StateShape,
    private_dns_name: String,
    dns_name: String,
    reason: String,
    ami_launch_index: u32,
    product_codes: Vec<()>,
    instance_type: String,
    launch_time: Timestamp,
    placement: PlacementShape,
    monitoring: MonitoringShape,
    subnet_id: Option<String>,
    vpc_id: Option<String>,
    private_ip_address: Option<String>,
    ip_address: Option<String>,
    ipv6_address: Option<String>,
    source_dest_check: Option<bool>,
    group_set: Vec<GroupShape>,
    state_reason: Option<StateReasonShape>,
    architecture: &'static str,
    block_device_mapping: Vec<()>,
    client_token: String,
    ebs_optimized: bool,
    enclave_options: EnclaveShape,
    hibernation_options: HibernationShape,
    network_interface_set: Vec<InstanceInterfaceShape>,
    platform_details: &'static str,
    metadata_options: MetadataOptionsShape,
    private_dns_name_options: NameOptionsShape,
    operator: OperatorShape,
    tag_set: Vec<TagShape>,
}

/// Where an instance runs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlacementShape {
    availability_zone: String,
    availability_zone_id: String,
    group_name: &'static str,
    tenancy: &'static str,
}

#[derive(Debug, Serialize)]
struct MonitoringShape {
    state: &'static str,
}

#[derive(Debug, Serialize)]
struct EnclaveShape {
    enabled: bool,
}

#[derive(Debug, Serialize)]
struct HibernationShape {
    configured: bool,
}

/// How an instance is named (DNS-13).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NameOptionsShape {
    hostname_type: &'static str,
    enable_resource_name_dns_a_record: bool,
    #[serde(rename = "enableResourceNameDnsAAAARecord")]
    enable_resource_name_dns_aaaa_record: bool,
}

/// The private name of an instance; none once its address is gone (DNS-8).
pub fn private_name(instance: &Instance, view: &View<'_>) -> Option<String> {
    let address = view.primary(instance.id)?.ipv4.first()?;
    Some(match instance.hostname_type {
        HostnameType::IpName => dns_name::ip_name(view.owner.region, *address),
        HostnameType::ResourceName => dns_name::resource_name(view.owner.region, instance.id),
    })
}

/// The private address of an instance, and the public one that stands for it.
pub fn addresses(instance: &Instance, view: &View<'_>) -> Option<(Ipv4Addr, Option<PublicAddress>)> {
    let interface = view.primary(instance.id)?;
    let private = *interface.ipv4.first()?;
    Some((private, view.public(interface.id, private)))
}

/// The public name of an instance, if its VPC gives names (DNS-6).
pub fn public_name(instance: &Instance, view: &View<'_>) -> Option<String> {
    let (_, public) = addresses(instance, view)?;
    view.public_name(view.primary(instance.id)?.vpc, public?.address)
}

/// When its owner had an instance stopped or ended, as AWS words it; empty if nobody did.
pub fn reason(instance: &Instance) -> String {
    let is_up = matches!(instance.state, InstanceState::Pending | InstanceState::Running);
    match instance.shutdown_asked {
        Some(asked) if !is_up => {
            let text = Timestamp::from_millis(asked).iso8601().replace('T', " ");
            format!("User initiated ({} GMT)", text.split('.').next().unwrap_or_default())
        }
        _ => String::new(),
    }
}

impl InstanceShape {
    /// The shape of an instance.
    pub fn new(instance: &Instance, view: &View<'_>) -> InstanceShape {
        let primary = view.primary(instance.id);
        let addresses = addresses(instance, view);
        let public = addresses.and_then(|(_, public)| public);
        InstanceShape {
            instance_id: instance.id.to_string(),
            image_id: instance.image.to_string(),
            instance_state: instance.state.into(),
            private_dns_name: private_name(instance, view).unwrap_or_default(),
            dns_name: public_name(instance, view).unwrap_or_default(),
            reason: reason(instance),
            ami_launch_index: instance.launch_index,
            product_codes: Vec::new(),
            instance_type: instance.instance_type.clone(),
            launch_time: Timestamp::from_millis(instance.launched),
            placement: PlacementShape {
                availability_zone: instance.zone.clone(),
                availability_zone_id: view.zone_id(&instance.zone),
                group_name: "",
                tenancy: "default",
            },
            monitoring: MonitoringShape { state: "disabled" },
            subnet_id: primary.map(|interface| interface.subnet.to_string()),
            vpc_id: primary.map(|interface| interface.vpc.to_string()),
            private_ip_address: addresses.map(|(private, _)| private.to_string()),
            ip_address: public.map(|public| public.address.to_string()),
            ipv6_address: primary.and_then(|interface| interface.ipv6.first()).map(ToString::to_string),
            source_dest_check: primary.map(|interface| interface.source_dest_check),
            group_set: primary.map(|interface| view.groups(&*interface.groups)).unwrap_or_default(),
            state_reason: StateReasonShape::new(instance),
            architecture: host_image::ARCHITECTURE,
            block_device_mapping: Vec::new(),
            client_token: instance.client_token.clone().unwrap_or_default(),
            ebs_optimized: false,
            enclave_options: EnclaveShape { enabled: false },
            hibernation_options: HibernationShape { configured: false },
            network_interface_set: view
                .attached(instance.id)
                .iter()
                .map(|interface| InstanceInterfaceShape::new(interface, view))
                .collect(),
            platform_details: host_image::PLATFORM,
            metadata_options: instance.metadata_options.into(),
            private_dns_name_options: NameOptionsShape {
                hostname_type: hostname_type(instance.hostname_type),
                enable_resource_name_dns_a_record: instance.resource_name_records.a,
                enable_resource_name_dns_aaaa_record: instance.resource_name_records.aaaa,
            },
            operator: OperatorShape::OWNER,
            tag_set: tag::render(&instance.tags),
        }
    }
}

impl ReservationShape {
    /// Instances in the order in which they come, those of one call together.
    pub fn group<'i>(instances: impl IntoIterator<Item = &'i Instance>, view: &View<'_>) -> Vec<ReservationShape> {
        let mut reservations: Vec<ReservationShape> = Vec::new();
        for instance in instances {
            let id = instance.reservation.to_string();
            let shape = InstanceShape::new(instance, view);
            match reservations.last_mut() {
                Some(last) if last.reservation_id == id => last.instances_set.push(shape),
                _ => reservations.push(ReservationShape {
                    reservation_id: id,
                    owner_id: view.owner.account.to_owned(),
                    group_set: Vec::new(),
                    instances_set: vec![shape],
                }),
            }
        }
        reservations
    }
}
