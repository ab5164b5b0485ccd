//! `UpdateRuleGroup`: replaces a rule group by another one of the same name and id (WAF-108).

use ringwall_model::resource::waf::WafKind;
use serde::Deserialize;
use serde_json::Value;

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::constraint;
use crate::waf::entity::{Change, Changed, Target, content, update};

/// The action.
pub struct UpdateRuleGroup;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    scope: Option<String>,
    name: Option<String>,
    id: Option<String>,
    lock_token: Option<String>,
    description: Option<String>,
    rules: Option<Value>,
    visibility_config: Option<Value>,
    custom_response_bodies: Option<Value>,
}

impl Action for UpdateRuleGroup {
    const NAME: &'static str = "UpdateRuleGroup";
    const UNBUILT: &'static [&'static str] = &["MonetizationConfig"];

    type Input = Input;
    type Request = Change;
    type Output = Changed;

    fn parse(input: Input) -> Result<Change, ApiError> {
        let content = content(vec![
            ("Rules", Some(input.rules.unwrap_or_else(|| Value::Array(Vec::new())))),
            ("VisibilityConfig", Some(constraint::required(input.visibility_config, "visibilityConfig")?)),
            ("CustomResponseBodies", input.custom_response_bodies),
        ]);
        let target = Target::parse(input.scope, input.name, input.id)?;
        Change::parse(target, input.lock_token, input.description, content)
    }

    fn apply(change: Change, call: &mut Call<'_>) -> Result<Changed, ApiError> {
        update(WafKind::RuleGroup, change, &[], call)
    }
}
