"""HTML5 support as it follows from a browser's engine and version.

The table is compiled from MDN's browser-compat-data by ``tools/refresh_html5.py``. What
follows from a version is not what a user has: a policy or a build may take features away,
which only measuring tells. A version that is newer than the table counts as the newest in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, NamedTuple

from auditor.knowledge.baseline import baseline_until, floors, widely_day
from auditor.knowledge.cells import FULL, PARTIAL, UNKNOWN, Spell, spells
from auditor.knowledge.packed import numbers, provenance, table
from auditor.knowledge.releases import Release, is_extended, is_newer, newest, place, release_of, releases
from auditor.model import Value
from auditor.versions import NotComparable

__all__ = [
    "Derived",
    "Feature",
    "Release",
    "State",
    "baseline_until",
    "column_of",
    "counts_as_its_column",
    "derive",
    "features",
    "floors",
    "is_extended",
    "newest",
    "provenance",
    "release_of",
    "releases",
    "since",
    "widely_day",
]

State = Literal["supported", "partial", "missing", "unknown"]
"""Whether a browser has a feature: fully, with gaps or under another name, not, or nobody can say."""

OWN: Mapping[str, str] = {
    "chrome": "chrome",
    "edge": "edge",
    "edge-legacy": "edgehtml",
    "firefox": "firefox",
    "safari": "safari",
    "ie": "ie",
    "opera": "opera",
}
"""Product → the column that is about it."""

_BY_ENGINE = {"blink": ("chrome", "Chromium"), "gecko": ("firefox", "Firefox")}
"""Engine → the column that products without one of their own are judged by, and what its numbers count."""

_ENGINES_NUMBERS = frozenset({"chromium", "librewolf"})
"""Products without a column of their own that count as the column does."""

_NAMES = {
    "chrome": "Chrome",
    "edge": "Edge",
    "edgehtml": "Edge before 79",
    "firefox": "Firefox",
    "safari": "Safari",
    "ie": "Internet Explorer",
    "opera": "Opera",
}

_ENDED = frozenset({"ie", "edgehtml"})
"""Columns to which no release will be added."""

_MEASURE = "only measuring tells"


class Feature(NamedTuple):
    """A feature that is asked for; ``core`` are those of a default report."""

    id: str
    name: str
    group: str
    core: bool


class Derived(NamedTuple):
    """What follows for one browser: ``states`` is feature → (state, why, in a few words), of every feature.

    ``column`` is the line of releases that it was looked up in and ``release`` the version in
    it; both empty where there is none. ``newer``: the browser is newer than that release, which stands
    in for it. ``note`` is what a reader should know of all of it, or empty.
    """

    states: Mapping[str, tuple[State, str]]
    column: str
    note: str
    release: str = ""
    newer: bool = False


@lru_cache(maxsize=1)
def features() -> Mapping[str, Feature]:
    """Id → feature, in the order of reports."""
    packed = table("compat")
    return MappingProxyType(
        {name: Feature(name, row[2], packed["groups"][row[0]], bool(row[1])) for name, row in packed["features"].items()}
    )


@lru_cache(maxsize=512)
def derive(product: str, version: str, engine: str, engine_version: str, family: str) -> Derived:
    """What a browser should support.

    ``product``, ``engine`` and the versions are auditor's facts of a browser (an unknown
    one is an empty text); ``family`` is windows, macos or linux.
    """
    column, counted, reason = column_of(product, version, engine, engine_version)
    at = place(column, counted) if column else None
    if at is None:
        reason = reason or _unreadable(column, counted)
        return Derived(MappingProxyType(dict.fromkeys(features(), ("unknown", reason))), "", reason)
    release = releases(column)[at]
    of = "" if product in OWN else _BY_ENGINE[engine][1] + " "
    notes = [_age_note(column, counted, release)]
    if of:
        notes.append(f"Judged by its engine, as {_NAMES[column]} {release.version}.")
        notes.append(table("compat")["derivatives"]["switches"].get(product, ""))
    return Derived(
        _states(column, at, of, family), column, " ".join(filter(None, notes)), release.version,
        is_newer(column, counted),
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _states(column: str, at: int, of: str, family: str) -> Mapping[str, tuple[State, str]]:
    """Feature → (state, why) of a release; ``of`` is its engine with a space behind it where another's product is judged."""
    states = {name: _state(name, column, at, of) for name in features()}
    for name, limits in table("compat")["systems"].items():
        if limit := limits.get(family) or limits.get("any"):
            states[name] = _limited(states[name], limit)
    if of:
        own = table("compat")["derivatives"]["own"]
        states |= dict.fromkeys(own["features"], ("unknown", own["why"]))
    return MappingProxyType(states)


def counts_as_its_column(product: str) -> bool:
    """Whether a product's releases are those of the column that it is judged by, and not only its engine's."""
    return product in OWN or product in _ENGINES_NUMBERS


def since(feature: str, product: str) -> str | None:
    """The version from which on the product has had the whole feature until now, for advice.

    None where it has not, or where the product's own versions do not tell.
    """
    column = OWN.get(product) or {"chromium": "chrome", "librewolf": "firefox"}.get(product, "")
    found = _spells(column).get(feature) if column else None
    last = len(releases(column)) - 1
    if not found or found[-1].level != FULL or found[-1].last != last:
        return None
    return releases(column)[found[-1].first].version


