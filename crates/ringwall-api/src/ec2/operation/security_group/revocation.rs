//! Taking rules away (SG-62 to SG-64).

use std::collections::BTreeSet;
use std::sync::Arc;

use ringwall_model::id::SecurityGroupRuleId;
use ringwall_model::resource::security_group::{PeerRecord, RuleRecord};
use ringwall_model::resource::{SecurityGroup, Tags, Vpc};
use ringwall_model::world::Traffic;

use super::rule::{find_same, refuse_repetition, resolve_existing};
use crate::call::Call;
use crate::ec2::error::{Code, combination};
use crate::ec2::id::{Named, parse_all};
use crate::ec2::shape::permission::{self, Permission, PermissionInput};
use crate::error::ApiError;

/// The rules that a revocation means: by id, or by permissions that equal them (SG-62).
pub enum Revocation {
    /// by id
    Ids(BTreeSet<SecurityGroupRuleId>),
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

impl Revocation {
    /// Reads which rules are meant.
    pub fn parse(ids: &[String], permissions: &[PermissionInput]) -> Result<Revocation, ApiError> {
        match (ids, permissions) {
            ([], []) => Err(crate::action::missing_parameter("ipPermissions or securityGroupRuleIds")),
            (ids, []) => Ok(Revocation::Ids(parse_all(ids)?.into_iter().collect())),
            ([], permissions) => permission::parse_all(permissions).map(Revocation::Permissions),
            _ => Err(combination("The parameter securityGroupRuleIds cannot be used with the parameter ipPermissions")),
        }
    }
}

/// Takes rules away. A rule that is not there is an error, except in a default VPC (SG-63, SG-64).
pub fn revoke(
    call: &Call<'_>,
    group: &mut SecurityGroup,
    is_egress: bool,
    revocation: &Revocation,
) -> Result<Revoked, ApiError> {
    let (ids, unknown) = match revocation {
        Revocation::Ids(ids) => {
            for id in ids {
                check_rule(group, *id, is_egress)?;
            }
            (ids.iter().copied().collect(), Vec::new())
        }
        Revocation::Permissions(permissions) => sort_out(call, group, is_egress, permissions)?,
    };
    let in_default_vpc = call.state().vpcs.get(&group.vpc).is_some_and(|vpc: &Arc<Vpc>| vpc.is_default);
    if !unknown.is_empty() && !in_default_vpc {
        return Err(absent_permission());
    }
    let rules = ids.iter().filter_map(|id| group.rules.remove_entry(id)).collect();
    Ok(Revoked { rules, unknown })
}

/// The rules that permissions mean, and the permissions that no rule has.
fn sort_out(
    call: &Call<'_>,
    group: &SecurityGroup,
    is_egress: bool,
    permissions: &[Permission],
) -> Result<(Vec<SecurityGroupRuleId>, Vec<RuleRecord>), ApiError> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    let resolved = look_up(call, permissions)?;
    for ((traffic, peer), permission) in resolved.into_iter().zip(permissions) {
        match find_same(group, is_egress, traffic, peer) {
            Some(id) => known.push(id),
            None => {
                let description = permission.description.clone();
                unknown.push(RuleRecord { is_egress, traffic, peer, description, tags: Tags::new() });
            }
        }
    }
    Ok((known, unknown))
}

/// What permissions say, with the groups looked up that they name; each says something else.
pub(super) fn look_up(call: &Call<'_>, permissions: &[Permission]) -> Result<Vec<(Traffic, PeerRecord)>, ApiError> {
    let one = |permission: &Permission| Ok((permission.traffic, resolve_existing(call, &permission.peer)?));
    let resolved: Vec<_> = permissions.iter().map(one).collect::<Result<_, ApiError>>()?;
    refuse_repetition(resolved.iter().copied())?;
    Ok(resolved)
}

/// Whether a group has a rule for a direction (SG-64).
pub(super) fn check_rule(group: &SecurityGroup, id: SecurityGroupRuleId, is_egress: bool) -> Result<(), ApiError> {
    match group.rules.get(&id) {
        Some(rule) if rule.is_egress == is_egress => Ok(()),
        _ => Err(SecurityGroupRuleId::not_found(&[id.to_string()])),
    }
}

/// A permission that no rule of a group has (SG-63).
pub(super) fn absent_permission() -> ApiError {
    Code::InvalidPermissionNotFound.with("The specified rule does not exist in this security group.")
}
