"""HTML5 for a person: every feature in one place, with the reason where it is not there."""

from __future__ import annotations

from typing import Any

from auditor.knowledge.html5 import features
from auditor.model import Fact, Subject
from auditor.report import html5


def section(verdict: dict[str, str], width: int = 200, **facts: Any) -> str:
    subject = Subject("html5", "chrome", "/opt/chrome")
    known = {"version": "156.0", "probe": "not run", "verdict": verdict} | facts
    return "\n".join(html5.section({subject: [Fact(subject, name, value, ()) for name, value in known.items()]}, width))


def test_every_feature_is_counted_once() -> None:
    rows = html5.by_group(dict.fromkeys(features(), "supported"))
    assert sum(int(row[1].partition(" of ")[0]) for row in rows) == len(features())
    assert {row[2:] for row in rows} == {("none", "none", "none")}


def test_what_has_no_verdict_is_not_known() -> None:
    rows = html5.by_group({})
    assert all(row[1].startswith("0 of ") and row[4] != "none" for row in rows)


def test_what_is_switched_off_stands_with_its_cause() -> None:
    off = "switched off: by Disable3DAPIs=1 at /etc/x.json"
    rows = {row[0]: row for row in html5.by_group({"webgl": off, "webgl2": off, "canvas-2d": "missing: from 4 on"})}
    assert rows["Graphics and images"][2:4] == ("Canvas", "WebGL, WebGL 2 (by Disable3DAPIs=1 at /etc/x.json)")


def test_a_browser_is_one_row_over_the_core_features() -> None:
    core = sum(feature.core for feature in features().values())
    verdict = dict.fromkeys(features(), "supported") | {"webgl": "missing: never", "webgpu": "missing: never"}
    text = section(verdict)
    assert f"{core - 1} of {core}" in text
    assert "WebGL" in text
    assert "WebGPU" not in text


def test_how_it_is_known_is_said() -> None:
    assert "by its version" in section({})
    assert "measured" in section({}, probe="done")
    assert "by its version; the probe ended as mute" in section({}, probe="mute")


def test_without_browsers_there_is_no_section() -> None:
    assert html5.section({Subject("os", "system"): []}, 80) == []
