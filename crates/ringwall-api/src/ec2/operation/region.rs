//! Regions and Availability Zones. Each Region is a world of its own, furnished on first use.

use ringwall_model::resource::RegionRecord;

use super::default_vpc;
use crate::call::Call;
use crate::ec2::error::{combination, invalid_value};
use crate::error::ApiError;

/// The Regions that AWS enables for every account, which `DescribeRegions` lists.
pub const REGIONS: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// An Availability Zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// its name, as the account knows it
    pub name: String,
    /// its id, the same for all accounts (VPC-26)
    pub id: String,
}

/// The zones of a Region: three, as in most.
pub fn zones(region: &str) -> Vec<Zone> {
    let short = short_name(region);
    let zone = |(number, letter)| Zone { name: format!("{region}{letter}"), id: format!("{short}-az{number}") };
    [(1, 'a'), (2, 'b'), (3, 'c')].map(zone).into()
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

/// `use1` for `us-east-1`, `apse2` for `ap-southeast-2`.
fn short_name(region: &str) -> String {
    let mut parts = region.split('-');
    let mut short = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        short.push_str(match part {
            "north" => "n",
            "south" => "s",
            "east" => "e",
            "west" => "w",
            "central" => "c",
            "northeast" => "ne",
            "northwest" => "nw",
            "southeast" => "se",
            "southwest" => "sw",
            other => other,
        });
    }
    short
}

/// Whether a text has the form of a Region's name.
pub fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_word =
        |part: &&str| !part.is_empty() && part.len() <= 12 && part.bytes().all(|byte| byte.is_ascii_lowercase());
    match parts.as_slice() {
        [words @ .., number] if words.len() >= 2 => {
            words.iter().all(is_word) && number.len() <= 2 && number.parse::<u8>().is_ok()
        }
        _ => false,
    }
}

/// Gives a Region its default VPC when it is first used.
pub fn furnish(call: &mut Call<'_>) -> Result<(), ApiError> {
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
    fn zones_are_named_after_their_region() {
        let zone = |region| zones(region)[1].clone();
        assert_eq!(zone("us-east-1"), Zone { name: "us-east-1b".into(), id: "use1-az2".into() });
        assert_eq!(zone("ap-southeast-2"), Zone { name: "ap-southeast-2b".into(), id: "apse2-az2".into() });
    }

    #[test]
    fn names_of_regions_have_a_form() {
        for name in REGIONS.iter().chain(&["us-gov-west-1", "me-central-1"]) {
            assert!(is_region(name), "{name}");
        }
        for name in ["", "us", "us-east", "us-east-1a", "US-EAST-1", "us--1", "../x-1"] {
            assert!(!is_region(name), "{name}");
        }
    }
}
