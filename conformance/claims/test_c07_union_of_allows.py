"""C07: only allow rules can be written; all rules of all groups are one union; no match is a drop."""

import random
import socket

import pytest
from botocore.exceptions import ClientError
from support.network import ANYWHERE, Network, allow
from support.signing import Request
from support.verdict import layers, passes, stopped

VPC = "10.0.0.0/16"
IN, OUT = "security group, inbound", "security group, outbound"
BRIEF = 0.15


def code_of(call, **parameters):
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    return refused.value.response["Error"]["Code"]


def two(network, groups):
    """A client and a server in one subnet, the server with these groups."""
    subnet = network.subnet("10.0.1.0/24")
    return network.launch(subnet, [network.group("client")]), network.launch(subnet, groups)


def test_c07_a_new_group_lets_nothing_in_and_everything_out(network):
    """SG-3, SG-4: no match is a drop, and a silent one (PATH-9)."""
    group = network.group("new")
    client, server = two(network, [group])
    with server.place.listen(80), server.place.listen(53, kind=socket.SOCK_DGRAM), client.place.listen(80):
        assert client.place.connect(server.address, 80, BRIEF) is None, "no answer, rather than a refusal"
        assert not client.place.asks(server.address, 53, BRIEF)
        assert not client.place.pings(server.address, BRIEF)
    stopped(network, client, server, 80, layer=IN, rule=group)
    said = stopped(network, server, client, 80, layer=IN)
    assert layers(said["request"])[OUT]["passes"], "what stops it are the client's groups"


def test_c07_the_groups_of_an_interface_are_one_union(network):
    """Each of three groups opens one port; all of them are open, and no other (SG-2)."""
    ports = (80, 443, 8080)
    groups = {port: network.group(f"opens {port}", allow("tcp", port, cidr=VPC)) for port in ports}
    client, server = two(network, list(groups.values()))
    with server.place.listen(80), server.place.listen(443), server.place.listen(8080), server.place.listen(22):
        for having in ((80, 443, 8080), (443,), (8080, 80)):
            server.set_groups(*[groups[port] for port in having])
            for port in (*ports, 22):
                assert client.place.reaches(server.address, port, 0.4 if port in having else BRIEF) is (port in having)
    rules = network.ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [groups[8080]]}])
    rule = [r["SecurityGroupRuleId"] for r in rules["SecurityGroupRules"] if not r["IsEgress"]][0]
    passes(network, client, server, 8080, layer=IN, rule=rule)
    stopped(network, client, server, 443, layer=IN)


def test_c07_the_widest_rule_wins_and_order_means_nothing(network):
    """Narrow and wide rules about one port, in any order and any group: the sum is the widest (SG-1, SG-2)."""
    subnet = network.subnet("10.0.1.0/24")
    client = network.launch(subnet, [network.group("client")])
    servers = []
    rules = [
        allow("tcp", 80, cidr=VPC),
        allow("tcp", 80, cidr="10.9.9.9/32"),
        allow("tcp", 1, cidr="192.0.2.0/24", to_port=1_000),
        allow("udp", 80, cidr=ANYWHERE),
    ]
    for number in range(4):
        random.Random(number).shuffle(rules)
        groups = [network.group(f"part {number} {place}", *rules[place::2]) for place in (0, 1)]
        servers.append(network.launch(subnet, groups[:: 1 if number % 2 else -1]))
    for server in servers:
        with server.place.listen(80), server.place.listen(81):
            assert client.place.reaches(server.address, 80)
            assert not client.place.reaches(server.address, 81, BRIEF)


def test_c07_taking_one_of_two_equal_permissions_away_takes_nothing(network):
    groups = [network.group(name, allow("tcp", 80, cidr=VPC)) for name in ("one", "other")]
    client, server = two(network, groups)
    with server.place.listen(80):
        for group, still in zip(groups, (True, False)):
            network.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[allow("tcp", 80, cidr=VPC)])
            assert client.place.reaches(server.address, 80, 0.4 if still else BRIEF) is still


