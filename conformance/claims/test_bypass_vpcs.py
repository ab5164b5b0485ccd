"""Two VPCs with the same addresses are two worlds: nothing that root in one of them sends is seen in the other."""

import contextlib

import pytest
from support.frames import IPV4, Tap, ether, ipv4, send_inside, udp
from support.network import ANYWHERE, Network, allow
from support.street import mac_of, router_mac, word
from support.verdict import passes, stopped

ADDRESSES = ("10.0.1.11", "10.0.1.12")


class Twin:
    """One of two networks that are alike in everything."""

    def __init__(self, network):
        self.network = network
        self.subnet = network.subnet("10.0.1.0/24")
        self.group = network.group("open", allow(cidr=ANYWHERE))
        self.instances = [self.launch(address) for address in ADDRESSES]

    def launch(self, address):
        network = self.network
        made = network.ec2.create_network_interface(
            SubnetId=self.subnet, Groups=[self.group], PrivateIpAddress=address
        )["NetworkInterface"]["NetworkInterfaceId"]
        return network.launch_on(made)


@pytest.fixture
def twins(shared):
    found = [Twin(Network(shared)) for _ in range(2)]
    yield found
    for twin in found:
        twin.network.ec2.terminate_instances(InstanceIds=[instance.id for instance in twin.instances])


def test_bypass_an_address_means_the_one_in_the_own_vpc(twins):
    """The very same address, and each hears its own neighbour alone."""
    servers = [twin.instances[1].place.listen(80) for twin in twins]
    for twin, server in zip(twins, servers):
        before = [len(each.peers) for each in servers]
        assert twin.instances[0].place.reaches(ADDRESSES[1], 80)
        passes(twin.network, *twin.instances, 80)
        after = [len(each.peers) for each in servers]
        assert [now - then for then, now in zip(before, after)] == [int(each is server) for each in servers]


def test_bypass_what_is_revoked_in_one_vpc_stands_in_the_other(twins):
    one, other = twins
    rule = allow(cidr=ANYWHERE)
    one.network.ec2.revoke_security_group_ingress(GroupId=one.group, IpPermissions=[rule])
    for twin in twins:
        twin.instances[1].place.listen(80)
    assert not one.instances[0].place.reaches(ADDRESSES[1], 80, 0.15)
    assert other.instances[0].place.reaches(ADDRESSES[1], 80)
    stopped(one.network, *one.instances, 80, layer="security group, inbound", rule=one.group)
    passes(other.network, *other.instances, 80)


def test_bypass_hardware_addresses_of_another_vpc_lead_nowhere(twins):
    """With the other VPC's hardware addresses as destination: a neighbour's, a namesake's, its router's."""
    (attacker, neighbour), others = twins[0].instances, twins[1].instances
    own = mac_of(attacker)

    def frame(name, to):
        return ether(to, own, IPV4, ipv4(*ADDRESSES, udp(53, word(name))))

    targets = {"neighbour": mac_of(others[1]), "namesake": mac_of(others[0]), "router": router_mac(others[0])}
    frames = {name: frame(name, to) for name, to in targets.items()}
    with contextlib.ExitStack() as stack:
        taps = [stack.enter_context(contextlib.closing(Tap(each.place))) for each in (neighbour, *others)]
        send_inside(attacker, [*frames.values(), frame("own", mac_of(neighbour))])
        assert taps[0].listen_until(word("own"))
        for tap in taps[1:]:
            tap.drain()
    assert not [name for name in frames for tap in taps[1:] if tap.heard(word(name))]
    assert not any(tap.heard(word("own")) for tap in taps[1:])
