from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from auditor.knowledge import refreshed, releases
from auditor.knowledge.enrich import enriched
from auditor.knowledge.laying import laid
from auditor.knowledge.refreshed import Refreshed
from auditor.model import Detected, Fact, Subject
from knowledge.refreshing import SHA256, current, cycle, known, release

DAY = date(2026, 12, 15)
CHROME = known("chrome-releases", *(
    release("stable", "win64", version, day)
    for version, day in (("157.0.1.5", "2026-11-12"), ("158.0.1.9", "2026-11-24"), ("158.0.1.2", "2026-11-17"), ("159.0.1.2", "2026-12-08"))
))  # fmt: skip
FIREFOX = known("firefox-current", current("release", "161.0.2", "2026-12-04"), current("esr", "153.8.0esr"))


def facts(
    product: str, version: str, fresh: Refreshed, day: date = DAY, kind: str = "browser", **more: str
) -> dict[str, Fact]:
    engine = "gecko" if product == "firefox" else "blink"
    values = {"product": product, "version": version, "channel": "stable", "engine": engine} | more
    given = [Fact(Subject(kind, "x"), name, value, ()) for name, value in values.items()]
    given += [Fact(Subject("os", "y"), name, value, ())
              for name, value in (("family", "windows"), ("name", "Windows 11"), ("version", "10.0.26200"))]  # fmt: skip
    return {
        fact.name: fact for fact in enriched(Detected(tuple(given)), day, fresh=fresh).facts if fact.subject.kind == kind
    }


def told(fact: Fact) -> Any:
    return fact.unknown or fact.value


def test_the_newest_release_is_the_feeds() -> None:
    fresh = laid([CHROME])
    newest = facts("chrome", "159.0.1.2", fresh)
    assert [told(newest[name]) for name in ("supported", "days_behind", "newest_for_os", "release_date")] == [
        True, 0, "159", "2026-12-08",
    ]  # fmt: skip
    (reading,) = [each for each in newest["supported"].evidence if each.source.kind == "knowledge"]
    assert reading.source.where == "chrome-releases#159.0.1.2"
    assert reading.at.endswith(" of 2026-12-10 (read)")
    assert str(reading.value).endswith(f"SHA-256 {SHA256}")
    older = facts("chrome", "158.0.1.9", fresh)
    assert [told(older[name]) for name in ("supported", "support_ends", "days_behind")] == [False, "2026-12-07", 7]
    assert "newer than the knowledge base of 2026-12-10" in told(facts("chrome", "160.0.1.1", fresh)["supported"])


def test_without_a_refresh_all_is_as_it_ships() -> None:
    assert "newer than the knowledge base of 2026-11-12" in told(facts("chrome", "159.0.1.2", refreshed.NONE)["supported"])


def test_age_counts_from_the_feed() -> None:
    late = facts("chrome", "159.0.1.2", laid([CHROME]), date(2026, 12, 25))["supported"]
    assert late.unknown.startswith("unknown since 2026-12-25: the facts on browsers are of 2026-12-10")


def test_what_a_service_asks_of_releases_goes_by_the_feed() -> None:
    release_fact = facts("chrome", "158.0.1.9", laid([CHROME]), kind="html5")["release"]
    assert isinstance(release_fact.value, dict)
    value = release_fact.value
    assert (value["release"], value["behind"], value["newest"][:2], value["known_until"]) == (
        "158",
        1,
        ["159", "158"],
        "2026-12-10",
    )
    assert release_fact.evidence[-1].source.where == "chrome-releases#159.0.1.2"
    assert (
        facts("chrome", "158.0.1.9", laid([CHROME]), kind="html5")["derived"].value
        == facts("chrome", "158.0.1.9", refreshed.NONE, kind="html5")["derived"].value
    )


def test_a_release_newer_than_the_table_of_html5_is_known_where_the_feed_knows_it() -> None:
    feed = known(
        "chrome-releases",
        *(release("stable", "win64", f"{n}.0.1.1", f"2027-01-{n - 150:02}") for n in range(159, 166)),
        of="2027-01-20",
    )
    fresh = laid([feed])
    assert told(facts("chrome", "165.0.1.1", fresh, date(2027, 1, 21))["supported"]) is True
    fact = facts("chrome", "164.0.1.1", fresh, date(2027, 1, 21), kind="html5")["release"]
    assert isinstance(fact.value, dict)
    assert (fact.value["release"], fact.value["behind"]) == ("164", 1)


