//! `ListTagsForResource`: the tags of a document, by their keys.

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::error::ApiError;
use crate::waf::constraint;
use crate::waf::paging::Page;
use crate::waf::tags::{Tag, render};

/// The action.
pub struct ListTagsForResource;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(rename = "ResourceARN")]
    resource_arn: Option<String>,
    next_marker: Option<String>,
    limit: Option<i64>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    next_marker: Option<String>,
    tag_info_for_resource: TagInfo,
}

/// The tags of something.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct TagInfo {
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
    tag_list: Vec<Tag>,
}

impl Action for ListTagsForResource {
    const NAME: &'static str = "ListTagsForResource";

    type Input = Input;
    type Request = (String, Page);
    type Output = Output;

    fn parse(input: Input) -> Result<(String, Page), ApiError> {
        let arn = constraint::arn(input.resource_arn, "resourceARN")?;
        Ok((arn, Page::parse(input.next_marker, input.limit)?))
    }

    fn apply((arn, page): (String, Page), call: &mut Call<'_>) -> Result<Output, ApiError> {
        let entity = crate::waf::arn::find(call, &arn)?;
        let (tag_list, next_marker) = page.of(render(&entity.tags), |tag| tag.key().to_owned());
        Ok(Output { next_marker, tag_info_for_resource: TagInfo { resource_arn: arn, tag_list } })
    }
}
