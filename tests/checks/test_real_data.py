"""What the checks understand of data that real machines left: all that is in it, and nothing that is not."""

from __future__ import annotations

import plistlib
import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from auditor import checks
from auditor.model import Detected, Device, Snapshot
from auditor.scan import take
from auditor.sources.offline import open_place
from pcs import are_sound, gaps, installed, only, why

pytestmark = [  # the library that replays a hive's logs leaves its files to the garbage collector
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@cache
def snapshot_of(path: Path) -> Snapshot:
    place = open_place(path)
    return take(place.family, place.readers, taken_at="2026-11-20T09:30:00Z", salt="0" * 32)


@cache
def understood(path: Path) -> Detected:
    found = checks.detect(snapshot_of(path))
    assert are_sound(found)
    assert not [gap for gap in found.gaps if "broke on this snapshot" in gap.reason]
    return found


def versions(found: Detected, kind: str) -> dict[str, Any]:
    """Product → version of everything of a kind."""
    return {facts["product"]: facts["version"] for facts in installed(found, kind).values()}


def test_debian_12_with_firefox_chromium_and_libreoffice(realdata: Path) -> None:
    found = understood(realdata / "linux-debian12-browsers-office")
    system = only(found, "os")
    assert (system["name"], system["version"], system["release"], system["architecture"]) == (
        "Debian GNU/Linux 12",
        "12.15",
        "bookworm",
        "x86_64",
    )
    assert why(system, "type") == "the system does not say what it is for"
    browsers = installed(found, "browser")
    assert {key: (facts["version"], facts["channel"], facts["engine"]) for key, facts in browsers.items()} == {
        ("firefox", "/usr/lib/firefox-esr"): ("140.12.0", "esr", "gecko"),
        ("chromium", "/usr/lib/chromium"): ("150.0.7871.100", "stable", "blink"),
    }
    assert browsers["firefox", "/usr/lib/firefox-esr"]["package"] == "dpkg firefox-esr 140.12.0esr-1~deb12u1"
    office = only(found, "office")
    assert (office["product"], office["version"], office["generation"], office["apps"]) == (
        "libreoffice",
        "7.4.7",
        "7.4",
        ["calc", "writer"],
    )
    assert "only a running PC can answer this" in why(only(found, "hardware"), "memory")
    assert installed(found, "html5").keys() == browsers.keys()
    assert not found.gaps


def test_an_xp_pcs_list_of_programs(realdata: Path) -> None:
    found = understood(realdata / "winxp-uninstall-reg")
    assert versions(found, "browser") == {"firefox": "10.0.2", "opera": "11.52.1100", "ie": "8"}
    browsers = {facts["product"]: facts for facts in installed(found, "browser").values()}
    assert (browsers["firefox"]["architecture"], browsers["opera"]["engine"]) == ("x86", "presto")
    office = only(found, "office")
    assert (office["product"], office["version"], office["architecture"], office["installer"]) == (
        "office-2010-professional-plus",
        "14.0.6029.1000",
        "x86",
        "msi",
    )
    for name in only(found, "os").keys() - {"family"}:
        assert "not in what was given (xp-Uninstall.reg)" in why(only(found, "os"), name)
    assert gaps(found, "browser")
    assert gaps(found, "office")


def test_a_windows_11_pcs_program_inventory(realdata: Path) -> None:
    found = understood(realdata / "win11-21h2-amcache")
    edge = only(found, "browser")
    assert (edge["product"], edge["version"], edge["channel"], edge["architecture"]) == (
        "edge",
        "98.0.1108.43",
        "stable",
        "x86_64",
    )
    assert installed(found, "office") == {}
    hardware = only(found, "hardware")
    for name in ("system_disk", "cpu_model"):
        assert why(hardware, name)
        del hardware[name]
    assert hardware == {
        "cpu": "11th Gen Intel(R) Core(TM) i7-11800H @ 2.30GHz",
        "cpu_speed": 2304,
        "cores": 6,
        "memory": 8 * 2**30,
        "firmware": "uefi",
        "secure_boot": True,
        "tpm": "2.0",
        "form": "virtual",
        "vendor": "VMware, Inc.",
        "model": "VMware7,1",
    }
    system = only(found, "os")
    assert (system["edition"], system["type"], system["evaluation"], system["ltsc"]) == (
        "Professional",
        "client",
        False,
        False,
    )
    assert why(system, "name")
    assert why(system, "build")
    assert gaps(found, "browser")


def test_a_french_windows_10_pcs_program_inventory(realdata: Path) -> None:
    found = understood(realdata / "win10-1909-fr-amcache")
    assert versions(found, "browser") == {"firefox": "71.0", "edge-legacy": "44.18362.387.0"}
    browsers = {facts["product"]: facts for facts in installed(found, "browser").values()}
    assert (browsers["firefox"]["architecture"], browsers["edge-legacy"]["engine"]) == ("x86", "edgehtml")
    assert installed(found, "office") == {}
    assert all(isinstance(fact, tuple) for fact in only(found, "hardware").values()), "its census is empty"
    assert why(only(found, "os"), "edition")


def test_a_windows_7_users_own_chrome(realdata: Path) -> None:
    found = understood(realdata / "win7-ntuser-peruser-chrome18")
    chrome = only(found, "browser")
    assert (chrome["product"], chrome["version"], chrome["scope"], chrome["engine"]) == (
        "chrome",
        "18.0.1025.151",
        "user",
        "webkit",
    )
    assert chrome["default"] is True
    assert installed(found, "office") == {}
    assert gaps(found, "browser"), "the machine's own programs may have been missed"


def test_a_windows_10_users_edge_is_known_only_by_what_they_last_ran(realdata: Path) -> None:
    found = understood(realdata / "win10-ntuser-edge131")
    edge = only(found, "browser")
    assert (edge["product"], edge["last_run_version"], edge["default"]) == ("edge", "131.0.2903.63", True)
    assert why(edge, "version") == "only what a user last ran is noted, not what is installed"
    assert installed(found, "office") == {}


def test_exports_of_four_machines_in_one_folder(realdata: Path) -> None:
    found = understood(realdata / "windows-reg-exports")
    assert versions(found, "browser") == {"firefox": "57.0.2"}
    office = only(found, "office")
    assert (office["product"], office["architecture"]) == ("office-2016-professional-plus", "x86_64")
    assert why(office, "version")
    assert why(only(found, "hardware"), "cpu").startswith("3 sources disagree: AMD EPYC 7302 16-Core Processor, ")


def test_one_of_345_registered_office_products_is_installed(realdata: Path) -> None:
    found = understood(realdata / "windows-reg-exports" / "office_2016_01.reg")
    assert only(found, "office")["product"] == "office-2016-professional-plus"
    assert installed(found, "browser") == {}


def test_a_windows_10_pc_with_office_2016_and_chrome_54(realdata: Path) -> None:
    found = understood(realdata / "win10-1607-office2016-chrome54-amcache")
    assert versions(found, "browser") == {"chrome": "54.0.2840.87", "edge-legacy": "38.14393.0.0"}
    office = only(found, "office")
    assert (office["product"], office["version"], office["architecture"]) == (
        "office-2016-professional-plus",
        "16.0.4266.1001",
        "x86_64",
    )
    hardware = only(found, "hardware")
    assert (hardware["firmware"], hardware["tpm"], hardware["secure_boot"], hardware["form"]) == (
        "bios",
        "none",
        False,
        "virtual",
    )
    assert hardware["memory"] == 4095 * 2**20, "all ones stand for not known, and what Windows sees stands beside them"


@pytest.mark.parametrize("group", ["win7sp1-x86-system", "win10-21h2-system", "winxp-ntuser-firefox-default"])
def test_a_single_hive_is_understood_as_far_as_it_goes(realdata: Path, group: str) -> None:
    found = understood(realdata / group)
    system = only(found, "os")
    assert system["family"] == "windows"
    for name in ("name", "version", "build", "edition"):
        assert "not in what was given" in why(system, name)
    assert installed(found, "browser") == {}
    assert installed(found, "office") == {}
    assert gaps(found, "browser")
    assert gaps(found, "office")


def test_a_windows_10_users_store_packages_hold_the_old_edge(realdata: Path) -> None:
    found = understood(realdata / "win10-1709-usrclass")
    edge = only(found, "browser")
    assert (edge["product"], edge["version"], edge["engine"], edge["scope"]) == (
        "edge-legacy",
        "41.16299.248.0",
        "edgehtml",
        "user",
    )
    assert installed(found, "office") == {}
    assert gaps(found, "browser")


def test_what_windows_11_keeps_of_the_old_edge_is_a_leftover(realdata: Path) -> None:
    found = understood(realdata / "win11-21h2-amcache")
    assert only(found, "leftover")["version"] == "44.22000.120.0"
    assert only(found, "browser")["listed_version"] == "98.0.1108.43"


def test_a_system_hive_tells_name_kind_and_architecture(realdata: Path) -> None:
    seven = understood(realdata / "win7sp1-x86-system")
    assert only(seven, "device")["hostname"] == "WKS-WIN732BITA"
    assert (only(seven, "os")["architecture"], only(seven, "os")["type"]) == ("x86", "client")
    ten = understood(realdata / "win10-21h2-system")
    assert only(ten, "device")["hostname"] == "DESKTOP-M3OSHQU"
    assert (only(ten, "os")["architecture"], only(ten, "os")["type"]) == ("x86_64", "client")


def test_a_users_name_is_in_no_fact(realdata: Path) -> None:
    for group in ("win7-ntuser-peruser-chrome18", "win10-ntuser-edge131", "win11-21h2-amcache"):
        for fact in understood(realdata / group).facts:
            assert "S-1-5-21" not in f"{fact.subject} {fact.value}"


NO_VERSION = {"arch", "debiantesting", "guix", "manjaro1512"}
NO_LINUX = {"freebsd111", "netbsd711"}


def with_links(tree: Path, to: Path) -> Path:
    """A copy of a tree in which a link is a link again."""
    shutil.copytree(tree, to)
    for file in sorted(to.rglob("*.SYMLINK")):
        file.with_suffix("").symlink_to(file.read_text(encoding="utf-8").strip())
        file.unlink()
    return to


def test_every_distribution_has_a_name_and_a_version_or_the_reason_for_none(realdata: Path, tmp_path: Path) -> None:
    trees = [
        path for path in sorted((realdata / "linux-os-release").iterdir()) if path.is_dir() and path.name not in NO_LINUX
    ]
    assert len(trees) > 25
    for tree in trees:
        copy = with_links(tree, tmp_path / tree.name)
        (copy / "var/lib/dpkg").mkdir(parents=True)  # what makes a tree without os-release a Linux
        place = open_place(copy)
        snapshot = take(place.family, place.readers, taken_at="2026-11-20T09:30:00Z", salt="0" * 32)
        found = checks.detect(snapshot)
        assert are_sound(found)
        system = only(found, "os")
        assert isinstance(system["name"], str), tree.name
        assert re.fullmatch(r"[A-Za-z][\w/.()! -]+", system["name"]), f"{tree.name}: {system['name']!r}"
        if tree.name in NO_VERSION:
            assert why(system, "version") == "the distribution has no version number", tree.name
        else:
            assert re.fullmatch(r"[0-9][0-9a-z.]*", system["version"]), f"{tree.name}: {system['version']!r}"


def mac_tables(folder: Path) -> list[tuple[str, str, str, str]]:
    rows = re.findall(
        r"^\| (\S+\.plist) \| (\w[\w ]*) \| ([0-9.]+) \| (\w+) \|$", (folder / "SOURCE.md").read_text(encoding="utf-8"), re.M
    )
    assert len(rows) > 10
    return rows


def test_every_release_of_macos_is_what_its_table_says(realdata: Path, tmp_path: Path) -> None:
    folder = realdata / "macos-systemversion-plists"
    for file, product, version, build in mac_tables(folder):
        target = tmp_path / file / "System/Library/CoreServices/SystemVersion.plist"
        target.parent.mkdir(parents=True)
        shutil.copy(folder / file, target)
        assert plistlib.loads(target.read_bytes())["ProductVersion"] == version
        found = checks.detect(snapshot_of(tmp_path / file))
        assert are_sound(found)
        system = only(found, "os")
        assert (system["version"], system["build_name"], system["type"]) == (version, build, "client")
        assert system["name"] == f"{product} {'10.5' if version.startswith('10.') else version.partition('.')[0]}"
        assert system["beta"] is (file == "branch-14-beta.SystemVersion.plist")
        assert installed(found, "browser") == {}


def test_the_same_data_gives_the_same_facts_and_another_pc_other_pseudonyms(realdata: Path) -> None:
    path = realdata / "win7-ntuser-peruser-chrome18"
    snapshot = snapshot_of(path)
    assert checks.detect(snapshot) == understood(path)
    other = Snapshot(Device("f" * 32, "", "windows"), snapshot.taken_at, snapshot.agent, snapshot.salt, snapshot.readings)
    assert installed(checks.detect(other), "browser").keys() != installed(understood(path), "browser").keys()
