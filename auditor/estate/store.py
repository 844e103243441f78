"""An estate on disk: raw snapshots, the catalogue over them, and the quarantine.

::

    estate.json            name and version of this layout
    segments/000001.zst    raw snapshots, byte for byte, one compressed frame each
    catalogue.duckdb       what is known of them
    quarantine/<sha256>    what could not be taken, byte for byte

Raw bytes are on the disk before the catalogue says a word of them, and the catalogue
changes by whole transactions: a process may be killed at any moment, and the estate
holds what was committed, no more and no less.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from auditor.errors import AuditorError, EstateError
from auditor.estate import segments
from auditor.estate.catalogue import Catalogue, DeviceRecord
from auditor.estate.marker import MARKER, SCHEMA, schema_in
from auditor.estate.profile import Profile, canonical
from auditor.estate.result import Quarantined
from auditor.model import Device
from auditor.snapshot.write import write_atomically

QUARANTINE_BYTES = 1024**3
"""Most bytes of refused files that are kept; of later ones only name and reason."""

_OWN = frozenset({"segments", "quarantine", "catalogue.duckdb", "catalogue.duckdb.wal", "catalogue.duckdb.tmp"})
_PREFIX = re.compile("[0-9a-f]{8,64}")
_NEW, _UPDATED, _OLDER = "new", "updated", "older"


class Taken(NamedTuple):
    """A snapshot that is not in the store yet, with what was understood of it."""

    name: str
    sha256: str
    data: bytes
    device: Device
    taken_at: str
    profile: Profile


class Refused(NamedTuple):
    """Something that is not a snapshot. ``data`` is empty where it is not to be kept."""

    name: str
    sha256: str
    data: bytes
    reason: str


class Passed(NamedTuple):
    """Something that only the log is told: ``outcome`` is "unchanged" or "unreadable"."""

    name: str
    sha256: str
    outcome: str
    reason: str = ""


Item = Taken | Refused | Passed
"""One thing that was handed in, and what became of it so far."""


class Store:
    """An open estate. Made by :func:`open_store`; use it as a context manager."""

    def __init__(self, folder: Path, catalogue: Catalogue, segment_bytes: int, quarantine_bytes: int) -> None:
        self.folder = folder
        self.catalogue = catalogue
        self._segment_bytes = segment_bytes
        self._quarantine_bytes = quarantine_bytes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Release the estate for others."""
        self.catalogue.close()

    def known(self, sha256s: Iterable[str]) -> frozenset[str]:
        """Those of ``sha256s`` that are snapshots of this estate."""
        return self.catalogue.known(sha256s)

    def write(self, items: Sequence[Item], received_at: str) -> list[str]:
        """Take in ``items`` as one whole, and say what became of each.

        "new" (first snapshot of its PC), "updated" (newer than the PC's current one),
        "older" (kept, the current one stays), "quarantined", "unchanged", "unreadable".
        No SHA-256 of a :class:`Taken` may be in the store or twice in ``items``.

        :raises EstateError: the disk is full or read-only; nothing of ``items`` is stored then.
        """
        taken = [item for item in items if isinstance(item, Taken)]
        addresses = self._append([item.data for item in taken])
        refused = self._quarantine([item for item in items if isinstance(item, Refused)], received_at)
        rows = [_row(item, received_at, address) for item, address in zip(taken, addresses, strict=True)]
        outcomes = self._outcomes(items)
        with self.catalogue.transaction():
            self.catalogue.store_profiles(item.profile for item in taken)
            self.catalogue.insert("snapshot", rows)
            if taken:
                self.catalogue.refresh({item.device.id for item in taken})
            self.catalogue.insert("quarantine", refused, "t.sha256 = new.c1 AND t.name = new.c2")
            self.catalogue.insert("log", self._log_rows(items, outcomes, received_at))
        return outcomes

    def _append(self, data: Sequence[bytes]) -> list[segments.Address]:
        if not data:
            return []
        try:
            return segments.append(self.folder / "segments", data, self._segment_bytes)
        except OSError as error:
            raise _unwritable(self.folder, error) from error

    def _quarantine(self, items: Sequence[Refused], received_at: str) -> list[tuple[str, str, str, str, int, bool]]:
        """Keep what is refused; the rows of the table for it."""
        rows: dict[tuple[str, str], tuple[str, str, str, str, int, bool]] = {}
        room = self._quarantine_bytes - self.catalogue.quarantine_bytes() if items else 0
        for item in items:
            path = self.folder / "quarantine" / item.sha256
            kept = bool(item.data) and (path.exists() or len(item.data) <= room)
            if kept and not path.exists():
                room -= len(item.data)
                try:
                    write_atomically(path, item.data)
                except AuditorError as error:
                    raise EstateError(error.message, error.hint) from error
            rows.setdefault(
                (item.sha256, item.name), (item.sha256, item.name, item.reason, received_at, len(item.data), kept)
            )
        return list(rows.values())

    def _outcomes(self, items: Sequence[Item]) -> list[str]:
        newest = self.catalogue.newest({item.device.id for item in items if isinstance(item, Taken)})
        outcomes = []
        for item in items:
            if isinstance(item, Taken):
                this, current = (item.taken_at, item.sha256), newest.get(item.device.id)
                outcomes.append(_NEW if current is None else _UPDATED if this > current else _OLDER)
                newest[item.device.id] = max(this, current or this)
            else:
                outcomes.append("quarantined" if isinstance(item, Refused) else item.outcome)
        return outcomes

    def _log_rows(
        self, items: Sequence[Item], outcomes: Sequence[str], received_at: str
    ) -> list[tuple[int, str, str, str, str, str, str, str, str]]:
        number, before = self.catalogue.log_end()
        rows = []
        for item, outcome in zip(items, outcomes, strict=True):
            number += 1
            device = item.device.id if isinstance(item, Taken) else ""
            reason = "" if isinstance(item, Taken) else item.reason
            told = (number, received_at, item.name, item.sha256, device, outcome, reason, before)
            before = _hash(told)
            rows.append((*told, before))
        return rows

    def broken_log_row(self) -> int | None:
        """Number of the first row of the log that is not as it was written; None when all are."""
        before = ""
        for number, row in enumerate(self.catalogue.log(), 1):
            if row[0] != number or row[7] != before or row[8] != _hash(row[:8]):
                return number
            before = row[8]
        return None

    def raw(self, sha256: str) -> bytes:
        """A snapshot's bytes, exactly as they were handed in.

        :raises EstateError: there is no such snapshot, or its bytes are damaged.
        """
        address = self.catalogue.address(sha256)
        if address is None:
            raise EstateError(f"{self.folder}: no snapshot {sha256}", "auditor report --format json lists the snapshots.")
        return segments.read(self.folder / "segments", segments.Address(*address), sha256)

    def find(self, prefix: str) -> list[str]:
        """The SHA-256 of every snapshot whose SHA-256 begins with ``prefix``, in order.

        :raises EstateError: ``prefix`` is not 8 to 64 hexadecimal digits in lower case.
        """
        if not _PREFIX.fullmatch(prefix):
            raise EstateError(f"{prefix!r} does not begin a SHA-256", "Give 8 hexadecimal digits of it or more.")
        return self.catalogue.beginning(prefix)

    def devices(self, as_of: date) -> list[DeviceRecord]:
        """Every PC by its newest snapshot that was taken on or before ``as_of``."""
        return self.catalogue.devices(as_of.isoformat())

    def quarantined(self, as_of: date = date.max) -> tuple[Quarantined, ...]:
        """What could not be taken until the end of the day ``as_of``, by name.

        What was handed in again under the same name and taken is not among it.
        """
        return tuple(Quarantined(*row) for row in self.catalogue.quarantine(as_of.isoformat()))


