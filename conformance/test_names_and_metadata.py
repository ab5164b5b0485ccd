"""Names and metadata, as instances ask for them and as clients of AWS do (DNS-1, DNS-17), also while nobody controls anything."""

import json
import os
import pathlib
import sys
import time

import pytest

from support.names import PTR, asker, http, resolve, token
from support.network import Network


@pytest.fixture
def named(daemon):
    """A VPC that gives names, with an instance that has a public address, and where its questions are asked."""
    daemon.down()
    daemon.options += ["--resolver", "none"]
    daemon.start()
    network = Network(daemon)
    network.ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsHostnames={"Value": True})
    instance = network.launch(network.subnet("10.0.1.0/24"), public=True)
    return network, instance, asker(network, instance)


def worker(daemon):
    record = pathlib.Path(f"/run/ringwall/{daemon.name}/workers/services.json")
    return json.loads(record.read_text())["process"]["pid"] if record.exists() else None


def eventually(what, is_so):
    end = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def test_instances_have_names_and_addresses_too(named):
    network, instance, place = named
    private = instance.description["PrivateDnsName"]
    own = instance.address
    assert resolve(place, private, source=own) == (0, [own])
    assert resolve(place, private, source=own, resolver="10.0.0.2") == (0, [own])
    reverse = ".".join(reversed(own.split("."))) + ".in-addr.arpa"
    assert resolve(place, reverse, PTR, own) == (0, [private])
    assert resolve(place, "nobody.ec2.internal", source=own) == (3, [])
    assert resolve(place, "www.example.com", source=own) == (5, []), "the daemon was told to ask nobody"
    public = instance.description["PublicDnsName"]
    assert resolve(place, public, source=own) == (0, [own])


def test_a_change_of_the_vpc_holds_when_it_is_answered(named):
    network, instance, place = named
    private, own = instance.description["PrivateDnsName"], instance.address
    for _ in range(5):
        network.ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsHostnames={"Value": False})
        assert resolve(place, private, source=own) == (3, [])
        network.ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsHostnames={"Value": True})
        assert resolve(place, private, source=own) == (0, [own])
    network.ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsHostnames={"Value": False})
    network.ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsSupport={"Value": False})
    assert resolve(place, private, source=own, timeout=0.3) is None
    assert http(place, "GET", "/latest/meta-data/instance-id", own) == (200, instance.id)


def test_metadata_knows_what_the_api_does(named):
    network, instance, place = named
    own, described = instance.address, instance.description
    proof = token(place, own)

    def told(path):
        return http(place, "GET", f"/latest/meta-data/{path}", own, X_aws_ec2_metadata_token=proof)

    interface = described["NetworkInterfaces"][0]
    mac = f"network/interfaces/macs/{interface['MacAddress']}"
    for path, value in {
        "instance-id": instance.id,
        "local-ipv4": own,
        "local-hostname": described["PrivateDnsName"],
        "public-ipv4": described["PublicIpAddress"],
        "public-hostname": described["PublicDnsName"],
        "placement/availability-zone": described["Placement"]["AvailabilityZone"],
        "security-groups": described["SecurityGroups"][0]["GroupName"],
        f"{mac}/interface-id": interface["NetworkInterfaceId"],
        f"{mac}/subnet-id": described["SubnetId"],
        f"{mac}/vpc-id": network.vpc,
        f"{mac}/vpc-ipv4-cidr-block": "10.0.0.0/16",
    }.items():
        assert told(path) == (200, value), path
    group = network.group("another")
    instance.set_groups(group)
    assert told(f"{mac}/security-group-ids") == (200, group), "when the call is answered"


def test_who_must_have_a_token_is_told_nothing_without(named):
    network, instance, place = named
    own, path = instance.address, "/latest/meta-data/instance-id"
    assert http(place, "GET", path, own) == (200, instance.id)
    answer = network.ec2.modify_instance_metadata_options(InstanceId=instance.id, HttpTokens="required")
    options = answer["InstanceMetadataOptions"]
    assert (options["HttpTokens"], options["State"]) == ("required", "applied")
    assert http(place, "GET", path, own)[0] == 401
    assert http(place, "GET", path, own, X_aws_ec2_metadata_token=token(place, own)) == (200, instance.id)
    refused = http(place, "PUT", "/latest/api/token", own, X_aws_ec2_metadata_token_ttl_seconds=60, X_Forwarded_For=own)
    assert refused[0] == 403
    network.ec2.modify_instance_metadata_options(InstanceId=instance.id, HttpEndpoint="disabled")
    assert http(place, "GET", path, own)[0] == 403


FETCH = """
from botocore.utils import InstanceMetadataFetcher, InstanceMetadataRegionFetcher
print(InstanceMetadataRegionFetcher().retrieve_region())
print(InstanceMetadataFetcher(timeout=2, num_attempts=1).retrieve_iam_role_credentials())
"""


def test_clients_of_aws_find_their_region(named):
    network, instance, place = named
    network.ec2.modify_instance_metadata_options(InstanceId=instance.id, HttpTokens="required")
    direct = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    done = place.run(sys.executable, "-c", FETCH, env=direct)
    assert done.stdout.split("\n")[:2] == ["us-east-1", "{}"], done.stderr


def test_names_resolve_while_nobody_controls_anything(named):
    """Half of C02: the other half is that of packets."""
    network, instance, place = named
    private, own = instance.description["PrivateDnsName"], instance.address
    proof, process = token(place, own), worker(network.daemon)
    network.daemon.kill()
    assert resolve(place, private, source=own) == (0, [own])
    assert http(place, "GET", "/latest/meta-data/instance-id", own, X_aws_ec2_metadata_token=proof) == (200, instance.id)
    network.daemon.start()
    network.ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsHostnames={"Value": False})
    assert (resolve(place, private, source=own), worker(network.daemon)) == ((3, []), process)
    os.kill(process, 9)
    eventually("there is another worker", lambda: worker(network.daemon) not in (process, None))
    eventually("names resolve", lambda: resolve(place, private, source=own, timeout=0.3) == (3, []))
    assert http(place, "GET", "/latest/meta-data/instance-id", own, X_aws_ec2_metadata_token=proof) == (200, instance.id)
    process = worker(network.daemon)
    network.daemon.down()
    assert not pathlib.Path(f"/proc/{process}/exe").exists()


def test_an_instance_asks_the_resolver_of_its_vpc(named):
    network, instance, place = named
    assert instance.exec("cat", "/etc/resolv.conf").stdout == "search ec2.internal\nnameserver 10.0.0.2\n"
