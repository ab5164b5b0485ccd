//! The resolver of a VPC (DNS-1, DNS-2).
//!
//! A resolver answers for the names that Ringwall gives (`instance`, `reverse`, `book`) and hands on all others
//! ([`upstream`]). [`Zones`] is computed once from a configuration; [`respond`] makes an answer of a message. Neither knows a
//! socket, a clock or a source of randomness: the worker process in `ringwall-services` has them.
//!
//! What is Ringwall's is never asked elsewhere: a name in the domains of instances, in the reverse of a VPC's blocks, or below
//! a private name of an endpoint is answered here, if only by saying that there is no such name.

mod book;
mod instance;
mod message;
mod reverse;
pub mod upstream;
mod zones;

pub use message::{Reply, Transport, respond};
pub use zones::{Data, Known, SharedZones, Zones};

/// Seconds that an answer may be kept.
pub const TTL: u32 = 60;

/// A name in the form in which it is looked up. Case makes no difference.
pub type OwnedName = domain::base::Name<Vec<u8>>;

/// A name from its text; none if it is not one.
fn name(text: &str) -> Option<OwnedName> {
    use std::str::FromStr;
    OwnedName::from_str(text).ok()
}

#[cfg(test)]
mod tests;
