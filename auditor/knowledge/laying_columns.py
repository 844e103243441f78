"""The releases of browsers as feeds tell them, laid over the table that ships."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from auditor.knowledge import packed, shipped
from auditor.knowledge.packed import numbers
from auditor.knowledge.releases import LATE, Column, Release, releases
from auditor.knowledge.shelf import Known
from auditor.knowledge.shipped import Renewed
from auditor.versions import NotComparable

FEEDS: Mapping[str, tuple[str, ...]] = {
    "chrome": ("chrome-releases", "endoflife-chrome"),
    "edge": ("edge-releases",),
    "firefox": ("firefox-current", "endoflife-firefox"),
}
"""Column → the topics that tell its releases."""

STABLE: Mapping[str, tuple[str, str]] = {"chrome-releases": ("stable", "win64"), "edge-releases": ("stable", "windows")}
"""Topic of single releases → the channel and platform that count."""

MOST_APART = timedelta(days=7)
"""Two sources whose days are further apart contradict each other: the earlier ends the release before earlier."""


class Told(NamedTuple):
    """What a feed tells of one main release: that it was out when the feed was asked, since ``released`` where it says.

    ``extended``: it says that an extended line began with it.
    """

    major: int
    released: date | None
    known: Known
    row: str
    extended: bool = False

    @property
    def of(self) -> date:
        """The day the feed is of."""
        return date.fromisoformat(self.known.origin.as_of)


def columns(topics: Mapping[str, Known]) -> tuple[dict[str, Column], dict[tuple[str, str], Renewed]]:
    """(column → its releases with what was refreshed, (column, release) → where its day comes from)."""
    found: dict[str, Column] = {}
    sources: dict[tuple[str, str], Renewed] = {}
    shipped_until: date = packed.provenance()["date"]
    for column, names in FEEDS.items():
        out = max(_major(each.version) for each in releases(column) if each.date and each.date <= shipped_until)
        feeds = [_told(topics[name]) for name in names if name in topics]
        told = [each for known in feeds if known and known[-1].major >= out for each in known if each.of > shipped_until]
        if not told:
            continue  # who does not know what ships, or is not newer, cannot say what the newest is
        laid, rests_on = _laid(column, told, shipped_until)
        found[column] = laid
        sources |= {(column, version): renewed for version, renewed in rests_on.items()}
    return found, sources


def _renewed(told: Told, note: str) -> Renewed:
    origin = told.known.origin
    of = shipped.Origin(origin.address, told.of, origin.basis)
    return Renewed(told.known.topic, told.row, of, origin.sha256, note)


def _told(known: Known) -> list[Told]:
    """The main releases that a feed knows, each with its first day; what is only announced is left out."""
    first: dict[int, Told] = {}
    for version, released, row, extended in _versions(known):
        parts = numbers(version)
        if isinstance(parts, NotComparable) or (released and released > known.origin.as_of):
            continue
        day = date.fromisoformat(released) if released else None
        before = first.get(parts[0])
        if before is None or (day and (before.released is None or day < before.released)):
            first[parts[0]] = Told(parts[0], day, known, row, extended)
    found = [first[major] for major in sorted(first)]
    if known.topic in STABLE and len(found) > 1:
        return found[1:]  # the first days of the oldest release may have left the feed
    return found


def _versions(known: Known) -> Iterable[tuple[str, str | None, str, bool]]:
    """(version, the day it came out, the row, whether an extended line began with it) of each stable release of a feed."""
    for row in known.rows:
        if "cycle" in row:
            if row["released"]:
                yield row["cycle"], row["released"], row["cycle"], row["lts"]
        elif "platform" in row:
            if (row["channel"], row["platform"]) == STABLE[known.topic]:
                yield row["version"], row["released"], row["version"], False
        elif row["channel"] == "release":
            parts = numbers(row["version"])
            fixes = isinstance(parts, NotComparable) or any(parts[1:])
            yield row["version"], None if fixes else row["released"], row["channel"], False


def _laid(column: str, told: Sequence[Told], shipped_until: date) -> tuple[Column, dict[str, Renewed]]:
    by_major: dict[int, list[Told]] = {}
    for each in told:
        by_major.setdefault(each.major, []).append(each)
    until, top = max(each.of for each in told), max(by_major)
    old = {release.version: release for release in releases(column)}
    engine = next(reversed(old.values())).engine
    last = max(map(_major, old))
    versions = [*old, *(str(major) for major in range(last + 1, top + 1))]
    rests_on: dict[str, Renewed] = {}
    listed = []
    for version in versions:
        mine = by_major.get(_major(version), []) if "." not in version else []
        release = old.get(version) or Release(version, None, "current", engine, version)
        if mine or _major(version) < top:
            day, source, note = _day(release, mine, shipped_until, until)
            listed.append(release._replace(date=day, status=_status(release, mine, shipped_until)))
            if source:
                rests_on[version] = _renewed(source, note)
        elif release.date and release.date <= until:
            listed.append(release._replace(status=LATE))
            if not any(each.known.origin.basis == "read" and each.of >= release.date for each in told):
                until = max(shipped_until, min(until, release.date - timedelta(days=1)))
        else:
            listed.append(release)
    return Column(tuple(listed), until), rests_on


def _day(release: Release, told: Sequence[Told], shipped_until: date, until: date) -> tuple[date | None, Told | None, str]:
    """The day a release came out, which feed says so, and what became of a contradiction.

    One that is out since an unknown day was by the feed's own.
    """
    dated = [each for each in told if each.released]
    newest = max(dated, key=lambda each: (each.of, -(each.released or until).toordinal()), default=None)
    if newest is None or newest.released is None:
        since = release.date if release.date and release.date <= until else min((each.of for each in told), default=None)
        return since, next(iter(told), None), ""
    days = [each.released for each in dated if each.released]
    if release.date and release.date <= shipped_until:
        days.append(release.date)
    earliest = min(days)
    if newest.released - earliest > MOST_APART:
        return earliest, newest, f"it says {newest.released}, another source {earliest}: the earlier is taken"
    return newest.released, newest, ""


def _major(version: str) -> int:
    return int(version.partition(".")[0])


def _status(release: Release, told: Sequence[Told], shipped_until: date) -> str:
    if release.date and release.date <= shipped_until and release.status not in ("beta", "nightly", "planned"):
        return release.status
    return "esr" if any(each.extended for each in told) else "current"
