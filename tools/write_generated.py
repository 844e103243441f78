#!/usr/bin/env python3
"""Write anew what follows from the code: the dictionary of facts, the table of rules, the list of what is read.

A test holds the files current; after a change to a check or a rule, run ``make generated``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from auditor.checks import FAMILIES, VOCABULARY, wants
from auditor.evaluate import expected
from auditor.matchers import MATCHERS
from auditor.places import rules_folder
from auditor.rules import load

ROOT = Path(__file__).resolve().parent.parent


def facts() -> str:
    """docs/facts.md"""
    lines = [
        "# The dictionary of facts",
        "",
        "Every fact that a rule may ask for. Any of them can be *unknown*, always with a reason.",
        "Generated from the declarations in `auditor/checks/`.",
        "",
        "| fact | type | meaning |",
        "|---|---|---|",
    ]
    for name, spec in VOCABULARY.items():
        words = f" One of: {', '.join(spec.words)}." if spec.words else ""
        lines.append(f"| `{name}` | {spec.type} | {spec.meaning}{words} |")
    lines += ["", "## The words a rule may use", "", "| word | reads as | goes with |", "|---|---|---|"]
    lines += [f"| `{word}` | {matcher.says} | {', '.join(sorted(matcher.types))} |" for word, matcher in MATCHERS.items()]
    return "\n".join(lines) + "\n"


def rules() -> str:
    """docs/rules.md"""
    found = load([rules_folder()], VOCABULARY)
    lines = [
        "# The rules that come with auditor",
        "",
        "Generated from `rules/`; `auditor rules explain NAME` shows all of one.",
    ]
    for pack in found.packs.values():
        lines += ["", f"## {pack.title} ({pack.id}, {pack.version})", "", pack.description, ""]
        lines += ["| rule | severity | expects | source |", "|---|---|---|---|"]
        lines += [
            f"| **{rule.title}**<br>`{rule.id}` | {rule.severity.name.lower()} | {rule.kind}: {expected(rule)} "
            f"| {rule.source['address']}, {rule.source['as_of']}, {rule.source['basis']} |"
            for rule in found.rules
            if rule.pack == pack.id
        ]
    return "\n".join(lines) + "\n"


def wanted() -> str:
    """collect/wants.json"""
    families = {family: [list(source) for source in wants(family)] for family in FAMILIES}
    return json.dumps({"schema": "auditor/wants/1", "wants": families}, indent=1, ensure_ascii=True) + "\n"


GENERATED: Mapping[str, Callable[[], str]] = {"docs/facts.md": facts, "docs/rules.md": rules, "collect/wants.json": wanted}
"""File → what it should hold."""

if __name__ == "__main__":
    for name, text in GENERATED.items():
        (ROOT / name).write_text(text(), encoding="utf-8")
