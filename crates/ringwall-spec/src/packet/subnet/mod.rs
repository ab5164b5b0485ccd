//! What the edge of a subnet and its router ask.

pub mod network_acl;
pub mod route_table;
