"""How a Word report looks: page, styles, properties. Everything else names a style of these.

The font is Arial: Word has it everywhere, the free Liberation Sans of LibreOffice and of our charts is as wide, so that
lines and pages break alike.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from auditor.report.wordxml import element, plain

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

WIDTH = 9_638
"""Twips (1/20 point) between the margins of an A4 page: 17 cm."""
MARGIN = 1_134
"""Twips of each margin: 2 cm."""
INK = "1D3557"
"""The colour of headings."""
GREY = "505A5F"
"""Of what stands back; its contrast to white is 7:1."""

_WORDS_OWN = {"Title", "Heading1", "TOC1", "Caption", "Footer"}
_FONTS = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial" w:eastAsia="Arial"/>'

_TABLE = f"""
<w:style w:type="table" w:customStyle="1" w:styleId="ReportTable">
<w:name w:val="Report Table"/><w:basedOn w:val="TableNormal"/>
<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="{INK}"/>
<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{INK}"/>
<w:insideH w:val="single" w:sz="4" w:space="0" w:color="C8CCD0"/></w:tblBorders>
<w:tblCellMar><w:top w:w="45" w:type="dxa"/><w:left w:w="70" w:type="dxa"/><w:bottom w:w="45" w:type="dxa"/>
<w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow">
<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="E8ECF1"/></w:tcPr></w:tblStylePr></w:style>
"""

_CLAIM = (
    '<w:style w:type="character" w:customStyle="1" w:styleId="ClaimId"><w:name w:val="Claim Id"/>'
    f'<w:rPr><w:b w:val="0"/><w:color w:val="{GREY}"/><w:sz w:val="13"/><w:szCs w:val="13"/></w:rPr></w:style>'
)

_SET_OFF = (
    '<w:keepLines/><w:pBdr><w:left w:val="single" w:sz="36" w:space="8" w:color="B8860B"/></w:pBdr>'
    '<w:shd w:val="clear" w:color="auto" w:fill="FDF6E3"/>'
)


def _space(before: int = 0, after: int = 0, *, single: bool = False) -> str:
    """Room above and below a paragraph in twips; ``single`` for lines without room between them."""
    line = ' w:line="240" w:lineRule="auto"' if single else ""
    return f'<w:spacing w:before="{before}" w:after="{after}"{line}/>'


_PARAGRAPHS = (
    # id, name, based on, paragraph, size in half points, bold, colour
    ("Title", "Title", "Normal", f'<w:keepNext/>{_space(before=600, after=120, single=True)}', 52, True, INK),
    ("Base", "Base", "Normal", f'{_space(after=60)}', 20, False, GREY),
    ("Heading1", "heading 1", "Normal",
     f'<w:keepNext/><w:keepLines/>{_space(before=480, after=80)}<w:outlineLvl w:val="0"/>', 32, True, INK),
    ("ContentsTitle", "Contents Title", "Normal", f'<w:keepNext/>{_space(before=480, after=120)}', 26, True, INK),
    ("TOC1", "toc 1", "Normal", f'<w:tabs><w:tab w:val="right" w:pos="{WIDTH}"/></w:tabs>{_space(after=80)}', 20, False, ""),
    ("Lead", "Lead", "Normal", f'<w:keepNext/><w:keepLines/>{_space(after=160)}', 24, True, ""),
    ("Missing", "Missing", "Normal", _SET_OFF +
     f'{_space(before=160, after=160)}<w:ind w:left="227"/>', 20, False, ""),
    ("Figure", "Figure", "Normal", f'<w:keepNext/>{_space(before=200, after=60, single=True)}', 20, False, ""),
    ("Caption", "caption", "Normal", f'<w:keepLines/>{_space(after=160, single=True)}', 18, False, GREY),
    ("TableCaption", "Table Caption", "Caption", f'<w:keepNext/>{_space(before=240, after=80)}', 18, False, GREY),
    ("AfterTable", "After Table", "Normal", f'{_space(before=60, after=160, single=True)}', 16, False, GREY),
    ("Cell", "Cell", "Normal", f'{_space(after=0, single=True)}', 18, False, ""),
    ("CellHead", "Cell Head", "Cell", "<w:keepNext/>", 18, True, ""),
    ("TileTitle", "Tile Title", "Cell", "<w:keepNext/>", 18, True, ""),
    ("TileNumber", "Tile Number", "Cell", f'<w:keepNext/>{_space(before=40, after=40)}', 40, True, INK),
    ("TileNote", "Tile Note", "Cell", "", 17, False, GREY),
    ("Footer", "footer", "Normal",
     f'<w:tabs><w:tab w:val="right" w:pos="{WIDTH}"/></w:tabs>{_space(after=0, single=True)}', 16, False, GREY),
)  # fmt: skip


def apply(word: WordDocument, title: str, as_of: str, language: str) -> None:
    """Give ``word``, a new document of python-docx, the report's page, styles and properties."""
    _page(word)
    _styles(word, language)
    _settings(word, language)
    properties = word.core_properties
    properties.title = plain(title)[:255]
    properties.language, properties.author, properties.comments = language, "auditor", ""
    properties.created = properties.modified = datetime.combine(date.fromisoformat(as_of), time(), UTC)
    # the picture of python-docx's own empty page would be shown as the report's preview
    relations = word.part.package.rels
    for name in [name for name, each in relations.items() if each.reltype.endswith("/thumbnail")]:
        del relations[name]


def _page(word: WordDocument) -> None:
    from docx.shared import Twips

    section = word.sections[0]
    section.page_width, section.page_height = Twips(11_906), Twips(16_838)  # A4
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Twips(MARGIN)
    section.header_distance = section.footer_distance = Twips(MARGIN // 2)


def _styles(word: WordDocument, language: str) -> None:
    styles = word.styles.element
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{_FONTS}"
        f'<w:sz w:val="20"/><w:szCs w:val="20"/><w:lang w:val="{plain(language)}"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
        "</w:docDefaults>"
    )
    styles.replace(styles[0], element(defaults))
    for each in (_TABLE, _CLAIM, *(_paragraph(*row) for row in _PARAGRAPHS)):
        style = element(each)
        name = style.styleId
        for old in [old for old in styles.style_lst if old.styleId == name]:
            styles.remove(old)
        styles.append(style)


def _paragraph(name: str, title: str, on: str, look: str, size: int, bold: bool, colour: str) -> str:
    run = _FONTS + "<w:b/>" * bold + (f'<w:color w:val="{colour}"/>' if colour else "")
    own = "" if name in _WORDS_OWN else 'w:customStyle="1" '
    return (
        f'<w:style w:type="paragraph" {own}w:styleId="{name}"><w:name w:val="{title}"/><w:basedOn w:val="{on}"/><w:qFormat/>'
        f'<w:pPr>{look}</w:pPr><w:rPr>{run}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


def _settings(word: WordDocument, language: str) -> None:
    """Word's own layout of today, where the settings of an older one would say "Compatibility Mode" in the title bar."""
    settings = word.settings.element
    for each in list(settings.iter()):
        kind = str(each.tag).rpartition("}")[2]
        if kind in ("useFELayout", "savePreviewPicture"):
            each.getparent().remove(each)
        for key in each.attrib:
            name = str(key).rpartition("}")[2]
            if kind == "themeFontLang" and name == "val":
                each.set(key, plain(language))
            if name == "val" and each.get(key) == "14" and kind == "compatSetting":
                each.set(key, "15")
