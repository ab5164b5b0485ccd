"""C12: private instances reach the internet through a NAT gateway, by a route; the internet sees the Elastic IP."""

import socket

import pytest
from support.gateway import NatGateway, private_side
from support.network import ANYWHERE, Network, allow
from support.place import talks
from support.verdict import layers, passes

OUTSIDE, OTHER = "192.0.2.10", "203.0.113.77"
BRIEF = 0.15
UDP = socket.SOCK_DGRAM


@pytest.fixture
def private(network):
    return private_side(network)


def test_c12_the_internet_sees_the_gateways_elastic_ip(network, private):
    """NAT-4 to NAT-6: TCP, UDP and ICMP go out, from one address, by ports from 1024 on."""
    instance, gateway = private
    with network.internet.listen(8080) as tcp_asked, network.internet.listen(53, kind=UDP) as udp_asked:
        for address in (OUTSIDE, OTHER, "8.8.8.8"):
            assert instance.place.reaches(address, 8080)
            assert instance.place.pings(address)
        for port in (53, 5353):
            assert instance.place.asks(OUTSIDE, 53, source=("", port))
    assert set(tcp_asked.peers) == set(udp_asked.peers) == {gateway.public}
    said = passes(network, instance, "internet", 8080)
    assert layers(said["request"])["NAT gateway"]["rule"] == gateway.id
    assert gateway.public not in instance.exec("ip", "address").stdout


def test_c12_two_instances_share_the_address(network, private):
    """The same ports at the same time: each gets its own answers."""
    one, gateway = private
    other = network.launch(one.description["SubnetId"], [network.group("second", allow(cidr=ANYWHERE))])
    with network.internet.listen(53, kind=UDP) as asked:
        for _ in range(3):
            for instance in (one, other):
                assert instance.place.asks(OUTSIDE, 53, source=("", 5353))
    assert set(asked.peers) == {gateway.public}


def test_c12_the_route_decides(network, private):
    """RT-1, NAT-26: without the route nothing leaves; with it, also for what is being said, at once."""
    instance, gateway = private
    with network.internet.listen(8080):
        held = instance.place.connect(OUTSIDE, 8080)
        network.ec2.delete_route(RouteTableId=gateway.table, DestinationCidrBlock=ANYWHERE)
        assert not instance.place.reaches(OUTSIDE, 8080, BRIEF) and not talks(held, BRIEF)
        network.route(gateway.table, ANYWHERE, NatGatewayId=gateway.id)
        assert instance.place.reaches(OUTSIDE, 8080) and talks(instance.place.connect(OUTSIDE, 8080))


def test_c12_a_deleted_gateway_leaves_a_black_hole(network, private):
    """NAT-26: at once, the Elastic IP stays allocated, and the route says `blackhole`."""
    instance, gateway = private
    with network.internet.listen(8080):
        held = instance.place.connect(OUTSIDE, 8080)
        network.ec2.delete_nat_gateway(NatGatewayId=gateway.id)
        assert not instance.place.reaches(OUTSIDE, 8080, BRIEF) and not talks(held, BRIEF)
    tables = network.ec2.describe_route_tables(RouteTableIds=[gateway.table])["RouteTables"]
    assert "blackhole" in [route["State"] for route in tables[0]["Routes"]]
    addresses = network.ec2.describe_addresses(AllocationIds=[gateway.allocation])["Addresses"]
    assert "AssociationId" not in addresses[0]


def test_c12_a_second_address_takes_connections_too(network, private):
    """NAT-8, NAT-21: several addresses are used; one that drains takes no new connections and keeps what it has."""
    instance, gateway = private
    second = network.ec2.allocate_address(Domain="vpc")
    network.ec2.associate_nat_gateway_address(NatGatewayId=gateway.id, AllocationIds=[second["AllocationId"]])
    with network.internet.listen(8080) as asked:
        for port in range(2000, 2040):
            with instance.place.connect(OUTSIDE, 8080, source=("", port)) as connection:
                assert talks(connection)
        assert set(asked.peers) == {gateway.public, second["PublicIp"]}
        held = [instance.place.connect(OUTSIDE, 8080) for _ in range(20)]
        assert all(talks(one) for one in held) and second["PublicIp"] in asked.peers[40:]
        drained = next(a for a in gateway.addresses() if a.get("PublicIp") == second["PublicIp"])
        network.ec2.disassociate_nat_gateway_address(
            NatGatewayId=gateway.id, AssociationIds=[drained["AssociationId"]], MaxDrainDurationSeconds=600
        )
        seen = len(asked.peers)
        for port in range(2100, 2140):
            with instance.place.connect(OUTSIDE, 8080, source=("", port)) as connection:
                assert talks(connection)
        assert set(asked.peers[seen:]) == {gateway.public}
        assert all(talks(one) for one in held), "what goes by a draining address goes on"


def test_c12_an_instance_with_a_public_address_may_still_use_the_gateway(network, private):
    """The route decides, not the address: behind the gateway's route the instance's own public address is not used."""
    _, gateway = private
    subnet = network.subnet("10.0.3.0/24")
    network.ec2.associate_route_table(RouteTableId=gateway.table, SubnetId=subnet)
    instance = network.launch(subnet, [network.group("public", allow(cidr=ANYWHERE))], public=True)
    with network.internet.listen(8080) as asked:
        assert instance.place.reaches(OUTSIDE, 8080)
    assert asked.peers == [gateway.public] != [instance.public]


def test_c12_a_hairpin_shows_the_gateways_address(network, private):
    """NAT-36: to the public address of an instance of the same VPC: out, round, and in again from outside."""
    instance, gateway = private
    group = network.group("from the gateway", allow("tcp", 80, cidr=f"{gateway.public}/32"))
    server = network.launch(gateway.subnet, [group], public=True)
    with server.place.listen(80) as asked:
        assert instance.place.reaches(server.public, 80)
        assert asked.peers == [gateway.public]
        assert not instance.place.reaches(server.address, 80, BRIEF), "its private address is not what the rule names"


def test_c12_connections_outlive_the_daemon(daemon):
    """NAT sessions are the data plane's: a control plane that is killed and comes back loses none."""
    network = Network(daemon)
    instance, _ = private_side(network)
    with network.internet.listen(8080):
        held = instance.place.connect(OUTSIDE, 8080)
        daemon.kill()
        try:
            assert talks(held) and instance.place.reaches(OUTSIDE, 8080)
        finally:
            daemon.start()
        assert talks(held) and instance.place.reaches(OUTSIDE, 8080)
