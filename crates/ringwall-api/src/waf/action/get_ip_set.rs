//! `GetIPSet`: an IP set as its owner wrote it.

use ringwall_model::resource::waf::WafKind;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::entity::Target;
use crate::waf::printed;

/// The action.
pub struct GetIpSet;

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
    #[serde(rename = "IPSet")]
    ip_set: Value,
    lock_token: String,
}

impl Action for GetIpSet {
    const NAME: &'static str = "GetIPSet";

    type Input = Input;
    type Request = Target;
    type Output = Output;

    fn parse(input: Input) -> Result<Target, ApiError> {
        Target::parse(input.scope, input.name, input.id)
    }

    fn apply(target: Target, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let found = target.find(call, WafKind::IpSet)?;
        let ip_set = printed(&found, call.region, &call.settings.account);
        Ok(Output { ip_set, lock_token: found.lock_token.clone() })
    }
}
