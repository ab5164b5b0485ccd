//! `ListAvailableManagedRuleGroupVersions`: the versions of a managed rule group, and the one that a reference without a version
//! means (WAF-150).

use ringwall_model::resource::waf::WafScope;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::constraint;
use crate::waf::entity::check_scope;
use crate::waf::managed::Wanted;
use crate::waf::paging::Page;

/// The action.
pub struct ListAvailableManagedRuleGroupVersions;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    vendor_name: Option<String>,
    name: Option<String>,
    scope: Option<String>,
    next_marker: Option<String>,
    limit: Option<i64>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    next_marker: Option<String>,
    versions: Vec<Version>,
    current_default_version: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Version {
    name: String,
}

impl Action for ListAvailableManagedRuleGroupVersions {
    const NAME: &'static str = "ListAvailableManagedRuleGroupVersions";

    type Input = Input;
    type Request = (Wanted, WafScope, Page);
    type Output = Output;

    fn parse(input: Input) -> Result<(Wanted, WafScope, Page), ApiError> {
        let wanted = Wanted::parse(input.vendor_name, input.name)?;
        Ok((wanted, constraint::scope(input.scope)?, Page::parse(input.next_marker, input.limit)?))
    }

    fn apply((wanted, scope, page): (Wanted, WafScope, Page), call: &mut Call<'_>) -> Result<Output, ApiError> {
        check_scope(scope, call)?;
        let group = wanted.find(call)?;
        let all = group.versions.into_iter().map(|name| Version { name }).collect();
        let (versions, next_marker) = page.of(all, |own: &Version| own.name.clone());
        Ok(Output { next_marker, versions, current_default_version: group.default_version })
    }
}
