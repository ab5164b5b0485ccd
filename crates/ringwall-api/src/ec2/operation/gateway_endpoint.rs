//! Gateway endpoints: a route for the service's prefix list in each of their tables, which they alone change (GWE-3 to GWE-5).

use std::sync::Arc;

use ringwall_model::id::{PrefixListId, RouteTableId, VpcEndpointId};
use ringwall_model::resource::route_table::{RouteRecord, RouteTargetRecord};
use ringwall_model::resource::{RouteTable, VpcEndpoint};
use ringwall_model::world::RouteDestination;
use ringwall_store::Region;

use super::route_table::check_quota;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::find;
use crate::error::ApiError;

/// The tables that have the route of an endpoint.
pub fn tables_of(region: &Region, id: VpcEndpointId) -> Vec<RouteTableId> {
    let tables = region.route_tables.iter().filter(|table| table.routes.iter().any(|route| leads_to(route, id)));
    tables.map(|table| table.id).collect()
}

fn leads_to(route: &RouteRecord, id: VpcEndpointId) -> bool {
    route.target == RouteTargetRecord::GatewayEndpoint(id)
}

/// Whether an endpoint brought the route, which calls for routes do not change (GWE-4, RT-35).
pub fn is_endpoints(route: &RouteRecord) -> bool {
    matches!(route.target, RouteTargetRecord::GatewayEndpoint(_))
}

/// Gives tables the route of an endpoint.
pub fn add_tables(
    call: &mut Call<'_>,
    endpoint: &VpcEndpoint,
    prefix_list: PrefixListId,
    tables: &[RouteTableId],
) -> Result<(), ApiError> {
    let destination = RouteDestination::PrefixList(prefix_list);
    for id in tables {
        let mut table = Arc::unwrap_or_clone(find::<RouteTable>(&call.state(), id)?);
        if table.vpc != endpoint.vpc {
            let message = format!("Route table {id} and VPC {} belong to different networks.", endpoint.vpc);
            return Err(Code::InvalidParameter.with(message));
        }
        if table.routes.iter().any(|route| route.destination == destination) {
            let message = format!("route table {id} already has a route with destination-prefix-list-id {prefix_list}");
            return Err(Code::RouteAlreadyExists.with(message));
        }
        table.routes.push(RouteRecord { destination, target: RouteTargetRecord::GatewayEndpoint(endpoint.id) });
        check_quota(call, &table)?;
        call.put(table);
    }
    Ok(())
}

/// Takes the route of an endpoint from tables.
pub fn remove_tables(call: &mut Call<'_>, endpoint: &VpcEndpoint, tables: &[RouteTableId]) -> Result<(), ApiError> {
    for id in tables {
        let mut table = Arc::unwrap_or_clone(find::<RouteTable>(&call.state(), id)?);
        let before = table.routes.len();
        table.routes.retain(|route| !leads_to(route, endpoint.id));
        if table.routes.len() == before {
            let message = format!("Route table {id} is not associated with the VPC endpoint {}.", endpoint.id);
            return Err(Code::InvalidParameter.with(message));
        }
        call.put(table);
    }
    Ok(())
}

/// The refusal of route tables for endpoints of another type.
pub fn only_for_gateways() -> ApiError {
    Code::InvalidParameter.with("Route table IDs are only supported for Gateway type VPC Endpoint.")
}
