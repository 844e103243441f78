"""Rules for their authors: one rule in full, and what rules say of a folder of PCs, before a change and after."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from auditor.finding_words import expected
from auditor.matchers import MATCHERS, show
from auditor.model import FactSpec, Outcome
from auditor.report import words
from auditor.report.text import clean, heading, one_line, table
from auditor.rule_file import Condition, Demand, Rule
from auditor.rules import Pack
from auditor.trial import WORDS, Change, Trial, Tried, document

MOST_NAMED = 20
"""How many PCs are named of each verdict of a rule; JSON has all."""


def explained(rule: Rule, pack: Pack, width: int) -> str:
    """The whole of one rule: what it asks and of which facts, why, what to do, where it comes from, its examples."""
    lines = [
        ("severity", rule.severity.name.lower()),
        ("judges", f"{'each' if rule.of == 'each' else rule.of + ' of the'} {rule.kind}"),
        ("from", rule.since.isoformat() if rule.since else "any date"),
        ("when", "; ".join(_said(each) for each in rule.when) or "always"),
        ("expects", expected(rule)),
        ("why", rule.why),
        ("what to do", rule.fix),
        ("source", _source(rule.source)),
        ("old facts", "are used, with a warning" if rule.stale == "warn" else "are unknown"),
        ("pack", f"{pack.title} {pack.version}, SHA-256 {pack.digest}"),
        *(("changed", f"by {pack.id}: {what}") for what in rule.changed),
    ]
    wide = max(len(name) for name, _ in lines)
    parts = [clean(f"{rule.id}: {rule.title}"), *(f"  {name:{wide}}  {clean(text)}" for name, text in lines)]
    parts += [heading("Facts it asks for"), table(("fact", "type", "meaning"), _facts(rule), width)]
    if rule.demands:
        rows = [_demand(demand, rule) for demand in rule.demands]
        parts += [heading("Demands"), table(("needs", "of", "standing", "confidence", "source", "note"), rows, width)]
    examples = [
        (each.expect.value if each.expect else "not applicable", _example(each.subjects, each.context))
        for each in rule.examples
    ]
    parts += [heading("Examples"), table(("must", "of"), examples, width)]
    return "\n".join(parts)


def _facts(rule: Rule) -> list[tuple[str, str, str]]:
    specs: dict[str, FactSpec] = {f"{each.spec.kind}.{each.spec.name}": each.spec for each in (*rule.when, *rule.require)}
    return [(name, spec.type, spec.meaning) for name, spec in specs.items()]


def _demand(demand: Demand, rule: Rule) -> tuple[str, ...]:
    needs = "; ".join(_said(each) for each in rule.require if each.demand is demand)
    of = ", ".join(demand.products) or f"every {rule.kind}"
    return one_line(needs, 400), of, demand.standing, demand.confidence, _source(demand.source), demand.note


def _source(source: Any) -> str:
    return f"{source['address']}, as of {source['as_of']}, {source['basis']}"


def _said(condition: Condition) -> str:
    spec = condition.spec
    return f"{spec.kind}.{spec.name} {MATCHERS[condition.word].says} {show(condition.argument, spec)}"


def _example(subjects: Iterable[object], context: object) -> str:
    texts = [show(subject) for subject in subjects] or ["none installed"]
    return one_line(" + ".join(texts) + (f" with {show(context)}" if context else ""), 200)


def on_estate(rule: Rule, rows: Sequence[Any], width: int) -> str:
    """The PCs of an estate (its rows) on which ``rule`` fails or cannot be told, with why."""
    found = [
        (outcome.value, words.name(row), row.site, one_line(finding.waiver or finding.actual, 200))
        for outcome in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WAIVED)
        for row in rows
        if row.state != "stale"
        for finding in row.findings
        if finding.rule == rule.id and finding.outcome is outcome
    ]
    head = heading(f"{rule.id} on this estate")
    if not found:
        return f"{head}\nIt fails on no PC, and is unknown on none."
    shown = table(("", "PC", "site", "because"), found[:MOST_NAMED], width)
    more = len(found) - MOST_NAMED
    way = f"auditor report --filter rule={rule.id}:fail"
    return f"{head}\n{shown}" + (f"\nand {more} more: {way} has all." if more > 0 else "")


def trial_text(trial: Trial, width: int) -> str:
    """What the rules say of the PCs: counts a rule, and below who fails and why."""
    rows = [(tried.rule, *(tried.count(word) for word in WORDS)) for tried in trial.rules]
    parts = [
        f"{words.number(len(trial.names), 'PC')}, {words.number(len(trial.rules), 'rule')}, as of {trial.as_of}.",
        "",
        table(("rule", *WORDS), rows, width),
    ]
    for tried in trial.rules:
        parts += _named(tried, trial, width)
    return "\n".join(parts)


def _named(tried: Tried, trial: Trial, width: int) -> list[str]:
    parts = [heading(f"{tried.rule}: {tried.title}")]
    rows: list[tuple[str, str, str]] = []
    for word in WORDS:
        mine = [(word, trial.names[sha256], one_line(each.why, 160))
                for sha256, each in tried.verdicts.items() if each.word == word]  # fmt: skip
        mine.sort(key=lambda row: row[1])
        rows += mine[:MOST_NAMED]
        if len(mine) > MOST_NAMED:
            rows.append((word, f"and {len(mine) - MOST_NAMED} more", "--format json has all"))
    return [*parts, table(("", "PC", "because"), rows, width)]


def changes_text(found: Sequence[Change], before: Trial, after: Trial, width: int) -> str:
    """Which PC changed from what to what under which rule, and why."""
    old, new = ({tried.rule: tried.asks for tried in side.rules} for side in (before, after))
    asked = [(rule, old.get(rule, "–"), new.get(rule, "–"))
             for rule in sorted(old.keys() | new.keys()) if old.get(rule) != new.get(rule)]  # fmt: skip
    parts = [heading("What the rules ask"), table(("rule", "before", "now"), asked, width)] if asked else []
    rows = [
        (each.rule, each.name, f"{each.before.word} → {each.after.word}", one_line(each.after.why or each.before.why, 160))
        for each in found
    ]
    parts += [
        heading("What changed"),
        table(("rule", "PC", "verdict", "because"), rows, width) if rows else "No verdict changed.",
    ]
    return "\n".join(parts)


def trial_json(trial: Trial, found: Sequence[Change] | None) -> bytes:
    """The trial as ``auditor/trial/1``; with ``changes`` where it was compared."""
    data = document(trial)
    if found is not None:
        data["changes"] = [
            {"rule": each.rule, "pc": each.name, "before": each.before._asdict(), "after": each.after._asdict()}
            for each in found
        ]
    return json.dumps(data, indent=1, ensure_ascii=True).encode() + b"\n"
