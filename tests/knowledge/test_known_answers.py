"""Answers that are known from the sources, each for a product, an edition, a version and a day.

The states were written down from the publishers' dates, not from what auditor says. ``?`` is unknown.
"""

from __future__ import annotations

from typing import Any

import pytest

from asking import known, linux, macos, server, told, windows

SYSTEMS: list[tuple[dict[str, Any], str, str]] = [
    # Windows before 10: the last days of extended support, and of what was paid for
    (windows("XP", 2600), "2014-04-08", "ending"),
    (windows("XP", 2600), "2014-04-09", "ended"),
    (windows("XP", 3790, service_pack="Service Pack 2"), "2014-04-09", "ended"),
    (windows("XP", 2600, service_pack="Service Pack 2"), "2013-01-01", "?"),
    (windows("Vista", 6002), "2017-04-11", "ending"),
    (windows("Vista", 6002), "2017-04-12", "ended"),
    (windows("7", 7601), "2019-01-01", "supported"),
    (windows("7", 7601), "2020-01-14", "ending"),
    (windows("7", 7601), "2020-01-15", "extended"),
    (windows("7", 7601), "2023-01-10", "extended"),
    (windows("7", 7601), "2023-01-11", "ended"),
    (windows("7", 7600), "2026-11-27", "ended"),
    (windows("8", 9200), "2016-01-12", "ending"),
    (windows("8", 9200), "2016-01-13", "ended"),
    (windows("8.1", 9600), "2023-01-10", "ending"),
    (windows("8.1", 9600), "2023-01-11", "ended"),
    (windows("7", 7601, "embedded"), "2020-06-01", "?"),
    # Windows 10: each release by the group of its edition
    (windows("10", 10240), "2017-05-10", "ended"),
    (windows("10", 14393), "2018-04-11", "ended"),
    (windows("10", 14393, "enterprise"), "2018-04-11", "supported"),
    (windows("10", 14393, "enterprise"), "2019-04-10", "ended"),
    (windows("10", 15063, "home"), "2018-10-10", "ended"),
    (windows("10", 16299, "education"), "2020-10-13", "ending"),
    (windows("10", 17134, "enterprise"), "2021-05-11", "ending"),
    (windows("10", 17134, "enterprise"), "2021-05-12", "ended"),
    (windows("10", 17134), "2020-01-01", "ended"),
    (windows("10", 17763), "2020-11-11", "ended"),
    (windows("10", 18363, "enterprise"), "2022-05-10", "ending"),
    (windows("10", 18363), "2021-05-12", "ended"),
    (windows("10", 19041), "2021-12-15", "ended"),
    (windows("10", 19042, "enterprise"), "2022-05-11", "supported"),
    (windows("10", 19043), "2022-12-14", "ended"),
    (windows("10", 19044), "2023-06-14", "ended"),
    (windows("10", 19044, "education"), "2024-06-11", "ending"),
    (windows("10", 19045), "2024-01-01", "supported"),
    (windows("10", 19045), "2025-10-14", "ending"),
    (windows("10", 19045), "2025-10-15", "extended"),
    (windows("10", 19045), "2028-10-11", "ended"),
    (windows("10", 19045, "home"), "2027-10-13", "ended"),
    (windows("10", 19045, "team"), "2026-01-01", "?"),
    (windows("10", 19040), "2026-01-01", "?"),
    # Windows 10's long-term editions
    (windows("10", 10240, "enterprise", ltsc=True), "2025-10-14", "ending"),
    (windows("10", 10240, "enterprise", ltsc=True), "2025-10-15", "ended"),
    (windows("10", 14393, "enterprise", ltsc=True), "2026-10-13", "ending"),
    (windows("10", 14393, "enterprise", ltsc=True), "2026-10-14", "ended"),
    (windows("10", 17763, "enterprise", ltsc=True), "2026-09-01", "supported"),
    (windows("10", 17763, "iot", ltsc=True), "2026-09-01", "supported"),
    (windows("10", 19044, "enterprise", ltsc=True), "2027-01-13", "ended"),
    (windows("10", 19044, "iot", ltsc=True), "2026-09-01", "supported"),
    # Windows 11
    (windows("11", 22000), "2023-10-10", "ending"),
    (windows("11", 22000), "2023-10-11", "ended"),
    (windows("11", 22000, "enterprise"), "2023-10-11", "supported"),
    (windows("11", 22621), "2024-10-09", "ended"),
    (windows("11", 22621, "enterprise"), "2025-10-14", "ending"),
    (windows("11", 22631), "2025-11-12", "ended"),
    (windows("11", 22631, "education"), "2026-11-10", "ending"),
    (windows("11", 22631, "education"), "2026-11-11", "ended"),
    (windows("11", 26100), "2026-10-13", "ending"),
    (windows("11", 26100), "2026-10-14", "ended"),
    (windows("11", 26100, "enterprise"), "2026-10-14", "supported"),
    (windows("11", 26100, "enterprise", ltsc=True), "2026-10-14", "supported"),
    (windows("11", 26200), "2026-11-01", "supported"),
    (windows("11", 26200), "2024-01-01", "?"),
    (windows("11", 28000), "2026-11-01", "supported"),
    (windows("11", 26300), "2026-11-01", "?"),
    (windows("11", 29000), "2026-11-01", "?"),
    (windows("11", 26100, None), "2026-10-14", "?"),  # type: ignore[arg-type]
    # Windows Server
    (server("2003", 3790, service_pack="Service Pack 2"), "2015-07-15", "ended"),
    (server("2008", 6002, service_pack="Service Pack 2"), "2023-01-10", "extended"),
    (server("2008", 6003, service_pack="Service Pack 2"), "2023-01-11", "ended"),
    (server("2008 R2", 7601, service_pack="Service Pack 1"), "2020-01-15", "extended"),
    (server("2012", 9200), "2023-10-10", "ending"),
    (server("2012", 9200), "2026-10-13", "extended"),
    (server("2012 R2", 9600), "2026-10-14", "ended"),
    (server("2016", 14393), "2026-11-01", "ending"),
    (server("2019", 17763), "2026-11-01", "supported"),
    (server("2022", 20348), "2026-11-01", "supported"),
    (server(", version 23H2", 25398), "2026-05-13", "ended"),
    (server(", version 1909", 18363), "2026-05-13", "ended"),
    (server(", version 1909", 18363), "2020-05-13", "?"),
    (server("2025", 26100), "2026-11-01", "supported"),
    # macOS, by Apple's practice
    (macos("10.15.8"), "2022-10-24", "ending"),
    (macos("10.15.8"), "2026-03-01", "ended"),
    (macos("11.7.11"), "2026-03-01", "ended"),
    (macos("12.7.6"), "2024-09-17", "ended"),
    (macos("13.7.8"), "2025-09-15", "ending"),
    (macos("13.7.8"), "2025-09-16", "ended"),
    (macos("14.8.9"), "2026-01-01", "supported"),
    (macos("14.8.9"), "2026-09-15", "ended"),
    (macos("15.7.9"), "2026-11-01", "supported"),
    (macos("26.6.2"), "2026-11-01", "supported"),
    (macos("26.6.2"), "2025-01-01", "?"),
    (macos("28.0"), "2026-11-01", "?"),
    # Linux
    (linux("Ubuntu", "24.04"), "2026-09-01", "supported"),
    (linux("Ubuntu", "20.04"), "2025-05-29", "ending"),
    (linux("Ubuntu", "20.04"), "2025-05-30", "extended"),
    (linux("Ubuntu", "12.04"), "2019-04-27", "ended"),
    (linux("Ubuntu", "25.04"), "2026-01-16", "ended"),
    (linux("Ubuntu", "26.10"), "2026-11-01", "?"),
    (linux("Debian GNU/Linux", "12.5"), "2026-08-01", "supported"),
    (linux("Debian GNU/Linux", "11.9"), "2026-08-31", "ending"),
    (linux("Debian GNU/Linux", "11.9"), "2026-09-01", "ended"),
    (linux("Red Hat Enterprise Linux", "7.9"), "2024-07-01", "extended"),
    (linux("Red Hat Enterprise Linux", "8.10"), "2026-09-01", "supported"),
    (linux("Fedora Linux", "42"), "2026-05-28", "ended"),
    (linux("Fedora Linux", "43"), "2026-11-01", "ending"),
    (linux("SLES", "15.6"), "2026-01-01", "extended"),
    (linux("openSUSE Leap", "15.6"), "2026-05-01", "ended"),
    (linux("Linux Mint", "21.3"), "2026-09-01", "supported"),
    (linux("LMDE", "6"), "2026-01-02", "ended"),
    (linux("Slackware", "15.0"), "2026-01-02", "?"),
    ({"family": "chromeos", "name": "Chrome OS 130", "version": "130"}, "2026-01-02", "?"),
]

