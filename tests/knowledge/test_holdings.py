from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from auditor.knowledge import holdings, shipped


@pytest.mark.parametrize("topic", shipped.TOPICS)
def test_every_topic_that_ships_can_be_told_and_nothing_is_wrong_with_it(topic) -> None:
    each = holdings.about(topic)
    assert each.oldest is not None
    assert each.oldest <= each.as_of
    assert each.rows == len(holdings.rows(topic)) > 0
    assert [row.id for row in holdings.rows(topic) if not row.what] == []
    assert holdings.problems(topic, shipped.topic(topic)) == []


def test_every_topic_has_its_line() -> None:
    assert tuple(holdings.ABOUT) == shipped.TOPICS


def test_licences_are_read_off_the_sources() -> None:
    assert holdings.about("systems").licence == "Apache-2.0, CC0-1.0, ISC, MIT"
    assert holdings.licence("https://example.org/ISCHIA/MITRE") == ""


def test_rows_past_the_limit_are_counted() -> None:
    count = len(holdings.rows("office"))
    assert (holdings.past("office", date(2024, 1, 1)), holdings.past("office", date(2026, 11, 27))) == (0, count)


GOOD: dict[str, Any] = {
    "schema": "knowledge-1", "layer": "generated", "topic": "office", "snapshot": "2026-11-22",
    "sources": {"a": {"address": "x", "as_of": "2026-11-01", "basis": "read"}},
    "suites": [{"id": "one", "src": ["a"], "ends": "2026-12-01"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, ""),
        ({"topic": "systems"}, "$.topic is 'systems'"),
        ({"suites": [{"id": "one", "src": ["b"]}]}, "$.suites: one: source 'b' is not listed"),
        ({"suites": [{"id": "one", "src": []}]}, "$.suites: one: has no id or no sources"),
        ({"suites": [{"src": ["a"]}]}, "a row without an id: has no id"),
        ({"suites": [{"id": "one", "src": ["a"]}] * 2}, "$.suites: one: stands there twice"),
        ({"suites": [{"id": "one", "src": ["a"], "ends": "2026-13-01"}]}, "ends '2026-13-01' is no date"),
        ({"suites": [{"id": "one", "src": ["a"], "ends": 7}]}, "ends 7 is no date"),
        ({"sources": {"a": {"as_of": "2026-11-23"}}}, "as_of '2026-11-23' is no date, or after the day of the file"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(change, said) -> None:
    found = holdings.problems("office", GOOD | change)
    assert bool(found) is bool(said)
    assert said in "; ".join(found)


def test_a_file_without_its_head_is_said() -> None:
    assert holdings.problems("office", {"schema": "knowledge-1"})[0] == "$.layer is not there"
