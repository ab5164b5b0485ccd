//! `CreateRuleGroup`: makes a rule group.

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
pub struct CreateRuleGroup;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    scope: Option<String>,
    name: Option<String>,
    description: Option<String>,
    capacity: Option<i64>,
    rules: Option<Value>,
    visibility_config: Option<Value>,
    custom_response_bodies: Option<Value>,
    tags: Option<Vec<Tag>>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    summary: Summary,
}

impl Action for CreateRuleGroup {
    const NAME: &'static str = "CreateRuleGroup";
    const UNBUILT: &'static [&'static str] = &["MonetizationConfig"];

    type Input = Input;
    type Request = New;
    type Output = Output;

    fn parse(input: Input) -> Result<New, ApiError> {
        let capacity = constraint::number(constraint::required(input.capacity, "capacity")?, "capacity", 1, i64::MAX)?;
        let content = content(vec![
            ("Rules", Some(input.rules.unwrap_or_else(|| Value::Array(Vec::new())))),
            ("VisibilityConfig", Some(constraint::required(input.visibility_config, "visibilityConfig")?)),
            ("CustomResponseBodies", input.custom_response_bodies),
        ]);
        New::parse(input.scope, input.name, input.description, content, input.tags)
            .map(|new| new.with_capacity(capacity.unsigned_abs()))
    }

    fn apply(new: New, call: &mut Call<'_>) -> Result<Output, ApiError> {
        Ok(Output { summary: create(WafKind::RuleGroup, new, call)? })
    }
}
