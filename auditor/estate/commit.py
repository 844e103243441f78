"""A commit in the making: files that nobody knows of, until the manifest names them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from auditor.estate import chain, parquet, segments
from auditor.estate.durable import sync_all, sync_folder
from auditor.estate.manifest import File, Head, Log, Segment, segment_file, write_head


class Draft:
    """The next state of an estate. What is not published is not there, and the next draft writes over it."""

    def __init__(self, folder: Path, head: Head) -> None:
        self.folder = folder
        self.head = head
        self.generation = head.generation + 1
        self.tables = {table: list(files) for table, files in head.tables.items()}
        self.segments = list(head.segments)
        self.log = chain.Link(head.log.rows, head.log.hash)
        self._number = 0
        self._written: set[Path] = set()

    def write(self, table: str, batches: Iterable[Any], end: str = "") -> File:
        """A new file of ``table`` with ``batches`` in it, not yet part of anything."""
        self._number += 1
        name = f"tables/{table}/{self.generation:08d}-{self._number}.parquet"
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        written = parquet.write(path, table, batches)
        self._written.add(path)
        return File(name, *written, end)

    def add(self, table: str, columns: Sequence[Sequence[Any]]) -> File | None:
        """Add rows to ``table``, given by column; none where there are no rows."""
        if not columns or not len(columns[0]):
            return None
        file = self.write(table, [parquet.table_of(table, columns)])
        self.tables.setdefault(table, []).append(file)
        return file

    def add_log(self, rows: Sequence[chain.Row]) -> None:
        """Add rows to the log, whose numbers follow on."""
        if rows:
            self.log = chain.follow(self.log, rows)
            columns = list(zip(*rows, strict=True))
            file = self.write("log", [parquet.table_of("log", columns)], self.log.hash)
            self.tables.setdefault("log", []).append(file)

    def replace(self, table: str, files: Sequence[File]) -> None:
        """Let ``files`` be all of ``table``; those without rows go."""
        self.tables[table] = [file for file in files if file.rows]

    def append(self, items: Iterable[bytes | segments.Packed], limits: segments.Limits) -> list[segments.Address]:
        """Put raw snapshots into the newest segment, or a new one where that is full. All of one call go into one."""
        last = self.segments[-1] if self.segments else Segment(1, 0)
        if last.bytes >= limits.segment_bytes:
            last = Segment(last.number + 1, 0)
        path = self.folder / last.file
        path.parent.mkdir(exist_ok=True)
        addresses, end = segments.append(path, last.number, last.bytes, items, limits.frame_bytes)
        self._written.add(path)
        self.segments = [each for each in self.segments if each.number != last.number]
        self.segments.append(Segment(last.number, end))
        return addresses

    def new_segment(self) -> None:
        """Let what is appended from now on go into a segment of its own. Numbers are never used again."""
        number = max((each.number for each in self.head.segments), default=0) + 1
        path = self.folder / segment_file(number)
        path.write_bytes(b"")
        self._written.add(path)
        self.segments.append(Segment(number, 0))

    def publish(self, *, erase: Sequence[str] | None = None, **changes: Any) -> Head:
        """Make this the present state of the estate, and say it. ``changes`` are other fields of the :class:`Head`.

        Files that are no part of it any more stay for readers of earlier states. But with ``erase`` (further files
        to remove) they are marked to be removed before anything else is done.

        :raises OSError: the disk is full or cannot be written; the state before may still be the present one.
        """
        sync_all(self._written, {path.parent for path in self._written})
        tables = {table: tuple(files) for table, files in self.tables.items() if files}
        current = {each.file for files in tables.values() for each in files} | {each.file for each in self.segments}
        gone = sorted(self.head.own() - set(self.head.retired) - current)
        retired = (*self.head.retired, *gone)
        head = msgspec.structs.replace(
            self.head, generation=self.generation, tables=tables, segments=tuple(self.segments),
            log=Log(self.log.row, self.log.hash), retired=() if erase is not None else retired,
            erase=() if erase is None else (*retired, *erase), **changes,
        )  # fmt: skip
        write_head(self.folder, head)
        return head


def delete(folder: Path, files: Iterable[str]) -> None:
    """Remove files that no state of the estate names any more. What cannot be removed now is left for another time."""
    for name in files:
        with contextlib.suppress(OSError):
            (folder / name).unlink(missing_ok=True)


def erased(folder: Path, head: Head) -> Head:
    """Remove what ``head`` says must be gone, and say that it is.

    :raises OSError: it cannot be removed.
    """
    if not head.erase:
        return head
    for name in head.erase:
        (folder / name).unlink(missing_ok=True)
    for each in {(folder / name).parent for name in head.erase}:
        sync_folder(each)
    head = msgspec.structs.replace(head, generation=head.generation + 1, erase=())
    write_head(folder, head)
    return head
