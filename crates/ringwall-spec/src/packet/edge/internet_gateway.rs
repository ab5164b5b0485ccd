//! The internet gateway.
//!
//! It turns private IPv4 addresses into public ones and back, one to one (IGW-1), and routes IPv6 untouched (IGW-2).
//! Nothing leaves without a public address (IGW-4), nothing comes in for an address that no attached interface holds
//! (IGW-6), and neither side may use addresses that are not the internet's, or somebody else's (IGW-5).

use std::net::IpAddr;

use ringwall_model::gate::Reason;
use ringwall_model::id::{NetworkInterfaceId, VpcId};
use ringwall_model::reserved::is_public;
use ringwall_model::world::{Interface, RouteTarget, World};

use crate::packet::flow::Flow;
use crate::packet::owner;
use crate::packet::subnet::route_table;

/// The source address that a packet has outside.
pub fn source_outside(world: &World, vpc: VpcId, flow: &Flow) -> Result<IpAddr, Reason> {
    let sender = owner(world, vpc, flow.source).filter(|(_, interface)| interface.up);
    match flow.source {
        IpAddr::V4(source) => sender
            .and_then(|(_, interface)| interface.ipv4.iter().find(|own| own.address == source)?.public)
            .map(IpAddr::V4)
            .ok_or(Reason::SourceWithoutPublicAddress),
        IpAddr::V6(_) => sender.map(|_| flow.source).ok_or(Reason::SpoofedSource),
    }
}

/// Whether the gateway sends to the destination.
pub fn permits_destination(flow: &Flow) -> bool {
    is_public(flow.destination)
}

/// The running interface that holds an address of the internet, and its private form there.
pub fn holder(world: &World, address: IpAddr) -> Option<(NetworkInterfaceId, &Interface, IpAddr)> {
    world.interfaces.iter().filter(|(_, interface)| interface.up).find_map(|(id, interface)| match address {
        IpAddr::V4(address) => {
            let own = interface.ipv4.iter().find(|own| own.public == Some(address))?;
            world.vpcs[&interface.vpc].internet_gateway?;
            Some((*id, interface, IpAddr::V4(own.address)))
        }
        IpAddr::V6(_) => interface.owns(address).then_some((*id, interface, address)),
    })
}

/// How a packet from the internet reaches the interface that holds its destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrance {
    /// by the internet gateway
    InternetGateway,
    /// by an egress-only internet gateway, which lets only answers in
    EgressOnlyInternetGateway,
    /// not at all
    None,
}

/// By which gateway the interface is reached from an address. IPv4 has the public address for it; with IPv6 it is the
/// gateway by which the interface would answer.
pub fn entrance(world: &World, interface: &Interface, source: IpAddr) -> Entrance {
    if source.is_ipv4() {
        return Entrance::InternetGateway;
    }
    let table = world.subnets[&interface.subnet].route_table;
    match route_table::select(world, table, source).map(|(_, route)| route.target) {
        Some(RouteTarget::InternetGateway(_)) => Entrance::InternetGateway,
        Some(RouteTarget::EgressOnlyInternetGateway(_)) => Entrance::EgressOnlyInternetGateway,
        _ => Entrance::None,
    }
}