def column_of(product: str, version: str, engine: str, engine_version: str) -> tuple[str, str, str]:
    """(column, the version that counts in it, why there is none).

    Products without a column of their own are judged in that of the engine, by the engine's version.
    """
    if product == "edge-legacy":
        return "edgehtml", _edgehtml(version), ""
    if product == "opera" and _is_presto(version):
        return "", "", "Opera before 15 had an engine of its own, which the table is not about"
    if product in OWN:
        return OWN[product], version, ""
    if engine not in _BY_ENGINE:
        return "", "", f"the table is not about browsers on {engine}" if engine else "the engine is not known"
    counted = engine_version or (version if product in _ENGINES_NUMBERS else "")
    return (_BY_ENGINE[engine][0], counted, "") if counted else ("", "", "the version of its engine is not known")


TELLING = 2
"""So many numbers of a version decide: no release of the table has more, nor has a point release of Firefox."""

_PLAIN = re.compile(r"[0-9.]+(?:esr)?")
"""What else a version may have behind its numbers could make a difference to its order."""


def telling_version(name: str, known: Mapping[str, Value]) -> Value:
    """A version that stands for all of the same release: of the known facts of a browser the one called ``name``."""
    version = known.get(name)
    if not isinstance(version, str) or known.get("product") == "edge-legacy":
        return version
    have = numbers(version)
    if isinstance(have, NotComparable) or not _PLAIN.fullmatch(version):
        return version
    return ".".join(map(str, have[:TELLING])) + ("esr" if version.endswith("esr") else "")


def _is_presto(version: str) -> bool:
    have = numbers(version)
    return not isinstance(have, NotComparable) and have < (15,)


def _edgehtml(version: str) -> str:
    """The engine's version.

    From that of the Store package (44.19041.1266.0), of the program (11.0.19041.1) or of the engine itself (18.19041).
    """
    have = numbers(version)
    if isinstance(have, NotComparable):
        return version
    known: Mapping[str, Mapping[str, str]] = table("compat")["edgehtml"]
    if 12 <= have[0] <= 18:
        return str(have[0])
    if found := known["packages"].get(str(have[0])):
        return found
    build = (have[2:3] if have[0] == 11 else have[1:2]) or (0,)
    older = [of for first, of in known["builds"].items() if int(first) <= build[0]]
    return older[-1] if older else ""


def _unreadable(column: str, version: str) -> str:
    """Why a version has no place in its column."""
    if not version:
        return "the version is not known"
    have = numbers(version)
    if isinstance(have, NotComparable):
        return f"the version {version!r} cannot be read: {have.reason}"
    return f"{version} is older than any {_NAMES[column]} in the table"


def _age_note(column: str, version: str, release: Release) -> str:
    day = f"the table of {provenance()['date']}"
    if is_newer(column, version):
        return f"Newer than {day}: taken as {release.version}."
    if release.status in ("beta", "nightly", "planned"):
        return f"{_NAMES[column]} {release.version} was {release.status} at the time of {day}."
    return ""


@lru_cache(maxsize=16)
def _spells(column: str) -> Mapping[str, tuple[Spell, ...]]:
    """Feature → its spells of support in the column; features that can only be measured are not in it."""
    packed = table("compat")
    whole = "edge" if column == "edgehtml" else column
    position = 3 + packed["browsers"].index(whole)
    before = len(releases("edgehtml")) if column == "edge" else 0
    count = len(releases(column))
    versions = [row.partition(" ")[0] for row in table("releases")["browsers"][whole]["rows"]]
    places = {version: at for at, version in enumerate(versions)}
    cells = {name: row[position] for name, row in packed["features"].items() if len(row) > position}
    parsed = {cell: _within(spells(cell, places), before, before + count) for cell in set(cells.values())}
    return {name: parsed[cell] for name, cell in cells.items()}


def _within(found: Sequence[Spell], start: int, end: int) -> tuple[Spell, ...]:
    """The part of the spells that is between two places of a list, counted from the first of them."""
    return tuple(
        Spell(level, max(first, start) - start, min(last, end - 1) - start)
        for level, first, last in found
        if first < end and last >= start
    )


def _state(name: str, column: str, at: int, of: str) -> tuple[State, str]:
    """The state of a feature at a release of a column, and in a few words since when or from when on."""
    found = _spells(column).get(name)
    if found is None:
        return "unknown", _MEASURE
    now = next((spell for spell in found if spell.first <= at <= spell.last), None)
    if now is None:
        return "missing", _when_missing(found, at, column, of)
    known = releases(column)
    since_then = f"{of}{known[now.first].version}"
    if now.level == FULL:
        return "supported", f"since {since_then}"
    if now.level == UNKNOWN:
        return "unknown", f"not known before {of}{known[now.last + 1].version}" if now.last + 1 < len(known) else "not known"
    if gaps := table("compat")["why"].get(name, {}).get(column):
        return "partial", f"partial: {gaps}"
    full = next((spell for spell in found if spell.first > at and spell.level == FULL), None)
    return "partial", f"partial until {of}{known[full.first - 1].version}" if full else f"partial since {since_then}"


def _when_missing(found: Sequence[Spell], at: int, column: str, of: str) -> str:
    known = releases(column)
    for level, word in ((FULL, "from"), (PARTIAL, "partial from")):
        if later := next((spell for spell in found if spell.first > at and spell.level == level), None):
            return f"{word} {of}{known[later.first].version} on"
    if found:
        return f"no more since {of}{known[found[-1].last + 1].version}"
    return f"never in {_NAMES[column]}" if column in _ENDED else f"not in {of.strip() or _NAMES[column]} so far"


def _limited(found: tuple[State, str], limit: Mapping[str, State]) -> tuple[State, str]:
    """The state brought down to what the system allows."""
    order: tuple[State, ...] = ("missing", "partial", "supported")
    state, why = found
    if state == "unknown" or order.index(state) < order.index(limit["state"]):
        return found
    return limit["state"], limit["why"] if limit["state"] == "missing" else f"{why}; {limit['why']}"
