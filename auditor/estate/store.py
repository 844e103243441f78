"""An estate on disk: raw snapshots in compressed segments, everything known of them in Parquet files.

::

    estate.json            name and version of this layout
    head.json              which of all these files are the estate's present state
    tables/<table>/*.parquet   written once; their shapes: auditor.estate.tables
    segments/000001.zst    raw snapshots, byte for byte
    quarantine/<sha256>    what could not be taken, byte for byte
    lock                   held by the one process that writes

A commit writes new files, and when they are on the disk replaces ``head.json``: a process may be killed at any
moment, and the estate is as before or after. Who reads has read ``head.json`` once and sees one state of the estate,
while a writer works. DuckDB, Spark and whatever else reads Parquet read the same files.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from auditor.errors import EstateError
from auditor.estate import chain, leftovers, parquet, refusals, rows, segments, settling
from auditor.estate.commit import Draft, delete, erased
from auditor.estate.faults import explained
from auditor.estate.index import hex_keys, id_keys
from auditor.estate.items import Item, Passed, Refused, Taken
from auditor.estate.lookups import Lookups
from auditor.estate.manifest import Head, read_head, segment_file
from auditor.estate.opening import Lock, begin, check_marker, is_of_layout_before
from auditor.estate.remembered import Remembered, moment, signal_key
from auditor.estate.result import Quarantined
from auditor.estate.tables import TABLES

__all__ = ["Item", "Passed", "Refused", "Store", "Taken", "open_store"]

QUARANTINE_BYTES = refusals.MOST_BYTES

_PREFIX = re.compile("[0-9a-f]{8,64}")
_ADDRESS = "SELECT segment, frame, frame_length, start, size FROM snapshot WHERE sha256 = $1 LIMIT 1"
_BEGINNING = "SELECT DISTINCT sha256 FROM snapshot WHERE starts_with(sha256, $1) ORDER BY ALL"


class Store:
    """An open estate. Made by :func:`open_store`; use it as a context manager.

    Every method raises :class:`EstateError` for what goes wrong on the disk.
    """

    def __init__(self, folder: Path, head: Head, lock: Lock | None, limits: segments.Limits, quarantine_bytes: int) -> None:
        self.folder = folder
        self.head = head
        self._lock = lock
        self.limits = limits
        self._quarantine_bytes = quarantine_bytes
        self._remembered: Remembered | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Release the estate for others."""
        self._remembered = None
        if self._lock is not None:
            self._lock.release()

    @property
    def generation(self) -> int:
        """How many commits there were until the state that is open here."""
        return self.head.generation

    def files(self, table: str) -> list[Path]:
        """The Parquet files of ``table`` in the state that is open here, oldest first; there may be none."""
        return [self.folder / each.file for each in self.head.of(table)]

    def unsettled(self) -> list[Path]:
        """The files of ``snapshot`` whose rows are not in ``device`` yet."""
        if self.head.aliases != tuple(each.file for each in self.head.of("alias")):
            return self.files("snapshot")
        return [self.folder / each for each in self.head.unsettled]

    def known(self, sha256s: Iterable[str]) -> frozenset[str]:
        """Those of ``sha256s`` that are snapshots of this estate."""
        asked = [each for each in sha256s if each]
        with explained(self.folder):
            found = self._memory().snapshots.find(hex_keys(asked))
        return frozenset(each for each, there in zip(asked, found.tolist(), strict=True) if there)

    def _memory(self) -> Remembered:
        if self._remembered is None:
            self._remembered = Remembered(self.folder, self.head)
        return self._remembered

    def forget_memory(self) -> None:
        """Let the next question read the files anew: they were changed by something else than :meth:`write`."""
        self._remembered = None

    @contextlib.contextmanager
    def drafting(self) -> Iterator[Draft]:
        """A commit in the making; whatever ends it early leaves the store as the manifest on the disk says it is."""
        if self._lock is None:
            raise EstateError(f"{self.folder}: was opened to read", "Open it with write=True.")
        with explained(self.folder):
            try:
                yield Draft(self.folder, self.head)
            except BaseException:
                self._remembered = None
                with contextlib.suppress(OSError):
                    self.head = read_head(self.folder)
                raise

    def write(self, items: Sequence[Item], received_at: str) -> list[str]:
        """Take in ``items`` as one whole, and say what became of each.

        "new" (first snapshot of its PC), "updated" (newer than the PC's current one),
        "older" (kept, the current one stays), "quarantined", "unchanged", "unreadable".
        No SHA-256 of a :class:`Taken` may be in the store or twice in ``items``.

        :raises EstateError: the disk is full or read-only; nothing of ``items`` is stored then.
        """
        taken = [item for item in items if isinstance(item, Taken)]
        refused = [item for item in items if isinstance(item, Refused)]
        with self.drafting() as draft:
            memory = self._memory()
            moments = [moment(item.taken_at, item.sha256) for item in taken]
            pcs = [memory.pc_of.get(item.device.id, item.device.id) for item in taken]
            keys = hex_keys(pcs)
            newest = dict(zip(pcs, memory.newest.find(keys).tolist(), strict=True))
            outcomes = rows.outcomes_of(items, newest, moments, pcs)
            snapshots = self._add_taken(draft, memory, taken, received_at)
            kept = refusals.keep(
                self.folder, self.files("quarantine"), refused, received_at, self.head.quarantine, self._quarantine_bytes
            )
            draft.add("quarantine", list(zip(*kept.rows, strict=True)))
            draft.add_log(rows.log_rows(items, outcomes, received_at, draft.log.row))
            self.head = draft.publish(unsettled=(*self.head.unsettled, *snapshots), quarantine=kept.bytes)
            memory.newest.add(keys, moments)
            memory.snapshots.add(hex_keys([item.sha256 for item in taken]))
        return outcomes

    def _add_taken(self, draft: Draft, memory: Remembered, taken: Sequence[Taken], received_at: str) -> list[str]:
        """Everything that ``taken`` adds to ``draft``, but for the log; the files of ``snapshot``."""
        if not taken:
            return []
        addresses = draft.append((item.data for item in taken), self.limits)
        states = [rows.state_of(item.device, item.profile) for item in taken]
        bundles, having = rows.bundles_of(item.profile for item in taken)
        new_bundles = [bundles[each] for each in _new(memory, "bundle", bundles)]
        components = rows.components_of(new_bundles, having)
        new_components = [components[each] for each in _new(memory, "component", components)]
        by_id = {state.id: state for state in states}
        new_states = [by_id[each].cells() for each in _new(memory, "state", by_id)]
        draft.add("component", list(zip(*new_components, strict=True)))
        draft.add("bundle", list(zip(*rows.members_of(new_bundles), strict=True)))
        draft.add("state", list(zip(*new_states, strict=True)))
        self._add_signals(draft, memory, taken)
        file = draft.add(
            "snapshot",
            [
                [item.sha256 for item in taken], [item.device.id for item in taken], [item.taken_at for item in taken],
                [received_at] * len(taken), [state.id for state in states], *zip(*addresses, strict=True),
            ],
        )  # fmt: skip
        return [file.file] if file else []

    def _add_signals(self, draft: Draft, memory: Remembered, taken: Sequence[Taken]) -> None:
        """The signals of each PC that did not have just these before."""
        told = {signal_key(item.device.id, item.signals): item for item in taken if item.signals}
        keys = hex_keys(list(told))
        new = [item for item, there in zip(told.values(), memory.signals.find(keys).tolist(), strict=True) if not there]
        signals = [
            (item.device.id, kind, value, item.taken_at) for item in new for kind, value in sorted(item.signals.items())
        ]
        draft.add("signal", list(zip(*signals, strict=True)))
        memory.signals.add(keys)

    def settle(self) -> None:
        """Bring ``device`` up to date with all snapshots and aliases, in one commit; nothing where it is."""
        if settling.is_settled(self.head):
            return
        with self.drafting() as draft:
            settling.settle(draft)
            aliases = tuple(each.file for each in self.head.of("alias"))
            devices = [each for each in self.head.retired if each.startswith("tables/device/")]
            gone = devices[: -settling.OLDER_DEVICES]
            draft.head = msgspec.structs.replace(
                self.head, retired=tuple(each for each in self.head.retired if each not in gone)
            )
            self.head = draft.publish(unsettled=(), aliases=aliases)
            delete(self.folder, gone)

    def replace(self, table: str, data: Any) -> None:
        """Let ``data`` (a :class:`pyarrow.Table`) be all of a small table, such as expected or alias, in one commit.

        :raises EstateError: its columns are not those of the table.
        """
        if table not in TABLES:
            raise EstateError(f"no table {table!r}", f"There are {', '.join(TABLES)}.")
        with self.drafting() as draft:
            draft.replace(table, [draft.write(table, [parquet.shaped(table, data)])])
            self.head = draft.publish()
        self._remembered = None

    def raw(self, sha256: str) -> bytes:
        """A snapshot's bytes, exactly as they were handed in.

        :raises EstateError: there is no such snapshot, or its bytes are damaged.
        """
        found = self._ask({"snapshot"}, _ADDRESS, sha256)
        if not found:
            raise EstateError(f"{self.folder}: no snapshot {sha256}", "auditor report --format json lists the snapshots.")
        address = segments.Address(*found[0])
        return segments.read(self.folder / segment_file(address.segment), address, sha256)

    def find(self, prefix: str) -> list[str]:
        """The SHA-256 of every snapshot whose SHA-256 begins with ``prefix``, in order.

        :raises EstateError: ``prefix`` is not 8 to 64 hexadecimal digits in lower case.
        """
        if not _PREFIX.fullmatch(prefix):
            raise EstateError(f"{prefix!r} does not begin a SHA-256", "Give 8 hexadecimal digits of it or more.")
        return [sha256 for (sha256,) in self._ask({"snapshot"}, _BEGINNING, prefix)]

    def _ask(self, tables: Iterable[str], sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with explained(self.folder), Lookups(self.folder) as lookups:
            lookups.view({table: (table, self.files(table)) for table in tables})
            return lookups.ask(sql, *values)

    def quarantined(self, as_of: date = date.max) -> tuple[Quarantined, ...]:
        """What could not be taken until the end of the day ``as_of``, by name.

        What was handed in again under the same name and taken is not among it.
        """
        with explained(self.folder):
            found = refusals.standing(self.folder, self.files("quarantine"), self.files("log"), as_of.isoformat())
        return tuple(Quarantined(*row) for row in found)

    def log(self) -> Iterator[tuple[Any, ...]]:
        """The rows of the intake log, in order, with the columns of the table."""
        for path in self.files("log"):
            yield from self._log_rows(path)

    def _log_rows(self, path: Path) -> Iterator[tuple[Any, ...]]:
        with explained(self.folder):
            for batch in parquet.read(path, "log"):
                yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    def broken_log_row(self) -> int | None:
        """Number of the first row of the log's first file that is not as it was written; None when all are."""
        link = chain.Link(0, "")
        for file in self.head.of("log"):
            before = link
            link = chain.follow(before, self._log_rows(self.folder / file.file))
            if link != chain.Link(before.row + file.rows, file.hash):
                return before.row + 1
        return None if (link.row, link.hash) == (self.head.log.rows, self.head.log.hash) else link.row + 1


def _new(memory: Remembered, table: str, ids: Mapping[int, object]) -> list[int]:
    """Those of ``ids`` that are not in ``table`` yet; from now on they are, or the memory is thrown away."""
    keys = id_keys(ids)
    found = memory.ids[table].find(keys)
    memory.ids[table].add(keys)
    return [each for each, there in zip(ids, found.tolist(), strict=True) if not there]


def open_store(
    folder: Path,
    *,
    write: bool = False,
    segment_bytes: int = segments.SEGMENT_BYTES,
    frame_bytes: int = segments.FRAME_BYTES,
    quarantine_bytes: int = QUARANTINE_BYTES,
) -> Store:
    """The estate in ``folder``; to write, it is made where there is none yet, and one of the layout before is migrated.

    One process may write, and any number may read meanwhile.

    :raises EstateError: there is none, it is not an estate, it is of another schema, is being written by another
        process, or cannot be read or written.
    """
    limits = (segments.Limits(segment_bytes, frame_bytes), quarantine_bytes)
    with explained(folder):
        if not write:
            check_marker(folder)
            return Store(folder, read_head(folder), None, *limits)
        lock = begin(folder)
        try:
            if is_of_layout_before(folder):
                from auditor.estate.layout1 import migrate

                migrate(folder, lambda head: Store(folder, head, lock, *limits))
            head = read_head(folder)
            if head.erase:  # somebody's right to be forgotten, interrupted
                leftovers.tidy(folder, head)
                head = erased(folder, head)
            return Store(folder, head, lock, *limits)
        except BaseException:
            lock.release()
            raise
