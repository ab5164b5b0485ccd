"""Flow logs: what interfaces see is counted in the kernel, told as it happens, and delivered whatever becomes of the daemon."""

import gzip
import json
import pathlib
import socket
import struct
import subprocess
import sys
import time

import boto3
import pytest
from botocore.exceptions import ClientError

from support.daemon import PROGRAM, free_port
from support.gateway import private_side
from support.flows import FIN, ICMP, RST, SYN, SYN_ACK, TCP, UDP, looking, records, seen, wait_for
from support.network import ANYWHERE, Network, allow

ACCEPT_IN, ACCEPT_OUT = ("ingress", "ACCEPT"), ("egress", "ACCEPT")
REJECT_IN, REJECT_OUT = ("ingress", "REJECT"), ("egress", "REJECT")
PING = allow("icmp", -1, ANYWHERE)
WINDOW = 60


VPC = "10.0.0.0/16"  # what is open to everybody is not tracked (SG-12), so rules for tracked flows name this


def pair(network, *ingress, egress=None, apart=True, client=(allow(cidr=ANYWHERE),)):
    """A client with a group of its own, and a server with these rules, in a subnet each."""
    here = network.subnet("10.0.1.0/24")
    there = network.subnet("10.0.2.0/24") if apart else here
    client = network.launch(here, [network.group("client", *client)])
    server = network.launch(there, [network.group("server", *ingress, egress=egress)])
    return client, server, there


def test_a_ping_is_as_many_records_as_filters_say(network):
    """FL-13."""
    client, server, subnet = pair(network, PING, egress=[])
    with seen(network.daemon) as flows:
        assert client.place.pings(server.address)
    assert flows.kinds(server, ICMP) == {ACCEPT_IN, ACCEPT_OUT}
    assert flows.kinds(client, ICMP) == {ACCEPT_OUT, ACCEPT_IN}
    acl = network.acl(subnet)
    network.entry(acl, 100, "allow")
    network.entry(acl, 90, "deny", egress=True, protocol="1", icmp=0)
    network.entry(acl, 100, "allow", egress=True)
    with seen(network.daemon) as flows:
        assert not client.place.pings(server.address)
    assert flows.kinds(server, ICMP) == {ACCEPT_IN, REJECT_OUT}
    network.ec2.revoke_security_group_ingress(GroupId=group_of(network, server), IpPermissions=[PING])
    with seen(network.daemon) as flows:
        assert not client.place.pings(server.address)
    assert flows.kinds(server, ICMP) == {REJECT_IN}


def group_of(network, instance):
    return instance.description["SecurityGroups"][0]["GroupId"]


def test_flags_tell_how_a_connection_went(network):
    """FL-20: both sides of a short connection, and of one that nobody took."""
    client, server, _ = pair(network, allow("tcp", 80, ANYWHERE), allow("tcp", 81, ANYWHERE))
    with server.place.listen(80), seen(network.daemon) as flows:
        assert client.place.reaches(server.address, 80)
        with pytest.raises(ConnectionRefusedError):
            client.place.connect(server.address, 81)
    assert flows.of(client, direction="egress", destination_port=80)[2] & ~RST == SYN | FIN
    assert flows.of(server, direction="egress", source_port=80)[2] & ~RST == SYN_ACK | FIN
    assert flows.of(client, direction="egress", destination_port=81)[2] == SYN
    assert flows.of(server, direction="egress", source_port=81)[2] == RST
    packets, size, _ = flows.of(client, direction="egress", destination_port=80)
    assert packets >= 4 and size >= 4 * 40 + 16
    assert flows.of(server, direction="ingress", destination_port=80)[:2] == (packets, size)


def test_a_port_that_is_used_again_loses_nothing(network):
    """The kernel begins a new session in the place of the old one, whose last packets are told nevertheless."""
    client, server, _ = pair(network, allow("tcp", 80, VPC), client=())
    with server.place.listen(80), seen(network.daemon) as flows:
        for _ in range(20):
            connection = client.place.open()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.bind(("", 40000))
            connection.connect((server.address, 80))
            connection.close()
    assert flows.of(client, direction="egress", source_port=40000)[::2] == (20 * 3, SYN | RST)
    assert flows.of(server, direction="egress", destination_port=40000)[::2] == (20, SYN_ACK)


