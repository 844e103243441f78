"""PCs judged, each distinct thing once.

A rule that asks something of *each* thing of a kind needs to be evaluated once for each
distinct component, a rule about *any* or *none* of them once for each distinct bundle:
both together with the few other kinds that its conditions ask for. What a PC gets is
put together from those parts; nothing is ever evaluated per PC.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

from auditor.estate.catalogue import DeviceRecord
from auditor.estate.labels import NOTHING, Shown, shown
from auditor.estate.profile import GAP, Component, canonical, rebuild
from auditor.estate.result import DeviceRow
from auditor.estate.store import Store
from auditor.evaluate import Subjects, judge, readiness
from auditor.knowledge import overrides, refreshed
from auditor.knowledge.enrich import enriched, needed
from auditor.knowledge.overrides import Overrides
from auditor.knowledge.refreshed import Refreshed
from auditor.model import Device, Finding, Outcome, worst
from auditor.rule_file import Rule
from auditor.waivers import Waiver, waive

Bundles = Mapping[str, int]
"""A profile: kind → bundle id."""

Members = Sequence[tuple[Component, int]]
"""Components and how often each."""

Part = tuple[tuple[int, Finding], ...]
"""Findings, each with the number of its rule."""

DEVICE = "device"
"""The kind that is particular to each PC: its name, site and tags."""

_RANK = {each: sum(worst((each, other)) is each for other in Outcome) for each in Outcome}
_BY_RANK = {rank: outcome for outcome, rank in _RANK.items()}


class Verdict(NamedTuple):
    """One PC: its row, and what filters and counts go by besides.

    ``outcomes`` is the worst outcome of each rule that applies, by rule id.
    """

    row: DeviceRow
    family: str
    os_name: str
    outcomes: Mapping[str, Outcome]


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
    """What things are judged in: the bundles beside them, the PC's overrides, the kinds that something is added to."""

    bundles: tuple[int, ...]
    own: Overrides
    adds: frozenset[str]


def blocks_of(rules: Sequence[Rule]) -> tuple[Block, ...]:
    """``rules`` by what decides what they say."""
    sorts: dict[tuple[str, tuple[str, ...], frozenset[str]], list[tuple[int, Rule]]] = {}
    for number, rule in enumerate(rules):
        asked = [condition.spec for condition in (*rule.when, *rule.require)]
        adds, depend_on = needed(asked)
        others = {spec.kind for spec in asked} | depend_on
        sorts.setdefault((rule.kind, tuple(sorted(others - {rule.kind})), adds), []).append((number, rule))
    return tuple(
        Block(
            kind, context, adds,
            tuple(pair for pair in pairs if pair[1].of == "each"), tuple(pair for pair in pairs if pair[1].of != "each"),
        )
        for (kind, context, adds), pairs in sorts.items()
    )  # fmt: skip


