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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from auditor.estate.profile import GAP, OF_THE_ROW, Component, canonical, content_id, rebuild
from auditor.knowledge.enrich import COARSER, READS, enriched, needed
from auditor.knowledge.overrides import NONE, Overrides
from auditor.knowledge.refreshed import Refreshed
from auditor.model import Detected, Fact, FactSpec, Subject
from auditor.rule_file import Rule
from auditor.subjects import Subjects
from auditor.waivers import Waiver

MOST_RULES = 60
"""Bits of a mask: a 64-bit number that is never negative, with some to spare."""

DEVICE = "device"
"""The kind whose facts are partly each PC's own: name, site, tags."""

_COMMON = frozenset({"os", DEVICE})
_ALL = "*"
NOTHING = 0
"""The class of the member that every bundle has: nothing. What rules say of it is what they say of an empty bundle."""

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


def _specs(rule: Rule) -> list[FactSpec]:
    return [condition.spec for condition in (*rule.when, *rule.require)]


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


def projected(section: Section, component: Component) -> Component | None:
    """``component`` with nothing but what the section's rules look at; None where it makes no difference to them.

    Its id names the class: the same content has the same id.
    """
    kind = component.kind
    if kind == GAP:
        about = json.loads(component.facts)
        if component.name != "machine" or about["kind"] != section.kind:
            return None
        return _named(component._replace(facts=canonical({"kind": section.kind, "reason": ""})))
    names = section.looks_at[kind]
    if _ALL in names:
        return component
    facts = {name: value for name, value in json.loads(component.facts).items() if name in names}
    unknowns = {name: "" for name in json.loads(component.unknowns) if name in names}
    return _named(component._replace(facts=canonical(facts), unknowns=canonical(unknowns)))


def _named(component: Component) -> Component:
    return component._replace(id=content_id(list(component[1:])))


Facts = Mapping[str, Fact]
Context = Mapping[str, tuple[Subject, Facts]]
"""Kind → the first thing of that kind on the PC, which is the one that conditions about other kinds ask."""


def surroundings(
    members: Iterable[tuple[Component, int]], given: Circumstances, adds: frozenset[str], as_of: date, fresh: Refreshed
) -> Subjects:
    """The things of some bundles in a PC's circumstances; the knowledge base adds to those of the kinds ``adds``."""
    detected = with_row(rebuild(each for each in members if each[0].kind != GAP), dict(given.row))
    return Subjects(enriched(detected, as_of, given.own, adds, fresh))


def context_of(section: Section, found: Subjects) -> Context:
    """What the rules of ``section`` can see of the other kinds on a PC; gaps there make no difference.

    What the knowledge base adds is in ``found``, so that things that differ only in what that follows from are alike.
    """
    context: dict[str, tuple[Subject, dict[str, Fact]]] = {}
    asked = {(spec.kind, spec.name) for rule in section.rules for spec in _specs(rule)}
    for kind in section.context:
        for subject, facts in found.of(kind)[:1]:
            names = section.looks_at[kind]
            context[kind] = (subject, {name: fact for name, fact in facts.items() if name in names or _ALL in names})
            for name, stands_for in COARSER.get(kind, {}).items():
                if name in context[kind][1] and (kind, name) not in asked and not facts[name].unknown:
                    context[kind][1][name] = replace(facts[name], value=stands_for(facts))
    return context


def class_of(context: Context) -> int:
    """A hash of all of a context that can make a difference."""
    told = [
        [
            kind,
            [
                [name, fact.value, fact.unknown, sorted({each.at for each in fact.evidence})]
                for name, fact in sorted(facts.items())
            ],
        ]
        for kind, (_, facts) in sorted(context.items())
    ]
    return content_id(told)


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
