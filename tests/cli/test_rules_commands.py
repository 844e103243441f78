from __future__ import annotations

import json
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
    assert "5 examples of 1 rules" in done.out


def test_the_waiver_that_contributing_shows_can_be_used(run, linux):
    guide = (Path(__file__).resolve().parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    Path("waivers.yaml").write_text("waivers:" + guide.split("```yaml\nwaivers:")[1].split("```")[0], encoding="utf-8")
    assert run("scan", "--offline", linux, "--waivers", "waivers.yaml", "--fail-on", "never").code == 0


@pytest.fixture
def pcs(run, linux, tmp_path):
    """A folder of two snapshots, and a file that is none."""
    folder = tmp_path / "pcs"
    folder.mkdir()
    for name in ("desk-1", "desk-2"):
        (linux / "etc/hostname").write_text(name)
        if name == "desk-2":
            status = linux / "var/lib/dpkg/status"
            status.write_text(status.read_text().replace("140.12.0esr", "102.3.0esr"))
        run("scan", "--offline", linux, "--tag", "shared", "--save", folder / f"{name}.json", "--fail-on", "never")
    (folder / "broken.json").write_text("{")
    return folder


FIREFOX = """\
title: Firefox is too old
severity: high
for: browser
when: {product: firefox}
require: {version: {at_least: "115"}}
why: It is old.
fix: Update it.
source: {address: intranet, as_of: 2026-11-24, basis: assumption}
examples:
  pass: [{product: firefox, version: "115.1"}]
  fail: [{product: firefox, version: "90.0"}]
"""


def test_rules_are_tried_on_a_folder_of_pcs(run, pcs):
    Path("firefox.yaml").write_text(FIREFOX)
    done = run("rules", "test", "firefox.yaml", "--snapshots", pcs)
    assert done.code == 0
    assert "2 examples of 1 rules: all as they say." in done.out
    assert "2 PCs, 1 rule, as of" in done.out
    assert next(line.split() for line in done.out.splitlines() if line.startswith("fail"))[:2] == ["fail", "desk-2"]
    assert "firefox: version 102.3.0" in done.out
    assert "broken.json is left out: " in done.err


def test_what_a_change_of_rules_changes_is_shown_against_the_rules_and_against_a_saved_result(run, pcs):
    Path("old.yaml").write_text(FIREFOX.replace('"115"', '"100"'))
    Path("firefox.yaml").write_text(FIREFOX)
    assert run("rules", "test", "old.yaml", "--snapshots", pcs, "--format", "json", "-o", "old.json").code == 0
    for before in ("old.yaml", "old.json"):
        out = run("rules", "test", "firefox.yaml", "--snapshots", pcs, "--before", before).out
        assert "version at least 100" in out
        assert "pass → fail" in out
        assert "desk-2" in out.partition("What changed")[2]
        assert "desk-1" not in out.partition("What changed")[2]
    found = json.loads(
        run("rules", "test", "firefox.yaml", "--snapshots", pcs, "--before", "old.json", "--format", "json").out
    )
    assert [(each["before"]["word"], each["after"]["word"]) for each in found["changes"]] == [("pass", "fail")]
    assert "No verdict changed." in run("rules", "test", "old.yaml", "--snapshots", pcs, "--before", "old.json").out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--before", "old.json"), 2, "Name a folder of snapshots with --snapshots."),
        (("--snapshots", "nowhere"), 3, "no such file or folder"),
        (("--snapshots", "empty"), 3, "no snapshots here"),
        (("--snapshots", "pcs", "--before", "cut.json"), 3, "no saved result"),
        (("--snapshots", "pcs", "--before", "nowhere.json"), 3, "no such file or folder"),
    ],
)
def test_what_cannot_be_tried_is_said(run, pcs, words, code, said):
    Path("firefox.yaml").write_text(FIREFOX)
    Path("cut.json").write_text('{"schema": ')
    Path("empty").mkdir()
    done = run("rules", "test", "firefox.yaml", *words)
    assert done.code == code
    assert said in done.err


def test_a_rule_is_explained_with_its_facts_and_the_pcs_of_an_estate(run, pcs):
    Path("firefox.yaml").write_text(FIREFOX)
    run("ingest", pcs)
    done = run("rules", "explain", "firefox", "--rules", "firefox.yaml", "--estate", "estate")
    assert "browser.version" in done.out
    assert "Facts it asks for" in done.out
    table = done.out.partition("on this estate")[2]
    assert "desk-2" in table
    assert "desk-1" not in table
    Path("firefox.yaml").write_text(FIREFOX.replace('"115"', '"91"'))
    assert "It fails on no PC" in run("rules", "explain", "firefox", "--rules", "firefox.yaml", "--estate", "estate").out


