//! Route tables on the wire (RT-37).

use ringwall_model::resource::route_table::RouteTargetRecord;
use ringwall_model::resource::{RouteTable, Tags};
use ringwall_model::world::RouteDestination;
use ringwall_net::Prefix;
use ringwall_store::Region;
use serde::Serialize;

use super::security_group::Owner;
use super::tag::{self, TagShape};
use super::vpc::BlockState;
use crate::ec2::describe::Filterable;
use crate::ec2::operation::route_table::{CurrentRoute, associated_subnets, current_routes};

/// A route table.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteTableShape {
    route_table_id: String,
    vpc_id: String,
    owner_id: String,
    route_set: Vec<RouteShape>,
    association_set: Vec<AssociationShape>,
    propagating_vgw_set: Vec<()>,
    tag_set: Vec<TagShape>,
}

/// A route.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteShape {
    destination_cidr_block: Option<String>,
    destination_ipv6_cidr_block: Option<String>,
    destination_prefix_list_id: Option<String>,
    gateway_id: Option<String>,
    egress_only_internet_gateway_id: Option<String>,
    nat_gateway_id: Option<String>,
    instance_id: Option<String>,
    instance_owner_id: Option<String>,
    network_interface_id: Option<String>,
    state: &'static str,
    origin: &'static str,
}

/// An association with a subnet, or with the VPC as its main table.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssociationShape {
    route_table_association_id: String,
    route_table_id: String,
    subnet_id: Option<String>,
    main: bool,
    association_state: BlockState,
}

/// The state of an association that is in force.
pub const ASSOCIATED: BlockState = BlockState { state: "associated" };

impl RouteTableShape {
    /// The shape of a table.
    pub fn new(table: &RouteTable, owner: Owner<'_>, region: &Region) -> RouteTableShape {
        let routes = current_routes(region, table);
        RouteTableShape {
            route_table_id: table.id.to_string(),
            vpc_id: table.vpc.to_string(),
            owner_id: owner.account.to_owned(),
            route_set: routes.into_iter().map(|route| RouteShape::new(route, owner, region)).collect(),
            association_set: associations(table, region),
            propagating_vgw_set: Vec::new(),
            tag_set: tag::render(&table.tags),
        }
    }
}

impl RouteShape {
    fn new(route: CurrentRoute, owner: Owner<'_>, region: &Region) -> RouteShape {
        let mut shape = RouteShape {
            state: if route.is_active { "active" } else { "blackhole" },
            origin: if route.came_with_vpc { "CreateRouteTable" } else { "CreateRoute" },
            ..RouteShape::default()
        };
        match route.destination {
            RouteDestination::Prefix(Prefix::V4(block)) => shape.destination_cidr_block = Some(block.to_string()),
            RouteDestination::Prefix(Prefix::V6(block)) => shape.destination_ipv6_cidr_block = Some(block.to_string()),
            RouteDestination::PrefixList(list) => shape.destination_prefix_list_id = Some(list.to_string()),
        }
        match route.target {
            None => shape.gateway_id = Some("local".to_owned()),
            Some(RouteTargetRecord::InternetGateway(id)) => shape.gateway_id = Some(id.to_string()),
            Some(RouteTargetRecord::EgressOnlyInternetGateway(id)) => {
                shape.egress_only_internet_gateway_id = Some(id.to_string());
            }
            // RT-38
            Some(RouteTargetRecord::GatewayEndpoint(id)) => shape.gateway_id = Some(id.to_string()),
            Some(RouteTargetRecord::NatGateway(id)) => shape.nat_gateway_id = Some(id.to_string()),
            Some(RouteTargetRecord::NetworkInterface(id)) => {
                let attachment = region.network_interfaces.get(&id).and_then(|interface| interface.attachment);
                shape.instance_id = attachment.map(|attachment| attachment.instance.to_string());
                shape.instance_owner_id = attachment.map(|_| owner.account.to_owned());
                shape.network_interface_id = Some(id.to_string());
            }
        }
        shape
    }
}

/// The associations of a table; a subnet that uses the main table for want of another is in none (RT-11).
fn associations(table: &RouteTable, region: &Region) -> Vec<AssociationShape> {
    let association = |id: String, subnet_id: Option<String>| AssociationShape {
        route_table_association_id: id,
        route_table_id: table.id.to_string(),
        main: subnet_id.is_none(),
        subnet_id,
        association_state: ASSOCIATED,
    };
    let main = table.main.map(|id| association(id.to_string(), None));
    let explicit = associated_subnets(region, table.id).filter_map(|subnet| {
        subnet.route_table.map(|explicit| association(explicit.id.to_string(), Some(subnet.id.to_string())))
    });
    main.into_iter().chain(explicit).collect()
}

impl Filterable for RouteTable {
    type Context<'c> = (Owner<'c>, &'c Region);
    const FILTERS: &'static [&'static str] = &[
        "association.gateway-id",
        "association.main",
        "association.route-table-association-id",
        "association.route-table-id",
        "association.subnet-id",
        "owner-id",
        "route-table-id",
        "route.destination-cidr-block",
        "route.destination-ipv6-cidr-block",
        "route.destination-prefix-list-id",
        "route.egress-only-internet-gateway-id",
        "route.gateway-id",
        "route.instance-id",
        "route.nat-gateway-id",
        "route.origin",
        "route.state",
        "route.transit-gateway-id",
        "route.vpc-peering-connection-id",
        "vpc-id",
    ];

    fn values(&self, filter: &str, (owner, region): &(Owner<'_>, &Region)) -> Vec<String> {
        if let Some(property) = filter.strip_prefix("association.") {
            let associations = associations(self, region);
            return associations.into_iter().filter_map(|shape| association_value(shape, property)).collect();
        }
        if let Some(property) = filter.strip_prefix("route.") {
            let routes = current_routes(region, self).into_iter();
            let shapes = routes.map(|route| RouteShape::new(route, *owner, region));
            return shapes.filter_map(|shape| route_value(shape, property)).collect();
        }
        match filter {
            "owner-id" => vec![owner.account.to_owned()],
            "route-table-id" => vec![self.id.to_string()],
            "vpc-id" => vec![self.vpc.to_string()],
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }
}

fn association_value(shape: AssociationShape, property: &str) -> Option<String> {
    match property {
        "main" => Some(shape.main.to_string()),
        "route-table-association-id" => Some(shape.route_table_association_id),
        "route-table-id" => Some(shape.route_table_id),
        "subnet-id" => shape.subnet_id,
        _ => None,
    }
}

fn route_value(shape: RouteShape, property: &str) -> Option<String> {
    match property {
        "destination-cidr-block" => shape.destination_cidr_block,
        "destination-ipv6-cidr-block" => shape.destination_ipv6_cidr_block,
        "destination-prefix-list-id" => shape.destination_prefix_list_id,
        "egress-only-internet-gateway-id" => shape.egress_only_internet_gateway_id,
        "gateway-id" => shape.gateway_id,
        "instance-id" => shape.instance_id,
        "nat-gateway-id" => shape.nat_gateway_id,
        "origin" => Some(shape.origin.to_owned()),
        "state" => Some(shape.state.to_owned()),
        _ => None,
    }
}
