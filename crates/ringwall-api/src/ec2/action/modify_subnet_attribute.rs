//! `ModifySubnetAttribute`: one attribute per call (VPC-21).

use std::sync::Arc;

use ringwall_model::id::SubnetId;
use ringwall_model::resource::Subnet;
use ringwall_model::resource::subnet::HostnameType;
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::{Code, invalid_value};
use crate::ec2::id::{find, parse};
use crate::ec2::shape::Done;
use crate::ec2::shape::value::{Attribute, one_attribute, refuse_switch};
use crate::error::ApiError;

/// The action.
pub struct ModifySubnetAttribute;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    subnet_id: String,
    map_public_ip_on_launch: Option<Attribute<bool>>,
    assign_ipv6_address_on_creation: Option<Attribute<bool>>,
    private_dns_hostname_type_on_launch: Option<String>,
    map_customer_owned_ip_on_launch: Option<Attribute<bool>>,
    enable_dns64: Option<Attribute<bool>>,
    enable_resource_name_dns_a_record_on_launch: Option<Attribute<bool>>,
    #[serde(rename = "EnableResourceNameDnsAAAARecordOnLaunch")]
    enable_resource_name_dns_aaaa_record_on_launch: Option<Attribute<bool>>,
}

/// The attribute that is to change.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// whether instances get public addresses
    MapPublicIp(bool),
    /// whether interfaces get IPv6 addresses
    AssignIpv6(bool),
    /// how instances are named
    HostnameType(HostnameType),
    /// whether resource names have a record of the IPv4 address
    ARecord(bool),
    /// whether resource names have a record of the IPv6 address
    AaaaRecord(bool),
    /// what is so already
    Nothing,
}

/// What is asked.
pub struct Request {
    subnet: SubnetId,
    change: Change,
}

impl Action for ModifySubnetAttribute {
    const NAME: &'static str = "ModifySubnetAttribute";
    const UNBUILT: &'static [&'static str] =
        &["CustomerOwnedIpv4Pool", "EnableLniAtDeviceIndex", "DisableLniAtDeviceIndex"];

    type Input = Input;
    type Request = Request;
    type Output = Done;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let hostname_type = input.private_dns_hostname_type_on_launch.as_deref().map(parse_hostname_type);
        let off = |name: &str, attribute: Option<Attribute<bool>>| {
            refuse_switch(name, attribute.as_ref().map(|given| given.value))?;
            Ok(attribute.map(|_| Change::Nothing))
        };
        let change = one_attribute(vec![
            (
                "mapPublicIpOnLaunch",
                input.map_public_ip_on_launch.map(|attribute| Change::MapPublicIp(attribute.value)),
            ),
            (
                "assignIpv6AddressOnCreation",
                input.assign_ipv6_address_on_creation.map(|attribute| Change::AssignIpv6(attribute.value)),
            ),
            ("privateDnsHostnameTypeOnLaunch", hostname_type.transpose()?.map(Change::HostnameType)),
            ("mapCustomerOwnedIpOnLaunch", off("MapCustomerOwnedIpOnLaunch", input.map_customer_owned_ip_on_launch)?),
            ("enableDns64", off("EnableDns64", input.enable_dns64)?),
            (
                "enableResourceNameDnsARecordOnLaunch",
                input.enable_resource_name_dns_a_record_on_launch.map(|attribute| Change::ARecord(attribute.value)),
            ),
            (
                "enableResourceNameDnsAAAARecordOnLaunch",
                input
                    .enable_resource_name_dns_aaaa_record_on_launch
                    .map(|attribute| Change::AaaaRecord(attribute.value)),
            ),
        ])?;
        Ok(Request { subnet: parse(&input.subnet_id)?, change })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let mut subnet = Arc::unwrap_or_clone(find::<Subnet>(&call.state(), &request.subnet)?);
        match request.change {
            Change::MapPublicIp(value) => subnet.map_public_ip_on_launch = value,
            Change::AssignIpv6(true) if subnet.ipv6.is_none() => {
                let message = format!(
                    "Invalid value 'true' for assign-ipv6-address-on-creation. The subnet {} has no IPv6 CIDR block.",
                    subnet.id
                );
                return Err(Code::InvalidParameterValue.with(message));
            }
            Change::AssignIpv6(value) => subnet.assign_ipv6_address_on_creation = value,
            Change::HostnameType(value) => subnet.hostname_type = value,
            Change::ARecord(value) => subnet.resource_name_records.a = value,
            Change::AaaaRecord(value) => subnet.resource_name_records.aaaa = value,
            Change::Nothing => return Ok(Done::OK),
        }
        call.put(subnet);
        Ok(Done::OK)
    }
}

