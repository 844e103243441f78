"""Taking in what was handed in, commit by commit.

What is not a snapshot goes into quarantine with the reason and stops nothing. A file
that is in the store already is recognised by its hash before it is even decoded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from auditor.errors import EstateError
from auditor.estate.inputs import Waiting
from auditor.estate.items import Item, Taken
from auditor.estate.profile import Component
from auditor.estate.store import Store
from auditor.estate.taking import Done, Found, Intake, take, without_doubles
from auditor.estate.understanding import Understood

BATCH = 10_000
"""Most inputs in one commit."""
BATCH_BYTES = 256 * 1024 * 1024
"""What holds this many bytes, unpacked, is committed before more is waited for."""
PIECE = 64
"""Most inputs in one piece of work."""
PIECE_BYTES = 4 * 1024 * 1024
"""A piece of work that holds this many bytes is done before more is read."""

AHEAD = timedelta(days=1)
"""A snapshot that is dated later than this after it was received comes from a PC whose clock is wrong."""
MOST_AHEAD = 100
"""Most PCs with a wrong clock that are named."""
MOST_LISTED = 10_000
"""Most inputs that were not taken that are named; all are counted."""

Pair = tuple[str, str]


@dataclass(slots=True)
class Summary:
    """What became of the inputs; each is counted once. Pairs are (name, reason), the first of them.

    ``reasons``: how many were not taken for
    reasons of which kind, and one of them: its name and reason. ``ahead``: PCs that dated a snapshot
    later than it came, by host name or id, with that date; ``ahead_count`` such snapshots. ``strays``: how often a shortcut
    in understanding was found to be wrong. ``done`` are the inputs so far, ``size`` their bytes.
    """

    counts: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    refused: list[Pair] = field(default_factory=list)
    unread: list[Pair] = field(default_factory=list)
    ahead: dict[str, str] = field(default_factory=dict)
    ahead_count: int = 0
    strays: int = 0
    done: int = 0
    size: int = 0

    @property
    def new(self) -> int:
        """First snapshots of their PC."""
        return self.counts["new"]

    @property
    def updated(self) -> int:
        """Snapshots that are newer than their PC's current one."""
        return self.counts["updated"]

    @property
    def older(self) -> int:
        """Snapshots that are kept as history."""
        return self.counts["older"]

    @property
    def unchanged(self) -> int:
        """Inputs whose very bytes were in the store."""
        return self.counts["unchanged"]

    @property
    def quarantined(self) -> tuple[Pair, ...]:
        """Names and reasons of what is no snapshot."""
        return tuple(self.refused)

    @property
    def unreadable(self) -> tuple[Pair, ...]:
        """Names and reasons of what could not be read."""
        return tuple(self.unread)

    @property
    def accepted(self) -> int:
        """Snapshots that were added to the store."""
        return self.counts["new"] + self.counts["updated"] + self.counts["older"]

    @property
    def not_taken(self) -> int:
        """How many were not snapshots, or could not be read."""
        return self.counts["quarantined"] + self.counts["unreadable"]

    def add(self, items: Sequence[Item], outcomes: Sequence[str], received_at: str) -> None:
        """Count what became of ``items``."""
        self.counts.update(outcomes)
        self.done += len(items)
        latest = (datetime.fromisoformat(received_at) + AHEAD).strftime("%Y-%m-%dT%H:%M:%SZ")
        for item, outcome in zip(items, outcomes, strict=True):
            if isinstance(item, Taken):
                if item.taken_at > latest:
                    self.ahead_count += 1
                    if len(self.ahead) < MOST_AHEAD:
                        self.ahead[item.device.hostname or item.device.id] = item.taken_at
            elif outcome in ("quarantined", "unreadable"):
                self._not_taken(item.name, item.reason, self.refused if outcome == "quarantined" else self.unread)

    def refuse(self, name: str, reason: str) -> None:
        """Count something that stands in quarantine and stays there."""
        self.counts["quarantined"] += 1
        self._not_taken(name, reason, self.refused)

    def _not_taken(self, name: str, reason: str, named: list[Pair]) -> None:
        kind = reason_kind(reason)
        count, *example = self.reasons.get(kind, (0, name, reason))
        self.reasons[kind] = (count + 1, example[0], example[1])
        if len(named) < MOST_LISTED:
            named.append((name, reason))

    def join(self, other: Summary) -> None:
        """Count what ``other`` counted, too."""
        self.counts.update(other.counts)
        for kind, (count, name, reason) in other.reasons.items():
            before, *example = self.reasons.get(kind, (0, name, reason))
            self.reasons[kind] = (before + count, example[0], example[1])
        self.refused += other.refused[: MOST_LISTED - len(self.refused)]
        self.unread += other.unread[: MOST_LISTED - len(self.unread)]
        self.ahead = dict(list((self.ahead | other.ahead).items())[:MOST_AHEAD])
        self.ahead_count += other.ahead_count
        self.strays += other.strays
        self.done += other.done
        self.size += other.size


