"""Rules on trial: the verdicts on a folder of PCs, what is saved of them, and what a change of the rules changes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from auditor import trial
from auditor.trial import Case, Verdict
from rulekit import detected, facts, rule

DAY = date(2026, 11, 24)
NEW = Case("a" * 64, "new", detected(facts("browser", "chrome", version="138.0")))
OLD = Case(
    "b" * 64, "old", detected(facts("browser", "chrome", version="95.0"), facts("browser", "firefox", version="99.0"))
)
BLIND = Case("c" * 64, "blind", detected(facts("browser", "chrome", version=...)))
NONE = Case("d" * 64, "none", detected(facts("os", "linux", family="linux")))
ALL = (NEW, OLD, BLIND, NONE)


def test_each_pc_has_the_worst_verdict_and_why(tmp_path: Path) -> None:
    [tried] = trial.run([rule(tmp_path)], ALL, DAY).rules
    assert tried.verdicts == {
        NEW.sha256: Verdict("pass", "chrome: version 138.0"),
        OLD.sha256: Verdict("fail", "chrome: version 95.0; firefox: version 99.0"),
        BLIND.sha256: Verdict("unknown", "chrome: version is unknown: could not be read"),
        NONE.sha256: Verdict("not applicable", ""),
    }
    assert [tried.count(word) for word in trial.WORDS] == [1, 1, 1, 1]
    assert tried.asks == "version at least 120"


def test_what_changed_is_told_by_rule_and_pc_with_both_reasons(tmp_path: Path) -> None:
    before = trial.run([rule(tmp_path)], ALL, DAY)
    after = trial.run([rule(tmp_path, require="{version: {at_least: '140'}}")], ALL, DAY)
    [change] = trial.changes(before, after)
    assert (change.name, change.before.word, change.after) == ("new", "pass", Verdict("fail", "chrome: version 138.0"))
    assert trial.changes(before, before) == ()


def test_one_rule_under_another_name_is_the_same_rule_and_of_several_each_is_its_own(tmp_path: Path) -> None:
    one = rule(tmp_path)
    other = one._replace(id="pack/two")
    assert trial.changes(trial.run([one], [NEW], DAY), trial.run([other], [NEW], DAY)) == ()
    found = trial.changes(trial.run([one], [NEW], DAY), trial.run([one, other], [NEW], DAY))
    assert [(each.rule, each.before.word, each.after.word) for each in found] == [("pack/two", "–", "pass")]


def test_a_pc_that_was_not_there_before_is_a_change(tmp_path: Path) -> None:
    one = rule(tmp_path)
    found = trial.changes(trial.run([one], [NEW, OLD], DAY), trial.run([one], [NEW, BLIND], DAY))
    assert [(each.name, each.before.word, each.after.word) for each in found] == [
        ("blind", "–", "unknown"),
        ("old", "fail", "–"),
    ]


def test_what_is_saved_comes_back_the_same(tmp_path: Path) -> None:
    made = trial.run([rule(tmp_path)], ALL, DAY)
    saved = trial.document(made)
    assert trial.from_document(saved) == made
    assert (saved["rules"][0]["fail"], saved["rules"][0]["not_applicable"]) == (1, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "auditor/trial/2"},
        {"pcs": []},
        {"pcs": {"a" * 64: 7}},
        {"rules": {}},
        {"rules": [7]},
        {"rules": [{"rule": "a/b"}]},
        {"rules": [{"rule": "a/b", "title": "t", "expects": "x", "verdicts": {"a" * 64: {"verdict": "fine", "why": ""}}}]},
        {"rules": [{"rule": "a/b", "title": "t", "expects": "x", "verdicts": {"a" * 64: {"verdict": "pass", "why": 1}}}]},
        {"rules": [{"rule": "a/b", "title": "t", "expects": "x", "verdicts": {"f" * 64: {"verdict": "pass", "why": ""}}}]},
        {"as_of": None},
    ],
)
def test_what_was_not_saved_so_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\$"):
        trial.from_document(trial.document(trial.run([rule(tmp_path)], [NEW], DAY)) | change)


@pytest.mark.parametrize("data", [None, [], "text", {}])
def test_what_is_nothing_of_the_kind_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match="schema"):
        trial.from_document(data)
