//! Rules of security groups: finding groups, counting against quotas, writing and taking away.

use std::collections::BTreeSet;
use std::sync::Arc;

use ringwall_model::id::{SecurityGroupId, SecurityGroupRuleId, VpcId};
use ringwall_model::resource::security_group::{PeerRecord, RuleRecord};
use ringwall_model::resource::{SecurityGroup, Tags, Vpc};
use ringwall_net::{Family, Prefix};
use ringwall_store::Region;

use super::vpc;
use crate::call::Call;
use crate::ec2::error::{Code, combination};
use crate::ec2::id::{Named, find};
use crate::ec2::shape::permission::{PeerInput, Permission, render_traffic};
use crate::error::ApiError;

/// A group as calls name it: by id, or by name in the default VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupRef {
    /// by id
    Id(SecurityGroupId),
    /// by name, in the default VPC (SG-72)
    Name(String),
}

/// Reads which group is meant.
pub fn parse_ref(id: Option<&str>, name: Option<&str>) -> Result<GroupRef, ApiError> {
    match (id, name) {
        (Some(id), None) => crate::ec2::id::parse(id).map(GroupRef::Id),
        (None, Some(name)) => Ok(GroupRef::Name(name.to_owned())),
        (Some(_), Some(_)) => Err(combination("The parameters GroupId and GroupName cannot be used together")),
        (None, None) => Err(Code::MissingParameter.with("The request must contain the parameter groupName or groupId")),
    }
}

/// The group that is meant.
pub fn find_ref(region: &Region, group: &GroupRef) -> Result<Arc<SecurityGroup>, ApiError> {
    match group {
        GroupRef::Id(id) => find::<SecurityGroup>(region, id),
        GroupRef::Name(name) => {
            let vpc = vpc::default_vpc(region).ok_or_else(no_default_vpc)?;
            let named = region.security_groups.iter().find(|group| group.vpc == vpc.id && group.name == *name);
            named.cloned().ok_or_else(|| {
                let message = format!("The security group '{name}' does not exist in default VPC '{}'", vpc.id);
                Code::InvalidGroupNotFound.with(message)
            })
        }
    }
}

fn no_default_vpc() -> ApiError {
    Code::VpcIdNotSpecified.with("No default VPC for this user")
}

/// Whether a rule of another group names the group (SG-68, SG-69).
pub fn is_named_elsewhere(region: &Region, id: SecurityGroupId) -> bool {
    region
        .security_groups
        .iter()
        .filter(|group| group.id != id)
        .any(|group| group.rules.values().any(|rule| rule.peer == PeerRecord::Group(id)))
}

/// Whether an interface holds the group.
pub fn is_held(region: &Region, id: SecurityGroupId) -> bool {
    region.network_interfaces.iter().any(|interface| interface.groups.contains(&id))
}

/// The groups for an interface in a VPC: known, of this VPC or associated with it, and not too many (SG-10, SG-39, SG-71).
pub fn check_for_interface(
    call: &Call<'_>,
    groups: &[SecurityGroupId],
    vpc: VpcId,
    subnet: impl std::fmt::Display,
) -> Result<BTreeSet<SecurityGroupId>, ApiError> {
    let region = call.state();
    let set: BTreeSet<SecurityGroupId> = groups.iter().copied().collect();
    for id in &set {
        let group = find::<SecurityGroup>(&region, id)?;
        if group.vpc != vpc && !group.associated_vpcs.contains(&vpc) {
            let message = format!("Security group {id} and subnet {subnet} belong to different networks.");
            return Err(Code::InvalidParameter.with(message));
        }
    }
    let most = call.settings.quotas.groups_per_interface as usize;
    if set.len() > most {
        let message =
            format!("You have exceeded the maximum number of security groups allowed per network interface ({most}).");
        return Err(Code::SecurityGroupsPerInterfaceLimitExceeded.with(message));
    }
    if set.is_empty() {
        return Err(Code::InvalidParameterValue.with("You must specify at least one security group."));
    }
    Ok(set)
}

