from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditor
from auditor.errors import AuditorError
from auditor.estate.engines import open_engine
from auditor.estate.ingest import ingest
from auditor.estate.inputs import Input
from auditor.estate.lifecycles import NOT_READ
from auditor.estate.query import summarise
from auditor.estate.result import STATES, DeviceRow, Estate
from auditor.estate.store import open_store
from auditor.evaluate import evaluate, readiness
from auditor.model import Finding, Outcome, Severity, Snapshot, worst
from auditor.rules import RuleSet
from auditor.snapshot.read import decode
from auditor.snapshot.write import encode
from auditor.waivers import Waiver, waive

from .samples import (
    AS_OF,
    NEW_BROWSER,
    PACK,
    RECEIVED,
    WINDOWS,
    chrome,
    detect,
    pc,
    rule,
    ruleset,
    snapshot,
    understand,
    waiver,
)

DEBIAN = ("os", "debian", {"name": "Debian 12", "family": "linux"})
RULES = ruleset(
    NEW_BROWSER,
    rule("any-browser", "browser", {"browser.version": {"at_least": "100"}}, of="any", severity=Severity.MEDIUM),
    rule("no-toolbar", "office", {"office.product": {"equals": "toolbar"}}, of="none", severity=Severity.INFO),
    rule(
        "memory", "hardware", {"hardware.memory": {"at_least": "8 GB"}}, severity=Severity.LOW,
        when={"os.family": {"equals": "windows"}},
    ),
    rule("old-windows-browser", "browser", {"browser.version": {"below": "130"}}, when={"os.name": {"matches": "windows*"}}),
)  # fmt: skip


def estate(
    folder: Path, data: Sequence[bytes], rules: RuleSet = RULES, waivers: Sequence[Waiver] = (),
    *, as_of: date = AS_OF, stale_days: int = 30, filters: Sequence[str] = (),
) -> Estate:  # fmt: skip
    with open_store(folder, write=True) as store:
        ingest(store, [Input(str(number), each) for number, each in enumerate(data)], RECEIVED, understand)
    with open_store(folder) as store, closing(open_engine()) as engine:
        return summarise(store, engine, rules, waivers, as_of=as_of, stale_days=stale_days, filters=filters)


def by_host(result: Estate) -> dict[str, DeviceRow]:
    return {row.hostname: row for row in result.devices}


def adds_up(result: Estate) -> None:
    total = result.total.total
    assert total == len(result.devices)
    for groups in (result.by_site, result.by_os):
        assert sum(group.tally.total for group in groups) == total
        for state in STATES:
            assert sum(group.tally.of(state) for group in groups) == result.total.of(state)
    assert Counter(row.state for row in result.devices) == {state: n for state in STATES if (n := result.total.of(state))}
    for count in result.by_rule:
        counted = count.passed + count.failed + count.unknown + count.waived + count.not_applicable
        assert counted == total - result.total.of("stale")


versions = st.sampled_from(["90.0", "115.2esr", "140.1", "nightly", ["the file could not be read"]])
browsers = st.builds(lambda product, version: ("browser", product, {"product": product, "version": version}),
                     st.sampled_from(["chrome", "firefox"]), versions)  # fmt: skip
office = st.builds(lambda product: ("office", product, {"product": product, "version": "7.4"}),
                   st.sampled_from(["toolbar", "libreoffice"]))  # fmt: skip
