//! `CreateTags`: adds tags to whatever has any, or gives them another value (API-28, API-30).

use ringwall_model::resource::{Instance, Tags};
use serde::Deserialize;

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::find;
use crate::ec2::operation::tag::{Taggable, change, parse_resources};
use crate::ec2::shape::Done;
use crate::ec2::shape::metadata_options::check_tags;
use crate::ec2::shape::tag::{TagInput, check, check_number};
use crate::error::ApiError;

/// The action.
pub struct CreateTags;

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
    tags: Tags,
}

impl Action for CreateTags {
    const NAME: &'static str = "CreateTags";

    type Input = Input;
    type Request = Request;
    type Output = Done;

    fn parse(input: Input) -> Result<Request, ApiError> {
        if input.tags.is_empty() {
            return Err(missing_parameter("tagSet"));
        }
        let mut tags = Tags::new();
        for TagInput { key, value } in input.tags {
            let value = value.ok_or_else(|| {
                Code::InvalidParameterValue.with("Tag value cannot be null. Use empty string instead.")
            })?;
            check(&key, &value)?;
            if tags.insert(key.clone(), value).is_some() {
                return Err(Code::InvalidParameterValue.with(format!("Duplicate tag key '{key}' specified.")));
            }
        }
        Ok(Request { resources: parse_resources(&input.resource_ids)?, tags })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Done, ApiError> {
        for resource in &request.resources {
            if let Taggable::Instance(id) = resource {
                check_tags(find::<Instance>(&call.state(), id)?.metadata_options, &request.tags)?;
            }
        }
        change(call, &request.resources, |tags| {
            tags.extend(request.tags.clone());
            check_number(tags)
        })?;
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    fn tags(bench: &mut Bench, id: &str) -> Vec<(String, String)> {
        let shown = bench.ok("DescribeTags", &format!("Filter.1.Name=resource-id&Filter.1.Value.1={id}"));
        let value =
            |item: String| item.split_once("<value>").map_or(String::new(), |(_, rest)| rest.replace("</value>", ""));
        shown.all("key").into_iter().zip(shown.all("item").into_iter().map(value)).collect()
    }

    #[test]
    fn everything_that_has_tags_can_be_tagged() {
        let mut bench = Bench::new();
        bench.ok("DescribeVpcs", "");
        bench.ok("CreateManagedPrefixList", "PrefixListName=a&AddressFamily=IPv4&MaxEntries=1");
        let region = bench.store.snapshot().region("us-east-1");
        let rule = *region.security_groups.iter().next().unwrap().rules.keys().next().unwrap();
        let ids = [
            (region.vpcs.iter().next().unwrap().id.to_string(), "vpc"),
            (region.subnets.iter().next().unwrap().id.to_string(), "subnet"),
            (region.route_tables.iter().next().unwrap().id.to_string(), "route-table"),
            (region.network_acls.iter().next().unwrap().id.to_string(), "network-acl"),
            (region.security_groups.iter().next().unwrap().id.to_string(), "security-group"),
            (rule.to_string(), "security-group-rule"),
            (region.prefix_lists.iter().next().unwrap().id.to_string(), "prefix-list"),
            (region.internet_gateways.iter().next().unwrap().id.to_string(), "internet-gateway"),
        ];
        let all: Vec<String> =
            ids.iter().enumerate().map(|(place, (id, _))| format!("ResourceId.{}={id}", place + 1)).collect();
        bench.ok("CreateTags", &format!("{}&Tag.1.Key=k&Tag.1.Value=v", all.join("&")));
        for (id, kind) in ids {
            let shown = bench.ok("DescribeTags", &format!("Filter.1.Name=resource-id&Filter.1.Value.1={id}"));
            assert_eq!((shown.get("resourceType"), shown.get("value")), (kind.into(), "v".into()), "API-29");
        }
    }

    #[test]
    fn a_known_key_gets_the_new_value() {
        let mut bench = Bench::new();
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        let one = "Tag.1.Key=a&Tag.1.Value=1&Tag.2.Key=b&Tag.2.Value=";
        bench.ok("CreateTags", &format!("ResourceId.1={vpc}&{one}"));
        bench.ok("CreateTags", &format!("ResourceId.1={vpc}&ResourceId.2={vpc}&Tag.1.Key=a&Tag.1.Value=2"));
        assert_eq!(tags(&mut bench, &vpc), [("a".into(), "2".into()), ("b".into(), String::new())], "API-30");
    }

    #[test]
    fn a_resource_has_fifty_tags_at_most() {
        let mut bench = Bench::new();
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        let many = |range: std::ops::Range<u32>| {
            let tag = |(place, key)| format!("Tag.{}.Key=k{key}&Tag.{}.Value=x", place + 1, place + 1);
            range.enumerate().map(tag).collect::<Vec<_>>().join("&")
        };
        bench.ok("CreateTags", &format!("ResourceId.1={vpc}&{}", many(0..49)));
        let error = bench.refused("CreateTags", &format!("ResourceId.1={vpc}&{}", many(49..51)));
        assert_eq!(error, "TagLimitExceeded", "API-28");
        bench.ok("CreateTags", &format!("ResourceId.1={vpc}&{}", many(40..50)));
        assert_eq!(tags(&mut bench, &vpc).len(), 50);
    }

    #[test]
    fn all_resources_are_tagged_or_none() {
        let mut bench = Bench::new();
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        for (id, code) in [
            ("vpc-00000000000000000", "InvalidVpcID.NotFound"),
            ("subnet-00000000000000000", "InvalidSubnetID.NotFound"),
            ("sg-00000000000000000", "InvalidGroup.NotFound"),
            ("sgr-00000000000000000", "InvalidSecurityGroupRuleId.NotFound"),
            ("rtb-00000000000000000", "InvalidRouteTableID.NotFound"),
            ("acl-00000000000000000", "InvalidNetworkAclID.NotFound"),
            ("igw-00000000000000000", "InvalidInternetGatewayID.NotFound"),
            ("eigw-00000000000000000", "InvalidGatewayID.NotFound"),
            ("eipalloc-00000000000000000", "InvalidAllocationID.NotFound"),
            ("eni-00000000000000000", "InvalidNetworkInterfaceID.NotFound"),
            ("i-00000000000000000", "InvalidInstanceID.NotFound"),
            ("pl-00000000000000000", "InvalidPrefixListID.NotFound"),
            ("vpc-1", "InvalidVpcID.Malformed"),
            ("eni-attach-00000000000000000", "InvalidID"),
            ("nonsense", "InvalidID"),
            ("dopt-00000000000000000", "UnsupportedOperation"),
        ] {
            let asked = format!("ResourceId.1={vpc}&ResourceId.2={id}&Tag.1.Key=k&Tag.1.Value=v");
            assert_eq!(bench.refused("CreateTags", &asked), code, "API-30");
        }
        assert!(tags(&mut bench, &vpc).is_empty());
    }

    #[test]
    fn tags_have_a_form() {
        let mut bench = Bench::new();
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        let long = "k".repeat(129);
        for (asked, code) in [
            (String::new(), "MissingParameter"),
            ("Tag.1.Key=k".into(), "InvalidParameterValue"),
            ("Tag.1.Key=&Tag.1.Value=v".into(), "InvalidParameterValue"),
            (format!("Tag.1.Key={long}&Tag.1.Value=v"), "InvalidParameterValue"),
            (format!("Tag.1.Key=k&Tag.1.Value={long}{long}"), "InvalidParameterValue"),
            ("Tag.1.Key=aws:x&Tag.1.Value=v".into(), "InvalidParameterValue"),
            ("Tag.1.Key=k&Tag.1.Value=v&Tag.2.Key=k&Tag.2.Value=w".into(), "InvalidParameterValue"),
        ] {
            assert_eq!(bench.refused("CreateTags", &format!("ResourceId.1={vpc}&{asked}")), code, "API-28 {asked}");
        }
        assert_eq!(bench.refused("CreateTags", "Tag.1.Key=k&Tag.1.Value=v"), "MissingParameter");
    }
}
