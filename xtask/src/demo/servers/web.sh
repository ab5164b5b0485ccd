#!/bin/sh
# A web server: HTTPS outside, and behind it the application servers in turn.
set -e
openssl req -x509 -newkey rsa:2048 -nodes -keyout /run/key.pem -out /run/certificate.pem -days 30 -subj /CN=@name@
exec python3 - <<'PYTHON'
import http.client
import http.server
import itertools
import socket
import ssl

APPLICATIONS = itertools.cycle("@next@".split())


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        # here, not where connections are taken in: a client that never speaks holds up nobody else
        self.request = CONTEXT.wrap_socket(self.request, server_side=True)
        super().setup()

    def do_GET(self):
        behind = http.client.HTTPConnection(next(APPLICATIONS), 8080, timeout=10)
        behind.request("GET", self.path)
        heard = behind.getresponse()
        text = heard.read() + b", by @name@\n"
        self.send_response(heard.status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
CONTEXT.load_cert_chain("/run/certificate.pem", "/run/key.pem")
Server(("::", 443), Answer).serve_forever()
PYTHON
