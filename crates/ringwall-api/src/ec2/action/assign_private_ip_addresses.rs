//! `AssignPrivateIpAddresses`: secondary addresses for an interface, all or none (ENI-12).

use std::net::Ipv4Addr;

use ringwall_model::id::NetworkInterfaceId;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::id::parse;
use crate::ec2::operation::interface_address::{Wanted, assign_ipv4};
use crate::ec2::shape::private_address::more_ipv4;
use crate::ec2::shape::value::only;
use crate::error::ApiError;

/// The action.
pub struct AssignPrivateIpAddresses;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    network_interface_id: String,
    #[serde(default, rename = "PrivateIpAddress")]
    addresses: Vec<String>,
    secondary_private_ip_address_count: Option<i64>,
    allow_reassignment: Option<bool>,
    ipv4_prefix_count: Option<i64>,
}

/// What is asked.
pub struct Request {
    id: NetworkInterfaceId,
    wanted: Wanted<Ipv4Addr>,
    may_move: bool,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    r#return: bool,
    network_interface_id: String,
    assigned_private_ip_addresses_set: Vec<AssignedShape>,
}

/// An address that was assigned.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssignedShape {
    private_ip_address: String,
}

impl Action for AssignPrivateIpAddresses {
    const NAME: &'static str = "AssignPrivateIpAddresses";
    const UNBUILT: &'static [&'static str] = &["Ipv4Prefix"];

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        only("Ipv4PrefixCount", input.ipv4_prefix_count, 0)?;
        Ok(Request {
            id: parse(&input.network_interface_id)?,
            wanted: more_ipv4(&input.addresses, input.secondary_private_ip_address_count)?,
            may_move: input.allow_reassignment.unwrap_or(false),
        })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let assigned = assign_ipv4(call, request.id, &request.wanted, request.may_move)?;
        let shape = |address: Ipv4Addr| AssignedShape { private_ip_address: address.to_string() };
        Ok(Output {
            r#return: true,
            network_interface_id: request.id.to_string(),
            assigned_private_ip_addresses_set: assigned.into_iter().map(shape).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use crate::bench::Bench;
    use crate::ec2::scene::{associate, instance, interface, interface_record, primary, region};

    fn assign(bench: &mut Bench, id: impl std::fmt::Display, parameters: &str) -> Result<Vec<String>, String> {
        let result = bench.call("AssignPrivateIpAddresses", &format!("NetworkInterfaceId={id}&{parameters}"));
        result.map(|answer| answer.all("privateIpAddress")).map_err(|error| error.code.into_owned())
    }

    #[test]
    fn addresses_are_assigned_by_name_or_number() {
        let mut bench = Bench::new();
        let id = interface(&mut bench, "");
        assert_eq!(assign(&mut bench, id, "PrivateIpAddress.1=172.31.0.9").unwrap(), ["172.31.0.9"]);
        assert_eq!(assign(&mut bench, id, "SecondaryPrivateIpAddressCount=2").unwrap(), ["172.31.0.5", "172.31.0.6"]);
        let octets: Vec<u8> = interface_record(&bench, id).ipv4.iter().map(|address| address.octets()[3]).collect();
        assert_eq!(octets, [4, 9, 5, 6]);
    }

    #[test]
    fn all_are_assigned_or_none() {
        let mut bench = Bench::new();
        let id = interface(&mut bench, "");
        let other = interface(&mut bench, "");
        let taken = interface_record(&bench, other).ipv4[0];
        let call = format!("PrivateIpAddress.1=172.31.0.9&PrivateIpAddress.2={taken}");
        assert_eq!(assign(&mut bench, id, &call), Err("InvalidIPAddress.InUse".into()));
        let call = "PrivateIpAddress.1=172.31.0.9&PrivateIpAddress.2=172.31.0.1";
        assert_eq!(assign(&mut bench, id, call), Err("InvalidParameterValue".into()));
        let call = "PrivateIpAddress.1=172.31.0.9&PrivateIpAddress.2=172.31.0.9";
        assert_eq!(assign(&mut bench, id, call), Err("InvalidParameterValue".into()));
        assert_eq!(interface_record(&bench, id).ipv4.len(), 1);
    }

    #[test]
    fn a_moved_address_takes_its_elastic_address_along() {
        // ENI-12, EIP-16
        let mut bench = Bench::new();
        let (from, to) = (interface(&mut bench, "&SecondaryPrivateIpAddressCount=1"), interface(&mut bench, ""));
        let moved = interface_record(&bench, from).ipv4[1];
        let elastic = associate(&mut bench, Ipv4Addr::new(198, 51, 100, 9), from, moved);
        let call = format!("PrivateIpAddress.1={moved}");
        assert_eq!(assign(&mut bench, to, &call), Err("InvalidIPAddress.InUse".into()));
        let call = format!("{call}&AllowReassignment=true");
        assign(&mut bench, to, &call).unwrap();
        assert_eq!(interface_record(&bench, from).ipv4.len(), 1);
        assert_eq!(interface_record(&bench, to).ipv4[1], moved);
        let association = region(&bench).addresses.get(&elastic).unwrap().association.unwrap();
        assert_eq!((association.interface, association.private), (to, moved));
        // Again, it stays where it is.
        assign(&mut bench, to, &call).unwrap();
        assert_eq!(interface_record(&bench, to).ipv4.len(), 2);
    }

    #[test]
    fn a_primary_address_does_not_move() {
        // ENI-1
        let mut bench = Bench::new();
        let (from, to) = (interface(&mut bench, ""), interface(&mut bench, ""));
        for holder in [from, to] {
            let primary = interface_record(&bench, holder).ipv4[0];
            let call = format!("PrivateIpAddress.1={primary}&AllowReassignment=true");
            assert_eq!(assign(&mut bench, to, &call), Err("InvalidParameterValue".into()));
        }
    }

    #[test]
    fn the_type_limits_the_number() {
        // ENI-13: m5.large has ten
        let mut bench = Bench::new();
        let instance = instance(&mut bench, "");
        let id = primary(&bench, instance).id;
        let count = "SecondaryPrivateIpAddressCount";
        assert_eq!(assign(&mut bench, id, &format!("{count}=10")), Err("PrivateIpAddressLimitExceeded".into()));
        assert_eq!(assign(&mut bench, id, &format!("{count}=9")).unwrap().len(), 9);
        let held = interface_record(&bench, id).ipv4[1];
        let again = format!("PrivateIpAddress.1={held}&AllowReassignment=true");
        assert!(assign(&mut bench, id, &again).is_ok());
        assert_eq!(assign(&mut bench, id, &format!("{count}=1")), Err("PrivateIpAddressLimitExceeded".into()));
    }

    #[test]
    fn prefixes_and_nothing_at_all_are_refused() {
        let mut bench = Bench::new();
        let id = interface(&mut bench, "");
        assert_eq!(assign(&mut bench, id, "Ipv4PrefixCount=1"), Err("UnsupportedOperation".into()));
        assert_eq!(assign(&mut bench, id, "Ipv4Prefix.1=172.31.0.16/28"), Err("UnsupportedOperation".into()));
        assert_eq!(assign(&mut bench, id, ""), Err("MissingParameter".into()));
        let absent = assign(&mut bench, "eni-00000000000000001", "SecondaryPrivateIpAddressCount=1");
        assert_eq!(absent, Err("InvalidNetworkInterfaceID.NotFound".into()));
    }
}
