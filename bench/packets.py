"""What packets cost: all ways in turns, several rounds, medians, and each as a part of plain kernel forwarding."""

import statistics
import subprocess
import sys
import time

from ways import LOGGED, MASQUERADE, NAT_GATEWAY, PORT, every

MEASURES = [
    ("stream", "TCP throughput", "Gbit/s", True),
    ("packets", "UDP packets", "1/s", True),
    ("connections", "TCP connections", "1/s", True),
    ("turns", "TCP round trip", "µs", False),
]


def say(text):
    """Where the run is, for someone who watches it."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def measure(load, way, kind, seconds):
    command = way.enter(way.client, load, kind, f"{way.address}:{PORT}", str(seconds))
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    if done.returncode:
        raise SystemExit(f"{way.name}, {kind}: {done.stderr.strip()}")
    return float(done.stdout)


def serve(load, way):
    return subprocess.Popen(way.enter(way.server, load, "serve", str(PORT)))


def run(load, seconds, rounds, counts):
    """Rows of a table: measure, way, median, and its parts of the others'."""
    with every(counts) as ways:
        servers = [serve(load, way) for way in ways]
        time.sleep(0.3)
        found = {}
        for number in range(rounds):
            for kind, *_ in MEASURES:
                for way in ways:
                    say(f"round {number + 1} of {rounds}: {kind}, {way.name}")
                    found.setdefault((kind, way.name), []).append(measure(load, way, kind, seconds))
        say("")
        for server in servers:
            server.kill()
            server.wait()
    return found, [way.name for way in ways]


def report(found, names):
    lines = []
    for kind, title, unit, more_is_better in MEASURES:
        medians = {name: statistics.median(found[kind, name]) for name in names}
        plain = medians["kernel forwarding"]
        lines += ["", f"{title} ({unit}, {'more' if more_is_better else 'less'} is better)"]
        for name in names:
            value = medians[name]
            ratio = value / plain if more_is_better else plain / value
            against = ""
            if name.endswith(LOGGED):
                bare = medians[name.removesuffix(LOGGED)]
                beside = value / bare if more_is_better else bare / value
                against = f"   {beside:5.2f} of the same without a flow log"
            elif name == NAT_GATEWAY:
                beside = value / medians[MASQUERADE] if more_is_better else medians[MASQUERADE] / value
                against = f"   {beside:5.2f} of kernel masquerade"
            elif name.startswith("ringwall"):
                nft = medians[name.replace("ringwall", "nftables")]
                beside = value / nft if more_is_better else nft / value
                against = f"   {beside:5.2f} of nftables with the same rules"
            spread = max(found[kind, name]) / min(found[kind, name])
            lines.append(f"  {name:28} {value:12,.2f}   {ratio:5.2f} of kernel forwarding   (spread {spread:4.2f}){against}")
        flat = [medians[name] for name in names if name.startswith("ringwall") and name.endswith(" rules")]
        lines.append(f"  ringwall from the fewest rules to the most: {flat[-1] / flat[0]:.3f}")
    return lines
