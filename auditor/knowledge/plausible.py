"""Whether new rows can be true: what a broken or lying source would say is refused with the reason.

Pure. Nothing here proves that rows are right: a person looks at what changed before it is accepted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from auditor.knowledge import packed
from auditor.knowledge.feed_shapes import CYCLES, Row, wrong_rows
from auditor.knowledge.feeds import Feed
from auditor.knowledge.releases import releases
from auditor.versions import NotComparable

EARLIEST = date(1985, 1, 1)
"""No system or browser of this table is older."""
LATEST_YEARS = 30
"""No support is promised for longer."""
AHEAD = timedelta(days=400)
"""How long before its day a line of releases may be announced."""
CLOCKS = timedelta(days=2)
"""How far a vendor's day may be ahead of ours, for time zones and clocks."""
DAYS_A_MAJOR = 7
"""No browser counts up faster than once in so many days."""
JUMP = 40
"""Most major versions that a product may have gained since the last refresh."""


def problems(feed: Feed, rows: Sequence[Row], before: Sequence[Row], today: date) -> list[str]:
    """Why ``rows`` cannot be what ``feed`` says on the day ``today``; empty where nothing speaks against it.

    ``before`` are the rows of the last refresh; empty where there was none.
    """
    if wrong := wrong_rows(rows, feed.shape):
        return wrong
    found = [] if rows else ["there are no rows"]
    keys = Counter(tuple(row[column] for column in feed.shape.key) for row in rows)
    found += [f"{' '.join(key)} stands there twice" for key, count in keys.items() if count > 1]
    least = len(before) if feed.grows else (len(before) + 1) // 2
    if len(rows) < least:
        found.append(f"{len(rows)} rows, where the last refresh had {len(before)}")
    for row in rows:
        found += [f"{_name(feed, row)}: {said}" for said in (*_days(feed, row, today), *_order(row))]
    return found + _versions(feed, rows, before, today)


def _name(feed: Feed, row: Row) -> str:
    return " ".join(str(row[column]) for column in feed.shape.key)


def _days(feed: Feed, row: Row, today: date) -> Iterator[str]:
    last = today.replace(year=today.year + LATEST_YEARS, day=1)
    for column, kind in feed.shape.columns.items():
        if kind.startswith("day") and row[column] is not None:
            day = date.fromisoformat(row[column])
            if not EARLIEST <= day <= last:
                yield f"{column} {day} is no day that can be meant"
    ahead = AHEAD if feed.shape is CYCLES else CLOCKS
    for column, room in (("released", ahead), ("latest_released", CLOCKS)):
        if row.get(column) and date.fromisoformat(row[column]) > today + room:
            yield f"{column} {row[column]} is in the future"


def _order(row: Row) -> Iterator[str]:
    for column in ("active_ends", "ends", "extended_ends"):
        if row.get(column) and row["released"] and row[column] < row["released"]:
            yield f"{column} {row[column]} is before its release of {row['released']}"


def _versions(feed: Feed, rows: Sequence[Row], before: Sequence[Row], today: date) -> list[str]:
    """Versions that are none, or higher than there can be by now."""
    column = "latest" if feed.shape is CYCLES else "version"
    found = [
        f"{_name(feed, row)}: {row[column]!r} is no version"
        for row in rows
        if column == "version" and isinstance(packed.numbers(row[column]), NotComparable)
    ]
    most = max((_major(row[column]) for row in before), default=None)
    limits = [most + JUMP] if most is not None else []
    if feed.browser:
        limits.append(_ceiling(feed.browser, today))
    if limits:
        limit = min(limits)
        found += [
            f"{_name(feed, row)}: version {row[column]} is from the future: there can be none above {limit} yet"
            for row in rows
            if _major(row[column]) > limit
        ]
    if feed.browser and feed.shape is CYCLES:
        limit = _ceiling(feed.browser, today)
        found += [
            f"{row['cycle']} is from the future: there can be none above {limit} yet"
            for row in rows
            if _major(row["cycle"]) > limit
        ]
    return found


def _major(version: str | None) -> int:
    parsed = packed.numbers(version or "")
    return 0 if isinstance(parsed, NotComparable) or not parsed else parsed[0]


def _ceiling(browser: str, today: date) -> int:
    """The highest major version that a browser can have, by what the tables of HTML5 knew and the days since."""
    newest = max(_major(each.version) for each in releases(browser))
    known: date = packed.provenance()["date"]
    since = max((today - known).days, 0)
    return newest + 5 + since // DAYS_A_MAJOR
