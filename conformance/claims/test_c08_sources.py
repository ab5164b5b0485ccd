"""C08: a rule names a CIDR of either family, a prefix list, or a group, whose members it follows at once."""

import pytest
from support.network import ANYWHERE, ANYWHERE_V6, allow
from support.verdict import passes, stopped

VPC = "10.0.0.0/16"
IN, OUT = "security group, inbound", "security group, outbound"
BRIEF = 0.15


def rule_id(network, group, egress=False):
    """The id of the group's one rule of that direction."""
    found = network.ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    [rule] = [r for r in found["SecurityGroupRules"] if r["IsEgress"] == egress]
    return rule["SecurityGroupRuleId"]


def authorize(network, group, *rules):
    network.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=list(rules))


def revoke(network, group, *rules):
    network.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=list(rules))


def prefix_list(network, *cidrs, most=10):
    family = "IPv6" if any(":" in cidr for cidr in cidrs) else "IPv4"
    made = network.ec2.create_managed_prefix_list(
        PrefixListName="a list", MaxEntries=most, AddressFamily=family, Entries=[{"Cidr": cidr} for cidr in cidrs]
    )
    return made["PrefixList"]["PrefixListId"]


def change_list(network, found, add=(), remove=()):
    version = network.ec2.describe_managed_prefix_lists(PrefixListIds=[found])["PrefixLists"][0]["Version"]
    changes = {"AddEntries": [{"Cidr": c} for c in add], "RemoveEntries": [{"Cidr": c} for c in remove]}
    changes = {name: entries for name, entries in changes.items() if entries}
    network.ec2.modify_managed_prefix_list(PrefixListId=found, CurrentVersion=version, **changes)


@pytest.fixture
def three(network):
    """Two clients and a server with an empty group."""
    subnet = network.subnet("10.0.1.0/24")
    network.clients, network.servers = network.group("clients"), network.group("servers")
    one, other = network.launch(subnet, [network.clients], count=2)
    return one, other, network.launch(subnet, [network.servers])


def test_c08_a_cidr_means_the_addresses_in_it(network, three):
    """One address, a block, and the bits behind a prefix, which say nothing (SG-26)."""
    one, other, server = three
    with server.place.listen(80):
        for cidr, admitted in (
            (f"{one.address}/32", (True, False)),
            (f"{other.address}/32", (False, True)),
            ("10.0.1.77/24", (True, True)),
            ("10.0.2.0/24", (False, False)),
        ):
            rule = allow("tcp", 80, cidr=cidr)
            authorize(network, network.servers, rule)
            for client, wanted in zip((one, other), admitted):
                assert client.place.reaches(server.address, 80, 0.4 if wanted else BRIEF) is wanted, cidr
                if wanted:
                    passes(network, client, server, 80, layer=IN, rule=rule_id(network, network.servers))
            stored = network.ec2.describe_security_groups(GroupIds=[network.servers])["SecurityGroups"][0]
            revoke(network, network.servers, *stored["IpPermissions"])
    stopped(network, one, server, 80, layer=IN, rule=network.servers)


def test_c08_the_families_are_apart(network_v6):
    """0.0.0.0/0 does not imply ::/0, nor the reverse; ICMP and ICMPv6 are two protocols (SG-50, SG-51)."""
    network = network_v6
    subnet = network.subnet("10.0.1.0/24", ipv6=network.ipv6_block.replace("/56", "/64"))
    group = network.group("server")
    client = network.launch(subnet, [network.group("client")], ipv6=True)
    server = network.launch(subnet, [group], ipv6=True)
    four = [allow("tcp", 80, cidr=ANYWHERE), allow("icmp", -1, cidr=ANYWHERE)]
    six = [allow("tcp", 80, cidr=f"{client.address_v6}/128"), allow("icmpv6", cidr=ANYWHERE_V6)]
    with server.place.listen(80):
        for rules, reached, silent in (
            (four, server.address, server.address_v6),
            (six, server.address_v6, server.address),
        ):
            authorize(network, group, *rules)
            assert client.place.reaches(reached, 80) and client.place.pings(reached)
            assert not client.place.reaches(silent, 80, BRIEF) and not client.place.pings(silent, BRIEF)
            stopped(network, client, silent, 80, layer=IN, rule=group)
            passes(network, client, reached, 80)
            revoke(network, group, *rules)
        assert not client.place.reaches(server.address_v6, 80, BRIEF)


def test_c08_a_prefix_list_acts_as_its_entries_do_at_once(network, three):
    """A change of the list is a change of every rule that names it."""
    one, other, server = three
    found = prefix_list(network, f"{one.address}/32")
    authorize(network, network.servers, allow("tcp", 80, prefix_list=found))
    with server.place.listen(80):
        assert one.place.reaches(server.address, 80) and not other.place.reaches(server.address, 80, BRIEF)
        passes(network, one, server, 80, layer=IN, rule=rule_id(network, network.servers))
        change_list(network, found, add=[f"{other.address}/32"])
        assert one.place.reaches(server.address, 80) and other.place.reaches(server.address, 80)
        change_list(network, found, remove=[f"{one.address}/32"])
        assert not one.place.reaches(server.address, 80, BRIEF) and other.place.reaches(server.address, 80)
        stopped(network, one, server, 80, layer=IN, rule=network.servers)
        change_list(network, found, add=["10.0.0.0/8"], remove=[f"{other.address}/32"])
        assert one.place.reaches(server.address, 80) and other.place.reaches(server.address, 80)
        change_list(network, found, remove=["10.0.0.0/8"])
        assert not one.place.reaches(server.address, 80, BRIEF)


