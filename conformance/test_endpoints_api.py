"""VPC endpoints as boto3 makes, finds, changes and deletes them."""

import json

import pytest
from botocore.exceptions import ClientError

from support.network import allow

S3, EC2 = "com.amazonaws.us-east-1.s3", "com.amazonaws.us-east-1.ec2"


def code(raised):
    return raised.value.response["Error"]["Code"]


def described(ec2, endpoint):
    return ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]


def prefix_list(ec2, name):
    answer = ec2.describe_prefix_lists(Filters=[{"Name": "prefix-list-name", "Values": [name]}])
    return answer["PrefixLists"][0]


def test_services_and_their_prefix_lists(shared):
    ec2 = shared.client()
    answer = ec2.describe_vpc_endpoint_services(ServiceNames=[S3])
    kinds = [detail["ServiceType"][0]["ServiceType"] for detail in answer["ServiceDetails"]]
    assert answer["ServiceNames"] == [S3] and sorted(kinds) == ["Gateway", "Interface"]
    own = prefix_list(ec2, S3)
    assert own["Cidrs"] == ["198.18.0.0/24"]
    owner = [{"Name": "owner-id", "Values": ["AWS"]}]
    managed = ec2.describe_managed_prefix_lists(Filters=owner)["PrefixLists"]
    assert own["PrefixListId"] in [entry["PrefixListId"] for entry in managed]
    entries = ec2.get_managed_prefix_list_entries(PrefixListId=own["PrefixListId"])["Entries"]
    assert [entry["Cidr"] for entry in entries] == own["Cidrs"]
    with pytest.raises(ClientError) as raised:
        ec2.describe_vpc_endpoint_services(ServiceNames=["com.amazonaws.us-east-1.nothing"])
    assert code(raised) == "InvalidServiceName"


def test_a_gateway_endpoint_is_a_route(network):
    ec2 = network.ec2
    table = network.route_table()
    made = ec2.create_vpc_endpoint(VpcId=network.vpc, ServiceName=S3, RouteTableIds=[table])["VpcEndpoint"]
    endpoint = made["VpcEndpointId"]
    assert made["State"] == "available" and made["RouteTableIds"] == [table]
    own = prefix_list(ec2, S3)["PrefixListId"]

    def routes():
        told = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
        return [(route["DestinationPrefixListId"], route["GatewayId"], route["State"])
                for route in told if "DestinationPrefixListId" in route]

    assert routes() == [(own, endpoint, "active")]
    with pytest.raises(ClientError) as raised:
        ec2.delete_route(RouteTableId=table, DestinationPrefixListId=own)
    assert code(raised) == "InvalidParameterValue"
    with pytest.raises(ClientError) as raised:
        ec2.create_vpc_endpoint(VpcId=network.vpc, ServiceName=S3, RouteTableIds=[table])
    assert code(raised) == "RouteAlreadyExists"
    group = network.group("to-s3", egress=[allow("tcp", 443, prefix_list=own)])
    assert ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissionsEgress"]
    policy = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]}
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PolicyDocument=json.dumps(policy))
    assert json.loads(described(ec2, endpoint)["PolicyDocument"]) == policy
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, ResetPolicy=True)
    assert json.loads(described(ec2, endpoint)["PolicyDocument"])["Statement"][0]["Action"] == "*"
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, RemoveRouteTableIds=[table])
    assert routes() == []
    assert ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])["Unsuccessful"] == []
    [failed] = ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])["Unsuccessful"]
    assert failed["Error"]["Code"] == "InvalidVpcEndpointId.NotFound"


def test_an_interface_endpoint_has_interfaces_groups_and_names(network):
    ec2 = network.ec2
    ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsHostnames={"Value": True})
    one, two = network.subnet("10.0.1.0/24"), network.subnet("10.0.2.0/24", zone="us-east-1b")
    group = network.group("endpoint", allow("tcp", 443, cidr="10.0.0.0/16"))
    made = ec2.create_vpc_endpoint(
        VpcId=network.vpc,
        VpcEndpointType="Interface",
        ServiceName=EC2,
        SubnetIds=[one],
        SubnetConfigurations=[{"SubnetId": one, "Ipv4": "10.0.1.77"}],
        SecurityGroupIds=[group],
    )["VpcEndpoint"]
    endpoint = made["VpcEndpointId"]
    assert made["State"] == "pending" and made["PrivateDnsEnabled"]
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddSubnetIds=[two])
    told = described(ec2, endpoint)
    assert told["State"] == "available" and sorted(told["SubnetIds"]) == sorted([one, two])
    answer = ec2.describe_network_interfaces(NetworkInterfaceIds=told["NetworkInterfaceIds"])
    interfaces = {interface["SubnetId"]: interface for interface in answer["NetworkInterfaces"]}
    assert interfaces[one]["PrivateIpAddress"] == "10.0.1.77"
    assert {interface["InterfaceType"] for interface in interfaces.values()} == {"vpc_endpoint"}
    assert [own["GroupId"] for own in interfaces[two]["Groups"]] == [group]
    names = [entry["DnsName"] for entry in told["DnsEntries"]]
    assert len(names) == 4 and names[0].startswith(endpoint) and names[3] == "ec2.us-east-1.amazonaws.com"
    with pytest.raises(ClientError) as raised:
        ec2.delete_subnet(SubnetId=one)
    assert code(raised) == "DependencyViolation"
    with pytest.raises(ClientError) as raised:
        ec2.create_vpc_endpoint(VpcId=network.vpc, VpcEndpointType="Interface", ServiceName=EC2, SubnetIds=[one])
    assert code(raised) == "InvalidParameter"
    assert ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])["Unsuccessful"] == []
    ec2.delete_subnet(SubnetId=one)
    ec2.delete_security_group(GroupId=group)


def test_what_is_not_built_is_refused(network):
    ec2 = network.ec2
    for parameters in [
        {"VpcEndpointType": "GatewayLoadBalancer", "ServiceName": S3},
        {"VpcEndpointType": "Interface", "ServiceName": EC2, "IpAddressType": "dualstack"},
        {"VpcEndpointType": "Interface", "ServiceName": EC2, "ServiceRegion": "eu-west-1"},
    ]:
        with pytest.raises(ClientError) as raised:
            ec2.create_vpc_endpoint(VpcId=network.vpc, **parameters)
        assert code(raised) == "UnsupportedOperation", parameters
