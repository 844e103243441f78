"""What follows from a browser's version, on the tables as they ship."""

from __future__ import annotations

import pytest

from auditor.checks.browsers import BROWSERS
from auditor.knowledge.cells import FULL, Spell
from auditor.knowledge.html5 import Derived, Feature, _when_missing, derive, features, provenance, releases, since


def of(product: str, version: str, engine: str = "", engine_version: str = "", family: str = "windows") -> Derived:
    return derive(product, version, engine, engine_version, family)


def test_features_are_in_the_order_of_reports() -> None:
    assert len(features()) == 196
    assert next(iter(features())) == "doctype"
    assert features()["css-grid"] == Feature("css-grid", "CSS grid", "CSS", core=True)
    assert not features()["webgpu"].core


@pytest.mark.parametrize(
    ("product", "version", "feature", "state", "why"),
    [
        ("chrome", "156.0.8078.79", "css-grid", "supported", "since 57"),
        ("chrome", "56.0.2924.87", "css-grid", "missing", "from 57 on"),
        ("chrome", "48.0.2564.116", "css-flexbox", "partial", "partial until 51"),
        ("firefox", "140.12.0esr", "get-display-media", "supported", "since 66"),
        ("firefox", "60.0", "get-display-media", "missing", "from 66 on"),
        ("firefox", "140.0", "webgpu", "missing", "partial from 141 on"),
        ("firefox", "150.0", "fs-access", "missing", "not in Firefox so far"),
        ("firefox", "152.0", "codec-aac", "partial", "partial since 22"),
        ("safari", "6.0.5", "shared-worker", "supported", "since 5"),
        ("safari", "15.6", "shared-worker", "missing", "from 16 on"),
        ("safari", "18.6", "shared-worker", "supported", "since 16"),
        ("safari", "3.1.2", "contenteditable", "unknown", "not known before 4"),
        ("edge", "120.0.2210.91", "fullscreen", "supported", "since 79"),
        ("edge", "120.0.2210.91", "css-grid", "supported", "since 79"),
        ("edge-legacy", "25.10586.672.0", "fullscreen", "supported", "since 12"),
        ("edge-legacy", "44.18362.387.0", "fullscreen", "partial", "partial since 14"),
        ("edge-legacy", "44.18362.387.0", "css-grid", "supported", "since 16"),
        ("edge-legacy", "38.14393.0.0", "css-grid", "partial", "partial until 15"),
        ("edge-legacy", "44.18362.387.0", "js-dynamic-import", "missing", "never in Edge before 79"),
        ("ie", "11.0.9600.19597", "fetch", "missing", "never in Internet Explorer"),
        ("ie", "11.0.9600.19597", "css-grid", "partial", "partial since 10"),
        ("ie", "11.0.9600.19597", "svg-inline", "partial", "partial: no animation (SMIL), no foreignObject, wrong scaling"),
        ("ie", "8.0.6001.18702", "websocket", "missing", "from 10 on"),
        ("ie", "8.0.6001.18702", "script-async", "unknown", "not known before 11"),
        ("opera", "140.0.0.0", "websocket", "supported", "since 12.1"),
        ("chrome", "156.0.8078.79", "cookies", "unknown", "only measuring tells"),
    ],
)
def test_a_version_tells_what_a_browser_should_have(product: str, version: str, feature: str, state: str, why: str) -> None:
    assert of(product, version).states[feature] == (state, why)


@pytest.mark.parametrize(
    ("version", "release"),
    [
        ("20.10240.16384.0", "12"),
        ("25.10586.0.0", "13"),
        ("31.14279.1000.0", "13"),
        ("38.14393.1066.0", "14"),
        ("40.15063.674.0", "15"),
        ("41.16299.248.0", "16"),
        ("42.17134.1098.0", "17"),
        ("44.19041.1266.0", "18"),
        ("44.22621.2506.0", "18"),
        ("18.19041", "18"),
        ("12.10240", "12"),
        ("11.0.17763.1", "18"),
        ("11.0.15063.0", "15"),
        ("43.17650.1000.0", "17"),
    ],
)
def test_the_old_edges_package_program_and_engine_count_differently(version: str, release: str) -> None:
    found = of("edge-legacy", version, "edgehtml")
    assert (found.column, found.release) == ("edgehtml", release)


def test_a_derivative_is_judged_by_its_engine() -> None:
    found = of("brave", "1.80.113", "blink", "138", "macos")
    assert (found.column, found.release) == ("chrome", "138")
    assert found.note.startswith("Judged by its engine, as Chrome 138.")
    assert found.states["css-grid"] == ("supported", "since Chromium 57")
    assert found.states["js-temporal"] == ("missing", "from Chromium 144 on")
    assert of("tor", "15.0.1", "gecko", "140.5.0esr").states["fs-access"] == ("missing", "not in Firefox so far")


@pytest.mark.parametrize("product", ["chromium", "vivaldi", "opera-gx", "brave", "waterfox", "zen", "librewolf", "tor"])
@pytest.mark.parametrize("feature", ["codec-h264", "codec-aac", "codec-hevc", "eme", "push"])
def test_what_the_maker_of_a_derivative_decides_is_unknown(product: str, feature: str) -> None:
    engine = "gecko" if product in ("waterfox", "zen", "librewolf", "tor") else "blink"
    state, why = of(product, "140.0", engine, "140.0").states[feature]
    assert (state, why.partition(" decides")[0]) == ("unknown", "the maker of each browser")
    assert of("chrome", "140.0").states["codec-h264"][0] == "supported"


