from __future__ import annotations

import re

import pytest

from auditor.checks.browsers import (
    BROWSERS,
    FACTS,
    by_prog_id,
    by_program,
    by_uninstall_name,
    engine_of,
    engine_version_of,
    gecko_channel,
    gecko_release,
    own_version,
    tor_release,
)

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
        ("Mozilla Firefox 78.0.2 (x64 cs)", "firefox", ""),
        ("Mozilla Firefox 68.8.0 ESR", "firefox", "esr"),
        ("Waterfox Current 2020.10 (x64 en-US)", "waterfox", "stable"),
        ("Waterfox Classic 2022.11 (x64 en-US)", "waterfox", "stable"),
        ("LibreWolf", "librewolf", "stable"),
        ("LibreWolf 128.0.3-1 (x64)", "librewolf", "stable"),
        ("Zen Browser 1.0.1-a.19 (x64 en-US)", "zen", "stable"),
        ("Zen Browser (x64 en-US)", "zen", "stable"),
        ("Maxthon Cloud Browser", "maxthon", "stable"),
        ("Maxthon 7", "maxthon", "stable"),
        ("Yandex", "yandex", "stable"),
        ("Yandex Browser", "yandex", "stable"),
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
        "LibreWolf WinUpdater",
        "Waterfox Theme Installer",
        "Maxthon Password Keeper",
        "Zen Browser Helper",
        "Firefox Developer Edition Extensions Kit",
        "LibreCAD",
        "DjVuLibre",
        "ONLYOFFICE Desktop Editors 7.0 (x64)",
        "Grammarly for Microsoft\u00ae Office Suite",
        "Microsoft EdgeWebView",
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
        channels |= {*row.clients.values(), *row.bundles.values(), *row.flatpaks.values(), *row.appx.values()}
        channels |= {*row.beacons.values(), *row.prog_ids.values(), *row.folders.values()}
        assert row.engine_on_windows in ("", *words["engine"])
        assert bool(row.files) == bool(row.folders), f"{row.product}: a file is known by its folder"
        assert channels <= {"", *words["channel"]}, row.product
        assert all(re.compile(entry.name) for entry in row.uninstall)
        assert all(client == client.upper() for client in row.clients), f"{row.product}: ids are compared in capitals"


def test_no_name_belongs_to_two_browsers() -> None:
    for system in ("packages", "flatpaks", "snaps", "bundles", "appx", "prog_ids", "clients", "beacons", "folders", "files"):
        of_one = [name for row in BROWSERS for name in getattr(row, system)]
        assert len(of_one) == len(set(of_one)), system


@pytest.mark.parametrize(
    ("product", "text", "version"),
    [
        ("ie", "11.00.17763.1 (winbuild.160101.0800)", "11.0.17763.1"),
        ("ie", "11,00,17763,1", "11.0.17763.1"),
        ("brave", "138.1.80.113", "1.80.113"),
        ("brave", "1.80.113", "1.80.113"),
        ("chrome", "138.0.7204.97", "138.0.7204.97"),
        ("chrome", "1.0.38.171.g5e1cd7b2", "1.0.38.171.g5e1cd7b2"),
        ("firefox", "VersionApplication", "VersionApplication"),
        ("safari", " ", ""),
    ],
)
def test_a_browsers_own_version_is_taken_out_of_what_is_written(product: str, text: str, version: str) -> None:
    assert own_version(ROWS[product], text) == version


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("140.0.1.0", "140.0.1"),
        ("140.0.0.0", "140.0"),
        ("71.0.0.7275", "71.0"),
        ("71.0", "71.0"),
        ("a.b.c.d", "a.b.c.d"),
        ("", ""),
    ],
)
def test_four_numbers_of_a_firefox_stand_for_a_release(text: str, release: str) -> None:
    assert gecko_release(text) == release


