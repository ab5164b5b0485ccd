//! Routes: what they are for, where they lead, and what goes with what (RT-7 to RT-10, RT-17 to RT-19, RT-29).

use std::net::{Ipv4Addr, Ipv6Addr};

use ringwall_model::id::{
    EgressOnlyInternetGatewayId, InstanceId, InternetGatewayId, NatGatewayId, NetworkInterfaceId, PrefixListId,
    VpcEndpointId, VpcId,
};
use ringwall_model::reserved::{NEVER_ROUTED_V4, NEVER_ROUTED_V6};
use ringwall_model::resource::route_table::RouteTargetRecord;
use ringwall_model::resource::{
    EgressOnlyInternetGateway, Instance, NetworkInterface, PrefixList, RouteTable, Subnet, Vpc,
};
use ringwall_model::world::RouteDestination;
use ringwall_net::{Family, Ipv4Prefix, Ipv6Prefix, Prefix};
use ringwall_store::Region;

use super::route_table::{family, local_blocks};
use crate::ec2::error::Code;
use crate::ec2::id::{find, parse, parse_option};
use crate::ec2::shape::value::{exactly_one, ipv4_block, ipv6_block};
use crate::error::ApiError;

/// The parameters for targets that AWS has and that are not built here.
pub const UNBUILT_TARGETS: &[&str] = &[
    "VpcPeeringConnectionId",
    "TransitGatewayId",
    "VpcEndpointId",
    "CarrierGatewayId",
    "LocalGatewayId",
    "CoreNetworkArn",
    "OdbNetworkArn",
];

/// The parameters that say what a route is for.
#[derive(Debug, Default)]
pub struct DestinationInput {
    /// an IPv4 block
    pub cidr_block: Option<String>,
    /// an IPv6 block
    pub ipv6_cidr_block: Option<String>,
    /// a prefix list
    pub prefix_list_id: Option<String>,
}

impl DestinationInput {
    /// Reads the one destination (RT-18), in canonical form (RT-25).
    pub fn parse(&self) -> Result<RouteDestination, ApiError> {
        let ipv4 = self.cidr_block.as_deref().map(|text| ipv4_block("destinationCidrBlock", text)).transpose()?;
        let ipv6 =
            self.ipv6_cidr_block.as_deref().map(|text| ipv6_block("destinationIpv6CidrBlock", text)).transpose()?;
        let list = parse_option::<PrefixListId>(self.prefix_list_id.as_deref())?;
        let given = vec![
            ipv4.map(|block| RouteDestination::Prefix(Prefix::V4(block))),
            ipv6.map(|block| RouteDestination::Prefix(Prefix::V6(block))),
            list.map(RouteDestination::PrefixList),
        ];
        exactly_one(given, "DestinationCidrBlock, DestinationIpv6CidrBlock and DestinationPrefixListId")
    }
}

/// The parameters that say where a route leads.
#[derive(Debug, Default)]
pub struct TargetInput {
    /// an internet gateway
    pub gateway_id: Option<String>,
    /// an egress-only internet gateway
    pub egress_only_internet_gateway_id: Option<String>,
    /// a NAT gateway
    pub nat_gateway_id: Option<String>,
    /// an interface
    pub network_interface_id: Option<String>,
    /// an instance
    pub instance_id: Option<String>,
    /// back to where the route of a VPC's block leads by itself
    pub local_target: Option<bool>,
}

/// Where a route is to lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// to an internet gateway
    InternetGateway(InternetGatewayId),
    /// to an egress-only internet gateway
    EgressOnlyInternetGateway(EgressOnlyInternetGatewayId),
    /// to a NAT gateway
    NatGateway(NatGatewayId),
    /// to an interface
    NetworkInterface(NetworkInterfaceId),
    /// to the one interface of an instance
    Instance(InstanceId),
    /// to the VPC itself
    Local,
}

impl TargetInput {
    /// Reads the one target (RT-18).
    pub fn parse(&self) -> Result<Target, ApiError> {
        let given = vec![
            self.gateway_id.as_deref().map(parse_gateway).transpose()?.map(Target::InternetGateway),
            parse_option(self.egress_only_internet_gateway_id.as_deref())?.map(Target::EgressOnlyInternetGateway),
            self.nat_gateway_id.as_deref().map(parse).transpose()?.map(Target::NatGateway),
            self.network_interface_id.as_deref().map(parse).transpose()?.map(Target::NetworkInterface),
            self.instance_id.as_deref().map(parse).transpose()?.map(Target::Instance),
            self.local_target.filter(|local| *local).map(|_| Target::Local),
        ];
        exactly_one(given, "GatewayId, EgressOnlyInternetGatewayId, NatGatewayId, NetworkInterfaceId and InstanceId")
    }
}