/// The groups of a new interface: those that are named, or the VPC's default one (SG-8).
pub fn for_new_interface(
    call: &Call<'_>,
    groups: &[SecurityGroupId],
    vpc: VpcId,
    subnet: impl std::fmt::Display,
) -> Result<BTreeSet<SecurityGroupId>, ApiError> {
    if !groups.is_empty() {
        return check_for_interface(call, groups, vpc, subnet);
    }
    let default = vpc::default_group_of(&call.state(), vpc);
    Ok(default.into_iter().map(|group| group.id).collect())
}

/// Looks up the groups that permissions name, and checks that they can be named here (SG-30).
pub fn resolve(call: &Call<'_>, group: &SecurityGroup, peer: &PeerInput) -> Result<PeerRecord, ApiError> {
    let region = call.state();
    match peer {
        PeerInput::GroupName(name) => {
            let named = find_ref(&region, &GroupRef::Name(name.clone()))?;
            resolve(call, group, &PeerInput::Known(PeerRecord::Group(named.id)))
        }
        PeerInput::Known(PeerRecord::Group(id)) => {
            let other = find::<SecurityGroup>(&region, id)?;
            let reachable = other.vpc == group.vpc
                || other.associated_vpcs.contains(&group.vpc)
                || group.associated_vpcs.contains(&other.vpc);
            if !reachable {
                return Err(SecurityGroupId::not_found(&[id.to_string()]));
            }
            Ok(PeerRecord::Group(*id))
        }
        PeerInput::Known(PeerRecord::PrefixList(id)) => {
            find::<ringwall_model::resource::PrefixList>(&region, id)?;
            Ok(PeerRecord::PrefixList(*id))
        }
        PeerInput::Known(peer) => Ok(*peer),
    }
}

/// Adds rules: all of them or none (SG-58). Returns them with their ids.
pub fn authorize(
    call: &mut Call<'_>,
    group: &mut SecurityGroup,
    is_egress: bool,
    permissions: &[Permission],
    tags: &Tags,
) -> Result<Vec<SecurityGroupRuleId>, ApiError> {
    let mut added = Vec::new();
    for permission in permissions {
        let peer = resolve(call, group, &permission.peer)?;
        let rule = RuleRecord {
            is_egress,
            traffic: permission.traffic,
            peer,
            description: permission.description.clone().filter(|text| !text.is_empty()),
            tags: tags.clone(),
        };
        refuse_duplicate(group, &rule, None)?;
        let id = call.new_id();
        group.rules.insert(id, rule);
        added.push(id);
    }
    check_quota(call, group, is_egress)?;
    Ok(added)
}

/// A rule is there already when direction, protocol, ports and peer are equal (SG-59).
pub fn refuse_duplicate(
    group: &SecurityGroup,
    rule: &RuleRecord,
    except: Option<SecurityGroupRuleId>,
) -> Result<(), ApiError> {
    let same =
        |other: &RuleRecord| (other.is_egress, other.traffic, other.peer) == (rule.is_egress, rule.traffic, rule.peer);
    if group.rules.iter().any(|(id, other)| Some(*id) != except && same(other)) {
        let message = format!("the specified rule \"{}\" already exists", sentence(rule));
        return Err(Code::InvalidPermissionDuplicate.with(message));
    }
    Ok(())
}

/// A rule in AWS's words: `peer: 0.0.0.0/0, TCP, from port: 22, to port: 22, ALLOW`.
fn sentence(rule: &RuleRecord) -> String {
    let peer = match rule.peer {
        PeerRecord::Cidr(block) => block.0.to_string(),
        PeerRecord::PrefixList(list) => list.to_string(),
        PeerRecord::Group(group) => group.to_string(),
    };
    let (protocol, from, to) = render_traffic(rule.traffic);
    match (protocol.as_str(), from, to) {
        ("-1", ..) => format!("peer: {peer}, ALL, ALLOW"),
        (protocol @ ("icmp" | "icmpv6"), Some(kind), Some(code)) => {
            format!("peer: {peer}, {}, type: {kind}, code: {code}, ALLOW", protocol.to_uppercase())
        }
        (protocol, Some(from), Some(to)) => {
            format!("peer: {peer}, {}, from port: {from}, to port: {to}, ALLOW", protocol.to_uppercase())
        }
        (protocol, ..) => format!("peer: {peer}, {protocol}, ALLOW"),
    }
}

