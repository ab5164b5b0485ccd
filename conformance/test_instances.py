"""The life of an instance: what it runs, what it keeps, what it is named."""

import base64
import pathlib
import tempfile
import time

import pytest

from support.network import Network, allow


def console(network, instance, word, seconds=10):
    """The console, once it holds a word."""
    end = time.monotonic() + seconds
    while True:
        answer = network.ec2.get_console_output(InstanceId=instance.id)
        text = base64.b64decode(answer.get("Output", "")) if isinstance(answer.get("Output"), bytes) else answer.get("Output", "")
        if word in text:
            return text
        assert time.monotonic() < end, text
        time.sleep(0.01)


def test_user_data_runs_once_the_network_is_there(network):
    """INST-*: as root, with its addresses, and what it writes is on the console."""
    subnet = network.subnet("10.0.1.0/24")
    group = network.group("all", allow(cidr="10.0.0.0/8"))
    first = network.launch(subnet, [group])
    with first.place.listen(80) as listener:
        script = (
            "#!/bin/sh\n"
            "echo \"I am $(id -u) on $(hostname)\"\n"
            f"exec python3 -c \"import socket; socket.create_connection(('{first.address}', 80), 5); print('connected')\"\n"
        )
        second = network.launch(subnet, [group], UserData=script)
        text = console(network, second, "connected")
        assert f"I am 0 on ip-{second.address.replace('.', '-')}" in text
        assert listener.peers == [second.address]


def test_stop_and_start_keep_the_private_address_and_change_the_public_one(network):
    subnet = network.subnet("10.0.1.0/24")
    group = network.group("all", allow("tcp", 80, "0.0.0.0/0"))
    server, client = network.launch(subnet, [group], count=2, public=False), None
    server, client = server
    public = network.launch(subnet, [group], public=True)
    before = (public.address, public.public)
    assert before[1]
    network.ec2.stop_instances(InstanceIds=[server.id, public.id])
    network.wait([server, public], "stopped")
    assert not client.place.reaches(server.address, 80)
    assert public.description.get("PublicIpAddress") is None
    network.ec2.start_instances(InstanceIds=[server.id, public.id])
    network.wait([server, public])
    found = public.description
    assert found["PrivateIpAddress"] == before[0] and found["PublicIpAddress"]
    for instance in (server, public):
        instance.__dict__.pop("place", None)
        with instance.place.listen(80):
            assert client.place.reaches(instance.address, 80)


def test_a_reboot_starts_processes_anew_and_keeps_everything_else(network):
    subnet = network.subnet("10.0.1.0/24")
    group = network.group("all", allow("tcp", 80, "0.0.0.0/0"))
    server, client = network.launch(subnet, [group], count=2, UserData="#!/bin/sh\necho started at $$\n")
    console(network, server, "started at")
    server.exec("sh", "-c", "sleep 600 >/dev/null 2>&1 &")
    assert "sleep 600" in server.exec("ps", "axo", "args").stdout
    before = server.process
    network.ec2.reboot_instances(InstanceIds=[server.id])
    end = time.monotonic() + 20
    while "sleep 600" in server.exec("ps", "axo", "args", check=False).stdout:
        assert time.monotonic() < end
        time.sleep(0.02)
    server.__dict__.pop("place", None)
    while server.process in (None, before):
        assert time.monotonic() < end
        time.sleep(0.005)
    with server.place.listen(80):
        # The process is there before its links are.
        while not client.place.reaches(server.address, 80):
            assert time.monotonic() < end


def test_an_instance_that_ends_by_itself_does_as_it_was_told(network):
    """INST-13: stop, unless it was launched to terminate."""
    subnet = network.subnet("10.0.1.0/24")
    stays, goes = network.launch(subnet), network.launch(subnet, InstanceInitiatedShutdownBehavior="terminate")
    for instance in (stays, goes):
        instance.exec("kill", "-TERM", "1", check=False)
    network.wait([stays], "stopped")
    network.wait([goes], "terminated")
    assert goes.description["StateReason"]["Code"] == "Client.InstanceInitiatedShutdown"


def test_instances_do_not_see_each_other_or_ringwall(network):
    subnet = network.subnet("10.0.1.0/24")
    one, other = network.launch(subnet, count=2)
    one.exec("sh", "-c", "sleep 601 >/dev/null 2>&1 &")
    assert "sleep 601" not in other.exec("ps", "axo", "args").stdout
    assert one.exec("hostname").stdout != other.exec("hostname").stdout
    assert one.exec("ls", "/sys/fs/bpf").stdout == ""
    assert one.exec("ip", "-br", "link").stdout.count("\n") == 2


def test_what_is_protected_is_not_ended(network):
    from botocore.exceptions import ClientError

    instance = network.launch(network.subnet("10.0.1.0/24"), DisableApiTermination=True)
    try:
        network.ec2.terminate_instances(InstanceIds=[instance.id])
        raise AssertionError("it was ended")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "OperationNotPermitted"
    network.wait([instance])
    network.ec2.modify_instance_attribute(InstanceId=instance.id, DisableApiTermination={"Value": False})
    network.ec2.terminate_instances(InstanceIds=[instance.id])
    network.wait([instance], "terminated")
    assert isinstance(network, Network)


@pytest.fixture
def in_tmp():
    with tempfile.TemporaryDirectory(dir="/tmp") as directory:
        yield pathlib.Path(directory)


def test_a_program_in_a_directory_that_instances_have_of_their_own(network, in_tmp):
    """What is there on the host and not in the instance is said; what the instance has itself runs."""
    instance = network.launch(network.subnet("10.0.1.0/24"), [network.group("all")])
    program = in_tmp / "hello"
    program.write_text("#!/bin/sh\necho hello\n")
    program.chmod(0o755)
    refused = instance.exec(str(program), check=False)
    assert refused.returncode and f"`{program}` is not seen in the instance, which has a `/tmp` of its own" in refused.stderr
    absent = instance.exec(f"{program}-not", check=False)
    assert absent.returncode and "of its own" not in absent.stderr, absent.stderr
    instance.exec("sh", "-c", f"mkdir -p {in_tmp}; cat > {program}; chmod +x {program}", input=program.read_text())
    assert instance.exec(str(program)).stdout == "hello\n"
