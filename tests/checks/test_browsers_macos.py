from __future__ import annotations

from typing import Any

import pytest

from auditor.checks import browsers_macos as macos
from auditor.model import Detected, Status
from pcs import Places, collected, gaps, installed, why


def app(bundle: str, version: str = "", build: str = "") -> dict[str, str]:
    keys = {"CFBundleIdentifier": bundle, "CFBundleShortVersionString": version, "CFBundleVersion": build}
    return {key: value for key, value in keys.items() if value}


def detect(apps: dict[str, dict[str, str]], **inis: str) -> Detected:
    places = Places({f"/Applications/{name}.app/Contents/Info.plist": keys for name, keys in apps.items()})
    files = Places({f"/Applications/{name}.app/Contents/Resources/application.ini": text for name, text in inis.items()})
    return macos.detect(collected("macos", {macos.APPS[0]: places} | ({macos.INI: files} if inis else {})))


def test_a_browser_is_known_by_its_bundle_id_whatever_the_application_is_called() -> None:
    found = installed(detect({"My favourite": app("com.google.Chrome", "138.0.7204.97")}), "browser")
    assert found == {
        ("chrome", "/Applications/My favourite.app"): {
            "product": "chrome",
            "version": "138.0.7204.97",
            "channel": "stable",
            "engine": "blink",
            "engine_version": "138.0.7204.97",
            "scope": "machine",
            "file_version": "138.0.7204.97",
            "architecture": ("unknown", "its program file was not read"),
            "default": ("unknown", "no user's list of choices was there, and then Safari opens links"),
            "default_for": ("unknown", "no user's list of choices was there, and then Safari opens links"),
            "managed": [],
            "update_policies": [],
            "feature_policies": [],
        }
    }


def test_safari_counts_by_its_short_version() -> None:
    found = installed(detect({"Safari": app("com.apple.Safari", "15.6", "17613.3.9.1.5")}), "browser")
    facts = found["safari", "/Applications/Safari.app"]
    assert (facts["version"], facts["engine"]) == ("15.6", "webkit")


def test_the_bundle_version_serves_where_there_is_no_short_one() -> None:
    found = installed(detect({"X": app("org.mozilla.seamonkey", build="2.53.18")}), "browser")
    assert found["seamonkey", "/Applications/X.app"]["version"] == "2.53.18"
    assert why(found["seamonkey", "/Applications/X.app"], "engine_version") == "the browser counts for itself"


def test_an_application_without_any_version_is_unknown_with_a_reason() -> None:
    facts = installed(detect({"X": app("com.google.Chrome")}), "browser")["chrome", "/Applications/X.app"]
    assert why(facts, "version") == "the application's property list names none"
    assert why(facts, "engine_version") == "the application's property list names no version"


def test_firefox_and_its_esr_share_an_id_and_differ_by_the_repository() -> None:
    repository = "[App]\nSourceRepository=https://hg.mozilla.org/releases/"
    found = installed(
        detect(
            {"Firefox": app("org.mozilla.firefox", "124.0.2"), "ESR": app("org.mozilla.firefox", "115.10.0"), "Own": app("org.mozilla.firefox", "1.0"),
             "None": app("org.mozilla.firefox", "2.0")},
            Firefox=repository + "mozilla-release", ESR=repository + "mozilla-esr115", Own="[App]\nVendor=Somebody",
        ),
        "browser",
    )  # fmt: skip
    channels = {where: facts["channel"] for (_, where), facts in found.items()}
    assert channels["/Applications/Firefox.app"] == "stable"
    assert channels["/Applications/ESR.app"] == "esr"
    unknown = ("unknown", "the application does not name its channel")
    assert channels["/Applications/Own.app"] == channels["/Applications/None.app"] == unknown


def test_a_users_own_application_is_that_users_by_pseudonym() -> None:
    has: dict[Any, Any] = {
        macos.APPS[2]: Places(
            {"/Users/jane/Applications/Vivaldi.app/Contents/Info.plist": app("com.vivaldi.Vivaldi", "6.7")}
        )
    }
    ((_, where),) = found = installed(macos.detect(collected("macos", has)), "browser")
    assert where.endswith(": Applications/Vivaldi.app")
    assert "jane" not in where
    assert found["vivaldi", where]["scope"] == "user"


def test_other_applications_are_no_browsers() -> None:
    assert not detect({"Chrome": app("com.google.Chrome.app.kjgfgldnnfoeklkmfkjfagphfepbbdan", "42.0"), "No id": {}}).facts


def test_folders_that_could_not_be_listed_are_gaps() -> None:
    found = macos.detect(collected("macos", {macos.APPS[0]: Status.DENIED, macos.APPS[2]: Status.DENIED}))
    assert "access denied" in gaps(found, "browser")[0]
    assert "access denied" in gaps(found, "browser", "user")[0]
    assert not macos.detect(collected("macos", {})).gaps


