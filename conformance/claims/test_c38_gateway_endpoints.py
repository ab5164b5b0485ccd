"""C38: gateway endpoints: a route to a prefix list, no interface, no charge, and a policy."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import uuid

import pytest
from botocore.exceptions import ClientError
from support.daemon import free_port
from support.network import Network, allow
from support.services import (
    DYNAMODB, S3, S3_ADDRESS, S3_NAME, aws, bucket, client, gateway_endpoint, policy, prefix_list, statement,
)

BRIEF = 0.3


@pytest.fixture
def name():
    """A bucket's name that no other test has."""
    return f"c38-{uuid.uuid4().hex[:12]}"


def code(raised):
    return raised.value.response["Error"]["Code"]


def reads(instance, name, key="a", **more):
    """What an instance gets of an object, by the AWS CLI."""
    return aws(instance, "s3", "cp", f"s3://{name}/{key}", "-", **more)


def test_c38_the_route_leads_there_and_nothing_else(network, name):
    """GWE-2, GWE-3, GWE-10: a private subnet without any other way reads and writes; the service sees the private address."""
    bucket(network.daemon, name, a="first")
    instance, table = client(network)
    before = len(network.ec2.describe_network_interfaces()["NetworkInterfaces"])
    assert instance.place.connect(S3_ADDRESS, 443, BRIEF) is None
    endpoint = gateway_endpoint(network, table)
    answer = reads(instance, name)
    assert answer and answer.said == "first", answer.error
    put = aws(instance, "s3api", "put-object", "--bucket", name, "--key", "b")
    assert put, put.error
    assert len(network.ec2.describe_network_interfaces()["NetworkInterfaces"]) == before, "GWE-2"
    routes = network.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    assert [route["GatewayId"] for route in routes if "DestinationPrefixListId" in route] == [endpoint]
    with pytest.raises(ClientError) as raised:
        network.ec2.delete_route(RouteTableId=table, DestinationPrefixListId=prefix_list(network))
    assert code(raised) == "InvalidParameterValue", "GWE-4"
    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    assert instance.place.connect(S3_ADDRESS, 443, BRIEF) is None


def test_c38_the_policy_restricts(network, name):
    """GWE-12, GWE-13: the next request is judged by it, a refusal is the service's own 403, and the network does not drop."""
    bucket(network.daemon, name, a="open", secret="closed")
    instance, table = client(network)
    one = policy(statement(action="s3:GetObject", resource=f"arn:aws:s3:::{name}/a"))
    endpoint = gateway_endpoint(network, table, PolicyDocument=one)
    assert reads(instance, name).said == "open"
    refused = aws(instance, "s3api", "get-object", "--bucket", name, "--key", "secret", "/dev/null")
    assert not refused and "AccessDenied" in refused.error and "VPC endpoint policy" in refused.error
    assert instance.place.connect(S3_ADDRESS, 443)
    all_but = policy(statement(), statement("Deny", "s3:GetObject", f"arn:aws:s3:::{name}/a"))
    network.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PolicyDocument=all_but)
    assert aws(instance, "s3api", "get-object", "--bucket", name, "--key", "secret", "/dev/null")
    assert "(403)" in reads(instance, name).error
    network.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, ResetPolicy=True)
    assert reads(instance, name).said == "open"


def test_c38_a_policy_acts_on_connections_that_are_open(network, name):
    """GWE-13: what is said on a connection from before is judged by the policy of now."""
    s3 = bucket(network.daemon, name, a="open")
    public = policy(statement(action="s3:GetObject", resource=f"arn:aws:s3:::{name}/a"))
    s3.put_bucket_policy(Bucket=name, Policy=public)
    instance, table = client(network)
    endpoint = gateway_endpoint(network, table)
    connection = instance.place.connect(S3_ADDRESS, 80)

    def status():
        connection.settimeout(5)
        connection.sendall(f"HEAD /{name}/a HTTP/1.1\r\nhost: {S3_NAME}\r\n\r\n".encode())
        return connection.recv(4096).split(b" ")[1]

    assert status() == b"200"
    network.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PolicyDocument=policy(statement("Deny")))
    assert status() == b"403"
    network.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, ResetPolicy=True)
    assert status() == b"200"


