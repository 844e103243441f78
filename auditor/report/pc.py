"""What ``auditor scan`` says of one PC: the ``auditor/scan/1`` document, and tables for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from auditor.evaluate import readiness
from auditor.matchers import show
from auditor.model import Detected, Fact, Finding, Outcome, Reading, Snapshot, Source, Status, Subject, Vocabulary
from auditor.report import html5, websites, words
from auditor.report.text import heading, one_line, table
from auditor.rules import RuleSet

SCHEMA = "auditor/scan/1"
"""Name and version of the JSON document; ``schemas/scan-1.json`` describes it."""

Numbers = Mapping[tuple[Source, str], int]
"""A reading's source and place → its number in the snapshot's list."""

_OUTCOME_ORDER = {Outcome.FAIL: 0, Outcome.UNKNOWN: 1, Outcome.WAIVED: 2, Outcome.PASS: 3}
_MARKS = {Outcome.FAIL: "FAIL", Outcome.UNKNOWN: "unknown", Outcome.WAIVED: "waived", Outcome.PASS: "pass"}


def document(snapshot: Snapshot, detected: Detected, findings: Sequence[Finding], as_of: str) -> dict[str, Any]:
    """The scan as JSON values. ``as_of`` is the ISO date that was judged for.

    Evidence names a reading by its place in the snapshot's list, and repeats what it said; the
    place is null for what the snapshot should hold and does not.
    """
    numbers: Numbers = {(reading.source, reading.at): number for number, reading in enumerate(snapshot.readings)}
    device = snapshot.device
    return {
        "schema": SCHEMA,
        "device": {
            "id": device.id,
            "hostname": device.hostname,
            "family": device.family,
            "site": device.site,
            "tags": list(device.tags),
        },
        "taken_at": snapshot.taken_at,
        "as_of": as_of,
        "subjects": [_subject(subject, facts, numbers) for subject, facts in by_subject(detected).items()],
        "findings": [_finding(finding, numbers) for finding in worst_first(findings)],
        "gaps": [{"kind": gap.kind, "scope": gap.scope, "reason": gap.reason} for gap in detected.gaps],
        "summary": summary(snapshot, detected, findings),
    }


def summary(snapshot: Snapshot, detected: Detected, findings: Iterable[Finding]) -> dict[str, Any]:
    """Counts, and the one word for this PC."""
    seen = list(findings)
    outcomes = Counter(finding.outcome for finding in seen if not finding.service)
    services = Counter(finding.outcome for finding in seen if finding.service)
    statuses = Counter(reading.status for reading in snapshot.readings)
    return {
        "state": readiness(seen),
        "findings": {outcome.value: outcomes[outcome] for outcome in Outcome},
        "services": {outcome.value: services[outcome] for outcome in Outcome},
        "warned": sum(1 for finding in seen if finding.warning),
        "subjects": len(by_subject(detected)),
        "gaps": len(detected.gaps),
        "readings": {status.value: statuses[status] for status in Status},
    }


def by_subject(detected: Detected) -> dict[Subject, list[Fact]]:
    """The facts of each subject, in the order they were found."""
    grouped: dict[Subject, list[Fact]] = {}
    for fact in detected.facts:
        grouped.setdefault(fact.subject, []).append(fact)
    return grouped


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Failures before unknowns before the rest; within each, the most severe first."""
    return sorted(findings, key=lambda each: (_OUTCOME_ORDER[each.outcome], -each.severity, each.rule, each.subject))


def _subject(subject: Subject, facts: Sequence[Fact], numbers: Numbers) -> dict[str, Any]:
    evidence: dict[tuple[Source, str], dict[str, Any]] = {}
    for fact in facts:
        for reading in fact.evidence:
            entry = evidence.setdefault((reading.source, reading.at), {**_reading(reading, numbers), "facts": []})
            if fact.name not in entry["facts"]:
                entry["facts"].append(fact.name)
    return {
        "kind": subject.kind,
        "name": subject.name,
        "where": subject.where,
        "facts": {fact.name: fact.value for fact in facts if not fact.unknown},
        "unknown": {fact.name: fact.unknown for fact in facts if fact.unknown},
        "evidence": [evidence[place] for place in sorted(evidence, key=lambda place: numbers.get(place, len(numbers)))],
    }


def _reading(reading: Reading, numbers: Numbers) -> dict[str, Any]:
    number = numbers.get((reading.source, reading.at))
    entry = {"reading": number, "source": ":".join(reading.source), "at": reading.at, "status": reading.status.value}
    return {**entry, "value": reading.value} if reading.status is Status.READ else {**entry, "detail": reading.detail}


def _finding(finding: Finding, numbers: Numbers) -> dict[str, Any]:
    subject = finding.subject
    return {
        "rule": finding.rule,
        "pack": finding.pack,
        "severity": finding.severity.name.lower(),
        "subject": {"kind": subject.kind, "name": subject.name, "where": subject.where},
        "outcome": finding.outcome.value,
        "expected": finding.expected,
        "actual": finding.actual,
        "fix": finding.fix,
        "waiver": finding.waiver,
        "blocked_by": finding.blocked_by,
        "service": finding.service,
        "basis": finding.basis,
        "warning": finding.warning,
        "evidence": [_reading(each, numbers) for each in finding.evidence],
    }


