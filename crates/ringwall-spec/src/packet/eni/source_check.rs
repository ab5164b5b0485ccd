//! The source/destination check of an interface.
//!
//! An interface sends from, and takes for, its own addresses alone, unless the check is off because it routes, filters or
//! translates for others (ENI-5).

use std::net::IpAddr;

use ringwall_model::world::Interface;

/// Whether the interface may send from the address.
pub fn permits_source(interface: &Interface, source: IpAddr) -> bool {
    !interface.source_dest_check || interface.owns(source)
}

/// Whether the interface takes packets for the address.
pub fn permits_destination(interface: &Interface, destination: IpAddr) -> bool {
    !interface.source_dest_check || interface.owns(destination)
}
