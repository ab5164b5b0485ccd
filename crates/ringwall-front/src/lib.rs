//! The worker behind endpoints and public services (GWE-1, IFE-1), and the way to it.
//!
//! It is a process of its own, so that what is asked through endpoints goes on being answered when the control plane is gone
//! (C02). It is given everything: sockets, opened in the namespaces where requests arrive by whoever may enter those, its
//! directories, and its configuration. It stays root, whose files the objects of the embedded S3 are, and has no capability.
//!
//! Where a request comes from is told by the socket that it came to and the address that it came from: the namespaces are such
//! that neither can be chosen by who asks.
//!
//! [`sockets`] opens, [`client`] is the end of the control plane, [`worker`] the other one.

#![warn(clippy::undocumented_unsafe_blocks)]

mod authority;
pub mod client;
pub mod message;
mod privileges;
pub mod sockets;
pub mod worker;

pub use authority::certificate;
pub use client::{Client, ClientError};
pub use message::{Ground, GroundIdentity, Place};
