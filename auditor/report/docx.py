"""The report as a Word file: a chapter for each section, each figure with its numbers, and how to count them again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditor.errors import MissingExtraError
from auditor.report import wordpicture, wordstyle
from auditor.report.chart_ink import GLYPHS, LOOKS
from auditor.report.document import (
    Bars,
    Block,
    Cell,
    Claim,
    Column,
    Document,
    Items,
    Lines,
    Paragraph,
    Section,
    Table,
    Tile,
    Tiles,
)
from auditor.report.figure_tables import table_of
from auditor.report.wordstyle import WIDTH
from auditor.report.wordxml import (
    TAB,
    Row,
    caption,
    contents,
    element,
    field,
    heading,
    packed,
    paragraph,
    run,
    table,
)

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

MOST_ROWS = 300
"""Of a longer table only so many rows are shown: nobody reads more of them on paper."""
KEPT = 12
"""A table of up to so many rows is not parted by the end of a page."""
LETTER, MARGINS = 110, 150
"""Twips of a letter in a table, rather a bold one, and of a cell's margins."""
MOST_LETTERS, FEWEST_LETTERS = 45, 8
"""A column of texts asks for no more room than for so many letters, and gets at least that for so many."""
IN_A_ROW = 6
"""So many tiles stand side by side."""


def write(document: Document) -> bytes:
    """The file. The same document gives the same bytes.

    :raises MissingExtraError: python-docx or resvg is not installed.
    """
    try:
        import docx
        import resvg_py  # noqa: F401  so that it is missed before the work, not in it
    except ImportError as error:
        raise MissingExtraError("DOCX needs python-docx and resvg-py", "pip install 'estate-auditor[report]'") from error
    word = docx.Document()
    wordstyle.apply(word, document.title, document.as_of, document.language)
    _footer(word, document)
    _Body(word).fill(document)
    saved = io.BytesIO()
    word.save(saved)
    return packed(saved.getvalue())


def _footer(word: WordDocument, document: Document) -> None:
    """Whose report this is, of which day, and the page: sheets of paper get parted."""
    pages = f"{run('Page ')}{field('PAGE', 1)}{run(' of ')}{field('NUMPAGES', 1)}"
    said = run(f"{document.title} · as of {document.as_of}")
    footer = word.sections[0].footer
    old = footer.paragraphs[0]._p  # python-docx has no other way to the element
    old.getparent().replace(old, element(paragraph(f"{said}{TAB}{pages}", "Footer")))


