//! `DeleteNatGateway`: its Elastic IP addresses stay allocated, and its routes become blackholes (NAT-26).

use ringwall_model::id::NatGatewayId;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::id::parse;
use crate::ec2::operation::nat_gateway::delete;
use crate::error::ApiError;

/// The action.
pub struct DeleteNatGateway;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    nat_gateway_id: String,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    nat_gateway_id: String,
}

impl Action for DeleteNatGateway {
    const NAME: &'static str = "DeleteNatGateway";

    type Input = Input;
    type Request = NatGatewayId;
    type Output = Output;

    fn parse(input: Input) -> Result<NatGatewayId, ApiError> {
        parse(&input.nat_gateway_id)
    }

    fn apply(id: NatGatewayId, call: &mut Call<'_>) -> Result<Output, ApiError> {
        delete(call, id)?;
        Ok(Output { nat_gateway_id: id.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::fixture::agrees_with_plan;
    use crate::ec2::operation::nat_gateway::pass_time;
    use crate::ec2::scene::{region, subnet};

    #[test]
    fn its_address_stays_allocated_and_its_routes_become_blackholes() {
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        let address = bench.ok("AllocateAddress", "").get("allocationId");
        let made = bench.ok("CreateNatGateway", &format!("SubnetId={subnet}&AllocationId={address}"));
        let gateway = made.get("natGatewayId");
        let vpc = made.get("vpcId");
        let table = bench.ok("CreateRouteTable", &format!("VpcId={vpc}")).get("routeTableId");
        let route = format!("RouteTableId={table}&DestinationCidrBlock=0.0.0.0/0");
        bench.ok("CreateRoute", &format!("{route}&NatGatewayId={gateway}"));
        let routes = |bench: &mut Bench, state: &str| {
            let name = format!("Filter.1.Name=route.nat-gateway-id&Filter.1.Value.1={gateway}");
            let state = format!("Filter.2.Name=route.state&Filter.2.Value.1={state}");
            bench.ok("DescribeRouteTables", &format!("{name}&{state}")).all("natGatewayId")
        };
        assert_eq!(routes(&mut bench, "active"), std::slice::from_ref(&gateway), "RT-37");
        assert!(routes(&mut bench, "blackhole").is_empty());
        assert_eq!(bench.refused("DeleteSubnet", &format!("SubnetId={subnet}")), "DependencyViolation", "VPC-17");
        let igw = bench.ok("DescribeInternetGateways", "").get("internetGatewayId");
        let detach = format!("InternetGatewayId={igw}&VpcId={vpc}");
        assert_eq!(bench.refused("DetachInternetGateway", &detach), "DependencyViolation", "IGW-10");

        let deleted = bench.ok("DeleteNatGateway", &format!("NatGatewayId={gateway}"));
        assert_eq!(deleted.get("natGatewayId"), gateway);
        let told = bench.ok("DescribeNatGateways", "");
        assert_eq!(told.get("state"), "deleted", "NAT-22");
        assert!(told.has("deleteTime") && told.has(&address) && !told.has("networkInterfaceId"));
        assert_eq!(routes(&mut bench, "blackhole"), std::slice::from_ref(&gateway), "NAT-26");
        agrees_with_plan(&bench);
        assert!(region(&bench).network_interfaces.is_empty());
        assert!(!bench.ok("DescribeAddresses", "").has("associationId"), "NAT-26");
        let again = bench.refused("DeleteNatGateway", &format!("NatGatewayId={gateway}"));
        assert_eq!(again, "NatGatewayNotFound", "NAT-28");
        let replaced = bench.refused("ReplaceRoute", &format!("{route}&NatGatewayId={gateway}"));
        assert_eq!(replaced, "InvalidNatGatewayID.NotFound", "NAT-28");
        bench.ok("DeleteSubnet", &format!("SubnetId={subnet}"));
        bench.ok("DetachInternetGateway", &detach);
        bench.now += 60 * 60 * 1000;
        assert!(bench.work(pass_time));
        assert!(bench.ok("DescribeNatGateways", "").has("<natGatewaySet/>"));
        assert_eq!(routes(&mut bench, "blackhole"), [gateway]);
    }

    #[test]
    fn one_that_failed_can_be_deleted_before_it_is_forgotten() {
        let mut bench = Bench::new();
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let subnet = bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.1.0/24")).get("subnetId");
        let address = bench.ok("AllocateAddress", "").get("allocationId");
        let made = bench.ok("CreateNatGateway", &format!("SubnetId={subnet}&AllocationId={address}"));
        bench.ok("DeleteNatGateway", &format!("NatGatewayId={}", made.get("natGatewayId")));
        assert_eq!(bench.ok("DescribeNatGateways", "").get("state"), "deleted");
        assert_eq!(bench.refused("DeleteNatGateway", "NatGatewayId=nat-x"), "NatGatewayMalformed");
    }
}
