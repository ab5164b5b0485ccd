//! Ids as parameters: read, looked up, and refused with the code of their kind (API-20, API-21).

use std::fmt::Display;
use std::sync::Arc;

use ringwall_model::id::{
    AddressAssociationId, AllocationId, AttachmentId, EgressOnlyInternetGatewayId, FlowLogId, ImageId, InstanceId,
    InternetGatewayId, NatGatewayId, NetworkAclAssociationId, NetworkAclId, NetworkInterfaceId, PrefixListId,
    ResourceId, RouteTableAssociationId, RouteTableId, SecurityGroupId, SecurityGroupRuleId, SubnetCidrAssociationId,
    SubnetId, VolumeId, VpcCidrAssociationId, VpcEndpointId, VpcId,
};
use ringwall_model::resource::Resource;
use ringwall_store::{Holds, Region};

use super::error::Code;
use crate::error::ApiError;

/// A kind of id that actions take as a parameter.
pub trait Named: ResourceId {
    /// The code for an id that nothing has.
    const NOT_FOUND: Code;
    /// The code for a text that is no id of the kind.
    const MALFORMED: &'static str;
    /// What messages call the resource.
    const NOUN: &'static str;

    /// The refusal of ids that nothing has.
    fn not_found(ids: &[String]) -> ApiError {
        let (noun, list) = (Self::NOUN, ids.join(", "));
        Self::NOT_FOUND.with(match ids {
            [_] => format!("The {noun} ID '{list}' does not exist"),
            _ => format!("The {noun} IDs '{list}' do not exist"),
        })
    }
}

macro_rules! named {
    ($($id:ty = $not_found:ident, $malformed:literal, $noun:literal;)*) => {$(
        impl Named for $id {
            const NOT_FOUND: Code = Code::$not_found;
            const MALFORMED: &'static str = $malformed;
            const NOUN: &'static str = $noun;
        }
    )*};
}

named! {
    VpcId = InvalidVpcIdNotFound, "InvalidVpcID.Malformed", "vpc";
    SubnetId = InvalidSubnetIdNotFound, "InvalidSubnetID.Malformed", "subnet";
    RouteTableId = InvalidRouteTableIdNotFound, "InvalidRouteTableId.Malformed", "routeTable";
    InternetGatewayId = InvalidInternetGatewayIdNotFound, "InvalidInternetGatewayId.Malformed", "internetGateway";
    EgressOnlyInternetGatewayId = InvalidGatewayIdNotFound, "InvalidGatewayID.Malformed", "eigw";
    FlowLogId = InvalidFlowLogIdNotFound, "InvalidFlowLogId.Malformed", "flow log";
    NetworkAclId = InvalidNetworkAclIdNotFound, "InvalidNetworkAclID.Malformed", "networkAcl";
    NetworkAclAssociationId = InvalidAssociationIdNotFound, "InvalidAssociationID.Malformed", "association";
    NetworkInterfaceId = InvalidNetworkInterfaceIdNotFound, "InvalidNetworkInterfaceId.Malformed", "networkInterface";
    InstanceId = InvalidInstanceIdNotFound, "InvalidInstanceID.Malformed", "instance";
    AttachmentId = InvalidAttachmentIdNotFound, "InvalidAttachmentID.Malformed", "network interface attachment";
    AllocationId = InvalidAllocationIdNotFound, "InvalidAllocationID.Malformed", "allocation";
    RouteTableAssociationId = InvalidAssociationIdNotFound, "InvalidAssociationID.Malformed", "association";
    AddressAssociationId = InvalidAssociationIdNotFound, "InvalidAssociationID.Malformed", "association";
    VpcCidrAssociationId = InvalidCidrBlockAssociationIdNotFound, "InvalidVpcCidrBlockAssociationID.Malformed", "vpc CIDR block association";
    SubnetCidrAssociationId = InvalidSubnetCidrBlockAssociationIdNotFound, "InvalidSubnetCidrBlockAssociationId.Malformed", "subnet CIDR block association";
    PrefixListId = InvalidPrefixListIdNotFound, "InvalidPrefixListId.Malformed", "prefix list";
    SecurityGroupRuleId = InvalidSecurityGroupRuleIdNotFound, "InvalidSecurityGroupRuleId.Malformed", "security group rule";
}

impl Named for SecurityGroupId {
    const NOT_FOUND: Code = Code::InvalidGroupNotFound;
    const MALFORMED: &'static str = "InvalidGroupId.Malformed";
    const NOUN: &'static str = "security group";

