"""What cannot be true is refused with the reason, however well formed it is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from auditor.knowledge.feed_shapes import PARSERS, decode
from auditor.knowledge.feeds import FEEDS, Feed
from auditor.knowledge.plausible import problems

from .samples import data

TODAY = date(2026, 11, 24)
UBUNTU, CHROME, EDGE = (FEEDS[topic] for topic in ("endoflife-ubuntu", "chrome-releases", "edge-releases"))


def rows(feed: Feed, **first: Any) -> list[dict[str, Any]]:
    """The sample's rows, the first with some columns changed."""
    found = PARSERS[feed.form][1](decode(data(feed.form)))
    found[0] |= first
    return found


@pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS)
def test_what_the_samples_say_can_be_true(feed: Feed) -> None:
    sample = rows(feed)
    if feed.browser and feed.form == "endoflife":
        sample = [row | {"latest": "150.0.1"} for row in sample]
    assert problems(feed, sample, (), TODAY) == []
    assert problems(feed, sample, sample, TODAY) == []


@pytest.mark.parametrize(
    ("feed", "change", "said"),
    [
        (CHROME, {"version": "999.0.1"}, "version 999.0.1 is from the future: there can be none above"),
        (CHROME, {"version": "none"}, "'none' is no version"),
        (CHROME, {"released": "2026-11-28"}, "released 2026-11-28 is in the future"),
        (CHROME, {"released": "0001-01-01"}, "released 0001-01-01 is no day that can be meant"),
        (UBUNTU, {"ends": "9999-12-31"}, "ends 9999-12-31 is no day that can be meant"),
        (UBUNTU, {"ends": "2026-04-22"}, "ends 2026-04-22 is before its release of 2026-04-23"),
        (UBUNTU, {"extended_ends": "2020-01-01"}, "extended_ends 2020-01-01 is before its release"),
        (UBUNTU, {"latest_released": "2026-12-24"}, "latest_released 2026-12-24 is in the future"),
        (UBUNTU, {"released": "2028-04-23"}, "released 2028-04-23 is in the future"),
        (UBUNTU, {"cycle": "25.10"}, "25.10 stands there twice"),
        (UBUNTU, {"lts": "yes"}, "row 0, lts: 'yes' is not yes-no"),
        (UBUNTU, {"extra": 1}, "row 0: must have cycle"),
    ],
)
def test_a_lie_is_told(feed: Feed, change: dict[str, Any], said: str) -> None:
    assert any(said in each for each in problems(feed, rows(feed, **change), (), TODAY))


def test_a_release_may_be_announced_before_its_day() -> None:
    assert problems(UBUNTU, rows(UBUNTU, released="2027-04-22"), (), TODAY) == []


def test_no_rows_and_fewer_rows_than_before_are_told() -> None:
    before = rows(UBUNTU)
    assert "there are no rows" in problems(UBUNTU, [], (), TODAY)
    assert "1 rows, where the last refresh had 2" in problems(UBUNTU, before[:1], before, TODAY)


def test_a_source_that_keeps_only_the_latest_may_lose_half() -> None:
    before = [rows(EDGE)[0] | {"version": f"156.0.4500.{number}"} for number in range(10)]
    assert problems(EDGE, before[:5], before, TODAY) == []
    assert problems(EDGE, before[:4], before, TODAY) == ["4 rows, where the last refresh had 10"]


def test_a_jump_in_versions_is_told_where_no_table_knows_the_product() -> None:
    macos = FEEDS["macos-releases"]
    assert problems(macos, rows(macos, version="27.1"), rows(macos), TODAY) == []
    assert "from the future" in problems(macos, rows(macos, version="99.1"), rows(macos), TODAY)[0]


def test_every_topic_is_its_own_and_asked_over_tls() -> None:
    assert all(topic == feed.topic and feed.address.startswith("https://") for topic, feed in FEEDS.items())
    assert all(feed.form in PARSERS and feed.limit > 0 and feed.basis in ("read", "secondary") for feed in FEEDS.values())
