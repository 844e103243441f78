"""Lines of releases of browsers, on a day: which is newest, which came next, which are extended and until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from auditor.knowledge import refreshed, shipped
from auditor.knowledge.lifecycles import text
from auditor.knowledge.packed import numbers, provenance
from auditor.knowledge.refreshed import Refreshed
from auditor.knowledge.releases import LATE, Release, is_newer, place, releases
from auditor.knowledge.shipped import Row
from auditor.model import Fact, Reading, Source, Status
from auditor.versions import NotComparable, Version, parse

Facts = Mapping[str, Fact]


class Line(NamedTuple):
    """Where a version stands in its column of the table of releases.

    ``next`` is the day the release after it came out, if that is by the day that is asked for and
    was certain when the table was made; ``planned`` the day it was planned for, if that is past
    too. ``newer``: the version is of no release that was out by then. ``fresh`` is what it was looked up in.
    """

    column: str
    major: int
    minor: int
    released: date | None
    next: date | None
    planned: date | None
    newer: bool
    known_until: date
    reading: Reading
    fresh: Refreshed = refreshed.NONE


class Newest(NamedTuple):
    """The newest release of a column that was out on a day. ``why`` it may not be the newest any more, or empty."""

    version: str
    known_until: date
    why: str
    reading: Reading


class Point(NamedTuple):
    """The next point release of an extended line, by the day of the main release it comes with.

    ``day`` is that day where it is certain and past, ``planned`` where it was planned and is past. ``newer``: the point
    release that is asked about was not out when the table was made. ``why`` nothing is known, or empty.
    """

    day: date | None
    planned: date | None = None
    newer: bool = False
    why: str = ""


@lru_cache(maxsize=8192)
def line(column: str, version: str, day: date, fresh: Refreshed = refreshed.NONE) -> Line | None:
    """Where a version stands; None where it cannot be read or is older than the column."""
    at, have = place(column, version, fresh.columns), numbers(version)
    if at is None or isinstance(have, NotComparable):
        return None
    known = fresh.known_until(column)
    rows = fresh.releases(column)
    mine, later = rows[at], rows[at + 1 :]
    certain = [each.date for each in later if each.date and _is_certain(each, min(day, known), known)]
    planned = [each.date for each in later if each.date and _is_doubtful(each, day, known)]
    early = not _is_certain(mine, min(day, known), known)
    return Line(
        column, have[0], have[1] if len(have) > 1 else 0, mine.date, min(certain, default=None), min(planned, default=None),
        is_newer(column, version, fresh.columns) or early, known, _reading(column, mine.version, mine.date, fresh), fresh,
    )  # fmt: skip


def _is_certain(release: Release, day: date, known: date) -> bool:
    """Whether a release was out by a day, as far as was known when the table was made."""
    return release.date is not None and release.date <= min(day, known) and release.status != LATE


def _is_doubtful(release: Release, day: date, known: date) -> bool:
    """Whether a release may have come out by a day, after what is known: it was planned by then, or is late."""
    if release.status == LATE:
        return known < day
    return release.date is not None and known < release.date <= day


def _reading(column: str, version: str, released: date | None, fresh: Refreshed) -> Reading:
    value = f"{column} {version} came out on {released or 'an unknown day'}"
    if renewed := fresh.sources.get((column, version)):
        return renewed.reading(value)
    about = provenance()["sources"][0]
    said = f"npm {about['package']} {about['version']} of {about['published']} (read)"
    return Reading(Source("knowledge", f"html5/releases.json#{column}-{version}"), said, Status.READ, value)


@lru_cache(maxsize=256)
def newest(column: str, day: date, fresh: Refreshed = refreshed.NONE) -> Newest | None:
    """The newest release of a column that was certainly out on a day; None where the column has none."""
    known = fresh.known_until(column)
    out = [each for each in fresh.releases(column) if _is_certain(each, day, known)]
    if not out:
        return None
    planned = [each.date for each in fresh.releases(column) if each.date and _is_doubtful(each, day, known)]
    why = f"a newer one {doubted(planned[0], known)}" if planned else ""
    return Newest(out[-1].version, known, why, _reading(column, out[-1].version, out[-1].date, fresh))


def doubted(planned: date, known: date) -> str:
    """What is to be said of a release that may be out by now, but was not known to be."""
    if planned <= known:
        return f"was planned for {planned} and was not out by {known}, the day of the facts"
    return f"was planned for {planned}, after the facts of {known}"


def out_by(column: str, version: str, day: date, fresh: Refreshed = refreshed.NONE) -> bool | None:
    """Whether a version was out on a day; None where the table does not tell."""
    at = place(column, version, fresh.columns)
    released = None if at is None else fresh.releases(column)[at].date
    return None if released is None else released <= day


def extended_until(mine: Line, rule: Row) -> date | None:
    """The day that the extended channel left a release: the second release after it, later so many weeks after it.

    None where that is not in the table.
    """
    if mine.major > rule["even_until"]:
        return mine.released + timedelta(weeks=rule["weeks"]) if mine.released else None
    wanted = mine.major + (2 if mine.major % 2 == 0 else 1)
    later = (each.date for each in mine.fresh.releases(mine.column) if int(each.version) >= wanted)
    return next(later, None)


def extended_lines(fresh: Refreshed = refreshed.NONE) -> tuple[Row, ...]:
    """Firefox's lines of extended support, with what people decided of them."""
    return _shipped_lines() if fresh.lines is None else fresh.lines


