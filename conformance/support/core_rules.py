"""The Core Rule Set: its files, its regression requests, and `ringwall-rules`, which asks it."""

import base64
import json
import os
import pathlib
import subprocess

import yaml

from support.modsecurity import Request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("RINGWALL_RULES_PROGRAM", ROOT / "target/release/ringwall-rules"))
DATA = pathlib.Path(os.environ.get("RINGWALL_TEST_DATA", ROOT.parent / "shared/data")) / "crs-regression"
SETUP = pathlib.Path("/etc/modsecurity/crs/crs-setup.conf")
RULES = pathlib.Path("/usr/share/modsecurity-crs/rules")


def parts():
    """The rules for the library. It is built without countries: what asks for one asks nothing. It keeps no message of rules that say
    `noauditlog`, which are therefore not let say it."""
    for path in sorted(RULES.glob("*.conf")):
        content = path.read_text()
        content = content.replace("@geoLookup", "@noMatch").replace("noauditlog,", "")
        yield content.replace("@pmFromFile ", f"@pmFromFile {path.parent}/")


class Rules:
    """`ringwall-rules`, waiting for requests."""

    def __init__(self, settings, folder=None):
        command = [str(PROGRAM), json.dumps(settings), *([str(folder)] if folder else [])]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, request, **more):
        print(json.dumps({**request.line(), **more}), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        assert answer, "ringwall-rules has ended"
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(timeout=30) == 0


class Case:
    """A regression request, and what is said of it."""

    def __init__(self, name, rule, request, expected, unexpected):
        self.name, self.rule, self.request = name, rule, request
        self.expected, self.unexpected = expected, unexpected


def cases():
    """All requests of the folder with one stage."""
    for path in sorted(DATA.glob("*/*.yaml")):
        document = yaml.safe_load(path.read_text())
        if not document:
            continue
        for test in document["tests"]:
            for number, stage in enumerate(test["stages"]):
                log = (stage["output"] or {}).get("log", {})
                name = f"{document['rule_id']}-{test['test_id']}" + (f"-{number}" if number else "")
                request = request_of(stage["input"])
                if request:
                    expected, unexpected = log.get("expect_ids", []), log.get("no_expect_ids", [])
                    yield Case(name, document["rule_id"], request, expected, unexpected)


def request_of(given):
    """The request that a server reads for a stage; none if it is no HTTP. A body whose end nothing tells is not there."""
    if "encoded_request" in given:
        return raw(base64.b64decode(given["encoded_request"]))
    headers = [(str(name).encode(), text(value)) for name, value in (given.get("headers") or {}).items()]
    names = {name.lower() for name, _ in headers}
    body = text(given.get("data", ""))
    if given.get("autocomplete_headers", True):
        if body and b"content-type" not in names:
            headers.append((b"Content-Type", b"application/x-www-form-urlencoded"))
        if body and not names & {b"content-length", b"transfer-encoding"}:
            headers.append((b"Content-Length", str(len(body)).encode()))
        if b"connection" not in names:
            headers.append((b"Connection", b"close"))
    method, target = str(given.get("method", "GET")).encode(), text(given.get("uri", "/"))
    version = str(given.get("version", "HTTP/1.1"))
    if any(sign in value for _, value in headers for sign in (b"\r", b"\n", b"\0")) or not version:
        return None
    if not {name.lower() for name, _ in headers} & {b"content-length", b"transfer-encoding"}:
        body = b""
    return Request(method, target, headers, body, version, response_to(target, body))


def response_to(target, body):
    """What the server of these requests answers: `/reflect` is told in the body what to answer."""
    if not target.startswith(b"/reflect"):
        return None
    try:
        told = json.loads(body)
    except ValueError:
        return 400, [(b"Content-Type", b"text/plain")], b""
    content = told.get("body", "").encode() or base64.b64decode(told.get("encodedBody", ""))
    headers = {"Content-Type": "text/plain", **told.get("headers", {})}
    return told.get("status", 200), [(name.encode(), value.encode()) for name, value in headers.items()], content


def raw(message):
    """A request that is written out."""
    head, _, body = message.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    words = first.split(b" ")
    if len(words) != 3 or any(b":" not in line for line in lines):
        return None
    headers = [tuple(part.strip() for part in line.split(b":", 1)) for line in lines]
    return Request(words[0], words[1], headers, body, words[2].decode("latin-1"))


def text(value):
    return value if isinstance(value, bytes) else str(value).encode()
