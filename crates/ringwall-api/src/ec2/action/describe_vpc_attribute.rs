//! `DescribeVpcAttribute`: one attribute of one VPC (VPC-22).

use ringwall_model::id::VpcId;
use ringwall_model::resource::Vpc;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::invalid_value;
use crate::ec2::id::{find, parse};
use crate::ec2::shape::value::AttributeShape;
use crate::error::ApiError;

/// The action.
pub struct DescribeVpcAttribute;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    vpc_id: String,
    attribute: String,
}

/// An attribute that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VpcAttribute {
    /// whether names resolve
    DnsSupport,
    /// whether instances get names
    DnsHostnames,
    /// whether network address usage is counted, which it never is here
    NetworkAddressUsageMetrics,
}

/// What is asked.
pub struct Request {
    vpc: VpcId,
    attribute: VpcAttribute,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    vpc_id: String,
    enable_dns_support: Option<AttributeShape<bool>>,
    enable_dns_hostnames: Option<AttributeShape<bool>>,
    enable_network_address_usage_metrics: Option<AttributeShape<bool>>,
}

impl Action for DescribeVpcAttribute {
    const NAME: &'static str = "DescribeVpcAttribute";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let attribute = match input.attribute.as_str() {
            "enableDnsSupport" => VpcAttribute::DnsSupport,
            "enableDnsHostnames" => VpcAttribute::DnsHostnames,
            "enableNetworkAddressUsageMetrics" => VpcAttribute::NetworkAddressUsageMetrics,
            other => return Err(invalid_value("attribute", other, "A VPC has no such attribute.")),
        };
        Ok(Request { vpc: parse(&input.vpc_id)?, attribute })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let vpc = find::<Vpc>(&call.state(), &request.vpc)?;
        let told = |attribute, value| (request.attribute == attribute).then_some(AttributeShape { value });
        Ok(Output {
            vpc_id: vpc.id.to_string(),
            enable_dns_support: told(VpcAttribute::DnsSupport, vpc.enable_dns_support),
            enable_dns_hostnames: told(VpcAttribute::DnsHostnames, vpc.enable_dns_hostnames),
            enable_network_address_usage_metrics: told(VpcAttribute::NetworkAddressUsageMetrics, false),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    fn told(bench: &mut Bench, vpc: &str, attribute: &str) -> String {
        let answer = bench.ok("DescribeVpcAttribute", &format!("VpcId={vpc}&Attribute={attribute}"));
        assert_eq!(answer.all("value").len(), 1, "{}", answer.0);
        answer.get(attribute)
    }

    #[test]
    fn new_vpcs_resolve_names_and_default_ones_give_them_too() {
        let mut bench = Bench::new();
        let own = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let default = bench.ok("DescribeVpcs", "Filter.1.Name=is-default&Filter.1.Value.1=true").get("vpcId");
        for (vpc, attribute, value) in [
            (&own, "enableDnsSupport", "true"),
            (&own, "enableDnsHostnames", "false"),
            (&own, "enableNetworkAddressUsageMetrics", "false"),
            (&default, "enableDnsSupport", "true"),
            (&default, "enableDnsHostnames", "true"),
        ] {
            assert_eq!(told(&mut bench, vpc, attribute), format!("<value>{value}</value>"), "VPC-23 {attribute}");
        }
    }

    #[test]
    fn the_attribute_and_the_vpc_have_to_be_known() {
        let mut bench = Bench::new();
        let own = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let mut refused = |parameters: &str| bench.refused("DescribeVpcAttribute", parameters);
        assert_eq!(refused(&format!("VpcId={own}&Attribute=EnableDnsSupport")), "InvalidParameterValue");
        assert_eq!(refused(&format!("VpcId={own}")), "MissingParameter");
        assert_eq!(refused("VpcId=vpc-00000000&Attribute=enableDnsSupport"), "InvalidVpcID.NotFound");
        assert_eq!(refused("VpcId=vpc-x&Attribute=enableDnsSupport"), "InvalidVpcID.Malformed");
    }
}