def test_a_refusal_is_a_record_where_the_filter_stands(network):
    """FL-11, FL-12, FL-37."""
    client, server, _ = pair(network, allow("tcp", 80, ANYWHERE))
    with seen(network.daemon) as flows:
        assert not client.place.reaches(server.address, 22, 0.2)
    assert flows.kinds(server, TCP) == {REJECT_IN}
    assert flows.kinds(client, TCP) == {ACCEPT_OUT}
    closed = network.group("closed", egress=[])
    client.set_groups(closed)
    with seen(network.daemon) as flows:
        assert not client.place.reaches(server.address, 80, 0.2)
    assert flows.kinds(client, TCP) == {REJECT_OUT}
    assert flows.kinds(server, TCP) == set()
    client.set_groups(network.group("open"))
    with seen(network.daemon) as flows:
        assert not client.place.asks("10.0.9.9", 9, 0.2)
    assert flows.kinds(client, UDP) == {ACCEPT_OUT}, "nobody is there, but no filter says so"


def test_a_flow_that_was_there_before_is_told_from_now_on(network):
    client, server, _ = pair(network, allow("tcp", 80, ANYWHERE))
    with server.place.listen(80), client.place.connect(server.address, 80) as connection:
        connection.sendall(b"x" * 1000)
        connection.recv(1000)
        with seen(network.daemon) as flows:
            connection.sendall(b"y" * 10)
            connection.recv(10)
        packets, size, flags = flows.of(client, direction="egress")
        # one packet with the bytes, and what was not acknowledged yet
        assert 1 <= packets <= 3 and size < 200 and flags == 0


def test_what_was_logged_before_is_not_told_to_one_who_looks_on_later(network):
    client, server, _ = pair(network, allow("tcp", 80, ANYWHERE, to_port=81))
    network.ec2.create_flow_logs(
        ResourceIds=[network.vpc], ResourceType="VPC", TrafficType="ALL", LogDestinationType="file"
    )
    with server.place.listen(80), server.place.listen(81):
        assert client.place.reaches(server.address, 80)
        with seen(network.daemon) as flows:
            assert client.place.reaches(server.address, 81)
    begun = {flow["destination_port"] for flow in flows if flow["direction"] == "egress" and flow["tcp_flags"] & SYN}
    assert 81 in begun and 80 not in begun, flows


def test_a_nat_gateways_interface_sees_both_sides(network):
    """NAT-37, FL-19: in from the client, out by the gateway's address, and the same for what comes back."""
    instance, gateway = private_side(network)
    outside = "192.0.2.10"
    with network.internet.listen(8080), seen(network.daemon) as flows:
        assert instance.place.reaches(outside, 8080) and instance.place.pings(outside)
    for protocol in (TCP, ICMP):
        own = [flow for flow in flows if flow["interface"] == gateway.interface and flow["protocol"] == protocol]
        assert {(flow["direction"], flow["source"], flow["destination"]) for flow in own} == {
            ("ingress", instance.address, outside),
            ("egress", gateway.private, outside),
            ("ingress", outside, gateway.private),
            ("egress", outside, instance.address),
        }
    client, server = flows.of(instance, protocol=TCP, direction="egress"), [
        flow for flow in flows if flow["interface"] == gateway.interface and flow["source"] == gateway.private
    ]
    assert sum(flow["packets"] for flow in server if flow["protocol"] == TCP) == client[0]


def test_questions_for_names_are_no_flows(network):
    """FL-26, DNS-4: what goes to the resolver and to metadata is not logged, other questions are."""
    client, server, _ = pair(network)
    with seen(network.daemon) as flows:
        for address in ("10.0.0.2", "169.254.169.253", "169.254.169.254", server.address):
            with client.place.open(kind=socket.SOCK_DGRAM) as question:
                question.sendto(b"?", (address, 53))
    assert {flow["destination"] for flow in flows if flow["interface"] == client.interface} == {server.address}


def test_flows_are_summed_up_in_groups(network):
    client, server, _ = pair(network, allow("tcp", 80, ANYWHERE))
    with looking(network.daemon, "--by", "interface,action,port", "--seconds", "5") as process:
        with server.place.listen(80):
            assert client.place.reaches(server.address, 80)
            assert not client.place.reaches(server.address, 22, 0.2)
        told, _ = process.communicate(timeout=30)
    groups = {(own["interface"], own["action"], own["port"]): own for own in map(json.loads, told.splitlines())}
    assert {(server.interface, "ACCEPT", "80"), (client.interface, "ACCEPT", "22"), (server.interface, "REJECT", "22")} <= set(groups)
    assert groups[client.interface, "ACCEPT", "80"]["packets"] >= 6, "both ways, at the port of the one that was asked"
    assert (server.interface, "ACCEPT", "22") not in groups