hardware = st.builds(lambda memory: ("hardware", "pc", {"memory": memory}), st.sampled_from([2**32, 2**34, ["no right"]]))
systems = st.sampled_from(
    [WINDOWS, DEBIAN, ("os", "x", {"name": ["not read"], "family": "windows"}), ("os", "y", {"family": ["?"]})]
)
gaps = st.tuples(
    st.sampled_from(["browser", "office", "os"]), st.sampled_from(["machine", "user"]), st.sampled_from(["denied", "late"])
)
pcs = st.builds(
    lambda name, things, single, gaps, day, site: snapshot(name, [*single, *things], day=day, site=site, gaps=gaps),
    st.sampled_from(["ward-1", "ward-2", "desk-1", "desk-2", ""]),
    st.lists(browsers | office, max_size=4),
    st.tuples(systems, hardware) | st.tuples(systems) | st.just(()),
    st.lists(gaps, max_size=2),
    st.dates(date(2026, 10, 1), date(2026, 12, 1)).map(date.isoformat),
    st.sampled_from(["", "Leeds", "York"]),
)
waivers = st.lists(
    st.builds(
        waiver, st.sampled_from([each.id.removeprefix("test/") for each in RULES.rules]),
        st.sampled_from(["ward-*", "*", "DESK-1"]), subject=st.sampled_from(["", "chrome"]),
        expires=st.sampled_from([AS_OF, AS_OF - timedelta(1), date(2027, 1, 1)]),
    ), max_size=3,
)  # fmt: skip


def bare(findings: Sequence[Finding]) -> list[tuple[Any, ...]]:
    """Findings without what the estate leaves in the raw snapshot: places, evidence and their order."""
    return sorted(
        (each.rule, each.pack, each.severity, each.subject.kind, each.subject.name, each.outcome.value, each.expected,
         sorted(each.actual.split("; ")), each.fix, each.waiver)
        for each in findings
    )  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(pcs, max_size=8), waivers)
def test_the_summary_is_what_judging_one_by_one_gives(
    tmp_path_factory: pytest.TempPathFactory, given_pcs: list[Snapshot], accepted: list[Waiver]
) -> None:
    data = [encode(each) for each in given_pcs]
    result = estate(tmp_path_factory.mktemp("estate"), data, waivers=accepted)
    adds_up(result)
    newest: dict[str, tuple[str, str, Snapshot]] = {}
    for each in data:
        one = decode(each)
        if one.taken_at[:10] <= AS_OF.isoformat():
            mine = (one.taken_at, hashlib.sha256(each).hexdigest(), one)
            newest[one.device.id] = max(newest.get(one.device.id, mine), mine, key=lambda known: known[:2])
    assert result.heard == len(newest)
    rows = {row.id: row for row in result.devices}
    assert rows.keys() == newest.keys()
    outcomes: dict[str, Counter[Outcome | None]] = {each.id: Counter() for each in RULES.rules}
    sole: Counter[str] = Counter()
    for device, (taken_at, sha256, one) in newest.items():
        findings = waive(evaluate(RULES.rules, detect(one), AS_OF), accepted, one.device, AS_OF)
        stale = (AS_OF - date.fromisoformat(taken_at[:10])).days > 30
        row = rows[device]
        assert bare(row.findings) == bare(findings)
        judged = {each.id: worst(finding.outcome for finding in findings if finding.rule == each.id) for each in RULES.rules}
        assert row.outcomes == {name: outcome for name, outcome in judged.items() if outcome}
        assert row.state == ("stale" if stale else readiness(findings))
        assert (row.hostname, row.site) == (one.device.hostname, one.device.site)
        assert (row.taken_at, row.snapshot) == (taken_at, sha256)
        assert sorted((gap.kind, gap.scope, gap.reason) for gap in row.gaps) == sorted(
            (gap.kind, gap.scope, gap.reason) for gap in detect(one).gaps
        )
        failed = [each.id for each in RULES.rules if each.severity > Severity.INFO and judged[each.id] is Outcome.FAIL]
        sole.update(failed if len(failed) == 1 and not stale else ())
        for asked in RULES.rules if not stale else ():
            outcomes[asked.id][worst(finding.outcome for finding in findings if finding.rule == asked.id)] += 1
    assert {count.rule: count.sole for count in result.by_rule if count.sole} == sole
    for count in result.by_rule:
        seen = outcomes[count.rule]
        assert (count.passed, count.failed, count.unknown, count.waived, count.not_applicable) == (
            seen[Outcome.PASS], seen[Outcome.FAIL], seen[Outcome.UNKNOWN], seen[Outcome.WAIVED], seen[None],
        )  # fmt: skip


