"""Answers into rows, form by form, and answers that are not as they should be."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.knowledge.feed_shapes import CURRENT, PARSERS, BadAnswerError, decode, wrong_rows

from .samples import ANSWERS, data


def rows(form: str, answer: Any = None) -> list[dict[str, Any]]:
    return PARSERS[form][1](decode(data(form)) if answer is None else answer)


def test_lines_of_releases_with_their_ends() -> None:
    new, old = rows("endoflife")
    assert new == {
        "cycle": "26.04", "label": "26.04 'Resolute Raccoon' (LTS)", "released": "2026-04-23", "lts": True,
        "active_ends": "2030-09-30", "ends": "2031-05-29", "extended_ends": "2036-04-25", "ended": False,
        "latest": "26.04.1", "latest_released": "2026-08-06",
    }  # fmt: skip
    assert (old["ended"], old["active_ends"], old["latest"], old["latest_released"]) == (True, None, None, None)


def test_a_version_of_chrome_counts_from_its_first_release() -> None:
    assert [tuple(row.values()) for row in rows("chrome")] == [
        ("stable", "win64", "157.0.8001.10", "2026-11-16"),
        ("stable", "win64", "156.0.7950.80", "2026-11-03"),
    ]


def test_the_channels_of_firefox() -> None:
    found = {row["channel"]: (row["version"], row["released"]) for row in rows("firefox")}
    assert found == {
        "devedition": ("161.0b5", None), "esr": ("153.5.0esr", None), "esr115": ("115.40.0esr", None),
        "nightly": ("162.0a1", None), "beta": ("161.0b5", None), "release": ("160.0.1", "2026-11-10"),
    }  # fmt: skip


def test_edge_for_several_processors_is_one_release() -> None:
    assert [tuple(row.values()) for row in rows("edge")] == [("stable", "windows", "156.0.4500.10", "2026-11-11")]


def test_releases_of_macos_by_major_version() -> None:
    assert [(row["channel"], row["version"], row["released"]) for row in rows("sofa")] == [
        ("26", "26.1", "2025-11-03"), ("26", "26.0", "2025-09-15"), ("10.15", "10.15.7", "2020-09-24"),
    ]  # fmt: skip


@pytest.mark.parametrize("form", PARSERS)
def test_rows_are_of_their_shape(form: str) -> None:
    shape, _ = PARSERS[form]
    assert wrong_rows(rows(form), shape) == []


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "not JSON, or cut off"),
        (b'{"releases": [', "not JSON, or cut off"),
        (b" <!DOCTYPE html><html>", "a page"),
        (b"\xff\xfe{", "not UTF-8"),
        (b"[NaN]", "NaN is no number"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[1" + b"0" * 5000 + b"]", "not JSON"),
    ],
)
def test_what_is_no_json_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(BadAnswerError, match=said):
        decode(raw)


@pytest.mark.parametrize(
    ("form", "path", "value", "said"),
    [
        ("endoflife", ("result",), ..., r"\$\.result is missing"),
        ("endoflife", ("result", "releases"), {}, r"\$\.result\.releases is dict, not list"),
        ("endoflife", ("result", "releases", 1), 7, r"\$\.result\.releases\[1\] is not a map"),
        ("endoflife", ("result", "releases", 0, "eolFrom"), True, r"releases\[0\]\.eolFrom is bool"),
        ("endoflife", ("result", "releases", 0, "eolFrom"), "soon", r"releases\[0\]\.eolFrom is 'soon', not a date"),
        ("endoflife", ("result", "releases", 0, "eolFrom"), "2026-02-30", "not a date"),
        ("endoflife", ("result", "releases", 0, "isEol"), "yes", "isEol is str, not bool"),
        ("endoflife", ("result", "releases", 0, "name"), "", "name is empty"),
        ("endoflife", ("result", "releases", 0, "label"), "a\x1b[2Jb", "not printable"),
        ("endoflife", ("result", "releases", 0, "latest"), "26.04", "latest is str, not dict or NoneType"),
        ("chrome", ("releases", 0, "version"), 157, "version is int, not str"),
        ("chrome", ("releases", 0, "name"), "chrome", "is not product/platforms"),
        ("chrome", ("releases", 0, "serving"), ..., "serving is missing"),
        ("firefox", ("LATEST_FIREFOX_VERSION",), ..., "LATEST_FIREFOX_VERSION is missing"),
        ("firefox", ("LATEST_FIREFOX_VERSION",), "", "LATEST_FIREFOX_VERSION is missing"),
        ("firefox", ("FIREFOX_ESR",), 153, "FIREFOX_ESR is int"),
        ("edge", (0, "Releases"), None, r"\$\[0\]\.Releases is NoneType"),
        ("edge", (0,), [], "is not a map"),
        ("sofa", ("OSVersions", 0, "SecurityReleases", 0, "ReleaseDate"), "03/11/2025", "not a date"),
    ],
)
def test_an_answer_of_another_form_is_refused_with_the_place(
    form: str, path: tuple[Any, ...], value: Any, said: str
) -> None:
    answer = copy.deepcopy(ANSWERS[form])
    inner = answer
    for part in path[:-1]:
        inner = inner[part]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    with pytest.raises(BadAnswerError, match=said):
        rows(form, answer)


@pytest.mark.parametrize("form", PARSERS)
@given(answer=st.recursive(st.none() | st.booleans() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=2) | st.dictionaries(
    st.sampled_from(["result", "releases", "name", "OSVersions", "Product", "Releases", "LATEST_FIREFOX_VERSION"]), inner, max_size=3)))  # fmt: skip
def test_any_other_answer_is_refused_or_has_rows_of_its_shape(form: str, answer: Any) -> None:
    try:
        found = rows(form, [answer])
    except BadAnswerError:
        return
    assert wrong_rows(found, PARSERS[form][0]) == []


@pytest.mark.parametrize(
    "row",
    [7, {}, {"channel": "x", "version": "1"}, {"channel": "x", "version": 1, "released": None},
     {"channel": "", "version": "1", "released": None}, {"channel": "x", "version": "1", "released": "2026-13-01"}],
)  # fmt: skip
def test_a_row_of_another_shape_is_told(row: Any) -> None:
    assert wrong_rows([row], CURRENT)
