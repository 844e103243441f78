"""What system_profiler printed of a Mac: which applications are installed ones, and what a list does not say."""

from __future__ import annotations

import plistlib
from pathlib import Path
from typing import Any

import pytest

from auditor import checks
from auditor.errors import SourceError
from auditor.model import Detected, Snapshot, Source, Status
from auditor.scan import take
from auditor.sources import macexports
from auditor.sources.offline import open_place
from auditor.versions import compare
from pcs import facts, gaps, installed, only, why

SAFARI = {"path": "/Applications/Safari.app", "version": "17.4.1"}


def listing(*apps: dict[str, Any], kind: str = "SPApplicationsDataType") -> bytes:
    return plistlib.dumps([{"_dataType": kind, "_items": [{"_name": "x", **app} for app in apps]}])


def written(*apps: tuple[str, str], title: str = "Applications", labels: tuple[str, str] = ("Version", "Location")) -> str:
    """The text form: (place, version) of each."""
    parts = [f"{title}:\n"]
    for place, version in apps:
        parts.append(f"    {place.rpartition('/')[2].removesuffix('.app')}:\n")
        fields = [f"      {labels[0]}: {version}"] if version else []
        parts.append("\n".join([*fields, "      Last Modified: 17/02/12 12:35", f"      {labels[1]}: {place}"]) + "\n")
    return "\n".join(parts)


def scanned(path: Path) -> tuple[Snapshot, Detected]:
    place = open_place(path)
    assert place.family == "macos"
    snapshot = take(place.family, place.readers, taken_at="2026-11-20T09:30:00Z", salt="f" * 32)
    return snapshot, checks.detect(snapshot)


def export(folder: Path, content: bytes | str, name: str = "export") -> Detected:
    data = content if isinstance(content, bytes) else content.encode()
    (folder / name).write_bytes(data)
    return scanned(folder)[1]


def versions(detected: Detected, kind: str = "browser") -> dict[str, Any]:
    return {f"{name} {where}": found["version"] for (name, where), found in installed(detected, kind).items()}


def test_browsers_and_office_of_macos_12_are_found_with_their_versions(realdata: Path) -> None:
    detected = scanned(realdata / "macos-12-sp-applications-xml")[1]
    assert versions(detected) == {
        "safari /Applications/Safari.app": "17.4.1",
        "firefox /Applications/Firefox.app": "124.0.2",
        "chrome /Applications/Google Chrome.app": "111.0.5563.110",
    }
    office = only(detected, "office")
    assert office["version"] == "16.79.2"
    assert office["apps"] == ["excel", "onenote", "outlook", "powerpoint", "word"]
    assert not gaps(detected, "browser")


def test_office_2004_outside_bundles_is_found_in_a_french_list_of_2012(realdata: Path) -> None:
    detected = scanned(realdata / "macos-10.6.8-sp-applications" / "sample1.SPApplicationsDataType")[1]
    assert versions(detected) == {"safari /Applications/Safari.app": "5.1.2"}
    assert only(detected, "office")["version"] == "11.2.0"
    assert {"word", "excel", "powerpoint"} <= set(only(detected, "office")["apps"])


@pytest.mark.parametrize("name", ["", "10.8-system_profiler_SPApplicationsDataType.example.txt"])
def test_a_staged_update_and_web_pages_as_applications_are_no_browsers(realdata: Path, name: str) -> None:
    """The file is named for a later system than it is of; nothing is believed of a name."""
    snapshot, detected = scanned(realdata / "macos-10.6.8-sp-applications-2016" / name)
    assert versions(detected) == {
        "safari /Applications/Safari.app": "5.1.10",
        "firefox /Applications/Firefox.app": "37.0.2",
        "chrome /Applications/Google Chrome.app": "49.0.2623.112",
    }
    assert why(only(detected, "os"), "version")
    assert "10.8" not in repr([each.value for each in snapshot.readings])


