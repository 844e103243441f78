"""Whatever the files of a folder say, as long as they are read at all: tables come of it, and verdicts, and no traceback."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import KnowledgeError
from auditor.knowledge import shelf
from auditor.knowledge.enrich import enriched
from auditor.knowledge.feed_shapes import CYCLES
from auditor.knowledge.feeds import FEEDS
from auditor.knowledge.laying import laid
from auditor.model import Detected, Fact, Subject
from knowledge.refreshing import current, cycle, known, release

TODAY = date(2026, 12, 15)
names = st.sampled_from(
    ["11-25h2-w", "11-26h2-e", "10-22h2", "7-sp1", "2025", "2012-r2", "2003", "26", "15", "10.15", "26.04", "9", "44", "365", "xp",
     "2024-ltsc", "2016-for-mac", "26.2", "115", "153", "161", "²", "٣", "-", "9" * 40, "v153", "1.2.3", "\u202e"]
)  # fmt: skip
versions = st.sampled_from(
    ["158.0.1.2", "159.0", "162.0.1", "v153", "153.8.0esr", "27.2", "10.15.7", "0", "157", "160.²", "8" * 30]
)
days = st.none() | st.sampled_from(["1985-01-01", "2025-09-30", "2026-11-20", "2026-12-08", "2027-10-12", "2045-01-01"])
cycles = st.builds(
    lambda name, released, ends, extended, ended, latest, lts: cycle(
        name, released, ends, extended_ends=extended, ended=ended, latest=latest, latest_released=released, lts=lts
    ),
    names, days, days, days, st.booleans(), st.none() | versions | st.sampled_from(["10.0.26300", "10.0"]), st.booleans(),
)  # fmt: skip
releases = st.builds(
    release, st.sampled_from(["stable", "beta", "27", "10.15"]), st.sampled_from(["win64", "windows", "mac"]), versions, days
)
currents = st.builds(current, st.sampled_from(["release", "esr", "esr115", "esr-next", "nightly"]), versions, days)
of_days = st.sampled_from(["0001-01-01", "2026-08-22", "2026-11-12", "2026-12-10", "2026-12-15"])


def rows_of(topic: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    shape = FEEDS[topic].shape
    sort = cycles if shape is CYCLES else currents if topic == "firefox-current" else releases
    return st.lists(sort, min_size=1, max_size=6, unique_by=lambda row: tuple(row[column] for column in shape.key))


topics = st.sampled_from(sorted(FEEDS)).flatmap(
    lambda topic: st.builds(lambda rows, of: known(topic, *rows, of=of), rows_of(topic), of_days)
)
PCS: list[tuple[str, dict[str, Any]]] = [
    (
        "os",
        {"family": "windows", "name": "Windows 11", "build": 26200, "type": "client", "edition_group": "pro", "ltsc": False},
    ),
    ("os", {"family": "macos", "name": "macOS", "version": "15.7"}),
    ("os", {"family": "linux", "name": "Ubuntu", "version": "26.04"}),
    ("browser", {"product": "chrome", "version": "158.0.1.2", "channel": "stable", "engine": "blink"}),
    ("browser", {"product": "firefox", "version": "153.8.0esr", "channel": "esr", "engine": "gecko"}),
    ("html5", {"product": "edge", "version": "159.0", "channel": "stable", "engine": "blink"}),
    ("office", {"product": "office-2016-standard", "generation": "2016", "version": "16.0.4266.1001"}),
    ("office", {"product": "libreoffice", "version": "26.2.1.2", "generation": "26.2"}),
]


@settings(max_examples=300)
@given(st.lists(topics, max_size=4, unique_by=lambda each: each.topic))
def test_no_file_that_is_read_breaks_anything(given_topics: list[shelf.Known]) -> None:
    read = []
    for each in given_topics:
        try:
            read.append(shelf.read(shelf.write(each), "file", TODAY))
        except KnowledgeError:
            continue
    fresh = laid(read)
    for kind, values in PCS:
        facts = [Fact(Subject(kind, "x"), name, value, ()) for name, value in values.items()]
        assert len(enriched(Detected(tuple(facts)), TODAY, fresh=fresh).facts) > len(facts)


def test_a_cycle_from_the_future_is_refused() -> None:
    hostile = known("endoflife-chrome", cycle("999999999", "2026-12-01", None))
    with pytest.raises(KnowledgeError, match="999999999 is from the future: there can be none above"):
        shelf.read(shelf.write(hostile), "file", TODAY)


def test_a_day_before_there_were_feeds_is_refused() -> None:
    hostile = known("endoflife-chrome", cycle("150", "2026-06-01", None), of="0001-01-01")
    with pytest.raises(KnowledgeError, match="0001-01-01, which is no day that can be meant"):
        shelf.read(shelf.write(hostile), "file", TODAY)