def test_one_that_was_planned_and_is_not_out_leaves_a_doubt_after_the_feeds_day() -> None:
    fresh = laid([FIREFOX])
    assert told(facts("firefox", "161.0.2", fresh, date(2026, 12, 10))["supported"]) is True
    after = told(facts("firefox", "161.0.2", fresh)["supported"])
    assert after == "the next release was planned for 2026-12-08 and was not out by 2026-12-10, the day of the facts"
    assert told(facts("firefox", "160.0.4", fresh)["supported"]) is False
    assert "newer" in told(facts("firefox", "162.0", fresh)["supported"])


def test_a_secondary_source_that_lags_is_certain_only_until_what_was_planned() -> None:
    fresh = laid([known("endoflife-firefox", cycle("161", "2026-11-24", None))])
    assert fresh.known_until("firefox") == date(2026, 12, 7)


def test_extended_lines_go_on_with_the_feed() -> None:
    fresh = laid([known("endoflife-firefox", cycle("153", "2026-07-21", "2027-10-01", lts=True), cycle("161", "2026-11-24", None),
                        cycle("162", "2026-12-08", None)), known("firefox-current", current("release", "162.0"), current("esr", "153.9.0esr"))])  # fmt: skip
    esr = facts("firefox", "153.9.0esr", fresh, channel="esr")
    assert told(esr["supported"]) is True
    assert told(facts("firefox", "153.8.0esr", fresh, channel="esr")["supported"]) is False


@pytest.mark.parametrize(
    ("said", "taken"),
    [("2026-11-18", "2026-11-18"), ("2026-11-09", "2026-11-09"), ("2026-12-01", "2026-12-01")],
)
def test_of_a_planned_release_the_feed_tells_the_day(said, taken) -> None:
    fresh = laid(
        [known("edge-releases", release("stable", "windows", "158.0.1.1", said), release("beta", "windows", "170.0", said))]
    )
    assert fresh.releases("edge")[-3].version == "158"
    assert fresh.releases("edge")[-3].date == date.fromisoformat(taken)
    assert fresh.known_until("edge") == date(2026, 12, 10)


def test_a_contradiction_about_what_is_long_out_keeps_the_earlier_day() -> None:
    fresh = laid(
        [
            known(
                "endoflife-chrome",
                cycle("150", "2027-01-01", None),
                cycle("156", "2026-11-02", None),
                cycle("157", "2026-11-04", None),
            )
        ]
    )
    days = {each.version: each.date for each in fresh.releases("chrome")}
    assert days["156"] == date(2026, 10, 20)
    assert fresh.sources["chrome", "156"].note == "it says 2026-11-02, another source 2026-10-20: the earlier is taken"
    assert fresh.sources["chrome", "157"].note == ""
    assert days["157"] == date(2026, 11, 4)
    assert days["150"] == {each.version: each.date for each in releases.releases("chrome")}["150"]


def test_a_feed_older_than_the_table_changes_nothing() -> None:
    assert not laid(
        [known("edge-releases", release("stable", "windows", "158.0.1.1", "2026-11-10"), of="2026-11-12")]
    ).columns


def test_a_gap_is_no_release_that_anything_is_known_of() -> None:
    feed = known("chrome-releases", release("stable", "win64", "170.0.1.1", "2027-05-01"), of="2027-05-02")
    fresh = laid([feed])
    assert releases.release_of("chrome", "165.0", fresh.columns) == releases.Release("165", None, "current", "Blink", "165")
    assert "newer than" in told(facts("chrome", "165.0.1.1", fresh, date(2027, 5, 2))["supported"])


def test_a_vendors_older_word_does_not_vouch_for_a_secondary_source_that_lags() -> None:
    vendor = known("chrome-releases", *CHROME.rows[:3], of="2026-11-25")
    fresh = laid([vendor, known("endoflife-chrome", cycle("158", "2026-11-17", None))])
    assert fresh.known_until("chrome") == date(2026, 12, 7)
    assert "159" in [each.version for each in fresh.releases("chrome") if each.status == releases.LATE]


def test_a_feed_that_does_not_know_what_ships_makes_nothing_newest() -> None:
    behind = known("chrome-releases", release("stable", "win64", "150.0.1.1", "2026-08-01"))
    assert not laid([behind]).columns
    assert told(facts("chrome", "150.0.1.1", laid([behind]))["supported"]) is False
    both = laid([behind, known("endoflife-chrome", cycle("157", "2026-11-03", None), of="2026-11-15")])
    assert both.known_until("chrome") == date(2026, 11, 15)