def test_a_service_is_explained_with_each_demand_and_who_says_so(run):
    out = run("rules", "explain", "services/gov-uk").out
    demands = out.partition("Demands")[2]
    for part in ("published", "high", "version at least 61", "chrome", "js-modules"):
        assert part in demands


def test_a_pack_of_ones_own_is_used_by_the_same_commands(run, pcs):
    Path("clinic").mkdir()
    text = "title: Clinic\nextends: baseline\noverrides:\n  baseline/memory: {severity: high}\n  baseline/edge-legacy: {off: None here.}\n"
    Path("clinic/pack.yaml").write_text(text)
    assert run("rules", "check", "clinic").code == 0
    assert run("rules", "test", "clinic").code == 0
    assert "by clinic: severity low → high" in run("rules", "explain", "baseline/memory", "--rules", "clinic").out
    run("ingest", pcs)
    document = json.loads(run("report", "--rules", "clinic", "--format", "json").out)
    assert document["packs"]["clinic"]["changes"] == [
        {"rule": "baseline/edge-legacy", "what": "off: None here."},
        {"rule": "baseline/memory", "what": "severity low → high"},
    ]
    assert {rule["rule"]: rule["severity"] for rule in document["by_rule"]}["baseline/memory"] == "high"
    assert "baseline/edge-legacy" not in {rule["rule"] for rule in document["by_rule"]}
    assert "changed by the pack: severity low → high" in run("report", "--rules", "clinic", "--format", "html").out


ROOT = Path(__file__).resolve().parents[2]


def test_the_rule_that_the_readme_shows_can_be_written_tested_and_seen_in_the_report(run, linux, tmp_path):
    """What a newcomer does, in the order of the README, from its text alone."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## A rule of your own")[2].partition("\n## ")[0]
    assert "our-rules/libreoffice.yaml" in section
    Path("our-rules").mkdir()
    Path("our-rules/libreoffice.yaml").write_text(section.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    assert run("rules", "check", "our-rules/").out == "1 rules are right.\n"
    assert "3 examples of 1 rules: all as they say." in run("rules", "test", "our-rules/").out

    status = linux / "var/lib/dpkg/status"
    old = "\nPackage: libreoffice-core\nStatus: install ok installed\nVersion: 4:7.4.7-1\nArchitecture: amd64\n"
    before = status.read_text()
    for name, tag, version in (
        ("shared-old", "shared", old),
        ("shared-new", "shared", old.replace("7.4.7", "25.2.3")),
        ("own", "own", old),
    ):
        (linux / "etc/hostname").write_text(name)
        status.write_text(before + version)
        words = ("--tag", tag, "--rules", "our-rules/", "--save", tmp_path / "in" / f"{name}.json", "--fail-on", "medium")
        (tmp_path / "in").mkdir(exist_ok=True)
        assert run("scan", "--offline", linux, *words).code == (1 if name == "shared-old" else 0)

    tried = run("rules", "test", "our-rules/", "--snapshots", "in").out
    assert [line.split()[:2] for line in tried.splitlines() if line.startswith(("fail", "pass", "not applicable"))] == [
        ["fail", "shared-old"], ["pass", "shared-new"], ["not", "applicable"],
    ]  # fmt: skip
    run("ingest", "in")
    document = json.loads(run("report", "--rules", "our-rules/", "--format", "json").out)
    [counted] = document["by_rule"]
    assert counted["rule"] == "our-rules/libreoffice"
    assert (counted["fail"], counted["pass"], counted["not_applicable"]) == (1, 1, 1)
    assert "LibreOffice on a shared PC is older than 24.8" in run("report", "--rules", "our-rules/").out
    commands = [line.strip() for line in section.splitlines() if line.startswith("    auditor ")]
    assert all(line.split()[1] in ("rules", "scan", "report") for line in commands)


def test_the_pack_that_contributing_shows_is_right(run):
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## A pack of your own")[2]
    Path("clinic").mkdir()
    Path("clinic/pack.yaml").write_text(guide.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    done = run("rules", "test", "clinic")
    assert done.code == 0, done.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: Windows: too old\n", "A text with a colon must be in quotation marks"),
        ("title: x\n\tseverity: low\n", "Indent with spaces, not tabs"),
        ("title: 'x\n", "A quotation mark or bracket that was opened is not closed."),
        ("require: {cores: {at_least: 2}\nwhy: x\n", "close the bracket"),
        ("title: x\n severity: low\n", "quotation marks"),
        ("- title\n", "Write name: value"),
        ("", "must be a map"),
    ],
)
def test_text_that_is_no_yaml_has_a_way_out_too(run, text, said):
    Path("rule.yaml").write_text(text)
    done = run("rules", "check", "rule.yaml")
    assert done.code == 3
    assert said in done.err
