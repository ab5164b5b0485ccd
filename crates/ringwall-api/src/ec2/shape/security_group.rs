//! Security groups on the wire, with their rules merged to permissions (SG-74 to SG-76, SG-80).

use std::collections::BTreeMap;

use ringwall_model::id::{SecurityGroupId, VpcId};
use ringwall_model::resource::security_group::{PeerRecord, RuleRecord};
use ringwall_model::resource::{SecurityGroup, Tags};
use ringwall_model::world::Traffic;
use ringwall_net::Prefix;
use ringwall_store::Region;
use serde::Serialize;

use super::permission::render_traffic;
use super::tag::{self, TagShape};
use crate::ec2::describe::Filterable;

/// A group.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecurityGroupShape {
    owner_id: String,
    group_id: String,
    group_name: String,
    group_description: String,
    vpc_id: String,
    ip_permissions: Vec<PermissionShape>,
    ip_permissions_egress: Vec<PermissionShape>,
    security_group_arn: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tag_set: Vec<TagShape>,
}

/// Rules of equal protocol and ports (SG-76).
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionShape {
    ip_protocol: String,
    from_port: Option<i32>,
    to_port: Option<i32>,
    groups: Vec<GroupPairShape>,
    ip_ranges: Vec<Ipv4RangeShape>,
    ipv6_ranges: Vec<Ipv6RangeShape>,
    prefix_list_ids: Vec<PrefixListShape>,
}

/// A group that a rule names. Of one that is gone, its id is all that is known.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupPairShape {
    user_id: Option<String>,
    group_id: String,
    vpc_id: Option<String>,
    description: Option<String>,
}

/// An IPv4 block that a rule names.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ipv4RangeShape {
    cidr_ip: String,
    description: Option<String>,
}

/// An IPv6 block that a rule names.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ipv6RangeShape {
    cidr_ipv6: String,
    description: Option<String>,
}

/// A prefix list that a rule names.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PrefixListShape {
    prefix_list_id: String,
    description: Option<String>,
}

/// What shapes say beside the record: whose it is, and where.
#[derive(Clone, Copy)]
pub struct Owner<'c> {
    /// the account
    pub account: &'c str,
    /// the name of the Region
    pub region: &'c str,
}

impl Owner<'_> {
    /// The ARN of a resource (API-34).
    pub fn arn(&self, kind: &str, id: impl std::fmt::Display) -> String {
        format!("arn:aws:ec2:{}:{}:{kind}/{id}", self.region, self.account)
    }
}

impl SecurityGroupShape {
    /// The shape of a group.
    pub fn new(group: &SecurityGroup, owner: Owner<'_>, region: &Region) -> Self {
        let permissions = |is_egress: bool| {
            merged(group.rules.values().filter(|rule| rule.is_egress == is_egress), group.vpc, owner, region)
        };
        SecurityGroupShape {
            owner_id: owner.account.to_owned(),
            group_id: group.id.to_string(),
            group_name: group.name.clone(),
            group_description: group.description.clone(),
            vpc_id: group.vpc.to_string(),
            ip_permissions: permissions(false),
            ip_permissions_egress: permissions(true),
            security_group_arn: owner.arn("security-group", group.id),
            tag_set: tag::render(&group.tags),
        }
    }
}

impl GroupPairShape {
    /// The shape of a group that a rule in a VPC names: its own VPC is told where it is another one (PCX-4).
    pub fn new(
        id: SecurityGroupId,
        description: Option<String>,
        home: VpcId,
        owner: Owner<'_>,
        region: &Region,
    ) -> Self {
        let group = region.security_groups.get(&id);
        GroupPairShape {
            user_id: group.map(|_| owner.account.to_owned()),
            group_id: id.to_string(),
            vpc_id: group.filter(|group| group.vpc != home).map(|group| group.vpc.to_string()),
            description,
        }
    }
}

