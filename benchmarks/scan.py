#!/usr/bin/env python3
"""How long ``auditor scan`` takes and how much it needs, beside two yardsticks in the same run.

The three take turns, so that whatever else the machine does hits all alike. Medians, and
the spread from the fastest to the slowest. ``--write`` puts the table into BENCHMARKS.md.
``fusioninventory-inventory`` is Debian's package fusioninventory-agent.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import NamedTuple

from figures import AS_INSTALLED, ROOT, machine, run


class Run(NamedTuple):
    """Wall and CPU seconds, and the peak resident memory in MB."""

    wall: float
    cpu: float
    memory: float


def programs() -> dict[str, list[str]]:
    """What is measured: name → command."""
    auditor = [sys.executable, "-m", "auditor", "scan", "--fail-on", "never"]
    found = {
        "auditor scan": auditor,
        "auditor scan --format json": [*auditor, "--format", "json"],
        "bare Python, the same reads": [sys.executable, "-I", str(ROOT / "benchmarks" / "bare.py")],
    }
    if peer := shutil.which("fusioninventory-inventory"):
        found["fusioninventory-inventory"] = [peer]
    return found


def measure(command: list[str]) -> Run:
    """Run the command once, its output thrown away."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, env=AS_INSTALLED)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def table(rounds: int) -> str:
    """The measurements as Markdown."""
    commands = programs()
    for command in commands.values():
        measure(command)
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(measure(command))
    lines = ["| | wall s | CPU s | peak MB |", "|---|---|---|---|"]
    lines += [
        f"| {name} | {_cell(found, 0, 3)} | {_cell(found, 1, 3)} | {_cell(found, 2, 1)} |" for name, found in runs.items()
    ]
    today = datetime.now(UTC).date()
    about = (
        f"Median of {rounds} (fastest–slowest), after one run unmeasured. `python benchmarks/scan.py`, {today}, {machine()}."
    )
    ratios = []
    if "fusioninventory-inventory" in runs:
        mine, peer = (
            statistics.median(run.cpu for run in runs[name]) for name in ("auditor scan", "fusioninventory-inventory")
        )
        ratios = [f"CPU of `auditor scan` against the peer's: {mine / peer:.2f}."]
    return "\n".join([about, "", *lines, "", *ratios])


def _cell(runs: list[Run], field: int, digits: int) -> str:
    values = [run[field] for run in runs]
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


if __name__ == "__main__":
    run("scan", __doc__, table, rounds=5)
