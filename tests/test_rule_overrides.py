"""Packs that take the rules of another and change some: what they get, what the change is called, and every mistake."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from auditor import places, rules
from auditor.dictionary import VOCABULARY as WHOLE
from auditor.evaluate import wrong_examples
from auditor.model import Severity
from rulekit import RULE, VOCABULARY, write

OURS = """\
title: Our clinic
version: "3"
extends: baseline
overrides:
  baseline/old:
    severity: medium
    from: 2027-01-01
    require: {version: {at_least: "128"}}
    examples: {pass: [{version: "128.1"}], fail: [{version: "127"}]}
  baseline/extra: {off: Ours have none.}
"""


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """Packs to extend: one of three rules, one of a service."""
    root = tmp_path / "shipped"
    write(root, 'title: Base\nversion: "1"\n', "baseline/pack.yaml")
    for name in ("old", "extra", "kept"):
        write(root, RULE, f"baseline/{name}.yaml")
    write(root, 'title: Services\nversion: "1"\n', "services/pack.yaml")
    demand = "demands: [{needs: {version: '5'}, standing: published, confidence: low, source: {address: x, as_of: 2026-01-01, basis: read}}]"
    write(root, RULE.replace('require:\n  version: {at_least: "120"}', f"of: any\n{demand}"), "services/tickets.yaml")
    return root


def load(tmp_path: Path, shipped: Path, text: str = OURS) -> tuple[rules.RuleSet, list[str]]:
    write(tmp_path, text, "clinic/pack.yaml")
    found, errors = rules.check([tmp_path / "clinic"], VOCABULARY, shipped)
    assert all(error.hint for error in errors), "the way out"
    return found, [error.message.removeprefix(str(tmp_path / "clinic/pack.yaml")) for error in errors]


def test_a_pack_takes_all_rules_of_another_with_what_it_changes(tmp_path: Path, shipped: Path) -> None:
    found, errors = load(tmp_path, shipped)
    assert errors == []
    kept, old = found.rules
    assert ([kept.id, old.id], {kept.pack, old.pack}) == (["baseline/kept", "baseline/old"], {"clinic"})
    assert (kept.changed, kept.severity) == ((), Severity.HIGH)
    assert (old.severity, old.since, old.require[0].argument) == (Severity.MEDIUM, date(2027, 1, 1), "128")
    assert old.changed == ("severity high → medium", "from any date → 2027-01-01", "version at least 120 → 128")
    assert wrong_examples(old, date(2027, 1, 1)) == []
    assert found.packs["clinic"].extends == ("baseline",)
    assert found.packs["clinic"].changes == (
        ("baseline/extra", "off: Ours have none."),
        *(("baseline/old", each) for each in old.changed),
    )


def test_own_rules_stand_beside_those_that_are_taken(tmp_path: Path, shipped: Path) -> None:
    write(tmp_path, name="clinic/own.yaml")
    found, _ = load(tmp_path, shipped)
    assert [rule.id for rule in found.rules] == ["baseline/kept", "baseline/old", "clinic/own"]
    assert {rule.pack for rule in found.rules} == {"clinic"}
    _, errors = rules.check([tmp_path / "clinic", shipped], VOCABULARY, shipped)
    assert [error.message.partition(": rule ")[2].split()[0] for error in errors] == ["baseline/kept", "baseline/old"]
    assert "a pack that extends another has its rules already" in errors[0].hint


def test_a_single_file_of_such_a_pack_is_that_rule_alone(tmp_path: Path, shipped: Path) -> None:
    path = write(tmp_path, name="clinic/own.yaml")
    load(tmp_path, shipped)
    assert [rule.id for rule in rules.load([path], VOCABULARY, shipped=shipped).rules] == ["clinic/own"]


def test_several_packs_can_be_extended(tmp_path: Path, shipped: Path) -> None:
    found, errors = load(tmp_path, shipped, "extends: [baseline, services, baseline]\n")
    assert errors == []
    assert len(found.rules) == 4
    assert found.packs["clinic"].extends == ("baseline", "services")


def test_the_digest_covers_what_is_extended(tmp_path: Path, shipped: Path) -> None:
    before = load(tmp_path, shipped)[0].packs["clinic"].digest
    assert load(tmp_path, shipped)[0].packs["clinic"].digest == before
    write(shipped, RULE + "# more\n", "baseline/kept.yaml")
    assert load(tmp_path, shipped)[0].packs["clinic"].digest != before


MISTAKES = [
    ("extends: baseline", "extends: basline", ", line 3, extends: no pack 'basline' comes with auditor; did you mean 'baseline'?"),
    ("extends: baseline", "extends: [7]", ", line 3, extends: no pack 7 comes with auditor"),
    ("extends: baseline\n", "", ", line 3, overrides: there is nothing to change: the pack extends no other"),
    ("baseline/old:", "baseline/odl:", ", line 5, overrides.baseline/odl: no such rule in what this pack extends; did you mean 'baseline/old'?"),
    ("severity: medium", "severty: medium", ", line 6, overrides.baseline/old.severty: cannot be changed; did you mean 'severity'?"),
    ("severity: medium", "severity: mediun", "line 6, overrides.baseline/old.severity: 'mediun' is not one of info, low, medium"),
    ("from: 2027-01-01", "from: soon", "line 7, overrides.baseline/old.from: 'soon' must be a date"),
    ("{version: {at_least", "{verson: {at_least", "line 8, overrides.baseline/old.require.verson: unknown fact; did you mean 'version'?"),
    ("{version: {at_least", "{version: {below", "overrides.baseline/old.require.version: baseline/old does not ask for version.below"),
    ('{at_least: "128"}', "{at_least: 128}", "a version must be in quotation marks"),
    ('    examples: {pass: [{version: "128.1"}], fail: [{version: "127"}]}\n', "", "overrides.baseline/old.examples: missing: what is required has changed"),
    ("fail: [{version: \"127\"}]", "fail: []", "line 9, overrides.baseline/old.examples.fail: must list at least one example"),
    ("{off: Ours have none.}", "{off: ''}", ", line 10, overrides.baseline/extra.off: must be text: the reason"),
    ("{off: Ours have none.}", "{off: Why, severity: low}", ", line 10, overrides.baseline/extra: a rule that is off has nothing else"),
    ("{off: Ours have none.}", "{examples: {}}", "overrides.baseline/extra.examples: are changed only together with require"),
    ("{off: Ours have none.}", "off", ", line 10, overrides.baseline/extra: must be a map with severity, from, require"),
    ("{off: Ours have none.}", "{}", ", line 10, overrides.baseline/extra: must be a map with severity, from, require"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES, ids=[message[:70] for _, _, message in MISTAKES])
def test_a_mistake_in_what_is_changed_is_named(tmp_path: Path, shipped: Path, old: str, new: str, message: str) -> None:
    assert old in OURS
    _, errors = load(tmp_path, shipped, OURS.replace(old, new))
    assert any(message in each for each in errors), errors


def test_changes_that_are_no_map_are_a_mistake(tmp_path: Path, shipped: Path) -> None:
    _, errors = load(tmp_path, shipped, "extends: baseline\noverrides: [baseline/old]\n")
    assert errors == [", line 2, overrides: must be a map of rules and what to change of them"]


def test_the_demands_of_a_service_cannot_be_changed(tmp_path: Path, shipped: Path) -> None:
    text = "extends: services\noverrides: {services/tickets: {require: {version: '6'}}}\n"
    assert "the demands of a service cannot be changed" in load(tmp_path, shipped, text)[1][0]


def test_the_packs_that_come_with_auditor_can_be_extended(tmp_path: Path) -> None:
    write(tmp_path, "extends: [baseline, services]\noverrides: {baseline/memory: {severity: high}}\n", "clinic/pack.yaml")
    found = rules.load([tmp_path / "clinic"], WHOLE)
    own = rules.load([places.rules_folder() / "baseline", places.rules_folder() / "services"], WHOLE)
    assert [rule.id for rule in found.rules] == [rule.id for rule in own.rules]
