//! The internet's side: what lies behind the uplink.
//!
//! For tests and demos it is a namespace of its own that is every host of the internet at once: each address that no
//! pool of this Ringwall covers is its own, so any of its sockets may use any of them, and each answers. Otherwise it
//! is the host itself, which then only learns the way to the pools. In both cases the far end of the uplink sends
//! everything for the pools to one router, whose hardware address is written down rather than asked for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ringwall_net::{Ipv4Prefix, Ipv6Prefix, MacAddress, Prefix};
use rtnetlink::packet_core::{NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE};
use rtnetlink::packet_route::link::{LinkAttribute, LinkMessage};
use rtnetlink::packet_route::neighbour::{NeighbourAddress, NeighbourAttribute, NeighbourMessage, NeighbourState};
use rtnetlink::packet_route::{AddressFamily, RouteNetlinkMessage};

use crate::fabric::Fabric;
use crate::link::{self, UPLINK};
use crate::namespace::{Namespace, NamespaceError};
use crate::netlink::{LOOPBACK, Netlink, NetlinkError};
use crate::routes::{self, Route, TABLE_LOCAL, TABLE_MAIN};
use crate::sysctl::{self, SettingError};

/// The name of the uplink's far end in a namespace of its own; in the host's it is [`crate::Place::host_device`].
pub const INTERNET_DEVICE: &str = "internet0";

/// The largest packet on the internet.
const MTU: u32 = 1500;

/// The router as the far end of the uplink sees it: addresses that need be unique on that link only.
pub(crate) const ROUTER_V4: Ipv4Addr = Ipv4Addr::new(169, 254, 82, 87);
pub(crate) const ROUTER_V6: Ipv6Addr = Ipv6Addr::new(0xfe80, 0xec2, 0, 0, 0, 0, 0, 1);

/// Who is the internet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Internet {
    /// A namespace of its own, which owns every address that no pool covers.
    #[default]
    Namespace,
    /// The namespace that the calling thread is in, with its own addresses and its own way out.
    Host,
}

/// What the internet's side shall be.
#[derive(Clone, Debug)]
pub struct InternetSpec {
    /// who is the internet
    pub internet: Internet,
    /// hardware address of the router behind the uplink
    pub router_mac: MacAddress,
    /// hardware address of the uplink's far end
    pub mac: MacAddress,
    /// the addresses behind the uplink
    pub pools: Pools,
    /// where connections to the pools come from if they do not choose, in a namespace of its own
    pub source_v4: Ipv4Addr,
    /// the same for IPv6
    pub source_v6: Ipv6Addr,
}

impl InternetSpec {
    /// A namespace of its own, no pools yet, and sources from the blocks set aside for documentation.
    pub fn new(router_mac: MacAddress) -> InternetSpec {
        InternetSpec {
            internet: Internet::Namespace,
            router_mac,
            mac: MacAddress([0x02, 0x52, 0x57, 0, 0, 2]),
            pools: Pools::default(),
            source_v4: Ipv4Addr::new(198, 51, 100, 1),
            source_v6: Ipv6Addr::new(0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, 1),
        }
    }
}

/// The blocks of public addresses that are reached by the uplink.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pools {
    /// IPv4
    pub ipv4: Vec<Ipv4Prefix>,
    /// IPv6
    pub ipv6: Vec<Ipv6Prefix>,
}

/// The way from the fabric to the internet.
#[derive(Debug)]
pub struct Uplink {
    /// index of the fabric's end
    pub index: u32,
    /// hardware address of the internet's end
    pub mac: MacAddress,
    /// name of the internet's end
    pub device: String,
    far: Far,
}

/// The internet's end.
#[derive(Debug)]
struct Far {
    namespace: Namespace,
    index: u32,
    table: u32,
    sources: Option<(Ipv4Addr, Ipv6Addr)>,
}

