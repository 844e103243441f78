r"""The readings of a snapshot recognised by their bytes, without decoding what was seen before.

The agent writes a snapshot as one line without spaces, so between two readings stand the same
few bytes, which can stand nowhere inside one: the text falls into *pieces*. A piece that
was once decoded and checked by itself needs neither again. Pieces that follow one another on
most PCs are compared as one *run*. Each piece is a number, its *token*; where
:mod:`auditor.estate.particulars` finds names, all PCs whose pieces differ in nothing else share it.

What is written in any other way is Odd and has to be read as a whole. So is what holds a mistake.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from functools import reduce
from itertools import chain
from operator import attrgetter, or_
from typing import NamedTuple

from auditor.checks.sight import Sight
from auditor.errors import SnapshotError
from auditor.estate.kept import Kept
from auditor.estate.particulars import MARKS, Odd, Particulars, without_marks
from auditor.estate.views import Views
from auditor.model import Reading, Snapshot, Source, Status
from auditor.snapshot import MAX_BYTES, MAX_READINGS
from auditor.snapshot.read import decode, decode_reading

HEAD, FIRST, BETWEEN, LAST = b'{"schema":', b'"readings":[{"source":', b'},{"source":', b"}]}"
"""What a snapshot begins with, stands before its first reading, between two, and behind the last."""

PREDICTED = 4
"""Most runs that are expected behind one piece; the latest are tried first."""
LONGEST = 64
"""Most pieces of a run."""
RARELY = 200
"""No run goes on behind a piece that something else follows on more than one PC in so many."""
OVERHEAD = 400
"""What keeping a piece or a run costs beside its own bytes, about."""

_LEAST = 40
"""No reading takes fewer bytes, and what stands between two."""

Tokens = tuple[bytes, ...]
"""For each check, the tokens of those readings that it looks at, one behind the other, four bytes each."""


class Run:
    """One piece, or several that follow one another; ``data`` of several is with what stands behind them.

    ``final`` is the last piece of several, and one piece its own: there stands what is
    expected behind it. ``number`` is a single piece's token. ``odd`` has a bit for each check
    that looks at a reading which speaks of a user in a way of this PC's own. ``named``: there may
    be somebody's name in it, in some other place than those of the marks. ``shown`` is what else counts
    besides tokens, ``parts`` are the pieces of several, and ``reading`` is what one says on every PC.
    """

    __slots__ = (
        "born", "count", "data", "final", "follower", "misses", "named", "next", "number", "odd", "parts", "reading",
        "shown", "size", "splits", "tokens",
    )  # fmt: skip

    def __init__(self, number: int, tokens: Tokens, born: int, data: bytes = b"", count: int = 1, odd: int = 0) -> None:
        self.number = number
        self.tokens = tokens
        self.data = data
        self.size = len(data)
        self.count = count
        self.odd = odd
        self.named = False
        self.shown = 0
        self.parts: Sequence[Run] = ()
        self.reading: Reading | None = None
        self.final = self
        self.next: list[Run] = []
        self.born = born
        self.follower = self.misses = 0
        self.splits = False

    def ends_before(self, another: Run, now: int) -> bool:
        """Whether a run is to end behind this piece, where ``another`` follows; ``now`` counts the snapshots."""
        if self.splits or another.number == self.follower:
            return self.splits
        self.misses += bool(self.follower)
        self.follower = another.number
        self.splits = self.misses > 2 and self.misses * RARELY > now - self.born
        return self.splits


class _Told(NamedTuple):
    """A piece that tells which PC it is, and has no name in it, as those that say why there is no answer."""

    run: Run
    reading: Reading


class Recognised(NamedTuple):
    """The readings of a snapshot as tokens.

    ``tokens`` are for each check those of what it looks at; ``names`` are what marks stand
    for; ``odd`` has a bit for each check whose readings speak of users by what only this PC
    calls them; ``own`` are the readings that tell which PC it is; ``named``: there may be
    somebody's name elsewhere than where marks stand; ``runs`` is what it was recognised by.
    """

    tokens: Tokens
    names: Particulars
    odd: int
    own: Sequence[Reading]
    named: bool
    runs: Sequence[Run]


def opened(data: bytes) -> tuple[Snapshot, slice]:
    """The snapshot in ``data`` without its readings, and where these stand.

    :raises Odd: it is not written as the agent writes it, or is none: reading the whole will tell.
    """
    start, end = data.find(FIRST), data.rfind(LAST)
    if not data.startswith(HEAD) or start < 0 or end <= start + len(FIRST) or len(data) > MAX_BYTES:
        raise Odd
    if data[end + len(LAST) :].strip(b" \t\r\n"):
        raise Odd
    try:
        return decode(data[:start] + b'"readings":[]}'), slice(start + len(FIRST), end)
    except SnapshotError:
        raise Odd from None


def readings(data: bytes, place: slice, runs: Sequence[Run]) -> list[Reading]:
    """The readings of a snapshot that was recognised by ``runs``; only those with names in them are decoded again."""
    at, found = place.start, list[Reading]()
    for part in chain.from_iterable(run.parts or (run,) for run in runs):
        stop = data.find(BETWEEN, at, place.stop)
        stop = place.stop if stop < 0 else stop
        found.append(part.reading or _reading(data[at:stop]))
        at = stop + len(BETWEEN)
    return found


class Pieces:
    """The pieces and runs of one family's snapshots that were seen so far, in at most twice ``limit`` bytes.

    ``wants`` are the sources that each check looks at; ``identity`` those that tell which PC
    it is: of them the ones that no check looks at for anything else (``apart``, the number of
    the check that may) are one token each, whatever they say. ``said`` are words that are nobody's name.
    ``may_name`` says of bytes whether there may be somebody's name in them.
    ``sights`` are what the checks see of what they look at: readings that show the same have one token.
    """

    def __init__(
        self,
        wants: Sequence[Iterable[Source]],
        sights: Sequence[Sight],
        identity: Iterable[Source],
        apart: int | None,
        limit: int,
        said: frozenset[bytes] = frozenset(),
        may_name: Callable[[bytes], bool] = lambda piece: False,
    ) -> None:
        self.wants = [frozenset(each) for each in wants]
        self._views = Views(sights)
        self._identity = {_written(source): source for source in identity}
        self._keys = {source: MARKS + written for written, source in self._identity.items()}
        self._apart = apart
        self._limit = limit
        self._said = said
        self._may_name = may_name
        self._runs: Kept[bytes, Run] = Kept(limit // 2)
        self._seen: Kept[bytes, Run] = Kept(limit // 2)
        self._told: Kept[bytes, _Told] = Kept(limit // 10)
        self._number = 0
        self._count = 0
        self.forget()

    def forget(self) -> None:
        """Begin anew, as with nothing seen."""
        self._seen.clear()
        self._told.clear()
        self._any_odd = self._any_named = False
        self._words = set(self._said)
        self._words_size = 0
        elsewhere = frozenset(chain.from_iterable(each for n, each in enumerate(self.wants) if n != self._apart))
        self._alone = frozenset(self._identity.values()) - elsewhere
        self._forget_runs()

    def widen(self, number: int, sources: Iterable[Source]) -> bool:
        """A check turned out to look at ``sources`` too; whether that is news, and then all tokens are new ones."""
        wider = self.wants[number] | frozenset(sources)
        if wider == self.wants[number]:
            return False
        self.wants[number] = wider
        self.forget()
        return True

    def recognised(self, data: bytes, place: slice) -> Recognised:
        """The readings of a snapshot that :func:`opened` opened.

        :raises Odd: they are written in another way, or something is wrong with them: reading the whole will tell.
        """
        self._count += 1
        names, own = Particulars(self._words), list[Reading]()
        try:
            runs = self._split(data, place.start, place.stop, names, own)
        except SnapshotError:
            raise Odd from None
        if len(data) > MAX_READINGS * _LEAST and sum([run.count for run in runs]) > MAX_READINGS:
            raise Odd
        tokens = self._views.keys(tuple(map(b"".join, zip(*[run.tokens for run in runs], strict=True))), runs)
        odd = reduce(or_, [run.odd for run in runs]) if self._any_odd else 0
        return Recognised(tokens, names, odd, own, self._any_named and any(map(_NAMED, runs)), runs)

    def _split(self, data: bytes, at: int, end: int, names: Particulars, own: list[Reading]) -> list[Run]:
        runs: list[Run] = []
        last, marks, gap, after = self._first, names.marks, len(BETWEEN), end + len(LAST)
        seen, count = self._seen.young, self._count
        while at < end:
            for run in last.next:
                if data.startswith(run.data, at):
                    at += run.size
                    break
            else:
                stop = data.find(BETWEEN, at, end)
                stop = end if stop < 0 else stop
                piece = data[at:stop]
                if MARKS in piece:
                    raise Odd
                for name, mark in marks:
                    piece = piece.replace(name, mark)
                known = seen.get(piece)
                run = known or self._unseen(data[at:stop], names, own)
                seen = self._seen.young
                if known and stop < end and not (last.splits or last.ends_before(run, count)):
                    run, stop = self._gathered(data, at, stop, end, run, last)
                at = stop + gap if stop < end else after
            runs.append(run)
            last = run.final
        return runs

    def _unseen(self, piece: bytes, names: Particulars, own: list[Reading]) -> Run:
        """The run of one piece that is not kept as it stands."""
        if (told := self._told.get(piece)) is not None:
            own.append(told.reading)
            return told.run
        source = self._identity.get(piece[: piece.find(b'],"at":')])
        if source is not None:
            return self._telling(piece, source, names, own)
        concealed = names.concealed(piece)
        run = self._seen.get(concealed)
        if run is None:
            reading = _reading(piece)
            if reading.source in self._identity.values():
                raise Odd
            run = self._new(concealed, piece, reading, names)
        return run

    def _telling(self, piece: bytes, source: Source, names: Particulars, own: list[Reading]) -> Run:
        """The run of a piece that tells which PC it is. It is kept under another key, so that none is passed over."""
        reading = _reading(piece)
        own.append(reading)
        whatever = reading.status is Status.READ and source in self._alone
        key = self._keys[source] if whatever else MARKS + names.concealed(piece)
        run = self._seen.get(key) or self._new(key, piece, reading, names)
        if whatever and _PATH.search(piece, piece.find(_STATUS)) and self._may_name(piece):
            # the run is everybody's, and this one alone says so
            run = copy(run)
            run.named = self._any_named = True
        elif key[1:] == piece:
            self._told.put(piece, _Told(run, reading), len(piece) + OVERHEAD)
        return run

    def _new(self, key: bytes, piece: bytes, reading: Reading, names: Particulars) -> Run:
        """A run of one piece that was not seen before."""
        self._hear(key, names)
        self._number += 1
        wanting = [reading.source in wanted for wanted in self.wants]
        odd = sum(1 << number for number, wants in enumerate(wanting) if wants) if _PSEUDONYM in key else 0
        self._any_odd = self._any_odd or odd > 0
        tokens, shown = self._views.of(reading, piece, self._number, wanting, names)
        run = Run(self._number, tokens, self._count, odd=odd)
        run.named = self._may_name(without_marks(key))
        self._any_named = self._any_named or run.named
        run.shown = shown
        run.reading = None if MARKS in key else reading
        self._seen.put(key, run, len(key) + OVERHEAD if MARKS in key else 3 * len(key) + 2 * OVERHEAD)
        return run

    def _hear(self, said: bytes, names: Particulars) -> None:
        """Take note of the words of what is new; where there are too many of them, begin anew."""
        before = len(self._words)
        names.heard(said)
        self._words_size += (len(self._words) - before) * OVERHEAD // 4
        if self._words_size > self._limit:
            self.forget()
            raise Odd

    def _gathered(self, data: bytes, at: int, stop: int, end: int, run: Run, last: Run) -> tuple[Run, int]:
        """The run of several pieces that begins with ``run``, to be expected behind ``last``; and where it stops."""
        found = [run]
        seen, gap = self._seen.young, len(BETWEEN)
        while len(found) < LONGEST:
            after = data.find(BETWEEN, stop + gap, end)  # the last piece is in no run: nothing that is known follows it
            another = seen.get(data[stop + gap : after]) if after > 0 else None
            if another is None or found[-1].ends_before(another, self._count):
                break
            found.append(another)
            stop = after
        whole = data[at : stop + gap]
        if MARKS in whole:
            raise Odd
        several = self._runs.young.get(whole) or self._several(whole, found)
        last.next.insert(0, several)
        del last.next[PREDICTED:]
        return several, stop

    def _several(self, whole: bytes, found: Sequence[Run]) -> Run:
        if self._runs.size + len(whole) > self._runs.limit:
            self._forget_runs()
        tokens = tuple(map(b"".join, zip(*[run.tokens for run in found], strict=True)))
        run = Run(0, tokens, 0, whole, len(found), reduce(or_, [each.odd for each in found]))
        run.final = found[-1]
        run.named = any(each.named for each in found)
        run.parts = tuple(found)
        run.shown = self._views.together(found)
        self._runs.put(whole, run, len(whole) + OVERHEAD)
        return run

    def _forget_runs(self) -> None:
        self._runs.clear()
        self._first = Run(0, (), 0)
        for each in chain(self._seen.young.values(), self._seen.old.values()):
            each.next = []


_NAMED = attrgetter("named")
_STATUS, _PATH = b'"status":', re.compile(rb"[\\/]|-1-")
"""Where the place of a reading ends, and what is in all that a user's name can be told by."""
_PSEUDONYM = b": user "
"""What a reading has that speaks of a user by the pseudonym that only this PC has for them."""


def _reading(piece: bytes) -> Reading:
    return decode_reading(b'{"source":' + piece + b"}")


def _written(source: Source) -> bytes:
    """How the agent writes a source, without the bracket behind it."""
    return json.dumps(list(source), separators=(",", ":")).encode("ascii")[:-1]