ON_WINDOWS_10, ON_WINDOWS_7, ON_LTSC = (
    windows("10", 19045),
    windows("7", 7601),
    windows("10", 19044, "enterprise", ltsc=True),
)
ON_WINDOWS_11, ON_MAC = windows("11", 26200), macos("26.6.2")

BROWSERS: list[tuple[str, str, str, dict[str, Any], str, str]] = [
    # product, version, channel, system, day, state
    ("chrome", "157.0.8100.70", "stable", ON_WINDOWS_11, "2026-11-12", "supported"),
    ("chrome", "156.0.8078.79", "stable", ON_WINDOWS_11, "2026-11-02", "supported"),
    ("chrome", "156.0.8078.79", "stable", ON_WINDOWS_11, "2026-11-03", "ended"),
    ("chrome", "158.0.8100.1", "stable", ON_WINDOWS_11, "2026-11-20", "?"),
    ("chrome", "157.0.8100.70", "stable", ON_WINDOWS_11, "2026-11-20", "?"),
    ("chrome", "109.0.5414.120", "stable", ON_WINDOWS_7, "2023-02-06", "supported"),
    ("chrome", "109.0.5414.120", "stable", ON_WINDOWS_7, "2023-02-07", "ended"),
    ("chrome", "150.0.1.1", "stable", macos("12.7.6"), "2026-08-01", "ended"),
    ("chrome", "158.0.1.1", "beta", ON_WINDOWS_11, "2026-11-12", "?"),
    ("chrome", "138.0.7204.97", "extended", ON_WINDOWS_11, "2025-09-01", "supported"),
    ("chrome", "138.0.7204.97", "extended", ON_WINDOWS_11, "2025-09-02", "ended"),
    ("chrome", "152.0.1.1", "extended", ON_WINDOWS_11, "2026-10-19", "supported"),
    ("edge", "157.0.1.1", "stable", ON_WINDOWS_10, "2026-11-12", "supported"),
    ("edge", "120.0.2210.61", "stable", ON_WINDOWS_10, "2024-01-01", "supported"),
    ("edge", "109.0.1518.140", "stable", ON_WINDOWS_7, "2024-01-01", "ended"),
    ("firefox", "160.0", "stable", ON_WINDOWS_11, "2026-11-12", "supported"),
    ("firefox", "159.0.1", "stable", ON_WINDOWS_11, "2026-11-12", "ended"),
    ("firefox", "155.0", "stable", ON_WINDOWS_11, "2026-09-14", "supported"),
    ("firefox", "115.38.0", "esr", ON_WINDOWS_7, "2026-07-25", "supported"),
    ("firefox", "115.37.0", "esr", ON_WINDOWS_7, "2026-07-25", "ended"),
    ("firefox", "115.38.0", "esr", ON_WINDOWS_10, "2026-07-25", "ended"),
    ("firefox", "115.38.0", "esr", macos("10.14.6"), "2026-07-25", "supported"),
    ("firefox", "115.38.0", "esr", macos("10.15.7"), "2026-07-25", "ended"),
    ("firefox", "140.13.0esr", "", ON_WINDOWS_10, "2026-07-25", "ending"),
    ("firefox", "140.12.0esr", "esr", ON_WINDOWS_10, "2026-07-25", "ended"),
    ("firefox", "140.0", "", ON_WINDOWS_10, "2025-07-01", "?"),
    ("firefox", "140.14.0", "esr", ON_WINDOWS_10, "2026-09-30", "ended"),
    ("firefox", "128.14.0", "esr", ON_WINDOWS_10, "2025-08-20", "ending"),
    ("firefox", "52.9.0", "esr", windows("XP", 2600), "2018-09-06", "ended"),
    ("firefox", "153.7.0", "esr", ON_WINDOWS_10, "2026-11-12", "supported"),
    ("firefox", "153.6.0", "esr", ON_WINDOWS_10, "2026-11-12", "ended"),
    ("firefox", "153.2.0", "esr", ON_WINDOWS_10, "2026-09-14", "supported"),
    ("firefox", "153.8.0", "esr", ON_WINDOWS_10, "2026-11-12", "?"),
    ("firefox", "153.7.0", "esr", ON_WINDOWS_10, "2026-11-25", "?"),
    ("safari", "27.2", "stable", ON_MAC, "2026-11-12", "supported"),
    ("safari", "26.6", "stable", ON_MAC, "2026-09-13", "supported"),
    ("safari", "26.6", "stable", ON_MAC, "2026-09-14", "ended"),
    ("safari", "5.1.7", "stable", ON_WINDOWS_7, "2026-09-14", "ended"),
    ("opera", "140.0.1", "stable", ON_WINDOWS_11, "2026-11-12", "supported"),
    ("opera", "12.18", "stable", windows("XP", 2600), "2026-11-12", "?"),
    ("ie", "11.0.9600", "stable", windows("10", 19042, "enterprise"), "2022-06-14", "ending"),
    ("ie", "11.0.9600", "stable", ON_WINDOWS_10, "2022-12-15", "ended"),
    ("ie", "11.0.9600", "stable", ON_LTSC, "2026-08-01", "ending"),
    ("ie", "11.0.9600", "stable", server("2019", 17763), "2026-08-01", "supported"),
    ("ie", "11.0.9600", "stable", ON_WINDOWS_7, "2020-01-14", "ending"),
    ("ie", "8.0.7601", "stable", ON_WINDOWS_7, "2016-01-13", "ended"),
    ("ie", "8.0.6001", "stable", windows("XP", 2600), "2014-04-09", "ended"),
    ("ie", "10.0.9200", "stable", server("2012", 9200), "2019-01-01", "supported"),
    ("edge-legacy", "44.18362.1", "stable", windows("10", 18363, "enterprise"), "2021-03-10", "ended"),
]

