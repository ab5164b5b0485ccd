"""What answering for names costs: questions a second that one worker answers, asked in the namespace where they arrive, past
the kernel's limit of 1,024 a second for one interface (DNS-3)."""

import pathlib
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "conformance"))

from support.daemon import Daemon
from support.names import RESOLVER
from support.network import Network
from support.place import Place


def questions(load, seconds, rounds):
    """Lines of the report."""
    daemon = Daemon("bench-names", ["--resolver", "none"], keeps_state=False).start()
    try:
        network = Network(daemon)
        network.ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsHostnames={"Value": True})
        instance = network.launch(network.subnet("10.0.1.0/24"))
        place = Place(f"/run/ringwall/{daemon.name}/namespaces/services-{network.vpc}")
        # The instance's address is here for once, so that its questions come from where they go to.
        place.run("ip", "address", "add", f"{instance.address}/32", "dev", "lo")
        command = ["nsenter", f"--net={place.path}", load, "names", f"{RESOLVER}:53", str(seconds), instance.address]
        found = []
        for _ in range(rounds):
            done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
            if done.returncode:
                raise SystemExit(f"names: {done.stderr.strip()}")
            found.append(float(done.stdout))
    finally:
        daemon.down()
    spread = max(found) / min(found)
    return ["", "Names (questions answered by one worker, 1/s, more is better)",
            f"  from one asker           {statistics.median(found):12,.0f}   (spread {spread:4.2f})"]