@pytest.mark.parametrize("product", ["tor", "librewolf", "brave"])
def test_browsers_that_switch_features_off_ask_to_be_measured(product: str) -> None:
    found = of(product, "140.0", "blink" if product == "brave" else "gecko", "140.0")
    assert found.note.endswith("measure it.")
    assert found.states["webgl"][0] == "supported"


def test_chromium_and_librewolf_count_as_their_engines_do() -> None:
    assert of("chromium", "156.0.8078.79", "blink").release == "156"
    assert of("librewolf", "140.0.4-1", "gecko").release == "140"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("vivaldi", "7.6", "blink", "", "windows"), "the version of its engine is not known"),
        (("gnome-web", "48.5", "webkit", "", "linux"), "the table is not about browsers on webkit"),
        (("pale-moon", "33.8", "goanna", "", "windows"), "the table is not about browsers on goanna"),
        (("arc", "1.0", "", "", "macos"), "the engine is not known"),
        (("opera", "12.18.1872.0", "presto", "", "windows"), "Opera before 15 had an engine of its own"),
        (("firefox", "", "gecko", "", "linux"), "the version is not known"),
        (("firefox", "nightly", "gecko", "", "linux"), "the version 'nightly' cannot be read: does not begin with a number"),
        (("edge", "44.17763", "", "", "windows"), "44.17763 is older than any Edge in the table"),
        (("edge-legacy", "unreadable", "edgehtml", "", "windows"), "the version 'unreadable' cannot be read"),
        (("edge-legacy", "11.0.9600.1", "edgehtml", "", "windows"), "the version is not known"),
        (("edge-legacy", "11", "edgehtml", "", "windows"), "the version is not known"),
    ],
)
def test_what_is_not_known_is_unknown_throughout_with_the_reason(
    arguments: tuple[str, str, str, str, str], reason: str
) -> None:
    found = derive(*arguments)
    assert {state for state, _ in found.states.values()} == {"unknown"}
    assert all(why.startswith(reason) for _, why in found.states.values())
    assert (found.column, found.release) == ("", "")
    assert found.note.startswith(reason)
    assert found.states.keys() == features().keys()


def test_a_newer_version_counts_as_the_newest_and_says_so() -> None:
    last = releases("chrome")[-1].version
    found = of("chrome", f"{int(last) + 3}.0.1.2")
    assert found.release == last
    assert found.note == f"Newer than the table of {provenance()['date']}: taken as {last}."
    assert found.states["css-grid"] == ("supported", "since 57")


def test_a_release_that_was_not_out_yet_says_so() -> None:
    planned = next(each for each in releases("firefox") if each.status == "beta")
    assert of("firefox", f"{planned.version}.0").note == (
        f"Firefox {planned.version} was beta at the time of the table of {provenance()['date']}."
    )
    assert of("firefox", "150.0").note == ""


def test_what_depends_on_the_system_is_told_for_the_system() -> None:
    assert of("chrome", "156.0", family="windows").states["web-share"] == ("supported", "since 128")
    assert of("chrome", "156.0", family="linux").states["web-share"] == ("missing", "no browser shares on Linux")
    assert of("chrome", "80.0", family="linux").states["web-share"] == ("missing", "no browser shares on Linux")
    assert of("chrome", "156.0").states["webgpu"] == (
        "partial",
        "since 144; needs a graphics card that the browser accepts",
    )
    assert of("chrome", "100.0").states["webgpu"] == ("missing", "from 144 on")
    assert of("safari", "26.1", family="macos").states["codec-hevc"] == ("supported", "since 13")
    assert of("edge", "156.0").states["codec-hevc"] == ("partial", "partial since 79; needs a decoder of the system")


@pytest.mark.parametrize("row", BROWSERS, ids=lambda row: row.product)
def test_every_browser_that_is_looked_for_gets_an_answer_for_every_feature(row: object) -> None:
    product, engine = row.product, row.engine  # type: ignore[attr-defined]
    for version in ("1.0", "44.19041.1266.0", "120.0.1", "9999"):
        found = derive(product, version, engine, version, "windows")
        assert found.states.keys() == features().keys()
        assert all(state in ("supported", "partial", "missing", "unknown") and why for state, why in found.states.values())


def test_what_was_taken_away_says_since_when() -> None:
    """No feature of the present table is so, on a desktop; a refresh may bring one."""
    assert _when_missing((Spell(FULL, 0, 2),), 4, "edgehtml", "") == "no more since 15"


def test_a_result_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        of("chrome", "156.0").states["css-grid"] = ("missing", "")  # type: ignore[index]


@pytest.mark.parametrize(
    ("feature", "product", "first"),
    [
        ("js-modules", "chrome", "61"),
        ("js-modules", "edge", "79"),
        ("fetch", "edge-legacy", "14"),
        ("fullscreen", "edge-legacy", None),
        ("fullscreen", "edge", "79"),
        ("shared-worker", "safari", "16"),
        ("get-display-media", "firefox", "66"),
        ("get-display-media", "librewolf", "66"),
        ("webgpu", "firefox", None),
        ("fs-access", "firefox", None),
        ("websocket", "ie", "10"),
        ("css-grid", "ie", None),
        ("css-grid", "chromium", "57"),
        ("css-grid", "brave", None),
        ("cookies", "chrome", None),
        ("no-such-feature", "chrome", None),
    ],
)
def test_since_when_a_product_has_a_feature(feature: str, product: str, first: str | None) -> None:
    assert since(feature, product) == first
