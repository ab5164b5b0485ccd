"""Networks built through the API by boto3, and found again as places where sockets are made."""

import functools
import json
import pathlib
import time

from .place import Place

ANYWHERE = "0.0.0.0/0"
ANYWHERE_V6 = "::/0"


def allow(protocol="-1", port=None, cidr=None, group=None, prefix_list=None, to_port=None):
    """One permission, as the API takes it. `port` is the type for ICMP."""
    rule = {"IpProtocol": protocol}
    if port is not None:
        rule |= {"FromPort": port, "ToPort": port if to_port is None else to_port}
    if cidr and ":" in cidr:
        rule["Ipv6Ranges"] = [{"CidrIpv6": cidr}]
    elif cidr:
        rule["IpRanges"] = [{"CidrIp": cidr}]
    if group:
        rule["UserIdGroupPairs"] = [{"GroupId": group}]
    if prefix_list:
        rule["PrefixListIds"] = [{"PrefixListId": prefix_list}]
    return rule


class Instance:
    """A running instance."""

    def __init__(self, network, instance_id):
        self.network, self.id = network, instance_id

    @property
    def description(self):
        answer = self.network.ec2.describe_instances(InstanceIds=[self.id])
        return answer["Reservations"][0]["Instances"][0]

    @functools.cached_property
    def address(self):
        return self.description["PrivateIpAddress"]

    @functools.cached_property
    def address_v6(self):
        return self.description["Ipv6Address"]

    @property
    def public(self):
        return self.description.get("PublicIpAddress")

    @functools.cached_property
    def interface(self):
        return self.description["NetworkInterfaces"][0]["NetworkInterfaceId"]

    @functools.cached_property
    def place(self):
        return Place(f"/proc/{self.process['pid']}/ns/net")

    @property
    def process(self):
        """Its first process on the host; none while it has none."""
        registry = pathlib.Path(f"/run/ringwall/{self.network.daemon.name}/instances/{self.id}.json")
        try:
            return json.loads(registry.read_text())["process"]
        except FileNotFoundError:
            return None

    def exec(self, *words, **more):
        """Runs a command inside."""
        return self.network.daemon.run("exec", self.id, "--", *words, **more)

    def set_groups(self, *groups):
        self.network.ec2.modify_network_interface_attribute(NetworkInterfaceId=self.interface, Groups=list(groups))


