//! `DescribeTags`: every tag of everything, one by one (API-25, API-29).

use ringwall_model::resource::Tags;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Filterable, Paging, page, select};
use crate::ec2::operation::tag::{Taggable, all};
use crate::error::ApiError;

/// The action.
pub struct DescribeTags;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    tag_set: Vec<TagOfResource>,
    next_token: Option<String>,
}

/// A tag on the wire.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TagOfResource {
    key: String,
    resource_id: String,
    resource_type: &'static str,
    value: String,
}

/// One tag of a resource.
struct OwnTag {
    resource: Taggable,
    key: String,
    value: String,
    /// the tag again, for the filter `tag:KEY`
    tags: Tags,
}

impl OwnTag {
    fn new(resource: Taggable, key: &str, value: &str) -> OwnTag {
        let tags = Tags::from([(key.to_owned(), value.to_owned())]);
        OwnTag { resource, key: key.to_owned(), value: value.to_owned(), tags }
    }

    fn place(&self) -> String {
        format!("{}/{}", self.resource, self.key)
    }
}

impl AsRef<OwnTag> for OwnTag {
    fn as_ref(&self) -> &OwnTag {
        self
    }
}

impl Filterable for OwnTag {
    type Context<'c> = ();
    const FILTERS: &'static [&'static str] = &["key", "resource-id", "resource-type", "value"];

    fn values(&self, filter: &str, (): &()) -> Vec<String> {
        match filter {
            "key" => vec![self.key.clone()],
            "resource-id" => vec![self.resource.to_string()],
            "resource-type" => vec![self.resource.type_name().to_owned()],
            "value" => vec![self.value.clone()],
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }
}

impl Action for DescribeTags {
    const NAME: &'static str = "DescribeTags";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        Ok(Request { filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let of_resource = |(resource, tags): (Taggable, &Tags)| -> Vec<OwnTag> {
            tags.iter().map(|(key, value)| OwnTag::new(resource, key, value)).collect()
        };
        let mut tags: Vec<OwnTag> = all(&region).into_iter().flat_map(of_resource).collect();
        tags.sort_by_cached_key(OwnTag::place);
        let selected = select(tags, &request.filters, &())?;
        let page = page(selected, &request.paging, (5, 1000), OwnTag::place)?;
        let shape = |tag: OwnTag| TagOfResource {
            resource_id: tag.resource.to_string(),
            resource_type: tag.resource.type_name(),
            key: tag.key,
            value: tag.value,
        };
        Ok(Output { tag_set: page.items.into_iter().map(shape).collect(), next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    fn prepare(bench: &mut Bench) -> (String, String) {
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        let group = bench.ok("DescribeSecurityGroups", "").get("groupId");
        bench.ok("CreateTags", &format!("ResourceId.1={vpc}&ResourceId.2={group}&Tag.1.Key=a&Tag.1.Value=1"));
        bench.ok("CreateTags", &format!("ResourceId.1={vpc}&Tag.1.Key=b&Tag.1.Value=2"));
        (vpc, group)
    }

    #[test]
    fn tags_are_told_with_what_they_are_of() {
        let mut bench = Bench::new();
        let (vpc, group) = prepare(&mut bench);
        let item = |key: &str, id: &str, kind: &str, value: &str| {
            format!(
                "<item><key>{key}</key><resourceId>{id}</resourceId><resourceType>{kind}</resourceType><value>{value}</value></item>"
            )
        };
        let expected =
            [item("a", &group, "security-group", "1"), item("a", &vpc, "vpc", "1"), item("b", &vpc, "vpc", "2")];
        assert!(bench.ok("DescribeTags", "").has(&format!("<tagSet>{}</tagSet>", expected.concat())));
    }

    #[test]
    fn tags_are_selected() {
        let mut bench = Bench::new();
        let (vpc, group) = prepare(&mut bench);
        for (filter, value, count) in [
            ("key", "a", 2),
            ("value", "2", 1),
            ("resource-id", vpc.as_str(), 2),
            ("resource-id", group.as_str(), 1),
            ("resource-type", "vpc", 2),
            ("resource-type", "subnet", 0),
            ("tag:a", "1", 2),
            ("tag:b", "1", 0),
        ] {
            let shown = bench.ok("DescribeTags", &format!("Filter.1.Name={filter}&Filter.1.Value.1={value}"));
            assert_eq!(shown.all("key").len(), count, "{filter}={value}");
        }
        assert_eq!(bench.refused("DescribeTags", "Filter.1.Name=x&Filter.1.Value.1=y"), "InvalidParameterValue");
    }

    #[test]
    fn pages_go_through_all_tags() {
        let mut bench = Bench::new();
        let (vpc, _) = prepare(&mut bench);
        (0..9).for_each(|n| drop(bench.ok("CreateTags", &format!("ResourceId.1={vpc}&Tag.1.Key=k{n}&Tag.1.Value=x"))));
        let all = bench.ok("DescribeTags", "").all("key");
        let (mut seen, mut token) = (Vec::new(), String::new());
        loop {
            let shown = bench.ok("DescribeTags", &format!("MaxResults=5{token}"));
            seen.extend(shown.all("key"));
            match shown.all("nextToken").first() {
                Some(next) => token = format!("&NextToken={}", next.replace('=', "%3D")),
                None => break,
            }
        }
        assert_eq!(seen, all, "API-26");
        assert_eq!(bench.refused("DescribeTags", "MaxResults=4"), "InvalidParameterValue");
    }
}
