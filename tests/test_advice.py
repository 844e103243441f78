"""What would help, tried on real tables: the least change first, and never more than is known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from auditor import advice
from auditor.model import Fact, Outcome, Subject

DAY = date(2026, 11, 20)
SEVEN = {"family": "windows", "name": "Windows 7", "version": "6.1.7601"}
TEN = {"family": "windows", "name": "Windows 10", "version": "10.0.19045"}


def facts(kind: str, **values: Any) -> dict[str, Fact]:
    return {name: Fact(Subject(kind, "x"), name, value, ()) for name, value in values.items()}


def at_least(versions: Mapping[str, int]) -> Any:
    """A service that wants so high a number of each browser, and no other browser."""

    def would(of: Mapping[str, Fact]) -> Outcome:
        product, version = str(of["product"].value), int(str(of["version"].value).partition(".")[0])
        return Outcome.PASS if version >= versions.get(product, 10_000) else Outcome.FAIL

    return would


def told(system: Mapping[str, Any], installed: list[str], wants: Mapping[str, int]) -> str:
    browsers = [(facts("html5", product=product), []) for product in installed]
    return advice.what_would_help(facts("os", **system), browsers, at_least(wants), DAY)


def test_updating_what_is_there_comes_first() -> None:
    said = told(TEN, ["edge"], {"chrome": 120, "edge": 120})
    assert said == "works after updating edge to 158 or installing chrome 158"


def test_the_last_version_for_a_system_is_named_as_such() -> None:
    said = told(SEVEN, ["chrome"], {"chrome": 100, "firefox": 100})
    assert said == (
        "works after updating chrome to 109 (the last for Windows 7, no longer mended), "
        "or installing firefox 115.38 (the last for Windows 7, mended until 2027-03-31)"
    )


def test_where_nothing_runs_that_would_do_another_system_is_named() -> None:
    said = told(SEVEN, ["chrome"], {"chrome": 150, "edge": 150})
    assert said == (
        "no browser that runs on Windows 7 meets this; works after a move to Windows 11, with chrome 158 or edge 158"
    )


def test_another_system_is_not_named_where_it_would_not_help() -> None:
    assert told(SEVEN, ["chrome"], {"chrome": 500}) == advice.NOTHING_KNOWN
    assert told(TEN, ["chrome"], {"chrome": 500}) == advice.NOTHING_KNOWN


@pytest.mark.parametrize("system", [{}, {"family": "windows"}])
def test_where_the_system_is_not_known_neither_is_what_would_help(system: dict[str, str]) -> None:
    assert "not known" in told(system, ["chrome"], {"chrome": 100})


def test_what_a_policy_forbids_is_mended_by_allowing_it() -> None:
    lacks = [("verdict", "supports", "switched off: webgl (by Disable3DAPIs=1 at here)")]
    browsers = [(facts("html5", product="chrome"), lacks), (facts("html5", product="chrome"), lacks)]
    said = advice.what_would_help(facts("os", **TEN), browsers, at_least({"chrome": 1}), DAY)
    assert said == "works after chrome is allowed what is switched off: webgl (by Disable3DAPIs=1 at here)"


def test_what_is_missing_too_is_not_mended_by_allowing() -> None:
    lacks = [("verdict", "supports", "missing: wasm; switched off: webgl (by X=1 at here)")]
    browsers = [(facts("html5", product="chrome"), lacks)]
    said = advice.what_would_help(facts("os", **TEN), browsers, at_least({"chrome": 100}), DAY)
    assert said == "works after updating chrome to 158"