@pytest.mark.parametrize(
    ("names", "channel"),
    [
        ({"RemotingName": "Firefox-esr"}, "esr"),
        ({"RemotingName": "firefox-esr"}, "esr"),
        ({"SourceRepository": "https://hg.mozilla.org/releases/mozilla-esr140"}, "esr"),
        ({"SourceRepository": "https://hg.mozilla.org/releases/mozilla-release/"}, "stable"),
        ({"SourceRepository": "https://hg.mozilla.org/mozilla-central"}, "nightly"),
        ({"SourceRepository": "https://example.org/fork"}, ""),
        ({}, ""),
    ],
)
def test_application_ini_tells_the_channel(names: dict[str, str], channel: str) -> None:
    assert gecko_channel(names) == channel


def test_tor_browsers_own_file_names_its_version_and_channel() -> None:
    assert tor_release('{"version":"14.5.6","architecture":"linux-x86_64","channel":"release"}') == ("14.5.6", "stable")
    assert tor_release('{"version":"15.0a2","channel":"alpha"}') == ("15.0a2", "alpha")
    assert tor_release("{") == tor_release('{"version": 7}') == ("", "")
    assert tor_release('"version":"' * 100_000) == ("", "")


@pytest.mark.parametrize(
    ("name", "product", "channel"),
    [
        ("FirefoxURL-308046B0AF4A39CB", "firefox", ""),
        ("FIREFOX.EXE", "firefox", ""),
        ("MSEdgeHTM", "edge", "stable"),
        ("MSEdgeBHTML", "edge", "beta"),
        ("IE.HTTP", "ie", "stable"),
        ("IEXPLORE.EXE", "ie", "stable"),
        ("AppXq0fevzme2pys62n3e0fbqa7peapykr8v", "edge-legacy", "stable"),
        ("OperaStable", "opera", "stable"),
        ("OperaGXStable", "opera-gx", "stable"),
        ("Opera GXStable", "opera-gx", "stable"),
        ("BraveDHTML", "brave", "dev"),
        ("Brave Beta", "brave", "beta"),
        ("Google Chrome.6XOGTEX4QNXW2G5A3KYLBVXGS4", "chrome", "stable"),
        ("ChromiumHTM.ABC", "chromium", "stable"),
    ],
)
def test_what_a_browser_registers_as_tells_product_and_channel(name: str, product: str, channel: str) -> None:
    found = by_prog_id(name)
    assert found
    assert (found[0].product, found[1]) == (product, channel)


@pytest.mark.parametrize("name", ["", "Chrome", "FirefoxURLs", "ChromeHTMLX", "-", "VLC.http"])
def test_what_something_else_registers_as_is_no_browser(name: str) -> None:
    assert by_prog_id(name) is None


@pytest.mark.parametrize(
    ("path", "product", "channel"),
    [
        (r"C:\Program Files\Google\Chrome SxS\Application\chrome.exe", "chrome", "canary"),
        (r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe", "edge", "stable"),
        (r"C:\Users\opera\AppData\Local\Programs\Opera GX\opera.exe", "opera-gx", "stable"),
        (r"C:\Users\x\AppData\Local\Programs\Opera\launcher.exe", "opera", "stable"),
        (r"D:\Tor Browser\Browser\firefox.exe", "tor", "stable"),
        (r"C:\Program Files\Firefox Developer Edition\firefox.exe", "firefox", "developer"),
        (r"C:\Program Files\Chromium\Application\chrome.exe", "chromium", "stable"),
        (r"C:\Program Files\Samsung\Internet\Application\SamsungInternet.exe", "samsung", "stable"),
    ],
)
def test_a_program_is_known_by_its_folder(path: str, product: str, channel: str) -> None:
    found = by_program(path)
    assert found
    assert (found[0].product, found[1]) == (product, channel)


@pytest.mark.parametrize(
    "path",
    [
        r"C:\Program Files\CocCoc\Browser\Application\browser.exe",
        r"C:\Program Files (x86)\Microsoft\EdgeWebView\Application\98.0.1108.43\msedge.exe",
        r"C:\Program Files (x86)\Microsoft\EdgeCore\98.0.1108.43\msedge.exe",
        r"P:\Application Tools\Firefox 6.0",
        r"C:\Google\Chrome\notes.exe",
        "chrome.exe",
        "",
    ],
)
def test_a_path_that_merely_looks_like_a_browser_is_none(path: str) -> None:
    assert by_program(path) is None
