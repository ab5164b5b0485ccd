//! `CreateVpcEndpoint`: a way to a service that does not touch the internet (GWE-1, GWE-3, IFE-1 to IFE-3, IFE-12 to IFE-16).

use ringwall_model::id::{RouteTableId, SecurityGroupId};
use serde::{Deserialize, Serialize};

use crate::action::{Action, missing_parameter, unbuilt_parameter};
use crate::call::Call;
use crate::ec2::error::{Code, invalid_value};
use crate::ec2::id::{parse, parse_all};
use crate::ec2::operation::endpoint_service::EndpointType;
use crate::ec2::operation::gateway_endpoint::only_for_gateways;
use crate::ec2::operation::interface_endpoint::Modification;
use crate::ec2::operation::vpc_endpoint::{NewEndpoint, NewKind, create};
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::tag::{self, TagSpecification};
use crate::ec2::shape::view::View;
use crate::ec2::shape::vpc_endpoint::{
    DnsOptionsInput, SubnetConfigurationInput, VpcEndpointShape, check_options, parse_subnets,
};
use crate::error::ApiError;

/// The action.
pub struct CreateVpcEndpoint;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    vpc_id: String,
    service_name: Option<String>,
    service_region: Option<String>,
    vpc_endpoint_type: Option<String>,
    policy_document: Option<String>,
    #[serde(default, rename = "RouteTableId")]
    route_table_ids: Vec<String>,
    #[serde(default, rename = "SubnetId")]
    subnet_ids: Vec<String>,
    #[serde(default, rename = "SubnetConfiguration")]
    subnet_configurations: Vec<SubnetConfigurationInput>,
    #[serde(default, rename = "SecurityGroupId")]
    security_group_ids: Vec<String>,
    private_dns_enabled: Option<bool>,
    ip_address_type: Option<String>,
    dns_options: Option<DnsOptionsInput>,
    client_token: Option<String>,
    #[serde(default, rename = "TagSpecification")]
    tag_specifications: Vec<TagSpecification>,
}

/// What is asked.
pub struct Request {
    endpoint: NewEndpoint,
    service_region: Option<String>,
    client_token: Option<String>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    vpc_endpoint: VpcEndpointShape,
    client_token: Option<String>,
}

impl Action for CreateVpcEndpoint {
    const NAME: &'static str = "CreateVpcEndpoint";
    const UNBUILT: &'static [&'static str] = &[
        "ServiceNetworkArn",
        "ResourceConfigurationArn",
        "SubnetConfiguration.N.Ipv6",
        "DnsOptions.PrivateDnsPreference",
        "DnsOptions.PrivateDnsSpecifiedDomain",
    ];
    const TAKES_TOKEN: bool = true;

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        check_options(input.ip_address_type.as_deref(), input.dns_options.as_ref())?;
        let kind = parse_kind(&input)?;
        let policy = input.policy_document.filter(|text| !text.is_empty());
        let endpoint = NewEndpoint {
            vpc: parse(&input.vpc_id)?,
            service: input.service_name.ok_or_else(|| missing_parameter("ServiceName"))?,
            kind,
            policy,
            tags: tag::parse(&input.tag_specifications, "vpc-endpoint")?,
        };
        Ok(Request { endpoint, service_region: input.service_region, client_token: input.client_token })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        if request.service_region.is_some_and(|region| region != call.region) {
            return Err(unbuilt_parameter("ServiceRegion"));
        }
        let endpoint = create(call, request.endpoint)?;
        let state = call.state();
        let view = View::new(Owner { account: &call.settings.account, region: call.region }, &state);
        let vpc_endpoint = VpcEndpointShape::new(&endpoint, &view).being_made();
        Ok(Output { vpc_endpoint, client_token: request.client_token })
    }
}

fn parse_kind(input: &Input) -> Result<NewKind, ApiError> {
    let tables: Vec<RouteTableId> = parse_all(&input.route_table_ids)?;
    let subnets = parse_subnets(&input.subnet_ids, &input.subnet_configurations)?;
    let groups: Vec<SecurityGroupId> = parse_all(&input.security_group_ids)?;
    match parse_type(input.vpc_endpoint_type.as_deref())? {
        EndpointType::Gateway => {
            let private_dns = input.private_dns_enabled;
            let others =
                Modification { add_subnets: subnets, add_groups: groups, private_dns, ..Modification::default() };
            others.refuse_for_gateways()?;
            for (place, id) in tables.iter().enumerate() {
                if tables[..place].contains(id) {
                    return Err(invalid_value("routeTableId", id, "It is given more than once."));
                }
            }
            Ok(NewKind::Gateway(tables))
        }
        EndpointType::Interface if !tables.is_empty() => Err(only_for_gateways()),
        EndpointType::Interface => Ok(NewKind::Interface { subnets, groups, private_dns: input.private_dns_enabled }),
    }
}

