//! The worker that answers for names and metadata (DNS-1, DNS-17), and the way to it.
//!
//! It is a process of its own, so that both go on being answered when the control plane is gone. It is given everything: its
//! sockets, opened in the namespaces of the VPCs by whoever may enter those, and its configuration, which it keeps in memory.
//! It then has no privileges, and needs no file.
//!
//! [`sockets`] opens, [`channel`] carries messages and descriptors, [`client`] is the end of the control plane, [`worker`] the
//! other one, which hears by [`control`] and lets go of its [`privileges`]. The worker of endpoints is built of the same parts.

#![warn(clippy::undocumented_unsafe_blocks)]

pub mod channel;
pub mod client;
pub mod control;
mod message;
pub mod privileges;
pub mod sockets;
pub mod worker;

pub use client::{Client, ClientError};
pub use message::{Greeting, NamespaceIdentity};
pub use sockets::{Sockets, open_listener_here, open_service_sockets_here};