def test_rules_are_proposed_that_let_pass_what_was_seen_and_nothing_more(network):
    client, server, _ = pair(network, allow(cidr=ANYWHERE), apart=False)
    other = network.launch(network.subnet("10.0.3.0/24"), [network.group("other")])
    with server.place.listen(80), server.place.listen(53, kind=socket.SOCK_DGRAM):
        assert client.place.reaches(server.address, 80) and other.place.asks(server.address, 53)
        assert client.place.pings(server.address)
        words = [PROGRAM, "flows", "suggest", "--name", network.daemon.name, "--interface", server.interface, "--json"]
        proposal = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
    rules = [rule["permission"] for rule in proposal["rules"] if rule["direction"] == "ingress"]
    groups = {group_of(network, client): client, group_of(network, other): other}
    told = {(r["IpProtocol"], r.get("FromPort"), r["UserIdGroupPairs"][0]["GroupId"]) for r in rules}
    mine, its = groups
    assert told == {("tcp", 80, mine), ("icmp", 8, mine), ("udp", 53, its)}, proposal
    # With them alone, the same passes, and what was not seen does not.
    narrow = network.group("narrow", *rules, egress=[])
    server.set_groups(narrow)
    with server.place.listen(80), server.place.listen(53, kind=socket.SOCK_DGRAM):
        assert client.place.reaches(server.address, 80) and other.place.asks(server.address, 53)
        assert client.place.pings(server.address) and not other.place.pings(server.address, 0.2)
        assert not other.place.reaches(server.address, 80, 0.2) and not client.place.asks(server.address, 53, 0.2)


