//! Blocks of addresses: which a VPC may have, and where new ones come from.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use ringwall_model::resource::Vpc;
use ringwall_model::resource::route_table::RouteRecord;
use ringwall_model::world::RouteDestination;
use ringwall_net::{Ipv4Prefix, Ipv6Prefix, Prefix};
use ringwall_store::Region;

use crate::call::Call;
use crate::ec2::error::Code;
use crate::error::ApiError;

/// The size of the IPv6 block that a VPC gets.
pub const VPC_IPV6_LENGTH: u8 = 56;

/// Blocks of VPCs and subnets are between /16 and /28 (VPC-1).
pub fn check_size(block: Ipv4Prefix, code: Code) -> Result<(), ApiError> {
    if (16..=28).contains(&block.length()) {
        return Ok(());
    }
    Err(code.with(format!("The CIDR '{block}' is invalid.")))
}

/// The families of private addresses that AWS does not mix in a VPC (VPC-12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Ten,
    SeventeenTwo,
    OneNinetyTwo,
    Benchmark,
    Other,
}

fn family(block: Ipv4Prefix) -> Family {
    let within = |a, b, c, d, length| {
        Ipv4Prefix::new(Ipv4Addr::new(a, b, c, d), length).is_some_and(|outer| outer.covers(block))
    };
    if within(10, 0, 0, 0, 8) {
        Family::Ten
    } else if within(172, 16, 0, 0, 12) {
        Family::SeventeenTwo
    } else if within(192, 168, 0, 0, 16) {
        Family::OneNinetyTwo
    } else if within(198, 19, 0, 0, 16) {
        Family::Benchmark
    } else {
        Family::Other
    }
}

/// Whether a block may be added to a VPC: it overlaps none of the others (VPC-11), and is of a family that goes with the
/// primary one (VPC-12).
pub fn check_addition(vpc: &Vpc, block: Ipv4Prefix) -> Result<(), ApiError> {
    check_size(block, Code::InvalidVpcRange)?;
    let conflict = |why: &str| Code::InvalidVpcRange.with(format!("The CIDR '{block}' {why}"));
    if let Some(other) = vpc.ipv4.iter().find(|own| own.block.0.overlaps(block)) {
        return Err(conflict(&format!("conflicts with another CIDR of the VPC, '{}'.", other.block.0)));
    }
    let link_local = Ipv4Prefix::new(Ipv4Addr::new(169, 254, 0, 0), 16).is_some_and(|range| range.overlaps(block));
    let reserved = Ipv4Prefix::new(Ipv4Addr::new(172, 31, 0, 0), 16).is_some_and(|range| range.overlaps(block));
    if link_local || reserved {
        return Err(conflict("is restricted and cannot be added."));
    }
    let primary = vpc.ipv4.first().map_or(Family::Other, |own| family(own.block.0));
    let added = family(block);
    let goes_together = match (primary, added) {
        (_, Family::Other) => true,
        (Family::Other | Family::Benchmark, _) => false,
        (primary, added) => primary == added,
    };
    let beside_ten_zero = Ipv4Prefix::new(Ipv4Addr::new(10, 0, 0, 0), 15).is_some_and(|range| {
        vpc.ipv4.first().is_some_and(|own| range.covers(own.block.0))
            && block.overlaps("10.0.0.0/16".parse().expect("a block"))
    });
    if !goes_together || beside_ten_zero {
        return Err(conflict("is restricted: it does not go with the VPC's primary CIDR."));
    }
    Ok(())
}

/// Whether a block leaves the routes of the VPC what they are: none is for the block or a part of it (VPC-11).
pub fn check_routes(region: &Region, vpc: &Vpc, block: Prefix) -> Result<(), ApiError> {
    let tables = region.route_tables.iter().filter(|table| table.vpc == vpc.id);
    for table in tables {
        let within = |route: &RouteRecord| match route.destination {
            RouteDestination::Prefix(destination) => block.covers(destination),
            RouteDestination::PrefixList(_) => false,
        };
        if table.routes.iter().any(within) {
            let message =
                format!("The CIDR '{block}' is the same as or larger than the one of a route in {}.", table.id);
            return Err(Code::InvalidVpcRange.with(message));
        }
    }
    Ok(())
}

/// An IPv6 block that no VPC has yet.
pub fn new_ipv6_block(call: &Call<'_>) -> Result<Ipv6Prefix, ApiError> {
    free_ipv6_block(call, |_| true)
}

/// An IPv6 block that no VPC has yet, and that goes with the routes of the VPC that it is for.
pub fn new_ipv6_block_for(call: &Call<'_>, vpc: &Vpc) -> Result<Ipv6Prefix, ApiError> {
    let region = call.state();
    free_ipv6_block(call, |block| check_routes(&region, vpc, Prefix::V6(block)).is_ok())
}

