"""Ringwall beside its peers, in one run: medians, and ratios. `cargo xtask bench` builds what is needed and calls this."""

import argparse
import pathlib
import platform
import subprocess

import control
import names
import packets

ROOT = pathlib.Path(__file__).resolve().parents[1]
LOAD = str(ROOT / "target/release/ringwall-load")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="length of one measure")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured")
    parser.add_argument("--rules", default="10,100,1000", help="numbers of rules on the interface")
    parser.add_argument("--only", choices=["packets", "control", "names"], help="one part alone")
    parser.add_argument("--save", help="a file that the report is also written to")
    wanted = parser.parse_args()
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    processors = len([line for line in open("/proc/cpuinfo") if line.startswith("processor")])
    lines = [
        f"Ringwall {commit.stdout.strip()}, Linux {platform.release()}, {processors} processors, "
        f"{wanted.rounds} rounds of {wanted.seconds} s"
    ]
    if wanted.only in (None, "packets"):
        counts = [int(count) for count in wanted.rules.split(",")]
        lines += packets.report(*packets.run(LOAD, wanted.seconds, wanted.rounds, counts))
    if wanted.only in (None, "control"):
        lines += control.api(LOAD, wanted.seconds, wanted.rounds)
        lines += control.effect(200)
        lines += control.start_and_memory(wanted.rounds)
    if wanted.only in (None, "names"):
        lines += names.questions(LOAD, wanted.seconds, wanted.rounds)
    print("\n".join(lines))
    if wanted.save:
        pathlib.Path(wanted.save).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
