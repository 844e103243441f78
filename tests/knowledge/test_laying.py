from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from auditor.knowledge import browser_lines, refreshed, shipped
from auditor.knowledge.enrich import enriched
from auditor.knowledge.laying import laid, unplaced
from auditor.knowledge.refreshed import Refreshed, Used
from auditor.model import Detected, Fact, Subject
from knowledge.refreshing import SHA256, current, cycle, known, release

DAY = date(2026, 12, 15)
PC = {"family": "windows", "name": "Windows 11", "build": 26200, "edition_group": "pro", "ltsc": False, "type": "client"}
MAC = {"family": "macos", "name": "macOS"}


def facts(kind: str, values: dict[str, Any], fresh: Refreshed, day: date = DAY) -> dict[str, Fact]:
    subject = Subject(kind, "x")
    given = Detected(tuple(Fact(subject, name, value, ()) for name, value in values.items()))
    return {fact.name: fact for fact in enriched(given, day, fresh=fresh).facts}


def told(fact: Fact) -> Any:
    return fact.unknown or fact.value


def test_what_was_refreshed_is_known_again_and_its_evidence_names_the_feed() -> None:
    before = facts("os", PC, refreshed.NONE)["supported"]
    assert before.unknown.startswith("unknown since 2026-11-21")
    after = facts("os", PC, laid([known("endoflife-windows", cycle("11-25h2-w", "2025-09-30", "2027-10-12"))]))
    assert told(after["supported"]) is True
    assert told(after["support_ends"]) == "2027-10-12"
    reading = after["supported"].evidence[-1]
    assert reading.source.where == "endoflife-windows#11-25h2-w"
    assert reading.at == "https://endoflife.date/api/v1/products/windows/ of 2026-12-10 (secondary)"
    assert reading.value == f"ends 2027-10-12; SHA-256 {SHA256}"


def test_age_counts_from_the_day_of_the_refresh() -> None:
    fresh = laid([known("endoflife-windows", cycle("11-25h2-w", "2025-09-30", "2027-10-12"))])
    late = facts("os", PC, fresh, date(2027, 3, 11))["supported"]
    assert late.unknown.startswith("unknown since 2027-03-11: the facts on end dates are of 2026-12-10")


@pytest.mark.parametrize(
    ("ends", "taken", "note"),
    [
        ("2027-10-19", "2027-10-19", ""),
        ("2027-10-05", "2027-10-05", ""),
        ("2027-10-20", "2027-10-12", "it says until 2027-10-20, what ships 2027-10-12: the earlier is taken"),
        (None, "2027-10-12", "it says that it goes on, what ships 2027-10-12: the earlier is taken"),
        ("2027-10-04", "2027-10-04", "what ships says until 2027-10-12: the earlier is taken"),
    ],
)
def test_of_ends_that_contradict_each_other_the_earlier_is_taken_and_said(ends, taken, note) -> None:
    fresh = laid([known("endoflife-windows", cycle("11-25h2-w", "2025-09-30", ends))])
    after = facts("os", PC, fresh)
    assert told(after["support_ends"]) == taken
    assert note in str(after["support_ends"].evidence[-1].value)
    assert ("the earlier is taken" in str(after["support_ends"].evidence[-1].value)) is bool(note)


def test_an_older_refresh_than_what_ships_changes_nothing() -> None:
    fresh = laid([known("endoflife-windows", cycle("11-25h2-w", "2025-09-30", "2029-01-01"), of="2026-08-22")])
    assert fresh.lifecycles("windows") == shipped.lifecycles("windows")


def test_what_people_decided_stays_where_a_feed_would_have_it_better() -> None:
    fresh = laid([known("endoflife-macos", cycle("14", "2023-09-26", None))])
    after = facts("os", {**MAC, "version": "14.8"}, fresh)
    assert told(after["supported"]) is False
    assert told(after["support_ends"]) == "2026-09-14"


def test_what_is_over_without_a_day_is_over_from_the_feeds_day_on() -> None:
    fresh = laid([known("endoflife-macos", cycle("15", "2024-09-16", None, ended=True))])
    pc = {**MAC, "version": "15.7"}
    assert told(facts("os", pc, fresh)["supported"]) is False
    assert told(facts("os", pc, fresh, date(2026, 12, 10))["supported"]) is False
    assert "only that it had ended by" in told(facts("os", pc, fresh, date(2026, 12, 9))["supported"])
    gone = laid([known("endoflife-macos", cycle("11", "2020-11-12", None, ended=True))])
    (row,) = [each for each in gone.lifecycles("macos") if each["version"] == "11"]
    assert (row["ends"], row["renewed"].note) == ("2023-09-26", "")


