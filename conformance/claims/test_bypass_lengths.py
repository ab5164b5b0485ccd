"""Root inside an instance writes packets that lie about their length or come in pieces: none gets round the filters."""

import struct

import pytest
from support.frames import ICMP, IPV4, IPV6, TCP, UDP, ether, ipv4, ipv6, tcp, udp
from support.street import OPEN, SHUT, Street, word

FRAGMENT, HOP_BY_HOP, OPTIONS, ROUTING = 44, 0, 60, 43
MORE = 1


@pytest.fixture
def street(network_v6):
    return Street(network_v6)


class Builder:
    """Packets from the attacker to the victim."""

    def __init__(self, street):
        self.ends = (street.attacker.address, street.victim.address)
        self.ends6 = (street.attacker.address_v6, street.victim.address_v6)
        self.macs = (street.macs[street.victim], street.macs[street.attacker])

    def four(self, payload, protocol=UDP, **fields):
        return ether(*self.macs, IPV4, ipv4(*self.ends, payload, protocol, **fields))

    def six(self, payload, protocol=UDP, **fields):
        return ether(*self.macs, IPV6, ipv6(*self.ends6, payload, protocol, **fields))


def test_bypass_lengths_that_lie(street):
    """To the port that is open and to the one that is not: what contradicts itself goes nowhere."""
    build, before = Builder(street), street.refused()
    frames = {}
    for port in (OPEN, SHUT):
        whole = lambda name: udp(port, word(f"{name} {port}"))  # noqa: E731
        for name, fields in (
            ("longer than the frame", {"total": 9_000}),
            ("as long as can be", {"total": 65_535}),
            ("shorter than its header", {"total": 19}),
            ("of no length", {"total": 0}),
            ("cut before the ports", {"total": 22}),
            ("header too short", {"words": 4}),
            ("header of nothing", {"words": 0}),
            ("header beyond the end", {"words": 15}),
        ):
            frames[f"{name} {port}"] = build.four(whole(name), **fields)
        for name, length in (("v6 longer", 9_000), ("v6 jumbo", 65_535), ("v6 cut", 2)):
            frames[f"{name} {port}"] = build.six(whole(name), length=length)
        frames[f"version 6 in 4 {port}"] = ether(*build.macs, IPV4, ipv6(*build.ends6, whole("version 6 in 4")))
        frames[f"version 4 in 6 {port}"] = ether(*build.macs, IPV6, ipv4(*build.ends, whole("version 4 in 6")))
        short = tcp(port, b"")[:13]
        frames[f"half a tcp header {port}"] = build.four(short, TCP) + word(f"half a tcp header {port}")
    assert street.attack(**frames) == []
    assert street.refused().get("malformed-packet", 0) - before.get("malformed-packet", 0) >= 20
    street.still_fine()


def test_bypass_frames_that_are_hardly_any(street):
    """Of one byte more than a header, and of every length up to a packet's."""
    build = Builder(street)
    for whole in (build.four(udp(SHUT, b"")), build.six(udp(SHUT, b""))):
        pieces = {f"piece {length}": whole[:length] for length in range(15, len(whole))}
        assert street.attack(**pieces) == []
        ends = {piece for piece in pieces.values()}
        assert not [frame for frame in street.heard if frame in ends]
    street.still_fine()


def test_bypass_pieces_without_a_beginning(street):
    """A later fragment holds no port; it goes where its first one went, or nowhere."""
    build, before = Builder(street), street.refused()
    frames = {
        "later": build.four(word("later") * 3, offset=1, identification=100),
        "later, more": build.four(word("later, more"), offset=4, flags=MORE, identification=101),
        "last": build.four(word("last"), offset=8_191, identification=102),
        "tcp": build.four(word("tcp"), TCP, offset=1, identification=103),
        "icmp": build.four(word("icmp"), ICMP, offset=2, identification=104),
        "six": build.six(fragment(UDP, 8, 0, 105) + word("six"), FRAGMENT),
    }
    assert street.attack(**frames) == []
    assert street.refused().get("fragment-without-first", 0) - before.get("fragment-without-first", 0) >= len(frames)
    street.still_fine()


def fragment(following, offset, more, identification):
    return struct.pack("!BBHI", following, 0, offset & 0xFFF8 | more, identification)


