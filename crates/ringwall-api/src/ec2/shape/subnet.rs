//! Subnets on the wire (VPC-20).

use ringwall_model::resource::subnet::HostnameType;
use ringwall_model::resource::{Subnet, Tags};
pub use ringwall_model::zone::zone_id;
use ringwall_store::Region;
use serde::Serialize;

use super::security_group::Owner;
use super::tag::{self, TagShape};
use super::vpc::BlockState;
use crate::ec2::describe::Filterable;
use crate::ec2::operation::subnet::available;

/// A subnet.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SubnetShape {
    subnet_id: String,
    subnet_arn: String,
    vpc_id: String,
    owner_id: String,
    state: &'static str,
    cidr_block: String,
    ipv6_cidr_block_association_set: Vec<SubnetIpv6Shape>,
    available_ip_address_count: u32,
    availability_zone: String,
    availability_zone_id: String,
    default_for_az: bool,
    map_public_ip_on_launch: bool,
    assign_ipv6_address_on_creation: bool,
    ipv6_native: bool,
    enable_dns64: bool,
    map_customer_owned_ip_on_launch: bool,
    private_dns_name_options_on_launch: PrivateDnsNameOptions,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tag_set: Vec<TagShape>,
}

/// An IPv6 block of a subnet.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SubnetIpv6Shape {
    association_id: String,
    ipv6_cidr_block: String,
    ipv6_cidr_block_state: BlockState,
}

impl SubnetIpv6Shape {
    /// The shape of a block.
    pub fn new(own: &ringwall_model::resource::subnet::SubnetIpv6, state: &'static str) -> Self {
        SubnetIpv6Shape {
            association_id: own.id.to_string(),
            ipv6_cidr_block: own.block.0.to_string(),
            ipv6_cidr_block_state: BlockState { state },
        }
    }
}

/// How instances are named (DNS-13).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateDnsNameOptions {
    hostname_type: &'static str,
    enable_resource_name_dns_a_record: bool,
    #[serde(rename = "enableResourceNameDnsAAAARecord")]
    enable_resource_name_dns_aaaa_record: bool,
}

/// The name of a way of naming.
pub fn hostname_type(kind: HostnameType) -> &'static str {
    match kind {
        HostnameType::IpName => "ip-name",
        HostnameType::ResourceName => "resource-name",
    }
}

impl SubnetShape {
    /// The shape of a subnet.
    pub fn new(subnet: &Subnet, owner: Owner<'_>, region: &Region) -> SubnetShape {
        SubnetShape {
            subnet_id: subnet.id.to_string(),
            subnet_arn: format!("arn:aws:ec2:{}:{}:subnet/{}", owner.region, owner.account, subnet.id),
            vpc_id: subnet.vpc.to_string(),
            owner_id: owner.account.to_owned(),
            state: "available",
            cidr_block: subnet.ipv4.0.to_string(),
            ipv6_cidr_block_association_set: subnet
                .ipv6
                .iter()
                .map(|own| SubnetIpv6Shape::new(own, "associated"))
                .collect(),
            available_ip_address_count: available(region, subnet),
            availability_zone: subnet.zone.clone(),
            availability_zone_id: zone_id(owner.region, &subnet.zone),
            default_for_az: subnet.default_for_zone,
            map_public_ip_on_launch: subnet.map_public_ip_on_launch,
            assign_ipv6_address_on_creation: subnet.assign_ipv6_address_on_creation,
            ipv6_native: false,
            enable_dns64: false,
            map_customer_owned_ip_on_launch: false,
            private_dns_name_options_on_launch: PrivateDnsNameOptions {
                hostname_type: hostname_type(subnet.hostname_type),
                enable_resource_name_dns_a_record: subnet.resource_name_records.a,
                enable_resource_name_dns_aaaa_record: subnet.resource_name_records.aaaa,
            },
            tag_set: tag::render(&subnet.tags),
        }
    }
}

impl Filterable for Subnet {
    type Context<'c> = (Owner<'c>, &'c Region);
    const FILTERS: &'static [&'static str] = &[
        "availability-zone",
        "availabilityZone",
        "availability-zone-id",
        "availabilityZoneId",
        "available-ip-address-count",
        "cidr",
        "cidr-block",
        "cidrBlock",
        "customer-owned-ipv4-pool",
        "default-for-az",
        "defaultForAz",
        "enable-dns64",
        "enable-lni-at-device-index",
        "ipv6-cidr-block-association.association-id",
        "ipv6-cidr-block-association.ipv6-cidr-block",
        "ipv6-cidr-block-association.state",
        "ipv6-native",
        "map-customer-owned-ip-on-launch",
        "map-public-ip-on-launch",
        "outpost-arn",
        "owner-id",
        "private-dns-name-options-on-launch.enable-resource-name-dns-a-record",
        "private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record",
        "private-dns-name-options-on-launch.hostname-type",
        "state",
        "subnet-arn",
        "subnet-id",
        "vpc-id",
    ];

    fn values(&self, filter: &str, (owner, region): &(Owner<'_>, &Region)) -> Vec<String> {
        let ipv6 = self.ipv6.iter();
        match filter {
            "availability-zone" | "availabilityZone" => vec![self.zone.clone()],
            "availability-zone-id" | "availabilityZoneId" => vec![zone_id(owner.region, &self.zone)],
            "available-ip-address-count" => vec![available(region, self).to_string()],
            "cidr" | "cidr-block" | "cidrBlock" => vec![self.ipv4.0.to_string()],
            "default-for-az" | "defaultForAz" => vec![self.default_for_zone.to_string()],
            "ipv6-cidr-block-association.association-id" => ipv6.map(|own| own.id.to_string()).collect(),
            "ipv6-cidr-block-association.ipv6-cidr-block" => ipv6.map(|own| own.block.0.to_string()).collect(),
            "ipv6-cidr-block-association.state" => ipv6.map(|_| "associated".to_owned()).collect(),
            "ipv6-native" | "enable-dns64" | "map-customer-owned-ip-on-launch" => vec!["false".to_owned()],
            "private-dns-name-options-on-launch.enable-resource-name-dns-a-record" => {
                vec![self.resource_name_records.a.to_string()]
            }
            "private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record" => {
                vec![self.resource_name_records.aaaa.to_string()]
            }
            "map-public-ip-on-launch" => vec![self.map_public_ip_on_launch.to_string()],
            "owner-id" => vec![owner.account.to_owned()],
            "private-dns-name-options-on-launch.hostname-type" => vec![hostname_type(self.hostname_type).to_owned()],
            "state" => vec!["available".to_owned()],
            "subnet-arn" => vec![format!("arn:aws:ec2:{}:{}:subnet/{}", owner.region, owner.account, self.id)],
            "subnet-id" => vec![self.id.to_string()],
            "vpc-id" => vec![self.vpc.to_string()],
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }
}
