"""The short notation for "since when", in which the table of HTML5 support is written.

A cell is about one feature in one browser. Spells of full support come first, then those
of partial support after ``~``, then those that are not known after ``?``; what is named
nowhere is not supported. ``49`` is since 49; ``12-13,79`` twice; ``52~21-51`` full since
52 and partial before; ``?1-10`` not known up to 10 and missing after; ``5-5`` only
in 5; empty is never. Both ends of a spell are releases that the browser's list of releases has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

NONE, UNKNOWN, PARTIAL, FULL = 0, 1, 2, 3
"""Levels of support. The least of several is what they come to together."""

_MARKS = ((FULL, ""), (PARTIAL, "~"), (UNKNOWN, "?"))


def fold(levels: Sequence[int], versions: Sequence[str]) -> str:
    """The cell for a level at each of the versions, which are in order."""
    written: dict[int, list[str]] = {level: [] for level, _ in _MARKS}
    at = 0
    for level, run in groupby(levels):
        last = at + sum(1 for _ in run) - 1
        if level != NONE:
            end = "" if last == len(versions) - 1 else f"-{versions[last]}"
            written[level].append(versions[at] + end)
        at = last + 1
    return "".join(mark + ",".join(written[level]) for level, mark in _MARKS if written[level])


class Spell(NamedTuple):
    """A run of releases with one level of support: the first and the last, by their place in the list."""

    level: int
    first: int
    last: int


def spells(cell: str, places: Mapping[str, int]) -> tuple[Spell, ...]:
    """The spells of a cell in the order of the releases; ``places`` is version → place in their list.

    :raises ValueError: the cell is not in this notation, names a version that is not in the
        list, or has spells that overlap.
    """
    found = []
    for level, part in _parts(cell):
        for spell in part.split(","):
            first, dash, last = spell.partition("-")
            if first not in places or (dash and last not in places):
                raise ValueError(f"{cell!r}: no such release in {spell!r}")
            found.append(Spell(level, places[first], places[last] if dash else len(places) - 1))
    found.sort(key=lambda each: each.first)
    ends = [-1, *(each.last for each in found)]
    if any(each.first <= end or each.last < each.first for each, end in zip(found, ends, strict=False)):
        raise ValueError(f"{cell!r}: spells that overlap, or end before they begin")
    return tuple(found)


def unfold(cell: str, versions: Sequence[str]) -> tuple[int, ...]:
    """The level at each of the versions, which are in order: the reverse of :func:`fold`.

    :raises ValueError: as :func:`spells`.
    """
    levels = [NONE] * len(versions)
    for level, first, last in spells(cell, {version: at for at, version in enumerate(versions)}):
        levels[first : last + 1] = [level] * (last + 1 - first)
    return tuple(levels)


def _parts(cell: str) -> list[tuple[int, str]]:
    rest, _, unknown = cell.partition("?")
    full, _, partial = rest.partition("~")
    return [(level, part) for level, part in ((FULL, full), (PARTIAL, partial), (UNKNOWN, unknown)) if part]
