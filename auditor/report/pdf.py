"""A document as PDF: tagged for screen readers (PDF/UA-1) and made to be kept (PDF/A-2a), the same bytes each time.

The page is set by typst from ``pdf.typ``. What the document says reaches it as data, never as typst's language, so a
device cannot name itself into a command.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from auditor.errors import AuditorError, MissingExtraError
from auditor.report.chart_ink import GLYPHS, LOOKS
from auditor.report.charts import svg
from auditor.report.document import Bars, Block, Cell, Document, Items, Lines, Paragraph, Section, Table, Tiles
from auditor.report.glyphs import FONTS, drawable
from auditor.report.text import as_code, clean

TEMPLATE = Path(__file__).with_name("pdf.typ")
"""How the pages look. It decides nothing of what they say."""

MOST_ROWS = 400
"""So many rows of a table are printed; longer lists belong into a spreadsheet."""

CODES = (
    r"Some names hold characters that the fonts of this PDF do not have, or that cannot be seen. They are shown as their "
    r"codes, such as \u6f22; the web page and the tables in files have them as they are."
)
"""Said on the first page where it is so."""

_NARROW, _WIDE = 14, 40
"""A column of at most so many characters is not broken; one of more than so many takes no more room for them."""


def write(document: Document) -> bytes:
    """The PDF.

    :raises MissingExtraError: typst is not installed.
    :raises AuditorError: typst refuses, for one because a figure has no text for who cannot see it.
    """
    try:
        import typst
    except ImportError as error:
        raise MissingExtraError(
            "PDF needs typst",
            "pip install 'estate-auditor[pdf]'. It is not made for Windows on ARM: there, print the report's web page "
            "(--format html) from the browser",
        ) from error
    day = datetime.fromisoformat(document.as_of[:10]).replace(tzinfo=UTC)
    try:
        made = typst.compile(
            TEMPLATE,
            root=TEMPLATE.parent,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"document": json.dumps(_document(document, day))},
            pdf_standards=["ua-1", "a-2a"],
            timestamp=int(day.timestamp()),
        )
    except typst.TypstError as error:
        hints = "; ".join(error.hints)
        raise AuditorError(f"the PDF could not be made: {error.message}", hints) from error
    return made


def _document(document: Document, day: datetime) -> dict[str, Any]:
    """All that the template is given: plain words, lists and numbers."""
    shown = _shown(document)
    language, _, region = shown.language.partition("-")
    return {
        "title": shown.title, "as_of": shown.as_of, "base": shown.base, "language": language, "region": region or None,
        "day": [day.year, day.month, day.day], "note": CODES if shown != document else "",
        "sections": [_section(section, f"s{at}-") for at, section in enumerate(shown.sections)],
        "marks": {state: {"glyph": glyph, "colour": LOOKS[state].line} for state, glyph in GLYPHS.items()},
    }  # fmt: skip


def _shown(value: Any) -> Any:
    """``value`` with every text in it as the fonts can draw it."""
    if isinstance(value, str):
        return "".join(char if char in drawable() else as_code(char) for char in clean(value))
    if isinstance(value, tuple):
        parts = map(_shown, value)
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return value


def _section(section: Section, prefix: str) -> dict[str, Any]:
    return {
        "number": section.number, "title": section.title, "message": section.message, "missing": section.missing,
        "blocks": [_block(block, f"{prefix}{at}-") for at, block in enumerate(section.blocks)],
    }  # fmt: skip


def _block(block: Block, prefix: str) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"kind": "paragraph", "text": block.text}
        case Items():
            return {"kind": "items", "items": block.items, "numbered": block.is_numbered}
        case Tiles():
            tiles = [{"title": tile.title, "number": tile.number._asdict(), "note": tile.note} for tile in block.tiles]
            return {"kind": "tiles", "tiles": tiles, "claims": claims([tile.number for tile in block.tiles])}
        case Table():
            return _table(block)
        case Bars() | Lines():
            drawn = svg(block, id_prefix=prefix)
            return {"kind": "figure", "svg": drawn, "alt": block.alt, "caption": block.caption, "source": block.source}


def _table(table: Table) -> dict[str, Any]:
    rows = table.rows[:MOST_ROWS]
    place = table.source or "the report's other formats, which have every row"
    cut = "" if table.rows else "There are none"
    if len(table.rows) > len(rows):
        cut = f"These are the first {len(rows):,} of {len(table.rows):,} rows. All are in {place}"
    return {
        "kind": "table", "caption": table.caption, "source": table.source,
        "columns": [_column(table, at)._asdict() for at in range(len(table.columns))],
        "rows": [[cell._asdict() for cell in row] for row in rows],
        "claims": claims([cell for row in rows for cell in row]), "cut": cut,
    }  # fmt: skip


class _Column(NamedTuple):
    """A column as the template wants it: ``share`` of the room that is left, None for as much as it needs."""

    title: str
    number: bool
    share: int | None


def _column(table: Table, at: int) -> _Column:
    title, is_number = table.columns[at]
    longest = max((len(row[at].text) for row in table.rows[:MOST_ROWS]), default=0)
    return _Column(title, is_number, None if is_number or max(longest, len(title)) <= _NARROW else min(longest, _WIDE))


def claims(cells: Sequence[Cell]) -> str:
    """Which claims the numbers of some cells are, in a few words: "Claims C-003 to C-020, C-031"; empty for none."""
    found = dict.fromkeys(cell.claim for cell in cells if cell.claim)
    runs = [run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in _runs(list(found))]
    return f"Claim{'s' if len(found) > 1 else ''} {', '.join(runs)}" if runs else ""


def _runs(ids: Sequence[str]) -> Iterator[list[str]]:
    """The ids in groups, each of which counts up by one."""
    run: list[str] = []
    for each in ids:
        if run and _following(run[-1]) != each:
            yield run
            run = []
        run.append(each)
    if run:
        yield run


def _following(claim: str) -> str:
    """The id behind ``claim``: ``C-013`` of ``C-012``; empty where it does not end in a number."""
    found = re.search(r"[0-9]+$", claim)
    return f"{claim[: found.start()]}{int(found[0]) + 1:0{len(found[0])}d}" if found else ""
