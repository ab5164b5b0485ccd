"""Root inside an instance may do to its own network what it likes: the filters are outside (ENI-5, ENI-21, ENI-22)."""

import contextlib
import json
import socket
import struct

import pytest
from support.frames import IPV4, SEND, Tap, ether, ipv4, mac, udp
from support.place import talks
from support.street import OPEN, SHUT, Street, mac_of, word
from support.verdict import stopped

BRIEF = 0.15
UDP_SOCKET = socket.SOCK_DGRAM

ASK = """
import json, socket, sys
answers = []
for kind, source, address, port in json.load(sys.stdin):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, getattr(socket, kind)) as asking:
        asking.settimeout(0.2)
        try:
            asking.bind((source, 0))
            asking.connect((address, port))
            asking.send(b"hello")
            answers.append(asking.recv(64) == b"hello")
        except OSError:
            answers.append(False)
print(json.dumps(answers))
"""


@pytest.fixture
def street(network_v6):
    street = Street(network_v6)
    place = street.victim.place
    with place.listen(OPEN, kind=UDP_SOCKET) as street.asked, place.listen(SHUT, kind=UDP_SOCKET):
        yield street


def root(street, script, **more):
    """As root in the attacker's instance."""
    return street.attacker.exec("sh", "-c", script, **more)


def still_bound(street):
    """The attacker can do what it may, and nothing else."""
    assert street.attacker.place.asks(street.victim.address, OPEN)
    assert not street.attacker.place.asks(street.victim.address, SHUT, BRIEF)
    street.still_fine()


def test_bypass_an_address_that_it_gives_itself(street):
    """Neither a friend's nor the router's, nor one that is free (ENI-5)."""
    victim, far = street.victim, street.far
    own = [("SOCK_DGRAM", street.attacker.address, victim.address, OPEN)]
    assert json.loads(root(street, f"python3 -c '{ASK}'", input=json.dumps(own)).stdout) == [True]
    before = street.refused().get("source-not-of-interface", 0)
    with victim.place.listen(80) as heard, far.place.listen(80) as heard_far:
        for address in (street.friend.address, "10.0.1.1", "10.0.1.250"):
            take = f"ip address add {address}/24 dev eth0 && trap 'ip address delete {address}/24 dev eth0' EXIT"
            questions = [
                ("SOCK_STREAM", address, victim.address, 80),
                ("SOCK_STREAM", address, far.address, 80),
                ("SOCK_DGRAM", address, victim.address, OPEN),
            ]
            script = f"{take}\npython3 -c '{ASK}'"
            done = root(street, script, input=json.dumps(questions))
            assert json.loads(done.stdout) == [False] * 3, address
        six = street.friend.address_v6
        take = f"ip address add {six}/64 dev eth0 nodad && trap 'ip address delete {six}/64 dev eth0' EXIT"
        questions = [("SOCK_STREAM", six, victim.address_v6, 80)]
        done = root(street, f"{take}\npython3 -c '{ASK}'", input=json.dumps(questions))
        assert json.loads(done.stdout) == [False]
        assert heard.peers == heard_far.peers == []
    assert street.refused()["source-not-of-interface"] - before >= 10
    still_bound(street)


def test_bypass_a_hardware_address_that_it_gives_itself(street):
    """Its link is dead until it takes its own again; the friend whose it took notices nothing."""
    own, friend = mac_of(street.attacker), mac_of(street.friend)
    with street.victim.place.listen(80):
        connection = street.friend.place.connect(street.victim.address, 80)
        for taken in (friend, street.router, "02:00:00:00:00:99"):
            root(street, f"ip link set eth0 address {taken}")
            assert not street.attacker.place.asks(street.victim.address, OPEN, BRIEF)
            assert talks(connection)
    root(street, f"ip link set eth0 address {own}; ip neigh flush dev eth0")
    still_bound(street)


