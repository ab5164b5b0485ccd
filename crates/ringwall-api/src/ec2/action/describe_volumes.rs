//! `DescribeVolumes`: there are none, for instances have no block devices.

use ringwall_model::id::VolumeId;
use ringwall_model::resource::Tags;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Filterable, Paging, page, refuse_ids_with_paging, select};
use crate::ec2::id::{Named, parse_all};
use crate::error::ApiError;

/// The action.
pub struct DescribeVolumes;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "VolumeId")]
    ids: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
    /// None is managed, so that all are shown with it and without it.
    #[serde(rename = "IncludeManagedResources")]
    _include_managed_resources: Option<bool>,
}

/// What is asked.
pub struct Request {
    ids: Vec<VolumeId>,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    volume_set: Vec<Volume>,
    next_token: Option<String>,
}

/// A volume, if there were any.
#[derive(Debug, Serialize)]
pub enum Volume {}

impl AsRef<Volume> for Volume {
    fn as_ref(&self) -> &Volume {
        self
    }
}

impl Filterable for Volume {
    type Context<'c> = ();
    const FILTERS: &'static [&'static str] = &[
        "attachment.attach-time",
        "attachment.delete-on-termination",
        "attachment.device",
        "attachment.instance-id",
        "attachment.status",
        "availability-zone",
        "availability-zone-id",
        "create-time",
        "encrypted",
        "fast-restored",
        "multi-attach-enabled",
        "operator.managed",
        "operator.principal",
        "size",
        "snapshot-id",
        "status",
        "volume-id",
        "volume-type",
    ];

    fn values(&self, _: &str, (): &()) -> Vec<String> {
        match *self {}
    }

    fn tags(&self) -> Option<&Tags> {
        match *self {}
    }
}

impl Action for DescribeVolumes {
    const NAME: &'static str = "DescribeVolumes";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.ids, "volumeIds", &paging)?;
        Ok(Request { ids: parse_all(&input.ids)?, filters: input.filters, paging })
    }

    fn apply(request: Request, _: &mut Call<'_>) -> Result<Output, ApiError> {
        if !request.ids.is_empty() {
            let ids: Vec<String> = request.ids.iter().map(ToString::to_string).collect();
            return Err(VolumeId::not_found(&ids));
        }
        let selected = select::<_, Volume>(Vec::new(), &request.filters, &())?;
        let page = page(selected, &request.paging, (5, 1000), |volume: &Volume| match *volume {})?;
        Ok(Output { volume_set: page.items, next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn there_are_none() {
        let mut bench = Bench::new();
        let filter = "Filter.1.Name=attachment.instance-id&Filter.1.Value.1=i-00000000000000001&MaxResults=5";
        assert!(bench.ok("DescribeVolumes", filter).has("<volumeSet/>"));
        let mut refused = |parameters: &str| bench.refused("DescribeVolumes", parameters);
        assert_eq!(refused("VolumeId.1=vol-00000000000000001"), "InvalidVolume.NotFound");
        assert_eq!(refused("VolumeId.1=x"), "InvalidVolumeID.Malformed");
        assert_eq!(refused("Filter.1.Name=colour&Filter.1.Value.1=red"), "InvalidParameterValue");
        assert_eq!(refused("MaxResults=1"), "InvalidParameterValue");
    }
}
