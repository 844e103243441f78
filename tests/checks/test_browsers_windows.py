from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from auditor import checks
from auditor.checks import browsers_windows as windows
from auditor.checks import browsers_windows_defaults as defaults
from auditor.checks import browsers_windows_places as places
from auditor.checks import browsers_windows_policies as policies
from auditor.checks import programs_windows as programs
from auditor.checks.browsers import BROWSERS
from auditor.checks.system import CURRENT_VERSION
from auditor.model import Detected, Source, Status
from auditor.scan import take
from auditor.sources.offline import open_place
from pcs import Places, are_sound, collected, gaps, installed, only, why

UNINSTALL = r"Microsoft\Windows\CurrentVersion\Uninstall"
VIEW_64, VIEW_32 = programs.MACHINE
USERS = programs.USERS[0]
UPDATE = r"Google\Update\Clients"
STABLE = "{8A69D345-D564-463C-AFF1-A69D9E530F96}"


def entry(name: str, version: str = "", folder: str = "") -> dict[str, Any]:
    values = {"DisplayName": name, "DisplayVersion": version, "InstallLocation": folder}
    return {key: value for key, value in values.items() if value}


def listed(view: Source = VIEW_64, **entries: dict[str, Any]) -> dict[Source, Any]:
    top = {VIEW_64: r"HKLM\SOFTWARE", VIEW_32: r"HKLM\SOFTWARE\WOW6432Node", USERS: r"HKU\S-1-5-21-1\Software"}[view]
    return {view: Places({f"{top}\\{UNINSTALL}\\{key}": values for key, values in entries.items()})}


def amcache(**entries: dict[str, Any]) -> dict[Source, Any]:
    return {programs.AMCACHE: Places({f"AMCACHE\\InventoryApplication\\{key}": values for key, values in entries.items()})}


def app(name: str, version: str, source: str = "AddRemoveProgram", key: str = "", folder: str = "") -> dict[str, Any]:
    return {"Name": name, "Version": version, "Source": source, "RegistryKeyPath": key, "RootDirPath": folder}


def client(pv: str, guid: str = STABLE, user: str = "") -> dict[Source, Any]:
    if user:
        return {places.USER_CLIENTS[0]: Places({f"HKU\\{user}\\Software\\{UPDATE}\\{guid}": {"pv": pv}})}
    source = next(each for each in places.MACHINE_CLIENTS if "Google" in each.where and "WOW" in each.where)
    return {source: Places({f"HKLM\\SOFTWARE\\WOW6432Node\\{UPDATE}\\{guid} (SOFTWARE)": {"pv": pv}})}


def beacon(product: str, version: str, user: str = "S-1-5-21-1") -> dict[Source, Any]:
    source = next(source for source, (row, _) in places.BEACONS.items() if row.product == product)
    return {source: Places({source.where.partition("#")[0].replace("*", user, 1): {"version": version}})}


def chosen(*ids: str, at: Source = defaults.CHOSEN[1]) -> dict[Source, Any]:
    return {at: Places({f"HKU\\user {number}\\choice": {"ProgId": each} for number, each in enumerate(ids)})}


NOT_LOOKED = {source: Status.FAILED for source in windows.WANTS if source.kind in ("program", "file")}
"""As where only hives were given: whether a program's file is there could not be looked at."""


def detect(*parts: dict[Source, Any], **more: Any) -> Detected:
    has = NOT_LOOKED | {source: what for part in parts for source, what in part.items()}
    return windows.detect(collected("windows", has, **more))


def versions(found: Detected) -> dict[tuple[str, str], Any]:
    return {key: facts["version"] for key, facts in installed(found, "browser").items()}


CHROME = listed(VIEW_32, Chrome=entry("Google Chrome", "138.0.7204.97", r"C:\Program Files\Google\Chrome\Application"))


UNREAD = (
    r"%ProgramFiles%\Google\Chrome*\Application\{}: broken; %ProgramFiles(x86)%\Google\Chrome*\Application\{}: broken; "
    r"~\AppData\Local\Google\Chrome*\Application\{}: broken"
)


def test_a_listed_browser_has_all_that_its_entry_says() -> None:
    assert only(detect(CHROME), "browser") == {
        "product": "chrome",
        "version": "138.0.7204.97",
        "listed_version": "138.0.7204.97",
        "file_version": ("unknown", UNREAD.replace("{}", "chrome.exe")),
        "channel": "stable",
        "engine": "blink",
        "engine_version": "138.0.7204.97",
        "scope": "machine",
        "architecture": ("unknown", "its program file was not read"),
        "update_waiting": ("unknown", UNREAD.replace("{}", "new_chrome.exe")),
        "waiting_version": ("unknown", UNREAD.replace("{}", "new_chrome.exe")),
        "last_run_version": ("unknown", "no user's record of it was read"),
        "default": ("unknown", "no user has chosen one"),
        "default_for": ("unknown", "no user has chosen one"),
        "managed": [],
        "update_policies": [],
        "feature_policies": [],
    }


def test_one_program_in_both_views_is_one_installation() -> None:
    firefox = entry("Mozilla Firefox 128.0 (x64 en-US)", "128.0", r"C:\Program Files\Mozilla Firefox")
    assert len(versions(detect(listed(VIEW_64, Firefox=firefox), listed(VIEW_32, Firefox=firefox)))) == 1


def test_several_installations_of_one_browser_stay_apart_by_their_folders() -> None:
    entries = {
        "A": entry("Mozilla Firefox 128.0 (x64 en-US)", "128.0", r"C:\Program Files\Mozilla Firefox"),
        "B": entry("Mozilla Firefox 52.9.0 ESR (x86 fr)", "52.9.0", r"C:\Program Files (x86)\Mozilla Firefox"),
        "C": entry("Mozilla Firefox 115.3.0 ESR (x64 fr)", "115.3.0", r"D:\Firefox" + "\\"),
    }
    assert versions(detect(listed(**entries))) == {
        ("firefox", r"machine: c:\program files\mozilla firefox"): "128.0",
        ("firefox", r"machine: c:\program files (x86)\mozilla firefox"): "52.9.0",
        ("firefox", r"machine: d:\firefox"): "115.3.0",
    }


def test_installations_that_nothing_tells_apart_are_numbered() -> None:
    entries = {
        "A": entry("Brave", "1.1", r"C:\Users\ana\Brave"),
        "B": entry("Brave", "1.2", r"C:\Users\bo\Brave"),
    }
    assert versions(detect(listed(**entries))) == {
        ("brave", r"machine: ~\brave"): "1.1",
        ("brave", r"machine: ~\brave (2)"): "1.2",
    }


