"""C09: one network ACL guards each subnet, and is asked only when a packet crosses the subnet's edge."""

import pytest
from support.network import ANYWHERE, allow
from support.verdict import layers, passes, stopped

IN, OUT = "network ACL, inbound", "network ACL, outbound"
BRIEF = 0.15
EPHEMERAL = (1024, 65535)
OUTSIDE = "192.0.2.10"


class Subnets:
    """Two subnets with an instance each that any security group would let talk."""

    def __init__(self, network):
        self.network = network
        self.open = network.group("open", allow(cidr=ANYWHERE))
        self.here, self.there = network.subnet("10.0.1.0/24"), network.subnet("10.0.2.0/24")
        self.client = network.launch(self.here, [self.open], public=True)
        self.server = network.launch(self.there, [self.open], public=True)


@pytest.fixture
def subnets(network):
    return Subnets(network)


def all_entries(network, acl, action="allow"):
    for egress in (False, True):
        network.entry(acl, 100, action, egress)


def test_c09_within_the_subnet_the_acl_is_not_asked(network, subnets):
    """NACL-2, PATH-1: an ACL that denies everything stands between subnets, not between neighbours."""
    neighbour = network.launch(subnets.there, [subnets.open])
    acl = network.acl(subnets.there)
    all_entries(network, acl, "deny")
    with subnets.server.place.listen(80):
        assert neighbour.place.reaches(subnets.server.address, 80) and neighbour.place.pings(subnets.server.address)
        assert not subnets.client.place.reaches(subnets.server.address, 80, BRIEF)
        assert not subnets.client.place.pings(subnets.server.address, BRIEF)
    said = passes(network, neighbour, subnets.server, 80)
    assert not {IN, OUT} & (layers(said["request"]).keys() | layers(said["answer"]).keys())
    stopped(network, subnets.client, subnets.server, 80, layer=IN, rule=f"{acl}/100")


def test_c09_a_conversation_crosses_two_edges_four_times(network, subnets):
    """Out of one subnet and into the other, and back: each of the four needs its entry (PATH-2, PATH-10)."""
    client, server = subnets.client, subnets.server
    near, far = network.acl(subnets.here), network.acl(subnets.there)
    crossings = {
        "request out": dict(acl=near, egress=True, ports=(80, 80)),
        "request in": dict(acl=far, egress=False, ports=(80, 80)),
        "answer out": dict(acl=far, egress=True, ports=EPHEMERAL),
        "answer in": dict(acl=near, egress=False, ports=EPHEMERAL),
    }
    with server.place.listen(80):
        for made, (name, crossing) in enumerate(crossings.items()):
            assert not client.place.reaches(server.address, 80, BRIEF), f"before {name}"
            layer, answer = OUT if crossing["egress"] else IN, made >= 2
            stopped(network, client, server, 80, layer=layer, answer=answer)
            network.entry(number=100, action="allow", protocol="6", **crossing)
        assert client.place.reaches(server.address, 80)
        said = passes(network, client, server, 80)
        for journey, source, target in (("request", near, far), ("answer", far, near)):
            asked = layers(said[journey])
            assert (asked[OUT]["rule"], asked[IN]["rule"]) == (f"{source}/100", f"{target}/100")
        for crossing in crossings.values():
            acl, egress = crossing["acl"], crossing["egress"]
            network.ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Egress=egress)
            assert not client.place.reaches(server.address, 80, BRIEF)
            network.entry(number=100, action="allow", protocol="6", **crossing)
        assert client.place.reaches(server.address, 80)


def test_c09_one_acl_of_two_subnets_is_asked_between_them(network, subnets):
    """NACL-1: it guards many subnets, and each has an edge of its own."""
    acl = network.acl(subnets.here, subnets.there)
    with subnets.server.place.listen(80):
        stopped(network, subnets.client, subnets.server, 80, layer=OUT)
        all_entries(network, acl)
        assert subnets.client.place.reaches(subnets.server.address, 80)
        said = passes(network, subnets.client, subnets.server, 80)
        assert {layers(said["request"])[layer]["rule"] for layer in (IN, OUT)} == {f"{acl}/100"}


def test_c09_another_acl_takes_over_at_once(network, subnets):
    """The subnet has one ACL at a time (NACL-29); also what was begun before is asked (NACL-24)."""
    [default] = network.ec2.describe_network_acls(
        Filters=[{"Name": "vpc-id", "Values": [network.vpc]}, {"Name": "default", "Values": ["true"]}]
    )["NetworkAcls"]
    assert {a["SubnetId"] for a in default["Associations"]} == {subnets.here, subnets.there}, "NACL-10"
    closed = network.acl()
    with subnets.server.place.listen(80):
        for acl, passing in ((closed, False), (default["NetworkAclId"], True)) * 2:
            network.use_acl(acl, subnets.there)
            assert subnets.client.place.reaches(subnets.server.address, 80, 0.4 if passing else BRIEF) is passing
    filters = [{"Name": "association.subnet-id", "Values": [subnets.there]}]
    assert len(network.ec2.describe_network_acls(Filters=filters)["NetworkAcls"]) == 1


def test_c09_the_edge_to_the_internet(network, subnets):
    """The gateway has done its work when the ACL looks: it sees private addresses of the subnet (PATH-4, PATH-5)."""
    server = subnets.server
    acl = network.acl(subnets.there)
    network.entry(acl, 100, "allow", cidr=f"{OUTSIDE}/32")
    with server.place.listen(80), network.internet.listen(8080):
        stopped(network, "internet", server, 80, layer=OUT, answer=True)
        network.entry(acl, 100, "allow", egress=True, cidr=f"{OUTSIDE}/32")
        passes(network, "internet", server, 80, layer=IN, rule=f"{acl}/100")
        assert network.internet.reaches(server.public, 80) and server.place.reaches(OUTSIDE, 8080)
        other = network.internet.connect(server.public, 80, BRIEF, ("203.0.113.9", 0))
        assert other is None, "of another address"
        stopped(network, "internet:203.0.113.9", server, 80, layer=IN)
        stopped(network, server, "203.0.113.9", 8080, layer=OUT)


def test_c09_by_public_addresses_neighbours_meet_the_acl(network, subnets):
    """Through the gateway even a neighbour leaves the subnet and comes back (IGW-16)."""
    neighbour = network.launch(subnets.there, [subnets.open], public=True)
    public = subnets.server.public
    with subnets.server.place.listen(80):
        assert neighbour.place.reaches(public, 80)
        acl = network.acl(subnets.there)
        assert not neighbour.place.reaches(public, 80, BRIEF)
        stopped(network, neighbour, public, 80, layer=OUT)
        assert neighbour.place.reaches(subnets.server.address, 80)
        all_entries(network, acl)
        assert neighbour.place.reaches(public, 80)


def test_c09_the_router_answers_whatever_the_acl_says(network, subnets):
    """NACL-22, ENI-23: its address is reserved, and answers its own subnet alone."""
    network.acl(subnets.here)
    assert subnets.client.place.pings("10.0.1.1")
    assert not subnets.client.place.pings("10.0.2.1", BRIEF)
