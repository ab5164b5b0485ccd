//! `CreateDefaultVpc`: makes the default VPC of the Region again after it was deleted (VPC-24).

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::operation::default_vpc;
use crate::ec2::shape::vpc::VpcShape;
use crate::error::ApiError;

/// The action.
pub struct CreateDefaultVpc;

/// It has no parameters.
#[derive(Debug, Deserialize)]
pub struct Input {}

/// Its answer.
#[derive(Debug, Serialize)]
pub struct Output {
    vpc: VpcShape,
}

impl Action for CreateDefaultVpc {
    const NAME: &'static str = "CreateDefaultVpc";

    type Input = Input;
    type Request = ();
    type Output = Output;

    fn parse(_: Input) -> Result<(), ApiError> {
        Ok(())
    }

    fn apply(_: (), call: &mut Call<'_>) -> Result<Output, ApiError> {
        let vpc = default_vpc::create(call)?;
        let shape = VpcShape::new(&vpc, "pending", &call.settings.account, call.region, &call.state());
        Ok(Output { vpc: shape })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn there_is_one_default_vpc_at_most() {
        let mut bench = Bench::new();
        assert_eq!(bench.refused("CreateDefaultVpc", ""), "DefaultVpcAlreadyExists", "VPC-24");
    }

    #[test]
    fn it_can_be_made_again_once_it_was_deleted() {
        let mut bench = Bench::new();
        let old = bench.ok("DescribeVpcs", "").get("vpcId");
        for subnet in bench.ok("DescribeSubnets", "").all("subnetId") {
            bench.ok("DeleteSubnet", &format!("SubnetId={subnet}"));
        }
        let gateway = bench.ok("DescribeInternetGateways", "").get("internetGatewayId");
        bench.ok("DetachInternetGateway", &format!("InternetGatewayId={gateway}&VpcId={old}"));
        bench.ok("DeleteVpc", &format!("VpcId={old}"));
        let answer = bench.ok("CreateDefaultVpc", "");
        assert_eq!((answer.get("isDefault"), answer.get("cidrBlock")), ("true".to_owned(), "172.31.0.0/16".to_owned()));
        let subnets = bench.ok("DescribeSubnets", "");
        assert_eq!(subnets.all("cidrBlock"), ["172.31.0.0/20", "172.31.16.0/20", "172.31.32.0/20"], "VPC-24");
        let main = bench.ok("DescribeRouteTables", "");
        assert!(main.has("<destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><gatewayId>igw-"), "{}", main.0);
        assert!(answer.get("vpcId") != old);
    }
}