def test_a_users_own_installation_is_that_users_by_pseudonym() -> None:
    has = listed(USERS, F=entry("Mozilla Firefox (x64 de)", "128.0", r"C:\Users\jane\AppData\Local\Mozilla Firefox"))
    ((_, where),) = found = installed(detect(has), "browser")
    assert where.startswith("user ")
    assert where.endswith(r": ~\appdata\local\mozilla firefox")
    assert found["firefox", where]["scope"] == "user"


def test_the_updaters_record_beats_the_list() -> None:
    found = only(detect(CHROME, client("139.0.7258.5")), "browser")
    assert found["version"] == "139.0.7258.5"


def test_an_updater_that_installed_nothing_says_so_with_zeros() -> None:
    assert only(detect(CHROME, client("0.0.0.0")), "browser")["version"] == "138.0.7204.97"
    assert not detect(client("0.0.0.0")).facts


def test_an_id_counts_whatever_its_case() -> None:
    assert versions(detect(client("18.0.1025.151", STABLE.replace("463C", "463c"), "S-1-5-21-1"))) != {}
    assert list(versions(detect(client("18.0.1025.151", STABLE.lower()))).values()) == ["18.0.1025.151"]


def test_channels_are_installations_of_their_own() -> None:
    found = versions(detect(CHROME, client("140.0.1.2", "{8237E44A-0054-442C-B6B6-EA0509993955}")))
    assert found == {("chrome", "machine: stable"): "138.0.7204.97", ("chrome", "machine: beta"): "140.0.1.2"}


def test_other_clients_of_an_updater_are_no_browsers() -> None:
    assert not detect(client("128.0.1", "{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}")).facts


def test_old_chrome_for_one_user_is_webkit() -> None:
    has = listed(USERS, Chrome=entry("Google Chrome", "18.0.1025.151"))
    found = only(detect(has, client("18.0.1025.151", user="S-1-5-21-1")), "browser")
    assert (found["engine"], found["scope"]) == ("webkit", "user")
    assert why(found, "engine_version") == "the browser counts for itself"


def test_old_opera_is_presto() -> None:
    found = only(detect(listed(Opera=entry("Opera 11.52", "11.52.1100"))), "browser")
    assert (found["version"], found["engine"]) == ("11.52.1100", "presto")


def test_internet_explorer_8_lists_a_date_and_its_name_has_the_version() -> None:
    found = only(detect(listed(ie8=entry("Windows Internet Explorer 8", "20090308.140743"))), "browser")
    assert (found["version"], found["engine"]) == ("8", "trident")


def test_internet_explorers_own_key_is_exact_and_knows_the_true_number() -> None:
    key = {"svcVersion": "11.0.19041.1", "Version": "9.11.19041.0"}
    found = only(detect({places.IE: key}, listed(ie8=entry("Windows Internet Explorer 8", "20090308.140743"))), "browser")
    assert (found["version"], found["channel"]) == ("11.0.19041.1", "stable")
    for said, version in (("8.0.6001.18702", "8.0.6001.18702"), ("9.0.8112.16421", "9.0.8112.16421"),
                          ("9.10.9200.16384", "10.0.9200.16384"), ("9.11.9600.20439", "11.0.9600.20439")):  # fmt: skip
        assert only(detect({places.IE: {"Version": said}}), "browser")["version"] == version
    assert not detect({places.IE: {}}).facts


def test_a_listed_version_that_is_none_is_unknown_and_quoted() -> None:
    found = only(detect(listed(C=entry("Chromium", "20090308.140743"))), "browser")
    assert why(found, "version") == "its entry says '20090308.140743', which is no version"
    assert why(found, "engine_version") == why(found, "version")
    assert why(only(detect(listed(C=entry("Chromium"))), "browser"), "version") == "its entry has none"


def test_what_a_user_last_ran_is_not_what_is_installed() -> None:
    found = only(detect(beacon("edge", "131.0.2903.63")), "browser")
    assert why(found, "version") == "only what a user last ran is noted, not what is installed"
    assert (found["last_run_version"], found["scope"]) == ("131.0.2903.63", "user")


def test_what_a_user_last_ran_belongs_to_the_users_own_installation_else_to_the_machines() -> None:
    machine = only(detect(CHROME, beacon("chrome", "137.0.1")), "browser")
    assert (machine["version"], machine["last_run_version"]) == ("138.0.7204.97", "137.0.1")
    own = installed(detect(CHROME, client("136.0.1", user="S-1-5-21-1"), beacon("chrome", "136.0.1")), "browser")
    assert {facts["scope"]: facts["last_run_version"] for facts in own.values()} == {
        "machine": ("unknown", "no user's record of it was read"),
        "user": "136.0.1",
    }
    assert not detect(beacon("chrome", "")).facts


def test_what_comes_with_edge_and_firefox_is_no_browser() -> None:
    names = ("Microsoft Edge Update", "Microsoft Edge WebView2 Runtime", "Mozilla Maintenance Service")
    assert not detect(
        listed(**{name: entry(name, "1.3.155.77") for name in names}), listed(USERS, X={"DisplayVersion": "1"})
    ).facts


STORE = "AppxPackage"


def test_one_edge_with_several_traces_is_one_installation() -> None:
    has = amcache(
        a=app("Microsoft.MicrosoftEdge.Stable", "98.0.1108.43", STORE),
        b=app("Microsoft.MicrosoftEdge", "44.22000.120.0", STORE),
        c=app("Microsoft Edge", "98.0.1108.43", folder=r"C:\Program Files (x86)\Microsoft\Edge\Application"),
        d=app("Microsoft.MicrosoftEdgeDevToolsClient", "1000.22000.1.0", STORE),
    )
    assert versions(detect(has)) == {("edge", "machine: stable"): "98.0.1108.43"}


def test_the_old_edge_is_a_stub_beside_the_new_one_and_on_windows_11() -> None:
    legacy = amcache(a=app("Microsoft.MicrosoftEdge", "44.19041.1266.0", STORE))
    assert versions(detect(legacy, listed(E=entry("Microsoft Edge", "99.0.1150.36")))) == {
        ("edge", "machine: stable"): "99.0.1150.36"
    }
    on_11 = detect(amcache(a=app("Microsoft.MicrosoftEdge", "44.22000.120.0", STORE)))
    assert versions(on_11) == {}
    assert only(on_11, "leftover") == {
        "product": "edge-legacy",
        "version": "44.22000.120.0",
        "kind_of": "browser",
        "reason": "on Windows 11 it is a stub",
    }


