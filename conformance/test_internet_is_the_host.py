"""`--internet host`: the uplink ends in the host's own network, so that the host is what instances find outside."""

import pytest
from support.daemon import Daemon
from support.gateway import private_side
from support.network import ANYWHERE, Network, allow
from support.place import Place

# Nobody's: the host has it for the test alone.
HOST = "203.0.113.250"


@pytest.fixture
def host():
    here = Place("/proc/self/ns/net")
    here.run("ip", "address", "add", f"{HOST}/32", "dev", "lo")
    yield here
    here.run("ip", "address", "delete", f"{HOST}/32", "dev", "lo")


def test_the_host_and_instances_reach_each_other(host):
    daemon = Daemon("hostnet", ["--internet", "host", "--public-ipv4", "203.0.113.0/25"], keeps_state=False).start()
    try:
        network = Network(daemon)
        private, gateway = private_side(network)
        public = network.launch(gateway.subnet, [network.group("web", allow("tcp", 80, cidr=ANYWHERE))], public=True)
        assert public.public.startswith("203.0.113.")
        with public.place.listen(80), host.listen(8099, HOST) as asked:
            assert host.reaches(public.public, 80)
            assert not host.reaches(public.public, 81, 0.15) and not host.reaches(gateway.public, 80, 0.15)
            assert public.place.reaches(HOST, 8099) and private.place.reaches(HOST, 8099)
            assert asked.peers == [public.public, gateway.public]
    finally:
        daemon.down()
    left = host.run("ip", "-brief", "link").stdout + host.run("ip", "route").stdout
    assert "203.0.113.0/25" not in left and "rw-hostnet" not in left
