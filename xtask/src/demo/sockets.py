"""Asks with real sockets whom it is told to ask, all at once; says in JSON who answered.

It reads a list of [address, port or null for an echo, source address or null]. A refused connection is an answer, too.
"""

import json
import os
import select
import socket
import struct
import sys
import time

PATIENCE = 2.5


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def echo_request(is_v6, identifier):
    head = struct.pack("!BBHHH", 128 if is_v6 else 8, 0, 0, identifier, 1)
    return head if is_v6 else struct.pack("!BBHHH", 8, 0, checksum(head), identifier, 1)


def begin(number, address, port, source):
    """A socket that is under way."""
    is_v6 = ":" in address
    if port is None:
        protocol = socket.IPPROTO_ICMPV6 if is_v6 else socket.IPPROTO_ICMP
        asking = socket.socket(family_of(address), socket.SOCK_RAW, protocol)
    else:
        asking = socket.socket(family_of(address), socket.SOCK_STREAM)
    asking.setblocking(False)
    if source:
        asking.bind((source, 0))
    try:
        if port is None:
            asking.sendto(echo_request(is_v6, number), (address, 0))
        else:
            asking.connect_ex((address, port))
    except OSError:
        return None
    return asking


def is_echo(asking, is_v6, number):
    data, peer = asking.recvfrom(2048)
    head = data if is_v6 else data[(data[0] & 15) * 4:]
    return head[0] == (129 if is_v6 else 0) and struct.unpack("!H", head[4:6])[0] == number


def main():
    asked = json.load(sys.stdin)
    answered = [False] * len(asked)
    poll = select.poll()
    under_way = {}
    base = os.getpid() % 200 * 256
    for place, (address, port, source) in enumerate(asked):
        asking = begin(base + place, address, port, source)
        if asking is not None:
            under_way[asking.fileno()] = (place, asking)
            poll.register(asking, select.POLLIN if port is None else select.POLLOUT)
    end = time.monotonic() + PATIENCE
    while under_way and (left := end - time.monotonic()) > 0:
        for descriptor, _ in poll.poll(left * 1000):
            place, asking = under_way[descriptor]
            address, port, _ = asked[place]
            if port is None:
                answered[place] = is_echo(asking, ":" in address, base + place)
                if not answered[place]:
                    continue
            else:
                error = asking.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                answered[place] = error in (0, 111)
            poll.unregister(asking)
            del under_way[descriptor]
    json.dump(answered, sys.stdout)


main()
