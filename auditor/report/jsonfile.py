"""The estate report as JSON, ``auditor/report/1``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from auditor.estate.result import STATES, Coverage, DeviceRow, Estate, Group, Missing, RuleCount, Tally, TrendPoint, Unlisted
from auditor.model import Finding, Outcome

SCHEMA = "auditor/report/1"
"""Name and version of the document; ``schemas/report-1.json`` describes it."""


def write(estate: Estate, width: int) -> Iterator[bytes]:
    """The whole report, a line a PC; ``width`` is not used."""
    yield json.dumps(figures(estate), indent=1, ensure_ascii=True).removesuffix("\n}").encode()
    for name, rows in _lists(estate).items():
        yield b',\n "%s": [' % name.encode()
        between = b"\n  "
        for row in rows:
            yield between + json.dumps(row, ensure_ascii=True).encode()
            between = b",\n  "
        yield b"]"
    yield b"\n}\n"


def document(estate: Estate) -> dict[str, Any]:
    """The report as JSON values."""
    return figures(estate) | {name: list(rows) for name, rows in _lists(estate).items()}


def _lists(estate: Estate) -> dict[str, Iterator[dict[str, Any]]]:
    """What may be long: the PCs, those that were never heard, and those that are not on the list."""
    of = estate.coverage
    return {
        "never_heard": (_missing(each) for each in (of.never_heard if of else ())),
        "unexpected": (_unlisted(each) for each in (of.unlisted if of else ())),
        "devices": (_device(device) for device in estate.devices),
    }


def figures(estate: Estate) -> dict[str, Any]:
    """All but the PCs, as JSON values."""
    return {
        "schema": SCHEMA,
        "as_of": estate.as_of,
        "stale_days": estate.stale_days,
        "auditor": estate.version,
        "packs": {
            pack.id: {
                "title": pack.title,
                "version": pack.version,
                "sha256": pack.digest,
                "extends": list(pack.extends),
                "changes": [{"rule": rule, "what": what} for rule, what in pack.changes],
            }
            for pack in estate.packs.values()
        },
        "filters": list(estate.filters),
        "heard": estate.heard,
        "later": estate.later,
        "coverage": _coverage(estate.coverage),
        "trend": [_point(each) for each in estate.trend],
        "total": _tally(estate.total),
        "by_site": _groups(estate.by_site),
        "by_os": _groups(estate.by_os),
        "by_browser": _groups(estate.by_browser),
        "by_rule": [_rule(rule) for rule in estate.by_rule],
        "by_service": [_rule(rule) for rule in estate.by_service],
        "lifecycles": [each._asdict() for each in estate.lifecycles],
        "verdicts": dict(estate.verdicts),
        "knowledge": [{name: told for name, told in each._asdict().items() if told} for each in estate.knowledge],
        "blocked": estate.blocked,
        "by_supplier": [
            {"supplier": each.supplier, "devices": each.devices, "until": each.until} for each in estate.by_supplier
        ],
        "quarantined": [
            {"name": each.name, "reason": each.reason, "received_at": each.received_at, "sha256": each.sha256}
            for each in estate.quarantined
        ],
    }


_PARTS = ("expected", "heard", "stale", "never", "elsewhere", "unexpected")


def _coverage(of: Coverage | None) -> dict[str, Any] | None:
    """Who of the expected PCs was heard; null where no list says who is expected."""
    if of is None:
        return None
    return {
        "sources": list(of.sources),
        "size": of.size,
        "filters": list(of.filters),
        **{name: getattr(of, name) for name in _PARTS},
        "ready": of.ready,
        "range": _range(of),
        "by_site": [{"name": each.name, **{name: getattr(each, name) for name in _PARTS}} for each in of.by_site],
    }


def _range(of: Coverage) -> dict[str, Any] | None:
    found = of.range
    if found is None or of.ready is None:
        return None
    counts = {"lowest": of.ready, "highest": of.ready + of.unseen, "of": of.expected}
    return {**counts, "low": str(found.low), "high": str(found.high)}


def _point(point: TrendPoint) -> dict[str, Any]:
    return {"day": point.day, **_tally(point.total), "heard": point.heard, "coverage": _coverage(point.coverage)}


def _missing(each: Missing) -> dict[str, Any]:
    return {"name": each.name, "site": each.site, "tags": list(each.tags), "source": each.source, "row": each.row}


def _unlisted(each: Unlisted) -> dict[str, Any]:
    return each._asdict()


def _rule(rule: RuleCount) -> dict[str, Any]:
    return {
        "rule": rule.rule,
        "title": rule.title,
        "severity": rule.severity.name.lower(),
        "fix": rule.fix,
        "pass": rule.passed,
        "fail": rule.failed,
        "unknown": rule.unknown,
        "waived": rule.waived,
        "blocked": rule.blocked,
        "not_applicable": rule.not_applicable,
        "sole": rule.sole,
        "changed": list(rule.changed),
    }


def _tally(tally: Tally) -> dict[str, int]:
    return {"total": tally.total, **dict(zip(STATES, tally.counts, strict=True))}


def _groups(groups: tuple[Group, ...]) -> list[dict[str, Any]]:
    return [{"name": group.name, **_tally(group.tally)} for group in groups]


def _device(device: DeviceRow) -> dict[str, Any]:
    return {
        "id": device.id,
        "hostname": device.hostname,
        "site": device.site,
        "tags": list(device.tags),
        "taken_at": device.taken_at,
        "os": device.os,
        "state": device.state,
        "expected": device.expected,
        "browsers": list(device.browsers),
        "office": list(device.office),
        "outcomes": _outcomes(device),
        **({"findings": [_finding(finding) for finding in device.findings]} if device.explained else {}),
        "gaps": [{"kind": gap.kind, "scope": gap.scope, "reason": gap.reason} for gap in device.gaps],
        "snapshot": device.snapshot,
    }


def _outcomes(device: DeviceRow) -> dict[str, list[str]]:
    """Outcome → the rules with it; what passed is what is left of those that apply."""
    found: dict[str, list[str]] = {outcome.value: [] for outcome in Outcome}
    for rule, outcome in device.outcomes.items():
        found[outcome.value].append(rule)
    return found


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.name.lower(),
        "kind": finding.subject.kind,
        "subject": finding.subject.name,
        "outcome": finding.outcome.value,
        "actual": finding.actual,
        "fix": finding.fix,
        "basis": finding.basis,
        "warning": finding.warning,
        "waiver": finding.waiver,
        "blocked_by": finding.blocked_by,
    }
