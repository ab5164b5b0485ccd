//! `UntagResource`: takes tags from a document. Keys that it does not have are passed over.

use ringwall_model::resource::WafEntity;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::constraint::{self, required};
use crate::waf::tags::parse_keys;

/// The action.
pub struct UntagResource;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(rename = "ResourceARN")]
    resource_arn: Option<String>,
    tag_keys: Option<Vec<String>>,
}

/// Its answer says nothing.
#[derive(Debug, Serialize)]
pub struct Output {}

impl Action for UntagResource {
    const NAME: &'static str = "UntagResource";

    type Input = Input;
    type Request = (String, Vec<String>);
    type Output = Output;

    fn parse(input: Input) -> Result<(String, Vec<String>), ApiError> {
        let arn = constraint::arn(input.resource_arn, "resourceARN")?;
        Ok((arn, parse_keys(required(input.tag_keys, "tagKeys")?)?))
    }

    fn apply((arn, keys): (String, Vec<String>), call: &mut Call<'_>) -> Result<Output, ApiError> {
        let mut entity = WafEntity::clone(&*crate::waf::arn::find(call, &arn)?);
        entity.tags.retain(|key, _| !keys.contains(key));
        call.put(entity);
        Ok(Output {})
    }
}
