"""C16, as far as the engine goes: it blocks SQL injection and cross-site scripting."""

import pytest
from support.web_acl import WebAcl, looks, managed, request, rule

FORM = "Content-Type: application/x-www-form-urlencoded"
JSON = "Content-Type: application/json"
AGENT = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SQL = [
    request("/?id=1%27%20or%201=1--%20", AGENT),
    request("/?id=1+UNION+SELECT+password+FROM+users", AGENT),
    request("/?id=1%27%3B+DROP+TABLE+users--", AGENT),
    request("/?id=1%27/**/oR/**/1=1%23", AGENT),
    request("/", AGENT, FORM, method="POST", body="user=x%27+OR+1%3D1--+&password=x"),
]
SCRIPT = [
    request("/?q=%3Cscript%3Ealert(1)%3C/script%3E", AGENT),
    request("/?q=%3Cimg+src=x+onerror=alert(1)%3E", AGENT),
    request("/?q=%3Csvg/onload=alert%281%29%3E", AGENT),
    request("/", AGENT, FORM, method="POST", body="comment=%3Ca+href=%22javascript:alert(1)%22%3Ex%3C/a%3E"),
]
HARMLESS = [
    request("/?q=selected+tables+of+the+union,+where+everyone+sits", AGENT),
    request("/?name=O%27Brien&city=Saint-Denis", AGENT),
    request("/?q=if+a+%3C+b+and+c+%3E+d", AGENT),
    request("/?math=1%2B1%3D2", AGENT),
    request("/", AGENT, FORM, method="POST", body="comment=It%27s+fine+--+really%3B+drop+by+on+Monday"),
    request("/", AGENT, JSON, method="POST", body='{"text": "script of the play, scene 2: on error, exit"}'),
]


def test_c16_the_statements(shared):
    """WAF-34: query arguments and bodies, after the transformations that applications undo."""
    fields = [({"AllQueryArguments": {}}, "query"), ({"Body": {"OversizeHandling": "MATCH"}}, "body")]
    decoded = ("URL_DECODE", "HTML_ENTITY_DECODE")
    sql = [rule(f"sql-{name}", looks("SqliMatchStatement", field, *decoded, SensitivityLevel="HIGH")) for field, name in fields]
    script = [rule(f"script-{name}", looks("XssMatchStatement", field, *decoded)) for field, name in fields]
    acl = WebAcl(shared, *sql, *script)
    found = acl.tried(*SQL, *SCRIPT, *HARMLESS)
    assert [action for action, _ in found] == ["BLOCK"] * 9 + ["ALLOW"] * 6
    assert all(rule.startswith("sql-") for _, rule in found[:5]) and all(rule.startswith("script-") for _, rule in found[5:9])


@pytest.mark.parametrize(
    "groups",
    [
        [managed("AWSManagedRulesCommonRuleSet"), managed("AWSManagedRulesSQLiRuleSet")],
        [managed("RingwallManagedOwaspCrs", vendor="Ringwall", Version="PL1_Threshold5")],
    ],
    ids=["AWS's names", "OWASP's Core Rule Set"],
)
def test_c16_the_managed_groups(shared, groups):
    """WAF-134, WAF-139: groups under AWS's names, and OWASP's rules."""
    acl = WebAcl(shared, *(rule(f"group{at}", own) for at, own in enumerate(groups)))
    found = acl.blocks(*SQL, *SCRIPT)
    assert found == [True] * 9
    assert acl.blocks(*HARMLESS) == [False] * 6


def test_c16_a_group_can_be_told_otherwise(shared):
    """WAF-8, WAF-9: counted as a whole, or rule by rule."""
    name = "AWSManagedRulesSQLiRuleSet"
    counted = rule("sql", managed(name), OverrideAction={"Count": {}})
    assert WebAcl(shared, counted).blocks(SQL[0]) == [False]
    one = [{"Name": "SQLi_QUERYARGUMENTS", "ActionToUse": {"Count": {}}}]
    others = [own["Name"] for own in shared.client("wafv2").describe_managed_rule_group(VendorName="AWS", Name=name, Scope="REGIONAL")["Rules"]]
    assert "SQLi_QUERYARGUMENTS" in others and len(others) > 3
    all_of_them = [{"Name": own, "ActionToUse": {"Count": {}}} for own in others]
    assert WebAcl(shared, rule("sql", managed(name, RuleActionOverrides=all_of_them))).blocks(SQL[0]) == [False]
    assert WebAcl(shared, rule("sql", managed(name, RuleActionOverrides=one))).blocks(SQL[4]) == [True]
