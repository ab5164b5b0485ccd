"""`ringwall waf`: web ACLs tried on requests that were written down. Needs no daemon."""

import base64
import gzip
import json
import subprocess

import pytest

from support.daemon import PROGRAM
from support.web_acl import countries

VISIBLE = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"}
ARN = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/test/0-0"


def waf(*arguments, status=0):
    """Runs a command, and gives what it wrote."""
    done = subprocess.run([PROGRAM, "waf", *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    return done


def find(field, search, *transformations, position="CONTAINS"):
    listed = [{"Priority": at, "Type": own} for at, own in enumerate(transformations or ["NONE"])]
    search = base64.b64encode(search.encode()).decode()
    return {
        "ByteMatchStatement": {
            "SearchString": search,
            "FieldToMatch": field,
            "TextTransformations": listed,
            "PositionalConstraint": position,
        }
    }


def rule(name, priority, statement, action):
    return {"Name": name, "Priority": priority, "Statement": statement, "Action": {action: {}}, "VisibilityConfig": VISIBLE}


def web_acl(*rules):
    return {
        "Name": "test",
        "Id": "0-0",
        "ARN": ARN,
        "DefaultAction": {"Allow": {}},
        "VisibilityConfig": VISIBLE,
        "Rules": list(rules),
    }


SQLI = {
    "SqliMatchStatement": {
        "FieldToMatch": {"AllQueryArguments": {}},
        "TextTransformations": [{"Priority": 0, "Type": "URL_DECODE"}],
    }
}
RULES = [
    rule("agents", 0, find({"SingleHeader": {"Name": "user-agent"}}, "bot", "LOWERCASE"), "Count"),
    rule("sqli", 1, SQLI, "Block"),
    rule("admin", 2, find({"UriPath": {}}, "/admin", position="STARTS_WITH"), "Block"),
]
REQUESTS = """### harmless
GET /start HTTP/1.1
Host: example.com
User-Agent: Mozilla/5.0

### an injection
# client: 198.51.100.7
GET /find?q=1%27+or+1%3d1+--+ HTTP/1.1
User-Agent: SomeBot/1.0

### a bot
GET /start HTTP/1.1
User-Agent: SomeBot/1.0
"""


@pytest.fixture
def acl(tmp_path):
    path = tmp_path / "acl.json"
    path.write_text(json.dumps({"WebACL": web_acl(*RULES), "LockToken": "x"}))
    return path


@pytest.fixture
def requests(tmp_path):
    path = tmp_path / "requests.http"
    path.write_text(REQUESTS)
    return path


def access_log(lines):
    line = '198.51.100.{} - - [10/Oct/2000:13:55:{:02} +0000] "GET {} HTTP/1.1" 200 1 "-" "{}"\n'
    return "".join(line.format(at % 250, at % 60, target, agent) for at, (target, agent) in enumerate(lines))


def results(*arguments, status=0):
    """What `test` says as JSON: a line for each request, and the sum."""
    lines = [json.loads(line) for line in waf("test", "--json", *arguments, status=status).stdout.splitlines()]
    return lines[:-1], lines[-1]["summary"]


def test_requests_are_judged_and_summed_up(acl, requests):
    found, summary = results("--acl", acl, "--requests", requests)
    assert [(own["request"], own["action"], own["rule"]) for own in found] == [
        ("harmless", "ALLOW", "Default_Action"),
        ("an injection", "BLOCK", "sqli"),
        ("a bot", "ALLOW", "Default_Action"),
    ]
    evidence = found[1]["matched"][1]["evidence"]
    assert evidence["location"] == "ALL_QUERY_ARGS" and evidence["name"] == "q"
    assert evidence["transformations"] == ["URL_DECODE"] and "or 1" in evidence["found"]
    assert found[1]["client"] == "198.51.100.7"
    sums = {own["rule"]: (own["matched"], own["ended"], own["wouldBlock"]) for own in summary["rules"]}
    assert sums == {"agents": (2, 0, 1), "sqli": (1, 1, 0), "admin": (0, 0, 0)}
    assert (summary["requests"], summary["allowed"], summary["blocked"]) == (3, 2, 1)
    text = waf("test", "--acl", acl, "--requests", requests).stdout
    assert "found `somebot" not in text and "COUNT agents: found `bot` in HEADER after LOWERCASE" in text
    assert "3 requests to test: 2 allowed (66.67 %), 1 blocked (33.33 %)" in text


def test_expectations_make_it_a_check(acl, requests, tmp_path):
    expected = tmp_path / "expected"
    expected.write_text('"an injection" BLOCK sqli\n* ALLOW\n')
    assert "all is as expected" in waf("test", "--acl", acl, "--requests", requests, "--expect", expected).stdout
    expected.write_text('"an injection" ALLOW\nnowhere BLOCK\n')
    told = waf("test", "--acl", acl, "--requests", requests, "--expect", expected, status=1).stderr
    assert "an injection: expected ALLOW, and found BLOCK by sqli" in told
    assert "nowhere: expected BLOCK, and there is no such request" in told
    kept = waf("test", "--acl", acl, "--requests", requests, "--json").stdout
    expected.write_text(kept)
    waf("test", "--acl", acl, "--requests", requests, "--expect", expected)
    expected.write_text("# nothing\n")
    assert "expects nothing" in waf("test", "--acl", acl, "--requests", requests, "--expect", expected, status=2).stderr


def test_logs_are_read_in_every_format_packed_or_not(acl, tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    lines = [("/start", "Mozilla"), ("/?q=1%27%20or%201%3d1%20--%20", "Mozilla"), ("/", "SomeBot")]
    (folder / "a.log").write_text(access_log(lines) + "nonsense\n")
    (folder / "b.log.gz").write_bytes(gzip.compress(access_log(lines).encode()))
    (folder / "c.log").write_text(
        'https 2018-07-02T22:23:05.186641Z app/my/50 198.51.100.7:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 '
        '"GET https://www.example.com:443/admin/x HTTP/2.0" "curl/7.46.0" ECDHE TLSv1.2\n'
    )
    (folder / "d").write_text(
        "#Version: 1.0\n#Fields: date time c-ip cs-method cs-uri-stem cs(User-Agent)\n"
        "2019-12-04\t21:02:31\t198.51.100.7\tGET\t/admin\tSome%20Bot\n"
    )
    record = {"timestamp": 1576280412771, "httpRequest": {"clientIp": "198.51.100.7", "headers": [], "uri": "/admin",
                                                          "args": "", "httpMethod": "GET"}}
    (folder / "e.json").write_text(json.dumps(record) + "\n")
    har = {"log": {"entries": [{"request": {"method": "GET", "url": "https://example.com/admin", "headers": []}}]}}
    (folder / "f.har").write_text(json.dumps(har))
    found, summary = results("--acl", acl, "--requests", folder)
    assert (summary["requests"], summary["blocked"], summary["broken"]) == (10, 6, 1)
    names = [own["request"].removeprefix(str(folder)) for own in found]
    assert names == ["/a.log:2", "/a.log:3", "/b.log.gz:2", "/b.log.gz:3", "/c.log:1", "/d:3", "/e.json:1", "/f.har:1"]
    text = waf("test", "--acl", acl, "--requests", folder, "--show", "none").stdout
    assert "1 could not be read, such as" in text and "a.log:4 does not begin with the address of a client" in text


def test_the_times_of_a_log_drive_rates_and_the_output_is_always_the_same(acl, tmp_path):
    log = tmp_path / "access.log"
    line = '198.51.100.7 - - [10/Oct/2000:{:02}:{:02}:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-"\n'
    # Fifteen at once, and two hours later fifteen more, a minute apart.
    log.write_text("".join([line.format(10, 0)] * 15 + [line.format(12, at) for at in range(15)]))
    rate = rule("rate", 0, {"RateBasedStatement": {"Limit": 10, "EvaluationWindowSec": 60, "AggregateKeyType": "IP"}}, "Block")
    own = tmp_path / "rate.json"
    own.write_text(json.dumps(web_acl(rate)))
    found, summary = results("--acl", own, "--requests", log)
    assert [one["line"] for one in found] == [11, 12, 13, 14, 15] and summary["blocked"] == 5
    many = tmp_path / "many.log"
    many.write_text(access_log([("/start", "SomeBot" if at % 7 else "Mozilla") for at in range(30_000)]))
    outputs = {waf("test", "--json", "--acl", acl, "--requests", many).stdout for _ in range(3)}
    assert len(outputs) == 1 and json.loads(outputs.pop().splitlines()[-1])["summary"]["requests"] == 30_000


def test_why_walks_through_the_rules(acl, requests):
    told = waf("why", "--acl", acl, "--url", "/find?q=1%27+or+1%3d1+--+", "--header", "User-Agent: SomeBot/1.0", status=1).stdout
    lines = told.splitlines()
    assert lines[0].startswith("BLOCK by sqli: GET /find")
    assert "not asked any more: admin" in told
    value = next(at for at, line in enumerate(lines) if "URL_DECODE" in line)
    start, end = lines[value + 1].index("^"), lines[value + 1].rindex("^") + 1
    assert "or 1" in lines[value][start:end], told
    one = waf("why", "--acl", acl, "--request", requests, "--which", "harmless").stdout
    assert one.startswith("ALLOW by Default_Action") and "no rule ended it: the default action is ALLOW" in one
    assert "has 3 requests; `--which` can name one" in waf("why", "--acl", acl, "--request", requests, status=2).stderr
    steps = json.loads(waf("why", "--json", "--acl", acl, "--request", requests, "--which", "12").stdout)
    assert [(own["rule"], own["holds"]) for own in steps["rules"]] == [("agents", True), ("sqli", False), ("admin", False)]


def test_the_log_record_is_written_without_what_is_protected(tmp_path):
    document = web_acl(*RULES)
    field = {"FieldType": "SINGLE_HEADER", "FieldKeys": ["authorization"]}
    document["DataProtectionConfig"] = {"DataProtections": [{"Field": field, "Action": "SUBSTITUTION"}]}
    path = tmp_path / "acl.json"
    path.write_text(json.dumps(document))
    arguments = ["--url", "/admin", "--header", "Authorization: secret", "--client", "192.0.2.9", "--record"]
    record = json.loads(waf("why", "--acl", path, *arguments, status=1).stdout)
    assert record["terminatingRuleId"] == "admin" and record["httpRequest"]["clientIp"] == "192.0.2.9"
    assert record["httpRequest"]["headers"] == [{"name": "Authorization", "value": "REDACTED"}]


TEMPLATE = """
Parameters:
  Prefix: {Type: String, Default: /admin}
Resources:
  Acl:
    Type: AWS::WAFv2::WebACL
    Properties:
      Scope: REGIONAL
      DefaultAction: {Allow: {}}
      VisibilityConfig: {SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: m}
      Rules:
        - Name: prefix
          Priority: 0
          Action: {Block: {}}
          VisibilityConfig: {SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: m}
          Statement:
            ByteMatchStatement:
              SearchString: !Ref Prefix
              FieldToMatch: {UriPath: {}}
              PositionalConstraint: STARTS_WITH
              TextTransformations: [{Priority: 0, Type: NONE}]
"""
CONFIGURATION = """
variable "prefix" {
  default = "/admin"
}
resource "aws_wafv2_web_acl" "main" {
  name  = "main"
  scope = "REGIONAL"
  default_action {
    allow {}
  }
  visibility_config {
    sampled_requests_enabled   = true
    cloudwatch_metrics_enabled = true
    metric_name                = "m"
  }
  rule {
    name     = "prefix"
    priority = 0
    action {
      block {}
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = true
      metric_name                = "m"
    }
    statement {
      byte_match_statement {
        search_string         = var.prefix
        positional_constraint = "STARTS_WITH"
        field_to_match {
          uri_path {}
        }
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
  }
}
"""


@pytest.mark.parametrize(
    "name, text, parameter, place",
    [
        ("acl.yaml", TEMPLATE, "Prefix", "Resources.Acl.Properties.Rules[0].Statement.ByteMatchStatement"),
        ("main.tf", CONFIGURATION, "prefix", "aws_wafv2_web_acl.main.rule[0].statement[0].byte_match_statement[0]"),
    ],
)
def test_templates_and_terraform_are_read_and_refused_in_their_own_words(tmp_path, name, text, parameter, place):
    path = tmp_path / name
    path.write_text(text)
    waf("why", "--acl", path, "--url", "/admin", status=1)
    waf("why", "--acl", path, "--url", "/other")
    waf("why", "--acl", path, "--url", "/other", "--parameter", f"{parameter}=/other", status=1)
    assert "2 of 5,000 units" in waf("check", "--acl", path).stdout
    path.write_text(text.replace("STARTS_WITH", "SOMEWHERE"))
    assert f"{name}: `{place}." in waf("check", "--acl", path, status=2).stderr


def test_a_check_lists_units_and_what_is_not_stated(tmp_path):
    body = find({"Body": {}}, "x", "LOWERCASE")
    path = tmp_path / "acl.json"
    path.write_text(json.dumps(web_acl(rule("body", 3, body, "Block"))))
    told = json.loads(waf("check", "--json", "--acl", path).stdout)
    assert told["capacity"] == 20 and told["rules"] == [
        {"name": "body", "priority": 3, "kind": "statement", "action": "BLOCK", "capacity": 20}
    ]
    assert told["unstatedOversize"] == ["Rules[0].Statement.ByteMatchStatement.FieldToMatch.Body"]
    waf("check", "--strict", "--acl", path, status=1)


def test_countries_need_a_database_and_what_cannot_be_tried_is_said(acl, tmp_path):
    path = tmp_path / "geo.json"
    path.write_text(json.dumps(web_acl(rule("geo", 0, {"GeoMatchStatement": {"CountryCodes": ["DE"]}}, "Block"))))
    assert "name a database in MaxMind's format" in waf("check", "--acl", path, status=2).stderr
    database = tmp_path / "places.mmdb"
    database.write_bytes(countries({(192, 0, 2, 0): "DE", (198, 51, 100, 0): "FR"}))
    for client, status in [("192.0.2.7", 1), ("198.51.100.7", 0), ("203.0.113.7", 0)]:
        waf("why", "--acl", path, "--geo", database, "--url", "/", "--client", client, status=status)
    assert "has no autonomous systems" in waf("check", "--acl", path, "--asn", database, status=2).stderr
    assert "there is no such file" in waf("test", "--acl", acl, "--requests", tmp_path / "none", status=2).stderr
    strange = tmp_path / "strange.bin"
    strange.write_bytes(b"\x00\x01\x02")
    assert "is in no format that is known" in waf("test", "--acl", acl, "--requests", strange, status=2).stderr


def test_managed_rule_groups_are_asked_by_their_rules_and_their_lists(tmp_path):
    def managed(name, priority):
        statement = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": name}}
        own = rule(name, priority, statement, "Block")
        del own["Action"]
        return own | {"OverrideAction": {"None": {}}}

    path = tmp_path / "acl.json"
    path.write_text(json.dumps(web_acl(managed("AWSManagedRulesCommonRuleSet", 0))))
    requests = tmp_path / "requests.http"
    requests.write_text("### xss\nGET /?q=%3Cscript%3Ealert(1)%3C/script%3E HTTP/1.1\nUser-Agent: Mozilla/5.0\n")
    found, summary = results("--acl", path, "--requests", requests)
    assert found[0]["rule"] == "AWSManagedRulesCommonRuleSet/CrossSiteScripting_QUERYARGUMENTS", found
    ended = [own["rule"] for own in summary["rules"] if own["ended"]]
    assert ended == ["AWSManagedRulesCommonRuleSet", found[0]["rule"]]
    path.write_text(json.dumps(web_acl(managed("AWSManagedRulesAnonymousIpList", 0))))
    waf("check", "--acl", path, status=2)
    lists = []
    for name in ("anonymous", "hosting"):
        (tmp_path / name).write_text("198.51.100.0/24 # documentation\n" if name == "hosting" else "192.0.2.1\n")
        lists += ["--ip-list", f"{name}={tmp_path / name}"]
    waf("why", "--acl", path, *lists, "--url", "/", "--client", "198.51.100.7", status=1)
    waf("why", "--acl", path, *lists, "--url", "/", "--client", "203.0.113.7")
