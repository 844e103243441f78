"""The ``Comparison`` value: two states of an estate against each other, counted once. Formats only show it.

What became of a PC (:data:`CHANGES`) follows from its state on both sides; why (:data:`CAUSES`) is worked out in
:mod:`auditor.estate.causes`. All of it is inert data, and every list stands in an order of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from auditor.estate.result import STATES, Tally
from auditor.model import Outcome, Severity
from auditor.rules import Pack

FELL_BACK, OTHERWISE, VANISHED, APPEARED, GOT_READY = "fell back", "otherwise", "vanished", "appeared", "got ready"

CHANGES: Mapping[str, str] = {
    FELL_BACK: "was ready (or ready by waiver) and is at risk, not ready or unknown; or was at risk and is not ready",
    OTHERWISE: "has another state, and neither fell back nor got ready: what is stale on one side is here",
    VANISHED: "is on the first side alone",
    APPEARED: "is on the second side alone",
    GOT_READY: "was at risk, not ready or unknown and is ready (or ready by waiver)",
}
"""What can become of a PC, each with its meaning, in the order in which PCs are listed."""

MOST_REASONS = 20
"""So many reasons that PCs share are counted by themselves."""

NOT_THERE = ""
"""In the place of a state: the PC is not on this side."""

_READY = frozenset({"ready", "waived"})
_JUDGED = frozenset(STATES) - {"stale"}
_WORST_FIRST = ("not ready", "at risk", "unknown", "stale", "waived", "ready", NOT_THERE)

CAUSES: Mapping[str, str] = {
    "browsers changed": "a browser came, went, or has another version or setting",
    "operating system changed": "the operating system, its version or what is known of it is another",
    "office changed": "an Office suite came, went, or has another version",
    "hardware changed": "memory, processor, disk or what else is known of the hardware is another",
    "other things changed": "other programs, leftovers, what HTML5 was measured, or what is known of the PC itself",
    "name, site or tags changed": "what the organisation says of the PC, or which waivers fit it, is another",
    "time passed": "the same things judged for another day: support ended, a release is too old, a rule began to apply",
    "reference data aged": "the same things, of which the reference data are past their age limit on the second day",
    "rule added": "a rule that there was not on the first side",
    "rule removed": "a rule that there is not on the second side",
    "rule changed": "a rule that asks for something else, or has another severity",
    "waiver began": "a failure that a waiver covers on the second side alone",
    "waiver ended": "a failure that a waiver covers on the first side alone",
    "not heard of any more": "stale on the second side",
    "heard again": "stale on the first side",
    "first heard of": "it has no snapshot until the first side's day",
    "not in the estate": "it has no snapshot until the second side's day: the estate is another, or the PC was forgotten",
    "let in by the filters": "it was there on the first side too, and the filters left it out",
    "left out by the filters": "it is there on the second side too, and the filters leave it out",
    "counted as one PC": "its id counts under another one on the second side",
    "counted as PCs of their own": "its id counted under another one on the first side",
    "not found": "none of these explains it",
}
"""Why a PC has another state, or is on one side alone, each with its meaning. A PC may have several."""


class Move(NamedTuple):
    """What a rule said on both sides; None where it said nothing."""

    rule: str
    before: Outcome | None
    after: Outcome | None


class Cause(NamedTuple):
    """One of :data:`CAUSES`; ``what`` in words, may be empty; ``moves`` are the rules by which it changed the state."""

    kind: str
    what: str = ""
    moves: tuple[Move, ...] = ()


class ChangedPC(NamedTuple):
    """A PC that has another state, or is on one side alone.

    Names, site and operating system are those of the second side, or else of the first; of ``before`` and ``after``
    one is :data:`NOT_THERE` where it is on one side alone, and so are its ISO day (when it was heard last) and the
    SHA-256 of the snapshot that counts.
    """

    change: str
    id: str
    hostname: str
    site: str
    os: str
    before: str
    after: str
    causes: tuple[Cause, ...]
    heard_before: str = ""
    heard_after: str = ""
    snapshot_before: str = ""
    snapshot_after: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its causes, each once."""
        return tuple(dict.fromkeys(each.kind for each in self.causes))


class Moved(NamedTuple):
    """How many PCs have this state on the first and that one on the second side; :data:`NOT_THERE` for neither."""

    before: str
    after: str
    devices: int


class CauseCount(NamedTuple):
    """PCs with this cause of this change. A PC counts once under each of its causes."""

    cause: str
    change: str
    devices: int


class Reason(NamedTuple):
    """PCs with the very same cause of a change, in the same words and by the same rules."""

    change: str
    cause: Cause
    devices: int


