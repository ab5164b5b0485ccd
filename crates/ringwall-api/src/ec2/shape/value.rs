//! Single values as parameters: blocks, and attributes wrapped in a structure.

use std::net::{Ipv4Addr, Ipv6Addr};

use ringwall_net::{Ipv4Prefix, Ipv6Prefix};
use serde::{Deserialize, Serialize};

use crate::ec2::error::{Code, invalid_value};
use crate::error::ApiError;

/// An attribute that is set: `EnableDnsSupport.Value=true` (API-6).
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Attribute<T> {
    /// its value
    pub value: T,
}

/// An attribute that is told.
#[derive(Clone, Debug, Serialize)]
pub struct AttributeShape<T> {
    /// its value
    pub value: T,
}

/// An IPv4 block; bits beyond its length are dropped (VPC-2, VPC-3).
pub fn ipv4_block(parameter: &str, text: &str) -> Result<Ipv4Prefix, ApiError> {
    text.parse().map_err(|_| invalid_value(parameter, text, "This is not a valid CIDR block."))
}

/// An IPv6 block.
pub fn ipv6_block(parameter: &str, text: &str) -> Result<Ipv6Prefix, ApiError> {
    text.parse().map_err(|_| invalid_value(parameter, text, "This is not a valid IPv6 CIDR block."))
}

/// An IPv4 address.
pub fn ipv4_address(parameter: &str, text: &str) -> Result<Ipv4Addr, ApiError> {
    text.parse().map_err(|_| invalid_value(parameter, text, "This is not a valid IPv4 address."))
}

/// An IPv6 address.
pub fn ipv6_address(parameter: &str, text: &str) -> Result<Ipv6Addr, ApiError> {
    text.parse().map_err(|_| invalid_value(parameter, text, "This is not a valid IPv6 address."))
}

/// The one value that is given; `MissingParameter` for none, `InvalidParameterCombination` for several.
pub fn exactly_one<T>(given: Vec<Option<T>>, names: &str) -> Result<T, ApiError> {
    let mut present = given.into_iter().flatten();
    match (present.next(), present.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Code::MissingParameter.with(format!("The request must contain exactly one of {names}"))),
        (Some(_), Some(_)) => {
            Err(Code::InvalidParameterCombination.with(format!("Only one of {names} may be specified")))
        }
    }
}
