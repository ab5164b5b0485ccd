"""C12, C14, the internet gateway's half: by a route, with a public address that the internet sees."""

import socket

import pytest
from botocore.exceptions import ClientError
from support.network import ANYWHERE, ANYWHERE_V6, Network, allow
from support.place import talks
from support.verdict import passes, stopped

OUTSIDE, OTHER, OUTSIDE_V6 = "192.0.2.10", "203.0.113.77", "2001:db8:ffff::10"
BRIEF = 0.15
GATEWAY, ROUTES = "internet gateway", "route table"


def allocate(network):
    made = network.ec2.allocate_address(Domain="vpc")
    return made["AllocationId"], made["PublicIp"]


def associate(network, allocation, instance):
    answer = network.ec2.associate_address(AllocationId=allocation, InstanceId=instance.id)
    return answer["AssociationId"]


def start(network, public=True):
    return network.launch(network.subnet("10.0.1.0/24"), [network.group("open", allow(cidr=ANYWHERE))], public=public)


def test_c12_the_internet_sees_the_public_address(network):
    """IGW-1, EIP-4: translated one to one; inside nothing but the private address is to be seen."""
    instance = start(network)
    udp = socket.SOCK_DGRAM
    with network.internet.listen(8080) as tcp_asked, network.internet.listen(53, kind=udp) as udp_asked:
        for address in (OUTSIDE, OTHER, "8.8.8.8"):
            assert instance.place.reaches(address, 8080) and instance.place.asks(address, 53, source=("", 5_353))
            assert instance.place.pings(address)
    assert set(tcp_asked.peers) == set(udp_asked.peers) == {instance.public}
    assert instance.public not in instance.exec("ip", "address").stdout
    passes(network, instance, "internet", 8080, layer=GATEWAY, rule=network.gateway)


def test_c12_an_elastic_ip_acts_at_once(network):
    """From the call on the internet sees it, and sees it no more once it is taken off (EIP-8, EIP-12)."""
    instance = start(network, public=False)
    allocation, elastic = allocate(network)
    with network.internet.listen(8080) as asked, instance.place.listen(80):
        assert not instance.place.reaches(OUTSIDE, 8080, BRIEF)
        for _ in range(2):
            association = associate(network, allocation, instance)
            assert instance.place.reaches(OUTSIDE, 8080) and network.internet.reaches(elastic, 80)
            network.ec2.disassociate_address(AssociationId=association)
            assert not instance.place.reaches(OUTSIDE, 8080, BRIEF)
            assert not network.internet.reaches(elastic, 80, BRIEF)
    assert asked.peers == [elastic, elastic]


def test_c12_an_elastic_ip_moves_to_another_instance_at_once(network):
    """EIP-10: the next packet to the address arrives there, and connections of the first holder end."""
    subnet = network.subnet("10.0.1.0/24")
    one, other = network.launch(subnet, [network.group("open", allow(cidr=ANYWHERE))], count=2)
    allocation, elastic = allocate(network)
    with one.place.listen(80) as at_one, other.place.listen(80) as at_other, network.internet.listen(8080) as asked:
        for here, there, heard in ((one, other, at_one), (other, one, at_other), (one, other, at_one)):
            associate(network, allocation, here)
            before = len(heard.peers)
            held = network.internet.connect(elastic, 80)
            assert talks(held) and len(heard.peers) == before + 1
            assert here.place.reaches(OUTSIDE, 8080) and not there.place.reaches(OUTSIDE, 8080, BRIEF)
            associate(network, allocation, there)
            assert not talks(held, BRIEF)
    assert set(asked.peers) == {elastic}


def test_c12_without_a_public_address_nothing_leaves(network):
    """IGW-4: what has no public address has nothing to be translated to."""
    instance = start(network, public=False)
    with network.internet.listen(8080) as asked:
        assert not instance.place.reaches(OUTSIDE, 8080, BRIEF) and not instance.place.pings(OUTSIDE, BRIEF)
    assert asked.peers == []
    said = stopped(network, instance, "internet", 8080, layer=GATEWAY)
    assert said["request"]["stopped_by"]["explanation_code"] == "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"


def test_c12_without_a_route_nothing_leaves(network):
    """IGW-3, RT-28: the route makes the subnet public; taken away and given back it acts at once, on what runs too."""
    instance = start(network)
    with network.internet.listen(8080), instance.place.listen(80):
        held = instance.place.connect(OUTSIDE, 8080)
        for _ in range(2):
            assert instance.place.reaches(OUTSIDE, 8080) and network.internet.reaches(instance.public, 80)
            network.ec2.delete_route(RouteTableId=network.main_table, DestinationCidrBlock=ANYWHERE)
            assert not instance.place.reaches(OUTSIDE, 8080, BRIEF) and not talks(held, BRIEF)
            assert not network.internet.reaches(instance.public, 80, BRIEF), "its answers have no way out"
            said = stopped(network, instance, "internet", 8080, layer=ROUTES, rule=network.main_table)
            assert said["request"]["stopped_by"]["explanation_code"] == "NO_ROUTE_TO_DESTINATION"
            stopped(network, "internet", instance, 80, layer=ROUTES, answer=True)
            network.route(network.main_table, ANYWHERE, GatewayId=network.gateway)
            held = instance.place.connect(OUTSIDE, 8080)


