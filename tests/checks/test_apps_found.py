from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auditor import checks
from auditor.checks import apps_found, browsers_macos
from auditor.checks import programs_windows as programs
from auditor.checks.browsers_linux import FLATPAK_VERSIONS, FLATPAKS, SNAPS
from auditor.checks.browsers_windows_places import MACHINE_CLIENTS, USER_CLIENTS
from auditor.model import Detected, Source, Status
from auditor.scan import take
from auditor.sources.offline import open_place
from pcs import Places, collected, facts, gaps, installed, only, why

UNINSTALL = r"Microsoft\Windows\CurrentVersion\Uninstall"
USER, OTHER = r"HKU\S-1-5-21-1-2-3-1001", r"HKU\S-1-12-1-5-6-7-8"


def found(family: str, *parts: dict[Source, Any]) -> Detected:
    return apps_found.detect(collected(family, {source: what for part in parts for source, what in part.items()}))


def listed(*rows: tuple[str, str, str], user: str = "") -> dict[Source, Any]:
    """A list of programs of (key, name, version)."""
    top = f"{user}\\Software" if user else r"HKLM\SOFTWARE"
    places = {
        f"{top}\\{UNINSTALL}\\{key}": {"DisplayName": name} | ({"DisplayVersion": version} if version else {})
        for key, name, version in (*rows, ("7-Zip", "7-Zip", "24.08"))
    }
    return {programs.USERS[0] if user else programs.MACHINE[0]: Places(places)}


def store(name: str, *versions: tuple[str, str], architecture: str = "x64", resource: str = "") -> dict[Source, Any]:
    """A package of (user or nobody, version)."""
    mine, everyone, _ = programs.package_sources(name)
    places: dict[Source, Any] = {}
    for user, version in versions:
        source = mine if user else everyone
        full = f"{name}_{version}_{architecture}_{resource}_8wekyb3d8bbwe"
        top = source.where.partition("#")[0].rpartition("\\")[0].replace("HKU\\*", user)
        places.setdefault(source, Places())[f"{top}\\{full}"] = {"PackageID": full} if user else {"Path": "C:\\x"}
    return places


WEBVIEW = "{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"


def client(identifier: str, version: str, user: str = "") -> dict[Source, Any]:
    source = next(each for each in (USER_CLIENTS if user else MACHINE_CLIENTS) if "EdgeUpdate" in each.where)
    top = source.where.partition("#")[0].rpartition("\\")[0].replace("HKU\\*", user)
    return {source: Places({f"{top}\\{identifier}": {"pv": version}})}


def test_classic_teams_is_each_users_own() -> None:
    everyone = found("windows", listed(), listed(("Teams", "Microsoft Teams", "1.5.00.11163"), user=USER))
    ((name, where),) = installed(everyone, "app")
    facts = only(everyone, "app")
    assert (name, where[:5], facts["version"], facts["scope"], facts["kind_of"]) == (
        "teams-classic",
        "user ",
        "1.5.00.11163",
        "user",
        "collaboration",
    )


def test_an_installer_of_teams_is_no_teams() -> None:
    has = listed(("{731F6BAA-A986-45A4-8936-7C3AAAAA760B}", "Teams Machine-Wide Installer", "1.5.0.8070"))
    assert only(found("windows", has), "app")["product"] == "teams-installer"


def test_new_teams_is_a_package_and_the_consumers_is_another() -> None:
    has = store("MSTeams", (USER, "24004.1309.2689.2246")), store("MicrosoftTeams", ("", "22006.600.1133.7409"))
    everything = facts(found("windows", listed(), *has), "app")
    assert {name: each["version"] for name, each in everything.items()} == {
        "teams": "24004.1309.2689.2246",
        "teams-consumer": "22006.600.1133.7409",
    }
    assert everything["teams"]["architecture"] == "x86_64"


