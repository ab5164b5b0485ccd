"""C11: entries allow or deny in the order of their numbers, the first match wins, and at the end all is denied."""

import pytest
from botocore.exceptions import ClientError
from support.network import ANYWHERE, ANYWHERE_V6, allow
from support.place import talks
from support.verdict import passes, stopped

IN, OUT = "network ACL, inbound", "network ACL, outbound"
BRIEF = 0.15
TCP = "6"
BAD_RANGE, BAD, GOOD = "203.0.113.0/24", "203.0.113.66", "192.0.2.10"


class Web:
    """A subnet of servers in the internet, whose ACL lets everything out and nothing in."""

    def __init__(self, network, count=1):
        self.network = network
        self.subnet = network.subnet("10.0.1.0/24")
        self.open = network.group("open", allow(cidr=ANYWHERE))
        found = network.launch(self.subnet, [self.open], public=True, count=count)
        self.servers = found if count > 1 else [found]
        self.server = self.servers[0]
        self.acl = network.acl(self.subnet)
        network.entry(self.acl, 100, "allow", egress=True)

    def admits(self, source, server=None, port=80):
        timeout = 0.4 if source == GOOD else 0.25
        connection = self.network.internet.connect((server or self.server).public, port, timeout, (source, 0))
        if connection:
            connection.close()
        return connection is not None


def code_of(call, **parameters):
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    return refused.value.response["Error"]["Code"]


def test_c11_the_lowest_number_that_matches_decides(network):
    """NACL-4, NACL-35: a denied range in front of an allowed whole is blocked, behind it is not."""
    web = Web(network)
    with web.server.place.listen(80):
        for deny, permit in ((90, 100), (110, 100)):
            network.entry(web.acl, permit, "allow")
            network.entry(web.acl, deny, "deny", cidr=BAD_RANGE)
            assert web.admits(GOOD)
            assert web.admits(BAD) is (deny > permit)
            passes(network, "internet", web.server, 80, layer=IN, rule=f"{web.acl}/{permit}")
            if deny < permit:
                stopped(network, f"internet:{BAD}", web.server, 80, layer=IN, rule=f"{web.acl}/{deny}")
            else:
                passes(network, f"internet:{BAD}", web.server, 80, layer=IN, rule=f"{web.acl}/{permit}")
            for number in (deny, permit):
                network.ec2.delete_network_acl_entry(NetworkAclId=web.acl, RuleNumber=number, Egress=False)


def test_c11_what_no_entry_selects_is_denied(network):
    """NACL-6, NACL-9: a new ACL denies everything, by an entry that nobody wrote."""
    web = Web(network)
    with web.server.place.listen(80), web.server.place.listen(81):
        assert not web.admits(GOOD)
        stopped(network, "internet", web.server, 80, layer=IN, rule=f"{web.acl}/*")
        network.entry(web.acl, 100, "allow", protocol=TCP, ports=(80, 80))
        assert web.admits(GOOD) and not web.admits(GOOD, port=81)
        stopped(network, "internet", web.server, 80, "udp", layer=IN, rule=f"{web.acl}/*")
    change = dict(NetworkAclId=web.acl, RuleNumber=32767, Egress=False)
    assert code_of(network.ec2.delete_network_acl_entry, **change) == "InvalidParameterValue"
    described = network.ec2.describe_network_acls(NetworkAclIds=[web.acl])["NetworkAcls"][0]["Entries"]
    final = [(e["Egress"], e["RuleAction"], e["CidrBlock"]) for e in described if e["RuleNumber"] == 32767]
    assert sorted(final) == [(False, "deny", ANYWHERE), (True, "deny", ANYWHERE)]


def test_c11_the_default_acl_allows_all(network_v6):
    """NACL-7: entry 100 for IPv4 and 101 for IPv6, in both directions, before the final denials."""
    filters = [{"Name": "vpc-id", "Values": [network_v6.vpc]}, {"Name": "default", "Values": ["true"]}]
    [default] = network_v6.ec2.describe_network_acls(Filters=filters)["NetworkAcls"]
    entries = {(e["Egress"], e["RuleNumber"]): e for e in default["Entries"]}
    assert {number for _, number in entries} == {100, 101, 32767, 32768}
    for egress in (False, True):
        assert entries[egress, 100]["CidrBlock"] == ANYWHERE and entries[egress, 101]["Ipv6CidrBlock"] == ANYWHERE_V6
        assert [entries[egress, n]["RuleAction"] for n in (100, 101, 32767, 32768)] == ["allow"] * 2 + ["deny"] * 2
    block = network_v6.ipv6_block.replace("/56", "/64")
    group = network_v6.group("open", allow(cidr=ANYWHERE), allow(cidr=ANYWHERE_V6))
    server = network_v6.launch(network_v6.subnet("10.0.1.0/24", ipv6=block), [group], ipv6=True, public=True)
    with server.place.listen(80):
        assert network_v6.internet.reaches(server.public, 80) and network_v6.internet.reaches(server.address_v6, 80)
    for options, number in (((), 100), (("--family", "6"), 101)):
        rule = f"{default['NetworkAclId']}/{number}"
        passes(network_v6, "internet", server, 80, layer=IN, rule=rule, options=options)


