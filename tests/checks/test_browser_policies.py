"""Which policies hold updates back or switch features off, by name and value."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.checks import browser_policies as policies
from auditor.checks.browser_policies import CHROMIUM, GECKO, MAX_SETTINGS, settings, that_hold_back

CLIENT = "{8A69D345-D564-463C-AFF1-A69D9E530F96}"


def shown(content: dict[str, Any], table: Any, clients: tuple[str, ...] = ()) -> list[str]:
    return [each.shown() for each in that_hold_back(settings(content, "here"), table, clients)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("UpdateDefault", 0),
        ("UpdateDefault", 2),
        (f"Update{CLIENT}", 0),
        (f"TargetVersionPrefix{CLIENT}", "138."),
        ("AutoUpdateCheckPeriodMinutes", 0),
        ("updatessuppressedstarthour", 9),
    ],
)
def test_what_holds_updates_back_is_told(name: str, value: Any) -> None:
    assert shown({name: value}, CHROMIUM.updates, (CLIENT.lower(),)) == [f"{name}={value} at here"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("UpdateDefault", 1),
        ("UpdateDefault", 3),
        ("AutoUpdateCheckPeriodMinutes", 60),
        (f"TargetVersionPrefix{CLIENT}", ""),
        ("Update{4EA16AC7-FD5A-47C3-875B-DBF4A2008C20}", 0),
        ("UpdateMyself", 0),
    ],
)
def test_what_lets_updates_be_or_is_anothers_is_not(name: str, value: Any) -> None:
    assert shown({name: value}, CHROMIUM.updates, (CLIENT,)) == []


@pytest.mark.parametrize("value", [True, 1, "1", "true", "True"])
def test_yes_is_one_in_every_store(value: Any) -> None:
    assert shown({"Disable3DAPIs": value}, CHROMIUM.features) == ["Disable3DAPIs=1 at here"]
    assert shown({"Disable3DAPIs": not value if isinstance(value, bool) else 0}, CHROMIUM.features) == []


def test_a_policy_within_others_goes_by_all_their_names() -> None:
    content = {
        "Permissions": {
            "Camera": {"BlockNewRequests": True, "Allow": ["https://a"]},
            "Location": {"BlockNewRequests": False},
        },
        "Preferences": {"media.peerconnection.enabled": {"Value": False, "Status": "locked"}, "geo.enabled": True},
    }
    assert shown(content, GECKO.features) == [
        "Permissions.Camera.BlockNewRequests=1 at here",
        "Preferences.media.peerconnection.enabled=0 at here",
    ]


def test_json_that_stands_as_text_in_the_registry_is_unfolded() -> None:
    text = json.dumps({"webgl.disabled": {"Value": True}})
    for value in (text, {"REG_EXPAND_SZ": text}, [text[:10], text[10:]]):
        assert shown({"Preferences": value}, GECKO.features) == ["Preferences.webgl.disabled=1 at here"]
    assert shown({"Preferences": "{" * 50_000}, GECKO.features) == []


def test_hostile_settings_are_bounded() -> None:
    deep: Any = "1"
    for _ in range(500):
        deep = {"a": deep}
    assert len(list(settings({"x": deep}, "here"))) == 1
    assert len(list(settings({str(number): number for number in range(3 * MAX_SETTINGS)}, "here"))) == MAX_SETTINGS
    assert len(next(settings({"Update": "9" * 10_000}, "p")).shown()) < 200


@pytest.mark.parametrize("text", ["", "[1]", "{", "[" * 100_000, "7"])
def test_what_is_no_policy_file_is_none(text: str) -> None:
    assert policies.in_file(text) is None


def test_a_policy_file_may_have_its_policies_inside_or_be_them() -> None:
    assert policies.in_file('{"policies": {"DisableAppUpdate": true}}') == {"DisableAppUpdate": True}
    assert policies.in_file('{"DefaultCookiesSetting": 2}') == {"DefaultCookiesSetting": 2}


def test_engines_without_a_table_have_no_policies_that_matter() -> None:
    assert policies.known("presto") == ({}, {})
    assert policies.known("trident").features["1400"] == ("3",)