def test_an_empty_estate(tmp_path: Path) -> None:
    result = estate(tmp_path, [])
    adds_up(result)
    assert (result.heard, result.devices, result.by_site, result.version) == (0, (), (), auditor.__version__)
    assert [count.not_applicable for count in result.by_rule] == [0] * 5


def test_what_could_not_be_read_is_no_absence_among_the_lifecycles(tmp_path: Path) -> None:
    suite = ("office", "office-2016", {"product": "office-2016", "version": "16.0"})
    denied = [("office", "machine", "denied")]
    data = [
        encode(snapshot("a", [WINDOWS, suite])), encode(snapshot("b", [WINDOWS], gaps=denied)),
        encode(snapshot("c", [WINDOWS], gaps=[("office", "user", "denied")])), encode(snapshot("d", [chrome("120")])),
    ]  # fmt: skip
    found = {(each.kind, each.name): (each.state, each.why, each.devices) for each in estate(tmp_path, data).lifecycles}
    assert found["office", NOT_READ] == ("unknown", "denied", 1)
    assert found["office", "office-2016"][2] == 1
    assert found["os", NOT_READ] == ("unknown", "no reading tells which it is", 1)
    assert found["os", "Windows 11 23H2"][2] == 3


def test_no_rules_leave_every_pc_unknown(tmp_path: Path) -> None:
    result = estate(tmp_path, [pc("a")], ruleset())
    assert result.total.of("unknown") == 1
    assert result.by_rule == ()
    assert result.packs == {"test": PACK}


FIVE = [
    pc("a", "109.0.5414.75", site="Leeds"),
    pc("b", "120.1", site="Leeds"),
    pc("c", "120.2", site="York"),
    encode(
        snapshot(
            "d",
            [DEBIAN, chrome(["denied"]), chrome("120.9"), ("office", "libreoffice", {"version": "7.4.7"})],
            family="linux",
        )
    ),
    encode(snapshot("e", [("os", "x", {"name": ["denied"]}), chrome("nightly")], family="macos", day="2026-09-01")),
]


def test_groups_are_named_and_worst_first(tmp_path: Path) -> None:
    result = estate(tmp_path, FIVE, ruleset(NEW_BROWSER))
    adds_up(result)
    assert [(group.name, group.tally.total) for group in result.by_os] == [
        ("Debian 12", 1), ("Windows 11 23H2", 3), ("unknown (macos)", 1),
    ]  # fmt: skip
    assert [group.name for group in result.by_site] == ["(no site)", "Leeds", "York"]
    assert [(group.name, group.tally.total) for group in result.by_browser] == [
        ("chrome 109", 1), ("chrome (version unknown)", 2), ("chrome 120", 3),
    ]  # fmt: skip
    assert [(row.hostname, row.state) for row in result.devices] == [
        ("a", "not ready"), ("d", "unknown"), ("e", "stale"), ("b", "ready"), ("c", "ready"),
    ]  # fmt: skip
    row = by_host(result)["d"]
    assert sorted(row.browsers) == ["chrome (version unknown)", "chrome 120.9"]
    assert row.office == ("libreoffice 7.4.7",)
    assert result.by_rule[0].title == "New-Browser"
    assert result.by_rule[0].fix == "fix new-browser"