def test_classic_and_new_teams_stand_side_by_side() -> None:
    has = (
        listed(("Teams", "Microsoft Teams classic", "1.7.00.7956"), user=USER),
        store("MSTeams", ("", "24004.1309.2689.2246")),
    )
    assert set(facts(found("windows", listed(), *has), "app")) == {"teams-classic", "teams"}


def test_something_newer_that_calls_itself_microsoft_teams_is_not_classic() -> None:
    assert not installed(found("windows", listed(("x", "Microsoft Teams", "24004.1309.2689.2246"))), "app")


def test_users_with_the_machines_version_have_no_app_of_their_own_and_others_have() -> None:
    has = store("Microsoft.OutlookForWindows", ("", "1.2024.111.100"), (USER, "1.2024.111.100"), (OTHER, "1.2023.1.0"))
    where = {where[:7]: each["version"] for (_, where), each in installed(found("windows", listed(), has), "app").items()}
    assert sorted(where.values()) == ["1.2023.1.0", "1.2024.111.100"]
    assert len(where) == 2


def test_a_bundle_and_a_language_are_no_package() -> None:
    bundle = store("MSTeams", ("", "2024.1.1.0"), architecture="neutral", resource="~")
    assert not installed(found("windows", listed(), bundle), "app")
    part = store("MSTeams", ("", "24004.1.1.0"), architecture="neutral", resource="split.language-fr")
    assert not installed(found("windows", listed(), part), "app")


def test_webview2_of_the_list_and_of_the_updater_is_one_runtime_of_the_newer_version() -> None:
    has = (
        listed(("Microsoft EdgeWebView", "Microsoft Edge WebView2 Runtime", "98.0.1108.43")),
        client(WEBVIEW, "98.0.1108.50"),
    )
    runtime = only(found("windows", *has), "app")
    assert (runtime["product"], runtime["version"], runtime["kind_of"]) == ("webview2", "98.0.1108.50", "runtime")


@pytest.mark.parametrize("version", ["", "0.0.0.0"])
def test_an_updaters_record_without_a_version_is_of_something_that_was_removed(version: str) -> None:
    assert not installed(found("windows", listed(), client(WEBVIEW, version)), "app")


def test_the_updaters_keys_are_alike_in_any_case() -> None:
    assert only(found("windows", listed(), client(WEBVIEW.lower(), "98.0.1108.50", USER)), "app")["scope"] == "user"


def test_updaters_are_apps_and_no_browsers() -> None:
    has = listed(
        ("Microsoft Edge Update", "Microsoft Edge Update", "1.3.155.77"),
        ("{60EC980A-BDA2-4CB6-A427-B07A5498B4CA}", "Google Update Helper", "1.3.31.5"),
        ("MozillaMaintenanceService", "Mozilla Maintenance Service", "71.0"),
    )
    everything = facts(found("windows", has), "app")
    assert {name: each["kind_of"] for name, each in everything.items()} == dict.fromkeys(
        ("edge-update", "google-update", "mozilla-maintenance-service"), "updater"
    )


def test_developers_tools_and_hosts_of_web_pages_are_not_looked_for() -> None:
    names = ("Microsoft.MicrosoftEdgeDevToolsClient", "Microsoft.Win32WebViewHost", "Microsoft.MicrosoftEdge.Stable")
    inventory = Places(
        {
            f"AMCACHE\\InventoryApplication\\{name}": {"Name": name, "Version": "1.0", "Source": "AppxPackage"}
            for name in names
        }
    )
    assert not installed(found("windows", listed(), {programs.AMCACHE: inventory}), "app")


def test_a_list_of_programs_that_was_refused_is_a_gap() -> None:
    assert gaps(found("windows", {programs.MACHINE[0]: Status.DENIED}), "app")


