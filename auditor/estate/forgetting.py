"""The right to be forgotten: everything that an estate holds of a PC goes, and the log says that something went."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import msgspec
import pyarrow.compute as pc

from auditor.estate import chain, leftovers, parquet
from auditor.estate.commit import Draft, erased
from auditor.estate.compacting import rewrite_segments
from auditor.estate.leaving_out import is_in, leave_out
from auditor.estate.lookups import Lookups
from auditor.estate.names import named_pc
from auditor.estate.refusals import FOLDER as QUARANTINE
from auditor.estate.store import Store
from auditor.estate.tables import BUNDLES

FORGOTTEN = "forgotten"
"""The outcome of the log's row that says so."""

_TAKEN = "('new', 'updated', 'older', 'unchanged')"
_IDS = """SELECT device FROM state WHERE device IN (SELECT unnest($1::VARCHAR[]))
    UNION SELECT device FROM alias WHERE pc IN (SELECT unnest($1::VARCHAR[]))
    UNION SELECT pc FROM alias WHERE pc IN (SELECT unnest($1::VARCHAR[]))"""
_NAMES = f"""WITH whose AS (
        SELECT log.name, coalesce(nullif(log.device, ''), snapshot.device) AS device
        FROM log LEFT JOIN snapshot ON snapshot.sha256 = log.sha256 WHERE log.outcome IN {_TAKEN}
    )
    SELECT name FROM whose GROUP BY name HAVING bool_and(coalesce(device IN (SELECT unnest($1::VARCHAR[])), false))"""  # noqa: S608
_UNUSED_BUNDLES = f"""SELECT DISTINCT bundle FROM bundle WHERE bundle NOT IN (
    SELECT unnest([{", ".join(BUNDLES)}]) FROM state WHERE device NOT IN (SELECT unnest($1::VARCHAR[])))"""  # noqa: S608  our own names
_UNUSED_COMPONENTS = """SELECT DISTINCT component FROM component WHERE component NOT IN (
    SELECT component FROM bundle WHERE bundle NOT IN (SELECT unnest($1::BIGINT[])))"""


class Forgotten(NamedTuple):
    """What went: device ids, how many snapshots, rows of the log and refused files."""

    devices: tuple[str, ...]
    snapshots: int
    log_rows: int
    refused: int


class _Traces(NamedTuple):
    """By what the rows of the PCs that go are known."""

    devices: frozenset[str]
    sha256s: frozenset[str]
    hostnames: frozenset[str]
    names: frozenset[str]
    bundles: tuple[int, ...]
    components: tuple[int, ...]
    segments: frozenset[int]

    def is_name(self, name: str) -> bool:
        """Whether a file of this name was theirs: it was taken for them and nobody else, or is called like them."""
        return name in self.names or PurePosixPath(name.replace("\\", "/")).name.partition(".")[0].lower() in self.hostnames


def forget(
    store: Store, named: Sequence[str], received_at: str, tick: Callable[[int], object] = lambda done: None
) -> Forgotten:
    """Remove everything of the PCs ``named`` by device id or host name: snapshots, states, signals, aliases, refused files.

    All ids that are one PC go together. What only these PCs had of components goes, too. The log keeps their rows'
    numbers, moments, outcomes and hashes, so that its chain still holds, and says at ``received_at`` that PCs were
    forgotten, not which. Files that held them are removed at once. An asset register (table ``expected``) stays as it is.

    :raises UsageError: no PC is called so, or several are.
    :raises EstateError: a file is damaged, or the disk is full; nothing is changed then.
    """
    store.settle()
    with store.drafting() as draft:
        traces = _traces(store, named)
        if traces.segments:
            rewrite_segments(draft, traces.segments, traces.devices, store.limits, tick)
        leave_out(draft, "state", lambda batch: is_in(batch, "device", traces.devices))
        leave_out(draft, "signal", lambda batch: is_in(batch, "device", traces.devices))
        leave_out(draft, "device", lambda batch: is_in(batch, "device", traces.devices))
        leave_out(
            draft,
            "alias",
            lambda batch: pc.or_(is_in(batch, "device", traces.devices), is_in(batch, "pc", traces.devices)),
        )
        leave_out(draft, "bundle", lambda batch: is_in(batch, "bundle", traces.bundles))
        leave_out(draft, "component", lambda batch: is_in(batch, "component", traces.components))
        files, refused, kept = _refused(draft, traces)
        rows = _log(draft, traces)
        told = f"{len(traces.devices)} device ids, {len(traces.sha256s)} snapshots, {refused} refused files"
        draft.add_log([(draft.log.row + 1, received_at, "", "", "", FORGOTTEN, told)])
        aliases = tuple(each.file for each in draft.tables.get("alias", ()))
        store.head = draft.publish(erase=files, unsettled=(), aliases=aliases, quarantine=kept)
        leftovers.tidy(store.folder, store.head)
        store.head = erased(store.folder, store.head)
        store.forget_memory()
    return Forgotten(tuple(sorted(traces.devices)), len(traces.sha256s), rows, refused)


