//! `CreateNetworkInterface`: an interface for an instance to come (ENI-1, ENI-15).

use ringwall_model::id::SubnetId;
use ringwall_model::resource::Subnet;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::id::{find, parse, parse_all};
use crate::ec2::operation::network_interface::{NewInterface, create};
use crate::ec2::shape::connection_tracking::{self, ConnectionTrackingInput};
use crate::ec2::shape::network_interface::NetworkInterfaceShape;
use crate::ec2::shape::private_address::{Ipv6AddressInput, PrivateAddressInput, wanted_ipv4, wanted_ipv6};
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::tag::{self, TagSpecification};
use crate::ec2::shape::value::only;
use crate::ec2::shape::view::View;
use crate::error::ApiError;

/// The action.
pub struct CreateNetworkInterface;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    subnet_id: String,
    description: Option<String>,
    private_ip_address: Option<String>,
    #[serde(default)]
    private_ip_addresses: Vec<PrivateAddressInput>,
    secondary_private_ip_address_count: Option<i64>,
    #[serde(default)]
    ipv6_addresses: Vec<Ipv6AddressInput>,
    ipv6_address_count: Option<i64>,
    #[serde(default, rename = "SecurityGroupId")]
    group_ids: Vec<String>,
    connection_tracking_specification: Option<ConnectionTrackingInput>,
    #[serde(default, rename = "TagSpecification")]
    tag_specifications: Vec<TagSpecification>,
    client_token: Option<String>,
    interface_type: Option<String>,
    enable_primary_ipv6: Option<bool>,
    ipv4_prefix_count: Option<i64>,
    ipv6_prefix_count: Option<i64>,
}

/// What is asked.
pub struct Request {
    subnet: SubnetId,
    interface: NewInterface,
    client_token: Option<String>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    network_interface: NetworkInterfaceShape,
    client_token: Option<String>,
}