def test_the_old_edge_alone_on_an_old_windows_is_the_edge() -> None:
    found = only(detect(amcache(a=app("Microsoft.MicrosoftEdge", "44.18362.387.0", STORE))), "browser")
    assert (found["product"], found["version"], found["engine"]) == ("edge-legacy", "44.18362.387.0", "edgehtml")
    assert versions(detect(amcache(a=app("Microsoft.MicrosoftEdge", "44", STORE)))) == {
        ("edge-legacy", "machine: stable"): "44"
    }


def test_amcache_repeats_what_the_list_says_and_may_be_older() -> None:
    key = rf"HKEY_LOCAL_MACHINE\Software\Wow6432Node\{UNINSTALL}\Chrome"
    stale = amcache(a=app("Google Chrome", "130.0.1", key=key, folder=r"C:\elsewhere"))
    assert versions(detect(CHROME, stale)) == {("chrome", "machine: stable"): "138.0.7204.97"}


def test_amcache_names_the_user_of_a_program() -> None:
    has = amcache(a=app("Vivaldi", "6.7", key=rf"HKEY_USERS\S-1-5-21-9\Software\{UNINSTALL}\Vivaldi"))
    assert only(detect(has), "browser")["scope"] == "user"


FIREFOX = r"C:\Program Files\Mozilla Firefox"


def test_firefoxs_own_key_tells_channel_and_bitness() -> None:
    found = only(detect({places.FIREFOX[0]: {"CurrentVersion": "52.9.0 ESR (x86 fr)"}}), "browser")
    assert (found["version"], found["channel"], found["architecture"]) == ("52.9.0", "esr", "x86")


def test_firefoxs_own_key_speaks_only_for_the_installation_of_its_version() -> None:
    lists = listed(
        A=entry("Mozilla Firefox (x64 en-US)", "128.0", FIREFOX), B=entry("Mozilla Firefox 52.9.0 (fr)", "52.9.0", r"D:\Old")
    )
    found = installed(detect(lists, {places.FIREFOX[1]: {"CurrentVersion": "52.9.0 ESR (x86 fr)"}}), "browser")
    assert {facts["version"]: facts["channel"] for facts in found.values()} == {
        "128.0": ("unknown", "its entry does not name one"),
        "52.9.0": "esr",
    }
    stale = detect(
        listed(A=entry("Mozilla Firefox (x64 en-US)", "128.0")), {places.FIREFOX[0]: {"CurrentVersion": "3.6 (de)"}}
    )
    assert list(versions(stale).values()) == ["128.0"]
    assert not detect({places.FIREFOX[0]: {"CurrentVersion": ""}}).facts


@pytest.mark.parametrize(("mark", "architecture"), [("x86 fr", "x86"), ("x64 cs", "x86_64"), ("aarch64 de", "arm64")])
def test_firefoxs_name_tells_its_bitness(mark: str, architecture: str) -> None:
    found = only(detect(listed(F=entry(f"Mozilla Firefox 78.0.2 ({mark})", "78.0.2"))), "browser")
    assert found["architecture"] == architecture


def test_the_program_file_tells_the_bitness_and_not_the_registrys_view() -> None:
    folder = r"c:\program files\google\chrome\application"
    file = {"Name": "chrome.exe", "LowerCaseLongPath": rf"{folder}\chrome.exe", "BinaryType": "pe64_amd64"}
    other = {"Name": "chrome.exe", "LowerCaseLongPath": r"c:\x\chrome.exe", "BinaryType": "pe32_i386"}
    files = {programs.FILES: Places({"AMCACHE\\a": other, "AMCACHE\\b": file})}
    assert only(detect(CHROME, files), "browser")["architecture"] == "x86_64"
    odd = {programs.FILES: Places({"AMCACHE\\b": file | {"BinaryType": "pe64_ia64"}})}
    assert why(only(detect(CHROME, odd), "browser"), "architecture") == "the file is 'pe64_ia64'"


def test_the_default_is_what_any_user_chose() -> None:
    assert only(detect(CHROME, chosen("MSEdgeHTM", "ChromeHTML.ABC")), "browser")["default"] is True
    assert only(detect(CHROME, chosen("FirefoxURL-308046B0AF4A39CB", at=defaults.CHOSEN[3])), "browser")["default"] is False
    assert "access denied" in why(only(detect(CHROME, {defaults.CHOSEN[1]: Status.DENIED}), "browser"), "default")


def test_a_default_whose_name_is_not_known_is_unknown() -> None:
    found = only(detect(listed(M=entry("Maxthon 5", "5.3.8")), chosen("IE.HTTP")), "browser")
    assert why(found, "default") == "under which name it would be chosen is not known"


def test_policies_are_the_names_that_are_set() -> None:
    has = {policies.PLACES["chrome"].own[0]: {"WebGLDisabled": 1, "AutoUpdateCheckPeriodMinutes": 0}}
    assert only(detect(CHROME, has), "browser")["managed"] == ["AutoUpdateCheckPeriodMinutes", "WebGLDisabled"]
    assert "access denied" in why(
        only(detect(CHROME, {policies.PLACES["chrome"].own[0]: Status.DENIED}), "browser"), "managed"
    )
    assert (
        why(only(detect(listed(O=entry("Opera Stable", "120.0.5543.38"))), "browser"), "managed")
        == "where its policies would be is not known"
    )


def test_a_list_that_could_not_be_read_or_is_nowhere_is_a_gap() -> None:
    assert "access denied" in gaps(detect({VIEW_32: Status.DENIED}), "browser")[0]
    assert gaps(detect({}), "browser") == ["Windows' list of programs was not there"]
    assert gaps(detect(CHROME), "browser") == []


def test_a_users_hive_that_could_not_be_read_is_a_gap_for_users_only() -> None:
    found = detect(CHROME, {USERS: Status.FAILED})
    assert gaps(found, "browser") == []
    assert "broken" in gaps(found, "browser", "user")[0]


def test_amcache_proves_no_absence() -> None:
    assert gaps(detect(amcache(a=app("7-Zip", "1")), rest=Status.FAILED), "browser")