@lru_cache(maxsize=1)
def _shipped_lines() -> tuple[Row, ...]:
    decided = {each["line"]: each for each in shipped.topic("curated")["esr"]}
    generated = [{**each, **_only(decided.pop(each["line"], {}))} for each in shipped.topic("browsers")["esr"]]
    rest = [{**each, "src": [shipped.CURATED + one for one in each["src"]], "file": "curated"} for each in decided.values()]
    return tuple(sorted((*generated, *rest), key=lambda each: int(each["line"])))


def _only(decided: Row) -> Row:
    return {key: decided[key] for key in ("systems", "macos", "why") if key in decided}


def extended_line(major: int, fresh: Refreshed = refreshed.NONE) -> Row | None:
    """The extended line that a major release of Firefox began; None where it began none."""
    return next((each for each in extended_lines(fresh) if each["line"] == major), None)


def end_of_line(row: Row, system: Facts, fresh: Refreshed = refreshed.NONE) -> tuple[date | None, date, Reading]:
    """The last day of an extended line on a system, the day the facts are of, and the evidence."""
    ends = row["ends"]
    if "elsewhere" in row and not _is_among(row, system):
        ends = row["elsewhere"]
    of = shipped.as_of("browsers", row)
    if ends is None:
        shipped_until: date = provenance()["date"]
        of = max(of, shipped_until) if _alive_in_table(row["line"]) else of
        of = max(of, fresh.alive.get(row["line"], of))
    return shipped.day(ends), of, shipped.reading("browsers", row, f"ends {ends or 'on no published day'}")


def _alive_in_table(major: int) -> bool:
    at = place("firefox", str(major))
    return at is not None and releases("firefox")[at].status == "esr"


def _is_among(row: Row, system: Facts) -> bool:
    """Whether a line that goes on for old systems alone does so for this one."""
    if text(system, "family") != "macos":
        return text(system, "name") in row.get("systems", ())
    first, have, last = (parse(each) for each in (row["macos"][0], text(system, "version"), row["macos"][1]))
    if not (isinstance(first, Version) and isinstance(have, Version) and isinstance(last, Version)):
        return False
    return first.key.release <= have.key.release and have.key.release[: len(last.key.release)] <= last.key.release


FIRST_IN_STEP = 52
"""Since this extended line a point release comes with each main release: 52.9 with 61, 115.38 with 153, 153.7 with 160."""


def next_point(mine: Line, day: date) -> Point:
    """When the next point release of an extended line came out: with the main release after that which its own came with."""
    if mine.major < FIRST_IN_STEP:
        return Point(None, why="the point releases of so old a line are not in the knowledge base")
    listed = {int(each.version.partition(".")[0]): each for each in mine.fresh.releases("firefox")}
    days = {major: each.date for major, each in listed.items() if each.status != LATE}
    with_main = mine.major + mine.minor
    own, then = days.get(with_main), days.get(with_main + 1)
    if own is None or own > min(mine.known_until, day):
        return Point(None, newer=True)
    late = listed.get(with_main + 1)
    if late and late.status == LATE and day > mine.known_until:
        return Point(None, planned=late.date)
    if then is None or then > day:
        return Point(None)
    return Point(then) if then <= mine.known_until else Point(None, planned=then)


def step(mine: Line) -> Reading:
    """The evidence that point releases come with main releases."""
    rule = shipped.by_id("curated", "cadence", "firefox-in-step")
    return shipped.reading("curated", rule, f"{mine.major}.{mine.minor} came with {mine.major + mine.minor}")


def alive(mine: Line, day: date) -> bool:
    """Whether a release began an extended line that was alive on a day, so that what is made from it may be mended."""
    row = extended_line(mine.major, mine.fresh) if mine.column == "firefox" else None
    ends = shipped.day(row["ends"]) if row else None
    return row is not None and (ends is None or day <= ends)
