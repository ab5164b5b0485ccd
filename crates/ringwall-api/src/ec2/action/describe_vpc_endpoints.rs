//! `DescribeVpcEndpoints` (GWE-18, IFE-21).

use ringwall_model::id::VpcEndpointId;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Paging, page, refuse_ids_with_paging, select};
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::view::View;
use crate::ec2::shape::vpc_endpoint::VpcEndpointShape;
use crate::error::ApiError;

/// The action.
pub struct DescribeVpcEndpoints;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "VpcEndpointId")]
    vpc_endpoint_ids: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    ids: Vec<VpcEndpointId>,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    vpc_endpoint_set: Vec<VpcEndpointShape>,
    next_token: Option<String>,
}

impl Action for DescribeVpcEndpoints {
    const NAME: &'static str = "DescribeVpcEndpoints";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.vpc_endpoint_ids, "vpcEndpointIds", &paging)?;
        Ok(Request { ids: parse_all(&input.vpc_endpoint_ids)?, filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let all = match request.ids.as_slice() {
            [] => region.vpc_endpoints.iter().cloned().collect(),
            ids => find_all(&region, ids)?,
        };
        let view = View::new(Owner { account: &call.settings.account, region: call.region }, &region);
        let selected = select(all, &request.filters, &view)?;
        let page = page(selected, &request.paging, (5, 1000), |endpoint| endpoint.id.to_string())?;
        let shapes = page.items.iter().map(|endpoint| VpcEndpointShape::new(endpoint, &view));
        Ok(Output { vpc_endpoint_set: shapes.collect(), next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn every_filter_selects() {
        let mut bench = Bench::new();
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        let tags = "TagSpecification.1.ResourceType=vpc-endpoint&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v";
        let mut make = |parameters: String| {
            bench.ok("CreateVpcEndpoint", &format!("VpcId={vpc}&{parameters}")).get("vpcEndpointId")
        };
        let gateway = make(format!("ServiceName=com.amazonaws.us-east-1.s3&{tags}"));
        let interface = make("ServiceName=com.amazonaws.us-east-1.sts&VpcEndpointType=Interface".to_owned());
        let mut told = |name: &str, value: &str| {
            let filter = format!("Filter.1.Name={name}&Filter.1.Value.1={value}");
            bench.ok("DescribeVpcEndpoints", &filter).all("vpcEndpointId")
        };
        for (name, value) in [
            ("service-name", "com.amazonaws.us-east-1.s3"),
            ("vpc-endpoint-id", &*gateway),
            ("vpc-endpoint-type", "Gateway"),
            ("tag:k", "v"),
        ] {
            assert_eq!(told(name, value), std::slice::from_ref(&gateway), "{name}");
        }
        for (name, value) in [
            ("vpc-id", &*vpc),
            ("vpc-endpoint-state", "available"),
            ("ip-address-type", "ipv4"),
            ("service-region", "us-east-1"),
        ] {
            assert_eq!(told(name, value), [gateway.clone(), interface.clone()], "{name}");
        }
        let mut refused = |parameters: &str| bench.refused("DescribeVpcEndpoints", parameters);
        assert_eq!(refused("Filter.1.Name=subnet-id&Filter.1.Value.1=x"), "InvalidParameterValue", "API-24");
        assert_eq!(refused("VpcEndpointId.1=vpce-00000000"), "InvalidVpcEndpointId.NotFound", "IFE-20");
        assert_eq!(refused("VpcEndpointId.1=vpc-00000000"), "InvalidVpcEndpointId.Malformed");
        assert_eq!(refused("MaxResults=1001"), "InvalidParameterValue");
    }

    #[test]
    fn tags_are_changed_afterwards() {
        let mut bench = Bench::new();
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        let made = bench.ok("CreateVpcEndpoint", &format!("VpcId={vpc}&ServiceName=com.amazonaws.us-east-1.s3"));
        bench.ok("CreateTags", &format!("ResourceId.1={}&Tag.1.Key=k&Tag.1.Value=v", made.get("vpcEndpointId")));
        assert_eq!(bench.ok("DescribeVpcEndpoints", "").get("key"), "k");
        assert_eq!(bench.ok("DescribeTags", "").get("resourceType"), "vpc-endpoint");
    }
}
