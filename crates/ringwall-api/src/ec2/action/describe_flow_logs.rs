//! `DescribeFlowLogs` (FL-34, FL-36).

use ringwall_model::id::FlowLogId;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Paging, page, refuse_ids_with_paging, select};
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::shape::flow_log::FlowLogShape;
use crate::error::ApiError;

/// The action.
pub struct DescribeFlowLogs;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "FlowLogId")]
    flow_log_ids: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    ids: Vec<FlowLogId>,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    flow_log_set: Vec<FlowLogShape>,
    next_token: Option<String>,
}

impl Action for DescribeFlowLogs {
    const NAME: &'static str = "DescribeFlowLogs";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.flow_log_ids, "flowLogIds", &paging)?;
        Ok(Request { ids: parse_all(&input.flow_log_ids)?, filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let all = match request.ids.as_slice() {
            [] => region.flow_logs.iter().cloned().collect(),
            ids => find_all(&region, ids)?,
        };
        let selected = select(all, &request.filters, &())?;
        let page = page(selected, &request.paging, (1, 1000), |log| log.id.to_string())?;
        let shapes = page.items.iter().map(|log| FlowLogShape::new(log));
        Ok(Output { flow_log_set: shapes.collect(), next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use ringwall_model::resource::flow_log::Delivery;

    use crate::bench::Bench;
    use crate::ec2::operation::flow_log::delivered;

    #[test]
    fn every_filter_selects() {
        let mut bench = Bench::new();
        bench.settings.has_log_bucket = true;
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        let subnet = bench.ok("DescribeSubnets", "").all("subnetId").remove(0);
        let rest = "LogDestinationType=file&TrafficType=REJECT";
        let one =
            bench.ok("CreateFlowLogs", &format!("ResourceType=VPC&ResourceId.1={vpc}&{rest}")).all("item").remove(0);
        let rest = "LogDestinationType=s3&LogDestination=arn:aws:s3:::logs&TrafficType=ALL\
                    &TagSpecification.1.ResourceType=vpc-flow-log&TagSpecification.1.Tag.1.Key=k";
        let other = bench
            .ok("CreateFlowLogs", &format!("ResourceType=Subnet&ResourceId.1={subnet}&{rest}"))
            .all("item")
            .remove(0);
        let id = one.parse().unwrap();
        assert!(bench.work(|access, region, _| delivered(access, region, id, Delivery::Failed("Access error".into()))));
        assert!(!bench.work(|access, region, _| delivered(
            access,
            region,
            id,
            Delivery::Failed("Access error".into())
        )));
        let mut ids = |name: &str, value: &str| {
            let filter = format!("Filter.1.Name={name}&Filter.1.Value.1={value}");
            bench.ok("DescribeFlowLogs", &filter).all("flowLogId")
        };
        assert_eq!(ids("resource-id", &vpc), from_ref(&one), "FL-36");
        assert_eq!(ids("traffic-type", "ALL"), from_ref(&other));
        assert_eq!(ids("log-destination-type", "s3"), from_ref(&other));
        assert_eq!(ids("flow-log-id", &one), from_ref(&one));
        assert_eq!(ids("deliver-log-status", "FAILED"), from_ref(&one));
        assert_eq!(ids("tag-key", "k"), from_ref(&other));
        assert!(ids("log-group-name", "*").is_empty());
        let told = bench.ok("DescribeFlowLogs", &format!("FlowLogId.1={one}"));
        let status = (told.get("deliverLogsStatus"), told.get("deliverLogsErrorMessage"));
        assert_eq!(status, ("FAILED".to_owned(), "Access error".to_owned()), "FL-35");
        assert_eq!(bench.ok("DescribeFlowLogs", "MaxResults=1").all("nextToken").len(), 1, "API-26");
        assert_eq!(bench.refused("DescribeFlowLogs", "FlowLogId.1=fl-00000000"), "InvalidFlowLogId.NotFound");
    }
}
