"""What decides what rules say, so that each distinct thing is judged once.

A *section* is up to :data:`MOST_RULES` rules about one kind of thing that look at the same other
kinds. What they say of one *member* (a component, a gap, or nothing at all) depends on the facts they
ask for, on the same of the other kinds on the PC (its *context*), and on the PC's *circumstances*: what the
organisation says of it. Facts that no rule of the section asks for are left out, so members that differ only
in those are one *class*. An answer is a set of bit masks, one bit a rule; the masks of a bundle are those of
its members, OR-ed, and then resolved by whether a rule asks for each, any or none (:mod:`auditor.estate.plan`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from auditor.estate.looking import ALL, Facts
from auditor.estate.profile import GAP, OF_THE_ROW, Component, canonical
from auditor.knowledge.enrich import COARSER, READS, needed
from auditor.knowledge.html5 import TELLING
from auditor.knowledge.overrides import NONE, Overrides
from auditor.knowledge.packed import numbers
from auditor.model import Detected, Fact, FactSpec, Severity, Subject
from auditor.rule_file import Condition, Rule
from auditor.versions import NotComparable
from auditor.waivers import Waiver

MOST_RULES = 60
"""Bits of a mask: a 64-bit number that is never negative, with some to spare."""

DEVICE = "device"
"""The kind whose facts are partly each PC's own: name, site, tags."""

_COMMON = frozenset({"os", DEVICE})
NOTHING = 0
"""The number of the member that every bundle has: nothing. What rules say of it is what they say of an empty bundle."""

MASKS = ("mp", "mf", "mu", "mw", "r1", "r2", "r3", "v", "wm")
"""The masks of an answer: passed, failed, unknown, waived; rests on something no surer than secondary, recalled,
assumption; warned; and *would be waived*: of a rule about any or none, if the whole bundle fails it."""


class Section(NamedTuple):
    """Rules that are judged together. ``looks_at`` is kind → the names of the facts that matter; ``*`` for all."""

    kind: str
    context: tuple[str, ...]
    rules: tuple[Rule, ...]
    adds: frozenset[str]
    looks_at: Mapping[str, frozenset[str]]

    @property
    def asks_device(self) -> bool:
        """Whether what is each PC's own matters."""
        return self.kind == DEVICE or DEVICE in self.context

    @property
    def asks(self) -> frozenset[str]:
        """The facts of its own kind that its rules look at, the kind's product among them where they are about a service."""
        return self.asks_of(self.kind) | ({"product"} if any(rule.demands for rule in self.rules) else frozenset())

    def asks_of(self, kind: str) -> frozenset[str]:
        """The facts of a kind that its rules have conditions on."""
        return frozenset(spec.name for rule in self.rules for spec in _specs(rule) if spec.kind == kind)

    @property
    def about_pcs(self) -> int:
        """The bits of the rules that make a PC ready or not: those that are about no service, and more than a remark."""
        return sum(1 << bit for bit, rule in enumerate(self.rules) if not rule.demands and rule.severity > Severity.INFO)

    @property
    def features(self) -> Mapping[str, frozenset[str]]:
        """The facts of its own kind of which its rules only ask whether features are supported → those features."""
        asked: dict[str, set[str]] = {}
        other = set()
        for rule in self.rules:
            for condition in (*rule.when, *rule.require):
                if condition.spec.kind == self.kind and condition.word == "supports":
                    asked.setdefault(condition.spec.name, set()).update(condition.argument)
                elif condition.spec.kind == self.kind:
                    other.add(condition.spec.name)
        return {name: frozenset(wanted) for name, wanted in asked.items() if name not in other}

    def told_apart(self, kind: str) -> frozenset[str]:
        """The facts of a kind of which its rules may tell values apart that :data:`COARSER` takes as one."""
        conditions = [each for rule in self.rules for each in (*rule.when, *rule.require) if each.spec.kind == kind]
        return frozenset(each.spec.name for each in conditions if not _goes_by_release(each))

    def mask(self, *words: str) -> int:
        """The bits of the rules that ask for ``each``, ``any`` or ``none``."""
        return sum(1 << bit for bit, rule in enumerate(self.rules) if rule.of in words)

    def graver_than(self, severity: int) -> int:
        """The bits of the rules whose severity is higher than ``severity``."""
        return sum(1 << bit for bit, rule in enumerate(self.rules) if rule.severity > severity)


class Circumstances(NamedTuple):
    """What the organisation says of a PC: overrides, waivers that cover it (by number), and facts of its row."""

    own: Overrides = NONE
    waivers: tuple[int, ...] = ()
    row: tuple[tuple[str, Any], ...] = ()


