"""The last version of each browser that still runs on an operating system. Inert data, and what could be installed there.

Sources, all of 2026-11-22: Mozilla's release notes (system requirements of each release),
Microsoft's list of systems for Edge, Electron's notes on what Chromium dropped, Apple's
table of security releases; rows marked *recalled* were not read again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from auditor.knowledge import html5
from auditor.versions import Version, parse


class Last(NamedTuple):
    """``product`` ends with ``version`` on ``systems``: names of Windows, or first and last version of macOS.

    ``fixes_end`` is the last day it is mended for these systems; None where that is long past
    or not known. ``basis`` is read, secondary or recalled.
    """

    product: str
    family: str
    systems: tuple[str, ...]
    version: str
    channel: str = "stable"
    fixes_end: date | None = None
    basis: str = "read"


_2000 = ("Windows 2000", "Windows 2000 Server")
_NT4 = ("Windows NT 4.0", "Windows NT Server 4.0")
_XP = ("Windows XP", "Windows Vista", "Windows Server 2003", "Windows Server 2008")
_SEVEN = ("Windows 7", "Windows 8", "Windows 8.1", "Windows Server 2008 R2", "Windows Server 2012", "Windows Server 2012 R2")

LAST: tuple[Last, ...] = (
    Last("chrome", "windows", (*_NT4, *_2000), "", basis="recalled"),
    Last("edge", "windows", (*_NT4, *_2000), "", basis="recalled"),
    Last("firefox", "windows", _NT4, "2", basis="recalled"),
    Last("firefox", "windows", _2000, "12", basis="recalled"),
    Last("chrome", "windows", _XP, "49", basis="recalled"),
    Last("edge", "windows", _XP, "", basis="read"),
    Last("firefox", "windows", _XP, "52.9", "esr"),
    Last("chrome", "windows", _SEVEN, "109", basis="secondary"),
    Last("edge", "windows", _SEVEN, "109"),
    Last("firefox", "windows", _SEVEN, "115.38", "esr", date(2027, 3, 31), "secondary"),
    Last("chrome", "macos", ("10.0", "10.4"), "", basis="recalled"),
    Last("chrome", "macos", ("10.5", "10.5"), "21", basis="recalled"),
    Last("chrome", "macos", ("10.6", "10.8"), "49", basis="recalled"),
    Last("chrome", "macos", ("10.9", "10.9"), "65", basis="recalled"),
    Last("chrome", "macos", ("10.10", "10.10"), "87", basis="recalled"),
    Last("chrome", "macos", ("10.11", "10.12"), "103"),
    Last("chrome", "macos", ("10.13", "10.14"), "116"),
    Last("chrome", "macos", ("10.15", "10.15"), "128"),
    Last("chrome", "macos", ("11", "11"), "138"),
    Last("chrome", "macos", ("12", "12"), "150"),
    Last("edge", "macos", ("10.0", "10.10"), "", basis="recalled"),
    Last("edge", "macos", ("10.11", "10.12"), "103", basis="recalled"),
    Last("edge", "macos", ("10.13", "10.14"), "116", basis="recalled"),
    Last("edge", "macos", ("10.15", "10.15"), "128"),
    Last("edge", "macos", ("11", "11"), "138", basis="recalled"),
    Last("edge", "macos", ("12", "12"), "150", basis="recalled"),
    Last("firefox", "macos", ("10.0", "10.4"), "3.6", basis="recalled"),
    Last("firefox", "macos", ("10.5", "10.5"), "16", basis="recalled"),
    Last("firefox", "macos", ("10.6", "10.8"), "45.9", "esr"),
    Last("firefox", "macos", ("10.9", "10.11"), "78.15", "esr"),
    Last("firefox", "macos", ("10.12", "10.14"), "115.38", "esr", date(2027, 3, 31), "secondary"),
    Last("safari", "macos", ("10.0", "10.4"), "4.1.3", basis="recalled"),
    Last("safari", "macos", ("10.5", "10.5"), "5.0.6", basis="recalled"),
    Last("safari", "macos", ("10.6", "10.6"), "5.1.10", basis="recalled"),
    Last("safari", "macos", ("10.7", "10.7"), "6.1.6", basis="recalled"),
    Last("safari", "macos", ("10.8", "10.8"), "6.2.8", basis="recalled"),
    Last("safari", "macos", ("10.9", "10.9"), "9.1.3", basis="recalled"),
    Last("safari", "macos", ("10.10", "10.10"), "10.1.2", basis="recalled"),
    Last("safari", "macos", ("10.11", "10.11"), "11.1.2", basis="recalled"),
    Last("safari", "macos", ("10.12", "10.12"), "12.1.2", basis="recalled"),
    Last("safari", "macos", ("10.13", "10.13"), "13.1.2"),
    Last("safari", "macos", ("10.14", "10.14"), "14.1.2"),
    Last("safari", "macos", ("10.15", "10.15"), "15.6.1"),
    Last("safari", "macos", ("11", "11"), "16.6.1"),
    Last("safari", "macos", ("12", "12"), "17.6"),
    Last("safari", "macos", ("13", "13"), "18.6"),
    Last("safari", "macos", ("14", "14"), "26", basis="recalled"),
)
"""Systems that are not named here run the newest version. An empty version: the browser never ran there."""

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


def candidates(family: str, name: str, version: str, as_of: date) -> list[Candidate]:
    """The newest of each browser that runs on a system, for a day; Safari on macOS alone, none where nothing is known.

    The last version for a system counts from the day it was there; until then the newest ran.
    """
    found: list[Candidate] = []
    for product in ENGINES:
        if product == "safari" and family != "macos":
            continue
        last, out = last_on(product, family, name, version), html5.newest(product, as_of)
        if last and (not last.version or _was_out(last, as_of)):
            found += [Candidate(product, last.version, last.channel, last)] * bool(last.version)
        elif out:
            found.append(Candidate(product, out[0].version, "stable", None))
    return found


def _was_out(last: Last, as_of: date) -> bool:
    release = html5.release_of(last.product, last.version)
    return release is None or release.date is None or release.date <= as_of


def last_on(product: str, family: str, name: str, version: str) -> Last | None:
    """The row of :data:`LAST` for a browser on a system; None where its newest version runs."""
    mine = (row for row in LAST if (row.product, row.family) == (product, family))
    return next((row for row in mine if _is_of(row, name, version)), None)


def _is_of(row: Last, name: str, version: str) -> bool:
    if row.family != "macos":
        return name in row.systems
    first, have, last = (parse(text) for text in (row.systems[0], version, row.systems[-1]))
    if not (isinstance(first, Version) and isinstance(have, Version) and isinstance(last, Version)):
        return False
    width = len(last.key.release)
    return first.key.release <= have.key.release[: len(first.key.release)] and have.key.release[:width] <= last.key.release
