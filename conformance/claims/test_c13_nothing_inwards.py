"""C13, the internet gateway's half: nothing outside opens a connection inwards unless group and ACL let it."""

import socket

import pytest
from botocore.exceptions import ClientError
from support.network import ANYWHERE, ANYWHERE_V6, allow
from support.place import talks
from support.verdict import passes, stopped

OUTSIDE, OUTSIDE_V6 = "192.0.2.10", "2001:db8:ffff::10"
BRIEF = 0.15
GROUP, ACL, EGRESS_ONLY = "security group, inbound", "network ACL, inbound", "egress-only internet gateway"


def any_inward(outside, address):
    """Whether anything at all comes in, by three protocols."""
    return outside.reaches(address, 80, BRIEF) or outside.asks(address, 53, BRIEF) or outside.pings(address, BRIEF)


def test_c13_who_reaches_out_is_not_thereby_reached(network):
    """With a group that admits nothing: outward all works, inward nothing, not even to the port that is in use."""
    group = network.group("closed", egress=[allow("tcp", 8080, cidr="192.0.2.0/24")])
    instance = network.launch(network.subnet("10.0.1.0/24"), [group], public=True)
    udp = socket.SOCK_DGRAM
    with network.internet.listen(8080, OUTSIDE), instance.place.listen(80), instance.place.listen(53, kind=udp):
        held = instance.place.connect(OUTSIDE, 8080)
        assert talks(held)
        assert not any_inward(network.internet, instance.public)
        port = held.getsockname()[1]
        for source in ((OUTSIDE, 0), ("192.0.2.11", 8080)):
            assert network.internet.connect(instance.public, port, BRIEF, source) is None
        assert talks(held)
        stopped(network, "internet", instance, 80, layer=GROUP, rule=group)


def test_c13_both_group_and_acl_have_to_let_it_in(network):
    """IGW-3: each alone is enough to keep it out, and explain says which."""
    subnet = network.subnet("10.0.1.0/24")
    group = network.group("web")
    instance = network.launch(subnet, [group], public=True)
    acl = network.acl(subnet)
    network.entry(acl, 100, "allow", egress=True)
    rule = allow("tcp", 80, cidr=ANYWHERE)
    with instance.place.listen(80) as heard:
        said = stopped(network, "internet", instance, 80, layer=ACL, rule=f"{acl}/*")
        assert [also["layer"] for also in said["request"]["also_stopped_by"]] == [GROUP]
        network.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
        assert not network.internet.reaches(instance.public, 80, BRIEF)
        stopped(network, "internet", instance, 80, layer=ACL, rule=f"{acl}/*")
        network.entry(acl, 100, "allow", protocol="6", ports=(80, 80))
        assert network.internet.reaches(instance.public, 80)
        passes(network, "internet", instance, 80)
        network.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[rule])
        assert not network.internet.reaches(instance.public, 80, BRIEF)
        stopped(network, "internet", instance, 80, layer=GROUP, rule=group)
    assert set(heard.peers) == {OUTSIDE}


class EgressOnly:
    """A subnet whose IPv6 leaves by an egress-only gateway, with groups and ACLs that would let all in."""

    def __init__(self, network):
        self.network = network
        made = network.ec2.create_egress_only_internet_gateway(VpcId=network.vpc)
        self.gateway = made["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"]
        subnet = network.subnet("10.0.1.0/24", ipv6=network.ipv6_block.replace("/56", "/64"))
        self.table = network.route_table(subnet)
        network.route(self.table, ANYWHERE_V6, EgressOnlyInternetGatewayId=self.gateway)
        group = network.group("open", allow(cidr=ANYWHERE_V6))
        self.instance = network.launch(subnet, [group], ipv6=True)


@pytest.fixture
def egress_only(network_v6):
    return EgressOnly(network_v6)


def test_c13_egress_only_lets_out_and_never_in(egress_only):
    """IGW-17: even where group and ACL admit everybody."""
    network, instance, udp = egress_only.network, egress_only.instance, socket.SOCK_DGRAM
    outside, address = network.internet, instance.address_v6
    with outside.listen(8080) as asked, outside.listen(53, kind=udp), instance.place.listen(80) as heard:
        with instance.place.listen(53, kind=udp) as heard_udp:
            for _ in range(2):
                assert instance.place.reaches(OUTSIDE_V6, 8080) and instance.place.pings(OUTSIDE_V6)
                assert instance.place.asks(OUTSIDE_V6, 53)
                assert not any_inward(outside, address)
    assert set(asked.peers) == {address} and heard.peers == heard_udp.peers == []
    passes(network, instance, OUTSIDE_V6, 8080, layer=EGRESS_ONLY, rule=egress_only.gateway)
    stopped(network, "internet", address, 80, layer=EGRESS_ONLY)


def test_c13_egress_only_knows_what_was_begun_inside(egress_only):
    """The answer comes in, and another connection to the very same port does not."""
    network, instance = egress_only.network, egress_only.instance
    with network.internet.listen(8080, OUTSIDE_V6):
        held = instance.place.connect(OUTSIDE_V6, 8080)
        assert talks(held)
        port = held.getsockname()[1]
        assert network.internet.connect(instance.address_v6, port, BRIEF) is None
        assert network.internet.connect(instance.address_v6, port, BRIEF, ("2001:db8:bad::1", 8080)) is None
        assert talks(held)


def test_c13_an_open_way_in_is_closed_by_the_egress_only_gateway(egress_only):
    """The route decides: by the internet gateway it is reached, by the egress-only one it is not, from the call on."""
    network, instance = egress_only.network, egress_only.instance
    ways = ({"GatewayId": network.gateway}, {"EgressOnlyInternetGatewayId": egress_only.gateway})
    with instance.place.listen(80):
        for _ in range(2):
            for way, opened in zip(ways, (True, False)):
                network.ec2.replace_route(RouteTableId=egress_only.table, DestinationIpv6CidrBlock=ANYWHERE_V6, **way)
                assert network.internet.reaches(instance.address_v6, 80, 0.4 if opened else BRIEF) is opened


def test_c13_egress_only_is_not_for_ipv4(egress_only):
    """An IPv4 route to it is refused, so IPv4 has no way out there."""
    network = egress_only.network
    with pytest.raises(ClientError):
        network.route(egress_only.table, ANYWHERE, EgressOnlyInternetGatewayId=egress_only.gateway)
    stopped(network, egress_only.instance, OUTSIDE, 80, layer="route table", rule=egress_only.table)
