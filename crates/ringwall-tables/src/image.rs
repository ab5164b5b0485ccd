//! All tables of a node at one revision.

use std::collections::BTreeMap;
use std::sync::Arc;

use ringwall_abi::record::{Bits, EndpointRecord, InterfaceRecord, NatGatewayRecord, PublicRecord, VpcRecord};

use crate::rule_set::RuleSet;
use crate::subnet::route_table::RouteTable;

/// The tables of which there are two banks, so that the next revision is whole before any packet meets it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Banked {
    /// by slot
    pub interfaces: BTreeMap<u32, InterfaceRecord>,
    /// by slot
    pub vpcs: BTreeMap<u32, VpcRecord>,
    /// by slot of the VPC and address
    pub endpoints: BTreeMap<(u32, [u8; 16]), EndpointRecord>,
    /// slots by subnet number and hardware address
    pub neighbours: BTreeMap<(u32, [u8; 6]), u32>,
    /// by slot of the interface
    pub nat_gateways: BTreeMap<u32, NatGatewayRecord>,
    /// by address
    pub public_addresses: BTreeMap<[u8; 16], PublicRecord>,
}

/// All tables.
#[derive(Clone, Debug, Default)]
pub struct Image {
    /// the tables that refer to the others
    pub banked: Banked,
    /// rule sets by number
    pub rule_sets: BTreeMap<u32, Arc<RuleSet>>,
    /// the rules of a set that name any group of a set of groups, by both numbers
    pub identities: BTreeMap<(u32, u32), Bits>,
    /// route tables by number
    pub route_tables: BTreeMap<u32, Arc<RouteTable>>,
    /// slots by link
    pub links: BTreeMap<u32, u32>,
    /// slots of VPCs by the link to their services
    pub service_links: BTreeMap<u32, u32>,
}