class Network:
    """A VPC, and what is made in it."""

    def __init__(self, daemon, cidr="10.0.0.0/16", ipv6=False, internet=True):
        self.daemon = daemon
        self.ec2 = daemon.client()
        more = {"AmazonProvidedIpv6CidrBlock": True} if ipv6 else {}
        self.vpc = self.ec2.create_vpc(CidrBlock=cidr, **more)["Vpc"]["VpcId"]
        self.main_table = self.table_of(self.vpc)
        self.gateway = None
        if internet:
            self.gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
            self.ec2.attach_internet_gateway(InternetGatewayId=self.gateway, VpcId=self.vpc)
            self.route(self.main_table, ANYWHERE, GatewayId=self.gateway)
            if ipv6:
                self.route(self.main_table, ANYWHERE_V6, GatewayId=self.gateway)

    def table_of(self, vpc):
        filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "association.main", "Values": ["true"]}]
        return self.ec2.describe_route_tables(Filters=filters)["RouteTables"][0]["RouteTableId"]

    @property
    def ipv6_block(self):
        vpc = self.ec2.describe_vpcs(VpcIds=[self.vpc])["Vpcs"][0]
        return vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]

    def route(self, table, destination, **target):
        key = "DestinationIpv6CidrBlock" if ":" in destination else "DestinationCidrBlock"
        self.ec2.create_route(RouteTableId=table, **{key: destination}, **target)

    def route_table(self, *subnets):
        table = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        for subnet in subnets:
            self.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        return table

    def subnet(self, cidr, zone="us-east-1a", ipv6=None):
        more = {"Ipv6CidrBlock": ipv6} if ipv6 else {}
        answer = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=cidr, AvailabilityZone=zone, **more)
        return answer["Subnet"]["SubnetId"]

    def group(self, name, *ingress, egress=None):
        """A security group with these ingress rules. With `egress`, those instead of the one that allows all."""
        answer = self.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.vpc)
        group = answer["GroupId"]
        if ingress:
            self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=list(ingress))
        if egress is not None:
            everything = allow(cidr=ANYWHERE)
            self.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[everything])
            if egress:
                self.ec2.authorize_security_group_egress(GroupId=group, IpPermissions=list(egress))
        return group

    def acl(self, *subnets):
        """A network ACL without entries, asked by these subnets."""
        acl = self.ec2.create_network_acl(VpcId=self.vpc)["NetworkAcl"]["NetworkAclId"]
        for subnet in subnets:
            self.use_acl(acl, subnet)
        return acl

    def use_acl(self, acl, subnet):
        filters = [{"Name": "association.subnet-id", "Values": [subnet]}]
        for own in self.ec2.describe_network_acls(Filters=filters)["NetworkAcls"][0]["Associations"]:
            if own["SubnetId"] == subnet:
                self.ec2.replace_network_acl_association(
                    AssociationId=own["NetworkAclAssociationId"], NetworkAclId=acl
                )

    def entry(self, acl, number, action, egress=False, protocol="-1", cidr=ANYWHERE, ports=None, icmp=None):
        block = {"Ipv6CidrBlock": cidr} if ":" in cidr else {"CidrBlock": cidr}
        more = {"PortRange": {"From": ports[0], "To": ports[1]}} if ports else {}
        more |= {"IcmpTypeCode": {"Type": icmp, "Code": -1}} if icmp is not None else {}
        self.ec2.create_network_acl_entry(
            NetworkAclId=acl, RuleNumber=number, RuleAction=action, Egress=egress, Protocol=protocol, **block, **more
        )

    def launch(self, subnet, groups=(), count=1, public=False, ipv6=False, name=None, **more):
        """Running instances: one, or a list of `count`."""
        interface = {"DeviceIndex": 0, "SubnetId": subnet, "AssociatePublicIpAddress": public}
        if groups:
            interface["Groups"] = list(groups)
        if ipv6:
            interface["Ipv6AddressCount"] = 1
            more.setdefault("InstanceType", "t3.micro")  # the default type knows no IPv6
        if name:
            tags = [{"Key": "Name", "Value": name}]
            more["TagSpecifications"] = [{"ResourceType": "instance", "Tags": tags}]
        answer = self.ec2.run_instances(
            ImageId="ami-host", MinCount=count, MaxCount=count, NetworkInterfaces=[interface], **more
        )
        instances = [Instance(self, found["InstanceId"]) for found in answer["Instances"]]
        self.wait(instances)
        return instances if count > 1 else instances[0]

    def launch_on(self, interface):
        """A running instance with this interface."""
        given = [{"DeviceIndex": 0, "NetworkInterfaceId": interface}]
        answer = self.ec2.run_instances(ImageId="ami-host", MinCount=1, MaxCount=1, NetworkInterfaces=given)
        instance = Instance(self, answer["Instances"][0]["InstanceId"])
        self.wait([instance])
        return instance

    def wait(self, instances, state="running"):
        ids = [instance.id for instance in instances]
        end = time.monotonic() + 20
        while True:
            answer = self.ec2.describe_instances(InstanceIds=ids)
            found = [i for reservation in answer["Reservations"] for i in reservation["Instances"]]
            if all(i["State"]["Name"] == state for i in found):
                return
            assert time.monotonic() < end, [(i["State"], i.get("StateReason")) for i in found]
            time.sleep(0.005)

    @functools.cached_property
    def internet(self):
        return Place(f"/run/ringwall/{self.daemon.name}/namespaces/internet")
