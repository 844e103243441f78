"""A comparison for programs: as JSON, ``auditor/compare/1``, and as CSV, a row for each PC that changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from auditor.estate.comparison import CAUSES, CHANGES, Cause, ChangedPC, Comparison, RuleChange, Side
from auditor.estate.result import STATES
from auditor.model import Outcome
from auditor.report import compared_words as words
from auditor.report.csvfile import table

SCHEMA = "auditor/compare/1"
"""Name and version of the document; ``schemas/compare-1.json`` describes it."""

COLUMNS = (
    "change",
    "id",
    "hostname",
    "site",
    "operating_system",
    "before",
    "after",
    "causes",
    "why",
    "rules",
    "heard_before",
    "heard_after",
    "snapshot_before",
    "snapshot_after",
)
"""The header row of the CSV."""


def write_csv(of: Comparison, width: int) -> Iterator[bytes]:
    """Every PC that changed, for people: nothing in it that a spreadsheet would run; ``width`` is not used."""
    return table(COLUMNS, map(_row, of.changed))


def _row(each: ChangedPC) -> tuple[str, ...]:
    return (
        each.change, each.id, each.hostname, each.site, each.os, each.before or "not there", each.after or "not there",
        "; ".join(each.kinds), "; ".join(words.cause(cause) for cause in each.causes), words.rules(each.causes),
        each.heard_before, each.heard_after, each.snapshot_before, each.snapshot_after,
    )  # fmt: skip


def write_json(of: Comparison, width: int) -> Iterator[bytes]:
    """The whole comparison, a line a PC; ``width`` is not used."""
    yield json.dumps(figures(of), indent=1, ensure_ascii=True).removesuffix("\n}").encode()
    yield b',\n "changed": ['
    between = b"\n  "
    for each in of.changed:
        yield between + json.dumps(_pc(each), ensure_ascii=True).encode()
        between = b",\n  "
    yield b"]\n}\n"


def figures(of: Comparison) -> dict[str, Any]:
    """All but the PCs, as JSON values."""
    return {
        "schema": SCHEMA,
        "auditor": of.version,
        "before": _side(of.before),
        "after": _side(of.after),
        "stale_days": of.stale_days,
        "filters": list(of.filters),
        "both": of.both,
        "same": of.same,
        "changes": {change: of.of(change) for change in CHANGES},
        "moves": [
            {"before": each.before or None, "after": each.after or None, "devices": each.devices} for each in of.moves
        ],
        "causes": [each._asdict() | {"meaning": CAUSES[each.cause]} for each in of.causes],
        "reasons": [{"change": each.change, "cause": _cause(each.cause), "devices": each.devices} for each in of.reasons],
        "rules": [_rule(each) for each in of.rules],
    }


def _side(of: Side) -> dict[str, Any]:
    return {
        "name": of.name,
        "as_of": of.as_of,
        "heard": of.heard,
        "later": of.later,
        "total": {"total": of.total.total, **dict(zip(STATES, of.total.counts, strict=True))},
        "packs": {pack.id: {"version": pack.version, "sha256": pack.digest} for pack in of.packs.values()},
    }


def _rule(each: RuleChange) -> dict[str, Any]:
    return each._asdict() | {"severity": each.severity.name.lower()}


def _pc(each: ChangedPC) -> dict[str, Any]:
    return each._asdict() | {
        "before": each.before or None,
        "after": each.after or None,
        "causes": [_cause(cause) for cause in each.causes],
    }


def _cause(of: Cause) -> dict[str, Any]:
    moves = [{"rule": each.rule, "before": _said(each.before), "after": _said(each.after)} for each in of.moves]
    return {"kind": of.kind, "what": of.what, "rules": moves}


def _said(outcome: Outcome | None) -> str | None:
    return outcome.value if outcome else None
