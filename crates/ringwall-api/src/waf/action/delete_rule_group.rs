//! `DeleteRuleGroup`: deletes a rule group that nothing uses (WAF-111).

use ringwall_model::resource::waf::WafKind;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::constraint;
use crate::waf::entity::{Target, delete};

/// The action.
pub struct DeleteRuleGroup;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    scope: Option<String>,
    name: Option<String>,
    id: Option<String>,
    lock_token: Option<String>,
}

/// Its answer says nothing.
#[derive(Debug, Serialize)]
pub struct Output {}

impl Action for DeleteRuleGroup {
    const NAME: &'static str = "DeleteRuleGroup";

    type Input = Input;
    type Request = (Target, String);
    type Output = Output;

    fn parse(input: Input) -> Result<(Target, String), ApiError> {
        let target = Target::parse(input.scope, input.name, input.id)?;
        Ok((target, constraint::uuid(input.lock_token, "lockToken")?))
    }

    fn apply((target, lock_token): (Target, String), call: &mut Call<'_>) -> Result<Output, ApiError> {
        delete(WafKind::RuleGroup, &target, &lock_token, call)?;
        Ok(Output {})
    }
}
