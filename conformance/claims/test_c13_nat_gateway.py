"""C13: nothing outside opens a connection inwards through a NAT gateway."""

import select
import socket

import pytest
from support.frames import Tap, ether, ipv4, send_inside, tcp, udp
from support.gateway import private_side
from support.network import ANYWHERE
from support.place import talks
from support.verdict import stopped

OUTSIDE, OTHER = "192.0.2.10", "203.0.113.77"
BRIEF = 0.15
UDP = socket.SOCK_DGRAM
NAT = "NAT gateway"


@pytest.fixture
def private(network):
    """An instance whose group lets in everything there is: only the gateway keeps anything out."""
    return private_side(network)


def test_c13_nothing_comes_in_by_the_gateway(network, private):
    """NAT-12: no port of its address leads anywhere, and it answers no ping."""
    instance, gateway = private
    with instance.place.listen(80) as tcp_heard, instance.place.listen(53, kind=UDP) as udp_heard:
        for port in (80, 443, 1024, 65_535):
            assert not network.internet.reaches(gateway.public, port, BRIEF)
        assert not network.internet.asks(gateway.public, 53, BRIEF)
        assert not network.internet.pings(gateway.public, BRIEF)
    assert tcp_heard.peers == udp_heard.peers == []
    stopped(network, "internet", gateway.public, 80, layer=NAT, rule=gateway.id)


def test_c13_not_even_by_a_port_that_is_in_use(network, private):
    """NAT-35: neither another host, nor another port of the same host, nor the same one with a new connection."""
    instance, gateway = private
    with network.internet.listen(8080, OUTSIDE) as asked, network.internet.listen(53, OUTSIDE, kind=UDP) as udp_asked:
        held = instance.place.connect(OUTSIDE, 8080)
        assert talks(held)
        port = asked.ports[0]
        for source in ((OTHER, 8080), (OUTSIDE, 8081), ("192.0.2.11", 0)):
            assert network.internet.connect(gateway.public, port, BRIEF, source) is None
        with instance.place.open(kind=UDP) as question:
            question.sendto(b"one", (OUTSIDE, 53))
            question.settimeout(2)
            assert question.recv(10) == b"one"
            port = udp_asked.ports[0]
            for source in ((OTHER, 53), (OUTSIDE, 54)):
                with network.internet.open(kind=UDP) as stranger:
                    stranger.bind(source)
                    stranger.sendto(b"uninvited", (gateway.public, port))
            question.settimeout(BRIEF)
            with pytest.raises(TimeoutError):
                question.recv(20)
        assert talks(held)


def test_c13_a_neighbour_finds_no_way_in_either(network, private):
    """From inside the VPC the gateway's own private address leads nowhere as well."""
    instance, gateway = private
    neighbour = network.launch(gateway.subnet, [network.group("neighbour")])
    with instance.place.listen(80) as heard:
        assert not neighbour.place.reaches(gateway.private, 80, BRIEF)
        assert not neighbour.place.pings(gateway.private, BRIEF)
    assert heard.peers == []
    stopped(network, neighbour, gateway.private, 80, layer=NAT, rule=gateway.id)


def test_c13_fragments_pass_of_udp_alone(network, private):
    """NAT-15: those of TCP and ICMP are dropped, those of UDP come whole on both ways."""
    instance, gateway = private
    long = bytes(range(256)) * 16
    with network.internet.listen(53, OUTSIDE, kind=UDP) as asked, instance.place.open(kind=UDP) as question:
        question.settimeout(2)
        for _ in range(2):  # the first is too long for the way, which its sender learns by it
            question.sendto(long, (OUTSIDE, 53))
            if select.select([question], [], [], 0.5)[0]:
                break
        assert question.recv(8000) == long, "4096 bytes go out and come back in three fragments each"
        assert asked.peers == [gateway.public]
    router = instance.place.run("ip", "neigh", "show", "10.0.2.1").stdout.split("lladdr ")[1].split()[0]
    own = instance.description["NetworkInterfaces"][0]["MacAddress"]
    tap = Tap(network.internet)
    payloads = {6: tcp(8080, b"<tcp in a fragment>...."), 17: udp(53, b"<udp in a fragment>....."), 1: b"\x08\0\0\0\0\1\0\1<icmp in a fragment>....."}
    frames = [
        ether(router, own, 0x0800, ipv4(instance.address, OUTSIDE, payload, protocol, flags=1))
        for protocol, payload in payloads.items()
    ]
    frames.append(ether(router, own, 0x0800, ipv4(instance.address, OUTSIDE, udp(53, b"<the last>"))))
    send_inside(instance, frames)
    assert tap.listen_until(b"<the last>")
    assert tap.heard(b"<udp in a fragment>")
    assert not tap.heard(b"<tcp in a fragment>") and not tap.heard(b"<icmp in a fragment>")
    tap.close()


