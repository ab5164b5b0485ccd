"""Signature Version 4 by hand, so that a request can be signed wrongly or altered after it was signed."""

import datetime
import hashlib
import hmac
import http.client
import re
import urllib.parse

from .daemon import KEY, REGION, SECRET

FORM = "application/x-www-form-urlencoded; charset=utf-8"


def now(**later):
    """Ringwall and its tests share a clock; `later` may be less than nothing."""
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**later)


def digest(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class Request:
    """A call of EC2, which may be spoilt before it is sent."""

    def __init__(self, daemon, action, **parameters):
        self.port = daemon.port
        self.body = urllib.parse.urlencode({"Action": action, "Version": "2016-11-15", **parameters})
        self.headers = {"host": f"127.0.0.1:{self.port}", "content-type": FORM, "x-note": "as it was signed"}

    def sign(self, key=KEY, secret=SECRET, at=None, region=REGION, service="ec2", token=None):
        stamp = (at or now()).strftime("%Y%m%dT%H%M%SZ")
        self.headers["x-amz-date"] = stamp
        if token:
            self.headers["x-amz-security-token"] = token
        names = ";".join(sorted(self.headers))
        lines = "".join(f"{name}:{self.headers[name]}\n" for name in sorted(self.headers))
        body = hashlib.sha256(self.body.encode()).hexdigest()
        canonical = f"POST\n/\n\n{lines}\n{names}\n{body}"
        scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        derived = f"AWS4{secret}".encode()
        for part in scope.split("/"):
            derived = digest(derived, part)
        signature = digest(derived, text).hex()
        self.headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}"
        )
        return self

    def send(self):
        """The status, the error's code (None for a success), and the request's id."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("POST", "/", self.body, self.headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, element("Code", text), element("[rR]equestI[dD]", text)


def element(name, text):
    found = re.search(f"<({name})>([^<]*)</", text)
    return found and found[2]
