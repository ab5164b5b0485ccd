//! `UpdateRegexPatternSet`: replaces a regex pattern set by another one of the same name and id (WAF-108).

use ringwall_model::resource::waf::WafKind;
use serde::Deserialize;
use serde_json::Value;

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::constraint;
use crate::waf::entity::{Change, Changed, Target, content, update};

/// The action.
pub struct UpdateRegexPatternSet;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    scope: Option<String>,
    name: Option<String>,
    id: Option<String>,
    lock_token: Option<String>,
    description: Option<String>,
    regular_expression_list: Option<Value>,
}

impl Action for UpdateRegexPatternSet {
    const NAME: &'static str = "UpdateRegexPatternSet";

    type Input = Input;
    type Request = Change;
    type Output = Changed;

    fn parse(input: Input) -> Result<Change, ApiError> {
        let content = content(vec![(
            "RegularExpressionList",
            Some(constraint::required(input.regular_expression_list, "regularExpressionList")?),
        )]);
        let target = Target::parse(input.scope, input.name, input.id)?;
        Change::parse(target, input.lock_token, input.description, content)
    }

    fn apply(change: Change, call: &mut Call<'_>) -> Result<Changed, ApiError> {
        update(WafKind::RegexPatternSet, change, &[], call)
    }
}
