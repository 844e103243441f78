"""Which lines a range of PCs hands in: their newest snapshots, or those of one day of the histories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from auditor.estate.simulation import dirty
from auditor.estate.simulation.answers import as_csv, expected_row, truth_row
from auditor.estate.simulation.dice import Dice
from auditor.estate.simulation.plan import Pc, newest_day, pc_on, reports_on
from auditor.estate.simulation.scene import Scene
from auditor.estate.simulation.sites import Estate

PER_FILE = 10_000
"""PCs a file, and a piece of work. It does not depend on who does the work, so that the files are the same."""


class Line(NamedTuple):
    """One line of what is handed in; ``pc`` is None for one that is no snapshot and stands beside ``beside``'s."""

    data: bytes
    pc: Pc | None
    beside: Pc


def switch_day(estate: Estate, number: int) -> int:
    """The day on which a PC that was renamed or set up anew became what it is."""
    ago = 20 + Dice(estate.seed, "switch", number).below(60)
    return newest_day(estate, number) - (ago if estate.days == 1 else ago % estate.days)


def newest(estate: Estate, numbers: range) -> Iterator[Pc]:
    """The newest snapshot of each PC, before it that of what a PC was under another name or id: its state is ``before``."""
    for number in numbers:
        pc = pc_on(estate, number, newest_day(estate, number))
        older = _day_before(estate, number) if pc.state in ("renamed", "re-imaged") else 0
        if older:
            yield pc_on(estate, number, older, before=True)._replace(state="before")
        yield pc


def _day_before(estate: Estate, number: int) -> int:
    """The day of the newest snapshot of what a PC was before it was renamed or set up anew; 0 where there is none."""
    day = switch_day(estate, number) - 1
    if estate.days == 1:
        return day
    return next((each for each in range(day, estate.first_day - 1, -1) if reports_on(estate, number, each)), 0)


def on_day(estate: Estate, numbers: range, day: int) -> Iterator[Pc]:
    """The PCs that report on a day of the histories."""
    for number in numbers:
        if reports_on(estate, number, day):
            pc = pc_on(estate, number, day)
            is_older = pc.state in ("renamed", "re-imaged") and day < switch_day(estate, number)
            yield pc_on(estate, number, day, before=True) if is_older else pc


def lines(estate: Estate, scene: Scene, pcs: Iterable[Pc]) -> Iterator[Line]:
    """The lines of these PCs, with the dirty ones among them."""
    for pc in pcs:
        data = scene.line(pc)
        yield Line(data, pc, pc)
        if spoiled := dirty.line_after(estate.seed, pc.number, pc.day, data):
            yield Line(spoiled, None, pc)


def answers(estate: Estate, pcs: Iterable[Pc], strangers: range) -> tuple[bytes, bytes]:
    """(rows of truth.csv, rows of expected.csv) for PCs as they are newest, and those that are never heard of."""
    every = list(pcs)
    heard = (truth_row(pc) for pc in every if estate.days == 1 or pc.day >= estate.first_day)
    known = (expected_row(estate, pc) for pc in every if pc.state != "before")
    unknown = (expected_row(estate, pc_on(estate, number, estate.as_of - 1)) for number in strangers)
    return as_csv(heard), as_csv(row for row in chain(known, unknown) if row)
