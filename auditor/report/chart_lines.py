"""Lines over points of time, each with its name at its end."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from auditor.report.chart_ink import GREY, INK, RULE, SIZE, Look, cut, lettering, looks, number, wide
from auditor.report.document import Line, Lines

MOST_LINES = 12
"""So many lines are drawn; of more, none could be followed."""

_TALL, _TOP, _GAP, _APART = 230.0, 10.0, 10.0, 17.0
_SAMPLE = 26.0
_MOST_MARKED = 26
_TICKS = 5


class _Plane(NamedTuple):
    """Where points and values are on the page."""

    left: float
    right: float
    points: int
    most: int

    def x(self, at: int) -> float:
        """Where the point ``at`` is; one alone stands in the middle."""
        if self.points < 2:
            return (self.left + self.right) / 2
        return self.left + (self.right - self.left) * at / (self.points - 1)

    def y(self, value: float) -> float:
        """How high ``value`` is."""
        return _TOP + _TALL * (1 - value / self.most)


def lines(figure: Lines, width: float) -> tuple[str, float]:
    """What is drawn of ``figure``, ``width`` pixels across, and its height."""
    shown = figure.lines[:MOST_LINES]
    values = [value for line in shown for value in line.values if value is not None]
    if not figure.points or not values:
        return lettering(0, SIZE + 4, "Nothing to show.", fill=GREY), SIZE + 12
    step = _step(max(values))
    most = -(-max(*values, 1) // step) * step
    names = [_name(line) for line in shown]
    behind = min(max(map(wide, names)) * 1.15, width * 0.3)
    left = max(wide(f"{most:,}") + _GAP, wide(cut(figure.points[0], width / 6)) / 2)
    plane = _Plane(left, max(width - behind - _SAMPLE - 4 * _GAP, left + 40), len(figure.points), most)
    keys = [(line.state, str(at)) for at, line in enumerate(shown)]
    by_key = looks(keys)
    look = [by_key[each] for each in keys]
    drawn = [*_grid(plane, step), *_below(figure.points, plane)]
    for at, (line, each) in enumerate(zip(shown, look, strict=True)):
        drawn.append(_drawn(line.values[: len(figure.points)], figure.steps, plane, each, at))
    drawn.extend(_named(shown, names, look, plane, behind))
    height = max(_TOP + _TALL, _lowest(shown)) + 28
    left_out = len(figure.lines) - len(shown)
    if left_out:
        drawn.append(lettering(plane.left, height + SIZE, f"and {left_out:,} more; the table has all", fill=GREY))
        height += 22
    return "".join(drawn), height


def _step(most: int) -> int:
    """Between the lines of the grid: 1, 2 or 5 with noughts, for about five of them."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * _TICKS >= most:
                return step
        size *= 10


def _grid(plane: _Plane, step: int) -> Iterator[str]:
    for value in range(0, plane.most + 1, step):
        y = plane.y(value)
        path = f"M{number(plane.left)} {number(y)}H{number(plane.right)}"
        yield f'<path d="{path}" stroke="{RULE if value else INK}" stroke-width="1"/>'
        yield lettering(plane.left - 6, y + 4.5, f"{value:,}", anchor="end", fill=GREY)


def _below(points: Sequence[str], plane: _Plane) -> Iterator[str]:
    """As many names of points as fit without touching, among them the first; and a mark for each that has one."""
    apart = (plane.right - plane.left) / max(len(points) - 1, 1)
    room = (plane.right - plane.left) / 4
    widest = max(wide(cut(point, room)) for point in points) + _GAP
    every = math.ceil(widest / apart) if len(points) > 1 else 1
    foot = _TOP + _TALL
    for at in range(0, len(points), every):
        yield f'<path d="M{number(plane.x(at))} {number(foot)}v4" stroke="{INK}" stroke-width="1"/>'
        yield lettering(plane.x(at), foot + 19, cut(points[at], room), anchor="middle", fill=GREY)


