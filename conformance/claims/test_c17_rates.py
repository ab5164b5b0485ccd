"""C17, as far as the engine goes: it limits request rates per client, and per other keys."""

import datetime

from support.web_acl import WebAcl, has, request, rule

START = datetime.datetime(2026, 1, 31, 12, 0, 0)


def rate(limit=10, window=60, key="IP", **more):
    return {"RateBasedStatement": {"Limit": limit, "EvaluationWindowSec": window, "AggregateKeyType": key, **more}}


def moment(seconds):
    return f"{(START + datetime.timedelta(seconds=seconds)).isoformat()}Z"


def test_c17_each_client_has_its_own_limit(shared):
    """WAF-49, WAF-50: more than the limit within the window is too many, for the one who sends it alone."""
    acl = WebAcl(shared, rule("rate", rate()))
    many = [request("/", client="192.0.2.1", time=moment(at)) for at in range(14)]
    other = [request("/", client="192.0.2.2", time=moment(14))]
    later = [request("/", client="192.0.2.1", time=moment(200))]
    assert acl.blocks(*many, *other, *later) == [False] * 10 + [True] * 4 + [False, False]


def test_c17_only_what_is_in_its_scope_is_counted(shared):
    """WAF-51."""
    scope = has({"UriPath": {}}, "/login", position="STARTS_WITH")
    acl = WebAcl(shared, rule("rate", rate(ScopeDownStatement=scope)))
    free = [request("/", time=moment(at)) for at in range(20)]
    login = [request("/login", time=moment(20 + at)) for at in range(12)]
    assert acl.blocks(*free, *login) == [False] * 30 + [True] * 2


def test_c17_other_keys(shared):
    """WAF-52, WAF-54: a header and an address together; who does not have the header is not counted."""
    key = {"Header": {"Name": "x-user", "TextTransformations": [{"Priority": 0, "Type": "LOWERCASE"}]}}
    acl = WebAcl(shared, rule("rate", rate(key="CUSTOM_KEYS", CustomKeys=[key, {"IP": {}}])))
    ann = [request("/", "X-User: Ann", time=moment(at)) for at in range(11)]
    shouting = [request("/", "X-User: ANN", time=moment(11))]
    bob = [request("/", "X-User: bob", time=moment(12))]
    elsewhere = [request("/", "X-User: ann", client="192.0.2.9", time=moment(12))]
    nobody = [request("/", time=moment(13)) for _ in range(20)]
    assert acl.blocks(*ann, *shouting, *bob, *elsewhere, *nobody) == [False] * 10 + [True] * 2 + [False] * 22


def test_c17_behind_a_proxy(shared):
    """WAF-42, WAF-55: the first address of a header that a proxy writes."""
    forwarded = {"HeaderName": "X-Forwarded-For", "FallbackBehavior": "NO_MATCH"}
    acl = WebAcl(shared, rule("rate", rate(key="FORWARDED_IP", ForwardedIPConfig=forwarded)))
    one = [request("/", "X-Forwarded-For: 198.51.100.1, 192.0.2.200", time=moment(at)) for at in range(11)]
    other = [request("/", "X-Forwarded-For: 198.51.100.2", time=moment(11))]
    none = [request("/", "X-Forwarded-For: unknown", time=moment(11)) for _ in range(12)]
    assert acl.blocks(*one, *other, *none) == [False] * 10 + [True] + [False] * 13