/// GWE-1
fn parse_type(text: Option<&str>) -> Result<EndpointType, ApiError> {
    match text {
        None | Some("Gateway") => Ok(EndpointType::Gateway),
        Some("Interface") => Ok(EndpointType::Interface),
        Some(known @ ("GatewayLoadBalancer" | "Resource" | "ServiceNetwork" | "Tunnel")) => {
            let message = format!("The VpcEndpointType {known} is not supported by Ringwall.");
            Err(Code::UnsupportedOperation.with(message))
        }
        Some(other) => Err(invalid_value("vpcEndpointType", other, "Expected Gateway or Interface.")),
    }
}

#[cfg(test)]
mod tests {
    use ringwall_model::resource::network_interface::InterfaceKind;

    use crate::bench::{Answer, Bench};
    use crate::ec2::fixture::agrees_with_plan;
    use crate::ec2::scene::{region, subnet};

    const S3: &str = "ServiceName=com.amazonaws.us-east-1.s3";
    const EC2: &str = "ServiceName=com.amazonaws.us-east-1.ec2&VpcEndpointType=Interface";

    struct Place {
        bench: Bench,
        vpc: String,
        table: String,
    }

    fn build() -> Place {
        let mut bench = Bench::new();
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        let table = bench.ok("DescribeRouteTables", "").get("routeTableId");
        Place { bench, vpc, table }
    }

    impl Place {
        fn create(&mut self, parameters: &str) -> Answer {
            self.bench.ok("CreateVpcEndpoint", &format!("VpcId={}&{parameters}", self.vpc))
        }

        fn refused(&mut self, parameters: &str) -> String {
            self.bench.refused("CreateVpcEndpoint", &format!("VpcId={}&{parameters}", self.vpc))
        }
    }

    #[test]
    fn a_gateway_endpoint_is_a_route_in_each_of_its_tables() {
        let mut place = build();
        let table = place.table.clone();
        let made = place.create(&format!("{S3}&RouteTableId.1={table}&PrivateDnsEnabled=false"));
        let endpoint = made.get("vpcEndpointId");
        for (name, value) in [
            ("vpcEndpointType", "Gateway"),
            ("state", "available"),
            ("serviceName", "com.amazonaws.us-east-1.s3"),
            ("routeTableIdSet", &*format!("<item>{table}</item>")),
            ("privateDnsEnabled", "false"),
        ] {
            assert_eq!(made.get(name), value, "GWE-18: {name}");
        }
        for empty in ["<subnetIdSet/>", "<groupSet/>", "<networkInterfaceIdSet/>", "<dnsEntrySet/>"] {
            assert!(made.has(empty), "GWE-18: {empty}");
        }
        assert!(made.get("policyDocument").contains("2008-10-17"), "GWE-12");
        let list = place.bench.ok("DescribePrefixLists", "Filter.1.Name=prefix-list-name&Filter.1.Value.1=*.s3");
        let list = list.get("prefixListId");
        let told = place.bench.ok("DescribeRouteTables", "");
        let route = format!(
            "<destinationPrefixListId>{list}</destinationPrefixListId><gatewayId>{endpoint}</gatewayId><state>active</state>"
        );
        assert!(told.has(&route), "RT-38: {}", told.0);
        agrees_with_plan(&place.bench);
        assert_eq!(place.refused(&format!("{S3}&RouteTableId.1={table}")), "RouteAlreadyExists", "GWE-5");
        place.create(&format!("{S3}&VpcEndpointType=Gateway"));
        let destination = format!("RouteTableId={table}&DestinationPrefixListId={list}");
        let gateway = place.bench.ok("DescribeInternetGateways", "").get("internetGatewayId");
        for (action, parameters) in [
            ("DeleteRoute", destination.clone()),
            ("ReplaceRoute", format!("{destination}&GatewayId={gateway}")),
            ("CreateRoute", format!("{destination}&GatewayId={endpoint}")),
            ("CreateRoute", format!("{destination}&GatewayId={gateway}")),
        ] {
            let refused = place.bench.call(action, &parameters).unwrap_err();
            let codes = ["InvalidParameterValue", "RouteAlreadyExists"];
            assert!(codes.contains(&&*refused.code), "GWE-4, RT-21, RT-35: {action} {refused}");
        }
        assert_eq!(place.bench.ok("DescribeRouteTables", "").0, told.0);
    }

