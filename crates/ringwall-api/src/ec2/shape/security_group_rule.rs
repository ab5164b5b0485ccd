//! Rules of security groups by themselves: one for each source (SG-77 to SG-79).

use std::sync::Arc;

use ringwall_model::id::{SecurityGroupId, SecurityGroupRuleId};
use ringwall_model::resource::security_group::{PeerRecord, RuleRecord};
use ringwall_model::resource::{SecurityGroup, Tags};
use ringwall_net::Prefix;
use ringwall_store::Region;
use serde::Serialize;

use super::permission::render_traffic;
use super::security_group::{Owner, PermissionShape, merged};
use super::tag::{self, TagShape};
use crate::ec2::describe::Filterable;
use crate::ec2::operation::security_group::Revoked;

/// A rule (SG-77).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleShape {
    security_group_rule_id: String,
    group_id: String,
    group_owner_id: String,
    is_egress: bool,
    ip_protocol: String,
    from_port: i32,
    to_port: i32,
    cidr_ipv4: Option<String>,
    cidr_ipv6: Option<String>,
    prefix_list_id: Option<String>,
    referenced_group_info: Option<ReferencedGroupShape>,
    description: Option<String>,
    security_group_rule_arn: String,
    tag_set: Vec<TagShape>,
}

/// A group that a rule names. Of one that is gone, its id is all that is known.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReferencedGroupShape {
    group_id: String,
    user_id: Option<String>,
    vpc_id: Option<String>,
}

/// A rule that was taken away.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RevokedRuleShape {
    security_group_rule_id: String,
    group_id: String,
    is_egress: bool,
    ip_protocol: String,
    from_port: i32,
    to_port: i32,
    cidr_ipv4: Option<String>,
    cidr_ipv6: Option<String>,
    prefix_list_id: Option<String>,
    referenced_group_id: Option<String>,
    description: Option<String>,
}

/// The answer of a call that adds rules (SG-57).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizedShape {
    r#return: bool,
    security_group_rule_set: Vec<RuleShape>,
}

/// The answer of a call that takes rules away (SG-62).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RevokedShape {
    r#return: bool,
    unknown_ip_permission_set: Vec<PermissionShape>,
    revoked_security_group_rule_set: Vec<RevokedRuleShape>,
}

/// Whom a rule names, in the four fields of which one is filled.
#[derive(Default)]
struct PeerFields {
    cidr_ipv4: Option<String>,
    cidr_ipv6: Option<String>,
    prefix_list: Option<String>,
    group: Option<SecurityGroupId>,
}

impl PeerFields {
    fn new(peer: PeerRecord) -> PeerFields {
        let empty = PeerFields::default();
        match peer {
            PeerRecord::Cidr(block) => match block.0 {
                Prefix::V4(block) => PeerFields { cidr_ipv4: Some(block.to_string()), ..empty },
                Prefix::V6(block) => PeerFields { cidr_ipv6: Some(block.to_string()), ..empty },
            },
            PeerRecord::PrefixList(list) => PeerFields { prefix_list: Some(list.to_string()), ..empty },
            PeerRecord::Group(group) => PeerFields { group: Some(group), ..empty },
        }
    }
}

impl RuleShape {
    /// The shape of a rule of a group. Ports of protocols that have none are -1 here (SG-78).
    pub fn new(
        group: &SecurityGroup,
        id: SecurityGroupRuleId,
        rule: &RuleRecord,
        owner: Owner<'_>,
        region: &Region,
    ) -> Self {
        let (ip_protocol, from_port, to_port) = render_traffic(rule.traffic);
        let peer = PeerFields::new(rule.peer);
        RuleShape {
            security_group_rule_id: id.to_string(),
            group_id: group.id.to_string(),
            group_owner_id: owner.account.to_owned(),
            is_egress: rule.is_egress,
            ip_protocol,
            from_port: from_port.unwrap_or(-1),
            to_port: to_port.unwrap_or(-1),
            cidr_ipv4: peer.cidr_ipv4,
            cidr_ipv6: peer.cidr_ipv6,
            prefix_list_id: peer.prefix_list,
            referenced_group_info: peer.group.map(|id| {
                let other = region.security_groups.get(&id);
                ReferencedGroupShape {
                    group_id: id.to_string(),
                    user_id: other.map(|_| owner.account.to_owned()),
                    vpc_id: other.filter(|other| other.vpc != group.vpc).map(|other| other.vpc.to_string()),
                }
            }),
            description: rule.description.clone(),
            security_group_rule_arn: owner.arn("security-group-rule", id),
            tag_set: tag::render(&rule.tags),
        }
    }
}

