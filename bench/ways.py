"""The ways that packets take in a benchmark: each has a client's and a server's namespace, and the server's address."""

import contextlib
import subprocess
import sys
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "conformance"))

from support.daemon import Daemon
from support.gateway import private_side
from support.network import ANYWHERE, Network, allow

PORT = 5000
# What the name of a way ends with whose packets a flow log counts.
LOGGED = ", flow log"
# Out of a private network by one address for all: the kernel's way, and Ringwall's.
MASQUERADE, NAT_GATEWAY = "kernel masquerade", "ringwall, NAT gateway"
MTU = 9001


def run(*words, **more):
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, **more)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def rules(count):
    """Rules of an interface: the ones that let the measure through are the last, and nothing else matches."""
    others = [("tcp", 6000 + number, f"192.0.2.{number % 250}/32") for number in range(count - 2)]
    return [*others, ("udp", PORT, "10.0.0.0/16"), ("tcp", PORT, "10.0.0.0/16")]


class Way:
    """A way between two namespaces that are entered by their paths."""

    def __init__(self, name, client, server, address, end):
        self.name, self.client, self.server, self.address, self.end = name, client, server, address, end

    def enter(self, side, *words):
        return ["nsenter", f"--net={side}", *words]


class Namespaces:
    """Namespaces of `ip netns` that go with the way."""

    def __init__(self, *names):
        self.names = names
        for name in names:
            run("ip", "netns", "add", name)
            self.ip(name, "link", "set", "lo", "up")

    def ip(self, name, *words):
        run("ip", "-n", name, *words)

    def join(self, one, address, other, other_address, mtu=MTU):
        """A pair of devices between two namespaces."""
        device, peer = f"{other}", f"{one}"
        self.ip(one, "link", "add", device, "mtu", str(mtu), "type", "veth", "peer", "name", peer, "netns", other)
        self.ip(other, "link", "set", peer, "mtu", str(mtu))
        for place, link, own in ((one, device, address), (other, peer, other_address)):
            self.ip(place, "address", "add", own, "dev", link)
            self.ip(place, "link", "set", link, "up")

    def path(self, name):
        return f"/run/netns/{name}"

    def end(self):
        for name in self.names:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True)


def pair():
    """Nothing but a pair of devices: the limit."""
    spaces = Namespaces("rwb-pc", "rwb-ps")
    spaces.join("rwb-pc", "10.0.1.4/24", "rwb-ps", "10.0.1.5/24")
    return Way("veth pair", spaces.path("rwb-pc"), spaces.path("rwb-ps"), "10.0.1.5", spaces.end)


def forward(tag, name, filters=None, mtu=MTU):
    """The kernel forwards between two pairs; the server's may have another MTU."""
    client, router, server = (f"rwb-{tag}{side}" for side in "crs")
    spaces = Namespaces(client, router, server)
    spaces.join(client, "10.0.1.4/24", router, "10.0.1.1/24")
    spaces.join(server, "10.0.2.5/24", router, "10.0.2.1/24", mtu)
    spaces.ip(client, "route", "add", "default", "via", "10.0.1.1")
    spaces.ip(server, "route", "add", "default", "via", "10.0.2.1")
    run("ip", "netns", "exec", router, "sysctl", "-qw", "net.ipv4.ip_forward=1")
    if filters:
        try:
            run("ip", "netns", "exec", router, "nft", "-f", "-", input=filters)
        except SystemExit:
            spaces.end()
            raise
    return Way(name, spaces.path(client), spaces.path(server), "10.0.2.5", spaces.end)


def nftables(count):
    """The same rules as a group's, in the order they were written: connections that are known pass first."""
    lines = "\n".join(f"ip saddr {cidr} {protocol} dport {port}-{port + 1} accept" for protocol, port, cidr in rules(count))
    text = f"""table inet rwb {{ chain forward {{ type filter hook forward priority 0; policy drop;
ct state established,related accept
{lines}
}}
}}
"""
    return forward(f"n{count}", f"nftables, {count} rules", text)


def masquerade():
    """Connection tracking and one address for all, towards a link as the internet has them."""
    text = """table ip rwb { chain out { type nat hook postrouting priority 100;
ip daddr 10.0.2.5 masquerade
}
}
"""
    return forward("m", MASQUERADE, text, mtu=1500)


def nat_gateway():
    """A private instance, and a host of the internet: groups, ACLs and routes of both subnets are asked as well."""
    daemon = Daemon("benchnat", [], False)
    daemon.start()
    network = Network(daemon)
    instance, _ = private_side(network)
    return Way(NAT_GATEWAY, instance.place.path, network.internet.path, "192.0.2.10", daemon.down)


def ringwall(count, is_logged=False):
    """Two instances in two subnets: every gate is asked. Logged, each packet is one of a flow log's."""
    daemon = Daemon(f"bench{count}{'log' if is_logged else ''}", ["--quota", "rules-per-group=1000", "--quota", "groups-per-interface=1"], False)
    daemon.start()
    network = Network(daemon, internet=False)
    one, other = network.subnet("10.0.1.0/24"), network.subnet("10.0.2.0/24", "us-east-1b")
    group = network.group("server")
    permissions = [allow(protocol, port, cidr) for protocol, port, cidr in rules(count)]
    permissions[-2]["ToPort"] = permissions[-1]["ToPort"] = PORT + 1
    for begin in range(0, count, 200):
        network.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=permissions[begin : begin + 200])
    client = network.launch(one, [network.group("client", egress=[allow(cidr=ANYWHERE)])])
    server = network.launch(other, [group])
    if is_logged:
        network.ec2.create_flow_logs(
            ResourceIds=[network.vpc], ResourceType="VPC", TrafficType="ALL", LogDestinationType="file", MaxAggregationInterval=60
        )
    name = f"ringwall, {count} rules" + (LOGGED if is_logged else "")
    return Way(name, client.place.path, server.place.path, server.address, daemon.down)


@contextlib.contextmanager
def every(counts):
    """All ways, which go when the measures end."""
    made = []
    try:
        made.append(pair())
        made.append(forward("f", "kernel forwarding"))
        made.extend(nftables(count) for count in counts)
        made.extend(ringwall(count) for count in counts)
        made.append(ringwall(counts[0], is_logged=True))
        made.extend([masquerade(), nat_gateway()])
        yield made
    finally:
        for way in made:
            way.end()
