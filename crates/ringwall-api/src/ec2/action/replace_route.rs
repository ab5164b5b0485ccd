//! `ReplaceRoute`: another target for a route that is there, local ones included (RT-7, RT-23).

use std::sync::Arc;

use ringwall_model::id::RouteTableId;
use ringwall_model::resource::route_table::RouteTargetRecord;
use ringwall_model::resource::traffic::Text;
use ringwall_model::resource::{RouteTable, Vpc};
use ringwall_model::world::RouteDestination;
use ringwall_net::Prefix;
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::gateway_endpoint::is_endpoints;
use crate::ec2::operation::route::{
    DestinationInput, Place, Target, TargetInput, UNBUILT_TARGETS, check_target, name, of_endpoint, only_for_local,
    place, resolve,
};
use crate::ec2::shape::Done;
use crate::error::ApiError;

/// The action.
pub struct ReplaceRoute;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    route_table_id: String,
    destination_cidr_block: Option<String>,
    destination_ipv6_cidr_block: Option<String>,
    destination_prefix_list_id: Option<String>,
    gateway_id: Option<String>,
    egress_only_internet_gateway_id: Option<String>,
    nat_gateway_id: Option<String>,
    network_interface_id: Option<String>,
    instance_id: Option<String>,
    local_target: Option<bool>,
}

/// What is asked.
pub struct Request {
    table: RouteTableId,
    destination: RouteDestination,
    target: Target,
}

impl Action for ReplaceRoute {
    const NAME: &'static str = "ReplaceRoute";
    const UNBUILT: &'static [&'static str] = UNBUILT_TARGETS;

    type Input = Input;
    type Request = Request;
    type Output = Done;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let destination = DestinationInput {
            cidr_block: input.destination_cidr_block,
            ipv6_cidr_block: input.destination_ipv6_cidr_block,
            prefix_list_id: input.destination_prefix_list_id,
        };
        let target = TargetInput {
            gateway_id: input.gateway_id,
            egress_only_internet_gateway_id: input.egress_only_internet_gateway_id,
            nat_gateway_id: input.nat_gateway_id,
            network_interface_id: input.network_interface_id,
            instance_id: input.instance_id,
            local_target: input.local_target,
        };
        Ok(Request { table: parse(&input.route_table_id)?, destination: destination.parse()?, target: target.parse()? })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let region = call.state();
        let mut table = Arc::unwrap_or_clone(find::<RouteTable>(&region, &request.table)?);
        let vpc = find::<Vpc>(&region, &table.vpc)?;
        match place(&vpc, request.destination) {
            Place::Local(block) => replace_local(call, &mut table, block, request.target)?,
            place => replace_own(call, &mut table, place, &request)?,
        }
        call.put(table);
        Ok(Done::OK)
    }
}

fn replace_local(call: &Call<'_>, table: &mut RouteTable, block: Prefix, target: Target) -> Result<(), ApiError> {
    if target == Target::Local {
        table.replaced_local.remove(&Text(block));
        return Ok(());
    }
    check_target(Place::Local(block), target)?;
    let destination = RouteDestination::Prefix(block);
    if let RouteTargetRecord::NetworkInterface(interface) = resolve(&call.state(), table, destination, target)? {
        table.replaced_local.insert(Text(block), interface);
    }
    Ok(())
}

