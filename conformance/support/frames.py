"""Frames built byte by byte, sent by root inside an instance, and looked for wherever they might arrive."""

import ipaddress
import json
import select
import socket
import struct
import time

from .place import checksum

ARP, IPV4, IPV6 = 0x0806, 0x0800, 0x86DD
BROADCAST = "ff:ff:ff:ff:ff:ff"
UDP, TCP, ICMP, ICMPV6 = 17, 6, 1, 58
EVERYTHING = 3  # ETH_P_ALL
OUTGOING = 4  # PACKET_OUTGOING

SEND = """
import errno, json, socket, sys
frames = json.load(sys.stdin)
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
    out.bind(("eth0", 0))
    for frame in frames:
        try:
            out.send(bytes.fromhex(frame))
        except OSError as error:
            if error.errno != errno.ENOBUFS:  # the link itself takes no frame as long as that
                raise
"""


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def ip(text):
    return ipaddress.ip_address(text).packed


def ether(destination, source, kind, payload):
    return mac(destination) + mac(source) + struct.pack("!H", kind) + payload


def ipv4(source, destination, payload, protocol=UDP, **fields):
    """`fields` may lie: total, words (of the header), offset, flags, identification, hops."""
    total = fields.get("total", 20 + len(payload))
    first = 0x40 | fields.get("words", 5)
    where = fields.get("flags", 0) << 13 | fields.get("offset", 0)
    identification, hops = fields.get("identification", 7), fields.get("hops", 64)
    head = struct.pack("!BBHHHBB", first, 0, total, identification, where, hops, protocol)
    ends = ip(source) + ip(destination)
    return head + struct.pack("!H", checksum(head + b"\0\0" + ends)) + ends + payload


def ipv6(source, destination, payload, protocol=UDP, length=None, hops=64):
    length = len(payload) if length is None else length
    return struct.pack("!IHBB", 6 << 28, length, protocol, hops) + ip(source) + ip(destination) + payload


def udp(port, word, source=5_000):
    return struct.pack("!HHHH", source, port, 8 + len(word), 0) + word


def tcp(port, word=b"", source=5_000, flags=2):
    return struct.pack("!HHIIBBHHH", source, port, 1, 0, 5 << 4, flags, 1_000, 0, 0) + word


def arp(operation, sender_mac, sender, target_mac, target):
    head = struct.pack("!HHBBH", 1, IPV4, 6, 4, operation)
    return head + mac(sender_mac) + ip(sender) + mac(target_mac) + ip(target)


def icmpv6(source, destination, kind, body):
    """A message with its sum, so that nobody has another reason to refuse it."""
    message = struct.pack("!BBH", kind, 0, 0) + body
    message += b"\0" * (len(message) % 2)
    under = ip(source) + ip(destination) + struct.pack("!II", len(message), ICMPV6)
    return message[:2] + struct.pack("!H", checksum(under + message)) + message[4:]


def send_inside(instance, frames):
    """By root in the instance, with what powers it has there."""
    instance.exec("python3", "-c", SEND, input=json.dumps([frame.hex() for frame in frames]))


class Tap:
    """Everything that comes in at a place, on every link of it."""

    def __init__(self, place):
        self.socket = place.open(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EVERYTHING))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.frames = []

    def listen_until(self, word, timeout=2.0, after=0.05):
        """Listens until a frame with the word has come, and a little longer; False if it does not come in time."""
        end, found = time.monotonic() + timeout, False
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.socket], [], [], left)[0]:
                break
            frame, about = self.socket.recvfrom(70_000)
            if about[2] == OUTGOING or about[0] == "lo":
                continue
            self.frames.append(frame)
            if word in frame and not found:
                end, found = time.monotonic() + after, True
        return found

    def drain(self):
        self.listen_until(b"never", timeout=0.001)

    def heard(self, word):
        return any(word in frame for frame in self.frames)

    def close(self):
        self.socket.close()
