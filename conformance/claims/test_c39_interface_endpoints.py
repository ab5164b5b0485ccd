"""C39: interface endpoints: an interface with a private address in each chosen subnet, with groups, private DNS and a policy."""

import uuid

import pytest
from support.network import ANYWHERE, Network, allow
from support.services import (
    EC2, S3, addresses_of, aws, bucket, interface_endpoint, policy, statement,
)

BRIEF = 0.3
NAME = "ec2.us-east-1.amazonaws.com"
PUBLIC = "198.18.2.11"


class Private:
    """Two subnets in two zones without any way out, an instance in the first, and a group for endpoints."""

    def __init__(self, daemon):
        self.network = Network(daemon, internet=False)
        self.network.ec2.modify_vpc_attribute(VpcId=self.network.vpc, EnableDnsHostnames={"Value": True})
        self.one = self.network.subnet("10.0.1.0/24")
        self.two = self.network.subnet("10.0.2.0/24", zone="us-east-1b")
        self.rule = allow("tcp", 443, cidr="10.0.0.0/16")
        self.group = self.network.group("endpoint", self.rule)
        self.instance = self.network.launch(self.one, [self.network.group("client", allow(cidr=ANYWHERE))])


@pytest.fixture
def private(shared):
    private = Private(shared)
    yield private
    private.network.ec2.terminate_instances(InstanceIds=[private.instance.id])


def resolve(instance, name):
    """The addresses of a name, as programs inside see them."""
    code = f"import socket; print(*sorted({{a[4][0] for a in socket.getaddrinfo('{name}', 443, socket.AF_INET)}}))"
    done = instance.exec("python3", "-c", code, check=False)
    return done.stdout.split()


def names_of(network, endpoint):
    told = network.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]["DnsEntries"]
    return [entry["DnsName"] for entry in told]


def test_c39_the_service_is_inside(private):
    """IFE-2, IFE-10, IFE-11: its own name leads to the endpoint, by TLS, from a subnet that has no way out."""
    network, instance = private.network, private.instance
    assert resolve(instance, NAME) == [PUBLIC] and instance.place.connect(PUBLIC, 443, BRIEF) is None
    endpoint = interface_endpoint(network, [private.one, private.two], [private.group])
    inside = addresses_of(network, endpoint)
    assert len(inside) == 2 and resolve(instance, NAME) == inside
    answer = aws(instance, "ec2", "describe-vpcs", "--vpc-ids", network.vpc)
    assert answer and answer.json()["Vpcs"][0]["VpcId"] == network.vpc, answer.error
    regional, *zonal = [name for name in names_of(network, endpoint) if name.startswith("vpce-")]
    assert resolve(instance, regional) == inside
    assert sorted(resolve(instance, name)[0] for name in zonal) == inside
    by_zone = aws(instance, "ec2", "describe-vpcs", "--endpoint-url", f"https://{zonal[0]}")
    assert by_zone, by_zone.error
    network.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PrivateDnsEnabled=False)
    assert resolve(instance, NAME) == [PUBLIC]


def test_c39_groups_decide_who_connects(private):
    """IFE-3: a group without a rule closes it, one with a rule opens that port alone; IFE-5: no echo."""
    network, place = private.network, private.instance.place
    closed = network.group("closed")
    endpoint = interface_endpoint(network, [private.one], [closed])
    [address] = addresses_of(network, endpoint)
    assert place.connect(address, 443, BRIEF) is None
    network.ec2.modify_vpc_endpoint(
        VpcEndpointId=endpoint, AddSecurityGroupIds=[private.group], RemoveSecurityGroupIds=[closed]
    )
    assert place.connect(address, 443) and place.connect(address, 80, BRIEF) is None
    network.ec2.authorize_security_group_ingress(GroupId=private.group, IpPermissions=[allow("icmp", -1, ANYWHERE)])
    assert not place.pings(address, BRIEF)
    network.ec2.revoke_security_group_ingress(GroupId=private.group, IpPermissions=[private.rule])
    assert place.connect(address, 443, BRIEF) is None


