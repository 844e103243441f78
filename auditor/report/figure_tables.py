"""A figure as the table of its numbers, for those who do not see it and for formats without pictures."""

from __future__ import annotations

from auditor.report.document import Bars, Cell, Column, Figure, Lines, Table


def table_of(figure: Figure) -> Table:
    """The numbers of ``figure``, a row for each bar, or for each point of lines."""
    return _of_lines(figure) if isinstance(figure, Lines) else _of_bars(figure)


def _of_bars(figure: Bars) -> Table:
    labels = list(dict.fromkeys(part.label for bar in figure.bars for part in bar.parts))
    states = {part.label: part.state for bar in figure.bars for part in bar.parts}
    rows = []
    for bar in figure.bars:
        numbers = {part.label: part.number for part in bar.parts}
        cells = [Cell(f"{numbers[label]:,}", state=states[label]) if label in numbers else Cell("–") for label in labels]
        rows.append((Cell(bar.label), *cells, Cell(f"{bar.base:,}")))
    columns = (Column("What"), *(Column(label, is_number=True) for label in labels), Column("Of", is_number=True))
    return Table(figure.caption, columns, tuple(rows), figure.source)


def _of_lines(figure: Lines) -> Table:
    rows = tuple(
        (Cell(point), *(_value(value, line.state) for line, value in zip(figure.lines, values, strict=True)))
        for point, *values in zip(figure.points, *(line.values for line in figure.lines), strict=True)
    )
    columns = (Column("When"), *(Column(line.label, is_number=True) for line in figure.lines))
    return Table(figure.caption, columns, rows, figure.source)


def _value(value: int | None, state: str) -> Cell:
    return Cell("–" if value is None else f"{value:,}", state=state)
