//! Regions and Availability Zones. Each Region is a world of its own, furnished on first use.

use ringwall_model::resource::RegionRecord;
pub use ringwall_model::zone::{Zone, zones};

use super::{default_vpc, prefix_list};
use crate::call::Call;
use crate::ec2::error::{combination, invalid_value};
use crate::error::ApiError;

/// A Region that AWS has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownRegion {
    /// its name
    pub name: &'static str,
    /// where it is, in words
    pub place: &'static str,
    /// whether AWS enables it only for accounts that ask
    pub needs_opt_in: bool,
}

const fn open(name: &'static str, place: &'static str) -> KnownRegion {
    KnownRegion { name, place, needs_opt_in: false }
}

const fn on_demand(name: &'static str, place: &'static str) -> KnownRegion {
    KnownRegion { name, place, needs_opt_in: true }
}

/// The Regions that AWS has for everybody, by name.
pub const REGIONS: [KnownRegion; 34] = [
    on_demand("af-south-1", "Africa (Cape Town)"),
    on_demand("ap-east-1", "Asia Pacific (Hong Kong)"),
    on_demand("ap-east-2", "Asia Pacific (Taipei)"),
    open("ap-northeast-1", "Asia Pacific (Tokyo)"),
    open("ap-northeast-2", "Asia Pacific (Seoul)"),
    open("ap-northeast-3", "Asia Pacific (Osaka)"),
    open("ap-south-1", "Asia Pacific (Mumbai)"),
    on_demand("ap-south-2", "Asia Pacific (Hyderabad)"),
    open("ap-southeast-1", "Asia Pacific (Singapore)"),
    open("ap-southeast-2", "Asia Pacific (Sydney)"),
    on_demand("ap-southeast-3", "Asia Pacific (Jakarta)"),
    on_demand("ap-southeast-4", "Asia Pacific (Melbourne)"),
    on_demand("ap-southeast-5", "Asia Pacific (Malaysia)"),
    on_demand("ap-southeast-6", "Asia Pacific (New Zealand)"),
    on_demand("ap-southeast-7", "Asia Pacific (Thailand)"),
    open("ca-central-1", "Canada (Central)"),
    on_demand("ca-west-1", "Canada West (Calgary)"),
    open("eu-central-1", "Europe (Frankfurt)"),
    on_demand("eu-central-2", "Europe (Zurich)"),
    open("eu-north-1", "Europe (Stockholm)"),
    on_demand("eu-south-1", "Europe (Milan)"),
    on_demand("eu-south-2", "Europe (Spain)"),
    open("eu-west-1", "Europe (Ireland)"),
    open("eu-west-2", "Europe (London)"),
    open("eu-west-3", "Europe (Paris)"),
    on_demand("il-central-1", "Israel (Tel Aviv)"),
    on_demand("me-central-1", "Middle East (UAE)"),
    on_demand("me-south-1", "Middle East (Bahrain)"),
    on_demand("mx-central-1", "Mexico (Central)"),
    open("sa-east-1", "South America (Sao Paulo)"),
    open("us-east-1", "US East (N. Virginia)"),
    open("us-east-2", "US East (Ohio)"),
    open("us-west-1", "US West (N. California)"),
    open("us-west-2", "US West (Oregon)"),
];

/// A Region that AWS has, by its name.
pub fn known(name: &str) -> Option<&'static KnownRegion> {
    REGIONS.iter().find(|region| region.name == name)
}

/// A zone as calls name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZoneRef {
    /// by its name
    Name(String),
    /// by its id
    Id(String),
}

/// Reads which zone is meant: by name or by id, but not by both.
pub fn parse_zone(name: Option<String>, id: Option<String>) -> Result<Option<ZoneRef>, ApiError> {
    match (name, id) {
        (Some(_), Some(_)) => {
            Err(combination("The parameters AvailabilityZone and AvailabilityZoneId cannot be used together"))
        }
        (name, id) => Ok(name.map(ZoneRef::Name).or(id.map(ZoneRef::Id))),
    }
}

/// The zone that is meant.
pub fn find_zone(region: &str, wanted: &ZoneRef) -> Result<Zone, ApiError> {
    let zones = zones(region);
    let (parameter, text) = match wanted {
        ZoneRef::Name(name) => ("availabilityZone", name),
        ZoneRef::Id(id) => ("availabilityZoneId", id),
    };
    let is_meant = |zone: &&Zone| match wanted {
        ZoneRef::Name(name) => zone.name == *name,
        ZoneRef::Id(id) => zone.id == *id,
    };
    zones.iter().find(is_meant).cloned().ok_or_else(|| {
        let names: Vec<&str> = zones.iter().map(|zone| zone.name.as_str()).collect();
        let why =
            format!("Subnets can currently only be created in the following availability zones: {}.", names.join(", "));
        invalid_value(parameter, text, why)
    })
}

/// Whether a text has the form of a Region's name.
pub fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_word =
        |part: &&str| !part.is_empty() && part.len() <= 12 && part.bytes().all(|byte| byte.is_ascii_lowercase());
    match parts.as_slice() {
        [words @ .., number] if matches!(words.len(), 2 | 3) => {
            let is_number = matches!(number.len(), 1 | 2) && number.bytes().all(|byte| byte.is_ascii_digit());
            words.iter().all(is_word) && is_number
        }
        _ => false,
    }
}

/// Gives a Region its default VPC when it is first used, and the prefix lists of services.
pub fn furnish(call: &mut Call<'_>) -> Result<(), ApiError> {
    prefix_list::furnish_services(call);
    if call.state().regions.get(call.region).is_some() {
        return Ok(());
    }
    let record = RegionRecord { id: call.region.to_owned(), dhcp_options: call.new_id() };
    call.put(record);
    default_vpc::create(call).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_regions_have_a_form() {
        for name in REGIONS.iter().map(|region| region.name).chain(["us-gov-west-1"]) {
            assert!(is_region(name), "{name}");
        }
        for name in ["", "us", "us-east", "us-east-1a", "US-EAST-1", "us--1", "../x-1", "us-east-+1", "a-b-c-d-1"] {
            assert!(!is_region(name), "{name}");
        }
    }
}
