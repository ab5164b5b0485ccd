"""C20, the lower half: what groups and ACLs refuse never becomes a request; what they let through is judged by its content."""

import http.server
import threading

import pytest
from support.daemon import Daemon
from support.network import ANYWHERE, Network, allow
from support.services import aws, policy, statement

BRIEF = 0.3


class Counted(http.server.BaseHTTPRequestHandler):
    """A service that counts the requests that come to it, of whatever kind."""

    def do_POST(self):
        self.server.requests.append(self.headers.get("x-amz-target", "?"))
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


@pytest.fixture
def service():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counted)
    server.requests = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_c20_the_lower_layers_come_first(service):
    """Group and ACL each alone keep a connection from being made; the policy refuses what they let through, by its content."""
    upstream = f"--dynamodb-endpoint=127.0.0.1:{service.server_port}"
    daemon = Daemon("c20", [upstream], keeps_state=False).start()
    try:
        network = Network(daemon, internet=False)
        network.ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsHostnames={"Value": True})
        here = network.subnet("10.0.1.0/24")
        table = network.route_table(here)
        instance = network.launch(here, [network.group("client", allow(cidr=ANYWHERE))])
        only = policy(statement(action="dynamodb:ListTables"))
        network.ec2.create_vpc_endpoint(
            VpcId=network.vpc,
            ServiceName="com.amazonaws.us-east-1.dynamodb",
            RouteTableIds=[table],
            PolicyDocument=only,
        )
        lists, makes = ("dynamodb", "list-tables"), ("dynamodb", "describe-limits")
        assert aws(instance, *lists) and len(service.requests) == 1
        refused = aws(instance, *makes)
        assert not refused and "AccessDenied" in refused.error and len(service.requests) == 1, refused.error
        group = instance.description["SecurityGroups"][0]["GroupId"]
        everything = [allow(cidr=ANYWHERE)]
        network.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=everything)
        assert instance.place.connect("198.18.1.10", 443, BRIEF) is None
        network.ec2.authorize_security_group_egress(GroupId=group, IpPermissions=everything)
        acl = network.acl(here)
        network.entry(acl, 100, "allow", egress=True)
        assert instance.place.connect("198.18.1.10", 443, BRIEF) is None, "its answers do not come in"
        assert len(service.requests) == 1
        network.entry(acl, 100, "allow")
        assert aws(instance, *lists) and len(service.requests) == 2
    finally:
        daemon.down()
