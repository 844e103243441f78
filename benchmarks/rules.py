#!/usr/bin/env python3
"""How long rules take: one PC judged by all packs once they are loaded, and each rule over a component.

Each round in a new Python, because what was asked of the tables of HTML5 is kept; so the first PC pays for
reading them. The PC is a Windows desk with three browsers, an office suite and its hardware. CPU time, since others use the machine
too: medians, and the spread. ``--write`` puts the table into BENCHMARKS.md.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from datetime import UTC, datetime

from figures import AS_INSTALLED, ROOT, machine, run

MEASURED = """
import json, time
from datetime import date
from auditor.dictionary import VOCABULARY
from auditor.evaluate import evaluate, judge
from auditor.subjects import Subjects
from auditor.knowledge.enrich import enriched
from auditor.model import Detected, Fact, Subject
from auditor.places import rules_folder
from auditor.rules import load
from auditor.trial import Case, run

clock, day = time.process_time, date(2026, 6, 10)
PC = {
    ("os", "windows"): {"family": "windows", "name": "Windows 11", "build": 26100, "revision": 4349, "version": "10.0.26100",
                        "release": "24H2", "edition": "Professional", "architecture": "x86_64", "type": "client"},
    ("hardware", "pc"): {"memory": 8 * 2**30, "cores": 4, "tpm": "2.0", "firmware": "uefi"},
    ("device", "pc"): {"hostname": "desk-7", "site": "Leeds", "tags": ["shared"]},
    ("office", "libreoffice"): {"product": "libreoffice", "version": "25.2.3"},
}
for name, version, engine in (("chrome", "149.0.1.2", "blink"), ("edge", "120.0.9.9", "blink"), ("firefox", "140.12.0", "gecko")):
    same = {"product": name, "version": version, "engine": engine, "engine_version": version, "channel": "stable"}
    PC["browser", name] = {**same, "scope": "machine"}
    PC["html5", name] = {**same, "feature_policies": []}
facts = Detected(tuple(Fact(Subject(*of), name, value, ()) for of, known in PC.items() for name, value in known.items()))
marks = {}
start = clock(); rules = load([rules_folder()], VOCABULARY).rules; marks["loading"] = clock() - start
start = clock(); findings = evaluate(rules, facts, day); marks["first"] = clock() - start
times = []
for _ in range(20):
    start = clock(); evaluate(rules, facts, day); times.append(clock() - start)
marks["next"] = sorted(times)[10]
subjects = Subjects(enriched(facts, day))
plain = [rule for rule in rules if not rule.demands]
for name, some in (("rule", plain), ("service", [rule for rule in rules if rule.demands])):
    start = clock()
    for _ in range(20):
        for rule in some:
            judge(rule, subjects, day)
    marks[name] = (clock() - start) / 20 / len(some)
start = clock()
for _ in range(20):
    for rule in plain:
        judge(rule, subjects, day)
asked = sum(max(len(subjects.of(rule.kind)), 1) for rule in plain)
marks["component"] = (clock() - start) / 20 / asked
cases = [Case(str(n), str(n), facts) for n in range(20)]
start = clock(); run(rules, cases, day); marks["trial"] = (clock() - start) / 20
print(json.dumps({**marks, "rules": len(rules), "findings": len(findings)}))
"""

STEPS = {
    "loading": "loading all packs",
    "first": "the first PC by all packs, with reading the tables it needs",
    "next": "another PC like it",
    "rule": "one plain rule over one PC",
    "component": "one plain rule over one component",
    "service": "one service over one PC",
    "trial": "one PC of a trial (`rules test --snapshots`), after it is understood",
}


def measure() -> dict[str, float]:
    """Seconds of each step, in a new Python."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED], capture_output=True, text=True, check=True, cwd=ROOT, env=AS_INSTALLED
    )
    marks: dict[str, float] = json.loads(done.stdout)
    return marks


def table(rounds: int) -> str:
    """The measurements as Markdown."""
    measure()
    runs = [measure() for _ in range(rounds)]
    today = datetime.now(UTC).date()
    lines = [
        f"Median of {rounds} (least–most), after one run unmeasured. `python benchmarks/rules.py --rounds {rounds}`, {today}, {machine()}.",
        "",
        "| | CPU ms |",
        "|---|---|",
    ]
    for key, name in STEPS.items():
        low, middle, high = (
            1000 * value for value in (pick(run[key] for run in runs) for pick in (min, statistics.median, max))
        )
        lines.append(f"| {name} | {middle:.3g} ({low:.3g}–{high:.3g}) |")
    return "\n".join([*lines, "", f"{runs[0]['rules']} rules, {runs[0]['findings']} findings on the PC."])


if __name__ == "__main__":
    run("rules", __doc__, table, rounds=9)
