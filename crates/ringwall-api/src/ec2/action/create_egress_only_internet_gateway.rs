//! `CreateEgressOnlyInternetGateway`: a way out for IPv6 alone, of one VPC for life (IGW-17).

use ringwall_model::id::VpcId;
use ringwall_model::resource::{EgressOnlyInternetGateway, Tags, Vpc};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{find, parse};
use crate::ec2::shape::gateway::EgressOnlyInternetGatewayShape;
use crate::ec2::shape::tag::{self, TagSpecification};
use crate::error::ApiError;

/// The action.
pub struct CreateEgressOnlyInternetGateway;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    vpc_id: String,
    client_token: Option<String>,
    #[serde(default, rename = "TagSpecification")]
    tag_specifications: Vec<TagSpecification>,
}

/// What is asked.
pub struct Request {
    vpc: VpcId,
    client_token: Option<String>,
    tags: Tags,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    egress_only_internet_gateway: EgressOnlyInternetGatewayShape,
    client_token: Option<String>,
}

impl Action for CreateEgressOnlyInternetGateway {
    const NAME: &'static str = "CreateEgressOnlyInternetGateway";
    const TAKES_TOKEN: bool = true;

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let tags = tag::parse(&input.tag_specifications, "egress-only-internet-gateway")?;
        Ok(Request { vpc: parse(&input.vpc_id)?, client_token: input.client_token, tags })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let vpc = find::<Vpc>(&region, &request.vpc)?;
        let gateways = &region.egress_only_internet_gateways;
        if gateways.iter().any(|other| other.vpc == vpc.id) {
            let message = format!("Network {} already has an egress-only internet gateway attached", vpc.id);
            return Err(Code::InvalidParameterValue.with(message));
        }
        if gateways.len() >= call.settings.quotas.egress_only_internet_gateways as usize {
            let message = "The maximum number of egress-only internet gateways has been reached.";
            return Err(Code::EgressOnlyInternetGatewayLimitExceeded.with(message));
        }
        let gateway = EgressOnlyInternetGateway { id: call.new_id(), vpc: vpc.id, tags: request.tags };
        let shape = EgressOnlyInternetGatewayShape::new(&gateway);
        call.put(gateway);
        Ok(Output { egress_only_internet_gateway: shape, client_token: request.client_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn a_gateway_is_attached_from_the_start() {
        let mut bench = Bench::new();
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        let tags = "TagSpecification.1.ResourceType=egress-only-internet-gateway&TagSpecification.1.Tag.1.Key=k";
        let answer = bench.ok("CreateEgressOnlyInternetGateway", &format!("VpcId={vpc}&{tags}"));
        assert!(answer.get("egressOnlyInternetGatewayId").starts_with("eigw-"));
        assert_eq!((answer.get("vpcId"), answer.get("state")), (vpc.clone(), "attached".to_owned()));
        assert_eq!(answer.get("key"), "k");
        let second = bench.refused("CreateEgressOnlyInternetGateway", &format!("VpcId={vpc}"));
        assert_eq!(second, "InvalidParameterValue");
        bench.ok("CreateInternetGateway", "");
    }

    #[test]
    fn the_same_token_makes_no_second_gateway() {
        let mut bench = Bench::new();
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        let parameters = format!("VpcId={vpc}&ClientToken=once");
        let first = bench.ok("CreateEgressOnlyInternetGateway", &parameters);
        assert_eq!(first.get("clientToken"), "once");
        let again = bench.ok("CreateEgressOnlyInternetGateway", &parameters);
        assert_eq!(again.get("egressOnlyInternetGatewayId"), first.get("egressOnlyInternetGatewayId"), "API-31");
    }

    #[test]
    fn there_are_no_more_than_the_quota() {
        let mut bench = Bench::new();
        bench.settings.quotas.egress_only_internet_gateways = 1;
        let default = bench.ok("DescribeVpcs", "").get("vpcId");
        bench.ok("CreateEgressOnlyInternetGateway", &format!("VpcId={default}"));
        let other = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let refused = bench.refused("CreateEgressOnlyInternetGateway", &format!("VpcId={other}"));
        assert_eq!(refused, "EgressOnlyInternetGatewayLimitExceeded");
        let absent = bench.refused("CreateEgressOnlyInternetGateway", "VpcId=vpc-00000000");
        assert_eq!(absent, "InvalidVpcID.NotFound");
    }
}
