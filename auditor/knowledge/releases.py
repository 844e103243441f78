"""The releases of each browser, with their dates: reference data with a date of its own.

A *column* is a line of releases in the table: ``chrome``, ``edge`` (79 and later),
``edgehtml`` (Edge 12 to 18), ``firefox``, ``safari``, ``opera``, ``ie``, and on phones
``chrome_android``, ``firefox_android``, ``safari_ios``, ``samsunginternet_android``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from auditor.knowledge.packed import numbers, provenance, table
from auditor.versions import NotComparable

_TWO_NUMBERS = frozenset({"safari", "safari_ios", "samsunginternet_android"})
"""Columns in which the second number is a release of its own too."""

_EDGEHTML = "EdgeHTML"


class Release(NamedTuple):
    """One release. ``version`` is as short as the table has it: ``153``, ``18.6``.

    ``date`` is the day it came out or is planned for, None where not known. ``status`` was
    true when the table was made: current, esr (of Firefox, alive), retired, retired-esr,
    beta, nightly, planned; late, if its day is past and a newer table says that it was not out
    by then. ``engine`` and ``engine_version`` are empty where not known.
    """

    version: str
    date: date | None
    status: str
    engine: str
    engine_version: str


class Column(NamedTuple):
    """A column that was refreshed: all its releases, oldest first, and the day until which they are certain."""

    releases: tuple[Release, ...]
    until: date


Columns = Mapping[str, Column]
"""The columns that were refreshed; all others are as they ship."""

AS_SHIPPED: Columns = MappingProxyType({})
LATE = "late"


def known_until(column: str, fresh: Columns = AS_SHIPPED) -> date:
    """The day until which the releases of a column are certain."""
    shipped: date = provenance()["date"]
    return fresh[column].until if column in fresh else shipped


def releases(column: str, fresh: Columns = AS_SHIPPED) -> tuple[Release, ...]:
    """All releases of a column, oldest first; none where there is no such column."""
    return fresh[column].releases if column in fresh else _shipped(column)


@lru_cache(maxsize=32)
def _shipped(column: str) -> tuple[Release, ...]:
    listed = table("releases")["browsers"].get("edge" if column == "edgehtml" else column)
    if listed is None:
        return ()
    found = tuple(_release(row.split(" "), listed["engine"]) for row in listed["rows"])
    if column in ("edge", "edgehtml"):
        return tuple(each for each in found if (each.engine == _EDGEHTML) == (column == "edgehtml"))
    return found


def _release(row: list[str], engine: str) -> Release:
    version, day, status, of, engine_version = [*row, *["-"] * (5 - len(row))]
    return Release(
        version,
        None if day == "?" else date.fromisoformat(day),
        "retired" if status == "-" else status,
        {"-": engine, "?": ""}.get(of, of),
        {"-": version, "?": ""}.get(engine_version, engine_version),
    )


def _numbered(column: str, fresh: Columns) -> Sequence[tuple[int, ...]]:
    return _numbers(fresh[column].releases) if column in fresh else _shipped_numbers(column)


@lru_cache(maxsize=32)
def _shipped_numbers(column: str) -> Sequence[tuple[int, ...]]:
    return _numbers(_shipped(column))


def _numbers(listed: Sequence[Release]) -> Sequence[tuple[int, ...]]:
    return tuple(tuple(map(int, each.version.split("."))) for each in listed)


def place(column: str, version: str, fresh: Columns = AS_SHIPPED) -> int | None:
    """Where in :func:`releases` a browser's own version belongs: the newest release that is not newer.

    ``156.0.8078.79`` belongs to ``156``. None where it cannot be read, is older than all, or
    the column has none. One that is newer than all belongs to the last: see :func:`is_newer`.
    """
    have = numbers(version)
    if isinstance(have, NotComparable):
        return None
    before = sum(each <= have for each in _numbered(column, fresh))
    return before - 1 if before else None


def is_newer(column: str, version: str, fresh: Columns = AS_SHIPPED) -> bool:
    """Whether the version is of a release that the table does not have yet."""
    have, known = numbers(version), _numbered(column, fresh)
    if isinstance(have, NotComparable) or not known:
        return False
    parts = 2 if column in _TWO_NUMBERS else 1
    return have[:parts] > (*known[-1], 0)[:parts]


def release_of(column: str, version: str, fresh: Columns = AS_SHIPPED) -> Release | None:
    """The release that a browser's own version belongs to; None where it is not in the table."""
    at = place(column, version, fresh)
    return None if at is None or is_newer(column, version, fresh) else releases(column, fresh)[at]


BOTH_ALIVE = timedelta(weeks=16)
"""How long, at most, two lines of Firefox's extended support are alive at once: three or four releases."""


def is_extended(column: str, release: Release, as_of: date, fresh: Columns = AS_SHIPPED) -> bool:
    """Whether a release was a line of extended support that was alive on a day."""
    lines = [each for each in releases(column, fresh) if each.status in ("esr", "retired-esr")]
    if release not in lines:
        return False
    later = [each.date for each in lines if each.date and release.date and each.date > release.date]
    return not later or as_of < later[0] + BOTH_ALIVE


def newest(column: str, as_of: date, fresh: Columns = AS_SHIPPED) -> tuple[Release, ...]:
    """The stable releases that were out by a day, newest first.

    A release that was only planned when the table was made counts from the day it was planned for; one that is late
    from the day after the table.
    """
    until = known_until(column, fresh)
    out = [
        each
        for each in releases(column, fresh)
        if each.date is not None and each.date <= as_of and (each.status != LATE or as_of > until)
    ]
    return tuple(reversed(out))
