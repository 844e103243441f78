from __future__ import annotations

from datetime import date

import pytest

from auditor.knowledge.packed import table
from auditor.knowledge.releases import Release, is_newer, newest, place, release_of, releases

COLUMNS = [*table("releases")["browsers"], "edgehtml"]


@pytest.mark.parametrize("column", COLUMNS)
def test_releases_are_in_order_with_their_dates(column: str) -> None:
    found = releases(column)
    numbered = [tuple(map(int, each.version.split("."))) for each in found]
    assert numbered == sorted(set(numbered))
    assert all(each.date is not None for each in found if each.status in ("current", "esr", "retired", "retired-esr"))
    assert {each.status for each in found} <= {"current", "esr", "retired", "retired-esr", "beta", "nightly", "planned"}


def test_a_column_that_is_none_has_no_releases() -> None:
    assert releases("netscape") == ()
    assert release_of("netscape", "4.7") is None
    assert not is_newer("netscape", "4.7")


def test_edge_is_two_columns() -> None:
    assert [each.version for each in releases("edgehtml")] == ["12", "13", "14", "15", "16", "17", "18"]
    assert {each.engine for each in releases("edgehtml")} == {"EdgeHTML"}
    assert releases("edge")[0] == Release("79", date(2020, 1, 15), "retired", "Blink", "79")


@pytest.mark.parametrize(
    ("column", "version", "release"),
    [
        ("chrome", "57.0.2987.133", Release("57", date(2017, 3, 9), "retired", "Blink", "57")),
        ("chrome", "82.0.4085.12", Release("81", date(2020, 4, 7), "retired", "Blink", "81")),
        ("chrome", "1.0.154.36", Release("1", date(2008, 12, 11), "retired", "WebKit", "528")),
        ("firefox", "140.12.0esr", Release("140", date(2025, 6, 24), "retired-esr", "Gecko", "140")),
        ("firefox", "3.6.28", Release("3.6", date(2010, 1, 21), "retired", "Gecko", "1.9.2")),
        ("safari", "10.0.3", Release("10", date(2016, 9, 20), "retired", "WebKit", "602.1.50")),
        ("safari", "9.1.2", Release("9.1", date(2016, 3, 21), "retired", "WebKit", "601.5.17")),
        ("ie", "11.0.9600.19597", Release("11", date(2013, 10, 17), "retired", "Trident", "7.0")),
        ("ie", "7.0.5730.13", Release("7", date(2006, 10, 18), "retired", "", "")),
        ("opera", "99.0.4788.13", Release("99", date(2023, 5, 16), "retired", "Blink", "113")),
        ("edgehtml", "18.17763", Release("18", date(2018, 10, 2), "retired", "EdgeHTML", "18")),
        ("edge", "18.17763", None),
        ("chrome", "0.2.149", None),
        ("chrome", "canary", None),
        ("chrome", "9999.0.1", None),
    ],
)
def test_a_version_belongs_to_a_release(column: str, version: str, release: Release | None) -> None:
    assert release_of(column, version) == release


def test_a_version_newer_than_all_is_placed_last_and_said_to_be_newer() -> None:
    last = len(releases("firefox")) - 1
    known = releases("firefox")[last].version
    assert (place("firefox", f"{known}.0.4"), is_newer("firefox", f"{known}.0.4")) == (last, False)
    assert (place("firefox", f"{int(known) + 1}.0"), is_newer("firefox", f"{int(known) + 1}.0")) == (last, True)


def test_safaris_second_number_is_a_release_too() -> None:
    major, _, minor = releases("safari")[-1].version.partition(".")
    assert not is_newer("safari", f"{major}.{minor or 0}.9")
    assert is_newer("safari", f"{major}.{int(minor or 0) + 1}")


def test_the_newest_of_a_day_are_those_that_were_out() -> None:
    assert [each.version for each in newest("firefox", date(2026, 11, 22))[:3]] == ["160", "159", "158"]
    assert [each.version for each in newest("chrome", date(2026, 11, 3))[:2]] == ["157", "156"]
    assert [each.version for each in newest("safari", date(2025, 9, 15))[:2]] == ["26", "18.6"]
    assert newest("chrome", date(2008, 1, 1)) == ()
