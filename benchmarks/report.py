#!/usr/bin/env python3
"""How long a report's formats take and how much memory, against a bare write of the same bytes.

The PCs are synthetic and made as they are asked for, so what is measured is the format alone: 22 columns, 44 rules, 20 sites,
a quarter of the PCs with something that fails. Each round of each format is a new process, and so is its yardstick, which
writes the bytes that the format made. CPU seconds, since others use the machine too: medians, and the spread.
AUDITOR_SIZES takes others than 10,000 and 100,000 PCs, AUDITOR_FORMATS others than xlsx, csv, html and json.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from figures import AS_INSTALLED, ROOT, machine, run

SIZES = tuple(int(each) for each in os.environ.get("AUDITOR_SIZES", "10000 100000").split())
FORMATS = tuple(os.environ.get("AUDITOR_FORMATS", "xlsx csv html json").split())

MEASURED = """
import hashlib, json, resource, sys, time
from collections import Counter
from dataclasses import dataclass
from auditor.estate.result import STATES, DeviceRow, Estate, Group, RuleCount, Tally
from auditor.knowledge.dates import Dated
from auditor.model import BASES, Outcome, Severity
from auditor.report.formats import FORMATS
from auditor.rules import Pack
form, size, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
RULES = [f"baseline/a-rule-of-some-length-{n}" for n in range(20)] + [f"services/a-website-{n}" for n in range(24)]
SHOWN = ("ready", "ready", "not ready", "at risk", "ready", "unknown", "ready", "stale")
def outcomes(n):
    bad = n % 4 == 2
    kinds = (Outcome.FAIL if bad else Outcome.PASS, Outcome.PASS, Outcome.UNKNOWN if bad else Outcome.PASS, None)
    return {rule: kind for at, rule in enumerate(RULES) if (kind := kinds[(at + n // 4) % 4])}
@dataclass
class PCs:
    size: int
    def __len__(self): return self.size
    def __iter__(self): return self.rows()
    def rows(self, limit=None, *, but_ready=False):
        for n in range(self.size if limit is None else min(limit, self.size)):
            state = SHOWN[n % len(SHOWN)]
            if but_ready and state == "ready": continue
            yield DeviceRow(f"{n:032x}", f"SITE{n % 20:02}-D{n:07}", f"Site {n % 20}", ("ward",), "2026-11-20T09:30:00Z", "Windows 11 24H2",
                state, ("edge 156.0.3800.1", "chrome 157.0.9000.2"), ("edge 156", "chrome 157"), ("microsoft-365 16.0.19000.1",), (),
                hashlib.sha256(b"%d" % n).hexdigest(), outcomes(n))
states, sites, rules = Counter(), {}, {rule: Counter() for rule in RULES}
for n in range(size):
    state = SHOWN[n % len(SHOWN)]
    states[state] += 1
    sites.setdefault(f"Site {n % 20}", Counter())[state] += 1
    if state != "stale":
        for rule, outcome in outcomes(n).items(): rules[rule][outcome] += 1
live = size - states["stale"]
def tally(of): return Tally(tuple(of[state] for state in STATES))
def line(rule):
    of = rules[rule]
    seen = (of[Outcome.PASS], of[Outcome.FAIL], of[Outcome.UNKNOWN], of[Outcome.WAIVED])
    return RuleCount(rule, "A title of a rule", Severity.HIGH, "What is to be done.", *seen, live - sum(seen), rule.startswith("services"))
lines = [line(rule) for rule in RULES]
estate = Estate("2026-11-27", 30, "0", {"p": Pack("p", "P", "1", "", "2026-11-01", "0" * 64)}, (), size, 0, tally(states),
    tuple(Group(name, tally(of)) for name, of in sites.items()), (Group("Windows 11 24H2", tally(states)),),
    (Group("edge 156", tally(states)), Group("chrome 157", tally(states))), tuple(lines[:20]), tuple(lines[20:]),
    {"total": 1, **dict.fromkeys(BASES, 0), "warned": 0}, (Dated("browsers", "2026-11-12"),), PCs(size), ())
start = time.process_time()
with open(path, "wb") as file:
    for piece in FORMATS[form](estate, 100):
        file.write(piece)
took = time.process_time() - start
print(json.dumps({"seconds": took, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""
BARE = """
import json, sys, time
content = open(sys.argv[1], "rb").read()
pieces = [content[at : at + 1000000] for at in range(0, len(content), 1000000)]
start = time.process_time()
with open(sys.argv[1] + ".bare", "wb") as file:
    for piece in pieces:
        file.write(piece)
print(json.dumps({"seconds": time.process_time() - start}))
"""


def asked(code: str, *arguments: str) -> dict[str, float]:
    """What a new process measured."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=AS_INSTALLED, cwd=ROOT, capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measured(form: str, size: int, file: Path, rounds: int) -> str:
    """The row of the table for one format and size."""
    found, bare = [], []
    for _ in range(rounds):
        found.append(asked(MEASURED, form, str(size), str(file)))
        bare.append(asked(BARE, str(file))["seconds"])
    seconds = sorted(each["seconds"] for each in found)
    middle, yard = statistics.median(seconds), max(statistics.median(bare), 0.0001)
    return (
        f"| {size:,} | {form} | {file.stat().st_size / 1e6:,.1f} | {middle:.2f} ({seconds[0]:.2f}–{seconds[-1]:.2f}) "
        f"| {1000 * yard:.1f} | {middle / yard:,.0f} × | {max(each['mb'] for each in found):,.0f} |"
    )


def table(rounds: int) -> str:
    """The measurements as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [measured(form, size, Path(folder) / "report", rounds) for size in SIZES for form in FORMATS]
    return "\n".join(
        [
            f"`python3 benchmarks/report.py --rounds {rounds}`, {datetime.now(UTC):%Y-%m-%d}, {machine()}.",
            "",
            "| PCs | format | MB | CPU seconds (spread) | bare write, CPU ms | of the yardstick | most memory, MB |",
            "|---|---|---|---|---|---|---|",
            *rows,
        ]
    )


if __name__ == "__main__":
    run("formats", __doc__, table, rounds=3)