class _Body:
    """What stands between the title and the end; counts figures and tables, and knows which claims were cut."""

    def __init__(self, word: WordDocument) -> None:
        self._word = word
        self._figures = self._tables = 0
        self._shown: set[str] = set()
        self._cut: set[str] = set()

    def fill(self, document: Document) -> None:
        """All of ``document``, in its order."""
        appendix = _appendix_number(document.sections)
        titles = [f"{each.number}  {each.title}" for each in document.sections]
        if document.claims:
            titles.append(f"{appendix}  Claims")
        marks = [f"_Toc{number:08d}" for number in range(1, len(titles) + 1)]
        self._add(paragraph(run(document.title), "Title"))
        self._add(paragraph(run(document.base), "Base"))
        if document.as_of not in document.base:
            self._add(paragraph(run(f"As of {document.as_of}"), "Base"))
        if titles:
            self._add(contents(list(zip(marks, titles, strict=True))))
        for number, section in enumerate(document.sections):
            self._add(heading(titles[number], marks[number], number))
            self._section(section)
        if document.claims:
            self._add(heading(titles[-1], marks[-1], len(marks), "<w:pageBreakBefore/>"))
            self._claims(document.claims)

    def _add(self, xml: str) -> None:
        """Put a block at the end, which is before the page's own properties."""
        self._word.element.body[-1].addprevious(element(xml))

    def _section(self, section: Section) -> None:
        if section.message:
            self._add(paragraph(run(section.message), "Lead"))
        for block in section.blocks:
            self._block(block)
        if section.missing:
            self._add(paragraph(run("Not known: ", look="<w:b/>") + run(section.missing), "Missing"))

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph(text):
                self._add(paragraph(run(text), "Normal"))
            case Items():
                self._items(block)
            case Tiles():
                self._tiles(block)
            case Table():
                self._tables += 1
                self._add(caption("Table", self._tables, block.caption, "TableCaption"))
                self._table(block)
            case Bars() | Lines():
                self._figure(block)

    def _items(self, block: Items) -> None:
        look = ""
        if block.is_numbered:
            numbering = self._word.part.numbering_part.element
            style = self._word.styles["List Number"].element
            of = numbering.num_having_numId(style.pPr.numPr.numId.val).abstractNumId.val
            fresh = numbering.add_num(of)
            fresh.add_lvlOverride(ilvl=0).add_startOverride(1)
            look = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{fresh.numId}"/></w:numPr>'
        for item in block.items:
            self._add(paragraph(run(item), "ListNumber" if block.is_numbered else "ListBullet", look))

    def _tiles(self, block: Tiles) -> None:
        for start in range(0, len(block.tiles), IN_A_ROW):
            tiles = block.tiles[start : start + IN_A_ROW]
            cells = tuple(self._tile(each) for each in tiles)
            says = "; ".join(f"{each.title}: {each.number.text}" for each in tiles)
            self._add(table([Row(cells)], [WIDTH // len(tiles)] * len(tiles), says, "TableNormal", "F3F5F7"))
            self._add(paragraph("", "AfterTable"))

    def _tile(self, tile: Tile) -> str:
        number = self._cell(tile.number, "TileNumber")
        return f"{paragraph(run(tile.title), 'TileTitle')}{number}{paragraph(run(tile.note), 'TileNote')}"

    def _figure(self, figure: Bars | Lines) -> None:
        self._figures += 1
        drawn, cut = wordpicture.printable(figure)
        self._word.add_paragraph(style="Figure").add_run()._r.add_drawing(  # as python-docx's own add_picture does
            wordpicture.inline(self._word.part, drawn, self._figures, WIDTH)
        )
        source = f" Source: {figure.source}." if figure.source else ""
        self._add(caption("Figure", self._figures, f"{figure.caption}{cut}{source}", "Caption"))
        self._add(paragraph(run(f"The numbers of figure {self._figures}"), "TableCaption"))
        self._table(table_of(figure)._replace(source=""))

    def _table(self, block: Table) -> None:
        shown = block.rows[:MOST_ROWS]
        self._cut.update(cell.claim for row in block.rows[MOST_ROWS:] for cell in row)
        self._rows(block.caption, block.columns, shown)
        said = f"Source: {block.source}." if block.source else ""
        if len(shown) < len(block.rows):
            rest = f"all rows are in {block.source}" if block.source else "the JSON has all: auditor report --format json"
            said = f"{len(shown):,} of {len(block.rows):,} rows are shown; {rest}."
        self._add(paragraph(run(said) if said else "", "AfterTable"))

    def _rows(self, title: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
        """A table below its header; a short one is kept in one piece."""
        kept = "<w:keepNext/>" if len(rows) <= KEPT else ""
        lines = [Row(tuple(paragraph(run(each.title), "CellHead", _side(each)) for each in columns), is_header=True)]
        for number, row in enumerate(rows, 1):
            keep = kept if number < len(rows) else ""
            sides = [keep + _side(each) for each in columns]
            lines.append(Row(tuple(self._cell(cell, "Cell", look) for cell, look in zip(row, sides, strict=True))))
        self._add(table(lines, _widths(columns, rows), title, "ReportTable"))

    def _cell(self, cell: Cell, style: str, look: str = "") -> str:
        """A cell's paragraph: the state's shape, the text, and small the claim."""
        self._shown.add(cell.claim)
        state = ""
        if cell.state in GLYPHS and cell.text != "–":
            state = run(f"{GLYPHS[cell.state]} ", look=f'<w:color w:val="{LOOKS[cell.state].line[1:]}"/>')
        claim = run(f" {cell.claim}", "ClaimId") if cell.claim else ""
        return paragraph(f"{state}{run(cell.text)}{claim}", style, look)

    def _claims(self, claims: Sequence[Claim]) -> None:
        """How to count each number again; not of those that stand nowhere but in rows that were cut."""
        hidden = self._cut - self._shown
        self._add(paragraph(run("Every number with a mark such as C-001 can be counted again."), "Lead"))
        said = (
            "Where a file is named, count its rows that the filter leaves (all of them where none is named): "
            "“auditor report” takes the same words after its option for filters. Else the command counts it."
        )
        self._add(paragraph(run(said), "Normal"))
        columns = (
            Column("Claim"),
            Column("What is counted"),
            Column("Number", is_number=True),
            Column("Of", is_number=True),
            Column("How to count it again"),
        )
        self._rows("Claims", columns, [_claim(each) for each in claims if each.id not in hidden])
        left_out = sum(claim.id in hidden for claim in claims)
        rest = f"{left_out:,} claims of rows that are not shown are left out." if left_out else ""
        self._add(paragraph(run(rest) if rest else "", "AfterTable"))


def _claim(claim: Claim) -> tuple[Cell, ...]:
    of = "" if claim.base is None else f"{claim.base:,} {claim.of}".strip()
    again = f"{claim.file}: {claim.where or 'all rows'}" if claim.file else claim.where
    return tuple(map(Cell, (claim.id, claim.says, f"{claim.value:,}", of, again)))


def _appendix_number(sections: Sequence[Section]) -> str:
    """The letter after those of the appendices that there are."""
    letters = [each.number for each in sections if len(each.number) == 1 and "A" <= each.number < "Z"]
    return chr(ord(max(letters)) + 1) if letters else "A"


def _side(column: Column) -> str:
    return '<w:jc w:val="right"/>' if column.is_number else ""


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> list[int]:
    """Twips of each column: numbers and words of titles stay whole, texts share what is left by their length."""
    least, wanted = [], []
    for index, column in enumerate(columns):
        longest = max((len(row[index].text) + _room(row[index]) for row in rows), default=0)
        word = max(map(len, column.title.split()), default=1)
        wanted.append(MARGINS + LETTER * max(word, min(longest, MOST_LETTERS)))
        least.append(wanted[-1] if column.is_number else MARGINS + LETTER * max(word, min(longest, FEWEST_LETTERS)))
    left, asked = WIDTH - sum(least), sum(wanted) - sum(least)
    if left < 0 or asked <= left:
        return [each * WIDTH // sum(wanted) for each in wanted]
    return [low + (high - low) * left // asked for low, high in zip(least, wanted, strict=True)]


def _room(cell: Cell) -> int:
    """Letters that a cell's shape and claim are as wide as."""
    return 2 * bool(cell.state) + 4 * bool(cell.claim)