    #[test]
    fn an_interface_endpoint_has_an_interface_in_each_of_its_subnets() {
        let mut place = build();
        let [a, b] = ['a', 'b'].map(|zone| subnet(&mut place.bench, zone));
        let group = place.bench.ok("CreateSecurityGroup", "GroupName=g&GroupDescription=d").get("groupId");
        let subnets = format!("SubnetId.1={a}&SubnetId.2={b}&SubnetConfiguration.1.SubnetId={a}");
        let parameters = format!("{EC2}&{subnets}&SubnetConfiguration.1.Ipv4=172.31.0.77&SecurityGroupId.1={group}");
        let made = place.create(&parameters);
        assert_eq!(
            (made.get("state"), made.get("privateDnsEnabled")),
            ("pending".to_owned(), "true".to_owned()),
            "IFE-13"
        );
        let endpoint = made.get("vpcEndpointId");
        let told = place.bench.ok("DescribeVpcEndpoints", &format!("VpcEndpointId.1={endpoint}"));
        assert_eq!((told.get("state"), told.get("groupId")), ("available".to_owned(), group.clone()));
        let names = told.all("dnsName");
        let domain = ".ec2.us-east-1.vpce.amazonaws.com";
        assert!(names[0].starts_with(&endpoint) && names[0].ends_with(domain), "IFE-9: {names:?}");
        assert!(names[1].ends_with(&format!("-us-east-1a{domain}")), "IFE-9: {names:?}");
        assert_eq!((names.len(), &*names[3]), (4, "ec2.us-east-1.amazonaws.com"), "IFE-11");
        let interfaces =
            place.bench.ok("DescribeNetworkInterfaces", "Filter.1.Name=interface-type&Filter.1.Value.1=vpc_endpoint");
        assert_eq!(interfaces.all("requesterManaged"), ["true", "true"], "IFE-22");
        assert_eq!(interfaces.get("description"), format!("VPC Endpoint Interface {endpoint}"), "IFE-22");
        let privates = interfaces.all("privateIpAddress");
        assert!(privates.contains(&"172.31.0.77".to_owned()), "IFE-2: {privates:?}");
        for interface in region(&place.bench).network_interfaces.iter() {
            assert_eq!(interface.kind, InterfaceKind::VpcEndpoint(endpoint.parse().unwrap()));
            assert!(interface.groups.iter().map(ToString::to_string).eq([group.clone()]), "IFE-3");
        }
        assert_eq!(place.bench.refused("DeleteSubnet", &format!("SubnetId={a}")), "DependencyViolation");
        assert_eq!(place.bench.refused("DeleteSecurityGroup", &format!("GroupId={group}")), "DependencyViolation");
        let conflict = place.bench.call("CreateVpcEndpoint", &format!("VpcId={}&{EC2}", place.vpc)).unwrap_err();
        let expected = format!(
            "InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain for ec2.us-east-1.amazonaws.com in the VPC {}",
            place.vpc
        );
        assert_eq!(conflict.to_string(), expected, "IFE-14");
        let plain = place.create(&format!("{EC2}&PrivateDnsEnabled=false"));
        let default = place.bench.ok("DescribeSecurityGroups", "Filter.1.Name=group-name&Filter.1.Value.1=default");
        assert_eq!(plain.get("groupId"), default.get("groupId"), "IFE-3");
        let eni = interfaces.get("networkInterfaceId");
        let change = format!("NetworkInterfaceId={eni}&SecurityGroupId.1={}", default.get("groupId"));
        assert_eq!(place.bench.refused("ModifyNetworkInterfaceAttribute", &change), "AuthFailure", "ENI-11");
    }

