//! Shapes that several actions share, and how they are read and written.

pub mod acl_entry;
pub mod address;
pub mod flat_permission;
pub mod gateway;
pub mod group_ref;
pub mod network_acl;
pub mod permission;
pub mod prefix_list;
pub mod route_table;
pub mod security_group;
pub mod security_group_rule;
pub mod stale_security_group;
pub mod subnet;
pub mod tag;
pub mod value;
pub mod vpc;

use serde::Serialize;

/// The answer of an action that has nothing to say (API-8).
#[derive(Debug, Serialize)]
pub struct Done {
    /// always true
    #[serde(rename = "return")]
    pub done: bool,
}

impl Done {
    /// It is done.
    pub const OK: Done = Done { done: true };
}
