"""The only place that decides an outcome: three values throughout."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.evaluate import READINESS, evaluate, readiness, wrong_examples
from auditor.finding_words import expected
from auditor.model import Detected, Fact, Finding, Gap, Outcome, Severity, Subject
from auditor.rule_file import Rule
from rulekit import detected, facts, reading, rule

DAY = date(2026, 11, 24)
PASS, FAIL, UNKNOWN, WAIVED = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.WAIVED
NEW = facts("browser", "chrome", version="138.0")
OLD = facts("browser", "firefox", version="95.0")
MUTE = facts("browser", "opera", version=...)
ODD = facts("browser", "vivaldi", version="nightly")
LINUX, WINDOWS = facts("os", "linux", family="linux"), facts("os", "windows", family="windows")
GAP = Gap("browser", "machine", "Program Files could not be read", (reading("gap"),))


def outcomes(one: Rule, *groups: list[Fact], gaps: tuple[Gap, ...] = ()) -> list[Outcome]:
    return [finding.outcome for finding in evaluate([one], detected(*groups, gaps=gaps), DAY)]


@pytest.mark.parametrize(
    ("of", "groups", "expected"),
    [
        ("each", [], []),
        ("each", [NEW, OLD, MUTE, ODD], [PASS, FAIL, UNKNOWN, UNKNOWN]),
        ("any", [], [FAIL]),
        ("any", [OLD], [FAIL]),
        ("any", [OLD, NEW, MUTE], [PASS]),
        ("any", [OLD, MUTE], [UNKNOWN]),
        ("none", [], [PASS]),
        ("none", [OLD], [PASS]),
        ("none", [OLD, NEW, MUTE], [FAIL]),
        ("none", [OLD, ODD], [UNKNOWN]),
    ],
)
def test_each_any_and_none_are_three_questions(tmp_path: Path, of: str, groups: Any, expected: list[Outcome]) -> None:
    assert outcomes(rule(tmp_path, of=of), *groups) == expected


def test_findings_come_in_the_order_of_rules_and_subjects(tmp_path: Path) -> None:
    one = rule(tmp_path)
    two = one._replace(id="pack/two", of="any")
    found = evaluate([two, one], detected(OLD, NEW), DAY)
    assert [(each.rule, each.subject.name) for each in found] == [
        ("pack/two", "*"), ("pack/one", "chrome"), ("pack/one", "firefox"),
    ]  # fmt: skip


def test_a_finding_says_what_was_expected_what_is_and_shows_the_readings(tmp_path: Path) -> None:
    passed, failed = evaluate([rule(tmp_path)], detected(NEW, OLD), DAY)
    assert (failed.expected, failed.actual, failed.fix) == ("version at least 120", "version 95.0", "Update it.")
    assert failed.evidence == OLD[0].evidence
    assert (failed.rule, failed.pack, failed.severity, failed.subject) == ("pack/one", "pack", Severity.HIGH, OLD[0].subject)
    assert (passed.actual, passed.fix) == ("version 138.0", "")


def test_a_finding_on_all_shows_the_readings_of_those_that_decide(tmp_path: Path) -> None:
    [passed] = evaluate([rule(tmp_path, of="any")], detected(NEW, OLD), DAY)
    assert (passed.subject, passed.actual, passed.evidence) == (
        Subject("browser", "*"),
        "chrome: version 138.0",
        NEW[0].evidence,
    )
    [failed] = evaluate([rule(tmp_path, of="any")], detected(OLD), DAY)
    assert (failed.expected, failed.evidence) == ("at least one: version at least 120", OLD[0].evidence)
    [none] = evaluate([rule(tmp_path, of="any")], detected(), DAY)
    assert (none.actual, none.evidence) == ("none found", ())
    [unknown] = evaluate([rule(tmp_path, of="none")], detected(OLD, MUTE), DAY)
    assert unknown.expected == "none with: version at least 120"
    assert unknown.actual == "opera: version is unknown: could not be read"
    assert set(unknown.evidence) == {*OLD[0].evidence, *MUTE[0].evidence}


def test_a_reading_that_two_facts_share_is_shown_once(tmp_path: Path) -> None:
    shared = [replace(fact, evidence=(reading("one"),)) for fact in facts("browser", "chrome", version="1", product="x")]
    [finding] = evaluate([rule(tmp_path, require='{version: {at_least: "120"}, product: y}')], detected(shared), DAY)
    assert finding.evidence == (reading("one"),)
    assert finding.actual == "version 1, product x"


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ([MUTE], "version is unknown: could not be read"),
        ([facts("browser", "chrome", product="chrome")], "version is unknown: nothing that was read has it"),
        ([ODD], "'nightly' cannot be compared: does not begin with a number"),
    ],
)
def test_what_is_not_known_is_unknown_with_the_reason(tmp_path: Path, groups: list[list[Fact]], reason: str) -> None:
    [finding] = evaluate([rule(tmp_path)], detected(*groups), DAY)
    assert (finding.outcome, finding.actual, finding.fix) == (UNKNOWN, reason, "")


def test_one_false_condition_makes_a_failure_certain(tmp_path: Path) -> None:
    both = rule(tmp_path, require='{version: {at_least: "120"}, product: chrome}')
    [finding] = evaluate([both], detected(facts("browser", "opera", version=..., product="opera")), DAY)
    assert (finding.outcome, finding.actual) == (FAIL, "product opera")
    assert [each.at for each in finding.evidence] == ["/opera/product"]
    assert outcomes(both, facts("browser", "chrome", version=..., product="chrome")) == [UNKNOWN]


def test_two_reasons_for_not_knowing_are_both_told(tmp_path: Path) -> None:
    both = rule(tmp_path, require='{version: {at_least: "120"}, hardware.tpm: true}')
    [finding] = evaluate([both], detected(MUTE), DAY)
    assert finding.actual == ("version is unknown: could not be read; hardware.tpm is unknown: nothing that was read has it")


@pytest.mark.parametrize(
    ("groups", "of", "expected"),
    [
        ([WINDOWS, OLD], "each", [FAIL]),
        ([LINUX, OLD], "each", []),
        ([OLD], "each", [UNKNOWN]),
        ([LINUX], "any", []),
        ([LINUX, NEW], "any", []),
        ([WINDOWS], "any", [FAIL]),
        ([], "any", [UNKNOWN]),
        ([NEW], "any", [UNKNOWN]),
        ([LINUX, NEW], "none", []),
        ([WINDOWS, NEW], "none", [FAIL]),
        ([NEW], "none", [UNKNOWN]),
        ([facts("os", "?", family=...)], "any", [UNKNOWN]),
    ],
)
def test_a_rule_for_other_pcs_says_nothing_and_for_perhaps_this_one_unknown(
    tmp_path: Path, groups: list[list[Fact]], of: str, expected: list[Outcome]
) -> None:
    assert outcomes(rule(tmp_path, when="{os.family: windows}", of=of), *groups) == expected


def test_a_rule_that_may_not_apply_says_why_it_cannot_tell(tmp_path: Path) -> None:
    hidden = facts("os", "?", family=...)
    for of, groups in (("each", [hidden, OLD]), ("any", [hidden])):
        [finding] = evaluate([rule(tmp_path, when="{os.family: windows}", of=of)], detected(*groups), DAY)
        assert finding.actual == "cannot tell whether the rule applies: os.family is unknown: could not be read"
        assert [each.at for each in finding.evidence] == ["/?/family"]


def test_when_may_choose_among_the_subjects(tmp_path: Path) -> None:
    chrome = facts("browser", "chrome", version="95", product="chrome")
    other = facts("browser", "opera", version="95", product="opera")
    unsure = facts("browser", "x", version="95", product=...)
    one = rule(tmp_path, when="{product: chrome}")
    assert outcomes(one, chrome, other, unsure) == [FAIL, UNKNOWN]
    assert outcomes(one._replace(of="any"), other) == [FAIL]
    assert outcomes(one._replace(of="none"), other) == [PASS]


@pytest.mark.parametrize(
    ("of", "groups", "expected"),
    [
        ("each", [], [UNKNOWN]),
        ("each", [NEW], [PASS, UNKNOWN]),
        ("any", [NEW], [PASS]),
        ("any", [OLD], [UNKNOWN]),
        ("none", [OLD], [UNKNOWN]),
        ("none", [NEW], [FAIL]),
    ],
)
def test_what_may_have_been_missed_is_unknown_unless_the_answer_is_settled(
    tmp_path: Path, of: str, groups: list[list[Fact]], expected: list[Outcome]
) -> None:
    found = evaluate([rule(tmp_path, of=of)], detected(*groups, gaps=(GAP,)), DAY)
    assert [each.outcome for each in found] == expected
    for unknown in (each for each in found if each.outcome is UNKNOWN):
        assert "there may be more: Program Files could not be read" in unknown.actual
        assert reading("gap") in unknown.evidence


@pytest.mark.parametrize("gap", [GAP._replace(scope="user"), GAP._replace(kind="office")])
def test_a_gap_elsewhere_changes_nothing(tmp_path: Path, gap: Gap) -> None:
    assert outcomes(rule(tmp_path), NEW, gaps=(gap,)) == [PASS]
    assert outcomes(rule(tmp_path, of="none"), gaps=(gap,)) == [PASS]


def test_a_gap_says_nothing_where_the_rule_is_for_other_pcs(tmp_path: Path) -> None:
    assert outcomes(rule(tmp_path, when="{os.family: windows}"), LINUX, gaps=(GAP,)) == []


def test_dates_are_judged_for_the_day_of_the_report(tmp_path: Path) -> None:
    one = rule(tmp_path, require="{support_ends: {after: as-of}}")
    subject = detected(facts("browser", "chrome", support_ends="2026-11-24"))
    assert [evaluate([one], subject, day)[0].outcome for day in (DAY, date(2026, 11, 25))] == [PASS, FAIL]
    assert expected(one) == "support_ends on or after as-of"


def test_what_is_expected_is_said_in_words(tmp_path: Path) -> None:
    one = rule(
        tmp_path, require="{hardware.memory: {at_least: 4 GB}, features: {supports: [grid, webgl]}, os.family: linux}"
    )
    assert expected(one) == "hardware.memory at least 4 GB and features supports grid, webgl and os.family is linux"


VALUES = {
    "version": st.sampled_from(["95.0", "120", "138.0", "nightly", ...]),
    "product": st.sampled_from(["chrome", "opera", ...]),
    "features": st.sampled_from([{"grid": "supported"}, {"grid": "missing"}, {}, ...]),
}
BROWSER = st.fixed_dictionaries({}, optional=VALUES)
BETTER = {PASS: 0, UNKNOWN: 1, FAIL: 2}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    browsers=st.lists(BROWSER, max_size=3),
    family=st.sampled_from(["windows", "linux", ...]),
    gap=st.booleans(),
    of=st.sampled_from(["each", "any", "none"]),
    data=st.data(),
)
def test_knowing_less_never_makes_a_pass_or_a_failure(
    tmp_path: Path, browsers: list[dict[str, Any]], family: Any, gap: bool, of: str, data: st.DataObject
) -> None:
    require = '{version: {at_least: "120"}, features: {supports: [grid]}}'
    one = rule(tmp_path, when="{os.family: windows, product: chrome}", require=require, of=of)
    groups = [facts("browser", f"b{number}", **known) for number, known in enumerate(browsers)]
    all_facts = [fact for group in [*groups, facts("os", "os", family=family)] for fact in group]
    gaps = (GAP,) if gap else ()
    before = {each.subject: each.outcome for each in evaluate([one], Detected(tuple(all_facts), gaps), DAY)}
    for hidden in data.draw(st.sets(st.sampled_from(range(len(all_facts))))):
        fact = all_facts[hidden]
        all_facts[hidden] = replace(fact, value=None, unknown="hidden")
    after = {each.subject: each.outcome for each in evaluate([one], Detected(tuple(all_facts), gaps), DAY)}
    for subject, outcome in after.items():
        assert outcome in (before.get(subject), UNKNOWN), (subject, before.get(subject), outcome)
    assert before.keys() <= after.keys()


def test_right_examples_have_nothing_to_say(tmp_path: Path) -> None:
    examples = '{pass: [{version: "138"}], fail: [{version: "95"}], unknown: [{version: nightly}, {}]}'
    assert wrong_examples(rule(tmp_path, examples=examples), DAY) == []


def test_examples_may_be_whole_pcs(tmp_path: Path) -> None:
    examples = '{pass: [[{version: "95"}, {version: "138"}]], fail: [[], {version: "95"}], unknown: [[{version: "95"}, {}]]}'
    assert wrong_examples(rule(tmp_path, of="any", examples=examples), DAY) == []


def test_a_wrong_example_is_named_by_line_with_what_the_rule_says(tmp_path: Path) -> None:
    one = rule(tmp_path, when="{os.family: windows}", examples='{pass: [{version: "95", os.family: windows}, '
               '{version: "138", os.family: linux}], fail: [{version: "138"}]}')  # fmt: skip
    assert [line.removeprefix(f"{one.path}, ") for line in wrong_examples(one, DAY)] == [
        "line 10: should be pass, the rule says fail",
        "line 10: should be pass, the rule says that it does not apply",
        "line 10: should be fail, the rule says unknown",
    ]


def finding(severity: Severity, outcome: Outcome) -> Finding:
    return Finding("a/b", "a", severity, Subject("browser", "chrome"), outcome, "", "", "")


@pytest.mark.parametrize(
    ("findings", "word"),
    [
        ([], "unknown"),
        ([(Severity.INFO, PASS)], "unknown"),
        ([(Severity.INFO, FAIL)], "unknown"),
        ([(Severity.LOW, PASS), (Severity.INFO, FAIL)], "ready"),
        ([(Severity.LOW, PASS), (Severity.INFO, UNKNOWN)], "ready"),
        ([(Severity.CRITICAL, PASS), (Severity.HIGH, WAIVED)], "waived"),
        ([(Severity.LOW, UNKNOWN), (Severity.HIGH, WAIVED)], "unknown"),
        ([(Severity.LOW, FAIL), (Severity.HIGH, UNKNOWN)], "unknown"),
        ([(Severity.LOW, FAIL), (Severity.MEDIUM, UNKNOWN)], "at risk"),
        ([(Severity.MEDIUM, FAIL), (Severity.LOW, FAIL)], "at risk"),
        ([(Severity.HIGH, FAIL), (Severity.LOW, PASS)], "not ready"),
        ([(Severity.CRITICAL, FAIL), (Severity.CRITICAL, UNKNOWN)], "not ready"),
    ],
)
def test_one_word_says_how_ready_a_pc_is(findings: list[tuple[Severity, Outcome]], word: str) -> None:
    assert readiness(finding(*each) for each in findings) == word
    assert word in READINESS


def test_before_its_date_a_rule_does_not_apply(tmp_path: Path) -> None:
    one = rule(tmp_path, **{"from": "2026-11-24"})
    old = detected(facts("browser", "chrome", version="95"))
    assert [each.outcome for each in evaluate([one], old, date(2026, 11, 24))] == [FAIL]
    assert evaluate([one], old, date(2026, 11, 23)) == ()


@pytest.mark.parametrize(("of", "outcome"), [("any", FAIL), ("none", PASS)])
def test_absence_is_shown_by_where_it_was_looked(tmp_path: Path, of: str, outcome: Outcome) -> None:
    place = reading("the list of programs", "nothing of the kind")
    [found] = evaluate([rule(tmp_path, of=of)], Detected((), (), {"browser": (place,)}), DAY)
    assert (found.outcome, found.actual, found.evidence) == (outcome, "none found", (place,))


def test_beside_a_derived_fact_stands_what_it_was_derived_from_where_that_is_known(tmp_path: Path) -> None:
    old = facts("browser", "chrome", version="109.0", supported=False, support_ends="2023-02-07")
    unread = facts("browser", "opera", version=..., supported=False)
    windows = facts("os", "windows", support_ends="2020-01-14", supported=False)
    own = rule(tmp_path, require="{supported: true}")
    found = evaluate([own], detected(old, unread, windows), date(2026, 11, 24))
    assert [each.actual for each in found] == ["supported no (version 109.0, support ends 2023-02-07)", "supported no"]
    other = rule(tmp_path, require="{os.supported: true}")
    assert (
        evaluate([other], detected(old, windows), date(2026, 11, 24))[0].actual
        == "os.supported no (support ends 2020-01-14)"
    )
