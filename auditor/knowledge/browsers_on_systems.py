"""The last version of each browser that still runs on an operating system, and what could be installed there.

The rows, with the source of each, are the curated layer of the knowledge base.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from auditor.knowledge import html5, refreshed, shipped
from auditor.knowledge.refreshed import Refreshed
from auditor.versions import Version, parse


class Last(NamedTuple):
    """``product`` ends with ``version`` on ``systems``: names of Windows, or first and last version of macOS.

    ``fixes_end`` is the last day it is mended for these systems; None where that is long past
    or not known. ``basis`` is read, secondary or recalled; ``row`` is the row's id.
    """

    product: str
    family: str
    systems: tuple[str, ...]
    version: str
    channel: str = "stable"
    fixes_end: date | None = None
    basis: str = "read"
    row: str = ""


@lru_cache(maxsize=1)
def last_versions() -> tuple[Last, ...]:
    """The rows of the knowledge base. Systems that no row of a browser names run its newest version.

    An empty version: the browser never ran there.
    """
    return tuple(
        Last(
            row["product"], row["family"], tuple(row["systems"]), row["version"], row.get("channel", "stable"),
            shipped.day(row.get("ends")), shipped.origins("curated", row)[0].basis, row["id"],
        )
        for row in shipped.topic("curated")["last_versions"]
    )  # fmt: skip


def __getattr__(name: str) -> tuple[Last, ...]:
    """``LAST``, the table, which is read when it is first asked for."""
    if name == "LAST":
        return last_versions()
    raise AttributeError(name)


ENGINES: Mapping[str, str] = {"chrome": "blink", "edge": "blink", "firefox": "gecko", "safari": "webkit"}
"""The browsers that a remedy may name, with their engines."""

MODERN: Mapping[str, tuple[tuple[date, str], ...]] = {
    "windows": ((date(2015, 7, 29), "Windows 10"), (date(2021, 10, 5), "Windows 11")),
    "windows server": (
        (date(2016, 10, 12), "Windows Server 2016"),
        (date(2021, 8, 18), "Windows Server 2022"),
        (date(2024, 11, 1), "Windows Server 2025"),
    ),
    "macos": ((date(2025, 9, 15), "macOS 26"),),
    "linux": ((date(2000, 1, 1), "a supported release"),),
}
"""The systems that a remedy may name, with the day they came out: of clients, and of servers for servers."""


class Candidate(NamedTuple):
    """A browser that could be had on a system: ``last`` where it is the end of the line there."""

    product: str
    version: str
    channel: str
    last: Last | None


def is_known(family: str, name: str, version: str) -> bool:
    """Whether enough is known of a system to say what runs on it."""
    if family == "macos":
        return isinstance(parse(version), Version)
    return family == "linux" or (family == "windows" and bool(name))


def modern(family: str, name: str, as_of: date) -> str:
    """The system of the same sort that a PC could be moved to on a day; empty where none is named."""
    sort = "windows server" if family == "windows" and "server" in name.casefold() else family
    return next((each for day, each in reversed(MODERN.get(sort, ())) if day <= as_of), "")


def candidates(family: str, name: str, version: str, as_of: date, fresh: Refreshed = refreshed.NONE) -> list[Candidate]:
    """The newest of each browser that runs on a system, for a day; Safari on macOS alone, none where nothing is known.

    The last version for a system counts from the day it was there; until then the newest ran.
    """
    found: list[Candidate] = []
    for product in ENGINES:
        if product == "safari" and family != "macos":
            continue
        last, out = last_on(product, family, name, version), html5.newest(product, as_of, fresh.columns)
        if last and (not last.version or _was_out(last, as_of)):
            found += [Candidate(product, last.version, last.channel, last)] * bool(last.version)
        elif out:
            found.append(Candidate(product, out[0].version, "stable", None))
    return found


def _was_out(last: Last, as_of: date) -> bool:
    release = html5.release_of(last.product, last.version)
    return release is None or release.date is None or release.date <= as_of


def last_on(product: str, family: str, name: str, version: str) -> Last | None:
    """The row of ``LAST`` for a browser on a system; None where its newest version runs."""
    mine = (row for row in last_versions() if (row.product, row.family) == (product, family))
    return next((row for row in mine if _is_of(row, name, version)), None)


def _is_of(row: Last, name: str, version: str) -> bool:
    if row.family != "macos":
        return name in row.systems
    first, have, last = (parse(text) for text in (row.systems[0], version, row.systems[-1]))
    if not (isinstance(first, Version) and isinstance(have, Version) and isinstance(last, Version)):
        return False
    width = len(last.key.release)
    return first.key.release <= have.key.release[: len(first.key.release)] and have.key.release[:width] <= last.key.release