def sections_of(rules: Sequence[Rule]) -> tuple[Section, ...]:
    """``rules`` by what decides what they say, in a stable order."""
    groups: dict[tuple[str, frozenset[str]], list[Rule]] = {}
    for rule in rules:
        _, context = _wanted(rule)
        groups.setdefault((rule.kind, frozenset(context - _COMMON)), []).append(rule)
    return tuple(
        _section(kind, group[start : start + MOST_RULES])
        for (kind, _), group in sorted(groups.items(), key=lambda pair: (pair[0][0], sorted(pair[0][1])))
        for start in range(0, len(group), MOST_RULES)
    )


def kinds_of(rule: Rule) -> frozenset[str]:
    """The kinds of things that decide what a rule says of a PC."""
    return frozenset({rule.kind, *_wanted(rule)[1]})


def _specs(rule: Rule) -> list[FactSpec]:
    return [condition.spec for condition in (*rule.when, *rule.require)]


def _goes_by_release(condition: Condition) -> bool:
    """Whether a condition on a version can only tell releases apart."""
    if condition.spec.type != "version" or condition.word not in ("at_least", "below"):
        return False
    have = numbers(condition.argument)
    return not isinstance(have, NotComparable) and len(have) <= TELLING and condition.argument.replace(".", "").isdecimal()


def _wanted(rule: Rule) -> tuple[frozenset[str], set[str]]:
    """The kinds that something is added to, and the other kinds that a rule depends on."""
    asked = _specs(rule)
    adds, depend_on = needed(asked)
    return adds, ({spec.kind for spec in asked} | depend_on) - {rule.kind}


def _section(kind: str, rules: Sequence[Rule]) -> Section:
    adds = frozenset(each for rule in rules for each in _wanted(rule)[0])
    context = {each for rule in rules for each in _wanted(rule)[1]}
    looks: dict[str, set[str]] = {each: set() for each in (kind, *context)}
    for rule in rules:
        looks[kind] |= {"product"} if any(condition.demand for condition in rule.require) else set()
        for spec in _specs(rule):
            looks[spec.kind].add(spec.name)
    if kind in adds:
        for other, names in READS[kind].items():
            looks[other] |= set(names)
    return Section(kind, tuple(sorted(context)), tuple(rules), adds, {name: frozenset(of) for name, of in looks.items()})


class Projection:
    """Makes of components the members of a section: with nothing but what its rules look at."""

    def __init__(self, section: Section) -> None:
        self._kind = section.kind
        self._names = section.looks_at[section.kind]
        apart = section.told_apart(section.kind)
        self._coarser = {name: of for name, of in COARSER.get(section.kind, {}).items() if name not in apart}

    def of(self, component: Component) -> Component | None:
        """What of ``component`` matters; None where it makes no difference to the section.

        Those that differ in nothing else are equal: they have no id.
        """
        if component.kind == GAP:
            about = json.loads(component.facts)
            if component.name != "machine" or about["kind"] != self._kind:
                return None
            return component._replace(id=0, facts=canonical({"kind": self._kind, "reason": ""}))
        if ALL in self._names:
            return component._replace(id=0)
        known = json.loads(component.facts)
        facts = {name: value for name, value in known.items() if name in self._names}
        facts |= {name: stands_for(known) for name, stands_for in self._coarser.items() if name in facts}
        unknowns = {name: "" for name in json.loads(component.unknowns) if name in self._names}
        return Component(0, component.kind, component.name, canonical(facts), canonical(unknowns))


Context = Mapping[str, tuple[Subject, Facts]]
"""Kind → the first thing of that kind on the PC, which is the one that conditions about other kinds ask."""


def circumstances_for(section: Section, given: Circumstances, waivers: Sequence[Waiver]) -> Circumstances:
    """What of a PC's circumstances makes a difference to the rules of a section, besides what its context shows."""
    rules = {rule.id for rule in section.rules}
    names = section.looks_at.get(DEVICE, frozenset())
    return Circumstances(
        given.own if section.adds else NONE,
        tuple(number for number in given.waivers if waivers[number].rule in rules),
        tuple((name, value) for name, value in given.row if name in names) if section.kind == DEVICE else (),
    )


def with_row(detected: Detected, row: Mapping[str, Any]) -> Detected:
    """``detected`` with what is the PC's own of its device: host name, site and tags as its row has them."""
    known = {(fact.subject, fact.name) for fact in detected.facts}
    own = [
        Fact(subject, name, row[name], ())
        for subject in dict.fromkeys(fact.subject for fact in detected.facts if fact.subject.kind == DEVICE)
        for name in OF_THE_ROW
        if name in row and (subject, name) not in known
    ]
    return detected._replace(facts=(*detected.facts, *own)) if own else detected
