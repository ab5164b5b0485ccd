//! `GetRegexPatternSet`: a regex pattern set as its owner wrote it.

use ringwall_model::resource::waf::WafKind;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::entity::Target;
use crate::waf::printed;

/// The action.
pub struct GetRegexPatternSet;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    scope: Option<String>,
    name: Option<String>,
    id: Option<String>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    regex_pattern_set: Value,
    lock_token: String,
}

impl Action for GetRegexPatternSet {
    const NAME: &'static str = "GetRegexPatternSet";

    type Input = Input;
    type Request = Target;
    type Output = Output;

    fn parse(input: Input) -> Result<Target, ApiError> {
        Target::parse(input.scope, input.name, input.id)
    }

    fn apply(target: Target, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let found = target.find(call, WafKind::RegexPatternSet)?;
        let regex_pattern_set = printed(&found, call.region, &call.settings.account);
        Ok(Output { regex_pattern_set, lock_token: found.lock_token.clone() })
    }
}
