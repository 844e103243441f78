"""Every rule that ships notices by its own examples when it is spoilt, and the tool tells a rule that does not."""

from __future__ import annotations

import importlib.util
import sys
from datetime import date
from pathlib import Path

import pytest

from auditor.dictionary import VOCABULARY
from auditor.places import rules_folder
from auditor.rule_file import Rule
from auditor.rules import load
from rulekit import rule

ROOT = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("mutate_rules", ROOT / "tools" / "mutate_rules.py")
assert spec
assert spec.loader
tool = importlib.util.module_from_spec(spec)
sys.modules["mutate_rules"] = tool
spec.loader.exec_module(tool)

TODAY = date(2026, 11, 24)
RULES = load([rules_folder()], VOCABULARY).rules
EACH = 4
"""Mutants of each rule that are tried here; the tool tries all."""


@pytest.mark.parametrize("each", RULES, ids=lambda each: each.id)
def test_a_spoilt_rule_is_noticed_by_its_own_examples(each: Rule) -> None:
    tried, alive = tool.survivors([each], TODAY, EACH)
    assert tried
    assert [mutant.what for mutant in alive] == [], (
        "an example is missing: just at the limit, or where this demand alone fails"
    )


def test_the_same_mutants_are_tried_in_every_run() -> None:
    chosen = [[mutant.what for mutant in tool.chosen(each, EACH)] for each in RULES]
    assert chosen == [[mutant.what for mutant in tool.chosen(each, EACH)] for each in reversed(RULES)][::-1]


def test_a_rule_without_an_example_at_its_limit_has_survivors(tmp_path: Path) -> None:
    far = "{pass: [{version: '138.0'}], fail: [{version: '95.0'}]}"
    near = "{pass: [{version: '120.0'}], fail: [{version: '119.9'}]}"
    found = {text: tool.survivors([rule(tmp_path, examples=text)], TODAY) for text in (far, near)}
    assert [mutant.what.rpartition(": ")[2] for mutant in found[far][1]] == ["121 instead", "119 instead"]
    assert found[near] == (3, [])


@pytest.mark.parametrize(
    ("require", "mutants"),
    [
        ("{version: {at_least: '16.17'}}", ["below instead", "17.17 instead", "15.17 instead"]),
        ("{version: {below: '0.5'}}", ["at_least instead", "1.5 instead"]),
        ("{product: {one_of: [chrome]}}", ["none_of instead"]),
        ("{product: {listed: {pass: [a], fail: [b]}}}", ["pass and fail swapped"]),
        ("{features: {supports: [grid]}}", ["dropped"]),
        ("{support_ends: {after: 2026-01-01}}", ["before instead", "2027-01-02 instead", "2024-12-31 instead"]),
        ("{support_ends: {after: as-of}}", ["before instead"]),
        ("{hardware.memory: {at_least: 4 GB}}", ["below instead", "6 GB instead", "2 GB instead"]),
        ("{os.build: {at_least: 7}}", ["below instead", "8 instead", "6 instead"]),
    ],
)
def test_what_is_spoilt(tmp_path: Path, require: str, mutants: list[str]) -> None:
    found = list(tool.mutants(rule(tmp_path, require=require, examples="{pass: [[]], fail: [[]]}")))
    assert [mutant.what.rpartition(": ")[2] for mutant in found] == mutants


def test_a_condition_on_which_things_are_judged_is_flipped_and_never_dropped(tmp_path: Path) -> None:
    found = list(tool.mutants(rule(tmp_path, when="{product: {matches: 'chrom*'}, channel: ESR}")))
    assert [mutant.what for mutant in found if mutant.what.startswith("when")] == [
        "when: channel equals ESR: not_equals instead"
    ]


def test_the_command_says_what_survived(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["mutate_rules.py", str(rules_folder() / "windows11"), "--each", "2"])
    assert tool.main() == 0
    assert "0 survived" in capsys.readouterr().out
