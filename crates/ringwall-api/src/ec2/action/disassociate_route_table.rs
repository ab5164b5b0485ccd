//! `DisassociateRouteTable`: puts a subnet back on the main table (RT-16).

use std::sync::Arc;

use ringwall_model::id::RouteTableAssociationId;
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::parse;
use crate::ec2::operation::route_table::{Associated, find_association};
use crate::ec2::shape::Done;
use crate::error::ApiError;

/// The action.
pub struct DisassociateRouteTable;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    association_id: String,
}

impl Action for DisassociateRouteTable {
    const NAME: &'static str = "DisassociateRouteTable";

    type Input = Input;
    type Request = RouteTableAssociationId;
    type Output = Done;

    fn parse(input: Input) -> Result<RouteTableAssociationId, ApiError> {
        parse(&input.association_id)
    }

    fn apply(id: RouteTableAssociationId, call: &mut Call<'_>) -> Result<Done, ApiError> {
        match find_association(&call.state(), id)? {
            Associated::Main(_) => {
                let message = format!("cannot disassociate the main route table association {id}");
                Err(Code::InvalidParameterValue.with(message))
            }
            Associated::Subnet(subnet) => {
                let mut subnet = Arc::unwrap_or_clone(subnet);
                subnet.route_table = None;
                call.put(subnet);
                Ok(Done::OK)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn a_subnet_goes_back_to_the_main_table() {
        let mut bench = Bench::new();
        let subnets = bench.ok("DescribeSubnets", "");
        let (vpc, subnet) = (subnets.get("vpcId"), subnets.get("subnetId"));
        let table = bench.ok("CreateRouteTable", &format!("VpcId={vpc}")).get("routeTableId");
        let parameters = format!("RouteTableId={table}&SubnetId={subnet}");
        let association = bench.ok("AssociateRouteTable", &parameters).get("associationId");
        bench.ok("DisassociateRouteTable", &format!("AssociationId={association}"));
        assert!(!bench.ok("DescribeRouteTables", "").has(&association), "RT-16");
        let again = bench.refused("DisassociateRouteTable", &format!("AssociationId={association}"));
        assert_eq!(again, "InvalidAssociationID.NotFound", "RT-40");
        bench.ok("AssociateRouteTable", &parameters);
    }

    #[test]
    fn the_main_association_stays() {
        let mut bench = Bench::new();
        let main = bench.ok("DescribeRouteTables", "").get("routeTableAssociationId");
        let refused = bench.refused("DisassociateRouteTable", &format!("AssociationId={main}"));
        assert_eq!(refused, "InvalidParameterValue", "RT-13");
        assert_eq!(bench.refused("DisassociateRouteTable", "AssociationId=x"), "InvalidAssociationID.Malformed");
    }
}
