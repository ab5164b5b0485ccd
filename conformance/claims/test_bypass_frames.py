"""Root inside an instance writes whatever frames it likes: none gets round the filters (ENI-5, ENI-20 to ENI-22)."""

import struct

import pytest
from support.frames import ARP, BROADCAST, ICMPV6, IPV4, IPV6, TCP, arp, ether, icmpv6, ip, ipv4, ipv6, mac, tcp, udp
from support.street import OPEN, SHUT, Street, word
from support.verdict import stopped

FOREIGN = "02:00:5e:10:20:30"


@pytest.fixture
def street(network_v6):
    return Street(network_v6)


def counted(street, before, reason, number):
    """At least so many more frames were refused for the reason."""
    return street.refused().get(reason, 0) - before.get(reason, 0) >= number


def link_local(instance):
    shown = instance.exec("ip", "-6", "address", "show", "scope", "link").stdout
    return shown.split("inet6 ")[1].split("/")[0]


def test_bypass_the_frame_that_may_pass_passes(street):
    """What all the others differ from; without it they would show nothing."""
    assert street.attack(plain=street.permitted(word("plain"))) == ["plain"]
    assert street.attack(shut=street.permitted(word("shut"), port=SHUT)) == []
    street.still_fine()


def test_bypass_another_source_address(street):
    """A friend's, the router's, a stranger's, of each family (ENI-5)."""
    before = street.refused()
    sources = {
        "friend": street.friend.address,
        "victim": street.victim.address,
        "router": "10.0.1.1",
        "far": street.far.address,
        "public": street.attacker.public,
        "stranger": "192.0.2.10",
        "nobody": "0.0.0.0",
        "loopback": "127.0.0.1",
    }
    frames = {name: street.permitted(word(name), source=source) for name, source in sources.items()}
    ends = (street.macs[street.victim], street.macs[street.attacker])
    for name, source in (("friend6", street.friend.address_v6), ("loop6", "::1"), ("mapped", "::ffff:10.0.1.4")):
        packet = ipv6(source, street.victim.address_v6, udp(OPEN, word(name)))
        frames[name] = ether(*ends, IPV6, packet)
    packet = ipv4(street.friend.address, street.victim.address, tcp(80, word("as a friend")), TCP)
    frames["as a friend"] = ether(*ends, IPV4, packet)
    packet = ipv4("8.8.8.8", "192.0.2.10", udp(53, word("outward")))
    frames["outward"] = ether(street.router, ends[1], IPV4, packet)
    assert street.attack(**frames) == []
    assert counted(street, before, "source-not-of-interface", 10)
    spoofed = ["--source", street.friend.address]
    stopped(street.network, street.attacker, street.victim, OPEN, "udp", layer="source check", options=spoofed)
    street.still_fine()


def test_bypass_another_hardware_source(street):
    before = street.refused()
    sources = {
        "made up": FOREIGN,
        "friend": street.macs[street.friend],
        "victim": street.macs[street.victim],
        "router": street.router,
        "group": BROADCAST,
    }
    assert street.attack(**{name: street.permitted(word(name), from_mac=m) for name, m in sources.items()}) == []
    assert counted(street, before, "foreign-source-mac", len(sources))
    street.still_fine()


def test_bypass_another_hardware_destination(street):
    """The address decides who gets a packet, the hardware address does not: no way round the port, group or edge."""
    victim, friend, far = (street.macs[each] for each in (street.victim, street.friend, street.far))
    frames = {
        "shut": street.permitted(word("shut"), port=SHUT),
        "shut by router": street.permitted(word("shut by router"), port=SHUT, to_mac=street.router),
        "to another": street.permitted(word("to another"), to_mac=friend),
        "made up": street.permitted(word("made up"), to_mac=FOREIGN),
        "over the edge": street.permitted(word("over the edge"), to_mac=far),
        "own": street.permitted(word("own"), to_mac=street.macs[street.attacker]),
        "zero": street.permitted(word("zero"), to_mac="00:00:00:00:00:00"),
        "far as near": street.permitted(word("far as near"), to_mac=far, destination=street.far.address, port=SHUT),
        "outside by a neighbour": street.permitted(word("outside by a neighbour"), destination="192.0.2.10"),
        "as a friend's": street.permitted(word("as a friend's"), to_mac=victim, destination=street.friend.address),
    }
    assert street.attack(**frames) == []
    routed = street.permitted(word("routed"), to_mac=street.router)
    assert street.attack(routed=routed) == ["routed"], "RT-33: this way it may"
    street.still_fine()


