//! Which frames are taken, and what is answered at once.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ringwall_abi::Pod;
use ringwall_abi::record::{InterfaceRecord, NeighbourKey, Number};
use ringwall_model::gate::Reason;
use ringwall_model::outcome::Answer;
use ringwall_model::reserved::{ROUTER_V6, UPLINK_ROUTER, is_group};
use ringwall_net::frame::{Content, Fragment, Frame, Packet, Transport};
use ringwall_net::icmp::is_neighbour_discovery;
use ringwall_net::{Family, Ipv4Prefix, Ipv6Prefix, MacAddress};

use super::{At, Evaluator};
use crate::flat::Map;

/// What becomes of a frame that is not refused.
pub enum Step<'a> {
    /// it is answered
    Answer(Answer),
    /// it carries a packet, perhaps past the router to a neighbour
    Packet(&'a Packet, Option<At>),
    /// it carries a packet to a service, by its code
    Service(&'a Packet, u8),
}

/// A frame that an interface sends.
pub fn from_interface<'a>(tables: &Evaluator, x: &At, frame: &'a Frame) -> Result<Step<'a>, Reason> {
    let own = MacAddress(x.record.mac);
    if frame.source != own {
        return Err(Reason::ForeignSourceMac);
    }
    let packet = match &frame.content {
        Content::Tagged => return Err(Reason::TaggedFrame),
        Content::Other(_) => return Err(Reason::UnsupportedEtherType),
        Content::Arp(arp) if arp.sender_mac != own => return Err(Reason::ForeignSourceMac),
        Content::Arp(arp) if arp.operation == 1 => return whereabouts(tables, x, arp.target.into()),
        Content::Arp(_) => return Err(Reason::NothingToAnswer),
        Content::Ip(packet) => packet,
    };
    if let Transport::Icmp { kind, target, .. } = packet.transport
        && packet.family() == Family::V6
        && is_neighbour_discovery(kind)
    {
        let target = solicited(packet, kind, target).ok_or(Reason::NothingToAnswer)?;
        let is_other_link_local = target.is_unicast_link_local() && target != ROUTER_V6;
        return if is_other_link_local { Err(Reason::NothingToAnswer) } else { whereabouts(tables, x, target.into()) };
    }
    if frame.destination.is_group() || is_group(packet.destination) {
        return Err(Reason::GroupDestination);
    }
    if frame.destination.0 == x.record.router {
        if asks_router_for_echo(x, packet) {
            return Ok(Step::Answer(Answer::Echo));
        }
        return Ok(match tables.service(x.record.vpc, packet.destination) {
            Some(service) => Step::Service(packet, service),
            None => Step::Packet(packet, None),
        });
    }
    let key =
        NeighbourKey { subnet: x.record.subnet << 1 | tables.maps.bank, mac: frame.destination.0, reserved: [0; 2] };
    let slot = tables.maps.get::<Number>(Map::Neighbours, key.bytes()).ok_or(Reason::UnknownDestinationMac)?;
    let neighbour = tables.interface(slot.value).ok_or(Reason::TablesIncomplete)?;
    Ok(Step::Packet(packet, Some(neighbour)))
}

/// A frame from the internet.
pub fn from_internet(frame: &Frame) -> Result<Step<'_>, Reason> {
    let packet = match &frame.content {
        Content::Tagged => return Err(Reason::TaggedFrame),
        Content::Other(_) => return Err(Reason::UnsupportedEtherType),
        Content::Arp(arp) if arp.operation == 1 => return Ok(Step::Answer(Answer::Neighbour { mac: UPLINK_ROUTER })),
        Content::Arp(_) => return Err(Reason::NothingToAnswer),
        Content::Ip(packet) => packet,
    };
    if let Transport::Icmp { kind, target, .. } = packet.transport
        && packet.family() == Family::V6
        && is_neighbour_discovery(kind)
    {
        solicited(packet, kind, target).ok_or(Reason::NothingToAnswer)?;
        return Ok(Step::Answer(Answer::Neighbour { mac: UPLINK_ROUTER }));
    }
    if frame.destination.is_group() || is_group(packet.destination) {
        Err(Reason::GroupDestination)
    } else if frame.destination != UPLINK_ROUTER {
        Err(Reason::UnknownDestinationMac)
    } else {
        Ok(Step::Packet(packet, None))
    }
}

fn solicited(packet: &Packet, kind: u8, target: Option<Ipv6Addr>) -> Option<Ipv6Addr> {
    let usable =
        kind == 135 && packet.hop_limit == 255 && !packet.source.is_unspecified() && packet.fragment == Fragment::Whole;
    target.filter(|_| usable)
}

fn whereabouts<'a>(tables: &Evaluator, x: &At, address: IpAddr) -> Result<Step<'a>, Reason> {
    let endpoint = tables.endpoint(x.record.vpc, address).filter(|endpoint| endpoint.slot != 0);
    let mac = match endpoint {
        Some(endpoint) if endpoint.slot == x.slot => return Err(Reason::NothingToAnswer),
        Some(endpoint) => tables
            .interface(endpoint.slot)
            .filter(|other| other.record.subnet == x.record.subnet)
            .map_or(x.record.router, |other| other.record.mac),
        None => x.record.router,
    };
    Ok(Step::Answer(Answer::Neighbour { mac: MacAddress(mac) }))
}

fn asks_router_for_echo(x: &At, packet: &Packet) -> bool {
    let question = if packet.source.is_ipv4() { 8 } else { 128 };
    let asks = packet.fragment == Fragment::Whole
        && matches!(packet.transport, Transport::Icmp { kind, code: 0, .. } if kind == question);
    let v6 = x.record.subnet_v6_length != 0;
    let in_block = Ipv6Addr::from(u128::from_be_bytes(x.record.subnet_v6) + 1);
    asks && (packet.destination == router_address(&x.record, packet.family()) || v6 && packet.destination == in_block)
}

/// The address that the subnet's router uses.
pub fn router_address(record: &InterfaceRecord, family: Family) -> IpAddr {
    match family {
        Family::V4 => IpAddr::V4(Ipv4Addr::from(u32::from_be_bytes(record.subnet_v4) + 1)),
        Family::V6 => ROUTER_V6.into(),
    }
}

/// Whether the address lies in the interface's subnet.
pub fn in_subnet(record: &InterfaceRecord, address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => Ipv4Prefix::new(record.subnet_v4.into(), record.subnet_v4_length)
            .is_some_and(|block| block.contains(address)),
        IpAddr::V6(address) => {
            record.subnet_v6_length != 0
                && Ipv6Prefix::new(record.subnet_v6.into(), record.subnet_v6_length)
                    .is_some_and(|block| block.contains(address))
        }
    }
}
