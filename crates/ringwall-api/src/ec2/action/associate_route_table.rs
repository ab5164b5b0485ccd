//! `AssociateRouteTable`: has a subnet use a table of its own (RT-12).

use std::sync::Arc;

use ringwall_model::id::{RouteTableId, SubnetId};
use ringwall_model::resource::subnet::ExplicitRouteTable;
use ringwall_model::resource::{RouteTable, Subnet};
use serde::{Deserialize, Serialize};

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{find, parse};
use crate::ec2::shape::route_table::ASSOCIATED;
use crate::ec2::shape::vpc::BlockState;
use crate::error::ApiError;

/// The action.
pub struct AssociateRouteTable;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    route_table_id: String,
    subnet_id: Option<String>,
}

/// What is asked.
pub struct Request {
    table: RouteTableId,
    subnet: SubnetId,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    association_id: String,
    association_state: BlockState,
}

impl Action for AssociateRouteTable {
    const NAME: &'static str = "AssociateRouteTable";
    const UNBUILT: &'static [&'static str] = &["GatewayId", "PublicIpv4Pool"];

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let subnet = input.subnet_id.ok_or_else(|| missing_parameter("SubnetId"))?;
        Ok(Request { table: parse(&input.route_table_id)?, subnet: parse(&subnet)? })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let table = find::<RouteTable>(&region, &request.table)?;
        let mut subnet = Arc::unwrap_or_clone(find::<Subnet>(&region, &request.subnet)?);
        if table.vpc != subnet.vpc {
            let message = format!("route table {} and subnet {} belong to different networks", table.id, subnet.id);
            return Err(Code::InvalidParameterValue.with(message));
        }
        if subnet.route_table.is_some() {
            let message = format!(
                "the specified association for route table {} conflicts with an existing association",
                table.id
            );
            return Err(Code::ResourceAlreadyAssociated.with(message));
        }
        let explicit = ExplicitRouteTable { id: call.new_id(), table: table.id };
        subnet.route_table = Some(explicit);
        call.put(subnet);
        Ok(Output { association_id: explicit.id.to_string(), association_state: ASSOCIATED })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn a_subnet_has_one_table_at_a_time() {
        let mut bench = Bench::new();
        let subnets = bench.ok("DescribeSubnets", "");
        let (vpc, subnet) = (subnets.get("vpcId"), subnets.get("subnetId"));
        let table = bench.ok("CreateRouteTable", &format!("VpcId={vpc}")).get("routeTableId");
        let parameters = format!("RouteTableId={table}&SubnetId={subnet}");
        let answer = bench.ok("AssociateRouteTable", &parameters);
        assert!(answer.has("<associationState><state>associated</state></associationState>"), "{}", answer.0);
        let told = bench.ok("DescribeRouteTables", &format!("RouteTableId.1={table}"));
        assert_eq!(told.get("routeTableAssociationId"), answer.get("associationId"));
        assert_eq!((told.get("subnetId"), told.get("main")), (subnet.clone(), "false".to_owned()));
        assert_eq!(bench.refused("AssociateRouteTable", &parameters), "Resource.AlreadyAssociated", "RT-12");
        let main = bench.ok("DescribeRouteTables", "Filter.1.Name=association.main&Filter.1.Value.1=true");
        let elsewhere = format!("RouteTableId={}&SubnetId={subnet}", main.get("routeTableId"));
        assert_eq!(bench.refused("AssociateRouteTable", &elsewhere), "Resource.AlreadyAssociated", "RT-12");
    }

    #[test]
    fn the_main_table_can_be_named_too() {
        let mut bench = Bench::new();
        let subnet = bench.ok("DescribeSubnets", "").get("subnetId");
        let main = bench.ok("DescribeRouteTables", "").get("routeTableId");
        bench.ok("AssociateRouteTable", &format!("RouteTableId={main}&SubnetId={subnet}"));
        assert_eq!(bench.ok("DescribeRouteTables", "").all("main"), ["true", "false"]);
    }

    #[test]
    fn both_are_of_one_vpc_and_there() {
        let mut bench = Bench::new();
        let subnet = bench.ok("DescribeSubnets", "").get("subnetId");
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let table = bench.ok("CreateRouteTable", &format!("VpcId={vpc}")).get("routeTableId");
        let mut refused = |parameters: &str| bench.refused("AssociateRouteTable", parameters);
        assert_eq!(refused(&format!("RouteTableId={table}&SubnetId={subnet}")), "InvalidParameterValue");
        assert_eq!(refused(&format!("RouteTableId={table}&SubnetId=subnet-00000000")), "InvalidSubnetID.NotFound");
        assert_eq!(refused(&format!("RouteTableId=rtb-00000000&SubnetId={subnet}")), "InvalidRouteTableID.NotFound");
        assert_eq!(refused(&format!("RouteTableId={table}")), "MissingParameter");
        let gateway = format!("RouteTableId={table}&GatewayId=igw-00000000");
        assert_eq!(refused(&format!("{gateway}&SubnetId={subnet}")), "UnsupportedOperation", "RT-30 is not built");
        assert_eq!(refused(&gateway), "UnsupportedOperation", "RT-30 is not built");
    }
}
