"""Flows as they are seen and as they are logged."""

import contextlib
import json
import subprocess
import time

from .daemon import PROGRAM

TCP, UDP, ICMP = 6, 17, 1
FIN, SYN, RST, SYN_ACK = 1, 2, 4, 18


class Seen(list):
    """What `ringwall flows` tells, summed up by flow."""

    def of(self, instance, **wanted):
        """The packets, bytes and flags of an instance's flows of this kind."""
        found = [seen for seen in self if seen["interface"] == instance.interface]
        for name, value in wanted.items():
            found = [seen for seen in found if seen[name] == value]
        flags = 0
        for seen in found:
            flags |= seen["tcp_flags"]
        return sum(seen["packets"] for seen in found), sum(seen["bytes"] for seen in found), flags

    def kinds(self, instance, protocol):
        """Direction and action of an instance's flows of a protocol."""
        own = [seen for seen in self if seen["interface"] == instance.interface and seen["protocol"] == protocol]
        return {(seen["direction"], seen["action"]) for seen in own}


@contextlib.contextmanager
def seen(daemon):
    """What is seen while this holds."""
    flows = Seen()
    with looking(daemon) as process:
        try:
            yield flows
            time.sleep(2.5)  # until all is swept
        finally:
            process.terminate()
            told, _ = process.communicate()
            flows += [json.loads(line) for line in told.splitlines()]


@contextlib.contextmanager
def looking(daemon, *words):
    """A `ringwall flows` that looks on already."""
    command = [PROGRAM, "flows", "--name", daemon.name, "--json", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            said = process.stderr.readline()
            assert said.startswith("looking on"), said
            yield process
        finally:
            process.kill()


def records(text):
    """The records of a file of text, by the names of their fields."""
    head, *lines = [line.split(" ") for line in text.splitlines()]
    assert all(len(line) == len(head) for line in lines), text
    return [dict(zip(head, line)) for line in lines]


def wait_for(look, seconds):
    """What `look` finds, as soon as it finds anything."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, "nothing came in time"
        time.sleep(0.2)
    return found
