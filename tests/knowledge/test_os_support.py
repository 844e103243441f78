"""Operating systems: extended updates by their revision, updates that are lacking, age, and what is not known."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from asking import known, linux, macos, server, told, windows
from auditor.knowledge.overrides import Bought, Overrides, Scope

WINDOWS_10 = windows("10", 19045)


def revised(revision: int | None, group: str = "pro") -> dict[str, Any]:
    return windows("10", 19045, group, revision=revision)


ESU = [
    # revision, group, day, supported, ends
    (6456, "pro", "2025-10-14", True, "2025-10-14"),
    (6456, "pro", "2025-10-20", None, None),
    (6456, "pro", "2025-12-16", None, None),
    (6456, "pro", "2025-12-17", False, "2025-10-14"),
    (6466, "pro", "2026-06-01", False, "2025-10-14"),
    (5000, "enterprise", "2026-06-01", False, "2025-10-14"),
    (6575, "pro", "2026-06-01", True, "2026-10-13"),
    (7663, "enterprise", "2026-10-13", True, "2026-10-13"),
    (7663, "enterprise", "2026-10-14", None, None),
    (6575, "home", "2026-06-01", True, "2026-10-13"),
    (7663, "home", "2026-11-01", None, None),
    (9999, "pro", "2026-08-20", True, "2026-10-13"),
    (9999, "pro", "2026-11-01", None, None),
    (None, "pro", "2026-06-01", None, None),
]


@pytest.mark.parametrize(("revision", "group", "day", "supported", "ends"), ESU)
def test_a_revision_shows_extended_updates_of_the_year_it_came_out_in(
    revision: int | None, group: str, day: str, supported: bool | None, ends: str | None
) -> None:
    added = told("os", day, revised(revision, group))
    assert known(added["supported"]) is supported, added["supported"]
    assert known(added["support_ends"]) == ends
    if day > "2025-10-14":
        assert known(added["support_state"]) == "extended"


def test_a_year_that_was_not_shown_says_how_to_say_it() -> None:
    assert "name it in the overrides" in told("os", "2026-11-01", revised(7663))["supported"].unknown


def test_what_was_bought_counts_and_has_no_age() -> None:
    entry = Bought("os", "windows 10", ("pro",), date(2027, 10, 12), Scope(), "contract", "own.yaml, line 2")
    added = told("os", "2027-06-01", revised(7663), own=Overrides((entry,)))
    assert known(added["supported"]) is True
    assert known(added["support_state"]) == "extended"
    assert known(added["support_ends"]) == "2027-10-12"
    assert added["supported"].evidence[-1].source.where == "overrides#own.yaml, line 2"
    for group, day in (("enterprise", "2026-11-01"), ("pro", "2027-10-13")):
        assert known(told("os", day, revised(7663, group), own=Overrides((entry,)))["supported"]) is None


def test_what_was_bought_does_not_shorten_what_everybody_has() -> None:
    entry = Bought("os", "*", (), date(2024, 6, 1), Scope(), "contract", "x")
    assert known(told("os", "2024-01-01", WINDOWS_10, own=Overrides((entry,)))["support_ends"]) == "2025-10-14"


BEHIND = [
    # facts, day, days behind, newest revision
    (windows("11", 26200, revision=9168), "2026-08-20", 0, 9168),
    (windows("11", 26200, revision=9000), "2026-08-20", None, 9168),
    (windows("11", 26200, revision=9000), "2026-09-12", 32, 9168),
    (windows("11", 26200, revision=9000), "2026-11-27", 108, None),
    (windows("11", 26200, revision=9168), "2026-11-27", None, None),
    (windows("11", 26200, revision=9999), "2026-08-20", None, 9168),
    (windows("11", 26200, revision=9168), "2026-01-01", None, None),
    (windows("11", 26200, revision=None), "2026-08-20", None, 9168),
    (windows("11", 22621, revision=6060), "2026-11-27", 0, 6060),
    (windows("10", 19045, revision=6456), "2026-01-01", 51, None),
    (windows("10", 19045, revision=6000), "2025-12-01", 48, None),
    (server("2019", 17763, revision=9121), "2026-08-20", 0, 9121),
    (server("2022", 20348, revision=1), "2026-08-20", None, None),
    (server("2025", 26100, revision=1), "2026-08-20", None, None),
    (windows("7", 7601), "2026-08-20", None, None),
    (macos("15.7.9"), "2026-08-20", 0, None),
    (macos("15.7.8"), "2026-10-06", 61, None),
    (macos("15.7.8"), "2026-08-20", None, None),
    (macos("15.8"), "2026-08-20", None, None),
    (macos("27.0"), "2026-10-06", None, None),
    (linux("Fedora Linux", "44"), "2026-10-06", None, None),
    ({"family": None}, "2026-10-06", None, None),
]


@pytest.mark.parametrize(("facts", "day", "days", "newest"), BEHIND)
def test_days_behind_are_never_fewer_than_they_may_be(
    facts: dict[str, Any], day: str, days: int | None, newest: int | None
) -> None:
    added = told("os", day, facts)
    assert known(added["days_behind"]) == days, added["days_behind"]
    assert known(added["newest_revision"]) == newest


def test_what_is_too_old_is_unknown_with_the_last_known_value() -> None:
    added = told("os", "2026-11-27", windows("11", 26200, revision=9168))
    fact = added["supported"]
    assert fact.unknown.startswith("unknown since 2026-11-21: the facts on end dates are of 2026-08-22; ")
    assert fact.last_known is True
    assert added["support_ends"].last_known == "2027-10-12"
    assert added["days_behind"].unknown.startswith("unknown since 2026-09-23: the facts on builds are of 2026-08-18")
    assert known(told("os", "2026-11-20", windows("11", 26200))["supported"]) is True


def test_what_has_ended_stays_certain_however_old_the_facts_are() -> None:
    added = told("os", "2031-01-01", windows("11", 22631))
    assert known(added["supported"]) is False
    assert known(added["support_state"]) == "ended"
    assert known(added["support_ends"]) == "2025-11-11"
    assert added["supported"].last_known is None


ALIKE = [
    # what is not known of a system, and whether it makes a difference on the day
    ({"edition_group": None}, "2023-01-01", "supported"),
    ({"edition_group": None}, "2024-10-01", None),
    ({"edition_group": None}, "2025-12-01", "ended"),
    ({"type": None}, "2025-12-01", "ended"),
    ({"ltsc": None}, "2025-12-01", "ended"),
]


@pytest.mark.parametrize(("changed", "day", "state"), ALIKE)
def test_what_is_not_known_matters_only_where_it_makes_a_difference(
    changed: dict[str, Any], day: str, state: str | None
) -> None:
    added = told("os", day, windows("11", 22000 if day > "2025" else 22621) | changed)
    if day == "2024-10-01":
        added = told("os", day, windows("11", 22000) | changed)
    assert known(added["support_state"]) == state, added["support_state"]


def test_client_and_server_that_share_a_build_are_told_apart_or_not_at_all() -> None:
    facts = {name: value for name, value in server("2016", 14393).items() if name not in ("type", "edition_group", "ltsc")}
    added = told("os", "2026-09-01", facts)
    assert "depends on what is not known" in added["supported"].unknown


UNKNOWN = [
    (windows("10", 19045, wine=True), "2026-01-01", "made up"),
    (windows("10", 19045) | {"build": None}, "2026-01-01", "no build"),
    (windows("7", 7601, service_pack=None), "2019-01-01", "no service_pack"),
    (windows("7", 7600, service_pack="none"), "2019-01-01", "Service Pack 1"),
    (windows("10", 19045, "enterprise", ltsc=True), "2026-01-01", "in this edition"),
    (windows("11", 26300), "2026-11-01", "newer than the knowledge base"),
    (windows("10", 12345), "2026-11-01", "no release"),
    (macos("27.1") | {"beta": True}, "2026-11-01", "pre-release"),
    (macos("10.5"), "2026-11-01", "no dates"),
    (macos("28.0"), "2026-11-01", "newer than the knowledge base"),
    ({"family": "macos", "name": None, "version": None}, "2026-11-01", "no version"),
    (linux("Ubuntu", "26.10"), "2026-11-01", "newer than the knowledge base"),
    (linux("Ubuntu", "4.10"), "2026-11-01", "no dates"),
    ({"family": "linux", "name": None, "version": None}, "2026-11-01", "no name"),
    ({"family": "linux", "name": "Arch Linux", "version": None}, "2026-11-01", "no version"),
    ({"family": "chromeos", "name": "Chrome OS 130"}, "2026-11-01", "model of device"),
    (linux("LMDE", "7"), "2026-11-01", "no end"),
    ({"family": None}, "2026-11-01", "no family"),
]


@pytest.mark.parametrize(("facts", "day", "why"), UNKNOWN)
def test_what_is_not_known_has_its_reason(facts: dict[str, Any], day: str, why: str) -> None:
    added = told("os", day, facts)
    for name in ("supported", "support_state", "support_ends"):
        assert added[name].value is None
        assert why in added[name].unknown


def test_the_evidence_has_the_readings_and_the_row() -> None:
    [*read, row] = told("os", "2024-01-01", windows("10", 19045))["supported"].evidence
    assert {each.source.where for each in read} >= {"build", "edition_group", "type"}
    assert row.source == ("knowledge", "systems.json#windows-10-22h2-home-pro")
    assert " of 2026-08-22 (secondary)" in row.at
    assert str(row.value).startswith("ends 2025-10-14, ESU year 1 until 2026-10-13")
