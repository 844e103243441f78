"""Websites over an estate: what is worked out once for each distinct PC is what judging each PC by itself gives."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.dictionary import VOCABULARY
from auditor.estate.engines import open_engine
from auditor.estate.ingest import ingest
from auditor.estate.inputs import Input
from auditor.estate.query import summarise
from auditor.estate.store import open_store
from auditor.evaluate import evaluate
from auditor.knowledge import refreshed
from auditor.knowledge.laying import laid
from auditor.knowledge.refreshed import Refreshed
from auditor.model import Outcome
from auditor.places import rules_folder
from auditor.rules import RuleSet, load
from estate.samples import RECEIVED, detect, encode, snapshot, understand
from knowledge.refreshing import current, cycle, known, release

DAY = date(2026, 12, 10)
FRESH = laid([
    known("chrome-releases", *(release("stable", "win64", f"{version}.0.1.1", day) for version, day in
                               ((157, "2026-11-03"), (158, "2026-11-17"), (159, "2026-12-08")))),
    known("firefox-current", current("release", "162.0", "2026-12-08"), current("esr", "153.9.0esr")),
    known("endoflife-windows", cycle("11-25h2-w", "2025-09-30", "2027-10-12"), cycle("11-24h2-w", "2024-10-01", "2026-10-13")),
])  # fmt: skip


@cache
def rules() -> RuleSet:
    return load([rules_folder()], VOCABULARY, ["services"])


SYSTEMS = [
    {"family": "windows", "name": "Windows 7", "version": "6.1.7601"},
    {"family": "windows", "name": "Windows 11", "version": "10.0.26100"},
    {"family": "windows", "name": ["it could not be read"], "version": ["it could not be read"]},
]


def browser(product: str, version: Any, channel: str, measured: Any) -> tuple[str, str, dict[str, Any]]:
    engine = {"chrome": "blink", "edge": "blink", "firefox": "gecko", "ie": "trident"}[product]
    facts = {"product": product, "version": version, "channel": channel, "engine": engine, "probe_mode": "headless"}
    return ("html5", product, facts | {"measured": measured})


pcs = st.tuples(
    st.sampled_from(SYSTEMS),
    st.lists(
        st.builds(
            browser,
            st.sampled_from(["chrome", "edge", "firefox", "ie"]),
            st.sampled_from(["11.0", "49.0", "109.0", "153.0", "158.0", "159.0", "900.0", ["not read"]]),
            st.sampled_from(["stable", "esr"]),
            st.sampled_from([["not run"], {"fetch": "missing", "webgl": "switched off"}, {"wasm": "supported"}]),
        ),
        max_size=3,
    ),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(pcs, min_size=1, max_size=6), st.sampled_from([refreshed.NONE, FRESH]))
def test_the_estates_websites_are_those_of_each_pc(estate: list[Any], fresh: Refreshed) -> None:
    snapshots = [
        snapshot(f"pc{number}", [("os", "system", system), *browsers]) for number, (system, browsers) in enumerate(estate)
    ]
    with TemporaryDirectory() as folder:
        with open_store(Path(folder), write=True) as store:
            ingest(store, [Input(str(n), encode(each)) for n, each in enumerate(snapshots)], RECEIVED, understand)
        with open_store(Path(folder)) as store, closing(open_engine()) as engine:
            result = summarise(store, engine, rules(), fresh=fresh, as_of=DAY, stale_days=30)
    rows = {row.hostname: row for row in result.devices}
    expected: dict[str, dict[Outcome, int]] = {}
    for each in snapshots:
        alone = evaluate(rules().rules, detect(each), DAY, fresh=fresh)
        together = {finding.rule: finding for finding in rows[each.device.hostname].findings}
        assert {finding.rule: (finding.outcome, finding.fix) for finding in alone} == {
            rule: (finding.outcome, finding.fix) for rule, finding in together.items()
        }
        for finding in alone:
            counts = expected.setdefault(finding.rule, {})
            counts[finding.outcome] = counts.get(finding.outcome, 0) + 1
    for count in result.by_service:
        mine = expected.get(count.rule, {})
        assert (count.passed, count.failed, count.unknown) == tuple(
            mine.get(outcome, 0) for outcome in (Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN)
        )


WINDOWS = {"family": "windows", "name": "Windows 11", "version": "10.0.26200", "type": "client", "ltsc": False}
supported_pcs = st.tuples(
    st.builds(lambda build, group: WINDOWS | {"build": build, "edition_group": group},
              st.sampled_from([26100, 26200, 22631]), st.sampled_from(["pro", "enterprise", ["not read"]])),
    st.lists(
        st.builds(lambda product, version: ("browser", product, {"product": product, "version": version, "channel": "stable",
                                            "engine": "gecko" if product == "firefox" else "blink"}),
                  st.sampled_from(["chrome", "firefox"]), st.sampled_from(["157.0", "158.0", "159.0", "161.0", "162.0"])),
        max_size=3,
    ),
)  # fmt: skip


@cache
def baseline() -> RuleSet:
    return load([rules_folder()], VOCABULARY, ["baseline"])


@settings(max_examples=25, deadline=None)
@given(st.lists(supported_pcs, min_size=1, max_size=6), st.sampled_from([refreshed.NONE, FRESH]))
def test_what_was_refreshed_counts_in_the_estate_as_on_one_pc(estate: list[Any], fresh: Refreshed) -> None:
    snapshots = [snapshot(f"pc{number}", [("os", "system", system), *browsers])
                 for number, (system, browsers) in enumerate(estate)]  # fmt: skip
    with TemporaryDirectory() as folder:
        with open_store(Path(folder), write=True) as store:
            ingest(store, [Input(str(n), encode(each)) for n, each in enumerate(snapshots)], RECEIVED, understand)
        with open_store(Path(folder)) as store, closing(open_engine()) as engine:
            rows = summarise(store, engine, baseline(), fresh=fresh, as_of=DAY, stale_days=30).devices
    told = {row.hostname: row.findings for row in rows}
    for each in snapshots:
        alone = evaluate(baseline().rules, detect(each), DAY, fresh=fresh)
        assert sorted((one.rule, one.subject.name, one.outcome.value, one.actual) for one in alone) == sorted(
            (one.rule, one.subject.name, one.outcome.value, one.actual) for one in told[each.device.hostname]
        )