def test_a_keys_name_is_told_from_the_file_it_was_read_from() -> None:
    at = rf"HKLM\SOFTWARE\{UNINSTALL}\Mozilla Firefox 103.0.2 (x64 en-US) (SOFTWARE)"
    ((program),) = programs.listed(
        collected("windows", {VIEW_64: Places({at: entry("Mozilla Firefox (x64 en-US)", "103.0.2")})})
    )
    assert (program.name, program.version, program.key) == (
        "Mozilla Firefox (x64 en-US)",
        "103.0.2",
        "Mozilla Firefox 103.0.2 (x64 en-US)",
    )


def test_windows_11_keeps_the_key_of_internet_explorer_but_not_the_browser() -> None:
    ie = {places.IE: {"svcVersion": "11.0.22621.1"}}
    on_10 = {**ie, CURRENT_VERSION: {"CurrentBuild": "19045"}}
    on_11 = {**ie, CURRENT_VERSION: {"CurrentBuild": "22631"}}
    assert list(installed(detect(on_10), "browser")) == [("ie", "machine: stable")]
    assert installed(detect(on_11), "browser") == {}
    assert only(detect(on_11), "leftover")["reason"] == "Windows 11 keeps its key and its program, which only opens Edge"


def test_versions_of_one_browser_without_folders_stay_apart_by_their_keys() -> None:
    opera = listed(A=entry("Opera 11.52", "11.52.1100"), B=entry("Opera 12.17", "12.17.1863"))
    assert set(versions(detect(opera)).values()) == {"11.52.1100", "12.17.1863"}
    firefox = listed(A=entry("Mozilla Firefox (x64 fr)", "158.0")) | listed(
        VIEW_32, B=entry("Mozilla Firefox 60.0 (x86 fr)", "60.0")
    )
    assert set(versions(detect(firefox)).values()) == {"158.0", "60.0"}


def test_entries_of_one_key_or_one_version_are_one_installation() -> None:
    folder = r"C:\Program Files\Opera"
    one_key = listed(A=entry("Opera 12.17", "12.17.1863")) | listed(VIEW_32, A=entry("Opera 12.17", "12.17", folder))
    assert list(versions(detect(one_key)).values()) == ["12.17.1863"]
    one_version = detect(listed(A=entry("Brave", "1.70")), amcache(a=app("Brave", "1.70", folder=folder)))
    assert list(versions(one_version).values()) == ["1.70"]


def test_entries_that_name_neither_version_nor_folder_are_not_taken_for_one() -> None:
    assert len(versions(detect(listed(A=entry("Brave"), B=entry("Brave"))))) == 2


def test_a_users_hive_that_was_refused_is_not_named() -> None:
    found = detect(CHROME, {USERS: Places({r"HKU\ann\Software": Status.DENIED})})
    reason, files = gaps(found, "browser", "user")
    assert reason.startswith(r"HKU\*\Software")
    assert "ann" not in reason
    assert files.startswith("program files were not all looked at: ")


def test_where_browsers_were_looked_for_is_shown_by_a_handful_of_readings() -> None:
    looked = detect({}).looked["browser"]
    assert {VIEW_64, VIEW_32, USERS, programs.AMCACHE} <= {reading.source for reading in looked}
    assert len(looked) <= 8


def program(path: str, version: str = "", machine: str = "x86_64", **more: str) -> dict[str, Any]:
    return {path: {"version": version, "machine": machine} | more}


def files(*found: dict[str, Any], absent: Any = Status.ABSENT) -> dict[Source, Any]:
    """The disk was looked at: these programs are there, and nothing else is."""
    folders = places.Folders(collected("windows", {places.FOLDERS: TOPS}))
    wanted = {source.where.casefold(): source for source in NOT_LOOKED}
    has: dict[Source, Any] = dict.fromkeys(NOT_LOOKED, absent)
    for path, value in [pair for each in found for pair in each.items()]:
        folder, _, name = path.casefold().rpartition("\\")
        for source in chain.from_iterable(folders.places_of(row, folder) for row in BROWSERS):
            place = wanted.get(f"{source.where.rpartition(chr(92))[0]}\\{name}".casefold())
            if place:
                has[place] = Places((has[place] if isinstance(has[place], Places) else {}) | {path: value})
    return has | {places.FOLDERS: TOPS}


TOPS = {"ProgramFilesDir": r"C:\Program Files", "ProgramFilesDir (x86)": r"C:\Program Files (x86)"}
FILE = r"C:\Program Files\Google\Chrome\Application\chrome.exe"
NEW = r"C:\Program Files\Google\Chrome\Application\new_chrome.exe"


def test_the_file_tells_the_version_that_runs_and_the_list_keeps_what_was_installed_first() -> None:
    found = only(detect(files(program(FILE, "140.0.7300.2")), CHROME), "browser")
    assert (found["version"], found["file_version"], found["listed_version"]) == (
        "140.0.7300.2",
        "140.0.7300.2",
        "138.0.7204.97",
    )
    assert (found["architecture"], found["update_waiting"]) == ("x86_64", False)
    assert why(found, "waiting_version") == "no version waits"


def test_a_version_that_waits_for_the_next_start_is_told_beside_the_one_that_runs() -> None:
    has = files(program(FILE, "138.0.7204.97"), program(NEW, "139.0.7258.5"))
    found = only(detect(has, CHROME, client("139.0.7258.5")), "browser")
    assert (found["version"], found["listed_version"]) == ("138.0.7204.97", "139.0.7258.5")
    assert (found["update_waiting"], found["waiting_version"]) == (True, "139.0.7258.5")


def test_the_updater_names_the_version_that_still_runs_where_no_file_was_read() -> None:
    source = next(iter(client("1")))
    at = rf"HKLM\SOFTWARE\WOW6432Node\{UPDATE}\{STABLE}"
    found = only(detect({source: Places({at: {"pv": "139.0.7258.5", "opv": "138.0.7204.97"}})}), "browser")
    assert (found["version"], found["update_waiting"], found["waiting_version"]) == ("138.0.7204.97", True, "139.0.7258.5")


def test_an_update_that_waits_is_unknown_where_its_file_could_not_be_looked_for() -> None:
    has = files(program(FILE, "138.0.7204.97")) | dict.fromkeys(places.WAITING, Status.DENIED)
    assert "access denied" in why(only(detect(has), "browser"), "update_waiting")


def test_a_program_that_no_list_names_is_found_by_its_file() -> None:
    path = r"C:\Users\jane\AppData\Local\Vivaldi\Application\vivaldi.exe"
    ((_, where),) = found = installed(detect(files(program(path, "7.5.3735.44", "arm64"))), "browser")
    facts = found["vivaldi", where]
    assert (facts["version"], facts["scope"], facts["architecture"]) == ("7.5.3735.44", "user", "arm64")
    assert "jane" not in where


