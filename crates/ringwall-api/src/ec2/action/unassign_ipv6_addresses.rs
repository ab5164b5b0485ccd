//! `UnassignIpv6Addresses`: takes IPv6 addresses from an interface.

use std::net::Ipv6Addr;

use ringwall_model::id::NetworkInterfaceId;
use serde::{Deserialize, Serialize};

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::id::parse;
use crate::ec2::operation::interface_address::unassign_ipv6;
use crate::ec2::shape::value::ipv6_address;
use crate::error::ApiError;

/// The action.
pub struct UnassignIpv6Addresses;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    network_interface_id: String,
    #[serde(default)]
    ipv6_addresses: Vec<String>,
}

/// What is asked.
pub struct Request {
    id: NetworkInterfaceId,
    addresses: Vec<Ipv6Addr>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    network_interface_id: String,
    unassigned_ipv6_addresses: Vec<String>,
}

impl Action for UnassignIpv6Addresses {
    const NAME: &'static str = "UnassignIpv6Addresses";
    const UNBUILT: &'static [&'static str] = &["Ipv6Prefix"];

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        if input.ipv6_addresses.is_empty() {
            return Err(missing_parameter("ipv6Addresses"));
        }
        let addresses: Result<Vec<Ipv6Addr>, ApiError> =
            input.ipv6_addresses.iter().map(|text| ipv6_address("ipv6Addresses", text)).collect();
        Ok(Request { id: parse(&input.network_interface_id)?, addresses: addresses? })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        unassign_ipv6(call, request.id, &request.addresses)?;
        Ok(Output {
            network_interface_id: request.id.to_string(),
            unassigned_ipv6_addresses: request.addresses.iter().map(ToString::to_string).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::scene::{give_ipv6, interface, interface_record, subnet};

    #[test]
    fn own_addresses_go_and_others_are_refused() {
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        give_ipv6(&mut bench, subnet);
        let id = interface(
            &mut bench,
            "&Ipv6Addresses.1.Ipv6Address=2001:db8:1::9&Ipv6Addresses.2.Ipv6Address=2001:db8:1::a",
        );
        let answer =
            bench.ok("UnassignIpv6Addresses", &format!("NetworkInterfaceId={id}&Ipv6Addresses.1=2001:db8:1::9"));
        assert_eq!(answer.all("item"), ["2001:db8:1::9"]);
        assert_eq!(interface_record(&bench, id).ipv6.len(), 1);
        let mut refused =
            |list: &str| bench.refused("UnassignIpv6Addresses", &format!("NetworkInterfaceId={id}{list}"));
        assert_eq!(refused("&Ipv6Addresses.1=2001:db8:1::a&Ipv6Addresses.2=2001:db8:1::9"), "InvalidParameterValue");
        assert_eq!(refused(""), "MissingParameter");
        assert_eq!(interface_record(&bench, id).ipv6.len(), 1);
    }
}
