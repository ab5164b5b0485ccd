//! What belongs to subnets.

pub mod network_acl;
pub mod route_table;
