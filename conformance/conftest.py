"""Every test gets a Ringwall that is its own alone, or shares one whose networks stay apart."""

import itertools
import os

import pytest

from support.daemon import PROGRAM, Daemon
from support.network import Network
from support.place import Server

NUMBERS = itertools.count()

# Every test has its own VPC, and nothing but time would be won by taking VPCs away again.
QUOTAS = (
    "vpcs",
    "internet-gateways",
    "egress-only-internet-gateways",
    "elastic-ips",
    "nat-gateways-per-zone",
    "gateway-endpoints",
    "web-acls",
)
# Nobody listens there: endpoints for DynamoDB can be made, and lead to an answer that says so.
ROOM = [*(f"--quota={name}=10000" for name in QUOTAS), "--dynamodb-endpoint=127.0.0.1:9"]


def pytest_configure(config):
    if os.geteuid() != 0:
        pytest.exit("these tests build networks in namespaces: run them as root", returncode=2)
    if not PROGRAM.is_file():
        pytest.exit(f"{PROGRAM} is not there: build it with `cargo build --release --package ringwall`", returncode=2)


@pytest.fixture(scope="session")
def shared():
    """A Ringwall for tests that leave each other alone."""
    daemon = Daemon(f"shared{os.getpid()}", ROOM, keeps_state=False).start()
    yield daemon
    assert daemon.process.poll() is None, daemon.said()
    daemon.down()


@pytest.fixture
def daemon():
    """A Ringwall of one test, whose state is kept."""
    daemon = Daemon(f"own{os.getpid()}n{next(NUMBERS)}").start()
    yield daemon
    print(daemon.said(), daemon.process.poll())  # shown when the test failed
    daemon.remove()


@pytest.fixture(autouse=True)
def silence():
    """Whatever a test began to listen on, the next may."""
    yield
    for server in list(Server.listening):
        server.close()


@pytest.fixture
def network(shared):
    """A VPC with an internet gateway. Each begins anew, though all have the same addresses."""
    network = Network(shared)
    yield network
    end_all(network)


@pytest.fixture
def network_v6(shared):
    """The same, with IPv6."""
    network = Network(shared, ipv6=True)
    yield network
    end_all(network)


def end_all(network):
    filters = [{"Name": "vpc-id", "Values": [network.vpc]}]
    answer = network.ec2.describe_instances(Filters=filters)
    ids = [i["InstanceId"] for reservation in answer["Reservations"] for i in reservation["Instances"]]
    if ids:
        network.ec2.terminate_instances(InstanceIds=ids)
