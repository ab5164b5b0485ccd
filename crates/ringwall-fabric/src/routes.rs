//! The routes and rules that this crate keeps in a namespace, told apart from everyone else's by their protocol number.
//!
//! Both are brought to a wanted set by comparing it with what is there: what is wanted and there is not touched, so
//! that no packet of a live link loses its way meanwhile.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ringwall_net::{Ipv4Prefix, Ipv6Prefix, Prefix};
use rtnetlink::RouteMessageBuilder;
use rtnetlink::packet_core::{NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE};
use rtnetlink::packet_route::route::{
    RouteAddress, RouteAttribute, RouteFlags, RouteMessage, RouteProtocol, RouteScope, RouteType,
};
use rtnetlink::packet_route::rule::{RuleAction, RuleAttribute, RuleMessage};
use rtnetlink::packet_route::{AddressFamily, RouteNetlinkMessage};

use crate::netlink::{Netlink, NetlinkError};
use crate::sysctl;

/// The mark of this crate's routes and rules: a number that no routing daemon is known to use.
const PROTOCOL: RouteProtocol = RouteProtocol::Other(82);

/// Before the main table (32766), after the table of local addresses (0).
const RULE_PRIORITY: u32 = 1000;

pub(crate) const TABLE_MAIN: u32 = 254;
pub(crate) const TABLE_LOCAL: u32 = 255;

/// A route by one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// where to
    pub destination: Prefix,
    /// by whom; on the link itself if nobody
    pub gateway: Option<IpAddr>,
    /// the source address of packets that have none yet
    pub source: Option<IpAddr>,
    /// whether the destination is this host itself
    pub is_local: bool,
}

impl Route {
    /// To the destination through the gateway.
    pub fn through(destination: Prefix, gateway: IpAddr) -> Route {
        Route { destination, gateway: Some(gateway), source: None, is_local: false }
    }

    /// To the destination on the link itself.
    pub fn on_link(destination: Prefix) -> Route {
        Route { destination, gateway: None, source: None, is_local: false }
    }

    /// Every address of the destination is this host's own.
    pub fn local(destination: Prefix) -> Route {
        Route { destination, gateway: None, source: None, is_local: true }
    }

    fn message(&self, table: u32, device: u32) -> RouteMessage {
        let mut builder = RouteMessageBuilder::<IpAddr>::new()
            .destination_prefix(self.destination.network(), self.destination.length())
            .expect("a prefix is of one family")
            .output_interface(device)
            .table_id(table)
            .protocol(PROTOCOL);
        if let Some(gateway) = self.gateway {
            // The gateway may lie outside every subnet of the device, as a router's link-local address does.
            builder = builder.gateway(gateway).expect("a gateway is of its destination's family").onlink();
        }
        if let Some(source) = self.source {
            builder = builder.pref_source(source).expect("a source is of its destination's family");
        }
        let scope = match (self.destination, self.gateway, self.is_local) {
            // IPv6 has no scopes.
            (Prefix::V6(_), ..) | (_, Some(_), _) => RouteScope::Universe,
            (_, None, true) => RouteScope::Host,
            (_, None, false) => RouteScope::Link,
        };
        builder.scope(scope).kind(if self.is_local { RouteType::Local } else { RouteType::Unicast }).build()
    }

    /// Reads one of this crate's routes; `None` for all others.
    fn read(message: &RouteMessage, table: u32, device: u32) -> Option<Route> {
        let header = &message.header;
        let mut found = (u32::from(header.table), None);
        let length = header.destination_prefix_length;
        let mut route = Route::on_link(match header.address_family {
            AddressFamily::Inet => Prefix::V4(Ipv4Prefix::new(Ipv4Addr::UNSPECIFIED, length)?),
            AddressFamily::Inet6 => Prefix::V6(Ipv6Prefix::new(Ipv6Addr::UNSPECIFIED, length)?),
            _ => return None,
        });
        route.is_local = header.kind == RouteType::Local;
        for attribute in &message.attributes {
            match attribute {
                RouteAttribute::Table(number) => found.0 = *number,
                RouteAttribute::Oif(index) => found.1 = Some(*index),
                RouteAttribute::Destination(address) => route.destination = prefix(address, length)?,
                RouteAttribute::Gateway(address) => route.gateway = Some(self::address(address)?),
                RouteAttribute::PrefSource(address) => route.source = Some(self::address(address)?),
                _ => {}
            }
        }
        let is_ours = header.protocol == PROTOCOL && !header.flags.contains(RouteFlags::Cloned);
        (is_ours && found == (table, Some(device))).then_some(route)
    }
}

