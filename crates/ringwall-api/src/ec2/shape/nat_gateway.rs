//! NAT gateways on the wire (NAT-29).

use std::net::Ipv4Addr;

use ringwall_model::id::NetworkInterfaceId;
use ringwall_model::resource::nat_gateway::{Connectivity, NatAddress, NatFailure, NatGatewayState};
use ringwall_model::resource::{NatGateway, Tags};
use ringwall_wire::timestamp::Timestamp;
use serde::Serialize;

use super::tag::{self, TagShape};
use crate::ec2::describe::Filterable;
use crate::ec2::operation::nat_gateway_address::Changed;

/// A NAT gateway.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NatGatewayShape {
    nat_gateway_id: String,
    state: &'static str,
    connectivity_type: &'static str,
    availability_mode: &'static str,
    subnet_id: String,
    vpc_id: String,
    create_time: Timestamp,
    delete_time: Option<Timestamp>,
    failure_code: Option<String>,
    failure_message: Option<String>,
    nat_gateway_address_set: Vec<NatAddressShape>,
    tag_set: Vec<TagShape>,
}

/// An address of a NAT gateway.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NatAddressShape {
    allocation_id: Option<String>,
    association_id: Option<String>,
    network_interface_id: Option<String>,
    private_ip: Option<String>,
    public_ip: Option<String>,
    is_primary: bool,
    status: &'static str,
}

/// The answer of a call that changes addresses of a NAT gateway: the addresses that it is about, and what is done to them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NatAddressesAnswer {
    nat_gateway_id: String,
    nat_gateway_address_set: Vec<NatAddressShape>,
}

impl NatGatewayShape {
    /// The shape of a gateway.
    pub fn new(gateway: &NatGateway) -> NatGatewayShape {
        let failure = match &gateway.state {
            NatGatewayState::Failed(failure) => Some(failure),
            NatGatewayState::Available | NatGatewayState::Deleted => None,
        };
        NatGatewayShape {
            nat_gateway_id: gateway.id.to_string(),
            state: gateway.state.name(),
            connectivity_type: gateway.connectivity.name(),
            availability_mode: "zonal",
            subnet_id: gateway.subnet.to_string(),
            vpc_id: gateway.vpc.to_string(),
            create_time: Timestamp::from_millis(gateway.created),
            delete_time: gateway.deleted.map(Timestamp::from_millis),
            failure_code: failure.map(|failure| failure.code.clone()),
            failure_message: failure.map(|failure| failure.message.clone()),
            nat_gateway_address_set: failure.map_or_else(|| addresses(gateway), failed_addresses),
            tag_set: tag::render(&gateway.tags),
        }
    }

    /// The shape in the answer that made the gateway, where nothing is said of how that ends (NAT-25).
    pub fn being_made(self, connectivity: Connectivity) -> NatGatewayShape {
        let status = coming(connectivity);
        let addresses = self.nat_gateway_address_set.into_iter();
        NatGatewayShape {
            state: "pending",
            failure_code: None,
            failure_message: None,
            nat_gateway_address_set: addresses.map(|address| NatAddressShape { status, ..address }).collect(),
            ..self
        }
    }
}

fn addresses(gateway: &NatGateway) -> Vec<NatAddressShape> {
    let primary = gateway.primary();
    let leaving = match gateway.connectivity {
        Connectivity::Public => "disassociating",
        Connectivity::Private => "unassigning",
    };
    let shape = |address: &NatAddress| {
        let status = if address.drained.is_some() { leaving } else { "succeeded" };
        NatAddressShape::new(address, gateway.interface, primary, status)
    };
    gateway.addresses.iter().map(shape).collect()
}

fn failed_addresses(failure: &NatFailure) -> Vec<NatAddressShape> {
    let shape = |(place, allocation): (usize, &ringwall_model::id::AllocationId)| NatAddressShape {
        allocation_id: Some(allocation.to_string()),
        is_primary: place == 0,
        status: "failed",
        ..NatAddressShape::default()
    };
    failure.allocations.iter().enumerate().map(shape).collect()
}

/// The status of addresses that are on their way.
fn coming(connectivity: Connectivity) -> &'static str {
    match connectivity {
        Connectivity::Public => "associating",
        Connectivity::Private => "assigning",
    }
}

impl NatAddressShape {
    fn new(
        address: &NatAddress,
        interface: Option<NetworkInterfaceId>,
        primary: Option<Ipv4Addr>,
        status: &'static str,
    ) -> NatAddressShape {
        NatAddressShape {
            allocation_id: address.elastic.map(|own| own.allocation.to_string()),
            association_id: address.elastic.map(|own| own.association.to_string()),
            network_interface_id: interface.map(|id| id.to_string()),
            private_ip: Some(address.private.to_string()),
            public_ip: address.elastic.map(|own| own.public.to_string()),
            is_primary: primary == Some(address.private),
            status,
        }
    }
}

impl NatAddressesAnswer {
    /// The answer for a change; addresses that were added are on their way in it.
    pub fn new(changed: &Changed) -> NatAddressesAnswer {
        let Changed { gateway, about } = changed;
        let is_concerned = |shape: &NatAddressShape| {
            about.iter().any(|private| shape.private_ip.as_deref() == Some(&*private.to_string()))
        };
        let on_its_way = |shape: NatAddressShape| match shape.status {
            "succeeded" => NatAddressShape { status: coming(gateway.connectivity), ..shape },
            _ => shape,
        };
        let shapes = addresses(gateway).into_iter().filter(is_concerned).map(on_its_way);
        NatAddressesAnswer { nat_gateway_id: gateway.id.to_string(), nat_gateway_address_set: shapes.collect() }
    }
}

/// NAT-30
impl Filterable for NatGateway {
    type Context<'c> = ();
    const FILTERS: &'static [&'static str] = &["nat-gateway-id", "state", "subnet-id", "vpc-id"];

    fn values(&self, filter: &str, (): &()) -> Vec<String> {
        match filter {
            "nat-gateway-id" => vec![self.id.to_string()],
            "state" => vec![self.state.name().to_owned()],
            "subnet-id" => vec![self.subnet.to_string()],
            "vpc-id" => vec![self.vpc.to_string()],
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }
}