class RuleChange(NamedTuple):
    """A rule that fails another number of PCs on both sides, or is itself another: ``change`` says how, in words.

    ``failed_before`` and ``failed_after`` are PCs that are not stale; 0 where there is no such rule.
    """

    rule: str
    title: str
    severity: Severity
    failed_before: int
    failed_after: int
    change: str = ""
    service: bool = False


class Side(NamedTuple):
    """One of the two states: ``name`` as it was asked for, its ISO day, how many PCs of each state, by which packs.

    ``heard`` are all PCs with a snapshot until the day, before any filter, ``later`` those with later ones alone.
    ``options`` are those of ``auditor report`` that count this side again.
    """

    name: str
    as_of: str
    total: Tally
    heard: int
    later: int
    packs: Mapping[str, Pack]
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two states of an estate, or of two, and what is different.

    ``moves`` add up to the totals of both sides: those of a state before to the first side's PCs of that state.
    ``changed`` are all PCs that moved, worst change first, then by name. ``reasons`` are the :data:`MOST_REASONS` that
    most PCs share, of those that two share at least and that say more than their cause.
    """

    before: Side
    after: Side
    stale_days: int
    filters: tuple[str, ...]
    version: str
    moves: tuple[Moved, ...]
    changed: tuple[ChangedPC, ...]
    causes: tuple[CauseCount, ...]
    reasons: tuple[Reason, ...]
    rules: tuple[RuleChange, ...]

    def of(self, change: str) -> int:
        """How many PCs made this change."""
        return sum(each.devices for each in self.moves if change_of(each.before, each.after) == change)

    @property
    def same(self) -> int:
        """PCs that are on both sides in one state."""
        return sum(each.devices for each in self.moves if each.before == each.after)

    @property
    def both(self) -> int:
        """PCs that are on both sides."""
        return sum(each.devices for each in self.moves if NOT_THERE not in (each.before, each.after))


def change_of(before: str, after: str) -> str:
    """What becomes of a PC with these states; empty where they are one."""
    if before == after:
        return ""
    if NOT_THERE in (before, after):
        return APPEARED if before == NOT_THERE else VANISHED
    if (before in _READY and after in _JUDGED - _READY) or (before, after) == ("at risk", "not ready"):
        return FELL_BACK
    return GOT_READY if after in _READY and before in _JUDGED - _READY else OTHERWISE


def matrix(counts: Mapping[tuple[str, str], int]) -> tuple[Moved, ...]:
    """(before, after) → PCs, as moves in the order of the states; those that nobody made are left out."""
    order = {state: number for number, state in enumerate((*STATES, NOT_THERE))}
    found = [Moved(before, after, number) for (before, after), number in counts.items() if number]
    return tuple(sorted(found, key=lambda each: (order[each.before], order[each.after])))


def in_order(changed: Iterable[ChangedPC]) -> tuple[ChangedPC, ...]:
    """PCs with the worst change first, then by what they are now and were, by name, and by id."""
    change = {each: number for number, each in enumerate(CHANGES)}
    state = {each: number for number, each in enumerate(_WORST_FIRST)}

    def place(pc: ChangedPC) -> tuple[int, int, int, str, str, str]:
        worst = change[pc.change], state[pc.after], -state[pc.before]
        return (*worst, pc.hostname.casefold(), pc.hostname, pc.id)

    return tuple(sorted(changed, key=place))


def counted(changed: Iterable[ChangedPC]) -> tuple[CauseCount, ...]:
    """How many PCs have which cause of which change: changes in their order, and of each what moved most PCs first."""
    numbers = Counter((kind, each.change) for each in changed for kind in each.kinds)
    change = {each: number for number, each in enumerate(CHANGES)}
    cause = {each: number for number, each in enumerate(CAUSES)}
    found = [CauseCount(kind, of, number) for (kind, of), number in numbers.items()]
    return tuple(sorted(found, key=lambda each: (change[each.change], -each.devices, cause[each.cause])))


def shared(changed: Iterable[ChangedPC]) -> tuple[Reason, ...]:
    """What most PCs have in common of why they changed: the most frequent first, then by change and words."""
    numbers = Counter(
        (each.change, cause) for each in changed for cause in dict.fromkeys(each.causes) if cause.what or cause.moves
    )
    change = {each: number for number, each in enumerate(CHANGES)}
    found = [Reason(of, cause, number) for (of, cause), number in numbers.items() if number > 1]
    found.sort(
        key=lambda each: (-each.devices, change[each.change], each.cause.kind, each.cause.what, str(each.cause.moves))
    )
    return tuple(found[:MOST_REASONS])
