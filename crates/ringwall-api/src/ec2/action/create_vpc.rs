//! `CreateVpc`: an address space of one's own (VPC-1 to VPC-3, VPC-15).

use ringwall_model::resource::Tags;
use ringwall_net::Ipv4Prefix;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::{Code, invalid_value};
use crate::ec2::operation::block;
use crate::ec2::operation::vpc::{self, NewVpc};
use crate::ec2::shape::tag::{self, TagSpecification};
use crate::ec2::shape::value::ipv4_block;
use crate::ec2::shape::vpc::VpcShape;
use crate::error::ApiError;

/// The action.
pub struct CreateVpc;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    cidr_block: Option<String>,
    amazon_provided_ipv6_cidr_block: Option<bool>,
    instance_tenancy: Option<String>,
    #[serde(default, rename = "TagSpecification")]
    tag_specifications: Vec<TagSpecification>,
}

/// What is asked.
pub struct Request {
    ipv4: Ipv4Prefix,
    wants_ipv6: bool,
    tags: Tags,
}

/// Its answer.
#[derive(Debug, Serialize)]
pub struct Output {
    vpc: VpcShape,
}

impl Action for CreateVpc {
    const NAME: &'static str = "CreateVpc";
    const UNBUILT: &'static [&'static str] = &[
        "Ipv6Pool",
        "Ipv6CidrBlock",
        "Ipv4IpamPoolId",
        "Ipv4NetmaskLength",
        "Ipv6IpamPoolId",
        "Ipv6NetmaskLength",
        "Ipv6CidrBlockNetworkBorderGroup",
        "VpcEncryptionControl",
    ];

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let text = input.cidr_block.ok_or_else(|| crate::action::missing_parameter("CidrBlock"))?;
        let ipv4 = ipv4_block("cidrBlock", &text)?;
        block::check_size(ipv4, Code::InvalidVpcRange)?;
        match input.instance_tenancy.as_deref() {
            None | Some("default") => {}
            Some("dedicated") => {
                return Err(Code::UnsupportedOperation.with("InstanceTenancy=dedicated is not supported by Ringwall."));
            }
            Some(other) => return Err(invalid_value("instanceTenancy", other, "Expected default.")),
        }
        let tags = tag::parse(&input.tag_specifications, "vpc")?;
        Ok(Request { ipv4, wants_ipv6: input.amazon_provided_ipv6_cidr_block.unwrap_or(false), tags })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let ipv6 = if request.wants_ipv6 { Some(block::new_ipv6_block(call)?) } else { None };
        let new = NewVpc { ipv4: request.ipv4, ipv6, is_default: false, tags: request.tags };
        let vpc = vpc::create(call, new)?;
        let shape = VpcShape::new(&vpc, "pending", &call.settings.account, call.region, &call.state());
        Ok(Output { vpc: shape })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn a_vpc_comes_with_a_main_table_a_default_acl_and_a_default_group() {
        let mut bench = Bench::new();
        let answer = bench.ok("CreateVpc", "CidrBlock=100.68.0.18/18&TagSpecification.1.ResourceType=vpc&TagSpecification.1.Tag.1.Key=Name&TagSpecification.1.Tag.1.Value=x");
        assert_eq!((answer.get("cidrBlock").as_str(), answer.get("state").as_str()), ("100.68.0.0/18", "pending"));
        assert!(answer.has("<key>Name</key><value>x</value>"));
        let id = answer.get("vpcId");
        let region = bench.store.snapshot().region("us-east-1");
        assert!(region.route_tables.iter().any(|table| table.vpc.to_string() == id && table.main.is_some()));
        assert!(region.network_acls.iter().any(|acl| acl.vpc.to_string() == id && acl.is_default));
        assert!(region.security_groups.iter().any(|group| group.vpc.to_string() == id && group.name == "default"));
    }

    #[test]
    fn an_ipv6_block_is_given_from_the_pool_and_only_once() {
        let mut bench = Bench::new();
        let mut block = || {
            let answer = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16&AmazonProvidedIpv6CidrBlock=true");
            answer.get("ipv6CidrBlock")
        };
        let (one, other) = (block(), block());
        assert!(one.ends_with("::/56") && other.ends_with("::/56") && one != other, "{one} {other}");
    }

    #[test]
    fn what_is_no_block_or_of_the_wrong_size_is_refused() {
        let mut bench = Bench::new();
        assert_eq!(bench.refused("CreateVpc", "CidrBlock=10.0.0.0/8"), "InvalidVpc.Range");
        assert_eq!(bench.refused("CreateVpc", "CidrBlock=10.0.0.0/29"), "InvalidVpc.Range");
        assert_eq!(bench.refused("CreateVpc", "CidrBlock=nonsense"), "InvalidParameterValue");
        assert_eq!(bench.refused("CreateVpc", ""), "MissingParameter");
    }

    #[test]
    fn parameters_without_effect_and_unknown_ones_are_refused_by_name() {
        let mut bench = Bench::new();
        let error = bench.call("CreateVpc", "CidrBlock=10.0.0.0/16&Ipv4IpamPoolId=x").unwrap_err();
        assert_eq!(error.code, "UnsupportedOperation");
        assert!(error.message.contains("Ipv4IpamPoolId"), "{error}");
        assert_eq!(bench.refused("CreateVpc", "CidrBlock=10.0.0.0/16&Frob=x"), "UnknownParameter");
        assert_eq!(
            bench.refused("CreateVpc", "CidrBlock=10.0.0.0/16&InstanceTenancy=dedicated"),
            "UnsupportedOperation"
        );
    }

    #[test]
    fn a_dry_run_changes_nothing() {
        let mut bench = Bench::new();
        assert_eq!(bench.refused("CreateVpc", "CidrBlock=10.0.0.0/16&DryRun=true"), "DryRunOperation");
        assert_eq!(bench.refused("CreateVpc", "CidrBlock=bad&DryRun=true"), "InvalidParameterValue");
        assert_eq!(bench.store.snapshot().regions.len(), 0);
    }

    #[test]
    fn there_are_no_more_than_the_quota() {
        let mut bench = Bench::new();
        bench.settings.quotas.vpcs = 2;
        bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16");
        assert_eq!(bench.refused("CreateVpc", "CidrBlock=10.0.0.0/16"), "VpcLimitExceeded");
    }
}
