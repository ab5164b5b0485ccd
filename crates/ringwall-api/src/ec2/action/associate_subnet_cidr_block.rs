//! `AssociateSubnetCidrBlock`: gives a subnet its IPv6 block; it has one at most.

use std::sync::Arc;

use ringwall_model::id::SubnetId;
use ringwall_model::resource::subnet::SubnetIpv6;
use ringwall_model::resource::traffic::Text;
use ringwall_model::resource::{Subnet, Vpc};
use ringwall_net::Ipv6Prefix;
use serde::{Deserialize, Serialize};

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::block;
use crate::ec2::shape::subnet::SubnetIpv6Shape;
use crate::ec2::shape::value::ipv6_block;
use crate::error::ApiError;

/// The action.
pub struct AssociateSubnetCidrBlock;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    subnet_id: String,
    ipv6_cidr_block: Option<String>,
}

/// What is asked.
pub struct Request {
    subnet: SubnetId,
    block: Ipv6Prefix,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    subnet_id: String,
    ipv6_cidr_block_association: SubnetIpv6Shape,
}

impl Action for AssociateSubnetCidrBlock {
    const NAME: &'static str = "AssociateSubnetCidrBlock";
    const UNBUILT: &'static [&'static str] = &["Ipv6IpamPoolId", "Ipv6NetmaskLength"];

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let text = input.ipv6_cidr_block.ok_or_else(|| missing_parameter("Ipv6CidrBlock"))?;
        Ok(Request { subnet: parse(&input.subnet_id)?, block: ipv6_block("ipv6CidrBlock", &text)? })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let mut subnet = Arc::unwrap_or_clone(find::<Subnet>(&region, &request.subnet)?);
        let vpc = find::<Vpc>(&region, &subnet.vpc)?;
        if subnet.ipv6.is_some() {
            let message = format!("The subnet '{}' has as many IPv6 CIDR blocks as it may have: 1", subnet.id);
            return Err(Code::CidrLimitExceeded.with(message));
        }
        block::check_subnet_ipv6(&region, &vpc, request.block)?;
        let added = SubnetIpv6 { id: call.new_id(), block: Text(request.block) };
        let shape = SubnetIpv6Shape::new(&added, "associating");
        subnet.ipv6 = Some(added);
        let subnet_id = subnet.id.to_string();
        call.put(subnet);
        Ok(Output { subnet_id, ipv6_cidr_block_association: shape })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn a_subnet_gets_one_block_of_its_vpc() {
        let mut bench = Bench::new();
        let made = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16&AmazonProvidedIpv6CidrBlock=true");
        let (vpc, block) = (made.get("vpcId"), made.get("ipv6CidrBlock").replace("/56", "/64"));
        let mut subnet =
            |number: u8| bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.{number}.0/24")).get("subnetId");
        let (one, other) = (subnet(1), subnet(2));
        let parameters = format!("SubnetId={one}&Ipv6CidrBlock={block}");
        let answer = bench.ok("AssociateSubnetCidrBlock", &parameters);
        assert_eq!((answer.get("subnetId"), answer.get("ipv6CidrBlock")), (one.clone(), block.clone()));
        assert_eq!(answer.get("state"), "associating");
        let told = bench.ok("DescribeSubnets", &format!("SubnetId.1={one}"));
        assert!(told.has(&answer.get("associationId")) && told.has("<state>associated</state>"), "{}", told.0);
        assert_eq!(bench.refused("AssociateSubnetCidrBlock", &parameters), "CidrLimitExceeded");
        let taken = bench.refused("AssociateSubnetCidrBlock", &format!("SubnetId={other}&Ipv6CidrBlock={block}"));
        assert_eq!(taken, "InvalidSubnet.Conflict");
    }

    #[test]
    fn a_vpc_without_ipv6_has_none_to_give() {
        let mut bench = Bench::new();
        let subnet = bench.ok("DescribeSubnets", "").all("subnetId").remove(0);
        let mut refused = |parameters: &str| bench.refused("AssociateSubnetCidrBlock", parameters);
        assert_eq!(refused(&format!("SubnetId={subnet}&Ipv6CidrBlock=2001:db8::/64")), "InvalidSubnet.Range");
        assert_eq!(refused(&format!("SubnetId={subnet}&Ipv6CidrBlock=10.0.0.0/24")), "InvalidParameterValue");
        assert_eq!(refused(&format!("SubnetId={subnet}")), "MissingParameter");
        assert_eq!(refused("SubnetId=subnet-00000000&Ipv6CidrBlock=2001:db8::/64"), "InvalidSubnetID.NotFound");
        assert_eq!(refused(&format!("SubnetId={subnet}&Ipv6IpamPoolId=x&Ipv6CidrBlock=::/64")), "UnsupportedOperation");
    }
}
