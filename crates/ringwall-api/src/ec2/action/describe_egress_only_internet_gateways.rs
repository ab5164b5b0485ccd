//! `DescribeEgressOnlyInternetGateways` (IGW-17).

use ringwall_model::id::EgressOnlyInternetGatewayId;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Paging, page, refuse_ids_with_paging, select};
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::shape::gateway::EgressOnlyInternetGatewayShape;
use crate::error::ApiError;

/// The action.
pub struct DescribeEgressOnlyInternetGateways;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "EgressOnlyInternetGatewayId")]
    egress_only_internet_gateway_ids: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    ids: Vec<EgressOnlyInternetGatewayId>,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    egress_only_internet_gateway_set: Vec<EgressOnlyInternetGatewayShape>,
    next_token: Option<String>,
}

impl Action for DescribeEgressOnlyInternetGateways {
    const NAME: &'static str = "DescribeEgressOnlyInternetGateways";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        let ids = &input.egress_only_internet_gateway_ids;
        refuse_ids_with_paging(ids, "egressOnlyInternetGatewayIds", &paging)?;
        Ok(Request { ids: parse_all(ids)?, filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let all = match request.ids.as_slice() {
            [] => region.egress_only_internet_gateways.iter().cloned().collect(),
            ids => find_all(&region, ids)?,
        };
        let selected = select(all, &request.filters, &())?;
        let page = page(selected, &request.paging, (5, 255), |gateway| gateway.id.to_string())?;
        let shapes = page.items.iter().map(|gateway| EgressOnlyInternetGatewayShape::new(gateway));
        Ok(Output { egress_only_internet_gateway_set: shapes.collect(), next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn gateways_are_told_by_id_and_tag() {
        let mut bench = Bench::new();
        let default = bench.ok("DescribeVpcs", "").get("vpcId");
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let plain = bench.ok("CreateEgressOnlyInternetGateway", &format!("VpcId={default}"));
        let tags = "TagSpecification.1.ResourceType=egress-only-internet-gateway&TagSpecification.1.Tag.1.Key=k";
        let tagged = bench.ok("CreateEgressOnlyInternetGateway", &format!("VpcId={vpc}&{tags}"));
        let (plain, tagged) = (plain.get("egressOnlyInternetGatewayId"), tagged.get("egressOnlyInternetGatewayId"));
        let mut ids = |parameters: &str| {
            bench.ok("DescribeEgressOnlyInternetGateways", parameters).all("egressOnlyInternetGatewayId")
        };
        assert_eq!(ids(""), [plain.clone(), tagged.clone()]);
        assert_eq!(ids("Filter.1.Name=tag-key&Filter.1.Value.1=k"), [tagged]);
        assert_eq!(ids(&format!("EgressOnlyInternetGatewayId.1={plain}")), [plain]);
        let mut refused = |parameters: &str| bench.refused("DescribeEgressOnlyInternetGateways", parameters);
        assert_eq!(refused("EgressOnlyInternetGatewayId.1=eigw-00000000"), "InvalidGatewayID.NotFound");
        assert_eq!(refused("Filter.1.Name=vpc-id&Filter.1.Value.1=x"), "InvalidParameterValue", "API-24");
        assert_eq!(refused("MaxResults=256"), "InvalidParameterValue");
    }
}
