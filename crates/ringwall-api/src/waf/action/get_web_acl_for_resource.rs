//! `GetWebACLForResource`: the web ACL in front of a resource. There are no resources yet.

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::association::{check_resource, no_such_resource};
use crate::waf::constraint;

/// The action.
pub struct GetWebAclForResource;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    resource_arn: Option<String>,
}

/// Its answer, which nothing is known to have yet.
#[derive(Debug, Serialize)]
pub struct Output {}

impl Action for GetWebAclForResource {
    const NAME: &'static str = "GetWebACLForResource";

    type Input = Input;
    type Request = String;
    type Output = Output;

    fn parse(input: Input) -> Result<String, ApiError> {
        constraint::arn(input.resource_arn, "resourceArn")
    }

    fn apply(resource: String, call: &mut Call<'_>) -> Result<Output, ApiError> {
        check_resource(call, &resource)?;
        Err(no_such_resource(&resource))
    }
}
