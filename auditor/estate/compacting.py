"""Many small files into few, and small frames into full ones: the same estate, sooner read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa

from auditor.estate import leftovers, parquet, segments
from auditor.estate.commit import Draft, delete
from auditor.estate.index import Index, Keys
from auditor.estate.lookups import Lookups
from auditor.estate.manifest import File, Head, segment_file
from auditor.estate.store import Store

FULL_ROWS = 1_000_000
"""A file with so many rows is not merged with others any more."""
CHUNK_BYTES = 64 * 1024 * 1024
"""So many bytes of raw snapshots are held in memory while segments are written anew."""
MERGED = ("snapshot", "state", "bundle", "component", "signal", "log", "quarantine")
"""The tables that grow by a file with each commit; the others are replaced as a whole."""

_ONCE = {"state": ("state",), "component": ("component",), "bundle": ("bundle", "component")}
"""Tables of distinct things, and what names one."""
_FRAMES = """SELECT segment, count(*), sum(size), sum(frame_length) FROM (
    SELECT segment, frame, any_value(frame_length) AS frame_length, sum(size) AS size FROM snapshot GROUP BY segment, frame
) GROUP BY segment"""
_ADDRESSED = "segment, frame, frame_length, start, size, sha256, device, taken_at, received_at, state"


class Compacted(NamedTuple):
    """How many files and bytes the estate had and has, without refused files, and how many were removed."""

    files_before: int
    files: int
    bytes_before: int
    bytes: int
    removed: int


def compact(store: Store, tick: Callable[[int], object] = lambda done: None) -> Compacted:
    """Merge small files, fill frames, settle, and remove what the compaction before this one replaced.

    What this one replaces stays until the next, for readers that opened before. Every snapshot that is moved is held
    against its SHA-256. ``tick`` is told how many snapshots were moved.

    :raises EstateError: a file is damaged (the message names it), or the disk is full; nothing is changed then.
    """
    store.settle()
    before, old = store.head, store.head.retired
    files_before, bytes_before = _size(before)
    with store.drafting() as draft:
        worn = _worn(store)
        if worn:
            rewrite_segments(draft, worn, frozenset(), store.limits, tick)
        for table in MERGED:
            if table != "snapshot" or not worn:
                draft.tables[table] = [_merge(draft, table, group) for group in _groups(draft.tables.get(table, []))]
        changed = draft.segments != list(before.segments) or any(
            tuple(draft.tables.get(table, ())) != before.of(table) for table in MERGED
        )
        if changed or old:
            draft.head = msgspec.structs.replace(before, retired=())
            store.head = draft.publish()
        delete(store.folder, old)
        removed = len(old) + leftovers.tidy(store.folder, store.head)
    files, size = _size(store.head)
    return Compacted(files_before, files, bytes_before, size, removed)


def _size(head: Head) -> tuple[int, int]:
    """Files and bytes of a state."""
    sizes = [each.bytes for files in head.tables.values() for each in files] + [each.bytes for each in head.segments]
    return len(sizes), sum(sizes)


def _groups(files: Sequence[File]) -> list[list[File]]:
    """``files`` in their order, those together that are to become one."""
    groups: list[list[File]] = []
    rows = FULL_ROWS
    for file in files:
        if rows + file.rows > FULL_ROWS:
            groups.append([])
            rows = 0
        groups[-1].append(file)
        rows += file.rows
    return groups


def _merge(draft: Draft, table: str, files: Sequence[File]) -> File:
    """One file with the rows of ``files``."""
    if len(files) == 1:
        return files[0]
    batches: Iterator[Any] = (batch for file in files for batch in parquet.read(draft.folder / file.file, table))
    if table in _ONCE:
        batches = _once(batches, _ONCE[table])
    return draft.write(table, batches, files[-1].hash)


def _once(batches: Iterable[Any], columns: Sequence[str]) -> Iterator[Any]:
    """``batches`` without rows whose ``columns`` (ids) were there before."""
    seen = Index()
    for batch in batches:
        ids = [batch.column(each).to_numpy().view("u8") for each in columns]
        keys = Keys(ids[0], ids[1] if len(ids) > 1 else np.zeros(len(ids[0]), np.uint64))
        first = np.zeros(len(ids[0]), bool)
        first[np.unique(np.stack(keys, axis=1), axis=0, return_index=True)[1]] = True
        yield batch.filter(pa.array(first & ~seen.find(keys)))
        seen.add(keys)


def _worn(store: Store) -> set[int]:
    """Segments whose frames are half empty, or with bytes that no snapshot needs."""
    with Lookups(store.folder) as lookups:
        lookups.view({"snapshot": ("snapshot", store.files("snapshot"))})
        found = {row[0]: row[1:] for row in lookups.ask(_FRAMES)}
    worn = set()
    for segment in store.head.segments:
        frames, size, live = found.get(segment.number, (0, 0, 0))
        half_empty = frames > 1 and size / frames < store.limits.frame_bytes / 2
        if half_empty or live < segment.bytes:
            worn.add(segment.number)
    return worn


def rewrite_segments(
    draft: Draft,
    worn: Collection[int],
    without: Collection[str],
    limits: segments.Limits,
    tick: Callable[[int], object],
    stays: str = "true",
) -> None:
    """Write the snapshots in the segments ``worn`` into new ones, but those of the devices ``without``.

    Of the others those go of which ``stays``, a condition on the view ``snapshot``, does not hold.

    The table ``snapshot`` of ``draft`` has the new addresses then.

    :raises EstateError: a snapshot is damaged.
    """
    files: list[Path] = [draft.folder / each.file for each in draft.head.of("snapshot")]
    numbers = ", ".join(str(int(each)) for each in sorted(worn))
    ends = {each.number: each.bytes for each in draft.head.segments}
    draft.new_segment()
    with Lookups(draft.folder) as lookups:
        lookups.view({"snapshot": ("snapshot", files)})
        stay = lookups.stream(f"SELECT * FROM snapshot WHERE segment NOT IN ({numbers})")  # noqa: S608  numbers
        kept = draft.write("snapshot", (parquet.shaped("snapshot", batch) for batch in stay))
        move = lookups.rows(f"SELECT {_ADDRESSED} FROM snapshot WHERE segment IN ({numbers}) AND {stays} ORDER BY ALL")  # noqa: S608  the same
        whole = (pair for pair in segments.walked(draft.folder, move, ends) if pair[0][6] not in without)
        moved = draft.write("snapshot", _moved(draft, whole, limits, tick))
    draft.segments = [each for each in draft.segments if each.number not in worn]
    draft.replace("snapshot", [kept, moved])


def _moved(
    draft: Draft,
    found: Iterable[tuple[tuple[Any, ...], bytes | str]],
    limits: segments.Limits,
    tick: Callable[[int], object],
) -> Iterator[Any]:
    """The rows of ``snapshot`` with new addresses, after their bytes were written there."""
    done = 0
    for chunk in _chunks(draft.folder, found):
        addresses = draft.append([data for _, data in chunk], limits)
        columns = list(zip(*((row[5], *row[6:9], row[9]) for row, _ in chunk), strict=True))
        done += len(chunk)
        tick(done)
        yield parquet.table_of("snapshot", [*columns, *zip(*addresses, strict=True)])


def _chunks(
    folder: Path, found: Iterable[tuple[tuple[Any, ...], bytes | str]]
) -> Iterator[list[tuple[tuple[Any, ...], bytes]]]:
    chunk: list[tuple[tuple[Any, ...], bytes]] = []
    size = 0
    for row, data in found:
        if isinstance(data, str):
            raise segments.damaged(folder / segment_file(row[0]), row[5], data)
        chunk.append((row, data))
        size += len(data)
        if size >= CHUNK_BYTES or len(chunk) >= parquet.ROW_GROUP:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
