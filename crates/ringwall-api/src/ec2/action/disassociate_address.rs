//! `DisassociateAddress`: has an Elastic IP address stand for nothing any more.

use ringwall_model::id::AddressAssociationId;
use serde::Deserialize;

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::error::{Code, not_permitted};
use crate::ec2::id::parse;
use crate::ec2::operation::address::disassociate;
use crate::ec2::operation::network_interface::is_requesters;
use crate::ec2::shape::Done;
use crate::error::ApiError;

/// The action.
pub struct DisassociateAddress;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    association_id: Option<String>,
    public_ip: Option<String>,
}

impl Action for DisassociateAddress {
    const NAME: &'static str = "DisassociateAddress";

    type Input = Input;
    type Request = AddressAssociationId;
    type Output = Done;

    fn parse(input: Input) -> Result<AddressAssociationId, ApiError> {
        match (input.association_id, input.public_ip) {
            (Some(id), None) => parse(&id),
            (None, None) => Err(missing_parameter("AssociationId")),
            (_, Some(_)) => {
                let message = "You must specify an association id when unmapping an address from a VPC instance";
                Err(Code::InvalidParameterValue.with(message))
            }
        }
    }

    fn apply(id: AddressAssociationId, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let region = call.state();
        let mut addresses = region.addresses.iter();
        let address = addresses.find(|address| address.association.is_some_and(|own| own.id == id));
        // Doing it again is no error (EIP-12, API-32).
        if let Some(address) = address {
            if address.association.is_some_and(|association| is_requesters(&region, association.interface)) {
                return Err(not_permitted());
            }
            disassociate(call, address);
        }
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::fixture;

    #[test]
    fn an_address_stays_allocated_and_stands_for_nothing() {
        let mut bench = Bench::new();
        let subnet = bench.ok("DescribeSubnets", "").get("subnetId");
        let interface = fixture::interface(&mut bench, &subnet);
        let address = bench.ok("AllocateAddress", "").get("allocationId");
        let associated =
            bench.ok("AssociateAddress", &format!("AllocationId={address}&NetworkInterfaceId={interface}"));
        let parameters = format!("AssociationId={}", associated.get("associationId"));
        assert_eq!(bench.ok("DisassociateAddress", &parameters).get("return"), "true");
        let told = bench.ok("DescribeAddresses", "");
        assert!(told.has(&address) && !told.has("associationId") && !told.has("privateIpAddress"), "{}", told.0);
        assert_eq!(bench.ok("DisassociateAddress", &parameters).get("return"), "true");
    }

    #[test]
    fn the_association_is_named_by_its_id() {
        let mut bench = Bench::new();
        assert_eq!(bench.refused("DisassociateAddress", ""), "MissingParameter");
        assert_eq!(bench.refused("DisassociateAddress", "PublicIp=198.51.100.1"), "InvalidParameterValue");
        assert_eq!(bench.refused("DisassociateAddress", "AssociationId=x"), "InvalidAssociationID.Malformed");
    }
}
