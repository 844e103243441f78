"""Why a PC stands as it does: its findings in words, put together from parts that PCs share.

Counting needs no words (:mod:`auditor.estate.judging`); whoever asks about one PC gets exactly what judging it
alone would say. A rule about *each* thing of a kind is put into words once for each distinct
component, one about *any* or *none* of them once for each distinct bundle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from auditor.estate.circumstances import Known
from auditor.estate.judging import By
from auditor.estate.profile import GAP, Component, rebuild
from auditor.estate.sections import DEVICE, Circumstances, with_row
from auditor.estate.surrounding import Members
from auditor.evaluate import judge
from auditor.knowledge import overrides
from auditor.knowledge.enrich import enriched, needed
from auditor.knowledge.overrides import Overrides
from auditor.model import Device, Finding
from auditor.rule_file import Rule
from auditor.subjects import Subjects
from auditor.waivers import waive

Part = tuple[tuple[int, Finding], ...]
"""Findings, each with the number of its rule."""


@dataclass(frozen=True, slots=True)
class Block:
    """The rules for ``kind`` that ask for the same other kinds (``context``), with their numbers.

    ``adds`` are the kinds of which they ask for what the knowledge base adds. That may depend on
    other kinds: those are in ``context`` too.

    ``each`` are about every single thing, ``whole`` about all of the kind together.
    """

    kind: str
    context: tuple[str, ...]
    adds: frozenset[str]
    each: tuple[tuple[int, Rule], ...]
    whole: tuple[tuple[int, Rule], ...]


class Around(NamedTuple):
    """What things are judged in: the bundles beside them, the PC's overrides and row, the kinds that are added to."""

    bundles: tuple[int, ...]
    own: Overrides
    row: tuple[tuple[str, object], ...]
    adds: frozenset[str]


def blocks_of(rules: Sequence[Rule]) -> tuple[Block, ...]:
    """``rules`` by what decides what they say."""
    sorts: dict[tuple[str, tuple[str, ...], frozenset[str]], list[tuple[int, Rule]]] = {}
    for number, rule in enumerate(rules):
        asked = [condition.spec for condition in (*rule.when, *rule.require)]
        adds, depend_on = needed(asked)
        others = {spec.kind for spec in asked} | depend_on
        if rule.demands:
            others.add("os")
        sorts.setdefault((rule.kind, tuple(sorted(others - {rule.kind})), adds), []).append((number, rule))
    return tuple(
        Block(
            kind, context, adds,
            tuple(pair for pair in pairs if pair[1].of == "each"), tuple(pair for pair in pairs if pair[1].of != "each"),
        )
        for (kind, context, adds), pairs in sorts.items()
    )  # fmt: skip


class Explaining:
    """Puts the findings of PCs into words, and remembers the parts."""

    def __init__(self, by: By, known: Known, members: Mapping[int, Members]) -> None:
        """``members`` are the components of every bundle that will be asked about."""
        self._by = by
        self._known = known
        self._members = members
        self._blocks = blocks_of(by.rules)
        self._parts: dict[tuple[object, ...], Part] = {}

    def findings(self, device: Device, bundles: Mapping[str, int], circumstances: int) -> tuple[Finding, ...]:
        """All findings of a PC in the order of the rules; ``bundles`` are kind → bundle, ``circumstances`` a number."""
        around = self._known.all[circumstances]
        pairs: list[tuple[int, Finding]] = []
        for number, block in enumerate(self._blocks):
            pairs += self._block(number, block, bundles, around)
        pairs.sort(key=itemgetter(0))
        waivers = [self._by.waivers[each] for each in around.waivers]
        findings = tuple(finding for _, finding in pairs)
        return waive(findings, waivers, device, self._by.as_of) if waivers else findings

    def _block(
        self, number: int, block: Block, bundles: Mapping[str, int], given: Circumstances
    ) -> list[tuple[int, Finding]]:
        bundle = bundles.get(block.kind, 0)
        members = self._members.get(bundle, ())
        beside = tuple(bundles.get(kind, 0) for kind in block.context)
        asks_device = DEVICE in (block.kind, *block.context)
        around = Around(beside, given.own if block.adds else overrides.NONE, given.row if asks_device else (), block.adds)
        pairs: list[tuple[int, Finding]] = []
        if block.whole:
            pairs += self._part((number, around, bundle), block.whole, members, around)
        if block.each:
            gaps = [member for member in members if member[0].kind == GAP]
            for component, count in members:
                if component.kind != GAP:
                    key = (number, around, "one", component.id)
                    pairs += self._part(key, block.each, [(component, 1)], around) * count
            if gaps:
                pairs += self._part((number, around, "gaps", bundle), block.each, gaps, around)
        return pairs

    def _part(
        self,
        key: tuple[object, ...],
        rules: Iterable[tuple[int, Rule]],
        members: Sequence[tuple[Component, int]],
        around: Around,
    ) -> Part:
        """What ``rules`` say of ``members`` in ``around``; ``key`` stands for all of these."""
        if key not in self._parts:
            by = self._by
            context = [member for bundle in around.bundles for member in self._members.get(bundle, ())]
            detected = with_row(rebuild([*members, *context]), dict(around.row))
            subjects = Subjects(enriched(detected, by.as_of, around.own, around.adds, by.fresh), by.fresh)
            self._parts[key] = tuple(
                (number, finding) for number, rule in rules for finding in judge(rule, subjects, by.as_of)
            )
        return self._parts[key]
