"""The knowledge base that ships with auditor: tables of dated facts, each row with its sources.

Three layers: what is generated from collected facts, what people decided (*curated*), and what the
organisation says of itself (:mod:`auditor.knowledge.overrides`). The first two are JSON files beside
this module, of the form in ``schemas/knowledge-1.json``; each is read once, when first asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from auditor.model import Reading, Source, Status, Value

Row = Mapping[str, Any]
"""One row of a table: ``id`` is unique in its file, ``src`` names its sources: the first is what it mainly rests on."""

FOLDER = Path(__file__).parent / "data" / "support"
"""Where the files are."""

TOPICS = ("systems", "browsers", "office", "windows11", "costs", "services", "curated")
"""The files, without their ending."""


class Origin(NamedTuple):
    """Where a fact comes from. ``as_of`` is the day it was true, None for an undated source.

    ``basis`` is read (the publisher's own text or data), secondary (somebody else's), recalled
    (from memory, not read again) or assumption (a plan's default, or a practice read off dates).
    """

    address: str
    as_of: date | None
    basis: str


class Renewed(NamedTuple):
    """That a row was refreshed: which row of which feed, where that came from, and what became of a contradiction.

    ``sha256`` is over the feed's answer. ``note`` is empty where the feed contradicts nothing that ships. It is the
    row's field ``renewed``.
    """

    topic: str
    row: str
    origin: Origin
    sha256: str
    note: str = ""

    def reading(self, value: Value) -> Reading:
        """The feed's row as evidence: ``at`` is ``<address> of <as-of> (<basis>)``, as it is of what ships."""
        said = "; ".join(filter(None, (str(value), self.note, f"SHA-256 {self.sha256}")))
        at = f"{self.origin.address} of {self.origin.as_of or 'no date'} ({self.origin.basis})"
        return Reading(Source("knowledge", f"{self.topic}#{self.row}"), at, Status.READ, said)


@lru_cache(maxsize=16)
def topic(name: str) -> Mapping[str, Any]:
    """One file of the knowledge base, as it was written."""
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_bytes())
    return loaded


CURATED = "curated:"
"""Stands before the id of a source that is of the curated file, in a row of another."""


@lru_cache(maxsize=256)
def origin(name: str, source: str) -> Origin:
    """A source of a file by its id."""
    said = topic("curated" if source.startswith(CURATED) else name)["sources"][source.removeprefix(CURATED)]
    return Origin(said["address"], day(said["as_of"]), said["basis"])


def origins(name: str, row: Row) -> tuple[Origin, ...]:
    """The sources of a row, the main one first. A row may say a lesser basis of itself than its source has."""
    found = tuple(origin(name, source) for source in row["src"])
    own = row.get("basis")
    found = tuple(each._replace(basis=own) for each in found) if own else found
    return (row["renewed"].origin, *found) if "renewed" in row else found


def as_of(name: str, row: Row) -> date:
    """The day that a row was known to be true: of its newest source, else of the file."""
    dated = [each.as_of for each in origins(name, row) if each.as_of]
    return max(dated) if dated else snapshot(name)


def snapshot(name: str) -> date:
    """The day the facts of a file were collected."""
    return date.fromisoformat(topic(name)["snapshot"])


def day(text: str | None) -> date | None:
    """A date of a row; None where it has none."""
    return date.fromisoformat(text) if text else None


def reading(name: str, row: Row, value: Value) -> Reading:
    """A row as evidence: ``at`` is ``<address> of <as-of> (<basis>)`` of its main source."""
    renewed: Renewed | None = row.get("renewed")
    if renewed:
        return renewed.reading(value)
    first = origins(name, row)[0]
    said = f"{first.address} of {first.as_of or 'no date'} ({first.basis})"
    return Reading(Source("knowledge", f"{row.get('file', name)}.json#{row['id']}"), said, Status.READ, value)


@lru_cache(maxsize=8)
def lifecycles(family: str) -> tuple[Row, ...]:
    """The lifecycles of a family of systems, with what people decided laid over what was generated.

    A curated row of the same id replaces the fields that it has; its sources then come first.
    """
    decided = {each["id"]: each for each in topic("curated")["lifecycles"]}
    rows = [_with(each, decided.pop(each["id"], None)) for each in topic("systems")["lifecycles"]]
    rows += [_with({}, each) for each in decided.values()]
    return tuple(each for each in rows if each["family"] == family)


def _with(row: Row, decided: Row | None) -> Row:
    if decided is None:
        return row
    src = [*(CURATED + each for each in decided["src"]), *row.get("src", ())]
    return {"released": None, **row, **decided, "src": src, "file": "curated"}


def by_id(name: str, table: str, row: str) -> Row:
    """One row of a table by its id.

    :raises KeyError: the table has no such row.
    """
    return _by_id(name, table)[row]


@lru_cache(maxsize=64)
def _by_id(name: str, table: str) -> Mapping[str, Row]:
    return {each["id"]: each for each in topic(name)[table]}
