//! `CreateSubnet`: a part of a VPC in one Availability Zone (VPC-4, VPC-5).

use ringwall_model::id::VpcId;
use ringwall_model::resource::{Tags, Vpc};
use ringwall_net::{Ipv4Prefix, Ipv6Prefix};
use serde::{Deserialize, Serialize};

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::block;
use crate::ec2::operation::region::{ZoneRef, find_zone, parse_zone, zones};
use crate::ec2::operation::subnet::{self, NewSubnet};
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::subnet::SubnetShape;
use crate::ec2::shape::tag::{self, TagSpecification};
use crate::ec2::shape::value::{ipv4_block, ipv6_block, refuse_switch};
use crate::error::ApiError;

/// The action.
pub struct CreateSubnet;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    vpc_id: String,
    cidr_block: Option<String>,
    ipv6_cidr_block: Option<String>,
    availability_zone: Option<String>,
    availability_zone_id: Option<String>,
    ipv6_native: Option<bool>,
    #[serde(default, rename = "TagSpecification")]
    tag_specifications: Vec<TagSpecification>,
}

/// What is asked.
pub struct Request {
    vpc: VpcId,
    ipv4: Ipv4Prefix,
    ipv6: Option<Ipv6Prefix>,
    zone: Option<ZoneRef>,
    tags: Tags,
}

/// Its answer.
#[derive(Debug, Serialize)]
pub struct Output {
    subnet: SubnetShape,
}

