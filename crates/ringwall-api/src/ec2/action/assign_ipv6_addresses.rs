//! `AssignIpv6Addresses`: IPv6 addresses for an interface, all or none.

use std::net::Ipv6Addr;

use ringwall_model::id::NetworkInterfaceId;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::id::parse;
use crate::ec2::operation::interface_address::{Wanted, assign_ipv6};
use crate::ec2::shape::private_address::more_ipv6;
use crate::ec2::shape::value::only;
use crate::error::ApiError;

/// The action.
pub struct AssignIpv6Addresses;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    network_interface_id: String,
    #[serde(default)]
    ipv6_addresses: Vec<String>,
    ipv6_address_count: Option<i64>,
    ipv6_prefix_count: Option<i64>,
}

/// What is asked.
pub struct Request {
    id: NetworkInterfaceId,
    wanted: Wanted<Ipv6Addr>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    assigned_ipv6_addresses: Vec<String>,
    network_interface_id: String,
}

impl Action for AssignIpv6Addresses {
    const NAME: &'static str = "AssignIpv6Addresses";
    const UNBUILT: &'static [&'static str] = &["Ipv6Prefix"];

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        only("Ipv6PrefixCount", input.ipv6_prefix_count, 0)?;
        let wanted = more_ipv6(&input.ipv6_addresses, input.ipv6_address_count)?;
        Ok(Request { id: parse(&input.network_interface_id)?, wanted })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let assigned = assign_ipv6(call, request.id, &request.wanted)?;
        Ok(Output {
            assigned_ipv6_addresses: assigned.iter().map(ToString::to_string).collect(),
            network_interface_id: request.id.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::scene::{give_ipv6, instance, interface, interface_record, primary, subnet};

    fn assign(bench: &mut Bench, id: impl std::fmt::Display, parameters: &str) -> Result<usize, String> {
        let result = bench.call("AssignIpv6Addresses", &format!("NetworkInterfaceId={id}&{parameters}"));
        result.map(|answer| answer.all("item").len()).map_err(|error| error.code.into_owned())
    }

    #[test]
    fn addresses_are_assigned_by_name_or_number() {
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        give_ipv6(&mut bench, subnet);
        let id = interface(&mut bench, "");
        assert_eq!(assign(&mut bench, id, "Ipv6Addresses.1=2001:db8:1::9&Ipv6Addresses.2=2001:db8:1::a"), Ok(2));
        assert_eq!(assign(&mut bench, id, "Ipv6AddressCount=3"), Ok(3));
        assert_eq!(interface_record(&bench, id).ipv6.len(), 5);
        assert_eq!(assign(&mut bench, id, "Ipv6Addresses.1=2001:db8:1::9"), Err("InvalidIPAddress.InUse".into()));
        let partly = "Ipv6Addresses.1=2001:db8:1::b&Ipv6Addresses.2=2001:db8:2::1";
        assert_eq!(assign(&mut bench, id, partly), Err("InvalidParameterValue".into()));
        assert_eq!(interface_record(&bench, id).ipv6.len(), 5);
    }

    #[test]
    fn type_and_subnet_set_limits() {
        let mut bench = Bench::new();
        let lonely = interface(&mut bench, "");
        assert_eq!(assign(&mut bench, lonely, "Ipv6AddressCount=1"), Err("InvalidParameterValue".into()));
        let subnet = subnet(&mut bench, 'a');
        give_ipv6(&mut bench, subnet);
        let instance = instance(&mut bench, "");
        let id = primary(&bench, instance).id;
        assert_eq!(assign(&mut bench, id, "Ipv6AddressCount=11"), Err("PrivateIpAddressLimitExceeded".into()));
        assert_eq!(assign(&mut bench, id, "Ipv6AddressCount=10"), Ok(10));
        assert_eq!(assign(&mut bench, id, "Ipv6PrefixCount=1"), Err("UnsupportedOperation".into()));
        assert_eq!(assign(&mut bench, id, ""), Err("MissingParameter".into()));
    }
}
