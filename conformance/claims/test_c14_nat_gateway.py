"""C14: no group on a NAT gateway; the groups behind it and its subnet's ACL decide; without a way out it does not work."""

import pytest
from botocore.exceptions import ClientError
from support.gateway import NatGateway, private_side
from support.network import ANYWHERE, allow
from support.place import talks
from support.verdict import layers, passes, stopped

OUTSIDE = "192.0.2.10"
BRIEF = 0.15
EPHEMERAL = (1024, 65_535)


def refused(call, **parameters):
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    return refusal.value.response["Error"]["Code"]


def test_c14_it_takes_no_group(network):
    """NAT-13, NAT-14: neither at its making nor on its interface, which is nobody's to change."""
    group = network.group("any")
    subnet = network.subnet("10.0.1.0/24")
    gateway = NatGateway(network, subnet)
    found = network.ec2.describe_network_interfaces(NetworkInterfaceIds=[gateway.interface])["NetworkInterfaces"][0]
    assert (found["InterfaceType"], found["Groups"], found["RequesterManaged"]) == ("nat_gateway", [], True)
    code = refused(
        network.ec2.modify_network_interface_attribute, NetworkInterfaceId=gateway.interface, Groups=[group]
    )
    assert code == "AuthFailure"


def test_c14_the_groups_behind_it_decide(network):
    """What a group does not let out never comes to the gateway; what it lets out comes back by itself."""
    instance, gateway = private_side(network, egress=[allow("tcp", 8080, cidr=ANYWHERE)])
    group = instance.description["SecurityGroups"][0]["GroupId"]
    with network.internet.listen(8080) as asked, network.internet.listen(8081):
        assert instance.place.reaches(OUTSIDE, 8080)
        assert not instance.place.reaches(OUTSIDE, 8081, BRIEF)
        stopped(network, instance, "internet", 8081, layer="security group, outbound", rule=group)
        assert not instance.place.pings(OUTSIDE, BRIEF)
        assert asked.peers == [gateway.public]


def test_c14_the_acl_of_its_subnet_acts_on_all_six_crossings(network):
    """PATH-6, NACL-17: out of the private subnet, into the gateway's, out of it, and the same for what comes back."""
    instance, gateway = private_side(network)
    acl = network.acl(gateway.subnet)
    steps = [
        (dict(cidr="10.0.2.0/24", ports=(8080, 8080)), False, "network ACL, inbound, of the NAT gateway's subnet", False),
        (dict(cidr=ANYWHERE, ports=(8080, 8080)), True, "network ACL, outbound, of the NAT gateway's subnet", False),
        (dict(cidr=ANYWHERE, ports=EPHEMERAL), False, "network ACL, inbound, of the NAT gateway's subnet", True),
        (dict(cidr="10.0.2.0/24", ports=EPHEMERAL), True, "network ACL, outbound, of the NAT gateway's subnet", True),
    ]
    with network.internet.listen(8080):
        for number, (entry, egress, layer, answer) in enumerate(steps, start=1):
            assert not instance.place.reaches(OUTSIDE, 8080, BRIEF)
            stopped(network, instance, "internet", 8080, layer=layer, rule=f"{acl}/*", answer=answer)
            network.entry(acl, number, "allow", egress=egress, protocol="6", **entry)
        assert instance.place.reaches(OUTSIDE, 8080)
        passes(network, instance, "internet", 8080)


def test_c14_an_acl_cuts_what_goes_through_at_once(network):
    """NACL-24: a deny in the gateway's subnet ends what is established."""
    instance, gateway = private_side(network)
    acl = network.acl(gateway.subnet)
    for egress in (False, True):
        network.entry(acl, 100, "allow", egress=egress)
    with network.internet.listen(8080):
        held = instance.place.connect(OUTSIDE, 8080)
        assert talks(held)
        network.entry(acl, 50, "deny", cidr=f"{OUTSIDE}/32", egress=True)
        assert not talks(held, BRIEF)
        network.ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=50, Egress=True)
        assert instance.place.reaches(OUTSIDE, 8080)


def test_c14_without_a_way_to_the_internet_it_does_not_work(network):
    """NAT-3: it becomes available all the same, and explain says what is missing."""
    private = network.subnet("10.0.5.0/24")
    table = network.route_table(private)
    gateway = NatGateway(network, private)
    subnet = network.subnet("10.0.2.0/24")
    network.ec2.associate_route_table(RouteTableId=gateway.table, SubnetId=subnet)
    instance = network.launch(subnet, [network.group("behind it", allow(cidr=ANYWHERE))])
    with network.internet.listen(8080):
        assert not instance.place.reaches(OUTSIDE, 8080, BRIEF)
        said = stopped(
            network, instance, "internet", 8080, layer="route table of the NAT gateway's subnet", rule=table
        )
        assert layers(said["request"])["NAT gateway"]["rule"] == gateway.id
        network.route(table, ANYWHERE, GatewayId=network.gateway)
        assert instance.place.reaches(OUTSIDE, 8080)


def test_c14_a_private_gateway_has_no_public_face(network):
    """NAT-1, NAT-5: it translates inside the VPC, and the internet gateway lets nothing of it out."""
    instance, gateway = private_side(network, public=False)
    target = network.launch(gateway.subnet, [network.group("inside", allow("tcp", 80, cidr=f"{gateway.private}/32"))])
    with network.internet.listen(8080), target.place.listen(80) as asked:
        assert not instance.place.reaches(OUTSIDE, 8080, BRIEF)
        stopped(network, instance, "internet", 8080, layer="internet gateway")
        assert not instance.place.reaches(target.address, 80, BRIEF), "by the local route, as itself"
        network.route(gateway.table, "10.0.1.0/24", NatGatewayId=gateway.id)
        assert instance.place.reaches(target.address, 80)
        assert asked.peers == [gateway.private]
