from __future__ import annotations

from typing import Any

import pytest

from auditor.checks import browsers_windows as windows
from auditor.checks import programs_windows as programs
from auditor.checks.system import CURRENT_VERSION
from auditor.model import Detected, Source, Status
from pcs import Places, collected, gaps, installed, only, why

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
        return {windows.USER_CLIENTS[0]: Places({f"HKU\\{user}\\Software\\{UPDATE}\\{guid}": {"pv": pv}})}
    source = next(each for each in windows.MACHINE_CLIENTS if "Google" in each.where and "WOW" in each.where)
    return {source: Places({f"HKLM\\SOFTWARE\\WOW6432Node\\{UPDATE}\\{guid} (SOFTWARE)": {"pv": pv}})}


def beacon(product: str, version: str, user: str = "S-1-5-21-1") -> dict[Source, Any]:
    source = next(source for source, row in windows._BEACONS.items() if row.product == product)
    return {source: Places({source.where.partition("#")[0].replace("*", user, 1): {"version": version}})}


def chosen(*ids: str, at: Source = windows.DEFAULTS[0]) -> dict[Source, Any]:
    return {at: Places({f"HKU\\user {number}\\choice": {"ProgId": each} for number, each in enumerate(ids)})}


def detect(*parts: dict[Source, Any], **more: Any) -> Detected:
    return windows.detect(collected("windows", {source: what for part in parts for source, what in part.items()}, **more))


def versions(found: Detected) -> dict[tuple[str, str], Any]:
    return {key: facts["version"] for key, facts in installed(found, "browser").items()}


CHROME = listed(VIEW_32, Chrome=entry("Google Chrome", "138.0.7204.97", r"C:\Program Files\Google\Chrome\Application"))


def test_a_listed_browser_has_all_that_its_entry_says() -> None:
    assert only(detect(CHROME), "browser") == {
        "product": "chrome",
        "version": "138.0.7204.97",
        "channel": "stable",
        "engine": "blink",
        "engine_version": "138.0.7204.97",
        "scope": "machine",
        "architecture": ("unknown", "its program file was not read"),
        "last_run_version": ("unknown", "no user's record of it was read"),
        "default": ("unknown", "no user has chosen one"),
        "managed": [],
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
    found = only(detect({windows.IE: key}, listed(ie8=entry("Windows Internet Explorer 8", "20090308.140743"))), "browser")
    assert (found["version"], found["channel"]) == ("11.0.19041.1", "stable")
    assert only(detect({windows.IE: {"Version": "8.0.6001.18702"}}), "browser")["version"] == "8.0.6001.18702"
    assert not detect({windows.IE: {}}).facts


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
    assert not detect(amcache(a=app("Microsoft.MicrosoftEdge", "44.22000.120.0", STORE))).facts


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
    found = only(detect({windows.FIREFOX[0]: {"CurrentVersion": "52.9.0 ESR (x86 fr)"}}), "browser")
    assert (found["version"], found["channel"], found["architecture"]) == ("52.9.0", "esr", "x86")


def test_firefoxs_own_key_speaks_only_for_the_installation_of_its_version() -> None:
    lists = listed(
        A=entry("Mozilla Firefox (x64 en-US)", "128.0", FIREFOX), B=entry("Mozilla Firefox 52.9.0 (fr)", "52.9.0", r"D:\Old")
    )
    found = installed(detect(lists, {windows.FIREFOX[1]: {"CurrentVersion": "52.9.0 ESR (x86 fr)"}}), "browser")
    assert {facts["version"]: facts["channel"] for facts in found.values()} == {
        "128.0": ("unknown", "its entry does not name one"),
        "52.9.0": "esr",
    }
    stale = detect(
        listed(A=entry("Mozilla Firefox (x64 en-US)", "128.0")), {windows.FIREFOX[0]: {"CurrentVersion": "3.6 (de)"}}
    )
    assert list(versions(stale).values()) == ["128.0"]
    assert not detect({windows.FIREFOX[0]: {"CurrentVersion": ""}}).facts


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
    assert only(detect(CHROME, chosen("FirefoxURL-308046B0AF4A39CB", at=windows.DEFAULTS[1])), "browser")["default"] is False
    assert "access denied" in why(only(detect(CHROME, {windows.DEFAULTS[0]: Status.DENIED}), "browser"), "default")


def test_a_default_whose_name_is_not_known_is_unknown() -> None:
    found = only(detect(listed(M=entry("Maxthon 5", "5.3.8")), chosen("IE.HTTP")), "browser")
    assert why(found, "default") == "under which name it would be chosen is not known"


def test_policies_are_the_names_that_are_set() -> None:
    has = {windows.POLICIES["chrome"]: {"WebGLDisabled": 1, "AutoUpdateCheckPeriodMinutes": 0}}
    assert only(detect(CHROME, has), "browser")["managed"] == ["AutoUpdateCheckPeriodMinutes", "WebGLDisabled"]
    assert "access denied" in why(only(detect(CHROME, {windows.POLICIES["chrome"]: Status.DENIED}), "browser"), "managed")
    assert (
        why(only(detect(listed(V=entry("Vivaldi", "6.7"))), "browser"), "managed")
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
    ie = {windows.IE: {"svcVersion": "11.0.22621.1"}}
    on_10 = {**ie, CURRENT_VERSION: {"CurrentBuild": "19045"}}
    on_11 = {**ie, CURRENT_VERSION: {"CurrentBuild": "22631"}}
    assert [fact.value for fact in windows.detect(collected("windows", on_10)).facts if fact.name == "product"] == ["ie"]
    assert windows.detect(collected("windows", on_11)).facts == ()


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
    (reason,) = gaps(found, "browser", "user")
    assert reason.startswith(r"HKU\*\Software")
    assert "ann" not in reason


def test_where_browsers_were_looked_for_is_shown_by_a_handful_of_readings() -> None:
    looked = detect({}).looked["browser"]
    assert {VIEW_64, VIEW_32, USERS, programs.AMCACHE} <= {reading.source for reading in looked}
    assert len(looked) <= 8