def test_a_users_hive_and_a_users_folder_are_one_user_where_the_list_of_profiles_says_so() -> None:
    profiles = {places.PROFILES: Places({r"HKLM\SOFTWARE\ProfileList\S-1-12-1-7": {"ProfileImagePath": r"D:\People\jane"}})}
    folder = r"D:\People\jane\AppData\Local\Google\Chrome\Application"
    own = {r"HKU\S-1-12-1-7\Software\Uninstall\Google Chrome": entry("Google Chrome", "137.0.1.1")}
    source = next(each for each in places.FILES if each.where.startswith("~") and "Chrome*" in each.where)
    on_disk = {source: Places(program(rf"{folder}\chrome.exe", "138.0.1.1"))}
    found = installed(detect(files() | on_disk, {USERS: Places(own)}, profiles), "browser")
    assert [(facts["version"], facts["listed_version"], facts["scope"]) for facts in found.values()] == [
        ("138.0.1.1", "137.0.1.1", "user")
    ]


def test_accounts_of_entra_and_accounts_of_the_pc_are_both_users() -> None:
    hives = {
        rf"HKU\{sid}\Software\Uninstall\Brave": entry("Brave", version)
        for sid, version in (("S-1-5-21-1", "138.1.80.113"), ("S-1-12-1-9", "139.1.81.9"))
    }
    found = installed(detect({USERS: Places(hives)}), "browser")
    assert sorted(facts["version"] for facts in found.values()) == ["1.80.113", "1.81.9"]
    assert len({where for _, where in found}) == 2


def test_what_is_listed_and_whose_program_is_gone_is_a_leftover_and_no_browser() -> None:
    found = detect(files(), CHROME)
    assert installed(found, "browser") == {}
    assert only(found, "leftover") == {
        "product": "chrome",
        "version": "138.0.7204.97",
        "kind_of": "browser",
        "reason": "its program is not there",
    }


def test_a_registered_program_that_is_gone_is_a_leftover_wherever_it_was() -> None:
    at = r"D:\Old\Firefox\firefox.exe"
    absent = {
        places.REGISTERED[0]: Places({at: (Status.ABSENT, r"named by HKLM\SOFTWARE\Clients\StartMenuInternet\Firefox-1")})
    }
    old = listed(F=entry("Mozilla Firefox 52.0 (x86 fr)", "52.0", r"D:\Old\Firefox"))
    found = detect(files(), absent, old)
    assert installed(found, "browser") == {}
    assert only(found, "leftover")["product"] == "firefox"


def test_a_program_in_a_folder_that_nobody_looked_at_stays_a_browser() -> None:
    assert versions(detect(files(), listed(O=entry("Opera Stable 82.0.4227.44", "82.0.4227.44", r"D:\Opera")))) == {
        ("opera", "machine: stable"): "82.0.4227.44"
    }
    assert versions(detect(files(absent=Status.DENIED), CHROME)) != {}


def test_one_good_copy_does_not_hide_a_ghost_nor_a_ghost_a_good_copy() -> None:
    both = listed(
        A=entry("Mozilla Firefox 52.9.0 ESR (x86 fr)", "52.9.0", r"C:\Program Files (x86)\Mozilla Firefox"),
        B=entry("Mozilla Firefox 140.0 (x64 fr)", "140.0", r"C:\Program Files\Mozilla Firefox"),
    )
    found = detect(files(program(FIREFOX + r"\firefox.exe", "140.0.1.9300", product_version="140.0.1")), both)
    assert [facts["version"] for facts in installed(found, "browser").values()] == ["140.0.1"]
    assert only(found, "leftover")["version"] == "52.9.0"


def test_what_a_user_last_ran_is_a_leftover_where_no_program_is_there_any_more() -> None:
    assert only(detect(files(), beacon("chrome", "102.0.5005.61")), "leftover")["product"] == "chrome"


def test_what_a_user_last_ran_may_be_ahead_of_or_behind_the_program() -> None:
    found = only(detect(files(program(FILE, "101.0.1.1")), CHROME, beacon("chrome", "102.0.5005.61")), "browser")
    assert (found["version"], found["last_run_version"]) == ("101.0.1.1", "102.0.5005.61")


def registered(path: str, key: str, **value: str) -> dict[Source, Any]:
    named = rf"HKLM\SOFTWARE\Clients\StartMenuInternet\{key}\shell\open\command"
    return {places.REGISTERED[0]: Places({path: {"version": "", "named_by": named} | value})}


def test_a_browser_in_any_folder_is_found_where_it_is_registered() -> None:
    found = only(
        detect(registered(r"D:\Tools\ff\firefox.exe", "Firefox-308046B0AF4A39CB", product_version="128.0")), "browser"
    )
    assert (found["product"], found["version"], found["scope"]) == ("firefox", "128.0", "machine")
    assert (
        only(detect(registered(r"D:\X\chrome.exe", "Whatever", product="Chromium", version="138.0.1.2")), "browser")[
            "product"
        ]
        == "chromium"
    )


def test_a_files_name_alone_makes_no_browser() -> None:
    for path in (
        r"C:\Program Files\CocCoc\Browser\Application\browser.exe",
        r"D:\x\chrome.exe",
        r"D:\Firefox 6.0\notes.exe",
    ):
        assert not detect(registered(path, "Something", version="1.2.3.4")).facts
    webview = r"C:\Program Files (x86)\Microsoft\EdgeWebView\Application\98.0.1108.43\msedge.exe"
    assert not detect(registered(webview, "Other", version="98.0.1108.43")).facts


def test_a_name_in_the_default_of_links_is_no_version_and_no_browser() -> None:
    assert not detect(chosen("FirefoxURL-308046B0AF4A39CB", "IE.HTTP")).facts


def test_the_program_and_the_msi_of_chrome_are_one_and_the_msis_numbers_are_none() -> None:
    code = "{27B3A5BB-4E2C-3A5F-8F3B-0F1F1E1D1C1B}"
    entries = {
        code: entry("Google Chrome", "70.118.32908"),
        "Google Chrome": entry("Google Chrome", "138.0.7204.97", r"C:\Program Files\Google\Chrome\Application"),
    }
    assert versions(detect(listed(**entries))) == {("chrome", "machine: stable"): "138.0.7204.97"}
    alone = only(detect(listed(**{code: entry("Google Chrome", "70.118.32908")})), "browser")
    assert why(alone, "version") == "its entry has none"
    assert versions(detect(listed(**{code: entry("Google Chrome", "70.118.32908")}), client("138.0.7204.97"))) == {
        ("chrome", "machine: stable"): "138.0.7204.97"
    }


