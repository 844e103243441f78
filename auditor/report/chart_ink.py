"""What charts are drawn with: the look of each state, lettering that fits, and text that is safe in SVG."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from itertools import accumulate
from typing import NamedTuple

from auditor.report.text import as_code, clean

INK, PAPER, GREY, RULE = "#0b0c0c", "#ffffff", "#505a5f", "#b1b4b6"
"""Lettering, ground, lettering of lesser weight, and lines of a grid."""
SIZE = 13.0
"""Height of the lettering of a chart in pixels."""
GLYPHS = {"ready": "●", "waived": "○", "at risk": "▲", "not ready": "■", "unknown": "◊", "stale": "▼"}
"""State → a character for it where there is no room for a pattern; the fonts that ship have them."""


class Look(NamedTuple):
    """How a state is drawn: its colour, that of lettering on it, of its line, its pattern, and the dashes of its line."""

    fill: str
    ink: str
    line: str
    pattern: str
    dashes: str


LOOKS: Mapping[str, Look] = {
    "ready": Look("#00703c", PAPER, "#00703c", "", ""),
    "waived": Look("#5694ca", INK, "#5694ca", "dots", "2 4"),
    "at risk": Look("#e0a526", INK, "#b8860b", "rising", "8 4"),
    "not ready": Look("#b10e1e", PAPER, "#b10e1e", "crossed", "12 3 2 3"),
    "unknown": Look("#8a9297", INK, "#505a5f", "upright", "5 3"),
    "stale": Look("#912b88", PAPER, "#912b88", "level", "12 6"),
}
"""The states, in their order. No two have the same pattern or dashes, so they are told apart without colour."""

PLAIN: tuple[Look, ...] = (
    Look("#1d3557", PAPER, "#1d3557", "", ""),
    Look("#a9c4e0", INK, "#3f6fa3", "rising", "9 4"),
    Look("#5b6b2f", PAPER, "#5b6b2f", "dots", "3 3"),
    Look("#e3d5b8", INK, "#8a7440", "upright", "14 4 3 4"),
    Look("#6b4c2a", PAPER, "#6b4c2a", "level", "1 3"),
    Look("#c7cacc", INK, "#6f777b", "crossed", "18 5"),
)
"""For what is no state, in the order in which it comes up."""


def looks(parts: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Look]:
    """The look of each (state, label): states first and in their order, the others as they come up."""
    found = dict.fromkeys(parts)
    order = list(LOOKS)
    stated = sorted((each for each in found if each[0] in LOOKS), key=lambda each: order.index(each[0]))
    others = [each for each in found if each[0] not in LOOKS]
    return {each: LOOKS[each[0]] for each in stated} | {each: PLAIN[at % len(PLAIN)] for at, each in enumerate(others)}


def contrast(one: str, other: str) -> float:
    """The contrast of two colours ("#rrggbb"), 1 to 21, as WCAG 2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def number(value: float) -> str:
    """A coordinate with at most one decimal place."""
    return f"{value:.1f}".removesuffix(".0")


def safe(text: str) -> str:
    """``text`` cleaned and escaped for element content and for attributes in quotation marks."""
    # XML knows neither of these two, escaped or not, and they are no control characters to `clean`
    return escape(re.sub("[\ufffe\uffff]", lambda found: as_code(found[0]), clean(text)))


def wide(text: str, size: float = SIZE) -> float:
    """How wide ``text`` is in pixels, rather a little too much than too little."""
    return size * 1.04 * sum(map(_advance, text))


def _advance(char: str) -> float:
    """The width of a character as a part of its size; those of Arial and of fonts made to its measures."""
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    for group, width in _ADVANCES.items():
        if char in group:
            return width
    return 0.74 if char.isupper() else 0.56


_ADVANCES = {"ijl|'": 0.24, ".,:;!()[]{}/\\ ftrI-`": 0.31, "cksvxyz": 0.5, "mMwW": 0.86, "@%—…": 1.0}


def cut(text: str, room: float, size: float = SIZE) -> str:
    """``text``, cleaned, with an ellipsis for what does not fit into ``room`` pixels."""
    whole = clean(text)
    if wide(whole, size) <= room:
        return whole
    ends = list(accumulate(wide(char, size) for char in whole))
    return whole[: bisect_right(ends, room - wide("…", size))].rstrip() + "…"


def lettering(x: float, y: float, text: str, *, anchor: str = "start", fill: str = INK, size: float = SIZE) -> str:
    """``text`` with its base line at ``y``; ``anchor`` is start, middle or end."""
    where = f'x="{number(x)}" y="{number(y)}"' + (f' text-anchor="{anchor}"' if anchor != "start" else "")
    height = f' font-size="{number(size)}"' if size != SIZE else ""
    return f'<text {where}{height} fill="{fill}">{safe(text)}</text>'


def box(x: float, y: float, width: float, height: float, look: Look) -> str:
    """A part of a bar, or a swatch of it: its colour, an outline that stands out from paper, and its pattern."""
    where = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    drawn = f'<rect {where} fill="{look.fill}" stroke="{look.line}" stroke-width="1"/>'
    path = _PATTERNS[look.pattern](x, y, width, height) if look.pattern else ""
    if not path:
        return drawn
    # round ends make a dot of a line without length
    return f'{drawn}<path d="{path}" fill="none" stroke="{look.ink}" stroke-width="1.2" stroke-linecap="round"/>'


_STEP, _RIM = 9.0, 1.5


def _rising(x: float, y: float, width: float, height: float) -> str:
    return _slanted(x, y, width, height, -1)


def _crossed(x: float, y: float, width: float, height: float) -> str:
    return _slanted(x, y, width, height, -1) + _slanted(x, y, width, height, 1)


def _slanted(x: float, y: float, width: float, height: float, way: int) -> str:
    """Lines at 45 degrees, each cut to the box: no clip path is needed, which not all that draw SVG know."""
    left, right, tall = x + _RIM, x + width - _RIM, height - 2 * _RIM
    found, at = [], left - tall + _STEP / 2
    while at < right:
        start, end = max(at, left), min(at + tall, right)
        foot = y + _RIM + (tall - (start - at) if way < 0 else start - at)
        if end - start > 1:
            found.append(f"M{number(start)} {number(foot)}l{number(end - start)} {number(way * (end - start))}")
        at += _STEP
    return "".join(found)


def _upright(x: float, y: float, width: float, height: float) -> str:
    return "".join(f"M{number(x + at)} {number(y + _RIM)}v{number(height - 2 * _RIM)}" for at in _steps(width, _STEP * 0.6))


def _level(x: float, y: float, width: float, height: float) -> str:
    if width <= 2 * _RIM:
        return ""
    return "".join(f"M{number(x + _RIM)} {number(y + at)}h{number(width - 2 * _RIM)}" for at in _steps(height, 6))


def _dots(x: float, y: float, width: float, height: float) -> str:
    return "".join(
        f"M{number(x + at)} {number(y + down)}h0.6"
        for row, down in enumerate(_steps(height, 6))
        for at in _steps(width, _STEP, first=_STEP / 2 if row % 2 else _STEP)
    )


def _steps(length: float, step: float, first: float = 0.0) -> Iterator[float]:
    """Places from the first to just before the end of ``length``."""
    at = first or step / 2
    while at < length - _RIM:
        yield at
        at += step


_PATTERNS: Mapping[str, Callable[[float, float, float, float], str]] = {
    "rising": _rising,
    "crossed": _crossed,
    "upright": _upright,
    "level": _level,
    "dots": _dots,
}
