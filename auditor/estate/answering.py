"""What the rules of a section say, worked out once for all that cannot be told apart.

A *member* is a class of components, a gap, or nothing at all; a *context* what a member can be judged in. An answer for
each pair of them would be many answers and few different ones. So whoever answers notes what was looked at
(:mod:`auditor.estate.looking`), and the answer holds wherever that is the same: a rule is asked for one context of each
group that it does not tell apart, and members that show the same to a rule share what it says. Members, and contexts,
between which no rule makes a difference become one at the end, so that the tables which the engine joins are small.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from auditor.estate.looking import Facts, Looked, Seen, Tokens, Watched
from auditor.estate.profile import Component, rebuild
from auditor.estate.sections import MASKS, Circumstances, Context, Section, with_row
from auditor.evaluate import count
from auditor.knowledge.enrich import ADDS, ALONE, NAMES
from auditor.knowledge.refreshed import Refreshed
from auditor.model import BASES, Detected, Outcome, Subject, Value
from auditor.rule_file import Rule
from auditor.subjects import Subjects
from auditor.waivers import Waiver

Numbers = NDArray[np.int64]
"""A number for each context."""

_AT = {name: number for number, name in enumerate(MASKS)}
_OUTCOME = {Outcome.PASS: _AT["mp"], Outcome.FAIL: _AT["mf"], Outcome.UNKNOWN: _AT["mu"]}


class Around(NamedTuple):
    """What members are judged in: the first things of the other kinds, and what the organisation says of the PC."""

    context: Context
    circumstances: Circumstances


class Thing(NamedTuple):
    """A member with what the knowledge base adds to it; without ``subject`` and ``facts`` there is none."""

    subject: Subject | None
    facts: Facts | None
    alone: Subjects


class Answers(NamedTuple):
    """What the rules of a section say.

    ``members`` is for each member, ``contexts`` for each context the number of those between which no rule makes a
    difference; ``rows`` are (number of the member, of the context, a mask for each of :data:`MASKS` and each supplier).
    """

    members: Sequence[int]
    contexts: Sequence[int]
    rows: Sequence[Sequence[int]]


class Answering:
    """Answers for one section in some contexts."""

    def __init__(
        self,
        section: Section,
        around: Sequence[Around],
        as_of: date,
        fresh: Refreshed,
        waivers: Sequence[Waiver],
        suppliers: Sequence[str],
    ) -> None:
        self._section = section
        self._around = around
        self._as_of = as_of
        self._fresh = fresh
        self._waivers = [[waivers[number] for number in each.circumstances.waivers] for each in around]
        self._suppliers = suppliers
        self._tokens = Tokens()
        self._contexts = [Seen({kind: facts for kind, (_, facts) in each.context.items()}, self._tokens) for each in around]
        there = [tuple(sorted(each.context)) for each in around]
        given = [each.circumstances for each in around]
        self._bases = (
            _numbered([(each.own, each.row, kinds) for each, kinds in zip(given, there, strict=True)]),
            _numbered([(each.waivers, kinds) for each, kinds in zip(given, there, strict=True)]),
        )
        self._alike: dict[tuple[int, Looked], Numbers] = {}
        self._things: list[Thing] = []
        self._numbers: dict[tuple[object, ...], int] = {}
        self._by_rule: list[dict[Looked, dict[tuple[object, ...], int]]] = [{} for _ in section.rules]
        self._features = section.features
        self._looks = tuple((section.kind, name) for name in sorted(section.asks))
        self._codes: dict[int, int] = {}
        self._rows: list[Numbers] = []
        self._row_numbers: dict[bytes, int] = {}

    def answer(self, members: Sequence[Component | None]) -> Answers:
        """Answers for ``members``, the first of which is None: nothing at all. Its number is 0."""
        if not self._around:
            return Answers([0] * len(members), (), ())
        completed = [self._completed(member) for member in members]
        said = [self._said(thing) for thing in self._things]
        differing = {each.tobytes(): each for each in completed if each.size and (each != each[0]).any()}
        contexts = _refined(len(self._around), [*self._rows, *differing.values()])
        first = np.unique(contexts, return_index=True)[1]
        bits = np.array([[code >> bit & 1 for bit in range(len(MASKS) + len(self._suppliers))] for code in self._codes])
        masks: dict[tuple[int, ...], NDArray[np.int64]] = {}
        for rows in dict.fromkeys(said):
            masks[rows] = np.zeros((bits.shape[1], first.size), dtype=np.int64)
            for bit, row in enumerate(rows):
                masks[rows] |= bits[self._rows[row][first]].T << bit
        numbers: dict[bytes, int] = {}
        found: list[NDArray[np.int64]] = []
        given = []
        for each in completed:
            mine = _assembled(each[first], said, masks)
            number = numbers.setdefault(mine.tobytes(), len(numbers))
            if number == len(found):
                found.append(mine)
            given.append(number)
        rows_ = [[number, at, *masks_] for number, mine in enumerate(found) for at, masks_ in enumerate(mine.T.tolist())]
        return Answers(given, contexts.tolist(), rows_)

    def _spread(self, base: int, ask: Callable[[int], tuple[Looked, int]]) -> Numbers:
        """For each context what ``ask`` answers for the first of those that it does not tell apart."""
        answers = np.full(len(self._around), -1, dtype=np.int64)
        while (left := np.flatnonzero(answers < 0)).size:
            first = int(left[0])
            looked, answer = ask(first)
            alike = self._groups(base, looked)
            answers[(alike == alike[first]) & (answers < 0)] = answer
        return answers

    def _groups(self, base: int, looked: Looked) -> Numbers:
        """The same number for contexts that have the same base, and are the same in what was looked at."""
        found = self._alike.get((base, looked))
        if found is None:
            kinds = self._bases[base].tolist()
            found = _numbered([(kind, each.of(looked)) for kind, each in zip(kinds, self._contexts, strict=True)])
            self._alike[base, looked] = found
        return found

    def _completed(self, member: Component | None) -> Numbers:
        """For each context the number of the thing that ``member`` is there."""
        whole = rebuild([(member, 1)] if member else [])

        def ask(at: int) -> tuple[Looked, int]:
            looked: dict[tuple[str, str], None] = {}
            around = self._around[at]
            alone = Subjects(with_row(whole, dict(around.circumstances.row)), self._fresh)
            subject, facts = self._add(alone, around, looked)
            return tuple(looked), self._number(Thing(subject, facts and self._visible(facts), alone))

        return self._spread(0, ask)

    def _add(
        self, alone: Subjects, around: Around, looked: dict[tuple[str, str], None]
    ) -> tuple[Subject | None, Facts | None]:
        """The thing with what the knowledge base adds to it, as far as a rule asks for that; None where there is none."""
        section, kind = self._section, self._section.kind
        for subject, facts in alone.of(kind):
            if kind not in section.adds or facts.keys() >= NAMES[kind]:
                return subject, facts
            system: Facts = facts if kind == "os" else {}
            if "os" in around.context:
                system = Watched("os", around.context["os"][1], looked)
            known = dict(facts)
            for add in ADDS[kind]:
                if add not in ALONE or ALONE[add] in section.asks:
                    new = add(subject, facts, system, around.circumstances.own, self._as_of, self._fresh)
                    known.update((fact.name, fact) for fact in new if fact.name not in facts)
            return subject, known
        return None, None

    def _visible(self, facts: Facts) -> Facts:
        """``facts``, of features nothing but the states of those that are asked for: no reason makes a difference."""
        found = dict(facts)
        for name, wanted in self._features.items():
            if name in facts and isinstance(states := facts[name].value, dict):
                mine: dict[str, Value] = {
                    each: str(states.get(each, "unknown")).partition(":")[0] for each in sorted(wanted)
                }
                found[name] = replace(facts[name], value=mine)
        return found

    def _number(self, thing: Thing) -> int:
        """The same number for things that show the same to rules."""
        shown = _shown(thing, Seen({self._section.kind: thing.facts or {}}, self._tokens), self._looks)
        number = self._numbers.setdefault(shown, len(self._numbers))
        if number == len(self._things):
            self._things.append(thing)
        return number

    def _said(self, thing: Thing) -> tuple[int, ...]:
        """The number of the row of codes that each rule has for a thing, one code a context."""
        seen = Seen({self._section.kind: thing.facts or {}}, self._tokens)
        return tuple(self._row(number, rule, thing, seen) for number, rule in enumerate(self._section.rules))

    def _row(self, number: int, rule: Rule, thing: Thing, seen: Seen) -> int:
        known = self._by_rule[number]
        for own, rows in known.items():
            if (found := rows.get(_shown(thing, seen, own))) is not None:
                return found
        looked_at: dict[tuple[str, str], None] = {}

        def ask(at: int) -> tuple[Looked, int]:
            noted: dict[tuple[str, str], None] = {}
            code = self._code(rule, thing, at, noted)
            looked_at.update((each, None) for each in noted if each[0] == self._section.kind)
            return (
                tuple(each for each in noted if each[0] != self._section.kind),
                self._codes.setdefault(code, len(self._codes)),
            )

        row = self._spread(1, ask)
        given = self._row_numbers.setdefault(row.tobytes(), len(self._row_numbers))
        if given == len(self._rows):
            self._rows.append(row)
        own = tuple(sorted(looked_at))
        if not set(own) <= set(self._looks):
            raise RuntimeError(f"{rule.id} looked at {own}, and only {self._looks} tells things apart")
        known.setdefault(own, {})[_shown(thing, seen, own)] = given
        return given

    def _code(self, rule: Rule, thing: Thing, at: int, noted: dict[tuple[str, str], None]) -> int:
        """What a rule says of a thing in a context: a bit for each of :data:`MASKS` and each supplier.

        What it looked at is added to ``noted``.
        """
        subjects = Subjects(Detected((), thing.alone.gaps), self._fresh)
        subjects.by_kind.update(
            (kind, [(whose, Watched(kind, facts, noted))]) for kind, (whose, facts) in self._around[at].context.items()
        )
        if thing.subject is not None and thing.facts is not None:
            kind = self._section.kind
            subjects.by_kind[kind] = [(thing.subject, Watched(kind, thing.facts, noted))]
        waivers = [each for each in self._waivers[at] if each.rule == rule.id]
        code = 0
        for each in count(rule, subjects, self._as_of):
            waiver = None
            if each.outcome is Outcome.FAIL and rule.of == "each":
                waiver = next((one for one in waivers if one.subject in ("", each.subject.name)), None)
            code |= 1 << (_AT["mw"] if waiver else _OUTCOME[each.outcome])
            code |= sum(1 << _AT[f"r{least}"] for least in range(1, BASES.index(each.basis) + 1))
            code |= (1 << _AT["v"] if each.warned else 0) | self._blocked(waiver)
        if rule.of != "each" and (whole := next((one for one in waivers if one.subject in ("", "*")), None)):
            code |= 1 << _AT["wm"] | self._blocked(whole)
        return code

    def _blocked(self, waiver: Waiver | None) -> int:
        if waiver is None or not waiver.blocked_by:
            return 0
        return 1 << (len(MASKS) + self._suppliers.index(waiver.blocked_by))


def _shown(thing: Thing, seen: Seen, looked: Looked) -> tuple[object, ...]:
    """What a thing shows to whoever looks at some of its facts; its name may be that of a waiver."""
    name = thing.subject.name if thing.subject else None
    return (name, bool(thing.alone.gaps), *seen.of(looked))


def _numbered(values: Sequence[object]) -> Numbers:
    """The same number for the same value."""
    numbers: dict[Any, int] = {}
    return np.array([numbers.setdefault(each, len(numbers)) for each in values], dtype=np.int64)


def _refined(size: int, rows: Sequence[Numbers]) -> Numbers:
    """A number for each of ``size`` contexts: the same for those that have the same in all rows."""
    numbers = np.zeros(size, dtype=np.int64)
    for row in rows:
        _, each = np.unique(row, return_inverse=True)
        _, numbers = np.unique(numbers * (each.max(initial=0) + 1) + each, return_inverse=True)
    return numbers


def _assembled(
    things: Numbers, said: Sequence[tuple[int, ...]], masks: Mapping[tuple[int, ...], NDArray[np.int64]]
) -> NDArray[np.int64]:
    """The masks of a member in each context, in which it is one of ``things``."""
    several = np.unique(things)
    if several.size == 1:
        return masks[said[several[0]]]
    return np.select([things == each for each in several], [masks[said[each]] for each in several])
