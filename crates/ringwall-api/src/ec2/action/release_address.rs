//! `ReleaseAddress`: gives an Elastic IP address back to the pool, unless it is associated (EIP-13).

use ringwall_model::id::AllocationId;
use ringwall_model::resource::Address;
use serde::Deserialize;

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::error::{Code, not_permitted};
use crate::ec2::id::{find, parse};
use crate::ec2::operation::network_interface::is_requesters;
use crate::ec2::shape::Done;
use crate::error::ApiError;

/// The action.
pub struct ReleaseAddress;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    allocation_id: Option<String>,
    public_ip: Option<String>,
    network_border_group: Option<String>,
}

/// What is asked.
pub struct Request {
    address: AllocationId,
    border_group: Option<String>,
}

impl Action for ReleaseAddress {
    const NAME: &'static str = "ReleaseAddress";

    type Input = Input;
    type Request = Request;
    type Output = Done;

    fn parse(input: Input) -> Result<Request, ApiError> {
        match (input.allocation_id, input.public_ip) {
            (Some(id), None) => Ok(Request { address: parse(&id)?, border_group: input.network_border_group }),
            (None, None) => Err(missing_parameter("AllocationId")),
            (_, Some(_)) => {
                let message = "You must specify an allocation id when releasing a VPC elastic IP address";
                Err(Code::InvalidParameterValue.with(message))
            }
        }
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let region = call.state();
        let address = find::<Address>(&region, &request.address)?;
        if let Some(group) = request.border_group.filter(|group| group != call.region) {
            let message = format!("The address '{}' is not of the network border group {group}.", address.public);
            return Err(Code::InvalidAddressNotFound.with(message));
        }
        if address.association.is_some_and(|association| is_requesters(&region, association.interface)) {
            return Err(not_permitted());
        }
        if address.association.is_some() {
            return Err(Code::InvalidIpAddressInUse.with(format!("Address {} is in use.", address.public)));
        }
        call.delete::<Address>(&address.id);
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::fixture;

    #[test]
    fn only_an_address_that_stands_for_nothing_is_given_back() {
        let mut bench = Bench::new();
        let subnet = bench.ok("DescribeSubnets", "").get("subnetId");
        let interface = fixture::interface(&mut bench, &subnet);
        let address = bench.ok("AllocateAddress", "").get("allocationId");
        let parameters = format!("AllocationId={address}");
        let associated = bench.ok("AssociateAddress", &format!("{parameters}&NetworkInterfaceId={interface}"));
        assert_eq!(bench.refused("ReleaseAddress", &parameters), "InvalidIPAddress.InUse", "EIP-13");
        bench.ok("DisassociateAddress", &format!("AssociationId={}", associated.get("associationId")));
        let elsewhere = format!("{parameters}&NetworkBorderGroup=eu-west-1");
        assert_eq!(bench.refused("ReleaseAddress", &elsewhere), "InvalidAddress.NotFound");
        bench.ok("ReleaseAddress", &format!("{parameters}&NetworkBorderGroup=us-east-1"));
        assert_eq!(bench.refused("ReleaseAddress", &parameters), "InvalidAllocationID.NotFound", "EIP-13");
    }

    #[test]
    fn the_address_is_named_by_its_allocation() {
        let mut bench = Bench::new();
        assert_eq!(bench.refused("ReleaseAddress", ""), "MissingParameter");
        assert_eq!(bench.refused("ReleaseAddress", "PublicIp=198.51.100.1"), "InvalidParameterValue");
        assert_eq!(bench.refused("ReleaseAddress", "AllocationId=x"), "InvalidAllocationID.Malformed");
    }
}
