"""C15, as far as the engine goes: it inspects HTTP at layer 7. What it would be attached to is not there yet, and is said not to be."""

import pytest
from support.web_acl import WebAcl, has, request, rule

BALANCER = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/none/0000000000000000"


def test_c15_the_content_of_requests_decides(shared):
    """The same address, the same port, the same path: what stands in the request makes the difference."""
    acl = WebAcl(
        shared,
        rule("allowed", has({"SingleHeader": {"Name": "x-key"}}, "letmein", position="EXACTLY"), "Allow"),
        rule("delete", has({"Method": {}}, "DELETE", position="EXACTLY")),
        rule("admin", has({"UriPath": {}}, "/admin", "URL_DECODE", "LOWERCASE", position="STARTS_WITH")),
        rule("counted", has({"QueryString": {}}, "debug"), "Count"),
    )
    assert acl.tried(
        request("/"),
        request("/", method="DELETE"),
        request("/%41dmin"),
        request("/admin", "X-Key: letmein"),
        request("/admin", "X-Key: letmein2"),
        request("/?debug=1"),
        request("/public/admin"),
    ) == [
        ("ALLOW", "Default_Action"),
        ("BLOCK", "delete"),
        ("BLOCK", "admin"),
        ("ALLOW", "allowed"),
        ("BLOCK", "admin"),
        ("ALLOW", "Default_Action"),
        ("ALLOW", "Default_Action"),
    ]


def test_c15_rules_are_asked_in_their_order_and_the_default_is_last(shared):
    path = {"UriPath": {}}
    acl = WebAcl(shared, rule("open", has(path, "/open"), "Allow"), rule("shut", has(path, "/"), "Count"), default="Block")
    assert acl.blocks(request("/open"), request("/other")) == [False, True]


def test_c15_what_is_not_there_is_not_protected(shared):
    """WAF-113: a load balancer that does not exist; the call says so instead of keeping an association that does nothing."""
    acl = WebAcl(shared)
    with pytest.raises(acl.waf.exceptions.ClientError) as refused:
        acl.waf.associate_web_acl(WebACLArn=acl.arn, ResourceArn=BALANCER)
    assert refused.value.response["Error"]["Code"] in ("WAFNonexistentItemException", "WAFUnavailableEntityException")
    assert acl.waf.list_resources_for_web_acl(WebACLArn=acl.arn)["ResourceArns"] == []
