//! `DeleteRoute`: takes a route away; local ones stay (RT-21, RT-24).

use std::sync::Arc;

use ringwall_model::id::RouteTableId;
use ringwall_model::resource::route_table::RouteRecord;
use ringwall_model::resource::{RouteTable, Vpc};
use ringwall_model::world::RouteDestination;
use ringwall_net::Prefix;
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::gateway_endpoint::is_endpoints;
use crate::ec2::operation::route::{DestinationInput, Place, name, place};
use crate::ec2::shape::Done;
use crate::error::ApiError;

/// The action.
pub struct DeleteRoute;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    route_table_id: String,
    destination_cidr_block: Option<String>,
    destination_ipv6_cidr_block: Option<String>,
    destination_prefix_list_id: Option<String>,
}

/// What is asked.
pub struct Request {
    table: RouteTableId,
    destination: RouteDestination,
}

impl Action for DeleteRoute {
    const NAME: &'static str = "DeleteRoute";

    type Input = Input;
    type Request = Request;
    type Output = Done;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let destination = DestinationInput {
            cidr_block: input.destination_cidr_block,
            ipv6_cidr_block: input.destination_ipv6_cidr_block,
            prefix_list_id: input.destination_prefix_list_id,
        };
        Ok(Request { table: parse(&input.route_table_id)?, destination: destination.parse()? })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let region = call.state();
        let mut table = Arc::unwrap_or_clone(find::<RouteTable>(&region, &request.table)?);
        let vpc = find::<Vpc>(&region, &table.vpc)?;
        if let Place::Local(block) = place(&vpc, request.destination) {
            let message = format!("cannot remove local route {block} in route table {}", table.id);
            return Err(Code::InvalidParameterValue.with(message));
        }
        let of_endpoint = |route: &&RouteRecord| route.destination == request.destination && is_endpoints(route);
        if table.routes.iter().any(|route| of_endpoint(&route)) {
            let list = name(request.destination);
            let message = format!("cannot remove VPC endpoint route {list} in route table {}", table.id);
            return Err(Code::InvalidParameterValue.with(message));
        }
        let before = table.routes.len();
        table.routes.retain(|route| route.destination != request.destination);
        if table.routes.len() == before {
            return Err(absent(&table, request.destination));
        }
        call.put(table);
        Ok(Done::OK)
    }
}

fn absent(table: &RouteTable, destination: RouteDestination) -> ApiError {
    let kind = match destination {
        RouteDestination::Prefix(Prefix::V4(_)) => "destination-cidr-block",
        RouteDestination::Prefix(Prefix::V6(_)) => "destination-ipv6-cidr-block",
        RouteDestination::PrefixList(_) => "destination-prefix-list-id",
    };
    let message = format!("no route with {kind} {} in route table {}", name(destination), table.id);
    Code::InvalidRouteNotFound.with(message)
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn a_route_goes_and_is_gone() {
        let mut bench = Bench::new();
        let table = bench.ok("DescribeRouteTables", "").get("routeTableId");
        let parameters = format!("RouteTableId={table}&DestinationCidrBlock=0.0.0.0/0");
        bench.ok("DeleteRoute", &parameters);
        assert_eq!(bench.ok("DescribeRouteTables", "").all("destinationCidrBlock"), ["172.31.0.0/16"]);
        let error = bench.call("DeleteRoute", &parameters).unwrap_err();
        assert_eq!(error.code, "InvalidRoute.NotFound", "RT-24");
        assert!(error.message.contains("destination-cidr-block 0.0.0.0/0"), "{error}");
    }

    #[test]
    fn local_routes_stay() {
        let mut bench = Bench::new();
        let table = bench.ok("DescribeRouteTables", "").get("routeTableId");
        let error =
            bench.call("DeleteRoute", &format!("RouteTableId={table}&DestinationCidrBlock=172.31.0.0/16")).unwrap_err();
        assert_eq!(error.code, "InvalidParameterValue", "RT-21");
        assert!(error.message.contains("cannot remove local route"), "{error}");
    }

    #[test]
    fn one_destination_is_named() {
        let mut bench = Bench::new();
        let table = bench.ok("DescribeRouteTables", "").get("routeTableId");
        let mut refused = |rest: &str| bench.refused("DeleteRoute", &format!("RouteTableId={table}{rest}"));
        assert_eq!(refused(""), "MissingParameter");
        let both = "&DestinationCidrBlock=0.0.0.0/0&DestinationIpv6CidrBlock=::/0";
        assert_eq!(refused(both), "InvalidParameterCombination", "RT-18");
        assert_eq!(refused("&DestinationIpv6CidrBlock=::/0"), "InvalidRoute.NotFound");
        assert_eq!(refused("&DestinationPrefixListId=pl-00000000"), "InvalidRoute.NotFound");
        let absent = bench.refused("DeleteRoute", "RouteTableId=rtb-00000000&DestinationCidrBlock=0.0.0.0/0");
        assert_eq!(absent, "InvalidRouteTableID.NotFound");
    }
}
