//! `ListAvailableManagedRuleGroups`: the managed rule groups that web ACLs can refer to here (WAF-150). A group that needs lists which
//! nobody supplied is not among them.

use ringwall_managed::Offer;
use ringwall_model::resource::waf::WafScope;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::constraint;
use crate::waf::entity::check_scope;
use crate::waf::managed::is_available;
use crate::waf::paging::Page;

/// The action.
pub struct ListAvailableManagedRuleGroups;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    scope: Option<String>,
    next_marker: Option<String>,
    limit: Option<i64>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    next_marker: Option<String>,
    managed_rule_groups: Vec<Summary>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Summary {
    vendor_name: &'static str,
    name: &'static str,
    versioning_supported: bool,
    description: &'static str,
}

impl Action for ListAvailableManagedRuleGroups {
    const NAME: &'static str = "ListAvailableManagedRuleGroups";

    type Input = Input;
    type Request = (WafScope, Page);
    type Output = Output;

    fn parse(input: Input) -> Result<(WafScope, Page), ApiError> {
        Ok((constraint::scope(input.scope)?, Page::parse(input.next_marker, input.limit)?))
    }

    fn apply((scope, page): (WafScope, Page), call: &mut Call<'_>) -> Result<Output, ApiError> {
        check_scope(scope, call)?;
        let all = Offer::all().into_iter().filter(|offer| is_available(call, offer));
        let all = all.map(|offer| Summary {
            vendor_name: offer.vendor,
            name: offer.name,
            versioning_supported: !offer.versions.is_empty(),
            description: offer.description,
        });
        let (managed_rule_groups, next_marker) = page.of(all.collect(), |own: &Summary| own.name.to_owned());
        Ok(Output { next_marker, managed_rule_groups })
    }
}