/// Rules count apart for each direction and family; a group counts in both families, a prefix list with its maximum (SG-36,
/// SG-38).
pub fn check_quota(call: &Call<'_>, group: &SecurityGroup, is_egress: bool) -> Result<(), ApiError> {
    let region = call.state();
    let most = call.settings.quotas.rules_per_group;
    for family in Family::ALL {
        let rules = group.rules.values().filter(|rule| rule.is_egress == is_egress);
        let count: u32 = rules.map(|rule| weight(&region, rule.peer, family)).sum();
        if count > most {
            let message = "The maximum number of rules per security group has been reached.";
            return Err(Code::RulesPerSecurityGroupLimitExceeded.with(message));
        }
    }
    Ok(())
}

/// How much a rule counts in a family.
pub fn weight(region: &Region, peer: PeerRecord, family: Family) -> u32 {
    match peer {
        PeerRecord::Cidr(block) => u32::from(Prefix::family(block.0) == family),
        PeerRecord::Group(_) => 1,
        PeerRecord::PrefixList(id) => {
            region.prefix_lists.get(&id).filter(|list| list.family() == family).map_or(0, |list| list.max_entries)
        }
    }
}

/// The rules that a revocation means: by id, or by permissions that equal them (SG-62).
pub enum Revocation {
    /// by id
    Ids(Vec<SecurityGroupRuleId>),
    /// by what they say
    Permissions(Vec<Permission>),
}

/// What a revocation took away, and what it did not find.
pub struct Revoked {
    /// the rules that are gone
    pub rules: Vec<(SecurityGroupRuleId, RuleRecord)>,
    /// the permissions that no rule had
    pub unknown: Vec<RuleRecord>,
}

/// Takes rules away. A rule that is not there is an error, except in a default VPC (SG-63, SG-64).
pub fn revoke(
    call: &Call<'_>,
    group: &mut SecurityGroup,
    is_egress: bool,
    revocation: &Revocation,
) -> Result<Revoked, ApiError> {
    let mut revoked = Revoked { rules: Vec::new(), unknown: Vec::new() };
    match revocation {
        Revocation::Ids(ids) => {
            for id in ids {
                match group.rules.get(id) {
                    Some(rule) if rule.is_egress == is_egress => {
                        revoked.rules.extend(group.rules.remove_entry(id));
                    }
                    _ => return Err(absent_rule(*id)),
                }
            }
        }
        Revocation::Permissions(permissions) => {
            for permission in permissions {
                let peer = resolve_for_revocation(call, group, &permission.peer)?;
                let wanted = (is_egress, permission.traffic, peer);
                let found = group
                    .rules
                    .iter()
                    .find(|(_, rule)| (rule.is_egress, rule.traffic, rule.peer) == wanted)
                    .map(|(id, _)| *id);
                match found {
                    Some(id) => revoked.rules.extend(group.rules.remove_entry(&id)),
                    None => revoked.unknown.push(RuleRecord {
                        is_egress,
                        traffic: permission.traffic,
                        peer,
                        description: permission.description.clone(),
                        tags: Tags::new(),
                    }),
                }
            }
        }
    }
    let in_default_vpc = call.state().vpcs.get(&group.vpc).is_some_and(|vpc: &Arc<Vpc>| vpc.is_default);
    if !revoked.unknown.is_empty() && !in_default_vpc {
        let message = "The specified rule does not exist in this security group.";
        return Err(Code::InvalidPermissionNotFound.with(message));
    }
    Ok(revoked)
}

/// A stale rule may name a group that is gone, and can still be revoked.
fn resolve_for_revocation(call: &Call<'_>, group: &SecurityGroup, peer: &PeerInput) -> Result<PeerRecord, ApiError> {
    match peer {
        PeerInput::Known(peer) => Ok(*peer),
        PeerInput::GroupName(_) => resolve(call, group, peer),
    }
}

/// A rule id that nothing has (SG-64).
pub fn absent_rule(id: SecurityGroupRuleId) -> ApiError {
    Code::InvalidSecurityGroupRuleIdNotFound.with(format!("The security group rule ID '{id}' does not exist"))
}

/// Reads the id of a rule.
pub fn parse_rule_id(text: &str) -> Result<SecurityGroupRuleId, ApiError> {
    text.parse().map_err(|_| {
        Code::InvalidSecurityGroupRuleIdMalformed.with(format!("Invalid id: \"{text}\" (expecting \"sgr-...\")"))
    })
}