fn replace_own(call: &Call<'_>, table: &mut RouteTable, place: Place, request: &Request) -> Result<(), ApiError> {
    let destination = request.destination;
    let Some(at) = table.routes.iter().position(|route| route.destination == destination) else {
        let message = format!(
            "There is no route defined for '{}' in the route table. Use CreateRoute instead.",
            name(destination)
        );
        return Err(Code::InvalidParameterValue.with(message));
    };
    if is_endpoints(&table.routes[at]) {
        return Err(of_endpoint());
    }
    if request.target == Target::Local {
        return Err(only_for_local());
    }
    check_target(place, request.target)?;
    table.routes[at].target = resolve(&call.state(), table, destination, request.target)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use ringwall_model::id::NetworkInterfaceId;

    use crate::bench::Bench;
    use crate::ec2::fixture;

    fn build() -> (Bench, String, NetworkInterfaceId) {
        let mut bench = Bench::new();
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let subnet = bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.1.0/24")).get("subnetId");
        let table = bench.ok("CreateRouteTable", &format!("VpcId={vpc}")).get("routeTableId");
        let gateway = bench.ok("CreateInternetGateway", "").get("internetGatewayId");
        bench.ok("AttachInternetGateway", &format!("InternetGatewayId={gateway}&VpcId={vpc}"));
        let (_, interfaces) = fixture::instance(&mut bench, &subnet, 1);
        let to_gateway = format!("RouteTableId={table}&GatewayId={gateway}");
        bench.ok("CreateRoute", &format!("{to_gateway}&DestinationCidrBlock=0.0.0.0/0"));
        (bench, table, interfaces[0])
    }

    #[test]
    fn a_route_gets_another_target() {
        let (mut bench, table, interface) = build();
        let parameters = format!("RouteTableId={table}&DestinationCidrBlock=0.0.0.0/0&NetworkInterfaceId={interface}");
        assert_eq!(bench.ok("ReplaceRoute", &parameters).get("return"), "true");
        let told = bench.ok("DescribeRouteTables", &format!("RouteTableId.1={table}"));
        assert_eq!(told.all("gatewayId"), ["local"]);
        assert_eq!(told.get("networkInterfaceId"), interface.to_string());
        assert_eq!(told.all("destinationCidrBlock"), ["10.0.0.0/16", "0.0.0.0/0"]);
    }

    #[test]
    fn a_local_route_is_led_elsewhere_and_back() {
        let (mut bench, table, interface) = build();
        let local = format!("RouteTableId={table}&DestinationCidrBlock=10.0.0.0/16");
        bench.ok("ReplaceRoute", &format!("{local}&NetworkInterfaceId={interface}"));
        let of_table = format!("RouteTableId.1={table}");
        let told = bench.ok("DescribeRouteTables", &of_table);
        assert_eq!(told.get("networkInterfaceId"), interface.to_string(), "RT-7");
        assert_eq!(told.get("origin"), "CreateRouteTable");
        bench.ok("ReplaceRoute", &format!("{local}&LocalTarget=true"));
        assert_eq!(bench.ok("DescribeRouteTables", &of_table).get("gatewayId"), "local", "RT-7");
        bench.ok("ReplaceRoute", &format!("{local}&LocalTarget=true"));
    }

    #[test]
    fn a_local_route_leads_to_interfaces_alone_and_no_other_leads_home() {
        let (mut bench, table, _) = build();
        let gateway = bench.ok("DescribeInternetGateways", "").all("internetGatewayId").remove(1);
        let mut refused = |rest: &str| bench.refused("ReplaceRoute", &format!("RouteTableId={table}&{rest}"));
        let to_gateway = format!("DestinationCidrBlock=10.0.0.0/16&GatewayId={gateway}");
        assert_eq!(refused(&to_gateway), "InvalidParameterValue", "RT-7");
        assert_eq!(refused("DestinationCidrBlock=0.0.0.0/0&LocalTarget=true"), "InvalidParameterValue");
        assert_eq!(refused("DestinationCidrBlock=0.0.0.0/0&LocalTarget=false"), "MissingParameter");
    }

    #[test]
    fn what_is_not_there_is_not_replaced() {
        let (mut bench, table, interface) = build();
        let mut refused = |rest: &str| bench.refused("ReplaceRoute", &format!("RouteTableId={table}&{rest}"));
        let absent = format!("DestinationCidrBlock=1.0.0.0/8&NetworkInterfaceId={interface}");
        assert_eq!(refused(&absent), "InvalidParameterValue", "RT-23");
        let both = format!("DestinationCidrBlock=0.0.0.0/0&NetworkInterfaceId={interface}&LocalTarget=true");
        assert_eq!(refused(&both), "InvalidParameterCombination", "RT-18");
        let nowhere = "DestinationCidrBlock=0.0.0.0/0&VpcPeeringConnectionId=pcx-00000000";
        assert_eq!(refused(nowhere), "UnsupportedOperation");
        let table = format!("RouteTableId=rtb-00000000&DestinationCidrBlock=0.0.0.0/0&NetworkInterfaceId={interface}");
        assert_eq!(bench.refused("ReplaceRoute", &table), "InvalidRouteTableID.NotFound", "RT-40");
    }
}
