"""An answer in groups: what a browser cannot tell is not said to be missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditor.probe import page
from auditor.probe.summary import groups

OLD = Path(__file__).parent / "old"


def test_every_feature_is_in_one_place() -> None:
    values = {
        "webgl": "off",
        "webgl2": "0",
        "webgpu": "timeout",
        "canvas-2d": "1",
        "perm-camera": "denied",
        "perm-microphone": "prompt",
    }
    found = {group.name: group for group in groups(values)}
    assert found["Graphics and images"].off == ("WebGL",)
    assert found["Graphics and images"].missing == ("WebGL 2",)
    assert "WebGPU" in found["Graphics and images"].untold
    assert found["WebRTC and capture"].off == ("Permission: camera",)
    assert found["WebRTC and capture"].there == 1
    for group in found.values():
        assert group.there + len(group.missing) + len(group.off) + len(group.untold) == len(page.features()[group.name])


def test_what_firefox_cannot_tell_on_a_new_profile_is_not_told() -> None:
    (graphics,) = [
        group for group in groups({"webgl": "off", "webgl2": "1"}, "gecko") if group.name == "Graphics and images"
    ]
    assert "WebGL" in graphics.untold
    assert graphics.off == ()
    assert graphics.there == 1


@pytest.mark.parametrize(("major", "least"), [("67", 138), ("80", 159), ("103", 174), ("121", 182), ("153", 183)])
def test_an_old_chromium_answered_everything(major: str, least: int) -> None:
    answers = json.loads((OLD / f"{major}.json").read_text(encoding="utf-8"))
    assert answers["result"] == "done"
    assert f"HeadlessChrome/{major}." in answers["agent"]
    assert answers["values"].keys() <= page.ids()
    assert sum(value == "1" for value in answers["values"].values()) >= least
    assert not [value for value in answers["values"].values() if value == "timeout"]
