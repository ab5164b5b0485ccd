//! `CreateWebACL`: makes a web ACL.

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
pub struct CreateWebAcl;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    scope: Option<String>,
    name: Option<String>,
    description: Option<String>,
    default_action: Option<Value>,
    rules: Option<Value>,
    visibility_config: Option<Value>,
    custom_response_bodies: Option<Value>,
    captcha_config: Option<Value>,
    challenge_config: Option<Value>,
    token_domains: Option<Value>,
    association_config: Option<Value>,
    data_protection_config: Option<Value>,
    tags: Option<Vec<Tag>>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    summary: Summary,
}

impl Action for CreateWebAcl {
    const NAME: &'static str = "CreateWebACL";
    const UNBUILT: &'static [&'static str] =
        &["ApplicationConfig", "MonetizationConfig", "OnSourceDDoSProtectionConfig"];

    type Input = Input;
    type Request = New;
    type Output = Output;

    fn parse(input: Input) -> Result<New, ApiError> {
        let content = content(vec![
            ("DefaultAction", Some(constraint::required(input.default_action, "defaultAction")?)),
            ("Rules", Some(input.rules.unwrap_or_else(|| Value::Array(Vec::new())))),
            ("VisibilityConfig", Some(constraint::required(input.visibility_config, "visibilityConfig")?)),
            ("CustomResponseBodies", input.custom_response_bodies),
            ("CaptchaConfig", input.captcha_config),
            ("ChallengeConfig", input.challenge_config),
            ("TokenDomains", input.token_domains),
            ("AssociationConfig", input.association_config),
            ("DataProtectionConfig", input.data_protection_config),
        ]);
        New::parse(input.scope, input.name, input.description, content, input.tags)
    }

    fn apply(new: New, call: &mut Call<'_>) -> Result<Output, ApiError> {
        Ok(Output { summary: create(WafKind::WebAcl, new, call)? })
    }
}
