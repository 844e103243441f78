"""What was understood of a PC, taken apart so that what repeats is kept once.

A *component* is one thing a PC has, without what is particular to that PC: kind, name,
facts, and the reasons for unknown facts. Where it was installed and the readings that
show it stay in the raw snapshot. A *bundle* is all of one kind on a PC: its components,
each with how often, and the gaps of that kind. A *profile* is a PC's bundles. All are
named by the hash of their content, so the same content has the same name anywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from auditor.model import Detected, Fact, Gap, Subject, Value

OF_THE_ROW = ("hostname", "site", "tags")
"""Facts of the kind ``device`` that each PC has of its own: they stay in its row and out of components."""

THERE = "(there)"
"""A fact that only says that the thing is there: of a component of which nothing else was kept."""

NOT_KEPT = "not known"
"""The reason for an unknown fact where the reason itself makes no difference and was left out."""

PSEUDONYMS = {("browser", "default_for")}
"""Facts that list users by names made for that PC alone: a component keeps how many they are, and numbers them."""

GAP = "(gap)"
"""The kind of a component that stands for a gap. No check can have a kind of this name."""


class Component(NamedTuple):
    """One thing, or one gap. ``facts`` and ``unknowns`` are canonical JSON maps.

    Of a gap, ``name`` is its scope and ``facts`` hold its kind and reason.
    """

    id: int
    kind: str
    name: str
    facts: str
    unknowns: str


class Bundle(NamedTuple):
    """All that is known of one kind on a PC: component ids with their counts, in order of the ids."""

    id: int
    kind: str
    members: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """All that is known of a PC, with everything that is needed to rebuild it."""

    id: int
    bundles: tuple[Bundle, ...]
    components: Mapping[int, Component]


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def canonical(value: Any) -> str:
    """JSON that is the same for the same value: ASCII, sorted keys, no spaces."""
    return _CANONICAL.encode(value)


def content_id(value: Any) -> int:
    """63 bits of the SHA-256 over the canonical JSON of ``value``."""
    return int.from_bytes(hashlib.sha256(canonical(value).encode("ascii")).digest()[:8], "big") >> 1


def profile_of(detected: Detected) -> Profile:
    """``detected`` taken apart. The order of facts and gaps makes no difference."""
    return joined([part_of(detected)])


class Part(NamedTuple):
    """What one check understood, taken apart: the bundle of each kind, and every component."""

    bundles: Mapping[str, Bundle]
    components: Mapping[int, Component]


def part_of(detected: Detected) -> Part:
    """``detected`` as components; several of one PC make a profile by :func:`joined`."""
    subjects: dict[Subject, dict[str, Fact]] = {}
    for fact in detected.facts:
        subjects.setdefault(fact.subject, {})[fact.name] = fact
    kinds: dict[str, Counter[int]] = {}
    components: dict[int, Component] = {}
    for subject, mine in subjects.items():
        own = OF_THE_ROW if subject.kind == "device" else ()
        facts = {name: _shared(fact) for name, fact in mine.items() if not fact.unknown and name not in own}
        unknowns = {name: fact.unknown for name, fact in mine.items() if fact.unknown}
        one = _component(subject.kind, subject.name, facts, unknowns)
        components[one.id] = one
        kinds.setdefault(subject.kind, Counter())[one.id] += 1
    for gap in detected.gaps:
        one = _component(GAP, gap.scope, {"kind": gap.kind, "reason": gap.reason}, {})
        components[one.id] = one
        kinds.setdefault(gap.kind, Counter())[one.id] += 1
    return Part({kind: _bundle(kind, counts) for kind, counts in kinds.items()}, components)


def _shared(fact: Fact) -> Value:
    """A fact's value as all PCs can share it."""
    if (fact.subject.kind, fact.name) in PSEUDONYMS and isinstance(fact.value, list):
        return [f"user {number}" for number in range(1, len(fact.value) + 1)]
    return fact.value


def joined(parts: Iterable[Part]) -> Profile:
    """The profile of a PC of which ``parts`` are all that was understood; no two have a subject in common."""
    found: dict[str, list[Bundle]] = {}
    components: dict[int, Component] = {}
    for part in parts:
        components.update(part.components)
        for kind, bundle in part.bundles.items():
            found.setdefault(kind, []).append(bundle)
    ordered = tuple(several[0] if len(several) == 1 else _sum(kind, several) for kind, several in sorted(found.items()))
    return Profile(content_id([bundle.id for bundle in ordered]), ordered, components)


def _sum(kind: str, several: Iterable[Bundle]) -> Bundle:
    counts: Counter[int] = Counter()
    for bundle in several:
        counts.update(dict(bundle.members))
    return _bundle(kind, counts)


def _component(kind: str, name: str, facts: Mapping[str, Value], unknowns: Mapping[str, str]) -> Component:
    return Component(content_id([kind, name, facts, unknowns]), kind, name, canonical(facts), canonical(unknowns))


def _bundle(kind: str, counts: Counter[int]) -> Bundle:
    members = tuple(sorted(counts.items()))
    return Bundle(content_id([kind, members]), kind, members)


def rebuild(members: Iterable[tuple[Component, int]]) -> Detected:
    """Facts and gaps again, from the components of any number of bundles and their counts.

    Facts have no evidence. Of several things with one kind and name each gets its number
    as ``where``, in the order of their content, so that they stay several.
    """
    facts: list[Fact] = []
    gaps: list[Gap] = []
    things: dict[tuple[str, str], list[Component]] = {}
    for component, count in sorted(members, key=lambda pair: pair[0][1:]):
        if component.kind == GAP:
            about = json.loads(component.facts)
            gaps += [Gap(about["kind"], component.name, about["reason"])] * count
        else:
            things.setdefault((component.kind, component.name), []).extend([component] * count)
    for (kind, name), alike in things.items():
        for number, component in enumerate(alike, 1):
            where = f"{number:06d}" if len(alike) > 1 else ""
            facts += _facts(Subject(kind, name, where), component)
    return Detected(tuple(facts), tuple(gaps))


def _facts(subject: Subject, component: Component) -> Iterable[Fact]:
    facts, unknowns = json.loads(component.facts), json.loads(component.unknowns)
    for name, value in facts.items() if facts or unknowns else ((THERE, True),):
        yield Fact(subject, name, value, ())
    for name, reason in unknowns.items():
        yield Fact(subject, name, None, (), reason or NOT_KEPT)