impl Action for CreateSubnet {
    const NAME: &'static str = "CreateSubnet";
    const UNBUILT: &'static [&'static str] =
        &["OutpostArn", "Ipv4IpamPoolId", "Ipv4NetmaskLength", "Ipv6IpamPoolId", "Ipv6NetmaskLength"];

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        refuse_switch("Ipv6Native", input.ipv6_native)?;
        let ipv4 = input.cidr_block.ok_or_else(|| missing_parameter("CidrBlock"))?;
        let ipv6 = input.ipv6_cidr_block.as_deref().map(|text| ipv6_block("ipv6CidrBlock", text));
        Ok(Request {
            vpc: parse(&input.vpc_id)?,
            ipv4: ipv4_block("cidrBlock", &ipv4)?,
            ipv6: ipv6.transpose()?,
            zone: parse_zone(input.availability_zone, input.availability_zone_id)?,
            tags: tag::parse(&input.tag_specifications, "subnet")?,
        })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let zone = match &request.zone {
            Some(zone) => find_zone(call.region, zone)?,
            None => zones(call.region).remove(0),
        };
        let region = call.state();
        let vpc = find::<Vpc>(&region, &request.vpc)?;
        block::check_subnet_ipv4(&region, &vpc, request.ipv4)?;
        if let Some(ipv6) = request.ipv6 {
            block::check_subnet_ipv6(&region, &vpc, ipv6)?;
        }
        let new = NewSubnet {
            vpc: vpc.id,
            zone: zone.name,
            ipv4: request.ipv4,
            ipv6: request.ipv6,
            default_for_zone: false,
            map_public_ip_on_launch: false,
            tags: request.tags,
        };
        let made = subnet::create(call, new)?;
        let owner = Owner { account: &call.settings.account, region: call.region };
        Ok(Output { subnet: SubnetShape::new(&made, owner, &call.state()) })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    fn vpc(bench: &mut Bench) -> String {
        bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId")
    }

    #[test]
    fn a_subnet_has_a_block_a_zone_and_the_default_acl() {
        let mut bench = Bench::new();
        let vpc = vpc(&mut bench);
        let tags =
            "TagSpecification.1.ResourceType=subnet&TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1.Value=b";
        let made = bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.1.9/24&{tags}"));
        for (name, value) in [
            ("cidrBlock", "10.0.1.0/24"),
            ("availableIpAddressCount", "251"),
            ("availabilityZone", "us-east-1a"),
            ("availabilityZoneId", "use1-az1"),
            ("defaultForAz", "false"),
            ("mapPublicIpOnLaunch", "false"),
            ("assignIpv6AddressOnCreation", "false"),
            ("hostnameType", "ip-name"),
            ("state", "available"),
            ("vpcId", vpc.as_str()),
        ] {
            assert_eq!(made.get(name), value, "VPC-2, VPC-20, VPC-23 {name}");
        }
        let id = made.get("subnetId");
        assert_eq!(made.get("subnetArn"), format!("arn:aws:ec2:us-east-1:000000000000:subnet/{id}"));
        assert!(made.has("<key>a</key><value>b</value>"));
        let region = bench.store.snapshot().region("us-east-1");
        let record = region.subnets.get(&id.parse().unwrap()).unwrap();
        assert!(region.network_acls.get(&record.network_acl).unwrap().is_default, "NACL-10");
        assert!(record.route_table.is_none(), "RT-11");
    }

    #[test]
    fn the_zone_can_be_named_by_name_or_id() {
        let mut bench = Bench::new();
        let vpc = vpc(&mut bench);
        for (number, zone) in ["AvailabilityZone=us-east-1c", "AvailabilityZoneId=use1-az3"].iter().enumerate() {
            let made = bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.{number}.0/24&{zone}"));
            assert_eq!(made.get("availabilityZone"), "us-east-1c", "VPC-26");
        }
        let elsewhere = format!("VpcId={vpc}&CidrBlock=10.0.9.0/24&AvailabilityZone=eu-west-1a");
        assert_eq!(bench.refused("CreateSubnet", &elsewhere), "InvalidParameterValue");
    }

    #[test]
    fn a_block_lies_in_the_vpc_and_beside_the_others() {
        let mut bench = Bench::new();
        let vpc = vpc(&mut bench);
        bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.1.0/24"));
        for (block, code) in [
            ("10.0.1.0/24", "InvalidSubnet.Conflict"),
            ("10.0.1.128/25", "InvalidSubnet.Conflict"),
            ("10.0.0.0/22", "InvalidSubnet.Conflict"),
            ("10.1.0.0/24", "InvalidSubnet.Range"),
            ("10.0.0.0/15", "InvalidSubnet.Range"),
            ("10.0.2.0/29", "InvalidSubnet.Range"),
            ("10.0.2.0", "InvalidParameterValue"),
        ] {
            let refused = bench.refused("CreateSubnet", &format!("VpcId={vpc}&CidrBlock={block}"));
            assert_eq!(refused, code, "VPC-1, VPC-3, VPC-4 {block}");
        }
        bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.2.0/28"));
        let other = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        bench.ok("CreateSubnet", &format!("VpcId={other}&CidrBlock=10.0.1.0/24"));
    }

    #[test]
    fn an_ipv6_block_is_a_part_of_the_vpcs() {
        let mut bench = Bench::new();
        let made = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16&AmazonProvidedIpv6CidrBlock=true");
        let (vpc, block) = (made.get("vpcId"), made.get("ipv6CidrBlock"));
        let first = block.replace("/56", "/64");
        let answer = bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.1.0/24&Ipv6CidrBlock={first}"));
        assert_eq!(answer.get("ipv6CidrBlock"), first);
        assert!(answer.get("associationId").starts_with("subnet-cidr-assoc-"));
        let mut refused = |ipv6: &str| {
            bench.refused("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.2.0/24&Ipv6CidrBlock={ipv6}"))
        };
        assert_eq!(refused(&first), "InvalidSubnet.Conflict");
        assert_eq!(refused(&block.replace("/56", "/60")), "InvalidSubnet.Conflict");
        assert_eq!(refused(&block.replace("/56", "/63")), "InvalidSubnet.Range", "VPC-8: steps of four");
        assert_eq!(refused(&block.replace("/56", "/80")), "InvalidSubnet.Range");
        assert_eq!(refused("2600:1f18::/64"), "InvalidSubnet.Range");
        assert_eq!(refused("10.0.0.0/24"), "InvalidParameterValue");
        let second = block.replace("::/56", ":10::/60").replace("00:10::", "10::");
        bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.2.0/24&Ipv6CidrBlock={second}"));
    }

    #[test]
    fn there_are_no_more_than_the_quota() {
        let mut bench = Bench::new();
        bench.settings.quotas.subnets_per_vpc = 3;
        let vpc = vpc(&mut bench);
        for number in 0..3 {
            bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.{number}.0/24"));
        }
        let refused = bench.refused("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.3.0/24"));
        assert_eq!(refused, "SubnetLimitExceeded", "VPC-14");
    }

    #[test]
    fn what_is_missing_unknown_or_unbuilt_is_refused() {
        let mut bench = Bench::new();
        let vpc = vpc(&mut bench);
        let mut refused = |parameters: &str| bench.refused("CreateSubnet", parameters);
        assert_eq!(refused("CidrBlock=10.0.1.0/24"), "MissingParameter");
        assert_eq!(refused(&format!("VpcId={vpc}")), "MissingParameter");
        assert_eq!(refused("VpcId=vpc-00000000&CidrBlock=10.0.1.0/24"), "InvalidVpcID.NotFound", "VPC-25");
        assert_eq!(refused(&format!("VpcId={vpc}&CidrBlock=10.0.1.0/24&OutpostArn=x")), "UnsupportedOperation");
        assert_eq!(refused(&format!("VpcId={vpc}&CidrBlock=10.0.1.0/24&Ipv6Native=true")), "UnsupportedOperation");
        bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.1.0/24&Ipv6Native=false"));
    }
}
