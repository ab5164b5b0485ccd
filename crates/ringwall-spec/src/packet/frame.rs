//! The frame itself: which frames an interface may send, and what the router answers by itself.
//!
//! A VPC carries IPv4 and IPv6 between known hardware addresses, and nothing else: no broadcast, no multicast, no tags, no
//! foreign source (ENI-22). ARP and neighbour discovery are answered, never flooded: a neighbour's address is at its own
//! hardware address, every other one at the router's (ENI-21).

use std::net::IpAddr;

use ringwall_model::gate::Reason;
use ringwall_model::id::NetworkInterfaceId;
use ringwall_model::outcome::{Answer, Service};
use ringwall_model::reserved::{ROUTER_V6, UPLINK_ROUTER, is_group};
use ringwall_model::world::{Interface, Subnet, World};
use ringwall_net::frame::{Arp, Content, Fragment, Frame, Packet, Transport};
use ringwall_net::icmp::is_neighbour_discovery;
use ringwall_net::{MacAddress, Protocol};

use super::{neighbour, owner, services};

/// What becomes of a frame.
pub enum Step<'a> {
    /// the router answers it
    Answer(Answer),
    /// it goes no further
    Refuse(Reason),
    /// it carries a packet to the router
    ToRouter(&'a Packet),
    /// it carries a packet to an interface of the same subnet, past the router
    ToNeighbour(&'a Packet, NetworkInterfaceId),
    /// it carries a packet to a service of the VPC
    ToService(&'a Packet, Service),
}

/// A frame that an interface sends.
pub fn from_interface<'a>(world: &World, interface: &Interface, frame: &'a Frame) -> Step<'a> {
    let subnet = &world.subnets[&interface.subnet];
    if frame.source != interface.mac {
        return Step::Refuse(Reason::ForeignSourceMac);
    }
    let packet = match &frame.content {
        Content::Tagged => return Step::Refuse(Reason::TaggedFrame),
        Content::Other(_) => return Step::Refuse(Reason::UnsupportedEtherType),
        Content::Arp(arp) => return answer_arp(world, interface, subnet, arp),
        Content::Ip(packet) => packet,
    };
    if let Some(asked) = discovery(packet) {
        return answer_discovery(world, interface, subnet, packet, asked);
    }
    if frame.destination.is_group() || is_group(packet.destination) {
        return Step::Refuse(Reason::GroupDestination);
    }
    if frame.destination == subnet.router {
        let for_router = router_addresses(subnet).any(|address| address == packet.destination);
        if for_router && is_echo_request(packet) {
            return Step::Answer(Answer::Echo);
        }
        return match services::at(world, interface.vpc, packet.destination) {
            Some(service) => Step::ToService(packet, service),
            None => Step::ToRouter(packet),
        };
    }
    match neighbour(world, interface.subnet, frame.destination) {
        Some((id, _)) => Step::ToNeighbour(packet, id),
        None => Step::Refuse(Reason::UnknownDestinationMac),
    }
}

/// A frame from the internet.
pub fn from_internet(frame: &Frame) -> Step<'_> {
    let packet = match &frame.content {
        Content::Tagged => return Step::Refuse(Reason::TaggedFrame),
        Content::Other(_) => return Step::Refuse(Reason::UnsupportedEtherType),
        Content::Arp(arp) if arp.operation == 1 => return Step::Answer(Answer::Neighbour { mac: UPLINK_ROUTER }),
        Content::Arp(_) => return Step::Refuse(Reason::NothingToAnswer),
        Content::Ip(packet) => packet,
    };
    if let Some(asked) = discovery(packet) {
        return match asked {
            Some(_) if is_usable_solicitation(packet) => Step::Answer(Answer::Neighbour { mac: UPLINK_ROUTER }),
            _ => Step::Refuse(Reason::NothingToAnswer),
        };
    }
    if frame.destination.is_group() || is_group(packet.destination) {
        Step::Refuse(Reason::GroupDestination)
    } else if frame.destination != UPLINK_ROUTER {
        Step::Refuse(Reason::UnknownDestinationMac)
    } else {
        Step::ToRouter(packet)
    }
}

/// A frame from the services of a VPC: what holds for the internet's holds for theirs.
pub fn from_services(frame: &Frame) -> Step<'_> {
    from_internet(frame)
}

/// The addresses that the router of a subnet answers pings for, from this subnet alone (ENI-23).
fn router_addresses(subnet: &Subnet) -> impl Iterator<Item = IpAddr> {
    let v6 = subnet.router_v6().map(IpAddr::V6);
    [IpAddr::V4(subnet.router_v4()), IpAddr::V6(ROUTER_V6)].into_iter().chain(v6)
}

fn is_echo_request(packet: &Packet) -> bool {
    let question = if packet.source.is_ipv4() { 8 } else { 128 };
    packet.fragment == Fragment::Whole
        && matches!(packet.transport, Transport::Icmp { kind, code: 0, .. } if kind == question)
}

fn answer_arp<'a>(world: &World, interface: &Interface, subnet: &Subnet, arp: &Arp) -> Step<'a> {
    if arp.sender_mac != interface.mac {
        return Step::Refuse(Reason::ForeignSourceMac);
    }
    if arp.operation != 1 {
        return Step::Refuse(Reason::NothingToAnswer);
    }
    answer_for(world, interface, subnet, arp.target.into())
}

/// Whether the packet is a neighbour-discovery message, and for which address it solicits.
fn discovery(packet: &Packet) -> Option<Option<IpAddr>> {
    match packet.transport {
        Transport::Icmp { kind, target, .. } if packet.protocol == Protocol::ICMPV6 && is_neighbour_discovery(kind) => {
            Some(target.filter(|_| kind == 135).map(IpAddr::V6))
        }
        _ => None,
    }
}

/// Whether a solicitation comes from this link (RFC 4861, 7.1.1) and from a known address: a probe for a duplicate, which
/// has none, needs no answer where nobody can take an address that is not his.
fn is_usable_solicitation(packet: &Packet) -> bool {
    packet.hop_limit == 255 && !packet.source.is_unspecified() && packet.fragment == Fragment::Whole
}

fn answer_discovery<'a>(
    world: &World,
    interface: &Interface,
    subnet: &Subnet,
    packet: &Packet,
    solicited: Option<IpAddr>,
) -> Step<'a> {
    match solicited {
        Some(IpAddr::V6(target)) if is_usable_solicitation(packet) => {
            if target.is_unicast_link_local() && target != ROUTER_V6 {
                return Step::Refuse(Reason::NothingToAnswer);
            }
            answer_for(world, interface, subnet, target.into())
        }
        _ => Step::Refuse(Reason::NothingToAnswer),
    }
}

/// Where the subnet's router says that an address is; it is silent about the asker's own ones.
fn answer_for<'a>(world: &World, interface: &Interface, subnet: &Subnet, address: IpAddr) -> Step<'a> {
    if interface.owns(address) {
        return Step::Refuse(Reason::NothingToAnswer);
    }
    let at_neighbour = owner(world, interface.vpc, address)
        .filter(|(_, other)| other.up && other.subnet == interface.subnet)
        .map(|(_, other)| other.mac);
    let mac: MacAddress = at_neighbour.unwrap_or(subnet.router);
    Step::Answer(Answer::Neighbour { mac })
}
