"""Vendors' version strings, compared.

PEP 440 refuses most of them (``140.12.0esr``, ``1:7.0.4-4+deb11u10``) and misreads
others (``2.2.0-2`` as a post-release), so the vendors' habits are unfolded first and
only the result is handed to :mod:`packaging`, whose order is total. What cannot be
ordered honestly is :class:`NotComparable`, with the reason; nothing here raises.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from packaging.version import Version as PepVersion

MAX_LENGTH = 200
"""Longest text that is looked at as a version, in characters."""

_EPOCH = re.compile(r"^[0-9]{1,9}:(?=[0-9])")
_NUMBERS = re.compile(r"^[0-9]{1,15}(?:\.[0-9]{1,15})*(?![0-9])")
_DECIMAL_COMMA = re.compile(r"^[0-9]{1,4}(?:,[0-9]{1,4})+$")
_BUILD_IN_BRACKETS = re.compile(r"^ *\(([0-9]{1,15})\)$")
_PRE = re.compile(r"^[ ~._-]?(alpha|beta|preview|pre|rc|dev|a(?=[0-9])|b(?=[0-9]))[._-]?([0-9]{0,9})(?![a-z0-9])", re.I)
_PATCH = re.compile(r"^p([0-9]{1,9})(?![a-z0-9])", re.I)
_ESR = re.compile(r"^ ?esr(?![a-z])", re.I)
_TAIL = re.compile(r"^(?:[ _+~(-]|\.[a-z])", re.I)
_DATE = re.compile(r"^(?:19|20)[0-9]{6}(?:\.|$)")
_PRE_LETTER = {"alpha": "a", "a": "a", "beta": "b", "b": "b", "pre": "rc", "preview": "rc", "rc": "rc"}


class NotComparable(NamedTuple):
    """A version text that cannot be put in order; ``reason`` is for a person."""

    text: str
    reason: str


class Version(NamedTuple):
    """A version text as written (``text``) and what it is ordered by (``key``)."""

    text: str
    key: PepVersion


def parse(text: str) -> Version | NotComparable:
    """Unfold a vendor's version text into something that can be compared.

    Dropped for the order, kept in ``text``: a package's epoch and its packager's
    revision, *esr*, words in brackets. Kept for the order: every leading number,
    pre-release marks, ``p2`` patches and a build number in brackets.
    """
    if len(text) > MAX_LENGTH:
        return NotComparable(text[:MAX_LENGTH], f"longer than {MAX_LENGTH} characters")
    return _parse(text)


@lru_cache(maxsize=4096)
def _parse(text: str) -> Version | NotComparable:
    rest = re.sub(r" *\. *", ".", _EPOCH.sub("", text.strip().removeprefix("v")))
    if _DECIMAL_COMMA.match(rest):
        rest = rest.replace(",", ".")
    if _DATE.match(rest):
        return NotComparable(text, "a date, not a version")
    numbers = _NUMBERS.match(rest)
    if not numbers:
        return NotComparable(text, "does not begin with a number" if text.strip() else "empty")
    suffix = _suffix(rest[numbers.end() :])
    if suffix is None:
        return NotComparable(text, f"what follows {numbers.group()!r} has no known order")
    return Version(text, PepVersion(numbers.group() + suffix))


def _suffix(tail: str) -> str | None:
    """What follows the numbers, in PEP 440's spelling; None when it has no known order."""
    tail = _ESR.sub("", tail)
    if build := _BUILD_IN_BRACKETS.match(tail):
        return f"+{build.group(1)}"
    if patch := _PATCH.match(tail):
        return f".post{patch.group(1)}"
    if pre := _PRE.match(tail):
        word, number = pre.group(1).lower(), pre.group(2) or "0"
        return f".dev{number}" if word == "dev" else f"{_PRE_LETTER[word]}{number}"
    return "" if not tail or _TAIL.match(tail) else None


def compare(left: str, right: str) -> int | NotComparable:
    """-1, 0 or 1 as ``left`` is older than, equal to or newer than ``right``."""
    a, b = parse(left), parse(right)
    if isinstance(a, NotComparable):
        return a
    if isinstance(b, NotComparable):
        return b
    return (a.key > b.key) - (a.key < b.key)


_PACKAGERS = re.compile(r"(?:\+[a-z]|~(?:deb|ubuntu|bpo|linuxmint|mint|pop))[a-z0-9.+~]*$", re.I)
"""What a packager adds to the version itself: ``+build1``, ``+dfsg``, ``~linuxmint1``; ``~rc2`` is the vendor's."""


def upstream(text: str) -> str:
    """A Linux package's version without epoch, packager's revision and packager's additions.

    ``4:7.4.7-1+deb12u14`` → ``7.4.7``; ``140.12.0esr-1~deb12u1`` → ``140.12.0esr``;
    ``140.0.2+build1-0ubuntu0.22.04.1`` and ``140.0.2+linuxmint1+xia`` → ``140.0.2``.
    """
    version = _EPOCH.sub("", text.strip())
    version = version.rpartition("-")[0] or version
    return _PACKAGERS.sub("", version) or version