def tables(
    snapshot: Snapshot, detected: Detected, findings: Sequence[Finding], rules: RuleSet, vocabulary: Vocabulary, width: int
) -> str:
    """All of it for a terminal of ``width`` columns: what was found, what is wrong and what to do."""
    groups = by_subject(detected)
    parts = [
        heading(f"This PC: {snapshot.device.hostname or 'without a name'} ({snapshot.device.id[:8]})"),
        _facts_table(
            [(subject, facts) for subject, facts in groups.items() if subject.kind in ("os", "hardware")], vocabulary, width
        ),
        heading("Browsers"),
        _browsers_table(groups, width),
        heading("Office"),
        _office_table(groups, width),
        *_companions(groups, width),
        *html5.section(groups, width),
        *websites.section(findings, rules, width),
        heading("Findings"),
        _findings_table(findings, rules, width),
    ]
    if detected.gaps:
        rows = [(gap.kind, gap.scope, one_line(gap.reason)) for gap in words.missed(detected.gaps)]
        parts += [heading("What may have been missed"), table(("of", "for", "because"), rows, width)]
    return "\n".join([*parts, "", closing(snapshot, detected, findings)])


def closing(snapshot: Snapshot, detected: Detected, findings: Sequence[Finding]) -> str:
    """The last line: the word for this PC, and the counts."""
    counts = summary(snapshot, detected, findings)
    outcomes, readings = counts["findings"], counts["readings"]
    return (
        f"This PC is {counts['state'].upper()}: {outcomes['fail']} failed, {outcomes['unknown']} unknown, "
        f"{outcomes['waived']} waived, {outcomes['pass']} passed. "
        f"{readings['read']} places read, {readings['absent']} not there, "
        f"{readings['denied'] + readings['failed']} could not be read."
        + (f" {counts['warned']} of these verdicts rest on reference data past their age limit." if counts["warned"] else "")
    )


def _facts_table(groups: Sequence[tuple[Subject, Sequence[Fact]]], vocabulary: Vocabulary, width: int) -> str:
    family = next((fact.value for subject, facts in groups for fact in facts if fact.name == "family"), None)
    rows = [
        (f"{subject.kind}.{fact.name}", _known(fact, vocabulary))
        for subject, facts in groups
        for fact in facts
        if family in ("windows", None) or not fact.name.startswith("windows11_")
    ]
    return table(("fact", "value"), rows, width)


def _known(fact: Fact, vocabulary: Vocabulary) -> str:
    if fact.unknown:
        return one_line(fact.unknown if fact.unknown.startswith("unknown ") else f"unknown: {fact.unknown}", 100)
    return show(fact.value, vocabulary.get(f"{fact.subject.kind}.{fact.name}"))


def _value(facts: Sequence[Fact], name: str) -> str:
    fact = next((each for each in facts if each.name == name), None)
    return "" if fact is None else "unknown" if fact.unknown else show(fact.value)


def _browsers_table(groups: Mapping[Subject, Sequence[Fact]], width: int) -> str:
    names = ("version", "channel", "engine", "architecture", "scope")
    rows = [
        (subject.name, *(_value(facts, name) for name in names), subject.where)
        for subject, facts in groups.items()
        if subject.kind == "browser"
    ]
    return table(("browser", *names, "where"), rows, width) if rows else "none found"


def _office_table(groups: Mapping[Subject, Sequence[Fact]], width: int) -> str:
    names = ("version", "channel", "architecture", "installer", "apps")
    rows = [
        (subject.name, *(_value(facts, name) for name in names))
        for subject, facts in groups.items()
        if subject.kind == "office"
    ]
    return table(("office", *names), rows, width) if rows else "none found"


def _companions(groups: Mapping[Subject, Sequence[Fact]], width: int) -> list[str]:
    """What goes with browsers and Office and is judged as neither, and what is left of them; nothing where there is none."""
    names = ("version", "kind_of", "scope")
    apps = [
        (subject.name, *(_value(facts, name) for name in names), subject.where)
        for subject, facts in groups.items()
        if subject.kind == "app"
    ]
    left = [
        (subject.name, *(_value(facts, name) for name in ("version", "kind_of", "reason")))
        for subject, facts in groups.items()
        if subject.kind == "leftover"
    ]
    return [
        *((heading("Companion programs"), table(("program", *names, "where"), apps, width)) if apps else ()),
        *((heading("Left behind, not installed"), table(("what", "version", "of", "because"), left, width)) if left else ()),
    ]


def _findings_table(findings: Sequence[Finding], rules: RuleSet, width: int) -> str:
    titles = {rule.id: rule.title for rule in rules.rules}
    rows = [
        (
            _MARKS[each.outcome],
            each.severity.name.lower(),
            titles.get(each.rule, each.rule),
            each.subject.name,
            one_line(each.waiver or each.actual, 110),
            each.fix,
        )
        for each in worst_first(findings)
        if each.outcome is not Outcome.PASS and not each.service
    ]
    return (
        table(("", "severity", "rule", "of", "found", "what to do"), rows, width)
        if rows
        else "every rule that applies passed"
    )
