//! Single values as parameters: blocks, and attributes wrapped in a structure.

use std::net::{Ipv4Addr, Ipv6Addr};

use ringwall_net::{Ipv4Prefix, Ipv6Prefix};
use serde::{Deserialize, Serialize};

use crate::action::unbuilt_parameter;
use crate::ec2::error::{Code, combination, invalid_value};
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

/// A parameter of which one value alone is taken, the one that changes nothing; any other would have no effect here.
pub fn only<T: PartialEq>(name: &str, given: Option<T>, without_effect: T) -> Result<(), ApiError> {
    match given {
        Some(value) if value != without_effect => Err(unbuilt_parameter(name)),
        _ => Ok(()),
    }
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

/// The one attribute that a call changes; `InvalidParameterCombination` for none or several (VPC-21, ENI-16).
pub fn one_attribute<T>(given: Vec<(&'static str, Option<T>)>) -> Result<T, ApiError> {
    let (names, mut values): (Vec<&str>, Vec<T>) =
        given.into_iter().filter_map(|(name, value)| Some((name, value?))).unzip();
    match (values.pop(), values.is_empty()) {
        (Some(value), true) => Ok(value),
        (None, _) => Err(combination("No attributes specified.")),
        (Some(_), false) => {
            Err(combination(format!("Fields for multiple attribute types specified: {}", names.join(", "))))
        }
    }
}

/// A switch that AWS has and that cannot be on here.
pub fn refuse_switch(name: &str, value: Option<bool>) -> Result<(), ApiError> {
    match value {
        Some(true) => Err(unbuilt_parameter(name)),
        Some(false) | None => Ok(()),
    }
}

/// Where addresses are announced: a Region has one network border group here, which is named as the Region.
pub fn check_border_group(given: Option<&str>, region: &str, name: &str) -> Result<(), ApiError> {
    match given {
        Some(group) if group != region => {
            Err(invalid_value(name, group, format!("The only network border group of the Region is {region}.")))
        }
        _ => Ok(()),
    }
}
