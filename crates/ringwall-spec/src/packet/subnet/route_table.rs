//! Routing: where a packet goes that was sent to the subnet's router.
//!
//! The longest prefix wins whatever its target (RT-1); on equal length a plain route beats one by prefix list (RT-3), and
//! of two lists the one with the lower id is kept (RT-4 leaves the choice open). A route without a usable target swallows
//! the packet (RT-26).

use std::cmp::Reverse;
use std::net::IpAddr;

use ringwall_model::gate::Reason;
use ringwall_model::id::{NatGatewayId, NetworkInterfaceId, RouteTableId, VpcEndpointId};
use ringwall_model::outcome::RouteFinding;
use ringwall_model::reserved::is_never_routed;
use ringwall_model::world::{Interface, Route, RouteDestination, RouteTarget, World};
use ringwall_net::Prefix;

use crate::packet::owner;

/// The next stop of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hop {
    /// an interface
    Interface(NetworkInterfaceId),
    /// the internet gateway of the VPC
    InternetGateway,
    /// an egress-only internet gateway
    EgressOnlyInternetGateway,
    /// a NAT gateway
    NatGateway(NatGatewayId),
    /// a gateway endpoint
    GatewayEndpoint(VpcEndpointId),
}

/// What routing says.
pub struct Routing {
    /// the route that decided
    pub finding: RouteFinding,
    /// where it leads, or why nowhere
    pub hop: Result<Hop, Reason>,
}

/// Where the router of the sender's subnet sends the packet.
pub fn judge(world: &World, sender: NetworkInterfaceId, destination: IpAddr) -> Routing {
    let interface = &world.interfaces[&sender];
    let table = world.subnets[&interface.subnet].route_table;
    let nothing = |reason| Routing { finding: RouteFinding::None { table }, hop: Err(reason) };
    if is_never_routed(destination) {
        return nothing(Reason::NeverRouted);
    }
    let Some((prefix, route)) = select(world, table, destination) else { return nothing(Reason::NoRoute) };
    let hop = match route.target {
        RouteTarget::Local => local(world, interface, destination),
        RouteTarget::NetworkInterface(target) => match world.interfaces.get(&target) {
            Some(interface) if interface.up => Ok(Hop::Interface(target)),
            _ => Err(Reason::BlackholeRoute),
        },
        RouteTarget::InternetGateway(_) => Ok(Hop::InternetGateway),
        RouteTarget::EgressOnlyInternetGateway(_) => Ok(Hop::EgressOnlyInternetGateway),
        RouteTarget::NatGateway(id) => match world.nat_gateways.get(&id) {
            Some(gateway) if gateway.interface == sender => Err(Reason::RouteToSender),
            Some(_) => Ok(Hop::NatGateway(id)),
            None => Err(Reason::BlackholeRoute),
        },
        RouteTarget::GatewayEndpoint(id) if world.gateway_endpoints.contains_key(&id) => Ok(Hop::GatewayEndpoint(id)),
        RouteTarget::GatewayEndpoint(_) | RouteTarget::Blackhole => Err(Reason::BlackholeRoute),
    };
    let hop = if hop == Ok(Hop::Interface(sender)) { Err(Reason::RouteToSender) } else { hop };
    let finding = RouteFinding::Route { table, destination: route.destination, prefix, target: route.target };
    Routing { finding, hop }
}

fn local(world: &World, sender: &Interface, destination: IpAddr) -> Result<Hop, Reason> {
    match owner(world, sender.vpc, destination) {
        Some((id, interface)) if interface.up => Ok(Hop::Interface(id)),
        Some(_) => Err(Reason::InterfaceDown),
        None => Err(Reason::NoSuchAddress),
    }
}

/// The route that selects the destination, with the block by which it does.
pub fn select(world: &World, table: RouteTableId, destination: IpAddr) -> Option<(Prefix, Route)> {
    let routes = &world.route_tables.get(&table)?.routes;
    let blocks = routes.iter().flat_map(|route| match route.destination {
        RouteDestination::Prefix(prefix) => vec![(prefix, *route)],
        RouteDestination::PrefixList(list) => {
            let prefixes = world.prefix_lists.get(&list).map(|list| list.prefixes.as_slice()).unwrap_or_default();
            prefixes.iter().map(|prefix| (*prefix, *route)).collect()
        }
    });
    let selecting = blocks.filter(|(prefix, _)| prefix.contains(destination));
    selecting.max_by_key(|(prefix, route)| {
        let (plain, list) = match route.destination {
            RouteDestination::Prefix(_) => (true, None),
            RouteDestination::PrefixList(list) => (false, Some(list)),
        };
        (prefix.length(), plain, Reverse(list))
    })
}
