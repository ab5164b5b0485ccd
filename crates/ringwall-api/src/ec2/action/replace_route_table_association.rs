//! `ReplaceRouteTableAssociation`: has a subnet, or the VPC, use another table at once (RT-13, RT-14).

use std::sync::Arc;

use ringwall_model::id::{RouteTableAssociationId, RouteTableId, VpcId};
use ringwall_model::resource::RouteTable;
use ringwall_model::resource::subnet::ExplicitRouteTable;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::route_table::{Associated, find_association};
use crate::ec2::shape::route_table::ASSOCIATED;
use crate::ec2::shape::vpc::BlockState;
use crate::error::ApiError;

/// The action.
pub struct ReplaceRouteTableAssociation;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    association_id: String,
    route_table_id: String,
}

/// What is asked.
pub struct Request {
    association: RouteTableAssociationId,
    table: RouteTableId,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    new_association_id: String,
    association_state: BlockState,
}

impl Action for ReplaceRouteTableAssociation {
    const NAME: &'static str = "ReplaceRouteTableAssociation";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        Ok(Request { association: parse(&input.association_id)?, table: parse(&input.route_table_id)? })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let associated = find_association(&region, request.association)?;
        let mut table = Arc::unwrap_or_clone(find::<RouteTable>(&region, &request.table)?);
        let id = call.new_id();
        match associated {
            Associated::Main(old) => {
                check_network(&table, old.vpc)?;
                // The old main table may be the new one, so it is written first.
                let mut old = Arc::unwrap_or_clone(old);
                old.main = None;
                call.put(old);
                table.main = Some(id);
                call.put(table);
            }
            Associated::Subnet(subnet) => {
                check_network(&table, subnet.vpc)?;
                let mut subnet = Arc::unwrap_or_clone(subnet);
                subnet.route_table = Some(ExplicitRouteTable { id, table: table.id });
                call.put(subnet);
            }
        }
        Ok(Output { new_association_id: id.to_string(), association_state: ASSOCIATED })
    }
}

fn check_network(table: &RouteTable, vpc: VpcId) -> Result<(), ApiError> {
    if table.vpc == vpc {
        return Ok(());
    }
    let message = format!("route table {} and network {vpc} belong to different networks", table.id);
    Err(Code::InvalidParameterValue.with(message))
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    fn replace(bench: &mut Bench, association: &str, table: &str) -> String {
        let parameters = format!("AssociationId={association}&RouteTableId={table}");
        let answer = bench.ok("ReplaceRouteTableAssociation", &parameters);
        assert!(answer.has("<associationState><state>associated</state></associationState>"), "RT-14");
        answer.get("newAssociationId")
    }

    #[test]
    fn the_main_table_is_swapped() {
        let mut bench = Bench::new();
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let of_vpc = format!("Filter.1.Name=vpc-id&Filter.1.Value.1={vpc}");
        let told = bench.ok("DescribeRouteTables", &of_vpc);
        let (old, association) = (told.get("routeTableId"), told.get("routeTableAssociationId"));
        let table = bench.ok("CreateRouteTable", &format!("VpcId={vpc}")).get("routeTableId");
        let new = replace(&mut bench, &association, &table);
        let main = format!("{of_vpc}&Filter.2.Name=association.main&Filter.2.Value.1=true");
        let told = bench.ok("DescribeRouteTables", &main);
        assert_eq!(
            (told.get("routeTableId"), told.get("routeTableAssociationId")),
            (table.clone(), new.clone()),
            "RT-13"
        );
        assert_eq!(told.all("main"), ["true"]);
        assert_eq!(bench.refused("DeleteRouteTable", &format!("RouteTableId={table}")), "DependencyViolation");
        bench.ok("DeleteRouteTable", &format!("RouteTableId={old}"));
        let again = replace(&mut bench, &new, &table);
        assert_eq!(bench.ok("DescribeRouteTables", &main).get("routeTableAssociationId"), again);
        bench.ok("DeleteVpc", &format!("VpcId={vpc}"));
    }

    #[test]
    fn a_subnet_gets_another_table() {
        let mut bench = Bench::new();
        let subnets = bench.ok("DescribeSubnets", "");
        let (vpc, subnet) = (subnets.get("vpcId"), subnets.get("subnetId"));
        let mut table = || bench.ok("CreateRouteTable", &format!("VpcId={vpc}")).get("routeTableId");
        let (one, other) = (table(), table());
        let association = bench.ok("AssociateRouteTable", &format!("RouteTableId={one}&SubnetId={subnet}"));
        let new = replace(&mut bench, &association.get("associationId"), &other);
        assert!(new != association.get("associationId"), "RT-14");
        let told = bench.ok("DescribeRouteTables", &format!("RouteTableId.1={other}"));
        assert_eq!((told.get("subnetId"), told.get("routeTableAssociationId")), (subnet, new));
        bench.ok("DeleteRouteTable", &format!("RouteTableId={one}"));
    }

    #[test]
    fn the_new_table_is_of_the_same_vpc() {
        let mut bench = Bench::new();
        let association = bench.ok("DescribeRouteTables", "").get("routeTableAssociationId");
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let table = bench.ok("CreateRouteTable", &format!("VpcId={vpc}")).get("routeTableId");
        let mut refused = |association: &str, table: &str| {
            let parameters = format!("AssociationId={association}&RouteTableId={table}");
            bench.refused("ReplaceRouteTableAssociation", &parameters)
        };
        assert_eq!(refused(&association, &table), "InvalidParameterValue");
        assert_eq!(refused(&association, "rtb-00000000"), "InvalidRouteTableID.NotFound");
        assert_eq!(refused("rtbassoc-00000000", &table), "InvalidAssociationID.NotFound", "RT-40");
    }
}
