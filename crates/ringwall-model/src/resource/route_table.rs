//! Route tables.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Tags;
use super::traffic::PrefixText;
use crate::id::{
    EgressOnlyInternetGatewayId, InternetGatewayId, NatGatewayId, NetworkInterfaceId, RouteTableAssociationId,
    RouteTableId, VpcEndpointId, VpcId,
};
use crate::world::RouteDestination;

/// A route table. The local routes of the VPC's blocks are not written down: they follow from the VPC (RT-6).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RouteTable {
    /// its id
    pub id: RouteTableId,
    /// its VPC
    pub vpc: VpcId,
    /// the association by which it is the main table of its VPC (RT-13)
    pub main: Option<RouteTableAssociationId>,
    /// its routes, local ones apart
    pub routes: Vec<RouteRecord>,
    /// local routes that lead to an interface instead (RT-7)
    pub replaced_local: BTreeMap<PrefixText, NetworkInterfaceId>,
    /// its tags
    pub tags: Tags,
}

/// A route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteRecord {
    /// what it is for
    pub destination: RouteDestination,
    /// where it leads
    pub target: RouteTargetRecord,
}

/// Where a route leads, whether or not that is still there: a target that is gone makes the route a blackhole (RT-26).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RouteTargetRecord {
    /// an internet gateway
    InternetGateway(InternetGatewayId),
    /// an egress-only internet gateway
    EgressOnlyInternetGateway(EgressOnlyInternetGatewayId),
    /// a network interface
    NetworkInterface(NetworkInterfaceId),
    /// a NAT gateway
    NatGateway(NatGatewayId),
    /// a gateway endpoint, which brings the route and takes it along (GWE-3)
    GatewayEndpoint(VpcEndpointId),
}
