"""PCs judged, each distinct combination of bundles once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from auditor.estate.catalogue import DeviceRecord
from auditor.estate.labels import NOTHING, Shown, shown
from auditor.estate.profile import Component, rebuild
from auditor.estate.result import DeviceRow
from auditor.estate.store import Store
from auditor.evaluate import Subjects, judge, readiness
from auditor.model import Detected, Device, Finding, Outcome, worst
from auditor.rules import Rule
from auditor.waivers import Waiver, waive

Bundles = Mapping[str, int]
"""A profile: kind → bundle id."""

class Verdict(NamedTuple):
    """One PC: its row, and what filters and counts go by besides.

    ``outcomes`` is the worst outcome of each rule that applies, by rule id;
    ``browsers`` are the groups it is counted in.
    """

    row: DeviceRow
    family: str
    os_name: str
    browsers: tuple[str, ...]
    outcomes: Mapping[str, Outcome]


class Judge:
    """Judges PCs by ``rules`` for the day ``as_of``, and remembers what it has worked out."""

    def __init__(
        self, store: Store, rules: Sequence[Rule], waivers: Sequence[Waiver], as_of: date, stale_days: int
    ) -> None:
        self._store, self._rules, self._as_of, self._stale_days = store, rules, as_of, stale_days
        self._waivers = tuple(waiver for waiver in waivers if as_of <= waiver.expires)
        self._kinds = [_kinds_of(rule) for rule in rules]
        self._asked = tuple(sorted({kind for kinds in self._kinds for kind in kinds}))
        self._members: dict[int, list[tuple[Component, int]]] = {}
        self._of_rule: dict[tuple[int, ...], tuple[Finding, ...]] = {}
        self._findings: dict[tuple[int, ...], tuple[Finding, ...]] = {}
        self._outcomes: dict[tuple[int, ...], Mapping[str, Outcome]] = {}
        self._shown: dict[int, Shown] = {}

    def verdicts(self, records: Sequence[DeviceRecord]) -> Iterator[Verdict]:
        """The verdict on each of ``records``, in their order."""
        profiles: dict[int, dict[str, int]] = {record.profile_id: {} for record in records}
        for profile, kind, bundle in self._store.catalogue.links(profiles):
            profiles[profile][kind] = bundle
        self._load({bundle for bundles in profiles.values() for bundle in bundles.values()})
        looks = {profile: self._show(bundles) for profile, bundles in profiles.items()}
        for record in records:
            yield self._verdict(record, profiles[record.profile_id], looks[record.profile_id])

    def _load(self, bundles: set[int]) -> None:
        links = self._store.catalogue.members(bundles)
        components = {each.id: each for each in self._store.catalogue.components({link[1] for link in links})}
        for bundle, component, count in links:
            self._members.setdefault(bundle, []).append((components[component], count))

    def _detected(self, bundles: Bundles, kinds: Iterable[str]) -> Detected:
        return rebuild(member for kind in kinds if kind in bundles for member in self._members[bundles[kind]])

    def _verdict(self, record: DeviceRecord, bundles: Bundles, look: Shown) -> Verdict:
        key = tuple(bundles.get(kind, 0) for kind in self._asked)
        if key not in self._findings:
            self._findings[key] = tuple(
                finding for number in range(len(self._rules)) for finding in self._judged(number, bundles)
            )
            self._outcomes[key] = _outcomes(self._findings[key])
        findings, outcomes = self._findings[key], self._outcomes[key]
        device = Device(record.id, record.hostname, record.family, record.site, record.tags)
        waived = self._waive(findings, outcomes, device)
        if waived is not findings:
            findings, outcomes = waived, _outcomes(waived)
        age = (self._as_of - date.fromisoformat(record.taken_at[:10])).days
        row = DeviceRow(
            record.id, record.hostname, record.site, record.tags, record.taken_at,
            look.os or f"unknown ({record.family})", "stale" if age > self._stale_days else readiness(findings),
            look.browsers, look.office, findings, look.gaps, record.sha256,
        )  # fmt: skip
        return Verdict(row, record.family, look.os_name, look.browser_groups, outcomes)

    def _judged(self, number: int, bundles: Bundles) -> tuple[Finding, ...]:
        """What one rule says of a profile: looked up by the bundles of the kinds that the rule asks for."""
        kinds = self._kinds[number]
        key = (number, *(bundles.get(kind, 0) for kind in kinds))
        if key not in self._of_rule:
            subjects = Subjects(self._detected(bundles, kinds))
            self._of_rule[key] = tuple(judge(self._rules[number], subjects, self._as_of))
        return self._of_rule[key]

    def _waive(
        self, findings: tuple[Finding, ...], outcomes: Mapping[str, Outcome], device: Device
    ) -> tuple[Finding, ...]:
        """``findings`` themselves where no waiver is about a rule that fails here."""
        about = [waiver for waiver in self._waivers if outcomes.get(waiver.rule) is Outcome.FAIL]
        return waive(findings, about, device, self._as_of) if about else findings

    def _show(self, bundles: Bundles) -> Shown:
        together = NOTHING
        for bundle in (bundles[kind] for kind in sorted(bundles)):
            if bundle not in self._shown:
                self._shown[bundle] = shown(rebuild(self._members[bundle]))
            together = together.joined(self._shown[bundle])
        return together


def _kinds_of(rule: Rule) -> tuple[str, ...]:
    """The kinds of things that decide what ``rule`` says: nothing else of a PC does."""
    return tuple(sorted({rule.kind, *(condition.spec.kind for condition in (*rule.when, *rule.require))}))


def _outcomes(findings: Iterable[Finding]) -> Mapping[str, Outcome]:
    """The worst outcome of each rule that has findings."""
    outcomes: dict[str, Outcome] = {}
    for finding in findings:
        outcomes[finding.rule] = worst((outcomes.get(finding.rule, finding.outcome), finding.outcome)) or finding.outcome
    return outcomes
