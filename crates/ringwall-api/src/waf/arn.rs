//! ARNs in calls: whose they must be, and what they name.

use std::sync::Arc;

use ringwall_model::resource::WafEntity;
use ringwall_model::resource::waf::WafKind;

use super::error::{a, invalid, nonexistent};
use crate::call::Call;
use crate::error::ApiError;

/// The document that an ARN names, which must be one of the account and of the call's Region.
pub fn find(call: &Call<'_>, arn: &str) -> Result<Arc<WafEntity>, ApiError> {
    let kind = kind_of(call, arn)?;
    let id = arn.rsplit('/').next().unwrap_or_default();
    let region = call.state();
    let found = region.waf_entities.get(id).filter(|entity| entity.arn(call.region, &call.settings.account) == arn);
    found
        .cloned()
        .ok_or_else(|| nonexistent(&format!("{} with the ARN {arn}", a(kind).split_once(' ').map_or("", |own| own.1))))
}

/// The document of a kind that an ARN names.
pub fn find_kind(call: &Call<'_>, arn: &str, kind: WafKind) -> Result<Arc<WafEntity>, ApiError> {
    if kind_of(call, arn)? != kind {
        return Err(malformed(arn, &format!("The ARN is not one of {}.", a(kind))));
    }
    find(call, arn)
}

/// An ARN that is none, or not one of what it should be.
pub fn malformed(arn: &str, reason: &str) -> ApiError {
    invalid("RESOURCE_ARN", arn, reason)
}

/// The kind of document that an ARN names (WAF-105).
fn kind_of(call: &Call<'_>, arn: &str) -> Result<WafKind, ApiError> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", "aws", "wafv2", region, account, resource] = parts.as_slice() else {
        return Err(malformed(arn, "The ARN is not one of WAF's."));
    };
    let [scope @ ("regional" | "global"), kind, name, id] = resource.split('/').collect::<Vec<_>>()[..] else {
        return Err(malformed(arn, "The ARN does not name a scope, a kind, a name and an id."));
    };
    let kind = WafKind::ALL.into_iter().find(|own| own.arn_name() == kind);
    let Some(kind) = kind.filter(|_| !name.is_empty() && !id.is_empty()) else {
        return Err(malformed(arn, "The ARN is not one of a web ACL, rule group, IP set or regex pattern set."));
    };
    if *account != call.settings.account || *region != call.region || (scope == "global" && *region != "us-east-1") {
        return Err(malformed(arn, "The ARN is of another account or Region than the call."));
    }
    Ok(kind)
}
