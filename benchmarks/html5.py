#!/usr/bin/env python3
"""How long the tables of HTML5 support take to load and to ask, each in a new Python.

A new process each time, because a table is read once and what was asked is kept; the
modules that any scan loads are loaded before the clock starts. CPU time, since others use
the machine too: medians, and the spread from the least to the most. ``--write`` puts the
table into BENCHMARKS.md.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from datetime import UTC, datetime

from figures import AS_INSTALLED, ROOT, machine, run

DATA = ROOT / "auditor" / "knowledge" / "data" / "html5"

MEASURED = """
import json, time
import auditor.versions
from auditor.knowledge import html5, packed
clock = time.process_time
raw = [open(f"auditor/knowledge/data/html5/{name}.json", "rb").read() for name in ("compat", "releases", "baseline")]
marks = [clock()]
for each in raw:
    json.loads(each)
marks.append(clock())
for name in ("compat", "releases", "baseline"):
    packed.table(name)
marks.append(clock())
html5.derive("chrome", "150.0.1", "blink", "150.0.1", "windows")
marks.append(clock())
html5.derive("chrome", "151.0.1", "blink", "151.0.1", "windows")
marks.append(clock())
html5.baseline_until("chrome", "150.0.1")
marks.append(clock())
print(json.dumps([after - before for before, after in zip(marks, marks[1:])]))
"""

STEPS = (
    "yardstick: json.loads of the same bytes, in memory",
    "reading the three tables",
    "all features of the first Chrome",
    "all features of another Chrome",
    "until when it has Baseline",
)


def measure() -> list[float]:
    """Seconds of each step, in a new Python."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED], capture_output=True, text=True, check=True, cwd=ROOT, env=AS_INSTALLED
    )
    seconds: list[float] = json.loads(done.stdout)
    return seconds


def table(rounds: int) -> str:
    """The measurements as Markdown."""
    measure()
    runs = [measure() for _ in range(rounds)]
    sizes = ", ".join(
        f"{name}.json {(DATA / f'{name}.json').stat().st_size:,}" for name in ("compat", "releases", "baseline")
    )
    today = datetime.now(UTC).date()
    lines = [
        f"Median of {rounds} (least–most), after one run unmeasured. `python benchmarks/html5.py --rounds {rounds}`, {today}, {machine()}.",
        "",
        "| | CPU ms |",
        "|---|---|",
    ]
    for name, seconds in zip(STEPS, zip(*runs, strict=True), strict=True):
        low, middle, high = (1000 * value for value in (min(seconds), statistics.median(seconds), max(seconds)))
        lines.append(f"| {name} | {middle:.2f} ({low:.2f}–{high:.2f}) |")
    return "\n".join([*lines, "", f"Bytes: {sizes}."])


if __name__ == "__main__":
    run("html5", __doc__, table, rounds=21)
