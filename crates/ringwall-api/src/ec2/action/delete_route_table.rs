//! `DeleteRouteTable`: refused for main tables and associated ones (RT-15).

use ringwall_model::id::RouteTableId;
use ringwall_model::resource::RouteTable;
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::has_dependencies;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::route_table::associated_subnets;
use crate::ec2::shape::Done;
use crate::error::ApiError;

/// The action.
pub struct DeleteRouteTable;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    route_table_id: String,
}

impl Action for DeleteRouteTable {
    const NAME: &'static str = "DeleteRouteTable";

    type Input = Input;
    type Request = RouteTableId;
    type Output = Done;

    fn parse(input: Input) -> Result<RouteTableId, ApiError> {
        parse(&input.route_table_id)
    }

    fn apply(id: RouteTableId, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let region = call.state();
        let table = find::<RouteTable>(&region, &id)?;
        if table.main.is_some() || associated_subnets(&region, id).next().is_some() {
            return Err(has_dependencies("routeTable", id));
        }
        call.delete::<RouteTable>(&id);
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn only_a_table_that_nothing_uses_goes() {
        let mut bench = Bench::new();
        let main = bench.ok("DescribeRouteTables", "").get("routeTableId");
        let refused = bench.refused("DeleteRouteTable", &format!("RouteTableId={main}"));
        assert_eq!(refused, "DependencyViolation", "RT-15: main");
        let subnets = bench.ok("DescribeSubnets", "");
        let (vpc, subnet) = (subnets.get("vpcId"), subnets.get("subnetId"));
        let table = bench.ok("CreateRouteTable", &format!("VpcId={vpc}")).get("routeTableId");
        let association = bench.ok("AssociateRouteTable", &format!("RouteTableId={table}&SubnetId={subnet}"));
        let refused = bench.refused("DeleteRouteTable", &format!("RouteTableId={table}"));
        assert_eq!(refused, "DependencyViolation", "RT-15: associated");
        bench.ok("DisassociateRouteTable", &format!("AssociationId={}", association.get("associationId")));
        bench.ok("DeleteRouteTable", &format!("RouteTableId={table}"));
        let again = bench.refused("DeleteRouteTable", &format!("RouteTableId={table}"));
        assert_eq!(again, "InvalidRouteTableID.NotFound", "RT-40");
    }
}