def _traces(store: Store, named: Sequence[str]) -> _Traces:
    with Lookups(store.folder) as lookups:
        tables = ("snapshot", "state", "alias", "log", "bundle", "component")
        lookups.view({table: (table, store.files(table)) for table in tables})
        pcs = [named_pc(lookups, name) for name in named]
        devices = [device for (device,) in lookups.ask(_IDS, pcs)]
        mine = "device IN (SELECT unnest($1::VARCHAR[]))"
        snapshots = lookups.ask(f"SELECT sha256, segment FROM snapshot WHERE {mine}", devices)  # noqa: S608
        hostnames = lookups.ask(f"SELECT DISTINCT lower(hostname) FROM state WHERE {mine} AND hostname <> ''", devices)  # noqa: S608
        names = lookups.ask(_NAMES, devices)
        bundles = [bundle for (bundle,) in lookups.ask(_UNUSED_BUNDLES, devices)]
        components = [component for (component,) in lookups.ask(_UNUSED_COMPONENTS, bundles)]
    return _Traces(
        frozenset(devices), frozenset(sha256 for sha256, _ in snapshots),
        frozenset(name for (name,) in hostnames) | frozenset(devices), frozenset(name for (name,) in names),
        tuple(bundles), tuple(components), frozenset(segment for _, segment in snapshots),
    )  # fmt: skip


def _refused(draft: Draft, traces: _Traces) -> tuple[list[str], int, int]:
    """Take their refused files out: the files to remove, how many rows went, how many bytes of the others are kept."""
    rows = [row for path in _paths(draft, "quarantine") for row in _rows(path, "quarantine")]
    stay = [row for row in rows if not traces.is_name(row[1])]
    kept = {row[0]: row[4] for row in stay if row[5]}
    gone = {row[0] for row in rows if row[5]} - kept.keys()
    if len(stay) < len(rows):
        columns = list(zip(*stay, strict=True))
        draft.replace("quarantine", [])
        draft.add("quarantine", columns)
    return [f"{QUARANTINE}/{sha256}" for sha256 in sorted(gone)], len(rows) - len(stay), sum(kept.values())


def _log(draft: Draft, traces: _Traces) -> int:
    """Put tombstones in the place of their rows in the log; how many."""
    count = 0

    def goes(row: Sequence[Any]) -> bool:
        return row[4] in traces.devices or row[3] in traces.sha256s or traces.is_name(row[2])

    files = []
    for file in draft.tables.get("log", ()):
        path = draft.folder / file.file
        here = sum(goes(row) for row in _rows(path, "log"))
        if here:
            buried = ([chain.forgotten(row) if goes(row) else row for row in rows] for rows in _batches(path, "log"))
            tables = (parquet.table_of("log", list(zip(*rows, strict=True))) for rows in buried)
            files.append(msgspec.structs.replace(draft.write("log", tables), hash=file.hash))
        else:
            files.append(file)
        count += here
    draft.replace("log", files)
    return count


def _paths(draft: Draft, table: str) -> list[Path]:
    return [draft.folder / file.file for file in draft.tables.get(table, ())]


def _batches(path: Path, table: str) -> Iterator[list[tuple[Any, ...]]]:
    for batch in parquet.read(path, table):
        yield list(zip(*(column.to_pylist() for column in batch.columns), strict=True))


def _rows(path: Path, table: str) -> Iterator[tuple[Any, ...]]:
    for rows in _batches(path, table):
        yield from rows