def test_old_operas_version_stands_in_bytes_where_the_list_has_no_text() -> None:
    has = {VIEW_64: Places({rf"HKLM\SOFTWARE\{UNINSTALL}\Opera": {"DisplayName": "Opera 11.52", "Version": 0x0B340000}})}
    assert versions(detect(has)) == {("opera", "machine: stable"): "11.52"}
    beside = {
        VIEW_64: Places({rf"HKLM\SOFTWARE\{UNINSTALL}\Opera": entry("Opera 11.52", "11.52.1100") | {"Version": 0x0B340000}})
    }
    assert versions(detect(beside)) == {("opera", "machine: stable"): "11.52.1100"}


@pytest.mark.parametrize("text", ["11.00.17763.1 (winbuild.160101.0800)", "11.00.17763.1", "11.0.17763.1", "11,0,17763,1"])
def test_internet_explorers_version_is_one_however_it_is_spelt(text: str) -> None:
    seen = {
        programs.FILES: Places(
            {"AMCACHE\\a": {"LowerCaseLongPath": r"c:\program files\internet explorer\iexplore.exe", "Version": text}}
        )
    }
    assert versions(detect(seen)) == {("ie", "machine: stable"): "11.0.17763.1"}
    assert versions(detect({places.IE: {"svcVersion": text}})) == {("ie", "machine: stable"): "11.0.17763.1"}


def test_internet_explorer_is_one_though_it_has_a_program_of_each_bitness() -> None:
    both = files(
        program(r"C:\Program Files\Internet Explorer\iexplore.exe", "11.0.19041.1"),
        program(r"C:\Program Files (x86)\Internet Explorer\iexplore.exe", "11.0.19041.1", "x86"),
    )
    found = only(detect(both, {places.IE: {"svcVersion": "11.0.19041.1"}}), "browser")
    assert (found["product"], found["version"], found["architecture"]) == ("ie", "11.0.19041.1", "x86_64")


def test_internet_explorer_that_was_switched_off_leaves_its_key() -> None:
    found = detect(files(), {places.IE: {"svcVersion": "11.0.19041.1"}})
    assert installed(found, "browser") == {}
    assert only(found, "leftover")["reason"] == "its program is not there"


def test_firefoxs_file_and_release_number_are_told_apart() -> None:
    app_ini = "[App]\nVendor=Mozilla\nName=Firefox\nVersion=140.12.0\nSourceRepository=https://hg.mozilla.org/releases/mozilla-esr140\n"
    exe = program(FIREFOX + r"\firefox.exe", "140.12.0.7275")
    found = only(detect(files(exe)), "browser")
    assert (found["version"], found["channel"]) == ("140.12.0", ("unknown", "its entry does not name one"))
    ini = {places.INIS[0]: Places({FIREFOX + r"\application.ini": app_ini})}
    found = only(detect(files(exe) | ini), "browser")
    assert (found["version"], found["channel"]) == ("140.12.0", "esr")


def test_a_portable_firefox_is_found_by_the_file_beside_it() -> None:
    text = "[App]\nName=Firefox\nVersion=128.0\nSourceRepository=https://hg.mozilla.org/releases/mozilla-release\n"
    at = r"C:\Users\jane\Desktop\FirefoxPortable\App\Firefox64\application.ini"
    source = next(each for each in places.INIS if each.where.startswith(r"~\Desktop\*\App"))
    found = only(detect({source: Places({at: text})}), "browser")
    assert (found["version"], found["channel"], found["scope"]) == ("128.0", "stable", "user")


def test_other_programs_of_the_same_making_are_no_browsers() -> None:
    text = "[App]\nName=Thunderbird\nVersion=128.0\n"
    assert not detect({places.INIS[0]: Places({r"C:\Program Files\Mozilla Thunderbird\application.ini": text})}).facts


def test_tor_browser_is_told_from_firefox_by_the_file_that_only_it_has() -> None:
    folder = r"C:\Users\jane\Desktop\Tor Browser\Browser"
    line = '{"version":"14.5.6","architecture":"windows-x86_64","channel":"release","locale":"en-US"}'
    has = files(program(folder + r"\firefox.exe", "128.14.0.1", product_version="128.14.0"))
    source = next(each for each in places.FILES if each.where.startswith(r"~\Desktop\Tor"))
    has |= {source: Places(program(folder + r"\firefox.exe", "128.14.0.1", product_version="128.14.0"))}
    found = only(detect(has | {places.TOR[0]: Places({folder + r"\tbb_version.json": line})}), "browser")
    assert (found["product"], found["version"], found["channel"], found["engine"]) == ("tor", "14.5.6", "stable", "gecko")


PACKAGES = next(source for source in places.USER_PACKAGES if r"\Mozilla.Firefox_" in source.where)
REPOSITORY = r"Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages"


def package(user: str, full_name: str, source: Source = PACKAGES) -> dict[str, Any]:
    return {rf"HKU\{user}\{REPOSITORY}\{full_name} (UsrClass.dat)": {"PackageID": full_name}}


def test_each_user_has_their_own_version_of_a_store_package() -> None:
    has = Places(
        package("S-1-5-21-1", "Mozilla.Firefox_140.0.1.0_x64__n80bbvh6b1yt2")
        | package("S-1-5-21-1", "Mozilla.Firefox_139.0.4.0_x64__n80bbvh6b1yt2")
        | package("S-1-5-21-2", "Mozilla.Firefox_138.0.0.0_arm64__n80bbvh6b1yt2")
    )
    found = installed(detect({PACKAGES: has}), "browser")
    assert sorted((facts["version"], facts["architecture"], facts["scope"]) for facts in found.values()) == [
        ("138.0", "arm64", "user"),
        ("140.0.1", "x86_64", "user"),
    ]


def test_a_store_package_is_not_the_program_of_the_same_browser() -> None:
    has = {PACKAGES: Places(package("S-1-5-21-1", "Mozilla.Firefox_140.0.1.0_x64__n80bbvh6b1yt2"))}
    found = detect(has, listed(F=entry("Mozilla Firefox 128.0 (x64 fr)", "128.0", FIREFOX)))
    assert sorted(versions(found).values()) == ["128.0", "140.0.1"]


