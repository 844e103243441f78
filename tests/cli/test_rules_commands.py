from __future__ import annotations

from pathlib import Path

import pytest

GOOD = """\
title: Enough cores
severity: low
for: hardware
require: {cores: {at_least: 2}}
why: One is slow.
fix: Replace the PC.
source: {address: intranet, as_of: 2026-11-24, basis: assumption}
examples:
  pass: [{cores: 4}]
  fail: [{cores: 1}]
"""


def test_the_rules_that_come_with_auditor_are_listed_and_their_examples_hold(run):
    assert "baseline/a-usable-browser" in run("rules", "list").out
    assert "rules are right" in run("rules", "check").out
    assert run("rules", "test").code == 0


def test_a_rule_is_explained_whole(run):
    out = run("rules", "explain", "a-usable-browser").out
    for part in ("severity", "any of the html5", "reaches Baseline widely", "what to do", ", read", "SHA-256"):
        assert part in out
    assert "at least one: product is none of ie, edge-legacy and baseline reaches Baseline widely" in out


def test_a_misspelt_rule_is_suggested(run):
    done = run("rules", "explain", "baseline/a-usable-browsr")
    assert done.code == 2
    assert "did you mean 'baseline/a-usable-browser'" in done.err


def test_facts_can_be_listed_by_kind(run):
    out = run("rules", "facts", "hardware").out
    assert "hardware.memory" in out
    assert "browser.version" not in out
    assert "did you mean 'hardware'" in run("rules", "facts", "hardwear").err


def test_an_own_rule_is_checked_and_tested(run):
    Path("cores.yaml").write_text(GOOD)
    assert run("rules", "check", "cores.yaml").out == "1 rules are right.\n"
    assert "2 examples of 1 rules" in run("rules", "test", "cores.yaml").out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("{at_least: 2}", "{at_leest: 2}"), "unknown word; did you mean 'at_least'"),
        (("cores: {at", "coers: {at"), "unknown fact; did you mean 'cores'"),
        (("severity: low", "severity: lo"), "'lo' is not one of info, low"),
        (("{cores: {at_least: 2}}", "{memory: {at_least: 8 GiB}}"), "unknown unit 'GiB'"),
        (("title: Enough cores", "titel: Enough cores"), "did you mean 'title'"),
        (("  fail: [{cores: 1}]\n", ""), "examples.fail: must list at least one example"),
        (("why: One is slow.", "why: One is slow.\nwhy: Twice."), "stands here twice"),
        (("{cores: 1}", "&a {cores: 1}"), "anchor &a is not allowed"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_the_way_out(run, change, said):
    Path("cores.yaml").write_text(GOOD.replace(*change))
    done = run("rules", "check", "cores.yaml")
    assert done.code == 3
    assert "cores.yaml, line " in done.err
    assert said in done.err


def test_an_unquoted_version_is_refused(run):
    rule = GOOD.replace("for: hardware", "for: browser").replace("{cores: {at_least: 2}}", "{version: {at_least: 138.10}}")
    Path("rule.yaml").write_text(rule.replace("cores: 4", 'version: "139"').replace("cores: 1", 'version: "1"'))
    assert 'a version must be in quotation marks: "138.1"' in run("rules", "check", "rule.yaml").err


def test_an_example_that_does_not_hold_is_named(run):
    Path("cores.yaml").write_text(GOOD.replace("{cores: 4}", "{cores: 1}"))
    done = run("rules", "test", "cores.yaml")
    assert done.code == 3
    assert "should be pass, the rule says fail" in done.err


def test_the_rule_that_contributing_shows_is_right_and_its_examples_hold(run):
    guide = (Path(__file__).resolve().parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    Path("intranet.yaml").write_text(guide.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    done = run("rules", "test", "intranet.yaml")
    assert done.code == 0, done.err
    assert "4 examples of 1 rules" in done.out


def test_the_waiver_that_contributing_shows_can_be_used(run, linux):
    guide = (Path(__file__).resolve().parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    Path("waivers.yaml").write_text("waivers:" + guide.split("```yaml\nwaivers:")[1].split("```")[0], encoding="utf-8")
    assert run("scan", "--offline", linux, "--waivers", "waivers.yaml", "--fail-on", "never").code == 0


def test_a_services_demands_are_explained_with_where_each_comes_from(run):
    lines = [line.strip() for line in run("rules", "explain", "services/slack").out.splitlines()]
    demands = [line.partition(" ")[2].strip() for line in lines if line.startswith("demand ")]
    assert len(demands) == 7
    assert demands[1] == (
        "html5.version at least 117 [published of chrome, medium confidence]: "
        "https://slack.com/help/articles/1500001836081 (as quoted by an open-source project), as of 2024-06-01, secondary"
    )
    assert demands[5].endswith(
        "[inferred, low confidence]: docs/assumptions.md, as of 2026-11-22, assumption. "
        "The floor moves about every half year; the last that was read is of September 2024."
    )
