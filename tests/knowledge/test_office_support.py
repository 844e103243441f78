"""Office: feature releases, days behind, use with Microsoft 365, and what is not known."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from asking import known, macos, told, windows
from auditor.knowledge.overrides import Bought, Overrides, Scope

WINDOWS_11, WINDOWS_10 = windows("11", 26200), windows("10", 19045)


def apps(version: str | None, channel: str | None = "current", **more: Any) -> dict[str, Any]:
    return {"product": "microsoft-365-apps", "generation": "365", "installer": "click-to-run", "version": version,
            "channel": channel, **more}  # fmt: skip


def suite(generation: str | None, **more: Any) -> dict[str, Any]:
    return {"product": f"office-{generation}-standard", "generation": generation, "installer": "click-to-run",
            "service_pack": "none", "version": None, **more}  # fmt: skip


RELEASES = [
    (apps("16.0.20228.20190"), "2607"),
    (apps("16.0.13127.20000"), "2008"),
    (suite("2021", version="16.0.14332.20763"), "2108"),
    (suite("2024", version="16.0.17932.20000"), "2408"),
    (suite("2019", version="16.0.10417.20000"), "1808"),
    (apps("16.0.29999.20000"), None),
    (apps("16.0.12000.20000"), None),
    (apps(None), None),
    (suite("2016", version="16.0.4266.1001", installer="msi"), None),
    ({"product": "libreoffice", "generation": "25.8", "version": "25.8.1.2"}, "25.8"),
    ({"product": "libreoffice", "generation": None, "version": None}, None),
    ({"product": "onlyoffice", "generation": "8.1", "version": "8.1"}, None),
    ({"product": "office-mac", "generation": None, "version": "16.79"}, None),
]


@pytest.mark.parametrize(("facts", "release"), RELEASES)
def test_feature_releases_by_build(facts: dict[str, Any], release: str | None) -> None:
    fact = told("office", "2026-08-20", facts, WINDOWS_11)["release"]
    assert known(fact) == release
    assert bool(fact.unknown) == (release is None)


CONNECTS = [
    (suite("2013", service_pack="SP1"), "2020-10-13", True),
    (suite("2013", service_pack="SP1"), "2020-10-14", False),
    (suite("2016"), "2023-10-10", True),
    (suite("2016"), "2023-10-11", False),
    (suite("2019"), "2024-01-01", False),
    (suite("2021"), "2026-10-13", True),
    (suite("2021"), "2026-10-14", False),
    (suite("2024"), "2026-10-14", True),
    (suite("2024"), "2026-11-27", None),
    (suite("2010", service_pack="SP2"), "2019-01-01", None),
    (suite("2010", service_pack="SP2"), "2021-01-01", False),
    (apps("16.0.20228.20190"), "2026-08-20", True),
    (apps("16.0.19929.20000"), "2026-08-20", False),
    (apps("16.0.20131.20000", None), "2026-08-20", None),
    ({"product": "libreoffice", "generation": "26.2", "version": "26.2.5"}, "2026-08-20", None),
]


@pytest.mark.parametrize(("facts", "day", "connects"), CONNECTS)
def test_use_with_microsoft_365(facts: dict[str, Any], day: str, connects: bool | None) -> None:
    assert known(told("office", day, facts, WINDOWS_11)["connects"]) is connects


BEHIND = [
    (apps("16.0.20228.20190"), "2026-08-20", 0),
    (apps("16.0.20228.20150"), "2026-08-20", None),
    (apps("16.0.20228.20150"), "2026-09-20", 40),
    (apps("16.0.20228.20190"), "2026-11-27", None),
    (apps("16.0.20228.20999"), "2026-08-20", None),
    (apps("16.0.20131.20154"), "2026-08-20", 28),
    (apps("16.0.20131.20154"), "2026-07-01", None),
    (apps("16.0.20026.20266", "monthly enterprise"), "2026-08-20", 0),
    (apps("16.0.18429.20240", "monthly enterprise"), "2025-06-20", 10),
    (suite("2021", version="16.0.14332.20763"), "2026-08-20", None),
    ({"product": "libreoffice", "generation": "26.2", "version": "26.2.5.2"}, "2026-08-20", 0),
    ({"product": "libreoffice", "generation": "26.2", "version": "26.2.4.1"}, "2026-08-24", 32),
    ({"product": "libreoffice", "generation": "26.2", "version": "26.2.4.1"}, "2026-08-20", None),
    ({"product": "libreoffice", "generation": "26.2", "version": None}, "2026-08-20", None),
]


@pytest.mark.parametrize(("facts", "day", "days"), BEHIND)
def test_days_behind(facts: dict[str, Any], day: str, days: int | None) -> None:
    fact = told("office", day, facts, WINDOWS_11)["days_behind"]
    assert known(fact) == days, fact
    assert bool(fact.unknown) == (days is None)


REASONS = [
    (apps("16.0.29999.1"), "2026-08-20", "newer than the knowledge base of 2026-08-14"),
    (apps("16.0.20200.1"), "2026-08-20", "no release has build 20200"),
    (apps("16.0.20228.20190", "beta"), "2026-08-20", "for testing"),
    (apps("16.0.20026.20266", "semi-annual enterprise"), "2026-08-20", "never in the channel"),
    (apps("16.0.20228.20186", "semi-annual enterprise"), "2026-08-20", "the rule was probably changed"),
    (apps("16.0.20228.20190"), "2026-07-01", "after the day"),
    (apps("16.0.14332.20000"), "2026-07-01", "not a release of Microsoft 365 Apps"),
    (apps("sixteen"), "2026-07-01", "no build of Click-to-Run"),
    (apps(None), "2026-07-01", "was not read"),
    (suite("2030"), "2026-07-01", "no dates of Office 2030"),
    (suite("2013", service_pack=None), "2020-07-01", "no service_pack"),
    (suite("2013"), "2020-07-01", "need Service Pack 1"),
    ({"product": "visio-professional", "generation": None}, "2026-07-01", "no generation"),
    ({"product": "wps-office", "generation": "11"}, "2026-07-01", "no dates of wps-office"),
    ({"product": "libreoffice", "generation": "3.3", "version": "3.3"}, "2026-07-01", "no dates of LibreOffice 3.3"),
    (
        {"product": "libreoffice", "generation": "7.4", "version": "7.4.7", "installer": "package"},
        "2026-07-01",
        "distribution",
    ),
]


@pytest.mark.parametrize(("facts", "day", "why"), REASONS)
def test_what_is_not_known_has_its_reason(facts: dict[str, Any], day: str, why: str) -> None:
    fact = told("office", day, facts, WINDOWS_11)["supported"]
    assert fact.value is None
    assert why in fact.unknown


def test_on_windows_10_it_ends_no_later_than_microsoft_mends_it_there() -> None:
    facts = apps("16.0.19127.20752", "semi-annual enterprise")
    assert known(told("office", "2026-08-20", facts, WINDOWS_10)["support_ends"]) == "2026-09-08"
    assert known(told("office", "2026-08-20", suite("2024"), WINDOWS_10)["support_ends"]) == "2029-10-09"
    ended = told("office", "2029-01-01", facts, WINDOWS_10)
    assert known(ended["support_state"]) == "ended"


def test_an_old_build_has_ended_in_every_channel() -> None:
    added = told("office", "2026-08-20", apps("16.0.11929.20000", None), WINDOWS_11)
    assert known(added["support_state"]) == "ended"
    assert "before the table" in added["support_ends"].unknown


def test_office_for_mac_has_its_own_dates() -> None:
    facts = {"product": "office-mac", "generation": "2016", "version": "16.16.27"}
    added = told("office", "2020-10-13", facts, macos("10.14.6"))
    assert known(added["support_state"]) == "ending"
    assert known(added["connects"]) is None


def test_what_was_bought_counts_for_a_suite_too() -> None:
    entry = Bought("office", "office-2016-*", (), date(2027, 1, 1), Scope(), "contract", "x")
    added = told("office", "2026-08-20", suite("2016"), WINDOWS_11, Overrides((entry,)))
    assert known(added["supported"]) is True
