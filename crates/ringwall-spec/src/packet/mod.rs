//! A packet's journey.
//!
//! Places are folders, gates are files: `eni/` what an interface asks, `subnet/` what a subnet's edge and router ask,
//! `edge/` what lies between a VPC and the internet. [`journey`] puts them in order, `nat_way` where a NAT gateway is passed.

pub mod edge;
pub mod eni;
pub mod flow;
pub mod fragment;
pub mod frame;
pub mod journey;
mod memory;
mod nat_way;
pub mod path_mtu;
pub mod services;
pub mod subnet;
mod walk;

pub use memory::Memory;
pub use walk::{Trace, Walk};

use std::net::IpAddr;

use ringwall_model::id::{NetworkInterfaceId, SubnetId, VpcId};
use ringwall_model::world::{Interface, World};
use ringwall_net::MacAddress;

/// The interface of the VPC that has the private address.
pub fn owner(world: &World, vpc: VpcId, address: IpAddr) -> Option<(NetworkInterfaceId, &Interface)> {
    interfaces(world).find(|(_, interface)| interface.vpc == vpc && interface.owns(address))
}

/// The running interface of the subnet that has the hardware address.
pub fn neighbour(world: &World, subnet: SubnetId, mac: MacAddress) -> Option<(NetworkInterfaceId, &Interface)> {
    interfaces(world).find(|(_, interface)| interface.subnet == subnet && interface.mac == mac && interface.up)
}

fn interfaces(world: &World) -> impl Iterator<Item = (NetworkInterfaceId, &Interface)> {
    world.interfaces.iter().map(|(id, interface)| (*id, interface))
}
