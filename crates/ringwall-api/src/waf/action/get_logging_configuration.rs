//! `GetLoggingConfiguration`: where the records of a web ACL go.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::logging::{Wanted, printed};

/// The action.
pub struct GetLoggingConfiguration;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    resource_arn: Option<String>,
    log_type: Option<String>,
    log_scope: Option<String>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    logging_configuration: Value,
}

impl Action for GetLoggingConfiguration {
    const NAME: &'static str = "GetLoggingConfiguration";

    type Input = Input;
    type Request = Wanted;
    type Output = Output;

    fn parse(input: Input) -> Result<Wanted, ApiError> {
        Wanted::parse(input.resource_arn, input.log_type, input.log_scope)
    }

    fn apply(wanted: Wanted, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let (acl, logging) = wanted.find(call)?;
        Ok(Output { logging_configuration: printed(&acl, &logging, call) })
    }
}
