//! `CreateRegexPatternSet`: makes a regex pattern set.

use ringwall_model::resource::waf::WafKind;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::constraint;
use crate::waf::entity::{New, Summary, content, create};
use crate::waf::tags::Tag;

/// The action.
pub struct CreateRegexPatternSet;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    scope: Option<String>,
    name: Option<String>,
    description: Option<String>,
    regular_expression_list: Option<Value>,
    tags: Option<Vec<Tag>>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    summary: Summary,
}

impl Action for CreateRegexPatternSet {
    const NAME: &'static str = "CreateRegexPatternSet";

    type Input = Input;
    type Request = New;
    type Output = Output;

    fn parse(input: Input) -> Result<New, ApiError> {
        let content = content(vec![(
            "RegularExpressionList",
            Some(constraint::required(input.regular_expression_list, "regularExpressionList")?),
        )]);
        New::parse(input.scope, input.name, input.description, content, input.tags)
    }

    fn apply(new: New, call: &mut Call<'_>) -> Result<Output, ApiError> {
        Ok(Output { summary: create(WafKind::RegexPatternSet, new, call)? })
    }
}
