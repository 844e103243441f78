"""Answers: what the rules of a section say of each case, every rule asked once for each thing that it can see.

A rule looks at few facts. Whatever has the same in those gets the same answer, because the same steps lead to it, so an
answer is remembered with what was looked at on the way: of a thing's own facts, of its context, and whether they were there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from auditor.estate.profile import Component, rebuild
from auditor.estate.sections import MASKS, Circumstances, Context, Facts, Section, with_row
from auditor.evaluate import count
from auditor.knowledge.enrich import ADDS, ALONE, NAMES
from auditor.knowledge.refreshed import Refreshed
from auditor.model import BASES, Detected, Fact, Outcome, Subject, Value
from auditor.rule_file import Rule
from auditor.subjects import Subjects
from auditor.waivers import Waiver

_ALL = "*"
_OUTCOME = {Outcome.PASS: "mp", Outcome.FAIL: "mf", Outcome.UNKNOWN: "mu"}

Answer = TypeVar("Answer")

Looked = tuple[tuple[str, str], ...]
"""What was looked at: (kind, name of the fact) each."""


class Around(NamedTuple):
    """What members are judged in: the first things of the other kinds, and what the organisation says of the PC."""

    context: Context
    circumstances: Circumstances


class Said(NamedTuple):
    """One finding as it counts: of the whole bundle, or of the member."""

    outcome: Outcome
    basis: int
    warned: bool
    of_all: bool


class Watched(Mapping[str, Fact]):
    """Facts that note which of them were looked at; that one is not there counts, too."""

    __slots__ = ("_facts", "_kind", "_looked")

    def __init__(self, kind: str, facts: Facts, looked: dict[tuple[str, str], None]) -> None:
        self._kind = kind
        self._facts = facts
        self._looked = looked

    def __getitem__(self, name: str) -> Fact:
        self._looked[self._kind, name] = None
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        self._looked[self._kind, _ALL] = None
        return iter(self._facts)

    def __len__(self) -> int:
        self._looked[self._kind, _ALL] = None
        return len(self._facts)


class Memo(Generic[Answer]):
    """Answers by what was looked at; usually that is the same, so there are few groups of it."""

    def __init__(self) -> None:
        self._groups: dict[Looked, dict[tuple[int, ...], Answer]] = {}

    def find(self, seen: Seen) -> tuple[Looked, Answer] | None:
        """What was looked at, and the answer, for whatever is like what is ``seen``; None where there is none yet."""
        for looked, answers in self._groups.items():
            if (known := answers.get(seen.of(looked))) is not None:
                return looked, known
        return None

    def keep(self, seen: Seen, looked: Looked, answer: Answer) -> None:
        """Remember an answer for which ``looked`` was looked at."""
        self._groups.setdefault(looked, {})[seen.of(looked)] = answer


class Tokens:
    """Numbers for facts: the same number for facts that no rule can tell apart."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        self._texts: dict[int, tuple[object, str]] = {}

    def of(self, facts: Sequence[Fact]) -> int:
        """The number of some facts together."""
        told = tuple(
            (fact.name, type(fact.value), self._plain(fact.value), fact.unknown, tuple(each.at for each in fact.evidence))
            for fact in facts
        )
        return self._numbers.setdefault(told, len(self._numbers))

    def _plain(self, value: Value) -> object:
        """A value that can be compared; of what many facts share the text is made once."""
        if not isinstance(value, list | dict):
            return value
        known = self._texts.get(id(value))
        if known is None:
            known = self._texts[id(value)] = (value, repr(value))
        return known[1]


class Seen:
    """The facts of one case as numbers."""

    def __init__(self, facts: Mapping[str, Facts], tokens: Tokens) -> None:
        self._facts = facts
        self._tokens = tokens
        self._known: dict[tuple[str, str], int] = {}
        self._groups: dict[Looked, tuple[int, ...]] = {}

    def of(self, looked: Looked) -> tuple[int, ...]:
        """The number of each fact of ``looked``."""
        found = self._groups.get(looked)
        if found is None:
            known = self._known
            found = tuple(known[each] if each in known else self._number(each) for each in looked)
            self._groups[looked] = found
        return found

    def _number(self, which: tuple[str, str]) -> int:
        facts = self._facts.get(which[0], {})
        name = which[1]
        chosen = [fact for _, fact in sorted(facts.items())] if name == _ALL else [facts[name]] if name in facts else []
        self._known[which] = self._tokens.of(chosen)
        return self._known[which]


