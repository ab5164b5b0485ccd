//! `DescribeInstanceTypeOfferings`: which types can be had where: all of them in every zone.

use ringwall_model::resource::Tags;
use serde::{Deserialize, Serialize};

use crate::action::{Action, unbuilt_parameter};
use crate::call::Call;
use crate::ec2::describe::{Filter, Filterable, Paging, page, select};
use crate::ec2::error::invalid_value;
use crate::ec2::operation::instance_type::TYPES;
use crate::ec2::operation::region::zones;
use crate::error::ApiError;

/// The action.
pub struct DescribeInstanceTypeOfferings;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    location_type: Option<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    location_type: LocationType,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Kinds of places.
#[derive(Clone, Copy)]
enum LocationType {
    Region,
    Zone,
    ZoneId,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    instance_type_offering_set: Vec<Offering>,
    next_token: Option<String>,
}

/// A type at a place.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Offering {
    instance_type: &'static str,
    location_type: &'static str,
    location: String,
}

impl AsRef<Offering> for Offering {
    fn as_ref(&self) -> &Offering {
        self
    }
}

impl Filterable for Offering {
    type Context<'c> = ();
    const FILTERS: &'static [&'static str] = &["instance-type", "location"];

    fn values(&self, filter: &str, (): &()) -> Vec<String> {
        match filter {
            "instance-type" => vec![self.instance_type.to_owned()],
            "location" => vec![self.location.clone()],
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        None
    }
}

impl LocationType {
    fn name(self) -> &'static str {
        match self {
            LocationType::Region => "region",
            LocationType::Zone => "availability-zone",
            LocationType::ZoneId => "availability-zone-id",
        }
    }

    fn places(self, region: &str) -> Vec<String> {
        match self {
            LocationType::Region => vec![region.to_owned()],
            LocationType::Zone => zones(region).into_iter().map(|zone| zone.name).collect(),
            LocationType::ZoneId => zones(region).into_iter().map(|zone| zone.id).collect(),
        }
    }
}

impl Action for DescribeInstanceTypeOfferings {
    const NAME: &'static str = "DescribeInstanceTypeOfferings";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let location_type = match input.location_type.as_deref() {
            None | Some("region") => LocationType::Region,
            Some("availability-zone") => LocationType::Zone,
            Some("availability-zone-id") => LocationType::ZoneId,
            Some("outpost") => return Err(unbuilt_parameter("LocationType=outpost")),
            Some(other) => return Err(invalid_value("locationType", other, "There is no such kind of location.")),
        };
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        Ok(Request { location_type, filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let location_type = request.location_type.name();
        let places = request.location_type.places(call.region);
        let offer = |instance_type: &'static str| {
            places.iter().map(move |place| Offering { instance_type, location_type, location: place.clone() })
        };
        let all: Vec<Offering> = TYPES.iter().flat_map(|kind| offer(kind.name)).collect();
        let selected = select::<_, Offering>(all, &request.filters, &())?;
        let key = |offering: &Offering| format!("{} {}", offering.instance_type, offering.location);
        let page = page(selected, &request.paging, (5, 1000), key)?;
        Ok(Output { instance_type_offering_set: page.items, next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::operation::instance_type::TYPES;

    #[test]
    fn every_type_is_offered_everywhere() {
        let mut bench = Bench::new();
        let answer = bench.ok("DescribeInstanceTypeOfferings", "");
        assert_eq!(answer.all("instanceType").len(), TYPES.len());
        assert_eq!((answer.get("location"), answer.get("locationType")), ("us-east-1".into(), "region".into()));
        let zones = "LocationType=availability-zone&Filter.1.Name=instance-type&Filter.1.Value.1=t3.nano";
        let answer = bench.ok("DescribeInstanceTypeOfferings", zones);
        assert_eq!(answer.all("location"), ["us-east-1a", "us-east-1b", "us-east-1c"]);
        let one = "LocationType=availability-zone-id&Filter.1.Name=location&Filter.1.Value.1=use1-az3&MaxResults=6";
        assert_eq!(bench.ok("DescribeInstanceTypeOfferings", one).all("instanceType").len(), 6);
    }

    #[test]
    fn other_kinds_of_places_are_refused() {
        let mut bench = Bench::new();
        let mut refused = |parameters: &str| bench.refused("DescribeInstanceTypeOfferings", parameters);
        assert_eq!(refused("LocationType=outpost"), "UnsupportedOperation");
        assert_eq!(refused("LocationType=moon"), "InvalidParameterValue");
        assert_eq!(refused("Filter.1.Name=colour&Filter.1.Value.1=red"), "InvalidParameterValue");
    }
}