def test_bypass_undoing_everything_that_is_inside(street):
    """Filters, tables, routes, rules and neighbours of its own: what is enforced is not among them."""
    root(
        street,
        f"""
        for where in root clsact ingress; do tc qdisc delete dev eth0 $where; done
        tc filter delete dev eth0 ingress; tc filter delete dev eth0 egress
        nft flush ruleset
        ip link set eth0 xdp off; ip link set eth0 xdpgeneric off
        ip neigh flush dev eth0
        ip route flush table main; ip route flush cache
        ip route add default dev eth0; ip route add 10.0.0.0/8 dev eth0
        ip neigh replace {street.far.address} lladdr {mac_of(street.far)} dev eth0 nud permanent
        sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth0.arp_ignore=0 net.ipv4.ip_forward=1
        true
        """,
    )
    assert not street.attacker.place.asks(street.far.address, OPEN, BRIEF), "by the neighbour's own hardware address"
    still_bound(street)


def test_bypass_listening_to_what_is_for_others(street):
    """Promiscuous, and still nothing of two neighbours' talk is to be heard."""
    secret = b"between two friends"
    root(street, "ip link set eth0 promisc on allmulticast on")
    with street.victim.place.listen(80), contextlib.closing(Tap(street.attacker.place)) as tap:
        connection = street.friend.place.connect(street.victim.address, 80)
        connection.sendall(secret)
        assert connection.recv(64) == secret
        with street.attacker.place.open(kind=UDP_SOCKET) as asking:
            asking.sendto(word("my own answer"), (street.victim.address, OPEN))
            assert tap.listen_until(word("my own answer")), "what is for it, it hears"
        assert not tap.heard(secret)
        own = mac(mac_of(street.attacker))
        assert [frame for frame in tap.frames if frame[:6] != own] == []
    still_bound(street)


def test_bypass_packets_larger_than_the_path(street):
    """Whatever MTU it sets: 9001 bytes pass within the VPC, one more does not (ENI-24)."""
    root(street, "ip link set eth0 mtu 65535")
    ends = (mac_of(street.victim), mac_of(street.attacker))
    addresses = (street.attacker.address, street.victim.address)

    def frame(name, total):
        payload = udp(OPEN, word(name).ljust(total - 28, b"."))
        return ether(*ends, IPV4, ipv4(*addresses, payload, flags=2))

    before = street.refused().get("packet-too-big", 0)
    frames = {name: frame(name, total) for name, total in (("fits", 9_001), ("one more", 9_002), ("most", 60_000))}
    assert street.attack(**frames) == ["fits"]
    assert street.refused().get("packet-too-big", 0) - before >= 1, "beside what the link itself does not take"
    root(street, "ip link set eth0 mtu 9001")
    still_bound(street)


def test_bypass_segments_that_the_kernel_is_told_to_cut(street):
    """A socket with a header for offloads hands over up to 64 KiB at once: it is judged as what it is."""
    sends = """
import json, socket, sys
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
    out.setsockopt(263, 15, 1)  # PACKET_VNET_HDR
    out.bind(("eth0", 0))
    refused = 0
    for frame in json.load(sys.stdin):
        try:
            out.send(bytes.fromhex(frame))
        except OSError:
            refused += 1
print(refused)
"""
    ends = (mac_of(street.victim), mac_of(street.attacker))
    frames = []
    for port in (SHUT, OPEN):
        packet = ipv4(street.attacker.address, street.victim.address, udp(port, word(f"cut {port}") * 400))
        for kind in (0, 1, 3, 4, 5):  # none, TCP over IPv4, UDP in fragments, TCP over IPv6, UDP in segments
            for needs_sum in (0, 1):
                head = struct.pack("<BBHHHH", needs_sum, kind, 42, 100, 34, 6)
                frames.append((head + ether(*ends, IPV4, packet)).hex())
    with contextlib.closing(Tap(street.victim.place)) as tap:
        refused = int(street.attacker.exec("python3", "-c", sends, input=json.dumps(frames)).stdout)
        street.attacker.exec("python3", "-c", SEND, input=json.dumps([street.permitted(word("end")).hex()]))
        assert tap.listen_until(word("end"))
    assert refused < len(frames), "the kernel took some of them"
    assert tap.heard(word(f"cut {OPEN}")) and not tap.heard(word(f"cut {SHUT}"))
    still_bound(street)


