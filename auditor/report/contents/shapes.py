"""Tables and figures that several chapters have alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from auditor.estate.filters import exactly
from auditor.estate.result import STATES, Estate, Group, Tally
from auditor.report import words
from auditor.report.document import Bar, Bars, Cell, Claims, Column, Part, Table

STATE_COLUMNS = tuple(Column(words.STATE_TITLES[state], is_number=True) for state in STATES)
"""A column for each state."""


MOST_GROUPS = 60
"""So many sites, systems or browsers stand in a table: of more of them nobody reads the last."""


def in_state(state: str) -> str:
    """The filter for a state, as one word."""
    return f"state={state.replace(' ', '-')}"


def where(*filters: str) -> str:
    """Several filters as a claim has them; those of the report itself are the same for all and stand in its base."""
    return " and ".join(each for each in filters if each)


def states(tally: Tally, claims: Claims, whose: str, filter_: str = "") -> tuple[Cell, ...]:
    """A cell for each state of some PCs: ``whose`` are they ("at Leeds"), and which filter has them."""
    return tuple(
        claims.cell(
            f"PCs{whose} that are {state}",
            count,
            where(filter_, in_state(state)),
            base=tally.total,
            of=f"PCs{whose}",
            state=state if count else "",
        )
        for state, count in zip(STATES, tally.counts, strict=True)
    )


def bars(groups: Iterable[Group]) -> tuple[Bar, ...]:
    """A bar for each group, of its states."""
    return tuple(
        Bar(
            group.name,
            tuple(Part(count, state, state) for state, count in zip(STATES, group.tally.counts, strict=True) if count),
            group.tally.total,
        )
        for group in groups
    )


def grouped(title: str, key: str, groups: Sequence[Group], claims: Claims, caption: str) -> Table:
    """A table of groups by state, of very many the first; ``key`` is the filter's."""
    more = f"; the first {MOST_GROUPS} of {len(groups):,}, all are in devices.csv" if len(groups) > MOST_GROUPS else ""
    rows = tuple(
        (
            Cell(group.name),
            claims.cell(f"PCs with {key} {group.name}", group.tally.total, exactly(key, group.name)),
            *states(group.tally, claims, f" with {key} {group.name}", exactly(key, group.name)),
        )
        for group in groups[:MOST_GROUPS]
    )
    columns = (Column(title), Column("PCs", is_number=True), *STATE_COLUMNS)
    return Table(f"{caption}{more}", columns, rows, f"Rows in devices.csv by {key} and state")


def by_state(groups: Sequence[Group], caption: str, alt: str, source: str) -> Bars:
    """A figure of groups by state, each as long as the other."""
    return Bars(caption, alt, bars(groups), source=source)


def bad(tally: Tally) -> int:
    """PCs that are not ready or of which nobody can tell."""
    return tally.of("not ready") + tally.of("unknown")


def ready(tally: Tally) -> int:
    """PCs that are ready, by waiver or not."""
    return tally.of("ready") + tally.of("waived")


def live(estate: Estate) -> int:
    """PCs that are not stale, which rules count."""
    return estate.total.total - estate.total.of("stale")


def figure(claims: Claims, says: str, value: int, filter_: str, base: int, of: str) -> Cell:
    """A number with its share of a base."""
    cell = claims.cell(says, value, filter_, base=base, of=of)
    return cell._replace(text=f"{cell.text} ({words.share(value, base)})")
