"""How Internet Explorer and the old Edge are supported on a day: parts of Windows, which mostly end with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from auditor.knowledge import lifecycles, refreshed, shipped, windows_support
from auditor.knowledge.lifecycles import Support, text, unknown
from auditor.knowledge.packed import numbers
from auditor.knowledge.refreshed import Refreshed
from auditor.knowledge.shipped import Row
from auditor.model import Fact
from auditor.versions import NotComparable

Facts = Mapping[str, Fact]

PRODUCTS = frozenset({"ie", "edge-legacy"})
"""What this is about."""


def supported(product: str, version: str, system: Facts, day: date, fresh: Refreshed = refreshed.NONE) -> Support:
    """How one of them is supported: until its own end, and no longer than its Windows."""
    row = _row(product, version, system)
    if row is None:
        return unknown(_why_none(version))
    ends, of = shipped.day(row["ends"]), shipped.as_of("curated", row)
    told = (shipped.reading("curated", row, f"ends {row['ends'] or 'with its Windows'}"),)
    keeps = product == "ie" and row["version"] == 11 and (text(system, "ltsc") == "True" or text(system, "type") == "server")
    if ends and day > ends and not keeps:
        if row["version"] == 11 and not text(system, "ltsc") and text(system, "type") != "client":
            return unknown("it ended but for long-term editions and servers, and whether this is one is not known", *told)
        return Support(supported=False, state="ended", ends=ends, of=of, readings=told)
    whole = windows_support.supported(system, day, fresh)
    if whole.ends and ends and not keeps and ends < whole.ends:
        state = "ending" if (ends - day).days < lifecycles.ENDING_DAYS else "supported"
        return Support(supported=True, state=state, ends=ends, of=of, readings=(*whole.readings, *told))
    return whole._replace(readings=(*whole.readings, *told))


def _row(product: str, version: str, system: Facts) -> Row | None:
    curated = shipped.topic("curated")
    if product == "edge-legacy":
        edge: Row = {**curated["edgehtml"][0], "version": 0}
        return edge
    have = numbers(version)
    if isinstance(have, NotComparable):
        return None
    name = text(system, "name")
    exact = (each for each in curated["ie"] if each["version"] == have[0] and name in each["systems"])
    older = next(each for each in curated["ie"] if not each["version"])
    found: Row | None = next(exact, older if have[0] < 11 else None)
    return found or next((each for each in curated["ie"] if each["version"] == have[0]), None)


def _why_none(version: str) -> str:
    if not version:
        return "its version was not read"
    no_number = isinstance(numbers(version), NotComparable)
    return f"the version {version!r} cannot be read" if no_number else f"there is no Internet Explorer {version}"
