//! What there is, and what can be said about it.
//!
//! [`id`] holds the typed ids of resources, [`world`] the immutable picture of a network that the gates judge by, [`gate`]
//! and [`outcome`] the closed sets in which every verdict is spoken, [`session`] what an interface remembers of a flow.
//! This crate decides nothing: the meaning of a rule is in `ringwall-spec`.

pub mod dns_name;
pub mod endpoints;
pub mod gate;
pub mod id;
pub mod limits;
pub mod outcome;
pub mod reserved;
pub mod resource;
pub mod services;
pub mod session;
pub mod world;
pub mod zone;
