"""The files that ship: their form, their dates, their sources, and the contradictions that somebody decided."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from auditor.knowledge import shipped
from auditor.knowledge.browsers_on_systems import last_versions
from auditor.knowledge.html5 import OWN
from auditor.knowledge.shipped import TOPICS

ROOT = Path(__file__).resolve().parent.parent.parent
HEAD = ("schema", "layer", "topic", "snapshot", "input", "sources")
SCHEMA = json.loads((ROOT / "schemas" / "knowledge-1.json").read_bytes())
DOCS = (ROOT / "docs" / "knowledge.md").read_text(encoding="utf-8")
DECIDED = {row for each in shipped.topic("curated")["decided"] for row in each["rows"]}

TOO_FAR = 7
"""Two sources that differ by more days than these have to be decided by a person."""

PLANNED = {"ends", "end", "extended", "elsewhere", "connects_until", "mainstream", "other", "last", "taken"}
"""Fields that may be in the future: the days that support will end."""


def tables(topic: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    yield from ((name, rows) for name, rows in shipped.topic(topic).items() if name not in HEAD)


def rows() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for topic in TOPICS:
        for table, found in tables(topic):
            yield from ((topic, table, row) for row in found)


def test_every_file_that_ships_is_one_that_is_read() -> None:
    assert sorted(path.stem for path in shipped.FOLDER.glob("*.json")) == sorted(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_file_is_of_the_published_form(topic: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(shipped.topic(topic))


@pytest.mark.parametrize("topic", TOPICS)
def test_ids_are_unique_in_their_table(topic: str) -> None:
    for table, found in tables(topic):
        assert not [name for name, count in Counter(row["id"] for row in found).items() if count > 1], table


def test_every_row_names_sources_that_are_there() -> None:
    missing = [(topic, row["id"], name) for topic, _, row in rows() for name in row["src"]
               if name not in shipped.topic(topic)["sources"]]  # fmt: skip
    assert not missing


def dates(value: Any, name: str = "") -> Iterator[tuple[str, date]]:
    """(field, date) of every date in a row, wherever it stands."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from dates(each, name if key in ("name", "first", "last", "rev", "current") else key)
    elif isinstance(value, list):
        for each in value:
            yield from dates(each, name)
    elif isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        yield name, date.fromisoformat(value)


@pytest.mark.parametrize("topic", TOPICS)
def test_nothing_is_newer_than_the_day_it_was_collected(topic: str) -> None:
    known = shipped.snapshot(topic)
    for source in shipped.topic(topic)["sources"].values():
        assert source["as_of"] is None or date.fromisoformat(source["as_of"]) <= known
    for table, found in tables(topic):
        for row in found:
            late = [(field, day) for field, day in dates(row) if field not in PLANNED and day > known]
            assert not late or table == "differences", (row["id"], late)


def test_support_ends_in_its_order() -> None:
    for _, _, row in rows():
        extended = row.get("extended") if isinstance(row.get("extended"), list) else []
        steps = [row.get("released"), row.get("mainstream"), row.get("ends")]
        known = [day for day in steps if day]
        assert known == sorted(known), row["id"]
        assert all(row["ends"] <= each["ends"] for each in extended), row["id"]


def test_a_build_belongs_to_one_release_of_each_kind() -> None:
    found = Counter((row["type"], build, row["editions"]) for row in shipped.lifecycles("windows") for build in row["build"])
    assert not [key for key, count in found.items() if count > 1]
    numbers = [row["build"] for row in shipped.topic("systems")["builds"] if row["kind"] == "windows"]
    assert len(numbers) == len(set(numbers))
    builds = [row["build"] for row in shipped.topic("office")["builds"]]
    assert builds == sorted(set(builds), reverse=True)


def apart(left: str, right: str) -> int:
    return abs((date.fromisoformat(left) - date.fromisoformat(right)).days)


def test_sources_that_differ_by_more_than_a_week_were_decided_by_somebody() -> None:
    undecided = []
    for _, _, row in rows():
        other = row.get("other", {})
        ours = {"ends": row.get("ends"), "extended": row["extended"][0]["ends"] if "extended" in other else None}
        undecided += [row["id"] for field, day in other.items()
                      if apart(str(ours[field]), day) > TOO_FAR and row["id"] not in DECIDED]  # fmt: skip
    for row in shipped.topic("browsers")["differences"]:
        if not row.get("table") or apart(row["says"], row["table"]) > TOO_FAR:
            undecided += [row["id"]] if row["id"] not in DECIDED else []
    assert not undecided


def test_what_was_decided_is_about_rows_that_are_there_and_is_documented() -> None:
    known = {row["id"] for _, _, row in rows()}
    assert known >= DECIDED
    for each in shipped.topic("curated")["decided"]:
        assert f"| {each['id']} |" in DOCS, each["id"]


def test_curated_lifecycles_replace_rows_that_are_there_or_are_whole() -> None:
    generated = {row["id"] for row in shipped.topic("systems")["lifecycles"]}
    for row in shipped.topic("curated")["lifecycles"]:
        assert row["id"] in generated or {"family", "type", "build", "editions"} <= row.keys(), row["id"]


def test_patterns_of_processors_can_be_read() -> None:
    for row in shipped.topic("curated")["processors"]:
        re.compile(row["pattern"])
        assert row["verdict"] == "ok" or row["why"]


def test_browsers_that_end_on_a_system_are_known_ones() -> None:
    assert {each.product for each in last_versions()} <= {*OWN, "brave", "vivaldi"}
    assert all(each.version or each.product in ("chrome", "edge") for each in last_versions())


def test_known_rows() -> None:
    by_build = {(row["build"][0], row["editions"]): row for row in shipped.lifecycles("windows") if row["type"] == "client"}
    assert by_build[(19045, "home_pro")]["release"] == "22H2"
    assert by_build[(22000, "home_pro")]["name"] == "Windows 11"
    assert [row["newest"] for row in shipped.topic("systems")["builds"] if row["id"] == "windows-26200"] == [9168]


def test_evidence_names_file_row_address_date_and_basis() -> None:
    row = shipped.by_id("systems", "lifecycles", "windows-8.1")
    found = shipped.reading("systems", row, "ends")
    assert found.source == ("knowledge", "systems.json#windows-8.1")
    assert re.fullmatch(r"https://endoflife\.date.* of 2026-08-22 \(secondary\)", found.at)
    recalled = shipped.by_id("office", "suites", "office-2003")
    assert shipped.reading("office", recalled, "ends").at.endswith("(recalled)")
    undated = {"id": "x", "src": ["mslife"]}
    assert " of no date (recalled)" in shipped.reading("systems", undated, "x").at
    assert shipped.as_of("systems", undated) == shipped.snapshot("systems")


def test_what_people_decided_goes_before_what_was_generated() -> None:
    row = next(each for each in shipped.lifecycles("macos") if each["id"] == "macos-14")
    assert row["ends"] == "2026-09-14"
    assert row["codename"] == "Sonoma"
    assert shipped.reading("systems", row, "ends").source.where == "curated.json#macos-14"
    assert shipped.origins("systems", row)[0].basis == "assumption"