/// Of the gateways that `GatewayId` stands for at AWS, internet gateways alone exist here. `local` is none (RT-21).
fn parse_gateway(text: &str) -> Result<InternetGatewayId, ApiError> {
    if text.parse::<VpcEndpointId>().is_ok() {
        return Err(of_endpoint());
    }
    text.parse().map_err(|_| no_gateway(text))
}

/// Routes that gateway endpoints bring are changed with them (RT-21, RT-35).
pub fn of_endpoint() -> ApiError {
    Code::InvalidParameterValue.with("Cannot create or replace a prefix list route targeting a VPC Endpoint.")
}

/// RT-40, and not the code by which internet gateways are missed elsewhere.
fn no_gateway(id: impl std::fmt::Display) -> ApiError {
    Code::InvalidGatewayIdNotFound.with(format!("The gateway ID '{id}' does not exist"))
}

/// Looks up a target for a route of a table: it is there, and in the table's VPC (RT-29).
pub fn resolve(
    region: &Region,
    table: &RouteTable,
    destination: RouteDestination,
    target: Target,
) -> Result<RouteTargetRecord, ApiError> {
    match target {
        Target::InternetGateway(id) => {
            let gateway = region.internet_gateways.get(&id).ok_or_else(|| no_gateway(id))?;
            check_network(table, gateway.vpc, format!("network gateway {id}"))?;
            Ok(RouteTargetRecord::InternetGateway(id))
        }
        Target::EgressOnlyInternetGateway(id) => {
            let gateway = find::<EgressOnlyInternetGateway>(region, &id)?;
            check_network(table, Some(gateway.vpc), format!("network gateway {id}"))?;
            if family(region, destination) == Some(Family::V4) {
                let message = format!("The egress-only internet gateway {id} is for IPv6 traffic alone.");
                return Err(Code::InvalidParameterValue.with(message));
            }
            Ok(RouteTargetRecord::EgressOnlyInternetGateway(id))
        }
        Target::NetworkInterface(id) => {
            let interface = find::<NetworkInterface>(region, &id)?;
            check_network(table, Some(interface.vpc), format!("interface {id}"))?;
            refuse_requesters(&interface)?;
            Ok(RouteTargetRecord::NetworkInterface(id))
        }
        Target::NatGateway(id) => nat_gateway(region, table, destination, id),
        Target::Instance(id) => {
            let interface = only_interface(region, id)?;
            check_network(table, Some(interface.vpc), format!("instance {id}"))?;
            Ok(RouteTargetRecord::NetworkInterface(interface.id))
        }
        Target::Local => Err(only_for_local()),
    }
}

/// A NAT gateway of the table's VPC that is there. What it does for IPv6, NAT64 (NAT-19), is not built.
fn nat_gateway(
    region: &Region,
    table: &RouteTable,
    destination: RouteDestination,
    id: NatGatewayId,
) -> Result<RouteTargetRecord, ApiError> {
    let gateway = region.nat_gateways.get(&id).filter(|gateway| gateway.is_available() && gateway.vpc == table.vpc);
    if gateway.is_none() {
        // NAT-28, and not the code by which NAT gateways are missed elsewhere
        let message = format!("The natGateway ID '{id}' does not exist");
        return Err(Code::InvalidNatGatewayIdNotFound.with(message));
    }
    if family(region, destination) == Some(Family::V6) {
        let message = "NatGatewayId as the target of an IPv6 destination (NAT64) is not supported by Ringwall.";
        return Err(Code::UnsupportedOperation.with(message));
    }
    Ok(RouteTargetRecord::NatGateway(id))
}

/// Packets for other addresses are nothing for the interfaces that other resources brought with them.
fn refuse_requesters(interface: &NetworkInterface) -> Result<(), ApiError> {
    if !interface.kind.is_requester_managed() {
        return Ok(());
    }
    let message =
        format!("The interface {} is managed by its requester and cannot be the target of a route.", interface.id);
    Err(Code::InvalidParameterValue.with(message))
}

fn check_network(table: &RouteTable, vpc: Option<VpcId>, what: String) -> Result<(), ApiError> {
    if vpc == Some(table.vpc) {
        return Ok(());
    }
    let message = format!("route table {} and {what} belong to different networks", table.id);
    Err(Code::InvalidParameterValue.with(message))
}

