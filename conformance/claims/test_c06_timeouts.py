"""C06: how long a security group remembers a flow that is idle is set for each interface (SG-18 to SG-20)."""

import socket
import time

import pytest
from botocore.exceptions import ClientError
from support.network import Network, allow
from support.place import talks_udp

VPC = "10.0.0.0/16"
SHORTEST = 30


def launch(network, subnet, group, seconds):
    specification = {"UdpTimeout": seconds}
    made = network.ec2.create_network_interface(
        SubnetId=subnet, Groups=[group], ConnectionTrackingSpecification=specification
    )
    instance = network.launch(subnet, [group])
    network.ec2.attach_network_interface(
        NetworkInterfaceId=made["NetworkInterface"]["NetworkInterfaceId"], InstanceId=instance.id, DeviceIndex=1
    )
    return instance, made["NetworkInterface"]["PrivateIpAddress"]


class Flow:
    """A question to a server with this timeout, asked so often."""

    def __init__(self, client, address, times):
        self.to = (address, 53)
        self.socket = client.place.open(socket.AF_INET, socket.SOCK_DGRAM)
        for _ in range(times):
            assert talks_udp(self.socket, self.to)

    def goes_on(self):
        return talks_udp(self.socket, self.to)


def test_c06_idle_udp_is_forgotten_after_its_time(shared):
    """A question and its answer: 30 s where the interface says 30, longer where it says 60, or in a stream (SG-19)."""
    network = Network(shared)
    subnet = network.subnet("10.0.1.0/24")
    client = network.launch(subnet, [network.group("client")])
    rule = allow("udp", 53, cidr=VPC)
    group = network.group("server", rule)
    shorter, shorter_address = launch(network, subnet, group, SHORTEST)
    longer, longer_address = launch(network, subnet, group, 60)
    udp = socket.SOCK_DGRAM
    with shorter.place.listen(53, shorter_address, udp), longer.place.listen(53, longer_address, udp):
        asked, asked_longer = Flow(client, shorter_address, 1), Flow(client, longer_address, 1)
        stream = Flow(client, shorter_address, 3)
        begun = time.monotonic()
        network.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[rule])
        time.sleep(SHORTEST + 1.2 - (time.monotonic() - begun))  # the time itself is what is tested
        assert not asked.goes_on()
        assert asked_longer.goes_on() and stream.goes_on()
    network.ec2.terminate_instances(InstanceIds=[instance.id for instance in (client, shorter, longer)])


def test_c06_timeouts_are_set_within_bounds_and_told(network):
    subnet = network.subnet("10.0.1.0/24")
    made = network.ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]

    def change(**seconds):
        network.ec2.modify_network_interface_attribute(
            NetworkInterfaceId=made, ConnectionTrackingSpecification=seconds
        )

    def told():
        interface = network.ec2.describe_network_interfaces(NetworkInterfaceIds=[made])["NetworkInterfaces"][0]
        return interface.get("ConnectionTrackingConfiguration")

    whole = {"TcpEstablishedTimeout": 60, "UdpStreamTimeout": 180, "UdpTimeout": 60}
    change(**whole)
    assert told() == whole
    for name, least, most in (
        ("TcpEstablishedTimeout", 60, 432_000),
        ("UdpStreamTimeout", 60, 180),
        ("UdpTimeout", 30, 60),
    ):
        for wrong in (least - 1, most + 1):
            with pytest.raises(ClientError) as refused:
                change(**{name: wrong})
            assert refused.value.response["Error"]["Code"] == "InvalidParameterValue"
        change(**{name: least})
        assert told()[name] == least


def test_c06_a_full_table_takes_no_new_flow(daemon):
    """SG-21: what is remembered goes on, what is new is dropped until there is room again; explain says why."""
    daemon.down()
    daemon.options = ["--session-limit=4"]
    network = Network(daemon.start())
    subnet = network.subnet("10.0.1.0/24")
    server = network.launch(subnet, [network.group("server", allow("udp", 53, cidr=VPC))])
    clients = network.launch(subnet, [network.group("client")], count=2)
    server.place.listen(53, kind=socket.SOCK_DGRAM)
    flows = [Flow(clients[number % 2], server.address, 1) for number in range(4)]
    assert not clients[0].place.asks(server.address, 53, 0.15)
    assert all(flow.goes_on() for flow in flows)
    refused = daemon.status()["refused"]
    assert refused.get("session-table-full-in", 0) >= 1, refused
