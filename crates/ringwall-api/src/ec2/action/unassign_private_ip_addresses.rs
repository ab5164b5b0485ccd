//! `UnassignPrivateIpAddresses`: takes secondary addresses from an interface, and their Elastic IP addresses from them
//! (EIP-16).

use std::net::Ipv4Addr;

use ringwall_model::id::NetworkInterfaceId;
use serde::Deserialize;

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::id::parse;
use crate::ec2::operation::interface_address::unassign_ipv4;
use crate::ec2::shape::Done;
use crate::ec2::shape::value::ipv4_address;
use crate::error::ApiError;

/// The action.
pub struct UnassignPrivateIpAddresses;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    network_interface_id: String,
    #[serde(default, rename = "PrivateIpAddress")]
    addresses: Vec<String>,
}

/// What is asked.
pub struct Request {
    id: NetworkInterfaceId,
    addresses: Vec<Ipv4Addr>,
}

impl Action for UnassignPrivateIpAddresses {
    const NAME: &'static str = "UnassignPrivateIpAddresses";
    const UNBUILT: &'static [&'static str] = &["Ipv4Prefix"];

    type Input = Input;
    type Request = Request;
    type Output = Done;

    fn parse(input: Input) -> Result<Request, ApiError> {
        if input.addresses.is_empty() {
            return Err(missing_parameter("privateIpAddress"));
        }
        let addresses: Result<Vec<Ipv4Addr>, ApiError> =
            input.addresses.iter().map(|text| ipv4_address("privateIpAddress", text)).collect();
        Ok(Request { id: parse(&input.network_interface_id)?, addresses: addresses? })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Done, ApiError> {
        unassign_ipv4(call, request.id, &request.addresses)?;
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use crate::bench::Bench;
    use crate::ec2::scene::{associate, interface, interface_record, region};

    #[test]
    fn an_address_is_free_again_and_its_elastic_one_too() {
        let mut bench = Bench::new();
        let id = interface(&mut bench, "&SecondaryPrivateIpAddressCount=2");
        let [primary, gone, kept] = interface_record(&bench, id).ipv4[..] else { panic!("three addresses") };
        let elastic_gone = associate(&mut bench, Ipv4Addr::new(198, 51, 100, 9), id, gone);
        let elastic_kept = associate(&mut bench, Ipv4Addr::new(198, 51, 100, 10), id, kept);
        bench.ok("UnassignPrivateIpAddresses", &format!("NetworkInterfaceId={id}&PrivateIpAddress.1={gone}"));
        assert_eq!(interface_record(&bench, id).ipv4, [primary, kept]);
        assert_eq!(region(&bench).addresses.get(&elastic_gone).unwrap().association, None);
        assert!(region(&bench).addresses.get(&elastic_kept).unwrap().association.is_some());
        let other = interface(&mut bench, &format!("&PrivateIpAddress={gone}"));
        assert_eq!(interface_record(&bench, other).ipv4, [gone]);
    }

    #[test]
    fn the_primary_address_and_those_of_others_are_refused() {
        let mut bench = Bench::new();
        let id = interface(&mut bench, "&SecondaryPrivateIpAddressCount=1");
        let [primary, secondary] = interface_record(&bench, id).ipv4[..] else { panic!("two addresses") };
        let mut refused =
            |list: String| bench.refused("UnassignPrivateIpAddresses", &format!("NetworkInterfaceId={id}{list}"));
        assert_eq!(refused(format!("&PrivateIpAddress.1={primary}")), "InvalidParameterValue");
        let foreign = format!("&PrivateIpAddress.1={secondary}&PrivateIpAddress.2=172.31.0.99");
        assert_eq!(refused(foreign), "InvalidParameterValue");
        assert_eq!(refused(String::new()), "MissingParameter");
        assert_eq!(interface_record(&bench, id).ipv4, [primary, secondary]);
    }
}
