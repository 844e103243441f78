"""Policies, in real browsers: exactly what each switches off shows, and a browser that is kept from answering is never one without features.

The policies are laid over /etc for one command alone; the PC's own are not touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from probing import asked, browser

CHROMIUM = "chromium/policies/managed/test.json"
FIREFOX = "firefox/policies/policies.json"
PERMISSIONS = ("Camera", "Microphone", "Location", "Notifications")
DENIED = dict.fromkeys(("perm-camera", "perm-microphone", "perm-geolocation", "perm-notifications"), "denied")
STORES = ("cookies", "local-storage", "session-storage", "indexeddb", "cache-api", "thirdparty-storage", "service-worker")

CASES: Mapping[str, Mapping[str, tuple[Mapping[str, object], Mapping[str, str]]]] = {
    "blink": {
        "graphics, compiled scripts, permissions and PDF": (
            {
                "Disable3DAPIs": True,
                "DefaultJavaScriptJitSetting": 2,
                "DefaultGeolocationSetting": 2,
                "DefaultNotificationsSetting": 2,
                "VideoCaptureAllowed": False,
                "AudioCaptureAllowed": False,
                "AlwaysOpenPdfExternally": True,
            },
            {**DENIED, "webgl": "off", "webgl2": "off", "wasm": "0", "pdf-viewer": "off"},
        ),
        "everything that is kept": ({"DefaultCookiesSetting": 2}, dict.fromkeys(STORES, "off")),
    },
    "gecko": {
        "WebRTC, permissions and PDF": (
            {
                "Preferences": {"media.peerconnection.enabled": {"Value": False, "Status": "locked"}},
                "Permissions": {name: {"BlockNewRequests": True, "Locked": True} for name in PERMISSIONS},
                "PDFjs": {"Enabled": False},
            },
            {**DENIED, "rtc-peer": "0", "rtc-data": "0", "pdf-viewer": "off"},
        ),
        "everything that is kept": ({"Cookies": {"Behavior": "reject", "Locked": True}}, dict.fromkeys(STORES, "off")),
    },
}
"""Engine → what it is about → the policies, and all that they change in the answer."""


def told(folder: Path, engine: str, policies: Mapping[str, object], seconds: float = 120) -> dict[str, Any]:
    target = browser(engine)
    path, content = (CHROMIUM, policies) if engine == "blink" else (FIREFOX, {"policies": policies})
    return asked(folder, target, {path: content}, seconds, True, engine == "blink")


@pytest.mark.parametrize("engine", CASES)
def test_exactly_what_is_switched_off_changes(engine: str, tmp_path: Path) -> None:
    before = told(tmp_path / "none", engine, {})
    assert before["result"] == "done"
    for number, (about, (policies, changes)) in enumerate(CASES[engine].items()):
        after = told(tmp_path / str(number), engine, policies)
        assert after["result"] == "done", about
        changed = {name: said for name, said in after["values"].items() if said != before["values"][name]}
        assert {name: said.partition(":")[0] for name, said in changed.items()} == changes, about


def test_without_scripts_a_browser_says_so_at_once(tmp_path: Path) -> None:
    value = told(tmp_path, "blink", {"DefaultJavaScriptSetting": 2})
    assert (value["result"], value["values"]) == ("script off", {})


def test_a_browser_that_may_not_be_headless_refuses_and_says_so(tmp_path: Path) -> None:
    value = told(tmp_path, "blink", {"HeadlessMode": 2})
    assert (value["result"], value["values"]) == ("refused", {})
    assert "Headless mode is disallowed" in value["detail"]


@pytest.mark.parametrize(
    ("engine", "policies"), [("blink", {"URLBlocklist": ["*"]}), ("gecko", {"WebsiteFilter": {"Block": ["<all_urls>"]}})]
)
def test_a_browser_that_may_not_open_the_page_is_mute(engine: str, policies: Mapping[str, object], tmp_path: Path) -> None:
    value = told(tmp_path, engine, policies, 6)
    assert (value["result"], value["values"]) == ("mute", {})
    assert "the page was not fetched" in value["detail"]
