//! `DescribeInstanceStatus`: whether instances do well (INST-18).
//!
//! One that runs does: it was reported as running when its links were up. There are no events.

use std::sync::Arc;

use ringwall_model::id::InstanceId;
use ringwall_model::resource::instance::InstanceState;
use ringwall_model::resource::{Instance, Tags};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Filterable, Paging, page, refuse_ids_with_paging, select};
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::shape::instance_state::StateShape;
use crate::ec2::shape::subnet::zone_id;
use crate::error::ApiError;

/// The action.
pub struct DescribeInstanceStatus;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "InstanceId")]
    ids: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
    include_all_instances: Option<bool>,
    /// None is managed, so that all are shown with it and without it.
    #[serde(rename = "IncludeManagedResources")]
    _include_managed_resources: Option<bool>,
}

/// What is asked.
pub struct Request {
    ids: Vec<InstanceId>,
    filters: Vec<Filter>,
    paging: Paging,
    all: bool,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    instance_status_set: Vec<StatusShape>,
    next_token: Option<String>,
}

/// How an instance does.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusShape {
    instance_id: String,
    availability_zone: String,
    availability_zone_id: String,
    instance_state: StateShape,
    system_status: SummaryShape,
    instance_status: SummaryShape,
}

/// What a check says.
#[derive(Debug, Serialize)]
pub struct SummaryShape {
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<DetailShape>,
}

/// One thing that is checked.
#[derive(Debug, Serialize)]
pub struct DetailShape {
    name: &'static str,
    status: &'static str,
}

/// An instance as the filters of this action see it.
struct Checked {
    instance: Arc<Instance>,
}

impl AsRef<Checked> for Checked {
    fn as_ref(&self) -> &Checked {
        self
    }
}

impl Filterable for Checked {
    type Context<'c> = &'c str;
    const FILTERS: &'static [&'static str] = &[
        "availability-zone",
        "availability-zone-id",
        "event.code",
        "event.description",
        "event.instance-event-id",
        "event.not-after",
        "event.not-before",
        "event.not-before-deadline",
        "instance-state-code",
        "instance-state-name",
        "instance-status.reachability",
        "instance-status.status",
        "operator.managed",
        "operator.principal",
        "system-status.reachability",
        "system-status.status",
    ];

    fn values(&self, filter: &str, region: &&str) -> Vec<String> {
        let summary = SummaryShape::new(&self.instance);
        match filter {
            "availability-zone" => vec![self.instance.zone.clone()],
            "availability-zone-id" => vec![zone_id(region, &self.instance.zone)],
            "instance-state-code" => vec![self.instance.state.code().to_string()],
            "instance-state-name" => vec![self.instance.state.name().to_owned()],
            "instance-status.status" | "system-status.status" => vec![summary.status.to_owned()],
            "instance-status.reachability" | "system-status.reachability" => {
                summary.details.iter().map(|detail| detail.status.to_owned()).collect()
            }
            "operator.managed" => vec!["false".to_owned()],
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.instance.tags)
    }
}

impl SummaryShape {
    fn new(instance: &Instance) -> SummaryShape {
        if instance.state == InstanceState::Running {
            let details = vec![DetailShape { name: "reachability", status: "passed" }];
            return SummaryShape { status: "ok", details };
        }
        SummaryShape { status: "not-applicable", details: Vec::new() }
    }
}

impl Action for DescribeInstanceStatus {
    const NAME: &'static str = "DescribeInstanceStatus";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.ids, "instancesSet", &paging)?;
        let all = input.include_all_instances.unwrap_or(false);
        Ok(Request { ids: parse_all(&input.ids)?, filters: input.filters, paging, all })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let instances: Vec<Arc<Instance>> = if request.ids.is_empty() {
            region.instances.iter().cloned().collect()
        } else {
            find_all(&region, &request.ids)?
        };
        let shown = instances.into_iter().filter(|one| request.all || one.state == InstanceState::Running);
        let checked: Vec<Checked> = shown.map(|instance| Checked { instance }).collect();
        let selected = select::<_, Checked>(checked, &request.filters, &call.region)?;
        let page = page(selected, &request.paging, (5, 1000), |checked| checked.instance.id.to_string())?;
        let shape = |Checked { instance }: &Checked| StatusShape {
            instance_id: instance.id.to_string(),
            availability_zone: instance.zone.clone(),
            availability_zone_id: zone_id(call.region, &instance.zone),
            instance_state: instance.state.into(),
            system_status: SummaryShape::new(instance),
            instance_status: SummaryShape::new(instance),
        };
        Ok(Output { instance_status_set: page.items.iter().map(shape).collect(), next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::scene::{instance, pending_instance};

    #[test]
    fn running_instances_are_shown_and_others_on_request() {
        // INST-18
        let mut bench = Bench::new();
        let running = instance(&mut bench, "");
        let pending = pending_instance(&mut bench, "");
        let answer = bench.ok("DescribeInstanceStatus", "");
        assert_eq!(answer.all("instanceId"), [running.to_string()]);
        assert!(
            answer.has(
                "<systemStatus><status>ok</status><details><item><name>reachability</name><status>passed</status>"
            )
        );
        assert!(bench.ok("DescribeInstanceStatus", &format!("InstanceId.1={pending}")).all("instanceId").is_empty());
        let answer = bench.ok("DescribeInstanceStatus", &format!("InstanceId.1={pending}&IncludeAllInstances=true"));
        assert!(answer.has("<systemStatus><status>not-applicable</status></systemStatus>"), "{}", answer.0);
        assert_eq!(answer.get("name"), "pending");
    }

    #[test]
    fn filters_select() {
        let mut bench = Bench::new();
        let running = instance(&mut bench, "");
        let pending = pending_instance(&mut bench, "");
        let mut ids = |name: &str, value: &str| {
            let filter = format!("IncludeAllInstances=true&Filter.1.Name={name}&Filter.1.Value.1={value}");
            bench.ok("DescribeInstanceStatus", &filter).all("instanceId")
        };
        for (name, value) in [
            ("instance-state-name", "running"),
            ("instance-state-code", "16"),
            ("system-status.status", "ok"),
            ("instance-status.reachability", "passed"),
        ] {
            assert_eq!(ids(name, value), [running.to_string()], "{name}");
        }
        assert_eq!(ids("instance-status.status", "not-applicable"), [pending.to_string()]);
        assert_eq!(ids("availability-zone", "us-east-1a").len(), 2);
        assert!(ids("event.code", "*").is_empty());
        assert_eq!(
            bench.refused("DescribeInstanceStatus", "Filter.1.Name=x&Filter.1.Value.1=y"),
            "InvalidParameterValue"
        );
        assert_eq!(bench.refused("DescribeInstanceStatus", "MaxResults=4"), "InvalidParameterValue");
    }
}
