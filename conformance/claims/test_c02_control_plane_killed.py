"""C02: two planes. Killing the control plane disturbs no traffic, and neither plane carries the other's."""

import contextlib
import itertools
import json
import os
import pathlib
import socket
import subprocess
import threading
import time

import pytest
from botocore.exceptions import BotoCoreError, EndpointConnectionError
from support.daemon import Daemon
from support.network import ANYWHERE, ANYWHERE_V6, Network, allow
from support.place import talks, talks_udp
from support.verdict import stopped

OUTSIDE = "192.0.2.10"


class World:
    """A client and a server that are in the internet too, and what may pass between them."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.network = network = Network(daemon, ipv6=True)
        subnet = network.subnet("10.0.1.0/24", ipv6=network.ipv6_block.replace("/56", "/64"))
        other = network.subnet("10.0.2.0/24")
        inside = [allow("tcp", 80, cidr="10.0.0.0/16"), allow("udp", 53, cidr="10.0.0.0/16")]
        self.group = network.group(
            "server",
            *inside,
            allow("icmp", -1, cidr="10.0.0.0/16"),
            allow("tcp", 443, cidr=ANYWHERE),
            allow("tcp", 80, cidr=ANYWHERE_V6),
        )
        self.server = network.launch(subnet, [self.group], public=True, ipv6=True)
        self.client = network.launch(subnet, [network.group("client")], ipv6=True)
        self.far = network.launch(other, [network.group("far")])
        self.outside = network.internet
        for port in (80, 81, 443):
            self.server.place.listen(port)
        for port in (53, 54):
            self.server.place.listen(port, kind=socket.SOCK_DGRAM)
        self.outside.listen(8080)

    def holds(self):
        """What is permitted works, what is forbidden does not: near, far, through the gateway, in both families."""
        address, public = self.server.address, self.server_public
        for place in (self.client.place, self.far.place):
            assert place.reaches(address, 80) and not place.reaches(address, 81, 0.15)
            assert place.asks(address, 53) and not place.asks(address, 54, 0.15)
            assert place.pings(address)
        assert not self.server.place.pings(self.client.address, 0.15)
        assert self.client.place.reaches(self.server.address_v6, 80)
        assert not self.client.place.reaches(self.server.address_v6, 81, 0.15)
        assert self.outside.reaches(public, 443) and not self.outside.reaches(public, 80, 0.15)
        assert self.server.place.reaches(OUTSIDE, 8080)
        assert not self.client.place.reaches(OUTSIDE, 8080, 0.15), "it has no public address"

    def remember(self):
        """What cannot be asked of a control plane that is dead."""
        self.server_public = self.server.public
        for instance in (self.server, self.client, self.far):
            assert instance.address and instance.place
        assert self.server.address_v6 and self.server.interface
        return self

    def open(self):
        """Connections of each kind, by what tells whether they still work."""
        near = self.client.place.connect(self.server.address, 80)
        inward = self.outside.connect(self.server_public, 443)
        outward = self.server.place.connect(OUTSIDE, 8080)
        question = self.client.place.open(socket.AF_INET, socket.SOCK_DGRAM)
        question.settimeout(0.4)
        return {
            "near": lambda: talks(near),
            "inward": lambda: talks(inward),
            "outward": lambda: talks(outward),
            "udp": lambda: talks_udp(question, (self.server.address, 53)),
        }


@pytest.fixture
def world(daemon):
    return World(daemon).remember()


def all_work(connections):
    return [name for name, works in connections.items() if not works()] == []


def test_c02_with_the_control_plane_dead_all_traffic_goes_on(world):
    """Established and new, TCP, UDP and ICMP, within and through the internet gateway; and is filtered as before."""
    connections = world.open()
    assert all_work(connections)
    world.holds()
    world.daemon.kill()
    assert all_work(connections)
    world.holds()
    with pytest.raises(EndpointConnectionError):
        world.network.ec2.describe_vpcs()
    assert all_work(world.open()), "new ones of each kind"


def test_c02_a_new_control_plane_finds_everything_in_place(world):
    """The state is that of the last answered call, no session is lost, and calls act again."""
    rule = allow("tcp", 81, cidr="10.0.0.0/16")
    connections = world.open()
    world.network.ec2.authorize_security_group_ingress(GroupId=world.group, IpPermissions=[rule])
    world.daemon.kill()  # the rule was answered, so it is enforced and kept
    assert world.client.place.reaches(world.server.address, 81)
    assert all_work(connections)
    world.daemon.start()
    assert all_work(connections)
    assert world.client.place.reaches(world.server.address, 81)
    held = world.client.place.connect(world.server.address, 81)
    world.network.ec2.revoke_security_group_ingress(GroupId=world.group, IpPermissions=[rule])
    assert not world.client.place.reaches(world.server.address, 81)
    assert talks(held), "tracked (SG-14)"
    world.holds()
    assert all_work(connections)
    stopped(world.network, world.client, world.server, 81, layer="security group, inbound", rule=world.group)
    assert world.server.public == world.server_public


def test_c02_a_control_plane_that_hangs_is_like_a_dead_one(world):
    connections = world.open()
    os.kill(world.daemon.process.pid, 19)  # SIGSTOP
    try:
        assert all_work(connections)
        world.holds()
    finally:
        os.kill(world.daemon.process.pid, 18)
    assert world.network.ec2.describe_vpcs(VpcIds=[world.network.vpc])["Vpcs"]


def test_c02_no_traffic_of_instances_passes_where_the_control_plane_is(world):
    """Every frame on every link of the host's own network is looked at while instances and the internet talk."""
    word = os.urandom(16)
    watch = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    watch.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
    watch.setblocking(False)
    with watch:
        for place, address, port in (
            (world.client.place, world.server.address, 80),
            (world.outside, world.server_public, 443),
            (world.server.place, OUTSIDE, 8080),
        ):
            connection = place.connect(address, port)
            connection.sendall(word)
            assert connection.recv(64) == word
        with socket.create_connection(("127.0.0.1", world.daemon.port)) as control:
            control.sendall(b"seen: " + word[::-1])
        frames = []
        while True:
            try:
                frames.append(watch.recv(65536))
            except BlockingIOError:
                break
    assert any(word[::-1] in frame for frame in frames), "the watch sees what passes there"
    assert not any(word in frame for frame in frames)


