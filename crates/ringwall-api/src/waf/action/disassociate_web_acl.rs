//! `DisassociateWebACL`: no web ACL stands in front of a resource any more. There are no resources yet.

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::association::{check_resource, no_such_resource};
use crate::waf::constraint;

/// The action.
pub struct DisassociateWebAcl;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    resource_arn: Option<String>,
}

/// Its answer says nothing.
#[derive(Debug, Serialize)]
pub struct Output {}

impl Action for DisassociateWebAcl {
    const NAME: &'static str = "DisassociateWebACL";

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
