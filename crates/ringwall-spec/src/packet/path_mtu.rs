//! The largest packet that a path carries, and what the sender of a larger one is told.
//!
//! Inside a VPC 9001 bytes pass (ENI-24), through an internet gateway 1500 (IGW-14). The router reports a larger packet
//! to its sender; the report is a packet like any other, so the sender's ACL and groups must admit it, unless it is about
//! a tracked session (SG-44, NACL-21).

use std::net::IpAddr;

use ringwall_model::id::NetworkInterfaceId;
use ringwall_model::outcome::Answer;
use ringwall_model::reserved::ROUTER_V6;
use ringwall_model::session::Direction;
use ringwall_model::world::World;
use ringwall_net::frame::{Embedded, EmbeddedTransport, Fragment};
use ringwall_net::icmp::{Role, protocol, role};

use super::Memory;
use super::eni::security_group::{self, Asked};
use super::flow::{Flow, FlowTransport};
use super::subnet::network_acl;

/// What the interface is told of its packet that is larger than `mtu`.
pub fn answer(
    world: &World,
    memory: &Memory,
    sender: NetworkInterfaceId,
    fragment: Fragment,
    flow: &Flow,
    mtu: u32,
) -> Option<Answer> {
    let interface = &world.interfaces[&sender];
    let subnet = &world.subnets[&interface.subnet];
    let report = report(flow, subnet.router_v4().into())?;
    if matches!(fragment, Fragment::Later { .. }) {
        return None;
    }
    let acl = network_acl::judge(world, subnet.network_acl, Direction::In, &report);
    let asked = Asked {
        id: sender,
        interface,
        direction: Direction::In,
        flow: &report,
        peer_groups: None,
        always_tracked: false,
    };
    let group = security_group::judge(world, memory, &asked);
    (acl.allows && group.passes()).then_some(Answer::TooBig { mtu })
}

/// The ICMP message; there is none about an ICMP error (RFC 1122, 3.2.2).
fn report(flow: &Flow, router_v4: IpAddr) -> Option<Flow> {
    let transport = match flow.transport {
        FlowTransport::Ports { source, destination, .. } => EmbeddedTransport::Ports { source, destination },
        FlowTransport::Icmp { kind, .. } if role(flow.family(), kind) == Role::Error => return None,
        FlowTransport::Icmp { kind, identifier, .. } => EmbeddedTransport::Icmp { kind, identifier },
        FlowTransport::Other => EmbeddedTransport::Other,
    };
    let embedded = Embedded { source: flow.source, destination: flow.destination, protocol: flow.protocol, transport };
    let (source, kind, code) = if flow.source.is_ipv4() { (router_v4, 3, 4) } else { (ROUTER_V6.into(), 2, 0) };
    Some(Flow {
        source,
        destination: flow.source,
        protocol: protocol(flow.family()),
        transport: FlowTransport::Icmp { kind, code, identifier: 0, embedded: Some(embedded) },
    })
}
