"""NAT gateways as boto3 makes, waits for, changes and deletes them."""

import time

import pytest
from botocore.exceptions import ClientError

from support.network import ANYWHERE

QUICK = {"Delay": 1, "MaxAttempts": 3}


def code(raised):
    return raised.value.response["Error"]["Code"]


def allocate(ec2):
    return ec2.allocate_address(Domain="vpc")["AllocationId"]


def described(ec2, gateway):
    return ec2.describe_nat_gateways(NatGatewayIds=[gateway])["NatGateways"][0]


def make(network, subnet, **more):
    gateway = network.ec2.create_nat_gateway(SubnetId=subnet, **more)["NatGateway"]
    assert gateway["State"] == "pending"
    network.ec2.get_waiter("nat_gateway_available").wait(
        NatGatewayIds=[gateway["NatGatewayId"]], WaiterConfig=QUICK
    )
    return gateway["NatGatewayId"]


def test_a_public_gateway_from_its_making_to_its_end(network):
    ec2 = network.ec2
    subnet = network.subnet("10.0.1.0/24")
    allocation = allocate(ec2)
    gateway = make(network, subnet, AllocationId=allocation)
    told = described(ec2, gateway)
    [address] = told["NatGatewayAddresses"]
    elastic = ec2.describe_addresses(AllocationIds=[allocation])["Addresses"][0]
    assert address["PublicIp"] == elastic["PublicIp"] and address["IsPrimary"] and address["Status"] == "succeeded"
    assert elastic["NetworkInterfaceId"] == address["NetworkInterfaceId"]
    assert elastic["PrivateIpAddress"] == address["PrivateIp"] == "10.0.1.4"
    answer = ec2.describe_network_interfaces(NetworkInterfaceIds=[address["NetworkInterfaceId"]])
    [interface] = answer["NetworkInterfaces"]
    assert interface["InterfaceType"] == "nat_gateway" and interface["RequesterManaged"] and not interface["Groups"]
    assert interface["Status"] == "in-use" and interface["Attachment"]["InstanceOwnerId"] == "amazon-aws"

    table = network.route_table()
    network.route(table, ANYWHERE, NatGatewayId=gateway)

    def state():
        routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
        return [route["State"] for route in routes if route.get("NatGatewayId") == gateway]

    assert state() == ["active"]
    ec2.delete_nat_gateway(NatGatewayId=gateway)
    ec2.get_waiter("nat_gateway_deleted").wait(NatGatewayIds=[gateway], WaiterConfig=QUICK)
    assert described(ec2, gateway)["State"] == "deleted" and state() == ["blackhole"]
    ec2.release_address(AllocationId=allocation)
    ec2.delete_subnet(SubnetId=subnet)


def test_one_that_fails_says_why(network):
    ec2 = network.ec2
    allocation = allocate(ec2)
    subnet = network.subnet("10.0.1.0/24")
    make(network, subnet, AllocationId=allocation)
    gateway = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=allocation)["NatGateway"]["NatGatewayId"]
    told = described(ec2, gateway)
    assert (told["State"], told["FailureCode"]) == ("failed", "Resource.AlreadyAssociated")
    with pytest.raises(ClientError) as raised:
        ec2.create_nat_gateway(SubnetId=subnet)
    assert code(raised) == "MissingParameter"


def test_what_it_brought_with_it_is_not_the_owners_to_change(network):
    ec2 = network.ec2
    allocation = allocate(ec2)
    gateway = make(network, network.subnet("10.0.1.0/24"), AllocationId=allocation)
    [address] = described(ec2, gateway)["NatGatewayAddresses"]
    interface = address["NetworkInterfaceId"]
    group = network.group("closed")
    refused = [
        (ec2.modify_network_interface_attribute, {"NetworkInterfaceId": interface, "Groups": [group]}, "AuthFailure"),
        (ec2.delete_network_interface, {"NetworkInterfaceId": interface}, "InvalidParameterValue"),
        (ec2.release_address, {"AllocationId": allocation}, "AuthFailure"),
        (ec2.disassociate_address, {"AssociationId": address["AssociationId"]}, "AuthFailure"),
        (
            ec2.detach_network_interface,
            {"AttachmentId": interface.replace("eni", "ela-attach")},
            "OperationNotPermitted",
        ),
    ]
    for call, parameters, expected in refused:
        with pytest.raises(ClientError) as raised:
            call(**parameters)
        assert code(raised) == expected, call


def test_secondary_addresses_come_and_drain(network):
    ec2 = network.ec2
    first, second = allocate(ec2), allocate(ec2)
    gateway = make(network, network.subnet("10.0.1.0/24"), AllocationId=first)
    answer = ec2.associate_nat_gateway_address(NatGatewayId=gateway, AllocationIds=[second])
    [added] = answer["NatGatewayAddresses"]
    assert added["Status"] == "associating" and added["AllocationId"] == second
    assert len(described(ec2, gateway)["NatGatewayAddresses"]) == 2
    ec2.disassociate_nat_gateway_address(
        NatGatewayId=gateway, AssociationIds=[added["AssociationId"]], MaxDrainDurationSeconds=1
    )
    assert described(ec2, gateway)["NatGatewayAddresses"][1]["Status"] == "disassociating"
    end = time.monotonic() + 10
    while len(described(ec2, gateway)["NatGatewayAddresses"]) == 2:
        assert time.monotonic() < end, "the address is still there"
        time.sleep(0.2)
    ec2.release_address(AllocationId=second)


def test_a_private_gateway_has_several_private_addresses(network):
    ec2 = network.ec2
    subnet = network.subnet("10.0.1.0/24")
    gateway = make(
        network, subnet, ConnectivityType="private", PrivateIpAddress="10.0.1.50", SecondaryPrivateIpAddressCount=1
    )
    ec2.assign_private_nat_gateway_address(NatGatewayId=gateway, PrivateIpAddresses=["10.0.1.60"])
    addresses = [address["PrivateIp"] for address in described(ec2, gateway)["NatGatewayAddresses"]]
    assert addresses == ["10.0.1.50", "10.0.1.4", "10.0.1.60"]
    ec2.unassign_private_nat_gateway_address(NatGatewayId=gateway, PrivateIpAddresses=["10.0.1.60"])
    assert described(ec2, gateway)["NatGatewayAddresses"][2]["Status"] == "unassigning"


def test_pages_and_filters(network):
    ec2 = network.ec2
    subnets = [network.subnet("10.0.1.0/24"), network.subnet("10.0.2.0/24", zone="us-east-1b")]
    made = {ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"]["NatGatewayId"]
            for subnet in subnets for _ in range(3)}
    filters = [{"Name": "vpc-id", "Values": [network.vpc]}]
    pages = ec2.get_paginator("describe_nat_gateways").paginate(Filters=filters, PaginationConfig={"PageSize": 5})
    sizes = [[gateway["NatGatewayId"] for gateway in page["NatGateways"]] for page in pages]
    assert [len(page) for page in sizes] == [5, 1] and set(sum(sizes, [])) == made
