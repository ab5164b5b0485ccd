//! `DeleteVpcEndpoints`: with their routes or interfaces. What cannot be deleted is told in the answer (IFE-20).

use serde::{Deserialize, Serialize};

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::id::parse;
use crate::ec2::operation::vpc_endpoint::delete;
use crate::error::ApiError;

/// The action.
pub struct DeleteVpcEndpoints;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "VpcEndpointId")]
    vpc_endpoint_ids: Vec<String>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    unsuccessful: Vec<UnsuccessfulShape>,
}

/// What could not be deleted, and why.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnsuccessfulShape {
    resource_id: String,
    error: ErrorShape,
}

/// Why.
#[derive(Debug, Serialize)]
pub struct ErrorShape {
    code: String,
    message: String,
}

impl Action for DeleteVpcEndpoints {
    const NAME: &'static str = "DeleteVpcEndpoints";

    type Input = Input;
    type Request = Vec<String>;
    type Output = Output;

    fn parse(input: Input) -> Result<Vec<String>, ApiError> {
        if input.vpc_endpoint_ids.is_empty() {
            return Err(missing_parameter("VpcEndpointId"));
        }
        Ok(input.vpc_endpoint_ids)
    }

    fn apply(ids: Vec<String>, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let mut unsuccessful = Vec::new();
        for id in ids {
            if let Err(error) = parse(&id).and_then(|id| delete(call, id)) {
                let error = ErrorShape { code: error.code.to_string(), message: error.message };
                unsuccessful.push(UnsuccessfulShape { resource_id: id, error });
            }
        }
        Ok(Output { unsuccessful })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::scene::{region, subnet};

    #[test]
    fn endpoints_go_with_their_routes_and_interfaces() {
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        let table = bench.ok("DescribeRouteTables", "").get("routeTableId");
        let before = bench.ok("DescribeRouteTables", "").0;
        let mut make = |parameters: String| {
            let service = "ServiceName=com.amazonaws.us-east-1.s3";
            bench.ok("CreateVpcEndpoint", &format!("VpcId={vpc}&{service}&{parameters}")).get("vpcEndpointId")
        };
        let gateway = make(format!("RouteTableId.1={table}"));
        let interface = make(format!("VpcEndpointType=Interface&SubnetId.1={subnet}"));
        let absent = "vpce-00000000000000001";
        let ids = format!("VpcEndpointId.1={gateway}&VpcEndpointId.2={absent}&VpcEndpointId.3={interface}");
        let answer = bench.ok("DeleteVpcEndpoints", &format!("{ids}&VpcEndpointId.4=x"));
        assert_eq!(answer.all("resourceId"), [absent, "x"], "IFE-20");
        assert_eq!(answer.all("code"), ["InvalidVpcEndpointId.NotFound", "InvalidVpcEndpointId.Malformed"]);
        assert!(region(&bench).vpc_endpoints.is_empty() && region(&bench).network_interfaces.is_empty());
        assert_eq!(bench.ok("DescribeRouteTables", "").0, before, "GWE-3");
        assert!(bench.ok("DeleteVpcEndpoints", "VpcEndpointId.1=vpce-00000000").has("<unsuccessful>"));
        assert_eq!(bench.refused("DeleteVpcEndpoints", ""), "MissingParameter");
    }

    #[test]
    fn a_group_of_an_endpoint_without_interfaces_is_held() {
        let mut bench = Bench::new();
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        let group = bench.ok("CreateSecurityGroup", "GroupName=g&GroupDescription=d").get("groupId");
        let service = "ServiceName=com.amazonaws.us-east-1.sts&VpcEndpointType=Interface";
        let made = bench.ok("CreateVpcEndpoint", &format!("VpcId={vpc}&{service}&SecurityGroupId.1={group}"));
        let group = format!("GroupId={group}");
        assert_eq!(bench.refused("DeleteSecurityGroup", &group), "DependencyViolation", "SG-68");
        bench.ok("DeleteVpcEndpoints", &format!("VpcEndpointId.1={}", made.get("vpcEndpointId")));
        bench.ok("DeleteSecurityGroup", &group);
    }
}
