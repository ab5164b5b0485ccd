//! `CreateIPSet`: makes an IP set.

use ringwall_model::resource::waf::WafKind;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::constraint;
use crate::waf::entity::{New, Summary, content, create};
use crate::waf::tags::Tag;

/// The action.
pub struct CreateIpSet;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    scope: Option<String>,
    name: Option<String>,
    description: Option<String>,
    #[serde(rename = "IPAddressVersion")]
    ip_address_version: Option<Value>,
    addresses: Option<Value>,
    tags: Option<Vec<Tag>>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    summary: Summary,
}

impl Action for CreateIpSet {
    const NAME: &'static str = "CreateIPSet";

    type Input = Input;
    type Request = New;
    type Output = Output;

    fn parse(input: Input) -> Result<New, ApiError> {
        let content = content(vec![
            ("IPAddressVersion", Some(constraint::required(input.ip_address_version, "iPAddressVersion")?)),
            ("Addresses", Some(constraint::required(input.addresses, "addresses")?)),
        ]);
        New::parse(input.scope, input.name, input.description, content, input.tags)
    }

    fn apply(new: New, call: &mut Call<'_>) -> Result<Output, ApiError> {
        Ok(Output { summary: create(WafKind::IpSet, new, call)? })
    }
}
