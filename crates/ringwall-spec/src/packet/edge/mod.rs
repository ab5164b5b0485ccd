//! What lies between a VPC and what is outside of it.

pub mod egress_only_internet_gateway;
pub mod gateway_endpoint;
pub mod internet_gateway;
pub mod nat_gateway;