def test_the_rule_that_fails_most_is_first(tmp_path: Path) -> None:
    strict = rule("strict", "browser", {"browser.version": {"at_least": "200"}}, severity=Severity.LOW)
    result = estate(tmp_path, FIVE, ruleset(NEW_BROWSER, strict))
    assert [(count.rule, count.failed, count.unknown) for count in result.by_rule] == [
        ("test/strict", 4, 0), ("test/new-browser", 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("filters", "hosts"),
    [
        ([], "abcde"),
        (["site=leeds"], "ab"),
        (["site=L*"], "ab"),
        (["site=(no site)"], "de"),
        (["site=*", "device=A"], "a"),
        (["os=windows*"], "abc"),
        (["os=Windows 11 23H2"], "abc"),
        (["os=windows 11"], "abc"),
        (["os=linux"], "d"),
        (["os=unknown*"], "e"),
        (["browser=chrome"], "abcde"),
        (["browser=chrome 109"], "a"),
        (["browser=chrome 120*"], "bcd"),
        (["browser=chrome (version unknown)"], "de"),
        (["browser=firefox"], ""),
        (["state=ready"], "bc"),
        (["state=not-ready"], "a"),
        (["state=Not ready"], "a"),
        (["state=stale"], "e"),
        (["rule=test/new-browser:fail"], "a"),
        (["rule=*:unknown"], "d"),
        (["rule=test/new-browser:pass", "site=York"], "c"),
        (["rule=test/new-browser:not-applicable"], ""),
        (["device=[ab]"], ""),
        (["device=?"], ""),
        (['site="Leeds"'], "ab"),
        (['site="leeds"'], ""),
        (['site="L*"'], ""),
        (['os="Windows 11 23H2"'], "abc"),
        (['os="Windows 11"'], ""),
        (['browser="chrome 109"'], "a"),
    ],
)
def test_filters(tmp_path: Path, filters: list[str], hosts: str) -> None:
    result = estate(tmp_path, FIVE, ruleset(NEW_BROWSER), filters=filters)
    adds_up(result)
    assert "".join(sorted(by_host(result))) == hosts
    assert result.heard == 5
    assert result.filters == tuple(filters)


def test_a_pc_is_found_by_its_id(tmp_path: Path) -> None:
    row = estate(tmp_path, FIVE).devices[0]
    assert estate(tmp_path, [], filters=[f"device={row.id}"]).devices == (row,)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sight=Leeds", "unknown filter 'sight'; did you mean 'site'?"),
        ("site", "a value is missing"),
        ("site=", "a value is missing"),
        ("", "unknown filter ''"),
        ("state=raedy", "no state 'raedy'; did you mean 'ready'?"),
        ("rule=test/new-browser", "the outcome is missing"),
        ("rule=test/new-browser:failed", "no outcome 'failed'; did you mean 'fail'?"),
        ("rule=test/new-browsers:fail", "no rule 'test/new-browsers'; did you mean 'test/new-browser'?"),
    ],
)
def test_a_wrong_filter_is_explained(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(AuditorError) as caught:
        estate(tmp_path, [], filters=[text])
    assert says in caught.value.message


def test_the_estate_of_an_earlier_day(tmp_path: Path) -> None:
    data = [pc("a", "90", day="2026-11-01"), pc("a", "120", day="2026-11-10", site="York"), pc("b", "120", day="2026-11-11")]
    rules = ruleset(NEW_BROWSER)
    now = estate(tmp_path, data, rules)
    assert {host: row.state for host, row in by_host(now).items()} == {"a": "ready", "b": "ready"}
    before = estate(tmp_path, [], rules, as_of=date(2026, 11, 10))
    assert [(row.hostname, row.state, row.site) for row in before.devices] == [("a", "ready", "York")]
    long_before = estate(tmp_path, [], rules, as_of=date(2026, 11, 9))
    assert [(row.hostname, row.state, row.site) for row in long_before.devices] == [("a", "not ready", "")]
    assert estate(tmp_path, [], rules, as_of=date(2026, 10, 31)).heard == 0


def test_pcs_whose_every_snapshot_is_of_a_later_day_are_counted(tmp_path: Path) -> None:
    ahead = (AS_OF + timedelta(1)).isoformat()
    data = [pc("a"), pc("a", "130", day=ahead), pc("b", day=ahead), pc("b", day="2027-03-01"), pc("c", day="2027-01-01")]
    result = estate(tmp_path, data, filters=["device=a"])
    assert (result.heard, result.later, list(by_host(result))) == (1, 2, ["a"])
    assert estate(tmp_path, [], as_of=date(2027, 12, 31)).later == 0


@pytest.mark.parametrize(("days", "state"), [(4, "ready"), (3, "stale"), (0, "stale")])
def test_stale_begins_after_the_last_day(tmp_path: Path, days: int, state: str) -> None:
    result = estate(tmp_path, [pc("a", day="2026-11-20")], ruleset(NEW_BROWSER), stale_days=days)
    assert result.devices[0].state == state
    assert result.devices[0].findings


def test_a_waiver_is_for_its_pc_only(tmp_path: Path) -> None:
    data = [pc("ward-1", "90"), pc("desk-1", "90")]
    result = estate(tmp_path, data, ruleset(NEW_BROWSER), [waiver("new-browser", "ward-*")])
    assert {host: row.state for host, row in by_host(result).items()} == {"ward-1": "waived", "desk-1": "not ready"}
    count = result.by_rule[0]
    assert (count.failed, count.waived) == (1, 1)
    assert "J. Okafor" in by_host(result)["ward-1"].findings[0].waiver
    expired = estate(tmp_path, [], ruleset(NEW_BROWSER), [waiver("new-browser", "*", expires=AS_OF - timedelta(1))])
    assert expired.by_rule[0].waived == 0


def test_what_a_supplier_blocks_is_counted_by_itself(tmp_path: Path) -> None:
    blocked = Waiver(
        "test/new-browser", ("old-*",), "", "needed", "J. Okafor", date(2027, 1, 1), (), (), "Example Imaging", "Scanner 4"
    )
    found = estate(tmp_path, [pc("old-1", "90.0"), pc("old-2", "90.0"), pc("new", "120.0")], ruleset(NEW_BROWSER), [blocked])
    assert (found.blocked, [tuple(getattr(each, name) for name in ("supplier", "devices", "until")) for each in found.by_supplier]) == (
        2, [("Example Imaging: Scanner 4", 2, "2027-01-01")],
    )  # fmt: skip
    assert [(rule.waived, rule.blocked) for rule in found.by_rule] == [(2, 2)]


def test_a_supplier_that_blocks_none_but_stale_pcs_is_not_listed(tmp_path: Path) -> None:
    blocked = Waiver(
        "test/new-browser", ("*",), "", "needed", "J. Okafor", date(2027, 1, 1), (), (), "Example Imaging", "Scanner 4"
    )
    found = estate(tmp_path, [pc("old-1", "90.0", day="2026-09-01")], ruleset(NEW_BROWSER), [blocked])
    assert (found.blocked, found.by_supplier) == (0, ())


def test_what_could_not_be_taken_is_in_the_estate(tmp_path: Path) -> None:
    (each,) = estate(tmp_path, [b"rubbish"], as_of=AS_OF + timedelta(1)).quarantined
    assert (each.name, each.received_at, len(each.sha256)) == ("0", RECEIVED, 64)


def test_what_came_after_the_day_of_the_report_is_not_in_its_quarantine(tmp_path: Path) -> None:
    assert RECEIVED[:10] == (AS_OF + timedelta(1)).isoformat()
    assert estate(tmp_path, [b"rubbish"]).quarantined == ()


def test_what_rules_ask_of_the_device_is_taken_from_its_row(tmp_path: Path) -> None:
    at_leeds = rule("leeds", "browser", {"browser.version": {"at_least": "130"}}, when={"device.site": {"equals": "Leeds"}})
    data = [
        encode(snapshot(name, [WINDOWS, chrome("120"), ("device", "pc", device)], site=site))
        for name, site, device in (
            ("pc-1", "Leeds", {"site": "Leeds"}), ("pc-2", "Leeds", {"hostname": "pc-2", "site": "Leeds"}),
            ("pc-3", "York", {"site": "York"}), ("pc-4", "", {"site": ["not told"]}),
        )
    ]  # fmt: skip
    hosts = by_host(estate(tmp_path, data, ruleset(at_leeds)))
    assert {host: [finding.outcome for finding in row.findings] for host, row in hosts.items()} == {
        "pc-1": [Outcome.FAIL], "pc-2": [Outcome.FAIL], "pc-3": [], "pc-4": [Outcome.UNKNOWN],
    }  # fmt: skip
