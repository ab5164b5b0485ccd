//! `DescribeAvailabilityZones`: the zones of the Region that the call is made in (VPC-26).

use ringwall_model::resource::Tags;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Filterable, select};
use crate::ec2::error::Code;
use crate::ec2::operation::region::{Zone, known, zones};
use crate::error::ApiError;

/// The action.
pub struct DescribeAvailabilityZones;

/// Its parameters. There are no zones to opt in to, so asking for all of them asks for the same.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "ZoneName")]
    zone_names: Vec<String>,
    #[serde(default, rename = "ZoneId")]
    zone_ids: Vec<String>,
    #[serde(default, rename = "AllAvailabilityZones")]
    _all_availability_zones: bool,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    availability_zone_info: Vec<ZoneShape>,
}

/// A zone.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ZoneShape {
    opt_in_status: &'static str,
    message_set: Vec<String>,
    region_name: String,
    zone_name: String,
    zone_id: String,
    group_name: String,
    network_border_group: String,
    zone_type: &'static str,
    group_long_name: Option<String>,
    zone_state: &'static str,
}

impl ZoneShape {
    fn new(zone: Zone, region: &str) -> ZoneShape {
        ZoneShape {
            opt_in_status: "opt-in-not-required",
            message_set: Vec::new(),
            region_name: region.to_owned(),
            zone_name: zone.name,
            zone_id: zone.id,
            group_name: format!("{region}-zg-1"),
            network_border_group: region.to_owned(),
            zone_type: "availability-zone",
            group_long_name: known(region).map(|known| format!("{} 1", known.place)),
            zone_state: "available",
        }
    }
}

impl AsRef<ZoneShape> for ZoneShape {
    fn as_ref(&self) -> &ZoneShape {
        self
    }
}

impl Filterable for ZoneShape {
    type Context<'c> = ();
    const FILTERS: &'static [&'static str] = &[
        "group-long-name",
        "group-name",
        "message",
        "opt-in-status",
        "parent-zone-id",
        "parent-zone-name",
        "region-name",
        "state",
        "zone-id",
        "zone-name",
        "zone-type",
    ];
    const TAGGED: bool = false;

    fn values(&self, filter: &str, (): &()) -> Vec<String> {
        match filter {
            "group-long-name" => self.group_long_name.iter().cloned().collect(),
            "group-name" => vec![self.group_name.clone()],
            "message" => self.message_set.clone(),
            "opt-in-status" => vec![self.opt_in_status.to_owned()],
            "region-name" => vec![self.region_name.clone()],
            "state" => vec![self.zone_state.to_owned()],
            "zone-id" => vec![self.zone_id.clone()],
            "zone-name" => vec![self.zone_name.clone()],
            "zone-type" => vec![self.zone_type.to_owned()],
            // Parents are those of Local and Wavelength Zones.
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        None
    }
}

impl Action for DescribeAvailabilityZones {
    const NAME: &'static str = "DescribeAvailabilityZones";

    type Input = Input;
    type Request = Input;
    type Output = Output;

    fn parse(input: Input) -> Result<Input, ApiError> {
        Ok(input)
    }

    fn apply(request: Input, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let mut all: Vec<ZoneShape> =
            zones(call.region).into_iter().map(|zone| ZoneShape::new(zone, call.region)).collect();
        if let Some(name) = request.zone_names.iter().find(|name| all.iter().all(|zone| zone.zone_name != **name)) {
            return Err(Code::InvalidParameterValue.with(format!("Invalid availability zone: [{name}]")));
        }
        if let Some(id) = request.zone_ids.iter().find(|id| all.iter().all(|zone| zone.zone_id != **id)) {
            return Err(Code::InvalidParameterValue.with(format!("Invalid availability zone-id: [{id}]")));
        }
        if !request.zone_names.is_empty() || !request.zone_ids.is_empty() {
            all.retain(|zone| request.zone_names.contains(&zone.zone_name) || request.zone_ids.contains(&zone.zone_id));
        }
        Ok(Output { availability_zone_info: select(all, &request.filters, &())? })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    const ACTION: &str = "DescribeAvailabilityZones";

    #[test]
    fn the_zones_of_the_region_are_told() {
        let mut bench = Bench::new();
        let expected = "<item><optInStatus>opt-in-not-required</optInStatus><messageSet/><regionName>us-east-1</regionName>\
             <zoneName>us-east-1b</zoneName><zoneId>use1-az2</zoneId><groupName>us-east-1-zg-1</groupName>\
             <networkBorderGroup>us-east-1</networkBorderGroup><zoneType>availability-zone</zoneType>\
             <groupLongName>US East (N. Virginia) 1</groupLongName><zoneState>available</zoneState></item>";
        let shown = bench.ok(ACTION, "");
        assert!(shown.has(expected), "{}", shown.0);
        assert_eq!(shown.all("zoneName"), ["us-east-1a", "us-east-1b", "us-east-1c"]);
        assert_eq!(bench.ok(ACTION, "AllAvailabilityZones=true").all("zoneName").len(), 3);
        bench.region = "eu-north-1".into();
        assert_eq!(bench.ok(ACTION, "").all("zoneId"), ["eun1-az1", "eun1-az2", "eun1-az3"], "VPC-26");
    }

    #[test]
    fn zones_are_selected() {
        let mut bench = Bench::new();
        assert_eq!(bench.ok(ACTION, "ZoneName.1=us-east-1c").all("zoneId"), ["use1-az3"]);
        assert_eq!(bench.ok(ACTION, "ZoneId.1=use1-az1").all("zoneName"), ["us-east-1a"]);
        for (filter, value, count) in [
            ("zone-name", "us-east-1a", 1),
            ("zone-id", "use1-*", 3),
            ("region-name", "us-east-1", 3),
            ("state", "available", 3),
            ("zone-type", "local-zone", 0),
            ("opt-in-status", "opt-in-not-required", 3),
            ("group-name", "us-east-1-zg-1", 3),
            ("group-long-name", "US East*", 3),
            ("message", "*", 0),
            ("parent-zone-id", "*", 0),
            ("parent-zone-name", "*", 0),
        ] {
            let shown = bench.ok(ACTION, &format!("Filter.1.Name={filter}&Filter.1.Value.1={value}"));
            assert_eq!(shown.all("zoneName").len(), count, "{filter}");
        }
        let error = bench.call(ACTION, "ZoneName.1=us-east-1z").unwrap_err();
        assert_eq!(
            (error.code.as_ref(), error.message.as_str()),
            ("InvalidParameterValue", "Invalid availability zone: [us-east-1z]")
        );
        assert_eq!(bench.refused(ACTION, "ZoneId.1=use1-az9"), "InvalidParameterValue");
        assert_eq!(bench.refused(ACTION, "Filter.1.Name=x&Filter.1.Value.1=y"), "InvalidParameterValue");
    }
}
