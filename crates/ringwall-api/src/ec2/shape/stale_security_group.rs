//! Security groups with rules that name a group out of reach (SG-34, SG-35).

use std::collections::BTreeMap;

use ringwall_model::resource::SecurityGroup;
use ringwall_model::resource::security_group::{PeerRecord, RuleRecord};
use ringwall_model::world::Traffic;
use ringwall_store::Region;
use serde::Serialize;

use super::permission::render_traffic;
use super::security_group::{GroupPairShape, Owner};
use crate::ec2::operation::security_group::is_stale;

/// A group with its stale rules.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StaleGroupShape {
    description: String,
    group_id: String,
    group_name: String,
    stale_ip_permissions: Vec<StalePermissionShape>,
    stale_ip_permissions_egress: Vec<StalePermissionShape>,
    vpc_id: String,
}

/// Stale rules of equal protocol and ports.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StalePermissionShape {
    ip_protocol: String,
    from_port: Option<i32>,
    to_port: Option<i32>,
    groups: Vec<GroupPairShape>,
}

impl StaleGroupShape {
    /// The shape of a group; none if no rule of it is stale.
    pub fn new(group: &SecurityGroup, owner: Owner<'_>, region: &Region) -> Option<StaleGroupShape> {
        let permissions = |is_egress: bool| {
            let rules = group.rules.values().filter(|rule| rule.is_egress == is_egress);
            stale_permissions(group, rules.filter(|rule| is_stale(region, group, rule)), owner, region)
        };
        let (ingress, egress) = (permissions(false), permissions(true));
        (!ingress.is_empty() || !egress.is_empty()).then(|| StaleGroupShape {
            description: group.description.clone(),
            group_id: group.id.to_string(),
            group_name: group.name.clone(),
            stale_ip_permissions: ingress,
            stale_ip_permissions_egress: egress,
            vpc_id: group.vpc.to_string(),
        })
    }

    /// The id of the group.
    pub fn group_id(&self) -> &str {
        &self.group_id
    }
}

fn stale_permissions<'r>(
    group: &SecurityGroup,
    rules: impl Iterator<Item = &'r RuleRecord>,
    owner: Owner<'_>,
    region: &Region,
) -> Vec<StalePermissionShape> {
    let mut by_traffic: BTreeMap<Traffic, Vec<GroupPairShape>> = BTreeMap::new();
    for rule in rules {
        let PeerRecord::Group(id) = rule.peer else { continue };
        let pair = GroupPairShape::new(id, rule.description.clone(), group.vpc, owner, region);
        by_traffic.entry(rule.traffic).or_default().push(pair);
    }
    let shape = |(traffic, groups)| {
        let (ip_protocol, from_port, to_port) = render_traffic(traffic);
        StalePermissionShape { ip_protocol, from_port, to_port, groups }
    };
    by_traffic.into_iter().map(shape).collect()
}