fn parse_hostname_type(text: &str) -> Result<HostnameType, ApiError> {
    match text {
        "ip-name" => Ok(HostnameType::IpName),
        "resource-name" => Ok(HostnameType::ResourceName),
        other => Err(invalid_value("privateDnsHostnameTypeOnLaunch", other, "Expected ip-name or resource-name.")),
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    fn subnet(bench: &mut Bench) -> (String, String) {
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16&AmazonProvidedIpv6CidrBlock=true");
        let parameters = format!("VpcId={}&CidrBlock=10.0.1.0/24", vpc.get("vpcId"));
        (bench.ok("CreateSubnet", &parameters).get("subnetId"), vpc.get("ipv6CidrBlock").replace("/56", "/64"))
    }

    fn told(bench: &mut Bench, subnet: &str, name: &str) -> String {
        bench.ok("DescribeSubnets", &format!("SubnetId.1={subnet}")).get(name)
    }

    #[test]
    fn attributes_change_one_by_one() {
        let mut bench = Bench::new();
        let (subnet, block) = subnet(&mut bench);
        bench.ok("AssociateSubnetCidrBlock", &format!("SubnetId={subnet}&Ipv6CidrBlock={block}"));
        for (parameter, value, name) in [
            ("MapPublicIpOnLaunch.Value", "true", "mapPublicIpOnLaunch"),
            ("MapPublicIpOnLaunch.Value", "false", "mapPublicIpOnLaunch"),
            ("AssignIpv6AddressOnCreation.Value", "true", "assignIpv6AddressOnCreation"),
            ("AssignIpv6AddressOnCreation.Value", "false", "assignIpv6AddressOnCreation"),
            ("PrivateDnsHostnameTypeOnLaunch", "resource-name", "hostnameType"),
            ("PrivateDnsHostnameTypeOnLaunch", "ip-name", "hostnameType"),
            ("EnableDns64.Value", "false", "enableDns64"),
            ("EnableResourceNameDnsARecordOnLaunch.Value", "true", "enableResourceNameDnsARecord"),
            ("EnableResourceNameDnsARecordOnLaunch.Value", "false", "enableResourceNameDnsARecord"),
            ("EnableResourceNameDnsAAAARecordOnLaunch.Value", "true", "enableResourceNameDnsAAAARecord"),
            ("EnableResourceNameDnsAAAARecordOnLaunch.Value", "false", "enableResourceNameDnsAAAARecord"),
        ] {
            bench.ok("ModifySubnetAttribute", &format!("SubnetId={subnet}&{parameter}={value}"));
            assert_eq!(told(&mut bench, &subnet, name), value, "{parameter}");
        }
    }

    #[test]
    fn instances_are_named_as_their_subnet_says() {
        let mut bench = Bench::new();
        let (subnet, _) = subnet(&mut bench);
        let by_address = launch(&mut bench, &subnet);
        bench.ok("ModifySubnetAttribute", &format!("SubnetId={subnet}&PrivateDnsHostnameTypeOnLaunch=resource-name"));
        let by_id = launch(&mut bench, &subnet);
        let node = ringwall_plan::node::desired(&bench.store.snapshot());
        assert!(node.instances[&by_address].hostname.starts_with("ip-10-0-1-"), "DNS-13");
        assert_eq!(node.instances[&by_id].hostname, by_id.to_string(), "DNS-13");
    }

    fn launch(bench: &mut Bench, subnet: &str) -> ringwall_model::id::InstanceId {
        let answer = bench.ok("RunInstances", &format!("ImageId=ami-host&MinCount=1&MaxCount=1&SubnetId={subnet}"));
        answer.get("instanceId").parse().unwrap()
    }

    #[test]
    fn ipv6_addresses_need_an_ipv6_block() {
        let mut bench = Bench::new();
        let (subnet, _) = subnet(&mut bench);
        let parameters = format!("SubnetId={subnet}&AssignIpv6AddressOnCreation.Value=true");
        assert_eq!(bench.refused("ModifySubnetAttribute", &parameters), "InvalidParameterValue");
    }

    #[test]
    fn what_cannot_be_done_here_is_refused_by_name() {
        let mut bench = Bench::new();
        let (subnet, _) = subnet(&mut bench);
        for parameter in [
            "EnableDns64.Value=true",
            "MapCustomerOwnedIpOnLaunch.Value=true",
            "EnableLniAtDeviceIndex=1",
            "CustomerOwnedIpv4Pool=x",
        ] {
            let error = bench.call("ModifySubnetAttribute", &format!("SubnetId={subnet}&{parameter}")).unwrap_err();
            assert_eq!(error.code, "UnsupportedOperation", "{parameter}");
            let name = parameter.split(['.', '=']).next().unwrap();
            assert!(error.message.contains(name), "{error}");
        }
    }

    #[test]
    fn one_known_attribute_of_a_known_subnet_changes() {
        let mut bench = Bench::new();
        let (subnet, _) = subnet(&mut bench);
        let mut refused = |parameters: &str| bench.refused("ModifySubnetAttribute", parameters);
        let both = format!("SubnetId={subnet}&MapPublicIpOnLaunch.Value=true&PrivateDnsHostnameTypeOnLaunch=ip-name");
        assert_eq!(refused(&both), "InvalidParameterCombination", "VPC-21");
        assert_eq!(refused(&format!("SubnetId={subnet}")), "InvalidParameterCombination");
        assert_eq!(refused("SubnetId=subnet-00000000&MapPublicIpOnLaunch.Value=true"), "InvalidSubnetID.NotFound");
        let unknown = format!("SubnetId={subnet}&PrivateDnsHostnameTypeOnLaunch=name");
        assert_eq!(refused(&unknown), "InvalidParameterValue");
    }
}