@pytest.fixture
def buckets():
    """An S3 server beside."""
    port = free_port()
    server = subprocess.Popen(
        [str(pathlib.Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    client = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )

    def answers():
        try:
            return client.list_buckets()
        except Exception:
            return None

    wait_for(answers, 30)
    client.address = f"127.0.0.1:{port}"
    yield client
    server.terminate()
    server.wait()


def files(buckets, bucket):
    found = buckets.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {own["Key"]: buckets.get_object(Bucket=bucket, Key=own["Key"])["Body"].read() for own in found}


def next_window():
    """Waits until a window has just begun."""
    time.sleep(WINDOW - time.time() % WINDOW + 0.5)


def test_records_are_delivered_whatever_becomes_of_the_daemon(daemon, buckets):
    """One window: traffic, a kill, more traffic while nobody collects, a start; then the files have it all (FL-31, C02)."""
    daemon.down()
    daemon.options += ["--s3-endpoint", buckets.address, "--flow-log-period", "1"]
    daemon.start()
    buckets.create_bucket(Bucket="logs")
    network = Network(daemon)
    client, server, _ = pair(network, allow("tcp", 80, VPC), client=())
    silent = network.launch(network.subnet("10.0.5.0/24"), [network.group("silent")])
    create = network.ec2.create_flow_logs
    common = {"ResourceIds": [network.vpc], "ResourceType": "VPC", "MaxAggregationInterval": WINDOW}
    file = create(**common, TrafficType="ALL", LogDestinationType="file")["FlowLogIds"][0]
    fields = "${interface-id} ${flow-direction} ${action} ${pkt-srcaddr} ${dstport} ${packets} ${tcp-flags} ${log-status}"
    s3 = {"LogDestinationType": "s3", "LogDestination": "arn:aws:s3:::logs/own"}
    text = create(**common, **s3, TrafficType="REJECT", LogFormat=fields)["FlowLogIds"][0]
    s3["LogDestination"] = "arn:aws:s3:::logs/columns"
    options = {"FileFormat": "parquet", "HiveCompatiblePartitions": True, "PerHourPartition": True}
    columns = create(**common, **s3, TrafficType="ALL", DestinationOptions=options)["FlowLogIds"][0]
    s3["LogDestination"] = "arn:aws:s3:::absent"
    absent = create(**common, **s3, TrafficType="ALL")["FlowLogIds"][0]
    with pytest.raises(ClientError, match="FlowLogAlreadyExists"):
        create(**common, TrafficType="ALL", LogDestinationType="file")
    time.sleep(1.5)  # until it is noticed
    next_window()
    begun = int(time.time())
    with server.place.listen(80):
        connection = client.place.connect(server.address, 80)
        connection.sendall(b"x")
        assert connection.recv(1) == b"x"
        time.sleep(12)  # a sweep has seen the beginning
        daemon.kill()
        # Nobody collects: a flow that goes on, a whole new one, and one that is refused.
        connection.sendall(b"y")
        assert connection.recv(1) == b"y"
        assert client.place.reaches(server.address, 80)
        assert not client.place.reaches(server.address, 22, 0.2)
        time.sleep(32)  # the one that was closed is forgotten by the kernel, and nobody is there to be told
        daemon.start()
        connection.close()
    path = pathlib.Path(daemon.directory) / "flow-logs" / f"{file}.log"

    def whole():
        lines = records(path.read_text()) if path.exists() else []
        return [line for line in lines if int(line["end"]) >= begun and line["dstport"] in ("80", "22")] and lines

    lines = wait_for(whole, 2 * WINDOW)
    own = [line for line in lines if line["log-status"] == "OK" and int(line["end"]) >= begun]
    assert all(line["version"] == "2" and line["account-id"] == "000000000000" for line in own)

    def packets(instance, action, **wanted):
        found = [line for line in own if line["interface-id"] == instance.interface and line["action"] == action]
        return [int(line["packets"]) for line in found if all(line[key] == value for key, value in wanted.items())]

    # SYN, ACK, word, acknowledgements, FIN: of both connections, before, during and after the daemon's absence.
    there, back = packets(client, "ACCEPT", dstport="80"), packets(server, "ACCEPT", srcport="80")
    assert len(there) == 2 and len(back) == 2, "FL-7: two connections, a record each"
    assert sum(there) == sum(packets(server, "ACCEPT", dstport="80")) >= 9
    assert sum(back) == sum(packets(client, "ACCEPT", srcport="80")) >= 6
    assert packets(server, "REJECT", dstport="22") and not packets(client, "REJECT"), "FL-12"
    assert packets(client, "ACCEPT", dstport="22") == packets(server, "REJECT", dstport="22")
    quiet = [line["log-status"] for line in lines if line["interface-id"] == silent.interface]
    assert quiet and set(quiet) == {"NODATA"}, "FL-15"
    # The bucket.
    delivered = wait_for(lambda: {key: body for key, body in files(buckets, "logs").items() if "/vpcflowlogs/" in key}, 20)
    day = time.strftime("%Y/%m/%d", time.gmtime(begun))
    plain = {key: body for key, body in delivered.items() if key.startswith(f"own/AWSLogs/000000000000/vpcflowlogs/us-east-1/{day}/")}
    assert plain and all(f"_{text}_" in key and key.endswith(".log.gz") for key in plain), list(delivered)
    refused = [record for body in plain.values() for record in records(gzip.decompress(body).decode())]
    refused = [record for record in refused if record["log-status"] == "OK"]
    assert {record["action"] for record in refused} == {"REJECT"}
    assert {(r["interface-id"], r["dstport"], r["pkt-srcaddr"], r["tcp-flags"]) for r in refused} == {
        (server.interface, "22", client.address, str(SYN))
    }
    hive = wait_for(lambda: [key for key in files(buckets, "logs") if key.startswith("columns/")], 20)
    assert all("/aws-service=vpcflowlogs/" in key and "/hour=" in key and f"_{columns}_" in key for key in hive), hive
    # What is not delivered is told.
    told = {log["FlowLogId"]: log for log in network.ec2.describe_flow_logs()["FlowLogs"]}
    assert {told[own].get("DeliverLogsStatus") for own in (file, text, columns)} == {"SUCCESS"}
    assert (told[absent]["DeliverLogsStatus"], told[absent]["DeliverLogsErrorMessage"]) == ("FAILED", "Access error")
    # Deletion ends it.
    network.ec2.delete_flow_logs(FlowLogIds=[file, text, columns, absent])
    assert network.ec2.describe_flow_logs()["FlowLogs"] == []
    before = path.read_text()
    assert client.place.pings(server.address, 0.2) in (True, False)
    time.sleep(2)
    assert path.read_text() == before
