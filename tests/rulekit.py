"""A small vocabulary, and rules, facts and folders made of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from auditor import rules
from auditor.model import Detected, Fact, FactSpec, Gap, Reading, Source, Status, Subject, Value

SPECS = (
    FactSpec("os", "family", "text", "The family.", ("windows", "macos", "linux")),
    FactSpec("os", "build", "whole", "The build number."),
    FactSpec("os", "supported", "yes-no", "Whether it is mended."),
    FactSpec("os", "support_ends", "date", "The last day of support."),
    FactSpec("hardware", "memory", "size", "Bytes of memory."),
    FactSpec("hardware", "tpm", "yes-no", "Whether there is a TPM."),
    FactSpec("browser", "product", "text", "Which browser."),
    FactSpec("browser", "version", "version", "Its version."),
    FactSpec("browser", "channel", "text", "Its channel.", ("Stable", "Beta", "ESR")),
    FactSpec("browser", "policies", "list", "The policies that are set."),
    FactSpec("browser", "features", "features", "What it can do.", ("grid", "webgl", "dialog")),
    FactSpec("browser", "supported", "yes-no", "Whether it is mended."),
    FactSpec("browser", "support_ends", "date", "The last day of support."),
    FactSpec("browser", "baseline", "date", "How much of Baseline it has."),
    FactSpec("browser", "release", "release", "Which of the releases it is."),
    FactSpec("office", "product", "text", "Which office suite."),
)
VOCABULARY = {f"{spec.kind}.{spec.name}": spec for spec in SPECS}

RULE = """\
title: Browser is too old
severity: high
for: browser
require:
  version: {at_least: "120"}
why: Older ones miss features.
fix: Update it.
source: {address: https://example.org/, as_of: 2026-11-12, basis: read}
examples:
  pass: [{version: "138.0"}]
  fail: [{version: "95.0"}]
"""


def write(root: Path, text: str = RULE, name: str = "baseline/old.yaml") -> Path:
    """A rule file below ``root``."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def rule(root: Path, **fields: str) -> rules.Rule:
    """The one rule of :data:`RULE` with some fields' text replaced or added."""
    lines = RULE.split("\nexamples:")[0].splitlines()
    for name, value in fields.items():
        field = {"kind": "for"}.get(name, name)
        lines = [line for line in lines if not line.startswith(f"{field}:")]
        if field == "require":
            lines = [line for line in lines if not line.startswith("  ")]
        lines.append(f"{field}: {value}")
    if "examples" not in fields:
        lines.append("examples: {pass: [{}], fail: [{}]}")
    path = write(root, "\n".join(lines) + "\n", "pack/one.yaml")
    return rules.load([path], VOCABULARY).rules[0]


def reading(name: str = "place", value: Value = "what it said") -> Reading:
    """A reading that can serve as evidence."""
    return Reading(Source("file", f"/{name}"), f"/{name}", Status.READ, value)


def facts(kind: str, name: str, where: str = "", **known: Any) -> list[Fact]:
    """The facts of one subject, each with evidence of its own; an Ellipsis is a fact that could not be read."""
    subject = Subject(kind, name, where)
    return [
        Fact(subject, fact, None, (reading(f"{name}/{fact}"),), "could not be read")
        if value is ...
        else Fact(subject, fact, value, (reading(f"{name}/{fact}"),))
        for fact, value in known.items()
    ]


def detected(*groups: list[Fact], gaps: tuple[Gap, ...] = ()) -> Detected:
    """All of them, as the checks hand them over."""
    return Detected(tuple(fact for group in groups for fact in group), gaps)
