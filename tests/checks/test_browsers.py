from __future__ import annotations

import re

import pytest

from auditor.checks.browsers import BROWSERS, FACTS, by_uninstall_name, engine_of, engine_version_of

ROWS = {row.product: row for row in BROWSERS}


@pytest.mark.parametrize(
    ("product", "version", "engine", "engine_version"),
    [
        ("chrome", "18.0.1025.151", "webkit", None),
        ("chrome", "27.0.1453.116", "webkit", None),
        ("chrome", "28.0.1500.71", "blink", "28.0.1500.71"),
        ("chrome", "138.10", "blink", "138.10"),
        ("chrome", "", None, None),
        ("opera", "11.52.1100", "presto", None),
        ("opera", "12.18", "presto", None),
        ("opera", "15.0", "blink", None),
        ("firefox", "140.12.0esr", "gecko", "140.12.0esr"),
        ("edge-legacy", "44.18362.387.0", "edgehtml", None),
        ("brave", "1.32.115", "blink", None),
        ("ie", "11.0.17763.1", "trident", "11.0.17763.1"),
    ],
)
def test_the_engine_follows_from_product_and_version(
    product: str, version: str, engine: str, engine_version: str | None
) -> None:
    row = ROWS[product]
    assert (engine_of(row, version), engine_version_of(row, version)) == (engine, engine_version)


@pytest.mark.parametrize(
    ("name", "product", "channel"),
    [
        ("Mozilla Firefox 10.0.2 (x86 en-US)", "firefox", ""),
        ("Mozilla Firefox 57.0.2 (fr)", "firefox", ""),
        ("Mozilla Firefox 71.0 (x86 fr)", "firefox", ""),
        ("Mozilla Firefox (x64 en-US)", "firefox", ""),
        ("Mozilla Firefox 78.1.0 ESR (x64 en-US)", "firefox", "esr"),
        ("Mozilla Firefox ESR (x64 en-GB)", "firefox", "esr"),
        ("Firefox Developer Edition 82.0 (x64 en-US)", "firefox", "developer"),
        ("Nightly 130.0a1 (x64 en-US)", "firefox", "nightly"),
        ("Google Chrome", "chrome", "stable"),
        ("Google Chrome SxS", "chrome", "canary"),
        ("Microsoft Edge", "edge", "stable"),
        ("Microsoft Edge Beta", "edge", "beta"),
        ("Microsoft Edge Dev", "edge", "dev"),
        ("Brave Nightly", "brave", "nightly"),
        ("Opera 11.52", "opera", "stable"),
        ("Opera Stable 82.0.4227.44", "opera", "stable"),
        ("Opera GX Stable 82.0.4227.44", "opera-gx", "stable"),
        ("Vivaldi ", "vivaldi", "stable"),
        ("Pale Moon 29.4.4 (x64 en-US)", "pale-moon", "stable"),
    ],
)
def test_a_name_in_windows_list_tells_product_and_channel(name: str, product: str, channel: str) -> None:
    found = by_uninstall_name(name)
    assert found
    assert (found[0].product, found[1]) == (product, channel)


def test_the_version_in_the_name_is_given_where_the_listed_one_is_none() -> None:
    found = by_uninstall_name("Windows Internet Explorer 8")
    assert found
    assert (found[0].product, found[2]) == ("ie", "8")


@pytest.mark.parametrize(
    "name",
    [
        "Microsoft Edge Update",
        "Microsoft Edge WebView2 Runtime",
        "Microsoft.MicrosoftEdgeDevToolsClient",
        "Mozilla Maintenance Service",
        "Mozilla Thunderbird 128.0 (x64 en-US)",
        "FF&TB 1.5 + Plugins1",
        "Hedgewars",
        "Google Chrome Remote Desktop Host",
        "Chrome Remote Desktop Host",
        "Windows Internet Explorer 8 - Software Updates",
        "Security Update for Windows Internet Explorer 8 (KB2544521)",
        "Opera Widgets Manager",
        "Vivaldi Script Font",
        "google chrome",
        "",
    ],
)
def test_a_name_that_merely_looks_like_a_browser_is_none(name: str) -> None:
    assert by_uninstall_name(name) is None


def test_every_row_can_be_found_somewhere_and_uses_known_words() -> None:
    words = {spec.name: spec.words for spec in FACTS}
    assert len(ROWS) == len(BROWSERS)
    for row in BROWSERS:
        ways = (row.packages, row.flatpaks, row.snaps, row.ini, row.uninstall, row.clients, row.appx, row.bundles)
        assert any(ways), f"{row.product} has no name anywhere"
        assert row.engine in words["engine"]
        assert row.older_engine[0] in ("", *words["engine"])
        channels = {package.channel for package in row.packages.values()} | {entry.channel for entry in row.uninstall}
        channels |= {*row.clients.values(), *row.bundles.values(), *row.flatpaks.values()}
        assert channels <= {"", *words["channel"]}, row.product
        assert all(re.compile(entry.name) for entry in row.uninstall)
        assert all(client == client.upper() for client in row.clients), f"{row.product}: ids are compared in capitals"


def test_no_name_belongs_to_two_browsers() -> None:
    for system in ("packages", "flatpaks", "snaps", "bundles", "appx"):
        of_one = [name for row in BROWSERS for name in getattr(row, system)]
        assert len(of_one) == len(set(of_one)), system
