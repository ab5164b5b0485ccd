//! `DeleteLoggingConfiguration`: the records of a web ACL go nowhere any more.

use ringwall_model::resource::WafLogging;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::logging::Wanted;

/// The action.
pub struct DeleteLoggingConfiguration;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    resource_arn: Option<String>,
    log_type: Option<String>,
    log_scope: Option<String>,
}

/// Its answer says nothing.
#[derive(Debug, Serialize)]
pub struct Output {}

impl Action for DeleteLoggingConfiguration {
    const NAME: &'static str = "DeleteLoggingConfiguration";

    type Input = Input;
    type Request = Wanted;
    type Output = Output;

    fn parse(input: Input) -> Result<Wanted, ApiError> {
        Wanted::parse(input.resource_arn, input.log_type, input.log_scope)
    }

    fn apply(wanted: Wanted, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let (acl, _) = wanted.find(call)?;
        call.delete::<WafLogging>(&acl.id);
        Ok(Output {})
    }
}
