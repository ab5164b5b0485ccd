//! What belongs to the way to the internet.

pub mod internet_gateway;
pub mod nat_gateway;
