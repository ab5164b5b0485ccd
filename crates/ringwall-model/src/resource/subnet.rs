//! Subnets.

use serde::{Deserialize, Serialize};

use super::Tags;
use super::traffic::{Ipv4Text, Ipv6Text, MacText};
use crate::id::{
    NetworkAclAssociationId, NetworkAclId, RouteTableAssociationId, RouteTableId, SubnetCidrAssociationId, SubnetId,
    VpcId,
};

/// A subnet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Subnet {
    /// its id
    pub id: SubnetId,
    /// its VPC
    pub vpc: VpcId,
    /// the name of its Availability Zone (VPC-5)
    pub zone: String,
    /// its IPv4 block, for life
    pub ipv4: Ipv4Text,
    /// its IPv6 block
    pub ipv6: Option<SubnetIpv6>,
    /// whether it is the default subnet of its zone
    pub default_for_zone: bool,
    /// whether new interfaces of instances get a public address (EIP-1)
    pub map_public_ip_on_launch: bool,
    /// whether new interfaces get an IPv6 address
    pub assign_ipv6_address_on_creation: bool,
    /// how its instances are named (DNS-13)
    pub hostname_type: HostnameType,
    /// the records that the resource names of its instances have (DNS-13)
    #[serde(default)]
    pub resource_name_records: ResourceNameRecords,
    /// the hardware address of its router
    pub router_mac: MacText,
    /// the ACL at its edge (NACL-1)
    pub network_acl: NetworkAclId,
    /// the association with that ACL
    pub network_acl_association: NetworkAclAssociationId,
    /// the route table that it was explicitly associated with; none means the main one (RT-11)
    pub route_table: Option<ExplicitRouteTable>,
    /// its tags
    pub tags: Tags,
}

/// An IPv6 block of a subnet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SubnetIpv6 {
    /// the association's id
    pub id: SubnetCidrAssociationId,
    /// the block
    pub block: Ipv6Text,
}

/// An explicit association with a route table.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ExplicitRouteTable {
    /// the association's id
    pub id: RouteTableAssociationId,
    /// the table
    pub table: RouteTableId,
}

/// How instances are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostnameType {
    /// by their private IPv4 address
    #[default]
    IpName,
    /// by their id
    ResourceName,
}

/// Which records the resource name of an instance has (DNS-13).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceNameRecords {
    /// its IPv4 address
    pub a: bool,
    /// its IPv6 address
    pub aaaa: bool,
}
