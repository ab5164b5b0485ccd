"""A place where packets begin and end: an instance's network, or the internet. Sockets made here are its own."""

import contextlib
import ctypes
import os
import select
import socket
import struct
import subprocess
import threading
import time

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
SHORT = 0.4


def enter(descriptor):
    if LIBC.setns(descriptor, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


class Place:
    """A network namespace."""

    def __init__(self, path):
        self.path = str(path)
        self.descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)

    @contextlib.contextmanager
    def inside(self):
        """This thread is there for a while; a socket stays where it was made."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            enter(self.descriptor)
            yield
        finally:
            enter(home)
            os.close(home)

    def open(self, family=socket.AF_INET, kind=socket.SOCK_STREAM, protocol=0):
        with self.inside():
            return socket.socket(family, kind, protocol)

    def run(self, *words, **more):
        return subprocess.run(
            ["nsenter", f"--net={self.path}", *words], capture_output=True, text=True, timeout=60, **more
        )

    def listen(self, port, address="", kind=socket.SOCK_STREAM):
        """A server that answers whatever it hears with the same."""
        return Server(self, port, address, kind)

    def connect(self, address, port, timeout=SHORT, source=None):
        """A connection, or None when nobody answers in time. A refused one is told apart by its error."""
        connection = self.open(family_of(address))
        connection.settimeout(timeout)
        if source:
            connection.bind(source)
        try:
            connection.connect((address, port))
            return connection
        except TimeoutError:
            connection.close()
            return None

    def reaches(self, address, port, timeout=SHORT):
        """Whether a connection is made and a word comes back."""
        connection = self.connect(address, port, timeout)
        if connection is None:
            return False
        with connection:
            return talks(connection, timeout)

    def asks(self, address, port, timeout=SHORT, source=None):
        """Whether a UDP question is answered."""
        with self.open(family_of(address), socket.SOCK_DGRAM) as question:
            if source:
                question.bind(source)
            return talks_udp(question, (address, port), timeout)

    def pings(self, address, timeout=SHORT, identifier=None):
        """Whether an echo request is answered. Requests with one identifier are one flow."""
        is_v6 = family_of(address) == socket.AF_INET6
        protocol = socket.IPPROTO_ICMPV6 if is_v6 else socket.IPPROTO_ICMP
        with self.open(family_of(address), socket.SOCK_RAW, protocol) as ping:
            identifier = identifier or struct.unpack("!H", os.urandom(2))[0]
            ping.sendto(echo_request(is_v6, identifier), (address, 0))
            end = time.monotonic() + timeout
            while (left := end - time.monotonic()) > 0 and select.select([ping], [], [], left)[0]:
                answer = ping.recv(2048)
                head = answer if is_v6 else answer[(answer[0] & 15) * 4:]
                if head[0] == (129 if is_v6 else 0) and struct.unpack("!H", head[4:6])[0] == identifier:
                    return True
            return False


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def echo_request(is_v6, identifier):
    head = struct.pack("!BBHHH", 128 if is_v6 else 8, 0, 0, identifier, 1)
    if is_v6:  # the kernel fills the sum in
        return head
    return struct.pack("!BBHHH", 8, 0, checksum(head), identifier, 1)


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def talks(connection, timeout=SHORT):
    """Whether a word sent on a connection comes back."""
    word = os.urandom(8).hex().encode()
    connection.settimeout(timeout)
    try:
        connection.sendall(word)
        heard = b""
        while len(heard) < len(word):
            part = connection.recv(64)
            if not part:
                return False
            heard += part
        return heard == word
    except (TimeoutError, ConnectionError):
        return False


def talks_udp(question, to, timeout=SHORT):
    word = os.urandom(8)
    question.settimeout(timeout)
    question.sendto(word, to)
    try:
        return question.recv(64) == word
    except TimeoutError:
        return False


class Heard(list):
    """What a server heard, in order. A client knows of its connection before the server does: what is expected may take a moment."""

    def __eq__(self, expected):
        end = time.monotonic() + 2
        while not list.__eq__(self, expected):
            if time.monotonic() > end:
                return False
            time.sleep(0.005)
        return True

    def __ne__(self, expected):
        return not self == expected

    __hash__ = None


class Server:
    """Echoes, and keeps in mind who asked."""

    listening = set()

    def __init__(self, place, port, address, kind):
        family = family_of(address) if address else socket.AF_INET6
        self.socket = place.open(family, kind)
        if family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((address, port))
        Server.listening.add(self)
        self.peers, self.ports = Heard(), Heard()
        self.connections = []
        if kind == socket.SOCK_STREAM:
            self.socket.listen(128)
            self.begin(self.accept)
        else:
            self.begin(self.answer)

    @staticmethod
    def begin(work, *arguments):
        threading.Thread(target=work, args=arguments, daemon=True).start()

    def note(self, peer):
        self.peers.append(peer[0].removeprefix("::ffff:"))
        self.ports.append(peer[1])

    def accept(self):
        while True:
            try:
                connection, peer = self.socket.accept()
            except OSError:
                return
            self.note(peer)
            self.connections.append(connection)
            self.begin(self.echo, connection)

    def echo(self, connection):
        try:
            while data := connection.recv(65536):
                connection.sendall(data)
        except OSError:
            pass
        connection.close()

    def answer(self):
        while True:
            try:
                data, peer = self.socket.recvfrom(65536)
                if peer is None:  # shut down
                    return
                self.note(peer)
                self.socket.sendto(data, peer)
            except OSError:
                return

    def close(self):
        Server.listening.discard(self)
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        for connection in self.connections:
            connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
