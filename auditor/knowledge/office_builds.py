"""Microsoft 365 Apps on a day: which feature release a build is, and whether its channel still mends it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from auditor.knowledge import shipped
from auditor.knowledge.lifecycles import ENDING_DAYS, Support, unknown
from auditor.knowledge.os_updates import SURELY_LATE_DAYS
from auditor.knowledge.shipped import Row

CHANNELS = ("current", "monthly enterprise", "semi-annual enterprise", "semi-annual enterprise preview")
"""The channels that the table of builds is about."""

_BUILD = re.compile(r"^16\.0\.([0-9]+)(?:\.([0-9]+))?")


OLD_MONTHS = 14
"""The longest that any channel kept a release, in months."""


class Judged(NamedTuple):
    """The support of an installation, and how many days it is behind, or why that is not known."""

    support: Support
    days: int | None
    why: str


def build_of(version: str) -> tuple[int, int] | None:
    """(build, revision) of a full version, 16.0.20131.20154; None of any other."""
    found = _BUILD.match(version)
    return (int(found[1]), int(found[2] or 0)) if found else None


@lru_cache(maxsize=256)
def row_of(build: int) -> Row | None:
    """The feature release that a build is of; None where the table does not have it."""
    return next((each for each in rows() if each["build"] == build), None)


def rows() -> Sequence[Row]:
    """The table of builds, newest first."""
    found: Sequence[Row] = shipped.topic("office")["builds"]
    return found


def release_of(version: str) -> tuple[str, Row | None, str]:
    """(feature release, its row, why it is not known): 2607 of 16.0.20228.20190."""
    build = build_of(version)
    if build is None:
        return "", None, f"{version or 'its version'} is no build of Click-to-Run" if version else "its version was not read"
    row = row_of(build[0])
    if row is None:
        fixed = shipped.topic("curated")["office_builds"]
        row = next((each for each in fixed if each["first"] <= build[0] <= each["last"]), None)
    if row is None:
        newer = build[0] > rows()[0]["build"]
        of = shipped.as_of("office", rows()[0])
        return (
            "",
            None,
            f"build {build[0]} is newer than the knowledge base of {of}" if newer else f"no release has build {build[0]}",
        )
    return str(row["release"]), row, ""


def judged(version: str, channel: str, day: date) -> Judged:
    """How a build is supported in its channel on a day."""
    release, row, why = release_of(version)
    build = build_of(version)
    oldest = rows()[-1]
    if row is None and build and build[0] < oldest["build"] and day > _second_tuesday(_first_day(oldest), OLD_MONTHS):
        reading = shipped.reading("office", oldest, f"build {build[0]} is older than the oldest in the table")
        of, why = shipped.as_of("office", oldest), "it ended before the table of builds begins"
        gone = Support(supported=False, state="ended", ends=None, of=of, readings=(reading,), why_no_end=why)
        return Judged(gone, None, why)
    if row is None or build is None or "channels" not in row:
        why = why or f"{release} is not a release of Microsoft 365 Apps"
        return Judged(unknown(why), None, why)
    if channel and channel not in CHANNELS:
        why = f"the channel {channel} is for testing, or its releases are not in the knowledge base"
        return Judged(unknown(why), None, why)
    if channel:
        return _in_channel(row, build[1], channel, day)
    every = [_in_channel(row, build[1], each, day) for each in row["channels"]]
    ended = [each for each in every if each.support.state == "ended"]
    if len(ended) == len(every):
        return max(ended, key=lambda each: each.support.ends or date.min)
    why = "whether it is mended depends on its channel, which is not known"
    return Judged(unknown(why, *every[0].support.readings), None, why)


def _in_channel(row: Row, revision: int, channel: str, day: date) -> Judged:
    mine = row["channels"].get(channel)
    reading = shipped.reading("office", row, f"{row['release']} in {channel}: {_said(mine)}")
    if mine is None:
        why = f"{row['release']} was never in the channel {channel} by the table of builds"
        return Judged(unknown(why, reading), None, why)
    first, of = date.fromisoformat(mine["first"]), shipped.as_of("office", row)
    if day < first:
        why = f"it came out on {first}, after the day that is asked for"
        return Judged(unknown(why, reading), None, why)
    odd = next((each for each in shipped.topic("curated")["office_odd"] if each["release"] == row["release"]
                and each["channel"] == channel), None)  # fmt: skip
    if odd:
        return Judged(unknown(odd["why"], reading, shipped.reading("curated", odd, odd["release"])), None, odd["why"])
    replaced = _replaced(row, channel)
    if replaced and replaced <= day:
        ended = replaced - timedelta(days=1)
        support = Support(supported=False, state="ended", ends=ended, of=of, readings=(reading,))
        return Judged(support, *_behind(mine, revision, channel, day, ended=True))
    ends = replaced - timedelta(days=1) if replaced else None
    state = "ending" if channel.startswith("semi-annual") and ends and (ends - day).days < ENDING_DAYS else "supported"
    support = Support(
        supported=True, state=state, ends=ends, of=of, readings=(reading,), about="builds",
        why_no_end="it ends when its channel has come so much further",
    )  # fmt: skip
    return Judged(support, *_behind(mine, revision, channel, day, ended=False))


def _first_day(row: Row) -> date:
    return date.fromisoformat(min(each["first"] for each in row["channels"].values()))


def _said(mine: Any) -> str:
    return f"from {mine['first']}, last update {mine['last']} ({mine['rev']})" if mine else "none"


def _replaced(row: Row, channel: str) -> date | None:
    """The day from which on a channel does not mend a release any more; None where that has not come by the table."""
    rule = shipped.by_id("curated", "office_channels", channel)
    first = date.fromisoformat(row["channels"][channel]["first"])
    if "months" in rule:
        months = rule["months"] if first >= date.fromisoformat(rule["since"]) else rule["months_before"]
        return _second_tuesday(first, months) + timedelta(days=1)
    later = sorted(each["channels"][channel]["first"] for each in rows()
                   if channel in each["channels"] and each["release"] > row["release"])  # fmt: skip
    keeps: int = rule["keeps"]
    if "since" in rule:
        days = [date.fromisoformat(each) for each in later]
        change = date.fromisoformat(rule["since"])
        before: date | None = days[rule["keeps_before"] - 1] if len(days) >= rule["keeps_before"] else None
        if before and before < change:
            return before
    retired = shipped.day(rule.get("retired"))
    found = date.fromisoformat(later[keeps - 1]) if len(later) >= keeps else None
    return min(filter(None, (found, retired)), default=None)


def _second_tuesday(day: date, months: int) -> date:
    """The second Tuesday of the month so many months after a day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    return first + timedelta(days=(1 - first.weekday()) % 7 + 7)


def _behind(mine: Any, revision: int, channel: str, day: date, *, ended: bool) -> tuple[int | None, str]:
    """Days since the first fix that is known to be lacking; the table has the first and last update of each release."""
    last = date.fromisoformat(mine["last"])
    lacking = []
    if revision < mine["rev"] and last <= day:
        lacking.append(last)
    if ended:
        known = {
            each["channels"][channel][end] for each in rows() if channel in each["channels"] for end in ("first", "last")
        }
        lacking += [found for each in known if last < (found := date.fromisoformat(each)) <= day]
    if lacking:
        days = (day - min(lacking)).days
        if revision >= mine["rev"] or days >= SURELY_LATE_DAYS:
            return days, ""
        return None, f"it lacks the update of {min(lacking)}, and maybe earlier ones that are not known"
    if revision > mine["rev"]:
        return None, f"its revision is newer than the knowledge base, whose newest is {mine['rev']} of {last}"
    return (None, f"of the updates before {last} too few are known") if day < last else (0, "")
