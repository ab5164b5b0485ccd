//! `PutLoggingConfiguration`: where the records of a web ACL go, which of them, and what in them is made unreadable (WAF-123 …
//! WAF-125).

use ringwall_model::resource::waf::Content;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::constraint::required;
use crate::waf::entity::content;
use crate::waf::logging::put;

/// The action.
pub struct PutLoggingConfiguration;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    logging_configuration: Option<Content>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    logging_configuration: Value,
}

impl Action for PutLoggingConfiguration {
    const NAME: &'static str = "PutLoggingConfiguration";

    type Input = Input;
    type Request = Content;
    type Output = Output;

    fn parse(input: Input) -> Result<Content, ApiError> {
        let given = required(input.logging_configuration, "loggingConfiguration")?;
        Ok(content(given.iter().map(|(name, value)| (name.as_str(), Some(value.clone()))).collect()))
    }

    fn apply(given: Content, call: &mut Call<'_>) -> Result<Output, ApiError> {
        Ok(Output { logging_configuration: put(given, call)? })
    }
}
