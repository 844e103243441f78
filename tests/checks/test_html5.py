from __future__ import annotations

import pytest

from auditor import checks
from auditor.checks import browsers_linux, html5
from auditor.model import Detected, Fact, Gap, Source, Status, Subject
from pcs import Places, collected, installed, only, pc, reading


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
    assert {each["measured"] for each in measured.values()} == {("unknown", "the probe was not run on this browser")}


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


def test_two_products_whose_places_are_alike_are_not_taken_for_each_other() -> None:
    """On Windows the place of a browser is its user and its channel, which Chrome, Edge and Internet Explorer share."""
    here = "machine: stable"
    found = [Fact(Subject("browser", product, here), "product", product, ()) for product in ("chrome", "edge", "ie")]
    said = {
        "chrome: machine: stable": {"result": "mute", "product": "chrome", "values": {}},
        "edge: machine: stable": {"result": "done", "product": "edge", "values": {"fetch": "1"}},
    }
    facts = installed(html5.detect(collected("windows", {html5.PROBE: Places(said)}), Detected(tuple(found))), "html5")
    assert {name: each["probe"] for (name, _), each in facts.items()} == {"chrome": "mute", "edge": "done", "ie": "not run"}
    assert facts["edge", here]["measured"] == {"fetch": "supported"}
    assert facts["ie", here]["measured"] == ("unknown", "the probe was not run on this browser")


def test_where_a_browser_may_have_been_missed_so_may_what_it_can_do() -> None:
    gap = Gap("browser", "machine", "the list of programs was not read")
    found = html5.detect(collected("windows", {}), Detected((), (gap, Gap("leftover", "user", "x"))))
    assert found.gaps == (Gap("html5", "machine", "the list of programs was not read"),)


def test_what_is_left_of_a_browser_is_not_measured() -> None:
    left = Subject("leftover", "ie", "machine: stable")
    found = html5.detect(collected("windows", {}), Detected((Fact(left, "product", "ie", ()),)))
    assert found.facts == ()


CHROMIUM = Source("dpkg", "chromium"), "Version: 138.0-1"


def measured(value: object) -> dict[str, object]:
    """The facts of the one browser of a PC on which the probe said ``value``."""
    has = {CHROMIUM[0]: CHROMIUM[1], html5.PROBE: Places({"chromium: /usr/lib/chromium": value})}
    seen = collected("linux", has)
    return only(html5.detect(seen, browsers_linux.detect(seen)), "html5")


def test_what_was_measured_is_told_of_the_browser_it_was_measured_on() -> None:
    values = {"fetch": "1", "webgl": "off:NoContext", "wasm": "0", "perm-camera": "prompt", "push": "timeout", "idb": "?"}
    facts = measured({"result": "done", "mode": "headless", "values": values})
    assert (facts["probe"], facts["probe_mode"]) == ("done", "headless")
    assert facts["measured"] == {
        "fetch": "supported",
        "webgl": "switched off",
        "wasm": "missing",
        "perm-camera": "supported",
        "push": "unknown",
        "idb": "unknown",
    }


def test_the_browsers_own_facts_are_repeated_with_their_evidence() -> None:
    facts = measured({"result": "done", "values": {}})
    assert (facts["product"], facts["version"], facts["engine"]) == ("chromium", "138.0", "blink")


@pytest.mark.parametrize("result", ["mute", "refused", "timed out", "script off", "not run"])
def test_a_browser_that_did_not_answer_is_not_one_without_features(result: str) -> None:
    facts = measured({"result": result, "detail": "why", "values": {"fetch": "0"}})
    assert facts["probe"] == result
    assert facts["measured"] == ("unknown", f"the probe ended as {result}" + (": why" if result == "not run" else ""))


def test_a_snapshot_with_more_features_than_there_can_be_is_cut() -> None:
    facts = measured({"result": "done", "values": {f"f{number}": "1" for number in range(50_000)}})
    assert len(facts["measured"]) == html5.MOST_FEATURES


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"result": "splendid", "values": {"fetch": "1"}},
        {"result": ["done"], "mode": 7, "values": "x"},
        {"result": "done", "values": {"<script>": "1", "fetch": {"a": 1}, "x" * 99: "1"}},
        ["done"],
        "done",
    ],
)
def test_a_probe_that_makes_no_sense_says_nothing(value: object) -> None:
    told = measured(value)["measured"]
    assert isinstance(told, tuple) or told == {"fetch": "unknown"}


def test_where_a_browser_may_have_been_missed_its_html5_was_missed_too() -> None:
    gaps = (Gap("browser", "machine", "the list was refused"), Gap("browser", "user", "a profile was refused"))
    found = html5.detect(collected("windows", {}), Detected((), gaps))
    assert found.gaps == (Gap("html5", "machine", "the list was refused"),)
