//! Security groups: finding them, who may use and name which, and what is done to their rules.

mod description;
mod modification;
mod quota;
mod revocation;
mod rule;

use std::collections::BTreeSet;
use std::sync::Arc;

use ringwall_model::id::{SecurityGroupId, VpcId};
use ringwall_model::resource::security_group::{PeerRecord, RuleRecord};
use ringwall_model::resource::{SecurityGroup, VpcEndpoint};
use ringwall_store::Region;

pub use crate::ec2::shape::group_ref::{GroupRef, parse_ref};
pub use description::{DescriptionInput, Descriptions, describe};
pub use modification::{Modification, ModificationInput, modify};
pub use quota::{check_quota, weight};
pub use revocation::{Revocation, Revoked, revoke};
pub use rule::{authorize, resolve};

use super::vpc;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::find;
use crate::error::ApiError;

/// The name of the group that every VPC has (SG-6).
pub const DEFAULT: &str = "default";

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
    let message = "No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.";
    Code::VpcIdNotSpecified.with(message)
}

/// The VPCs that a group can be used in: its own, and those that it was associated with (SG-10, SG-81).
fn vpcs(group: &SecurityGroup) -> impl Iterator<Item = VpcId> {
    std::iter::once(group.vpc).chain(group.associated_vpcs.iter().copied())
}

/// Whether a group can be used in a VPC.
pub fn is_usable_in(group: &SecurityGroup, vpc: VpcId) -> bool {
    vpcs(group).any(|own| own == vpc)
}

/// Whether rules of a group can name another one: there is a VPC that both can be used in (SG-30).
pub fn can_name(group: &SecurityGroup, other: &SecurityGroup) -> bool {
    vpcs(group).any(|vpc| is_usable_in(other, vpc))
}

/// Whether a rule of a group names a group that is gone or out of reach (SG-34).
pub fn is_stale(region: &Region, group: &SecurityGroup, rule: &RuleRecord) -> bool {
    let PeerRecord::Group(named) = rule.peer else { return false };
    region.security_groups.get(&named).is_none_or(|other| !can_name(group, other))
}

/// Whether a rule of another group names the group (SG-68, SG-69). Stale rules do not count: what they name is out of their
/// reach already (SG-34).
pub fn is_named_elsewhere(region: &Region, id: SecurityGroupId) -> bool {
    let others = region.security_groups.iter().filter(|group| group.id != id);
    let mut rules = others.flat_map(|group| group.rules.values().map(move |rule| (group, rule)));
    rules.any(|(group, rule)| rule.peer == PeerRecord::Group(id) && !is_stale(region, group, rule))
}

/// Whether an interface holds the group, or an endpoint for its interfaces.
pub fn is_held(region: &Region, id: SecurityGroupId) -> bool {
    region.network_interfaces.iter().any(|interface| interface.groups.contains(&id))
        || endpoints_with(region, id).next().is_some()
}

/// The endpoints that give the group to their interfaces, whether or not they have any now.
fn endpoints_with(region: &Region, id: SecurityGroupId) -> impl Iterator<Item = &Arc<VpcEndpoint>> {
    let has = move |endpoint: &&Arc<VpcEndpoint>| endpoint.interface().is_some_and(|own| own.groups.contains(&id));
    region.vpc_endpoints.iter().filter(has)
}

/// Whether an interface in a VPC holds the group, or an endpoint for its interfaces there.
pub fn is_held_in(region: &Region, id: SecurityGroupId, vpc: VpcId) -> bool {
    region.network_interfaces.iter().any(|interface| interface.vpc == vpc && interface.groups.contains(&id))
        || endpoints_with(region, id).any(|endpoint| endpoint.vpc == vpc)
}

/// Something else holds or names the group (SG-68).
pub fn has_dependent_object(id: SecurityGroupId) -> ApiError {
    Code::DependencyViolation.with(format!("resource {id} has a dependent object"))
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
        if !is_usable_in(&group, vpc) {
            let message = format!("Security group {id} and subnet {subnet} belong to different networks.");
            return Err(Code::InvalidParameter.with(message));
        }
    }
    if set.len() > call.settings.quotas.groups_of_interface() as usize {
        let message = "The maximum number of security groups per interface has been reached.";
        return Err(Code::SecurityGroupsPerInterfaceLimitExceeded.with(message));
    }
    quota::check_union(&region, &set)?;
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
