"""Pieces of WordprocessingML as text, each text in them escaped, and the file that they go into.

python-docx builds tables cell by cell and has no fields, captions or bookmarks. All of these are short texts of XML, which
it parses.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from auditor.report.text import clean

_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_NEVER_IN_XML = re.compile("[\ufffe\uffff]")
_FIRST_NAME = re.compile(r"^<w:\w+")
_FIXED = (1980, 1, 1, 0, 0, 0)
_FIRST = ("[Content_Types].xml", "_rels/.rels")


def plain(text: object) -> str:
    """``text`` with every control and direction mark as its code, so that XML can hold it."""
    return _NEVER_IN_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", clean(text))


def escaped(text: object) -> str:
    """``text`` as it stands in XML, in an attribute too."""
    return html.escape(plain(text))


def element(xml: str) -> Any:
    """``xml``, an element in Word's namespace with the prefix ``w``, as python-docx has it."""
    from docx.oxml import parse_xml

    return parse_xml(_FIRST_NAME.sub(rf"\g<0> {_NAMESPACE}", xml.strip(), count=1))


def run(text: object, style: str = "", look: str = "") -> str:
    """Some text in a paragraph, of the character ``style``; ``look`` is XML of run properties."""
    named = f'<w:rStyle w:val="{style}"/>' if style else ""
    properties = f"<w:rPr>{named}{look}</w:rPr>" if named or look else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escaped(text)}</w:t></w:r>'


TAB = "<w:r><w:tab/></w:r>"
"""A tabulator."""


def field(instruction: str, shown: object) -> str:
    """A field that Word computes, such as ``PAGE``, with what stands there until it does."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escaped(instruction)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{run(shown)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def paragraph(runs: str, style: str, look: str = "") -> str:
    """A paragraph of ``runs`` in ``style``; ``look`` is XML of paragraph properties."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{look}</w:pPr>{runs}</w:p>'


def caption(kind: str, number: int, text: str, style: str) -> str:
    """``Figure 3: text``, counted by Word, so that a list of figures can be made of it."""
    bold = "<w:b/>"
    counted = field(f"SEQ {kind} \\* ARABIC", number).replace("<w:r>", f"<w:r><w:rPr>{bold}</w:rPr>")
    return paragraph(run(f"{kind} ", look=bold) + counted + run(f": {text}"), style)


def heading(text: str, bookmark: str, number: int, look: str = "") -> str:
    """A heading that the contents lead to; ``look`` as in :func:`paragraph`."""
    start = f'<w:bookmarkStart w:id="{number}" w:name="{bookmark}"/>'
    return paragraph(f'{start}{run(text)}<w:bookmarkEnd w:id="{number}"/>', "Heading1", look)


def contents(entries: Sequence[tuple[str, str]]) -> str:
    """The table of contents, of (bookmark, text): a field, in the frame in which Word offers to bring it up to date.

    It is filled with what is known, all but the pages. Nothing asks Word to fill in those on opening: it would first ask
    the reader about "fields that may refer to other files".
    """
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-1" \\h \\z \\u </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    lines = []
    for number, (bookmark, text) in enumerate(entries):
        page = field(f"PAGEREF {bookmark} \\h", "")
        link = f'<w:hyperlink w:anchor="{bookmark}" w:history="1">{run(text)}{TAB}{page}</w:hyperlink>'
        lines.append(paragraph((begin if number == 0 else "") + link, "TOC1"))
    end = '<w:p><w:pPr><w:spacing w:after="0"/></w:pPr><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    return (
        "<w:sdt><w:sdtPr>"
        '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{paragraph(run('Contents'), 'ContentsTitle')}{''.join(lines)}{end}</w:sdtContent></w:sdt>"
    )


class Row(NamedTuple):
    """A row of a table: the paragraphs of each cell, and whether it is the header, repeated on each page."""

    cells: tuple[str, ...]
    is_header: bool = False


def table(rows: Iterable[Row], widths: Sequence[int], alt: str, style: str, shade: str = "") -> str:
    """A table of columns of ``widths`` twips; no row is split between pages. ``shade`` is a colour behind its cells."""
    fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
    boxes = [f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{fill}</w:tcPr>' for width in widths]
    lines = []
    for row in rows:
        cells = "".join(f"{box}{cell}</w:tc>" for box, cell in zip(boxes, row.cells, strict=True))
        repeated = "<w:tblHeader/>" if row.is_header else ""
        lines.append(f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>")
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1"/>'
        f'<w:tblCaption w:val="{escaped(alt)}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
    )


def packed(saved: bytes) -> bytes:
    """The file that python-docx saved, with fixed times and a fixed order: the same content is the same bytes."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in (*_FIRST, *sorted(set(old.namelist()) - set(_FIRST))):
            entry = zipfile.ZipInfo(name, _FIXED)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            new.writestr(entry, old.read(name))
    return result.getvalue()