def test_the_overviews_tell_system_and_hardware_and_never_the_serial_number(realdata: Path) -> None:
    snapshot, detected = scanned(realdata / "macos-11.2.3-m1-sp-text")
    system, hardware = only(detected, "os"), only(detected, "hardware")
    assert (system["name"], system["version"], system["build_name"]) == ("macOS 11", "11.2.3", "20D91")
    assert (hardware["cpu"], hardware["cores"], hardware["memory"]) == ("Apple M1", 8, 16 * 2**30)
    assert (hardware["form"], hardware["model"]) == ("laptop", "MacBookAir10,1")
    assert gaps(detected, "browser")
    text = repr(snapshot)
    assert "E9O1Q6W5FAKE" not in text
    assert "2B05150B-FA33-45BD-90F0-3369BF908E3E" not in text


def test_what_the_list_of_every_mac_holds_scores_without_a_false_alarm(realdata: Path) -> None:
    """Hundreds of applications each, of which only these are browsers."""
    found = [scanned(realdata / f"macos-{name}")[1] for name in ("12-sp-applications-xml", "10.6.8-sp-applications-2016")]
    assert [len(installed(each, "browser")) for each in found] == [3, 3]
    assert [len(installed(each, "office")) for each in found] == [1, 0]


def test_the_history_of_installations_is_not_the_state(realdata: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="installed once"):
        open_place(realdata / "macos-10.9-plists")
    receipts = tmp_path / "Library" / "Receipts"
    receipts.mkdir(parents=True)
    (receipts / "InstallHistory.plist").write_bytes((realdata / "macos-10.9-plists" / "InstallHistory.plist").read_bytes())
    system = only(scanned(tmp_path)[1], "os")
    assert system["family"] == "macos"
    assert why(system, "version")


def test_one_applications_own_list_is_no_mac(realdata: Path) -> None:
    with pytest.raises(SourceError, match="where it is installed"):
        open_place(realdata / "macos-safari-info-plist")


@pytest.mark.parametrize(
    "place",
    [
        "/Users/ann/Library/Caches/Mozilla/updates/Applications/Firefox/updates/0/Firefox.app",
        "/Users/ann/Applications/Chrome Apps.localized/Firefox.app",
        "/Users/ann/Applications (Parallels)/{1} Applications.localized/Firefox.app",
        "/Volumes/Firefox/Firefox.app",
        "/Applications/Firefox.app/Contents/MacOS/Firefox.app",
        "/Applications/Firefox Notes.app",
        "relative/Firefox.app",
    ],
)
def test_a_name_elsewhere_is_no_installation(tmp_path: Path, place: str) -> None:
    assert versions(export(tmp_path, listing(SAFARI, {"path": place, "version": "99.0"}))) == {
        "safari /Applications/Safari.app": "17.4.1"
    }


@pytest.mark.parametrize(
    "shim",
    [
        {"version": "6.0", "info": "6.0, C:\\Program Files\\Mozilla Firefox\\firefox.exe"},
        {"version": "Windows XP"},
    ],
)
def test_what_a_virtual_machine_shows_on_the_desktop_is_no_browser_of_the_mac(tmp_path: Path, shim: dict[str, str]) -> None:
    assert len(versions(export(tmp_path, listing(SAFARI, {"path": "/Applications/Firefox.app", **shim})))) == 1


def test_a_list_without_safari_is_a_gap_and_not_a_mac_without_it(tmp_path: Path) -> None:
    detected = export(tmp_path, listing({"path": "/Applications/Firefox.app", "version": "124.0.2"}))
    assert "firefox /Applications/Firefox.app" in versions(detected)
    assert any("Safari" in reason for reason in gaps(detected, "browser"))


def test_a_list_of_nothing_that_is_known_is_a_gap_too(tmp_path: Path) -> None:
    detected = export(tmp_path, listing({"path": "/Applications/Mail.app", "version": "16.0"}))
    assert not installed(detected, "browser")
    assert gaps(detected, "browser")


