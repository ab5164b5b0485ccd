//! Prefix lists: their versions, who names them, and what that costs whoever does (RT-43, RT-44, SG-36).

use std::collections::BTreeMap;
use std::sync::Arc;

use ringwall_model::id::{PrefixListId, ResourceId, RouteTableId, SecurityGroupId};
use ringwall_model::resource::prefix_list::PrefixListState;
use ringwall_model::resource::security_group::PeerRecord;
use ringwall_model::resource::traffic::Text;
use ringwall_model::resource::vpc_endpoint::service_name;
use ringwall_model::resource::{PrefixList, RouteTable};
use ringwall_model::world::RouteDestination;
use ringwall_net::{Family, Prefix};
use ringwall_store::Region;
use sha2::{Digest, Sha256};

use super::security_group;
use crate::call::Call;
use crate::ec2::error::{Code, invalid_value};
use crate::ec2::id::find;
use crate::ec2::shape::prefix_list::{Entries, family_name};
use crate::error::ApiError;

/// Entries that a list may hold at most (RT-43).
const MOST_ENTRIES: i64 = 1000;
/// Versions of a list that are kept; the oldest one goes for a new one.
const MOST_VERSIONS: usize = 1000;
const LONGEST_NAME: usize = 255;

/// Whether a list may have the name.
pub fn check_name(name: &str) -> Result<(), ApiError> {
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        let why = format!("Names have between 1 and {LONGEST_NAME} characters.");
        return Err(invalid_value("PrefixListName", name, why));
    }
    if name.starts_with("com.amazonaws") {
        return Err(invalid_value("PrefixListName", name, "The name cannot start with com.amazonaws."));
    }
    Ok(())
}

/// Reads how many entries a list may hold.
pub fn parse_max_entries(number: i64) -> Result<u32, ApiError> {
    u32::try_from(number)
        .ok()
        .filter(|_| (1..=MOST_ENTRIES).contains(&number))
        .ok_or_else(|| Code::InvalidParameterValue.with("Must specify a max size between 1 and 1000"))
}

/// A list that customers may change: not one of AWS's (GWE-19).
pub fn find_own(region: &Region, id: PrefixListId) -> Result<Arc<PrefixList>, ApiError> {
    let list = find::<PrefixList>(region, &id)?;
    if list.is_aws {
        let message = format!("The prefix list '{id}' is managed by AWS and cannot be changed.");
        return Err(Code::OperationNotPermitted.with(message));
    }
    Ok(list)
}

/// Writes the prefix lists of the services that gateway endpoints lead to, unless they are as they shall be (GWE-19). Their
/// ids follow from their names, so that they are the same wherever a Region is furnished.
pub fn furnish_services(call: &mut Call<'_>) {
    for service in call.settings.services.iter().filter(|service| service.by_gateway()) {
        let name = service_name(call.region, &service.name);
        let id = service_list_id(&name);
        let entries: Entries = service.blocks.iter().map(|block| (Text(Prefix::V4(*block)), None)).collect();
        let known = call.state().prefix_lists.get(&id).cloned();
        if known.as_ref().is_some_and(|list| list.versions.get(&list.version) == Some(&entries)) {
            continue;
        }
        call.put(PrefixList {
            id,
            is_aws: true,
            name,
            is_ipv6: false,
            max_entries: entries.len() as u32,
            version: 1,
            versions: BTreeMap::from([(1, entries)]),
            state: PrefixListState::CreateComplete,
            tags: known.map(|list| list.tags.clone()).unwrap_or_default(),
        });
    }
}

/// The id of the prefix list of a service.
pub fn service_list_id(name: &str) -> PrefixListId {
    let digest = Sha256::digest(name.as_bytes());
    let number = digest.iter().take(16).fold(0u128, |number, byte| number << 8 | u128::from(*byte));
    PrefixListId::from_random(number)
}

/// Whether a list of a family and size may hold the entries.
pub fn check_entries(entries: &Entries, family: Family, max_entries: u32) -> Result<(), ApiError> {
    if let Some(block) = entries.keys().find(|block| block.0.family() != family) {
        let why = format!("It is no block of the address family {}.", family_name(family));
        return Err(invalid_value("Cidr", block.0, why));
    }
    if entries.len() > max_entries as usize {
        let message = format!("The prefix list cannot hold more than its maximum of {max_entries} entries");
        return Err(Code::PrefixListMaxEntriesExceeded.with(message));
    }
    Ok(())
}

/// Whether the version that a caller takes for the current one is it (RT-44).
pub fn check_version(list: &PrefixList, expected: i64) -> Result<(), ApiError> {
    if i64::try_from(list.version) == Ok(expected) {
        return Ok(());
    }
    Err(Code::PrefixListVersionMismatch.with("The prefix list has the incorrect version number"))
}

/// The entries of a version that is kept.
pub fn entries_of(list: &PrefixList, version: i64) -> Result<&Entries, ApiError> {
    let found = u64::try_from(version).ok().and_then(|version| list.versions.get(&version));
    found.ok_or_else(|| {
        let message = format!("The version {version} of the prefix list '{}' does not exist", list.id);
        Code::PrefixListVersionNotFound.with(message)
    })
}

/// Makes entries the current ones, as a new version.
pub fn add_version(list: &mut PrefixList, entries: Entries) {
    list.version += 1;
    list.versions.insert(list.version, entries);
    while list.versions.len() > MOST_VERSIONS {
        list.versions.pop_first();
    }
}

/// The groups that have a rule which names the list.
pub fn naming_groups(region: &Region, id: PrefixListId) -> Vec<SecurityGroupId> {
    let names = PeerRecord::PrefixList(id);
    let groups = region.security_groups.iter().filter(|group| group.rules.values().any(|rule| rule.peer == names));
    groups.map(|group| group.id).collect()
}

/// The route tables that have a route which names the list.
pub fn naming_tables(region: &Region, id: PrefixListId) -> Vec<RouteTableId> {
    let names = RouteDestination::PrefixList(id);
    let tables = region.route_tables.iter();
    tables.filter(|table| table.routes.iter().any(|route| route.destination == names)).map(|table| table.id).collect()
}

/// Whether every group and route table that names the list keeps to its quota; the list is looked up as it is now (RT-44).
pub fn check_quotas_of_namers(call: &Call<'_>, id: PrefixListId) -> Result<(), ApiError> {
    let region = call.state();
    for group in naming_groups(&region, id).iter().filter_map(|id| region.security_groups.get(id)) {
        security_group::check_quota(call, group, false)?;
        security_group::check_quota(call, group, true)?;
    }
    let most = call.settings.quotas.routes_per_table;
    for table in naming_tables(&region, id).iter().filter_map(|id| region.route_tables.get(id)) {
        if Family::ALL.iter().any(|family| count_routes(&region, table, *family) > most) {
            return Err(Code::RouteLimitExceeded.with("The maximum number of routes per route table has been reached."));
        }
    }
    Ok(())
}

/// How many routes of a family a table has: a prefix list counts with its maximum, and local routes do not count (RT-36).
fn count_routes(region: &Region, table: &RouteTable, family: Family) -> u32 {
    let weight = |destination: RouteDestination| match destination {
        RouteDestination::Prefix(block) => u32::from(block.family() == family),
        RouteDestination::PrefixList(id) => {
            region.prefix_lists.get(&id).filter(|list| list.family() == family).map_or(0, |list| list.max_entries)
        }
    };
    table.routes.iter().map(|route| weight(route.destination)).sum()
}
