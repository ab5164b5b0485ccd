"""What clients do beside single calls: boto3's waiters, pages and resources, and the AWS CLI's waits and formats."""

import json
import os
import threading
import time

import boto3
import pytest
from botocore.exceptions import WaiterError

from support.daemon import KEY, REGION, SECRET, Daemon
from support.network import Network, allow

QUICK = {"Delay": 0, "MaxAttempts": 2}
SMALLEST_PAGE = 5
MANY = 7
# the first version of the CLI, and the second
REFUSED = (255, 254)


@pytest.fixture(scope="module")
def plenty():
    """A Ringwall with more than a page of everything."""
    quotas = ["vpcs=20", "internet-gateways=20", "egress-only-internet-gateways=20"]
    options = [word for quota in quotas for word in ("--quota", quota)]
    daemon = Daemon(f"plenty{os.getpid()}", options=options, keeps_state=False).start()
    try:
        yield fill(daemon)
    finally:
        daemon.down()


def fill(daemon):
    network = Network(daemon, ipv6=True)
    ec2 = network.ec2
    network.subnets = [network.subnet(f"10.0.{number}.0/24") for number in range(MANY)]
    rules = [allow("tcp", number, cidr="10.0.0.0/8") for number in range(MANY)]
    network.groups = [network.group(f"group-{number}", rule) for number, rule in enumerate(rules)]
    network.group("rules", *rules)
    for number in range(MANY):
        vpc = ec2.create_vpc(CidrBlock=f"172.{16 + number}.0.0/16")["Vpc"]["VpcId"]
        ec2.create_egress_only_internet_gateway(VpcId=vpc)
        ec2.create_internet_gateway()
        network.route_table()
        network.acl()
        ec2.create_network_interface(SubnetId=network.subnets[0])
        ec2.create_managed_prefix_list(PrefixListName=f"list-{number}", AddressFamily="IPv4", MaxEntries=MANY)
    network.entries = [{"Cidr": f"203.0.113.{number}/32"} for number in range(MANY)]
    answer = ec2.create_managed_prefix_list(
        PrefixListName="full", AddressFamily="IPv4", MaxEntries=MANY, Entries=network.entries
    )
    network.prefix_list = answer["PrefixList"]["PrefixListId"]
    for group in network.groups:
        rule = allow("udp", 53, prefix_list=network.prefix_list)
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    network.instances = network.launch(network.subnets[0], [network.groups[0]], count=MANY, name="one of many")
    return network


PAGED = {
    "describe_egress_only_internet_gateways": {},
    "describe_instance_status": {},
    "describe_instances": {},
    "describe_internet_gateways": {},
    "describe_managed_prefix_lists": {},
    "describe_network_acls": {},
    "describe_network_interfaces": {},
    "describe_route_tables": {},
    "describe_security_group_rules": {},
    "describe_security_groups": {},
    "describe_subnets": {},
    "describe_tags": {},
    "describe_vpcs": {},
    "get_managed_prefix_list_associations": {"PrefixListId": "prefix_list"},
    "get_managed_prefix_list_entries": {"PrefixListId": "prefix_list"},
    "get_security_groups_for_vpc": {"VpcId": "vpc"},
}


