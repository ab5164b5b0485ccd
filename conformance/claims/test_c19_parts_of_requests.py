"""C19, as far as the engine goes: it filters by header, cookie, body, query and URI, with text transformations."""

import base64

import pytest
from support.web_acl import WebAcl, has, request, rule

EVERY = {"MatchPattern": {"All": {}}, "MatchScope": "VALUE", "OversizeHandling": "MATCH"}
PAYLOAD = "open sesame"
HIDDEN = "b3BlbiBzZXNhbWU="
PARTS = {
    "a header": ({"SingleHeader": {"Name": "x-word"}}, lambda word: request("/", f"X-Word: {word}")),
    "all headers": ({"Headers": EVERY}, lambda word: request("/", f"Anything: {word}")),
    "cookies": ({"Cookies": EVERY}, lambda word: request("/", f"Cookie: a=b; c={word}")),
    "the body": ({"Body": {"OversizeHandling": "MATCH"}}, lambda word: request("/", method="POST", body=f"..{word}..")),
    "a body of JSON": (
        {"JsonBody": EVERY},
        lambda word: request("/", "Content-Type: application/json", method="POST", body='{"a": ["%s"]}' % word),
    ),
    "an argument": ({"SingleQueryArgument": {"Name": "word"}}, lambda word: request(f"/?a=b&word={quoted(word)}")),
    "all arguments": ({"AllQueryArguments": {}}, lambda word: request(f"/?a=b&c={quoted(word)}")),
    "the query": ({"QueryString": {}}, lambda word: request(f"/?{quoted(word)}")),
    "the path": ({"UriPath": {}}, lambda word: request(f"/a/{quoted(word)}")),
}


def quoted(word):
    return word.replace(" ", "%20").replace("=", "%3D").replace("<", "%3C").replace("&", "%26").replace(";", "%3B")


@pytest.mark.parametrize("part", PARTS)
def test_c19_each_part_of_a_request(shared, part):
    field, sent = PARTS[part]
    # A path and a query are looked at as they are sent: what a client must encode is decoded first.
    acl = WebAcl(shared, rule("word", has(field, PAYLOAD, "URL_DECODE", "LOWERCASE")))
    assert acl.blocks(sent(PAYLOAD), sent("Open SESAME"), sent("open, sesame"), request("/")) == [True, True, False, False]


@pytest.mark.parametrize(
    "transformations, word",
    [
        (["BASE64_DECODE"], HIDDEN),
        (["HTML_ENTITY_DECODE"], "open&#32;sesame"),
        (["COMPRESS_WHITE_SPACE"], "open \t  sesame"),
        (["CMD_LINE"], 'o^pen,"sesame'),
        (["REPLACE_COMMENTS"], "open/* x */sesame"),
        (["JS_DECODE"], "open\\x20sesame"),
        (["HEX_DECODE"], PAYLOAD.encode().hex()),
        (["LOWERCASE", "HTML_ENTITY_DECODE", "COMPRESS_WHITE_SPACE"], "OPEN&#X20; &#32;SESAME"),
    ],
    ids=lambda own: "+".join(own) if isinstance(own, list) else "",
)
def test_c19_what_is_disguised_is_found_after_its_transformation(shared, transformations, word):
    """WAF-83 to WAF-97: found with it, and not without it."""
    field = {"SingleHeader": {"Name": "x-word"}}
    sent = request("/", f"X-Word: {word}")
    assert base64.b64decode(HIDDEN).decode() == PAYLOAD
    assert WebAcl(shared, rule("word", has(field, PAYLOAD, *transformations))).blocks(sent) == [True]
    assert WebAcl(shared, rule("word", has(field, PAYLOAD))).blocks(sent) == [False]


def test_c19_what_is_too_long_is_as_the_rule_says(shared):
    """WAF-77, WAF-80: a load balancer's body is inspected up to 8 KB."""
    handled = {"CONTINUE": [True, False], "MATCH": [True, True], "NO_MATCH": [True, False]}
    for handling, expected in handled.items():
        acl = WebAcl(shared, rule("word", has({"Body": {"OversizeHandling": handling}}, PAYLOAD)))
        near = request("/", method="POST", body="x" * 8100 + PAYLOAD)
        far = request("/", method="POST", body="x" * 8192 + PAYLOAD)
        assert acl.blocks(near, far) == expected, handling
