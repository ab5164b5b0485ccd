//! What several actions do alike: making things that come together, and asking whether something is in use.

pub mod address;
pub mod block;
pub mod default_vpc;
pub mod endpoint_policy;
pub mod endpoint_service;
pub mod gateway_endpoint;
pub mod host_image;
pub mod instance;
pub mod instance_type;
pub mod interface_address;
pub mod interface_endpoint;
pub mod launch;
pub mod nat_gateway;
pub mod nat_gateway_address;
pub mod network_acl;
pub mod network_interface;
pub mod prefix_list;
pub mod public_address;
pub mod region;
pub mod route;
pub mod route_table;
pub mod security_group;
pub mod subnet;
pub mod tag;
pub mod vpc;
pub mod vpc_endpoint;
