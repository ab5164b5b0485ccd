"""Networks as Terraform configurations: they apply, plan empty, act, change, and leave nothing.

What it needs beside Ringwall is a `terraform` and the AWS provider 5.x, from wherever the environment lets Terraform
take it. Where one of them is not to be had, the test says so and is skipped.
"""

import json
import os
import pathlib
import shutil
import subprocess
import warnings

import pytest

from support.daemon import REGION
from support.network import Instance
from support.place import Place

CONFIGURATIONS = pathlib.Path(__file__).parent / "terraform"
NO_CHANGES, CHANGES = 0, 2
NO_PROVIDER = ("Failed to query available provider packages", "Failed to install provider")


def not_run(why):
    """Skips, and says so in the summary even where skips are not shown."""
    warnings.warn(f"NOT RUN: a Terraform configuration, because {why}", stacklevel=2)
    pytest.skip(why)


class Terraform:
    """A working directory with the configuration in it."""

    def __init__(self, daemon, directory, configuration):
        self.daemon, self.directory = daemon, directory
        shutil.copytree(CONFIGURATIONS / configuration, directory, dirs_exist_ok=True)
        self.variables = {}

    def __call__(self, *words, expect=(0,)):
        done = self.run(*words)
        assert done.returncode in expect, f"terraform {' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done

    def run(self, *words):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        variables = {f"TF_VAR_{name}": str(value) for name, value in self.variables.items()}
        environment = {
            **clean,
            **variables,
            "TF_VAR_endpoint": self.daemon.endpoint,
            "TF_IN_AUTOMATION": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        command = ["terraform", *words, "-no-color"]
        return subprocess.run(
            command, cwd=self.directory, env=environment, capture_output=True, text=True, timeout=600, check=False
        )

    def begin(self):
        if shutil.which("terraform") is None:
            not_run("no `terraform` is found")
        done = self.run("init", "-input=false")
        if done.returncode:
            said = " ".join((done.stderr or done.stdout).split())
            # only that the provider cannot be had is a reason to skip: every other failure is one
            assert any(words in said for words in NO_PROVIDER), said
            not_run(f"its provider cannot be had: {said}")

    def apply(self, **variables):
        self.variables |= variables
        return self("apply", "-auto-approve", "-input=false")

    def plan(self):
        """What the plan says in words, empty if there is nothing to do."""
        done = self("plan", "-detailed-exitcode", "-input=false", expect=(NO_CHANGES, CHANGES))
        return "" if done.returncode == NO_CHANGES else done.stdout

    def outputs(self):
        return {name: output["value"] for name, output in json.loads(self("output", "-json").stdout).items()}


class Applied:
    """The network that was applied, with places where sockets are made."""

    def __init__(self, daemon, outputs):
        self.daemon, self.ec2, self.outputs = daemon, daemon.client(), outputs
        self.web = [Instance(self, instance) for instance in outputs["web"]]
        self.app = [Instance(self, instance) for instance in outputs["app"]]
        self.database = Instance(self, outputs["database"])
        self.internet = Place(f"/run/ringwall/{daemon.name}/namespaces/internet")


def begin(daemon, directory, configuration):
    terraform = Terraform(daemon, directory, configuration)
    terraform.begin()
    return terraform


def test_more_kinds_of_resources(daemon, tmp_path):
    terraform = begin(daemon, tmp_path, "more_kinds")
    before = inventory(daemon)
    terraform.apply()
    assert terraform.plan() == ""
    terraform("destroy", "-auto-approve", "-input=false")
    assert inventory(daemon) == before


def test_the_private_ways_out(daemon, tmp_path):
    """NAT gateways and endpoints of both types, with what changes in place."""
    daemon.down()
    daemon.options += ["--dynamodb-endpoint=127.0.0.1:9"]  # nobody listens there, and nothing is asked
    daemon.start()
    terraform = begin(daemon, tmp_path, "private_ways")
    before = inventory(daemon)
    terraform.apply()
    assert terraform.plan() == ""
    outputs, ec2 = terraform.outputs(), daemon.client()
    assert outputs["blocks"] == ["198.18.0.0/24"] and len(set(outputs["prefix_list"])) == 1
    assert outputs["names"][-1] == "ec2.us-east-1.amazonaws.com"
    terraform.apply(addresses=1, stage="changed")
    assert terraform.plan() == ""
    [gateway] = ec2.describe_nat_gateways(NatGatewayIds=[outputs["nat_gateway"]])["NatGateways"]
    assert len(gateway["NatGatewayAddresses"]) == 2, "changed in place"
    assert gateway["Tags"] == [{"Key": "stage", "Value": "changed"}]
    terraform("destroy", "-auto-approve", "-input=false")
    assert inventory(daemon) == before


def test_web_acls(daemon, tmp_path):
    """All four kinds with tags and logging, changed in place, and gone afterwards."""
    terraform = begin(daemon, tmp_path, "waf")
    terraform.apply()
    assert terraform.plan() == ""
    waf, acl = daemon.client("wafv2"), terraform.outputs()["acl"]
    target = {"Name": "own", "Scope": "REGIONAL", "Id": acl["id"]}
    before = waf.get_web_acl(**target)
    assert before["WebACL"]["Capacity"] == acl["capacity"] == 2 + 100 + 14 + 40, "WAF-25 ... WAF-29"
    terraform.apply(limit=50, addresses='["203.0.113.0/24"]')
    assert terraform.plan() == ""
    after = waf.get_web_acl(**target)
    rates = {rule["Name"]: rule["Statement"] for rule in after["WebACL"]["Rules"]}
    assert rates["rate"]["RateBasedStatement"]["Limit"] == 50 and after["LockToken"] != before["LockToken"]
    [bad] = [own for own in waf.list_ip_sets(Scope="REGIONAL")["IPSets"] if own["Name"] == "bad"]
    got = waf.get_ip_set(Name="bad", Scope="REGIONAL", Id=bad["Id"])
    assert got["IPSet"]["Addresses"] == ["203.0.113.0/24"]
    tags = waf.list_tags_for_resource(ResourceARN=bad["ARN"])["TagInfoForResource"]["TagList"]
    assert tags == [{"Key": "stage", "Value": "test"}]
    terraform("destroy", "-auto-approve", "-input=false")
    for action, key in WAF_LISTS.items():
        assert getattr(waf, action)(Scope="REGIONAL")[key] == []


WAF_LISTS = {
    "list_web_acls": "WebACLs",
    "list_rule_groups": "RuleGroups",
    "list_ip_sets": "IPSets",
    "list_regex_pattern_sets": "RegexPatternSets",
    "list_logging_configurations": "LoggingConfigurations",
}


def test_the_three_tier_network(daemon, tmp_path):
    terraform = begin(daemon, tmp_path, "three_tier")
    before = inventory(daemon)
    terraform.apply()
    assert terraform.plan() == ""
    network = Applied(daemon, terraform.outputs())
    assert network.outputs["account"] == "000000000000" and network.outputs["region"] == REGION
    differing = {name: pair for name, pair in network.outputs["looked_up"].items() if pair[0] != pair[1]}
    assert differing == {}
    check_the_groups(network)
    check_the_acls(network)
    check_a_change(terraform, network)
    terraform("destroy", "-auto-approve", "-input=false")
    assert inventory(daemon) == before


def check_the_groups(network):
    """Each tier hears the one before it, and nobody else."""
    web, app, database = network.web[0], network.app[0], network.database
    with web.place.listen(443), web.place.listen(22), app.place.listen(8080), database.place.listen(5432):
        assert network.internet.reaches(network.outputs["public_address"], 443)
        assert network.internet.reaches(web.address_v6, 443)
        assert web.place.reaches(app.address, 8080)
        assert app.place.reaches(database.address, 5432)
        assert not web.place.reaches(database.address, 5432)
        assert not database.place.reaches(app.address, 8080)
        assert not network.app[1].place.reaches(app.address, 8080)
    assert network.app[1].place.pings(app.address)
    assert not web.place.pings(app.address)


def check_the_acls(network):
    """The prefix list opens a port to partners, and the bad range is not heard at all."""
    web, public = network.web[0], network.outputs["public_address"]
    with web.place.listen(443), web.place.listen(22):
        assert from_address(network, "203.0.113.9", public, 22)
        assert not from_address(network, "203.0.112.9", public, 22)
        assert from_address(network, "192.0.2.63", public, 443)
        assert not from_address(network, "192.0.2.64", public, 443)
        assert not from_address(network, "192.0.2.127", public, 443)
        assert from_address(network, "192.0.2.128", public, 443)


def from_address(network, source, address, port):
    connection = network.internet.connect(address, port, source=(source, 0))
    if connection:
        connection.close()
    return connection is not None


def check_a_change(terraform, network):
    """Other values of the variables change rules in place, and are enforced when `apply` returns."""
    web, app = network.web[0], network.app[0]
    terraform.apply(app_port=9090, bad_range="198.18.0.0/15")
    with web.place.listen(443), app.place.listen(8080), app.place.listen(9090):
        assert not web.place.reaches(app.address, 8080)
        assert web.place.reaches(app.address, 9090)
        assert from_address(network, "192.0.2.64", network.outputs["public_address"], 443)
        assert not from_address(network, "198.19.0.1", network.outputs["public_address"], 443)
    assert terraform.plan() == ""


def inventory(daemon):
    """The ids of everything that calls describe, but of instances that have ended."""
    ec2 = daemon.client()
    pages = {
        "describe_vpcs": "VpcId",
        "describe_subnets": "SubnetId",
        "describe_internet_gateways": "InternetGatewayId",
        "describe_egress_only_internet_gateways": "EgressOnlyInternetGatewayId",
        "describe_route_tables": "RouteTableId",
        "describe_security_groups": "GroupId",
        "describe_security_group_rules": "SecurityGroupRuleId",
        "describe_network_acls": "NetworkAclId",
        "describe_managed_prefix_lists": "PrefixListId",
        "describe_network_interfaces": "NetworkInterfaceId",
        "describe_vpc_endpoints": "VpcEndpointId",
    }
    found = set()
    for operation, key in pages.items():
        for page in ec2.get_paginator(operation).paginate():
            lists = [value for name, value in page.items() if isinstance(value, list)]
            found |= {item[key] for items in lists for item in items}
    found |= {address["AllocationId"] for address in ec2.describe_addresses()["Addresses"]}
    for page in ec2.get_paginator("describe_instances").paginate():
        instances = [instance for reservation in page["Reservations"] for instance in reservation["Instances"]]
        found |= {i["InstanceId"] for i in instances if i["State"]["Name"] != "terminated"}
    return found
