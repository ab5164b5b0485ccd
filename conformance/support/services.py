"""AWS's services as instances use them: by the AWS CLI, inside."""

import json
import shutil

from .daemon import KEY, REGION, SECRET
from .network import ANYWHERE, allow

S3, DYNAMODB, EC2 = (f"com.amazonaws.{REGION}.{name}" for name in ("s3", "dynamodb", "ec2"))
S3_NAME, S3_ADDRESS = f"s3.{REGION}.amazonaws.com", "198.18.0.10"
BUNDLE = "/tmp/ca.pem"


class Answer:
    """What the AWS CLI said inside an instance."""

    def __init__(self, done):
        self.code, self.said, self.error = done.returncode, done.stdout, done.stderr

    def __bool__(self):
        return self.code == 0

    def json(self):
        return json.loads(self.said)


def aws(instance, *words, timeout=20, brief=False):
    """The AWS CLI inside an instance, by TLS and the names that it knows. `brief` does not try again, nor wait long."""
    # An instance has a /tmp of its own.
    trusted = instance.network.daemon.run("ca").stdout
    instance.exec("sh", "-c", f"cat > {BUNDLE}", input=trusted)
    environment = {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CA_BUNDLE": BUNDLE,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        "AWS_MAX_ATTEMPTS": "1",
        "HOME": "/nonexistent",
    }
    settings = [f"{name}={value}" for name, value in environment.items()]
    patience = ["--cli-connect-timeout", "1", "--cli-read-timeout", "5"] if brief else []
    program = shutil.which("aws")
    command = ["env", *settings, "timeout", str(timeout), program, *words, *patience]
    return Answer(instance.exec(*command, check=False))


def statement(effect="Allow", action="*", resource="*", principal="*", **condition):
    """A statement of a policy. A condition is an operator with its keys and values."""
    written = {"Effect": effect, "Principal": principal, "Action": action, "Resource": resource}
    return written | ({"Condition": condition} if condition else {})


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def gateway_endpoint(network, *tables, service=S3, **more):
    """A gateway endpoint that these tables lead to."""
    made = network.ec2.create_vpc_endpoint(
        VpcId=network.vpc, ServiceName=service, RouteTableIds=list(tables), **more
    )
    return made["VpcEndpoint"]["VpcEndpointId"]


def interface_endpoint(network, subnets, groups, service=EC2, **more):
    """An interface endpoint with an interface in each of the subnets."""
    made = network.ec2.create_vpc_endpoint(
        VpcId=network.vpc,
        ServiceName=service,
        VpcEndpointType="Interface",
        SubnetIds=list(subnets),
        SecurityGroupIds=list(groups),
        **more,
    )
    return made["VpcEndpoint"]["VpcEndpointId"]


def addresses_of(network, endpoint):
    """The private addresses of an interface endpoint."""
    found = network.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]
    interfaces = network.ec2.describe_network_interfaces(NetworkInterfaceIds=found["NetworkInterfaceIds"])
    return sorted(interface["PrivateIpAddress"] for interface in interfaces["NetworkInterfaces"])


def prefix_list(network, service=S3):
    filters = [{"Name": "prefix-list-name", "Values": [service]}]
    return network.ec2.describe_prefix_lists(Filters=filters)["PrefixLists"][0]["PrefixListId"]


def bucket(daemon, name, **objects):
    """A bucket with these objects."""
    s3 = daemon.client("s3")
    s3.create_bucket(Bucket=name)
    for key, text in objects.items():
        s3.put_object(Bucket=name, Key=key, Body=text.encode())
    return s3


def client(network, cidr="10.0.1.0/24", name="client", egress=None):
    """An instance in a private subnet, with the table of that subnet."""
    subnet = network.subnet(cidr)
    table = network.route_table(subnet)
    group = network.group(name, allow(cidr=ANYWHERE), egress=egress)
    return network.launch(subnet, [group]), table
