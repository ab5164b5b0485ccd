//! `DisassociateVpcCidrBlock`: takes a block that no subnet uses off a VPC, the primary one apart (VPC-13).

use std::sync::Arc;

use ringwall_model::id::VpcCidrAssociationId;
use ringwall_model::resource::traffic::Text;
use ringwall_model::resource::{RouteTable, Vpc};
use ringwall_net::Prefix;
use ringwall_store::Region;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{Named, parse};
use crate::ec2::shape::vpc::{Ipv4AssociationShape, Ipv6AssociationShape};
use crate::error::ApiError;

/// The action.
pub struct DisassociateVpcCidrBlock;

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
    vpc_id: String,
    cidr_block_association: Option<Ipv4AssociationShape>,
    ipv6_cidr_block_association: Option<Ipv6AssociationShape>,
}

impl Action for DisassociateVpcCidrBlock {
    const NAME: &'static str = "DisassociateVpcCidrBlock";

    type Input = Input;
    type Request = VpcCidrAssociationId;
    type Output = Output;

    fn parse(input: Input) -> Result<VpcCidrAssociationId, ApiError> {
        parse(&input.association_id)
    }

    fn apply(id: VpcCidrAssociationId, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let has = |vpc: &Vpc| vpc.ipv4.iter().any(|own| own.id == id) || vpc.ipv6.iter().any(|own| own.id == id);
        let known = region.vpcs.iter().find(|vpc| has(vpc)).cloned();
        let mut vpc = Arc::unwrap_or_clone(known.ok_or_else(|| VpcCidrAssociationId::not_found(&[id.to_string()]))?);
        let mut output =
            Output { vpc_id: vpc.id.to_string(), cidr_block_association: None, ipv6_cidr_block_association: None };
        if let Some(place) = vpc.ipv4.iter().position(|own| own.id == id) {
            if place == 0 {
                let message = format!("The association {id} is that of the primary CIDR block of {}.", vpc.id);
                return Err(Code::OperationNotPermitted.with(message));
            }
            let gone = vpc.ipv4.remove(place);
            give_up(call, &region, &vpc, Prefix::V4(gone.block.0))?;
            output.cidr_block_association = Some(Ipv4AssociationShape::new(&gone, "disassociating"));
        } else if let Some(place) = vpc.ipv6.iter().position(|own| own.id == id) {
            let gone = vpc.ipv6.remove(place);
            give_up(call, &region, &vpc, Prefix::V6(gone.block.0))?;
            output.ipv6_cidr_block_association = Some(Ipv6AssociationShape::new(&gone, call.region, "disassociating"));
        }
        call.put(vpc);
        Ok(output)
    }
}

/// Refuses while a subnet lies in the block; then its local routes go with it, those that led elsewhere too (RT-7).
fn give_up(call: &mut Call<'_>, region: &Region, vpc: &Vpc, block: Prefix) -> Result<(), ApiError> {
    let lies_within = |subnet: &ringwall_model::resource::Subnet| {
        block.covers(Prefix::V4(subnet.ipv4.0))
            || subnet.ipv6.as_ref().is_some_and(|own| block.covers(Prefix::V6(own.block.0)))
    };
    if region.subnets.iter().any(|subnet| subnet.vpc == vpc.id && lies_within(subnet)) {
        let message = format!("The vpc {} currently has a subnet within CIDR block {block}", vpc.id);
        return Err(Code::InvalidCidrBlockInUse.with(message));
    }
    for table in region.route_tables.iter().filter(|table| table.vpc == vpc.id) {
        if table.replaced_local.contains_key(&Text(block)) {
            let mut table = RouteTable::clone(table);
            table.replaced_local.remove(&Text(block));
            call.put(table);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    fn vpc(bench: &mut Bench) -> (String, String) {
        let answer = bench.ok("CreateVpc", "CidrBlock=10.2.0.0/16");
        (answer.get("vpcId"), answer.get("associationId"))
    }

    #[test]
    fn an_added_block_can_be_taken_away() {
        let mut bench = Bench::new();
        let (vpc, _) = vpc(&mut bench);
        for parameters in ["CidrBlock=10.3.0.0/16", "AmazonProvidedIpv6CidrBlock=true"] {
            let added = bench.ok("AssociateVpcCidrBlock", &format!("VpcId={vpc}&{parameters}")).get("associationId");
            let gone = bench.ok("DisassociateVpcCidrBlock", &format!("AssociationId={added}"));
            assert_eq!((gone.get("state"), gone.get("vpcId")), ("disassociating".to_owned(), vpc.clone()));
            assert_eq!(gone.get("associationId"), added);
            let described = bench.ok("DescribeVpcs", &format!("VpcId.1={vpc}"));
            assert!(!described.has(&added), "{}", described.0);
            let again = bench.refused("DisassociateVpcCidrBlock", &format!("AssociationId={added}"));
            assert_eq!(again, "InvalidVpcCidrBlockAssociationID.NotFound", "API-33");
        }
    }

    #[test]
    fn the_primary_block_stays() {
        let mut bench = Bench::new();
        let (_, primary) = vpc(&mut bench);
        let refused = bench.refused("DisassociateVpcCidrBlock", &format!("AssociationId={primary}"));
        assert_eq!(refused, "OperationNotPermitted", "VPC-13");
        let malformed = bench.refused("DisassociateVpcCidrBlock", "AssociationId=x");
        assert_eq!(malformed, "InvalidVpcCidrBlockAssociationID.Malformed");
    }

    #[test]
    fn a_block_with_a_subnet_inside_stays() {
        let mut bench = Bench::new();
        let (vpc, _) = vpc(&mut bench);
        let added = bench.ok("AssociateVpcCidrBlock", &format!("VpcId={vpc}&CidrBlock=10.3.0.0/16"));
        let subnet = bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.3.4.0/24")).get("subnetId");
        let parameters = format!("AssociationId={}", added.get("associationId"));
        assert_eq!(bench.refused("DisassociateVpcCidrBlock", &parameters), "InvalidCidrBlock.InUse", "VPC-13");
        bench.ok("DeleteSubnet", &format!("SubnetId={subnet}"));
        bench.ok("DisassociateVpcCidrBlock", &parameters);
    }
}
