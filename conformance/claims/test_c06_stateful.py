"""C06: a security group is stateful. An answer needs no rule; what was begun outlives its rule where it is tracked."""

import contextlib
import socket
import struct

import pytest
from support.network import ANYWHERE, allow
from support.place import talks, talks_udp
from support.verdict import passes, stopped

VPC = "10.0.0.0/16"
IN, OUT = "security group, inbound", "security group, outbound"
BRIEF = 0.15


def three(cidr=VPC):
    return [allow("tcp", 80, cidr=cidr), allow("udp", 53, cidr=cidr), allow("icmp", -1, cidr=cidr)]


@contextlib.contextmanager
def serving(instance):
    with instance.place.listen(80), instance.place.listen(53, kind=socket.SOCK_DGRAM):
        yield


def reaches_by_all(place, address):
    return place.reaches(address, 80) and place.asks(address, 53) and place.pings(address)


def reaches_by_any(place, address):
    return place.reaches(address, 80, BRIEF) or place.asks(address, 53, BRIEF) or place.pings(address, BRIEF)


def pair(network, *ingress, egress=None):
    """A client that begins, and a server with these rules."""
    subnet = network.subnet("10.0.1.0/24")
    group = network.group("server", *ingress, egress=egress)
    client, server = network.launch(subnet, [network.group("client")]), network.launch(subnet, [group])
    return client, server, group


def revoke(network, group, *rules):
    network.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=list(rules))


def question(place):
    return place.open(socket.AF_INET, socket.SOCK_DGRAM)


def test_c06_answers_leave_where_nothing_may_leave(network):
    """Inbound-initiated: the server has no egress rule at all (SG-5, SG-11)."""
    client, server, group = pair(network, *three(), egress=[])
    with serving(server), serving(client):
        assert reaches_by_all(client.place, server.address)
        assert not reaches_by_any(server.place, client.address)
    passes(network, client, server, 80)
    stopped(network, server, client, 80, layer=OUT, rule=group)


def test_c06_answers_enter_where_nothing_may_enter(network):
    """Outbound-initiated: the client has no ingress rule at all (SG-3, SG-11)."""
    subnet = network.subnet("10.0.1.0/24")
    closed = network.group("client", egress=three())
    client = network.launch(subnet, [closed])
    server = network.launch(subnet, [network.group("server", allow(cidr=ANYWHERE))])
    with serving(server), serving(client):
        assert reaches_by_all(client.place, server.address)
        assert not reaches_by_any(server.place, client.address)
    stopped(network, server, client, 53, "udp", layer=IN, rule=closed)
    stopped(network, client, server, 81, layer=OUT, rule=closed)


def test_c06_an_error_about_a_flow_is_part_of_it(network):
    """No ICMP is allowed, and still the client hears that nobody listens on the port (SG-44)."""
    client, server, _ = pair(network, allow("udp", 53, cidr=VPC), egress=[])
    with question(client.place) as asking:
        asking.settimeout(0.4)
        asking.connect((server.address, 53))
        asking.send(b"anybody there?")
        with pytest.raises(ConnectionRefusedError):
            asking.recv(64)
    assert not client.place.pings(server.address, BRIEF)


def test_c06_a_tracked_flow_outlives_its_rule(network):
    """What was begun goes on, what is new is refused (SG-14); an ACL entry cuts even what was begun (SG-22)."""
    rules = three()
    client, server, group = pair(network, *rules)
    with serving(server), question(client.place) as asking:
        connection = client.place.connect(server.address, 80)
        to = (server.address, 53)
        assert talks(connection) and talks_udp(asking, to) and client.place.pings(server.address, identifier=7)
        revoke(network, group, *rules)
        assert talks(connection) and talks_udp(asking, to) and client.place.pings(server.address, identifier=7)
        assert not reaches_by_any(client.place, server.address)
        stopped(network, client, server, 80, layer=IN, rule=group)
        assert talks(connection)


def test_c06_a_tracked_flow_outlives_its_group(network):
    """The interface gets other groups: what was begun goes on (SG-28)."""
    client, server, _ = pair(network, *three())
    with serving(server):
        connection = client.place.connect(server.address, 80)
        assert talks(connection)
        server.set_groups(network.group("empty", egress=[]))
        assert talks(connection)
        assert not client.place.reaches(server.address, 80, BRIEF)


def test_c06_an_untracked_flow_ends_with_its_rule(network):
    """Open to everybody in both directions: nothing is remembered, so revoking cuts at once (SG-12, SG-14)."""
    rules = three(ANYWHERE)
    client, server, group = pair(network, *rules)
    said = passes(network, client, server, 80)
    assert "untracked" in said["request"]["layers"][-1]["text"]
    with serving(server), question(client.place) as asking:
        connection = client.place.connect(server.address, 80)
        to = (server.address, 53)
        assert talks(connection) and talks_udp(asking, to) and client.place.pings(server.address, identifier=7)
        revoke(network, group, *rules)
        assert not talks(connection, BRIEF) and not talks_udp(asking, to, BRIEF)
        assert client.place.pings(server.address, identifier=7), "ICMP is always tracked (SG-15)"
        assert not client.place.pings(server.address, BRIEF)


@pytest.mark.parametrize("narrow", ["in", "out"])
def test_c06_a_narrower_rule_in_one_direction_makes_it_tracked(network, narrow):
    """SG-13: half of the addresses are as good as one."""
    half = "0.0.0.0/1"
    rule = allow("tcp", 80, cidr=half if narrow == "in" else ANYWHERE)
    egress = [allow(cidr=half if narrow == "out" else ANYWHERE)]
    client, server, group = pair(network, rule, egress=egress)
    said = passes(network, client, server, 80)
    assert "untracked" not in said["request"]["layers"][-1]["text"]
    with serving(server):
        connection = client.place.connect(server.address, 80)
        assert talks(connection)
        revoke(network, group, rule)
        assert talks(connection)
        assert not client.place.reaches(server.address, 80, BRIEF)


def test_c06_a_closed_connection_is_no_way_in(network):
    """A new connection between the same two ports is a new one."""
    rule = allow("tcp", 80, cidr=VPC)
    client, server, group = pair(network, rule)
    source = ("", 40_000)
    with serving(server):
        for _ in range(2):
            connection = client.place.connect(server.address, 80, source=source)
            assert talks(connection)
            end(connection)
        revoke(network, group, rule)
        assert client.place.connect(server.address, 80, BRIEF, source) is None


def end(connection):
    """By a reset, so that its port is free at once."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def test_c06_an_answer_that_nobody_asked_for_is_none(network):
    """The mere look of an answer does not let a packet in, not even where its question would be allowed."""
    client, server, group = pair(network, allow("tcp", 80, cidr=VPC))
    with server.place.open(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as hears:
        hears.settimeout(BRIEF)
        with client.place.open(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as answers:
            answers.sendto(bytes([0, 0, 0xFF, 0xF9, 0, 1, 0, 5]), (server.address, 0))  # an echo reply
        with pytest.raises(TimeoutError):
            hears.recv(64)
    with serving(server), question(server.place) as waiting, question(client.place) as pushing:
        waiting.settimeout(BRIEF)
        waiting.bind(("", 5_300))
        pushing.bind(("", 53))
        pushing.sendto(b"an answer from port 53", (server.address, 5_300))
        with pytest.raises(TimeoutError):
            waiting.recv(64)
        assert client.place.reaches(server.address, 80)
    stopped(network, client, server, 5_300, "udp", layer=IN, rule=group)