def test_a_macos_that_goes_on_is_known_again_and_a_new_one_is_there() -> None:
    fresh = laid([known("endoflife-macos", cycle("26", "2025-09-15", None), cycle("28", "2026-12-01", None))])
    assert told(facts("os", {**MAC, "version": "26.5"}, fresh)["supported"]) is True
    assert told(facts("os", {**MAC, "version": "28.0"}, fresh)["supported"]) is True


def test_new_windows_are_known_by_the_build_that_the_feed_names() -> None:
    fresh = laid([known("endoflife-windows", cycle("11-26h2-w", "2026-10-01", "2028-10-10", latest="10.0.26300"))])
    assert told(facts("os", PC | {"build": 26300}, fresh)["support_ends"]) == "2028-10-10"
    assert "newer than the knowledge base" in told(
        facts("os", PC | {"build": 26300, "edition_group": "pro"}, refreshed.NONE)["supported"]
    )
    nothing = laid(
        [known("endoflife-windows", cycle("11-26h2-w", "2026-10-01", "2028-10-10", latest="11"), cycle("what", None, None))]
    )
    assert not [each for each in nothing.lifecycles("windows") if "renewed" in each]


SERVERS = [("2025", "windows-server-2025"), ("2012-r2", "windows-server-2012-r2"), ("2008-r2-sp1", "windows-server-2008-r2"),
           ("2008-sp2", "windows-server-2008"), ("2003-sp2", "windows-server-2003"), ("23h2-ac", "windows-server-23h2"),
           ("2003", ""), ("2003-sp1", ""), ("1809-sac", "")]  # fmt: skip


@pytest.mark.parametrize(("name", "row"), SERVERS)
def test_servers_are_told_by_their_names(name, row) -> None:
    fresh = laid([known("endoflife-windows-server", cycle(name, None, "2034-11-14", latest="10.0.26100"))])
    assert [each["id"] for each in fresh.lifecycles("windows") if "renewed" in each] == [row] * bool(row)


CLIENTS = [("10-22h2", ["windows-10-22h2-home-pro", "windows-10-22h2-ent-edu"]), ("11-24h2-e", ["windows-11-24h2-ent-edu"]),
           ("10-21h2-iot-lts", ["windows-10-iot-enterprise-ltsc-2021"]), ("10-1607-e-lts", ["windows-10-2016-ltsb"]),
           ("8.1", ["windows-8.1"]), ("7-sp1", ["windows-7"])]  # fmt: skip


@pytest.mark.parametrize(("name", "rows"), CLIENTS)
def test_clients_are_told_by_their_names(name, rows) -> None:
    fresh = laid([known("endoflife-windows", cycle(name, None, None))])
    assert [each["id"] for each in fresh.lifecycles("windows") if "renewed" in each] == rows


@pytest.mark.parametrize(("line", "name", "version"), [
    ("ubuntu", "Ubuntu", "24.04"), ("debian", "Debian GNU/Linux", "13"), ("rhel", "Red Hat Enterprise Linux", "9"),
    ("fedora", "Fedora Linux", "44"),
])  # fmt: skip
def test_linux_is_known_again(line, name, version) -> None:
    pc = {"family": "linux", "name": name, "version": version}
    ends = told(facts("os", pc, refreshed.NONE, date(2026, 11, 1))["support_ends"])
    ends = ends if ends[:2] == "20" else "2029-05-31"
    fresh = laid([known(f"endoflife-{line}", cycle(version, None, ends))])
    after = facts("os", pc, fresh)["supported"]
    assert told(after) is True
    assert after.evidence[-1].source.where == f"endoflife-{line}#{version}"


def test_a_new_fedora_is_known() -> None:
    fresh = laid([known("endoflife-fedora", cycle("45", "2026-10-27", "2027-12-01"))])
    assert told(facts("os", {"family": "linux", "name": "Fedora Linux", "version": "45"}, fresh)["supported"]) is True


def test_the_newest_macos_is_the_feeds_and_every_update_in_it_counts() -> None:
    feed = known("macos-releases", release("27", "mac", "27.1", "2026-11-02"), release("27", "mac", "27.2", "2026-12-08"))
    fresh = laid([feed])
    assert told(facts("os", {**MAC, "version": "27.2"}, fresh)["days_behind"]) == 0
    assert told(facts("os", {**MAC, "version": "27.0"}, fresh)["days_behind"]) == 43
    assert "maybe earlier" in told(facts("os", {**MAC, "version": "27.1"}, fresh)["days_behind"])
    assert (
        facts("os", {**MAC, "version": "27.2"}, fresh)["days_behind"].evidence[-1].source.where == "macos-releases#27 27.2"
    )


