"""Daemons: side by side, reset, down, and what they say when they cannot run."""

import json
import os
import pathlib
import subprocess
import urllib.request

import pytest

from support.daemon import PROGRAM, Daemon, free_port
from support.network import Network, allow


@pytest.fixture
def pair():
    daemons = [Daemon(f"side{letter}{os.getpid()}", keeps_state=False).start() for letter in "ab"]
    yield daemons
    for daemon in daemons:
        daemon.down()


def test_several_live_side_by_side_and_stay_apart(pair):
    networks = [Network(daemon) for daemon in pair]
    servers, clients = [], []
    for number, network in enumerate(networks):
        subnet = network.subnet("10.0.1.0/24")
        group = network.group("all", allow("tcp", 80, "10.0.0.0/8"))
        clients.append(network.launch(subnet, [group]))
        servers.append(network.launch(subnet, [group]))
    assert servers[0].address == servers[1].address
    with servers[0].place.listen(80) as listener:
        assert clients[0].place.reaches(servers[0].address, 80)
        with pytest.raises(ConnectionRefusedError):
            clients[1].place.reaches(servers[1].address, 80)
        assert len(listener.peers) == 1
    pair[0].down()
    with servers[1].place.listen(80):
        assert clients[1].place.reaches(servers[1].address, 80)


def test_reset_empties_an_ephemeral_one(pair):
    network = Network(pair[0])
    instance = network.launch(network.subnet("10.0.1.0/24"))
    pid = instance.place.path.split("/")[2]
    pair[0].client("s3").create_bucket(Bucket="forgotten")
    request = urllib.request.Request(f"{pair[0].endpoint}/moto-api/reset", method="POST")
    assert urllib.request.urlopen(request).status == 200
    assert pair[0].client("s3").list_buckets()["Buckets"] == []
    vpcs = network.ec2.describe_vpcs()["Vpcs"]
    assert [vpc["IsDefault"] for vpc in vpcs] == [True]
    assert network.ec2.describe_instances()["Reservations"] == []
    events = pair[0].client("cloudtrail").lookup_events()["Events"]
    assert not any(event["EventName"] == "RunInstances" for event in events)
    status = pair[0].status()
    assert status["instances"] == [] and status["interfaces"]["up"] == 0
    wait_until(lambda: not pathlib.Path(f"/proc/{pid}").exists())


def test_one_that_keeps_its_state_is_not_reset(daemon):
    network = Network(daemon)
    request = urllib.request.Request(f"{daemon.endpoint}/moto-api/reset", method="POST")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 403
    assert network.vpc in [vpc["VpcId"] for vpc in network.ec2.describe_vpcs()["Vpcs"]]


def test_down_leaves_nothing_behind(daemon):
    network = Network(daemon)
    instance = network.launch(network.subnet("10.0.1.0/24"))
    pid = instance.place.path.split("/")[2]
    os.close(instance.place.descriptor)
    said = daemon.down()
    assert said.returncode == 0 and "1 instances" in said.stdout
    assert not pathlib.Path(f"/run/ringwall/{daemon.name}").exists()
    wait_until(lambda: not pathlib.Path(f"/proc/{pid}").exists())  # whoever has inherited it takes its end
    mounts = pathlib.Path("/proc/self/mountinfo").read_text()
    assert f"/run/ringwall/{daemon.name}" not in mounts
    assert daemon.down().returncode == 0


def test_a_second_one_of_the_name_is_refused(daemon):
    command = [PROGRAM, "serve", "--name", daemon.name, "--ephemeral", "--listen", f"127.0.0.1:{free_port()}"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert said.returncode == 2 and daemon.name in said.stderr
    assert daemon.status()["name"] == daemon.name


def test_without_privileges_it_says_what_is_missing_and_does_not_run():
    command = [PROGRAM, "serve", "--name", "nobody", "--ephemeral", "--listen", f"127.0.0.1:{free_port()}"]
    said = subprocess.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command],
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert said.returncode == 2
    assert "root" in said.stderr and "sudo" in said.stderr, said.stderr
    assert len(said.stderr.strip().splitlines()) == 1


def test_options_that_make_no_sense_are_told():
    for options, word in [
        (["--name", "No Name"], "name"),
        (["--account", "12"], "12"),
        (["--quota", "vpcs=many"], "vpcs"),
        (["--public-ipv4", "300.0.0.0/8"], "300.0.0.0/8"),
        (["--listen", "nowhere"], "nowhere"),
    ]:
        said = subprocess.run([PROGRAM, "serve", "--ephemeral", *options], capture_output=True, text=True, timeout=20)
        assert said.returncode != 0 and word in said.stderr, (options, said.stderr)


def test_a_port_beyond_loopback_needs_a_key_of_ones_own():
    command = [PROGRAM, "serve", "--name", "open", "--ephemeral", "--listen", f"0.0.0.0:{free_port()}"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert said.returncode == 2 and "--root-key-file" in said.stderr


def test_status_speaks_json(daemon):
    network = Network(daemon)
    instance = network.launch(network.subnet("10.0.1.0/24"), name="web")
    document = json.loads(daemon.run("status", "--output", "json").stdout)
    assert document["failure"] is None and document["enforced_revision"] == document["revision"]
    (found,) = document["instances"]
    assert (found["id"], found["name"], found["state"]) == (instance.id, "web", "running")
    assert found["interfaces"][0]["addresses"] == [instance.address]
    assert instance.id in daemon.run("status").stdout


def wait_until(condition, seconds=10):
    import time

    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
