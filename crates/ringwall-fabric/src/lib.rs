//! The ground the network stands on: namespaces, links, the internet's side, instances.
//!
//! Everything here outlives the process that makes it: namespaces are kept by bind mounts below a run directory, links
//! by their namespaces, instances by being process trees of their own. Whoever comes next finds them again by their
//! names. What a packet may do is none of this crate's business: other crates attach programs through
//! [`Fabric::run_in`].
//!
//! The interface is synchronous and safe to use from any thread. One process at a time works on the Ringwall of one
//! name.

#![warn(clippy::undocumented_unsafe_blocks)]

pub mod down;
pub mod exec;
pub mod fabric;
pub mod instance;
pub mod internet;
pub mod link;
mod mounts;
pub mod namespace;
mod netlink;
pub mod packet_socket;
pub mod place;
pub mod process;
pub mod requirements;
mod routes;
pub mod services;
mod sysctl;
pub mod tap;
pub mod worker;

pub use down::{DownError, Removed, down};
pub use exec::{ExecCommand, ExecError, command_in, command_in_namespace, exec_in, exec_in_namespace};
pub use fabric::{Fabric, FabricError};
pub use instance::{
    InstanceError, InstanceSpec, InstanceState, Stop, instance_init, instance_state, links_ready, network_namespace,
    start_instance, stop_instance,
};
pub use internet::{Internet, InternetError, InternetSpec, Pools, Uplink};
pub use link::{Addresses, Link, LinkError, LinkSpec, set_addresses};
pub use namespace::{Namespace, NamespaceError};
pub use netlink::NetlinkError;
pub use packet_socket::{PacketSocket, PacketSocketError};
pub use place::{Name, NameError, Place, link_device};
pub use process::Process;
pub use requirements::Missing;
pub use services::{ServicesError, ServicesSpec, set_services};
pub use sysctl::SettingError;
pub use tap::{Arrived, Tap, Unfinished};
pub use worker::{end_worker, prepare_workers, record_worker, start_worker, worker_socket};