    /// SG-70 words it in its own way.
    fn not_found(ids: &[String]) -> ApiError {
        let list = ids.join("', '");
        Code::InvalidGroupNotFound.with(match ids {
            [_] => format!("The security group '{list}' does not exist"),
            _ => format!("The security groups '{list}' do not exist"),
        })
    }
}

impl Named for ImageId {
    const NOT_FOUND: Code = Code::InvalidAmiIdNotFound;
    const MALFORMED: &'static str = "InvalidAMIID.Malformed";
    const NOUN: &'static str = "image";

    /// INST-19 words it in its own way.
    fn not_found(ids: &[String]) -> ApiError {
        let list = ids.join(", ");
        Code::InvalidAmiIdNotFound.with(match ids {
            [_] => format!("The image id '[{list}]' does not exist"),
            _ => format!("The image ids '[{list}]' do not exist"),
        })
    }
}

impl Named for NatGatewayId {
    const NOT_FOUND: Code = Code::NatGatewayNotFound;
    const MALFORMED: &'static str = "NatGatewayMalformed";
    const NOUN: &'static str = "NAT gateway";

    /// NAT-28 words it in its own way.
    fn not_found(ids: &[String]) -> ApiError {
        let list = ids.join(", ");
        Code::NatGatewayNotFound.with(match ids {
            [_] => format!("NAT gateway {list} was not found"),
            _ => format!("NAT gateways {list} were not found"),
        })
    }
}

impl Named for VpcEndpointId {
    const NOT_FOUND: Code = Code::InvalidVpcEndpointIdNotFound;
    const MALFORMED: &'static str = "InvalidVpcEndpointId.Malformed";
    const NOUN: &'static str = "VPC endpoint";

    /// IFE-20 words it in its own way.
    fn not_found(ids: &[String]) -> ApiError {
        let list = ids.join(", ");
        Code::InvalidVpcEndpointIdNotFound.with(match ids {
            [_] => format!("The Vpc Endpoint Id '{list}' does not exist"),
            _ => format!("The Vpc Endpoint Ids '{list}' do not exist"),
        })
    }
}

impl Named for VolumeId {
    const NOT_FOUND: Code = Code::InvalidVolumeNotFound;
    const MALFORMED: &'static str = "InvalidVolumeID.Malformed";
    const NOUN: &'static str = "volume";

    fn not_found(ids: &[String]) -> ApiError {
        let list = ids.join(", ");
        Code::InvalidVolumeNotFound.with(match ids {
            [_] => format!("The volume '{list}' does not exist."),
            _ => format!("The volumes '{list}' do not exist."),
        })
    }
}

/// Reads an id.
pub fn parse<I: Named>(text: &str) -> Result<I, ApiError> {
    text.parse()
        .map_err(|_| ApiError::new(I::MALFORMED, format!("Invalid id: \"{text}\" (expecting \"{}-...\")", I::PREFIX)))
}

/// Reads an id that may be left out.
pub fn parse_option<I: Named>(text: Option<&str>) -> Result<Option<I>, ApiError> {
    text.map(parse).transpose()
}

/// Reads ids.
pub fn parse_all<I: Named>(texts: &[String]) -> Result<Vec<I>, ApiError> {
    texts.iter().map(|text| parse(text)).collect()
}

/// The record of an id.
pub fn find<R>(region: &Region, id: &R::Id) -> Result<Arc<R>, ApiError>
where
    R: Resource<Id: Named>,
    Region: Holds<R>,
{
    let table: &ringwall_store::Table<R> = region.table();
    table.get(id).cloned().ok_or_else(|| R::Id::not_found(&[id.to_string()]))
}

/// The records of ids, in the order of the ids; fails wholly if one is absent (API-22).
pub fn find_all<R>(region: &Region, ids: &[R::Id]) -> Result<Vec<Arc<R>>, ApiError>
where
    R: Resource<Id: Named>,
    Region: Holds<R>,
{
    let table: &ringwall_store::Table<R> = region.table();
    let absent: Vec<String> = ids.iter().filter(|id| table.get(*id).is_none()).map(ToString::to_string).collect();
    if !absent.is_empty() {
        return Err(R::Id::not_found(&absent));
    }
    let unique: std::collections::BTreeSet<&R::Id> = ids.iter().collect();
    Ok(unique.into_iter().filter_map(|id| table.get(id).cloned()).collect())
}

/// An association, attachment or other part that nothing has.
pub fn absent_part(code: Code, noun: &str, id: impl Display) -> ApiError {
    code.with(format!("The {noun} ID '{id}' does not exist"))
}