fn free_ipv6_block(call: &Call<'_>, suits: impl Fn(Ipv6Prefix) -> bool) -> Result<Ipv6Prefix, ApiError> {
    let used: Vec<Ipv6Prefix> = call
        .transaction
        .state()
        .regions
        .values()
        .flat_map(|region| {
            region.vpcs.iter().flat_map(|vpc| vpc.ipv6.iter().map(|own| own.block.0)).collect::<Vec<_>>()
        })
        .collect();
    for pool in &call.settings.public_ipv6 {
        let bits = VPC_IPV6_LENGTH.saturating_sub(pool.length()).min(24);
        // Ringwall's own part of the pool begins with its second block, so that the first stays free for the internet's hosts.
        for number in 1..1u128 << bits {
            let base = u128::from(pool.network()) + (number << (128 - VPC_IPV6_LENGTH));
            let Some(block) = Ipv6Prefix::new(base.into(), VPC_IPV6_LENGTH) else { continue };
            if used.iter().all(|other| !other.overlaps(block)) && suits(block) {
                return Ok(block);
            }
        }
    }
    Err(Code::CidrLimitExceeded.with("No IPv6 CIDR block is left in the configured pool"))
}

/// The public IPv4 addresses that somebody has.
fn used_public_addresses(call: &Call<'_>) -> BTreeSet<Ipv4Addr> {
    let mut used = BTreeSet::new();
    for region in call.transaction.state().regions.values() {
        used.extend(region.addresses.iter().map(|address| address.public));
        used.extend(region.network_interfaces.iter().filter_map(|interface| interface.auto_public));
    }
    used
}

/// A public IPv4 address that nobody has yet. The first and last ones of a pool are left out.
pub fn new_public_address(call: &Call<'_>) -> Result<Ipv4Addr, ApiError> {
    let used = used_public_addresses(call);
    for pool in &call.settings.public_ipv4 {
        let (first, last) = (u32::from(pool.network()), u32::from(pool.last()));
        for number in first.saturating_add(1)..last {
            let address = Ipv4Addr::from(number);
            if !used.contains(&address) {
                return Ok(address);
            }
        }
    }
    Err(Code::AddressLimitExceeded.with("No public address is left in the configured pool"))
}

/// Whether a public IPv4 address can be had: it is of a pool, not at its edge, and nobody has it.
pub fn is_free_public_address(call: &Call<'_>, address: Ipv4Addr) -> bool {
    let holds = |pool: &Ipv4Prefix| pool.contains(address) && address != pool.network() && address != pool.last();
    call.settings.public_ipv4.iter().any(holds) && !used_public_addresses(call).contains(&address)
}

/// Whether a subnet may have the IPv6 block: a part of one of the VPC's blocks, of a size in steps of four from /44 to /64
/// (VPC-8), that no other subnet has.
pub fn check_subnet_ipv6(region: &Region, vpc: &Vpc, block: Ipv6Prefix) -> Result<(), ApiError> {
    let has_size = (44..=64).contains(&block.length()) && block.length().is_multiple_of(4);
    if !has_size || !vpc.ipv6.iter().any(|own| own.block.0.covers(block)) {
        return Err(Code::InvalidSubnetRange.with(format!("The CIDR '{block}' is invalid.")));
    }
    let siblings = region.subnets.iter().filter(|subnet| subnet.vpc == vpc.id);
    if siblings.flat_map(|subnet| subnet.ipv6.iter()).any(|own| own.block.0.overlaps(block)) {
        return Err(subnet_conflict(block));
    }
    Ok(())
}

/// Whether a subnet may have the IPv4 block: a part of one of the VPC's blocks that no other subnet has (VPC-4).
pub fn check_subnet_ipv4(region: &Region, vpc: &Vpc, block: Ipv4Prefix) -> Result<(), ApiError> {
    check_size(block, Code::InvalidSubnetRange)?;
    if !vpc.ipv4.iter().any(|own| own.block.0.covers(block)) {
        return Err(Code::InvalidSubnetRange.with(format!("The CIDR '{block}' is invalid.")));
    }
    let mut siblings = region.subnets.iter().filter(|subnet| subnet.vpc == vpc.id);
    if siblings.any(|subnet| subnet.ipv4.0.overlaps(block)) {
        return Err(subnet_conflict(block));
    }
    Ok(())
}

fn subnet_conflict(block: impl std::fmt::Display) -> ApiError {
    Code::InvalidSubnetConflict.with(format!("The CIDR '{block}' conflicts with another subnet"))
}