def test_c02_nobody_inside_reaches_the_control_plane(world):
    """Neither its endpoint by any address, nor its socket, nor its directories."""
    port = world.daemon.port
    host = own_addresses()
    for place in (world.client.place, world.server.place, world.outside):
        for address in ("127.0.0.1", "10.0.1.1", "169.254.169.254", "10.0.1.2", *host):
            try:
                assert not place.reaches(address, port, 0.1), address
            except OSError as error:
                assert error.errno in (111, 101, 113), error  # refused by itself, or no way there
    script = """
import json, os, socket
paths = json.load(open(0))
seen = {path: os.path.exists(path) for path in paths}
refused = []
for name in ("/run/ringwall", "/sys/fs/bpf"):
    seen[name] = bool(os.path.isdir(name) and os.listdir(name))
print(json.dumps(seen))
"""
    run = f"/run/ringwall/{world.daemon.name}"
    paths = [f"{run}/control.sock", f"{run}/bpf", f"{run}/namespaces/fabric", f"{world.daemon.directory}/state.redb"]
    assert all(pathlib.Path(path).exists() for path in paths)
    done = world.client.exec("python3", "-c", script, input=json.dumps(paths))
    assert not any(json.loads(done.stdout).values()), done.stdout


def own_addresses():
    """The host's own addresses, but loopback."""
    links = json.loads(subprocess.run(["ip", "-j", "-4", "address"], capture_output=True, text=True).stdout)
    addresses = [a["local"] for link in links for a in link["addr_info"]]
    return [address for address in addresses if not address.startswith("127.")]


UNDO = r"""
import ctypes, json, os, subprocess
libc = ctypes.CDLL(None, use_errno=True)
done = {}
for path in ("/run/ringwall", "/sys/fs/bpf", "/run", "/sys"):
    libc.umount2(path.encode(), 2)
for path in ("/run/ringwall", "/sys/fs/bpf"):
    done["uncovered " + path] = os.path.isdir(path) and os.listdir(path)
names = [open(f"/proc/{process}/comm").read().strip() for process in os.listdir("/proc") if process.isdigit()]
done["sees processes of others"] = names.count("ringwall") != 1
os.makedirs("/tmp/bpf", exist_ok=True)
subprocess.run(["mount", "-t", "bpf", "bpf", "/tmp/bpf"], capture_output=True)
done["mounted the pins"] = os.listdir("/tmp/bpf")
attributes = ctypes.create_string_buffer(128)
for name, command in (("program", 13), ("map", 14)):  # BPF_PROG_GET_FD_BY_ID, BPF_MAP_GET_FD_BY_ID
    ctypes.memmove(attributes, (1).to_bytes(4, "little") + bytes(8), 12)
    libc.syscall(321, command, attributes, 128)
    done["may open any " + name] = ctypes.get_errno() != 1  # EPERM, before the number is looked at
print(json.dumps([name for name, much in done.items() if much]))
"""


def test_c02_root_inside_can_undo_nothing_that_hides_the_control_plane(world):
    """Taking the covers away, seeing its processes, or opening programs and maps asks for more than root inside has."""
    assert json.loads(world.client.exec("python3", "-c", UNDO).stdout) == []
    world.holds()


def test_c02_killed_in_the_midst_of_calls(world):
    """Every change that was answered is enforced and kept; of the last one, all or nothing."""
    ec2, network = world.network.ec2, world.network
    answered = []

    def change():
        with contextlib.suppress(BotoCoreError):
            for port in itertools.count(1_000):
                rule = allow("tcp", port, cidr="10.0.0.0/16")
                ec2.authorize_security_group_ingress(GroupId=world.group, IpPermissions=[rule])
                answered.append(port)

    caller = threading.Thread(target=change)
    caller.start()
    while len(answered) < 12:
        time.sleep(0.001)
    world.daemon.kill()
    caller.join()
    last, next_one = answered[-1], answered[-1] + 1
    for port in (answered[0], last, next_one, next_one + 1):
        world.server.place.listen(port)

    def reached():
        return [world.client.place.reaches(world.server.address, port, 0.2) for port in (1_000, last, next_one + 1)]

    assert reached() == [True, True, False]
    world.daemon.start()
    assert reached() == [True, True, False]
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [world.group]}])
    kept = {rule["FromPort"] for rule in rules["SecurityGroupRules"]}
    assert set(answered) <= kept <= set(answered) | {next_one, -1, 80, 53, 443}
    said = network.daemon.explain(world.client.id, world.server.id, port=next_one, send=True)
    assert said["sent"]["agrees"] and said["reachable"] is (next_one in kept)


@pytest.mark.parametrize("signal", [9, 15])
def test_c02_killed_before_it_has_begun(signal):
    """Ended at its very first breath, it begins at the next start as if nothing had been."""
    for number in range(5):
        daemon = Daemon(f"brief{os.getpid()}s{signal}n{number}").start()
        try:
            os.kill(daemon.process.pid, signal)
            daemon.process.wait()
            made = daemon.start().client().create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
            daemon.kill()
            assert daemon.start().client().describe_vpcs(VpcIds=[made])["Vpcs"]
        finally:
            daemon.remove()
