"""A private subnet behind a NAT gateway."""

from .network import ANYWHERE, allow


class NatGateway:
    """A NAT gateway in a subnet of its own, and the table that leads to it."""

    def __init__(self, network, subnet, public=True):
        self.network, self.subnet = network, subnet
        more = {"ConnectivityType": "private"}
        if public:
            address = network.ec2.allocate_address(Domain="vpc")
            self.allocation, self.public = address["AllocationId"], address["PublicIp"]
            more = {"AllocationId": self.allocation}
        answer = network.ec2.create_nat_gateway(SubnetId=subnet, **more)
        self.id = answer["NatGateway"]["NatGatewayId"]
        network.ec2.get_waiter("nat_gateway_available").wait(NatGatewayIds=[self.id], WaiterConfig={"Delay": 1})
        self.table = network.route_table()
        network.route(self.table, ANYWHERE, NatGatewayId=self.id)

    def addresses(self):
        found = self.network.ec2.describe_nat_gateways(NatGatewayIds=[self.id])["NatGateways"]
        return found[0]["NatGatewayAddresses"]

    @property
    def private(self):
        return self.addresses()[0]["PrivateIp"]

    @property
    def interface(self):
        return self.addresses()[0]["NetworkInterfaceId"]


def private_side(network, *rules, egress=None, public=True):
    """An instance in a private subnet, and the gateway in another one by which it gets out."""
    gateway = NatGateway(network, network.subnet("10.0.1.0/24"), public)
    subnet = network.subnet("10.0.2.0/24")
    network.ec2.associate_route_table(RouteTableId=gateway.table, SubnetId=subnet)
    group = network.group("behind the gateway", *(rules or [allow(cidr=ANYWHERE)]), egress=egress)
    return network.launch(subnet, [group]), gateway