impl Action for CreateNetworkInterface {
    const NAME: &'static str = "CreateNetworkInterface";
    const UNBUILT: &'static [&'static str] = &["Ipv4Prefix", "Ipv6Prefix", "Operator"];
    const TAKES_TOKEN: bool = true;

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        only("InterfaceType", input.interface_type.as_deref(), "interface")?;
        only("EnablePrimaryIpv6", input.enable_primary_ipv6, false)?;
        only("Ipv4PrefixCount", input.ipv4_prefix_count, 0)?;
        only("Ipv6PrefixCount", input.ipv6_prefix_count, 0)?;
        let primary = input.private_ip_address.as_deref();
        let count = input.secondary_private_ip_address_count;
        let interface = NewInterface {
            description: input.description.unwrap_or_default(),
            ipv4: wanted_ipv4(primary, &input.private_ip_addresses, count)?,
            ipv6: wanted_ipv6(&input.ipv6_addresses, input.ipv6_address_count)?,
            groups: parse_all(&input.group_ids)?,
            tracking: connection_tracking::parse(input.connection_tracking_specification.as_ref())?,
            tags: tag::parse(&input.tag_specifications, "network-interface")?,
        };
        Ok(Request { subnet: parse(&input.subnet_id)?, interface, client_token: input.client_token })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let subnet = find::<Subnet>(&call.state(), &request.subnet)?;
        let interface = create(call, request.interface, &subnet, None)?;
        let state = call.state();
        let view = View::new(Owner { account: &call.settings.account, region: call.region }, &state);
        let network_interface = NetworkInterfaceShape::new(&interface, &view).being_made();
        Ok(Output { network_interface, client_token: request.client_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::scene::{change_subnet, give_ipv6, region, subnet};

    #[test]
    fn an_interface_gets_the_lowest_free_address_and_the_default_group() {
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        let answer = bench.ok("CreateNetworkInterface", &format!("SubnetId={subnet}&Description=front"));
        assert_eq!(answer.get("privateIpAddress"), "172.31.0.4");
        assert_eq!(answer.get("privateDnsName"), "ip-172-31-0-4.ec2.internal");
        assert_eq!((answer.get("status"), answer.get("description")), ("pending".into(), "front".into()));
        assert_eq!((answer.get("groupName"), answer.get("sourceDestCheck")), ("default".into(), "true".into()));
        assert!(answer.get("macAddress").starts_with("06:") && answer.get("networkInterfaceId").starts_with("eni-"));
        assert!(!answer.has("<attachment>") && !answer.has("<association>"));
        let described = bench.ok("DescribeNetworkInterfaces", "");
        assert_eq!(
            (described.get("status"), described.get("availabilityZone")),
            ("available".into(), "us-east-1a".into())
        );
    }

    #[test]
    fn addresses_are_named_or_counted() {
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        let mut addresses = |parameters: &str| {
            let answer = bench.ok("CreateNetworkInterface", &format!("SubnetId={subnet}{parameters}"));
            let set = answer.get("privateIpAddressesSet");
            crate::bench::Answer(set).all("privateIpAddress")
        };
        assert_eq!(addresses("&PrivateIpAddress=172.31.0.5"), ["172.31.0.5"]);
        assert_eq!(addresses("&SecondaryPrivateIpAddressCount=2"), ["172.31.0.4", "172.31.0.6", "172.31.0.7"]);
        let listed = "&PrivateIpAddresses.1.PrivateIpAddress=172.31.0.8&PrivateIpAddresses.2.PrivateIpAddress=172.31.0.10&PrivateIpAddresses.2.Primary=true";
        assert_eq!(addresses(listed), ["172.31.0.10", "172.31.0.8"]);
        // The automatic primary address leaves room for the named secondary one.
        assert_eq!(addresses("&PrivateIpAddresses.1.PrivateIpAddress=172.31.0.9"), ["172.31.0.11", "172.31.0.9"]);
    }

    #[test]
    fn addresses_that_are_not_to_be_had_are_refused() {
        // VPC-9
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        let mut refused =
            |parameters: &str| bench.refused("CreateNetworkInterface", &format!("SubnetId={subnet}{parameters}"));
        assert_eq!(refused("&PrivateIpAddress=172.31.0.3"), "InvalidParameterValue");
        assert_eq!(refused("&PrivateIpAddress=172.31.15.255"), "InvalidParameterValue");
        assert_eq!(refused("&PrivateIpAddress=10.0.0.5"), "InvalidParameterValue");
        let twice = "&PrivateIpAddress=172.31.0.5&PrivateIpAddresses.1.PrivateIpAddress=172.31.0.6&PrivateIpAddresses.2.PrivateIpAddress=172.31.0.6";
        assert_eq!(refused(twice), "InvalidIPAddress.InUse");
        assert_eq!(refused("&SecondaryPrivateIpAddressCount=50"), "PrivateIpAddressLimitExceeded");
        assert_eq!(refused("&Ipv6AddressCount=1"), "InvalidParameterValue");
        bench.ok("CreateNetworkInterface", &format!("SubnetId={subnet}&PrivateIpAddress=172.31.0.5"));
        let again = format!("SubnetId={subnet}&PrivateIpAddress=172.31.0.5");
        assert_eq!(bench.refused("CreateNetworkInterface", &again), "InvalidIPAddress.InUse");
    }

    #[test]
    fn a_full_subnet_has_no_address_left() {
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        let small = ringwall_model::resource::traffic::Text("172.31.0.0/28".parse().unwrap());
        change_subnet(&mut bench, subnet, |record| record.ipv4 = small);
        let call = format!("SubnetId={subnet}");
        for _ in 0..11 {
            bench.ok("CreateNetworkInterface", &call);
        }
        assert_eq!(bench.refused("CreateNetworkInterface", &call), "InsufficientFreeAddressesInSubnet");
    }

    #[test]
    fn ipv6_addresses_come_by_name_number_or_habit_of_the_subnet() {
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        give_ipv6(&mut bench, subnet);
        let addresses = |bench: &mut Bench, parameters: &str| {
            bench.ok("CreateNetworkInterface", &format!("SubnetId={subnet}{parameters}")).all("ipv6Address")
        };
        assert_eq!(addresses(&mut bench, "&Ipv6Addresses.1.Ipv6Address=2001:db8:1::9"), ["2001:db8:1::9"]);
        assert_eq!(addresses(&mut bench, "&Ipv6AddressCount=2").len(), 2);
        assert_eq!(addresses(&mut bench, "").len(), 0);
        change_subnet(&mut bench, subnet, |record| record.assign_ipv6_address_on_creation = true);
        assert_eq!(addresses(&mut bench, "").len(), 1);
        assert_eq!(addresses(&mut bench, "&Ipv6AddressCount=0").len(), 0);
        let reserved = format!("SubnetId={subnet}&Ipv6Addresses.1.Ipv6Address=2001:db8:1::1");
        assert_eq!(bench.refused("CreateNetworkInterface", &reserved), "InvalidParameterValue");
        let used = format!("SubnetId={subnet}&Ipv6Addresses.1.Ipv6Address=2001:db8:1::9");
        assert_eq!(bench.refused("CreateNetworkInterface", &used), "InvalidIPAddress.InUse");
    }

    #[test]
    fn groups_are_of_the_subnets_vpc() {
        // SG-10, SG-71
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16");
        let region = region(&bench);
        let vpc = region.subnets.get(&subnet).unwrap().vpc;
        let foreign = region.security_groups.iter().find(|group| group.vpc != vpc).unwrap().id;
        let mut refused = |group: &str| {
            bench.refused("CreateNetworkInterface", &format!("SubnetId={subnet}&SecurityGroupId.1={group}"))
        };
        assert_eq!(refused(&foreign.to_string()), "InvalidParameter");
        assert_eq!(refused("sg-00000000000000001"), "InvalidGroup.NotFound");
        assert_eq!(refused("default"), "InvalidGroupId.Malformed");
    }

    #[test]
    fn idle_times_are_kept_and_shown() {
        // SG-18 to SG-20
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        let tracking =
            "&ConnectionTrackingSpecification.TcpEstablishedTimeout=60&ConnectionTrackingSpecification.UdpTimeout=45";
        let answer = bench.ok("CreateNetworkInterface", &format!("SubnetId={subnet}{tracking}"));
        assert_eq!((answer.get("tcpEstablishedTimeout"), answer.get("udpTimeout")), ("60".into(), "45".into()));
        assert!(!answer.has("udpStreamTimeout"));
        let wrong = format!("SubnetId={subnet}&ConnectionTrackingSpecification.UdpTimeout=61");
        assert_eq!(bench.refused("CreateNetworkInterface", &wrong), "InvalidParameterValue");
    }

    #[test]
    fn what_has_no_effect_is_refused_unless_it_changes_nothing() {
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        for parameter in [
            "Ipv4Prefix.1.Ipv4Prefix=172.31.0.16/28",
            "Ipv4PrefixCount=1",
            "InterfaceType=efa",
            "EnablePrimaryIpv6=true",
        ] {
            let call = format!("SubnetId={subnet}&{parameter}");
            assert_eq!(bench.refused("CreateNetworkInterface", &call), "UnsupportedOperation", "{parameter}");
        }
        let call = format!("SubnetId={subnet}&Ipv4PrefixCount=0&InterfaceType=interface&EnablePrimaryIpv6=false");
        bench.ok("CreateNetworkInterface", &call);
    }

    #[test]
    fn the_same_token_makes_one_interface() {
        // API-31
        let mut bench = Bench::new();
        let subnet = subnet(&mut bench, 'a');
        let call = format!("SubnetId={subnet}&ClientToken=once");
        let one = bench.ok("CreateNetworkInterface", &call);
        let other = bench.ok("CreateNetworkInterface", &call);
        assert_eq!(one.get("networkInterfaceId"), other.get("networkInterfaceId"));
        assert_eq!((one.get("clientToken"), region(&bench).network_interfaces.len()), ("once".into(), 1));
    }

    #[test]
    fn tags_are_for_interfaces_and_the_quota_holds() {
        let mut bench = Bench::new();
        bench.settings.quotas.network_interfaces = 1;
        let subnet = subnet(&mut bench, 'a');
        let tagged = |kind: &str| {
            format!("SubnetId={subnet}&TagSpecification.1.ResourceType={kind}&TagSpecification.1.Tag.1.Key=k")
        };
        assert_eq!(bench.refused("CreateNetworkInterface", &tagged("subnet")), "InvalidParameterValue");
        let answer = bench.ok("CreateNetworkInterface", &tagged("network-interface"));
        assert!(answer.has("<key>k</key><value/>"));
        assert_eq!(
            bench.refused("CreateNetworkInterface", &tagged("network-interface")),
            "NetworkInterfaceLimitExceeded"
        );
        assert_eq!(
            bench.refused("CreateNetworkInterface", "SubnetId=subnet-00000000000000001"),
            "InvalidSubnetID.NotFound"
        );
        assert_eq!(bench.refused("CreateNetworkInterface", ""), "MissingParameter");
    }
}
