"""A report as a document: sections of paragraphs, figures and tables, each number with its claim.

Formats for people (web page, PDF, Word, Markdown) show a :class:`Document` and decide nothing: what it says is put
together in :mod:`auditor.report.contents`, once for all of them. All of it is inert data; texts are plain, and whoever
shows them escapes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Claim(NamedTuple):
    """A number that the report states, and how to count it again.

    ``id`` names it ("C-012"); ``says`` is what it counts, ``value`` how many, of ``base`` (None where it is
    a share of nothing) that ``of`` says. ``file`` and ``where`` are how to count it again: rows of that file that the
    filter leaves, in the language of ``auditor report --filter``, several joined by " and "; ``where`` is empty for
    all rows. Where a file cannot tell, ``file`` is empty and ``where`` is the command that does.
    """

    id: str
    says: str
    value: int
    base: int | None
    of: str
    file: str
    where: str


class Cell(NamedTuple):
    """A cell, a tile or a word: ``text`` as it is shown; ``claim`` the id of the claim that a number is.

    ``state`` is one of :data:`auditor.estate.result.STATES` where the cell is about it: shown by shape, word and colour.
    """

    text: str
    claim: str = ""
    state: str = ""


class Column(NamedTuple):
    """A column of a table; numbers stand to the right."""

    title: str
    is_number: bool = False


class Paragraph(NamedTuple):
    """Some sentences."""

    text: str


class Items(NamedTuple):
    """A list of sentences, numbered or not."""

    items: tuple[str, ...]
    is_numbered: bool = False


class Tile(NamedTuple):
    """One of the few numbers of the summary: ``title``, the number, and a line below it."""

    title: str
    number: Cell
    note: str


class Tiles(NamedTuple):
    """The few numbers that a reader takes away."""

    tiles: tuple[Tile, ...]


class Table(NamedTuple):
    """``rows`` of cells, the first of each its heading. ``source`` says where the numbers can be counted again."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    source: str = ""


class Part(NamedTuple):
    """A part of a bar: how many, and what they are; ``state`` as in :class:`Cell`, or empty for a plain bar."""

    number: int
    label: str
    state: str = ""


class Bar(NamedTuple):
    """One bar: its label, its parts, and what it is a share of."""

    label: str
    parts: tuple[Part, ...]
    base: int


class Bars(NamedTuple):
    """A figure of bars below each other. ``alike`` bars are all as long, and show shares; else lengths are counts.

    ``alt`` says in a sentence what a reader who does not see it must know; ``caption`` has the base.
    """

    caption: str
    alt: str
    bars: tuple[Bar, ...]
    alike: bool = True
    source: str = ""


class Line(NamedTuple):
    """One line of a figure; a value for each of its points, None where there is none."""

    label: str
    values: tuple[int | None, ...]
    state: str = ""


class Lines(NamedTuple):
    """A figure of lines over ``points`` (their labels). ``steps``: a value holds until the next point."""

    caption: str
    alt: str
    points: tuple[str, ...]
    lines: tuple[Line, ...]
    steps: bool = False
    source: str = ""


Figure = Bars | Lines
Block = Paragraph | Items | Tiles | Table | Bars | Lines


class Section(NamedTuple):
    """A chapter: ``id`` for links, ``number`` as printed ("4", or "B" of an appendix), ``title``, its message in a sentence.

    ``missing`` says what there is no data for, and how to get it; empty where nothing is missing.
    """

    id: str
    number: str
    title: str
    message: str
    blocks: tuple[Block, ...]
    missing: str = ""


class Document(NamedTuple):
    """A report. ``base`` says what it is about and by what it was judged; ``as_of`` is its ISO day."""

    title: str
    as_of: str
    base: str
    sections: tuple[Section, ...]
    claims: tuple[Claim, ...]
    language: str = "en-GB"


class Claims:
    """Gives each number that a report states its claim; the same statement of the same number has the same one."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, str, str], Claim] = {}

    def cell(
        self, says: str, value: int, where: str = "", *, base: int | None = None, of: str = "", state: str = "",
        file: str = "devices.csv",
    ) -> Cell:  # fmt: skip
        """A cell with ``value`` as it is shown; the arguments are as in :class:`Claim`."""
        key = (says, value, file, where)
        claim = self._found.get(key)
        if claim is None:
            claim = self._found[key] = Claim(f"C-{len(self._found) + 1:03d}", says, value, base, of, file, where)
        return Cell(f"{value:,}", claim.id, state)

    def __iter__(self) -> Iterator[Claim]:
        return iter(self._found.values())