def test_c13_errors_about_what_went_out_come_back(network, private):
    """A port that nobody listens at, and a path that carries less, are told to who sent, whoever lent it the port."""
    instance, _ = private
    with instance.place.open(kind=UDP) as question:
        question.connect((OUTSIDE, 9))
        question.settimeout(2)
        question.send(b"anybody?")
        with pytest.raises(ConnectionRefusedError):
            question.recv(10)
    with pytest.raises(ConnectionRefusedError):
        instance.place.connect(OUTSIDE, 9)


def test_c13_an_unknown_connection_is_reset(network, private):
    """NAT-9: a gateway that knows a connection no more says so at once; the far end hears nothing."""
    instance, gateway = private
    with network.internet.listen(8080):
        held = instance.place.connect(OUTSIDE, 8080)
        assert talks(held)
        network.ec2.delete_nat_gateway(NatGatewayId=gateway.id)
        again = network.ec2.create_nat_gateway(SubnetId=gateway.subnet, AllocationId=gateway.allocation)
        network.ec2.replace_route(
            RouteTableId=gateway.table,
            DestinationCidrBlock=ANYWHERE,
            NatGatewayId=again["NatGateway"]["NatGatewayId"],
        )
        held.settimeout(2)
        held.send(b"still there?")
        with pytest.raises(ConnectionResetError):
            held.recv(10)
        assert instance.place.reaches(OUTSIDE, 8080)


FLOOD = r"""
import socket, struct, sys
router, own, source, destination, port = sys.argv[1:]
mac = lambda text: bytes.fromhex(text.replace(":", ""))
ends = socket.inet_aton(source) + socket.inet_aton(destination)
head = struct.pack("!BBHHHBBH", 0x45, 0, 29, 7, 0, 64, 17, 0) + ends
total = sum(struct.unpack("!10H", head))
head = head[:10] + struct.pack("!H", ~(total % 65535) & 0xFFFF) + ends
frame = mac(router) + mac(own) + b"\x08\x00" + head
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
    out.bind(("eth0", 0))
    for number in range(1, 57_001):
        out.send(frame + struct.pack("!HHHH", number, int(port), 9, 0) + b"x")
"""


def test_c13_ports_run_out_for_one_destination_alone(network, private):
    """NAT-7: 55,000 connections to one destination; then new ones fail and are counted, and nothing else is disturbed."""
    instance, gateway = private
    router = instance.place.run("ip", "neigh", "show", "10.0.2.1").stdout
    if "lladdr" not in router:
        instance.place.pings("10.0.2.1")
        router = instance.place.run("ip", "neigh", "show", "10.0.2.1").stdout
    router = router.split("lladdr ")[1].split()[0]
    own = instance.description["NetworkInterfaces"][0]["MacAddress"]
    exhausted = "nat-gateway-ports-exhausted"
    with network.internet.listen(8080, OUTSIDE), network.internet.listen(9, OUTSIDE, kind=UDP) as heard:
        with instance.place.open(kind=UDP) as held:
            held.bind(("", 60_000))
            held.settimeout(2)
            held.connect((OUTSIDE, 9))
            held.send(b"first")
            assert held.recv(10) == b"first"
            before = network.daemon.status()["refused"].get(exhausted, 0)
            instance.exec("python3", "-c", FLOOD, router, own, instance.address, OUTSIDE, "9")
            refused = network.daemon.status()["refused"].get(exhausted, 0) - before
            assert refused == 57_000 + 1 - 55_000
            assert not instance.place.asks(OUTSIDE, 9, BRIEF, source=("", 60_001)), "a new one to there"
            held.send(b"again")
            assert held.recv(10) == b"again", "what is there goes on"
        assert instance.place.reaches(OUTSIDE, 8080), "another destination"
        assert set(heard.peers) == {gateway.public}
