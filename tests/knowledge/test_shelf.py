"""Refreshed facts as they are kept: written, read back, refused where they are damaged, and compared."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from auditor.errors import KnowledgeError
from auditor.knowledge import shelf
from auditor.knowledge.feeds import FEEDS
from auditor.knowledge.shelf import Known, Origin

from .samples import data

TODAY = date(2026, 11, 24)
UBUNTU = FEEDS["endoflife-ubuntu"]
ORIGIN = Origin(UBUNTU.address, "MIT", "secondary", "2026-11-20", "a" * 64, '"7"')


@pytest.fixture
def known() -> Known:
    return Known(UBUNTU.topic, shelf.understood(UBUNTU, data("endoflife"), (), TODAY), ORIGIN)


def test_what_is_written_is_read_back(known: Known) -> None:
    written = shelf.write(known)
    assert shelf.read(written, "ubuntu.json", TODAY) == known
    assert shelf.write(known) == written
    assert json.loads(written)["topics"].keys() == {"endoflife-ubuntu"}


def test_what_is_known_is_told_with_its_age(known: Known) -> None:
    told = shelf.about(known, "ubuntu.json")
    assert (told.rows, told.limit, told.licence, told.kept, told.age(TODAY)) == (2, 90, "MIT", "ubuntu.json", 4)


def test_the_tables_that_ship_are_told_too() -> None:
    html5, baseline = shelf.shipped()
    assert html5.source.startswith("@mdn/browser-compat-data ")
    assert (html5.licence, baseline.licence) == ("CC0-1.0", "Apache-2.0")


def test_a_refused_answer_says_why_and_the_way_out() -> None:
    with pytest.raises(KnowledgeError, match="endoflife-ubuntu: refused: a page") as raised:
        shelf.understood(UBUNTU, b"<html>", (), TODAY)
    assert "stays as it is" in raised.value.hint
    lies = json.dumps({"result": {"releases": []}}).encode()
    with pytest.raises(KnowledgeError, match="refused: there are no rows"):
        shelf.understood(UBUNTU, lies, (), TODAY)


SPOILT: list[tuple[Any, str]] = [
    (lambda d: d | {"schema": "auditor/knowledge/2"}, "schema is not"),
    (lambda d: [d], "schema is not"),
    (lambda d: d | {"topics": {}}, "must have one topic, the same"),
    (lambda d: d | {"sources": {}}, "must have one topic, the same"),
    (lambda d: {"schema": d["schema"], "topics": {"x": []}, "sources": {"x": {}}}, "unknown topic 'x'"),
    (lambda d: d | {"topics": {"endoflife-ubuntu": {}}}, "is not a list"),
    (lambda d: d | {"topics": {"endoflife-ubuntu": [{}]}}, "row 0: must have"),
    (lambda d: d | {"topics": {"endoflife-ubuntu": []}}, "there are no rows"),
    (lambda d: d | {"sources": {"endoflife-ubuntu": {}}}, "must have address, licence"),
    (lambda d: d | {"sources": {"endoflife-ubuntu": ORIGIN._asdict() | {"etag": None}}}, "must hold texts"),
    (lambda d: d | {"sources": {"endoflife-ubuntu": ORIGIN._asdict() | {"as_of": "soon"}}}, "not a date"),
    (lambda d: d | {"sources": {"endoflife-ubuntu": ORIGIN._asdict() | {"as_of": "2026-11-25"}}}, "in the future"),
    (lambda d: d | {"sources": {"endoflife-ubuntu": ORIGIN._asdict() | {"sha256": "x"}}}, "no SHA-256"),
]


@pytest.mark.parametrize(("spoil", "said"), SPOILT, ids=[said for _, said in SPOILT])
def test_a_damaged_file_is_refused(known: Known, spoil: Any, said: str) -> None:
    text = json.dumps(spoil(json.loads(shelf.write(known)))).encode()
    with pytest.raises(KnowledgeError, match=said) as raised:
        shelf.read(text, "ubuntu.json", TODAY)
    assert raised.value.message.startswith("ubuntu.json: ")
    assert raised.value.hint


def test_the_file_that_the_documentation_shows_is_one() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "knowledge-refresh.md").read_text(encoding="utf-8")
    example = page.split("```json\n")[1].split("```")[0].replace('"…", "etag": "…"', f'"{"0" * 64}", "etag": ""')
    assert shelf.read(example.encode(), "example.json", TODAY).topic == "endoflife-ubuntu"
    assert all(topic.removeprefix("endoflife-") in page for topic in FEEDS)


def test_a_file_that_is_cut_off_is_refused(known: Known) -> None:
    with pytest.raises(KnowledgeError, match="cut off"):
        shelf.read(shelf.write(known)[:200], "ubuntu.json", TODAY)


def test_what_a_refresh_changes_is_told_row_by_row(known: Known) -> None:
    new, old = known.rows
    later = (new | {"latest": "26.04.2", "ended": True}, new | {"cycle": "27.04", "latest": None})
    gone, other, added = shelf.differences(known.rows, later, UBUNTU.shape)
    assert (gone.row, gone.what.partition(":")[0]) == (old["cycle"], "gone")
    assert (other.row, other.what) == ("26.04", "ended no → yes; latest 26.04.1 → 26.04.2")
    assert added.row == "27.04"
    assert "latest" not in added.what.replace("latest_released", "")
    assert shelf.differences(known.rows, known.rows, UBUNTU.shape) == ()
