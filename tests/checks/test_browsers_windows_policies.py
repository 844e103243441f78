"""Policies on Windows: found in the registry and beside the program, told with value and place."""

from __future__ import annotations

from typing import Any

from auditor.checks import browsers_windows as windows
from auditor.checks import browsers_windows_places as places
from auditor.checks import browsers_windows_policies as policies
from auditor.checks import programs_windows as programs
from auditor.model import Source, Status
from pcs import Places, collected, installed, only, why

UNINSTALL = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall"
STABLE = "{8A69D345-D564-463C-AFF1-A69D9E530F96}"
FIREFOX = r"C:\Program Files\Mozilla Firefox"
NOT_LOOKED = {source: Status.FAILED for source in windows.WANTS if source.kind == "program"}


def facts_of(name: str, has: dict[Source, Any], folder: str = "") -> dict[str, Any]:
    entry = {"DisplayName": name, "DisplayVersion": "138.0.7204.97", "InstallLocation": folder}
    listed = {programs.MACHINE[0]: Places({rf"{UNINSTALL}\{name}": entry})}
    return only(windows.detect(collected("windows", NOT_LOOKED | listed | has)), "browser")


def at(source: Source, key: str, **values: Any) -> dict[Source, Any]:
    return {source: Places({key: values})}


CHROME, CHROME_OF_USERS = policies.PLACES["chrome"].own
(UPDATE,) = policies.PLACES["chrome"].updater


def test_features_that_are_switched_off_are_told_and_others_only_named() -> None:
    found = facts_of("Google Chrome", {CHROME: {"DefaultJavaScriptSetting": 2, "HomepageLocation": "x"}})
    assert found["managed"] == ["DefaultJavaScriptSetting", "HomepageLocation"]
    assert found["feature_policies"] == [r"DefaultJavaScriptSetting=2 at HKLM\SOFTWARE\Policies\Google\Chrome"]
    assert found["update_policies"] == []


def test_a_users_policy_counts_and_does_not_name_the_user() -> None:
    key = r"HKU\S-1-5-21-7\Software\Policies\Google\Chrome (NTUSER.DAT)"
    found = facts_of("Google Chrome", at(CHROME_OF_USERS, key, VideoCaptureAllowed=0))
    assert found["feature_policies"] == [r"VideoCaptureAllowed=0 at HKU\*\Software\Policies\Google\Chrome"]


def test_updates_that_are_frozen_for_this_channel_are_told() -> None:
    other = "{8237E44A-0054-442C-B6B6-EA0509993955}"
    held = {f"Update{STABLE}": 0, f"Update{other}": 0, f"TargetVersionPrefix{STABLE.lower()}": "137."}
    found = facts_of("Google Chrome", {UPDATE: held})
    assert found["update_policies"] == [
        rf"TargetVersionPrefix{STABLE.lower()}=137. at HKLM\SOFTWARE\Policies\Google\Update",
        rf"Update{STABLE}=0 at HKLM\SOFTWARE\Policies\Google\Update",
    ]
    assert found["managed"] == []


def test_the_updaters_policies_are_ignored_only_where_the_pc_is_known_to_belong_to_nobody() -> None:
    held = {UPDATE: {"UpdateDefault": 0}}
    alone = facts_of("Google Chrome", held | {policies.DOMAIN: {"Domain": ""}})
    assert alone["update_policies"] == [
        r"UpdateDefault=0 at HKLM\SOFTWARE\Policies\Google\Update (ignored: this PC belongs to no domain and is not managed)"
    ]
    for more in (
        {},
        {policies.DOMAIN: {"Domain": "corp.example"}},
        {policies.DOMAIN: {"Domain": ""}, policies.CLOUD: {"TenantId": {"present": True}}},
        {policies.DOMAIN: {"Domain": ""}, policies.MANAGED: Status.DENIED},
    ):
        assert facts_of("Google Chrome", held | more)["update_policies"] == [
            r"UpdateDefault=0 at HKLM\SOFTWARE\Policies\Google\Update"
        ]


def test_edges_updater_is_asked_for_edge() -> None:
    found = facts_of("Microsoft Edge", {policies.PLACES["edge"].updater[0]: {"UpdateDefault": 2}})
    assert found["update_policies"] == [r"UpdateDefault=2 at HKLM\SOFTWARE\Policies\Microsoft\EdgeUpdate"]


