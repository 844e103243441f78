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


_XP = ("Windows XP", "Windows Vista", "Windows Server 2003", "Windows Server 2008")
_SEVEN = ("Windows 7", "Windows 8", "Windows 8.1", "Windows Server 2008 R2", "Windows Server 2012", "Windows Server 2012 R2")

LAST: tuple[Last, ...] = (
    Last("chrome", "windows", _XP, "49", basis="recalled"),
    Last("edge", "windows", _XP, "", basis="read"),
    Last("firefox", "windows", _XP, "52.9", "esr"),
    Last("chrome", "windows", _SEVEN, "109", basis="secondary"),
    Last("edge", "windows", _SEVEN, "109"),
    Last("firefox", "windows", _SEVEN, "115.38", "esr", date(2027, 3, 31), "secondary"),
    Last("chrome", "macos", ("10.6", "10.8"), "49", basis="recalled"),
    Last("chrome", "macos", ("10.9", "10.9"), "65", basis="recalled"),
    Last("chrome", "macos", ("10.10", "10.10"), "87", basis="recalled"),
    Last("chrome", "macos", ("10.11", "10.12"), "103"),
    Last("chrome", "macos", ("10.13", "10.14"), "116"),
    Last("chrome", "macos", ("10.15", "10.15"), "128"),
    Last("chrome", "macos", ("11", "11"), "138"),
    Last("chrome", "macos", ("12", "12"), "150"),
    Last("edge", "macos", ("10.6", "10.11"), "103", basis="recalled"),
    Last("edge", "macos", ("10.15", "10.15"), "128"),
    Last("edge", "macos", ("11", "11"), "138", basis="recalled"),
    Last("edge", "macos", ("12", "12"), "150", basis="recalled"),
    Last("firefox", "macos", ("10.6", "10.8"), "45.9", "esr"),
    Last("firefox", "macos", ("10.9", "10.11"), "78.15", "esr"),
    Last("firefox", "macos", ("10.12", "10.14"), "115.38", "esr", date(2027, 3, 31), "secondary"),
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
)
"""Systems that are not named here run the newest version. An empty version: the browser never ran there."""

ENGINES: Mapping[str, str] = {"chrome": "blink", "edge": "blink", "firefox": "gecko", "safari": "webkit"}
"""The browsers that a remedy may name, with their engines."""

MODERN: Mapping[str, str] = {"windows": "Windows 11", "macos": "macOS 26", "linux": "a supported release"}
"""The system that a remedy may name, by family."""


class Candidate(NamedTuple):
    """A browser that could be had on a system: ``last`` where it is the end of the line there."""

    product: str
    version: str
    channel: str
    last: Last | None


def candidates(family: str, name: str, version: str, as_of: date) -> list[Candidate]:
    """The newest of each browser that runs on a system, for a day; Safari on macOS alone, none where nothing is known."""
    found: list[Candidate] = []
    for product in ENGINES:
        if product == "safari" and family != "macos":
            continue
        last = last_on(product, family, name, version)
        if last and last.version:
            found.append(Candidate(product, last.version, last.channel, last))
        elif last is None and (out := html5.newest(product, as_of)):
            found.append(Candidate(product, out[0].version, "stable", None))
    return found


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