fn address(address: &RouteAddress) -> Option<IpAddr> {
    match address {
        RouteAddress::Inet(address) => Some((*address).into()),
        RouteAddress::Inet6(address) => Some((*address).into()),
        _ => None,
    }
}

fn prefix(address: &RouteAddress, length: u8) -> Option<Prefix> {
    match address {
        RouteAddress::Inet(address) => Ipv4Prefix::new(*address, length).map(Prefix::V4),
        RouteAddress::Inet6(address) => Ipv6Prefix::new(*address, length).map(Prefix::V6),
        _ => None,
    }
}

/// Makes the wanted routes this crate's only ones in the table by the device. They are added in the order given, so
/// that one may lean on another before it.
pub(crate) fn set_routes(netlink: &mut Netlink, table: u32, device: u32, wanted: &[Route]) -> Result<(), NetlinkError> {
    let everything = RouteMessageBuilder::<IpAddr>::new().build();
    let listed = netlink.list(RouteNetlinkMessage::GetRoute(everything))?;
    let present: Vec<Route> = listed
        .iter()
        .filter_map(|message| match message {
            RouteNetlinkMessage::NewRoute(message) => Route::read(message, table, device),
            _ => None,
        })
        .collect();
    for route in wanted.iter().filter(|route| !present.contains(route)) {
        let message = RouteNetlinkMessage::NewRoute(route.message(table, device));
        netlink.perform(message, NLM_F_CREATE | NLM_F_REPLACE)?;
    }
    // A route that was changed rather than added has been replaced: deleting the old form would delete the new one.
    let is_replaced = |old: &Route| wanted.iter().any(|new| new.destination == old.destination);
    for route in present.iter().rev().filter(|route| !is_replaced(route)) {
        netlink.perform(RouteNetlinkMessage::DelRoute(route.message(table, device)), 0)?;
    }
    Ok(())
}

/// Has packets from exactly these addresses routed by the table, and no others by it.
pub(crate) fn set_rules(netlink: &mut Netlink, table: u32, wanted: &[IpAddr]) -> Result<(), NetlinkError> {
    let mut present = Vec::new();
    for family in [AddressFamily::Inet, AddressFamily::Inet6] {
        if family == AddressFamily::Inet6 && !sysctl::has_ipv6() {
            continue;
        }
        let mut everything = RuleMessage::default();
        everything.header.family = family;
        for message in netlink.list(RouteNetlinkMessage::GetRule(everything))? {
            let RouteNetlinkMessage::NewRule(message) = message else { continue };
            // A rule for the address that leads to another table was left by a device that is gone.
            if let Some((source, leads_to)) = read_rule(&message)
                && (leads_to == table || wanted.contains(&source))
            {
                present.push((source, leads_to));
            }
        }
    }
    for &source in wanted.iter().filter(|&&source| !present.contains(&(source, table))) {
        netlink.perform(RouteNetlinkMessage::NewRule(rule(source, table)), NLM_F_CREATE | NLM_F_EXCL)?;
    }
    for &(source, leads_to) in &present {
        if leads_to != table || !wanted.contains(&source) {
            netlink.perform(RouteNetlinkMessage::DelRule(rule(source, leads_to)), 0)?;
        }
    }
    Ok(())
}

fn rule(source: IpAddr, table: u32) -> RuleMessage {
    let mut message = RuleMessage::default();
    message.header.family = if source.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
    message.header.src_len = Prefix::host(source).length();
    message.header.action = RuleAction::ToTable;
    message.attributes = vec![
        RuleAttribute::Source(source),
        RuleAttribute::Table(table),
        RuleAttribute::Priority(RULE_PRIORITY),
        RuleAttribute::Protocol(PROTOCOL),
    ];
    message
}

/// The address and the table of one of this crate's rules; `None` for all others.
fn read_rule(message: &RuleMessage) -> Option<(IpAddr, u32)> {
    let (mut source, mut table, mut is_ours) = (None, u32::from(message.header.table), false);
    for attribute in &message.attributes {
        match attribute {
            RuleAttribute::Source(address) => source = Some(*address),
            RuleAttribute::Table(number) => table = *number,
            RuleAttribute::Protocol(protocol) => is_ours = *protocol == PROTOCOL,
            _ => {}
        }
    }
    if is_ours { Some((source?, table)) } else { None }
}
