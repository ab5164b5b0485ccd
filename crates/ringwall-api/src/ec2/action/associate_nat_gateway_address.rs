//! `AssociateNatGatewayAddress`: more Elastic IP addresses for a public NAT gateway (NAT-8, NAT-21).

use std::net::Ipv4Addr;

use ringwall_model::id::{AllocationId, NatGatewayId};
use serde::Deserialize;

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::error::invalid_value;
use crate::ec2::id::{parse, parse_all};
use crate::ec2::operation::nat_gateway_address::associate_more;
use crate::ec2::shape::nat_gateway::NatAddressesAnswer;
use crate::ec2::shape::value::ipv4_address;
use crate::error::ApiError;

/// The action.
pub struct AssociateNatGatewayAddress;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    nat_gateway_id: String,
    #[serde(default, rename = "AllocationId")]
    allocation_ids: Vec<String>,
    #[serde(default, rename = "PrivateIpAddress")]
    private_ip_addresses: Vec<String>,
}

/// What is asked.
pub struct Request {
    gateway: NatGatewayId,
    allocations: Vec<AllocationId>,
    privates: Vec<Ipv4Addr>,
}

impl Action for AssociateNatGatewayAddress {
    const NAME: &'static str = "AssociateNatGatewayAddress";
    const UNBUILT: &'static [&'static str] = &["AvailabilityZone", "AvailabilityZoneId"];

    type Input = Input;
    type Request = Request;
    type Output = NatAddressesAnswer;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let allocations: Vec<AllocationId> = parse_all(&input.allocation_ids)?;
        if allocations.is_empty() {
            return Err(missing_parameter("AllocationId"));
        }
        for (place, id) in allocations.iter().enumerate() {
            if allocations[..place].contains(id) {
                return Err(invalid_value("allocationId", id, "It is given more than once."));
            }
        }
        let privates = input.private_ip_addresses.iter().map(|text| ipv4_address("privateIpAddress", text));
        let privates: Result<Vec<Ipv4Addr>, ApiError> = privates.collect();
        Ok(Request { gateway: parse(&input.nat_gateway_id)?, allocations, privates: privates? })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<NatAddressesAnswer, ApiError> {
        let changed = associate_more(call, request.gateway, &request.allocations, &request.privates)?;
        Ok(NatAddressesAnswer::new(&changed))
    }
}