/// Rules of a group in a VPC, those with equal protocol and ports as one permission (SG-76).
pub fn merged<'r>(
    rules: impl Iterator<Item = &'r RuleRecord>,
    home: VpcId,
    owner: Owner<'_>,
    region: &Region,
) -> Vec<PermissionShape> {
    let mut by_traffic: BTreeMap<Traffic, PermissionShape> = BTreeMap::new();
    for rule in rules {
        let permission = by_traffic.entry(rule.traffic).or_insert_with(|| {
            let (ip_protocol, from_port, to_port) = render_traffic(rule.traffic);
            PermissionShape { ip_protocol, from_port, to_port, ..PermissionShape::default() }
        });
        let description = rule.description.clone();
        match rule.peer {
            PeerRecord::Cidr(block) => match block.0 {
                Prefix::V4(block) => {
                    permission.ip_ranges.push(Ipv4RangeShape { cidr_ip: block.to_string(), description })
                }
                Prefix::V6(block) => {
                    permission.ipv6_ranges.push(Ipv6RangeShape { cidr_ipv6: block.to_string(), description })
                }
            },
            PeerRecord::PrefixList(list) => {
                permission.prefix_list_ids.push(PrefixListShape { prefix_list_id: list.to_string(), description });
            }
            PeerRecord::Group(group) => {
                permission.groups.push(GroupPairShape::new(group, description, home, owner, region));
            }
        }
    }
    by_traffic.into_values().collect()
}

impl Filterable for SecurityGroup {
    type Context<'c> = (Owner<'c>, &'c Region);
    const FILTERS: &'static [&'static str] = &[
        "description",
        "egress.ip-permission.cidr",
        "egress.ip-permission.from-port",
        "egress.ip-permission.group-id",
        "egress.ip-permission.group-name",
        "egress.ip-permission.ipv6-cidr",
        "egress.ip-permission.prefix-list-id",
        "egress.ip-permission.protocol",
        "egress.ip-permission.to-port",
        "egress.ip-permission.user-id",
        "group-id",
        "group-name",
        "ip-permission.cidr",
        "ip-permission.from-port",
        "ip-permission.group-id",
        "ip-permission.group-name",
        "ip-permission.ipv6-cidr",
        "ip-permission.prefix-list-id",
        "ip-permission.protocol",
        "ip-permission.to-port",
        "ip-permission.user-id",
        "owner-id",
        "vpc-id",
    ];

    fn values(&self, filter: &str, (owner, region): &(Owner<'_>, &Region)) -> Vec<String> {
        let (wants_egress, property) = match filter.strip_prefix("egress.") {
            Some(rest) => (true, rest),
            None => (false, filter),
        };
        if let Some(property) = property.strip_prefix("ip-permission.") {
            let rules = self.rules.values().filter(|rule| rule.is_egress == wants_egress);
            return rules.filter_map(|rule| rule_value(rule, property, owner, region)).collect();
        }
        match filter {
            "description" => vec![self.description.clone()],
            "group-id" => vec![self.id.to_string()],
            "group-name" => vec![self.name.clone()],
            "owner-id" => vec![owner.account.to_owned()],
            "vpc-id" => vec![self.vpc.to_string()],
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }
}

fn rule_value(rule: &RuleRecord, property: &str, owner: &Owner<'_>, region: &Region) -> Option<String> {
    let (protocol, from, to) = render_traffic(rule.traffic);
    match (property, rule.peer) {
        ("protocol", _) => Some(protocol),
        ("from-port", _) => from.map(|port| port.to_string()),
        ("to-port", _) => to.map(|port| port.to_string()),
        ("cidr", PeerRecord::Cidr(block)) => matches!(block.0, Prefix::V4(_)).then(|| block.0.to_string()),
        ("ipv6-cidr", PeerRecord::Cidr(block)) => matches!(block.0, Prefix::V6(_)).then(|| block.0.to_string()),
        ("prefix-list-id", PeerRecord::PrefixList(list)) => Some(list.to_string()),
        ("group-id", PeerRecord::Group(group)) => Some(group.to_string()),
        ("group-name", PeerRecord::Group(group)) => region.security_groups.get(&group).map(|group| group.name.clone()),
        ("user-id", PeerRecord::Group(group)) => region.security_groups.get(&group).map(|_| owner.account.to_owned()),
        _ => None,
    }
}
