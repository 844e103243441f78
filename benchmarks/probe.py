"""How long a browser takes to be measured, against its own bare start; and whether it answers the same each time.

``python benchmarks/probe.py [--rounds N] [--write]``. Needs Linux and an installed Chromium or
Firefox. The yardstick is the same program, headless on a new profile, that opens an empty page and
ends: Chromium with ``--dump-dom``, Firefox with ``--screenshot``. Both are run in turn.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]

from figures import machine  # noqa: E402
from figures import run as report  # noqa: E402

from auditor.probe import run, tree  # noqa: E402
from auditor.probe.browsers import Target  # noqa: E402
from probing import installed  # noqa: E402


class Measured(NamedTuple):
    """Of one browser: seconds of the whole probe, until its answer, of a bare start; and how many values ever differed."""

    probe: list[float]
    answer: list[float]
    bare: list[float]
    differing: set[str]
    values: int


def bare(target: Target) -> float:
    """Seconds of a bare start on a new profile."""
    folder = Path(tempfile.mkdtemp(prefix="auditor-bare-"))
    try:
        for name in ("profile", "home", "tmp", "run"):
            (folder / name).mkdir()
        if target.engine == "gecko":
            words = ["-headless", "-no-remote", "-profile", str(folder / "profile"), "--screenshot", str(folder / "x.png")]
        else:
            words = ["--headless=new", f"--user-data-dir={folder / 'profile'}", "--dump-dom"]
            words += ["--no-sandbox"] if os.geteuid() == 0 else []
        command = [target.program, *words, "about:blank"]
        began = time.perf_counter()
        quiet = subprocess.DEVNULL
        subprocess.run(command, stdout=quiet, stderr=quiet, env=tree.environment(folder), check=True, cwd=folder)
        return time.perf_counter() - began
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measured(target: Target, rounds: int) -> Measured:
    """Probe and bare start in turn, after one of each that is not counted."""
    found = Measured([], [], [], set(), 0)
    first: Mapping[str, Any] = {}
    for number in range(rounds + 1):
        began = time.perf_counter()
        value: Any = run.measure([target])[0].value
        took = time.perf_counter() - began
        if value["result"] != "done":
            sys.exit(f"{target.product}: {value['result']}: {value['detail']}")
        started = bare(target)
        first = first or value["values"]
        found.differing.update(
            name for name in first.keys() | value["values"].keys() if first.get(name) != value["values"].get(name)
        )
        if number:
            found.probe.append(took)
            found.answer.append(value["milliseconds"] / 1000)
            found.bare.append(started)
    return found._replace(values=len(first))


def table(rounds: int) -> str:
    """The measurements as Markdown."""
    lines = [
        "| | whole probe s | until the answer s | bare start s | ratio | values that ever differed |",
        "|---|---|---|---|---|---|",
    ]
    for target in installed().values():
        found = measured(target, rounds)
        ratio = statistics.median(found.probe) / statistics.median(found.bare)
        differing = f"{len(found.differing)} of {found.values} {' '.join(sorted(found.differing))}".strip()
        lines.append(
            f"| {target.product} {target.version} | {_cell(found.probe)} | {_cell(found.answer)} | {_cell(found.bare)} "
            f"| {ratio:.2f} | {differing} |"
        )
    today = datetime.now(UTC).date()
    about = f"Median of {rounds} (fastest–slowest), after one unmeasured. `python benchmarks/probe.py --rounds {rounds}`, {today}, {machine()}."
    return "\n".join([about, "", *lines])


def _cell(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.2f} ({min(seconds):.2f}–{max(seconds):.2f})"


if __name__ == "__main__":
    report("probe", __doc__, table, rounds=20)
