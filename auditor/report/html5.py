"""HTML5 of each browser for a person on the phone: how much is there, and what is not, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from auditor.knowledge.html5 import features
from auditor.model import Fact, Subject, Value
from auditor.report.text import heading, one_line, table

_BY_VERSION = "by its version"
_LONGEST = 400


def section(groups: Mapping[Subject, Sequence[Fact]], width: int) -> list[str]:
    """One row a browser over the core features; nothing where no browser was found."""
    rows = [
        _row(subject, {fact.name: fact for fact in facts}) for subject, facts in groups.items() if subject.kind == "html5"
    ]
    head = ("browser", "told", "there", "missing", "switched off here", "only partly, or not known")
    return [heading("HTML5 (core features)"), table(head, rows, width)] if rows else []


def _row(subject: Subject, facts: Mapping[str, Fact]) -> tuple[str, ...]:
    verdict = facts["verdict"].value if "verdict" in facts else None
    states = verdict if isinstance(verdict, dict) else {}
    core = [name for name, feature in features().items() if feature.core]
    found = {name: str(states.get(name, "unknown")).partition(": ") for name in core}
    there = sum(state == "supported" for state, _, _ in found.values())
    off = {name: why for name, (state, _, why) in found.items() if state == "switched off"}
    return (
        " ".join((subject.name, _text(facts, "version"))).strip(),
        _told(facts),
        f"{there} of {len(core)}",
        _named(name for name, (state, _, _) in found.items() if state == "missing"),
        _with_causes(off),
        _named(name for name, (state, _, _) in found.items() if state in ("partial", "unknown")),
    )


def _told(facts: Mapping[str, Fact]) -> str:
    """How what is told of a browser is known."""
    how = _text(facts, "probe")
    if how == "done":
        return "measured"
    return _BY_VERSION if how in ("", "not run") else f"{_BY_VERSION}; the probe ended as {how}"


def _text(facts: Mapping[str, Fact], name: str) -> str:
    fact = facts.get(name)
    return "" if fact is None or fact.unknown else str(fact.value)


def _named(ids: Iterable[str]) -> str:
    return one_line(", ".join(features()[each].name for each in ids), _LONGEST) or "none"


def _with_causes(off: Mapping[str, str]) -> str:
    """``WebGL, WebGL 2 (by Disable3DAPIs=1 at …)``: features by what switched them off."""
    causes: dict[str, list[str]] = {}
    for name, why in off.items():
        causes.setdefault(why, []).append(features()[name].name)
    return one_line("; ".join(f"{', '.join(names)} ({why})" for why, names in causes.items()), _LONGEST) or "none"


GROUP_HEAD = ("", "there", "missing", "switched off here", "only partly, or not known")
"""What the columns of :func:`by_group` are."""


def by_group(verdict: Mapping[str, Value]) -> list[tuple[str, str, str, str, str]]:
    """All features by their groups: group, how many are there, and which are missing, switched off, or not wholly known."""
    rows = []
    for group in dict.fromkeys(feature.group for feature in features().values()):
        names = [name for name, each in features().items() if each.group == group]
        mine = {name: str(verdict.get(name, "unknown")).partition(": ") for name in names}
        states = {name: state for name, (state, _, _) in mine.items()}
        off = {name: why for name, (state, _, why) in mine.items() if state == "switched off"}
        rows.append(
            (
                group,
                f"{sum(state == 'supported' for state in states.values())} of {len(mine)}",
                _named(name for name, state in states.items() if state == "missing"),
                _with_causes(off),
                _named(name for name, state in states.items() if state in ("partial", "unknown")),
            )
        )
    return rows
