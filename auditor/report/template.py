"""A report in a Word template of the reader's own house, filled by docxtpl in a sandbox."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from auditor.errors import AuditorError, MissingExtraError, suggest
from auditor.report import document as reports
from auditor.report import wordpicture
from auditor.report.figure_tables import table_of
from auditor.report.wordstyle import WIDTH
from auditor.report.wordxml import packed

if TYPE_CHECKING:
    from docxtpl import DocxTemplate

LARGEST = 20_000_000
"""Bytes of a template at most."""
LARGEST_UNPACKED = 200_000_000
"""Bytes of all files in it at most: a zip of a few kilobytes can be made to unpack to terabytes."""
MOST_FILES = 5_000
"""Files in it at most."""

_WAY_OUT = "docs/word-template.md lists what a template may use."
_NO_DOCX = "Save it in Word as “Word Document (*.docx)”, without password and macros."
_HOLDS_NO_TEXT = frozenset({"body", "p", "r", "tbl", "tr", "tc"})
_PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")


class Rows(NamedTuple):
    """A table: its caption, source, titles of columns, and rows of texts."""

    caption: str
    source: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Drawn(NamedTuple):
    """A figure: ``picture`` where it is to stand, ``alt`` what it shows in words, ``numbers`` what it is drawn from."""

    caption: str
    source: str
    alt: str
    picture: Picture
    numbers: Rows


class Chapter(NamedTuple):
    """A section: ``texts`` are its sentences and the items of its lists; ``tiles`` (title, number, note)."""

    id: str
    number: str
    title: str
    message: str
    missing: str
    texts: tuple[str, ...]
    tiles: tuple[tuple[str, str, str], ...]
    tables: tuple[Rows, ...]
    figures: tuple[Drawn, ...]


class Picture:
    """A figure that is drawn when, and where, the template writes it."""

    __slots__ = ("_figure", "_number", "_template", "_width")

    def __init__(self, template: DocxTemplate, figure: reports.Figure, number: int, width: int) -> None:
        self._template, self._figure, self._number, self._width = template, figure, number, width

    def __html__(self) -> str:
        """The run with the picture; the run of text that it stands in ends before it, and goes on behind it."""
        part = self._template.current_rendering_part
        drawn, _ = wordpicture.printable(self._figure)
        picture = wordpicture.inline(part, drawn, self._number, self._width)
        return f'</w:t></w:r><w:r><w:drawing>{picture.xml}</w:drawing></w:r><w:r><w:t xml:space="preserve">'


def fill(template: bytes, document: reports.Document, name: str = "the template") -> bytes:
    """``template``, a .docx, with the values of ``document`` in it; ``name`` is what errors call it.

    The same template and document give the same bytes.

    :raises MissingExtraError: docxtpl, or what it needs, is not installed.
    :raises AuditorError: the template is no .docx, too large, names what there is not, or does what it may not.
    """
    try:
        import resvg_py  # noqa: F401  so that it is missed before the work, not in it
        from docxtpl import DocxTemplate
    except ImportError as error:
        way = "pip install 'estate-auditor[report,template]'"
        raise MissingExtraError("Word templates need docxtpl, python-docx and resvg-py", way) from error
    _check(template, name)
    word = DocxTemplate(io.BytesIO(template))
    try:
        word.init_docx()
        width = _width(word)
    except Exception as error:  # python-docx raises whatever it stumbles over in what is no Word file
        raise AuditorError(f"{name}: is not a .docx that can be read: {_first_line(error)}", _NO_DOCX) from error
    _render(word, document, width, name)
    for key in _PROPERTIES:  # docxtpl writes these as texts: what was escaped for XML is escaped once more there
        setattr(word.core_properties, key, html.unescape(getattr(word.core_properties, key)))
    saved = io.BytesIO()
    word.save(saved)
    return packed(saved.getvalue())


def _check(template: bytes, name: str) -> None:
    """Whether it is a zip with a Word document in it, of a size that may be unpacked."""
    if len(template) > LARGEST:
        raise AuditorError(f"{name}: has more than {LARGEST:,} bytes", "Leave large pictures out of the template.")
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as file:
            entries = file.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise AuditorError(f"{name}: is not a .docx", _NO_DOCX) from error
    if "[Content_Types].xml" not in {each.filename for each in entries}:
        raise AuditorError(f"{name}: is a zip file, but not a .docx", _NO_DOCX)
    # Python's zipfile never unpacks more of an entry than it says that it holds
    if sum(each.file_size for each in entries) > LARGEST_UNPACKED or len(entries) > MOST_FILES:
        limit = f"{LARGEST_UNPACKED:,} bytes or {MOST_FILES:,} files"
        raise AuditorError(f"{name}: unpacks to more than {limit}", "This is not how Word saves a template: do not use it.")


def _render(word: DocxTemplate, document: reports.Document, width: int, name: str) -> None:
    from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError

    from auditor.report.sandbox import Sandbox

    values = _values(word, document, width)
    try:
        word.render(values, Sandbox(values["number"]), autoescape=True)
    except AuditorError as error:
        raise AuditorError(f"{name}: {error.message}", error.hint) from error
    except SecurityError as error:
        raise AuditorError(f"{name}: does what a template may not: {error}", _WAY_OUT) from error
    except UndefinedError as error:
        known = ", ".join(sorted(values))
        raise AuditorError(f"{name}: {error}", f"A template may name {known}. {_WAY_OUT}") from error
    except TemplateSyntaxError as error:
        raise AuditorError(f"{name}: cannot be understood: {error.message}", _WAY_OUT) from error
    except Exception as error:  # a template can fail in as many ways as a program, in docxtpl and in lxml too
        raise AuditorError(f"{name}: cannot be filled: {_first_line(error)}", _WAY_OUT) from error
    _check_places(word, name)


def _check_places(word: DocxTemplate, name: str) -> None:
    """Word takes a file for broken in which a text stands between paragraphs, as ``{{p title }}`` puts it."""
    for part in word.docx.part.package.iter_parts():
        for each in part.element.iter() if hasattr(part, "element") else ():
            if str(each.tag).rpartition("}")[2] in _HOLDS_NO_TEXT:
                stray = [text.strip() for text in each.xpath("text()") if text.strip()]
                if stray:
                    way = "Write {{ value }}: {{p …}}, {{r …}} and {{tr …}} are for what is more than text."
                    raise AuditorError(f"{name}: {stray[0][:60]!r} is put where Word allows no text", way)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _width(word: DocxTemplate) -> int:
    """Twips that a picture may be wide: as the first page has room for, 17 cm at most."""
    page = word.docx.sections[0]
    room = (page.page_width or 0) - (page.left_margin or 0) - (page.right_margin or 0)
    return min(WIDTH, room // 635) if room > 0 else WIDTH


def _values(word: DocxTemplate, document: reports.Document, width: int) -> dict[str, Any]:
    """What a template may name."""
    claims: Mapping[str, reports.Claim] = {each.id: each for each in document.claims}

    def number(claim: str) -> str:
        """The number of a claim as the report shows it."""
        if claim not in claims:
            raise AuditorError(f"there is no claim {str(claim)!r}{suggest(str(claim), claims)}", _WAY_OUT)
        return f"{claims[claim].value:,}"

    figures = 0
    chapters = {}
    for section in document.sections:
        drawn = []
        for block in section.blocks:
            if isinstance(block, reports.Bars | reports.Lines):
                figures += 1
                picture = Picture(word, block, figures, width)
                drawn.append(Drawn(block.caption, block.source, block.alt, picture, _rows(table_of(block))))
        chapters[section.id] = _chapter(section, tuple(drawn))
    return {
        "title": document.title, "as_of": document.as_of, "base": document.base, "sections": chapters, "claims": claims,
        "number": number,
    }  # fmt: skip


def _chapter(section: reports.Section, figures: tuple[Drawn, ...]) -> Chapter:
    texts: list[str] = []
    tiles: list[tuple[str, str, str]] = []
    tables: list[Rows] = []
    for block in section.blocks:
        match block:
            case reports.Paragraph(text):
                texts.append(text)
            case reports.Items(items):
                texts.extend(items)
            case reports.Tiles(found):
                tiles.extend((each.title, each.number.text, each.note) for each in found)
            case reports.Table():
                tables.append(_rows(block))
    return Chapter(
        section.id, section.number, section.title, section.message, section.missing, tuple(texts), tuple(tiles),
        tuple(tables), figures,
    )  # fmt: skip


def _rows(table: reports.Table) -> Rows:
    rows = tuple(tuple(cell.text for cell in row) for row in table.rows)
    return Rows(table.caption, table.source, tuple(each.title for each in table.columns), rows)
