//! `DescribeRouteTables` (RT-37, RT-39).

use ringwall_model::id::RouteTableId;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Paging, page, refuse_ids_with_paging, select};
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::shape::route_table::RouteTableShape;
use crate::ec2::shape::security_group::Owner;
use crate::error::ApiError;

/// The action.
pub struct DescribeRouteTables;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "RouteTableId")]
    route_table_ids: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    ids: Vec<RouteTableId>,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    route_table_set: Vec<RouteTableShape>,
    next_token: Option<String>,
}

impl Action for DescribeRouteTables {
    const NAME: &'static str = "DescribeRouteTables";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.route_table_ids, "routeTableIds", &paging)?;
        Ok(Request { ids: parse_all(&input.route_table_ids)?, filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let all = match request.ids.as_slice() {
            [] => region.route_tables.iter().cloned().collect(),
            ids => find_all(&region, ids)?,
        };
        let owner = Owner { account: &call.settings.account, region: call.region };
        let selected = select(all, &request.filters, &(owner, &*region))?;
        let page = page(selected, &request.paging, (5, 100), |table| table.id.to_string())?;
        let shapes = page.items.iter().map(|table| RouteTableShape::new(table, owner, &region));
        Ok(Output { route_table_set: shapes.collect(), next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::fixture;

    fn ids(bench: &mut Bench, parameters: &str) -> Vec<String> {
        let answer = bench.ok("DescribeRouteTables", parameters);
        let mut ids = answer.all("routeTableId");
        ids.dedup();
        ids
    }

    #[test]
    fn the_main_association_is_listed_and_implicit_ones_are_not() {
        let mut bench = Bench::new();
        let answer = bench.ok("DescribeRouteTables", "");
        assert_eq!(answer.all("main"), ["true"]);
        assert!(!answer.has("subnetId"), "RT-11: {}", answer.0);
        assert!(answer.get("routeTableAssociationId").starts_with("rtbassoc-"));
        assert!(answer.has("<associationState><state>associated</state></associationState>"));
        assert_eq!(answer.get("ownerId"), "000000000000");
    }

    #[test]
    fn every_filter_selects() {
        let mut bench = Bench::new();
        let made = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16&AmazonProvidedIpv6CidrBlock=true");
        let (vpc, ipv6) = (made.get("vpcId"), made.get("ipv6CidrBlock"));
        let subnet = bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.1.0/24")).get("subnetId");
        let tags = "TagSpecification.1.ResourceType=route-table&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v";
        let table = bench.ok("CreateRouteTable", &format!("VpcId={vpc}&{tags}")).get("routeTableId");
        let association = bench.ok("AssociateRouteTable", &format!("RouteTableId={table}&SubnetId={subnet}"));
        let association = association.get("associationId");
        let (instance, interfaces) = fixture::instance(&mut bench, &subnet, 1);
        let gateway =
            bench.ok("CreateEgressOnlyInternetGateway", &format!("VpcId={vpc}")).get("egressOnlyInternetGatewayId");
        for route in [
            format!("DestinationCidrBlock=192.168.0.0/16&NetworkInterfaceId={}", interfaces[0]),
            format!("DestinationIpv6CidrBlock=::/0&EgressOnlyInternetGatewayId={gateway}"),
        ] {
            bench.ok("CreateRoute", &format!("RouteTableId={table}&{route}"));
        }
        let instance = instance.to_string();
        for (name, value) in [
            ("association.main", "false"),
            ("association.route-table-association-id", &association),
            ("association.subnet-id", &subnet),
            ("route-table-id", &table),
            ("route.destination-cidr-block", "192.168.0.0/16"),
            ("route.destination-ipv6-cidr-block", "::/0"),
            ("route.egress-only-internet-gateway-id", &gateway),
            ("route.instance-id", &instance),
            ("tag:k", "v"),
        ] {
            let filter = format!("Filter.1.Name={name}&Filter.1.Value.1={value}");
            assert_eq!(ids(&mut bench, &filter), std::slice::from_ref(&table), "RT-39 {name}");
        }
        for (name, value, number) in [
            ("association.main", "true", 2),
            ("association.route-table-id", &*table, 1),
            ("route.destination-ipv6-cidr-block", &ipv6, 2),
            ("route.gateway-id", "local", 3),
            ("route.gateway-id", "igw-*", 1),
            ("route.origin", "CreateRoute", 2),
            ("route.state", "blackhole", 0),
            ("route.nat-gateway-id", "*", 0),
            ("association.gateway-id", "*", 0),
            ("owner-id", "000000000000", 3),
            ("vpc-id", &vpc, 2),
        ] {
            let filter = format!("Filter.1.Name={name}&Filter.1.Value.1={value}");
            assert_eq!(ids(&mut bench, &filter).len(), number, "RT-39 {name}");
        }
        let unknown = bench.refused("DescribeRouteTables", "Filter.1.Name=main&Filter.1.Value.1=true");
        assert_eq!(unknown, "InvalidParameterValue", "API-24");
    }

    #[test]
    fn pages_hold_a_hundred_at_most() {
        let mut bench = Bench::new();
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        for _ in 0..6 {
            bench.ok("CreateRouteTable", &format!("VpcId={vpc}"));
        }
        let first = bench.ok("DescribeRouteTables", "MaxResults=5");
        let rest = bench.ok("DescribeRouteTables", &format!("MaxResults=5&NextToken={}", first.get("nextToken")));
        assert_eq!((first.all("vpcId").len(), rest.all("vpcId").len()), (5, 2));
        assert_eq!(bench.refused("DescribeRouteTables", "MaxResults=101"), "InvalidParameterValue");
        let absent = bench.refused("DescribeRouteTables", "RouteTableId.1=rtb-00000000");
        assert_eq!(absent, "InvalidRouteTableID.NotFound", "RT-40");
    }
}
