//! What an interface asks, whatever the resource behind it.

pub mod security_group;
pub mod session;
pub mod source_check;
