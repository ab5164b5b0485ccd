//! The sockets of a VPC, opened in its namespace.
//!
//! Each stands on one address, so that an answer comes from where the question went, and nothing else in the namespace is
//! answered by accident.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::fd::OwnedFd;

use ringwall_model::services::{METADATA_V4, METADATA_V6, RESOLVER_V4, RESOLVER_V6};
use serde::{Deserialize, Serialize};
use socket2::{Domain, Protocol, Socket, Type};

/// What a socket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SocketKind {
    /// questions for names, by UDP
    NamesUdp,
    /// questions for names, by TCP
    NamesTcp,
    /// metadata
    Metadata,
    /// metadata at the IPv6 address, which an instance has to ask for (DNS-17)
    MetadataV6,
}

/// The sockets of a VPC.
pub type Sockets = Vec<(SocketKind, OwnedFd)>;

/// Bytes of questions that wait while the worker is at others.
const WAITING: usize = 1 << 20;
/// Connections that wait to be taken.
const BACKLOG: i32 = 256;

/// Opens the sockets of a VPC in the network namespace of the calling thread: the resolver at the address given, at its
/// link-local one and at the IPv6 one; metadata at its two addresses (DNS-1, DNS-17). The addresses need not be there yet.
/// A kernel without IPv6 has none of those.
pub fn open_service_sockets_here(resolver: Ipv4Addr) -> io::Result<Sockets> {
    let mut sockets = Sockets::new();
    for address in [IpAddr::V4(resolver), RESOLVER_V4.into(), RESOLVER_V6.into()] {
        for (kind, form) in [(SocketKind::NamesUdp, Type::DGRAM), (SocketKind::NamesTcp, Type::STREAM)] {
            sockets.extend(open(SocketAddr::new(address, 53), form)?.map(|socket| (kind, socket)));
        }
    }
    let metadata = [(SocketKind::Metadata, IpAddr::V4(METADATA_V4)), (SocketKind::MetadataV6, METADATA_V6.into())];
    for (kind, address) in metadata {
        sockets.extend(open(SocketAddr::new(address, 80), Type::STREAM)?.map(|socket| (kind, socket)));
    }
    Ok(sockets)
}

/// Listens at an address in the network namespace of the calling thread. The address need not be there yet; none if it is of IPv6
/// and the kernel has none.
pub fn open_listener_here(address: SocketAddr) -> io::Result<Option<OwnedFd>> {
    open(address, Type::STREAM)
}

fn open(address: SocketAddr, form: Type) -> io::Result<Option<OwnedFd>> {
    let protocol = if form == Type::DGRAM { Protocol::UDP } else { Protocol::TCP };
    let socket = match Socket::new(Domain::for_address(address), form, Some(protocol)) {
        Err(error) if address.is_ipv6() && error.raw_os_error() == Some(libc::EAFNOSUPPORT) => return Ok(None),
        result => result?,
    };
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
        socket.set_freebind_v6(true)?;
    } else {
        socket.set_freebind_v4(true)?;
        // Answers go out from addresses that are local only to what arrives by the link.
        socket.set_ip_transparent_v4(true)?;
    }
    socket.set_nonblocking(true)?;
    if form == Type::DGRAM {
        socket.set_recv_buffer_size(WAITING)?;
        socket.bind(&address.into())?;
    } else {
        // Connections of a worker that has just ended must not keep the next one waiting.
        socket.set_reuse_address(true)?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG)?;
    }
    Ok(Some(socket.into()))
}
