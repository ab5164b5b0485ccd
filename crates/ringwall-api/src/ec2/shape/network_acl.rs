//! Network ACLs on the wire (NACL-32, NACL-33).

use std::collections::BTreeMap;

use ringwall_model::resource::network_acl::AclEntryRecord;
use ringwall_model::resource::{NetworkAcl, Tags};
use ringwall_net::Family;
use ringwall_store::Region;
use serde::Serialize;

use super::acl_entry::EntryShape;
use super::security_group::Owner;
use super::tag::{self, TagShape};
use crate::ec2::describe::Filterable;

/// An ACL.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkAclShape {
    association_set: Vec<AssociationShape>,
    entry_set: Vec<EntryShape>,
    default: bool,
    network_acl_id: String,
    tag_set: Vec<TagShape>,
    vpc_id: String,
    owner_id: String,
}

/// A subnet that an ACL guards.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssociationShape {
    network_acl_association_id: String,
    network_acl_id: String,
    subnet_id: String,
}

impl NetworkAclShape {
    /// The shape of an ACL.
    pub fn new(acl: &NetworkAcl, owner: Owner<'_>, region: &Region) -> NetworkAclShape {
        NetworkAclShape {
            association_set: associations(acl, region),
            entry_set: entries(acl, region),
            default: acl.is_default,
            network_acl_id: acl.id.to_string(),
            tag_set: tag::render(&acl.tags),
            vpc_id: acl.vpc.to_string(),
            owner_id: owner.account.to_owned(),
        }
    }
}

fn associations(acl: &NetworkAcl, region: &Region) -> Vec<AssociationShape> {
    let subnets = region.subnets.iter().filter(|subnet| subnet.network_acl == acl.id);
    let shape = |subnet: &std::sync::Arc<ringwall_model::resource::Subnet>| AssociationShape {
        network_acl_association_id: subnet.network_acl_association.to_string(),
        network_acl_id: acl.id.to_string(),
        subnet_id: subnet.id.to_string(),
    };
    subnets.map(shape).collect()
}

/// Egress entries, then ingress entries; each direction ends with a final deny for IPv4, and where the VPC has IPv6 with
/// another one (NACL-6).
fn entries(acl: &NetworkAcl, region: &Region) -> Vec<EntryShape> {
    let has_ipv6 = region.vpcs.get(&acl.vpc).is_some_and(|vpc| !vpc.ipv6.is_empty());
    let families = if has_ipv6 { &Family::ALL[..] } else { &[Family::V4][..] };
    let of = |own: &BTreeMap<u16, AclEntryRecord>, egress: bool| -> Vec<EntryShape> {
        let own = own.iter().map(|(number, entry)| EntryShape::new(u32::from(*number), entry, egress));
        own.chain(families.iter().map(|family| EntryShape::final_deny(*family, egress))).collect()
    };
    let mut all = of(&acl.egress, true);
    all.extend(of(&acl.ingress, false));
    all
}

impl Filterable for NetworkAcl {
    type Context<'c> = (Owner<'c>, &'c Region);
    const FILTERS: &'static [&'static str] = &[
        "association.association-id",
        "association.network-acl-id",
        "association.subnet-id",
        "default",
        "entry.cidr",
        "entry.egress",
        "entry.icmp.code",
        "entry.icmp.type",
        "entry.ipv6-cidr",
        "entry.port-range.from",
        "entry.port-range.to",
        "entry.protocol",
        "entry.rule-action",
        "entry.rule-number",
        "network-acl-id",
        "owner-id",
        "vpc-id",
    ];

    fn values(&self, filter: &str, (owner, region): &(Owner<'_>, &Region)) -> Vec<String> {
        if let Some(property) = filter.strip_prefix("entry.") {
            return entries(self, region).iter().flat_map(|entry| entry.filter_values(property)).collect();
        }
        let associated = || associations(self, region).into_iter();
        match filter {
            "association.association-id" => associated().map(|own| own.network_acl_association_id).collect(),
            "association.network-acl-id" => associated().map(|own| own.network_acl_id).collect(),
            "association.subnet-id" => associated().map(|own| own.subnet_id).collect(),
            "default" => vec![self.is_default.to_string()],
            "network-acl-id" => vec![self.id.to_string()],
            "owner-id" => vec![owner.account.to_owned()],
            "vpc-id" => vec![self.vpc.to_string()],
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }
}
