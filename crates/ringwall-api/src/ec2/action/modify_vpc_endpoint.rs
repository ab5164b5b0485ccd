//! `ModifyVpcEndpoint`: its policy, route tables, subnets, groups and private names (GWE-3, GWE-12, IFE-19).

use ringwall_model::id::VpcEndpointId;
use serde::Deserialize;

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::error::combination;
use crate::ec2::id::{parse, parse_all};
use crate::ec2::operation::interface_endpoint;
use crate::ec2::operation::vpc_endpoint::{Modification, modify};
use crate::ec2::shape::Done;
use crate::ec2::shape::vpc_endpoint::{DnsOptionsInput, SubnetConfigurationInput, check_options, parse_subnets};
use crate::error::ApiError;

/// The action.
pub struct ModifyVpcEndpoint;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    vpc_endpoint_id: String,
    policy_document: Option<String>,
    reset_policy: Option<bool>,
    #[serde(default, rename = "AddRouteTableId")]
    add_route_table_ids: Vec<String>,
    #[serde(default, rename = "RemoveRouteTableId")]
    remove_route_table_ids: Vec<String>,
    #[serde(default, rename = "AddSubnetId")]
    add_subnet_ids: Vec<String>,
    #[serde(default, rename = "RemoveSubnetId")]
    remove_subnet_ids: Vec<String>,
    #[serde(default, rename = "SubnetConfiguration")]
    subnet_configurations: Vec<SubnetConfigurationInput>,
    #[serde(default, rename = "AddSecurityGroupId")]
    add_security_group_ids: Vec<String>,
    #[serde(default, rename = "RemoveSecurityGroupId")]
    remove_security_group_ids: Vec<String>,
    private_dns_enabled: Option<bool>,
    ip_address_type: Option<String>,
    dns_options: Option<DnsOptionsInput>,
}

/// What is asked.
pub struct Request {
    id: VpcEndpointId,
    change: Modification,
}

impl Action for ModifyVpcEndpoint {
    const NAME: &'static str = "ModifyVpcEndpoint";
    const UNBUILT: &'static [&'static str] =
        &["SubnetConfiguration.N.Ipv6", "DnsOptions.PrivateDnsPreference", "DnsOptions.PrivateDnsSpecifiedDomain"];

    type Input = Input;
    type Request = Request;
    type Output = Done;

    fn parse(input: Input) -> Result<Request, ApiError> {
        check_options(input.ip_address_type.as_deref(), input.dns_options.as_ref())?;
        let interface = interface_endpoint::Modification {
            add_subnets: parse_subnets(&input.add_subnet_ids, &input.subnet_configurations)?,
            remove_subnets: parse_all(&input.remove_subnet_ids)?,
            add_groups: parse_all(&input.add_security_group_ids)?,
            remove_groups: parse_all(&input.remove_security_group_ids)?,
            private_dns: input.private_dns_enabled,
        };
        let change = Modification {
            policy: parse_policy(input.policy_document, input.reset_policy)?,
            add_tables: parse_all(&input.add_route_table_ids)?,
            remove_tables: parse_all(&input.remove_route_table_ids)?,
            interface,
        };
        Ok(Request { id: parse(&input.vpc_endpoint_id)?, change })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Done, ApiError> {
        modify(call, request.id, request.change)?;
        Ok(Done::OK)
    }
}

