"""A Ringwall of a test's own: started, killed and started again as the test likes."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

import boto3
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("RINGWALL_PROGRAM", ROOT / "target/release/ringwall"))
KEY, SECRET = "test", "test"
REGION = "us-east-1"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Daemon:
    """One Ringwall. With `state`, what it holds outlives its process."""

    def __init__(self, name, options=(), keeps_state=True):
        self.name = name
        self.port = free_port()
        self.options = list(options)
        self.directory = tempfile.mkdtemp(prefix=f"ringwall-{name}-") if keeps_state else None
        self.process = None

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        where = ["--state", self.directory] if self.directory else ["--ephemeral"]
        command = [PROGRAM, "serve", "--name", self.name, "--listen", f"127.0.0.1:{self.port}", *where, *self.options]
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT)
        self.wait_until_it_answers()
        return self

    def wait_until_it_answers(self):
        # That its port is open does not tell: what a killed one was about to start may hold it for a moment.
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(f"the daemon ended: {self.said()}")
            if " answers at " in self.said():
                return
            time.sleep(0.002)
        raise AssertionError(f"the daemon does not answer: {self.said()}")

    def said(self):
        self.log.seek(0)
        return self.log.read()

    def kill(self):
        """As a crash does it."""
        self.process.kill()
        self.process.wait()

    def down(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)
        return subprocess.run([PROGRAM, "down", "--name", self.name], capture_output=True, text=True, timeout=60)

    def remove(self):
        """With all that it kept."""
        self.down()
        if self.directory:
            shutil.rmtree(self.directory, ignore_errors=True)

    def run(self, *words, check=True, **more):
        """A `ringwall` command about this Ringwall."""
        command = [PROGRAM, words[0], "--name", self.name, *words[1:]]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, **more)
        if check and done.returncode:
            raise AssertionError(f"{words}: {done.stderr or done.stdout}")
        return done

    def status(self):
        return json.loads(self.run("status", "--output", "json").stdout)

    def client(self, service="ec2", region=REGION, key=KEY, secret=SECRET, **config):
        settings = Config(retries={"max_attempts": 0}, connect_timeout=5, read_timeout=60, **config)
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=region,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=settings,
        )

    def aws(self, *words):
        """The AWS CLI's answer."""
        environment = {
            **os.environ,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_PAGER": "",
        }
        return subprocess.run(["aws", *words], capture_output=True, text=True, env=environment, timeout=120)

    def explain(self, source, to, protocol="tcp", port=None, send=False, options=()):
        """What `explain` says: the document, with the exit status."""
        words = ["explain", "--output", "json", "--from", source, "--to", to, "--protocol", protocol, *options]
        words += ["--port", str(port)] if port is not None else []
        words += ["--send"] if send else []
        done = self.run(*words, check=False)
        assert done.returncode in (0, 1, 3), done.stderr
        document = json.loads(done.stdout)
        document["exit"] = done.returncode
        return document