def test_c11_one_entry_blocks_a_bad_range_for_a_whole_subnet(network):
    """For every instance in it, for what was long established as well, and for nobody else (SG-22, NACL-24)."""
    web = Web(network, count=3)
    network.entry(web.acl, 100, "allow")
    elsewhere = network.launch(network.subnet("10.0.2.0/24"), [web.open], public=True)
    everyone = [*web.servers, elsewhere]
    for server in everyone:
        server.place.listen(80)
    network.internet.listen(8080)
    inside = [network.internet.connect(server.public, 80, source=(BAD, 0)) for server in everyone]
    outward = [server.place.connect(BAD, 8080) for server in everyone]
    friends = [network.internet.connect(server.public, 80, source=(GOOD, 0)) for server in everyone]
    assert all(talks(connection) for connection in inside + outward + friends)
    network.entry(web.acl, 50, "deny", cidr=BAD_RANGE)
    assert [talks(connection, BRIEF) for connection in inside] == [False, False, False, True]
    assert [talks(connection, BRIEF) for connection in outward] == [False, False, False, True], "no answer comes back"
    assert [web.admits(BAD, server) for server in everyone] == [False, False, False, True]
    assert all(talks(connection) for connection in friends)
    stopped(network, f"internet:{BAD}", web.servers[2], 80, layer=IN, rule=f"{web.acl}/50")
    network.ec2.delete_network_acl_entry(NetworkAclId=web.acl, RuleNumber=50, Egress=False)
    assert web.admits(BAD)


def test_c11_a_replaced_entry_acts_at_once(network):
    """NACL-28: a whole entry in place of another, allow to deny and back, with other addresses and ports."""
    web = Web(network)
    network.entry(web.acl, 100, "allow")

    def replace(action, cidr=ANYWHERE, protocol="-1", **more):
        entry = dict(NetworkAclId=web.acl, RuleNumber=100, Egress=False, RuleAction=action)
        network.ec2.replace_network_acl_entry(**entry, Protocol=protocol, CidrBlock=cidr, **more)

    with web.server.place.listen(80), web.server.place.listen(81):
        held = network.internet.connect(web.server.public, 80)
        assert talks(held)
        replace("deny")
        assert not web.admits(GOOD) and not talks(held, BRIEF)
        replace("allow", cidr=BAD_RANGE)
        assert web.admits(BAD) and not web.admits(GOOD)
        replace("allow", protocol=TCP, PortRange={"From": 81, "To": 81})
        assert web.admits(GOOD, port=81) and not web.admits(GOOD)
        replace("allow")
        assert web.admits(GOOD)
    absent = dict(NetworkAclId=web.acl, RuleNumber=7, Egress=False)
    assert code_of(network.ec2.delete_network_acl_entry, **absent) == "InvalidNetworkAclEntry.NotFound"


def test_c11_the_families_have_entries_of_their_own(network_v6):
    """NACL-11: what is said of IPv4 is not said of IPv6; both final denials are there."""
    network = network_v6
    subnet = network.subnet("10.0.1.0/24", ipv6=network.ipv6_block.replace("/56", "/64"))
    group = network.group("open", allow(cidr=ANYWHERE), allow(cidr=ANYWHERE_V6))
    server = network.launch(subnet, [group], ipv6=True, public=True)
    outside, bad = network.internet, "2001:db8:bad::1"
    acl = network.acl(subnet)
    with server.place.listen(80):
        for egress in (False, True):
            network.entry(acl, 100, "allow", egress)
        assert outside.reaches(server.public, 80) and not outside.reaches(server.address_v6, 80, BRIEF)
        stopped(network, "internet", server, 80, layer=IN, rule=f"{acl}/*", options=["--family", "6"])
        for egress in (False, True):
            network.entry(acl, 101, "allow", egress, cidr=ANYWHERE_V6)
        assert outside.reaches(server.address_v6, 80)
        network.entry(acl, 90, "deny", cidr="2001:db8:bad::/48")
        assert outside.connect(server.address_v6, 80, BRIEF, (bad, 0)) is None
        stopped(network, f"internet:{bad}", server, 80, layer=IN, rule=f"{acl}/90")
        assert outside.reaches(server.address_v6, 80) and outside.reaches(server.public, 80)


def test_c11_numbers_and_how_many_there_may_be(network):
    """1 to 32766, each once a direction (NACL-5, NACL-26, NACL-27); 20 of each family with the final one (NACL-25)."""
    acl = network.acl()
    create = network.ec2.create_network_acl_entry
    entry = dict(NetworkAclId=acl, RuleAction="allow", Egress=False, Protocol="-1", CidrBlock=ANYWHERE)
    for number in (0, -1, 32767, 32768, 70_000):
        assert code_of(create, RuleNumber=number, **entry) == "InvalidParameterValue", number
    create(RuleNumber=1, **entry)
    assert code_of(create, RuleNumber=1, **entry) == "NetworkAclEntryAlreadyExists"
    create(RuleNumber=1, **entry | {"Egress": True})
    create(RuleNumber=32766, **entry)
    for number in range(2, 19):
        create(RuleNumber=number, **entry)
    assert code_of(create, RuleNumber=1_000, **entry) == "NetworkAclEntryLimitExceeded"
    create(RuleNumber=1_000, **entry | {"Egress": True})
    six = {name: value for name, value in entry.items() if name != "CidrBlock"}
    create(RuleNumber=1_000, Ipv6CidrBlock=ANYWHERE_V6, **six)
    found = network.ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"][0]["Entries"]
    assert len([e for e in found if not e["Egress"] and "CidrBlock" in e]) == 20