def test_safari_on_the_sealed_volume_is_the_same_one(tmp_path: Path) -> None:
    sealed = {"path": "/System/Volumes/Preboot/Cryptexes/App/System/Applications/Safari.app", "version": "17.4.1"}
    assert list(versions(export(tmp_path, listing(sealed, SAFARI)))) == ["safari /Applications/Safari.app"]
    alone = versions(export(tmp_path, listing(sealed)))
    assert len(alone) == 1


def test_an_application_in_a_home_is_the_users_and_does_not_say_whose(tmp_path: Path) -> None:
    mine = {"path": "/Users/ann.other/Applications/Google Chrome.app", "version": "138.0.7204.50"}
    detected = export(tmp_path, listing(SAFARI, mine))
    chrome = facts(detected, "browser")["chrome"]
    assert chrome["scope"] == "user"
    assert "ann.other" not in repr([(fact.subject, fact.value, fact.unknown) for fact in detected.facts])


def test_no_version_is_unknown_and_the_text_about_it_does_not_stand_in(tmp_path: Path) -> None:
    detected = export(tmp_path, listing({"path": "/Applications/Safari.app", "info": "5.1.2, Copyright"}))
    assert "no version" in why(facts(detected, "browser")["safari"], "version")


def test_a_template_in_the_info_text_does_not_become_the_version(tmp_path: Path) -> None:
    note = {"path": "/Applications/Microsoft OneNote.app", "version": "16.84", "info": "SZLONGVERSION"}
    assert only(export(tmp_path, listing(SAFARI, note)), "office")["version"] == "16.84"


def test_a_decimal_comma_is_a_version_that_can_be_compared(tmp_path: Path) -> None:
    version = facts(export(tmp_path, listing({"path": "/Applications/Safari.app", "version": "12,4"})), "browser")["safari"]
    assert compare(str(version["version"]), "12.4") == 0


def test_one_application_listed_twice_and_differently_is_not_believed(tmp_path: Path) -> None:
    detected = export(tmp_path, listing(SAFARI, {"path": "/Applications/Safari.app", "version": "15.0"}))
    assert any("differently" in reason for reason in gaps(detected, "browser"))


def test_the_text_form_gives_what_the_xml_gives(tmp_path: Path) -> None:
    apps = [("/Applications/Safari.app", "17.4.1"), ("/Applications/Google Chrome.app", "")]
    (tmp_path / "x").mkdir()
    (tmp_path / "t").mkdir()
    xml = export(tmp_path / "x", listing(*({"path": place, "version": version} for place, version in apps)))
    text = export(tmp_path / "t", written(*apps))
    assert versions(xml) == versions(text)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("title", "labels"),
    [
        ("Programme", ("Version", "Ort")),
        ("アプリケーション", ("バージョン", "場所")),
        ("Applications", ("Version ", "Emplacement ")),
    ],
)
def test_another_language_is_told_by_shape(tmp_path: Path, title: str, labels: tuple[str, str], ends: str) -> None:
    text = written(("/Applications/Safari.app", "5.1.2"), ("/Applications/Opera.app", ""), title=title, labels=labels)
    found = versions(export(tmp_path, text.replace("\n", ends)))
    assert found["safari /Applications/Safari.app"] == "5.1.2"
    assert "opera /Applications/Opera.app" in found
    assert "17/02/12" not in repr(found)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("macOS 11.2.3 (20D91)", ("macOS 11", "11.2.3", "20D91")),
        ("OS X 10.9.1 (13B42)", ("OS X 10.9", "10.9.1", "13B42")),
        ("Mac OS X 10.6.8 (10K549)", ("Mac OS X 10.6", "10.6.8", "10K549")),
    ],
)
@pytest.mark.parametrize("label", ["System Version", "Version du système", "Systemversion"])
def test_the_system_is_told_in_any_language(tmp_path: Path, label: str, said: str, expected: tuple[str, str, str]) -> None:
    text = f"Software:\n\n    System Software Overview:\n\n      {label}: {said}\n      Kernel Version: Darwin 20.3.0\n"
    system = only(export(tmp_path, text), "os")
    assert (system["name"], system["version"], system["build_name"]) == expected


