#!/bin/sh
# An application server: answers whatever it is asked with what the databases say.
exec python3 - <<'PYTHON'
import http.server
import itertools
import socket
import subprocess

DATABASES = itertools.cycle("@next@".split())
QUERY = "SELECT said_by || ' says ' || words FROM greetings"


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        words = ["@postgres@/psql", "--no-psqlrc", "-At", "-U", "postgres", "-h", next(DATABASES), "-c", QUERY, "postgres"]
        said = subprocess.run(words, capture_output=True, text=True, timeout=10)
        text = f"{said.stdout.strip() or said.stderr.strip()}, by @name@".encode()
        self.send_response(500 if said.returncode else 200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


Server(("::", 8080), Answer).serve_forever()
PYTHON
