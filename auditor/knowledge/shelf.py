"""Refreshed facts as an organisation keeps them: one JSON file a topic, ``auditor/knowledge/1``.

Text in, values out; reading and writing the files is the command line's. The shipped tables
stand beside them in :func:`shipped`, so that age and origin of everything can be shown and checked alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from auditor.errors import KnowledgeError
from auditor.knowledge import packed
from auditor.knowledge.feed_shapes import PARSERS, BadAnswerError, Row, Shape, decode, wrong_rows
from auditor.knowledge.feeds import FEEDS, Feed
from auditor.knowledge.plausible import EARLIEST, problems

SCHEMA = "auditor/knowledge/1"
"""Name and version of the format; ``docs/knowledge-refresh.md`` describes it."""
SUFFIX = ".json"
MOST_BYTES = 32 * 2**20
"""Largest file, and largest answer, that is read."""

_REFRESH = "auditor knowledge refresh --accept writes it anew; take the file away first."


class Origin(NamedTuple):
    """Where rows come from. ``as_of`` is the day they were received or confirmed, ``sha256`` over the bytes as received.

    ``etag`` is what the source calls that answer, to ask whether there is a newer one; empty where it has none.
    """

    address: str
    licence: str
    basis: str
    as_of: str
    sha256: str
    etag: str


class Known(NamedTuple):
    """A topic's rows and where they come from."""

    topic: str
    rows: tuple[Row, ...]
    origin: Origin


class About(NamedTuple):
    """What is known of a topic, whoever keeps it: ``kept`` is *shipped* or the file's name; ``limit`` in days.

    ``as_of`` is that of the newest row, ``oldest`` of the oldest where rows are of several days.
    """

    topic: str
    about: str
    kept: str
    source: str
    licence: str
    as_of: date
    limit: int
    rows: int
    oldest: date | None = None

    def age(self, today: date) -> int:
        """Days since it was true."""
        return (today - self.as_of).days


HTML5_LIMIT, BASELINE_LIMIT = 60, 90
"""Days for which the tables of HTML5 may be relied on: 60 as in the words that judge by the newest releases."""


def shipped() -> tuple[About, ...]:
    """The tables that come with auditor."""
    known = packed.provenance()
    html5, baseline = known["sources"]
    return (
        About(
            "html5", "HTML5: what each browser supports, and its releases", "shipped", _package(html5),
            html5["licence"], known["date"], HTML5_LIMIT, 0,
        ),
        About(
            "baseline", "HTML5: what is Baseline since when", "shipped", _package(baseline),
            baseline["licence"], known["baseline_date"], BASELINE_LIMIT, 0,
        ),
    )  # fmt: skip


def _package(source: Mapping[str, str]) -> str:
    return f"{source['package']} {source['version']}"


def about(known: Known, kept: str) -> About:
    """What is to be said of a topic in the file ``kept``."""
    feed, origin = FEEDS[known.topic], known.origin
    return About(
        known.topic,
        feed.about,
        kept,
        origin.address,
        origin.licence,
        date.fromisoformat(origin.as_of),
        feed.limit,
        len(known.rows),
    )


def write(known: Known) -> bytes:
    """The file of a topic; the same content always gives the same bytes."""
    rows = ",\n".join(f"  {json.dumps(row, ensure_ascii=True)}" for row in known.rows)
    source = json.dumps(known.origin._asdict(), ensure_ascii=True)
    topic = json.dumps(known.topic)
    head = f'{{\n"schema": "{SCHEMA}",\n"topics": {{{topic}: [\n{rows}\n]}},\n"sources": {{{topic}: {source}}}\n}}\n'
    return head.encode("ascii")


def read(data: bytes, name: str, today: date) -> Known:
    """The topic in a file that ``name`` names.

    :raises KnowledgeError: it is not of this format, or what it says cannot be true.
    """
    try:
        document = decode(data)
    except BadAnswerError as error:
        raise KnowledgeError(f"{name}: {error}", _REFRESH) from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise KnowledgeError(
            f'{name}: $.schema is not "{SCHEMA}"', "Only files that auditor knowledge refresh wrote go here."
        )
    topics, sources = document.get("topics"), document.get("sources")
    if not isinstance(topics, dict) or not isinstance(sources, dict) or topics.keys() != sources.keys() or len(topics) != 1:
        raise KnowledgeError(f"{name}: $.topics and $.sources must have one topic, the same", _REFRESH)
    (topic,) = topics
    return _known(topic, topics[topic], sources[topic], name, today)