def test_c12_a_route_of_another_table_is_no_route(network):
    """A subnet asks its own table; the longest prefix wins whatever its target (RT-1, RT-11)."""
    instance = start(network)
    private = network.subnet("10.0.2.0/24")
    table = network.route_table(private)
    hidden = network.launch(private, [network.group("also open", allow(cidr=ANYWHERE))], public=True)
    with network.internet.listen(8080):
        assert instance.place.reaches(OUTSIDE, 8080) and not hidden.place.reaches(OUTSIDE, 8080, BRIEF)
        stopped(network, hidden, "internet", 8080, layer=ROUTES, rule=table)
        network.route(table, "203.0.113.0/24", GatewayId=network.gateway)
        assert hidden.place.reaches(OTHER, 8080) and not hidden.place.reaches(OUTSIDE, 8080, BRIEF)


def test_c12_without_a_gateway_there_is_no_internet(shared):
    """IGW-3, RT-26: a route to a gateway that was detached is a black hole."""
    network = Network(shared, internet=False)
    subnet = network.subnet("10.0.1.0/24")
    instance = network.launch(subnet, [network.group("open", allow(cidr=ANYWHERE))])
    try:
        with network.internet.listen(8080), instance.place.listen(80):
            stopped(network, instance, "internet", 8080, layer=ROUTES, rule=network.main_table)
            allocation, elastic = allocate(network)
            with pytest.raises(ClientError) as refused:
                associate(network, allocation, instance)
            assert refused.value.response["Error"]["Code"] == "Gateway.NotAttached", "EIP-11"
            gateway = network.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
            network.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network.vpc)
            network.route(network.main_table, ANYWHERE, GatewayId=gateway)
            association = associate(network, allocation, instance)
            assert instance.place.reaches(OUTSIDE, 8080) and network.internet.reaches(elastic, 80)
            network.ec2.disassociate_address(AssociationId=association)
            network.ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=network.vpc)
            assert not instance.place.reaches(OUTSIDE, 8080, BRIEF)
            said = stopped(network, instance, "internet", 8080, layer=ROUTES)
            assert said["request"]["stopped_by"]["explanation_code"] == "BAD_STATE_ROUTE"
    finally:
        network.ec2.terminate_instances(InstanceIds=[instance.id])


def test_c12_private_addresses_are_not_in_the_internet(network):
    """IGW-5, IGW-6: neither as destinations outside nor as sources of what comes in, nor an address that nobody has."""
    instance = start(network)
    _, unused = allocate(network)
    with network.internet.listen(8080) as asked, instance.place.listen(80) as heard:
        stopped(network, instance, "10.99.0.1", 8080, layer=GATEWAY)
        for private in ("10.99.0.1", "172.16.3.4", "192.168.1.1", "100.64.7.7"):
            assert not instance.place.reaches(private, 8080, BRIEF)
            assert network.internet.connect(instance.public, 80, BRIEF, (private, 0)) is None
        assert not network.internet.reaches(unused, 80, BRIEF)
        stopped(network, "internet", unused, 80, layer=GATEWAY)
        stopped(network, "internet", instance.address, 80, layer=GATEWAY)
    assert asked.peers == heard.peers == []


def test_c12_ipv6_is_routed_as_it_is(network_v6):
    """IGW-2, RT-5: no translation, and a route of its own."""
    network = network_v6
    subnet = network.subnet("10.0.1.0/24", ipv6=network.ipv6_block.replace("/56", "/64"))
    group = network.group("open", allow(cidr=ANYWHERE_V6))
    instance = network.launch(subnet, [group], ipv6=True)
    with network.internet.listen(8080) as asked, instance.place.listen(80) as heard:
        assert instance.place.reaches(OUTSIDE_V6, 8080) and instance.place.pings(OUTSIDE_V6)
        assert network.internet.connect(instance.address_v6, 80, source=("2001:db8:bad::5", 0))
        assert asked.peers == [instance.address_v6] and heard.peers == ["2001:db8:bad::5"]
        passes(network, instance, OUTSIDE_V6, 8080)
        network.ec2.delete_route(RouteTableId=network.main_table, DestinationIpv6CidrBlock=ANYWHERE_V6)
        assert not instance.place.reaches(OUTSIDE_V6, 8080, BRIEF)
        stopped(network, instance, OUTSIDE_V6, 8080, layer=ROUTES, rule=network.main_table)
