"""Rule files into rules, and every mistake in them named by file, line and field."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from auditor import rules
from auditor.errors import RuleError, UsageError
from auditor.evaluate import wrong_examples
from auditor.model import Outcome, Severity
from rulekit import RULE, VOCABULARY, write


def mistakes(root: Path) -> list[str]:
    return [error.message for error in rules.check([root], VOCABULARY)[1]]


def test_a_rule_is_read_whole(tmp_path: Path) -> None:
    path = write(tmp_path, RULE + "when: {os.family: {one_of: [windows]}}\nof: any\n")
    [rule] = rules.load([tmp_path], VOCABULARY).rules
    assert (rule.id, rule.pack, rule.kind, rule.of) == ("baseline/old", "baseline", "browser", "any")
    assert (rule.title, rule.severity, rule.path) == ("Browser is too old", Severity.HIGH, str(path))
    assert [(each.spec.name, each.word, each.argument) for each in rule.require] == [("version", "at_least", "120")]
    assert [(each.spec.kind, each.word, each.argument) for each in rule.when] == [("os", "one_of", ("windows",))]
    assert rule.source == {"address": "https://example.org/", "as_of": "2026-11-12", "basis": "read"}
    assert [(each.expect, each.line) for each in rule.examples] == [(Outcome.PASS, 10), (Outcome.FAIL, 11)]


def test_a_bare_value_means_equals(tmp_path: Path) -> None:
    write(tmp_path, RULE.replace('{at_least: "120"}', '"120"'))
    assert [each.word for each in rules.load([tmp_path], VOCABULARY).rules[0].require] == ["equals"]


MISTAKES = [
    ('"120"}', "138.10}", 'line 5, require.version.at_least: a version must be in quotation marks: "138.1"'),
    ("  version: {at", "  verison: {at", "line 5, require.verison: unknown fact; did you mean 'version'?"),
    ("  version: {at", "  os.famly: {at", "line 5, require.os.famly: unknown fact; did you mean 'os.family'?"),
    ("at_least", "atleast", "line 5, require.version.atleast: unknown word; did you mean 'at_least'?"),
    ("why:", "wy:", "line 6, wy: unknown field; did you mean 'why'?"),
    ("for: browser", "for: browsr", "line 3, for: unknown kind 'browsr'; did you mean 'browser'?"),
    ("for: browser", "for: [browser]", "line 3, for: must be text"),
    ("severity: high", "severity: hihg", "'hihg' is not one of info, low, medium, high, critical; did you mean 'high'?"),
    ("severity: high", "severity: 3", "line 2, severity: 3 is not one of info"),
    ("severity: high", "severity: high\nof: all", "line 3, of: 'all' is not one of each, any, none"),
    ("title: Browser is too old", "title: ''", "line 1, title: must be text"),
    ("fix: Update it.\n", "", "line 1, fix: missing"),
    ("source: {", "source: x # {", "line 8, source: must have address, as_of and basis"),
    ("basis: read", "basis: heard", "source.basis: 'heard' is not one of read, secondary, recalled, assumption"),
    (", basis: read", "", "line 8, source.basis: missing"),
    (", basis: read", ", basis: read, by: me", "line 8, source.by: unknown field"),
    ("as_of: 2026-11-12", "as_of: '2026'", "line 8, source.as_of: '2026' must be a date such as 2026-11-24"),
    ('version: {at_least: "120"}', "version: {contains: x}", "contains does not go with browser.version (version): equals,"),
    ('version: {at_least: "120"}', "hardware.memory: {at_least: 4 GiB}", "unknown unit 'GiB' in '4 GiB': one of B, KB, MB"),
    ('version: {at_least: "120"}', "support_ends: {before: soon}", "'soon' must be a date such as 2026-11-24, or as-of"),
    ('version: {at_least: "120"}', "features: {supports: [webgll]}", "is never 'webgll'; did you mean 'webgl'?"),
    (
        'version: {at_least: "120"}',
        "office.product: x",
        "a rule for browser cannot ask for office.product: a PC may have several",
    ),
    ('require:\n  version: {at_least: "120"}', "require: {}", "line 4, require: must be a map of facts"),
    ('require:\n  version: {at_least: "120"}', "require: [version]", "line 4, require: must be a map of facts"),
    ('  pass: [{version: "138.0"}]\n', "", "examples.pass: must list at least one example"),
    ('  fail: [{version: "95.0"}]\n', "", "examples.fail: must list at least one example"),
    ('fail: [{version: "95.0"}]', "fail: []", "line 11, examples.fail: must list at least one example"),
    ('fail: [{version: "95.0"}]', "fail: {version: '95'}", "line 11, examples.fail: must list at least one example"),
    ('fail: [{version: "95.0"}]', "fail: [old]", "line 11, examples.fail.0: an example is a map of facts, or a list"),
    ('fail: [{version: "95.0"}]', 'fail: [{verson: "9"}]', "examples.fail.0: unknown fact; did you mean 'version'?"),
    (
        'fail: [{version: "95.0"}]',
        "fail: [{version: 95.0}]",
        "examples.fail.0: version: a version must be in quotation marks",
    ),
    ('fail: [{version: "95.0"}]', "fail: [{policies: x}]", "examples.fail.0: policies must be a list"),
    ('fail: [{version: "95.0"}]', "fail: [{features: [x]}]", "examples.fail.0: features must be a map"),
    ("  fail:", "  fails:", "examples.fails: unknown field; did you mean 'fail'?"),
    ("examples:\n", "examples: none\nx:\n", "line 9, examples: must have pass and fail, and may have unknown"),
]


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES, ids=[message[:60] for _, _, message in MISTAKES])
def test_a_mistake_is_named_by_file_line_and_field(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = RULE.replace(old, new)
    assert text != RULE
    path = write(tmp_path, text)
    said = mistakes(tmp_path)
    assert any(message in each for each in said), said
    assert all(each.startswith(str(path)) for each in said)
    assert all(error.hint for error in rules.check([tmp_path], VOCABULARY)[1]), "the way out"


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, RULE.replace("at_least", "atleast").replace("severity: high", "severity: hi").replace("fix:", "fx:"))
    write(tmp_path, "- no rule\n", "baseline/list.yaml")
    with pytest.raises(RuleError) as raised:
        rules.load([tmp_path], VOCABULARY)
    said = raised.value.message.splitlines()
    assert len(said) == 5
    assert sum("old.yaml" in each for each in said) == 4
    assert raised.value.hint == ""
    assert said == rules.told(rules.check([tmp_path], VOCABULARY)[1]).splitlines()
    assert [each.split(". ")[0] for each in said] == [each.split(". ")[0] for each in mistakes(tmp_path)]


def test_what_is_right_is_given_beside_the_mistakes(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, "title: x\n", "baseline/half.yaml")
    found, errors = rules.check([tmp_path], VOCABULARY)
    assert [rule.id for rule in found.rules] == ["baseline/old"]
    assert len(errors) == 7


def test_a_rule_may_ask_for_what_a_pc_has_once(tmp_path: Path) -> None:
    more = "when: {os.family: windows}\n"
    write(tmp_path, RULE.replace("  version:", "  hardware.memory: {at_least: 4 GB}\n  version:") + more)
    [rule] = rules.load([tmp_path], VOCABULARY).rules
    assert [(each.spec.kind, each.argument) for each in rule.require] == [("hardware", 4 * 2**30), ("browser", "120")]


def test_examples_take_every_type_of_fact(tmp_path: Path) -> None:
    example = (
        "    - {version: nightly, policies: [a], features: {grid: missing}, support_ends: 2026-01-01,"
        " hardware.memory: 4 GB, hardware.tpm: false, os.build: 5, channel: esr}\n"
        "    - [{version: '1'}, {os.family: linux, version: '2'}]\n"
        "    - []\n"
    )
    write(tmp_path, RULE + "  unknown:\n" + example)
    whole, several, none = rules.load([tmp_path], VOCABULARY).rules[0].examples[2:]
    assert whole.subjects == (
        {
            "version": "nightly",
            "policies": ["a"],
            "features": {"grid": "missing"},
            "support_ends": "2026-01-01",
            "channel": "ESR",
        },
    )
    assert whole.context == {"hardware.memory": 4 * 2**30, "hardware.tpm": False, "os.build": 5}
    assert several.subjects == ({"version": "1"}, {"version": "2"})
    assert several.context == {"os.family": "linux"}
    assert none.subjects == ()
    assert [each.line for each in (whole, several, none)] == [13, 14, 15]


def test_one_id_from_two_roots_is_a_mistake(tmp_path: Path) -> None:
    first = write(tmp_path / "ours")
    second = write(tmp_path / "theirs")
    found, errors = rules.check([tmp_path / "ours", tmp_path / "theirs"], VOCABULARY)
    assert [rule.path for rule in found.rules] == [str(first)]
    assert [error.message for error in errors] == [f"{second}: rule baseline/old is also in {first}"]


def test_a_root_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    [error] = rules.check([tmp_path / "none"], VOCABULARY)[1]
    assert "no such file or folder" in error.message
    assert error.hint


PACK = 'title: The base\nversion: "2026.11"\ndescription: What all need.\nas_of: 2026-11-24\n'


def test_a_pack_says_what_it_is(tmp_path: Path) -> None:
    write(tmp_path, PACK, "baseline/pack.yaml")
    write(tmp_path)
    pack = rules.load([tmp_path], VOCABULARY).packs["baseline"]
    assert (pack.id, pack.title, pack.version, pack.as_of) == ("baseline", "The base", "2026.11", "2026-11-24")
    assert len(pack.digest) == 64


def test_a_pack_without_a_file_of_its_own_is_unversioned(tmp_path: Path) -> None:
    write(tmp_path)
    pack = rules.load([tmp_path], VOCABULARY).packs["baseline"]
    assert (pack.title, pack.version, pack.description) == ("baseline", "unversioned", "")


@pytest.mark.parametrize("change", ["text", "name", "pack"])
def test_a_packs_digest_changes_with_any_file_of_it(tmp_path: Path, change: str) -> None:
    write(tmp_path, PACK, "baseline/pack.yaml")
    path = write(tmp_path)
    before = rules.load([tmp_path], VOCABULARY).packs["baseline"].digest
    assert rules.load([tmp_path], VOCABULARY).packs["baseline"].digest == before
    if change == "text":
        path.write_text(RULE + "# more\n")
    elif change == "name":
        path.rename(path.with_name("new.yaml"))
    else:
        write(tmp_path, PACK.replace("base", "bottom"), "baseline/pack.yaml")
    assert rules.load([tmp_path], VOCABULARY).packs["baseline"].digest != before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (PACK + "autor: me\n", "line 5, autor: unknown field"),
        (PACK.replace("title", "titel"), "line 1, titel: unknown field; did you mean 'title'?"),
        ("- a list\n", "must be a map"),
        (PACK + "title: again\n", "line 5: key 'title' stands here twice"),
    ],
)
def test_a_mistake_in_a_pack_file_is_told(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, text, "baseline/pack.yaml")
    write(tmp_path)
    [said] = mistakes(tmp_path)
    assert said.startswith(str(path))
    assert message in said


def test_only_the_chosen_packs_are_kept(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, name="extra/deep/down.yaml")
    chosen = rules.load([tmp_path], VOCABULARY, ["extra"])
    assert [rule.id for rule in chosen.rules] == ["extra/deep/down"]
    assert list(chosen.packs) == ["extra"]
    assert len(rules.load([tmp_path], VOCABULARY).rules) == 2


def test_an_unknown_pack_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(UsageError, match=r"no pack 'basline'; did you mean 'baseline'\?"):
        rules.load([tmp_path], VOCABULARY, ["basline"])


def test_a_single_file_is_the_rule_that_it_is_in_its_pack(tmp_path: Path) -> None:
    write(tmp_path, PACK, "baseline/pack.yaml")
    path = write(tmp_path, name="baseline/deep/old.yaml")
    found = rules.load([path], VOCABULARY)
    assert [rule.id for rule in found.rules] == ["baseline/deep/old"]
    assert found.packs["baseline"].title == "The base"


def test_one_pack_as_root_keeps_its_name(tmp_path: Path) -> None:
    write(tmp_path, PACK, "baseline/pack.yaml")
    write(tmp_path)
    found = rules.load([tmp_path / "baseline"], VOCABULARY)
    assert ([rule.id for rule in found.rules], list(found.packs)) == (["baseline/old"], ["baseline"])


@pytest.mark.parametrize("where", [".", "old.yaml", "./old.yaml", "../baseline"])
def test_a_root_named_from_inside_its_pack_keeps_the_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    write(tmp_path, PACK, "baseline/pack.yaml")
    monkeypatch.chdir(write(tmp_path).parent)
    found = rules.load([Path(where)], VOCABULARY)
    assert ([rule.id for rule in found.rules], list(found.packs)) == (["baseline/old"], ["baseline"])


def test_a_loose_file_takes_its_folders_name_for_its_pack(tmp_path: Path) -> None:
    path = write(tmp_path, name="mine/one.yaml")
    assert [rule.id for rule in rules.load([path], VOCABULARY).rules] == ["mine/one"]
    assert [rule.id for rule in rules.load([path.parent], VOCABULARY).rules] == ["mine/one"]


def test_a_folder_with_a_rules_name_is_a_mistake_and_stops_nothing(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "baseline" / "folder.yaml").mkdir()
    found, errors = rules.check([tmp_path], VOCABULARY)
    assert [rule.id for rule in found.rules] == ["baseline/old"]
    assert [error.message.partition(": ")[2] for error in errors] == ["cannot be read: Is a directory"]


def test_a_link_to_nowhere_is_a_mistake_and_stops_nothing(tmp_path: Path) -> None:
    write(tmp_path)
    os.symlink(tmp_path / "gone", tmp_path / "baseline" / "link.yaml")
    found, errors = rules.check([tmp_path], VOCABULARY)
    assert [rule.id for rule in found.rules] == ["baseline/old"]
    assert [error.message.partition(": ")[2] for error in errors] == ["cannot be read: No such file or directory"]


def test_a_rule_may_begin_on_a_date(tmp_path: Path) -> None:
    write(tmp_path, RULE + "from: 2025-10-15\n")
    [rule] = rules.load([tmp_path], VOCABULARY).rules
    assert rule.since == date(2025, 10, 15)
    write(tmp_path, RULE + "from: soon\n")
    assert mistakes(tmp_path) == [
        f"{tmp_path / 'baseline/old.yaml'}, line 12, from: 'soon' must be a date such as 2026-11-24"
    ]


@pytest.mark.parametrize(("text", "stale"), [("", "unknown"), ("stale: unknown\n", "unknown"), ("stale: warn\n", "warn")])
def test_a_rule_says_what_becomes_of_what_is_known_too_long(tmp_path: Path, text: str, stale: str) -> None:
    write(tmp_path, RULE + text)
    assert rules.load([tmp_path], VOCABULARY).rules[0].stale == stale


def test_what_becomes_of_it_is_one_of_two_words(tmp_path: Path) -> None:
    write(tmp_path, RULE + "stale: wran\n")
    assert "line 12, stale: 'wran' is not one of unknown, warn; did you mean 'warn'?" in mistakes(tmp_path)[0]


def test_a_folder_without_rules_is_a_mistake_and_both_endings_count(tmp_path: Path) -> None:
    assert "no rules here" in mistakes(tmp_path)[0]
    write(tmp_path, name="baseline/old.yml")
    assert [rule.id for rule in rules.load([tmp_path], VOCABULARY).rules] == ["baseline/old"]


def test_a_place_that_may_not_be_looked_at_is_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_file", refuse)
    assert "cannot be read: Permission denied" in rules.check([tmp_path], VOCABULARY)[1][0].message


def test_in_a_list_facts_of_other_kinds_alone_are_a_pc_without_any(tmp_path: Path) -> None:
    examples = 'examples: {pass: [{version: "138"}], fail: [[{os.family: windows}], [{}]]}\n'
    write(tmp_path, RULE.split("examples:")[0] + examples)
    assert [len(each.subjects) for each in rules.load([tmp_path], VOCABULARY).rules[0].examples] == [1, 0, 1]


def test_a_folder_that_may_not_be_entered_is_a_mistake_not_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)
    (tmp_path / "baseline" / "shut").mkdir()
    listed = os.scandir

    def refuse(path: str | os.PathLike[str]) -> object:
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert mistakes(tmp_path) == [f"{tmp_path / 'baseline/shut'}: cannot be read: Permission denied"]


SERVICE = """\
title: Tickets
severity: info
for: browser
of: any
demands:
  - needs: {features: {supports: [grid]}}
    standing: inferred
    confidence: low
    source: {address: https://example.org/, as_of: 2026-11-12, basis: assumption}
  - needs: {version: {at_least: "61"}, release: {newest: 3}}
    products: [chrome]
    standing: published
    confidence: high
    source: {address: https://example.org/list, as_of: 2026-01-31, basis: read}
    note: of the present list
why: Tickets are booked there.
fix: Update it.
source: {address: https://example.org/, as_of: 2026-11-12, basis: read}
examples:
  on: 2026-06-01
  pass: [{product: chrome, version: "138.0", features: {grid: supported}}]
  fail: [{product: chrome, version: "49.0", features: {grid: "missing: from 57 on"}}]
"""
PRODUCTS = {**VOCABULARY, "browser.product": VOCABULARY["browser.product"]._replace(words=("chrome", "firefox"))}


def test_a_services_demands_are_its_requirements_with_where_each_comes_from(tmp_path: Path) -> None:
    write(tmp_path, SERVICE)
    [rule] = rules.load([tmp_path], PRODUCTS).rules
    asked = [(each.spec.name, each.word, each.demand and each.demand.standing) for each in rule.require]
    assert asked == [
        ("features", "supports", "inferred"),
        ("version", "at_least", "published"),
        ("release", "newest", "published"),
    ]
    first, second = rule.demands
    assert (first.confidence, first.products, first.source["basis"]) == ("low", (), "assumption")
    assert (second.products, second.note, second.source["as_of"]) == (("chrome",), "of the present list", "2026-01-31")
    assert {example.on for example in rule.examples} == {date(2026, 6, 1)}


WRONG_DEMANDS = [
    ("standing: inferred", "standing: infered", "line 7, demands.0.standing: 'infered' is not one of published, inferred"),
    ("confidence: low", "confidence: some", "line 8, demands.0.confidence: 'some' is not one of high, medium, low"),
    ("    confidence: low\n", "", "demands.0.confidence: missing"),
    ("basis: assumption", "basis: heard", "demands.0.source.basis: 'heard' is not one of"),
    ("products: [chrome]", "products: [chrom]", "line 11, demands.1.products: must be a list of browser.product's words, not 'chrom'"),
    ("products: [chrome]", "products: chrome", "demands.1.products: must be a list of browser.product's words, not 'chrome'"),
    ("note: of", "remark: of", "demands.1.remark: unknown field"),
    ("[grid]", "[gird]", "line 6, demands.0.needs.features.supports: browser.features is never 'gird'; did you mean 'grid'?"),
    ("{features: {supports: [grid]}}", "[]", "demands.0.needs: must be a map of facts"),
    ("why:", "require: {version: '1'}\nwhy:", "require: a rule has require, or demands"),
    ("of: any\n", "", "line 4, demands: a service has demands for html5 or for browser, with of: any"),
    ("of: any", "of: none", "demands: a service has demands for html5 or for browser, with of: any"),
    ("of: any", "of: each", "demands: a service has demands for html5 or for browser, with of: any"),
    ("for: browser", "for: os", "demands: a service has demands for html5 or for browser, with of: any"),
    ("on: 2026-06-01", "on: June", "examples.on: 'June' must be a date"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "message"), WRONG_DEMANDS)
def test_a_mistake_in_a_demand_is_named(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    write(tmp_path, SERVICE.replace(right, wrong, 1))
    found = [error.message for error in rules.check([tmp_path], PRODUCTS)[1]]
    assert any(message in each for each in found), found


@pytest.mark.parametrize("demands", ["demands: []", "demands: {}", "demands: [x]"])
def test_demands_are_a_list_of_maps(tmp_path: Path, demands: str) -> None:
    before, _, rest = SERVICE.partition("demands:\n")
    write(tmp_path, before + demands + "\n" + "why:" + rest.partition("why:")[2])
    assert any("demands" in each for each in [error.message for error in rules.check([tmp_path], PRODUCTS)[1]])


RELEASE = 'release: "157", date: 2026-11-03, behind: 1, newest: ["158", "157"], known_until: 2026-11-12'


@pytest.mark.parametrize("release", [RELEASE, RELEASE + ", esr: true"])
def test_an_example_may_say_which_release_it_is(tmp_path: Path, release: str) -> None:
    write(tmp_path, SERVICE.replace('version: "138.0",', f'version: "138.0", release: {{{release}}},'))
    [rule] = rules.load([tmp_path], PRODUCTS).rules
    told = next(example for example in rule.examples if "release" in example.subjects[0]).subjects[0]["release"]
    assert isinstance(told, dict)
    assert (told["behind"], told["date"]) == (1, "2026-11-03")
    assert wrong_examples(rule, date(2026, 11, 24)) == []


@pytest.mark.parametrize(
    "release",
    ["", "foo: 1", RELEASE + ", more: 1", RELEASE.replace("behind: 1", "behind: one"), RELEASE.replace("2026-11-03", "soon"),
     RELEASE.replace('"158"', "158"), RELEASE.replace('["158", "157"]', "x"), RELEASE + ", esr: perhaps"],
)  # fmt: skip
def test_an_example_of_a_release_that_could_not_be_told_is_a_mistake(tmp_path: Path, release: str) -> None:
    write(tmp_path, SERVICE.replace('version: "138.0",', f'version: "138.0", release: {{{release}}},'))
    found = [error.message for error in rules.check([tmp_path], PRODUCTS)[1]]
    assert any("examples.pass.0: release" in each and "must" in each for each in found), found
