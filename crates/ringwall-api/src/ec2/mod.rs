//! EC2's networking: VPCs, subnets, routes, gateways, addresses, groups, ACLs, interfaces, and instances to use them.

pub mod action;
#[cfg(test)]
mod consistency;
pub mod describe;
pub mod error;
#[cfg(test)]
pub mod fixture;
#[cfg(test)]
mod fronted;
pub mod id;
pub mod operation;
#[cfg(test)]
mod random_lives;
#[cfg(test)]
pub mod scene;
#[cfg(test)]
mod served;
pub mod shape;

/// The version of the API that clients name (API-1).
pub const VERSION: &str = "2016-11-15";

/// Every action that AWS's EC2 has, so that one that is not built here is told from one that does not exist.
pub const KNOWN_ACTIONS: &str = include_str!("known_actions.txt");