def test_bypass_tags_and_foreign_protocols(street):
    """ENI-22: VLAN tags, single, double and empty; and whatever is neither ARP nor IP."""
    before, plain = street.refused(), street.permitted(b"")
    inner = plain[12:]

    def tagged(name, *tags):
        head = b"".join(struct.pack("!HH", kind, number) for kind, number in tags)
        return plain[:12] + head + street.permitted(word(name))[12:]

    frames = {
        "tag": tagged("tag", (0x8100, 5)),
        "priority": tagged("priority", (0x8100, 0xE000)),
        "service": tagged("service", (0x88A8, 5)),
        "double": tagged("double", (0x88A8, 5), (0x8100, 6)),
        "old double": tagged("old double", (0x9100, 5), (0x8100, 6)),
    }
    for name, kind in (("raw", 0x88B5), ("pppoe", 0x8864), ("mpls", 0x8847), ("length", 46), ("lldp", 0x88CC)):
        frames[name] = plain[:12] + struct.pack("!H", kind) + inner[2:] + word(name)
    assert street.attack(**frames) == []
    assert counted(street, before, "tagged-frame", 4) and counted(street, before, "unsupported-ethertype", 6)
    street.still_fine()


def test_bypass_broadcast_and_multicast(street):
    before = street.refused()
    frames = {}
    for name, to_mac, address in (
        ("broadcast", BROADCAST, "255.255.255.255"),
        ("subnet's", BROADCAST, "10.0.1.255"),
        ("by broadcast", BROADCAST, street.victim.address),
        ("limited", street.macs[street.victim], "255.255.255.255"),
        ("multicast", "01:00:5e:00:00:01", "224.0.0.1"),
        ("to the router", street.router, "224.0.0.251"),
        ("by multicast", "01:00:5e:00:00:01", street.victim.address),
    ):
        frames[name] = street.permitted(word(name), to_mac=to_mac, destination=address)
    for name, to_mac, address in (
        ("all nodes", "33:33:00:00:00:01", "ff02::1"),
        ("by all nodes", "33:33:00:00:00:01", street.victim.address_v6),
        ("all nodes by name", street.macs[street.victim], "ff02::1"),
    ):
        packet = ipv6(street.attacker.address_v6, address, udp(OPEN, word(name)))
        frames[name] = ether(to_mac, street.macs[street.attacker], IPV6, packet)
    assert street.attack(**frames) == []
    assert counted(street, before, "group-destination", 9)
    street.still_fine()


def test_bypass_claims_to_anothers_address(street):
    """ARP and neighbour advertisements, gratuitous or as answers: nobody hears them, everybody keeps what is true."""
    own, victim = street.macs[street.attacker], street.macs[street.victim]
    friend, friend_v6 = street.friend.address, street.friend.address_v6
    street.still_fine()  # so that the victim has an entry that could be poisoned
    frames = {}
    for name, operation, to in (("asks", 1, BROADCAST), ("answers", 2, victim), ("tells all", 2, BROADCAST)):
        for suffix, source in (("", own), (" as router", street.router)):
            claim = arp(operation, source, friend, victim, street.victim.address)
            frames[name + suffix] = ether(to, own, ARP, claim + word(name + suffix))
    gratuitous = arp(1, own, friend, "00:00:00:00:00:00", friend)
    frames["gratuitous"] = ether(BROADCAST, own, ARP, gratuitous + word("gratuitous"))
    option = bytes([2, 1]) + mac(own)
    for name, source, destination in (
        ("advertises", friend_v6, street.victim.address_v6),
        ("advertises itself", street.attacker.address_v6, street.victim.address_v6),
        ("advertises to all", friend_v6, "ff02::1"),
    ):
        body = struct.pack("!I", 0x60000000) + ip(friend_v6) + option
        message = icmpv6(source, destination, 136, body)
        frames[name] = ether(victim, own, IPV6, ipv6(source, destination, message, ICMPV6, hops=255) + word(name))
    assert street.attack(**frames) == []
    for address in (friend, friend_v6):
        entry = street.victim.place.run("ip", "neigh", "show", address).stdout
        assert own not in entry and (not entry or street.macs[street.friend] in entry or "FAILED" in entry)
    street.still_fine()


