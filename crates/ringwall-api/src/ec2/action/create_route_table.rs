//! `CreateRouteTable`: a table with the local routes of the VPC's blocks (RT-6).

use ringwall_model::id::VpcId;
use ringwall_model::resource::{Tags, Vpc};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::route_table;
use crate::ec2::shape::route_table::RouteTableShape;
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::tag::{self, TagSpecification};
use crate::error::ApiError;

/// The action.
pub struct CreateRouteTable;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    vpc_id: String,
    client_token: Option<String>,
    #[serde(default, rename = "TagSpecification")]
    tag_specifications: Vec<TagSpecification>,
}

/// What is asked.
pub struct Request {
    vpc: VpcId,
    client_token: Option<String>,
    tags: Tags,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    route_table: RouteTableShape,
    client_token: Option<String>,
}

impl Action for CreateRouteTable {
    const NAME: &'static str = "CreateRouteTable";
    const TAKES_TOKEN: bool = true;

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let tags = tag::parse(&input.tag_specifications, "route-table")?;
        Ok(Request { vpc: parse(&input.vpc_id)?, client_token: input.client_token, tags })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let vpc = find::<Vpc>(&call.state(), &request.vpc)?;
        let table = route_table::create(call, vpc.id, request.tags)?;
        let owner = Owner { account: &call.settings.account, region: call.region };
        let shape = RouteTableShape::new(&table, owner, &call.state());
        Ok(Output { route_table: shape, client_token: request.client_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn a_table_has_a_local_route_for_each_block_of_the_vpc() {
        let mut bench = Bench::new();
        let made = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16&AmazonProvidedIpv6CidrBlock=true");
        let (vpc, block) = (made.get("vpcId"), made.get("ipv6CidrBlock"));
        let tags = "TagSpecification.1.ResourceType=route-table&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v";
        let table = bench.ok("CreateRouteTable", &format!("VpcId={vpc}&{tags}"));
        assert_eq!(table.get("destinationCidrBlock"), "10.0.0.0/16", "RT-6");
        assert_eq!(table.get("destinationIpv6CidrBlock"), block, "RT-6");
        assert_eq!(table.all("gatewayId"), ["local", "local"]);
        assert_eq!(table.all("origin"), ["CreateRouteTable", "CreateRouteTable"], "RT-27");
        assert_eq!(table.all("state"), ["active", "active"]);
        assert!(table.has("<associationSet/>") && table.has("<key>k</key><value>v</value>"), "{}", table.0);
        assert!(!table.has("clientToken"), "API-9");
    }

    #[test]
    fn the_same_token_makes_no_second_table() {
        let mut bench = Bench::new();
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let parameters = format!("VpcId={vpc}&ClientToken=once");
        let first = bench.ok("CreateRouteTable", &parameters);
        assert_eq!(first.get("clientToken"), "once");
        assert_eq!(bench.ok("CreateRouteTable", &parameters).get("routeTableId"), first.get("routeTableId"), "API-31");
        let other = bench.ok("CreateVpc", "CidrBlock=10.1.0.0/16").get("vpcId");
        let mismatch = bench.refused("CreateRouteTable", &format!("VpcId={other}&ClientToken=once"));
        assert_eq!(mismatch, "IdempotentParameterMismatch", "API-31");
        let second = bench.ok("CreateRouteTable", &format!("VpcId={vpc}&ClientToken=twice"));
        assert!(second.get("routeTableId") != first.get("routeTableId"));
    }

    #[test]
    fn there_are_no_more_than_the_quota() {
        let mut bench = Bench::new();
        bench.settings.quotas.route_tables_per_vpc = 2;
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        bench.ok("CreateRouteTable", &format!("VpcId={vpc}"));
        let refused = bench.refused("CreateRouteTable", &format!("VpcId={vpc}"));
        assert_eq!(refused, "RouteTableLimitExceeded", "RT-36");
        assert_eq!(bench.refused("CreateRouteTable", "VpcId=vpc-00000000"), "InvalidVpcID.NotFound");
    }
}
