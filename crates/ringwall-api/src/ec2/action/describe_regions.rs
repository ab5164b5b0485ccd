//! `DescribeRegions`: those that every account has, those that are used here, and if asked for the others too.
//!
//! Ringwall asks nobody to opt in: a Region that AWS has only for accounts that ask is opted in by its first use.

use std::collections::BTreeSet;

use ringwall_model::resource::Tags;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Filterable, select};
use crate::ec2::error::Code;
use crate::ec2::operation::region::{REGIONS, known};
use crate::error::ApiError;

/// The action.
pub struct DescribeRegions;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "RegionName")]
    region_names: Vec<String>,
    #[serde(default)]
    all_regions: bool,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    region_info: Vec<RegionShape>,
}

/// A Region.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegionShape {
    opt_in_status: &'static str,
    region_name: String,
    region_endpoint: String,
}

impl RegionShape {
    fn new(name: &str, is_used: bool) -> RegionShape {
        let opt_in_status = match known(name) {
            Some(region) if !region.needs_opt_in => "opt-in-not-required",
            _ if is_used => "opted-in",
            _ => NOT_OPTED_IN,
        };
        RegionShape {
            opt_in_status,
            region_name: name.to_owned(),
            region_endpoint: format!("ec2.{name}.amazonaws.com"),
        }
    }
}

const NOT_OPTED_IN: &str = "not-opted-in";

impl AsRef<RegionShape> for RegionShape {
    fn as_ref(&self) -> &RegionShape {
        self
    }
}

impl Filterable for RegionShape {
    type Context<'c> = ();
    const FILTERS: &'static [&'static str] = &["endpoint", "opt-in-status", "region-name"];
    const TAGGED: bool = false;

    fn values(&self, filter: &str, (): &()) -> Vec<String> {
        match filter {
            "endpoint" => vec![self.region_endpoint.clone()],
            "opt-in-status" => vec![self.opt_in_status.to_owned()],
            "region-name" => vec![self.region_name.clone()],
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        None
    }
}

impl Action for DescribeRegions {
    const NAME: &'static str = "DescribeRegions";

    type Input = Input;
    type Request = Input;
    type Output = Output;

    fn parse(input: Input) -> Result<Input, ApiError> {
        Ok(input)
    }

    fn apply(request: Input, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let used: BTreeSet<String> = call.transaction.state().regions.keys().cloned().collect();
        let names: BTreeSet<&str> =
            REGIONS.iter().map(|region| region.name).chain(used.iter().map(String::as_str)).collect();
        let absent: Vec<&String> = request.region_names.iter().filter(|name| !names.contains(name.as_str())).collect();
        if let Some(first) = absent.first() {
            return Err(Code::InvalidParameterValue.with(format!("Invalid region provided: {first}")));
        }
        let is_meant = |shape: &RegionShape| match request.region_names.as_slice() {
            [] => request.all_regions || shape.opt_in_status != NOT_OPTED_IN,
            asked => asked.contains(&shape.region_name),
        };
        let shapes = names.into_iter().map(|name| RegionShape::new(name, used.contains(name))).filter(is_meant);
        Ok(Output { region_info: select(shapes.collect(), &request.filters, &())? })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    const ACTION: &str = "DescribeRegions";

    #[test]
    fn enabled_regions_are_told_and_the_others_if_asked_for() {
        let mut bench = Bench::new();
        let enabled = bench.ok(ACTION, "");
        assert_eq!(enabled.all("regionName").len(), 17);
        assert!(enabled.has(
            "<item><optInStatus>opt-in-not-required</optInStatus><regionName>us-east-1</regionName><regionEndpoint>ec2.us-east-1.amazonaws.com</regionEndpoint></item>"
        ));
        let all = bench.ok(ACTION, "AllRegions=true");
        assert_eq!(all.all("regionName").len(), 34);
        assert_eq!(all.all("optInStatus").iter().filter(|status| *status == "not-opted-in").count(), 17);
        assert_eq!(bench.ok(ACTION, "AllRegions=false").all("regionName").len(), 17);
    }

    #[test]
    fn a_region_is_opted_in_by_its_first_use() {
        let mut bench = Bench::new();
        let status =
            |bench: &mut Bench, name: &str| bench.ok(ACTION, &format!("RegionName.1={name}")).get("optInStatus");
        assert_eq!(status(&mut bench, "eu-south-2"), "not-opted-in");
        bench.region = "eu-south-2".into();
        bench.ok("DescribeVpcs", "");
        bench.region = "us-east-1".into();
        assert_eq!(status(&mut bench, "eu-south-2"), "opted-in");
        assert_eq!(bench.ok(ACTION, "").all("regionName").len(), 18);
        assert_eq!(bench.refused(ACTION, "RegionName.1=xx-test-1"), "InvalidParameterValue");
        bench.region = "xx-test-1".into();
        assert_eq!(status(&mut bench, "xx-test-1"), "opted-in", "whatever is used is told");
    }

    #[test]
    fn regions_are_selected() {
        let mut bench = Bench::new();
        for (filter, value, count) in [
            ("region-name", "eu-west-*", 3),
            ("endpoint", "ec2.us-*", 4),
            ("opt-in-status", "opt-in-not-required", 17),
            ("opt-in-status", "not-opted-in", 0),
        ] {
            let shown = bench.ok(ACTION, &format!("Filter.1.Name={filter}&Filter.1.Value.1={value}"));
            assert_eq!(shown.all("regionName").len(), count, "{filter}");
        }
        let names = bench.ok(ACTION, "RegionName.1=us-west-2&RegionName.2=eu-west-1").all("regionName");
        assert_eq!(names, ["eu-west-1", "us-west-2"]);
        assert_eq!(bench.refused(ACTION, "Filter.1.Name=tag:x&Filter.1.Value.1=y"), "InvalidParameterValue");
    }
}
