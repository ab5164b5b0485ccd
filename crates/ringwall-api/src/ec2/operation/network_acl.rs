//! Entries of network ACLs: finding them and counting them (NACL-25 to NACL-28).

use std::collections::BTreeMap;

use ringwall_model::resource::NetworkAcl;
use ringwall_model::resource::network_acl::AclEntryRecord;
use ringwall_net::Family;

use crate::call::Call;
use crate::ec2::error::Code;
use crate::error::ApiError;

/// The entries of a direction.
pub fn entries_mut(acl: &mut NetworkAcl, egress: bool) -> &mut BTreeMap<u16, AclEntryRecord> {
    if egress { &mut acl.egress } else { &mut acl.ingress }
}

/// An entry that an ACL has not (NACL-28).
pub fn absent_entry(number: u16) -> ApiError {
    Code::InvalidNetworkAclEntryNotFound.with(format!("The network acl entry identified by {number} does not exist."))
}

/// Entries count apart for each direction and family, and the final deny counts too (NACL-25).
pub fn check_quota(call: &Call<'_>, entries: &BTreeMap<u16, AclEntryRecord>) -> Result<(), ApiError> {
    let most = call.settings.quotas.entries_of_acl() as usize;
    let count = |family: Family| 1 + entries.values().filter(|entry| entry.block.0.family() == family).count();
    if Family::ALL.into_iter().all(|family| count(family) <= most) {
        return Ok(());
    }
    Err(Code::NetworkAclEntryLimitExceeded.with("The maximum number of network acl entries has been reached."))
}
