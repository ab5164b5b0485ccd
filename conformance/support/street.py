"""Neighbours, one of whom is root and wants more than the rules give."""

import contextlib

from .frames import IPV4, Tap, ether, ipv4, send_inside, udp
from .network import allow

OPEN, SHUT = 7_777, 7_778


class Street:
    """
    The attacker may send UDP to one port of the victim, and nothing else to any instance. A friend of the victim's may
    use TCP port 80 of it, and of an instance in another subnet.
    """

    def __init__(self, network):
        self.network, self.daemon = network, network.daemon
        block = network.ipv6_block.replace("/56", "/64")
        subnet, other = network.subnet("10.0.1.0/24", ipv6=block), network.subnet("10.0.2.0/24")
        friends = network.group("friends")
        rules = [allow("udp", OPEN, cidr=cidr) for cidr in ("10.0.1.0/24", block)]
        self.victims = network.group("victims", *rules, allow("tcp", 80, group=friends))
        self.attacker = network.launch(subnet, [network.group("attacker")], ipv6=True, public=True)
        self.friend = network.launch(subnet, [friends], ipv6=True)
        self.victim = network.launch(subnet, [self.victims], ipv6=True)
        self.far = network.launch(other, [self.victims])
        self.macs = {each: mac_of(each) for each in (self.attacker, self.friend, self.victim, self.far)}
        self.router = router_mac(self.attacker)

    def permitted(self, word, **changes):
        """The frame that may pass; `changes` are what a test alters of it."""
        ends = {
            "to_mac": self.macs[self.victim],
            "from_mac": self.macs[self.attacker],
            "source": self.attacker.address,
            "destination": self.victim.address,
            "port": OPEN,
            "kind": IPV4,
        } | changes
        packet = ipv4(ends["source"], ends["destination"], udp(ends["port"], word))
        return ether(ends["to_mac"], ends["from_mac"], ends["kind"], packet)

    def attack(self, **frames):
        """Sends them, and then one that may pass. The names of those that arrived anywhere, and all frames heard."""
        places = [self.victim.place, self.friend.place, self.far.place, self.network.internet]
        with contextlib.ExitStack() as stack:
            taps = [stack.enter_context(contextlib.closing(Tap(place))) for place in places]
            send_inside(self.attacker, [*frames.values(), self.permitted(b"<the last>")])
            assert taps[0].listen_until(b"<the last>"), "what may pass passes"
            for tap in taps[1:]:
                tap.drain()
        self.heard = [frame for tap in taps for frame in tap.frames]
        return [name for name in frames if any(tap.heard(word(name)) for tap in taps)]

    def refused(self):
        return self.daemon.status()["refused"]

    def still_fine(self):
        """The neighbours' ordinary traffic is undisturbed, and the attacker's is still filtered."""
        with self.victim.place.listen(80), self.far.place.listen(80):
            assert self.friend.place.reaches(self.victim.address, 80)
            assert self.friend.place.reaches(self.victim.address_v6, 80)
            assert self.friend.place.reaches(self.far.address, 80)
            with contextlib.suppress(OSError):  # the attacker may have no way left
                assert not self.attacker.place.reaches(self.victim.address, 80, 0.15)


def word(name):
    return f"<{name}>".encode()


def mac_of(instance):
    return instance.description["NetworkInterfaces"][0]["MacAddress"]


def router_mac(instance):
    """As the instance's own kernel learns it."""
    assert instance.place.pings("10.0.1.1")
    return instance.place.run("ip", "neigh", "show", "10.0.1.1").stdout.split("lladdr ")[1].split()[0]