def test_edges_package_of_a_user_only_points_to_the_machines_edge() -> None:
    source = next(each for each in places.USER_PACKAGES if "MicrosoftEdge.Stable" in each.where)
    name = "Microsoft.MicrosoftEdge.Stable_98.0.1108.50_neutral__8wekyb3d8bbwe"
    newer = {source: Places(package("S-1-5-21-1", name))}
    older = amcache(c=app("Microsoft Edge", "98.0.1108.43", folder=r"C:\Program Files (x86)\Microsoft\Edge\Application"))
    assert versions(detect(older, newer)) == {("edge", "machine: stable"): "98.0.1108.50"}
    assert versions(detect(newer)) == {("edge", "machine: stable"): "98.0.1108.50"}


def test_a_package_key_of_another_shape_is_passed_over() -> None:
    assert not detect({PACKAGES: Places(package("S-1-5-21-1", "Mozilla.Firefox_garbage"))}).facts


def test_extended_stable_shows_in_the_updaters_parameters_or_policy() -> None:
    state = next(each for each in places.MACHINE_STATES if "Google" in each.where and "WOW" in each.where)
    ap = {state: Places({rf"HKLM\SOFTWARE\WOW6432Node\Google\Update\ClientState\{STABLE.lower()}": {"ap": "x64-extended"}})}
    assert only(detect(CHROME, client("138.0.7204.97"), ap), "browser")["channel"] == "extended"
    policy = {policies.PLACES["chrome"].updater[0]: {f"TargetChannel{STABLE}": "extended"}}
    assert only(detect(CHROME, client("138.0.7204.97"), policy), "browser")["channel"] == "extended"


def test_old_chromes_channel_hides_in_the_updaters_parameters() -> None:
    state = next(each for each in places.MACHINE_STATES if "Google" in each.where and "WOW" in each.where)
    at = rf"HKLM\SOFTWARE\WOW6432Node\Google\Update\ClientState\{STABLE}"
    for ap, channel in (
        ("1.1-beta", "beta"),
        ("2.0-dev-multi-chrome", "dev"),
        ("-multi-chrome", "stable"),
        ("x64-stable", "stable"),
    ):
        found = only(detect(CHROME, client("57.0.1.2"), {state: Places({at: {"ap": ap}})}), "browser")
        assert (found["channel"], found["version"]) == (channel, "57.0.1.2")


def test_brave_counts_apart_from_its_engine() -> None:
    found = only(detect(listed(B=entry("Brave", "96.1.32.115"))), "browser")
    assert (found["version"], found["engine_version"], found["listed_version"]) == ("1.32.115", "96", "1.32.115")
    gx = only(detect(listed(O=entry("Opera GX Stable 82.0.4227.44", "82.0.4227.44"))), "browser")
    assert (gx["product"], gx["version"]) == ("opera-gx", "82.0.4227.44")
    assert why(gx, "engine_version") == "the browser counts for itself"


def test_the_engine_of_duckduckgo_on_windows_is_another_than_on_macos() -> None:
    source = next(each for each in places.USER_PACKAGES if r"\DuckDuckGo.DesktopBrowser_" in each.where)
    has = {source: Places(package("S-1-5-21-1", "DuckDuckGo.DesktopBrowser_0.120.3.0_x64__ya2fgkz3nks94"))}
    assert only(detect(has), "browser")["engine"] == "blink"


def test_hostile_values_are_passed_over_or_quoted_and_never_break_the_check() -> None:
    odd: dict[str, Any] = {
        "pv": ["1"],
        "opv": {"REG_BINARY": "00"},
        "DisplayName": {"REG_SZ": "Google Chrome"},
        "DisplayVersion": 7,
    }
    sources = [source for source in windows.WANTS if source.kind == "registry"]
    hostile = {source: Places({source.where.partition("#")[0].replace("*", "x") + "\\" * 3: odd}) for source in sources}
    for value in ({}, {"version": "9" * 400}, {"version": "x", "machine": "?"}, {"named_by": "\\StartMenuInternet\\"}):
        programs_ = {source: Places({"chrome.exe": value, "": value}) for source in NOT_LOOKED if source.kind == "program"}
        assert are_sound(detect(hostile, programs_))
    texts = {source: Places({"\\\\": "{" * 2000}) for source in NOT_LOOKED if source.kind == "file"}
    assert are_sound(detect(texts, CHROME))


def test_a_firefox_that_waits_for_the_next_start_lies_in_a_folder_of_the_old_one() -> None:
    exe = files(program(FIREFOX + r"\firefox.exe", "139.0.4.1", product_version="139.0.4"))
    assert only(detect(exe), "browser")["update_waiting"] is False
    staged = {places.STAGED[0]: Places({FIREFOX + r"\updated\application.ini": "[App]\nName=Firefox\nVersion=140.0.1\n"})}
    found = only(detect(exe | staged), "browser")
    assert (found["version"], found["update_waiting"], found["waiting_version"]) == ("139.0.4", True, "140.0.1")


def test_two_users_with_the_same_browser_of_the_same_version_are_two_installations() -> None:
    hives = {rf"HKU\S-1-5-21-{number}\Software\Uninstall\Vivaldi": entry("Vivaldi", "7.5.3735.44") for number in (1, 2)}
    assert list(versions(detect({USERS: Places(hives)})).values()) == ["7.5.3735.44"] * 2


def test_the_reading_accounts_own_hive_is_never_asked_for_as_the_users() -> None:
    wheres = [source.where.removeprefix("registry:") for source in windows.WANTS if "\\" in source.where]
    registry = [where for where in wheres if where.upper().startswith("HK")]
    assert all(where.startswith(("HKLM\\", "HKU\\*\\")) for where in registry)


def test_a_store_package_that_may_be_what_was_chosen_is_no_default_and_no_other() -> None:
    has = {PACKAGES: Places(package("S-1-5-21-1", "Mozilla.Firefox_140.0.1.0_x64__n80bbvh6b1yt2"))}
    facts = installed(detect(has, CHROME, chosen("AppXwhatever")), "browser")
    by_product = {name: each["default"] for (name, _), each in facts.items()}
    assert by_product["chrome"] is False
    assert by_product["firefox"] == ("unknown", "a Store package was chosen, by a name that does not tell which")


