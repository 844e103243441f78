"""Which lines a range of PCs hands in: their newest snapshots, or those of one day of the histories."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from auditor.estate.simulation import dirty
from auditor.estate.simulation.answers import as_csv, expected_rows, truth_row
from auditor.estate.simulation.dice import Dice
from auditor.estate.simulation.plan import Pc, last_day, newest_day, pc_on, reports_on
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
    last = last_day(estate, number)
    if estate.days == 1:
        return last - 20 - Dice(estate.seed, "switch", number).below(60)
    return last - Dice(estate.seed, "switch", number).below(estate.days)


def newest(estate: Estate, numbers: range) -> Iterator[Pc]:
    """The newest snapshot of each PC, before it that of what a PC was under another name or id: its state is ``before``.

    Of histories, only what was heard in their days.
    """
    for number in numbers:
        day = newest_day(estate, number)
        if estate.days > 1 and day < estate.first_day:
            continue
        pc = pc_on(estate, number, day)
        older = _day_before(estate, number) if pc.state in ("renamed", "re-imaged") else 0
        if older:
            yield pc_on(estate, number, older, before=True)._replace(state="before")
        if older < day:
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


def lines(estate: Estate, scene: Scene, pcs: Iterator[Pc]) -> Iterator[Line]:
    """The lines of these PCs, with the dirty ones among them."""
    for pc in pcs:
        data = scene.line(pc)
        yield Line(data, pc, pc)
        if spoiled := dirty.line_after(estate.seed, pc.number, pc.day, data):
            yield Line(spoiled, None, pc)


def answers(estate: Estate, numbers: range) -> tuple[bytes, bytes]:
    """(rows of truth.csv, rows of expected.csv) for these PCs, those that are never heard of among the second."""
    heard = range(numbers.start, min(numbers.stop, estate.pcs))
    truth = (truth_row(pc) for pc in newest(estate, heard))
    return as_csv(truth), as_csv(expected_rows(estate, numbers))
