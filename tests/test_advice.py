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


SERVER = {"family": "windows", "name": "Windows Server 2012 R2", "version": "6.3.9600"}


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


@pytest.mark.parametrize(
    "system",
    [{}, {"family": "windows"}, {"family": "macos", "name": "macOS"}, {"family": "chromeos", "name": "ChromeOS"}],
)
def test_where_the_system_is_not_known_neither_is_what_would_help(system: dict[str, str]) -> None:
    assert "not known" in told(system, ["chrome"], {"chrome": 100})


def chrome(number: int, **verdict: str) -> dict[str, Fact]:
    """The facts of a Chrome whose version has all that is asked for."""
    has = dict.fromkeys(verdict, "supported")
    return facts("html5", product="chrome", version=f"{number}.0", verdict=verdict, derived=has)


def supports(*names: str, at_least: int = 1) -> Any:
    """A service that wants these features of any browser, and a number of its version."""

    def would(of: Mapping[str, Fact]) -> Outcome:
        verdict, number = of["verdict"].value, int(str(of["version"].value).partition(".")[0])
        assert isinstance(verdict, dict)
        return Outcome.PASS if number >= at_least and all(verdict[name] == "supported" for name in names) else Outcome.FAIL

    return would


OFF = "switched off: by Disable3DAPIs=1 at here"
LACKS = [("verdict", "supports", "switched off: webgl (by Disable3DAPIs=1 at here)")]


def test_what_a_policy_forbids_is_mended_by_allowing_it() -> None:
    browsers = [(chrome(100, webgl=OFF), LACKS), (chrome(101, webgl=OFF), LACKS)]
    said = advice.what_would_help(facts("os", **TEN), browsers, supports("webgl"), DAY)
    assert said == "works after chrome is allowed what is switched off: webgl (by Disable3DAPIs=1 at here)"


def test_allowing_is_no_remedy_where_something_else_is_in_the_way() -> None:
    """What is not decided yet, such as a list that does not name the browser, is no failure, and no pass either."""
    browsers = [(chrome(100, webgl=OFF, wasm="unknown"), LACKS)]
    said = advice.what_would_help(facts("os", **TEN), browsers, supports("webgl", "wasm"), DAY)
    assert said == "works after installing edge 158 or installing firefox 160"


def test_an_update_does_not_lift_a_policy() -> None:
    lacks = [("version", "at_least", "version 100.0"), *LACKS]
    said = advice.what_would_help(
        facts("os", **TEN), [(chrome(100, webgl=OFF), lacks)], supports("webgl", at_least=150), DAY
    )
    assert said == "works after installing edge 158 or installing firefox 160"


def test_a_server_is_moved_to_a_server() -> None:
    said = told(SERVER, ["ie"], {"chrome": 150})
    assert said == (
        "no browser that runs on Windows Server 2012 R2 meets this; "
        "works after a move to Windows Server 2025, with chrome 158"
    )


def test_on_a_day_of_the_past_there_is_what_there_was() -> None:
    browsers = [(facts("html5", product="ie"), [])]
    day = date(2020, 3, 1)
    said = advice.what_would_help(facts("os", **SEVEN), browsers, at_least({"chrome": 70, "edge": 70}), day)
    assert said == "works after installing chrome 80 or installing edge 80"
    xp = {"family": "windows", "name": "Windows XP", "version": "5.1.2600"}
    said = advice.what_would_help(facts("os", **xp), browsers, at_least({"chrome": 70}), day)
    assert said == "no browser that runs on Windows XP meets this; works after a move to Windows 10, with chrome 80"


def test_on_linux_whether_a_release_still_runs_it_is_not_known() -> None:
    said = told({"family": "linux", "name": "Debian GNU/Linux 7", "version": "7.11"}, ["firefox"], {"firefox": 100})
    assert said == "works after updating firefox to 160, if this release of the distribution still runs it"


def test_what_is_missing_too_is_not_mended_by_allowing() -> None:
    lacks = [("verdict", "supports", "missing: wasm; switched off: webgl (by X=1 at here)")]
    browsers = [(facts("html5", product="chrome", version="50.0"), lacks)]
    said = advice.what_would_help(facts("os", **TEN), browsers, at_least({"chrome": 100}), DAY)
    assert said == "works after updating chrome to 158"