def test_c38_nobody_uses_the_endpoint_of_another_vpc(network, name):
    """GWE-8: the same addresses in another VPC lead nowhere, or through that VPC's own endpoint."""
    s3 = bucket(network.daemon, name, a="mine")
    instance, table = client(network)
    endpoint = gateway_endpoint(network, table)
    only = statement("Deny", "s3:GetObject", f"arn:aws:s3:::{name}/*", StringNotEquals={"aws:SourceVpce": endpoint})
    s3.put_bucket_policy(Bucket=name, Policy=policy(only))
    other = Network(network.daemon, internet=False)
    stranger, its_table = client(other)
    assert stranger.place.connect(S3_ADDRESS, 443, BRIEF) is None
    gateway_endpoint(other, its_table)
    assert reads(instance, name).said == "mine"
    refused = reads(stranger, name)
    assert not refused and "403" in refused.error, "aws:SourceVpce is that of the endpoint that it came through"
    with pytest.raises(ClientError) as raised:
        s3.get_object(Bucket=name, Key="a")
    assert code(raised) == "AccessDenied", "nor by the API's own address"


def test_c38_services_are_there_again_for_the_next_instance(network, name):
    """With the last instance of a VPC its services' namespace goes; names and S3 are in the one of the next, too."""
    bucket(network.daemon, name, a="again")
    instance, table = client(network)
    subnet = instance.description["SubnetId"]
    gateway_endpoint(network, table)
    for _ in range(2):
        assert reads(instance, name).said == "again"
        network.ec2.terminate_instances(InstanceIds=[instance.id])
        network.wait([instance], "terminated")
        instance = network.launch(subnet)
    assert reads(instance, name).said == "again"


def test_c38_a_group_may_name_the_prefix_list(network, name):
    """GWE-9: egress to the list, and to nothing else."""
    bucket(network.daemon, name, a="listed")
    rule = allow("tcp", 443, prefix_list=prefix_list(network))
    instance, table = client(network, egress=[rule])
    gateway_endpoint(network, table)
    assert reads(instance, name).said == "listed"
    assert instance.place.connect(S3_ADDRESS, 80, BRIEF) is None
    network.ec2.revoke_security_group_egress(
        GroupId=instance.description["SecurityGroups"][0]["GroupId"], IpPermissions=[rule]
    )
    assert instance.place.connect(S3_ADDRESS, 443, BRIEF) is None


def test_c38_only_the_tables_that_were_named(network, name):
    """GWE-3, GWE-5: two endpoints of one service on two tables, and a subnet whose table has none."""
    bucket(network.daemon, name, a="x")
    one, table = client(network)
    two, other = client(network, "10.0.2.0/24", "two")
    none, _ = client(network, "10.0.3.0/24", "none")
    gateway_endpoint(network, table)
    gateway_endpoint(network, other, PolicyDocument=policy(statement(action="s3:ListBucket")))
    assert reads(one, name).said == "x"
    assert not reads(two, name)
    assert aws(two, "s3api", "list-objects-v2", "--bucket", name)
    assert none.place.connect(S3_ADDRESS, 443, BRIEF) is None


def test_c38_what_is_no_policy_or_leads_nowhere_is_refused(network):
    """GWE-14, GWE-15; and a service that nothing stands behind."""
    _, table = client(network)
    for document, expected in [
        ("{", "InvalidPolicyDocument"),
        (policy(statement(principal={"AWS": "000000000000"})), "InvalidPolicyDocument"),
        (policy(statement(StringEquals={"s3:TlsVersion": "1.3"})), "UnsupportedOperation"),
    ]:
        with pytest.raises(ClientError) as raised:
            gateway_endpoint(network, table, PolicyDocument=document)
        assert code(raised) == expected, json.dumps(document)


def test_c38_dynamodb_needs_something_behind_it(daemon):
    """A Ringwall without a DynamoDB refuses endpoints for it by name."""
    network = Network(daemon)
    with pytest.raises(ClientError) as raised:
        gateway_endpoint(network, service=DYNAMODB)
    assert code(raised) == "UnsupportedOperation" and "dynamodb" in str(raised.value)
    assert S3 in network.ec2.describe_vpc_endpoint_services()["ServiceNames"]
    assert DYNAMODB not in network.ec2.describe_vpc_endpoint_services()["ServiceNames"]


