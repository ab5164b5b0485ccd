//! `AttachInternetGateway`: one gateway, one VPC (IGW-7).

use std::sync::Arc;

use ringwall_model::id::{InternetGatewayId, VpcId};
use ringwall_model::resource::{InternetGateway, Vpc};
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{find, parse};
use crate::ec2::shape::Done;
use crate::error::ApiError;

/// The action.
pub struct AttachInternetGateway;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    internet_gateway_id: String,
    vpc_id: String,
}

/// What is asked.
pub struct Request {
    gateway: InternetGatewayId,
    vpc: VpcId,
}

impl Action for AttachInternetGateway {
    const NAME: &'static str = "AttachInternetGateway";

    type Input = Input;
    type Request = Request;
    type Output = Done;

    fn parse(input: Input) -> Result<Request, ApiError> {
        Ok(Request { gateway: parse(&input.internet_gateway_id)?, vpc: parse(&input.vpc_id)? })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let region = call.state();
        let mut gateway = Arc::unwrap_or_clone(find::<InternetGateway>(&region, &request.gateway)?);
        let vpc = find::<Vpc>(&region, &request.vpc)?;
        if let Some(network) = gateway.vpc {
            let message = format!("resource {} is already attached to network {network}", gateway.id);
            return Err(Code::ResourceAlreadyAssociated.with(message));
        }
        if region.internet_gateways.iter().any(|other| other.vpc == Some(vpc.id)) {
            let message = format!("Network {} already has an internet gateway attached", vpc.id);
            return Err(Code::InvalidParameterValue.with(message));
        }
        gateway.vpc = Some(vpc.id);
        call.put(gateway);
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn a_gateway_and_a_vpc_have_one_another() {
        let mut bench = Bench::new();
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let default = bench.ok("DescribeVpcs", "").get("vpcId");
        let gateway = bench.ok("CreateInternetGateway", "").get("internetGatewayId");
        let to = |vpc: &str| format!("InternetGatewayId={gateway}&VpcId={vpc}");
        assert_eq!(bench.refused("AttachInternetGateway", &to(&default)), "InvalidParameterValue", "IGW-7");
        bench.ok("AttachInternetGateway", &to(&vpc));
        assert_eq!(bench.refused("AttachInternetGateway", &to(&vpc)), "Resource.AlreadyAssociated", "IGW-7");
        assert_eq!(bench.refused("AttachInternetGateway", &to(&default)), "Resource.AlreadyAssociated", "IGW-7");
        let told = bench.ok("DescribeInternetGateways", &format!("InternetGatewayId.1={gateway}"));
        assert_eq!((told.get("vpcId"), told.get("state")), (vpc, "available".to_owned()), "IGW-8");
    }

    #[test]
    fn both_have_to_be_there() {
        let mut bench = Bench::new();
        let gateway = bench.ok("CreateInternetGateway", "").get("internetGatewayId");
        let mut refused = |gateway: &str, vpc: &str| {
            bench.refused("AttachInternetGateway", &format!("InternetGatewayId={gateway}&VpcId={vpc}"))
        };
        assert_eq!(refused(&gateway, "vpc-00000000"), "InvalidVpcID.NotFound");
        assert_eq!(refused("igw-00000000", "vpc-00000000"), "InvalidInternetGatewayID.NotFound");
        assert_eq!(refused("vpc-00000000", "vpc-00000000"), "InvalidInternetGatewayId.Malformed");
    }
}
