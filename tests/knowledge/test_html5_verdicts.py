"""The join: what a version promises, what was measured on this PC, and the policies that are set."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from auditor.knowledge import html5, html5_policies
from auditor.knowledge.enrich import enriched
from auditor.knowledge.html5_verdicts import joined
from auditor.model import Detected, Fact, Reading, Source, Status, Subject

DAY = date(2026, 11, 20)
PROMISED, PARTIAL, NEVER, UNTOLD = (
    ("supported", "since 9"),
    ("partial", "partial since 5"),
    ("missing", "from 57 on"),
    ("unknown", "only measuring tells"),
)
POLICY = "Disable3DAPIs=1 at /etc/x.json"

JOINS = [
    (PROMISED, "", "", ("supported", "since 9")),
    (PARTIAL, "", "", ("partial", "partial since 5")),
    (NEVER, "", "", ("missing", "from 57 on")),
    (UNTOLD, "", "", ("unknown", "only measuring tells")),
    (PROMISED, "supported", "", ("supported", "measured")),
    (PARTIAL, "supported", "", ("supported", "measured")),
    (NEVER, "supported", "", ("supported", "measured")),
    (UNTOLD, "supported", "", ("supported", "measured")),
    (PROMISED, "missing", "", ("switched off", "measured; cause not found")),
    (PROMISED, "switched off", "", ("switched off", "measured; cause not found")),
    (NEVER, "missing", "", ("missing", "from 57 on")),
    (PARTIAL, "missing", "", ("missing", "measured")),
    (UNTOLD, "missing", "", ("missing", "measured")),
    (UNTOLD, "switched off", "", ("switched off", "measured; cause not found")),
    (PROMISED, "unknown", "", ("unknown", "it gave no answer in time")),
    (PROMISED, "", POLICY, ("switched off", f"by {POLICY}")),
    (NEVER, "", POLICY, ("missing", "from 57 on")),
    (NEVER, "missing", POLICY, ("missing", "from 57 on")),
    (NEVER, "switched off", POLICY, ("switched off", f"by {POLICY}")),
    (PROMISED, "missing", POLICY, ("switched off", f"by {POLICY}")),
    (PROMISED, "unknown", POLICY, ("switched off", f"by {POLICY}")),
    (PROMISED, "supported", POLICY, ("supported", "measured")),
    (PROMISED, "supported", "ScreenCaptureAllowed=0 at x", ("switched off", "by ScreenCaptureAllowed=0 at x")),
]


@pytest.mark.parametrize(("by_version", "answer", "policy", "verdict"), JOINS)
def test_a_measurement_counts_above_a_version_and_a_policy_names_the_cause(
    by_version: tuple[str, str], answer: str, policy: str, verdict: tuple[str, str]
) -> None:
    assert joined(by_version, answer, policy) == verdict


def browser(os: str = "linux", **facts: Any) -> dict[str, Fact]:
    """The facts of one browser, with what the knowledge base adds."""
    subject = Subject("html5", facts.get("product", "chrome"))
    reading = Reading(Source("file", "/x"), "/x", Status.READ, "said")
    known = {"feature_policies": []} | facts
    given = [
        Fact(subject, name, value, (reading,), "" if value is not None else "not read") for name, value in known.items()
    ]
    given.append(Fact(Subject("os", "system"), "family", os, ()))
    return {fact.name: fact for fact in enriched(Detected(tuple(given)), DAY).facts if fact.subject == subject}


def verdict(facts: dict[str, Fact], feature: str) -> str:
    value = facts["verdict"].value
    assert isinstance(value, dict)
    return str(value[feature])


CHROME = {"product": "chrome", "version": "156.0.8078.79", "engine": "blink", "engine_version": "156.0.8078.79"}
FIREFOX = {"product": "firefox", "version": "153.7.0", "engine": "gecko", "channel": "esr"}


def test_every_feature_has_a_verdict_and_one_of_five_states() -> None:
    value = browser(**CHROME)["verdict"].value
    assert isinstance(value, dict)
    assert value.keys() == html5.features().keys()
    assert {str(each).partition(":")[0] for each in value.values()} <= {
        "supported", "partial", "missing", "switched off", "unknown",
    }  # fmt: skip


def test_what_is_switched_off_here_names_the_policy_and_its_place() -> None:
    measured = {"webgl": "switched off", "fetch": "supported", "wasm": "missing"}
    facts = browser(**CHROME, measured=measured, probe_mode="headless", feature_policies=[POLICY])
    assert verdict(facts, "webgl") == f"switched off: by {POLICY}"
    assert verdict(facts, "fetch") == "supported"
    assert verdict(facts, "wasm") == "switched off: measured; cause not found"


def test_without_javascript_nothing_works() -> None:
    facts = browser(**CHROME, feature_policies=["DefaultJavaScriptSetting=2 at here"])
    assert verdict(facts, "canvas-2d") == "switched off: by DefaultJavaScriptSetting=2 at here"


def test_what_headless_firefox_cannot_show_is_not_held_against_it() -> None:
    measured = {"webgl": "switched off", "rtc-h264": "missing", "eme-widevine": "missing", "fetch": "missing"}
    facts = browser(**FIREFOX, measured=measured, probe_mode="headless")
    assert verdict(facts, "webgl") == "unknown: without a window Firefox has no WebGL"
    assert verdict(facts, "rtc-h264").startswith("unknown: ")
    assert verdict(facts, "eme-widevine").startswith("unknown: ")
    assert verdict(facts, "fetch") == "switched off: measured; cause not found"
    with_window = browser(**FIREFOX, measured=measured, probe_mode="headed")
    assert verdict(with_window, "webgl").startswith("switched off: measured; cause not found: it needs a graphics adapter")


def test_no_version_promises_what_needs_a_graphics_adapter() -> None:
    assert verdict(browser(**CHROME), "webgpu").partition(":")[0] in ("unknown", "partial")
    assert verdict(browser(**CHROME, measured={"webgpu": "supported"}), "webgpu") == "supported"


def test_what_firefox_borrows_from_a_linux_is_missing_there_and_not_switched_off() -> None:
    measured = {"codec-h264": "missing", "mse-h264": "missing"}
    facts = browser(**FIREFOX, measured=measured, probe_mode="headless")
    assert verdict(facts, "codec-h264") == "missing: it needs the system's FFmpeg"
    assert verdict(browser(**FIREFOX), "codec-h264") == "unknown: it needs the system's FFmpeg"
    assert verdict(browser("windows", **FIREFOX), "codec-h264") == "supported"


def test_cookies_and_permissions_are_there_unless_a_policy_forbids_them() -> None:
    assert verdict(browser(**CHROME), "cookies") == "supported"
    assert verdict(browser(**CHROME), "perm-camera") == "supported"
    forbidden = browser(**CHROME, feature_policies=["VideoCaptureAllowed=0 at here"])
    assert verdict(forbidden, "perm-camera") == "switched off: by VideoCaptureAllowed=0 at here"
    unread = browser(**CHROME, feature_policies=None)
    assert verdict(unread, "perm-camera") == "unknown: its policies are not known"
    assert verdict(unread, "cookies") == "unknown: its policies are not known"


def test_a_version_that_cannot_be_read_leaves_everything_unknown() -> None:
    facts = browser(product="chrome", version=None, engine="blink")
    assert verdict(facts, "fetch").startswith("unknown: ")
    assert facts["baseline"].unknown
    assert facts["release"].unknown


def test_internet_explorer_is_judged_by_the_frozen_columns() -> None:
    facts = browser("windows", product="ie", version="11.0.9600.19597", engine="trident")
    assert verdict(facts, "fetch") == "missing: never in Internet Explorer"
    assert facts["baseline"].unknown


def test_the_release_says_how_many_newer_ones_are_out() -> None:
    facts = browser(**CHROME)
    value = facts["release"].value
    assert isinstance(value, dict)
    assert (value["release"], value["date"], value["behind"], value["esr"]) == ("156", "2026-10-20", 2, False)
    assert value["newest"] == ["158", "157", "156", "155", "154", "153"]


def test_of_safari_only_whole_numbers_count_as_releases() -> None:
    facts = browser("macos", product="safari", version="26.4", engine="webkit")
    value = facts["release"].value
    assert isinstance(value, dict)
    assert value["behind"] == 1
    assert value["newest"] == ["27", "26", "18", "17", "16", "15"]


@pytest.mark.parametrize(
    ("version", "day", "alive"), [("153.7.0", DAY, True), ("140.12.0", date(2026, 8, 1), True), ("140.12.0", DAY, False)]
)
def test_a_line_of_extended_support_is_one_while_it_is_alive(version: str, day: date, alive: bool) -> None:
    subject = Subject("html5", "firefox")
    given = {"product": "firefox", "version": version, "engine": "gecko", "channel": "esr"}
    detected = Detected(tuple(Fact(subject, name, value, ()) for name, value in given.items()))
    value = next(fact for fact in enriched(detected, day).facts if fact.name == "release").value
    assert isinstance(value, dict)
    assert value["esr"] is alive


def test_one_that_is_newer_than_the_table_is_not_placed_among_the_newest() -> None:
    facts = browser(product="chrome", version="400.0", engine="blink", engine_version="400.0")
    assert facts["release"].unknown.startswith("Newer than the table of ")
    assert verdict(facts, "fetch") == "supported"


def test_the_evidence_is_what_was_read_and_the_column_of_the_table() -> None:
    evidence = browser(**CHROME, measured={"webgl": "supported"})["verdict"].evidence
    assert [each.source.kind for each in evidence] == ["file", "knowledge"]
    assert evidence[1].at.startswith("@mdn/browser-compat-data ")
    assert evidence[1].at.endswith(": chrome 156")


def test_what_is_given_is_kept() -> None:
    assert browser(**CHROME, verdict={"fetch": "missing"})["verdict"].value == {"fetch": "missing"}


def test_every_policy_switches_off_features_that_there_are() -> None:
    named = {feature for features in html5_policies.POLICIES.values() for feature in features}
    assert named - {"*"} <= html5.features().keys()
    assert set(html5_policies.POLICIES) >= html5_policies.UNSEEN


def test_a_policy_counts_in_any_spelling_of_its_name() -> None:
    assert html5_policies.switched_off(["disable3dapis=1 at x", "Other=1 at y"]) == {
        "webgl": "disable3dapis=1 at x",
        "webgl2": "disable3dapis=1 at x",
    }


@pytest.mark.parametrize(("version", "extended"), [("153.7.0", None), ("161.0", False)])
def test_whether_it_is_extended_support_is_not_known_where_its_channel_is_not(version: str, extended: bool | None) -> None:
    value = browser(**{**FIREFOX, "version": version, "channel": None})["release"].value
    assert isinstance(value, dict)
    assert value["esr"] is extended


def test_a_browser_that_was_seen_without_scripts_has_nothing_that_works() -> None:
    facts = browser(**CHROME, probe="script off", measured=None)
    assert verdict(facts, "fetch") == "switched off: measured; cause not found: JavaScript is switched off in it"
    policy = "DefaultJavaScriptSetting=2 at /etc/x.json"
    facts = browser(**CHROME, probe="script off", measured=None, feature_policies=[policy])
    assert verdict(facts, "fetch") == f"switched off: by {policy}"
    old = browser(**CHROME | {"version": "40.0", "engine_version": "40.0"}, probe="script off", measured=None)
    assert verdict(old, "js-modules").startswith("missing: from")


@pytest.mark.parametrize(
    ("zone", "said"), [("3", "switched off: by 1400=3 at HKLM\\x\\Zones\\3"), ("4", "supported"), ("1", "supported")]
)
def test_scripts_that_are_forbidden_for_other_sites_than_websites_are_there(zone: str, said: str) -> None:
    policies = [f"1400=3 at HKLM\\x\\Zones\\{zone}"]
    facts = browser("windows", product="ie", version="11.0.9600.1", engine="trident", feature_policies=policies)
    assert verdict(facts, "indexeddb") == said


def test_each_fact_names_the_table_that_it_rests_on() -> None:
    facts = browser(**FIREFOX)
    tables = {
        name: [each.source.where for each in facts[name].evidence if each.source.kind == "knowledge"]
        for name in ("derived", "verdict", "baseline", "release")
    }
    assert tables == {
        "derived": ["html5/compat.json"],
        "verdict": ["html5/compat.json"],
        "baseline": ["html5/baseline.json"],
        "release": ["html5/releases.json"],
    }
    assert facts["baseline"].evidence[-1].at.startswith("web-features ")


@pytest.mark.parametrize(("product", "known"), [("chromium", True), ("brave", False), ("vivaldi", False), ("opera", True)])
def test_when_a_browser_came_out_does_not_follow_from_its_engine(product: str, known: bool) -> None:
    facts = browser(product=product, version="120.0", engine="blink", engine_version="120.0", channel="stable")
    assert bool(facts["release"].unknown) is not known
    assert verdict(facts, "fetch") == "supported"
