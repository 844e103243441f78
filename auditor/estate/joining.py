"""The PCs of two reports joined by their ids: of the first side a compact record each, the second side's go by.

What a PC of the first side costs is in docs/compare.md; what many PCs have alike (a site, a set of browsers, what
all rules say) is one object, however many have it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from auditor.estate.causes import Basis, Found, Look, causes, pack
from auditor.estate.comparison import NOT_THERE, Cause, change_of
from auditor.estate.result import DeviceRow
from auditor.model import Outcome

_OUTCOMES = (None, *Outcome)
_NUMBERS: Mapping[Outcome | None, int] = {outcome: number for number, outcome in enumerate(_OUTCOMES)}


class Kept(NamedTuple):
    """A PC of one side. ``outcomes`` has a byte for each rule; ``heard`` is the ISO day of its snapshot."""

    id: str
    look: Look
    outcomes: bytes
    heard: str
    snapshot: bytes


class Pair(NamedTuple):
    """A PC that has another state, as both sides have it (None where it is on one alone), and why."""

    change: str
    was: Kept | None
    now: Kept | None
    why: tuple[Found, ...]


class Joining:
    """Call :meth:`keep`, :meth:`judge_again` where the sides are judged differently, :meth:`meet` and :meth:`finish`.

    Afterwards ``changed`` are the PCs that have another state, in no order, and ``moves`` counts all:
    (state before, state after) → PCs.
    """

    def __init__(self, before: Basis, after: Basis, aliases: tuple[Mapping[str, str], Mapping[str, str]]) -> None:
        """``aliases`` of both sides: id → the id under which it counts."""
        self.changed: list[Pair] = []
        self.moves: Counter[tuple[str, str]] = Counter()
        self._by = (before, after)
        self._rules = (tuple(before.rules), tuple(after.rules))
        self._aliases = aliases
        self._first: dict[str, Kept] = {}
        self._doubles: list[Kept] = []
        self._again: dict[str, bytes] = {}
        self._new: dict[str, Kept] = {}
        self._late: list[Kept] = []
        self._left_out: list[frozenset[str]] = [frozenset(), frozenset()]
        self._same: dict[Any, Any] = {}

    def _key(self, id_: str) -> str:
        """The id under which a PC counts by what both sides know."""
        old, new = self._aliases
        through = old.get(id_, id_)
        return new.get(through, through)

    def _once(self, value: Any) -> Any:
        """The first value that was equal to this."""
        return self._same.setdefault(value, value)

    def _kept(self, row: DeviceRow, rules: Sequence[str]) -> Kept:
        once = self._once
        look = Look(
            once(row.state), row.hostname, once(row.site), once(row.tags), once(row.os), once(row.browsers),
            once(row.office), once(pack(row.bundles)),
        )  # fmt: skip
        outcomes = once(_packed(row.outcomes, rules))
        return Kept(row.id, look, outcomes, once(row.taken_at[:10]), bytes.fromhex(row.snapshot))

    def keep(self, rows: Iterable[DeviceRow]) -> None:
        """The first side's PCs. Where the second side counts two of them as one, the newer stands for it."""
        for row in rows:
            kept, key = self._kept(row, self._rules[0]), self._key(row.id)
            other = self._first.get(key)
            if other is not None and max(other, kept, key=lambda each: (each.heard, each.id == key, each.id)) is other:
                kept, other = other, kept
            self._first[key] = kept
            if other is not None:
                self._doubles.append(other)

    def judge_again(self, rows: Iterable[DeviceRow], ended: Mapping[str, str]) -> None:
        """The first side's PCs by the second side's rules, waivers and day; kept where that says something else.

        ``ended`` as in :class:`Basis`.
        """
        self._by = (self._by[0], self._by[1]._replace(ended=ended))
        alike = self._rules[0] == self._rules[1]
        for row in rows:
            found = self._first.get(key := self._key(row.id))
            if found is not None and found.id == row.id:
                outcomes = self._once(_packed(row.outcomes, self._rules[1]))
                if not alike or outcomes != found.outcomes:
                    self._again[key] = outcomes

    def meet(self, rows: Iterable[DeviceRow]) -> None:
        """The second side's PCs, each with the first side's of its id. What stands for one of another id waits for that."""
        for row in rows:
            key = self._key(row.id)
            if key not in self._first:
                self._new[row.id] = self._kept(row, self._rules[1])
            elif key == row.id:
                self._pair(self._first.pop(key), self._kept(row, self._rules[1]), key)
            else:
                self._late.append(self._kept(row, self._rules[1]))

    def leave_out(self, side: int, heard: Iterable[str]) -> None:
        """Of ``heard``, all PCs of a side, those that filters left out, as far as it matters who they are."""
        if side == 0:
            self._left_out[0] = frozenset(key for id_ in heard if (key := self._key(id_)) not in self._first)
        else:
            self._left_out[1] = frozenset(key for id_ in heard if (key := self._key(id_)) in self._first)

    def finish(self) -> None:
        """Whatever is on one side alone."""
        for now in sorted(self._late):
            key = self._key(now.id)
            if key in self._first:
                self._pair(self._first.pop(key), now, key)
            else:
                self._alone(None, now, "counted as PCs of their own")
        for now in self._new.values():
            key = self._key(now.id)
            is_apart = self._aliases[0].get(now.id, now.id) != now.id
            in_filters = "let in by the filters" if key in self._left_out[0] else "first heard of"
            self._alone(None, now, "counted as PCs of their own" if is_apart else in_filters)
        for was in self._doubles:
            self._alone(was, None, "counted as one PC")
        for key, was in self._first.items():
            self._alone(was, None, "left out by the filters" if key in self._left_out[1] else "not in the estate")

    def _alone(self, was: Kept | None, now: Kept | None, why: str) -> None:
        before, after = (each.look.state if each else NOT_THERE for each in (was, now))
        self.moves[(before, after)] += 1
        self.changed.append(Pair(change_of(before, after), was, now, (Found(Cause(why)),)))

    def _pair(self, was: Kept, now: Kept, key: str) -> None:
        before, after = was.look.state, now.look.state
        self.moves[(before, after)] += 1
        if not (change := change_of(before, after)):
            return
        again = self._again.get(key)
        said = (
            _unpacked(was.outcomes, self._rules[0]),
            _unpacked(was.outcomes, self._rules[0]) if again is None else _unpacked(again, self._rules[1]),
            _unpacked(now.outcomes, self._rules[1]),
        )
        self.changed.append(Pair(change, was, now, tuple(causes(now.id, was.look, now.look, said, self._by))))


def _packed(outcomes: Mapping[str, Outcome], rules: Sequence[str]) -> bytes:
    return bytes(_NUMBERS[outcomes.get(rule)] for rule in rules)


def _unpacked(outcomes: bytes, rules: Sequence[str]) -> dict[str, Outcome]:
    found: Iterator[tuple[str, Outcome | None]] = (
        (rule, _OUTCOMES[number]) for rule, number in zip(rules, outcomes, strict=True)
    )
    return {rule: outcome for rule, outcome in found if outcome is not None}
