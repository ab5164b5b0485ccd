//! `ModifyVpcAttribute`: one attribute per call (VPC-21).

use std::sync::Arc;

use ringwall_model::id::VpcId;
use ringwall_model::resource::Vpc;
use serde::Deserialize;

use crate::action::{Action, unbuilt_parameter};
use crate::call::Call;
use crate::ec2::error::combination;
use crate::ec2::id::{find, parse};
use crate::ec2::shape::Done;
use crate::ec2::shape::value::{Attribute, one_attribute};
use crate::error::ApiError;

/// The action.
pub struct ModifyVpcAttribute;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    vpc_id: String,
    enable_dns_support: Option<Attribute<bool>>,
    enable_dns_hostnames: Option<Attribute<bool>>,
    enable_network_address_usage_metrics: Option<Attribute<bool>>,
}

/// The attribute that is to change.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// whether names resolve
    DnsSupport(bool),
    /// whether instances get names
    DnsHostnames(bool),
    /// what is so already
    Nothing,
}

/// What is asked.
pub struct Request {
    vpc: VpcId,
    change: Change,
}

impl Action for ModifyVpcAttribute {
    const NAME: &'static str = "ModifyVpcAttribute";

    type Input = Input;
    type Request = Request;
    type Output = Done;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let metrics = input.enable_network_address_usage_metrics;
        if metrics.as_ref().is_some_and(|attribute| attribute.value) {
            return Err(unbuilt_parameter("EnableNetworkAddressUsageMetrics"));
        }
        let change = one_attribute(vec![
            ("enableDnsSupport", input.enable_dns_support.map(|attribute| Change::DnsSupport(attribute.value))),
            ("enableDnsHostnames", input.enable_dns_hostnames.map(|attribute| Change::DnsHostnames(attribute.value))),
            ("enableNetworkAddressUsageMetrics", metrics.map(|_| Change::Nothing)),
        ])?;
        Ok(Request { vpc: parse(&input.vpc_id)?, change })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let mut vpc = Arc::unwrap_or_clone(find::<Vpc>(&call.state(), &request.vpc)?);
        match request.change {
            Change::DnsSupport(value) => vpc.enable_dns_support = value,
            Change::DnsHostnames(true) if !vpc.enable_dns_support => {
                return Err(combination("DNS hostnames need DNS support, which the VPC has disabled"));
            }
            Change::DnsHostnames(value) => vpc.enable_dns_hostnames = value,
            Change::Nothing => return Ok(Done::OK),
        }
        call.put(vpc);
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    fn vpc(bench: &mut Bench) -> String {
        bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId")
    }

    #[test]
    fn attributes_change_one_by_one() {
        let mut bench = Bench::new();
        let vpc = vpc(&mut bench);
        for (parameter, attribute, value) in [
            ("EnableDnsHostnames", "enableDnsHostnames", true),
            ("EnableDnsHostnames", "enableDnsHostnames", false),
            ("EnableDnsSupport", "enableDnsSupport", false),
            ("EnableDnsSupport", "enableDnsSupport", true),
            ("EnableNetworkAddressUsageMetrics", "enableNetworkAddressUsageMetrics", false),
        ] {
            bench.ok("ModifyVpcAttribute", &format!("VpcId={vpc}&{parameter}.Value={value}"));
            let told = bench.ok("DescribeVpcAttribute", &format!("VpcId={vpc}&Attribute={attribute}")).get("value");
            assert_eq!(told, value.to_string(), "{parameter}");
        }
    }

    #[test]
    fn two_attributes_or_none_are_refused() {
        let mut bench = Bench::new();
        let vpc = vpc(&mut bench);
        let both = format!("VpcId={vpc}&EnableDnsSupport.Value=true&EnableDnsHostnames.Value=true");
        let error = bench.call("ModifyVpcAttribute", &both).unwrap_err();
        assert_eq!(error.code, "InvalidParameterCombination");
        assert!(error.message.contains("enableDnsSupport, enableDnsHostnames"), "{error}");
        let none = bench.refused("ModifyVpcAttribute", &format!("VpcId={vpc}"));
        assert_eq!(none, "InvalidParameterCombination");
    }

    #[test]
    fn hostnames_need_support() {
        let mut bench = Bench::new();
        let vpc = vpc(&mut bench);
        bench.ok("ModifyVpcAttribute", &format!("VpcId={vpc}&EnableDnsSupport.Value=false"));
        let refused = bench.refused("ModifyVpcAttribute", &format!("VpcId={vpc}&EnableDnsHostnames.Value=true"));
        assert_eq!(refused, "InvalidParameterCombination");
    }

    #[test]
    fn what_is_not_counted_cannot_be_switched_on() {
        let mut bench = Bench::new();
        let vpc = vpc(&mut bench);
        let refused =
            bench.refused("ModifyVpcAttribute", &format!("VpcId={vpc}&EnableNetworkAddressUsageMetrics.Value=true"));
        assert_eq!(refused, "UnsupportedOperation");
        let absent = bench.refused("ModifyVpcAttribute", "VpcId=vpc-00000000&EnableDnsSupport.Value=true");
        assert_eq!(absent, "InvalidVpcID.NotFound");
    }
}