def _drawn(values: Sequence[int | None], steps: bool, plane: _Plane, look: Look, at: int) -> str:
    """The line itself, broken where there is no value, and its marks."""
    path: list[str] = []
    marks: list[str] = []
    before: int | None = None
    for place, value in enumerate(values):
        x = plane.x(place)
        if steps and before is not None:
            path.append(f"H{number(x)}")
        if value is not None:
            y = plane.y(value)
            if before is None:
                path.append(f"M{number(x)} {number(y)}")
            else:
                path.append(f"V{number(y)}" if steps else f"L{number(x)} {number(y)}")
            alone = before is None and (place + 1 >= len(values) or values[place + 1] is None)
            if len(values) <= _MOST_MARKED or alone:
                marks.append(_mark(x, y, at))
        before = value
    stroke = f'stroke="{look.line}" stroke-width="2.5"' + (f' stroke-dasharray="{look.dashes}"' if look.dashes else "")
    drawn = f'<path d="{"".join(path)}" fill="none" {stroke}/>' if path else ""
    return drawn + (f'<path d="{"".join(marks)}" fill="{look.line}"/>' if marks else "")


def _mark(x: float, y: float, at: int) -> str:
    """A square, a lozenge, or a triangle that points up or down: another for each line beside another."""
    shapes = ("m-3.5 -3.5h7v7h-7z", "m0 -5l5 5l-5 5l-5 -5z", "m0 -5l5 9h-10z", "m0 5l5 -9h-10z")
    return f"M{number(x)} {number(y)}{shapes[at % len(shapes)]}"


def _name(line: Line) -> str:
    """A line's name and its last value."""
    last = next((value for value in reversed(line.values) if value is not None), None)
    return f"{line.label}: {last:,}" if last is not None else f"{line.label}: no data"


def _lowest(shown: Sequence[Line]) -> float:
    """Where the names end if they fill all the room that they need."""
    return _TOP + _APART * len(shown)


def _named(shown: Sequence[Line], names: Sequence[str], look: Sequence[Look], plane: _Plane, room: float) -> Iterator[str]:
    """The names at the ends of the lines, pushed apart, each with a sample and a thin line to where its own ends."""
    ends = []
    for at, line in enumerate(shown):
        held = [(place, value) for place, value in enumerate(line.values[: plane.points]) if value is not None]
        last = held[-1] if held else None
        ends.append((plane.y(last[1]) if last else plane.y(0), plane.x(last[0]) if last else None, at))
    ends.sort(key=lambda each: (each[0], each[2]))
    bottom = max(_TOP + _TALL, _lowest(shown))
    for (end, x, at), y in zip(ends, apart([each[0] for each in ends], _APART, _TOP, bottom), strict=True):
        begin = plane.right + 2 * _GAP
        if x is not None:
            path = f"M{number(x + 4)} {number(end)}L{number(begin)} {number(y)}"
            yield f'<path d="{path}" stroke="{GREY}" stroke-width="0.7" fill="none"/>'
        dashes = f' stroke-dasharray="{look[at].dashes}"' if look[at].dashes else ""
        sample = f'<path d="M{number(begin)} {number(y)}h{number(_SAMPLE)}" stroke="{look[at].line}" stroke-width="2.5"'
        yield f'{sample}{dashes} fill="none"/><path d="{_mark(begin + _SAMPLE / 2, y, at)}" fill="{look[at].line}"/>'
        yield lettering(begin + _SAMPLE + 6, y + 4.5, _short(names[at], room))


def _short(name: str, room: float) -> str:
    """A name cut so that its value stays."""
    label, _, value = name.rpartition(": ")
    return f"{cut(label, room - wide(f': {value}'))}: {value}"


def apart(wanted: Sequence[float], gap: float, top: float, bottom: float) -> list[float]:
    """Places as near to the ``wanted`` ones (in ascending order) as can be, ``gap`` apart and from ``top`` to ``bottom``."""
    found: list[float] = []
    for each in wanted:
        found.append(max(each, found[-1] + gap if found else top))
    limit = bottom
    for at in range(len(found) - 1, -1, -1):
        found[at] = min(found[at], limit)
        limit = found[at] - gap
    return found
