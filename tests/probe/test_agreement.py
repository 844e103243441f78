"""What a version promises against what real browsers answer: those that are installed here, and old Chromiums kept as answers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from auditor import checks
from auditor.knowledge import html5
from auditor.probe import browsers, run
from auditor.scan import take
from auditor.sources import live

OLD = sorted((Path(__file__).parent / "old").glob("*.json"))

NO_GRAPHICS = {"webgl", "webgl2", "webgpu"}
"""This kind of machine has no graphics adapter."""
NAMED = {
    "chromium": NO_GRAPHICS | {"web-share"},
    "firefox": NO_GRAPHICS | {"web-share", "codec-h264"},
    "67": {"webgl", "webgl2", "codec-h264", "codec-aac", "webauthn", "js-bigint"},
    "80": {"webgl", "webgl2"},
}
"""Browser → features that its version promises and it may not have here: no adapter, no FFmpeg for Firefox, a build of
Chromium without licensed codecs, and an early 67 without two features of that release."""


class Agreement(NamedTuple):
    """Of the features that a version tells of: how many there are, agree, were promised and are not, were denied and are."""

    told: int
    agree: int
    broken_promises: set[str]
    false_denials: set[str]


def compared(values: Mapping[str, str], derived: html5.Derived) -> Agreement:
    told = agree = 0
    broken, denied = set(), set()
    for name, (state, why) in derived.states.items():
        if why == "only measuring tells":
            continue
        told += 1
        there = values.get(name, "") in ("1", "granted", "prompt")
        agree += (state == "supported" and there) or (state == "missing" and not there)
        if state == "supported" and not there:
            broken.add(name)
        if state == "missing" and there:
            denied.add(name)
    return Agreement(told, agree, broken, denied)


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.stem)
def test_an_old_chromium_has_what_its_version_promises(path: Path) -> None:
    answer = json.loads(path.read_text(encoding="utf-8"))
    found = re.search(r"Chrome/([0-9.]+)", answer["agent"])
    assert found
    version = found.group(1)
    seen = compared(answer["values"], html5.derive("chrome", version, "blink", version, "linux"))
    assert seen.told == 180
    assert seen.agree >= 170
    assert seen.false_denials == set()
    assert seen.broken_promises <= NAMED.get(path.stem, set())


def test_the_browsers_that_are_installed_here_have_what_their_versions_promise(place: Path) -> None:
    snapshot = take(live.family(), live.readers(), taken_at="2026-11-20T09:30:00Z", salt="0" * 32)
    targets, _ = browsers.targets(checks.detect(snapshot))
    if not targets:
        pytest.skip("no browser here that can be measured")
    for target in targets:
        (reading,) = run.measure([target])
        assert isinstance(reading.value, dict)
        assert reading.value["result"] == "done", reading.value
        product = "chrome" if target.product == "chromium" else target.product
        seen = compared(
            reading.value["values"], html5.derive(product, target.version, target.engine, target.version, "linux")
        )
        assert seen.told == 180
        assert seen.agree >= 174, (target.product, seen)
        assert seen.false_denials == set(), target.product
        assert seen.broken_promises <= NAMED[target.product], target.product
