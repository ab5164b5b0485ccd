//! The default VPC: a subnet in each zone, all public (VPC-24).

use std::sync::Arc;

use ringwall_model::resource::route_table::{RouteRecord, RouteTargetRecord};
use ringwall_model::resource::{InternetGateway, Tags, Vpc};
use ringwall_model::world::RouteDestination;
use ringwall_net::{Family, Ipv4Prefix, Prefix};

use super::region::zones;
use super::subnet::{self, NewSubnet};
use super::vpc::{self, NewVpc};
use crate::call::Call;
use crate::ec2::error::Code;
use crate::error::ApiError;

const BLOCK: &str = "172.31.0.0/16";

/// Makes the default VPC of the call's Region; there is at most one.
pub fn create(call: &mut Call<'_>) -> Result<Vpc, ApiError> {
    if vpc::default_vpc(&call.state()).is_some() {
        let message = "A Default VPC already exists for this account in this region.";
        return Err(Code::DefaultVpcAlreadyExists.with(message));
    }
    let ipv4: Ipv4Prefix = BLOCK.parse().expect("a block");
    let made = vpc::create(call, NewVpc { ipv4, ipv6: None, is_default: true, tags: Tags::new() })?;
    let gateway = InternetGateway { id: call.new_id(), vpc: Some(made.id), tags: Tags::new() };
    let target = RouteTargetRecord::InternetGateway(gateway.id);
    call.put(gateway);
    if let Some(table) = vpc::main_table(&call.state(), made.id) {
        let mut table = Arc::unwrap_or_clone(table);
        let destination = RouteDestination::Prefix(Prefix::all(Family::V4));
        table.routes.push(RouteRecord { destination, target });
        call.put(table);
    }
    for zone in zones(call.region) {
        create_subnet(call, &made, &zone.name)?;
    }
    Ok(made)
}

/// Makes the default subnet of a zone: the first free /20 of the default VPC.
pub fn create_subnet(call: &mut Call<'_>, vpc: &Vpc, zone: &str) -> Result<ringwall_model::resource::Subnet, ApiError> {
    let outer: Ipv4Prefix = BLOCK.parse().expect("a block");
    let region = call.state();
    let is_free = |block: &Ipv4Prefix| {
        region.subnets.iter().filter(|other| other.vpc == vpc.id).all(|other| !other.ipv4.0.overlaps(*block))
    };
    let mut candidates = (0..16).filter_map(|place| Ipv4Prefix::new(outer.nth(place << 12)?, 20));
    let ipv4 = candidates
        .find(is_free)
        .ok_or_else(|| Code::InvalidSubnetConflict.with("No /20 is left in the default VPC"))?;
    let new = NewSubnet {
        vpc: vpc.id,
        zone: zone.to_owned(),
        ipv4,
        ipv6: None,
        default_for_zone: true,
        map_public_ip_on_launch: true,
        tags: Tags::new(),
    };
    subnet::create(call, new)
}
