"""A daemon that is killed at any moment loses nothing that it answered, leaves nothing half done, and enforces what it answered."""

import random
import threading
import time

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from support.network import Instance, Network, allow

GONE = (ConnectionError, HTTPClientError)
KILLS = 12


class Writer(threading.Thread):
    """Makes rules, one port each, and keeps in mind what it was told about them."""

    def __init__(self, daemon, group, first_port):
        super().__init__(daemon=True)
        self.ec2, self.group, self.port = daemon.client(), group, first_port
        self.is_done, self.open, self.unsure, self.answers = False, set(), set(), 0

    def run(self):
        while not self.is_done:
            self.port += 1
            if self.call(self.ec2.authorize_security_group_ingress, self.port):
                self.open.add(self.port)
            if self.open and random.random() < 0.4:
                port = random.choice(sorted(self.open))
                if self.call(self.ec2.revoke_security_group_ingress, port):
                    self.open.discard(port)

    def call(self, action, port):
        """Whether the call was answered. Of one that was not, nobody knows whether it happened."""
        try:
            action(GroupId=self.group, IpPermissions=[allow("tcp", port, "10.0.0.0/8")])
            self.answers += 1
            return True
        except GONE:
            self.unsure.add(port)
            self.open.discard(port)
            time.sleep(0.01)
        except ClientError as error:
            # What an unanswered call did is met again.
            assert port in self.unsure, error
        return False


def ports(daemon, group):
    found = daemon.client().describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    return {permission["FromPort"] for permission in found}


def test_kills_under_load_lose_no_answered_call(daemon):
    daemon.down()
    daemon.options += ["--quota", "rules-per-group=1000", "--quota", "groups-per-interface=1"]
    daemon.start()
    network = Network(daemon)
    groups = [network.group(f"group {number}") for number in range(4)]
    writers = [Writer(daemon, group, 1000 + number * 15_000) for number, group in enumerate(groups)]
    for writer in writers:
        writer.start()
    for _ in range(KILLS):
        time.sleep(random.uniform(0.05, 0.4))
        daemon.kill()
        daemon.start()
    for writer in writers:
        writer.is_done = True
    for writer in writers:
        writer.join(20)
        assert not writer.is_alive()
    assert sum(writer.answers for writer in writers) > 100
    for writer in writers:
        there = ports(daemon, writer.group)
        assert writer.open <= there, "an answered rule is lost"
        assert there <= writer.open | writer.unsure, "a revoked rule is back"
    # Another start reads the same, and every answered call is in the trail.
    before = [ports(daemon, group) for group in groups]
    daemon.kill()
    daemon.start()
    assert [ports(daemon, group) for group in groups] == before
    with open(f"{daemon.directory}/trail.jsonl") as trail:
        recorded = sum('"AuthorizeSecurityGroupIngress"' in line or '"RevokeSecurityGroupIngress"' in line for line in trail)
    assert recorded >= sum(writer.answers for writer in writers)


def test_what_was_answered_is_enforced_after_a_kill(daemon):
    network = Network(daemon)
    subnet = network.subnet("10.0.1.0/24")
    group = network.group("server")
    client = network.launch(subnet, [network.group("client")])
    server = network.launch(subnet, [group])
    there = server.address
    with server.place.listen(7000), server.place.listen(7001):
        network.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[allow("tcp", 7000, "10.0.0.0/8")])
        daemon.kill()
        assert client.place.reaches(there, 7000)
        assert not client.place.reaches(there, 7001)
        daemon.start()
        assert client.place.reaches(there, 7000)
        assert not client.place.reaches(there, 7001)
        network.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[allow("tcp", 7001, "10.0.0.0/8")])
        assert client.place.reaches(there, 7001)


def test_kills_while_instances_start_and_stop_leave_none_behind(daemon):
    network = Network(daemon)
    subnet = network.subnet("10.0.1.0/24")
    group = network.group("all", allow(cidr="10.0.0.0/8"))
    for _ in range(4):
        started = network.ec2.run_instances(
            ImageId="ami-host", MinCount=6, MaxCount=6, SubnetId=subnet, SecurityGroupIds=[group]
        )
        ids = [found["InstanceId"] for found in started["Instances"]]
        time.sleep(random.uniform(0, 0.05))
        daemon.kill()
        daemon.start()
        instances = [Instance(network, instance) for instance in ids]
        network.wait(instances)
        network.ec2 = daemon.client()
        with instances[0].place.listen(80):
            assert all(other.place.reaches(instances[0].address, 80) for other in instances[1:])
        network.ec2.terminate_instances(InstanceIds=ids[:5])
        time.sleep(random.uniform(0, 0.02))
        daemon.kill()
        daemon.start()
        network.wait(instances[:5], "terminated")
        network.ec2.terminate_instances(InstanceIds=ids[5:])
        network.wait(instances[5:], "terminated")
    assert daemon.status()["interfaces"]["up"] == 0
    assert "0 instances" in daemon.down().stdout


