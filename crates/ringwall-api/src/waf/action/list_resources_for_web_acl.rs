//! `ListResourcesForWebACL`: the resources behind a web ACL (WAF-115). There are none yet.

use ringwall_model::resource::waf::WafKind;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::arn::find_kind;
use crate::waf::association::resource_types;
use crate::waf::constraint;

/// The action.
pub struct ListResourcesForWebAcl;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(rename = "WebACLArn")]
    web_acl_arn: Option<String>,
    resource_type: Option<String>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    resource_arns: Vec<String>,
}

impl Action for ListResourcesForWebAcl {
    const NAME: &'static str = "ListResourcesForWebACL";

    type Input = Input;
    type Request = String;
    type Output = Output;

    fn parse(input: Input) -> Result<String, ApiError> {
        if let Some(resource_type) = input.resource_type {
            constraint::word(Some(resource_type), "resourceType", &resource_types())?;
        }
        constraint::arn(input.web_acl_arn, "webACLArn")
    }

    fn apply(acl: String, call: &mut Call<'_>) -> Result<Output, ApiError> {
        find_kind(call, &acl, WafKind::WebAcl)?;
        Ok(Output { resource_arns: Vec::new() })
    }
}
