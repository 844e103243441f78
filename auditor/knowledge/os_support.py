"""How an operating system is supported on a day, and how far behind its updates it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from auditor.knowledge import lifecycles, os_updates, refreshed, shipped, windows_support
from auditor.knowledge.lifecycles import Support, text, unknown
from auditor.knowledge.overrides import Overrides
from auditor.knowledge.refreshed import Refreshed
from auditor.knowledge.shipped import Row
from auditor.model import Fact, Subject
from auditor.versions import NotComparable, compare

Facts = Mapping[str, Fact]

RESTS_ON = ("family", "name", "version", "build", "edition_group", "ltsc", "service_pack", "type")
"""The facts that decide."""


def added(subject: Subject, facts: Facts, overrides: Overrides, day: date, fresh: Refreshed = refreshed.NONE) -> list[Fact]:
    """The facts of support of one operating system."""
    seen = lifecycles.evidence(facts, *RESTS_ON)
    support = _paid_for(supported(facts, day, fresh), facts, overrides, day)
    if support.state == "extended" and text(facts, "family") == "windows":
        seen = (*seen, *lifecycles.evidence(facts, "revision"))
    return [*lifecycles.facts(subject, support, seen, day), *os_updates.added(subject, facts, day, fresh)]


def _paid_for(support: Support, facts: Facts, overrides: Overrides, day: date) -> Support:
    if support.state in ("supported", "ending"):
        return support
    entry = overrides.support("os", text(facts, "name"), text(facts, "edition_group"), day)
    return lifecycles.bought(entry, support) if entry else support


def supported(facts: Facts, day: date, fresh: Refreshed = refreshed.NONE) -> Support:
    """How the system is supported, by what is known of its family."""
    family = text(facts, "family")
    if family not in _FAMILIES:
        return unknown(lifecycles.why_not(facts, "family") or "nothing is known of such systems")
    return _FAMILIES[family](facts, day, fresh)


def _macos(facts: Facts, day: date, fresh: Refreshed) -> Support:
    version = text(facts, "version")
    if not version:
        return unknown(lifecycles.why_not(facts, "version"))
    if text(facts, "beta") == "True":
        return unknown("it is a pre-release, which is for testing")
    row = os_updates.mac_row(version, fresh=fresh)
    if row is None:
        return unknown(_not_there(version, f"macOS {version}", fresh.lifecycles("macos")))
    found = lifecycles.on_day("systems", row, day)
    released = shipped.day(row["released"])
    if row["ends"] is None and released and released <= day:
        reading = shipped.reading("systems", row, "among those that get fixes, by Apple's practice")
        return Support(
            supported=True,
            state="supported",
            ends=None,
            of=shipped.as_of("systems", row),
            readings=(reading,),
            why_no_end="Apple publishes no end; by its practice it ends when the third newer macOS comes out",
        )
    return found


def _linux(facts: Facts, day: date, fresh: Refreshed) -> Support:
    name, version = text(facts, "name"), text(facts, "version")
    if not name or not version:
        return unknown(lifecycles.why_not(facts, "name") or lifecycles.why_not(facts, "version"))
    called = re.sub(r" [0-9][0-9.]*$", "", name).casefold()
    lines = shipped.topic("curated")["linux"]
    line = next((each for each in lines if called in {one.casefold() for one in each["names"]}), None)
    if line is None:
        return unknown(f"the knowledge base has no dates of {name}")
    rows: list[Row] = [each for each in fresh.lifecycles("linux") if each["line"] == line["id"]]
    wanted = version.partition(".")[0] if line.get("major") else version
    row = next((each for each in rows if _same(each["version"], wanted)), None)
    if row is None:
        return unknown(_not_there(wanted, name, rows))
    return lifecycles.on_day("systems", row, day)


def _chromeos(_facts: Facts, _day: date, _fresh: Refreshed) -> Support:
    return unknown("ChromeOS ends for each model of device on a day of its own, which the knowledge base does not have")


_FAMILIES: Mapping[str, Callable[[Facts, date, Refreshed], Support]] = {
    "windows": windows_support.supported,
    "macos": _macos,
    "linux": _linux,
    "chromeos": _chromeos,
}


def _same(known: str, version: str) -> bool:
    return known.removesuffix(".0") == version.removesuffix(".0")


def _not_there(version: str, name: str, rows: Sequence[Row]) -> str:
    orders = [compare(version, each["version"]) for each in rows]
    if orders and all(not isinstance(order, NotComparable) and order > 0 for order in orders):
        return f"{name} is newer than the knowledge base, whose facts of it are of {shipped.as_of('systems', rows[0])}"
    return f"the knowledge base has no dates of {name}"
