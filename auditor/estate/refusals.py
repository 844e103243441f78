"""The quarantine: what was handed in and could not be taken, byte for byte as far as there is room."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from auditor.estate.durable import new_file, sync_folder
from auditor.estate.items import Refused
from auditor.estate.lookups import Lookups
from auditor.estate.parquet import printable

FOLDER = "quarantine"
"""Where the bytes are, each file under its SHA-256."""
MOST_BYTES = 1024**3
"""Most bytes of refused files that are kept; of later ones only name and reason."""

_THERE = "SELECT sha256, name, kept FROM quarantine WHERE sha256 IN (SELECT unnest($1::VARCHAR[]))"
_STANDING = """
    WITH seen AS (
        SELECT * FROM log WHERE received_at[:10] <= $1 AND name IN (SELECT name FROM quarantine)
    ),
    taken AS (
        SELECT name, max(seq) AS seq FROM seen WHERE outcome IN ('new', 'updated', 'older', 'unchanged') GROUP BY name
    ),
    refused AS (SELECT name, sha256, max(seq) AS seq FROM seen WHERE outcome = 'quarantined' GROUP BY ALL)
    SELECT name, q.reason, q.received_at, sha256
    FROM quarantine q JOIN refused USING (name, sha256) LEFT JOIN taken USING (name)
    WHERE refused.seq > coalesce(taken.seq, 0) ORDER BY ALL"""

_Row = tuple[str, str, str, str, int, bool]


class Kept(NamedTuple):
    """New rows of ``quarantine``, and how many bytes are kept now."""

    rows: list[_Row]
    bytes: int


def keep(
    folder: Path, there: Sequence[Path], items: Sequence[Refused], received_at: str, used: int, most: int
) -> Kept:  # fmt: skip
    """Keep the bytes of ``items`` in the estate's ``folder`` while they are no more than ``most`` with the ``used`` ones.

    ``there`` are the files of the table ``quarantine``.

    :raises OSError: they cannot be written.
    """
    if not items:
        return Kept([], used)
    with Lookups(folder) as lookups:
        lookups.view({"quarantine": ("quarantine", there)})
        before = lookups.ask(_THERE, [item.sha256 for item in items])
    pairs = {(sha256, name) for sha256, name, _ in before}
    kept = {sha256 for sha256, _, is_kept in before if is_kept}
    rows: list[_Row] = []
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    for item in items:
        if item.sha256 not in kept and item.data and len(item.data) <= most - used:
            with new_file(place / item.sha256) as file:
                file.write(item.data)
            used += len(item.data)
            kept.add(item.sha256)
        name = printable(item.name)
        if (item.sha256, name) not in pairs:
            pairs.add((item.sha256, name))
            is_kept = item.sha256 in kept
            rows.append((item.sha256, name, printable(item.reason), received_at, len(item.data), is_kept))
    sync_folder(place)
    return Kept(rows, used)


def standing(folder: Path, refused: Sequence[Path], log: Sequence[Path], as_of: str) -> list[tuple[str, str, str, str]]:
    """Name, reason, received_at and SHA-256 of what stood in quarantine at the end of the day ``as_of``, by name.

    An entry stands until something of its name is taken, and again when it is handed in again.
    ``refused`` and ``log`` are the files of these tables.
    """
    if not refused:
        return []
    with Lookups(folder) as lookups:
        lookups.view({"quarantine": ("quarantine", refused), "log": ("log", log)})
        return [(row[0], row[1], row[2], row[3]) for row in lookups.ask(_STANDING, as_of)]
