"""Requests of public corpora, one in JSON a line, for `ringwall-accuracy`.

Each corpus is a folder below the one that is given; what is not there is left out, and said. A request is the array
[corpus, category, is attack, payload, method, target, headers, body] with bytes as characters up to 255.
"""

import csv
import json
import os
import re
import sys
import zlib
from urllib.parse import quote, quote_plus

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
FORM = "application/x-www-form-urlencoded"


def characters(value):
    """Bytes or text as characters up to 255."""
    return (value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")).decode("latin-1")


def request(corpus, category, attack, payload, method="GET", target="/", headers=(), body=""):
    """Writes a request with what a browser would send beside it."""
    names = {name.lower() for name, _ in headers}
    usual = [("Host", "www.example.com"), ("User-Agent", AGENT), ("Accept", "*/*")]
    lines = [own for own in usual if own[0].lower() not in names] + list(headers)
    row = [corpus, category, attack, payload.encode("utf-8", "replace").decode(), method, characters(target)]
    print(json.dumps(row + [[[name, characters(value)] for name, value in lines], characters(body)]))


def posted(corpus, category, attack, payload, body, kind=FORM, target="/"):
    request(corpus, category, attack, payload, "POST", target, [("Content-Type", kind)], body)


def placed(corpus, category, attack, payload):
    """The payload in a query argument, a field of a form, or JSON: one of them, by a digest of it."""
    where = zlib.crc32(payload.encode("utf-8", "surrogateescape")) % 3
    # Longer texts are not sent in a query, where a rule of their own blocks them.
    where = 1 if where == 0 and len(quote(payload, errors="surrogateescape")) > 1500 else where
    if where == 0:
        request(corpus, category, attack, payload, target="/search?q=" + quote(payload, safe="", errors="surrogateescape"))
    elif where == 1:
        posted(corpus, category, attack, payload, "id=7&text=" + quote_plus(payload, errors="surrogateescape"))
    else:
        text = payload.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        body = json.dumps({"id": 7, "text": text}, ensure_ascii=False)
        posted(corpus, category, attack, payload, body, "application/json")


def lines(path):
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return [line.rstrip("\r\n") for line in file if line.strip()]


def openappsec(folder):
    """The payloads of the WAF comparison project, placed as it places them: twice each, in a query argument and in a form."""
    for category in sorted(os.listdir(f"{folder}/nuclei/payloads")):
        for name, attack in (("true-positives.txt", True), ("false-positives.txt", False)):
            for payload in lines(f"{folder}/nuclei/payloads/{category}/{name}"):
                text = quote(payload, errors="surrogateescape").replace("%25", "%")
                request("openappsec", category, attack, payload, target=f"/?p={text}")
                posted("openappsec", category, attack, payload, f"p={text}")


def gotestwaf(folder):
    """Test cases with an encoder and a place each."""
    import base64
    import yaml

    encoders = {
        "Plain": lambda text: text,
        "URL": lambda text: quote_plus(text),
        "Base64Flat": lambda text: base64.b64encode(text.encode()).decode().rstrip("="),
    }
    for path, _, names in sorted(os.walk(f"{folder}/testcases")):
        for name in sorted(names):
            # Bodies of more than 8 KiB are blocked for their length alone, and protocol buffers are no text.
            if not name.endswith(".yml") or re.search(r"[0-9]kb|grpc", name):
                continue
            with open(f"{path}/{name}", encoding="utf-8") as file:
                # Go's reader takes an escaped apostrophe, which is not YAML.
                case = yaml.safe_load(file.read().replace("\\'", "'"))
            attack = "false-pos" not in path
            category = name.removesuffix(".yml")
            for payload in case["payload"]:
                for encoder in case["encoder"]:
                    for place in case["placeholder"]:
                        place_in_case(category, attack, payload, encoders[encoder](payload), place)


def place_in_case(category, attack, payload, text, place):
    own = ("gotestwaf", category, attack, payload)
    if isinstance(place, dict):
        name, more = next(iter(place.items()))
        if name == "RawRequest":
            headers = list(more.get("headers", {}).items())
            body = more["body"].replace("{{payload}}", text)
            if "multipart" in str(headers):
                body = body.replace("\n", "\r\n")
            request(*own, more.get("method", "GET"), more["path"], headers, body)
        elif name == "GraphQL" and more["method"] == "POST":
            posted(*own, text, "application/json", "/graphql")
        elif name == "GraphQL":
            query = json.loads(payload)["query"] if "query" in payload else payload
            request(*own, target="/graphql?query=" + quote_plus(query))
    elif place == "URLParam":
        request(*own, target=f"/?a1b2c3={text if is_encoded(text) else quote_plus(text)}")
    elif place == "URLPath":
        request(*own, target=f"/{text if is_encoded(text) else quote(text)}")
    elif place == "HTMLForm":
        posted(*own, f"a1b2c3={text}")
    elif place == "HTMLMultipartForm":
        body = f'--b\r\nContent-Disposition: form-data; name="a1b2c3"\r\n\r\n{text}\r\n--b--\r\n'
        posted(*own, body, "multipart/form-data; boundary=b")
    elif place == "JSONRequest":
        posted(*own, json.dumps({"test": True, "a1b2c3": text}, ensure_ascii=False), "application/json")
    elif place in ("Header", "UserAgent"):
        request(*own, headers=[("User-Agent" if place == "UserAgent" else "X-A1b2c3", text.replace("\n", " "))])
    elif place == "XMLBody":
        posted(*own, text, "text/xml")
    elif place == "SOAPBody":
        from xml.sax.saxutils import escape

        envelope = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Header/>"
        posted(*own, f"{envelope}<soapenv:Body><ab1>{escape(text)}</ab1></soapenv:Body></soapenv:Envelope>", "text/xml")


def is_encoded(text):
    return re.fullmatch(r"[A-Za-z0-9_.~!*'()$,;:@/+%=-]*", text) is not None


def waf_bypass(folder):
    """Requests with an attack in each of several zones; without the further encodings that the tool tries."""
    from urllib.parse import unquote

    for path, _, names in sorted(os.walk(f"{folder}/utils/payload")):
        category = os.path.basename(path)
        for name in sorted(names):
            if not name.endswith(".json"):
                continue
            with open(f"{path}/{name}", encoding="utf-8") as file:
                cases = json.load(file)["payload"]
            for case in cases:
                zones(category, {key: value for key, value in case.items() if value}, case.get("BLOCKED", True), unquote)


def zones(category, case, attack, unquote):
    for zone in ("URL", "ARGS", "BODY", "COOKIE", "USER-AGENT", "REFERER", "HEADER"):
        text = case.get(zone)
        if not isinstance(text, str):
            continue
        text = text.replace("%RND%", "r4nd")
        place = " in headers" if zone in ("USER-AGENT", "REFERER", "HEADER") else ""
        own = ("waf-bypass", category + place, attack, unquote(text))
        # A client would not send these characters in a target.
        plain = re.sub(r"[\x00-\x20\x7f\"<>]", lambda one: quote(one.group()), text)
        if zone == "URL":
            request(*own, target=plain if plain.startswith("/") else "/" + plain)
        elif zone == "ARGS":
            request(*own, target="/?" + plain)
        elif zone == "BODY":
            boundary = case.get("BOUNDARY")
            is_json = text.lstrip().startswith(("{", "["))
            kind = f"multipart/form-data; boundary={boundary}" if boundary else "application/json" if is_json else FORM
            posted(*own, text, kind)
        elif zone == "COOKIE":
            request(*own, headers=[("Cookie", "a=" + re.sub(r"[\r\n]", " ", text))])
        else:
            header = {"USER-AGENT": "User-Agent", "REFERER": "Referer", "HEADER": "X-A1b2c3"}[zone]
            request(*own, headers=[(header, re.sub(r"[\r\n]", " ", text))])


def http_params(folder):
    """Values of parameters, attacks and not."""
    with open(f"{folder}/payload_full.csv", encoding="utf-8", errors="surrogateescape", newline="") as file:
        for payload, _, kind, label in list(csv.reader(file))[1:]:
            placed("http-params", kind, label == "anom", payload)


def payload_lists(folder, corpus, pairs):
    """Lists of payloads, fragments of payloads among them."""
    for category, names in pairs:
        seen = set()
        for pattern in names:
            for path, _, files in sorted(os.walk(f"{folder}/{os.path.dirname(pattern)}")):
                for name in sorted(files):
                    if re.fullmatch(os.path.basename(pattern), name):
                        seen.update(lines(f"{path}/{name}"))
        for payload in sorted(own for own in seen if not own.startswith("# ")):
            placed(corpus, category, True, payload)


def fuzzdb(folder):
    payload_lists(folder, "fuzzdb", [
        ("sqli", ["attack/sql-injection/detect/.*[.]txt", "attack/sql-injection/exploit/.*[.]txt"]),
        ("xss", ["attack/xss/xss-.*[.]txt", "attack/xss/XSS.*[.]txt"]),
        ("lfi", ["attack/lfi/JHADDIX_LFI[.]txt", "attack/path-traversal/traversals-8.*[.]txt"]),
        ("xxe", ["attack/xml/xml-attacks[.]txt"]),
        ("ssi", ["attack/server-side-include/.*[.]txt"]),
    ])


def payloadbox(folder):
    payload_lists(folder, "payloadbox", [("list", ["Intruder/.*[.]txt", "intruder/.*[.]txt"])])


def agents(folder):
    """User agents as browsers, phones and programs send them."""
    with open(f"{folder}/test_resources/pgts_browser_list.txt", encoding="utf-8", errors="replace") as file:
        for line in file:
            agent = line.rstrip("\r\n").split("\t")[-1]
            if agent and zlib.crc32(agent.encode()) % 5 == 0:
                request("uap-core", "user agents", False, agent, headers=[("User-Agent", agent)])


def prose(folder):
    """Paragraphs in some three hundred languages."""
    with open(f"{folder}/test/fixtures.js", encoding="utf-8") as file:
        for text in re.findall(r"fixture: *(?:\n *)?(?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\")", file.read()):
            plain = (text[0] or text[1]).replace("\\n", "\n").replace("\\'", "'")
            for paragraph in (own for own in plain.split("\n") if own.strip()):
                placed("franc", "prose", False, paragraph)


def documentation(folder):
    """Paragraphs of the documentation of crates, without those that show code: what people write about technical things."""
    for path, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if name.endswith(".md"):
                with open(f"{path}/{name}", encoding="utf-8", errors="replace") as file:
                    text = file.read(200_000)
                for paragraph in re.split(r"\n\s*\n", text):
                    text = paragraph.strip()
                    is_code = re.search(r"^(?: {4}|\t|\$ |>|```|[|#*=-]{3})|`|[{}]|</?[a-z]", text, re.M)
                    if 20 < len(text) < 1500 and not is_code:
                        placed("documentation", "paragraphs", False, text)


def invented(_):
    """Fields of forms, cookies and JSON as people of several countries fill them: names, addresses, searches, tokens."""
    try:
        from faker import Faker
    except ImportError:
        return False
    for locale in ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "pt_BR", "pl_PL", "ru_RU", "ja_JP", "zh_CN", "ar_SA", "tr_TR", "nl_NL", "ko_KR", "hi_IN"):
        fake = Faker(locale)
        Faker.seed(7)
        for at in range(400):
            fields = {"name": fake.name(), "street": fake.street_address(), "city": fake.city(), "company": fake.company(),
                      "email": fake.email(), "phone": fake.phone_number(), "url": fake.url() + fake.uri_path(),
                      "text": fake.paragraph(), "password": fake.password(14), "date": fake.date(), "job": fake.job(),
                      "file": fake.file_name(), "color": fake.hex_color(), "token": fake.sha256(), "price": str(fake.random_number(4))}
            own = ("faker", f"{('form', 'json', 'query', 'cookies')[at % 4]}", False, json.dumps(fields, ensure_ascii=False))
            pairs = "&".join(f"{key}={quote_plus(value)}" for key, value in fields.items())
            if at % 4 == 0:
                posted(*own, pairs)
            elif at % 4 == 1:
                posted(*own, json.dumps(fields, ensure_ascii=False), "application/json")
            elif at % 4 == 2:
                request(*own, target=f"/{fake.uri_path()}/{fake.slug()}.{fake.uri_extension().strip('.')}?{pairs}")
            else:
                cookie = f"_ga=GA1.2.{fake.random_number(9)}.{fake.unix_time():.0f}; session={fake.uuid4()}; prefs={quote(json.dumps(fields))}"
                request(*own, headers=[("Cookie", cookie), ("Referer", fields["url"])])
    return True


