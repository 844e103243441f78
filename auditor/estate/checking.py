"""Whether an estate is whole: every file, every row that another names, every snapshot's bytes, the log's chain."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from auditor.errors import EstateError
from auditor.estate import leftovers, parquet, segments, settling
from auditor.estate.faults import explained, first_line
from auditor.estate.lookups import Lookups
from auditor.estate.manifest import File, segment_file
from auditor.estate.refusals import FOLDER as QUARANTINE
from auditor.estate.store import Store
from auditor.estate.tables import BUNDLES, TABLES

MOST_NAMED = 1000
"""So many problems of one kind are named, and the rest counted."""

_TICK = 1000


class Checked(NamedTuple):
    """What is wrong, one line each; what lies about and belongs to nobody; how many snapshots and files were looked at."""

    problems: tuple[str, ...]
    leftovers: tuple[str, ...]
    snapshots: int
    files: int


def check(store: Store, *, quick: bool = False, tick: Callable[[int], object] = lambda done: None) -> Checked:
    """Look at all of the estate that is open in ``store``; nothing is changed.

    ``quick`` leaves out the bytes of snapshots and refused files. ``tick`` is told how many snapshots are done.

    :raises EstateError: a folder cannot be read at all.
    """
    problems: list[str] = []
    for table in TABLES:
        for file in store.head.of(table):
            problems += _file(store.folder, table, file)
    for segment in store.head.segments:
        path = store.folder / segment.file
        if not path.is_file():
            problems.append(f"{path}: is missing")
        elif path.stat().st_size < segment.bytes:
            problems.append(f"{path}: is cut: {segment.bytes:,} bytes belong to it, {path.stat().st_size:,} are there")
    readable = not problems
    with explained(store.folder):
        if readable:
            problems += _fitting(store)
            problems += _most(_quarantine(store, quick))
            if (broken := store.broken_log_row()) is not None:
                problems.append(f"log: from row {broken} on it is not what was written")
        if readable and not quick:
            problems += _most(_raw(store, tick))
        lying = [
            f"{path}: {path.stat().st_size - size:,} bytes at its end"
            for path, size in leftovers.torn(store.folder, store.head)
        ]
        if readable:
            lying = leftovers.leftovers(store.folder, store.head) + lying
    snapshots = sum(file.rows for file in store.head.of("snapshot"))
    return Checked(tuple(problems), tuple(lying), snapshots, len(store.head.own()))


def _file(folder: Path, table: str, file: File) -> Iterator[str]:
    """What is wrong with one Parquet file: gone, cut, a page that is not as it was written, other columns or rows."""
    path = folder / file.file
    try:
        size = path.stat().st_size
        if size != file.bytes:
            yield f"{path}: {size:,} bytes; {file.bytes:,} were written"
            return
        with path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != file.sha256:
                yield f"{path}: is not what was written"
                return
        with explained(folder):
            rows = sum(batch.num_rows for batch in parquet.read(path, table))
        if rows != file.rows:
            yield f"{path}: {rows:,} rows; {file.rows:,} were written"
    except FileNotFoundError:
        yield f"{path}: is missing"
    except OSError as error:
        yield f"{path}: {error.strerror or first_line(str(error))}"
    except EstateError as error:
        yield f"{path}: {error.message}"


_REFERENCES = {
    "snapshot {0}: its state {1} is missing":
        "SELECT sha256, state FROM snapshot ANTI JOIN state USING (state)",
    "snapshot {0}: is there {1} times":
        "SELECT sha256, count(*) FROM snapshot GROUP BY sha256 HAVING count(*) > 1",
    "snapshot {0}: is of device {1}, its state of another":
        "SELECT sha256, s.device FROM snapshot s JOIN state USING (state) WHERE s.device <> state.device",
    "bundle {0}: its component {1} is missing":
        "SELECT bundle, component FROM bundle ANTI JOIN component USING (component)",
    "component {0}: is there {1} times":
        "SELECT component, count(*) FROM component GROUP BY component HAVING count(*) > 1",
    "state {0}: is there {1} times":
        "SELECT state, count(*) FROM state GROUP BY state HAVING count(*) > 1",
    "snapshot {0}: the log does not say where it came from (device {1})":
        "SELECT sha256, device FROM snapshot ANTI JOIN (SELECT sha256 FROM log) USING (sha256)",
    **{
        f"state {{0}}: its bundle {{1}} ({kind[2:]}) is missing":
            f"SELECT state, {kind} FROM state ANTI JOIN bundle ON bundle.bundle = state.{kind} WHERE {kind} <> 0"  # noqa: S608
        for kind in BUNDLES
    },
}  # fmt: skip
"""What is said of a row → the question for such rows."""


def _fitting(store: Store) -> Iterator[str]:
    """Rows that name what is not there, and PCs that are not as their newest snapshot says."""
    head = store.head
    aliased = head.aliases == tuple(each.file for each in head.of("alias"))
    settled = [each.file for each in head.of("snapshot") if each.file not in head.unsettled]
    with Lookups(store.folder) as lookups:
        lookups.view({table: (table, store.files(table)) for table in ("snapshot", "state", "bundle", "component", "log")})
        for said, sql in _REFERENCES.items():
            yield from _most(said.format(*row) for row in lookups.ask(sql))
        if not aliased:
            return  # it is made anew before anybody counts
        lookups.view(
            {
                "fresh": ("snapshot", [store.folder / each for each in settled]),
                "device": ("device", []),
                "alias": ("alias", store.files("alias")),
                "kept": ("device", store.files("device")),
            }
        )
        columns = ", ".join(TABLES["device"])
        newest = f"(SELECT {columns} FROM ({settling.NEWEST}))"  # noqa: S608  names of this package
        kept = f"(SELECT {columns} FROM kept)"  # noqa: S608  the same
        missing = f"SELECT device FROM ({newest} EXCEPT ALL {kept})"  # noqa: S608  the same
        extra = f"SELECT device FROM ({kept} EXCEPT ALL {newest})"  # noqa: S608  the same
        yield from _most(f"device {row[0]}: is not as its newest snapshot says" for row in lookups.ask(missing))
        yield from _most(f"device {row[0]}: is there without cause" for row in lookups.ask(extra))


def _quarantine(store: Store, quick: bool) -> Iterator[str]:
    """Refused files that are gone or changed."""
    sql = "SELECT DISTINCT sha256, size FROM quarantine WHERE kept ORDER BY ALL"
    with Lookups(store.folder) as lookups:
        lookups.view({"quarantine": ("quarantine", store.files("quarantine"))})
        rows = lookups.ask(sql)
    if sum(size for _, size in rows) != store.head.quarantine:
        yield f"quarantine: {sum(size for _, size in rows):,} bytes are kept, not {store.head.quarantine:,}"
    for sha256, size in rows:
        path = store.folder / QUARANTINE / sha256
        if not path.is_file():
            yield f"{path}: is missing"
        elif path.stat().st_size != size or (not quick and hashlib.sha256(path.read_bytes()).hexdigest() != sha256):
            yield f"{path}: is not what was refused"


def _raw(store: Store, tick: Callable[[int], object]) -> Iterator[str]:
    """Snapshots whose bytes are not what they were."""
    ends = {segment.number: segment.bytes for segment in store.head.segments}
    sql = "SELECT segment, frame, frame_length, start, size, sha256 FROM snapshot ORDER BY ALL"
    done = 0
    with Lookups(store.folder) as lookups:
        lookups.view({"snapshot": ("snapshot", store.files("snapshot"))})
        for row, found in segments.walked(store.folder, lookups.rows(sql), ends):
            done += 1
            if isinstance(found, str):
                yield f"{store.folder / segment_file(row[0])}: snapshot {row[5]} is damaged: {found}"
            if done % _TICK == 0:
                tick(done)
    tick(done)


def _most(problems: Iterator[str]) -> Iterator[str]:
    """The first of them, and how many more there are."""
    more, example = 0, ""
    for number, each in enumerate(problems):
        if number < MOST_NAMED:
            yield each
        else:
            more, example = more + 1, each
    if more:
        yield f"and {more:,} more, the last: {example}"
