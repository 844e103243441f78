"""The words of rules: true, false, or honestly undecided."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from auditor.knowledge.baseline import baseline_known_until
from auditor.matchers import (
    AS_OF,
    MATCHERS,
    BadArgumentError,
    Listed,
    Undecided,
    prepare,
    show,
    size_text,
    suggest,
)
from auditor.model import FactSpec
from rulekit import VOCABULARY

AS_OF_DATE = date(2026, 11, 24)


def release(name: str, day: str, behind: int, known_until: str = "2026-11-12", *, esr: bool = False) -> dict[str, Any]:
    newest = ["158", "157", "156", "155"]
    return {"release": name, "date": day, "behind": behind, "newest": newest, "esr": esr, "known_until": known_until}


def answer(fact: str, word: str, actual: Any, argument: Any) -> bool | Undecided:
    spec = VOCABULARY[fact]
    assert spec.type in MATCHERS[word].types
    return MATCHERS[word].test(actual, prepare(word, argument, spec), AS_OF_DATE)


DECIDED = [
    ("os.family", "equals", "windows", "Windows", True),
    ("os.family", "equals", "linux", "windows", False),
    ("browser.product", "equals", "Chrome", "chrome", True),
    ("browser.product", "not_equals", "chrome", "firefox", True),
    ("browser.version", "equals", "115.9.0esr", "115.9", True),
    ("browser.version", "not_equals", "115.9", "115.10", True),
    ("os.build", "equals", 22631, 22631, True),
    ("hardware.tpm", "equals", True, True, True),
    ("hardware.tpm", "equals", False, True, False),
    ("os.family", "one_of", "macos", ["windows", "macos"], True),
    ("os.family", "none_of", "macos", ["windows", "macos"], False),
    ("os.family", "none_of", "linux", ["windows", "macos"], True),
    ("browser.version", "one_of", "120.0", ["119", "120"], True),
    ("browser.version", "at_least", "138.10", "138.9", True),
    ("browser.version", "at_least", "68.0", "100.0", False),
    ("browser.version", "below", "139.0b3", "139.0", True),
    ("os.build", "at_least", 22000, 22000, True),
    ("os.build", "below", 22000, 22000, False),
    ("hardware.memory", "at_least", 4 * 2**30, "4 GB", True),
    ("hardware.memory", "below", 4 * 2**30 - 1, "4GB", True),
    ("browser.product", "matches", "Firefox-ESR", "firefox*", True),
    ("browser.version", "matches", "115.9.0esr", "*esr", True),
    ("browser.version", "matches", "115.9.0", "*esr", False),
    ("browser.policies", "contains", ["HomepageLocation"], "homepagelocation", True),
    ("browser.policies", "contains", [], "x", False),
    ("browser.policies", "lacks", ["HomepageLocation"], "homepagelocation", False),
    ("browser.policies", "lacks", [], "x", True),
    ("browser.policies", "empty", [], True, True),
    ("browser.policies", "empty", ["x"], True, False),
    ("browser.policies", "empty", ["x"], False, True),
    ("os.build", "at_most", 14, 14, True),
    ("os.build", "at_most", 15, 14, False),
    ("browser.version", "at_most", "120.0", "120", True),
    ("browser.version", "at_most", "120.10", "120.9", False),
    ("hardware.memory", "at_most", 4 * 2**30, "4 GB", True),
    ("browser.features", "supports", {"grid": "supported", "webgl": "supported"}, ["grid", "webgl"], True),
    ("browser.features", "supports", {"grid": "missing"}, ["grid", "webgl"], False),
    ("browser.features", "supports", {"grid": "switched off"}, ["grid"], False),
    ("browser.support_ends", "before", "2026-11-23", AS_OF, True),
    ("browser.support_ends", "before", "2026-11-24", AS_OF, False),
    ("browser.support_ends", "after", "2026-11-24", AS_OF, True),
    ("browser.support_ends", "before", "2020-01-01", date(2021, 1, 1), True),
    ("browser.features", "supports", {"grid": "missing: from 57 on"}, ["grid"], False),
    ("browser.features", "supports", {"grid": "supported: measured"}, ["grid"], True),
    ("browser.release", "newest", release("157", "2026-11-03", 1), 2, True),
    ("browser.release", "newest", release("156", "2026-10-20", 2), 2, False),
    ("browser.release", "newest", release("49", "2016-03-02", 108, "2020-01-01"), 3, False),
    ("browser.release", "newest_or_esr", release("153", "2026-07-21", 7, esr=True), 1, True),
    ("browser.release", "newest_or_esr", release("153", "2026-07-21", 7), 1, False),
    ("browser.release", "within_months", release("150", "2026-06-30", 8), 6, True),
    ("browser.release", "within_months", release("148", "2026-05-05", 10), 6, False),
    ("browser.release", "within_months", release("149", "2026-05-24", 9), 6, True),
    ("browser.baseline", "reaches", "2023-12-31", 2023, True),
    ("browser.baseline", "reaches", "2023-12-18", 2023, False),
    ("browser.baseline", "reaches", "2024-05-24", "widely", True),
    ("browser.baseline", "reaches", "2024-05-23", "widely", False),
    ("browser.baseline", "reaches", "2026-08-23", "newly", False),
    ("browser.baseline", "reaches", "2024-05-22", date(2024, 5, 22), True),
]


@pytest.mark.parametrize(("fact", "word", "actual", "argument", "expected"), DECIDED)
def test_a_word_is_true_or_false(fact: str, word: str, actual: Any, argument: Any, expected: bool) -> None:
    assert answer(fact, word, actual, argument) is expected


@pytest.mark.parametrize(
    ("fact", "word", "actual", "argument", "reason"),
    [
        ("browser.version", "at_least", "nightly", "120", "'nightly' cannot be compared: does not begin with a number"),
        ("browser.version", "below", "nightly", "120", "'nightly' cannot be compared: does not begin with a number"),
        ("browser.version", "at_most", "nightly", "120", "'nightly' cannot be compared: does not begin with a number"),
        ("browser.version", "equals", "", "120", "'' cannot be compared: empty"),
        ("browser.version", "not_equals", "24H2", "120", "'24H2' cannot be compared: what follows '24' has no known order"),
        ("browser.version", "one_of", "nightly", ["1", "2"], "'nightly' cannot be compared: does not begin with a number"),
        ("browser.version", "none_of", "nightly", ["1", "2"], "'nightly' cannot be compared: does not begin with a number"),
        ("browser.features", "supports", {"grid": "supported", "webgl": "unknown"}, ["webgl", "grid"], "not known of webgl"),
        ("browser.features", "supports", {}, ["webgl", "grid"], "not known of grid, webgl"),
        ("browser.support_ends", "before", "soon", AS_OF, "'soon' is not a date"),
        ("browser.support_ends", "after", "soon", AS_OF, "'soon' is not a date"),
    ],
)
def test_what_cannot_be_compared_is_undecided(fact: str, word: str, actual: Any, argument: Any, reason: str) -> None:
    assert answer(fact, word, actual, argument) == Undecided(reason)


@pytest.mark.parametrize(
    ("fact", "word", "argument", "message"),
    [
        ("browser.version", "at_least", 138.1, 'must be in quotation marks: "138.1" (without them 138.10 is read as 138.1)'),
        ("browser.version", "at_least", 120, "must be in quotation marks"),
        ("browser.version", "at_least", "latest", "'latest' cannot be compared as a version: does not begin with a number"),
        ("browser.version", "at_least", ["1"], "at_least takes one value, a list goes with one_of"),
        ("browser.version", "at_least", {"a": 1}, "at_least takes one value"),
        ("browser.version", "one_of", "120", "one_of takes a list, for example [a, b]"),
        ("browser.version", "one_of", [], "one_of takes a list"),
        ("browser.version", "one_of", ["120", 121], "must be in quotation marks"),
        ("browser.version", "matches", 1, "1 must be text: put it in quotation marks"),
        ("os.build", "at_least", "22000", "'22000' must be a whole number"),
        ("os.build", "at_least", True, "True must be a whole number"),
        ("hardware.memory", "at_least", 4, '4 must be a size with its unit, such as "8 GB"'),
        ("hardware.memory", "at_least", "4", "'4' must be a size with its unit, such as \"8 GB\""),
        ("hardware.memory", "at_least", "4 GiB", "unknown unit 'GiB' in '4 GiB': one of B, KB, MB, GB, TB"),
        ("hardware.memory", "at_least", "-4 GB", "must be a size"),
        ("hardware.tpm", "equals", "yes", "'yes' must be true or false"),
        ("hardware.tpm", "equals", 1, "1 must be true or false"),
        ("browser.support_ends", "before", "2026-13-45", "must be a date such as 2026-11-24, or as-of"),
        ("os.family", "equals", "window", "os.family is never 'window'; did you mean 'windows'?"),
        ("os.family", "one_of", ["windows", "beos"], "os.family is never 'beos'; known are linux, macos, windows"),
        ("browser.features", "supports", ["gird"], "browser.features is never 'gird'; did you mean 'grid'?"),
        ("browser.policies", "empty", "yes", "'yes' must be true or false"),
        ("browser.features", "supports", "grid", "supports takes a list"),
        ("browser.features", "supports", [1], "1 must be text"),
    ],
)
def test_an_argument_that_does_not_fit_says_what_would(fact: str, word: str, argument: Any, message: str) -> None:
    with pytest.raises(BadArgumentError) as raised:
        prepare(word, argument, VOCABULARY[fact])
    assert message in str(raised.value)


def test_a_closed_list_knows_its_words_in_any_case() -> None:
    assert prepare("equals", "esr", VOCABULARY["browser.channel"]) == "ESR"
    assert prepare("one_of", ["STABLE", "beta"], VOCABULARY["browser.channel"]) == ("Stable", "Beta")
    assert prepare("supports", ["WebGL"], VOCABULARY["browser.features"]) == ("webgl",)


def test_a_pattern_need_not_be_one_of_the_words() -> None:
    assert answer("os.family", "matches", "windows", "win*") is True


def test_a_size_may_have_a_fraction() -> None:
    spec = VOCABULARY["hardware.memory"]
    assert prepare("at_least", "1.5 GB", spec) == 3 * 2**29
    assert prepare("at_least", "0.125kb", spec) == 128
    assert prepare("at_least", "7 B", spec) == 7


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (True, "yes-no", "yes"), (False, "yes-no", "no"), (5, "whole", "5"), (8 * 2**30, "size", "8 GB"), ([], "list", "none"),
        (("a", "b"), "list", "a, b"), ({"b": "missing", "a": True}, "features", "a: yes, b: missing"), ({}, "features", "none"),
        (None, "text", "None"), ("1.2", "version", "1.2"), ((2**20, 2**21), "size", "1 MB, 2 MB"),
    ],
)  # fmt: skip
def test_a_value_is_shown_as_a_person_reads_it(value: Any, kind: str, text: str) -> None:
    assert show(value, FactSpec("any", "fact", kind, "A fact.")) == text


def test_a_value_is_shown_without_its_spec() -> None:
    assert show(8 * 2**30) == str(8 * 2**30)


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1 KB"), (3 * 2**29, "1.5 GB"), (17 * 10**9, "15.8 GB"), (2**42, "4 TB")],
)
def test_a_size_is_shown_in_its_largest_unit(size: int, text: str) -> None:
    assert size_text(size) == text


def test_a_near_miss_has_a_suggestion_and_a_short_list_is_shown() -> None:
    assert suggest("at_lest", MATCHERS) == "; did you mean 'at_least'?"
    assert suggest("zzz", ["a", "b"]) == "; known are a, b"
    assert suggest("zzz", [f"fact{number}" for number in range(31)]) == ""


@pytest.mark.parametrize(("actual", "answer"), [("Windows 11", True), ("windows 7", False), (26100, True), (22631, False)])
def test_listed_knows_what_is_good_and_what_is_not(actual: Any, answer: bool) -> None:
    wanted = Listed(("Windows 1?", "26100"), ("Windows 7", "22*"))
    assert MATCHERS["listed"].test(actual, wanted, date(2026, 11, 24)) is answer


def test_what_is_on_neither_list_is_unknown() -> None:
    wanted = Listed(("Windows 11",), ("Windows 7",))
    answer = MATCHERS["listed"].test("Windows 12", wanted, date(2026, 11, 24))
    assert answer == Undecided("Windows 12 is on neither list of this rule")


@pytest.mark.parametrize(
    ("tags", "answer"), [(["confirmed", "ward"], True), (["refused", "confirmed"], False), (["ward"], None), ([], None)]
)
def test_of_a_list_one_member_on_a_list_decides_and_the_bad_one_first(tags: list[str], answer: bool | None) -> None:
    wanted = Listed(("confirmed",), ("refused",), "nobody has said")
    found = MATCHERS["listed"].test(tags, wanted, AS_OF_DATE)
    said = "none of its words is on either list of this rule: nobody has said"
    assert found == (Undecided(said) if answer is None else answer)


def test_listed_may_say_why_what_is_on_neither_list_is_unknown() -> None:
    spec = FactSpec("device", "tags", "list", "")
    lists = {"pass": ["a"], "fail": ["b"]}
    assert prepare("listed", {**lists, "otherwise": "nobody has said "}, spec) == Listed(("a",), ("b",), "nobody has said")
    for wrong in ("", "  ", 7, None):
        with pytest.raises(BadArgumentError, match="otherwise is a text"):
            prepare("listed", {**lists, "otherwise": wrong}, spec)


def test_listed_takes_two_lists_of_text() -> None:
    spec = FactSpec("os", "name", "text", "")
    assert prepare("listed", {"pass": ["a"], "fail": ["b"]}, spec) == Listed(("a",), ("b",))
    assert show(Listed(("a", "c"), ("b",))) == "a, c (but not b)"
    for wrong in ({"pass": ["a"]}, {"pass": ["a"], "fail": []}, {"pass": ["a"], "fail": [1]}, {"pass": "a", "fail": "b"}, ["a"], "a",
                  {"pass": ["a"], "fail": ["b"], "unknown": ["c"]}):  # fmt: skip
        with pytest.raises(BadArgumentError):
            prepare("listed", wrong, spec)


def test_the_extended_support_release_is_not_judged_by_a_demand_that_does_not_speak_of_it() -> None:
    answered = answer("browser.release", "newest", release("153", "2026-07-21", 7, esr=True), 3)
    assert answered == Undecided("153 is the extended support release, which this demand does not speak of")


def test_a_release_whose_channel_is_not_known_may_be_extended_support() -> None:
    perhaps = release("153", "2026-07-21", 7) | {"esr": None}
    for word in ("newest", "newest_or_esr"):
        answered = answer("browser.release", word, perhaps, 3)
        assert isinstance(answered, Undecided)
        assert answered.reason == "153 may be the extended support release: its channel is not known"
    assert answer("browser.release", "newest_or_esr", perhaps, 8) is True


def test_what_became_baseline_after_the_table_was_made_is_not_known() -> None:
    newest = baseline_known_until()
    for wanted in ("newly", AS_OF_DATE.year):
        answered = answer("browser.baseline", "reaches", newest.isoformat(), wanted)
        assert isinstance(answered, Undecided)
        assert answered.reason == f"what became Baseline after {newest} is not known here"
    assert answer("browser.baseline", "reaches", newest.isoformat(), newest) is True


def test_an_old_table_of_releases_does_not_say_which_are_the_newest() -> None:
    answered = answer("browser.release", "newest", release("157", "2026-06-02", 0, "2026-06-10"), 3)
    assert answered == Undecided("the releases known here are those of 2026-06-10: newer ones may be out")


SEEN = [
    ("supports", {"grid": "missing: from 57 on", "webgl": "switched off: by X=1 at here"}, ["grid", "webgl", "dialog"],
     "missing: grid (from 57 on); switched off: webgl (by X=1 at here)"),
    ("supports", {"grid": "supported", "webgl": "supported: measured"}, ["grid", "webgl"], "all 2 supported"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "actual", "argument", "expected"), SEEN)
def test_of_many_features_those_that_decided_are_shown(word: str, actual: Any, argument: Any, expected: str) -> None:
    seen = MATCHERS[word].seen
    assert seen is not None
    assert seen(actual, prepare(word, argument, VOCABULARY["browser.features"]), AS_OF_DATE) == expected


def test_of_a_long_list_of_features_eight_are_shown_and_the_rest_counted() -> None:
    seen = MATCHERS["supports"].seen
    assert seen is not None
    wanted = tuple(f"f{number:02}" for number in range(11))
    assert (
        seen(dict.fromkeys(wanted, "missing"), wanted, AS_OF_DATE)
        == "missing: f00, f01, f02, f03, f04, f05, f06, f07 and 3 more"
    )


def test_what_a_release_is_measured_by_is_shown_with_the_numbers_it_came_to() -> None:
    old = release("49", "2016-03-02", 108)
    newest, within, reaches = (MATCHERS[word].seen for word in ("newest", "within_months", "reaches"))
    assert newest is not None
    assert within is not None
    assert reaches is not None
    assert newest(old, 3, AS_OF_DATE) == "49 of 2016-03-02, 108 behind; newest 3 on 2026-11-24: 158, 157, 156"
    assert within(old, 6, AS_OF_DATE) == "49 of 2016-03-02; asked for: on or after 2026-05-24"
    seen = reaches("2016-01-01", "widely", AS_OF_DATE)
    assert seen == "everything that was Baseline on 2016-01-01; asked for: 2024-05-24"


@pytest.mark.parametrize(
    ("fact", "word", "argument"),
    [
        ("browser.release", "newest", 0),
        ("browser.release", "newest", "3"),
        ("browser.release", "within_months", True),
        ("browser.baseline", "reaches", 1999),
        ("browser.baseline", "reaches", "soon"),
    ],
)
def test_a_count_or_a_baseline_that_is_none_is_refused(fact: str, word: str, argument: Any) -> None:
    with pytest.raises(BadArgumentError, match=word):
        prepare(word, argument, VOCABULARY[fact])
