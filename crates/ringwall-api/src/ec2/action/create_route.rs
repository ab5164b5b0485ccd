//! `CreateRoute`: one destination, one target (RT-18 to RT-21, RT-25, RT-29, RT-36).

use std::sync::Arc;

use ringwall_model::id::RouteTableId;
use ringwall_model::resource::route_table::RouteRecord;
use ringwall_model::resource::{RouteTable, Vpc};
use ringwall_model::world::RouteDestination;
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::route::{
    DestinationInput, Place, Target, TargetInput, UNBUILT_TARGETS, check_destination, check_target, name, place,
    resolve,
};
use crate::ec2::operation::route_table::check_quota;
use crate::ec2::shape::Done;
use crate::error::ApiError;

/// The action.
pub struct CreateRoute;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    route_table_id: String,
    destination_cidr_block: Option<String>,
    destination_ipv6_cidr_block: Option<String>,
    destination_prefix_list_id: Option<String>,
    gateway_id: Option<String>,
    egress_only_internet_gateway_id: Option<String>,
    nat_gateway_id: Option<String>,
    network_interface_id: Option<String>,
    instance_id: Option<String>,
}

/// What is asked.
pub struct Request {
    table: RouteTableId,
    destination: RouteDestination,
    target: Target,
}

impl Action for CreateRoute {
    const NAME: &'static str = "CreateRoute";
    const UNBUILT: &'static [&'static str] = UNBUILT_TARGETS;

    type Input = Input;
    type Request = Request;
    type Output = Done;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let destination = DestinationInput {
            cidr_block: input.destination_cidr_block,
            ipv6_cidr_block: input.destination_ipv6_cidr_block,
            prefix_list_id: input.destination_prefix_list_id,
        };
        let target = TargetInput {
            gateway_id: input.gateway_id,
            egress_only_internet_gateway_id: input.egress_only_internet_gateway_id,
            nat_gateway_id: input.nat_gateway_id,
            network_interface_id: input.network_interface_id,
            instance_id: input.instance_id,
            local_target: None,
        };
        Ok(Request { table: parse(&input.route_table_id)?, destination: destination.parse()?, target: target.parse()? })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let Request { table, destination, target } = request;
        let region = call.state();
        let mut table = Arc::unwrap_or_clone(find::<RouteTable>(&region, &table)?);
        let vpc = find::<Vpc>(&region, &table.vpc)?;
        let place = place(&vpc, destination);
        check_target(place, target)?;
        let is_known = table.routes.iter().any(|route| route.destination == destination);
        if is_known || matches!(place, Place::Local(_)) {
            let message = format!("The route identified by {} already exists.", name(destination));
            return Err(Code::RouteAlreadyExists.with(message));
        }
        check_destination(&region, &vpc, destination)?;
        let target = resolve(&region, &table, destination, target)?;
        table.routes.push(RouteRecord { destination, target });
        check_quota(call, &table)?;
        call.put(table);
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use ringwall_model::id::{PrefixListId, ResourceId};
    use ringwall_model::resource::PrefixList;

    use crate::bench::Bench;
    use crate::ec2::fixture;

    struct Place {
        bench: Bench,
        vpc: String,
        subnet: String,
        table: String,
        gateway: String,
    }

    fn build() -> Place {
        let mut bench = Bench::new();
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16&AmazonProvidedIpv6CidrBlock=true").get("vpcId");
        let subnet = bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.1.0/24")).get("subnetId");
        let table = bench.ok("CreateRouteTable", &format!("VpcId={vpc}")).get("routeTableId");
        let gateway = bench.ok("CreateInternetGateway", "").get("internetGatewayId");
        bench.ok("AttachInternetGateway", &format!("InternetGatewayId={gateway}&VpcId={vpc}"));
        Place { bench, vpc, subnet, table, gateway }
    }

    impl Place {
        fn create(&mut self, parameters: &str) -> Result<(), String> {
            let parameters = format!("RouteTableId={}&{parameters}", self.table);
            self.bench.call("CreateRoute", &parameters).map(drop).map_err(|error| error.code.into_owned())
        }

        fn told(&mut self) -> crate::bench::Answer {
            self.bench.ok("DescribeRouteTables", &format!("RouteTableId.1={}", self.table))
        }
    }

    fn refused(code: &str) -> Result<(), String> {
        Err(code.to_owned())
    }

    #[test]
    fn a_route_leads_to_an_internet_gateway() {
        let mut place = build();
        let gateway = place.gateway.clone();
        place.create(&format!("DestinationCidrBlock=0.0.0.0/0&GatewayId={gateway}")).unwrap();
        place.create(&format!("DestinationIpv6CidrBlock=::/0&GatewayId={gateway}")).unwrap();
        place.create(&format!("DestinationCidrBlock=100.68.0.18/18&GatewayId={gateway}")).unwrap();
        let told = place.told();
        assert_eq!(told.all("destinationCidrBlock"), ["10.0.0.0/16", "0.0.0.0/0", "100.68.0.0/18"], "RT-25");
        assert!(
            told.has(&format!("<destinationIpv6CidrBlock>::/0</destinationIpv6CidrBlock><gatewayId>{gateway}</gatewayId><state>active</state><origin>CreateRoute</origin>")),
            "RT-37: {}",
            told.0
        );
    }

    #[test]
    fn a_route_leads_to_a_nat_gateway_of_the_vpc() {
        let mut place = build();
        let private = |subnet: &str| format!("SubnetId={subnet}&ConnectivityType=private");
        let gateway = place.bench.ok("CreateNatGateway", &private(&place.subnet)).get("natGatewayId");
        place.create(&format!("DestinationCidrBlock=0.0.0.0/0&NatGatewayId={gateway}")).unwrap();
        assert!(place.told().has(&format!("<natGatewayId>{gateway}</natGatewayId><state>active</state>")), "RT-37");
        // RT-8: also for a part of the VPC
        place.create(&format!("DestinationCidrBlock=10.0.1.0/24&NatGatewayId={gateway}")).unwrap();
        let nat64 = format!("DestinationIpv6CidrBlock=64:ff9b::/96&NatGatewayId={gateway}");
        assert_eq!(place.create(&nat64), refused("UnsupportedOperation"), "NAT-19");
        let elsewhere = crate::ec2::scene::subnet(&mut place.bench, 'a').to_string();
        let other = place.bench.ok("CreateNatGateway", &private(&elsewhere)).get("natGatewayId");
        let foreign = format!("DestinationCidrBlock=192.0.2.0/24&NatGatewayId={other}");
        assert_eq!(place.create(&foreign), refused("InvalidNatGatewayID.NotFound"), "RT-29");
        let absent = "DestinationCidrBlock=192.0.2.0/24&NatGatewayId=nat-00000000";
        assert_eq!(place.create(absent), refused("InvalidNatGatewayID.NotFound"), "NAT-28");
        let interface = format!("Filter.1.Name=subnet-id&Filter.1.Value.1={}", place.subnet);
        let interface = place.bench.ok("DescribeNetworkInterfaces", &interface).get("networkInterfaceId");
        let direct = format!("DestinationCidrBlock=192.0.2.0/24&NetworkInterfaceId={interface}");
        assert_eq!(place.create(&direct), refused("InvalidParameterValue"), "ENI-11");
    }

    #[test]
    fn a_destination_has_one_route() {
        let mut place = build();
        let route = format!("DestinationCidrBlock=0.0.0.0/0&GatewayId={}", place.gateway);
        place.create(&route).unwrap();
        assert_eq!(place.create(&route), refused("RouteAlreadyExists"), "RT-20");
        let interface = fixture::interface(&mut place.bench, &place.subnet.clone());
        let local = format!("DestinationCidrBlock=10.0.0.0/16&NetworkInterfaceId={interface}");
        assert_eq!(place.create(&local), refused("RouteAlreadyExists"), "RT-6");
    }

    #[test]
    fn a_route_inside_the_vpc_is_for_a_whole_subnet_and_leads_to_an_interface() {
        let mut place = build();
        let interface = fixture::interface(&mut place.bench, &place.subnet.clone());
        let gateway = place.gateway.clone();
        for block in ["10.0.0.0/16", "10.0.1.0/24", "10.0.9.0/24"] {
            let to_gateway = format!("DestinationCidrBlock={block}&GatewayId={gateway}");
            assert_eq!(place.create(&to_gateway), refused("InvalidParameterValue"), "RT-9 {block}");
        }
        for block in ["10.0.1.0/25", "10.0.0.0/23", "10.0.2.0/24"] {
            let to_interface = format!("DestinationCidrBlock={block}&NetworkInterfaceId={interface}");
            assert_eq!(place.create(&to_interface), refused("InvalidParameterValue"), "RT-8 {block}");
        }
        place.create(&format!("DestinationCidrBlock=10.0.1.0/24&NetworkInterfaceId={interface}")).unwrap();
        place.create(&format!("DestinationCidrBlock=10.0.0.0/8&GatewayId={gateway}")).unwrap();
    }

    #[test]
    fn the_same_holds_for_ipv6() {
        let mut place = build();
        let interface = fixture::interface(&mut place.bench, &place.subnet.clone());
        let block = place.told().get("destinationIpv6CidrBlock").replace("/56", "/64");
        let route = format!("DestinationIpv6CidrBlock={block}&NetworkInterfaceId={interface}");
        assert_eq!(place.create(&route), refused("InvalidParameterValue"), "RT-8");
        let subnet = place.subnet.clone();
        place.bench.ok("AssociateSubnetCidrBlock", &format!("SubnetId={subnet}&Ipv6CidrBlock={block}"));
        place.create(&route).unwrap();
    }

    #[test]
    fn nothing_is_routed_to_reserved_ranges() {
        let mut place = build();
        let gateway = place.gateway.clone();
        for block in ["CidrBlock=169.254.168.0/22", "CidrBlock=169.254.169.254/32", "Ipv6CidrBlock=fd00:ec2::/32"] {
            let route = format!("Destination{block}&GatewayId={gateway}");
            assert_eq!(place.create(&route), refused("InvalidParameterValue"), "RT-10 {block}");
        }
        for block in ["CidrBlock=169.254.0.0/16", "CidrBlock=0.0.0.0/1", "Ipv6CidrBlock=fd00::/8"] {
            assert_eq!(place.create(&format!("Destination{block}&GatewayId={gateway}")), Ok(()), "RT-10 {block}");
        }
    }

    #[test]
    fn a_gateway_is_attached_to_the_tables_vpc() {
        let mut place = build();
        let spare = place.bench.ok("CreateInternetGateway", "").get("internetGatewayId");
        let default = place.bench.ok("DescribeInternetGateways", "").get("internetGatewayId");
        let malformed = place.create("DestinationCidrBlock=0.0.0.0/0&GatewayId=x");
        assert_eq!(malformed, refused("InvalidGatewayID.NotFound"));
        for (gateway, code) in [
            ("local", "InvalidGatewayID.NotFound"),
            ("igw-00000000", "InvalidGatewayID.NotFound"),
            ("vgw-00000000", "InvalidGatewayID.NotFound"),
            (&spare, "InvalidParameterValue"),
            (&default, "InvalidParameterValue"),
        ] {
            let route = format!("DestinationCidrBlock=0.0.0.0/0&GatewayId={gateway}");
            assert_eq!(place.create(&route), refused(code), "RT-21, RT-29, RT-40 {gateway}");
        }
    }

    #[test]
    fn an_egress_only_gateway_takes_ipv6_alone() {
        let mut place = build();
        let vpc = place.vpc.clone();
        let made = place.bench.ok("CreateEgressOnlyInternetGateway", &format!("VpcId={vpc}"));
        let gateway = made.get("egressOnlyInternetGatewayId");
        let ipv4 = format!("DestinationCidrBlock=0.0.0.0/0&EgressOnlyInternetGatewayId={gateway}");
        assert_eq!(place.create(&ipv4), refused("InvalidParameterValue"), "IGW-17");
        place.create(&format!("DestinationIpv6CidrBlock=::/0&EgressOnlyInternetGatewayId={gateway}")).unwrap();
        assert_eq!(place.told().get("egressOnlyInternetGatewayId"), gateway);
        let default = place.bench.ok("DescribeVpcs", "Filter.1.Name=is-default&Filter.1.Value.1=true").get("vpcId");
        let other = place.bench.ok("CreateEgressOnlyInternetGateway", &format!("VpcId={default}"));
        let elsewhere = other.get("egressOnlyInternetGatewayId");
        let route = format!("DestinationIpv6CidrBlock=2600::/16&EgressOnlyInternetGatewayId={elsewhere}");
        assert_eq!(place.create(&route), refused("InvalidParameterValue"), "RT-29");
    }

    #[test]
    fn an_instance_stands_for_its_one_interface() {
        let mut place = build();
        let subnet = place.subnet.clone();
        let (one, interfaces) = fixture::instance(&mut place.bench, &subnet, 1);
        let (two, _) = fixture::instance(&mut place.bench, &subnet, 2);
        let (none, _) = fixture::instance(&mut place.bench, &subnet, 0);
        for instance in [two, none] {
            let route = format!("DestinationCidrBlock=0.0.0.0/0&InstanceId={instance}");
            assert_eq!(place.create(&route), refused("InvalidInstanceID"), "RT-19");
        }
        place.create(&format!("DestinationCidrBlock=0.0.0.0/0&InstanceId={one}")).unwrap();
        let told = place.told();
        assert_eq!(told.get("instanceId"), one.to_string(), "RT-19");
        assert_eq!(told.get("instanceOwnerId"), "000000000000", "RT-19");
        assert_eq!(told.get("networkInterfaceId"), interfaces[0].to_string(), "RT-19");
        let absent = place.create("DestinationCidrBlock=1.0.0.0/8&InstanceId=i-00000000");
        assert_eq!(absent, refused("InvalidInstanceID.NotFound"));
        let absent = place.create("DestinationCidrBlock=1.0.0.0/8&NetworkInterfaceId=eni-00000000");
        assert_eq!(absent, refused("InvalidNetworkInterfaceID.NotFound"));
        let elsewhere = place.bench.ok("DescribeSubnets", "Filter.1.Name=default-for-az&Filter.1.Value.1=true");
        let (foreign, _) = fixture::instance(&mut place.bench, &elsewhere.get("subnetId"), 1);
        let route = format!("DestinationCidrBlock=1.0.0.0/8&InstanceId={foreign}");
        assert_eq!(place.create(&route), refused("InvalidParameterValue"), "RT-29");
    }

    #[test]
    fn there_is_one_destination_and_one_target() {
        let mut place = build();
        let gateway = format!("GatewayId={}", place.gateway);
        for (parameters, code) in [
            (
                format!("DestinationCidrBlock=0.0.0.0/0&DestinationIpv6CidrBlock=::/0&{gateway}"),
                "InvalidParameterCombination",
            ),
            (gateway.clone(), "MissingParameter"),
            ("DestinationCidrBlock=0.0.0.0/0".to_owned(), "MissingParameter"),
            (
                format!("DestinationCidrBlock=0.0.0.0/0&{gateway}&NetworkInterfaceId=eni-00000000"),
                "InvalidParameterCombination",
            ),
            (format!("DestinationCidrBlock=::/0&{gateway}"), "InvalidParameterValue"),
            (format!("DestinationIpv6CidrBlock=0.0.0.0/0&{gateway}"), "InvalidParameterValue"),
            ("DestinationCidrBlock=0.0.0.0/0&TransitGatewayId=tgw-00000000".to_owned(), "UnsupportedOperation"),
            ("DestinationCidrBlock=0.0.0.0/0&TransitGatewayId=tgw-00000000".to_owned(), "UnsupportedOperation"),
            (format!("DestinationPrefixListId=pl-00000000&{gateway}"), "InvalidPrefixListID.NotFound"),
        ] {
            assert_eq!(place.create(&parameters), refused(code), "RT-17, RT-18 {parameters}");
        }
    }

    #[test]
    fn a_prefix_list_counts_with_its_maximum() {
        let mut place = build();
        place.bench.settings.quotas.routes_per_table = 3;
        let id = PrefixListId::from_random(7);
        let list = |is_ipv6, max_entries| PrefixList {
            id,
            is_aws: false,
            name: "list".to_owned(),
            is_ipv6,
            max_entries,
            version: 1,
            versions: Default::default(),
            state: ringwall_model::resource::prefix_list::PrefixListState::CreateComplete,
            tags: Default::default(),
        };
        let gateway = place.gateway.clone();
        fixture::put(&mut place.bench, list(false, 3));
        place.create(&format!("DestinationCidrBlock=0.0.0.0/0&GatewayId={gateway}")).unwrap();
        let route = format!("DestinationPrefixListId={id}&GatewayId={gateway}");
        assert_eq!(place.create(&route), refused("RouteLimitExceeded"), "RT-36");
        fixture::put(&mut place.bench, list(false, 2));
        place.create(&route).unwrap();
        assert_eq!(place.told().get("destinationPrefixListId"), id.to_string());
        let more = format!("DestinationCidrBlock=1.0.0.0/8&GatewayId={gateway}");
        assert_eq!(place.create(&more), refused("RouteLimitExceeded"), "RT-36");
        let ipv6 = format!("DestinationIpv6CidrBlock=::/0&GatewayId={gateway}");
        assert_eq!(place.create(&ipv6), Ok(()), "RT-36: the families count apart");
        assert_eq!(place.create(&route), refused("RouteAlreadyExists"));
    }
}
