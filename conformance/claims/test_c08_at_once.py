"""C08, SG-23, SG-28: when a call returns it is enforced, also when many call at the same time."""

import threading

from support.network import allow

CALLERS, ROUNDS = 6, 8
BRIEF = 0.1


class Caller(threading.Thread):
    """Has an instance of its own come and go in the group that the server admits, and looks at once what it may do."""

    def __init__(self, network, client, server, groups):
        super().__init__()
        self.ec2, self.client, self.server, self.groups = network.daemon.client(), client, server, groups
        self.wrong = []

    def run(self):
        for number in range(ROUNDS):
            for group, admitted in zip(self.groups, (True, False)):
                self.ec2.modify_network_interface_attribute(NetworkInterfaceId=self.client.interface, Groups=[group])
                if self.client.place.reaches(self.server.address, 80, 1 if admitted else BRIEF) is not admitted:
                    self.wrong.append((number, admitted))


def test_c08_each_of_many_callers_meets_its_own_change(network):
    friends, strangers = network.group("friends"), network.group("strangers")
    subnet = network.subnet("10.0.1.0/24")
    server = network.launch(subnet, [network.group("server", allow("tcp", 80, group=friends))])
    clients = network.launch(subnet, [strangers], count=CALLERS)
    assert all(client.place and client.interface for client in clients) and server.address
    with server.place.listen(80):
        callers = [Caller(network, client, server, (friends, strangers)) for client in clients]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
    assert [caller.wrong for caller in callers] == [[]] * CALLERS
    assert set(network.daemon.status()["refused"]) & {"security-group-in"}


def test_c08_each_packet_meets_the_last_answered_call(network):
    """One after another, with no pause between: a rule, its revocation, and the packet after each."""
    subnet = network.subnet("10.0.1.0/24")
    group = network.group("server")
    server, client = network.launch(subnet, [group]), network.launch(subnet, [network.group("client")])
    with server.place.listen(80), server.place.listen(81):
        for number in range(10):
            port, other = (80, 81) if number % 2 else (81, 80)
            rule = allow("tcp", port, cidr=f"{client.address}/32")
            network.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
            assert client.place.reaches(server.address, port), number
            assert not client.place.reaches(server.address, other, BRIEF), number
            network.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[rule])
            assert not client.place.reaches(server.address, port, BRIEF), number