    #[test]
    fn subnets_are_of_the_vpc_and_of_different_zones() {
        let mut place = build();
        let a = subnet(&mut place.bench, 'a');
        let more = format!("VpcId={}&CidrBlock=172.31.96.0/24&AvailabilityZone=us-east-1a", place.vpc);
        let sibling = place.bench.ok("CreateSubnet", &more).get("subnetId");
        let twice = format!("{EC2}&SubnetId.1={a}&SubnetId.2={sibling}");
        assert_eq!(place.refused(&twice), "DuplicateSubnetsInSameZone", "IFE-1");
        let vpc = place.bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let other = place.bench.ok("CreateSubnet", &format!("VpcId={vpc}&CidrBlock=10.0.1.0/24")).get("subnetId");
        assert_eq!(place.refused(&format!("{EC2}&SubnetId.1={other}")), "InvalidParameter");
        let table = format!("{S3}&RouteTableId.1={}", place.table);
        let foreign = place.bench.refused("CreateVpcEndpoint", &format!("VpcId={vpc}&{table}"));
        assert_eq!(foreign, "InvalidParameter");
        let names = place.bench.call("CreateVpcEndpoint", &format!("VpcId={vpc}&{EC2}")).unwrap_err();
        let expected = format!(
            "InvalidParameter: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for {vpc}"
        );
        assert_eq!(names.to_string(), expected, "IFE-12");
        place.bench.ok("CreateVpcEndpoint", &format!("VpcId={vpc}&{EC2}&PrivateDnsEnabled=false"));
        place.bench.ok("DeleteSubnet", &format!("SubnetId={other}"));
        assert_eq!(place.bench.refused("DeleteVpc", &format!("VpcId={vpc}")), "DependencyViolation", "VPC-16");
    }

    #[test]
    fn what_is_not_known_or_not_built_is_refused() {
        let mut place = build();
        let a = subnet(&mut place.bench, 'a');
        let table = place.table.clone();
        for (parameters, code) in [
            ("ServiceName=com.amazonaws.us-east-1.sqs".to_owned(), "InvalidServiceName"),
            ("ServiceName=com.amazonaws.eu-west-1.s3".to_owned(), "InvalidServiceName"),
            (String::new(), "MissingParameter"),
            ("ServiceName=com.amazonaws.us-east-1.ec2".to_owned(), "InvalidParameter"),
            ("ServiceName=com.amazonaws.us-east-1.dynamodb&VpcEndpointType=Interface".to_owned(), "InvalidParameter"),
            (format!("{S3}&VpcEndpointType=GatewayLoadBalancer"), "UnsupportedOperation"),
            (format!("{S3}&VpcEndpointType=Resource"), "UnsupportedOperation"),
            (format!("{S3}&VpcEndpointType=gateway"), "InvalidParameterValue"),
            (format!("{S3}&IpAddressType=dualstack"), "UnsupportedOperation"),
            (format!("{EC2}&DnsOptions.DnsRecordIpType=ipv6"), "UnsupportedOperation"),
            (format!("{EC2}&DnsOptions.PrivateDnsPreference=x"), "UnsupportedOperation"),
            (format!("{EC2}&ServiceRegion=eu-west-1"), "UnsupportedOperation"),
            (
                format!("{EC2}&SubnetId.1={a}&SubnetConfiguration.1.SubnetId={a}&SubnetConfiguration.1.Ipv6=::1"),
                "UnsupportedOperation",
            ),
            (format!("{EC2}&SubnetConfiguration.1.SubnetId={a}"), "InvalidParameter"),
            (format!("{EC2}&SubnetId.1={a}&SubnetId.2={a}"), "InvalidParameterValue"),
            (format!("{EC2}&RouteTableId.1={table}"), "InvalidParameter"),
            (format!("{S3}&SubnetId.1={a}"), "InvalidParameter"),
            (format!("{S3}&SecurityGroupId.1=sg-00000000"), "InvalidParameter"),
            (format!("{S3}&PrivateDnsEnabled=true"), "InvalidParameter"),
            (format!("{S3}&RouteTableId.1=rtb-00000000"), "InvalidRouteTableID.NotFound"),
            (format!("{S3}&PolicyDocument=x"), "InvalidPolicyDocument"),
        ] {
            assert_eq!(place.refused(&parameters), code, "{parameters}");
        }
        place.bench.settings.quotas.gateway_endpoints = 0;
        assert_eq!(place.refused(S3), "VpcEndpointLimitExceeded", "GWE-17");
        place.bench.settings.quotas.interface_endpoints_per_vpc = 0;
        assert_eq!(place.refused(EC2), "VpcEndpointLimitExceeded", "IFE-23");
        assert!(region(&place.bench).vpc_endpoints.is_empty() && region(&place.bench).network_interfaces.is_empty());
    }

    #[test]
    fn the_same_token_makes_no_second_endpoint() {
        let mut place = build();
        let parameters = format!("{S3}&ClientToken=once");
        let first = place.create(&parameters);
        assert_eq!(first.get("clientToken"), "once");
        assert_eq!(place.create(&parameters).get("vpcEndpointId"), first.get("vpcEndpointId"), "API-31");
    }
}