def test_safari_is_one_installation_though_it_shows_in_two_places() -> None:
    plist = {"CFBundleIdentifier": "com.apple.Safari", "CFBundleShortVersionString": "17.4.1"}
    paths = ("/Applications", "/System/Volumes/Preboot/Cryptexes/App/System/Applications")
    has = {
        source: Places({f"{path}/Safari.app/Contents/Info.plist": plist})
        for source in macos.APPS
        for path in paths
        if path in source.where and source.where.startswith(f"{path}/*.app")
    }
    assert set(installed(macos.detect(collected("macos", has)), "browser")) == {("safari", "/Applications/Safari.app")}
    sealed = {source: places for source, places in has.items() if "Preboot" in source.where}
    assert len(installed(macos.detect(collected("macos", sealed)), "browser")) == 1


@pytest.mark.parametrize(("number", "scope"), [(0, "machine"), (1, "machine"), (2, "user"), (3, "machine")])
def test_every_folder_of_applications_that_could_not_be_read_is_a_gap(number: int, scope: str) -> None:
    place = "/Users/jane/Applications" if scope == "user" else "/Applications"
    found = macos.detect(collected("macos", {macos.APPS[number]: Places({place: Status.FAILED})}))
    (gap,) = found.gaps
    assert (gap.kind, gap.scope) == ("browser", scope)
    assert "jane" not in gap.reason


def test_where_browsers_were_looked_for_is_one_reading_a_folder() -> None:
    looked = macos.detect(collected("macos", {})).looked["browser"]
    assert [reading.source for reading in looked] == [*macos.APPS]


SAFARI = {"Safari": app("com.apple.Safari", "17.4.1"), "Chrome": app("com.google.Chrome", "138.0.1.2")}


