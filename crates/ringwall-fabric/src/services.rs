//! The services' side of a VPC: a namespace of its own, in which some addresses are local and all others are the VPC's.
//!
//! What interfaces ask the services arrives there with the private address that asks, which is unique in its VPC. Sockets
//! opened in it answer from whatever address was asked.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use ringwall_net::{Ipv4Prefix, Ipv6Prefix, MacAddress, Prefix};

use crate::fabric::Fabric;
use crate::internet::{InternetError, write_down_router};
use crate::link::{self, Addresses, LinkError, LinkSpec};
use crate::namespace::{Namespace, NamespaceError};
use crate::netlink::{LOOPBACK, Netlink, NetlinkError};
use crate::routes::{self, Route, TABLE_LOCAL, TABLE_MAIN};
use crate::sysctl::{self, SettingError};

/// The name of the services' end of the link.
const DEVICE: &str = "vpc0";

/// The addresses that answers come from if their sockets do not choose: any that nothing is sent to.
const SOURCE_V4: Ipv4Addr = Ipv4Addr::new(169, 254, 82, 88);
const SOURCE_V6: Ipv6Addr = Ipv6Addr::new(0xfe80, 0xec2, 0, 0, 0, 0, 0, 2);

/// What the services' side of a VPC shall be.
#[derive(Clone, Debug)]
pub struct ServicesSpec<'a> {
    /// name of the fabric's end
    pub fabric_device: &'a str,
    /// by what the link is known again
    pub alias: &'a str,
    /// where the namespace is kept
    pub namespace: &'a Path,
    /// hardware address of the services' end
    pub mac: MacAddress,
    /// hardware address of the router that it speaks with
    pub router_mac: MacAddress,
    /// the largest packet
    pub mtu: u32,
    /// the addresses that are services
    pub local: &'a [Prefix],
}

/// What can fail with the services' side.
#[derive(Debug, thiserror::Error)]
pub enum ServicesError {
    /// Its namespace.
    #[error("cannot have the namespace of a VPC's services")]
    Namespace(#[from] NamespaceError),
    /// Its link.
    #[error("cannot have the link to a VPC's services")]
    Link(#[from] LinkError),
    /// A device or route on its side.
    #[error("cannot prepare the services' side of a VPC")]
    Netlink(#[from] NetlinkError),
    /// A setting of its namespace.
    #[error("cannot prepare the services' side of a VPC")]
    Setting(#[from] SettingError),
    /// The router's hardware address.
    #[error(transparent)]
    Router(#[from] InternetError),
}

impl Fabric {
    /// Makes the link to the services of a VPC, down, in a namespace that is made if it is not there. Returns the index of
    /// the fabric's end.
    pub fn create_services(&self, spec: &ServicesSpec<'_>) -> Result<u32, ServicesError> {
        let namespace = Namespace::create_or_open(spec.namespace)?;
        let link = LinkSpec {
            fabric_device: spec.fabric_device,
            alias: spec.alias,
            namespace: &namespace,
            device: DEVICE,
            mac: spec.mac,
            mtu: spec.mtu,
            addresses: &Addresses::default(),
        };
        let index = self.create_link(&link)?;
        let made = set_services(&namespace, spec.router_mac, spec.local);
        if let Err(error) = made {
            let _ = self.delete_link(index);
            return Err(error);
        }
        Ok(index)
    }
}

/// Makes these, and no others, the addresses that are services in the namespace.
pub fn set_services(namespace: &Namespace, router_mac: MacAddress, local: &[Prefix]) -> Result<(), ServicesError> {
    namespace.run_in(|| prepare(router_mac, local))?
}

/// The same on a thread that is in the namespace.
fn prepare(router_mac: MacAddress, local: &[Prefix]) -> Result<(), ServicesError> {
    sysctl::set("ipv4/ip_forward", "0")?;
    sysctl::set("ipv4/ip_nonlocal_bind", "1")?;
    // The table of local addresses is longer than any route to them back: nobody is asked whether a source is plausible.
    for scope in ["all", DEVICE] {
        sysctl::set(&format!("ipv4/conf/{scope}/rp_filter"), "0")?;
    }
    let mut netlink = Netlink::here()?;
    netlink.set_up(LOOPBACK)?;
    let Some(device) = netlink.link_of_name(DEVICE)?.map(|link| link.header.index) else {
        return Err(ServicesError::Link(LinkError::NoDevice(DEVICE.to_owned())));
    };
    write_down_router(&mut netlink, device, router_mac)?;
    let has_v6 = sysctl::has_ipv6();
    if has_v6 {
        sysctl::set_ipv6("ip_nonlocal_bind", "1")?;
        sysctl::set_ipv6("conf/all/forwarding", "0")?;
    }
    let own: Vec<Route> = local
        .iter()
        .filter(|prefix| has_v6 || matches!(prefix, Prefix::V4(_)))
        .map(|prefix| Route::local(*prefix))
        .collect();
    let mut sources: Vec<(IpAddr, u8)> = vec![(SOURCE_V4.into(), 32)];
    let mut back = vec![Route::through(Prefix::V4(Ipv4Prefix::ALL), crate::internet::ROUTER_V4.into())];
    if has_v6 {
        sources.push((SOURCE_V6.into(), 128));
        back.push(Route::through(Prefix::V6(Ipv6Prefix::ALL), crate::internet::ROUTER_V6.into()));
    }
    for (address, length) in sources {
        match link::add_address(&mut netlink, device, address, length) {
            Err(error) if error.is(libc::EEXIST) => {}
            result => result?,
        }
    }
    routes::set_routes(&mut netlink, TABLE_LOCAL, LOOPBACK, &own)?;
    Ok(routes::set_routes(&mut netlink, TABLE_MAIN, device, &back)?)
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

    use ringwall_net::Prefix;

    use super::*;
    use crate::place::Place;

    #[test]
    fn local_addresses_are_services_and_all_others_are_beyond_the_link() {
        let root = std::env::temp_dir().join(format!("ringwall-services-{}", std::process::id()));
        let place = Place::below(&root, "one".parse().unwrap());
        let fabric = Fabric::create_or_open(&place).unwrap();
        let local: Vec<Prefix> = vec!["10.0.0.2/32".parse().unwrap(), "192.0.2.0/25".parse().unwrap()];
        let path = place.namespace("services");
        let spec = ServicesSpec {
            fabric_device: "x1",
            alias: "vpc",
            namespace: &path,
            mac: MacAddress([2, 0, 0, 0, 0, 3]),
            router_mac: MacAddress([2, 0, 0, 0, 0, 1]),
            mtu: 9001,
            local: &local,
        };
        let index = fabric.create_services(&spec).unwrap();
        fabric.enable_link(index).unwrap();
        let namespace = Namespace::open(&path).unwrap().unwrap();
        let way = |address: &'static str| {
            namespace.run_in(move || {
                let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
                socket.connect((address, 9)).map(|()| socket.local_addr().unwrap().ip())
            })
        };
        for own in ["10.0.0.2", "192.0.2.77"] {
            assert_eq!(way(own).unwrap().unwrap().to_string(), own);
        }
        for other in ["10.0.0.5", "192.0.2.200", "8.8.8.8"] {
            assert_eq!(way(other).unwrap().unwrap(), IpAddr::V4(SOURCE_V4));
        }
        crate::down::down(&place, std::time::Duration::ZERO).unwrap();
        let _ = std::fs::remove_dir_all(root);
    }
}
