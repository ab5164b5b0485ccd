//! The instance's end of a link: its settings, addresses and routes. Everything here happens on a thread that is in the
//! instance's namespace.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ringwall_net::{Ipv4Prefix, Ipv6Prefix, Prefix};
use rtnetlink::AddressMessageBuilder;
use rtnetlink::packet_core::{NLM_F_CREATE, NLM_F_EXCL};
use rtnetlink::packet_route::address::{AddressAttribute, AddressFlags, AddressMessage, AddressScope};
use rtnetlink::packet_route::{AddressFamily, RouteNetlinkMessage};

use super::{Addresses, LinkError};
use crate::namespace::Namespace;
use crate::netlink::{Netlink, NetlinkError};
use crate::routes::{self, Route, TABLE_MAIN};
use crate::sysctl::{self, SettingError};

/// The table of an interface that is not the primary one: this number plus the index of the device.
const TABLE_BASE: u32 = 10_000;

/// Gives a live link these addresses and no others, and routes that fit them. What stays is not touched.
pub fn set_addresses(namespace: &Namespace, device: &str, addresses: &Addresses) -> Result<(), LinkError> {
    namespace.run_in(|| {
        let mut netlink = Netlink::here().map_err(LinkError::Netlink)?;
        let index = index_of(&mut netlink, device)?;
        change_addresses(&mut netlink, device, index, addresses)?;
        change_routes(&mut netlink, index, addresses)
            .map_err(|source| LinkError::Route { device: device.to_owned(), source })
    })?
}

/// Makes a device that has just been made ready for use.
pub(super) fn furnish(device: &str, addresses: &Addresses) -> Result<(), LinkError> {
    let named = || device.to_owned();
    let mut netlink = Netlink::here().map_err(LinkError::Netlink)?;
    let index = index_of(&mut netlink, device)?;
    prepare(device).map_err(|source| LinkError::Setting { device: named(), source })?;
    netlink.set_up(index).map_err(|source| LinkError::Up { device: named(), source })?;
    for (address, length) in addresses.all() {
        add_address(&mut netlink, index, address, length).map_err(|source| LinkError::Address {
            device: named(),
            address,
            source,
        })?;
    }
    change_routes(&mut netlink, index, addresses).map_err(|source| LinkError::Route { device: named(), source })
}

fn index_of(netlink: &mut Netlink, device: &str) -> Result<u32, LinkError> {
    let found = netlink.link_of_name(device).map_err(LinkError::Find)?;
    Ok(found.ok_or_else(|| LinkError::NoDevice(device.to_owned()))?.header.index)
}

/// Addresses come from the store alone: none is learned, none is doubted.
fn prepare(device: &str) -> Result<(), SettingError> {
    for setting in ["accept_dad", "dad_transmits", "accept_ra", "autoconf", "router_solicitations", "use_tempaddr"] {
        sysctl::set_ipv6(&format!("conf/{device}/{setting}"), "0")?;
    }
    // With two interfaces in one subnet, each must speak and answer for its own addresses only.
    sysctl::set(&format!("ipv4/conf/{device}/arp_ignore"), "1")?;
    sysctl::set(&format!("ipv4/conf/{device}/arp_announce"), "2")?;
    // Else the kernel drops the other addresses of a subnet together with the one that came first.
    sysctl::set(&format!("ipv4/conf/{device}/promote_secondaries"), "1")
}

pub(crate) fn add_address(netlink: &mut Netlink, index: u32, address: IpAddr, length: u8) -> Result<(), NetlinkError> {
    let message = address_message(index, address, length);
    netlink.perform(RouteNetlinkMessage::NewAddress(message), NLM_F_CREATE | NLM_F_EXCL)
}

