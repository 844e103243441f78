"""What stands in quarantine, taken again: after an update, or a fix, it may be understood."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from typing import NamedTuple

from auditor.estate import parquet
from auditor.estate.commit import delete
from auditor.estate.faults import explained
from auditor.estate.ingest import Summary, commit, pieces
from auditor.estate.inputs import Input
from auditor.estate.items import Refused
from auditor.estate.refusals import FOLDER
from auditor.estate.result import Quarantined
from auditor.estate.store import Store
from auditor.estate.taking import Done, Intake, take

NOT_KEPT = "its bytes were not kept: hand it in again"
"""The reason of what cannot be taken again."""

_PACKED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd")
"""What files that are packed begin with; one that stands in quarantine as it was could not be unpacked."""


class Retried(NamedTuple):
    """What was taken, and what stays in quarantine: name and reason as it is now."""

    summary: Summary
    still: tuple[tuple[str, str], ...]


def retry(store: Store, intake: Intake, received_at: str) -> Retried:
    """Take what stands in quarantine again, under its name. The bytes of what is taken leave the quarantine.

    What still does not go stays as it is, and the log is told nothing of it.

    :raises EstateError: the store cannot be written; what was taken before stays.
    """
    still: list[tuple[str, str]] = []
    gone: set[str] = set()

    def work() -> Iterator[Done]:
        for piece in pieces(_inputs(store, store.quarantined(), still)):
            done = take(piece, store.known, intake, store.limits.frame_bytes)
            refused = {number for number, item in enumerate(done.items) if isinstance(item, Refused)}
            still.extend((item.name, item.reason) for item in done.items if isinstance(item, Refused))
            gone.update(
                hashlib.sha256(each.data).hexdigest()
                for number, each in enumerate(piece)
                if isinstance(each, Input) and number not in refused
            )
            yield done._replace(items=[item for number, item in enumerate(done.items) if number not in refused])

    summary = commit(store, work(), received_at)
    if gone:
        _release(store, gone)
    store.settle()
    return Retried(summary, tuple(sorted(still)))


def _inputs(store: Store, standing: Collection[Quarantined], still: list[tuple[str, str]]) -> Iterator[Input]:
    for each in standing:
        path = store.folder / FOLDER / each.sha256
        try:
            data = path.read_bytes() if each.sha256 else b""
        except FileNotFoundError:
            data = b""
        if not data:
            still.append((each.name, f"{each.reason}; {NOT_KEPT}"))
        elif data.startswith(_PACKED):
            still.append((each.name, each.reason))
        else:
            yield Input(each.name, data)


def _release(store: Store, sha256s: Collection[str]) -> None:
    """Say that these bytes are not in quarantine any more, and remove them. That they once were stays known."""
    with store.drafting() as draft:
        rows = [
            (*row[:5], row[5] and row[0] not in sha256s)
            for path in store.files("quarantine")
            for batch in parquet.read(path, "quarantine")
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        ]
        draft.replace("quarantine", [])
        draft.add("quarantine", list(zip(*rows, strict=True)))
        left = {row[0]: row[4] for row in rows if row[5]}
        store.head = draft.publish(quarantine=sum(left.values()))
    with explained(store.folder):
        delete(store.folder, [f"{FOLDER}/{sha256}" for sha256 in sorted(sha256s)])
