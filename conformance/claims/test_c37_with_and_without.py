"""C37: without an endpoint, a private subnet's traffic to a service leaves by the NAT gateway; with one it does not."""

import contextlib
import gzip
import socket
import threading
import time
import uuid

import pytest
from botocore.exceptions import ClientError
from support.flows import records, wait_for
from support.gateway import private_side
from support.network import Network
from support.services import S3_ADDRESS, aws, bucket, gateway_endpoint, policy, statement

EVERY_PROTOCOL = 3
BY_GATEWAY, BY_ENDPOINT, BY_INTERNET = "1", "7", "8"  # FL-23
FIELDS = "${interface-id} ${flow-direction} ${srcaddr} ${dstaddr} ${dstport} ${packets} ${action} ${traffic-path}"


@pytest.fixture
def name():
    """A bucket's name that no other test has."""
    return f"c37-{uuid.uuid4().hex[:12]}"


@contextlib.contextmanager
def arrivals(network):
    """The sources of packets for S3 that come to the internet while this holds, from the wire."""
    sources, is_over = set(), threading.Event()
    tap = network.internet.open(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(EVERY_PROTOCOL))
    tap.settimeout(0.05)

    def look():
        while not is_over.is_set():
            try:
                packet = tap.recv(2048)
            except TimeoutError:
                continue
            if packet[0] >> 4 == 4 and socket.inet_ntoa(packet[16:20]) == S3_ADDRESS:
                sources.add(socket.inet_ntoa(packet[12:16]))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield sources
        time.sleep(0.2)
    finally:
        is_over.set()
        thread.join()
        tap.close()


def reads(instance, name):
    return aws(instance, "s3", "cp", f"s3://{name}/a", "-")


def only(key, value, name):
    """A bucket's policy that refuses objects to whoever comes from elsewhere."""
    return policy(statement("Deny", "s3:GetObject", f"arn:aws:s3:::{name}/*", NotIpAddress={key: f"{value}/32"}))


def test_c37_the_service_sees_who_comes_by_which_way(network, name):
    """NAT-4 and GWE-10: the Elastic IP without, the private address with; and nothing on the wire to the internet."""
    s3 = bucket(network.daemon, name, a="text")
    instance, gateway = private_side(network)
    s3.put_bucket_policy(Bucket=name, Policy=only("aws:SourceIp", gateway.public, name))
    with arrivals(network) as sources:
        assert reads(instance, name).said == "text"
    assert sources == {gateway.public}
    endpoint = gateway_endpoint(network, gateway.table)
    with arrivals(network) as sources:
        assert not reads(instance, name), "aws:SourceIp is not there any more (GWE-10)"
        s3.put_bucket_policy(Bucket=name, Policy=only("aws:VpcSourceIp", instance.address, name))
        assert reads(instance, name).said == "text"
    assert sources == set()
    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    with arrivals(network) as sources:
        assert not reads(instance, name)
    assert sources == {gateway.public}


def test_c37_open_connections_break_when_the_way_changes(network):
    """GWE-11: the source address would change, so what was open is not taken over."""
    instance, gateway = private_side(network)
    held = instance.place.connect(S3_ADDRESS, 80)
    gateway_endpoint(network, gateway.table)
    held.settimeout(1)
    held.sendall(b"HEAD / HTTP/1.1\r\nhost: s3.us-east-1.amazonaws.com\r\n\r\n")
    with pytest.raises((TimeoutError, ConnectionError)):
        assert held.recv(100) == b""
        raise ConnectionError
    assert instance.place.connect(S3_ADDRESS, 80)


def test_c37_without_the_gateway_only_the_endpoint_is_left(network, name):
    """The other way round: with no route to the internet at all, S3 is reached and everything else is not."""
    bucket(network.daemon, name, a="text")
    instance, gateway = private_side(network)
    gateway_endpoint(network, gateway.table)
    network.ec2.delete_route(RouteTableId=gateway.table, DestinationCidrBlock="0.0.0.0/0")
    assert reads(instance, name).said == "text"
    assert instance.place.connect("198.18.2.11", 443, 0.3) is None


def test_c37_flow_logs_tell_the_way(daemon, name):
    """FL-23: a flow log, in a bucket of this same Ringwall, says by which way each connection went."""
    daemon.down()
    daemon.options += ["--flow-log-period", "1"]
    daemon.start()
    network = Network(daemon)
    s3 = bucket(daemon, name, a="text")
    instance, gateway = private_side(network)
    made = network.ec2.create_flow_logs(
        ResourceIds=[instance.interface, gateway.interface],
        ResourceType="NetworkInterface",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination=f"arn:aws:s3:::{name}/logs",
        LogFormat=FIELDS,
        MaxAggregationInterval=60,
    )
    assert made["FlowLogIds"], made
    time.sleep(1.5)  # until it is noticed

    def logged():
        """What the log has of the instance's connections to S3, once it has it of the way by the endpoint."""
        listed = s3.list_objects_v2(Bucket=name, Prefix="logs/").get("Contents", [])
        told = [s3.get_object(Bucket=name, Key=entry["Key"])["Body"].read() for entry in listed]
        lines = [record for text in told for record in records(gzip.decompress(text).decode())]
        outward = [line for line in lines if line["dstaddr"] == S3_ADDRESS and line["flow-direction"] == "egress"]
        paths = {(line["interface-id"], line["traffic-path"]) for line in outward}
        return (lines, outward) if (instance.interface, BY_ENDPOINT) in paths and len(paths) > 2 else None

    assert reads(instance, name).said == "text"
    gateway_endpoint(network, gateway.table)
    assert reads(instance, name).said == "text"
    lines, outward = wait_for(logged, 100)
    assert {line["action"] for line in outward} == {"ACCEPT"}
    assert {(line["interface-id"], line["srcaddr"], line["traffic-path"]) for line in outward} == {
        (instance.interface, instance.address, BY_GATEWAY),
        (instance.interface, instance.address, BY_ENDPOINT),
        (gateway.interface, gateway.private, BY_INTERNET),
    }
    [first] = [line for line in outward if line["traffic-path"] == BY_GATEWAY]
    [passed_on] = [line for line in outward if line["traffic-path"] == BY_INTERNET]
    assert first["packets"] == passed_on["packets"], "the gateway passes on what went to it, and nothing else"
    assert all(line["flow-direction"] in ("ingress", "egress") for line in lines)

    def statuses():
        logs = network.ec2.describe_flow_logs(FlowLogIds=made["FlowLogIds"])["FlowLogs"]
        told = {log.get("DeliverLogsStatus") for log in logs}
        return told if None not in told else None

    assert wait_for(statuses, 5) == {"SUCCESS"}


def test_c37_buckets_are_kept_apart_by_name(daemon):
    """A Ringwall begins without buckets, and says of one that is not there what S3 says."""
    assert daemon.client("s3").list_buckets()["Buckets"] == []
    with pytest.raises(ClientError) as raised:
        daemon.client("s3").get_object(Bucket="absent", Key="a")
    assert raised.value.response["Error"]["Code"] == "NoSuchBucket"
