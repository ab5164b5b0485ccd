//! `TagResource`: adds tags to a document, or gives those that it has other values.

use ringwall_model::resource::{Tags, WafEntity};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::constraint::{self, required};
use crate::waf::tags::{Tag, check_number, parse};

/// The action.
pub struct TagResource;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(rename = "ResourceARN")]
    resource_arn: Option<String>,
    tags: Option<Vec<Tag>>,
}

/// Its answer says nothing.
#[derive(Debug, Serialize)]
pub struct Output {}

impl Action for TagResource {
    const NAME: &'static str = "TagResource";

    type Input = Input;
    type Request = (String, Tags);
    type Output = Output;

    fn parse(input: Input) -> Result<(String, Tags), ApiError> {
        let arn = constraint::arn(input.resource_arn, "resourceARN")?;
        Ok((arn, parse(required(input.tags, "tags")?)?))
    }

    fn apply((arn, tags): (String, Tags), call: &mut Call<'_>) -> Result<Output, ApiError> {
        let mut entity = WafEntity::clone(&*crate::waf::arn::find(call, &arn)?);
        entity.tags.extend(tags);
        check_number(&entity.tags)?;
        call.put(entity);
        Ok(Output {})
    }
}