def test_the_system_by_xml_and_finder_has_no_say(tmp_path: Path) -> None:
    finder = {"path": "/System/Library/CoreServices/Finder.app", "version": "10.15.8"}
    (tmp_path / "apps.spx").write_bytes(listing(SAFARI, finder))
    assert why(only(scanned(tmp_path)[1], "os"), "version")
    software = listing({"os_version": "macOS 12.5 (21G72)", "user_name": "Ann (ann)"}, kind="SPSoftwareDataType")
    (tmp_path / "software.spx").write_bytes(software)
    snapshot, detected = scanned(tmp_path)
    assert only(detected, "os")["version"] == "12.5"
    assert "(ann)" not in repr(snapshot)


def test_the_hardwares_own_id_is_only_kept_as_a_hash_and_makes_the_pc_the_same(tmp_path: Path) -> None:
    hardware = listing(
        {"machine_model": "iMac20,1", "platform_UUID": "AAAA-BBBB", "physical_memory": "8 GB"}, kind="SPHardwareDataType"
    )
    (tmp_path / "a").write_bytes(hardware)
    first = scanned(tmp_path)[0]
    (tmp_path / "b").write_bytes(listing(SAFARI))
    assert scanned(tmp_path)[0].device.id == first.device.id
    assert "AAAA" not in repr(first)


def test_fonts_and_volumes_have_places_too_and_are_no_list_of_applications(tmp_path: Path) -> None:
    text = (
        "Fonts:\n\n    Arial.ttf:\n\n      Kind: TrueType\n      Location: /Library/Fonts/Arial.ttf\n\n"
        "Storage:\n\n    Data:\n\n      Mount Point: /System/Volumes/Data\n\n"
    )
    (tmp_path / "export").write_text(text)
    assert not macexports.open_exports([tmp_path / "export"]).types


@pytest.mark.parametrize(
    "data",
    [
        b"<?xml version='1.0'?><plist><array><dict><key>_dataType</key>",
        b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><plist><string>&a;</string></plist>",
        b"<plist>" + b"<array>" * 5000,
        listing({"path": 7, "version": ["x"]}),
        plistlib.dumps([{"_dataType": "SPApplicationsDataType", "_items": "none"}]),
        plistlib.dumps([{"_dataType": "SPApplicationsDataType", "_items": [1, "x", []]}]),
        b"Applications:\n\n    Safari:\n\n      Version\n      : \n",
        b"\0" * 4096,
    ],
)
def test_a_hostile_export_gives_a_reason_and_no_traceback(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "export").write_bytes(data)
    try:
        place = open_place(tmp_path)
    except SourceError:
        return
    readings = list(place.readers["system-profiler"](Source("system-profiler", "SPApplicationsDataType#Safari")))
    assert all(reading.status is not Status.READ for reading in readings)


def test_a_very_long_export_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(macexports, "MAX_APPLICATIONS", 10)
    (tmp_path / "export").write_bytes(listing(*({"path": f"/Applications/{number}.app"} for number in range(11))))
    exports = macexports.open_exports([tmp_path / "export"])
    assert "more than 10 applications" in exports.remarks[0]


def test_brave_counts_apart_from_its_engine_in_a_list_too(tmp_path: Path) -> None:
    brave = {"path": "/Applications/Brave Browser.app", "version": "138.1.80.113"}
    facts = installed(export(tmp_path, listing(SAFARI, brave)), "browser")["brave", "/Applications/Brave Browser.app"]
    assert (facts["version"], facts["engine_version"]) == ("1.80.113", "138")