class Answering:
    """Answers the cases of one section."""

    def __init__(
        self, section: Section, as_of: date, fresh: Refreshed, waivers: Sequence[Waiver], suppliers: Sequence[str]
    ) -> None:
        self._section = section
        self._as_of = as_of
        self._fresh = fresh
        self._waivers = waivers
        self._suppliers = suppliers
        self._tokens = Tokens()
        self._whole: dict[tuple[int, int], Memo[tuple[int, ...]]] = {}
        self._single: dict[object, Memo[tuple[Said, ...]]] = {}
        self._around: list[tuple[Around, Seen, int, tuple[bool, ...]]] = []
        self._kinds: dict[object, int] = {}

    def surround(self, around: Around) -> int:
        """A number for what members are judged in, to ask with."""
        there = tuple(kind in around.context for kind in self._section.context)
        like = self._kinds.setdefault((around.circumstances, there), len(self._kinds))
        context = {kind: facts for kind, (_, facts) in around.context.items()}
        self._around.append((around, Seen(context, self._tokens), like, there))
        return len(self._around) - 1

    def answer(self, name: int, member: Component | None, at: int) -> tuple[int, ...]:
        """The masks of :data:`MASKS`, and one more for each supplier: waived because its certification blocks.

        ``name`` is the id of the member, which is None for nothing; ``at`` the number of what it is judged in.
        """
        around, seen, like, there = self._around[at]
        memo = self._whole.get((name, like))
        if memo is None:
            memo = self._whole[name, like] = Memo()
        elif (known := memo.find(seen)) is not None:
            return known[1]
        looked: dict[tuple[str, str], None] = {}
        masks = self._masks(member, around, there, looked)
        memo.keep(seen, tuple(looked), masks)
        return masks

    def _masks(
        self, member: Component | None, around: Around, there: tuple[bool, ...], looked: dict[tuple[str, str], None]
    ) -> tuple[int, ...]:
        """The masks of one case; what was looked at of its context is added to ``looked``."""
        section = self._section
        detected = with_row(rebuild([(member, 1)] if member else []), dict(around.circumstances.row))
        alone = Subjects(detected, self._fresh)
        subject, facts = self._completed(alone, around, looked)
        of_kinds = {kind: known for kind, (_, known) in around.context.items()} | {section.kind: facts or {}}
        seen = Seen(of_kinds, self._tokens)
        marks = Marks([self._waivers[number] for number in around.circumstances.waivers], self._suppliers)
        for number, rule in enumerate(section.rules):
            memo = self._single.setdefault((number, there, facts is None, bool(alone.gaps)), Memo())
            found = memo.find(seen)
            if found is None:
                noted: dict[tuple[str, str], None] = {}
                said = self._say(rule, around, subject, facts, alone, noted)
                found = tuple(noted), said
                memo.keep(seen, *found)
            looked.update((each, None) for each in found[0] if each[0] != section.kind)
            marks.add(rule, 1 << number, found[1], subject.name if subject else "*")
        return marks.all

    def _completed(
        self, alone: Subjects, around: Around, looked: dict[tuple[str, str], None]
    ) -> tuple[Subject | None, Facts | None]:
        """The member with what the knowledge base adds to it, as far as a rule asks for that; None where there is none."""
        section, kind = self._section, self._section.kind
        for subject, facts in alone.of(kind):
            if kind not in section.adds or facts.keys() >= NAMES[kind]:
                return subject, facts
            system: Facts = facts if kind == "os" else {}
            if "os" in around.context:
                system = Watched("os", around.context["os"][1], looked)
            known = dict(facts)
            for add in ADDS[kind]:
                if add not in ALONE or ALONE[add] in section.looks_at[kind]:
                    new = add(subject, facts, system, around.circumstances.own, self._as_of, self._fresh)
                    known.update((fact.name, fact) for fact in new if fact.name not in facts)
            return subject, known
        return None, None

    def _say(
        self,
        rule: Rule,
        around: Around,
        subject: Subject | None,
        facts: Facts | None,
        alone: Subjects,
        noted: dict[tuple[str, str], None],
    ) -> tuple[Said, ...]:
        """What one rule says of the member; what it looked at is added to ``noted``."""
        kind = self._section.kind
        subjects = Subjects(Detected((), alone.gaps), self._fresh)
        subjects.by_kind.update(
            (other, [(whose, Watched(other, known, noted))]) for other, (whose, known) in around.context.items()
        )
        if subject is not None and facts is not None:
            subjects.by_kind[kind] = [(subject, Watched(kind, facts, noted))]
        return tuple(
            Said(each.outcome, BASES.index(each.basis), each.warned, each.subject.name == "*")
            for each in count(rule, subjects, self._as_of)
        )


class Marks:
    """Collects what the rules say of a case as masks."""

    def __init__(self, waivers: Sequence[Waiver], suppliers: Sequence[str]) -> None:
        self._waivers = waivers
        self._suppliers = suppliers
        self._masks = dict.fromkeys(MASKS, 0)
        self._blocked = [0] * len(suppliers)

    @property
    def all(self) -> tuple[int, ...]:
        """The masks of :data:`MASKS` and those of the suppliers."""
        return (*self._masks.values(), *self._blocked)

    def add(self, rule: Rule, bit: int, said: Sequence[Said], name: str) -> None:
        """What ``rule`` says of the thing that is called ``name``."""
        waivers = [each for each in self._waivers if each.rule == rule.id]
        for each in said:
            waiver = None
            if each.outcome is Outcome.FAIL and rule.of == "each":
                called = "*" if each.of_all else name
                waiver = next((one for one in waivers if one.subject in ("", called)), None)
            self._mark(bit, each, waiver)
        if rule.of != "each" and (whole := next((one for one in waivers if one.subject in ("", "*")), None)):
            self._masks["wm"] |= bit
            self._block(bit, whole)

    def _mark(self, bit: int, said: Said, waiver: Waiver | None) -> None:
        self._masks["mw" if waiver else _OUTCOME[said.outcome]] |= bit
        for least in range(1, said.basis + 1):
            self._masks[f"r{least}"] |= bit
        if said.warned:
            self._masks["v"] |= bit
        if waiver:
            self._block(bit, waiver)

    def _block(self, bit: int, waiver: Waiver) -> None:
        if waiver.blocked_by:
            self._blocked[self._suppliers.index(waiver.blocked_by)] |= bit
