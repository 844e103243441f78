"""The page: what the oldest engine that is asked can parse, small, and asking for what the list of features names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

pytest.importorskip("esprima", reason="the JavaScript parser of PyPI is not installed: pip install esprima")

from auditor.probe import page
from es3 import faults

LIST = Path(__file__).resolve().parents[2] / "auditor" / "knowledge" / "data" / "html5" / "features.yaml"
GROUPS = yaml.safe_load(LIST.read_text(encoding="utf-8"))
TEXT = page.text("token", "http://localhost:1/3p/token")


def scripts(html: str) -> list[str]:
    return re.findall(r"<script(?: src=\"[^\"]*\")?>(.*?)</script>", html, re.S)


@pytest.mark.parametrize("name", page.SCRIPTS)
def test_every_script_is_ecmascript_3(name: str) -> None:
    assert faults((page.PARTS / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text", [*scripts(TEXT), *scripts(page.OTHER_SITE), page.WORKER, page.BESIDE, *scripts(page.GUARDED)]
)
def test_what_is_put_together_is_ecmascript_3_too(text: str) -> None:
    assert faults(text) == []


def test_the_page_is_of_ascii_and_small() -> None:
    assert TEXT.isascii()
    assert len(TEXT) <= 40 * 1024


def test_the_page_asks_for_every_feature_of_the_list_by_its_name() -> None:
    assert page.features() == {
        group: {name: each["name"] for name, each in features.items()} for group, features in GROUPS.items()
    }
    assert page.ids() == {name for features in GROUPS.values() for name in features}


def test_every_test_that_takes_time_is_there() -> None:
    waiting = (page.PARTS / "waiting.js").read_text(encoding="utf-8")
    asked = {each["test"][1:] for features in GROUPS.values() for each in features.values() if each["test"].startswith("@")}
    assert asked == set(re.findall(r"^T\.(\w+) = ", waiting, re.M))


def test_only_helpers_that_exist_are_called() -> None:
    there = set(re.findall(r"^T\.(\w+) = ", (page.PARTS / "helpers.js").read_text(encoding="utf-8"), re.M))
    called = set(re.findall(r"\bT\.(\w+)\(", (page.PARTS / "features.js").read_text(encoding="utf-8")))
    assert called <= there
    assert there <= called, "a helper that nothing calls"


def test_nothing_is_left_to_be_filled_in_and_nothing_is_fetched_from_elsewhere() -> None:
    assert "{{" not in TEXT
    assert set(re.findall(r"https?://[^/'\"]+", TEXT)) <= {"http://localhost:1", "http://www.w3.org", "http://a"}


def test_the_name_of_the_graphics_processor_is_asked_for_only_where_it_may_be() -> None:
    assert '"renderer": false' in page.text("token", "", renderer=False)
    assert '"renderer": true' in TEXT