def test_c07_egress_is_a_union_too(network):
    groups = [network.group(f"to {port}", egress=[allow("tcp", port, cidr=VPC)]) for port in (80, 443)]
    subnet = network.subnet("10.0.1.0/24")
    client = network.launch(subnet, groups)
    server = network.launch(subnet, [network.group("server", allow(cidr=ANYWHERE))])
    with server.place.listen(80), server.place.listen(443), server.place.listen(22):
        assert client.place.reaches(server.address, 80) and client.place.reaches(server.address, 443)
        assert not client.place.reaches(server.address, 22, BRIEF)
        said = stopped(network, client, server, 22, layer=OUT)
        assert set(said["request"]["stopped_by"]["rule"].split(", ")) == set(groups)
        client.set_groups(groups[1])
        assert not client.place.reaches(server.address, 80, BRIEF) and client.place.reaches(server.address, 443)


def test_c07_each_protocol_port_and_type_is_its_own(network):
    """A rule about TCP says nothing of UDP, a range has two ends, and ICMP goes by type (SG-46 to SG-48)."""
    rules = [allow("tcp", 100, cidr=VPC, to_port=102), allow("udp", 200, cidr=VPC)]
    rules.append(allow("icmp", 13, cidr=VPC, to_port=-1))
    client, server = two(network, [network.group("server", *rules)])
    udp = socket.SOCK_DGRAM
    for port in (99, 100, 102, 103, 200):
        server.place.listen(port)
    for port in (100, 200, 201):
        server.place.listen(port, kind=udp)
    reached = [port for port in (99, 100, 102, 103, 200) if client.place.reaches(server.address, port, 0.3)]
    asked = [port for port in (100, 200, 201) if client.place.asks(server.address, port, 0.3)]
    assert (reached, asked) == ([100, 102], [200])
    assert not client.place.pings(server.address, BRIEF), "type 13 is allowed, not type 8"
    echo = allow("icmp", 8, cidr=VPC, to_port=-1)
    group = server.description["SecurityGroups"][0]["GroupId"]
    network.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[echo])
    assert client.place.pings(server.address)


def test_c07_no_deny_can_be_written(network):
    """Neither a parameter nor an action is there for it (SG-1)."""
    group = network.group("allows")
    shape = network.ec2.meta.service_model.shape_for("AuthorizeSecurityGroupIngressRequest")
    assert not [name for name in shape.members if "deny" in name.lower() or "action" in name.lower()]
    wanted = {"GroupId": group, "IpPermissions.1.IpProtocol": "tcp", "IpPermissions.1.FromPort": 80}
    wanted |= {"IpPermissions.1.ToPort": 80, "IpPermissions.1.IpRanges.1.CidrIp": ANYWHERE}
    for name in ("IpPermissions.1.RuleAction", "RuleAction", "IpPermissions.1.Priority"):
        request = Request(network.daemon, "AuthorizeSecurityGroupIngress", **wanted, **{name: "deny"})
        assert request.sign().send()[:2] == (400, "UnknownParameter"), name
    found = network.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    assert found["IpPermissions"] == []


@pytest.fixture
def roomy(daemon):
    daemon.down()
    daemon.options = ["--quota=groups-per-interface=16"]
    return Network(daemon.start())


def test_c07_up_to_sixteen_groups(roomy, network):
    """Five unless the quota is raised, then sixteen (SG-39); each of them counts."""
    ports = range(1_000, 1_016)
    groups = [roomy.group(f"opens {port}", allow("tcp", port, cidr=VPC)) for port in ports]
    client, server = two(roomy, groups)
    for port in (*ports, 1_016):
        server.place.listen(port)
    assert all(client.place.reaches(server.address, port) for port in ports)
    assert not client.place.reaches(server.address, 1_016, BRIEF)
    more = groups + [roomy.group("one too many")]
    change, too_many = roomy.ec2.modify_network_interface_attribute, "SecurityGroupsPerInterfaceLimitExceeded"
    assert code_of(change, NetworkInterfaceId=server.interface, Groups=more) == too_many
    server.set_groups(*groups[:15])
    assert client.place.reaches(server.address, 1_014) and not client.place.reaches(server.address, 1_015, BRIEF)
    six = [network.group(f"{number}") for number in range(6)]
    made = network.ec2.create_network_interface(SubnetId=network.subnet("10.0.1.0/24"), Groups=six[:5])
    change = network.ec2.modify_network_interface_attribute
    interface = made["NetworkInterface"]["NetworkInterfaceId"]
    assert code_of(change, NetworkInterfaceId=interface, Groups=six) == too_many
