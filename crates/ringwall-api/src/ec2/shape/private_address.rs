//! Addresses of interfaces as parameters (ENI-15).

use std::net::{Ipv4Addr, Ipv6Addr};

use serde::Deserialize;

use super::value::{ipv4_address, ipv6_address, only};
use crate::action::missing_parameter;
use crate::ec2::error::{combination, invalid_value};
use crate::ec2::operation::interface_address::{Wanted, WantedIpv4};
use crate::error::ApiError;

/// A private IPv4 address, primary or not.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PrivateAddressInput {
    private_ip_address: String,
    primary: Option<bool>,
}

/// An IPv6 address.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ipv6AddressInput {
    ipv6_address: String,
    is_primary_ipv6: Option<bool>,
}

/// Reads the private IPv4 addresses of a new interface: a primary one by itself or in the list, and secondary ones in the
/// list or by their number.
pub fn wanted_ipv4(
    primary: Option<&str>,
    list: &[PrivateAddressInput],
    count: Option<i64>,
) -> Result<WantedIpv4, ApiError> {
    let mut wanted = WantedIpv4 { more: number("secondaryPrivateIpAddressCount", count)?, ..WantedIpv4::default() };
    wanted.primary = primary.map(|text| ipv4_address("privateIpAddress", text)).transpose()?;
    for input in list {
        let address = ipv4_address("privateIpAddress", &input.private_ip_address)?;
        match (input.primary, wanted.primary) {
            (Some(true), None) => wanted.primary = Some(address),
            (Some(true), Some(_)) => {
                return Err(combination("Only one private IP address can be designated as primary."));
            }
            // The primary one may be in the list again.
            (_, Some(primary)) if primary == address => {}
            _ => wanted.secondary.push(address),
        }
    }
    if wanted.more > 0 && !wanted.secondary.is_empty() {
        let message = "The parameters privateIpAddresses and secondaryPrivateIpAddressCount cannot be used together.";
        return Err(combination(message));
    }
    Ok(wanted)
}

/// Reads the IPv6 addresses of a new interface; none if nothing is said about them.
pub fn wanted_ipv6(list: &[Ipv6AddressInput], count: Option<i64>) -> Result<Option<Wanted<Ipv6Addr>>, ApiError> {
    for input in list {
        only("IsPrimaryIpv6", input.is_primary_ipv6, false)?;
    }
    let list: Vec<String> = list.iter().map(|input| input.ipv6_address.clone()).collect();
    match (list.is_empty(), count) {
        (true, None) => Ok(None),
        _ => more_ipv6(&list, count).map(Some),
    }
}

/// Reads secondary IPv4 addresses for an interface: either which, or how many.
pub fn more_ipv4(list: &[String], count: Option<i64>) -> Result<Wanted<Ipv4Addr>, ApiError> {
    more(list, count, ("privateIpAddress", "secondaryPrivateIpAddressCount"), ipv4_address)
}

/// Reads IPv6 addresses for an interface: either which, or how many.
pub fn more_ipv6(list: &[String], count: Option<i64>) -> Result<Wanted<Ipv6Addr>, ApiError> {
    more(list, count, ("ipv6Addresses", "ipv6AddressCount"), ipv6_address)
}

fn more<A>(
    list: &[String],
    count: Option<i64>,
    (list_name, count_name): (&str, &str),
    parse: impl Fn(&str, &str) -> Result<A, ApiError>,
) -> Result<Wanted<A>, ApiError> {
    match (list.is_empty(), count) {
        (false, None) => {
            let addresses: Result<Vec<A>, ApiError> = list.iter().map(|text| parse(list_name, text)).collect();
            addresses.map(Wanted::Named)
        }
        (true, Some(_)) => number(count_name, count).map(Wanted::Number),
        (true, None) => Err(missing_parameter(&format!("{list_name} or {count_name}"))),
        (false, Some(_)) => {
            Err(combination(format!("The parameters {list_name} and {count_name} cannot be used together.")))
        }
    }
}

fn number(name: &str, count: Option<i64>) -> Result<usize, ApiError> {
    let count = count.unwrap_or(0);
    // No type allows as many as a thousand, so that the rest is a matter of limits.
    usize::try_from(count)
        .ok()
        .filter(|count| *count <= 1000)
        .ok_or_else(|| invalid_value(name, count, "Expected a number from 0 to 1000."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(address: &str, primary: Option<bool>) -> PrivateAddressInput {
        PrivateAddressInput { private_ip_address: address.to_owned(), primary }
    }

    #[test]
    fn the_primary_address_is_given_by_itself_or_in_the_list() {
        let listed = [input("10.0.0.5", Some(true)), input("10.0.0.6", None), input("10.0.0.7", Some(false))];
        let wanted = wanted_ipv4(None, &listed, None).unwrap();
        assert_eq!((wanted.primary, wanted.number()), (Some(Ipv4Addr::new(10, 0, 0, 5)), 3));
        let wanted = wanted_ipv4(Some("10.0.0.4"), &listed[1..], None).unwrap();
        assert_eq!((wanted.primary, wanted.number()), (Some(Ipv4Addr::new(10, 0, 0, 4)), 3));
        assert_eq!(wanted_ipv4(Some("10.0.0.4"), &listed, None).unwrap_err().code, "InvalidParameterCombination");
        assert_eq!(wanted_ipv4(None, &[], None).unwrap(), WantedIpv4::default());
    }

    #[test]
    fn secondary_addresses_are_listed_or_counted() {
        let listed = [input("10.0.0.5", Some(true)), input("10.0.0.6", None)];
        assert_eq!(wanted_ipv4(None, &listed, Some(2)).unwrap_err().code, "InvalidParameterCombination");
        assert_eq!(wanted_ipv4(None, &listed[..1], Some(2)).unwrap().number(), 3);
        assert_eq!(wanted_ipv4(None, &[], Some(-1)).unwrap_err().code, "InvalidParameterValue");
        assert_eq!(more_ipv4(&[], None).unwrap_err().code, "MissingParameter");
        assert_eq!(more_ipv4(&["10.0.0.5".to_owned()], Some(1)).unwrap_err().code, "InvalidParameterCombination");
        assert_eq!(more_ipv4(&["ten".to_owned()], None).unwrap_err().code, "InvalidParameterValue");
    }

    #[test]
    fn no_ipv6_address_is_another_wish_than_none_said() {
        assert_eq!(wanted_ipv6(&[], None).unwrap(), None);
        assert_eq!(wanted_ipv6(&[], Some(0)).unwrap(), Some(Wanted::Number(0)));
        let primary = Ipv6AddressInput { ipv6_address: "2001:db8::5".to_owned(), is_primary_ipv6: Some(true) };
        assert_eq!(wanted_ipv6(&[primary], None).unwrap_err().code, "UnsupportedOperation");
    }
}