NAMESPACE = """
unshare --net sleep 30 & other=$!
trap 'kill $other' EXIT
while [ "$(readlink /proc/$other/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do :; done
inside() { nsenter --net=/proc/$other/ns/net "$@"; }
"""


def test_bypass_a_second_namespace_behind_it(street):
    """Routed by it under a friend's address: what leaves is still its own doing."""
    friend, victim = street.friend.address, street.victim.address
    script = f"""{NAMESPACE}
ip link add v0 type veth peer name v1 && ip link set v1 netns $other && ip link set v0 up
ip address add 10.200.0.1/30 dev v0 && inside ip address add 10.200.0.2/30 dev v1
inside ip link set v1 up && inside ip link set lo up && inside ip address add {friend}/32 dev lo
inside ip route add 10.0.0.0/16 via 10.200.0.1 && ip route add {friend}/32 via 10.200.0.2
sysctl -qw net.ipv4.ip_forward=1
inside python3 -c '{ASK}'
ip link delete v0
"""
    before = street.refused().get("source-not-of-interface", 0)
    questions = [("SOCK_STREAM", friend, victim, 80), ("SOCK_DGRAM", friend, victim, OPEN)]
    with street.victim.place.listen(80) as heard:
        done = root(street, script, input=json.dumps(questions))
        assert json.loads(done.stdout) == [False, False]
        assert heard.peers == street.asked.peers == []
    assert street.refused().get("source-not-of-interface", 0) - before >= 2, "they came as far as the source check"
    still_bound(street)


def test_bypass_its_link_in_a_second_namespace(street):
    """The link itself moved away, with the friend's address and its own: the filter goes with the link's other end."""
    friend, victim, own = street.friend.address, street.victim.address, street.attacker.address
    script = f"""{NAMESPACE}
ip link set eth0 netns $other && inside ip link set eth0 up
inside ip address add {own}/24 dev eth0 && inside ip address add {friend}/24 dev eth0
inside python3 -c '{ASK}'
inside ip link set eth0 netns $$
"""
    questions = [
        ("SOCK_STREAM", friend, victim, 80),
        ("SOCK_DGRAM", friend, victim, OPEN),
        ("SOCK_DGRAM", own, victim, SHUT),
        ("SOCK_DGRAM", own, victim, OPEN),
    ]
    with street.victim.place.listen(80):
        done = root(street, script, input=json.dumps(questions))
    assert json.loads(done.stdout) == [False, False, False, True]
    assert street.asked.peers == [own], "of the friend's address nothing arrived"
    root(street, f"ip link set eth0 up; ip address replace {own}/24 dev eth0")
    still_bound(street)


def test_bypass_taking_its_own_link_away_hurts_nobody_else(street):
    """It is gone from the network; neighbours, calls, and whoever gets its address next are not affected."""
    network, address = street.network, street.attacker.address
    with street.victim.place.listen(80):
        connection = street.friend.place.connect(street.victim.address, 80)
        root(street, "ip link delete eth0")
        assert talks(connection)
    street.still_fine()
    permission = {"IpProtocol": "udp", "FromPort": SHUT, "ToPort": SHUT, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    network.ec2.authorize_security_group_ingress(GroupId=street.victims, IpPermissions=[permission])
    assert street.friend.place.asks(street.victim.address, SHUT), "what is called for is still done"
    network.ec2.terminate_instances(InstanceIds=[street.attacker.id])
    network.wait([street.attacker], "terminated")
    subnet = street.victim.description["SubnetId"]
    interface = network.ec2.create_network_interface(SubnetId=subnet, PrivateIpAddress=address)["NetworkInterface"]
    assert interface["PrivateIpAddress"] == address
    newcomer = network.launch(subnet, [network.group("newcomer")])
    assert newcomer.place.asks(street.victim.address, OPEN)
    assert not newcomer.place.reaches(street.victim.address, 80, BRIEF)
    stopped(network, newcomer, street.victim, 80, layer="security group, inbound", rule=street.victims)
