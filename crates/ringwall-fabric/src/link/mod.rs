//! Links: one for each network interface of an instance, a pair of devices of which one end lies in the fabric and the
//! other in the instance.
//!
//! The fabric's end is where the interface's filters sit; root in the instance reaches only the other end. So that no
//! packet passes before they are attached, a link is made with the fabric's end down, and enabled when the caller says
//! so.

mod inside;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::{AsFd, AsRawFd};
use std::thread;
use std::time::{Duration, Instant};

use ringwall_net::MacAddress;
use rtnetlink::packet_core::{NLM_F_CREATE, NLM_F_EXCL};
use rtnetlink::packet_route::RouteNetlinkMessage;
use rtnetlink::packet_route::link::{
    InfoData, InfoKind, InfoVeth, LinkAttribute, LinkFlags, LinkInfo, LinkMessage, State,
};
use rtnetlink::{LinkMessageBuilder, LinkUnspec, LinkVeth};

use crate::fabric::Fabric;
use crate::namespace::{Namespace, NamespaceError};
use crate::netlink::{Netlink, NetlinkError};
use crate::sysctl::SettingError;

pub(crate) use inside::add_address;
pub use inside::set_addresses;

/// The kernel's group of every device of a fabric, so that all of them can be deleted by one request.
pub(crate) const GROUP: u32 = 82;

/// The fabric's end of the way to the internet; all other devices of the fabric are ends of links.
pub(crate) const UPLINK: &str = "uplink";

/// How long the kernel may take to tell the one end of a pair of the other; far more than it does.
const MOMENT: Duration = Duration::from_secs(2);

/// A network interface of an instance.
#[derive(Clone, Copy, Debug)]
pub struct LinkSpec<'a> {
    /// name of the fabric's end, at most 15 characters: see [`crate::place::link_device`]
    pub fabric_device: &'a str,
    /// kept with the fabric's end, so that it is known again after a restart: the id of the interface
    pub alias: &'a str,
    /// the network namespace of the instance
    pub namespace: &'a Namespace,
    /// name of the instance's end: `eth0`, `eth1`
    pub device: &'a str,
    /// hardware address of the instance's end
    pub mac: MacAddress,
    /// largest packet, 9001 within AWS's networks
    pub mtu: u32,
    /// addresses and routers
    pub addresses: &'a Addresses,
}

/// The addresses of a network interface and the routers it uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    /// IPv4 addresses, each with the prefix length of its subnet
    pub ipv4: Vec<(Ipv4Addr, u8)>,
    /// IPv6 addresses, each with the prefix length of its subnet
    pub ipv6: Vec<(Ipv6Addr, u8)>,
    /// the subnet's IPv4 router
    pub router_v4: Option<Ipv4Addr>,
    /// the subnet's IPv6 router, a link-local address
    pub router_v6: Option<Ipv6Addr>,
    /// whether the instance's own traffic leaves by this interface; by any other, only packets from its own addresses
    /// do
    pub is_primary: bool,
}

impl Addresses {
    fn all(&self) -> impl Iterator<Item = (IpAddr, u8)> {
        let ipv4 = self.ipv4.iter().map(|&(address, length)| (address.into(), length));
        ipv4.chain(self.ipv6.iter().map(|&(address, length)| (address.into(), length)))
    }
}

/// A link as found in the fabric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// index of the fabric's end
    pub index: u32,
    /// name of the fabric's end
    pub name: String,
    /// what it was made for; `None` if its making was broken off
    pub alias: Option<String>,
    /// whether it has been enabled
    pub is_enabled: bool,
}

