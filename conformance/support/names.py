"""Questions for names and metadata, from where an instance's own arrive."""

import pathlib
import socket
import struct
import time

from .place import Place

A, PTR, AAAA = 1, 12, 28
RESOLVER, METADATA = "169.254.169.253", "169.254.169.254"


def asker(network, instance):
    """The place in which an instance's questions are asked. Where nothing carries them to the namespace of the VPC's
    services, that namespace is made here, and they are asked in it under the instance's address."""
    path = pathlib.Path(f"/run/ringwall/{network.daemon.name}/namespaces/services-{network.vpc}")
    if path.exists() and not path.with_suffix(".made").exists():
        return instance.place
    if not path.exists():
        path.touch()
        path.with_suffix(".made").touch()
        run = Place("/proc/self/ns/net").run
        assert run("unshare", f"--net={path}", "true").returncode == 0
        place = Place(path)
        for words in (f"address add {instance.address}/32 dev lo", "link set lo up",
                      f"route add local 0.0.0.0/0 dev lo src {instance.address}"):
            done = place.run("ip", *words.split())
            assert done.returncode == 0, done.stderr
    # Whatever changes, the daemon looks for it.
    network.ec2.create_tags(Resources=[network.vpc], Tags=[{"Key": "asked", "Value": str(time.monotonic())}])
    return Place(path)


def question(name, kind=A, number=0x1234):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!HHHHHH", number, 0x100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", kind, 1)


def skip_name(message, at):
    while message[at] and message[at] < 0xC0:
        at += 1 + message[at]
    return at + (2 if message[at] else 1)


def read_name(message, at):
    labels = []
    while message[at]:
        if message[at] >= 0xC0:
            at = struct.unpack("!H", message[at:at + 2])[0] & 0x3FFF
            continue
        labels.append(message[at + 1:at + 1 + message[at]].decode())
        at += 1 + message[at]
    return ".".join(labels)


def read(message):
    """The code of an answer, and what it holds."""
    number, flags, _, count, _, _ = struct.unpack("!HHHHHH", message[:12])
    at, found = skip_name(message, 12) + 4, []
    for _ in range(count):
        at = skip_name(message, at)
        kind, _, _, length = struct.unpack("!HHIH", message[at:at + 10])
        data = message[at + 10:at + 10 + length]
        if kind == A:
            found.append(socket.inet_ntop(socket.AF_INET, data))
        elif kind == AAAA:
            found.append(socket.inet_ntop(socket.AF_INET6, data))
        elif kind == PTR:
            found.append(read_name(message, at + 10))
        at += 10 + length
    return flags & 15, found


def resolve(place, name, kind=A, source="", resolver=RESOLVER, timeout=2.0):
    """The code of the answer to a question, and what it holds; None if nobody answers."""
    with place.open(kind=socket.SOCK_DGRAM) as asking:
        asking.settimeout(timeout)
        asking.bind((source, 0))
        asking.connect((resolver, 53))
        try:
            asking.send(question(name, kind))
            return read(asking.recv(4096))
        except (TimeoutError, ConnectionRefusedError):
            return None


def http(place, method, path, source="", **headers):
    """Status and body of what metadata answers; None if the connection ends without a word."""
    with place.open() as connection:
        connection.settimeout(2.0)
        connection.bind((source, 0))
        connection.connect((METADATA, 80))
        lines = [f"{method} {path} HTTP/1.1", f"Host: {METADATA}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        answer = b""
        while part := connection.recv(65536):
            answer += part
    if not answer:
        return None
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body.decode()


def token(place, source="", seconds=60):
    status, text = http(place, "PUT", "/latest/api/token", source, X_aws_ec2_metadata_token_ttl_seconds=seconds)
    assert status == 200, text
    return text