class Judge:
    """Judges PCs by ``rules`` for the day ``as_of``, and remembers what it has worked out."""

    def __init__(
        self,
        store: Store,
        rules: Sequence[Rule],
        waivers: Sequence[Waiver],
        as_of: date,
        stale_days: int,
        own: Overrides = overrides.NONE,
        fresh: Refreshed = refreshed.NONE,
    ) -> None:
        self._own, self._fresh = own, fresh
        self._store, self._as_of, self._stale_days = store, as_of, stale_days
        self._waivers = tuple(waiver for waiver in waivers if as_of <= waiver.expires)
        self._blocks = blocks_of(rules)
        self._asked = tuple(sorted({kind for block in self._blocks for kind in (block.kind, *block.context)}))
        self._members: dict[int, list[tuple[Component, int]]] = {}
        self._parts: dict[tuple[object, ...], Part] = {}
        self._judged: dict[tuple[object, ...], tuple[tuple[Finding, ...], Mapping[str, Outcome]]] = {}
        self._shown: dict[int, Shown] = {}
        self._of_device = frozenset(
            each.spec.name for rule in rules for each in (*rule.when, *rule.require) if each.spec.kind == DEVICE
        )
        self._alike: dict[str, int] = {}

    def verdicts(self, records: Sequence[DeviceRecord]) -> Iterator[Verdict]:
        """The verdict on each of ``records``, in their order."""
        profiles: dict[int, dict[str, int]] = {record.profile_id: {} for record in records}
        for profile, kind, bundle in self._store.catalogue.links(profiles):
            profiles[profile][kind] = bundle
        self._load({bundle for bundles in profiles.values() for bundle in bundles.values()})
        for record in records:
            yield self._verdict(record, profiles[record.profile_id])

    def _load(self, bundles: set[int]) -> None:
        links = self._store.catalogue.members(bundles)
        components = {each.id: each for each in self._store.catalogue.components({link[1] for link in links})}
        for bundle, component, count in links:
            self._members.setdefault(bundle, []).append((components[component], count))
        for members in self._members.values():
            members.sort(key=lambda member: member[0][1:])

    def _verdict(self, record: DeviceRecord, bundles: Bundles) -> Verdict:
        own = self._own.of((record.hostname, record.id), record.site, record.tags)
        alike = bundles
        if DEVICE in self._asked and DEVICE in bundles:
            alike = {**bundles, DEVICE: self._stand_in(bundles[DEVICE])}
        key = (own, *(alike.get(kind, 0) for kind in self._asked))
        if key not in self._judged:
            self._judged[key] = self._judge(alike, own)
        findings, outcomes = self._judged[key]
        device = Device(record.id, record.hostname, record.family, record.site, record.tags)
        if about := [waiver for waiver in self._waivers if outcomes.get(waiver.rule) is Outcome.FAIL]:
            findings = waive(findings, about, device, self._as_of)
            outcomes = _outcomes(findings)
        look = self._show(bundles)
        age = (self._as_of - date.fromisoformat(record.taken_at[:10])).days
        row = DeviceRow(
            record.id, record.hostname, record.site, record.tags, record.taken_at,
            look.os or f"unknown ({record.family})", "stale" if age > self._stale_days else readiness(findings),
            look.browsers, look.browser_groups, look.office, findings, look.gaps, record.sha256,
        )  # fmt: skip
        return Verdict(row, record.family, look.os_name, outcomes)

    def _stand_in(self, bundle: int) -> int:
        """The first bundle of a device that is like this one in all that the rules ask.

        Every PC has a name of its own, so without this a rule about tags would be evaluated for each PC.
        """
        told = [
            (each.kind, each.name, count, *(self._asked_of(each, facts) for facts in (each.facts, each.unknowns)))
            for each, count in self._members.get(bundle, [])
        ]
        return self._alike.setdefault(canonical(told), bundle)

    def _asked_of(self, component: Component, facts: str) -> dict[str, Any]:
        known: dict[str, Any] = json.loads(facts)
        return {name: value for name, value in known.items() if component.kind == GAP or name in self._of_device}

    def _judge(self, bundles: Bundles, own: Overrides) -> tuple[tuple[Finding, ...], Mapping[str, Outcome]]:
        """All findings of a profile in the order of the rules, and each rule's worst outcome."""
        pairs: list[tuple[int, Finding]] = []
        for number, block in enumerate(self._blocks):
            bundle = bundles.get(block.kind, 0)
            members = self._members.get(bundle, [])
            beside = tuple(bundles.get(kind, 0) for kind in block.context)
            around = Around(beside, own if block.adds else overrides.NONE, block.adds)
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
        pairs.sort(key=itemgetter(0))
        findings = tuple(finding for _, finding in pairs)
        return findings, _outcomes(findings)

    def _part(self, key: tuple[object, ...], rules: Iterable[tuple[int, Rule]], members: Members, around: Around) -> Part:
        """What ``rules`` say of ``members`` in ``around``; ``key`` stands for all of these."""
        if key not in self._parts:
            context = [member for bundle in around.bundles for member in self._members.get(bundle, [])]
            detected = rebuild([*members, *context])
            subjects = Subjects(enriched(detected, self._as_of, around.own, around.adds, self._fresh), self._fresh)
            self._parts[key] = tuple(
                (number, finding) for number, rule in rules for finding in judge(rule, subjects, self._as_of)
            )
        return self._parts[key]

    def _show(self, bundles: Bundles) -> Shown:
        together = NOTHING
        for bundle in (bundles[kind] for kind in sorted(bundles)):
            if bundle not in self._shown:
                self._shown[bundle] = shown(rebuild(self._members[bundle]))
            together = together.joined(self._shown[bundle])
        return together


def _outcomes(findings: Iterable[Finding]) -> Mapping[str, Outcome]:
    """The worst outcome of each rule that has findings."""
    ranks: dict[str, int] = {}
    for finding in findings:
        rank = _RANK[finding.outcome]
        if rank > ranks.get(finding.rule, 0):
            ranks[finding.rule] = rank
    return {rule: _BY_RANK[rank] for rule, rank in ranks.items()}
