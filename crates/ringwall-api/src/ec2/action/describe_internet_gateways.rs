//! `DescribeInternetGateways` (IGW-8, IGW-9).

use ringwall_model::id::InternetGatewayId;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Paging, page, refuse_ids_with_paging, select};
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::shape::gateway::InternetGatewayShape;
use crate::ec2::shape::security_group::Owner;
use crate::error::ApiError;

/// The action.
pub struct DescribeInternetGateways;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "InternetGatewayId")]
    internet_gateway_ids: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    ids: Vec<InternetGatewayId>,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    internet_gateway_set: Vec<InternetGatewayShape>,
    next_token: Option<String>,
}

impl Action for DescribeInternetGateways {
    const NAME: &'static str = "DescribeInternetGateways";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.internet_gateway_ids, "internetGatewayIds", &paging)?;
        Ok(Request { ids: parse_all(&input.internet_gateway_ids)?, filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let all = match request.ids.as_slice() {
            [] => region.internet_gateways.iter().cloned().collect(),
            ids => find_all(&region, ids)?,
        };
        let owner = Owner { account: &call.settings.account, region: call.region };
        let selected = select(all, &request.filters, &owner)?;
        let page = page(selected, &request.paging, (5, 1000), |gateway| gateway.id.to_string())?;
        let shapes = page.items.iter().map(|gateway| InternetGatewayShape::new(gateway, owner));
        Ok(Output { internet_gateway_set: shapes.collect(), next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use crate::bench::Bench;

    #[test]
    fn every_filter_selects() {
        let mut bench = Bench::new();
        let attached = bench.ok("DescribeInternetGateways", "");
        let (id, vpc) = (attached.get("internetGatewayId"), attached.get("vpcId"));
        assert_eq!(attached.get("state"), "available", "IGW-8");
        let tags = "TagSpecification.1.ResourceType=internet-gateway&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v";
        let spare = bench.ok("CreateInternetGateway", tags).get("internetGatewayId");
        let mut ids = |name: &str, value: &str| {
            let filter = format!("Filter.1.Name={name}&Filter.1.Value.1={value}");
            bench.ok("DescribeInternetGateways", &filter).all("internetGatewayId")
        };
        assert_eq!(ids("attachment.state", "available"), from_ref(&id));
        assert_eq!(ids("attachment.vpc-id", &vpc), from_ref(&id));
        assert_eq!(ids("internet-gateway-id", &spare), from_ref(&spare));
        assert_eq!(ids("tag:k", "v"), from_ref(&spare));
        assert_eq!(ids("owner-id", "000000000000"), [id, spare]);
    }

    #[test]
    fn ids_and_pages() {
        let mut bench = Bench::new();
        bench.settings.quotas.internet_gateways = 8;
        for _ in 0..5 {
            bench.ok("CreateInternetGateway", "");
        }
        let first = bench.ok("DescribeInternetGateways", "MaxResults=5");
        let rest = bench.ok("DescribeInternetGateways", &format!("MaxResults=5&NextToken={}", first.get("nextToken")));
        assert_eq!(rest.all("internetGatewayId").len(), 1, "API-26");
        let absent = bench.refused("DescribeInternetGateways", "InternetGatewayId.1=igw-00000000");
        assert_eq!(absent, "InvalidInternetGatewayID.NotFound", "IGW-13");
    }
}
