"""Requests of any kind, made of the texts that regression requests have: the same seed makes the same request."""

import json
import random
import re

from support.modsecurity import Request

WORDS = [b"a", b"id", b"q", b"file", b"Name", b"x.y", b"a[b]", b"_method", b"", b"page id", b"\xc3\xa9", b"select"]
LINES = [b"\r\n", b"\r\n", b"\r\n", b"\n"]


def texts(cases):
    """Values of query strings and forms."""
    found = set()
    for case in cases:
        for part in re.split(rb"[&?]", case.request.target + b"&" + case.request.body):
            value = part.partition(b"=")[2]
            if 0 < len(value) < 400:
                found.add(value)
    return sorted(found)


def made(seed, values):
    """The request of a seed."""
    own = random.Random(seed)
    pairs = [(own.choice(WORDS), changed(own, own.choice(values))) for _ in range(own.randint(1, 5))]
    headers = [(b"Host", b"localhost"), (b"User-Agent", b"test"), (b"Accept", b"*/*")]
    headers = [pair for pair in headers if own.random() < 0.95]
    if own.random() < 0.3:
        headers.append((b"Cookie", b"; ".join(name + b"=" + value for name, value in pairs[:2])))
    if own.random() < 0.2:
        headers.append((own.choice([b"Referer", b"X-Filename", b"Range", b"Accept-Encoding", b"If", b"x-y"]), pairs[0][1]))
    target = b"/" + own.choice([b"", b"a/b.php", b"x/../y", b"a%2fb%zz", pairs[0][1].replace(b" ", b"+")])
    if own.random() < 0.5:
        target += b"?" + query(pairs)
    body, kind = own.choice([empty, form, as_json, multipart, xml, other])(own, pairs)
    if kind:
        headers.append((b"Content-Type", kind))
    if body or own.random() < 0.1:
        headers.append((b"Content-Length", str(len(body)).encode()))
    clean = [(name, re.sub(rb"[\r\n\0]", b" ", value).strip()) for name, value in headers]
    target = re.sub(rb"[\r\n\0 ]", b"", target)
    version = own.choice(["HTTP/1.1"] * 8 + ["HTTP/1.0", "HTTP/2", "HTTP/9"])
    return Request(own.choice([b"GET", b"POST", b"POST", b"PUT", b"HEAD"]), target, clean, body, version)


def changed(own, value):
    """A value, perhaps with other bytes somewhere."""
    for _ in range(own.choice([0, 0, 1, 3])):
        at = own.randint(0, len(value))
        piece = own.choice([b"%", b"%41", b"\\x41", b"&#x41;", b"/**/", b"\n", b"\xff", b"\xe2\x82\xac", b"'", b"  "])
        value = value[:at] + piece + value[at:]
    return value


def query(pairs):
    return b"&".join(name + b"=" + value for name, value in pairs).replace(b"%00", b"%20").replace(b"\0", b" ")


def empty(own, pairs):
    return b"", own.choice([None, b"text/html"])


def form(own, pairs):
    return query(pairs), own.choice([b"application/x-www-form-urlencoded", b"Application/X-WWW-Form-urlencoded; charset=utf-8"])


def as_json(own, pairs):
    whole = {name.decode("latin-1"): value.replace(b"\0", b" ").decode("latin-1") for name, value in pairs}
    nested = own.choice([whole, [whole, 1, None], {"a": {"b": [whole, [True]]}}, "text"])
    text = json.dumps(nested, ensure_ascii=own.random() < 0.5).encode()
    if own.random() < 0.2:
        text = text[: own.randint(0, len(text))] + own.choice([b"", b"}", b"x"])
    return text, own.choice([b"application/json", b"application/json; charset=utf-8"])


def multipart(own, pairs):
    line, boundary = own.choice(LINES), b"----b"
    parts = []
    for name, value in pairs:
        # What the library is wrong about is left out: see `core_rules_exceptions`.
        value = re.sub(rb"[\r\n\0]", b" ", value)
        head = b'Content-Disposition: form-data; name="' + name.replace(b'"', b"") + b'"'
        if own.random() < 0.3:
            head += b'; filename="' + own.choice([b"a.txt", b"shell.php", re.sub(rb'["\\]', b"", value)[:20]]) + b'"'
        if own.random() < 0.3:
            head += own.choice(LINES) + own.choice([b"Content-Type: text/plain", b"X: y", b"X-Y:z"])
        parts.append(b"--" + boundary + line + head + line + line + value + line)
    text = b"".join(parts) + b"--" + boundary + own.choice([b"--", b"--", b"--", b""]) + own.choice([b"", line, line + b"after"])
    if own.random() < 0.1:
        text = b"before" + line + text
    kind = own.choice([b"multipart/form-data; boundary=", b'multipart/form-data; boundary="', b"multipart/form-data boundary="])
    return text, kind + boundary + (b'"' if kind.endswith(b'"') else b"")


def xml(own, pairs):
    inside = b"".join(b'<a b="' + escaped(name) + b'">' + escaped(value) + b"</a>" for name, value in pairs)
    text = own.choice([b"", b'<?xml version="1.0"?>']) + b"<r>" + inside + own.choice([b"</r>", b"</r>", b"</r>", b"</q>", b""])
    return text, own.choice([b"text/xml", b"application/xml"])


def escaped(value):
    plain = value.decode("latin-1")
    plain = "".join(own for own in plain if own >= " ")
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").encode()


def other(own, pairs):
    return pairs[0][1], own.choice([b"text/plain", b"application/octet-stream", None])
