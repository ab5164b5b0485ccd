//! What lies between a VPC and the internet.

pub mod egress_only_internet_gateway;
pub mod internet_gateway;
