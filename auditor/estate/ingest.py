"""Taking in what was handed in: decode, understand, store, batch by batch.

What is not a snapshot goes into quarantine with the reason and stops nothing. A file
that is in the store already is recognised by its hash before it is even decoded.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from auditor.errors import EstateError, SnapshotError, SourceError
from auditor.estate.inputs import Input
from auditor.estate.items import Item, Passed, Refused, Taken
from auditor.estate.store import Store
from auditor.estate.understanding import Understood

BATCH = 5000
"""Most inputs in one commit."""
BATCH_BYTES = 64 * 1024 * 1024
"""A batch that holds this many bytes is stored before the next input is read."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of the inputs; each is counted once. Pairs are (name, reason).

    ``new``: first snapshots of their PC. ``updated``: newer than their PC's current one.
    ``older``: kept as history. ``unchanged``: the very bytes were in the store.
    """

    new: int
    updated: int
    older: int
    unchanged: int
    quarantined: tuple[tuple[str, str], ...]
    unreadable: tuple[tuple[str, str], ...]

    @property
    def accepted(self) -> int:
        """Snapshots that were added to the store."""
        return self.new + self.updated + self.older


def ingest(
    store: Store,
    inputs: Iterable[Input],
    received_at: str,
    understand: Callable[[bytes], Understood],
    tick: Callable[[int], object] = lambda done: None,
) -> Summary:
    """Take ``inputs`` into ``store``; memory does not grow with their number.

    ``received_at`` is the moment to write down, ISO 8601 in UTC. ``understand`` is asked for each
    input's bytes (:class:`auditor.estate.understanding.Understanding`), and says with a
    SnapshotError or SourceError why they are none. ``tick`` is told after each batch how many inputs are done.

    :raises EstateError: the store cannot be written. Every batch before stays stored, and
        the same inputs can be ingested again.
    """
    counts: Counter[str] = Counter()
    lists: dict[str, list[tuple[str, str]]] = {"quarantined": [], "unreadable": []}
    done = 0
    for batch in _batches(inputs):
        items = _items(store, batch, understand)
        try:
            outcomes = store.write(items, received_at)
        except EstateError as error:
            raise EstateError(f"{error.message} (after {done} inputs that are safely stored)", error.hint) from error
        counts.update(outcomes)
        for item, outcome in zip(items, outcomes, strict=True):
            if outcome in lists and not isinstance(item, Taken):
                lists[outcome].append((item.name, item.reason))
        done += len(batch)
        tick(done)
    store.settle()
    return Summary(
        counts["new"], counts["updated"], counts["older"], counts["unchanged"],
        tuple(lists["quarantined"]), tuple(lists["unreadable"]),
    )  # fmt: skip


def _batches(inputs: Iterable[Input]) -> Iterator[list[Input]]:
    batch: list[Input] = []
    size = 0
    for each in inputs:
        batch.append(each)
        size += len(each.data)
        if len(batch) == BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _items(
    store: Store,
    batch: Sequence[Input],
    understand: Callable[[bytes], Understood],
) -> list[Item]:
    """Each input as what is to be done with it."""
    hashes = [hashlib.sha256(each.data).hexdigest() if each.data else "" for each in batch]
    seen = set(store.known(hashes))
    items: list[Item] = []
    for each, sha256 in zip(batch, hashes, strict=True):
        item = _item(each, sha256, seen, understand)
        if isinstance(item, Taken):
            seen.add(sha256)
        items.append(item)
    return items


def _item(
    each: Input,
    sha256: str,
    seen: set[str],
    understand: Callable[[bytes], Understood],
) -> Item:
    if each.unreadable:
        return Passed(each.name, "", "unreadable", each.unreadable)
    if each.refused:
        return Refused(each.name, sha256, each.data, each.refused)
    if sha256 in seen:
        return Passed(each.name, sha256, "unchanged")
    try:
        understood = understand(each.data)
    except (SnapshotError, SourceError) as error:
        return Refused(each.name, sha256, each.data, error.message)
    return Taken(
        each.name, sha256, each.data, understood.device, understood.taken_at, understood.profile, understood.signals
    )
