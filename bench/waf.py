"""What inspecting a request costs, beside ModSecurity 3 with the Core Rule Set: processor time of one thread, medians, in turn."""

import argparse
import importlib.util
import pathlib
import platform
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
LOAD = str(ROOT / "target/release/ringwall-load")
PACKAGE = "libmodsecurity==3.0.15.post2"
RULES = pathlib.Path("/usr/share/modsecurity-crs/rules")


def library():
    """The library of ModSecurity that the package carries."""
    if importlib.util.find_spec("libmodsecurity") is None:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE], check=True)
        importlib.invalidate_caches()
    folder = pathlib.Path(importlib.util.find_spec("libmodsecurity").origin).parents[1] / "libmodsecurity.libs"
    return str(next(folder.glob("libmodsecurity-*.so*")))


def report(lines, peer):
    """Rows by request, each with its ratio to the peer's."""
    requests = {}
    for line in lines:
        request, way, cost, spread = line.split("\t")
        requests.setdefault(request, []).append((way, float(cost), float(spread)))
    rows = []
    for request, ways in requests.items():
        rows += ["", f"{request} (µs of processor time, less is better)"]
        base = ways[0][1]
        for way, cost, spread in ways:
            ratio = f"   {base / cost:9,.1f} times cheaper than {ways[0][0]}" if peer and way != ways[0][0] else ""
            rows.append(f"  {way:36}{cost:12,.2f}   (spread {spread:4.2f}){ratio}")
        costs = [cost for way, cost, _ in ways if way.startswith("groups, ")]
        rows.append(f"  groups from the fewest idle rules to the most: {costs[-1] / costs[0]:.3f}")
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.2, help="length of one measure")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured")
    parser.add_argument("--rules", default="10,100,1000", help="numbers of rules that cannot match")
    parser.add_argument("--without-peer", action="store_true", help="Ringwall alone")
    parser.add_argument("--save", help="a file that the report is also written to")
    wanted = parser.parse_args()
    command = [LOAD, "waf", str(wanted.seconds), str(wanted.rounds), wanted.rules]
    if not wanted.without_peer:
        if not RULES.is_dir():
            raise SystemExit(f"there is no {RULES}: install the package modsecurity-crs, or say --without-peer")
        command += [library(), str(ROOT / "bench/modsecurity.conf")]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"waf: {done.stderr.strip()}")
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    processors = len([line for line in open("/proc/cpuinfo") if line.startswith("processor")])
    lines = [
        f"Ringwall {commit.stdout.strip()}, Linux {platform.release()}, {processors} processors, "
        f"{wanted.rounds} rounds of {wanted.seconds} s"
    ]
    lines += report(done.stdout.splitlines(), not wanted.without_peer)
    print("\n".join(lines))
    if wanted.save:
        pathlib.Path(wanted.save).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
