//! `DeleteTags`: takes tags away: by key, by key and value, or all of them (API-30).

use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::operation::tag::{Taggable, change, parse_resources};
use crate::ec2::shape::Done;
use crate::ec2::shape::tag::{TagInput, check};
use crate::error::ApiError;

/// The action.
pub struct DeleteTags;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "ResourceId")]
    resource_ids: Vec<String>,
    #[serde(default, rename = "Tag")]
    tags: Vec<TagInput>,
}

/// What is asked.
pub struct Request {
    resources: Vec<Taggable>,
    tags: Vec<TagInput>,
}

impl Action for DeleteTags {
    const NAME: &'static str = "DeleteTags";

    type Input = Input;
    type Request = Request;
    type Output = Done;

    fn parse(input: Input) -> Result<Request, ApiError> {
        for tag in &input.tags {
            check(&tag.key, tag.value.as_deref().unwrap_or_default())?;
        }
        Ok(Request { resources: parse_resources(&input.resource_ids)?, tags: input.tags })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let goes = |key: &String, value: &String| {
            let meant = |tag: &TagInput| tag.key == *key && tag.value.as_ref().is_none_or(|wanted| wanted == value);
            request.tags.is_empty() || request.tags.iter().any(meant)
        };
        change(call, &request.resources, |tags| {
            tags.retain(|key, value| !goes(key, value));
            Ok(())
        })?;
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    fn prepare(bench: &mut Bench) -> String {
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        let tags = "Tag.1.Key=a&Tag.1.Value=1&Tag.2.Key=b&Tag.2.Value=2&Tag.3.Key=c&Tag.3.Value=";
        bench.ok("CreateTags", &format!("ResourceId.1={vpc}&{tags}"));
        vpc
    }

    fn keys(bench: &mut Bench) -> Vec<String> {
        bench.ok("DescribeTags", "").all("key")
    }

    #[test]
    fn tags_go_by_key_or_by_key_and_value() {
        let mut bench = Bench::new();
        let vpc = prepare(&mut bench);
        let mut delete = |tags: &str| {
            assert!(bench.ok("DeleteTags", &format!("ResourceId.1={vpc}&{tags}")).has("<return>true</return>"));
            keys(&mut bench)
        };
        assert_eq!(delete("Tag.1.Key=a&Tag.1.Value=other"), ["a", "b", "c"], "API-30: another value");
        assert_eq!(delete("Tag.1.Key=a&Tag.1.Value="), ["a", "b", "c"], "an empty value is a value");
        assert_eq!(delete("Tag.1.Key=A"), ["a", "b", "c"], "API-28: the case counts");
        assert_eq!(delete("Tag.1.Key=a"), ["b", "c"]);
        assert_eq!(delete("Tag.1.Key=c&Tag.1.Value=&Tag.2.Key=absent"), ["b"]);
        assert_eq!(delete("Tag.1.Key=b&Tag.1.Value=2"), Vec::<String>::new());
    }

    #[test]
    fn without_tags_all_go() {
        let mut bench = Bench::new();
        let vpc = prepare(&mut bench);
        bench.ok("DeleteTags", &format!("ResourceId.1={vpc}"));
        assert!(keys(&mut bench).is_empty(), "API-30");
    }

    #[test]
    fn a_resource_that_is_not_there_is_refused() {
        let mut bench = Bench::new();
        let vpc = prepare(&mut bench);
        let absent = format!("ResourceId.1={vpc}&ResourceId.2=vpc-00000000000000000");
        assert_eq!(bench.refused("DeleteTags", &absent), "InvalidVpcID.NotFound");
        assert_eq!(keys(&mut bench).len(), 3, "all or nothing");
        assert_eq!(bench.refused("DeleteTags", ""), "MissingParameter");
        let reserved = format!("ResourceId.1={vpc}&Tag.1.Key=aws:x");
        assert_eq!(bench.refused("DeleteTags", &reserved), "InvalidParameterValue");
    }
}
