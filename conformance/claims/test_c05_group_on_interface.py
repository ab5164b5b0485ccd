"""C05: a security group acts on a network interface, whatever the resource behind it."""

from support.network import ANYWHERE, Instance, allow


def test_c05_two_interfaces_of_one_instance_have_their_own_groups(network):
    subnet = network.subnet("10.0.1.0/24")
    client = network.launch(subnet, [network.group("client")])
    opened = network.group("opened", allow("tcp", 80, cidr=ANYWHERE))
    closed = network.group("closed")
    both = network.launch(subnet, [opened])
    second = network.ec2.create_network_interface(SubnetId=subnet, Groups=[closed])["NetworkInterface"]
    network.ec2.attach_network_interface(
        NetworkInterfaceId=second["NetworkInterfaceId"], InstanceId=both.id, DeviceIndex=1
    )
    with both.place.listen(80):
        assert client.place.reaches(both.address, 80)
        assert not client.place.reaches(second["PrivateIpAddress"], 80)
        network.ec2.modify_network_interface_attribute(
            NetworkInterfaceId=second["NetworkInterfaceId"], Groups=[opened]
        )
        assert client.place.reaches(second["PrivateIpAddress"], 80)
        assert client.place.reaches(both.address, 80)


def test_c05_an_interface_takes_its_groups_along(network):
    """The group stays with the interface when another instance gets it."""
    subnet = network.subnet("10.0.1.0/24")
    client = network.launch(subnet, [network.group("client")])
    opened = network.group("opened", allow("tcp", 80, cidr=ANYWHERE))
    one, other = network.launch(subnet, [network.group("closed")], count=2)
    moving = network.ec2.create_network_interface(SubnetId=subnet, Groups=[opened])["NetworkInterface"]
    for instance in (one, other):
        attached = network.ec2.attach_network_interface(
            NetworkInterfaceId=moving["NetworkInterfaceId"], InstanceId=instance.id, DeviceIndex=1
        )
        with instance.place.listen(80):
            assert client.place.reaches(moving["PrivateIpAddress"], 80)
            assert not client.place.reaches(instance.address, 80)
        network.ec2.detach_network_interface(AttachmentId=attached["AttachmentId"])
        assert not client.place.reaches(moving["PrivateIpAddress"], 80)


def test_c05_explain_names_the_interface_and_the_rule(network):
    subnet = network.subnet("10.0.1.0/24")
    group = network.group("web", allow("tcp", 80, cidr=ANYWHERE))
    client, server = network.launch(subnet, [group], count=2)
    rules = network.ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    ingress = [rule["SecurityGroupRuleId"] for rule in rules["SecurityGroupRules"] if not rule["IsEgress"]]
    passed = network.daemon.explain(client.id, server.id, port=80, send=True)
    assert passed["reachable"] and passed["sent"]["agrees"]
    assert passed["request"]["layers"][-1]["rule"] == ingress[0]
    stopped = network.daemon.explain(client.id, server.id, port=81, send=True)
    assert not stopped["reachable"] and stopped["sent"]["agrees"]
    assert stopped["request"]["stopped_by"]["layer"] == "security group, inbound"
    assert isinstance(server, Instance)
