"""The WAFv2 API with boto3: what passes, what is refused, and how."""

import datetime
import json

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError


@pytest.fixture
def waf(shared):
    return shared.client("wafv2")


def test_an_ip_set_lives(waf):
    """WAF-105, WAF-106, WAF-107, WAF-108."""
    made = waf.create_ip_set(
        Name="lives", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=["192.0.2.0/24"], Description="for a test"
    )["Summary"]
    assert made["ARN"] == f"arn:aws:wafv2:us-east-1:000000000000:regional/ipset/lives/{made['Id']}"
    assert made in waf.list_ip_sets(Scope="REGIONAL")["IPSets"]
    target = {"Name": "lives", "Scope": "REGIONAL", "Id": made["Id"]}
    got = waf.get_ip_set(**target)
    assert got["LockToken"] == made["LockToken"]
    assert got["IPSet"] == {
        "Name": "lives",
        "Id": made["Id"],
        "ARN": made["ARN"],
        "Description": "for a test",
        "IPAddressVersion": "IPV4",
        "Addresses": ["192.0.2.0/24"],
    }
    token = waf.update_ip_set(**target, Addresses=["198.51.100.1/32"], LockToken=made["LockToken"])["NextLockToken"]
    assert token != made["LockToken"]
    for change in (waf.update_ip_set, waf.delete_ip_set):
        rest = {"Addresses": []} if change == waf.update_ip_set else {}
        with pytest.raises(waf.exceptions.WAFOptimisticLockException):
            change(**target, **rest, LockToken=made["LockToken"])
    assert waf.get_ip_set(**target)["IPSet"]["Addresses"] == ["198.51.100.1/32"]
    assert waf.get_ip_set(**target)["IPSet"]["Description"] == "", "what is left out is cleared"
    waf.delete_ip_set(**target, LockToken=token)
    with pytest.raises(waf.exceptions.WAFNonexistentItemException):
        waf.get_ip_set(**target)
    assert waf.list_ip_sets(Scope="REGIONAL")["IPSets"] == []