/// The interface of an instance that has exactly one (RT-19, EIP-9).
pub fn only_interface(region: &Region, id: InstanceId) -> Result<std::sync::Arc<NetworkInterface>, ApiError> {
    find::<Instance>(region, &id)?;
    let of_instance = |interface: &&std::sync::Arc<NetworkInterface>| {
        interface.attachment.is_some_and(|attachment| attachment.instance == id)
    };
    let mut interfaces = region.network_interfaces.iter().filter(of_instance);
    match (interfaces.next(), interfaces.next()) {
        (Some(only), None) => Ok(only.clone()),
        (Some(_), Some(_)) => Err(Code::InvalidInstanceId.with(format!(
            "There are multiple interfaces attached to instance '{id}'. Please specify an interface ID for the operation instead."
        ))),
        (None, _) => Err(Code::InvalidInstanceId.with(format!("No interface is attached to instance '{id}'."))),
    }
}

/// The refusal of `LocalTarget` for a route that did not come with the VPC.
pub fn only_for_local() -> ApiError {
    Code::InvalidParameterValue.with("LocalTarget is for routes of the VPC's CIDR blocks alone.")
}

/// How a destination lies to the blocks of the VPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// it is a block of the VPC: its route is the local one
    Local(Prefix),
    /// it lies inside a block of the VPC
    Inside(Prefix),
    /// it is elsewhere, or wider
    Elsewhere,
}

/// Where a destination lies.
pub fn place(vpc: &Vpc, destination: RouteDestination) -> Place {
    let RouteDestination::Prefix(wanted) = destination else { return Place::Elsewhere };
    match local_blocks(vpc).find(|block| block.covers(wanted)) {
        Some(block) if block == wanted => Place::Local(block),
        Some(_) => Place::Inside(wanted),
        None => Place::Elsewhere,
    }
}

/// Routes to addresses of the VPC lead to interfaces alone, and those for a part of it to NAT gateways as well (RT-7 to RT-9).
pub fn check_target(place: Place, target: Target) -> Result<(), ApiError> {
    let leads_to_interface = match target {
        Target::NetworkInterface(_) | Target::Instance(_) => true,
        Target::NatGateway(_) => matches!(place, Place::Inside(_)),
        _ => false,
    };
    match place {
        Place::Local(block) | Place::Inside(block) if !leads_to_interface => {
            let message = format!(
                "The destination CIDR block {block} is equal to or more specific than one of this VPC's CIDR blocks. This route can target only an interface or an instance."
            );
            Err(Code::InvalidParameterValue.with(message))
        }
        _ => Ok(()),
    }
}

/// Whether a new route may be for the destination: it is there, and if it lies inside the VPC it is a whole subnet (RT-8);
/// nothing is routed to some reserved ranges (RT-10).
pub fn check_destination(region: &Region, vpc: &Vpc, destination: RouteDestination) -> Result<(), ApiError> {
    let block = match destination {
        RouteDestination::PrefixList(id) if find::<PrefixList>(region, &id)?.is_aws => return Err(of_endpoint()),
        RouteDestination::PrefixList(_) => return Ok(()),
        RouteDestination::Prefix(block) => block,
    };
    if is_never_routed(block) {
        let message = format!("The destination CIDR block {block} is reserved: nothing is routed there.");
        return Err(Code::InvalidParameterValue.with(message));
    }
    let is_subnet = |subnet: &Subnet| {
        Prefix::V4(subnet.ipv4.0) == block || subnet.ipv6.as_ref().is_some_and(|own| Prefix::V6(own.block.0) == block)
    };
    let mut subnets = region.subnets.iter().filter(|subnet| subnet.vpc == vpc.id);
    match place(vpc, destination) {
        Place::Inside(_) if !subnets.any(|subnet| is_subnet(subnet)) => {
            let message = format!(
                "The destination CIDR block {block} lies inside the VPC and is not that of one of its subnets."
            );
            Err(Code::InvalidParameterValue.with(message))
        }
        _ => Ok(()),
    }
}

/// Whether a block lies wholly where nothing is routed to.
fn is_never_routed(block: Prefix) -> bool {
    match block {
        Prefix::V4(block) => NEVER_ROUTED_V4
            .iter()
            .filter_map(|(base, length)| Ipv4Prefix::new(Ipv4Addr::from(*base), *length))
            .any(|reserved| reserved.covers(block)),
        Prefix::V6(block) => NEVER_ROUTED_V6
            .iter()
            .filter_map(|(base, length)| Ipv6Prefix::new(Ipv6Addr::from(*base), *length))
            .any(|reserved| reserved.covers(block)),
    }
}

/// A destination as messages name it.
pub fn name(destination: RouteDestination) -> String {
    match destination {
        RouteDestination::Prefix(block) => block.to_string(),
        RouteDestination::PrefixList(id) => id.to_string(),
    }
}
