//! `DescribeNatGateways`: also those that failed or were deleted within the hour (NAT-22, NAT-29, NAT-30).

use ringwall_model::id::NatGatewayId;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Paging, page, refuse_ids_with_paging, select};
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::shape::nat_gateway::NatGatewayShape;
use crate::error::ApiError;

/// The action.
pub struct DescribeNatGateways;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "NatGatewayId")]
    nat_gateway_ids: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    ids: Vec<NatGatewayId>,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    nat_gateway_set: Vec<NatGatewayShape>,
    next_token: Option<String>,
}

impl Action for DescribeNatGateways {
    const NAME: &'static str = "DescribeNatGateways";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.nat_gateway_ids, "natGatewayIds", &paging)?;
        Ok(Request { ids: parse_all(&input.nat_gateway_ids)?, filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let all = match request.ids.as_slice() {
            [] => region.nat_gateways.iter().cloned().collect(),
            ids => find_all(&region, ids)?,
        };
        let selected = select(all, &request.filters, &())?;
        let page = page(selected, &request.paging, (5, 1000), |gateway| gateway.id.to_string())?;
        let shapes = page.items.iter().map(|gateway| NatGatewayShape::new(gateway));
        Ok(Output { nat_gateway_set: shapes.collect(), next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::scene::subnet;

    #[test]
    fn every_filter_selects() {
        let mut bench = Bench::new();
        let subnets = ['a', 'b'].map(|zone| subnet(&mut bench, zone));
        let tags = "TagSpecification.1.ResourceType=natgateway&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v";
        let mut make = |parameters: String| {
            bench.ok("CreateNatGateway", &format!("ConnectivityType=private&{parameters}")).get("natGatewayId")
        };
        let one = make(format!("SubnetId={}&{tags}", subnets[0]));
        let other = make(format!("SubnetId={}", subnets[1]));
        bench.ok("DeleteNatGateway", &format!("NatGatewayId={other}"));
        let mut told = |name: &str, value: &str| {
            let filter = format!("Filter.1.Name={name}&Filter.1.Value.1={value}");
            bench.ok("DescribeNatGateways", &filter).all("natGatewayId")
        };
        for (name, value) in [
            ("nat-gateway-id", one.clone()),
            ("state", "available".to_owned()),
            ("subnet-id", subnets[0].to_string()),
            ("tag:k", "v".to_owned()),
            ("tag-key", "k".to_owned()),
        ] {
            assert_eq!(told(name, &value), std::slice::from_ref(&one), "NAT-30: {name}");
        }
        assert_eq!(told("state", "deleted"), std::slice::from_ref(&other));
        assert_eq!(told("vpc-id", "vpc-*"), [one, other]);
        let mut refused = |parameters: &str| bench.refused("DescribeNatGateways", parameters);
        assert_eq!(refused("Filter.1.Name=connectivity-type&Filter.1.Value.1=x"), "InvalidParameterValue", "API-24");
        assert_eq!(refused("MaxResults=4"), "InvalidParameterValue", "NAT-30");
        assert_eq!(refused("NatGatewayId.1=nat-00000000"), "NatGatewayNotFound", "NAT-28");
        assert_eq!(refused("NatGatewayId.1=vpc-00000000"), "NatGatewayMalformed");
    }

    #[test]
    fn tags_are_changed_afterwards() {
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        let made = bench.ok("CreateNatGateway", &format!("ConnectivityType=private&SubnetId={subnet}"));
        let gateway = made.get("natGatewayId");
        bench.ok("CreateTags", &format!("ResourceId.1={gateway}&Tag.1.Key=k&Tag.1.Value=v"));
        assert_eq!(bench.ok("DescribeNatGateways", "").get("key"), "k");
        assert_eq!(bench.ok("DescribeTags", "").get("resourceType"), "natgateway");
    }
}