OFFICE = [
    ("2024-ltsc", {"office-ltsc-2024"}), ("2024", {"office-2024-retail"}), ("2016", {"office-2016"}),
    ("2016-for-mac", {"office-2016-for-mac"}), ("xp", {"office-xp-2002"}), ("365", set()),
]  # fmt: skip


@pytest.mark.parametrize(("name", "rows"), OFFICE)
def test_office_is_told_by_its_generation(name, rows) -> None:
    fresh = laid([known("endoflife-office", cycle(name, None, "2029-10-09"))])
    assert {each["id"] for each in fresh.suites() if "renewed" in each} == rows


def test_office_and_libreoffice_are_known_again() -> None:
    fresh = laid([
        known("endoflife-office", cycle("2024-ltsc", None, "2029-10-09"), cycle("2027", "2026-12-01", "2031-10-14")),
        known("endoflife-libreoffice", cycle("26.8", "2026-08-20", "2027-06-10", latest="26.8.4", latest_released="2026-12-09"),
              cycle("26.2", "2026-02-04", "2026-11-30", latest="26.2.7", latest_released="2026-10-01")),
    ])  # fmt: skip
    suite = {"product": "office-ltsc-2024", "generation": "2024", "version": "16.0.17932.20000"}
    assert told(facts("office", suite, fresh)["supported"]) is True
    assert told(facts("office", suite | {"generation": "2027"}, fresh)["supported"]) is True
    writer = {"product": "libreoffice", "version": "26.8.4.1", "generation": "26.8", "installer": "msi"}
    assert told(facts("office", writer, fresh)["supported"]) is True
    assert "dates" not in str(told(facts("office", writer, fresh)["days_behind"]))
    assert [each["newest"] for each in fresh.libreoffice()[:2]] == ["26.8.4", "26.2.7"]


def test_extended_lines_of_firefox_have_the_feeds_ends() -> None:
    feed = known("endoflife-firefox", cycle("115", "2023-07-04", "2024-10-01", lts=True), cycle("153", "2026-07-21", "2027-09-01", lts=True),
                 cycle("166", "2026-12-09", None, lts=True), cycle("160", "2026-11-10", "2026-11-24"))  # fmt: skip
    fresh = laid([feed])
    assert browser_lines.extended_line(115, fresh) == browser_lines.extended_line(115)
    new = browser_lines.extended_line(166, fresh)
    assert new is not None
    assert (new["ends"], new["renewed"].row) == (None, "166")
    assert browser_lines.extended_line(160, fresh) is None


def test_what_was_used_can_be_told() -> None:
    fresh = laid([known("firefox-current", current("release", "161.0.2")), known("chrome-releases", of="2026-11-24")])
    assert fresh.used == (
        Used("chrome-releases", date(2026, 11, 24), SHA256),
        Used("firefox-current", date(2026, 12, 10), SHA256),
    )
    assert laid([]) is refreshed.NONE


def test_an_update_that_ships_still_counts_beside_the_feeds() -> None:
    feed = known("endoflife-libreoffice", cycle("26.2", None, "2026-12-30", latest="26.2.7", latest_released="2026-12-09"))
    writer = {"product": "libreoffice", "version": "26.2.4.1", "generation": "26.2", "installer": "msi"}
    assert told(facts("office", writer, laid([feed]))["days_behind"]) == (DAY - date(2026, 7, 23)).days
    newer = facts("office", writer | {"version": "26.2.5.2"}, laid([feed]))["days_behind"]
    assert "maybe earlier" in told(newer)


@pytest.mark.parametrize(
    ("topic", "placed", "not_placed"),
    [
        ("endoflife-windows", ["11-25h2-w", "7-sp1", "10-1607-e-lts"], ["11-25h2-x", "12"]),
        ("endoflife-windows-server", ["2022"], ["2022-nano"]),
        ("endoflife-macos", ["15", "10.15"], ["10.15-beta"]),
        ("endoflife-office", ["2021", "2019-for-mac"], ["365"]),
        ("endoflife-ubuntu", ["26.04", "99.04"], []),
        ("endoflife-firefox", ["115"], []),
    ],
)
def test_a_row_that_cannot_be_placed_is_named(topic: str, placed: list[str], not_placed: list[str]) -> None:
    rows = [cycle(name, "2020-01-01", "2027-01-01") for name in (*placed, *not_placed)]
    assert unplaced(known(topic, *rows)) == tuple(not_placed)
