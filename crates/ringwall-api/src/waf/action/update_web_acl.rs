//! `UpdateWebACL`: replaces a web ACL by another one of the same name and id (WAF-108).

use ringwall_model::resource::waf::WafKind;
use serde::Deserialize;
use serde_json::Value;

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::constraint;
use crate::waf::entity::{Change, Changed, Target, content, update};

/// The action.
pub struct UpdateWebAcl;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    scope: Option<String>,
    name: Option<String>,
    id: Option<String>,
    lock_token: Option<String>,
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
}

impl Action for UpdateWebAcl {
    const NAME: &'static str = "UpdateWebACL";
    const UNBUILT: &'static [&'static str] =
        &["ApplicationConfig", "MonetizationConfig", "OnSourceDDoSProtectionConfig"];

    type Input = Input;
    type Request = Change;
    type Output = Changed;

    fn parse(input: Input) -> Result<Change, ApiError> {
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
        let target = Target::parse(input.scope, input.name, input.id)?;
        Change::parse(target, input.lock_token, input.description, content)
    }

    fn apply(change: Change, call: &mut Call<'_>) -> Result<Changed, ApiError> {
        update(WafKind::WebAcl, change, &[], call)
    }
}