def visibility(metric="m"):
    return {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": False, "MetricName": metric}


def rule(name, priority, statement, **more):
    action = {} if "OverrideAction" in more else {"Action": {"Block": {}}}
    return {"Name": name, "Priority": priority, "Statement": statement, "VisibilityConfig": visibility(name), **action, **more}


def path(begin):
    return {
        "ByteMatchStatement": {
            "SearchString": begin.encode(),
            "FieldToMatch": {"UriPath": {}},
            "PositionalConstraint": "STARTS_WITH",
            "TextTransformations": [{"Priority": 0, "Type": "LOWERCASE"}],
        }
    }


@pytest.fixture
def acl(waf):
    """Makes web ACLs, and takes them away again."""
    made = []

    def make(name, *rules, **more):
        more = {"Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "VisibilityConfig": visibility(), **more}
        made.append(waf.create_web_acl(Name=name, Rules=list(rules), **more)["Summary"] | {"Scope": more["Scope"]})
        return {key: made[-1][key] for key in ("Name", "Scope", "Id")}

    yield make
    for own in made:
        token = waf.get_web_acl(ARN=own["ARN"])["LockToken"]
        waf.delete_web_acl(Name=own["Name"], Scope=own["Scope"], Id=own["Id"], LockToken=token)


def test_a_web_acl_is_got_as_it_was_put(waf, acl):
    bodies = {"Own": {"ContentType": "TEXT_PLAIN", "Content": "no"}}
    answer = {"Block": {"CustomResponse": {"ResponseCode": 429, "CustomResponseBodyKey": "Own"}}}
    rules = [rule("path", 0, path("/admin"), Action=answer, RuleLabels=[{"Name": "seen"}])]
    target = acl("own", *rules, CustomResponseBodies=bodies, TokenDomains=["example.com"], Description="for a test")
    got = waf.get_web_acl(**target)["WebACL"]
    assert got["Rules"] == rules and got["CustomResponseBodies"] == bodies and got["TokenDomains"] == ["example.com"]
    assert (got["Capacity"], got["LabelNamespace"]) == (12, "awswaf:000000000000:webacl:own:")
    assert got["ManagedByFirewallManager"] is False
    assert waf.check_capacity(Scope="REGIONAL", Rules=rules)["Capacity"] == 12, "WAF-25, WAF-27"


def test_refusals_have_awss_members(waf, acl):
    """WAF-109, WAF-110."""
    with pytest.raises(waf.exceptions.WAFInvalidParameterException) as refused:
        acl("own", rule("one", 0, path("/a")), rule("two", 0, path("/b")))
    answer = refused.value.response
    assert (answer["Field"], answer["Parameter"]) == ("RULE", "Rules[1]") and answer["Reason"] in answer["message"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert answer["Error"]["Message"].startswith("Error reason: ")
    with pytest.raises(ClientError, match="GeoMatchStatement") as refused:
        acl("own", rule("geo", 0, {"GeoMatchStatement": {"CountryCodes": ["AT"]}}))
    assert refused.value.response["Error"]["Code"] == "UnsupportedOperation"
    many = [rule(f"r{number}", number, path("/a")) for number in range(417)]
    with pytest.raises(waf.exceptions.WAFLimitsExceededException):
        acl("own", *many)
    assert "own" not in [own["Name"] for own in waf.list_web_acls(Scope="REGIONAL", Limit=100)["WebACLs"]]


def test_what_is_in_use_is_not_deleted(waf, acl):
    """WAF-111."""
    group = waf.create_rule_group(
        Name="used", Scope="REGIONAL", Capacity=50, Rules=[rule("path", 0, path("/a"))], VisibilityConfig=visibility()
    )["Summary"]
    target = {"Name": "used", "Scope": "REGIONAL", "Id": group["Id"]}
    refers = {"RuleGroupReferenceStatement": {"ARN": group["ARN"]}}
    own = acl("own", rule("group", 0, refers, OverrideAction={"None": {}}))
    with pytest.raises(waf.exceptions.WAFAssociatedItemException):
        waf.delete_rule_group(**target, LockToken=group["LockToken"])
    token = waf.get_web_acl(**own)["LockToken"]
    rest = {"DefaultAction": {"Block": {}}, "VisibilityConfig": visibility(), "LockToken": token}
    waf.update_web_acl(**own, **rest)
    assert waf.get_web_acl(**own)["WebACL"]["Rules"] == [], "WAF-108"
    waf.delete_rule_group(**target, LockToken=group["LockToken"])


def test_managed_groups_are_listed_described_and_used(waf, acl):
    """WAF-150."""
    groups = {own["Name"]: own for own in waf.list_available_managed_rule_groups(Scope="REGIONAL")["ManagedRuleGroups"]}
    assert {"AWSManagedRulesCommonRuleSet", "AWSManagedRulesSQLiRuleSet"} <= set(groups)
    named = {"VendorName": "AWS", "Name": "AWSManagedRulesSQLiRuleSet"}
    told = waf.describe_managed_rule_group(**named, Scope="REGIONAL")
    assert told["Capacity"] == 200 and {"Name": "SQLi_BODY", "Action": {"Block": {}}} in told["Rules"], "WAF-139"
    versions = waf.list_available_managed_rule_group_versions(**named, Scope="REGIONAL")
    assert versions["CurrentDefaultVersion"] == told["VersionName"]
    own = acl("own", rule("sqli", 0, {"ManagedRuleGroupStatement": named}, OverrideAction={"None": {}}))
    assert waf.get_web_acl(**own)["WebACL"]["Capacity"] == 200


def test_distributions_have_one_region(shared, acl, waf):
    """WAF-104."""
    target = acl("own", Scope="CLOUDFRONT")
    assert "global/webacl/own" in waf.get_web_acl(**target)["WebACL"]["ARN"]
    with pytest.raises(ClientError, match="SCOPE_VALUE"):
        shared.client("wafv2", "eu-west-1").list_web_acls(Scope="CLOUDFRONT")


def test_samples_and_rates_of_what_nothing_came_to(waf, acl):
    """WAF-58, WAF-122."""
    rate = {"RateBasedStatement": {"Limit": 100, "AggregateKeyType": "IP"}}
    target = acl("own", rule("rate", 0, rate))
    keys = waf.get_rate_based_statement_managed_keys(
        Scope="REGIONAL", WebACLName="own", WebACLId=target["Id"], RuleName="rate"
    )
    assert keys["ManagedKeysIPV4"] == {"IPAddressVersion": "IPV4", "Addresses": []}
    arn = waf.get_web_acl(**target)["WebACL"]["ARN"]
    now = datetime.datetime.now(datetime.UTC)
    window = {"StartTime": now - datetime.timedelta(hours=1), "EndTime": now}
    sampled = waf.get_sampled_requests(
        WebAclArn=arn, RuleMetricName="rate", Scope="REGIONAL", TimeWindow=window, MaxItems=100
    )
    assert (sampled["SampledRequests"], sampled["PopulationSize"]) == ([], 0)


def test_calls_are_recorded(shared, waf, acl):
    acl("recorded", rule("path", 0, path("/a")))
    events = shared.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateWebACL"}]
    )["Events"]
    event = json.loads(events[0]["CloudTrailEvent"])
    assert event["eventSource"] == "wafv2.amazonaws.com"
    assert event["requestParameters"]["name"] == "recorded"
    assert event["responseElements"]["summary"]["aRN"].endswith(event["responseElements"]["summary"]["id"])


def test_every_member_of_every_call_is_known(shared):
    """Each is read, or refused by its name: none is passed over."""
    client = shared.client("wafv2", parameter_validation=False)
    model = client.meta.service_model
    examples = {"string": "x", "integer": 1, "long": 1, "list": [], "structure": {}, "boolean": True, "timestamp": 0, "map": {}}
    built, checked = 0, 0
    for operation in model.operation_names:
        shape = model.operation_model(operation).input_shape
        call = getattr(client, xform_name(operation))
        for name, member in shape.members.items():
            with pytest.raises(ClientError) as refused:
                call(**{name: examples[member.type_name]})
            error = refused.value.response["Error"]
            if error["Code"] == "UnsupportedOperation":
                assert operation in error["Message"] or name in error["Message"], error
                continue
            built += 1
            assert "is no member" not in error["Message"] and error["Code"] != "UnknownOperationException", (operation, error)
        checked += 1
    assert checked >= 50 and built >= 100


def test_the_command_line_lists_and_describes(shared):
    def run(*more):
        done = shared.aws("--output", "json", "wafv2", *more)
        return done.returncode, done.stdout, done.stderr

    statement = json.dumps([{"RegexString": "^/a"}])
    code, made, said = run(
        "create-regex-pattern-set", "--name", "cli", "--scope", "REGIONAL", "--regular-expression-list", statement
    )
    assert code == 0, said
    summary = json.loads(made)["Summary"]
    code, listed, _ = run("list-regex-pattern-sets", "--scope", "REGIONAL")
    assert code == 0 and summary in json.loads(listed)["RegexPatternSets"]
    target = ["--name", "cli", "--scope", "REGIONAL", "--id", summary["Id"], "--lock-token"]
    code, _, said = run("delete-regex-pattern-set", *target, "00000000-0000-4000-8000-000000000000")
    assert code != 0 and "WAFOptimisticLockException" in said
    assert run("delete-regex-pattern-set", *target, summary["LockToken"])[0] == 0
