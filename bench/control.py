"""What calls cost: beside moto_server in the same run; the time from a call to the first packet under the new rule; start; memory."""

import os
import pathlib
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "conformance"))

from support.daemon import Daemon, free_port
from support.network import Network, allow

DESCRIBE = ["Action=DescribeVpcs"]
DESCRIBE_MANY = ["Action=DescribeSecurityGroups&MaxResults=100"]
MUTATE = [
    "Action=AuthorizeSecurityGroupIngress&GroupId={group}&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort={{}}"
    "&IpPermissions.1.ToPort={{}}&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/32",
    "Action=RevokeSecurityGroupIngress&GroupId={group}&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort={{}}"
    "&IpPermissions.1.ToPort={{}}&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/32",
]
TAG = ["Action=CreateTags&ResourceId.1={vpc}&Tag.1.Key=k&Tag.1.Value=v{{}}"]


class Moto:
    """moto's server, in its own process."""

    name = "moto_server"

    def start(self):
        self.port = free_port()
        environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
        command = ["moto_server", "-p", str(self.port)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if subprocess.run(["bash", "-c", f"</dev/tcp/127.0.0.1/{self.port}"], capture_output=True).returncode == 0:
                return self
            time.sleep(0.02)
        raise SystemExit("moto_server does not answer")

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}"

    client = Daemon.client

    def down(self):
        self.process.kill()
        self.process.wait()


def calls(load, server, connections, seconds, queries):
    command = [load, "api", f"127.0.0.1:{server.port}", str(connections), str(seconds), *queries]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    if done.returncode:
        raise SystemExit(f"{server.name}: {done.stderr.strip()[:400]}")
    return float(done.stdout)


def api(load, seconds, rounds):
    """Calls a second, for each kind and number of connections."""
    kept = Daemon("benchapi").start()
    memory = Daemon("benchapim", keeps_state=False).start()
    moto = Moto().start()
    servers = [("ringwall, on disk", kept), ("ringwall, in memory", memory), ("moto_server", moto)]
    found = {}
    try:
        things = {}
        for name, server in servers:
            ec2 = server.client()
            vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
            make = [ec2.create_security_group(GroupName=f"g{n}", Description="d", VpcId=vpc) for n in range(100)]
            things[name] = {"vpc": vpc, "group": make[0]["GroupId"]}
        kinds = [("describe one", DESCRIBE), ("describe a hundred groups", DESCRIBE_MANY), ("rule added, removed", MUTATE), ("tag", TAG)]
        for _ in range(rounds):
            for kind, queries in kinds:
                for connections in (1, 8):
                    for name, server in servers:
                        own = [query.format(**things[name]) if "{" in query else query for query in queries]
                        rate = calls(load, server, connections, seconds, own)
                        found.setdefault((kind, connections), {}).setdefault(name, []).append(rate)
    finally:
        for _, server in servers:
            server.down()
    lines = ["", "API calls (1/s, more is better)"]
    for (kind, connections), by_server in found.items():
        medians = {name: statistics.median(rates) for name, rates in by_server.items()}
        for name, rate in medians.items():
            ratio = rate / medians["moto_server"]
            lines.append(f"  {kind + f', {connections} at once':34} {name:20} {rate:10,.0f}   {ratio:6.1f} of moto_server")
    return lines


def effect(trials):
    """The first packet after a call meets the new rule; and how long the call took."""
    daemon = Daemon("benchrule").start()
    try:
        network = Network(daemon, internet=False)
        subnet = network.subnet("10.0.1.0/24")
        group = network.group("server")
        client = network.launch(subnet, [network.group("client")])
        server = network.launch(subnet, [group])
        ec2, rule = network.ec2, [allow("udp", 7000, "10.0.0.0/16")]
        took, opened, closed = [], 0, 0
        with server.place.listen(7000, kind=2):
            for number in range(trials):
                begin = time.perf_counter()
                ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rule)
                took.append(time.perf_counter() - begin)
                # Each from a port of its own: the session of an earlier question would let a later one through.
                opened += client.place.asks(server.address, 7000, timeout=0.2, source=("", 20000 + number))
                ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=rule)
                if number < trials // 4:
                    asked = client.place.asks(server.address, 7000, timeout=0.05, source=("", 10000 + number))
                    closed += not asked
        return [
            "",
            "From a call to the first packet (boto3, state on disk)",
            f"  call takes                         {statistics.median(took) * 1e3:8.2f} ms",
            f"  first packet after it passed       {opened} of {trials}",
            f"  first packet after revoke stopped  {closed} of {trials // 4}",
        ]
    finally:
        daemon.down()


def start_and_memory(rounds):
    """From the program's start to its first answer; memory when idle; memory for an interface."""
    took = []
    for _ in range(rounds):
        daemon = Daemon("benchstart", keeps_state=False)
        begin = time.perf_counter()
        daemon.start()
        took.append(time.perf_counter() - begin)
        idle = resident(daemon)
        daemon.down()
    daemon = Daemon("benchmemory", ["--quota", "network-interfaces=5000"], keeps_state=False).start()
    try:
        network = Network(daemon, internet=False)
        subnet = network.subnet("10.0.0.0/20")
        time.sleep(1)
        empty = resident(daemon)
        many = 500
        for _ in range(many):
            network.ec2.create_network_interface(SubnetId=subnet)
        full = resident(daemon)
    finally:
        daemon.down()
    return [
        "",
        "Start and memory",
        f"  start to first answer   {statistics.median(took) * 1e3:8.1f} ms",
        f"  idle                    {idle / 1024:8.1f} MiB",
        f"  for an interface        {(full - empty) / many:8.1f} KiB",
    ]


def resident(daemon):
    """KiB of memory that a daemon holds."""
    for line in pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise SystemExit("the daemon is gone")
