"""The estate at the ends of months that are past: what each PC said last until then, judged for that day.

Rules and knowledge are those of today; the day is that of the point, so support that ended later had not ended, and a
rule that applies from a later day on does not apply. Of the snapshots the newest of each PC and month is looked up
once for all points, so that a point costs no more than judging what is different and counting.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from auditor.estate.counting import Asked, judged, tallies_of
from auditor.estate.days import monthly, now_after
from auditor.estate.result import TrendPoint


def month_ends(asked: Asked, months: int) -> tuple[TrendPoint, ...]:
    """The ends of ``months`` months before the day that is asked for, oldest first; only those with a PC that was heard.

    The store's tables are open; ``now`` and all that follows from it is of the last point afterwards.
    """
    days = ends_before(asked.by.as_of, months)
    if not days:
        return ()
    asked.engine.table("monthly", monthly(days[-1].isoformat()))
    points = []
    for day in days:
        asked.engine.table("now", now_after(day.isoformat()[:7]))
        if asked.engine.ask("SELECT count(*) FROM now")[0][0]:
            points.append(_point(asked, day))
    asked.engine.table("monthly", "SELECT 0 AS nothing")
    return tuple(points)


def ends_before(day: date, months: int) -> list[date]:
    """The last days of the ``months`` months before the one that ``day`` is in."""
    found: list[date] = []
    end = day
    while len(found) < months and (end.year, end.month) > (1, 1):
        end = end.replace(day=1) - timedelta(1)
        found.append(end)
    return found[::-1]


def _point(asked: Asked, day: date) -> TrendPoint:
    then = asked._replace(by=replace(asked.by, as_of=day))
    found = judged(then, opened=True)
    tallies = tallies_of(found.judging)
    coverage = found.matching.coverage(tallies.ready_of_expected(then)) if found.matching else None
    return TrendPoint(day.isoformat(), tallies.total, coverage)