@pytest.mark.parametrize("operation", PAGED)
def test_pages_are_whole_and_each_thing_is_on_one(plenty, operation):
    parameters = {name: getattr(plenty, own) for name, own in PAGED[operation].items()}
    paginator = plenty.ec2.get_paginator(operation)
    key = paginator.result_keys[0].expression
    everything = items(getattr(plenty.ec2, operation)(**parameters), key)
    pages = paginator.paginate(PaginationConfig={"PageSize": SMALLEST_PAGE}, **parameters)
    pages = [items(page, key) for page in pages]
    assert len(everything) > SMALLEST_PAGE
    assert sum(pages, []) == everything
    assert all(len(page) <= SMALLEST_PAGE for page in pages)
    assert len(pages) == max(1, -(-len(everything) // SMALLEST_PAGE))


def items(answer, key):
    """What pages are made of: instances even where they stand in reservations, which a page may divide."""
    if key == "Reservations":
        return [instance["InstanceId"] for reservation in answer[key] for instance in reservation["Instances"]]
    return [json.dumps(item, sort_keys=True, default=str) for item in answer[key]]


@pytest.mark.parametrize(
    "operation",
    [
        "describe_addresses_attribute",
        "describe_images",
        "describe_instance_credit_specifications",
        "describe_instance_type_offerings",
        "describe_instance_types",
        "describe_prefix_lists",
        "describe_security_group_vpc_associations",
        "describe_volumes",
    ],
)
def test_what_is_short_has_pages_too(plenty, operation):
    paginator = plenty.ec2.get_paginator(operation)
    key = paginator.result_keys[0].expression
    everything = items(getattr(plenty.ec2, operation)(), key)
    pages = paginator.paginate(PaginationConfig={"PageSize": SMALLEST_PAGE})
    assert sum((items(page, key) for page in pages), []) == everything


def test_pages_of_what_a_filter_finds(plenty):
    filters = [{"Name": "vpc-id", "Values": [plenty.vpc]}, {"Name": "group-name", "Values": ["group-*"]}]
    paginator = plenty.ec2.get_paginator("describe_security_groups")
    pages = list(paginator.paginate(Filters=filters, PaginationConfig={"PageSize": SMALLEST_PAGE}))
    assert [len(page["SecurityGroups"]) for page in pages] == [SMALLEST_PAGE, MANY - SMALLEST_PAGE]
    names = {group["GroupName"] for page in pages for group in page["SecurityGroups"]}
    assert names == {f"group-{number}" for number in range(MANY)}


def test_a_page_can_be_had_later(plenty):
    paginator = plenty.ec2.get_paginator("describe_subnets")
    first = paginator.paginate(PaginationConfig={"MaxItems": 3, "PageSize": SMALLEST_PAGE})
    some = first.build_full_result()["Subnets"]
    rest = paginator.paginate(PaginationConfig={"StartingToken": first.resume_token}).build_full_result()["Subnets"]
    everything = plenty.ec2.describe_subnets()["Subnets"]
    assert len(some) == 3 and some + rest == everything


def test_waiters_see_what_is_there(plenty):
    ec2, instance = plenty.ec2, plenty.instances[0]
    single = ec2.create_network_interface(SubnetId=plenty.subnets[1])["NetworkInterface"]["NetworkInterfaceId"]
    known = {
        "image_available": {"ImageIds": ["ami-host"]},
        "image_exists": {"ImageIds": ["ami-host"]},
        "instance_exists": {"InstanceIds": [instance.id]},
        "instance_running": {"InstanceIds": [one.id for one in plenty.instances]},
        "instance_status_ok": {"InstanceIds": [instance.id]},
        "internet_gateway_exists": {"InternetGatewayIds": [plenty.gateway]},
        "network_interface_available": {"NetworkInterfaceIds": [single]},
        "security_group_exists": {"GroupIds": [plenty.groups[0]]},
        "subnet_available": {"SubnetIds": plenty.subnets},
        "system_status_ok": {"InstanceIds": [instance.id]},
        "vpc_available": {"VpcIds": [plenty.vpc]},
        "vpc_exists": {"VpcIds": [plenty.vpc]},
    }
    for name, parameters in known.items():
        ec2.get_waiter(name).wait(WaiterConfig={"Delay": 1, "MaxAttempts": 5}, **parameters)
    ec2.delete_network_interface(NetworkInterfaceId=single)


@pytest.mark.parametrize(
    "name, parameters",
    [
        ("instance_exists", {"InstanceIds": ["i-0123456789abcdef0"]}),
        ("internet_gateway_exists", {"InternetGatewayIds": ["igw-0123456789abcdef0"]}),
        ("network_interface_available", {"NetworkInterfaceIds": ["eni-0123456789abcdef0"]}),
        ("security_group_exists", {"GroupIds": ["sg-0123456789abcdef0"]}),
        ("subnet_available", {"SubnetIds": ["subnet-0123456789abcdef0"]}),
        ("vpc_exists", {"VpcIds": ["vpc-0123456789abcdef0"]}),
    ],
)
def test_waiters_know_what_is_not_there(shared, name, parameters):
    with pytest.raises(WaiterError):
        shared.client().get_waiter(name).wait(WaiterConfig=QUICK, **parameters)


def test_an_interface_in_use_is_not_available(plenty):
    with pytest.raises(WaiterError):
        waiter = plenty.ec2.get_waiter("network_interface_available")
        waiter.wait(NetworkInterfaceIds=[plenty.instances[0].interface], WaiterConfig=QUICK)


def test_waiters_follow_the_life_of_an_instance(network):
    ec2 = network.ec2
    answer = ec2.run_instances(ImageId="ami-host", MinCount=1, MaxCount=1, SubnetId=network.subnet("10.0.1.0/24"))
    instance = answer["Instances"][0]
    ids = [instance["InstanceId"]]
    assert instance["State"] == {"Code": 0, "Name": "pending"}
    quickly = {"Delay": 1, "MaxAttempts": 20}
    ec2.get_waiter("instance_running").wait(InstanceIds=ids, WaiterConfig=quickly)
    ec2.stop_instances(InstanceIds=ids)
    ec2.get_waiter("instance_stopped").wait(InstanceIds=ids, WaiterConfig=quickly)
    ec2.start_instances(InstanceIds=ids)
    ec2.get_waiter("instance_running").wait(InstanceIds=ids, WaiterConfig=quickly)
    ec2.get_waiter("instance_status_ok").wait(InstanceIds=ids, WaiterConfig=quickly)
    ec2.terminate_instances(InstanceIds=ids)
    ec2.get_waiter("instance_terminated").wait(InstanceIds=ids, WaiterConfig=quickly)
    with pytest.raises(WaiterError):
        ec2.get_waiter("instance_running").wait(InstanceIds=ids, WaiterConfig=quickly)


def test_the_waiter_for_a_group_in_another_vpc(network):
    ec2, group = network.ec2, network.group("travelling")
    other = Network(network.daemon, cidr="10.9.0.0/16", internet=False)
    ec2.associate_security_group_vpc(GroupId=group, VpcId=other.vpc)
    filters = [{"Name": "group-id", "Values": [group]}]
    quickly = {"Delay": 1, "MaxAttempts": 5}
    ec2.get_waiter("security_group_vpc_association_associated").wait(Filters=filters, WaiterConfig=quickly)
    ec2.disassociate_security_group_vpc(GroupId=group, VpcId=other.vpc)
    ec2.get_waiter("security_group_vpc_association_disassociated").wait(Filters=filters, WaiterConfig=quickly)


def test_resources_walk_the_network(plenty):
    ec2 = boto3.resource(
        "ec2",
        endpoint_url=plenty.daemon.endpoint,
        region_name=REGION,
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
    )
    vpc = ec2.Vpc(plenty.vpc)
    assert {subnet.id for subnet in vpc.subnets.all()} == set(plenty.subnets)
    assert {gateway.id for gateway in vpc.internet_gateways.all()} == {plenty.gateway}
    assert {instance.id for instance in vpc.instances.all()} == {instance.id for instance in plenty.instances}
    instance = ec2.Instance(plenty.instances[0].id)
    assert instance.vpc.id == vpc.id and instance.state["Name"] == "running"
    assert instance.subnet.id == plenty.subnets[0]
    assert [group["GroupId"] for group in instance.security_groups] == [plenty.groups[0]]
    assert instance.network_interfaces[0].private_ip_address == instance.private_ip_address
    assert {tag["Key"]: tag["Value"] for tag in instance.tags} == {"Name": "one of many"}
    group = ec2.SecurityGroup(plenty.groups[1])
    assert group.ip_permissions[0]["FromPort"] == 1 and group.group_name == "group-1"


def says(plenty, *words):
    done = plenty.daemon.aws(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_cli_waits(plenty):
    ids = [instance.id for instance in plenty.instances]
    begin = time.monotonic()
    assert says(plenty, "ec2", "wait", "instance-running", "--instance-ids", *ids) == ""
    assert says(plenty, "ec2", "wait", "vpc-available", "--vpc-ids", plenty.vpc) == ""
    assert says(plenty, "ec2", "wait", "subnet-available", "--subnet-ids", *plenty.subnets) == ""
    assert time.monotonic() - begin < 30


def test_cli_waits_for_an_end(plenty):
    instance = plenty.launch(plenty.subnets[2])
    ending = threading.Timer(1, plenty.ec2.terminate_instances, kwargs={"InstanceIds": [instance.id]})
    ending.start()
    assert says(plenty, "ec2", "wait", "instance-terminated", "--instance-ids", instance.id) == ""
    ending.join()


def test_cli_tables(plenty):
    table = says(plenty, "ec2", "describe-subnets", "--subnet-ids", plenty.subnets[0], "--output", "table")
    lines = table.splitlines()
    assert set(lines[0]) == {"-"} and set(lines[-1]) <= set("|+-")
    assert lines[1].strip("| ") == "DescribeSubnets"
    parts = [[part.strip() for part in line.strip("|").split("|")] for line in lines]
    cells = dict(part for part in parts if len(part) == 2)
    assert cells["SubnetId"] == plenty.subnets[0] and cells["CidrBlock"] == "10.0.0.0/24"


def test_cli_text(plenty):
    query = ["--output", "text", "--query", "SecurityGroups[].[GroupId,GroupName]"]
    text = says(plenty, "ec2", "describe-security-groups", *query, "--group-ids", *plenty.groups)
    assert dict(line.split("\t") for line in text.splitlines()) == {
        group: f"group-{number}" for number, group in enumerate(plenty.groups)
    }
    text = says(plenty, "ec2", "describe-route-tables", "--output", "text", "--route-table-ids", plenty.main_table)
    rows = [line.split("\t") for line in text.splitlines()]
    assert [row[0] for row in rows] == ["ROUTETABLES", "ASSOCIATIONS", "ASSOCIATIONSTATE", *["ROUTES"] * 4]
    routes = sorted(row[1] or row[2] for row in rows if row[0] == "ROUTES")
    assert routes == sorted(["0.0.0.0/0", "10.0.0.0/16", plenty.ipv6_block, "::/0"])


def test_cli_json_is_what_boto3_hears(plenty):
    said = json.loads(says(plenty, "ec2", "describe-instances", "--instance-ids", plenty.instances[0].id))
    heard = plenty.ec2.describe_instances(InstanceIds=[plenty.instances[0].id])
    heard.pop("ResponseMetadata")
    assert without_times(said) == without_times(json.loads(json.dumps(heard, default=str)))


def without_times(value):
    if isinstance(value, dict):
        return {key: without_times(inner) for key, inner in value.items() if not key.endswith("Time")}
    return [without_times(inner) for inner in value] if isinstance(value, list) else value


def test_cli_pages(plenty):
    base = ["ec2", "describe-network-interfaces", "--query", "NetworkInterfaces[].NetworkInterfaceId"]
    everything = json.loads(says(plenty, *base))
    assert json.loads(says(plenty, *base, "--page-size", "5")) == everything
    some = json.loads(says(plenty, "ec2", "describe-network-interfaces", "--page-size", "5", "--max-items", "6"))
    assert len(some["NetworkInterfaces"]) == 6
    rest = json.loads(says(plenty, "ec2", "describe-network-interfaces", "--starting-token", some["NextToken"]))
    both = some["NetworkInterfaces"] + rest["NetworkInterfaces"]
    assert [one["NetworkInterfaceId"] for one in both] == everything


def test_cli_errors_have_a_code_and_a_status(plenty):
    unknown = plenty.daemon.aws("ec2", "describe-vpcs", "--vpc-ids", "vpc-0123456789abcdef0")
    assert unknown.returncode in REFUSED and unknown.stdout == ""
    assert "An error occurred (InvalidVpcID.NotFound) when calling the DescribeVpcs operation" in unknown.stderr
    dry = plenty.daemon.aws("ec2", "create-vpc", "--cidr-block", "10.5.0.0/16", "--dry-run")
    assert dry.returncode in REFUSED and "(DryRunOperation)" in dry.stderr
    waited = plenty.daemon.aws("ec2", "wait", "instance-running", "--instance-ids", "i-1")
    assert waited.returncode == 255 and "InvalidInstanceID.Malformed" in waited.stderr


def test_cli_knows_who_it_is(plenty):
    identity = json.loads(says(plenty, "sts", "get-caller-identity"))
    assert identity == {"UserId": "000000000000", "Account": "000000000000", "Arn": "arn:aws:iam::000000000000:root"}
