"""Baseline: since when all of the main browsers have had a feature, and what that asks of each.

The definition is web-features' (the WebDX community group, Apache-2.0): a feature is newly
available from the day the last browser of the core set (Chrome, Edge, Firefox, Safari, and
their phones' editions) supported it, and widely available 30 months later. The dated steps
are reckoned with, never the word that was true when the data were made.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import takewhile
from types import MappingProxyType

from auditor.knowledge.packed import numbers, provenance, table
from auditor.knowledge.releases import BOTH_ALIVE, place, releases
from auditor.versions import NotComparable

WIDELY_MONTHS = 30
"""Months from newly to widely available, by web-features' definition."""


def floors(day: date) -> Mapping[str, str]:
    """The least version of each desktop browser that has all that was Baseline by the day.

    Empty before Baseline begins, on 29 July 2015.
    """
    wanted = day.isoformat()
    steps = list(takewhile(lambda step: step[0] <= wanted, table("baseline")["steps"]))
    return MappingProxyType(dict(zip(table("baseline")["browsers"], steps[-1][1:], strict=True)) if steps else {})


@lru_cache(maxsize=4096)
def baseline_until(column: str, version: str) -> date | None:
    """The last day such that the version has every feature that was Baseline by then.

    The day of the data where it has all; None for a browser outside the core set, and for a
    version that cannot be read or is older than the column.
    """
    names: list[str] = table("baseline")["browsers"]
    have = numbers(version)
    if column not in names or isinstance(have, NotComparable) or place(column, version) is None:
        return None
    at = names.index(column) + 1
    for step in table("baseline")["steps"]:
        if tuple(map(int, step[at].split("."))) > have:
            return date.fromisoformat(step[0]) - timedelta(days=1)
    return baseline_known_until()


def baseline_known_until() -> date:
    """The day of the data: what became Baseline after it is not in the table."""
    latest: date = provenance()["baseline_date"]
    return latest


def widely_day(as_of: date) -> date:
    """The day such that what was Baseline by it is widely available on ``as_of``.

    30 months before, but not after the release of the latest Firefox ESR, or of the one before
    while two are alive; a release in the first 16 weeks counts as such a time.
    """
    day = months_before(as_of, WIDELY_MONTHS)
    lines = [each.date for each in releases("firefox") if each.status in ("esr", "retired-esr")]
    settled = [each for each in lines if each is not None and each + BOTH_ALIVE <= as_of]
    return min(day, settled[-1]) if settled else day


def months_before(day: date, months: int) -> date:
    """The same day of the month, or the month's last where it is too short; the first of all days where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < date.min.year:
        return date.min
    next_year, next_month = divmod(year * 12 + month + 1, 12)
    last = date(next_year, next_month + 1, 1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))
