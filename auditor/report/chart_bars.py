"""Bars below each other: parts of a whole, or counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from auditor.report.chart_ink import GREY, INK, PLAIN, RULE, SIZE, Look, box, cut, lettering, looks, number, wide
from auditor.report.document import Bar, Bars, Part
from auditor.report.words import share

MOST_BARS = 30
"""So many bars are drawn: as many as fit on a page of paper."""
MOST_WORDS = 24
"""So many words are in the legend."""

_ROW, _TALL, _GAP, _PAD = 27.0, 19.0, 10.0, 4.0
_SWATCH = 26.0

Looks = Mapping[tuple[str, str], Look]


class _Room(NamedTuple):
    """Where the bars are: from ``left``, ``length`` long; ``most`` is what a bar of counts of that length counts."""

    left: float
    length: float
    most: int


def bars(figure: Bars, width: float) -> tuple[str, float]:
    """What is drawn of ``figure``, ``width`` pixels across, and its height."""
    shown = figure.bars[:MOST_BARS]
    if not shown:
        return lettering(0, SIZE + 4, "Nothing to show.", fill=GREY), SIZE + 12
    look = looks((part.state, part.label) for bar in shown for part in bar.parts)
    drawn, top = _legend(look, width)
    left = min(max(wide(cut(bar.label, width * 0.32)) for bar in shown), width * 0.32) + _GAP
    # where neither font is there, a wider one stands in: it must not run off the picture
    right = max(wide(_beside(bar, figure.alike)) for bar in shown) * 1.15 + _GAP
    room = _Room(left, max(width - left - right, 20.0), max(_counted(bar) for bar in shown))
    found = [drawn]
    for bar in shown:
        found.extend(_row(bar, figure.alike, top, room, look))
        top += _ROW
    left_out = len(figure.bars) - len(shown)
    if left_out:
        found.append(lettering(left, top + SIZE, f"and {left_out:,} more; the table has all", fill=GREY))
        top += _ROW
    return "".join(found), top + 2


def _legend(look: Looks, width: float) -> tuple[str, float]:
    """A swatch and the word for all that is drawn, in as many lines as it takes, and where they end."""
    found, x, y = [], 0.0, 1.0
    for (_, label), each in list(look.items())[:MOST_WORDS]:
        word = cut(label, width / 3 - _SWATCH - 24)
        long = _SWATCH + 6 + wide(word) + 18
        if x and x + long > width:
            x, y = 0.0, y + 22
        found.append(box(x + 1, y, _SWATCH, 14, each) + lettering(x + _SWATCH + 7, y + 11.5, word))
        x += long
    if len(look) > MOST_WORDS:
        y += 22
        found.append(lettering(0, y + 11.5, f"and {len(look) - MOST_WORDS:,} more; the table has all", fill=GREY))
    return "".join(found), y + 26 if found else 4.0


def _row(bar: Bar, alike: bool, top: float, room: _Room, look: Looks) -> Iterator[str]:
    """A bar with its label before it and its base behind it."""
    base_line = top + _TALL - 5
    yield lettering(0, base_line, cut(bar.label, room.left - _GAP))
    counted = _counted(bar)
    whole = max(bar.base, counted) if alike else room.most
    x = room.left
    if alike and whole:  # what no part is of stays an empty frame
        yield _frame(room.left, top, room.length)
    elif not alike:
        yield f'<path d="M{number(x)} {number(top - 2)}v{number(_TALL + 4)}" stroke="{INK}" stroke-width="1"/>'
    for part in bar.parts:
        if part.number > 0:
            length = room.length * part.number / whole
            yield box(x, top, max(length, 0.8), _TALL, look.get((part.state, part.label), PLAIN[0]))
            if alike or len(bar.parts) > 1:  # what a single count counts stands beside it
                yield _inside(part, bar.base, alike, x, top, length, look)
            x += length
    at = room.left + room.length if alike else x
    yield lettering(at + _GAP, base_line, _beside(bar, alike), fill=GREY if alike else INK)


def _frame(x: float, y: float, length: float) -> str:
    where = f'x="{number(x)}" y="{number(y)}" width="{number(length)}" height="{number(_TALL)}"'
    return f'<rect {where} fill="none" stroke="{RULE}" stroke-width="1"/>'


def _inside(part: Part, base: int, alike: bool, x: float, top: float, length: float, look: Looks) -> str:
    """The number of a part on a plate of its colour, so that no pattern runs through it; nothing where it does not fit."""
    text = share(part.number, base) if alike else f"{part.number:,}"
    long = wide(text) + 2 * _PAD
    if long > length:
        return ""
    each = look[part.state, part.label]
    middle = x + length / 2
    plate = f'x="{number(middle - long / 2)}" y="{number(top + 1.5)}" width="{number(long)}" height="{number(_TALL - 3)}"'
    return f'<rect {plate} fill="{each.fill}"/>' + lettering(middle, top + _TALL - 5, text, anchor="middle", fill=each.ink)


def _beside(bar: Bar, alike: bool) -> str:
    """What stands behind a bar: its base, and of counts how many of it and which share."""
    if alike:
        return f"n = {bar.base:,}" if bar.base or _counted(bar) else "n = 0: none to count"
    counted = _counted(bar)
    return f"{counted:,} of {bar.base:,} ({share(counted, bar.base)})" if bar.base else f"{counted:,}"


def _counted(bar: Bar) -> int:
    return sum(max(part.number, 0) for part in bar.parts)
