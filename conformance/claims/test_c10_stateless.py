"""C10: a network ACL is stateless: return traffic needs entries of its own."""

import socket

import pytest
from support.network import ANYWHERE, allow
from support.place import talks
from support.verdict import passes, stopped

IN, OUT = "network ACL, inbound", "network ACL, outbound"
BRIEF = 0.15
TCP, UDP, ICMP = "6", "17", "1"


class Guarded:
    """A client, and a server behind an ACL without entries; any security group would let them talk."""

    def __init__(self, network):
        self.network = network
        self.group = network.group("open", allow(cidr=ANYWHERE))
        subnet = network.subnet("10.0.2.0/24")
        self.client = network.launch(network.subnet("10.0.1.0/24"), [self.group], public=True)
        self.server = network.launch(subnet, [self.group], public=True)
        self.acl = network.acl(subnet)

    def inward(self, number, **entry):
        self.network.entry(self.acl, number, "allow", **entry)

    def outward(self, number, **entry):
        self.network.entry(self.acl, number, "allow", egress=True, **entry)


@pytest.fixture
def guarded(network):
    return Guarded(network)


def test_c10_an_answer_needs_an_entry_for_ephemeral_ports(network, guarded):
    """NACL-3, NACL-17: an entry names the port at which a packet arrives."""
    client, server = guarded.client, guarded.server
    with server.place.listen(80):
        guarded.inward(100, protocol=TCP, ports=(80, 80))
        assert not client.place.reaches(server.address, 80, BRIEF)
        said = stopped(network, client, server, 80, layer=OUT, answer=True)
        assert said["request"]["verdict"] == "delivered", "what is stopped is the answer"
        guarded.outward(100, protocol=TCP, ports=(80, 80))
        assert not client.place.reaches(server.address, 80, BRIEF), "the answer goes to the client's port, not to 80"
        guarded.outward(110, protocol=TCP, ports=(1024, 65535))
        assert client.place.reaches(server.address, 80)
        passes(network, client, server, 80)


def test_c10_only_the_range_that_is_named_gets_answers(network, guarded):
    """NACL-18: which ports are ephemeral is the client's choice, which the entry does not know."""
    client, server = guarded.client, guarded.server
    guarded.inward(100, protocol=TCP, ports=(80, 80))
    guarded.outward(100, protocol=TCP, ports=(40_000, 41_000))
    with server.place.listen(80):
        for port, answered in ((39_999, False), (40_000, True), (41_000, True), (41_001, False)):
            connection = client.place.connect(server.address, 80, 0.4 if answered else BRIEF, ("", port))
            assert (connection is not None) is answered, port
            if not answered:
                stopped(network, client, server, 80, layer=OUT, answer=True, options=["--source-port", str(port)])


def test_c10_udp_and_icmp_answers_need_entries_too(network, guarded):
    client, server = guarded.client, guarded.server
    with server.place.listen(53, kind=socket.SOCK_DGRAM):
        guarded.inward(100, protocol=UDP, ports=(53, 53))
        guarded.inward(110, protocol=ICMP, icmp=8)
        assert not client.place.asks(server.address, 53, BRIEF) and not client.place.pings(server.address, BRIEF)
        guarded.outward(100, protocol=UDP, ports=(1024, 65535))
        assert client.place.asks(server.address, 53) and not client.place.pings(server.address, BRIEF)
        guarded.outward(110, protocol=ICMP, icmp=8)
        assert not client.place.pings(server.address, BRIEF), "the answer is of type 0"
        guarded.outward(120, protocol=ICMP, icmp=0)
        assert client.place.pings(server.address)
        assert not server.place.pings(client.address, BRIEF), "and its own question would need an answer of type 0"


def test_c10_the_group_remembers_and_the_acl_does_not(network, guarded):
    """PATH-10: to a tracked flow the ACL is asked for each packet, in both directions."""
    client, server = guarded.client, guarded.server
    server.set_groups(network.group("tracked", allow("tcp", 80, cidr="10.0.0.0/16"), egress=[]))
    guarded.inward(100, protocol=TCP, ports=(80, 80))
    guarded.outward(100, protocol=TCP, ports=(1024, 65535))
    with server.place.listen(80):
        connection = client.place.connect(server.address, 80)
        assert talks(connection)
        for egress in (True, False):
            network.ec2.delete_network_acl_entry(NetworkAclId=guarded.acl, RuleNumber=100, Egress=egress)
            assert not talks(connection, BRIEF)
            network.entry(guarded.acl, 100, "allow", egress, TCP, ports=(1024, 65535) if egress else (80, 80))
            assert talks(client.place.connect(server.address, 80))


def test_c10_an_entry_for_answers_lets_questions_pass(network, guarded):
    """Nothing is remembered: who sends from such a port to an ephemeral one is let through, unless groups stop it."""
    client, server = guarded.client, guarded.server
    guarded.inward(100, protocol=TCP, ports=(1024, 65535))
    guarded.outward(100, protocol=TCP, ports=(80, 82))
    with client.place.listen(80), server.place.listen(5_000):
        assert server.place.reaches(client.address, 80), "what the entries are for"
        connection = client.place.connect(server.address, 5_000, source=("", 81))
        assert connection and talks(connection), "what they also let through"
        server.set_groups(network.group("closed"))
        assert server.place.reaches(client.address, 80)
        assert client.place.connect(server.address, 5_000, BRIEF, ("", 82)) is None


def test_c10_answers_from_the_internet(network, guarded):
    """Outward connections need an inbound entry for ephemeral ports from everywhere (NACL-17)."""
    server = guarded.server
    guarded.outward(100, protocol=TCP, ports=(443, 443))
    with network.internet.listen(443, "192.0.2.10") as asked:
        assert not server.place.reaches("192.0.2.10", 443, BRIEF)
        stopped(network, server, "internet", 443, layer=IN, answer=True)
        guarded.inward(100, protocol=TCP, ports=(32_768, 61_000))
        assert server.place.reaches("192.0.2.10", 443)
    assert set(asked.peers) == {server.public}