MADE_OF: list[tuple[str, str, str, str]] = [
    # product, version of the engine, day, state
    ("brave", "157.0", "2026-11-12", "supported"),
    ("vivaldi", "156.0", "2026-11-12", "supported"),
    ("vivaldi", "154.0", "2026-11-12", "?"),
    ("brave", "151.0", "2026-11-12", "ended"),
    ("chromium", "109.0", "2026-11-12", "ended"),
]

APPS = {"product": "microsoft-365-apps", "generation": "365", "installer": "click-to-run"}
SUITES: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    ({"product": "office-2003-professional", "generation": "2003"}, ON_WINDOWS_7, "2014-04-08", "ending"),
    ({"product": "office-2003-professional", "generation": "2003"}, ON_WINDOWS_7, "2014-04-09", "ended"),
    ({"product": "office-2007-standard", "generation": "2007"}, ON_WINDOWS_7, "2017-10-11", "ended"),
    ({"product": "office-2010-standard", "generation": "2010", "service_pack": "SP2"}, ON_WINDOWS_7, "2020-10-13", "ending"),
    ({"product": "office-2010-standard", "generation": "2010", "service_pack": "none"}, ON_WINDOWS_7, "2020-10-13", "?"),
    ({"product": "office-2013-standard", "generation": "2013"}, ON_WINDOWS_10, "2023-04-12", "ended"),
    ({"product": "office-2016-standard", "generation": "2016"}, ON_WINDOWS_10, "2024-01-01", "supported"),
    ({"product": "office-2016-standard", "generation": "2016"}, ON_WINDOWS_10, "2025-10-15", "ended"),
    ({"product": "office-2019-standard", "generation": "2019"}, ON_WINDOWS_10, "2025-10-14", "ending"),
    ({"product": "office-2021-standard", "generation": "2021"}, ON_WINDOWS_11, "2026-10-13", "ending"),
    ({"product": "office-2021-standard", "generation": "2021"}, ON_WINDOWS_11, "2026-10-14", "ended"),
    ({"product": "office-2024-standard", "generation": "2024"}, ON_WINDOWS_11, "2026-10-14", "supported"),
    ({"product": "visio-professional", "generation": None}, ON_WINDOWS_11, "2026-10-14", "?"),
    ({"product": "office-mac", "generation": "2011"}, ON_MAC, "2017-10-11", "ended"),
    ({"product": "office-mac", "generation": "2016"}, ON_MAC, "2020-10-14", "ended"),
    ({"product": "office-mac", "generation": None}, ON_MAC, "2026-10-14", "?"),
    ({**APPS, "version": "16.0.20228.20190", "channel": "current"}, ON_WINDOWS_11, "2026-08-20", "supported"),
    ({**APPS, "version": "16.0.20131.20154", "channel": "current"}, ON_WINDOWS_11, "2026-07-23", "ended"),
    ({**APPS, "version": "16.0.20026.20266", "channel": "monthly enterprise"}, ON_WINDOWS_11, "2026-08-20", "supported"),
    ({**APPS, "version": "16.0.19929.20264", "channel": "monthly enterprise"}, ON_WINDOWS_11, "2026-08-11", "ended"),
    ({**APPS, "version": "16.0.18429.20240", "channel": "monthly enterprise"}, ON_WINDOWS_11, "2025-05-13", "ended"),
    ({**APPS, "version": "16.0.19127.20752", "channel": "semi-annual enterprise"}, ON_WINDOWS_11, "2026-08-20", "ending"),
    ({**APPS, "version": "16.0.17928.20776", "channel": "semi-annual enterprise"}, ON_WINDOWS_11, "2026-03-11", "ended"),
    ({**APPS, "version": "16.0.20131.20150", "channel": "semi-annual enterprise"}, ON_WINDOWS_11, "2026-08-20", "?"),
    (
        {**APPS, "version": "16.0.18526.20546", "channel": "semi-annual enterprise preview"},
        ON_WINDOWS_11,
        "2025-09-01",
        "ended",
    ),
    ({**APPS, "version": "16.0.20131.20154", "channel": None}, ON_WINDOWS_11, "2026-08-20", "?"),
    ({**APPS, "version": "16.0.14326.20404", "channel": None}, ON_WINDOWS_11, "2026-08-20", "ended"),
    ({**APPS, "version": "16.0.29999.20000", "channel": "current"}, ON_WINDOWS_11, "2026-08-20", "?"),
    ({**APPS, "version": "16.0.12527.22286", "channel": "current"}, ON_WINDOWS_7, "2023-01-11", "ended"),
    ({"product": "libreoffice", "generation": "26.2", "version": "26.2.5.2"}, ON_WINDOWS_11, "2026-08-20", "ending"),
    ({"product": "libreoffice", "generation": "25.8", "version": "25.8.7.1"}, ON_WINDOWS_11, "2026-06-13", "ended"),
    ({"product": "libreoffice", "generation": "26.8", "version": "26.8.1"}, ON_WINDOWS_11, "2026-09-13", "?"),
    ({"product": "openoffice", "generation": "4.1", "version": "4.1.7"}, ON_WINDOWS_11, "2026-09-13", "?"),
]

