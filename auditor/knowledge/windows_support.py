"""How a Windows is supported on a day: by its build, kind and edition, and by its revision where support was extended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from auditor.knowledge import lifecycles, os_updates, refreshed, shipped
from auditor.knowledge.lifecycles import Support, text, unknown, whole
from auditor.knowledge.refreshed import Refreshed
from auditor.knowledge.shipped import Row
from auditor.model import Fact, Value

Facts = Mapping[str, Fact]

LAST_RELEASE = 26200
"""The build of the newest Windows 11 that is for every PC; a higher one that has no dates is a preview or newer."""

SHOWS_NOTHING_DAYS = 35
"""A PC may take so many days for its first extended update; before that its revision does not show that it has none."""

_CONSUMER = "consumer"


def supported(facts: Facts, day: date, fresh: Refreshed = refreshed.NONE) -> Support:
    """How this Windows is supported on the day."""
    build = whole(facts, "build")
    if text(facts, "wine") == "True":
        return unknown("Wine stands in for Windows, and what it says of itself is made up")
    if build is None:
        return unknown(lifecycles.why_not(facts, "build"))
    if text(facts, "edition_group") in ("embedded", "team"):
        return unknown("the knowledge base has no dates of embedded and team editions")
    rows = _rows(build, facts, fresh)
    if not rows:
        return unknown(_not_there(build, facts, fresh))
    found = [_of(row, facts, day) for row in rows]
    missing = next((name for name in ("type", "edition_group", "ltsc") if lifecycles.why_not(facts, name)), "")
    return lifecycles.together(
        found, f"it depends on what is not known ({lifecycles.why_not(facts, missing) or 'the edition'})"
    )


def _rows(build: int, facts: Facts, fresh: Refreshed) -> list[Row]:
    """The rows that may be this system's: more than one where its kind, edition or servicing is not known."""
    kind, group, ltsc = (text(facts, name) for name in ("type", "edition_group", "ltsc"))
    rows = [
        each for each in fresh.lifecycles("windows") if build in each["build"] and each["type"] in (kind or each["type"], "")
    ]
    rows = [each for each in rows if each["editions"] == "all" or _fits(each["editions"], group, ltsc)]
    for_iot = [each for each in rows if each["editions"] == "iot_ltsc"]
    if group == "iot" and ltsc == "True" and for_iot:
        return for_iot
    return rows


def _fits(editions: str, group: str, ltsc: str) -> bool:
    """Whether an edition in a group may be among the editions of a row; what is not known fits everything."""
    if editions in ("ltsc", "iot_ltsc"):
        return ltsc != "False" and group in (("enterprise", "iot", "") if editions == "ltsc" else ("iot", ""))
    groups = next(each["groups"] for each in shipped.topic("curated")["editions"] if each["id"] == editions)
    return ltsc != "True" and (not group or group in groups)


def _of(row: Row, facts: Facts, day: date) -> Support:
    row = _for_group(row, text(facts, "edition_group"))
    found = lifecycles.on_day("systems", row, day)
    needed = row.get("service_pack")
    if needed and found.state != "ended":
        pack = text(facts, "service_pack")
        has = 0 if pack == "none" else int(pack[-1]) if pack[-1:].isdigit() else None
        if has is None:
            return unknown(f"it needs Service Pack {needed}: {lifecycles.why_not(facts, 'service_pack')}", *found.readings)
        if has < needed and found.state:
            why = (
                f"fixes need Service Pack {needed}, which it lacks; when they ended without it is not in the knowledge base"
            )
            return unknown(why, *found.readings)
    if found.state == "extended" and (updates := os_updates.windows_row(row["build"][0])) and "last_free" in updates:
        return _by_revision(row, updates, found, facts, day)
    return found


def _for_group(row: Row, group: str) -> Row:
    """A row with the extended support that its edition can have: consumers' for the home, bought years for all else."""
    if not any(each["name"].startswith(_CONSUMER) for each in row.get("extended", ())):
        return row
    home = group == "home"
    return {**row, "extended": [each for each in row["extended"] if each["name"].startswith(_CONSUMER) == home]}


def telling_revision(known: Mapping[str, Value]) -> Value:
    """A revision that shows just as much of extended support: the next last free one of any build, or one more."""
    revision = known.get("revision")
    if type(revision) is not int:
        return revision
    return next((each for each in _last_free_ones() if revision <= each), _last_free_ones()[-1] + 1)


@lru_cache(maxsize=1)
def _last_free_ones() -> tuple[int, ...]:
    builds = [each for each in shipped.topic("systems")["builds"] if "last_free" in each]
    return tuple(sorted({_last_free(each) for each in builds})) or (0,)


def _given(updates: Row) -> Row | None:
    """The update that everybody was given after the free ones ended, where there was one."""
    return next((each for each in shipped.topic("curated")["updates"] if each["build"] == updates["build"]), None)


def _last_free(updates: Row) -> int:
    given = _given(updates)
    return max(int(updates["last_free"]), int(given["revision"]) if given else 0)


def _by_revision(row: Row, updates: Row, found: Support, facts: Facts, day: date) -> Support:
    """Whether a PC has extended support, by what is installed: only an update that came after the free ones shows it.

    An update shows the year it came out in, not that the next was bought.
    """
    revision = whole(facts, "revision")
    told = (*found.readings, shipped.reading("systems", updates, f"last free revision {updates['last_free']}"))
    if revision is None:
        why = f"{found.why}: {lifecycles.why_not(facts, 'revision')}"
        return found._replace(readings=told, why=why, why_no_end=why)
    given, free = _given(updates), _last_free(updates)
    first = shipped.day(given["released"] if given else updates["last_free_date"])
    if revision <= free:
        if first and day <= first + timedelta(days=SHOWS_NOTHING_DAYS):
            return found._replace(readings=told)
        return found._replace(supported=False, ends=shipped.day(row["ends"]), readings=told, why="", why_no_end="")
    ends = [date.fromisoformat(each["ends"]) for each in row["extended"]]
    now = next(each for each in ends if day <= each)
    shown = next((each for each in ends if updates["released"] <= each.isoformat()), now)
    if now <= shown:
        return found._replace(supported=True, ends=now, readings=told, why="", why_no_end="")
    why = (
        f"its revision {revision} shows extended support in the year to {shown}, and not that the year after was bought: "
        "name it in the overrides"
    )
    return found._replace(readings=told, why=why, why_no_end=why)


def _not_there(build: int, facts: Facts, fresh: Refreshed) -> str:
    name = text(facts, "name") or "Windows"
    rows = fresh.lifecycles("windows")
    if build > LAST_RELEASE:
        newest = max(shipped.as_of("systems", each) for each in rows)
        return f"build {build} is a preview, or newer than the knowledge base, whose facts of Windows are of {newest}"
    if any(build in each["build"] for each in rows):
        return f"the knowledge base has no dates of {name} in this edition ({text(facts, 'edition') or 'unknown'})"
    return f"build {build} is no release of Windows that the knowledge base has"
