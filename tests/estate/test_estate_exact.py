"""Counting each distinct thing once gives exactly what judging every PC one by one gives: all shipped rules, simulated PCs.

Waivers of every scope, overrides, other days, gaps and unknowns are in it; the estate never looks at a whole PC, and
the other side never looks at anything else.
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import checks
from auditor.dictionary import VOCABULARY
from auditor.estate.engines import open_engine
from auditor.estate.ingest import ingest
from auditor.estate.inputs import Input
from auditor.estate.query import summarise
from auditor.estate.result import Estate as Report
from auditor.estate.sections import MOST_RULES, sections_of
from auditor.estate.simulation.plan import newest_day, pc_on
from auditor.estate.simulation.scene import Scene
from auditor.estate.simulation.sites import Estate
from auditor.estate.store import open_store
from auditor.estate.understanding import Understanding
from auditor.evaluate import evaluate, readiness
from auditor.knowledge.overrides import NONE, Bought, Overrides, Scope, Segregated
from auditor.model import Detected, Finding, Outcome, Snapshot, worst
from auditor.places import rules_folder
from auditor.rules import RuleSet, load
from auditor.snapshot.read import decode
from auditor.waivers import Waiver, waive

SEED_DAY = date(2026, 11, 27)
EVERY = 2_000
PCS = 24


@cache
def rules() -> RuleSet:
    return load((rules_folder(),), VOCABULARY)


@cache
def scene() -> Scene:
    return Scene({family: checks.wants(family) for family in checks.FAMILIES}, "auditor 0.1.0")


@cache
def line(seed: int, number: int) -> tuple[bytes, Snapshot, Detected]:
    estate = Estate(EVERY, seed, SEED_DAY.toordinal(), wild=seed % 2 == 1)
    data = scene().line(pc_on(estate, number, newest_day(estate, number)))
    snapshot = decode(data)
    return data, snapshot, checks.detect(snapshot)


RULE_IDS = st.sampled_from(
    ["baseline/office-end-of-life", "baseline/firefox-too-old", "services/google-workspace", "baseline/windows-end-of-life",
     "baseline/a-usable-browser", "baseline/memory"]
)  # fmt: skip
WAIVERS = st.lists(
    st.builds(
        lambda rule, scope, subject, expires, supplier: Waiver(
            rule, *scope[:1], subject, "needed", "J. Okafor", expires, *scope[1:], supplier, "Scanner 4" if supplier else ""
        ),
        RULE_IDS,
        st.sampled_from([(("*",), (), ()), ((), ("*Leeds*", "L*"), ()), ((), (), ("laptop",)), (("*1*",), (), ())]),
        st.sampled_from(["", "firefox", "*"]),
        st.sampled_from([SEED_DAY, date(2026, 1, 1), date(2028, 1, 1)]),
        st.sampled_from(["", "", "Example Imaging", "Other"]),
    ),
    max_size=4,
)
SCOPES = st.sampled_from([Scope(), Scope(tags=("shared", "laptop")), Scope(devices=("*2*",))])
OVERRIDES = st.just(NONE) | st.builds(
    lambda bought, segregated: Overrides(
        bought=(Bought("os", "Windows 10", (), date(2027, 10, 12), bought, "bought", "here, line 1"),),
        segregated=(Segregated(segregated, date(2027, 1, 1), "cut off", "J. Okafor", "here, line 5"),),
    ),
    SCOPES,
    SCOPES,
)


def summary(given_lines: list[bytes], waivers: list[Waiver], own: Overrides, day: date) -> Report:
    with TemporaryDirectory() as folder:
        with open_store(Path(folder), write=True) as store:
            inputs = [Input(str(number), each) for number, each in enumerate(given_lines)]
            ingest(store, inputs, "2026-11-28T00:00:00Z", Understanding())
        with open_store(Path(folder)) as store, closing(open_engine()) as engine:
            report = summarise(store, engine, rules(), waivers, own, as_of=day, stale_days=30)
            for row in report.devices:
                assert row.findings  # put into words while the engine is there
            return report


def spoken(findings: tuple[Finding, ...]) -> Counter[tuple[object, ...]]:
    return Counter(
        (each.rule, each.subject.kind, each.subject.name, each.outcome, each.waiver, each.fix) for each in findings
    )


@settings(deadline=None, max_examples=12)
@given(
    st.integers(0, 3),
    st.lists(st.integers(0, EVERY - 1), min_size=1, max_size=PCS, unique=True),
    WAIVERS,
    OVERRIDES,
    st.sampled_from([SEED_DAY, date(2026, 12, 20), date(2027, 10, 1)]),
)
def test_every_rule_counts_what_judging_each_pc_alone_gives(
    seed: int, numbers: list[int], waivers: list[Waiver], own: Overrides, day: date
) -> None:
    pcs = [line(seed, number) for number in numbers]
    report = summary([data for data, _, _ in pcs], waivers, own, day)
    outcomes: dict[str, Counter[Outcome | None]] = {rule.id: Counter() for rule in rules().rules}
    states: Counter[str] = Counter()
    blocked: Counter[str] = Counter()
    rows = {row.id: row for row in report.devices}
    newest = {
        snapshot.device.id: (snapshot, detected) for _, snapshot, detected in sorted(pcs, key=lambda each: each[1].taken_at)
    }
    newest = {name: pair for name, pair in newest.items() if pair[0].taken_at[:10] <= day.isoformat()}
    assert rows.keys() == newest.keys()
    for name, (snapshot, detected) in newest.items():
        device = snapshot.device
        mine = own.of((device.hostname, device.id), device.site, device.tags)
        findings = waive(evaluate(rules().rules, detected, day, mine), waivers, device, day)
        stale = (day - date.fromisoformat(snapshot.taken_at[:10])).days > 30
        assert spoken(rows[name].findings) == spoken(findings)
        by_rule = {rule: worst(each.outcome for each in findings if each.rule == rule) for rule in outcomes}
        assert rows[name].outcomes == {rule: outcome for rule, outcome in by_rule.items() if outcome}
        assert rows[name].state == ("stale" if stale else readiness(findings))
        assert set(rows[name].blocked_by) == {each.blocked_by for each in findings if each.blocked_by}
        states[rows[name].state] += 1
        if not stale:
            blocked.update({each.blocked_by for each in findings if each.blocked_by})
            for rule, outcome in by_rule.items():
                outcomes[rule][outcome] += 1
    for count in (*report.by_rule, *report.by_service):
        seen = outcomes[count.rule]
        assert (count.passed, count.failed, count.unknown, count.waived, count.not_applicable) == (
            seen[Outcome.PASS], seen[Outcome.FAIL], seen[Outcome.UNKNOWN], seen[Outcome.WAIVED], seen[None],
        ), count.rule  # fmt: skip
    assert {each.supplier: each.devices for each in report.by_supplier} == blocked
    assert {state: report.total.of(state) for state in states} == states
    assert report.verdicts["total"] == sum(n for seen in outcomes.values() for outcome, n in seen.items() if outcome)


def test_many_rules_are_split_into_sections_of_as_many_bits_as_a_number_has() -> None:
    (first, *_) = rules().rules
    many = [first._replace(id=f"test/rule-{number}") for number in range(2 * MOST_RULES + 1)]
    sections = sections_of(many)
    assert [len(section.rules) for section in sections] == [MOST_RULES, MOST_RULES, 1]
    assert all(section.mask("each", "any", "none") < 2**MOST_RULES for section in sections)