def with_more(apps: dict[str, dict[str, str]], more: dict[Any, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    places = Places({f"/Applications/{name}.app/Contents/Info.plist": keys for name, keys in apps.items()})
    return installed(macos.detect(collected("macos", {macos.APPS[0]: places, **more})), "browser")


def test_the_default_is_what_each_user_chose_and_safari_for_whoever_chose_nothing() -> None:
    choices = Places(
        {
            "/Users/jane/Library/x.plist": {macos.HANDLER: "com.google.chrome"},
            "/Users/bo/Library/x.plist": {},
        }
    )
    found = with_more(SAFARI, {macos.DEFAULTS: choices})
    safari, chrome = found["safari", "/Applications/Safari.app"], found["chrome", "/Applications/Chrome.app"]
    assert safari["default"] is chrome["default"] is True
    assert len(safari["default_for"]) == len(chrome["default_for"]) == 1
    assert safari["default_for"] != chrome["default_for"]
    assert "jane" not in str(found)


def test_a_default_that_may_be_one_of_several_copies_is_unknown() -> None:
    apps = SAFARI | {"Old Chrome": app("com.google.Chrome", "100.0.1.2")}
    found = with_more(apps, {macos.DEFAULTS: Places({"/Users/jane/x.plist": {macos.HANDLER: "com.google.chrome"}})})
    assert "several" in why(found["chrome", "/Applications/Chrome.app"], "default")
    assert found["safari", "/Applications/Safari.app"]["default"] is False


def test_policies_of_management_are_told_with_value_and_place() -> None:
    machine, person = macos.POLICIES["chrome"][:2]
    updater = macos.POLICIES["chrome"][2]
    found = with_more(
        SAFARI,
        {
            machine: {"DefaultJavaScriptSetting": "2", "AudioCaptureAllowed": "True"},
            person: Places({"/Library/Managed Preferences/jane/com.google.Chrome.plist": {"Disable3DAPIs": "True"}}),
            updater: {"updatePolicies/global/UpdateDefault": "0", "updatePolicies/com.google.Chrome/UpdateDefault": "2"},
        },
    )
    chrome = found["chrome", "/Applications/Chrome.app"]
    assert chrome["feature_policies"] == [
        "DefaultJavaScriptSetting=2 at /Library/Managed Preferences/com.google.Chrome.plist",
        "Disable3DAPIs=1 at /Library/Managed Preferences/*/com.google.Chrome.plist",
    ]
    assert chrome["update_policies"] == ["UpdateDefault=2 at /Library/Managed Preferences/com.google.Keystone.plist"]
    assert chrome["managed"] == ["AudioCaptureAllowed", "DefaultJavaScriptSetting", "Disable3DAPIs", "UpdateDefault"]
    assert why(found["safari", "/Applications/Safari.app"], "managed") == "where its policies would be is not known"


def test_a_policy_file_in_the_application_counts_for_that_application() -> None:
    at = "/Applications/Firefox.app/Contents/Resources/distribution/policies.json"
    firefox = {"Firefox": app("org.mozilla.firefox", "140.0.1")}
    held = with_more(firefox, {macos.POLICY_FILES: Places({at: '{"policies": {"AppAutoUpdate": false}}'})})
    assert held["firefox", "/Applications/Firefox.app"]["update_policies"] == [f"AppAutoUpdate=0 at {at}"]
    broken = with_more(firefox, {macos.POLICY_FILES: Places({at: "{"})})
    assert why(broken["firefox", "/Applications/Firefox.app"], "managed") == f"{at} is not a policy file that can be read"
    refused = with_more(firefox, {macos.POLICIES["firefox"][0]: Status.DENIED})
    assert "access denied" in why(refused["firefox", "/Applications/Firefox.app"], "update_policies")


@pytest.mark.parametrize(
    "folder",
    [
        "/Applications/Chrome Apps.localized",
        "/Users/jane/Applications/Chrome Apps",
        "/Users/jane/Applications (Parallels)/{1} Applications.localized",
        "/Users/jane/Library/Caches/Mozilla/updates/Applications/Firefox",
    ],
)
def test_staged_updates_and_shims_are_no_installations(folder: str) -> None:
    has: dict[Any, Any] = {
        macos.APPS[1]: Places({f"{folder}/Updated.app/Contents/Info.plist": app("org.mozilla.firefox", "43.0.4")})
    }
    assert installed(macos.detect(collected("macos", has)), "browser") == {}


def test_brave_counts_apart_from_its_engine() -> None:
    facts = installed(detect({"Brave": app("com.brave.Browser", "138.1.80.113")}), "browser")[
        "brave", "/Applications/Brave.app"
    ]
    assert (facts["version"], facts["engine_version"]) == ("1.80.113", "138")


FIREFOX = {"Firefox": app("org.mozilla.firefox", "140.0.1")}


def held(*lists: dict[str, str]) -> dict[str, Any]:
    """The facts of a Firefox for which these property lists set policies."""
    found = with_more(FIREFOX, dict(zip(macos.POLICIES["firefox"], lists, strict=False)))
    return found["firefox", "/Applications/Firefox.app"]


def test_firefox_heeds_a_macs_policies_only_where_the_switch_for_them_is_on() -> None:
    assert held({"DisableAppUpdate": "True"})["update_policies"] == []
    off = held({"EnterprisePoliciesEnabled": "False", "DisableAppUpdate": "True"})
    assert (off["managed"], off["update_policies"]) == ([], [])
    on = held({"DisableAppUpdate": "True"}, {}, {"EnterprisePoliciesEnabled": "True"})
    assert on["managed"] == ["DisableAppUpdate"]
    assert on["update_policies"] == ["DisableAppUpdate=1 at /Library/Managed Preferences/org.mozilla.firefox.plist"]


def test_a_macs_own_list_of_preferences_may_set_firefoxs_policies() -> None:
    facts = held({}, {}, {"EnterprisePoliciesEnabled": "True", "AppAutoUpdate": "False"})
    assert facts["update_policies"] == ["AppAutoUpdate=0 at /Library/Preferences/org.mozilla.firefox.plist"]


def test_a_policy_within_others_may_be_written_as_one_name_on_a_mac() -> None:
    facts = held({"EnterprisePoliciesEnabled": "True", "Permissions__Camera__BlockNewRequests": "True"})
    place = "/Library/Managed Preferences/org.mozilla.firefox.plist"
    assert facts["feature_policies"] == [f"Permissions.Camera.BlockNewRequests=1 at {place}"]
    assert facts["managed"] == ["Permissions"]


def test_policies_that_hold_others_are_read_by_the_names_that_lead_to_them() -> None:
    nested = {
        "EnterprisePoliciesEnabled": "True",
        "Permissions": "(dict)",
        "Permissions/Location/BlockNewRequests": "True",
        "Preferences": "(dict)",
        "Preferences/webgl.disabled": "(dict)",
        "Preferences/webgl.disabled/Value": "True",
        "Preferences/geo.enabled": "False",
    }
    facts = held(nested)
    place = "/Library/Managed Preferences/org.mozilla.firefox.plist"
    assert facts["feature_policies"] == [
        f"Permissions.Location.BlockNewRequests=1 at {place}",
        f"Preferences.geo.enabled=0 at {place}",
        f"Preferences.webgl.disabled=1 at {place}",
    ]
    assert (facts["managed"], facts["update_policies"]) == (["Permissions", "Preferences"], [])


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ({"updatePolicies/global/UpdateDefault": "3"}, ["UpdateDefault=3"]),
        ({"updatePolicies/global/UpdateDefault": "0"}, []),
        ({"updatePolicies/global/UpdateDefault": "3", "updatePolicies/com.google.Chrome/UpdateDefault": "0"}, []),
        ({"updatePolicies/com.google.Chrome.beta/UpdateDefault": "3"}, []),
        ({"updatePolicies/com.google.Chrome/TargetVersionPrefix": "62."}, ["TargetVersionPrefix=62."]),
    ],
)
def test_an_updaters_policies_count_for_all_or_for_one_application(keys: dict[str, str], shown: list[str]) -> None:
    found = with_more(SAFARI, {macos.POLICIES["chrome"][2]: keys})
    place = "/Library/Managed Preferences/com.google.Keystone.plist"
    assert found["chrome", "/Applications/Chrome.app"]["update_policies"] == [f"{each} at {place}" for each in shown]
