//! `UnassignPrivateNatGatewayAddress`: takes secondary addresses from a private NAT gateway, once the connections by them have
//! ended or had their time (NAT-21).

use std::net::Ipv4Addr;

use ringwall_model::id::NatGatewayId;
use serde::Deserialize;

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::id::parse;
use crate::ec2::operation::nat_gateway_address::{parse_drain, unassign};
use crate::ec2::shape::nat_gateway::NatAddressesAnswer;
use crate::ec2::shape::value::ipv4_address;
use crate::error::ApiError;

/// The action.
pub struct UnassignPrivateNatGatewayAddress;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    nat_gateway_id: String,
    #[serde(default, rename = "PrivateIpAddress")]
    private_ip_addresses: Vec<String>,
    max_drain_duration_seconds: Option<i64>,
}

/// What is asked.
pub struct Request {
    gateway: NatGatewayId,
    privates: Vec<Ipv4Addr>,
    seconds: i64,
}

impl Action for UnassignPrivateNatGatewayAddress {
    const NAME: &'static str = "UnassignPrivateNatGatewayAddress";

    type Input = Input;
    type Request = Request;
    type Output = NatAddressesAnswer;

    fn parse(input: Input) -> Result<Request, ApiError> {
        if input.private_ip_addresses.is_empty() {
            return Err(missing_parameter("PrivateIpAddress"));
        }
        let seconds = parse_drain(input.max_drain_duration_seconds)?;
        let privates = input.private_ip_addresses.iter().map(|text| ipv4_address("privateIpAddress", text));
        let privates: Result<Vec<Ipv4Addr>, ApiError> = privates.collect();
        Ok(Request { gateway: parse(&input.nat_gateway_id)?, privates: privates?, seconds })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<NatAddressesAnswer, ApiError> {
        let changed = unassign(call, request.gateway, &request.privates, request.seconds)?;
        Ok(NatAddressesAnswer::new(&changed))
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::operation::nat_gateway::pass_time;
    use crate::ec2::scene::subnet;

    #[test]
    fn private_addresses_come_at_once_and_drain_before_they_go() {
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        let made = bench.ok("CreateNatGateway", &format!("SubnetId={subnet}&ConnectivityType=private"));
        let gateway = format!("NatGatewayId={}", made.get("natGatewayId"));
        let added = bench.ok("AssignPrivateNatGatewayAddress", &format!("{gateway}&PrivateIpAddressCount=2"));
        assert_eq!(added.all("privateIp"), ["172.31.0.5", "172.31.0.6"]);
        assert_eq!(added.all("status"), ["assigning", "assigning"], "NAT-29");
        bench.ok("AssignPrivateNatGatewayAddress", &format!("{gateway}&PrivateIpAddress.1=172.31.0.9"));
        let leaving = format!("{gateway}&PrivateIpAddress.1=172.31.0.5");
        assert_eq!(bench.ok("UnassignPrivateNatGatewayAddress", &leaving).all("status"), ["unassigning"]);
        assert_eq!(bench.ok("DescribeNatGateways", "").all("privateIp").len(), 4);
        bench.now += 350_000;
        assert!(bench.work(pass_time), "NAT-21");
        let left = bench.ok("DescribeNatGateways", "").all("privateIp");
        assert_eq!(left, ["172.31.0.4", "172.31.0.6", "172.31.0.9"]);
        let mut refused = |action: &str, parameters: &str| bench.refused(action, &format!("{gateway}&{parameters}"));
        let action = "UnassignPrivateNatGatewayAddress";
        assert_eq!(refused(action, "PrivateIpAddress.1=172.31.0.4"), "InvalidParameterValue");
        assert_eq!(refused(action, "PrivateIpAddress.1=172.31.0.5"), "InvalidParameterValue");
        assert_eq!(refused(action, "MaxDrainDurationSeconds=1"), "MissingParameter");
        let action = "AssignPrivateNatGatewayAddress";
        assert_eq!(refused(action, "PrivateIpAddressCount=6"), "PrivateIpAddressLimitExceeded", "NAT-8");
        assert_eq!(refused(action, "PrivateIpAddress.1=172.31.0.9"), "InvalidIPAddress.InUse");
        assert_eq!(
            refused(action, "PrivateIpAddress.1=172.31.0.7&PrivateIpAddress.2=172.31.0.7"),
            "InvalidParameterValue"
        );
        assert_eq!(
            refused(action, "PrivateIpAddressCount=1&PrivateIpAddress.1=172.31.0.7"),
            "InvalidParameterCombination"
        );
        assert_eq!(refused(action, ""), "MissingParameter");
    }
}
