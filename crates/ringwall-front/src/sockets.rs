//! The sockets of a place, opened in its namespace.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::OwnedFd;

use ringwall_services::open_listener_here;
use serde::{Deserialize, Serialize};

/// What a socket is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketKind {
    /// the service that is asked for there, by its short name; at an interface, the endpoint says it
    pub service: String,
    /// whether TLS is spoken there
    pub is_secure: bool,
}

/// The sockets of a place.
pub type Sockets = Vec<(SocketKind, OwnedFd)>;

/// Where HTTP and HTTPS are spoken.
const PORTS: [(u16, bool); 2] = [(80, false), (443, true)];

/// Listens at the addresses of services in the network namespace of the calling thread.
pub fn open_services_here(services: &[(String, Ipv4Addr)]) -> io::Result<Sockets> {
    let mut sockets = Sockets::new();
    for (service, address) in services {
        open(&mut sockets, service, (*address).into())?;
    }
    Ok(sockets)
}

/// Listens at every address of the network namespace of the calling thread: that of an endpoint's interface has no others.
pub fn open_interface_here() -> io::Result<Sockets> {
    let mut sockets = Sockets::new();
    for address in [IpAddr::V4(Ipv4Addr::UNSPECIFIED), Ipv6Addr::UNSPECIFIED.into()] {
        open(&mut sockets, "", address)?;
    }
    Ok(sockets)
}

fn open(sockets: &mut Sockets, service: &str, address: IpAddr) -> io::Result<()> {
    for (port, is_secure) in PORTS {
        let kind = SocketKind { service: service.to_owned(), is_secure };
        sockets.extend(open_listener_here(SocketAddr::new(address, port))?.map(|socket| (kind, socket)));
    }
    Ok(())
}
