//! Writing rules: whom they name, and that none is written twice.

use std::collections::BTreeSet;

use ringwall_model::id::{SecurityGroupId, SecurityGroupRuleId};
use ringwall_model::resource::security_group::{PeerRecord, RuleRecord};
use ringwall_model::resource::{PrefixList, SecurityGroup, Tags};
use ringwall_model::world::Traffic;

use super::{GroupRef, can_name, check_quota, find_ref};
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{Named, find};
use crate::ec2::shape::permission::{GroupPeer, PeerInput, Permission, render_traffic};
use crate::error::ApiError;

/// Looks up whom a permission names, and checks that a rule of the group can name it (SG-30, SG-31).
pub fn resolve(call: &Call<'_>, group: &SecurityGroup, peer: &PeerInput) -> Result<PeerRecord, ApiError> {
    match peer {
        PeerInput::Group(named) => {
            let other = find_ref(&call.state(), &named.group)?;
            if !can_name(group, &other) || named.vpc.is_some_and(|vpc| vpc != other.vpc) {
                return Err(SecurityGroupId::not_found(&[other.id.to_string()]));
            }
            check_account(call, named)?;
            Ok(PeerRecord::Group(other.id))
        }
        PeerInput::Known(PeerRecord::PrefixList(id)) => {
            find::<PrefixList>(&call.state(), id)?;
            Ok(PeerRecord::PrefixList(*id))
        }
        PeerInput::Known(peer) => Ok(*peer),
    }
}

/// Looks up whom a permission names where a rule that says so is to be found: a stale one names a group that is gone.
pub(super) fn resolve_existing(call: &Call<'_>, peer: &PeerInput) -> Result<PeerRecord, ApiError> {
    match peer {
        PeerInput::Known(peer) => Ok(*peer),
        PeerInput::Group(named) => {
            check_account(call, named)?;
            match &named.group {
                GroupRef::Id(id) => Ok(PeerRecord::Group(*id)),
                name @ GroupRef::Name(_) => find_ref(&call.state(), name).map(|other| PeerRecord::Group(other.id)),
            }
        }
    }
}

/// All groups belong to one account (SG-31).
fn check_account(call: &Call<'_>, named: &GroupPeer) -> Result<(), ApiError> {
    if named.account.as_ref().is_none_or(|account| *account == call.settings.account) {
        return Ok(());
    }
    let name = match &named.group {
        GroupRef::Id(id) => id.to_string(),
        GroupRef::Name(name) => name.clone(),
    };
    Err(SecurityGroupId::not_found(&[name]))
}

/// No permission of a call says the same as another one.
pub(super) fn refuse_repetition(permissions: impl IntoIterator<Item = (Traffic, PeerRecord)>) -> Result<(), ApiError> {
    let mut seen = BTreeSet::new();
    if permissions.into_iter().all(|permission| seen.insert(permission)) {
        return Ok(());
    }
    Err(Code::InvalidParameterValue.with("The same permission must not appear multiple times"))
}

/// Adds rules: all of them or none (SG-58). Returns their ids.
pub fn authorize(
    call: &mut Call<'_>,
    group: &mut SecurityGroup,
    is_egress: bool,
    permissions: &[Permission],
    tags: &Tags,
) -> Result<Vec<SecurityGroupRuleId>, ApiError> {
    let rules: Vec<RuleRecord> = permissions
        .iter()
        .map(|permission| {
            Ok(RuleRecord {
                is_egress,
                traffic: permission.traffic,
                peer: resolve(call, group, &permission.peer)?,
                description: permission.description.clone().filter(|text| !text.is_empty()),
                tags: tags.clone(),
            })
        })
        .collect::<Result<_, ApiError>>()?;
    refuse_repetition(rules.iter().map(|rule| (rule.traffic, rule.peer)))?;
    for rule in &rules {
        refuse_duplicate(group, rule, None)?;
    }
    let added: Vec<SecurityGroupRuleId> = rules.iter().map(|_| call.new_id()).collect();
    group.rules.extend(added.iter().copied().zip(rules));
    check_quota(call, group, is_egress)?;
    Ok(added)
}

/// A rule is there already when direction, protocol, ports and peer are equal (SG-59).
pub(super) fn refuse_duplicate(
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

/// The rule of a group that says what a permission says.
pub(super) fn find_same(
    group: &SecurityGroup,
    is_egress: bool,
    traffic: Traffic,
    peer: PeerRecord,
) -> Option<SecurityGroupRuleId> {
    let wanted = (is_egress, traffic, peer);
    let found = group.rules.iter().find(|(_, rule)| (rule.is_egress, rule.traffic, rule.peer) == wanted);
    found.map(|(id, _)| *id)
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
