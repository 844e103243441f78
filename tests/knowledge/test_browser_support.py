"""Browsers: when a release came out, how far behind it is, what is newest on a system, and what is not known."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from asking import known, linux, macos, told, windows
from auditor.knowledge.overrides import Bought, Overrides, Scope

WINDOWS_11, WINDOWS_7 = windows("11", 26200), windows("7", 7601)


def browser(product: str, version: str | None, channel: str | None = "stable", **more: Any) -> dict[str, Any]:
    engines = {"firefox": "gecko", "safari": "webkit", "ie": "trident", "gnome-web": "webkit"}
    return {"product": product, "version": version, "channel": channel, "engine": engines.get(product, "blink"), **more}


BEHIND = [
    (browser("chrome", "157.0.1"), "2026-11-12", 0, "2026-11-03"),
    (browser("chrome", "156.0.1"), "2026-11-12", 9, "2026-10-20"),
    (browser("chrome", "109.0.5414.120"), "2026-11-12", 1374, "2023-01-10"),
    (browser("chrome", "155.0.1"), "2026-11-27", 38, "2026-10-06"),
    (browser("chrome", "157.0.1"), "2026-11-27", None, "2026-11-03"),
    (browser("chrome", "158.0.1"), "2026-11-27", None, None),
    (browser("edge", "155.0.1", "extended"), "2026-11-12", 0, "2026-10-08"),
    (browser("edge", "150.0.1", "extended"), "2026-11-12", 76, "2026-07-02"),
    (browser("firefox", "128.13.0", "esr"), "2025-08-20", 1, "2024-07-09"),
    (browser("firefox", "91.0", "esr"), "2022-09-21", 1, "2021-08-10"),
    (browser("firefox", "45.9.0", "esr"), "2017-06-01", None, "2016-03-08"),
    (browser("brave", "1.93", engine_version="151.0"), "2026-11-12", 79, None),
    (browser("ie", "11.0"), "2026-11-12", None, None),
    (browser("chrome", None), "2026-11-12", None, None),
    (browser("chrome", "nightly"), "2026-11-12", None, None),
]


@pytest.mark.parametrize(("facts", "day", "days", "released"), BEHIND)
def test_days_behind_count_from_the_first_release_that_is_lacking(
    facts: dict[str, Any], day: str, days: int | None, released: str | None
) -> None:
    added = told("browser", day, facts, WINDOWS_11)
    assert known(added["days_behind"]) == days, added["days_behind"]
    assert known(added["release_date"]) == released


NEWEST = [
    ("chrome", "stable", WINDOWS_11, "2026-11-12", "157"),
    ("chrome", "stable", WINDOWS_11, "2024-01-01", "120"),
    ("chrome", "stable", WINDOWS_7, "2026-11-27", "109"),
    ("chrome", "stable", WINDOWS_7, "2022-12-01", "108"),
    ("chrome", "stable", macos("12.7.6"), "2026-11-12", "150"),
    ("chrome", "stable", linux("Debian GNU/Linux", "12"), "2026-11-12", "157"),
    ("firefox", "stable", WINDOWS_11, "2026-11-12", "160"),
    ("firefox", "esr", WINDOWS_11, "2026-11-12", "153.7"),
    ("firefox", "esr", WINDOWS_7, "2026-08-20", "115.38"),
    ("firefox", "esr", WINDOWS_7, "2026-11-12", None),
    ("safari", "stable", macos("13.7.8"), "2026-11-12", "18.6"),
    ("safari", "stable", macos("26.6"), "2026-11-12", "27.2"),
    ("ie", "stable", WINDOWS_7, "2026-11-12", "11"),
    ("brave", "stable", WINDOWS_7, "2026-11-12", "1.47.186"),
    ("brave", "stable", WINDOWS_11, "2026-11-12", None),
    ("chrome", "beta", WINDOWS_11, "2026-11-12", None),
    ("chrome", "extended", WINDOWS_11, "2026-11-12", None),
    ("chrome", "stable", {"family": "windows", "name": None}, "2026-11-12", None),
    ("chrome", "stable", {"family": "macos", "name": "macOS", "version": None}, "2026-11-12", None),
    ("edge", "stable", windows("XP", 2600), "2019-11-12", None),
    ("chrome", "stable", WINDOWS_11, "2008-01-01", None),
]


@pytest.mark.parametrize(("product", "channel", "system", "day", "newest"), NEWEST)
def test_the_newest_that_runs_on_a_system(
    product: str, channel: str, system: dict[str, Any], day: str, newest: str | None
) -> None:
    fact = told("browser", day, browser(product, "1", channel), system)["newest_for_os"]
    assert known(fact) == newest, fact


REASONS = [
    (browser("chrome", "158.0.1"), "newer than the knowledge base of 2026-11-12"),
    (browser("chrome", "158.0.1", "canary"), "for testing"),
    (browser("gnome-web", "44.1"), "not about browsers on webkit"),
    (browser("brave", "1.2"), "the version of its engine is not known"),
    (browser("chrome", None), "no version"),
    (browser("firefox", "140.0", None), "or its extended line"),
    (browser("chrome", "90.0", "extended"), "no extended channel before 94"),
    (browser("firefox", "140.0", "extended"), "only Chrome and Edge have an extended channel"),
    (browser("opera", "120.0", "extended"), "only Chrome and Edge have an extended channel"),
    (browser("ie", "12.0"), "there is no Internet Explorer 12.0"),
    ({"product": None, "version": "1"}, "no product"),
    (browser("ie", None), "its version was not read"),
    (browser("ie", "eleven"), "cannot be read"),
]


@pytest.mark.parametrize(("facts", "why"), REASONS)
def test_what_is_not_known_has_its_reason(facts: dict[str, Any], why: str) -> None:
    fact = told("browser", "2026-11-12", facts, WINDOWS_11)["supported"]
    assert fact.value is None
    assert why in fact.unknown


def test_a_newer_point_release_of_a_line_that_lives_is_unknown_and_lacks_nothing_that_is_known() -> None:
    facts = told("browser", "2026-11-12", browser("firefox", "153.8", "esr"), WINDOWS_11)
    for name, last_known in (("supported", True), ("days_behind", 0)):
        assert facts[name].unknown == "153.8 is newer than the knowledge base of 2026-11-12"
        assert facts[name].last_known == last_known


def test_a_browser_newer_than_the_table_is_unknown_and_lacks_nothing_that_is_known() -> None:
    facts = told("browser", "2026-11-12", browser("chrome", "400.0"), WINDOWS_11)
    assert (facts["supported"].last_known, facts["days_behind"].last_known) == (None, 0)
    assert "newer than the knowledge base" in facts["days_behind"].unknown


def test_a_release_that_was_planned_makes_the_one_before_unknown_with_its_last_known_value() -> None:
    fact = told("browser", "2026-11-20", browser("chrome", "157.0.1"), WINDOWS_11)["supported"]
    assert fact.unknown == "the next release was planned for 2026-11-17, after the facts of 2026-11-12"
    assert fact.last_known is True
    later = told("browser", "2026-11-27", browser("chrome", "157.0.1"), WINDOWS_11)["supported"]
    assert later.unknown.startswith("unknown since 2026-11-27: the facts on browsers are of 2026-11-12")


def test_a_point_release_that_was_planned_makes_the_one_before_unknown() -> None:
    fact = told("browser", "2026-11-25", browser("firefox", "153.7", "esr"), WINDOWS_11)["supported"]
    assert fact.unknown == "the next was planned for 2026-11-24, after the facts of 2026-11-12"
    assert fact.last_known is True


def test_point_releases_of_old_lines_are_not_known() -> None:
    assert (
        "so old a line" in told("browser", "2017-06-01", browser("firefox", "45.9", "esr"), WINDOWS_7)["supported"].unknown
    )


def test_no_end_is_promised_for_the_newest() -> None:
    assert "next release" in told("browser", "2026-11-12", browser("chrome", "157.0"), WINDOWS_11)["support_ends"].unknown
    assert (
        "published" in told("browser", "2026-07-22", browser("firefox", "153.0", "esr"), WINDOWS_11)["support_ends"].unknown
    )


def test_what_was_bought_counts_for_a_browser_too() -> None:
    entry = Bought("browser", "chrome", (), date(2027, 1, 1), Scope(), "vendor's promise", "x")
    added = told("browser", "2026-11-12", browser("chrome", "109.0"), WINDOWS_7, Overrides((entry,)))
    assert known(added["support_state"]) == "extended"


def test_internet_explorer_where_servicing_is_not_known() -> None:
    system = {"family": "windows", "name": "Windows 10", "build": 19044, "type": None, "ltsc": None}
    fact = told("browser", "2026-01-01", browser("ie", "11.0"), system)["supported"]
    assert "long-term editions" in fact.unknown


def test_the_evidence_names_the_release() -> None:
    added = told("browser", "2026-11-12", browser("chrome", "156.0.1"), WINDOWS_11)
    row = added["supported"].evidence[-1]
    assert row.source == ("knowledge", "html5/releases.json#chrome-156")
    assert row.at.endswith("of 2026-11-12 (read)")
