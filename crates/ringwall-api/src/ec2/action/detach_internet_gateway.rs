//! `DetachInternetGateway`: refused while interfaces of the VPC have public addresses (IGW-10, IGW-11).

use std::sync::Arc;

use ringwall_model::id::{InternetGatewayId, VpcId};
use ringwall_model::resource::{InternetGateway, Vpc};
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::address::has_public_addresses;
use crate::ec2::shape::Done;
use crate::error::ApiError;

/// The action.
pub struct DetachInternetGateway;

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

impl Action for DetachInternetGateway {
    const NAME: &'static str = "DetachInternetGateway";

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
        if gateway.vpc != Some(vpc.id) {
            let message = format!("resource {} is not attached to network {}", gateway.id, vpc.id);
            return Err(Code::GatewayNotAttached.with(message));
        }
        if has_public_addresses(&region, vpc.id) {
            let message = format!(
                "Network {} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.",
                vpc.id
            );
            return Err(Code::DependencyViolation.with(message));
        }
        gateway.vpc = None;
        call.put(gateway);
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use ringwall_model::resource::NetworkInterface;

    use crate::bench::Bench;
    use crate::ec2::fixture;

    #[test]
    fn public_addresses_hold_the_gateway() {
        let mut bench = Bench::new();
        let told = bench.ok("DescribeInternetGateways", "");
        let (gateway, vpc) = (told.get("internetGatewayId"), told.get("vpcId"));
        let parameters = format!("InternetGatewayId={gateway}&VpcId={vpc}");
        let subnet = bench.ok("DescribeSubnets", "").get("subnetId");
        let interface = fixture::interface(&mut bench, &subnet);
        let address = bench.ok("AllocateAddress", "").get("allocationId");
        let associated =
            bench.ok("AssociateAddress", &format!("AllocationId={address}&NetworkInterfaceId={interface}"));
        assert_eq!(bench.refused("DetachInternetGateway", &parameters), "DependencyViolation", "IGW-10: elastic");
        bench.ok("DisassociateAddress", &format!("AssociationId={}", associated.get("associationId")));
        let automatic = Some("198.51.100.9".parse().unwrap());
        fixture::change::<NetworkInterface>(&mut bench, interface, |record| record.auto_public = automatic);
        assert_eq!(bench.refused("DetachInternetGateway", &parameters), "DependencyViolation", "IGW-10: automatic");
        fixture::change::<NetworkInterface>(&mut bench, interface, |record| record.auto_public = None);
        bench.ok("DetachInternetGateway", &parameters);
        assert_eq!(bench.refused("DetachInternetGateway", &parameters), "Gateway.NotAttached", "IGW-11");
    }

    #[test]
    fn a_gateway_is_detached_from_where_it_is() {
        let mut bench = Bench::new();
        let gateway = bench.ok("DescribeInternetGateways", "").get("internetGatewayId");
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let mut refused = |gateway: &str, vpc: &str| {
            bench.refused("DetachInternetGateway", &format!("InternetGatewayId={gateway}&VpcId={vpc}"))
        };
        assert_eq!(refused(&gateway, &vpc), "Gateway.NotAttached", "IGW-11");
        assert_eq!(refused(&gateway, "vpc-00000000"), "InvalidVpcID.NotFound");
        assert_eq!(refused("igw-00000000", &vpc), "InvalidInternetGatewayID.NotFound");
    }
}
