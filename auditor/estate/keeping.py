"""Retention by choice: of what is older than some months, each PC's newest snapshot of a month is enough.

What every month's end looked like stays as it was; what was between goes, and the log says that it went and when. A
snapshot's row in the log stays, too: so it can be told that something was there and is no longer kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import NamedTuple

import msgspec

from auditor.estate import leftovers
from auditor.estate.commit import Draft, delete
from auditor.estate.compacting import rewrite_segments
from auditor.estate.faults import explained
from auditor.estate.leaving_out import is_in, leave_out
from auditor.estate.lookups import Lookups
from auditor.estate.store import Store
from auditor.estate.tables import BUNDLES

THINNED = "thinned"
"""The outcome of the log's row that says so."""

_GOING = """SELECT sha256, segment, size FROM (
        SELECT sha256, segment, size, taken_at,
            row_number() OVER (PARTITION BY device, taken_at[:7] ORDER BY taken_at DESC, sha256 DESC) AS turn
        FROM snapshot
    ) WHERE turn > 1 AND taken_at < '{before}'"""
_UNUSED = (
    ("state", "SELECT state FROM state ANTI JOIN snapshot USING (state)"),
    ("bundle", f"SELECT DISTINCT bundle FROM bundle WHERE bundle NOT IN (SELECT unnest([{', '.join(BUNDLES)}]) FROM state)"),  # noqa: S608
    ("component", "SELECT DISTINCT component FROM component ANTI JOIN bundle USING (component)"),
)
"""Table → the ids in it that nothing names any more; each once the one before has gone."""
_GONE = """SELECT DISTINCT log.sha256, min(log.received_at) FROM log ANTI JOIN snapshot USING (sha256)
    WHERE starts_with(log.sha256, $1) AND log.outcome IN ('new', 'updated', 'older') GROUP BY ALL ORDER BY ALL"""


class Thinned(NamedTuple):
    """What went, or would go: snapshots, their bytes before compression, and how many stay. ``before`` is an ISO day."""

    before: str
    snapshots: int
    bytes: int
    stay: int


def first_kept(today: date, months: int) -> date:
    """The first day of the month that was ``months`` months before the one of ``today``: from it on everything is kept."""
    count = max(today.year * 12 + today.month - 1 - months, 12)
    return date(count // 12, count % 12 + 1, 1)


def keep(
    store: Store, before: date, received_at: str, tick: Callable[[int], object] = lambda done: None, *, dry_run: bool = False
) -> Thinned:  # fmt: skip
    """Of the snapshots taken before the day ``before`` leave each device id the newest of each month, and no other.

    A PC's newest snapshot always stays. The files that held them are removed by the next compaction or thinning, so
    that reports may run meanwhile. ``dry_run`` only counts. The log says at ``received_at`` how many went.

    :raises EstateError: a file is damaged, or the disk is full; nothing is changed then.
    """
    going = _GOING.format(before=before.isoformat())
    with explained(store.folder), Lookups(store.folder) as lookups:
        lookups.view({"snapshot": ("snapshot", store.files("snapshot"))})
        per_segment = lookups.ask(f"SELECT segment, count(*), sum(size) FROM ({going}) GROUP BY segment")  # noqa: S608
    count = sum(row[1] for row in per_segment)
    total = sum(file.rows for file in store.head.of("snapshot"))
    found = Thinned(before.isoformat(), count, int(sum(row[2] for row in per_segment)), total - count)
    if dry_run or not count:
        return found
    store.settle()
    old = store.head.retired
    with store.drafting() as draft:
        stays = f"sha256 NOT IN (SELECT sha256 FROM ({going}))"  # noqa: S608  our own text
        rewrite_segments(draft, {row[0] for row in per_segment}, frozenset(), store.limits, tick, stays)
        for table, sql in _UNUSED:
            ids = _ids(draft, sql)
            if ids:
                leave_out(draft, table, partial(is_in, column=table, values=ids))
        told = f"{count} snapshots taken before {found.before}; the newest of each month stay"
        draft.add_log([(draft.log.row + 1, received_at, "", "", "", THINNED, told)])
        draft.head = msgspec.structs.replace(draft.head, retired=())
        store.head = draft.publish(unsettled=())
        delete(store.folder, old)
        leftovers.tidy(store.folder, store.head)
        store.forget_memory()
    return found


def _ids(draft: Draft, sql: str) -> list[int]:
    """What ``sql`` finds in the tables as the draft has them."""
    with Lookups(draft.folder) as lookups:
        names = ("snapshot", "state", "bundle", "component")
        lookups.view({name: (name, [draft.folder / each.file for each in draft.tables.get(name, ())]) for name in names})
        return [each for (each,) in lookups.ask(sql)]


def no_longer_kept(store: Store, beginning: str) -> list[tuple[str, str]]:
    """Snapshots whose SHA-256 begins so, that were taken in and are no longer kept by choice: SHA-256, when they came.

    Of PCs that were forgotten nothing is found.
    """
    with explained(store.folder), Lookups(store.folder) as lookups:
        lookups.view({name: (name, store.files(name)) for name in ("log", "snapshot")})
        return [(sha256, at) for sha256, at in lookups.ask(_GONE, beginning)]
