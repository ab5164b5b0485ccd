//! The gateway endpoint: a way from a VPC to one service, past the internet.
//!
//! It is a route and nothing else (GWE-2). The service sees the private address (GWE-10); what it answers goes to an
//! interface whose own route table leads to the endpoint, so that nobody else can use it (GWE-8, GWE-11).

use std::net::IpAddr;

use ringwall_model::gate::Reason;
use ringwall_model::id::VpcEndpointId;
use ringwall_model::world::{Interface, RouteTarget, World};
use ringwall_net::Protocol;

use crate::packet::flow::{Flow, FlowTransport};
use crate::packet::subnet::route_table;

/// Whether the endpoint carries the packet: TCP, and ICMP echo (GWE-16).
pub fn permits(flow: &Flow) -> Result<(), Reason> {
    let is_carried = match flow.transport {
        FlowTransport::Icmp { kind, .. } => kind == 8,
        _ => flow.protocol == Protocol::TCP,
    };
    let is_carried = is_carried && flow.source.is_ipv4();
    if is_carried { Ok(()) } else { Err(Reason::GatewayEndpointProtocol) }
}

/// The endpoint by which the interface reaches the address.
pub fn toward(world: &World, interface: &Interface, address: IpAddr) -> Option<VpcEndpointId> {
    let table = world.subnets[&interface.subnet].route_table;
    match route_table::select(world, table, address).map(|(_, route)| route.target) {
        Some(RouteTarget::GatewayEndpoint(id)) => Some(id),
        _ => None,
    }
}