ENGINES = {"firefox": "gecko", "safari": "webkit", "ie": "trident", "edge-legacy": "edgehtml"}


def _agrees(added: dict[str, Any], state: str) -> None:
    """The state, and ``supported`` with it: unknown goes with unknown, ended with no."""
    assert (known(added["support_state"]) or "?") == state, added["support_state"]
    wanted = {"supported": True, "ending": True, "ended": False}.get(state)
    assert known(added["supported"]) is wanted, added["supported"]


@pytest.mark.parametrize(
    ("facts", "day", "state"), SYSTEMS, ids=lambda each: each.get("name") if isinstance(each, dict) else None
)
def test_a_system_on_a_day(facts: dict[str, Any], day: str, state: str) -> None:
    if facts.get("name") == "Windows 10" and state == "extended":
        facts = {**facts, "revision": None}
    _agrees(told("os", day, facts), state)


@pytest.mark.parametrize(("product", "version", "channel", "system", "day", "state"), BROWSERS)
def test_a_browser_on_a_day(product: str, version: str, channel: str, system: dict[str, Any], day: str, state: str) -> None:
    facts = {"product": product, "version": version, "engine": ENGINES.get(product, "blink"), "channel": channel or None}
    _agrees(told("browser", day, facts, system), state)


@pytest.mark.parametrize(("product", "engine_version", "day", "state"), MADE_OF)
def test_a_browser_that_others_make_of_an_engine_on_a_day(product: str, engine_version: str, day: str, state: str) -> None:
    facts = {"product": product, "version": "1.2", "engine": "blink", "engine_version": engine_version, "channel": "stable"}
    _agrees(told("browser", day, facts, ON_WINDOWS_11), state)


@pytest.mark.parametrize(("facts", "system", "day", "state"), SUITES)
def test_a_suite_on_a_day(facts: dict[str, Any], system: dict[str, Any], day: str, state: str) -> None:
    packs = {"2007": "SP3", "2013": "SP1"}
    generation = str(facts["generation"])
    _agrees(told("office", day, {"service_pack": packs.get(generation, "none"), **facts}, system), state)


def test_there_are_enough_of_them() -> None:
    assert len(SYSTEMS) + len(BROWSERS) + len(MADE_OF) + len(SUITES) >= 120
