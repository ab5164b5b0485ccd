//! `GetWebACL`: a web ACL as its owner wrote it, by its ARN or by its scope, name and id.

use ringwall_model::resource::waf::WafKind;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::entity::Wanted;
use crate::waf::printed;

/// The action.
pub struct GetWebAcl;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    scope: Option<String>,
    name: Option<String>,
    id: Option<String>,
    #[serde(rename = "ARN")]
    arn: Option<String>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    #[serde(rename = "WebACL")]
    web_acl: Value,
    lock_token: String,
}

impl Action for GetWebAcl {
    const NAME: &'static str = "GetWebACL";

    type Input = Input;
    type Request = Wanted;
    type Output = Output;

    fn parse(input: Input) -> Result<Wanted, ApiError> {
        Wanted::parse(input.arn, input.scope, input.name, input.id)
    }

    fn apply(wanted: Wanted, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let found = wanted.find(call, WafKind::WebAcl)?;
        let web_acl = printed(&found, call.region, &call.settings.account);
        Ok(Output { web_acl, lock_token: found.lock_token.clone() })
    }
}
