//! What several actions do alike: making things that come together, and asking whether something is in use.

pub mod block;
pub mod default_vpc;
pub mod network_acl;
pub mod prefix_list;
pub mod region;
pub mod security_group;
pub mod subnet;
pub mod tag;
pub mod vpc;
