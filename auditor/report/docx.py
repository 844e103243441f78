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
LARGEST_NUMBER = 40
"""Half points: the number of a tile."""
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
            width = WIDTH // len(tiles)
            cells = tuple(self._tile(each, width) for each in tiles)
            says = "; ".join(f"{each.title}: {each.number.text}" for each in tiles)
            self._add(table([Row(cells)], [width] * len(tiles), says, "TableNormal", "F3F5F7"))
            self._add(paragraph("", "AfterTable"))

    def _tile(self, tile: Tile, width: int) -> str:
        """The number stands alone and as large as it can without a break: an estate may have a million PCs."""
        text, claim, state = tile.number
        self._shown.add(claim)
        size = min(LARGEST_NUMBER, (width - 2 * MARGINS) // (6 * max(len(text), 1)))
        number = run(text, look=f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>')
        note = run(tile.note) + (run(f" {claim}", "ClaimId") if claim else "")
        title = _shape(state) + run(tile.title)
        return paragraph(title, "TileTitle") + paragraph(number, "TileNumber") + paragraph(note, "TileNote")

    def _figure(self, figure: Bars | Lines) -> None:
        self._figures += 1
        drawn, cut = wordpicture.printable(figure)
        self._word.add_paragraph(style="Figure").add_run()._r.add_drawing(  # as python-docx's own add_picture does
            wordpicture.inline(self._word.part, drawn, self._figures, WIDTH)
        )
        source = f" Source: {figure.source}." if figure.source else ""
        said = f"{figure.caption.rstrip('.')}.{cut}{source}"
        self._add(caption("Figure", self._figures, said, "Caption"))
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
        widths, is_below = _widths(columns, rows)
        kept = "<w:keepNext/>" if len(rows) <= KEPT else ""
        lines = [Row(tuple(paragraph(run(each.title), "CellHead", _side(each)) for each in columns), is_header=True)]
        for number, row in enumerate(rows, 1):
            keep = kept if number < len(rows) else ""
            sides = [keep + _side(each) for each in columns]
            lines.append(Row(tuple(self._cell(cell, look, is_below) for cell, look in zip(row, sides, strict=True))))
        self._add(table(lines, widths, title, "ReportTable"))

    def _cell(self, cell: Cell, look: str, is_below: bool) -> str:
        """A cell's paragraph: the state's shape, the text, and small the claim, beside it or below."""
        self._shown.add(cell.claim)
        state = _shape(cell.state) if cell.text != "–" else ""
        between = "<w:r><w:br/></w:r>" if is_below else run(" ")
        claim = between + run(cell.claim, "ClaimId") if cell.claim else ""
        return paragraph(f"{state}{run(cell.text)}{claim}", "Cell", look)

    def _claims(self, claims: Sequence[Claim]) -> None:
        """How to count each number again, of very many the first; none of those that stand nowhere but in cut rows."""
        hidden = self._cut - self._shown
        listed = [each for each in claims if each.id not in hidden][:MOST_ROWS]
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
        self._rows("Claims", columns, [_claim(each) for each in listed])
        left_out = len(claims) - len(listed)
        rest = f"{left_out:,} more claims are in the list that “auditor report --format claims” makes." if left_out else ""
        self._add(paragraph(run(rest) if rest else "", "AfterTable"))


def _claim(claim: Claim) -> tuple[Cell, ...]:
    of = "" if claim.base is None else f"{claim.base:,} {claim.of}".strip()
    again = f"{claim.file}: {claim.where or 'all rows'}" if claim.file else claim.where
    return tuple(map(Cell, (claim.id, claim.says, f"{claim.value:,}", of, again)))


def _appendix_number(sections: Sequence[Section]) -> str:
    """The letter after those of the appendices that there are."""
    letters = [each.number for each in sections if len(each.number) == 1 and "A" <= each.number < "Z"]
    return chr(ord(max(letters)) + 1) if letters else "A"


def _shape(state: str) -> str:
    """The sign of a state in its colour; nothing for none."""
    return run(f"{GLYPHS[state]} ", look=f'<w:color w:val="{LOOKS[state].line[1:]}"/>') if state in GLYPHS else ""


def _side(column: Column) -> str:
    return '<w:jc w:val="right"/>' if column.is_number else ""


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> tuple[list[int], bool]:
    """Twips of each column, and whether claims have to stand below their numbers.

    Numbers and the words of titles stay whole, texts share what is left by their length.
    """
    is_below = False
    least, wanted = _asked(columns, rows, is_below)
    if sum(least) > WIDTH:
        is_below = True
        least, wanted = _asked(columns, rows, is_below)
    left, more = WIDTH - sum(least), sum(wanted) - sum(least)
    if 0 <= left < more:
        return [low + (high - low) * left // more for low, high in zip(least, wanted, strict=True)], is_below
    shares = least if left < 0 else wanted
    return [each * WIDTH // sum(shares) for each in shares], is_below


def _asked(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], is_below: bool) -> tuple[list[int], list[int]]:
    """Twips that each column needs at least, and would like to have."""
    least, wanted = [], []
    for index, column in enumerate(columns):
        beside = 0 if is_below else 4 * any(row[index].claim for row in rows)
        text = max((len(row[index].text) + 2 * bool(row[index].state) for row in rows), default=0) + beside
        word = max(map(len, column.title.split()), default=0) + 1  # bold, and with capitals
        wanted.append(MARGINS + LETTER * max(word, text if column.is_number else min(text, MOST_LETTERS)))
        least.append(wanted[-1] if column.is_number else MARGINS + LETTER * max(word, min(text, FEWEST_LETTERS)))
    return least, wanted