def test_other_peoples_folders_of_programs_that_were_refused_are_a_gap_for_users_only() -> None:
    source = next(each for each in places.FILES if each.where.startswith("~"))
    found = detect(CHROME, {source: Places({r"C:\Users\ann\AppData\Local": Status.DENIED})})
    assert gaps(found, "browser") == []
    (reason,) = gaps(found, "browser", "user")
    assert "access denied" in reason
    assert "ann" not in reason


def test_entries_that_older_versions_left_in_the_same_folder_make_no_browsers() -> None:
    entries = {
        "Mozilla Firefox 102.0 (x64 en-US)": entry("Mozilla Firefox 102.0 (x64 en-US)", "102.0", FIREFOX),
        "Mozilla Firefox (x64 en-US)": entry("Mozilla Firefox (x64 en-US)", "119.0.1", FIREFOX),
        "Mozilla Firefox 99.0 (x64 en-US)": entry("Mozilla Firefox 99.0 (x64 en-US)", "99.0", FIREFOX),
    }
    assert list(versions(detect(listed(**entries))).values()) == ["119.0.1"]


def test_a_store_package_that_is_registered_goes_before_what_amcache_once_saw() -> None:
    source = next(each for each in places.USER_PACKAGES if r"\Microsoft.MicrosoftEdge_" in each.where)
    now = {source: Places(package("S-1-5-21-1", "Microsoft.MicrosoftEdge_44.18362.449.0_neutral__8wekyb3d8bbwe"))}
    seen = amcache(a=app("Microsoft.MicrosoftEdge", "44.18362.387.0", STORE))
    assert list(versions(detect(now, seen)).values()) == ["44.18362.449.0"]


def test_firefoxs_own_key_agrees_with_the_file_where_the_list_is_old() -> None:
    exe = files(program(FIREFOX + r"\firefox.exe", "140.0.1.1", product_version="140.0.1"))
    old = listed(F=entry("Mozilla Firefox 128.0 ESR (x64 fr)", "128.0", FIREFOX))
    found = only(detect(exe, old, {places.FIREFOX[0]: {"CurrentVersion": "140.0.1 ESR (x64 fr)"}}), "browser")
    assert (found["version"], found["listed_version"], found["channel"]) == ("140.0.1", "140.0.1", "esr")


def test_edges_package_of_another_channel_points_to_that_channel() -> None:
    source = next(each for each in places.USER_PACKAGES if "MicrosoftEdge.Beta" in each.where)
    name = "Microsoft.MicrosoftEdge.Beta_139.0.3405.13_neutral__8wekyb3d8bbwe"
    found = only(detect({source: Places(package("S-1-5-21-1", name))}), "browser")
    assert (found["product"], found["channel"], found["version"], found["scope"]) == (
        "edge", "beta", "139.0.3405.13", "machine",
    )  # fmt: skip


def test_an_edge_that_no_store_package_points_to_is_one_all_the_same() -> None:
    folder = r"C:\Program Files (x86)\Microsoft\Edge\Application"
    stub = app("Microsoft.MicrosoftEdge", "44.19041.1266.0", "AppxPackage")
    found = detect(amcache(edge=app("Microsoft Edge", "99.0.1150.36", folder=folder), stub=stub))
    assert versions(found) == {("edge", "machine: stable"): "99.0.1150.36"}
    assert [each["version"] for each in installed(found, "leftover").values()] == ["44.19041.1266.0"]


def test_two_browsers_of_one_user_were_last_run_at_different_times() -> None:
    has = beacon("chrome", "102.0.5005.61") | beacon("edge", "100.0.1185.50")
    found = {name: facts for (name, _), facts in installed(detect(has), "browser").items()}
    assert (found["chrome"]["last_run_version"], found["edge"]["last_run_version"]) == ("102.0.5005.61", "100.0.1185.50")
    assert why(found["chrome"], "version") == why(found["edge"], "version")


def test_a_record_of_the_last_run_does_not_make_the_machines_browser_a_users() -> None:
    machine = listed(VIEW_32, C=entry("Google Chrome", "40.0.2214.115"))
    found = only(detect(machine, beacon("chrome", "40.0.2214.111")), "browser")
    assert (found["version"], found["last_run_version"], found["scope"]) == ("40.0.2214.115", "40.0.2214.111", "machine")


def test_an_empty_record_of_the_last_run_says_nothing_of_what_is_installed() -> None:
    assert not detect(beacon("edge", "")).facts
    edge = listed(VIEW_32, E=entry("Microsoft Edge", "98.0.1108.43"))
    found = only(detect(edge, beacon("edge", "")), "browser")
    assert found["version"] == "98.0.1108.43"
    assert why(found, "last_run_version") == "no user's record of it was read"


@pytest.mark.parametrize("channel", ["Beta", "Nightly"])
def test_brave_notes_the_last_run_of_each_channel_apart(channel: str) -> None:
    source = next(each for each in places.BEACONS if rf"Brave-Browser-{channel}\\" in each.where.replace("\\", "\\\\"))
    found = only(detect({source: {"version": "138.1.80.113"}}), "browser")
    assert (found["channel"], found["last_run_version"]) == (channel.lower(), "1.80.113")


def test_firefoxs_own_package_for_firms_does_not_tell_an_esr_from_a_release() -> None:
    source = next(each for each in places.USER_PACKAGES if r"\Mozilla.MozillaFirefox_" in each.where)
    found = only(
        detect({source: Places(package("S-1-12-1-7", "Mozilla.MozillaFirefox_128.12.0.0_x64__gmpnhwe7bv608"))}), "browser"
    )
    assert (found["version"], found["scope"], found["architecture"]) == ("128.12.0", "user", "x86_64")
    assert why(found, "channel") == "its entry does not name one"


@pytest.mark.parametrize("name", ["ProgId", "Progid"])
def test_a_choice_is_found_however_its_value_is_spelt(name: str, tmp_path: Path) -> None:
    key = r"HKEY_USERS\S-1-5-21-1-2-3-1001\Software\Microsoft\Windows\Shell\Associations\UrlAssociations\http\UserChoice"
    listed_as = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\Google Chrome"
    text = f'Windows Registry Editor Version 5.00\r\n\r\n[{key}]\r\n"{name}"="ChromeHTML"\r\n'
    text += f'\r\n[{listed_as}]\r\n"DisplayName"="Google Chrome"\r\n'
    (tmp_path / "pc.reg").write_text(text, encoding="utf-16")
    place = open_place(tmp_path)
    snapshot = take(place.family, place.readers, taken_at="2026-11-20T09:30:00Z", salt="0" * 32)
    assert only(checks.detect(snapshot), "browser")["default"] is True