def test_both_teams_of_a_mac() -> None:
    places = Places(
        {
            "/Applications/Microsoft Teams classic.app/Contents/Info.plist": {
                "CFBundleIdentifier": "com.microsoft.teams",
                "CFBundleShortVersionString": "1.00.627656",
                "CFBundleVersion": "627656",
            },
            "/Users/jane/Applications/Microsoft Teams.app/Contents/Info.plist": {
                "CFBundleIdentifier": "com.microsoft.teams2",
                "CFBundleShortVersionString": "24004.1307.2669.7070",
            },
            "/Applications/Microsoft Word.app/Contents/Info.plist": {"CFBundleIdentifier": "com.microsoft.Word"},
        }
    )
    everything = facts(found("macos", {browsers_macos.APPS[0]: places}), "app")
    assert everything["teams-classic"]["version"] == "1.6.00.27656"
    assert everything["teams"]["scope"] == "user"
    assert not [where for _, where in installed(found("macos", {browsers_macos.APPS[0]: places}), "app") if "jane" in where]


def test_teams_of_linux_as_a_package_a_flatpak_and_a_snap() -> None:
    metadata = "/var/lib/flatpak/app/com.github.IsmaelMartinez.teams_for_linux/current/active/metadata"
    info = metadata.replace("metadata", "files/share/metainfo/x.xml")
    has = {
        Source("dpkg", "teams"): "Package: teams\nVersion: 1.5.00.23861\nArchitecture: amd64",
        FLATPAKS[0]: Places({metadata: "name=com.github.IsmaelMartinez.teams_for_linux"}),
        FLATPAK_VERSIONS[0]: Places({info: '<release version="1.4.12" date="2024-01-01">'}),
        SNAPS: Places({"/snap/teams-for-linux/current/meta/snap.yaml": "name: teams-for-linux\nversion: 1.4.9\n"}),
    }
    versions = {where: each["version"] for (_, where), each in installed(found("linux", has), "app").items()}
    assert sorted(versions.values()) == ["1.4.12", "1.4.9", "1.5.00.23861"]
    assert versions["dpkg teams"] == "1.5.00.23861"


def test_an_app_without_a_version_says_so() -> None:
    has = listed(("MozillaMaintenanceService", "Mozilla Maintenance Service", ""))
    assert why(only(found("windows", has), "app"), "version")


def understood(place: Path) -> Detected:
    opened = open_place(place)
    return checks.detect(take(opened.family, opened.readers, taken_at="2026-11-20T09:30:00Z", salt="0" * 32))


def test_a_users_hive_of_windows_10_has_these_packages(realdata: Path) -> None:
    everything = facts(understood(realdata / "win10-1709-usrclass"), "app")
    assert {name: each["version"] for name, each in everything.items()} == {
        "mail-and-calendar": "17.9126.21425.0",
        "onenote-store": "17.9126.21251.0",
        "office-hub": "17.8830.7600.0",
    }


def test_a_windows_11_pcs_inventory_has_these_apps(realdata: Path) -> None:
    everything = facts(understood(realdata / "win11-21h2-amcache"), "app")
    assert {name: (each["version"], each["kind_of"]) for name, each in everything.items()} == {
        "edge-update": ("1.3.155.77", "updater"),
        "webview2": ("98.0.1108.43", "runtime"),
        "mail-and-calendar": ("16005.14326.20544.0", "mail"),
        "office-hub": ("18.2110.13110.0", "hub"),
        "teams-consumer": ("22006.600.1133.7409", "collaboration"),
    }


def test_of_1248_real_names_only_the_maintenance_service_is_an_app(realdata: Path) -> None:
    folder = realdata / "winget-arp-names"
    lines = (folder / "InputARPData.txt").read_text(encoding="utf-8-sig").splitlines()
    rows = [("x", line.split("|")[3], line.split("|")[4]) for line in lines]
    rows += [("x", name, "") for name in (folder / "InputNames.txt").read_text(encoding="utf-8-sig").splitlines()]
    rows = [(f"key {number}", name, version) for number, (_, name, version) in enumerate(rows) if name]
    assert len(rows) > 1200
    assert set(facts(found("windows", listed(*rows)), "app")) == {"mozilla-maintenance-service"}
