"""Scores auditor against the labelled real machines, prints the table and writes docs/truth.md: ``python3 tools/truth.py``.

With ``--record`` the scores become the ones that the tests do not let fall. Real data is
looked for in ``AUDITOR_REALDATA``, else in ``../shared/realdata``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import re
import sys
import tempfile
import warnings
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
sys.path[:] = [str(HERE), str(HERE / "tests"), *(each for each in sys.path if each != str(HERE / "tools"))]

import yaml  # noqa: E402

from truth import score  # noqa: E402

RECORD = HERE / "tests" / "truth" / "record.json"
PAGE = HERE / "docs" / "truth.md"
_SILENT = re.compile(r"(\S+) (.*): (.*?): shows nowhere", re.S)
TITLES = {"os": "System", "browser": "Browsers", "office": "Office"}


def percent(value: float | None) -> str:
    """A share for the table; a dash where there was nothing to tell and nothing was told."""
    return "–" if value is None else f"{value * 100:.1f}"


def cells(each: score.Score) -> list[str]:
    """The columns of one row of the table."""
    row = [str(each.machines)]
    for kind in score.SCORED:
        tally = each.tallies.get(kind, score.Tally())
        row += [
            f"{tally.right}/{tally.right + tally.missed}",
            percent(tally.precision()),
            percent(tally.recall()),
            percent(tally.f1()),
        ]
    return [*row, str(sum(tally.unknown for tally in each.tallies.values())), str(len(each.silent))]


def table(labels: dict[str, dict[str, object]], scores: dict[str, score.Score]) -> list[str]:
    """The scores by group, of all that can be read, and of all."""
    heads = [
        "Group",
        "PCs",
        *(f"{title} {what}" for title in TITLES.values() for what in ("found", "P", "R", "F1")),
        "Rightly unknown",
        "Silent",
    ]
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    lines += [
        f"| {name}{' †' if 'unread' in labels[name] else ''} | " + " | ".join(cells(each)) + " |"
        for name, each in scores.items()
    ]
    for title, total in score.totals(labels, scores).items():
        lines.append(f"| **{title}** | " + " | ".join(cells(total)) + " |")
    return lines


def misses(scores: dict[str, score.Score]) -> list[str]:
    """Every miss by name; many of one reason in one group are told once, with their number."""
    lines: list[str] = []
    for group, each in scores.items():
        said = [line for kind in (*score.SCORED, *score.BESIDE) for line in each.tallies.get(kind, score.Tally()).misses]
        lines_here = [f"* {line}" for line in (*grouped(said), *silences(each.silent))]
        if lines_here:
            lines += [f"### {group}", "", *lines_here, ""]
    return lines or ["None.", ""]


def grouped(said: list[str]) -> list[str]:
    """Lines that differ in nothing but the machine, as one with the machines' number."""
    by_text: dict[str, list[str]] = {}
    for line in dict.fromkeys(said):
        machine, _, text = line.partition(": ")
        by_text.setdefault(text.replace(machine, "…"), []).append(machine)
    return [f"{some(names)}: {text}" for text, names in by_text.items()]


def silences(said: tuple[str, ...]) -> list[str]:
    """Silent unknowns of one reason as one line, with an example of what was not read."""
    by_reason: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for line in said:
        machine, _, text = line.partition(": ")
        found = _SILENT.fullmatch(text)
        kind, where, reason = found.groups() if found else ("", text, "")
        by_reason.setdefault((kind, reason.replace(machine, "…")), []).append((machine, where))
    return [
        f"{some([machine for machine, _ in places])}: silent, {len(places)} sources: {kind} {places[0][1][:100]}: {reason}"
        for (kind, reason), places in by_reason.items()
    ]


def some(names: list[str]) -> str:
    """The first names, and how many more there are."""
    each = list(dict.fromkeys(names))
    return ", ".join(each[:3]) + (f" and {len(each) - 3} more" if len(each) > 3 else "")


def page(labels: dict[str, dict[str, object]], scores: dict[str, score.Score], today: str) -> str:
    """All of docs/truth.md."""
    fixed = (HERE / "tests" / "truth" / "how_it_is_counted.md").read_text(encoding="utf-8")
    without = yaml.safe_load((HERE / "tests" / "truth" / "not_scored.yaml").read_text(encoding="utf-8"))
    wrong = [
        f"* {name}, {each['name']}: {each['reason']}"
        for name, label in labels.items()
        for each in label.get("wrong_upstream", [])
    ]
    return "\n".join(
        [
            "# How well auditor tells the truth",
            "",
            f"Written by `python3 tools/truth.py` on {today}.",
            "",
            "## The scores",
            "",
            "P, R and F1 are precision, recall and their harmonic mean, in per cent; a dash says that there was nothing to",
            "tell and nothing was told.",
            "",
            *table(labels, scores),
            "",
            fixed.strip(),
            "",
            "| Source | Why its refusal changes no answer |",
            "| --- | --- |",
            *(f"| `{source}` | {reason} |" for source, reason in score.NO_ANSWER.items()),
            "",
            "## Misses",
            "",
            *misses(scores),
            "## Labels of others that are wrong",
            "",
            *wrong,
            "",
            "## Where the real data is from",
            "",
            "| Group | Source | Licence | What is in it |",
            "| --- | --- | --- | --- |",
            *(f"| {name} | {label['source']} | {label['licence']} | {label['about']} |" for name, label in labels.items()),
            "",
            "## Not scored, because …",
            "",
            "| Group | Reason |",
            "| --- | --- |",
            *(f"| {name} | {reason} |" for name, reason in sorted(without.items())),
            "",
        ]
    )


def main() -> int:
    """Score, print, write."""
    parser = argparse.ArgumentParser(description="Score auditor against the labelled real machines.")
    parser.add_argument("--record", action="store_true", help="keep the scores as those that may not fall")
    parser.add_argument("--only", metavar="GROUP", help="print one group's misses and write nothing")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    realdata = Path(os.environ.get("AUDITOR_REALDATA") or HERE.parent / "shared" / "realdata")
    if not realdata.is_dir():
        print(f"no real data at {realdata}: set AUDITOR_REALDATA to the folder that holds it", file=sys.stderr)
        return 2
    labels = {name: label for name, label in score.labels().items() if options.only in (None, name)}
    scores: dict[str, score.Score] = {}
    with tempfile.TemporaryDirectory(prefix="auditor-truth-") as scratch:
        for name, label in labels.items():
            scores[name] = score.score_group(label, realdata, Path(scratch) / name)
    print("\n".join(table(labels, scores)))
    if options.only:
        print("\n".join(misses(scores)))
        return 0
    PAGE.write_text(page(labels, scores, dt.datetime.now(tz=dt.UTC).date().isoformat()), encoding="utf-8")
    if options.record:
        kept = {name: score.as_record(each) for name, each in (*scores.items(), *score.totals(labels, scores).items())}
        RECORD.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
