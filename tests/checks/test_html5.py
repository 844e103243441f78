from __future__ import annotations

import pytest

from auditor import checks
from auditor.checks import browsers_linux, html5
from auditor.model import Detected, Fact, Source, Status, Subject
from pcs import collected, installed, pc, reading


def test_every_installation_has_a_subject_that_says_it_was_not_measured() -> None:
    has = {
        Source("dpkg", "firefox-esr"): "Package: firefox-esr\nVersion: 128.3.0esr-1",
        Source("dpkg", "chromium"): "Package: chromium\nVersion: 138.0-1",
    }
    found = checks.detect(pc("linux", has, rest=Status.ABSENT))
    measured = installed(found, "html5")
    assert measured.keys() == installed(found, "browser").keys()
    assert len(measured) == 2
    assert {each["probe"] for each in measured.values()} == {"not run"}
    assert {each["measured"] for each in measured.values()} == {("unknown", "the probe was not run")}


def test_the_reason_is_what_went_wrong_with_the_probe() -> None:
    has = {Source("dpkg", "chromium"): "Version: 138.0-1", html5.PROBE: (Status.FAILED, "no display")}
    seen = collected("linux", has)
    found = installed(html5.detect(seen, browsers_linux.detect(seen)), "html5")
    assert [each["measured"] for each in found.values()] == [("unknown", "html5: no display")]


@pytest.mark.parametrize("family", checks.FAMILIES)
def test_without_browsers_there_is_nothing_to_measure(family: str) -> None:
    assert html5.detect(collected(family, {}), Detected(())).facts == ()


def test_where_browsers_were_looked_for_is_where_there_is_nothing_to_measure() -> None:
    place = reading(html5.PROBE, "/here", Status.ABSENT)
    found = html5.detect(collected("linux", {}), Detected((), looked={"browser": (place,)}))
    assert found.looked == {"html5": (place,)}


def test_what_is_left_of_a_browser_is_not_measured() -> None:
    left = Subject("leftover", "ie", "machine: stable")
    found = html5.detect(collected("windows", {}), Detected((Fact(left, "product", "ie", ()),)))
    assert found.facts == ()
