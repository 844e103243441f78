#!/usr/bin/env python3
"""How long the knowledge base takes to load and to add its facts to a PC, each in a new Python.

A new process each time, because a file is read once and what was asked is kept; the modules
that any scan loads are loaded before the clock starts. CPU time, since others use the machine
too: medians, and the spread from the least to the most. ``--write`` puts the table into
BENCHMARKS.md.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from datetime import UTC, datetime

from figures import AS_INSTALLED, ROOT, machine, run

DATA = ROOT / "auditor" / "knowledge" / "data" / "support"

MEASURED = """
import json, time
from datetime import date
from auditor import places
from auditor.dictionary import VOCABULARY
from auditor.evaluate import evaluate
from auditor.knowledge import html5, shipped
from auditor.knowledge.enrich import enriched
from auditor.model import Detected, Fact, Subject
from auditor.rules import load
clock = time.process_time
names = [name for name in shipped.TOPICS]
raw = [open(f"auditor/knowledge/data/support/{name}.json", "rb").read() for name in names]
rules = load((places.rules_folder(),), VOCABULARY, ()).rules
PC = {
    ("os", "system"): {"family": "windows", "name": "Windows 10", "version": "10.0.19045", "build": 19045, "revision": 7663,
        "type": "client", "edition_group": "pro", "ltsc": False, "service_pack": "none"},
    ("browser", "chrome"): {"product": "chrome", "version": "156.0.1", "channel": "stable", "engine": "blink"},
    ("browser", "firefox"): {"product": "firefox", "version": "140.12.0", "channel": "esr", "engine": "gecko"},
    ("browser", "ie"): {"product": "ie", "version": "11.0", "channel": "stable", "engine": "trident"},
    ("html5", "chrome"): {"product": "chrome", "version": "156.0.1", "channel": "stable", "engine": "blink", "feature_policies": []},
    ("html5", "firefox"): {"product": "firefox", "version": "140.12.0", "channel": "esr", "engine": "gecko", "feature_policies": []},
    ("office", "apps"): {"product": "microsoft-365-apps", "generation": "365", "version": "16.0.20131.20154", "channel": "current"},
    ("hardware", "pc"): {"cpu": "Intel(R) Core(TM) i5-8500 CPU @ 3.00GHz", "cores": 6, "memory": 2**33, "system_disk": 2**37,
        "firmware": "uefi", "secure_boot": True, "tpm": "2.0", "form": "desktop"},
}
facts = tuple(Fact(Subject(*key), name, value, ()) for key, each in PC.items() for name, value in each.items())
support = tuple(fact for fact in facts if fact.subject.kind != "html5")
html5.releases("chrome"), html5.releases("firefox"), html5.features()
day = date(2026, 11, 12)
marks = [clock()]
for each in raw:
    json.loads(each)
marks.append(clock())
for name in names:
    shipped.topic(name)
marks.append(clock())
enriched(Detected(support), day)
marks.append(clock())
for _ in range(10):
    enriched(Detected(support), day)
marks.append(clock())
evaluate(rules, Detected(facts), day)
marks.append(clock())
evaluate(rules, Detected(facts), day)
marks.append(clock())
steps = [after - before for before, after in zip(marks, marks[1:])]
steps[3] /= 10
print(json.dumps(steps))
"""

STEPS = (
    "yardstick: json.loads of the same bytes, in memory",
    "reading every file of the knowledge base",
    "facts of support of the first PC: system, three browsers, a suite, the hardware",
    "facts of support of another PC that is alike",
    "judging the first PC by every rule of every pack, HTML5 and services included",
    "judging another PC that is alike",
)


def measure() -> list[float]:
    """Seconds of each step, in a new Python."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED], capture_output=True, text=True, check=True, cwd=ROOT, env=AS_INSTALLED
    )
    seconds: list[float] = json.loads(done.stdout)
    return seconds


def shown(seconds: list[float]) -> str:
    """Median and spread, in milliseconds."""
    milliseconds = [each * 1000 for each in seconds]
    return f"{statistics.median(milliseconds):.2f} ({min(milliseconds):.2f}–{max(milliseconds):.2f})"


def table(rounds: int) -> str:
    """The measurements as Markdown."""
    measure()
    runs = [measure() for _ in range(rounds)]
    rows = [f"| {step} | {shown([each[at] for each in runs])} |" for at, step in enumerate(STEPS)]
    size = sum(path.stat().st_size for path in DATA.glob("*.json"))
    about = (
        f"Median of {rounds} (least–most), after one run unmeasured. "
        f"`python benchmarks/knowledge.py --rounds {rounds}`, {datetime.now(UTC).date()}, {machine()}."
    )
    return "\n".join([about, "", "| | CPU ms |", "|---|---|", *rows, "", f"Bytes of all files: {size:,}."])


if __name__ == "__main__":
    run("knowledge", __doc__, table, rounds=21)
