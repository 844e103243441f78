"""The tables of HTML5 support, compiled from a frozen cut of the real data."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from auditor.knowledge.cells import FULL, PARTIAL, unfold
from html5_sample import SAMPLE, cell, compiler, inputs, tables

DESKTOP = ("chrome", "edge", "firefox", "safari", "ie")

BY_HAND = """
js-modules        61     16        60     10.1     –
websocket         5      12        11     5        10
css-grid          57     16        52     10.1     (10)
fetch             42     14        39     10.1     –
webgl2            56     79        51     15       –
eventsource       6      79        6      5        –
fullscreen        71     12-13,79  64     16.4     (11)
shared-worker     5      79        29     5-6,16   –
service-worker    40     17        44     11.1     –
css-flexbox       52     12        28     9        (11)
js-let-const      49     14        44     10       (11)
webgpu            144    144       (141)  26       –
webauthn          67     18        60     13       –
url-api           49     17        29     14.1     –
js-temporal       144    144       139    27.3     –
contenteditable   1      12        3      4        5.5
pointer-events    55     12        59     13       11
js-class-fields   74     79        90     16       –
"""
"""Checked by hand against MDN's pages; (n) is partial from n, – is never."""


def in_words(written: str, versions: list[str]) -> str:
    """A cell in the words of the table above."""
    levels = unfold(written, versions)
    if FULL in levels:
        return re.split("[~?]", written)[0]
    return f"({versions[levels.index(PARTIAL)]})" if PARTIAL in levels else "–"


def versions(browser: str) -> list[str]:
    return [row.partition(" ")[0] for row in tables().releases["browsers"][browser]["rows"]]


@pytest.mark.parametrize("row", BY_HAND.strip().splitlines(), ids=lambda row: row.split()[0])
def test_the_cells_are_those_that_were_checked_by_hand(row: str) -> None:
    feature, *expected = row.split()
    assert [in_words(cell(tables(), feature, browser), versions(browser)) for browser in DESKTOP] == expected


def test_the_same_data_give_the_same_bytes() -> None:
    first, second = compiler.compile_all(inputs()), compiler.compile_all(inputs())
    for name in ("compat", "releases", "baseline", "legacy"):
        assert compiler.to_bytes(getattr(first, name)) == compiler.to_bytes(getattr(second, name))


def test_the_tables_stay_small() -> None:
    sizes = [len(compiler.to_bytes(getattr(tables(), name))) for name in ("compat", "releases", "baseline")]
    assert sizes[0] <= 60_000
    assert sum(sizes) <= 60_000


def test_a_key_that_moved_is_named_and_nothing_is_compiled() -> None:
    given = inputs()
    del given.bcd["api"]["fetch"]
    given.features["Storage"]["indexeddb"]["bcd"] = ["api.Window.indexedDB"]
    with pytest.raises(compiler.CompileError, match=r"no api\.Window\.indexedDB\n.*no api\.fetch$"):
        compiler.compile_all(given)


def test_a_folder_of_keys_is_no_key() -> None:
    given = inputs()
    given.features["Storage"]["indexeddb"]["bcd"] = ["api"]
    with pytest.raises(compiler.CompileError, match=r"has no api$"):
        compiler.compile_all(given)


def test_a_note_that_says_otherwise_than_the_version_is_put_right() -> None:
    """Firefox 33 to 65 had another way to share a screen; the data's version is 33."""
    said = inputs().bcd["api"]["MediaDevices"]["getDisplayMedia"]["__compat"]["support"]["firefox"]
    assert compiler.levels_of(said, ["32", "33", "65", "66"]) == [0, 3, 3, 3]
    assert cell(tables(), "get-display-media", "firefox") == "66"


def test_what_was_put_otherwise_is_looked_at_again_when_the_data_change() -> None:
    given = inputs()
    given.bcd["api"]["MediaDevices"]["getDisplayMedia"]["__compat"]["support"]["firefox"] = {"version_added": "66"}
    with pytest.raises(compiler.CompileError, match="get-display-media: firefox: made for '33', the data now give '66'"):
        compiler.compile_all(given)


def test_an_override_of_no_feature_is_a_mistake() -> None:
    given = inputs()
    given.overrides["cells"]["get-dispaly-media"] = given.overrides["cells"]["get-display-media"]
    with pytest.raises(compiler.CompileError, match="no feature get-dispaly-media"):
        compiler.compile_all(given)


@pytest.mark.parametrize(
    ("feature", "browser", "first"),
    [
        ("input-email", "firefox", "4"),
        ("input-url", "chrome", "5"),
        ("input-url", "firefox", "4"),
        ("input-url", "safari", "5"),
    ],
)
def test_a_field_that_falls_back_to_text_is_not_support(feature: str, browser: str, first: str) -> None:
    assert cell(tables(), feature, browser) == first


def test_several_keys_come_to_the_least_of_them() -> None:
    """Internet Explorer may have had ``sizes``, but never had ``srcset``."""
    support = inputs().bcd["html"]["elements"]["img"]
    known = versions("ie")
    assert any(levels_in_ie(support["sizes"], known))
    assert not any(levels_in_ie(support["srcset"], known))
    assert cell(tables(), "img-srcset", "ie") == ""


def levels_in_ie(key: Any, known: list[str]) -> list[int]:
    found: list[int] = compiler.levels_of(key["__compat"]["support"]["ie"], known)
    return found


def test_versions_are_named_as_browsers_name_them() -> None:
    """No ranges (18.5-18.7) and no names (TP), and none left out, as elsewhere."""
    for browser in tables().compat["browsers"]:
        assert all(re.fullmatch(r"[0-9]+(\.[0-9]+)?", version) for version in versions(browser))
    assert {"128", "129", "130"} <= set(versions("opera"))


