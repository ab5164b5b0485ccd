//! `DescribeSubnets` (VPC-20).

use ringwall_model::id::SubnetId;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Paging, page, refuse_ids_with_paging, select};
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::subnet::SubnetShape;
use crate::error::ApiError;

/// The action.
pub struct DescribeSubnets;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "SubnetId")]
    subnet_ids: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    ids: Vec<SubnetId>,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    subnet_set: Vec<SubnetShape>,
    next_token: Option<String>,
}

impl Action for DescribeSubnets {
    const NAME: &'static str = "DescribeSubnets";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.subnet_ids, "subnetIds", &paging)?;
        Ok(Request { ids: parse_all(&input.subnet_ids)?, filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let all = match request.ids.as_slice() {
            [] => region.subnets.iter().cloned().collect(),
            ids => find_all(&region, ids)?,
        };
        let owner = Owner { account: &call.settings.account, region: call.region };
        let selected = select(all, &request.filters, &(owner, &*region))?;
        let page = page(selected, &request.paging, (5, 1000), |subnet| subnet.id.to_string())?;
        let shapes = page.items.iter().map(|subnet| SubnetShape::new(subnet, owner, &region));
        Ok(Output { subnet_set: shapes.collect(), next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::fixture;

    fn ids(bench: &mut Bench, parameters: &str) -> Vec<String> {
        bench.ok("DescribeSubnets", parameters).all("subnetId")
    }

    #[test]
    fn every_filter_selects() {
        let mut bench = Bench::new();
        let made = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16&AmazonProvidedIpv6CidrBlock=true");
        let (vpc, block) = (made.get("vpcId"), made.get("ipv6CidrBlock").replace("/56", "/64"));
        let tags =
            "TagSpecification.1.ResourceType=subnet&TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1.Value=b";
        let made = bench.ok(
            "CreateSubnet",
            &format!("VpcId={vpc}&CidrBlock=10.0.1.0/28&Ipv6CidrBlock={block}&AvailabilityZone=us-east-1b&{tags}"),
        );
        let id = made.get("subnetId");
        let association = made.get("associationId");
        bench.ok("ModifySubnetAttribute", &format!("SubnetId={id}&PrivateDnsHostnameTypeOnLaunch=resource-name"));
        let arn = format!("arn:aws:ec2:us-east-1:000000000000:subnet/{id}");
        for (name, value) in [
            ("available-ip-address-count", "11"),
            ("cidr", "10.0.1.0/28"),
            ("cidr-block", "10.0.1.*"),
            ("cidrBlock", "10.0.1.0/28"),
            ("default-for-az", "false"),
            ("defaultForAz", "false"),
            ("ipv6-cidr-block-association.association-id", &association),
            ("ipv6-cidr-block-association.ipv6-cidr-block", &block),
            ("ipv6-cidr-block-association.state", "associated"),
            ("map-public-ip-on-launch", "false"),
            ("private-dns-name-options-on-launch.hostname-type", "resource-name"),
            ("subnet-arn", &arn),
            ("subnet-id", &id),
            ("vpc-id", &vpc),
            ("tag:a", "b"),
            ("tag-key", "a"),
        ] {
            let filter = format!("Filter.1.Name={name}&Filter.1.Value.1={value}");
            assert_eq!(ids(&mut bench, &filter), std::slice::from_ref(&id), "{name}");
        }
        for (name, value, number) in [
            ("availability-zone", "us-east-1b", 2),
            ("availabilityZone", "us-east-1b", 2),
            ("availability-zone-id", "use1-az2", 2),
            ("availabilityZoneId", "use1-az2", 2),
            ("state", "available", 4),
            ("state", "pending", 0),
            ("owner-id", "000000000000", 4),
            ("ipv6-native", "false", 4),
            ("enable-dns64", "false", 4),
            ("map-customer-owned-ip-on-launch", "false", 4),
            ("private-dns-name-options-on-launch.enable-resource-name-dns-a-record", "false", 4),
            ("private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record", "true", 0),
            ("outpost-arn", "*", 0),
        ] {
            let filter = format!("Filter.1.Name={name}&Filter.1.Value.1={value}");
            assert_eq!(ids(&mut bench, &filter).len(), number, "{name}");
        }
        assert_eq!(bench.refused("DescribeSubnets", "Filter.1.Name=zone&Filter.1.Value.1=x"), "InvalidParameterValue");
    }

    #[test]
    fn ids_are_all_there_or_none_is_told() {
        let mut bench = Bench::new();
        let all = ids(&mut bench, "");
        assert_eq!(ids(&mut bench, &format!("SubnetId.1={}", all[1])), [all[1].clone()]);
        let mixed = format!("SubnetId.1={}&SubnetId.2=subnet-00000000", all[1]);
        assert_eq!(bench.refused("DescribeSubnets", &mixed), "InvalidSubnetID.NotFound", "API-22");
        let paged = format!("SubnetId.1={}&MaxResults=5", all[1]);
        assert_eq!(bench.refused("DescribeSubnets", &paged), "InvalidParameterCombination", "API-26");
    }

    #[test]
    fn pages_go_through_all() {
        let mut bench = Bench::new();
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        for number in 0..4 {
            bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.{number}.0/24"));
        }
        let first = bench.ok("DescribeSubnets", "MaxResults=5");
        let rest = bench.ok("DescribeSubnets", &format!("MaxResults=5&NextToken={}", first.get("nextToken")));
        assert_eq!((first.all("subnetId").len(), rest.all("subnetId").len()), (5, 2));
        assert!(!rest.has("nextToken"));
        assert_eq!(bench.refused("DescribeSubnets", "MaxResults=4"), "InvalidParameterValue", "API-27");
    }

    #[test]
    fn addresses_of_interfaces_are_not_available() {
        let mut bench = Bench::new();
        let id = ids(&mut bench, "").remove(0);
        let count =
            |bench: &mut Bench| bench.ok("DescribeSubnets", &format!("SubnetId.1={id}")).get("availableIpAddressCount");
        assert_eq!(count(&mut bench), "4091", "VPC-10");
        fixture::interface(&mut bench, &id);
        assert_eq!(count(&mut bench), "4090", "VPC-10");
    }
}