def _known(topic: str, rows: Any, source: Any, name: str, today: date) -> Known:
    feed = FEEDS.get(topic)
    if feed is None:
        raise KnowledgeError(f"{name}: unknown topic {topic!r}", "auditor knowledge show lists all topics.")
    if not isinstance(rows, list):
        raise KnowledgeError(f"{name}: $.topics[{topic!r}] is not a list", _REFRESH)
    origin = _origin(source, f"{name}: $.sources[{topic!r}]", today)
    if wrong := [*wrong_rows(rows, feed.shape)] or problems(feed, rows, (), today):
        more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise KnowledgeError(f"{name}: {topic}: {wrong[0]}{more}", _REFRESH)
    return Known(topic, tuple(rows), origin)


def _origin(source: Any, at: str, today: date) -> Origin:
    if not isinstance(source, dict) or source.keys() != set(Origin._fields):
        raise KnowledgeError(f"{at} must have {', '.join(Origin._fields)}", _REFRESH)
    if not all(isinstance(value, str) for value in source.values()):
        raise KnowledgeError(f"{at} must hold texts", _REFRESH)
    origin = Origin(**source)
    try:
        late = date.fromisoformat(origin.as_of) > today
    except ValueError as error:
        raise KnowledgeError(f"{at}.as_of is {origin.as_of!r}, not a date such as 2026-11-24", _REFRESH) from error
    if late:
        raise KnowledgeError(f"{at}.as_of is {origin.as_of}, which is in the future", "Set this PC's clock, or --as-of.")
    if date.fromisoformat(origin.as_of) < EARLIEST:
        raise KnowledgeError(f"{at}.as_of is {origin.as_of}, which is no day that can be meant", _REFRESH)
    if len(origin.sha256) != 64 or not set(origin.sha256) <= set("0123456789abcdef"):
        raise KnowledgeError(f"{at}.sha256 is no SHA-256", _REFRESH)
    return origin


class Change(NamedTuple):
    """A row that is new, gone, or otherwise than before: ``what`` says how."""

    row: str
    what: str


def differences(before: Sequence[Row], after: Sequence[Row], shape: Shape) -> tuple[Change, ...]:
    """What a refresh changes, row by row: first what is gone, then what is otherwise, then what is new."""
    old, new = _by_key(before, shape), _by_key(after, shape)
    gone = [Change(name, f"gone: {_told(old[name])}") for name in old if name not in new]
    other = [
        Change(name, "; ".join(f"{column} {_said(old[name][column])} → {_said(row[column])}"
                               for column in row if row[column] != old[name].get(column)))
        for name, row in new.items() if name in old and row != old[name]
    ]  # fmt: skip
    added = [Change(name, f"new: {_told(row)}") for name, row in new.items() if name not in old]
    return (*gone, *other, *added)


def _by_key(rows: Iterable[Row], shape: Shape) -> dict[str, Mapping[str, Any]]:
    return {" ".join(str(row[column]) for column in shape.key): row for row in rows}


def _told(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{column} {_said(value)}" for column, value in row.items() if value not in (None, False))


def _said(value: Any) -> str:
    return "–" if value is None else "yes" if value is True else "no" if value is False else str(value)


def understood(feed: Feed, data: bytes, before: Sequence[Row], today: date) -> tuple[Row, ...]:
    """The rows of an answer, if they can be true.

    :raises KnowledgeError: the answer is not of its form, or says what cannot be; nothing of it may be used.
    """
    way = "What was known stays as it is. Look at the source; if it is right, take the topic's file away and refresh again."
    try:
        rows = PARSERS[feed.form][1](decode(data))
    except BadAnswerError as error:
        raise KnowledgeError(f"{feed.topic}: refused: {error}", way) from error
    if wrong := problems(feed, rows, before, today):
        more = f"; and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise KnowledgeError(f"{feed.topic}: refused: {'; '.join(wrong[:3])}{more}", way)
    return tuple(rows)