def test_firefoxs_policies_stand_in_keys_below_its_own_and_in_a_file_beside_it() -> None:
    deep = policies.PLACES["firefox"].own[4]
    key = r"HKLM\SOFTWARE\Policies\Mozilla\Firefox\Permissions\Camera (SOFTWARE)"
    file = Places({FIREFOX + r"\distribution\policies.json": '{"policies": {"DisableAppUpdate": true}}'})
    found = facts_of("Mozilla Firefox (x64 fr)", at(deep, key, BlockNewRequests=1) | {policies.FILES[0]: file}, FIREFOX)
    assert found["managed"] == ["DisableAppUpdate", "Permissions"]
    assert found["update_policies"] == [rf"DisableAppUpdate=1 at {FIREFOX}\distribution\policies.json"]
    assert found["feature_policies"] == [
        r"Permissions.Camera.BlockNewRequests=1 at HKLM\SOFTWARE\Policies\Mozilla\Firefox\Permissions\Camera"
    ]


def test_another_programs_policy_file_is_not_firefoxs() -> None:
    file = Places(
        {r"C:\Program Files\Mozilla Thunderbird\distribution\policies.json": '{"policies": {"DisableAppUpdate": true}}'}
    )
    assert facts_of("Mozilla Firefox (x64 fr)", {policies.FILES[0]: file}, FIREFOX)["update_policies"] == []


def test_a_policy_file_that_cannot_be_understood_leaves_all_three_unknown() -> None:
    file = Places({FIREFOX + r"\distribution\policies.json": "{"})
    found = facts_of("Mozilla Firefox (x64 fr)", {policies.FILES[0]: file}, FIREFOX)
    for name in ("managed", "update_policies", "feature_policies"):
        assert why(found, name).endswith("is not a policy file that can be read")


def test_policies_that_could_not_be_read_are_unknown_but_other_users_hives_only_may_have_some() -> None:
    for source in (CHROME, UPDATE):
        assert "access denied" in why(facts_of("Google Chrome", {source: Status.DENIED}), "update_policies")
    assert facts_of("Google Chrome", {CHROME_OF_USERS: Status.DENIED})["feature_policies"] == []


def test_internet_explorers_policies_are_its_own() -> None:
    zones = policies.PLACES["ie"].own[4]
    has = {
        places.IE: {"svcVersion": "11.0.19041.1"},
        zones: Places({r"HKLM\SOFTWARE\Policies\Microsoft\Windows\CurrentVersion\Internet Settings\Zones\3": {"1400": 3}}),
        policies.PLACES["ie"].updater[0]: Places(
            {r"HKLM\SOFTWARE\Microsoft\Internet Explorer\Setup\11.0": {"DoNotAllowIE11": 1}}
        ),
    }
    found = only(windows.detect(collected("windows", NOT_LOOKED | has)), "browser")
    assert found["feature_policies"] == [
        r"1400=3 at HKLM\SOFTWARE\Policies\Microsoft\Windows\CurrentVersion\Internet Settings\Zones\3"
    ]
    assert found["update_policies"] == [r"DoNotAllowIE11=1 at HKLM\SOFTWARE\Microsoft\Internet Explorer\Setup\11.0"]


def test_a_browser_without_known_places_of_policies_says_so() -> None:
    assert why(facts_of("Opera Stable", {}), "update_policies") == "where its policies would be is not known"


def test_every_place_of_policies_belongs_to_a_product_of_the_table() -> None:
    assert policies.PLACES.keys() <= {row.product for row in windows.places.BROWSERS}
    assert not installed(windows.detect(collected("windows", NOT_LOOKED)), "browser")


def test_policies_that_come_over_the_network_are_unknown_and_not_none() -> None:
    has = {CHROME: {"CloudManagementEnrollmentToken": {"present": True}}}
    found = facts_of("Google Chrome", has)
    reason = "CloudManagementEnrollmentToken is set: more policies may come over the network"
    assert why(found, "update_policies") == why(found, "feature_policies") == reason
    assert found["managed"] == ["CloudManagementEnrollmentToken"]
    more = facts_of("Google Chrome", {CHROME: {**has[CHROME], "DefaultJavaScriptSetting": 2}})
    assert more["feature_policies"] == [r"DefaultJavaScriptSetting=2 at HKLM\SOFTWARE\Policies\Google\Chrome"]


def test_chromium_and_vivaldi_have_policies_of_their_own() -> None:
    for name, product in (("Chromium", "chromium"), ("Vivaldi", "vivaldi")):
        own = policies.PLACES[product].own[0]
        found = facts_of(name, {own: {"AudioCaptureAllowed": 0}})
        assert found["feature_policies"] == [rf"AudioCaptureAllowed=0 at HKLM\SOFTWARE\Policies\{name}"]
