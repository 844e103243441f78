"""How far behind its updates an operating system is.

Of each build only the newest update is kept, of one the last free one too. So what is told is a lower
bound: a system lacked its first fix for at least so long. Where that bound is short the truth may be
long, so it is unknown: a rule that allows a month must never be met by what is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from auditor.knowledge import lifecycles, refreshed, shipped
from auditor.knowledge.ageing import why_stale
from auditor.knowledge.lifecycles import text, whole
from auditor.knowledge.refreshed import Refreshed
from auditor.knowledge.shipped import Row
from auditor.model import Fact, Reading, Subject, Value
from auditor.versions import NotComparable, compare

Facts = Mapping[str, Fact]

SURELY_LATE_DAYS = 32
"""Updates come once a month: a lower bound of so many days fails every rule that allows a month, whatever the truth is."""

SHARED_WITH_SERVERS = (14393, 17763)
"""Builds of which client and server get the same updates."""


def added(subject: Subject, facts: Facts, day: date, fresh: Refreshed = refreshed.NONE) -> list[Fact]:
    """``newest_revision`` and ``days_behind``."""
    family = text(facts, "family")
    if family == "windows":
        return _windows(subject, facts, day)
    none = Fact(subject, "newest_revision", None, (), "only Windows counts its updates by a revision")
    if family == "macos":
        return [none, _macos(subject, facts, day, fresh)]
    why = "which updates it has is not read" if family else lifecycles.why_not(facts, "family")
    return [none, Fact(subject, "days_behind", None, (), why)]


@lru_cache(maxsize=128)
def windows_row(build: int) -> Row | None:
    """The newest update of a build of Windows; None where none is known."""
    return next((each for each in shipped.topic("systems")["builds"] if each.get("build") == build), None)


@lru_cache(maxsize=128)
def mac_row(version: str, table: str = "lifecycles", fresh: Refreshed = refreshed.NONE) -> Row | None:
    """The row of a version of macOS: of ``lifecycles``, or the newest update of ``builds``."""
    parts = version.split(".")
    major = ".".join(parts[: 2 if parts[0] == "10" else 1])
    if table != "lifecycles" and major in fresh.macs:
        return fresh.macs[major]
    rows = fresh.lifecycles("macos") if table == "lifecycles" else shipped.topic("systems")["builds"]
    return next((each for each in rows if each.get("version") == major), None)


def _windows(subject: Subject, facts: Facts, day: date) -> list[Fact]:
    build, revision = whole(facts, "build"), whole(facts, "revision")
    row = windows_row(build or 0)
    seen = lifecycles.evidence(facts, "build", "revision", "type")
    why = lifecycles.why_not(facts, "build")
    if not why and (row is None or (text(facts, "type") != "client" and build not in SHARED_WITH_SERVERS)):
        why = f"the knowledge base has no updates of build {build}"
    if why or row is None:
        return [Fact(subject, name, None, seen, why) for name in ("newest_revision", "days_behind")]
    released = date.fromisoformat(row["released"])
    told = (*seen, shipped.reading("systems", row, f"newest revision {row['newest']} of {released}"))
    old = "" if is_final(row) else why_stale("builds", shipped.as_of("systems", row), day)
    if day < released:
        early = f"of this build only the newest update is known, of {released}"
        newest = Fact(subject, "newest_revision", None, told, early)
    else:
        newest = Fact(subject, "newest_revision", row["newest"], told, old)
    if revision is None:
        return [newest, Fact(subject, "days_behind", None, told, lifecycles.why_not(facts, "revision"))]
    points = [(row["newest"], released)]
    if "last_free" in row:
        points.append((row["last_free"], date.fromisoformat(row["last_free_date"])))
    points += [
        (each["revision"], date.fromisoformat(each["released"]))
        for each in shipped.topic("curated")["updates"]
        if each["build"] == build
    ]
    lacking = [when for number, when in points if revision < number and when <= day]
    ahead = revision > row["newest"]
    return [newest, behind(subject, lacking, ahead=ahead, newest=released, old=old, told=told, day=day)]


def _macos(subject: Subject, facts: Facts, day: date, fresh: Refreshed) -> Fact:
    version = text(facts, "version")
    seen = lifecycles.evidence(facts, "version")
    row = mac_row(version, "builds", fresh)
    order = compare(version, row["newest"]) if row else NotComparable(version, "")
    if row is None or isinstance(order, NotComparable):
        why = lifecycles.why_not(facts, "version") or f"the knowledge base has no updates of macOS {version}"
        return Fact(subject, "days_behind", None, seen, why)
    released = date.fromisoformat(row["released"])
    told = (*seen, shipped.reading("systems", row, f"newest {row['newest']} of {released}"))
    old = why_stale("builds", shipped.as_of("systems", row), day)
    lacking = [when for number, when in points(row, row["released"]) if is_before(version, number) and when <= day]
    return behind(subject, lacking, ahead=order > 0, newest=released, old=old, told=told, day=day)


def points(row: Row, released: str) -> list[tuple[str, date]]:
    """The updates that are known, each with its day: what ships has the newest alone, which came out on ``released``."""
    return [(number, date.fromisoformat(day)) for number, day in row.get("updates", ((row["newest"], released),))]


def is_before(version: str, other: str) -> bool:
    """Whether a version is surely older than another."""
    order = compare(version, other)
    return not isinstance(order, NotComparable) and order < 0


def behind(
    subject: Subject, lacking: list[date], *, ahead: bool, newest: date, old: str, told: tuple[Reading, ...], day: date
) -> Fact:
    """``days_behind``: from the first known fix it lacks; unknown ``ahead`` of what is known, or before ``newest``."""
    value: Value = None
    why = old
    if lacking:
        least = (day - min(lacking)).days
        value = least if least >= SURELY_LATE_DAYS else None
        why = (
            "" if value is not None else f"it lacks the update of {min(lacking)}, and maybe earlier ones that are not known"
        )
    elif ahead:
        why = f"it is newer than the knowledge base, whose newest update of it is of {newest}"
    elif day < newest:
        why = f"of the updates before {newest} too few are known"
    else:
        value = 0
    return Fact(subject, "days_behind", value, told, why)


@lru_cache(maxsize=128)
def _last_day(build: int) -> str:
    rows = [each for each in shipped.lifecycles("windows") if build in each["build"] and each["type"] == "client"]
    return max(
        (day for each in rows for day in (each["ends"], *(one["ends"] for one in each.get("extended", ())))), default=""
    )


def is_final(row: Row) -> bool:
    """Whether no further update can come: support of every edition had ended when the facts were collected."""
    last = _last_day(row["build"])
    return bool(last) and last < shipped.as_of("systems", row).isoformat()
