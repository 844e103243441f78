"""What is around the things of each PC: of the other kinds the first thing, which conditions about these ask.

PCs have few combinations of it. Each part of a combination is put together once, and for each section
those that differ in nothing that its rules can see are one class.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from auditor.estate.answering import Around
from auditor.estate.circumstances import Known, of_section
from auditor.estate.looking import ALL, Facts, Tokens
from auditor.estate.profile import GAP, Component, rebuild
from auditor.estate.sections import DEVICE, Circumstances, Section, with_row
from auditor.knowledge import overrides
from auditor.knowledge.enrich import COARSER, NEEDS, Stands, enriched
from auditor.knowledge.refreshed import Refreshed
from auditor.model import Fact, Subject
from auditor.subjects import Subjects

Members = tuple[tuple[Component, int], ...]
"""Components and how often each."""

First = tuple[Subject, Facts]


class Combination(NamedTuple):
    """Of some PCs, which bundle of each kind they have, and the number of their circumstances."""

    bundles: Mapping[str, int]
    circumstances: int


class Surrounding:
    """Tells combinations apart as sections do."""

    def __init__(
        self, sections: Sequence[Section], known: Known, members: Mapping[int, Members], as_of: date, fresh: Refreshed
    ) -> None:
        """``members`` are the components of every bundle of the combinations."""
        self._known = known
        self._members = members
        self._as_of = as_of
        self._fresh = fresh
        kinds = {kind for section in sections for kind in section.context}
        self._adds = frozenset(kind for section in sections for kind in section.adds - {section.kind}) & kinds
        self._own = _numbers([each.own if self._adds else overrides.NONE for each in known.all])
        self._row = _numbers([each.row for each in known.all])
        self._found: dict[tuple[Any, ...], First | None] = {}

    def classes(self, section: Section, combinations: Sequence[Combination]) -> tuple[list[int], list[Around]]:
        """For each combination the number of its class, and what each class means."""
        ids, circumstances = of_section(section, self._known)
        tokens = Tokens()
        coarser = {kind: _coarser(section, kind) for kind in section.context}
        seen: dict[tuple[Any, ...], tuple[int, First | None]] = {}
        classes: dict[tuple[int, ...], int] = {}
        around: list[Around] = []
        numbers = []
        for each in combinations:
            parts = []
            for kind in section.context:
                key = self._key(kind, each)
                if (kind, key) not in seen:
                    mine = _visible(section.looks_at[kind], coarser[kind], self._first(kind, key, each))
                    token = -1 if mine is None else tokens.of([fact for _, fact in sorted(mine[1].items())])
                    seen[kind, key] = (token, mine)
                parts.append(seen[kind, key])
            name = (*(token for token, _ in parts), ids[each.circumstances])
            if name not in classes:
                classes[name] = len(classes)
                context = {kind: mine for kind, (_, mine) in zip(section.context, parts, strict=True) if mine}
                around.append(Around(context, circumstances[ids[each.circumstances]]))
            numbers.append(classes[name])
        return numbers, around

    def _key(self, kind: str, each: Combination) -> tuple[int, ...]:
        """All that decides what the first thing of a kind is."""
        beside = tuple(each.bundles.get(other, 0) for other in self._beside(kind))
        row = self._row[each.circumstances] if kind == DEVICE else -1
        return (*beside, self._own[each.circumstances], row)

    def _beside(self, kind: str) -> tuple[str, ...]:
        return (kind, *(NEEDS.get(kind, ()) if kind in self._adds else ()))

    def _first(self, kind: str, key: tuple[int, ...], each: Combination) -> First | None:
        if (kind, *key) not in self._found:
            given: Circumstances = self._known.all[each.circumstances]
            bundles = [each.bundles.get(other, 0) for other in self._beside(kind)]
            members = [one for bundle in bundles for one in self._members.get(bundle, ()) if one[0].kind != GAP]
            detected = with_row(rebuild(members), dict(given.row))
            adds = self._adds & {kind}
            found = Subjects(enriched(detected, self._as_of, given.own, adds, self._fresh)).of(kind)[:1]
            self._found[kind, *key] = found[0] if found else None
        return self._found[kind, *key]


def _coarser(section: Section, kind: str) -> Mapping[str, Stands]:
    """What stands for the values of which a section tells none apart."""
    apart = section.told_apart(kind)
    return {name: stands_for for name, stands_for in COARSER.get(kind, {}).items() if name not in apart}


def _visible(names: Container[str], coarser: Mapping[str, Stands], first: First | None) -> First | None:
    """What the rules of a section can see of the first thing of another kind.

    What the knowledge base adds is there, so that things that differ only in what that follows from are alike.
    """
    if first is None:
        return None
    subject, facts = first
    found: dict[str, Fact] = {name: fact for name, fact in facts.items() if name in names or ALL in names}
    values = {name: fact.value for name, fact in facts.items() if not fact.unknown}
    for name, stands_for in coarser.items():
        if name in found and name in values:
            found[name] = replace(found[name], value=stands_for(values))
    return subject, found


def _numbers(values: Sequence[object]) -> list[int]:
    numbers: dict[object, int] = {}
    return [numbers.setdefault(each, len(numbers)) for each in values]
