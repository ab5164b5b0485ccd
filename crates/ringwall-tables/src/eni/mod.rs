//! What belongs to interfaces.

pub mod interface;
pub mod security_group;