def test_bypass_router_advertisements_and_redirects(street):
    """Nobody but the fabric's router is one: no prefix, default route or better way is learnt from a neighbour."""
    own, victim = street.macs[street.attacker], street.macs[street.victim]
    linked = link_local(street.attacker)
    prefix = struct.pack("!BBBBIII", 3, 4, 64, 0xC0, 86_400, 86_400, 0) + ip("2001:db8:bad::")
    advertisement = struct.pack("!BBHII", 64, 0, 1_800, 0, 0) + prefix + bytes([1, 1]) + mac(own)
    redirect = struct.pack("!I", 0) + ip(linked) + ip(street.friend.address_v6) + bytes([2, 1]) + mac(own)
    frames = {}
    for name, kind, source, destination, body in (
        ("advertises to all", 134, linked, "ff02::1", advertisement),
        ("advertises", 134, linked, street.victim.address_v6, advertisement),
        ("as the router", 134, "fe80:ec2::1", street.victim.address_v6, advertisement),
        ("redirects", 137, "fe80:ec2::1", street.victim.address_v6, redirect),
        ("solicits", 133, linked, "ff02::2", bytes(4)),
    ):
        to = "33:33:00:00:00:01" if destination.startswith("ff") else victim
        message = icmpv6(source, destination, kind, body)
        frames[name] = ether(to, own, IPV6, ipv6(source, destination, message, ICMPV6, hops=255) + word(name))
    before = street.victim.place.run("ip", "-6", "route").stdout
    assert street.attack(**frames) == []
    assert street.victim.place.run("ip", "-6", "route").stdout == before
    assert "2001:db8:bad" not in street.victim.place.run("ip", "-6", "address").stdout
    street.still_fine()


def test_bypass_the_fabric_itself(street):
    """Link-local addresses, the router's and the reserved ones: nothing but its echo answers, nothing is passed on."""
    frames = {}
    four = {"router": "10.0.1.1", "resolver": "10.0.1.2", "link": "169.254.82.87", "meta": "169.254.169.254"}
    six = {"router6": "fe80:ec2::1", "linked": "fe80::1", "reserved": "fd00:ec2::254", "unique": "fd12::1"}
    for name, address in four.items():
        frames[name] = street.permitted(word(name), to_mac=street.router, destination=address)
    for name, address in six.items():
        packet = ipv6(street.attacker.address_v6, address, udp(OPEN, word(name)))
        frames[name] = ether(street.router, street.macs[street.attacker], IPV6, packet)
    links = [link_local(each) for each in (street.attacker, street.victim)]
    for name, source in (("between links", links[0]), ("to a link", street.attacker.address_v6)):
        packet = ipv6(source, links[1], udp(OPEN, word(name)))
        frames[name] = ether(street.macs[street.victim], street.macs[street.attacker], IPV6, packet)
    assert street.attack(**frames) == []
    for address in ("10.0.1.1", "169.254.82.87"):
        assert street.attacker.place.connect(address, street.daemon.port, 0.15) is None
    with pytest.raises(ConnectionRefusedError):  # metadata's own address answers, and leads to nothing else
        street.attacker.place.connect("169.254.169.254", street.daemon.port, 0.15)
    assert street.attacker.place.pings("10.0.1.1")
    assert not street.attacker.place.asks("10.0.1.1", 53, 0.15)
    street.still_fine()
