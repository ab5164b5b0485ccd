//! How many rules there may be (SG-36, SG-38, SG-39).

use std::collections::BTreeSet;

use ringwall_model::id::SecurityGroupId;
use ringwall_model::limits::RULES_PER_INTERFACE;
use ringwall_model::resource::SecurityGroup;
use ringwall_model::resource::security_group::PeerRecord;
use ringwall_net::{Family, Prefix};
use ringwall_store::Region;

use crate::call::Call;
use crate::ec2::error::Code;
use crate::error::ApiError;

/// Rules count apart for each direction and family; a group counts in both families, a prefix list with its maximum (SG-36,
/// SG-38).
pub fn check_quota(call: &Call<'_>, group: &SecurityGroup, is_egress: bool) -> Result<(), ApiError> {
    let region = call.state();
    let most = call.settings.quotas.rules_of_group();
    if Family::ALL.iter().any(|family| count(&region, group, is_egress, *family) > most) {
        let message = "The maximum number of rules per security group has been reached.";
        return Err(Code::RulesPerSecurityGroupLimitExceeded.with(message));
    }
    Ok(())
}

/// The rules of all groups of an interface are at most 1,000 (SG-39): so also where groups were filled under another quota.
pub(super) fn check_union(region: &Region, groups: &BTreeSet<SecurityGroupId>) -> Result<(), ApiError> {
    for is_egress in [false, true] {
        for family in Family::ALL {
            let own = groups.iter().filter_map(|id| region.security_groups.get(id));
            let total: u32 = own.map(|group| count(region, group, is_egress, family)).sum();
            if total as usize > RULES_PER_INTERFACE {
                let message = format!("The security groups have more than {RULES_PER_INTERFACE} rules together.");
                return Err(Code::SecurityGroupsPerInterfaceLimitExceeded.with(message));
            }
        }
    }
    Ok(())
}

fn count(region: &Region, group: &SecurityGroup, is_egress: bool, family: Family) -> u32 {
    let rules = group.rules.values().filter(|rule| rule.is_egress == is_egress);
    rules.map(|rule| weight(region, rule.peer, family)).sum()
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