/// What can fail with a link.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Making the pair of devices.
    #[error("cannot create the link `{device}`")]
    Create {
        /// name of the fabric's end
        device: String,
        /// why
        source: NetlinkError,
    },
    /// Naming what it is for.
    #[error("cannot keep the alias `{alias}` with the link `{device}`")]
    Alias {
        /// name of the fabric's end
        device: String,
        /// what it is for
        alias: String,
        /// why
        source: NetlinkError,
    },
    /// The device should be there.
    #[error("there is no device `{0}`")]
    NoDevice(String),
    /// Looking at the devices.
    #[error("cannot look up devices")]
    Find(#[source] NetlinkError),
    /// Letting packets pass.
    #[error("cannot enable the link with index {index}")]
    Enable {
        /// index of the fabric's end
        index: u32,
        /// why
        source: NetlinkError,
    },
    /// Deleting.
    #[error("cannot delete the link with index {index}")]
    Delete {
        /// index of the fabric's end
        index: u32,
        /// why
        source: NetlinkError,
    },
    /// Entering the instance's namespace.
    #[error("cannot work in the namespace of the instance")]
    Inside(#[from] NamespaceError),
    /// A socket in the instance's namespace.
    #[error("cannot speak with the kernel about the namespace of the instance")]
    Netlink(#[source] NetlinkError),
    /// A setting of the instance's end.
    #[error("cannot prepare the device `{device}` of the instance")]
    Setting {
        /// name of the instance's end
        device: String,
        /// why
        source: SettingError,
    },
    /// Setting the instance's end up.
    #[error("cannot set the device `{device}` of the instance up")]
    Up {
        /// name of the instance's end
        device: String,
        /// why
        source: NetlinkError,
    },
    /// An address of the instance's end.
    #[error("cannot change the address {address} on the device `{device}` of the instance")]
    Address {
        /// name of the instance's end
        device: String,
        /// the address
        address: IpAddr,
        /// why
        source: NetlinkError,
    },
    /// The routes by the instance's end.
    #[error("cannot route by the device `{device}` of the instance")]
    Route {
        /// name of the instance's end
        device: String,
        /// why
        source: NetlinkError,
    },
}

impl Fabric {
    /// Makes a link whose fabric's end is down: nothing passes until [`Fabric::enable_link`]. The instance's end is up
    /// and has its addresses and routes. Returns the index of the fabric's end. What fails halfway leaves nothing
    /// behind.
    pub fn create_link(&self, spec: &LinkSpec<'_>) -> Result<u32, LinkError> {
        let index = create_pair(&mut self.netlink(), spec)?;
        let made = spec.namespace.run_in(|| inside::furnish(spec.device, spec.addresses));
        if let Err(error) = made.map_err(LinkError::from).flatten() {
            // The first failure is the one to tell; a link that could not be deleted either shows up in `links`.
            let _ = self.delete_link(index);
            return Err(error);
        }
        Ok(index)
    }

    /// Lets packets pass, and returns when they do. To be called once the filters are attached.
    pub fn enable_link(&self, index: u32) -> Result<(), LinkError> {
        let failed = |source| LinkError::Enable { index, source };
        self.netlink().set_up(index).map_err(failed)?;
        // The kernel tells the other end a moment later, and drops what is sent there until then.
        let until = Instant::now() + MOMENT;
        while !is_far_end_ready(&mut self.netlink(), index).map_err(failed)? && Instant::now() < until {
            thread::sleep(Duration::from_micros(200));
        }
        Ok(())
    }

    /// Deletes a link, both ends; nothing to do if it is gone already.
    pub fn delete_link(&self, index: u32) -> Result<(), LinkError> {
        self.netlink().delete_link(index).map_err(|source| LinkError::Delete { index, source })
    }

    /// All links of the fabric, in the order of their making; the uplink is none of them.
    pub fn links(&self) -> Result<Vec<Link>, LinkError> {
        let listed = self.netlink().list(RouteNetlinkMessage::GetLink(LinkMessage::default()));
        let mut links: Vec<Link> = listed
            .map_err(LinkError::Find)?
            .iter()
            .filter_map(|message| match message {
                RouteNetlinkMessage::NewLink(message) => read(message),
                _ => None,
            })
            .filter(|link| link.name != UPLINK)
            .collect();
        links.sort_by_key(|link| link.index);
        Ok(links)
    }
}

/// Whether the other end of a pair knows that this one is up. One that its owner has set down need not know.
fn is_far_end_ready(netlink: &mut Netlink, index: u32) -> Result<bool, NetlinkError> {
    let Some(near) = netlink.link_of_index(index, None)? else { return Ok(true) };
    let (mut far, mut namespace) = (None, None);
    for attribute in &near.attributes {
        match attribute {
            LinkAttribute::Link(index) => far = Some(*index),
            LinkAttribute::LinkNetNsId(number) => namespace = Some(*number),
            _ => {}
        }
    }
    let Some(far) = far.map(|far| netlink.link_of_index(far, namespace)).transpose()?.flatten() else {
        return Ok(true);
    };
    let is_up = far.header.flags.contains(LinkFlags::Up);
    Ok(!is_up || far.attributes.contains(&LinkAttribute::OperState(State::Up)))
}

/// The pair in one message, then its alias, which the kernel takes only for a device that is there.
fn create_pair(netlink: &mut Netlink, spec: &LinkSpec<'_>) -> Result<u32, LinkError> {
    let device = || spec.fabric_device.to_owned();
    let message = pair(spec.fabric_device, spec.device, spec.namespace, spec.mac, spec.mtu);
    netlink
        .perform(RouteNetlinkMessage::NewLink(message), NLM_F_CREATE | NLM_F_EXCL)
        .map_err(|source| LinkError::Create { device: device(), source })?;
    let made = netlink.link_of_name(spec.fabric_device).map_err(LinkError::Find)?;
    let index = made.ok_or_else(|| LinkError::NoDevice(device()))?.header.index;
    let alias = LinkMessageBuilder::<LinkUnspec>::new().index(index).alias(spec.alias).build();
    netlink.perform(RouteNetlinkMessage::SetLink(alias), 0).map_err(|source| {
        let _ = netlink.delete_link(index);
        LinkError::Alias { device: device(), alias: spec.alias.to_owned(), source }
    })?;
    Ok(index)
}

/// A pair of devices, both down: the near one, which never asks for or tells an address, in the namespace of the
/// socket, and the far one in another.
pub(crate) fn pair(near: &str, far: &str, namespace: &Namespace, mac: MacAddress, mtu: u32) -> LinkMessage {
    let far = LinkMessageBuilder::<LinkUnspec>::new()
        .name(far)
        .address(mac.0.to_vec())
        .mtu(mtu)
        .setns_by_fd(namespace.as_fd().as_raw_fd())
        .build();
    LinkMessageBuilder::<LinkVeth>::new_with_info_kind(InfoKind::Veth)
        .name(near)
        .mtu(mtu)
        .arp(false)
        .link_group(GROUP)
        .set_info_data(InfoData::Veth(InfoVeth::Peer(far)))
        .build()
}

/// Reads one end of a pair; `None` for devices of other kinds.
fn read(message: &LinkMessage) -> Option<Link> {
    let mut link = Link {
        index: message.header.index,
        name: String::new(),
        alias: None,
        is_enabled: message.header.flags.contains(LinkFlags::Up),
    };
    let mut is_pair = false;
    for attribute in &message.attributes {
        match attribute {
            LinkAttribute::IfName(name) => link.name = name.clone(),
            LinkAttribute::IfAlias(alias) => link.alias = Some(alias.clone()),
            LinkAttribute::LinkInfo(infos) => is_pair = infos.contains(&LinkInfo::Kind(InfoKind::Veth)),
            _ => {}
        }
    }
    is_pair.then_some(link)
}