fn address_message(index: u32, address: IpAddr, length: u8) -> AddressMessage {
    match address {
        IpAddr::V4(address) => AddressMessageBuilder::<Ipv4Addr>::new().index(index).address(address, length).build(),
        IpAddr::V6(address) => {
            let builder = AddressMessageBuilder::<Ipv6Addr>::new().index(index);
            let mut message = builder.address(address, length).build();
            message.attributes.push(AddressAttribute::Flags(AddressFlags::Nodad));
            message
        }
    }
}

/// New addresses first, so that a subnet that stays never is without one.
fn change_addresses(netlink: &mut Netlink, device: &str, index: u32, addresses: &Addresses) -> Result<(), LinkError> {
    let present = addresses_of(netlink, index).map_err(LinkError::Find)?;
    let failed = |address| move |source| LinkError::Address { device: device.to_owned(), address, source };
    for (address, length) in addresses.all().filter(|pair| !present.contains(pair)) {
        add_address(netlink, index, address, length).map_err(failed(address))?;
    }
    for &(address, length) in present.iter().filter(|&&pair| addresses.all().all(|wanted| wanted != pair)) {
        let message = address_message(index, address, length);
        netlink.perform(RouteNetlinkMessage::DelAddress(message), 0).map_err(failed(address))?;
    }
    Ok(())
}

/// The addresses of a device, without those that the kernel makes for the link itself.
fn addresses_of(netlink: &mut Netlink, index: u32) -> Result<Vec<(IpAddr, u8)>, NetlinkError> {
    let listed = netlink.list(RouteNetlinkMessage::GetAddress(AddressMessage::default()))?;
    let read = |message: &RouteNetlinkMessage| {
        let RouteNetlinkMessage::NewAddress(message) = message else { return None };
        let is_link_local = message.header.family == AddressFamily::Inet6 && message.header.scope == AddressScope::Link;
        if message.header.index != index || is_link_local {
            return None;
        }
        let of = |attribute: &AddressAttribute| match attribute {
            AddressAttribute::Address(address) => Some(*address),
            _ => None,
        };
        Some((message.attributes.iter().find_map(of)?, message.header.prefix_len))
    };
    Ok(listed.iter().filter_map(read).collect())
}

/// The primary interface has the default routes of the main table. Any other has a table of its own, and rules that
/// send packets from its addresses there, so that answers leave by the interface at which the question came in.
fn change_routes(netlink: &mut Netlink, index: u32, addresses: &Addresses) -> Result<(), NetlinkError> {
    let mut defaults = Vec::new();
    if let Some(router) = addresses.router_v4.filter(|_| !addresses.ipv4.is_empty()) {
        defaults.push(Route::through(Prefix::V4(Ipv4Prefix::ALL), router.into()));
    }
    if let Some(router) = addresses.router_v6.filter(|_| !addresses.ipv6.is_empty()) {
        defaults.push(Route::through(Prefix::V6(Ipv6Prefix::ALL), router.into()));
    }
    let (in_main, in_own, sources) = if addresses.is_primary {
        (defaults, Vec::new(), Vec::new())
    } else {
        let own = subnets(addresses).into_iter().chain(defaults).collect();
        (Vec::new(), own, addresses.all().map(|(address, _)| address).collect())
    };
    // What an interface was before, it may have become the other.
    let own_table = TABLE_BASE + index;
    routes::set_routes(netlink, TABLE_MAIN, index, &in_main)?;
    routes::set_routes(netlink, own_table, index, &in_own)?;
    routes::set_rules(netlink, own_table, &sources)
}

fn subnets(addresses: &Addresses) -> Vec<Route> {
    let ipv4 = addresses.ipv4.iter().filter_map(|&(address, length)| Ipv4Prefix::new(address, length));
    let ipv6 = addresses.ipv6.iter().filter_map(|&(address, length)| Ipv6Prefix::new(address, length));
    let mut subnets: Vec<Prefix> = ipv4.map(Prefix::V4).chain(ipv6.map(Prefix::V6)).collect();
    subnets.sort_unstable();
    subnets.dedup();
    subnets.into_iter().map(Route::on_link).collect()
}
