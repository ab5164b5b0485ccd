"""Web ACLs that are made by the API and tried on requests: what `get-web-acl` prints is what is tried."""

import base64
import itertools
import json
import pathlib
import subprocess
import tempfile

from .daemon import PROGRAM

NUMBERS = itertools.count()


def visibility(metric):
    return {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": metric}


def rule(name, statement, action="Block", **more):
    """A rule; a reference to a group has what the group does."""
    is_group = {"ManagedRuleGroupStatement", "RuleGroupReferenceStatement"} & statement.keys()
    kind = {"OverrideAction": {"None": {}}} if is_group else {"Action": {action: {}}}
    return {"Name": name, "Statement": statement, "VisibilityConfig": visibility(name), **kind, **more}


def looks(kind, field, *transformations, **more):
    """A statement about a part of a request."""
    listed = [{"Priority": at, "Type": own} for at, own in enumerate(transformations or ["NONE"])]
    return {kind: {"FieldToMatch": field, "TextTransformations": listed, **more}}


def has(field, text, *transformations, position="CONTAINS"):
    return looks("ByteMatchStatement", field, *transformations, SearchString=text.encode(), PositionalConstraint=position)


def managed(name, vendor="AWS", **more):
    return {"ManagedRuleGroupStatement": {"VendorName": vendor, "Name": name, **more}}


def as_printed(value):
    """Bytes as the wire has them."""
    return base64.b64encode(value).decode()


def request(target, *headers, method="GET", body=None, client="192.0.2.1", time=None):
    """A request of a file of requests."""
    said = [f"# client: {client}", *([f"# time: {time}"] if time else [])]
    length = [f"Content-Length: {len(body.encode())}"] if body is not None else []
    return "\n".join([*said, f"{method} {target} HTTP/1.1", "Host: example.com", *headers, *length, "", body or ""])


class WebAcl:
    """A web ACL of its own, made by the API."""

    def __init__(self, daemon, *rules, default="Allow", **more):
        self.waf = daemon.client("wafv2")
        name = f"claim{next(NUMBERS)}"
        listed = [{**own, "Priority": at} for at, own in enumerate(rules)]
        made = self.waf.create_web_acl(
            Name=name,
            Scope="REGIONAL",
            DefaultAction={default: {}},
            VisibilityConfig=visibility("all"),
            Rules=listed,
            **more,
        )["Summary"]
        self.target = {"Name": name, "Scope": "REGIONAL", "Id": made["Id"]}
        self.arn = made["ARN"]

    def printed(self):
        answer = self.waf.get_web_acl(**self.target)
        return {"WebACL": answer["WebACL"], "LockToken": answer["LockToken"]}

    def tried(self, *requests, options=()):
        """What becomes of requests, in their order: `(action, rule)` each."""
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "acl.json").write_text(json.dumps(self.printed(), default=as_printed))
            (folder / "all.http").write_text("\n\n".join(f"### {at}\n{own}" for at, own in enumerate(requests)))
            command = [PROGRAM, "waf", "test", "--json", "--show", "all", "--acl", folder / "acl.json"]
            done = subprocess.run(
                [*map(str, command), "--requests", str(folder / "all.http"), *map(str, options)],
                capture_output=True,
                text=True,
                timeout=120,
            )
        assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(lines) == len(requests) + 1, done.stdout
        return [(line["action"], line["rule"]) for line in lines[:-1]]

    def blocks(self, *requests, options=()):
        """Which of the requests are blocked."""
        return [action == "BLOCK" for action, _ in self.tried(*requests, options=options)]


def countries(blocks):
    """A database in MaxMind's format with a country for each block of 256 addresses."""

    def text(own):
        return bytes([2 << 5 | len(own)]) + own.encode()

    def members(*pairs):
        return bytes([7 << 5 | len(pairs)]) + b"".join(text(name) + value for name, value in pairs)

    def short(number):
        return bytes([5 << 5 | 2]) + number.to_bytes(2, "big")

    nodes, data = [[None, None]], b""
    for address, code in blocks.items():
        bits, node = int.from_bytes(bytes(address), "big"), 0
        for depth in range(24):
            way = bits >> (31 - depth) & 1
            if depth == 23:
                nodes[node][way] = ("data", len(data))
            elif nodes[node][way] is None:
                nodes.append([None, None])
                nodes[node][way] = ("node", len(nodes) - 1)
            node = nodes[node][way][1]
        data += members(("country_code", text(code)))
    count = len(nodes)
    number = {None: lambda _: count, "node": lambda own: own, "data": lambda own: count + 16 + own}
    ways = [way or (None, 0) for node in nodes for way in node]
    tree = b"".join(number[kind](own).to_bytes(3, "big") for kind, own in ways)
    metadata = members(
        ("binary_format_major_version", short(2)),
        ("binary_format_minor_version", short(0)),
        ("build_epoch", bytes([8, 2]) + (1_700_000_000).to_bytes(8, "big")),
        ("database_type", text("Country")),
        ("description", members()),
        ("ip_version", short(4)),
        ("languages", bytes([0, 4])),
        ("node_count", bytes([6 << 5 | 4]) + count.to_bytes(4, "big")),
        ("record_size", short(24)),
    )
    return tree + bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + metadata