def traffic(_):
    """What browsers and programs send on ordinary sites, in the shapes that widespread products give it."""
    try:
        from faker import Faker
    except ImportError:
        return False
    import base64
    from urllib.parse import urlencode

    fake = Faker("en_US")
    Faker.seed(11)
    token = lambda size: base64.urlsafe_b64encode(fake.binary(size)).decode().rstrip("=")
    for at in range(150):
        url = fake.url() + fake.uri_path() + f"?utm_source=news&utm_medium=e-mail&utm_campaign={fake.slug()}&gclid={token(40)}"
        jwt = ".".join(base64.urlsafe_b64encode(own.encode()).decode().rstrip("=") for own in (
            '{"alg":"RS256","typ":"JWT"}', json.dumps({"sub": fake.uuid4(), "name": fake.name(), "exp": at})))
        consent = quote(json.dumps({"necessary": True, "marketing": at % 2 == 0, "date": fake.iso8601(), "v": "2.1"}))
        cookie = "; ".join([
            f"_ga=GA1.1.{fake.random_number(9)}.{fake.random_number(9)}", f"_gcl_au=1.1.{fake.random_number(9)}.{fake.random_number(9)}",
            f"OptanonConsent=isGpcEnabled=0&datestamp={quote_plus(fake.date_time().ctime())}&version=202405.1.0&groups=C0001%3A1%2CC0002%3A0",
            f"cookieconsent={consent}", f"JSESSIONID={fake.md5().upper()}.node1", f"XSRF-TOKEN={quote(token(90))}", f"sid=s%3A{token(24)}.{quote(token(32))}",
            f"cart=%5B%7B%22id%22%3A{at}%7D%5D", f"last_viewed={quote(url, safe='')}", "_fbp=fb.1.1718000000000.1098115397", f"__stripe_mid={fake.uuid4()}"])
        usual = [("Cookie", cookie), ("Referer", url), ("Accept-Language", "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7"), ("If-None-Match", f'W/"{token(12)}"'),
                 ("Sec-Ch-Ua", '"Chromium";v="126", "Not/A)Brand";v="8"'), ("Accept-Encoding", "gzip, deflate, br"), ("Authorization", f"Bearer {jwt}.{token(64)}")]
        text, name, word = fake.paragraph(), fake.name(), fake.word()
        queries = {
            "search": {"q": f'"{word}" {fake.word()} -{fake.word()}', "page": at, "sort": "price:desc", "facets": "brand:Sony|LG,size:10-20", "price": "10..250"},
            "redirect": {"next": f"/{fake.uri_path()}?tab=2#top", "return_to": url, "state": token(30), "code": token(40), "scope": "openid profile e-mail"},
            "odata": {"$filter": f"Name eq '{name.split()[0]}' and Price gt 20", "$top": 10, "$select": "Id,Name", "$orderby": "Name desc", "$expand": "Items($select=Id)"},
            "brackets": {"filter[price][gte]": 10, "filter[tags][]": word, "fields[articles]": "title,body", "include": "author.comments", "columns[0][search][value]": name},
            "solr": {"q": f"title:{word} AND type:(book OR film)", "fq": "[2020-01-01 TO *]", "wt": "json", "rows": "20"},
            "maps": {"address": fake.address().replace("\n", ", "), "bbox": "-0.12,51.4,0.2,51.6", "zoom": "12.5", "style": "roadmap|weight:3|color:0x00ff00"},
            "analytics": {"v": 2, "tid": "G-12AB34CD", "dl": url, "dt": f"{text} | {fake.company()}", "ep.value": "€ 19,90", "_et": at, "sr": "1920x1080", "ul": "de-de"},
            "images": {"url": f"/media/{fake.file_name(extension='jpg')}", "w": 640, "q": 75, "fit": "crop,faces", "im": "Resize=(300,200);Crop"},
            "math": {"q": f"{at} * 12 + (3/4) = x", "unit": "km/h", "expr": "a && b || !c"},
        }
        for kind, query in queries.items():
            request("traffic", f"query {kind}", False, f"{kind} {at}", target=f"/{kind}?{urlencode(query)}", headers=usual)
        bodies = {
            "graphql": {"operationName": "Products", "variables": {"first": 20, "after": token(12), "query": text}, "query":
                        "query Products($first: Int!, $after: String) { products(first: $first, after: $after) { edges { node { id title price { amount } } cursor } pageInfo { hasNextPage } } }"},
            "events": {"events": [{"type": "click", "selector": "div#main > ul.list li:nth-child(3) a[href='/cart']", "x": at, "t": 1.5e3, "page": url}], "agent": AGENT},
            "elastic": {"query": {"bool": {"must": [{"match": {"title": word}}], "filter": [{"range": {"price": {"gte": 10, "lt": 50}}}]}}, "sort": [{"_score": "desc"}], "size": 10},
            "error": {"message": f"TypeError: Cannot read properties of undefined (reading '{word}')", "stack": f"at render (https://www.example.com/static/js/main.{token(4)}.js:2:{at})\n    at commit (main.js:1:99)", "level": "error"},
            "chat": {"text": f"Hi {name}! {text} ;-) Can we select a date & time? It's 50% off -- or is it?\n\nThanks,\n{fake.first_name()}", "to": [fake.email()]},
            "address": {"street": fake.street_address(), "note": "c/o O'Neill; ring twice (2nd bell) && wait", "iban": fake.iban(), "vat": "DE 123/456-789"},
            "settings": {"theme": "{\"dark\":true}", "path": "C:\\\\Users\\\\anna\\\\Documents\\\\plan.docx", "regexp": "^[a-z]+$", "cron": "*/5 * * * *", "template": "Hello {name}, you owe ${amount}"},
            "image": {"avatar": "data:image/png;base64," + base64.b64encode(fake.binary(900)).decode(), "alt": text},
            "patch": [{"op": "replace", "path": f"/items/{at}/name", "value": fake.catch_phrase()}, {"op": "remove", "path": "/items/2"}],
        }
        for kind, body in bodies.items():
            request("traffic", f"json {kind}", False, f"{kind} {at}", "POST", f"/api/{kind}", [*usual, ("Content-Type", "application/json")], json.dumps(body, ensure_ascii=at % 2 == 0))
        forms = {
            "login": {"username": fake.email(), "password": fake.password(16), "remember": "on", "csrf": token(40), "next": "/"},
            "contact": {"name": name, "subject": f"Re: {fake.catch_phrase()}", "message": f"Hello,\r\n\r\n{text}\r\nMy order #{at}/2026 (size 10\" x 12\") isn't here; select another?\r\n\r\nRegards,\r\n{name}"},
            "saml": {"SAMLResponse": base64.b64encode(f"<samlp:Response ID=\"_{fake.md5()}\"><saml:Issuer>{url}</saml:Issuer></samlp:Response>".encode()).decode(), "RelayState": url},
            "viewstate": {"__VIEWSTATE": base64.b64encode(fake.binary(600)).decode(), "__EVENTVALIDATION": token(80), "ctl00$Main$txtName": name, "ctl00$Main$btn": "Save"},
            "richtext": {"title": fake.catch_phrase(), "body": f"**{word}** and _{fake.word()}_\n\n* {text}\n* [{word}]({fake.url()})\n\n> {fake.sentence()}"},
            "payment": {"card[number]": fake.credit_card_number(), "card[exp]": "12/29", "amount": "1,299.00", "currency": "EUR", "metadata[order]": f"A-{at}#2"},
        }
        for kind, fields in forms.items():
            request("traffic", f"form {kind}", False, f"{kind} {at}", "POST", f"/{kind}", [*usual, ("Content-Type", FORM)], urlencode(fields))
        for target in (f"/_next/data/{token(15)}/en/{fake.slug()}.json", f"/static/js/main.{token(6)}.chunk.js", f"/wp-content/themes/a/style.css?ver=6.{at}",
                       f"/products/{fake.slug()}-{at}.html", f"/api/v1/users/{fake.uuid4()}/orders/{at}", f"/download/{quote(fake.file_name())}", f"/tags/{quote(fake.company())}",
                       f"/@{fake.user_name()}/posts/{at}", f"/img/a,w_300,h_200,c_fill/{token(10)}.webp", f"/de/c%2B%2B-f%C3%BCr-anf%C3%A4nger/{at}", f"/calendar/{fake.date()}..{fake.date()}"):
            request("traffic", "paths", False, target, target=target, headers=usual)
    return True


CORPORA = {
    "mgm-web-attack-payloads": openappsec,
    "gotestwaf": gotestwaf,
    "waf-bypass": waf_bypass,
    "HttpParamsDataset": http_params,
    "fuzzdb": fuzzdb,
    "sql-injection-payload-list": payloadbox,
    "xss-payload-list": payloadbox,
    "command-injection-payload-list": payloadbox,
    "uap-core": agents,
    "franc": prose,
    "documentation": documentation,
    "faker": invented,
    "traffic": traffic,
}


def main(folder):
    for name, read in CORPORA.items():
        own = f"{folder}/{name}"
        if name == "documentation" and not os.path.isdir(own):
            own = os.environ.get("CARGO_HOME", os.path.expanduser("~/.cargo")) + "/registry/src"
        if read not in (invented, traffic) and not os.path.isdir(own):
            print(f"{name}: not in {folder}, left out", file=sys.stderr)
        elif read(own) is False:
            print(f"{name}: not installed, left out", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1])
