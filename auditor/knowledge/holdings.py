"""The support knowledge that ships, looked at as a whole: what each topic is about, how old it is, what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from auditor.knowledge import shipped
from auditor.knowledge.ageing import LIMITS
from auditor.knowledge.shelf import About
from auditor.knowledge.shipped import Origin, Row

ABOUT: Mapping[str, tuple[str, str]] = {
    "systems": ("Operating systems: ends of support, newest updates", "end dates"),
    "browsers": ("Browsers: extended lines, cadence, last versions", "browsers"),
    "office": ("Office: generations, builds, channels, LibreOffice", "end dates"),
    "windows11": ("What Windows 11 asks of the hardware", "requirements"),
    "costs": ("Prices and efforts, published and assumed", "prices"),
    "services": ("What services say that they need", "services"),
    "curated": ("What people decided, laid over the others", "end dates"),
}
"""Topic → what it is about, and the key of :data:`auditor.knowledge.ageing.LIMITS` that it goes by."""

IN_PLACE: Mapping[str, tuple[str, ...]] = {
    "systems": (
        "endoflife-windows", "endoflife-windows-server", "endoflife-macos", "endoflife-ubuntu", "endoflife-debian",
        "endoflife-rhel", "endoflife-fedora",
    ),
    "browsers": ("chrome-releases", "edge-releases", "firefox-current", "endoflife-firefox"),
    "office": ("endoflife-office", "endoflife-libreoffice"),
}  # fmt: skip
"""Topic that ships → the feeds that together tell most of what moves in it; none for what no feed tells."""

LICENCES = ("Apache-2.0", "CC-BY-4.0", "CC0-1.0", "ISC", "MIT", "MPL-2.0")
"""The licences that sources are marked with; facts of unmarked ones were taken, their sentences not."""

_WHAT = ("name", "says", "what", "os", "product", "taken", "windows", "series", "release", "line", "pattern", "build")
_NOT_WHAT = frozenset({"id", "src", "basis", "reviewer", "extended", "released", "ends"})
_DAYS = ("released", "ends", "mainstream", "connects_until", "elsewhere", "certain_after")


class Holding(NamedTuple):
    """One row as it is shown: its table and id, what it is about, its days as texts (empty for none), age and basis."""

    table: str
    id: str
    what: str
    released: str
    ends: str
    as_of: date
    basis: str


def about(topic: str) -> About:
    """What is to be said of a topic that ships. Its age is that of its newest row; ``oldest`` is the other end."""
    told, limit = ABOUT[topic]
    days = [each.as_of for each in rows(topic)]
    found = [each.address for each in sources(topic).values()]
    licences = sorted({name for address in found for name in LICENCES if _has(address, name)})
    return About(
        topic, told, "shipped", f"{len(found)} sources: {_short(found[0])} …", ", ".join(licences) or "none named; facts",
        max(days), LIMITS[limit], len(days), oldest=min(days),
    )  # fmt: skip


def _short(address: str) -> str:
    """A source in few words: the host of an address, the beginning of anything else."""
    hosts = re.findall(r"https?://([^/\s]+)", address)
    return hosts[0] if address.startswith("http") and hosts else re.split(r"[,:(]", address)[0].strip()


def _has(address: str, licence: str) -> bool:
    return re.search(rf"\b{re.escape(licence)}\b", address) is not None


def licence(address: str) -> str:
    """The licence that a source is marked with; empty where it is with none."""
    return next((name for name in LICENCES if _has(address, name)), "")


def sources(topic: str) -> dict[str, Origin]:
    """The sources of a topic by their ids."""
    return {name: shipped.origin(topic, name) for name in shipped.topic(topic)["sources"]}


def rows(topic: str) -> tuple[Holding, ...]:
    """All rows of a topic, table by table."""
    return tuple(_holding(topic, table, row) for table, row in _all(shipped.topic(topic)))


def _all(document: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
    for table, listed in document.items():
        if isinstance(listed, list):
            yield from ((table, row) for row in listed)


def _holding(topic: str, table: str, row: Row) -> Holding:
    names = (*_WHAT, *(each for each in row if each not in _NOT_WHAT))
    named = [str(row[each]) for each in names if row.get(each) not in (None, "")] or [""]
    what = " ".join([*named[:1], *(str(row[each]) for each in ("version", "editions", "newest") if each in row)])
    return Holding(
        table, row["id"], what, row.get("released") or "", row.get("ends") or "", shipped.as_of(topic, row),
        shipped.origins(topic, row)[0].basis,
    )  # fmt: skip


def past(topic: str, today: date) -> int:
    """How many rows of a topic are past its limit."""
    limit = LIMITS[ABOUT[topic][1]]
    return sum((today - each.as_of).days > limit for each in rows(topic))


def problems(topic: str, document: Mapping[str, Any]) -> list[str]:
    """What is wrong with a file that ships, in words: what verdicts would stumble over."""
    wrong = [f"$.{key} is not there" for key in ("schema", "layer", "topic", "snapshot", "sources") if key not in document]
    if wrong:
        return wrong
    if document["topic"] != topic:
        wrong.append(f"$.topic is {document['topic']!r}")
    seen: set[tuple[str, str]] = set()
    for table, row in _all(document):
        at = f"$.{table}: {row.get('id', 'a row without an id')}"
        if "id" not in row or not row.get("src"):
            wrong.append(f"{at}: has no id or no sources")
            continue
        if (table, row["id"]) in seen:
            wrong.append(f"{at}: stands there twice")
        seen.add((table, row["id"]))
        wrong += [f"{at}: source {each!r} is not listed" for each in row["src"] if each not in document["sources"]]
        wrong += [f"{at}: {name} {row[name]!r} is no date" for name in _DAYS if row.get(name) and not _is_day(row[name])]
    wrong += [
        f"$.sources.{name}: as_of {each.get('as_of')!r} is no date, or after the day of the file"
        for name, each in document["sources"].items()
        if each.get("as_of") and (not _is_day(each["as_of"]) or each["as_of"] > document["snapshot"])
    ]
    return wrong


def _is_day(value: Any) -> bool:
    try:
        return bool(date.fromisoformat(value).isoformat() == value)
    except (TypeError, ValueError):
        return False
