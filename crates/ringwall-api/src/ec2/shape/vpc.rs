//! VPCs on the wire (VPC-19).

use ringwall_model::resource::{Tags, Vpc};
use ringwall_store::Region;
use serde::Serialize;

use super::tag::{self, TagShape};
use crate::ec2::describe::Filterable;

/// A VPC.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VpcShape {
    vpc_id: String,
    owner_id: String,
    state: &'static str,
    cidr_block: String,
    cidr_block_association_set: Vec<Ipv4AssociationShape>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ipv6_cidr_block_association_set: Vec<Ipv6AssociationShape>,
    dhcp_options_id: String,
    instance_tenancy: &'static str,
    is_default: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tag_set: Vec<TagShape>,
}

/// An IPv4 block of a VPC.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ipv4AssociationShape {
    association_id: String,
    cidr_block: String,
    cidr_block_state: BlockState,
}

/// An IPv6 block of a VPC.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ipv6AssociationShape {
    association_id: String,
    ipv6_cidr_block: String,
    ipv6_cidr_block_state: BlockState,
    network_border_group: String,
    ipv6_pool: &'static str,
}

/// The state of a block (VPC-13).
#[derive(Debug, Serialize)]
pub struct BlockState {
    /// `associated`; `associating` and `disassociating` in the answers that add and take away
    pub state: &'static str,
}

impl Ipv4AssociationShape {
    /// The shape of a block.
    pub fn new(association: &ringwall_model::resource::vpc::Ipv4Association, state: &'static str) -> Self {
        Ipv4AssociationShape {
            association_id: association.id.to_string(),
            cidr_block: association.block.0.to_string(),
            cidr_block_state: BlockState { state },
        }
    }
}

impl Ipv6AssociationShape {
    /// The shape of a block.
    pub fn new(
        association: &ringwall_model::resource::vpc::Ipv6Association,
        region: &str,
        state: &'static str,
    ) -> Self {
        Ipv6AssociationShape {
            association_id: association.id.to_string(),
            ipv6_cidr_block: association.block.0.to_string(),
            ipv6_cidr_block_state: BlockState { state },
            network_border_group: region.to_owned(),
            ipv6_pool: "Amazon",
        }
    }
}

impl VpcShape {
    /// The shape of a VPC.
    pub fn new(vpc: &Vpc, state: &'static str, account: &str, region_name: &str, region: &Region) -> VpcShape {
        let dhcp_options = region.regions.get(region_name).map(|record| record.dhcp_options.to_string());
        let v4 = vpc.ipv4.iter().map(|association| Ipv4AssociationShape::new(association, "associated"));
        let v6 = vpc.ipv6.iter().map(|association| Ipv6AssociationShape::new(association, region_name, "associated"));
        VpcShape {
            vpc_id: vpc.id.to_string(),
            owner_id: account.to_owned(),
            state,
            cidr_block: vpc.ipv4.first().map(|association| association.block.0.to_string()).unwrap_or_default(),
            cidr_block_association_set: v4.collect(),
            ipv6_cidr_block_association_set: v6.collect(),
            dhcp_options_id: dhcp_options.unwrap_or_else(|| "default".to_owned()),
            instance_tenancy: "default",
            is_default: vpc.is_default,
            tag_set: tag::render(&vpc.tags),
        }
    }
}

/// What the filters of VPCs look at beside the VPC.
pub struct VpcContext<'c> {
    /// the account
    pub account: &'c str,
    /// the id of the DHCP options
    pub dhcp_options: String,
}

impl Filterable for Vpc {
    type Context<'c> = VpcContext<'c>;
    const FILTERS: &'static [&'static str] = &[
        "cidr",
        "cidr-block",
        "cidr-block-association.cidr-block",
        "cidr-block-association.association-id",
        "cidr-block-association.state",
        "dhcp-options-id",
        "ipv6-cidr-block-association.ipv6-cidr-block",
        "ipv6-cidr-block-association.ipv6-pool",
        "ipv6-cidr-block-association.association-id",
        "ipv6-cidr-block-association.state",
        "is-default",
        "isDefault",
        "owner-id",
        "state",
        "vpc-id",
    ];

    fn values(&self, filter: &str, context: &VpcContext<'_>) -> Vec<String> {
        match filter {
            "cidr" | "cidr-block" => {
                self.ipv4.first().map(|association| association.block.0.to_string()).into_iter().collect()
            }
            "cidr-block-association.cidr-block" => self.ipv4.iter().map(|own| own.block.0.to_string()).collect(),
            "cidr-block-association.association-id" => self.ipv4.iter().map(|own| own.id.to_string()).collect(),
            "cidr-block-association.state" => vec!["associated".to_owned()],
            "dhcp-options-id" => vec![context.dhcp_options.clone()],
            "ipv6-cidr-block-association.ipv6-cidr-block" => {
                self.ipv6.iter().map(|own| own.block.0.to_string()).collect()
            }
            "ipv6-cidr-block-association.ipv6-pool" => self.ipv6.iter().map(|_| "Amazon".to_owned()).collect(),
            "ipv6-cidr-block-association.association-id" => self.ipv6.iter().map(|own| own.id.to_string()).collect(),
            "ipv6-cidr-block-association.state" => self.ipv6.iter().map(|_| "associated".to_owned()).collect(),
            "is-default" | "isDefault" => vec![self.is_default.to_string()],
            "owner-id" => vec![context.account.to_owned()],
            "state" => vec!["available".to_owned()],
            "vpc-id" => vec![self.id.to_string()],
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }
}