def test_c38_requests_go_on_when_the_daemon_is_killed(daemon, name):
    """C02: the worker has all that it needs, the daemon that comes finds it, and the bucket is as it was."""
    network = Network(daemon)
    bucket(daemon, name, a="kept")
    instance, table = client(network)
    gateway_endpoint(network, table, PolicyDocument=policy(statement(action="s3:GetObject")))
    assert reads(instance, name).said == "kept"
    daemon.kill()
    try:
        assert reads(instance, name).said == "kept"
        assert not aws(instance, "s3api", "put-object", "--bucket", name, "--key", "b"), "the policy, too"
    finally:
        daemon.start()
    assert reads(instance, name).said == "kept"
    assert daemon.client("s3").get_object(Bucket=name, Key="a")["Body"].read() == b"kept"


def test_c38_the_worker_has_no_capability_and_is_replaced(daemon, name):
    """What answers untrusted requests can enter no namespace; when it dies there is another one, with the same buckets."""
    network = Network(daemon)
    bucket(daemon, name, a="kept")
    instance, table = client(network)
    gateway_endpoint(network, table)
    first = worker(daemon)
    status = pathlib.Path(f"/proc/{first}/status").read_text()
    for kind in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert f"{kind}:\t{0:016x}" in status
    assert "NoNewPrivs:\t1" in status
    os.kill(first, signal.SIGKILL)
    end = time.monotonic() + 10
    while not (answer := reads(instance, name)):
        assert time.monotonic() < end, answer.error
    assert answer.said == "kept" and worker(daemon) != first


def worker(daemon):
    record = pathlib.Path(f"/run/ringwall/{daemon.name}/workers/endpoints.json")
    return json.loads(record.read_text())["process"]["pid"]


@pytest.fixture
def moto():
    """A server of moto's beside: its address."""
    port = free_port()
    program = pathlib.Path(sys.executable).with_name("moto_server")
    command = [program, "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while socket.socket().connect_ex(("127.0.0.1", port)):
        assert time.monotonic() < end, "moto does not start"
        time.sleep(0.05)
    yield f"127.0.0.1:{port}"
    server.kill()
    server.wait()


def test_c38_dynamodb_and_an_s3_elsewhere(daemon, moto):
    """What stands behind services is configuration; the policy is asked here in any case (IAM-13)."""
    daemon.down()
    daemon.options += ["--dynamodb-endpoint", moto, "--s3-endpoint", moto]
    daemon.start()
    network = Network(daemon)
    instance, table = client(network)
    bucket(daemon, "elsewhere", a="far")
    gateway_endpoint(network, table)
    one = "arn:aws:dynamodb:us-east-1:000000000000:table/one"
    allowed = policy(statement(action=["dynamodb:CreateTable", "dynamodb:PutItem"], resource=one))
    gateway_endpoint(network, table, service=DYNAMODB, PolicyDocument=allowed)
    assert reads(instance, "elsewhere").said == "far"
    keys = ["--attribute-definitions", "AttributeName=k,AttributeType=S", "--key-schema", "AttributeName=k,KeyType=HASH"]
    made = aws(instance, "dynamodb", "create-table", "--table-name", "one", *keys, "--billing-mode", "PAY_PER_REQUEST")
    assert made, made.error
    item = ["--item", '{"k": {"S": "x"}}']
    assert aws(instance, "dynamodb", "put-item", "--table-name", "one", *item)
    refused = aws(instance, "dynamodb", "put-item", "--table-name", "two", *item)
    assert not refused and "AccessDeniedException" in refused.error
    assert not aws(instance, "dynamodb", "scan", "--table-name", "one")


def test_c38_s3_at_the_apis_own_address(shared, name, tmp_path):
    """`aws --endpoint-url` for all services; a large object goes through whole, and a request that is not signed does not."""
    large = tmp_path / "large"
    large.write_bytes(os.urandom(12 << 20))
    assert shared.aws("s3", "mb", f"s3://{name}").returncode == 0
    assert shared.aws("s3", "cp", str(large), f"s3://{name}/large").returncode == 0
    back = tmp_path / "back"
    assert shared.aws("s3", "cp", f"s3://{name}/large", str(back)).returncode == 0
    assert back.read_bytes() == large.read_bytes()
    with pytest.raises(ClientError) as raised:
        shared.client("s3", secret="wrong").list_buckets()
    assert code(raised) == "SignatureDoesNotMatch"
