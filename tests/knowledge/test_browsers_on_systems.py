"""Which browser still runs on which system, with known answers."""

from __future__ import annotations

from datetime import date

import pytest

from auditor.checks.windows_releases import CLIENTS, SERVERS
from auditor.knowledge.browsers_on_systems import LAST, candidates, last_on

DAY = date(2026, 11, 20)

KNOWN = [
    ("chrome", "windows", "Windows 7", "6.1.7601", "109"),
    ("edge", "windows", "Windows Server 2012 R2", "6.3.9600", "109"),
    ("firefox", "windows", "Windows 8.1", "6.3.9600", "115.38"),
    ("chrome", "windows", "Windows XP", "5.1.2600", "49"),
    ("firefox", "windows", "Windows Vista", "6.0.6002", "52.9"),
    ("edge", "windows", "Windows XP", "5.1.2600", ""),
    ("chrome", "windows", "Windows 10", "10.0.19045", None),
    ("chrome", "macos", "OS X 10.9", "10.9.5", "65"),
    ("chrome", "macos", "macOS 10.12", "10.12.6", "103"),
    ("chrome", "macos", "macOS 12", "12.7.6", "150"),
    ("chrome", "macos", "macOS 13", "13.7", None),
    ("firefox", "macos", "macOS 10.14", "10.14.6", "115.38"),
    ("firefox", "macos", "macOS 10.15", "10.15.7", None),
    ("safari", "macos", "macOS 11", "11.7.10", "16.6.1"),
    ("safari", "macos", "macOS 26", "26.1", None),
    ("safari", "macos", "macOS 14", "14.6", "26.6.1"),
    ("edge", "macos", "macOS 10.13", "10.13.6", "116"),
    ("edge", "macos", "macOS 10.12", "10.12.6", "103"),
    ("chrome", "macos", "Mac OS X 10.5", "10.5.8", "21"),
    ("edge", "macos", "Mac OS X 10.5", "10.5.8", ""),
    ("firefox", "windows", "Windows 2000", "5.0.2195", "12"),
    ("chrome", "windows", "Windows 2000", "5.0.2195", ""),
    ("chrome", "linux", "Debian GNU/Linux 12", "12.15", None),
]


@pytest.mark.parametrize(("product", "family", "name", "version", "last"), KNOWN)
def test_the_last_version_on_a_system(product: str, family: str, name: str, version: str, last: str | None) -> None:
    row = last_on(product, family, name, version)
    assert (row.version if row else None) == last


def test_every_named_windows_is_one_that_the_checks_tell() -> None:
    told = {name for _, _, name in CLIENTS} | set(SERVERS.values())
    named = {name for row in LAST if row.family == "windows" for name in row.systems}
    assert named <= told


PRESENT = {"Windows 10", "Windows 11"}


def test_every_windows_before_10_has_an_end_for_each_browser() -> None:
    """One that is forgotten here would be told to run the newest of all."""
    told = {name for _, _, name in CLIENTS} | set(SERVERS.values())
    old = {name for name in told - PRESENT if not name.startswith("Windows Server 20") or name < "Windows Server 2016"}
    for name in old:
        assert all(last_on(product, "windows", name, "") for product in ("chrome", "edge", "firefox")), name


@pytest.mark.parametrize("minor", range(16))
def test_every_mac_before_11_has_an_end_for_each_browser(minor: int) -> None:
    ended = ("chrome", "edge", "safari") if minor == 15 else ("chrome", "edge", "firefox", "safari")
    assert all(last_on(product, "macos", "", f"10.{minor}.1") for product in ended)


def test_before_a_last_version_came_out_the_newest_ran() -> None:
    found = {each.product: each.version for each in candidates("windows", "Windows 7", "6.1.7601", date(2020, 3, 1))}
    assert found == {"chrome": "80", "edge": "80", "firefox": "73"}


def test_what_could_be_had_on_windows_7() -> None:
    found = {each.product: each.version for each in candidates("windows", "Windows 7", "6.1.7601", DAY)}
    assert found == {"chrome": "109", "edge": "109", "firefox": "115.38"}


def test_what_could_be_had_on_windows_11_are_the_newest_of_the_day() -> None:
    found = {each.product: each.version for each in candidates("windows", "Windows 11", "10.0.26100", date(2026, 6, 10))}
    assert found == {"chrome": "149", "edge": "149", "firefox": "151"}


def test_safari_is_had_on_a_mac_alone() -> None:
    assert "safari" in {each.product for each in candidates("macos", "macOS 26", "26.1", DAY)}
    assert "safari" not in {each.product for each in candidates("linux", "Debian GNU/Linux 12", "12", DAY)}