def pieces(build, name, port, identification, six=False):
    """A packet in two fragments, both of which carry the name."""
    first = udp(port, word(name + " first").ljust(24, b"."))
    second = word(name + " second")
    if six:
        return {
            name + " first": build.six(fragment(UDP, 0, MORE, identification) + first, FRAGMENT),
            name + " second": build.six(fragment(UDP, len(first), 0, identification) + second, FRAGMENT),
        }
    return {
        name + " first": build.four(first, flags=MORE, identification=identification),
        name + " second": build.four(second, offset=len(first) // 8, identification=identification),
    }


def test_bypass_a_packet_in_pieces_goes_by_its_ports(street):
    """Both pieces to the open port arrive, both to the other do not, also where they share a number."""
    build = Builder(street)
    for six in (False, True):
        opened = pieces(build, f"open {six}", OPEN, 200, six)
        assert street.attack(**opened) == list(opened)
        assert street.attack(**pieces(build, f"shut {six}", SHUT, 201, six)) == []
        shut = pieces(build, f"mixed {six}", SHUT, 202, six)
        begin = pieces(build, f"begin {six}", OPEN, 202, six)
        mixed = {f"begin {six} first": begin[f"begin {six} first"]} | shut
        assert street.attack(**mixed) == [f"begin {six} first"], "the beginning that was refused came last"
    street.still_fine()


def test_bypass_a_beginning_that_is_too_small(street):
    """The ports, or the flags, in the second piece, where they would not be asked for."""
    build = Builder(street)
    head = tcp(80, word("rest of tcp"))
    frames = {
        "four bytes": build.four(udp(SHUT, b"")[:4], flags=MORE, identification=300) + word("four bytes"),
        "eight bytes": build.four(head[:8], TCP, flags=MORE, identification=301) + word("eight bytes"),
        "rest of tcp": build.four(head[8:], TCP, offset=1, identification=301),
        "no ports": build.six(fragment(UDP, 0, MORE, 302), FRAGMENT) + word("no ports"),
        "hidden": build.six(fragment(OPTIONS, 0, MORE, 303) + struct.pack("!BB6x", UDP, 0), FRAGMENT) + word("hidden"),
    }
    assert street.attack(**frames) == []
    street.still_fine()


def test_bypass_headers_in_front_of_the_ports(street):
    """However many headers of IPv6 are in front, the ports are found, or the packet goes nowhere."""
    build = Builder(street)

    def behind(kinds, port, name):
        chain, following = udp(port, word(name)), UDP
        for kind in reversed(kinds):
            chain = struct.pack("!BB", following, 0) + b"\x01\x04" + b"\0" * 4 + chain
            following = kind
        return build.six(chain, following)

    for kinds in ([OPTIONS], [HOP_BY_HOP, OPTIONS], [OPTIONS] * 6):
        name = f"behind {len(kinds)}"
        assert street.attack(**{name: behind(kinds, OPEN, name)}) == [name]
        assert street.attack(**{name: behind(kinds, SHUT, name)}) == []
    many = {f"many {count}": behind([OPTIONS] * count, OPEN, f"many {count}") for count in (7, 8, 40)}
    many["routing"] = behind([ROUTING], SHUT, "routing")
    many["beyond"] = build.six(struct.pack("!BB6x", UDP, 255) + udp(OPEN, word("beyond")), OPTIONS)
    many["with options"] = build.four(b"\x01" * 8 + udp(SHUT, word("with options")), words=7)
    assert street.attack(**many) == []
    street.still_fine()


def test_bypass_other_protocols(street):
    """A group that names UDP and TCP lets nothing else in, tunnels least of all."""
    build = Builder(street)
    numbers = {"ipip": 4, "igmp": 2, "six in four": 41, "gre": 47, "esp": 50, "sctp": 132, "udplite": 136, "zero": 0}
    frames = {name: build.four(udp(OPEN, word(name)), number) for name, number in numbers.items()}
    inner = ipv4(*build.ends, udp(OPEN, word("inside ipip")))
    frames["inside ipip"] = build.four(inner, 4)
    inner = ipv4(*build.ends, udp(OPEN, word("inside gre")))
    frames["inside gre"] = build.four(struct.pack("!HH", 0, IPV4) + inner, 47)
    assert street.attack(**frames) == []
    street.still_fine()