/// Another policy, or the default one again (GWE-12); none if nothing is said of it.
fn parse_policy(document: Option<String>, reset: Option<bool>) -> Result<Option<Option<String>>, ApiError> {
    match (document, reset.unwrap_or(false)) {
        (None, false) => Ok(None),
        (None, true) => Ok(Some(None)),
        (Some(_), true) => Err(combination("PolicyDocument and ResetPolicy cannot be used together.")),
        (Some(text), false) if text.is_empty() => Err(missing_parameter("PolicyDocument")),
        (Some(text), false) => Ok(Some(Some(text))),
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::scene::{region, subnet};

    fn told(bench: &mut Bench, name: &str) -> String {
        bench.ok("DescribeVpcEndpoints", "").get(name)
    }

    #[test]
    fn routes_come_and_go_and_policies_change() {
        let mut bench = Bench::new();
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        let [one, two] = [0; 2].map(|_| bench.ok("CreateRouteTable", &format!("VpcId={vpc}")).get("routeTableId"));
        let service = "ServiceName=com.amazonaws.us-east-1.dynamodb";
        let made = bench.ok("CreateVpcEndpoint", &format!("VpcId={vpc}&{service}&RouteTableId.1={one}"));
        let endpoint = format!("VpcEndpointId={}", made.get("vpcEndpointId"));
        let modify = |bench: &mut Bench, parameters: &str| {
            let answer = bench.call("ModifyVpcEndpoint", &format!("{endpoint}&{parameters}"));
            answer.map(drop).map_err(|error| error.code.into_owned())
        };
        modify(&mut bench, &format!("AddRouteTableId.1={two}&RemoveRouteTableId.1={one}")).unwrap();
        assert_eq!(told(&mut bench, "routeTableIdSet"), format!("<item>{two}</item>"), "GWE-3");
        let refused = |code: &str| Err(code.to_owned());
        assert_eq!(modify(&mut bench, &format!("RemoveRouteTableId.1={one}")), refused("InvalidParameter"));
        assert_eq!(modify(&mut bench, &format!("AddRouteTableId.1={two}")), refused("RouteAlreadyExists"), "GWE-5");
        assert_eq!(modify(&mut bench, "AddSubnetId.1=subnet-00000000"), refused("InvalidParameter"), "GWE-2");
        assert_eq!(modify(&mut bench, "AddSecurityGroupId.1=sg-00000000"), refused("InvalidParameter"), "GWE-2");
        modify(&mut bench, "PrivateDnsEnabled=false").unwrap();
        let policy = r#"{"Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}"#;
        modify(&mut bench, &format!("PolicyDocument={policy}")).unwrap();
        assert!(told(&mut bench, "policyDocument").contains("Deny"));
        modify(&mut bench, "ResetPolicy=true").unwrap();
        assert!(told(&mut bench, "policyDocument").contains("2008-10-17"), "GWE-12");
        assert_eq!(modify(&mut bench, "PolicyDocument={}"), refused("InvalidPolicyDocument"), "GWE-15");
        let both = format!("PolicyDocument={policy}&ResetPolicy=true");
        assert_eq!(modify(&mut bench, &both), refused("InvalidParameterCombination"));
        bench.ok("DeleteRouteTable", &format!("RouteTableId={two}"));
        assert!(bench.ok("DescribeVpcEndpoints", "").has("<routeTableIdSet/>"), "GWE-3");
    }

    #[test]
    fn subnets_groups_and_names_change() {
        let mut bench = Bench::new();
        let [a, b] = ['a', 'b'].map(|zone| subnet(&mut bench, zone));
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        let service = "ServiceName=com.amazonaws.us-east-1.s3&VpcEndpointType=Interface&PrivateDnsEnabled=false";
        let made = bench.ok("CreateVpcEndpoint", &format!("VpcId={vpc}&{service}&SubnetId.1={a}"));
        let endpoint = format!("VpcEndpointId={}", made.get("vpcEndpointId"));
        let default = made.get("groupId");
        let group = bench.ok("CreateSecurityGroup", "GroupName=g&GroupDescription=d").get("groupId");
        let modify = |bench: &mut Bench, parameters: &str| {
            let answer = bench.call("ModifyVpcEndpoint", &format!("{endpoint}&{parameters}"));
            answer.map(drop).map_err(|error| error.code.into_owned())
        };
        let refused = |code: &str| Err(code.to_owned());
        let last = format!("RemoveSecurityGroupId.1={default}");
        assert_eq!(modify(&mut bench, &last), refused("InvalidParameterValue"), "IFE-3");
        modify(&mut bench, &format!("{last}&AddSecurityGroupId.1={group}")).unwrap();
        assert_eq!(modify(&mut bench, &last), refused("InvalidParameter"));
        let configured = format!("SubnetConfiguration.1.SubnetId={b}&SubnetConfiguration.1.Ipv4=172.31.16.99");
        modify(&mut bench, &format!("AddSubnetId.1={b}&RemoveSubnetId.1={a}&{configured}")).unwrap();
        let interfaces: Vec<_> = region(&bench).network_interfaces.iter().cloned().collect();
        assert_eq!(interfaces.len(), 1);
        assert_eq!((interfaces[0].subnet, interfaces[0].ipv4[0].to_string()), (b, "172.31.16.99".to_owned()), "IFE-2");
        assert!(interfaces[0].groups.iter().map(ToString::to_string).eq([group]), "IFE-19");
        assert_eq!(told(&mut bench, "subnetIdSet"), format!("<item>{b}</item>"));
        assert_eq!(modify(&mut bench, &format!("RemoveSubnetId.1={a}")), refused("InvalidParameter"));
        assert_eq!(modify(&mut bench, "AddRouteTableId.1=rtb-00000000"), refused("InvalidParameter"));
        modify(&mut bench, "PrivateDnsEnabled=true").unwrap();
        let names = bench.ok("DescribeVpcEndpoints", "").all("dnsName");
        assert!(names[0].starts_with("*.vpce-") && names.contains(&"*.s3.us-east-1.amazonaws.com".to_owned()));
        bench.ok("ModifyVpcAttribute", &format!("VpcId={vpc}&EnableDnsHostnames.Value=false"));
        modify(&mut bench, "PrivateDnsEnabled=false").unwrap();
        assert_eq!(modify(&mut bench, "PrivateDnsEnabled=true"), refused("InvalidParameter"), "IFE-12");
        let absent = bench.refused("ModifyVpcEndpoint", "VpcEndpointId=vpce-00000000&ResetPolicy=true");
        assert_eq!(absent, "InvalidVpcEndpointId.NotFound", "IFE-20");
    }
}
