"""A figure as a picture in Word: a PNG that every Word shows, and the drawing itself for those that show SVG."""

from __future__ import annotations

import io
from typing import Any

from auditor.errors import AuditorError
from auditor.report import charts
from auditor.report.document import Bars, Figure
from auditor.report.glyphs import FONTS, drawable
from auditor.report.text import as_code
from auditor.report.wordxml import plain

FAMILY = "Liberation Sans"
"""The name of the font in :data:`FONTS`."""
DRAWN = 720
"""Pixels that a drawing is wide."""
SCALE = 2
"""Pixels of the PNG to one of the drawing: 215 to the inch on paper."""
MOST_BARS = 30
"""So many bars are drawn of a figure that has more."""
HIGHEST = 12_500
"""Twips: no picture is higher, so that it fits on a page with its caption."""

_SVG_TYPE = "image/svg+xml"
_SVG_BLIP = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}">'
    '<asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="{}"/></a:ext></a:extLst>'
)


def printable(figure: Figure) -> tuple[Figure, str]:
    """``figure`` with no more bars than a page has room for, and what a caption has to say of it."""
    if not isinstance(figure, Bars) or len(figure.bars) <= MOST_BARS:
        return figure, ""
    return figure._replace(bars=figure.bars[:MOST_BARS]), f" The first {MOST_BARS} of {len(figure.bars):,} are drawn."


def png(svg: str) -> bytes:
    """``svg`` as pixels, by the fonts that ship and no others, so that the same figure is the same bytes everywhere.

    :raises AuditorError: the fonts are not there. Without them there would be a picture without a word, and no error.
    """
    import resvg_py

    fonts = sorted(str(path) for path in FONTS.glob("*.ttf"))
    if not fonts:
        raise AuditorError("the fonts of the charts are missing", "Install auditor again: its files are not complete.")
    return resvg_py.svg_to_bytes(
        svg, width=DRAWN * SCALE, background="#ffffff", skip_system_fonts=True, font_files=fonts,
        font_family=FAMILY, sans_serif_family=FAMILY,
    )  # fmt: skip


def inline(part: Any, figure: Figure, number: int, width: int) -> Any:
    """The picture of ``figure`` for a run of ``part``, as python-docx has it; ``width`` in twips.

    What it shows is said as alternative text. Figures of a document must differ in ``number``.
    """
    from docx.opc.part import Part
    from docx.oxml import parse_xml
    from docx.shared import Twips

    svg = charts.svg(figure, width=DRAWN, id_prefix=f"f{number}-")
    pixels = png(charts.svg(_coded(figure), width=DRAWN))
    picture = part.new_pic_inline(io.BytesIO(pixels), Twips(width))
    if (high := picture.extent.cy) > (room := Twips(HIGHEST)):
        for size in (picture.extent, picture.graphic.graphicData.pic.spPr.xfrm.ext):
            size.cx, size.cy = int(size.cx * room / high), int(room)
    picture.docPr.set("descr", plain(figure.alt))
    picture.docPr.set("name", f"Figure {number}")
    picture.graphic.graphicData.pic.nvPicPr.cNvPr.set("descr", plain(figure.alt))
    drawing = Part(part.package.next_partname("/word/media/figure%d.svg"), _SVG_TYPE, svg.encode("utf-8"), part.package)
    named = part.relate_to(drawing, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image")
    picture.graphic.graphicData.pic.blipFill.blip.append(parse_xml(_SVG_BLIP.format(named)))
    return picture


def _coded(value: Any) -> Any:
    """A figure in which characters that our fonts do not have are written as their codes, else they would be boxes."""
    if isinstance(value, str):
        known = drawable()
        return "".join(char if char in known or char.isspace() else as_code(char) for char in value)
    if not isinstance(value, tuple):
        return value
    parts = [_coded(each) for each in value]
    return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