/// What can fail with the internet's side.
#[derive(Debug, thiserror::Error)]
pub enum InternetError {
    /// Its namespace.
    #[error("cannot have the namespace of the internet")]
    Namespace(#[from] NamespaceError),
    /// Its settings.
    #[error("cannot prepare the internet's side")]
    Setting(#[from] SettingError),
    /// A socket in its namespace.
    #[error("cannot speak with the kernel about the internet's side")]
    Netlink(#[source] NetlinkError),
    /// Looking for the uplink.
    #[error("cannot look up the uplink")]
    Find(#[source] NetlinkError),
    /// Taking away what is left of an uplink.
    #[error("cannot delete what is left of an uplink")]
    Delete(#[source] NetlinkError),
    /// Making the uplink.
    #[error("cannot create the uplink")]
    Create(#[source] NetlinkError),
    /// The uplink vanished while it was being made.
    #[error("the device `{0}` vanished")]
    Vanished(String),
    /// Setting the far end up.
    #[error("cannot set a device of the internet's side up")]
    Up(#[source] NetlinkError),
    /// Writing down the router's hardware address.
    #[error("cannot write down the hardware address of the router {address}")]
    Neighbour {
        /// the router
        address: IpAddr,
        /// why
        source: NetlinkError,
    },
    /// The address from which connections come that choose none.
    #[error("cannot give the internet's side an address")]
    Source(#[source] NetlinkError),
    /// The routes to everywhere or to the pools.
    #[error("cannot route on the internet's side")]
    Route(#[source] NetlinkError),
}

impl Fabric {
    /// The uplink and the internet behind it, made if they are not there. The fabric's end of a new uplink is down
    /// until [`Fabric::enable_link`].
    pub fn create_or_open_internet(&self, spec: &InternetSpec) -> Result<Uplink, InternetError> {
        let (namespace, device) = match spec.internet {
            Internet::Namespace => {
                (Namespace::create_or_open(&self.place().internet_namespace())?, INTERNET_DEVICE.to_owned())
            }
            Internet::Host => (Namespace::current()?, self.place().host_device()),
        };
        let mut netlink = Netlink::of(&namespace).map_err(InternetError::Netlink)?;
        let (index, far) = self.pair(&mut netlink, &namespace, &device, spec.mac)?;
        let (table, sources) = match spec.internet {
            // The table of local addresses is asked first and would claim the pools as well, were they not in it.
            Internet::Namespace => (TABLE_LOCAL, Some((spec.source_v4, spec.source_v6))),
            Internet::Host => (TABLE_MAIN, None),
        };
        namespace.run_in(|| prepare(&mut netlink, spec, &device, far))??;
        let uplink = Uplink { index, mac: spec.mac, device, far: Far { namespace, index: far, table, sources } };
        uplink.route(&mut netlink, &spec.pools)?;
        Ok(uplink)
    }

    /// The indices of the fabric's end and of the far end of the uplink. Two devices that are not each other's ends are
    /// left from a time when the internet was elsewhere.
    fn pair(
        &self,
        netlink: &mut Netlink,
        namespace: &Namespace,
        device: &str,
        mac: MacAddress,
    ) -> Result<(u32, u32), InternetError> {
        let mut fabric = self.netlink();
        let near = fabric.link_of_name(UPLINK).map_err(InternetError::Find)?;
        let far = netlink.link_of_name(device).map_err(InternetError::Find)?;
        if let (Some(near), Some(far)) = (&near, &far)
            && other_end(near) == Some(far.header.index)
            && other_end(far) == Some(near.header.index)
            && has_address(far, mac)
        {
            return Ok((near.header.index, far.header.index));
        }
        delete(&mut fabric, near)?;
        delete(netlink, far)?;
        let message = RouteNetlinkMessage::NewLink(link::pair(UPLINK, device, namespace, mac, MTU));
        fabric.perform(message, NLM_F_CREATE | NLM_F_EXCL).map_err(InternetError::Create)?;
        let index = |netlink: &mut Netlink, name: &str| -> Result<u32, InternetError> {
            let link = netlink.link_of_name(name).map_err(InternetError::Find)?;
            Ok(link.ok_or_else(|| InternetError::Vanished(name.to_owned()))?.header.index)
        };
        Ok((index(&mut fabric, UPLINK)?, index(netlink, device)?))
    }
}

impl Uplink {
    /// Makes these the blocks that are reached by the uplink, and no others.
    pub fn set_pools(&self, pools: &Pools) -> Result<(), InternetError> {
        let mut netlink = Netlink::of(&self.far.namespace).map_err(InternetError::Netlink)?;
        self.route(&mut netlink, pools)
    }

    /// The namespace of the internet's end.
    pub fn namespace(&self) -> &Namespace {
        &self.far.namespace
    }

    fn route(&self, netlink: &mut Netlink, pools: &Pools) -> Result<(), InternetError> {
        let mut wanted = Vec::new();
        if self.far.sources.is_some() {
            // Else the router would be taken for one of the internet's own addresses.
            wanted.push(Route::on_link(Prefix::host(ROUTER_V4.into())));
        }
        let source = |is_v4: bool| self.far.sources.map(|(v4, v6)| if is_v4 { v4.into() } else { v6.into() });
        for &pool in &pools.ipv4 {
            wanted.push(Route { source: source(true), ..Route::through(pool.into(), ROUTER_V4.into()) });
        }
        for &pool in &pools.ipv6 {
            wanted.push(Route { source: source(false), ..Route::through(pool.into(), ROUTER_V6.into()) });
        }
        routes::set_routes(netlink, self.far.table, self.far.index, &wanted).map_err(InternetError::Route)
    }
}

/// Makes the far end ready, on a thread that is in its namespace.
fn prepare(netlink: &mut Netlink, spec: &InternetSpec, device: &str, index: u32) -> Result<(), InternetError> {
    for setting in ["accept_dad", "dad_transmits", "accept_ra", "autoconf", "router_solicitations"] {
        sysctl::set_ipv6(&format!("conf/{device}/{setting}"), "0")?;
    }
    sysctl::set(&format!("ipv4/conf/{device}/rp_filter"), "0")?;
    netlink.set_up(index).map_err(InternetError::Up)?;
    write_down_router(netlink, index, spec.router_mac)?;
    match spec.internet {
        Internet::Namespace => own_everything(netlink, spec),
        Internet::Host => Ok(()),
    }
}

/// Makes every address of the internet this namespace's own.
fn own_everything(netlink: &mut Netlink, spec: &InternetSpec) -> Result<(), InternetError> {
    sysctl::set("ipv4/ip_forward", "0")?;
    sysctl::set_ipv6("conf/all/forwarding", "0")?;
    sysctl::set("ipv4/conf/all/rp_filter", "0")?;
    // IPv6 looks at the addresses of devices rather than at routes when a socket chooses its own.
    sysctl::set("ipv4/ip_nonlocal_bind", "1")?;
    sysctl::set_ipv6("ip_nonlocal_bind", "1")?;
    netlink.set_up(LOOPBACK).map_err(InternetError::Up)?;
    let mut everything = vec![Route::local(Prefix::V4(Ipv4Prefix::ALL))];
    let mut sources = vec![(spec.source_v4.into(), 32)];
    if sysctl::has_ipv6() {
        everything.push(Route::local(Prefix::V6(Ipv6Prefix::ALL)));
        sources.push((spec.source_v6.into(), 128));
    }
    for (address, length) in sources {
        match link::add_address(netlink, LOOPBACK, address, length) {
            Err(error) if error.is(libc::EEXIST) => {}
            result => result.map_err(InternetError::Source)?,
        }
    }
    routes::set_routes(netlink, TABLE_LOCAL, LOOPBACK, &everything).map_err(InternetError::Route)
}

/// Writes down where the router of a link is that answers for everything beyond it.
pub(crate) fn write_down_router(netlink: &mut Netlink, device: u32, mac: MacAddress) -> Result<(), InternetError> {
    let routers = [
        (AddressFamily::Inet, NeighbourAddress::Inet(ROUTER_V4), IpAddr::V4(ROUTER_V4)),
        (AddressFamily::Inet6, NeighbourAddress::Inet6(ROUTER_V6), IpAddr::V6(ROUTER_V6)),
    ];
    for (family, router, address) in routers {
        if family == AddressFamily::Inet6 && !sysctl::has_ipv6() {
            continue;
        }
        let mut message = NeighbourMessage::default();
        message.header.family = family;
        message.header.ifindex = device;
        message.header.state = NeighbourState::Permanent;
        message.attributes =
            vec![NeighbourAttribute::Destination(router), NeighbourAttribute::LinkLayerAddress(mac.0.to_vec())];
        netlink
            .perform(RouteNetlinkMessage::NewNeighbour(message), NLM_F_CREATE | NLM_F_REPLACE)
            .map_err(|source| InternetError::Neighbour { address, source })?;
    }
    Ok(())
}

/// The index of the other end of a pair, in whatever namespace that is.
fn other_end(link: &LinkMessage) -> Option<u32> {
    link.attributes.iter().find_map(|attribute| match attribute {
        LinkAttribute::Link(index) => Some(*index),
        _ => None,
    })
}

fn has_address(link: &LinkMessage, mac: MacAddress) -> bool {
    link.attributes.contains(&LinkAttribute::Address(mac.0.to_vec()))
}

fn delete(netlink: &mut Netlink, link: Option<LinkMessage>) -> Result<(), InternetError> {
    let Some(link) = link else { return Ok(()) };
    // It may be gone together with its other end.
    netlink.delete_link(link.header.index).map_err(InternetError::Delete)
}
