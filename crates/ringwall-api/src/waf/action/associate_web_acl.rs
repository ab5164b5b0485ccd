//! `AssociateWebACL`: a web ACL stands in front of a resource (WAF-112, WAF-113). The kinds of resources cannot be made here yet, so
//! that there is none to be had, and AWS's answer for those is given.

use ringwall_model::resource::waf::{WafKind, WafScope};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::arn::{find_kind, malformed};
use crate::waf::association::check_resource;
use crate::waf::constraint;

/// The action.
pub struct AssociateWebAcl;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(rename = "WebACLArn")]
    web_acl_arn: Option<String>,
    resource_arn: Option<String>,
}

/// Its answer says nothing.
#[derive(Debug, Serialize)]
pub struct Output {}

impl Action for AssociateWebAcl {
    const NAME: &'static str = "AssociateWebACL";

    type Input = Input;
    type Request = (String, String);
    type Output = Output;

    fn parse(input: Input) -> Result<(String, String), ApiError> {
        let acl = constraint::arn(input.web_acl_arn, "webACLArn")?;
        Ok((acl, constraint::arn(input.resource_arn, "resourceArn")?))
    }

    fn apply((acl, resource): (String, String), call: &mut Call<'_>) -> Result<Output, ApiError> {
        check_resource(call, &resource)?;
        if find_kind(call, &acl, WafKind::WebAcl)?.scope == WafScope::Cloudfront {
            return Err(malformed(&acl, "A web ACL for distributions cannot protect a resource of a Region"));
        }
        let message = format!("The resource {resource} cannot be had: nothing of its kind is there.");
        Err(ApiError::new("WAFUnavailableEntityException", message))
    }
}
