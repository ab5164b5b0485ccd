//! Shapes that several actions share, and how they are read and written.

pub mod acl_entry;
pub mod address;
pub mod connection_tracking;
pub mod endpoint_service;
pub mod flat_permission;
pub mod flow_log;
pub mod gateway;
pub mod group_ref;
pub mod image;
pub mod instance;
pub mod instance_attribute;
pub mod instance_filter;
pub mod instance_interface;
pub mod instance_state;
pub mod instance_type;
pub mod launch_interface;
pub mod launch_option;
pub mod metadata_options;
pub mod nat_gateway;
pub mod network_acl;
pub mod network_interface;
pub mod network_interface_filter;
pub mod permission;
pub mod prefix_list;
pub mod private_address;
pub mod route_table;
pub mod security_group;
pub mod security_group_rule;
pub mod stale_security_group;
pub mod subnet;
pub mod tag;
pub mod user_data;
pub mod value;
pub mod view;
pub mod vpc;
pub mod vpc_endpoint;

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
