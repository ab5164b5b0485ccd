//! `ListIPSets`: the IP sets of a scope, by name.

use ringwall_model::resource::waf::{WafKind, WafScope};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::constraint;
use crate::waf::entity::{Summary, list};
use crate::waf::paging::Page;

/// The action.
pub struct ListIpSets;

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
    #[serde(rename = "IPSets")]
    ip_sets: Vec<Summary>,
}

impl Action for ListIpSets {
    const NAME: &'static str = "ListIPSets";

    type Input = Input;
    type Request = (WafScope, Page);
    type Output = Output;

    fn parse(input: Input) -> Result<(WafScope, Page), ApiError> {
        Ok((constraint::scope(input.scope)?, Page::parse(input.next_marker, input.limit)?))
    }

    fn apply((scope, page): (WafScope, Page), call: &mut Call<'_>) -> Result<Output, ApiError> {
        let (ip_sets, next_marker) = list(WafKind::IpSet, scope, &page, call)?;
        Ok(Output { next_marker, ip_sets })
    }
}
