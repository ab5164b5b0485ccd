//! `DisassociateSubnetCidrBlock`: takes the IPv6 block off a subnet that does not use it.

use std::sync::Arc;

use ringwall_model::id::SubnetCidrAssociationId;
use ringwall_model::resource::Subnet;
use ringwall_store::Region;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{Named, parse};
use crate::ec2::operation::subnet::used_ipv6;
use crate::ec2::shape::subnet::SubnetIpv6Shape;
use crate::error::ApiError;

/// The action.
pub struct DisassociateSubnetCidrBlock;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    association_id: String,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    subnet_id: String,
    ipv6_cidr_block_association: SubnetIpv6Shape,
}

impl Action for DisassociateSubnetCidrBlock {
    const NAME: &'static str = "DisassociateSubnetCidrBlock";

    type Input = Input;
    type Request = SubnetCidrAssociationId;
    type Output = Output;

    fn parse(input: Input) -> Result<SubnetCidrAssociationId, ApiError> {
        parse(&input.association_id)
    }

    fn apply(id: SubnetCidrAssociationId, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let absent = || SubnetCidrAssociationId::not_found(&[id.to_string()]);
        let has = |subnet: &&Arc<Subnet>| subnet.ipv6.as_ref().is_some_and(|own| own.id == id);
        let mut subnet = Arc::unwrap_or_clone(region.subnets.iter().find(has).cloned().ok_or_else(absent)?);
        check_unused(&region, &subnet, id)?;
        let gone = subnet.ipv6.take().ok_or_else(absent)?;
        let subnet_id = subnet.id.to_string();
        call.put(subnet);
        Ok(Output { subnet_id, ipv6_cidr_block_association: SubnetIpv6Shape::new(&gone, "disassociating") })
    }
}

/// The block is in use while an interface has an address of it, or new ones are to get one.
fn check_unused(region: &Region, subnet: &Subnet, id: SubnetCidrAssociationId) -> Result<(), ApiError> {
    let why = if subnet.assign_ipv6_address_on_creation {
        "its subnet has assign-ipv6-address-on-creation set to true"
    } else if !used_ipv6(region, subnet.id).is_empty() {
        "network interfaces have addresses of it"
    } else {
        return Ok(());
    };
    let message = format!("The subnet IPv6 CIDR block with association ID {id} may not be disassociated: {why}.");
    Err(Code::InvalidCidrBlockInUse.with(message))
}

#[cfg(test)]
mod tests {
    use ringwall_model::resource::NetworkInterface;

    use crate::bench::Bench;
    use crate::ec2::fixture;

    fn subnet(bench: &mut Bench) -> (String, String, String) {
        let made = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16&AmazonProvidedIpv6CidrBlock=true");
        let (vpc, block) = (made.get("vpcId"), made.get("ipv6CidrBlock").replace("/56", "/64"));
        let made = bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.1.0/24&Ipv6CidrBlock={block}"));
        (made.get("subnetId"), made.get("associationId"), block)
    }

    #[test]
    fn an_unused_block_goes_and_can_come_back() {
        let mut bench = Bench::new();
        let (subnet, association, block) = subnet(&mut bench);
        let gone = bench.ok("DisassociateSubnetCidrBlock", &format!("AssociationId={association}"));
        assert_eq!((gone.get("state"), gone.get("subnetId")), ("disassociating".to_owned(), subnet.clone()));
        let told = bench.ok("DescribeSubnets", &format!("SubnetId.1={subnet}"));
        assert!(told.has("<ipv6CidrBlockAssociationSet/>"), "{}", told.0);
        let again = bench.refused("DisassociateSubnetCidrBlock", &format!("AssociationId={association}"));
        assert_eq!(again, "InvalidSubnetCidrBlockAssociationID.NotFound");
        bench.ok("AssociateSubnetCidrBlock", &format!("SubnetId={subnet}&Ipv6CidrBlock={block}"));
        let malformed = bench.refused("DisassociateSubnetCidrBlock", "AssociationId=");
        assert_eq!(malformed, "InvalidSubnetCidrBlockAssociationId.Malformed");
    }

    #[test]
    fn a_block_in_use_stays() {
        let mut bench = Bench::new();
        let (subnet, association, block) = subnet(&mut bench);
        let parameters = format!("AssociationId={association}");
        let assign = |value| format!("SubnetId={subnet}&AssignIpv6AddressOnCreation.Value={value}");
        bench.ok("ModifySubnetAttribute", &assign(true));
        assert_eq!(bench.refused("DisassociateSubnetCidrBlock", &parameters), "InvalidCidrBlock.InUse");
        bench.ok("ModifySubnetAttribute", &assign(false));
        let interface = fixture::interface(&mut bench, &subnet);
        let address = block.replace("/64", "5").parse().unwrap();
        fixture::change::<NetworkInterface>(&mut bench, interface, |record| record.ipv6.push(address));
        assert_eq!(bench.refused("DisassociateSubnetCidrBlock", &parameters), "InvalidCidrBlock.InUse");
        fixture::change::<NetworkInterface>(&mut bench, interface, |record| record.ipv6.clear());
        bench.ok("DisassociateSubnetCidrBlock", &parameters);
    }
}
