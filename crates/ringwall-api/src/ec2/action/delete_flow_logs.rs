//! `DeleteFlowLogs`: collection stops; what was not delivered is forgotten (FL-36).

use ringwall_model::id::FlowLogId;
use ringwall_model::resource::FlowLog;
use serde::{Deserialize, Serialize};

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::id::{Named, parse_all};
use crate::ec2::shape::flow_log::{UnsuccessfulErrorShape, UnsuccessfulShape};
use crate::error::ApiError;

/// The action.
pub struct DeleteFlowLogs;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "FlowLogId")]
    flow_log_ids: Vec<String>,
}

/// Its answer: what could not be deleted.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    unsuccessful: Vec<UnsuccessfulShape>,
}

impl Action for DeleteFlowLogs {
    const NAME: &'static str = "DeleteFlowLogs";

    type Input = Input;
    type Request = Vec<FlowLogId>;
    type Output = Output;

    fn parse(input: Input) -> Result<Vec<FlowLogId>, ApiError> {
        if input.flow_log_ids.is_empty() {
            return Err(missing_parameter("FlowLogId"));
        }
        parse_all(&input.flow_log_ids)
    }

    fn apply(ids: Vec<FlowLogId>, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let mut unsuccessful = Vec::new();
        for id in ids {
            if call.state().flow_logs.get(&id).is_some() {
                call.delete::<FlowLog>(&id);
                continue;
            }
            let refusal = FlowLogId::not_found(&[id.to_string()]);
            let error = UnsuccessfulErrorShape { code: refusal.code.into_owned(), message: refusal.message };
            unsuccessful.push(UnsuccessfulShape { resource_id: id.to_string(), error });
        }
        Ok(Output { unsuccessful })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::fixture;

    #[test]
    fn what_is_there_goes_and_what_is_not_is_told() {
        let mut bench = Bench::new();
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        let asked = format!("ResourceType=VPC&ResourceId.1={vpc}&LogDestinationType=file&TrafficType=ALL");
        let id = bench.ok("CreateFlowLogs", &asked).all("item").remove(0);
        let answer = bench.ok("DeleteFlowLogs", &format!("FlowLogId.1=fl-00000000&FlowLogId.2={id}"));
        assert_eq!(
            (answer.get("resourceId"), answer.get("code")),
            ("fl-00000000".into(), "InvalidFlowLogId.NotFound".into()),
            "FL-36"
        );
        assert!(bench.ok("DescribeFlowLogs", "").all("flowLogId").is_empty());
        assert!(bench.ok("CreateFlowLogs", &asked).has("fl-"));
        assert_eq!(bench.refused("DeleteFlowLogs", ""), "MissingParameter");
    }

    #[test]
    fn a_log_goes_with_its_resource() {
        let mut bench = Bench::new();
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let subnet = bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.0.0/24")).get("subnetId");
        let interface = fixture::interface(&mut bench, &subnet);
        let rest = "LogDestinationType=file&TrafficType=ALL";
        let resources = [("VPC", vpc.clone()), ("Subnet", subnet.clone()), ("NetworkInterface", interface.to_string())];
        for (kind, id) in resources {
            bench.ok("CreateFlowLogs", &format!("ResourceType={kind}&ResourceId.1={id}&{rest}"));
        }
        bench.ok("DeleteNetworkInterface", &format!("NetworkInterfaceId={interface}"));
        assert_eq!(bench.ok("DescribeFlowLogs", "").all("flowLogId").len(), 2);
        bench.ok("DeleteSubnet", &format!("SubnetId={subnet}"));
        bench.ok("DeleteVpc", &format!("VpcId={vpc}"));
        assert!(bench.ok("DescribeFlowLogs", "").all("flowLogId").is_empty());
    }
}