@pytest.mark.parametrize(
    ("feature", "first"),
    [
        ("svg-inline", "9"),
        ("drag-drop", "10"),
        ("form-validation", "10"),
        ("datalist", "10"),
        ("mse", "11"),
        ("file-reader", "10"),
        ("css-calc", "9"),
        ("webgl", "11"),
    ],
)
def test_known_gaps_of_internet_explorer_are_partial_support_with_a_reason(feature: str, first: str) -> None:
    levels = unfold(cell(tables(), feature, "ie"), versions("ie"))
    assert FULL not in levels
    assert levels.index(PARTIAL) == versions("ie").index(first)
    assert tables().compat["why"][feature]["ie"]


def test_the_rows_that_the_data_lack_are_written_by_hand_with_their_source() -> None:
    given = inputs()
    wanted = {
        key for rows in given.features.values() for row in rows.values() for key in row.get("bcd", []) if "own:" in key
    }
    assert {f"own:{name}" for name in given.overrides["rows"]} == wanted
    assert len(wanted) == 9
    for row in given.overrides["rows"].values():
        assert row["source"]
        assert "caniuse" not in row["source"].lower(), "its data are under a licence that asks for a notice"
        assert row["basis"] in ("read", "recalled")
        assert list(row)[2:] == tables().compat["browsers"]


@pytest.mark.parametrize(
    ("statement", "levels"),
    [
        ({"version_added": "2"}, [0, 3, 3, 3]),
        ({"version_added": False}, [0, 0, 0, 0]),
        ({"version_added": "preview"}, [0, 0, 0, 0]),
        ({"version_added": "≤3"}, [1, 1, 3, 3]),
        ({"version_added": "2", "version_removed": "4"}, [0, 3, 3, 0]),
        ({"version_added": "1", "version_removed": "≤4"}, [3, 1, 1, 0]),
        ({"version_added": "2", "version_removed": "preview"}, [0, 3, 3, 3]),
        ({"version_added": "2", "prefix": "webkit"}, [0, 2, 2, 2]),
        ({"version_added": "2", "alternative_name": "other"}, [0, 2, 2, 2]),
        ({"version_added": "2", "partial_implementation": True}, [0, 2, 2, 2]),
        ({"version_added": "2", "flags": [{"type": "preference"}]}, [0, 0, 0, 0]),
        ([{"version_added": "3"}, {"version_added": "1", "prefix": "moz"}], [2, 2, 3, 3]),
        (None, [0, 0, 0, 0]),
    ],
)
def test_a_statement_says_what_each_release_has(statement: Any, levels: list[int]) -> None:
    assert compiler.levels_of(statement, ["1", "2", "3", "4"]) == levels


def test_a_version_of_no_release_is_a_mistake() -> None:
    with pytest.raises(compiler.CompileError, match="no release 9 among 1 … 2"):
        compiler.levels_of({"version_added": "9"}, ["1", "2"])


def test_what_is_frozen_outlives_the_data() -> None:
    given = inputs(legacy=tables().legacy)
    del given.bcd["browsers"]["ie"]
    for version in ("12", "13", "14", "15", "16", "17", "18"):
        del given.bcd["browsers"]["edge"]["releases"][version]
    for support in supports(given.bcd):
        support.pop("ie", None)
        support["edge"] = {"version_added": False}
    again = compiler.compile_all(given)
    assert again.releases["browsers"]["ie"] == tables().releases["browsers"]["ie"]
    assert versions("edge")[:8] == ["12", "13", "14", "15", "16", "17", "18", "79"]
    for feature in ("websocket", "js-json", "css-grid", "js-let-const"):
        assert cell(again, feature, "ie") == cell(tables(), feature, "ie")
    assert cell(again, "fetch", "edge") == "14-18"


def supports(data: Any) -> Any:
    for name, part in data.items():
        if name == "__compat":
            yield part["support"]
        elif name != "browsers" and isinstance(part, dict):
            yield from supports(part)


def test_what_the_data_say_otherwise_of_a_frozen_version_is_kept_apart() -> None:
    given = inputs(legacy=tables().legacy)
    given.bcd["api"]["WebSocket"]["WebSocket"]["__compat"]["support"]["ie"] = {"version_added": "11"}
    again = compiler.compile_all(given)
    assert again.thawed == [("api.WebSocket.WebSocket", "ie", "10", "11")]
    assert cell(again, "websocket", "ie") == "10"


def test_a_dead_line_of_firefox_esr_is_marked() -> None:
    rows = {row.split(" ")[0]: row.split(" ") for row in tables().releases["browsers"]["firefox"]["rows"]}
    assert [rows[version][2:] for version in ("140", "153")] == [["retired-esr"], ["esr"]]
    assert rows["152"] == ["152", rows["152"][1]]


FLOORS = """
2015  44   13   41   9
2018  66   18   64   11.1
2020  87   87   83   14
2021  96   96   95   15.2
2022  108  108  108  16
2023  120  120  121  17.2
2024  130  130  132  18.2
2025  141  141  145  26.2
"""


@pytest.mark.parametrize("row", FLOORS.strip().splitlines(), ids=lambda row: row.split()[0])
def test_the_floors_of_each_year_of_baseline(row: str) -> None:
    year, *expected = row.split()
    steps = [step for step in tables().baseline["steps"] if step[0] <= date(int(year), 12, 31).isoformat()]
    assert steps[-1][1:] == expected


def test_the_cut_is_all_that_the_tables_are_made_of() -> None:
    given = inputs()
    bcd, web_features = compiler.cut(given)
    again = compiler.compile_all(given._replace(bcd=bcd, web_features=web_features))
    assert again == tables()
    assert sum(path.stat().st_size for path in SAMPLE.iterdir()) <= 300 * 1024