def test_c39_the_policy_restricts(private):
    """IFE-18, GWE-13: what it does not permit is refused in the service's words."""
    network, instance = private.network, private.instance
    only = policy(statement(action="ec2:DescribeVpcs"))
    endpoint = interface_endpoint(network, [private.one], [private.group], PolicyDocument=only)
    assert aws(instance, "ec2", "describe-vpcs")
    refused = aws(instance, "ec2", "describe-subnets")
    assert not refused and "UnauthorizedOperation" in refused.error, refused.error
    make = aws(instance, "ec2", "create-vpc", "--cidr-block", "10.9.0.0/16")
    assert not make and "UnauthorizedOperation" in make.error
    network.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, ResetPolicy=True)
    assert aws(instance, "ec2", "describe-subnets")


def test_c39_s3_by_an_interface(private):
    """IFE-25: the bucket sees the endpoint and the private address; its own name leads there, and bucket names below it."""
    network, instance = private.network, private.instance
    name = f"c39-{uuid.uuid4().hex[:12]}"
    s3 = bucket(network.daemon, name, a="inside")
    endpoint = interface_endpoint(network, [private.one], [private.group], service=S3)
    url = ["--endpoint-url", "https://s3.us-east-1.amazonaws.com"]
    read = aws(instance, "s3", "cp", f"s3://{name}/a", "-", *url)
    assert read.said == "inside", read.error
    expected = {"aws:SourceVpce": endpoint, "aws:SourceVpc": network.vpc}
    resource = f"arn:aws:s3:::{name}/*"
    from_here = statement("Deny", "s3:GetObject", resource, NotIpAddress={"aws:VpcSourceIp": f"{instance.address}/32"})
    from_there = statement("Deny", "s3:GetObject", resource, StringNotEquals=expected)
    s3.put_bucket_policy(Bucket=name, Policy=policy(from_here, from_there))
    assert aws(instance, "s3", "cp", f"s3://{name}/a", "-", *url).said == "inside"
    other = network.launch(private.one, [network.group("other", allow(cidr=ANYWHERE))])
    assert not aws(other, "s3", "cp", f"s3://{name}/a", "-", *url)
    network.ec2.terminate_instances(InstanceIds=[other.id])


def test_c39_a_deleted_endpoint_leads_nowhere(private):
    network, instance = private.network, private.instance
    endpoint = interface_endpoint(network, [private.one], [private.group])
    [address] = addresses_of(network, endpoint)
    assert instance.place.connect(address, 443)
    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    assert instance.place.connect(address, 443, BRIEF) is None and resolve(instance, NAME) == [PUBLIC]


def test_c39_an_endpoint_is_one_vpcs_own(private, shared):
    """The same address in another VPC is nobody's."""
    endpoint = interface_endpoint(private.network, [private.one], [private.group])
    [address] = addresses_of(private.network, endpoint)
    stranger = Private(shared)
    assert stranger.instance.place.connect(address, 443, BRIEF) is None
    assert resolve(stranger.instance, NAME) == [PUBLIC]
    assert private.instance.place.connect(address, 443)
    stranger.network.ec2.terminate_instances(InstanceIds=[stranger.instance.id])


def test_c39_requests_go_on_when_the_daemon_is_killed(daemon):
    """C02: S3 by an interface goes on; the API behind another one is the daemon itself, and says that it is away."""
    private = Private(daemon)
    network, instance = private.network, private.instance
    bucket(daemon, "c39-kept", a="kept")
    interface_endpoint(network, [private.one], [private.group], service=S3)
    interface_endpoint(network, [private.one], [private.group], service=EC2)
    read = ["s3", "cp", "s3://c39-kept/a", "-", "--endpoint-url", "https://s3.us-east-1.amazonaws.com"]
    assert aws(instance, *read).said == "kept"
    daemon.kill()
    try:
        assert aws(instance, *read).said == "kept"
        away = aws(instance, "ec2", "describe-vpcs")
        assert not away and "ServiceUnavailable" in away.error, away.error
    finally:
        daemon.start()
    assert aws(instance, *read).said == "kept" and aws(instance, "ec2", "describe-vpcs")
