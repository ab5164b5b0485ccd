//! `AssignPrivateNatGatewayAddress`: more addresses for a private NAT gateway (NAT-8, NAT-21).

use std::net::Ipv4Addr;

use ringwall_model::id::NatGatewayId;
use serde::Deserialize;

use super::create_nat_gateway::parse_count;
use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::error::combination;
use crate::ec2::id::parse;
use crate::ec2::operation::interface_address::Wanted;
use crate::ec2::operation::nat_gateway_address::assign_more;
use crate::ec2::shape::nat_gateway::NatAddressesAnswer;
use crate::ec2::shape::value::ipv4_address;
use crate::error::ApiError;

/// The action.
pub struct AssignPrivateNatGatewayAddress;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    nat_gateway_id: String,
    #[serde(default, rename = "PrivateIpAddress")]
    private_ip_addresses: Vec<String>,
    private_ip_address_count: Option<i64>,
}

/// What is asked.
pub struct Request {
    gateway: NatGatewayId,
    wanted: Wanted<Ipv4Addr>,
}

impl Action for AssignPrivateNatGatewayAddress {
    const NAME: &'static str = "AssignPrivateNatGatewayAddress";

    type Input = Input;
    type Request = Request;
    type Output = NatAddressesAnswer;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let named = &input.private_ip_addresses;
        let wanted = match (named.is_empty(), input.private_ip_address_count) {
            (true, Some(count)) => Wanted::Number(parse_count("privateIpAddressCount", count)?),
            (true, None) => return Err(missing_parameter("PrivateIpAddress or PrivateIpAddressCount")),
            (false, Some(_)) => {
                let message = "The parameters PrivateIpAddress and PrivateIpAddressCount cannot be used together.";
                return Err(combination(message));
            }
            (false, None) => {
                let named = named.iter().map(|text| ipv4_address("privateIpAddress", text));
                Wanted::Named(named.collect::<Result<_, ApiError>>()?)
            }
        };
        Ok(Request { gateway: parse(&input.nat_gateway_id)?, wanted })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<NatAddressesAnswer, ApiError> {
        let changed = assign_more(call, request.gateway, &request.wanted)?;
        Ok(NatAddressesAnswer::new(&changed))
    }
}
