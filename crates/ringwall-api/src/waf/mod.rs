//! WAF: web ACLs, rule groups, IP sets and regex pattern sets (WAF-104 … WAF-126).
//!
//! Every document is read in full by the engine, with everything it refers to, before it is written: what is stored can be
//! enforced. An action is a file in [`action`]; what they share is beside it.

pub mod action;
mod arn;
mod association;
mod constraint;
mod entity;
mod error;
mod handler;
mod logging;
mod managed;
mod paging;
mod printed;
mod reading;
mod tags;
#[cfg(test)]
mod tests;

pub use handler::Handler;
pub use printed::printed;
pub use reading::{Unread, read_rule_group, read_web_acl};

/// What stands before the action's name in the header `X-Amz-Target` (WAF-104).
pub const TARGET: &str = "AWSWAF_20190729.";

/// Every action that AWS's WAF has.
pub const KNOWN_ACTIONS: &str = include_str!("known_actions.txt");