def test_c08_a_group_means_its_members_as_they_come_and_go(network, three):
    """SG-28: the next packet after the call meets the new membership."""
    one, other, server = three
    friends = network.group("friends")
    authorize(network, network.servers, allow("tcp", 80, group=friends))
    with server.place.listen(80):
        for member, stranger in ((one, other), (other, one), (one, other)):
            member.set_groups(network.clients, friends)
            assert member.place.reaches(server.address, 80)
            assert not stranger.place.reaches(server.address, 80, BRIEF)
            member.set_groups(network.clients)
            assert not member.place.reaches(server.address, 80, BRIEF)
        one.set_groups(friends)
        passes(network, one, server, 80, layer=IN, rule=rule_id(network, network.servers))
        stopped(network, other, server, 80, layer=IN, rule=network.servers)
        newcomer = network.launch(network.subnet("10.0.2.0/24"), [friends])
        assert newcomer.place.reaches(server.address, 80), "another subnet, the same group"


def test_c08_an_address_that_a_member_leaves_behind_is_nobodys(network, three):
    """Who gets the address of a member that is gone does not get its permissions."""
    _, _, server = three
    friends = network.group("friends")
    authorize(network, network.servers, allow("tcp", 80, group=friends))
    subnet = network.subnet("10.0.3.0/24")
    address = "10.0.3.50"

    def launch(group):
        made = network.ec2.create_network_interface(SubnetId=subnet, Groups=[group], PrivateIpAddress=address)
        interface = made["NetworkInterface"]["NetworkInterfaceId"]
        return network.launch_on(interface), interface

    with server.place.listen(80):
        member, interface = launch(friends)
        assert member.address == address and member.place.reaches(server.address, 80)
        network.ec2.terminate_instances(InstanceIds=[member.id])
        network.wait([member], "terminated")
        network.ec2.delete_network_interface(NetworkInterfaceId=interface)
        heir, _ = launch(network.clients)
        assert heir.address == address and not heir.place.reaches(server.address, 80, BRIEF)


def test_c08_a_group_may_name_itself(network):
    """Its members reach one another and nobody else reaches them (SG-29); the default group is made so (SG-6)."""
    subnet = network.subnet("10.0.1.0/24")
    family = network.group("family")
    authorize(network, family, allow("tcp", 80, group=family))
    one, other = network.launch(subnet, [family], count=2)
    stranger = network.launch(subnet, [network.group("stranger")])
    usual = network.launch(subnet, count=2)
    with other.place.listen(80), usual[1].place.listen(80):
        assert one.place.reaches(other.address, 80)
        assert not stranger.place.reaches(other.address, 80, BRIEF)
        assert usual[0].place.reaches(usual[1].address, 80) and usual[0].place.pings(usual[1].address)
        assert not stranger.place.reaches(usual[1].address, 80, BRIEF)
        assert not usual[0].place.reaches(other.address, 80, BRIEF), "a reference copies no rules"


def test_c08_a_group_of_destinations(network, three):
    """Egress rules name groups as well."""
    one, _, server = three
    authorize(network, network.servers, allow(cidr=ANYWHERE))
    bound = network.group("bound", egress=[allow("tcp", 80, group=network.servers)])
    one.set_groups(bound)
    with server.place.listen(80):
        assert one.place.reaches(server.address, 80)
        passes(network, one, server, 80, layer=OUT, rule=rule_id(network, bound, egress=True))
        server.set_groups(network.group("others", allow(cidr=ANYWHERE)))
        assert not one.place.reaches(server.address, 80, BRIEF)
        stopped(network, one, server, 80, layer=OUT, rule=bound)


def test_c08_a_group_means_private_addresses_secondary_ones_too(network, three):
    one, other, server = three
    friends = network.group("friends")
    authorize(network, network.servers, allow("tcp", 80, group=friends))
    one.set_groups(friends)
    second = "10.0.1.200"
    network.ec2.assign_private_ip_addresses(NetworkInterfaceId=one.interface, PrivateIpAddresses=[second])
    one.exec("ip", "address", "replace", f"{second}/24", "dev", "eth0")
    with server.place.listen(80) as asked:
        connection = one.place.connect(server.address, 80, source=(second, 0))
        assert connection and connection.getsockname()[0] == second
        connection.close()
        assert not other.place.reaches(server.address, 80, BRIEF)
        network.ec2.unassign_private_ip_addresses(NetworkInterfaceId=one.interface, PrivateIpAddresses=[second])
        one.exec("ip", "address", "replace", f"{second}/24", "dev", "eth0")
        assert one.place.connect(server.address, 80, BRIEF, (second, 0)) is None, "not its own any more"
    assert asked.peers == [second]


def test_c08_a_group_does_not_mean_public_addresses(network):
    """By its public address a member is a stranger, though it comes from next door (SG-27, IGW-16)."""
    subnet = network.subnet("10.0.1.0/24")
    clients = network.group("clients")
    group = network.group("servers", allow("tcp", 80, group=clients))
    client = network.launch(subnet, [clients], public=True)
    server = network.launch(subnet, [group], public=True)
    with server.place.listen(80) as asked:
        assert client.place.reaches(server.address, 80)
        assert not client.place.reaches(server.public, 80, BRIEF)
        stopped(network, client, server.public, 80, layer=IN, rule=group)
        authorize(network, group, allow("tcp", 80, cidr=f"{client.public}/32"))
        assert client.place.reaches(server.public, 80)
    assert asked.peers == [client.address, client.public]