impl RevokedRuleShape {
    fn new(group: SecurityGroupId, id: SecurityGroupRuleId, rule: &RuleRecord) -> Self {
        let (ip_protocol, from_port, to_port) = render_traffic(rule.traffic);
        let peer = PeerFields::new(rule.peer);
        RevokedRuleShape {
            security_group_rule_id: id.to_string(),
            group_id: group.to_string(),
            is_egress: rule.is_egress,
            ip_protocol,
            from_port: from_port.unwrap_or(-1),
            to_port: to_port.unwrap_or(-1),
            cidr_ipv4: peer.cidr_ipv4,
            cidr_ipv6: peer.cidr_ipv6,
            prefix_list_id: peer.prefix_list,
            referenced_group_id: peer.group.map(|group| group.to_string()),
            description: rule.description.clone(),
        }
    }
}

impl AuthorizedShape {
    /// The answer that tells the rules that were added to a group.
    pub fn new(group: &SecurityGroup, added: &[SecurityGroupRuleId], owner: Owner<'_>, region: &Region) -> Self {
        let rules = added.iter().filter_map(|id| Some((*id, group.rules.get(id)?)));
        AuthorizedShape {
            r#return: true,
            security_group_rule_set: rules.map(|(id, rule)| RuleShape::new(group, id, rule, owner, region)).collect(),
        }
    }
}

impl RevokedShape {
    /// The answer that tells the rules that a group has no more, and those that it never had.
    pub fn new(group: &SecurityGroup, revoked: &Revoked, owner: Owner<'_>, region: &Region) -> Self {
        let gone = revoked.rules.iter().map(|(id, rule)| RevokedRuleShape::new(group.id, *id, rule));
        RevokedShape {
            r#return: true,
            unknown_ip_permission_set: merged(revoked.unknown.iter(), group.vpc, owner, region),
            revoked_security_group_rule_set: gone.collect(),
        }
    }
}

/// A rule with the group that it belongs to, to be selected and shown.
#[derive(Clone, Debug)]
pub struct RuleOfGroup {
    /// the rule
    pub id: SecurityGroupRuleId,
    /// its group
    pub group: Arc<SecurityGroup>,
}

impl RuleOfGroup {
    /// Every rule of a Region, in the order of their ids.
    pub fn all(region: &Region) -> Vec<RuleOfGroup> {
        let of_group =
            |group: &Arc<SecurityGroup>| group.rules.keys().map(|id| (*id, group.clone())).collect::<Vec<_>>();
        let mut rules: Vec<_> = region.security_groups.iter().flat_map(of_group).collect();
        rules.sort_by_key(|(id, _)| *id);
        rules.into_iter().map(|(id, group)| RuleOfGroup { id, group }).collect()
    }

    /// What it says.
    pub fn rule(&self) -> &RuleRecord {
        &self.group.rules[&self.id]
    }
}

impl AsRef<RuleOfGroup> for RuleOfGroup {
    fn as_ref(&self) -> &RuleOfGroup {
        self
    }
}

impl Filterable for RuleOfGroup {
    type Context<'c> = ();
    const FILTERS: &'static [&'static str] = &["group-id", "security-group-rule-id"];

    fn values(&self, filter: &str, (): &()) -> Vec<String> {
        match filter {
            "group-id" => vec![self.group.id.to_string()],
            "security-group-rule-id" => vec![self.id.to_string()],
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.rule().tags)
    }
}