def open_store(
    folder: Path,
    *,
    write: bool = False,
    segment_bytes: int = segments.SEGMENT_BYTES,
    quarantine_bytes: int = QUARANTINE_BYTES,
) -> Store:
    """The estate in ``folder``; to write, it is made where there is none yet.

    One process may write while nobody reads, or any number may read.

    :raises EstateError: there is none, it is not an estate, it is of a newer schema, in
        use by another process, or cannot be read or written.
    """
    marker = folder / MARKER
    try:
        if write:
            _prepare(folder, marker)
        elif not marker.is_file():
            raise EstateError(f"{folder}: no estate here", "auditor ingest PATH… makes one.")
        _check_schema(marker)
    except OSError as error:
        raise _unwritable(folder, error) from error
    return Store(folder, Catalogue(folder / "catalogue.duckdb", write=write), segment_bytes, quarantine_bytes)


def _prepare(folder: Path, marker: Path) -> None:
    """Make the folders of an estate, unless ``folder`` is something else."""
    folder.mkdir(parents=True, exist_ok=True)
    if not marker.exists():
        for path in sorted(folder.iterdir()):
            if path.name not in _OWN and not path.match(".estate.json.*"):
                raise EstateError(f"{folder}: not an estate: it holds {path.name}", "Name an empty or a new folder.")
    (folder / "segments").mkdir(exist_ok=True)
    (folder / "quarantine").mkdir(exist_ok=True)
    if not marker.exists():
        try:
            write_atomically(marker, canonical({"schema": SCHEMA}).encode("ascii") + b"\n")
        except AuditorError as error:
            raise EstateError(error.message, error.hint) from error


def _check_schema(marker: Path) -> None:
    with marker.open("rb") as file:
        schema = schema_in(file.read(4096))
    if schema == SCHEMA:
        return
    if schema:
        raise EstateError(f"{marker}: schema {schema[:60]}: this version of auditor uses {SCHEMA}", "Update auditor here.")
    raise EstateError(f"{marker}: does not say that this is an estate", 'It must hold {"schema": "auditor/estate/1"}.')


def _row(item: Taken, received_at: str, at: segments.Address) -> tuple[object, ...]:
    """The row of table ``snapshot``."""
    device = item.device
    return (
        item.sha256, device.id, item.taken_at, received_at,
        device.hostname, device.family, device.site, list(device.tags), item.profile.id, *at,
    )  # fmt: skip


def _hash(told: Sequence[object]) -> str:
    return hashlib.sha256(canonical(list(told)).encode("ascii")).hexdigest()


def _unwritable(folder: Path, error: OSError) -> EstateError:
    return EstateError(
        f"{folder}: cannot be written or read: {error.strerror}",
        "Free some space or check the permissions; nothing that was ingested is lost.",
    )