def reason_kind(reason: str) -> str:
    """A reason without what is this input's own in it (numbers, places, values), so that alike ones count together."""
    return _PARTICULAR.sub("…", reason)[:200]


_PARTICULAR = re.compile(r"\$[\w.\[\]]+|\d+|'[^']*'|\"[^\"]*\"")


def ingest(
    store: Store,
    inputs: Iterable[Found],
    received_at: str,
    understand: Callable[[bytes], Understood],
    tick: Callable[[Summary], object] = lambda summary: None,
) -> Summary:
    """Take ``inputs`` into ``store`` in this process, with names and sites as they came, as :func:`commit` does it."""
    intake = Intake(understand)
    frame_bytes = store.limits.frame_bytes
    summary = commit(store, (take(piece, store.known, intake, frame_bytes) for piece in pieces(inputs)), received_at, tick)
    store.settle()
    return summary


def commit(
    store: Store,
    work: Iterable[Done],
    received_at: str,
    tick: Callable[[Summary], object] = lambda summary: None,
    summary: Summary | None = None,
) -> Summary:
    """Put what was done into ``store``, some thousands of snapshots at a time; memory does not grow with their number.

    ``received_at`` is the moment to write down, ISO 8601 in UTC. ``tick`` is told after each commit what is done so far;
    ``summary`` is gone on with. What :meth:`auditor.estate.store.Store.settle` does is left to be done.

    :raises EstateError: the store cannot be written. Every commit before stays, and the same inputs can be ingested again.
    """
    so_far = Summary() if summary is None else summary
    waiting: list[Item] = []
    size = 0
    known: dict[int, Component] = {}
    for done in work:
        waiting += done.items
        for number, component in done.components.items():
            done.components[number] = known.setdefault(number, component)
        size += done.size
        so_far.strays = max(so_far.strays, done.strays)
        if len(waiting) >= BATCH or size >= BATCH_BYTES:
            _commit(store, waiting, received_at, so_far, size)
            tick(so_far)
            waiting, size, known = [], 0, {}
    if waiting:
        _commit(store, waiting, received_at, so_far, size)
        tick(so_far)
    return so_far


def _commit(store: Store, waiting: Sequence[Item], received_at: str, summary: Summary, size: int) -> None:
    there = store.known([item.sha256 for item in waiting if isinstance(item, Taken)])
    items = without_doubles(waiting, there)
    try:
        outcomes = store.write(items, received_at)
    except EstateError as error:
        raise type(error)(f"{error.message} (after {summary.done} inputs that are safely stored)", error.hint) from error
    summary.size += size
    summary.add(items, outcomes, received_at)


def pieces(inputs: Iterable[Found]) -> Iterator[list[Found]]:
    """``inputs`` as pieces of work, in order."""
    piece: list[Found] = []
    size = 0
    for each in inputs:
        piece.append(each)
        size += each.weight if isinstance(each, Waiting) else len(each.data)
        if len(piece) >= min(PIECE, BATCH) or size >= min(PIECE_BYTES, BATCH_BYTES):
            yield piece
            piece, size = [], 0
    if piece:
        yield piece
