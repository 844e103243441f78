"""The layout before this one, ``auditor/estate/1``: a DuckDB file, and segments with a frame for each snapshot.

It is brought to the present layout by handing everything in again, in the order of its log. The new files are made
beside the old ones, and the marker is changed when they are on the disk: whenever this is killed, the folder is an
estate of the layout before, or of this one.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import msgspec
import zstandard

from auditor.estate import segments
from auditor.estate.commit import erased
from auditor.estate.items import Item, Passed, Refused, Taken
from auditor.estate.manifest import Head, Segment, read_head, segment_file, write_head
from auditor.estate.opening import OLD_CATALOGUE, mark
from auditor.estate.profile import Component, Profile, profile_of, rebuild
from auditor.model import Device

if TYPE_CHECKING:
    from auditor.estate.store import Store

BATCH = 1000
"""Most things in one commit."""

_LOG = """SELECT l.received_at, l.name, l.sha256, l.outcome, l.reason, s.device_id, s.taken_at, s.hostname, s.family,
        s.site, s.tags, s.profile_id, s.segment, s.frame_offset, s.frame_length, s.size
    FROM log l LEFT JOIN snapshot s ON s.sha256 = l.sha256 AND l.outcome IN ('new', 'updated', 'older') ORDER BY l.seq"""
_PROFILE = """SELECT component.*, bundle.count FROM profile JOIN bundle USING (bundle_id) JOIN component USING (component_id)
    WHERE profile_id = $1"""


def migrate(folder: Path, opened: Callable[[Head], Store]) -> None:
    """Bring the estate in ``folder``, which is locked, to the present layout. ``opened`` is a store on a manifest.

    :raises EstateError: a snapshot is damaged, or the disk is full; the estate stays as it was.
    :raises duckdb.Error: the catalogue cannot be read.
    :raises OSError: the folder cannot be read or written.
    """
    for table in (folder / "tables").iterdir():
        shutil.rmtree(table)  # of a migration that was killed
    with duckdb.connect(str(folder / OLD_CATALOGUE), read_only=True) as catalogue:
        last = catalogue.execute("SELECT coalesce(max(segment), 0) FROM snapshot").fetchall()[0][0]
        write_head(folder, Head(segments=(Segment(last + 1, 0),)))
        store = opened(read_head(folder))
        waiting: list[Item] = []
        since = ""
        for received_at, item in _items(folder, catalogue):
            if waiting and (received_at != since or len(waiting) == BATCH):
                store.write(waiting, since)
                waiting = []
            waiting.append(item)
            since = received_at
        if waiting:
            store.write(waiting, since)
        store.settle()
    old = [segment_file(number) for number in range(1, last + 1)]
    write_head(folder, msgspec.structs.replace(store.head, erase=tuple(old), generation=store.head.generation + 1))
    mark(folder)
    for each in folder.glob(f"{OLD_CATALOGUE}*"):
        each.unlink()
    erased(folder, read_head(folder))


def _items(folder: Path, catalogue: Any) -> Iterator[tuple[str, Item]]:
    """Everything that was handed in, with the moment."""
    profiles: dict[int, Profile] = {}
    answer = catalogue.cursor().execute(_LOG)
    while rows := answer.fetchmany(BATCH):
        for row in rows:
            received_at, name, sha256, outcome, reason = row[:5]
            if outcome == "quarantined":
                kept = folder / "quarantine" / sha256
                data = kept.read_bytes() if sha256 and kept.is_file() else b""
                yield received_at, Refused(name, sha256, data, reason)
            elif row[5] is None:
                yield received_at, Passed(name, sha256, outcome, reason)
            else:
                device = Device(row[5], row[7], row[8], row[9], tuple(row[10]))
                if len(profiles) > BATCH:
                    profiles.clear()
                if row[11] not in profiles:
                    members = catalogue.execute(_PROFILE, [row[11]]).fetchall()
                    profiles[row[11]] = profile_of(rebuild((Component(*each[:5]), each[5]) for each in members))
                data = _raw(folder, sha256, *row[12:])
                yield received_at, Taken(name, sha256, data, device, row[6], profiles[row[11]])


def _raw(folder: Path, sha256: str, segment: int, offset: int, length: int, size: int) -> bytes:
    """A snapshot's bytes: a frame of its own."""
    path = folder / segment_file(segment)
    try:
        with path.open("rb") as file:
            file.seek(offset)
            frame = file.read(length)
        data = zstandard.ZstdDecompressor().decompress(frame, max_output_size=size) if size else b""
        return segments.cut_out(data, 0, size, sha256)
    except (OSError, ValueError, zstandard.ZstdError) as error:
        raise segments.damaged(path, sha256, str(error)) from error
