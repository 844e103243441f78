"""The report as a Word file, opened again by python-docx, and by LibreOffice where it is installed."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import docx as python_docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import AuditorError, MissingExtraError
from auditor.report import docx, wordpicture, wordxml
from auditor.report.document import (
    Bar,
    Bars,
    Cell,
    Claims,
    Column,
    Document,
    Items,
    Line,
    Lines,
    Paragraph,
    Part,
    Section,
    Table,
    Tile,
    Tiles,
)
from auditor.report.wordstyle import WIDTH
from documents import NASTY, sample

SOFFICE = shutil.which("soffice")


@pytest.fixture(scope="module")
def written() -> bytes:
    return docx.write(sample())


def opened(content: bytes) -> Any:
    return python_docx.Document(io.BytesIO(content))


def of(*blocks: Any, claims: Any = ()) -> Document:
    return Document("T", "2026-11-27", "B", (Section("s", "1", "S", "", blocks),), tuple(claims))


def text(content: bytes) -> str:
    return "\n".join(words(each) for each in opened(content).element.body.iter(qn("w:p")))


def words(element: Any) -> str:
    return "".join(each.text or "" for each in element.iter(qn("w:t")))


def instructions(xml: str) -> list[str]:
    return [each.strip() for each in re.findall(r"<w:instrText[^>]*>([^<]*)</w:instrText>", xml)]


def test_each_section_is_a_heading_that_the_contents_name_and_lead_to(written: bytes) -> None:
    word = opened(written)
    headings = [each for each in word.paragraphs if each.style.name == "Heading 1"]
    assert [each.text for each in headings] == [
        "1  Summary", "2  Baseline by site", "3  Trend", "4  Options", "C  Glossary", "D  Claims",
    ]  # fmt: skip
    links = word.element.body.findall(f".//{qn('w:hyperlink')}")
    assert [words(each) for each in links] == [each.text for each in headings]
    marks = [each._p.find(qn("w:bookmarkStart")).get(qn("w:name")) for each in headings]
    assert [each.get(qn("w:anchor")) for each in links] == marks
    assert 'TOC \\o "1-1" \\h \\z \\u' in instructions(word.element.xml)


def test_title_base_day_and_properties_are_the_documents(written: bytes) -> None:
    word = opened(written)
    assert [each.text for each in word.paragraphs[:2]] == [
        "Readiness of the estate",
        "As of 2026-11-27. Judged by baseline 1.",
    ]
    assert "As of 2026-11-27" in text(docx.write(of()))
    properties = word.core_properties
    assert (properties.title, properties.language, properties.author) == ("Readiness of the estate", "en-GB", "auditor")
    assert str(properties.created) == str(properties.modified) == "2026-11-27 00:00:00+00:00"
    assert word.styles.element.find(f".//{qn('w:lang')}").get(qn("w:val")) == "en-GB"
    section = word.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)


def test_the_footer_has_the_day_and_counts_pages(written: bytes) -> None:
    footer = opened(written).sections[0].footer
    assert "as of 2026-11-27" in footer.paragraphs[0].text
    assert instructions(footer._element.xml) == ["PAGE", "NUMPAGES"]


def test_captions_are_counted_by_word(written: bytes) -> None:
    word = opened(written)
    captions = [each.text for each in word.paragraphs if each.style.name in ("Caption", "Table Caption")]
    assert (
        "Figure 1: PCs by state at each site, worst first; base: PCs there. Source: devices.csv by site and state."
        in captions
    )
    assert [each[:8] for each in captions if each[:8] in ("Figure 1", "Figure 2", "Figure 3", "Table 1:", "Table 2:")] == [
        "Figure 1", "Figure 2", "Table 1:", "Figure 3", "Table 2:",
    ]  # fmt: skip
    counted = [each for each in instructions(word.element.xml) if each.startswith("SEQ")]
    assert counted == [f"SEQ {kind} \\* ARABIC" for kind in ("Figure", "Figure", "Table", "Figure", "Table")]


def test_each_figure_is_a_png_with_its_svg_and_a_text_for_who_does_not_see_it(written: bytes) -> None:
    word = opened(written)
    pictures = word.element.body.findall(f".//{qn('wp:inline')}")
    alts = [figure.alt for section in sample().sections for figure in section.blocks if isinstance(figure, Bars | Lines)]
    assert [each.docPr.get("descr") for each in pictures] == alts
    for each in pictures:
        blip = each.graphic.graphicData.pic.blipFill.blip
        assert word.part.related_parts[blip.embed].blob.startswith(b"\x89PNG")
        (drawing,) = [found.get(qn("r:embed")) for found in blip.iter() if str(found.tag).endswith("}svgBlip")]
        part = word.part.related_parts[drawing]
        assert part.blob.startswith(b"<svg ")
        assert part.content_type == "image/svg+xml"
    assert len({each.docPr.get("id") for each in pictures}) == len(pictures)


def test_a_picture_has_words_in_it() -> None:
    def drawn(label: str) -> bytes:
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="720" height="40"><text x="9" y="20">{label}</text></svg>'
        return wordpicture.png(svg)

    assert drawn("Leeds") != drawn("")
    assert drawn("Leeds") == drawn("Leeds")


def test_without_fonts_there_is_no_picture_without_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(wordpicture, "FONTS", tmp_path)
    with pytest.raises(AuditorError, match="fonts"):
        docx.write(sample())


def test_what_the_fonts_do_not_have_is_drawn_as_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(wordpicture, "png", lambda svg, png=wordpicture.png: seen.append(svg) or png(svg))
    content = docx.write(of(Bars("c", "a", (Bar("漢", (Part(1, "PCs"),), 1),))))
    assert "\\u6f22" in seen[0]
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert "漢" in file.read("word/media/figure1.svg").decode()


def test_a_figure_is_followed_by_its_numbers(written: bytes) -> None:
    table = next(each for each in opened(written).tables if each.cell(0, 0).text == "When")
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["When", "ready", "heard"], ["Aug", "● 10", "290"], ["Sep", "● 20", "300"], ["Oct", "–", "300"], ["Nov", "● 60", "300"],
    ]  # fmt: skip


def test_tables_repeat_their_header_and_part_no_row(written: bytes) -> None:
    tables = [each for each in opened(written).tables if each.style.name == "Report Table"]
    assert len(tables) == 6
    for table in tables:
        for number, row in enumerate(table.rows):
            properties = row._tr.trPr
            assert (properties.find(qn("w:tblHeader")) is not None) == (number == 0)
            assert properties.find(qn("w:cantSplit")) is not None
        assert sum(int(each.get(qn("w:w"))) for each in table._tbl.tblGrid) <= WIDTH


def test_numbers_stand_to_the_right_and_their_claims_are_small(written: bytes) -> None:
    table = next(each for each in opened(written).tables if each.cell(0, 0).text == "Site")
    cell = table.cell(1, 1).paragraphs[0]
    assert cell.alignment == 2
    assert table.cell(1, 0).paragraphs[0].alignment is None
    assert [(each.text, each.style.name) for each in cell.runs] == [
        ("100", "Default Paragraph Font"),
        (" ", "Default Paragraph Font"),
        ("C-004", "Claim Id"),
    ]
    assert table.cell(1, 2).text == "● 20 C-005"


def test_tiles_stand_in_one_row_without_borders(written: bytes) -> None:
    (tiles,) = [each for each in opened(written).tables if each.style.name == "Normal Table"]
    assert len(tiles.rows) == 1
    assert [cell.text.splitlines() for cell in tiles.rows[0].cells] == [
        ["● Ready", "60", "20.0 % of 300 C-001"], ["■ Not ready", "40", "13.3 % C-002"], ["▼ Not seen", "12", "of 312 expected C-003"],
    ]  # fmt: skip
    assert "<w:tblBorders" not in tiles._tbl.xml


def test_large_numbers_of_tiles_and_tables_fit_their_columns() -> None:
    tiles = Tiles(tuple(Tile(f"t{number}", Cell("1,234,567"), "n") for number in range(8)))
    columns = (Column("Site"), *(Column(title, is_number=True) for title in ("Unknown", "Not applicable", *"abcde")))
    cells = tuple(Cell("1,234", f"C-{number:03d}", "ready") for number in range(7))
    word = opened(docx.write(of(tiles, Table("t", columns, ((Cell("Royal Infirmary of a town " * 3), *cells),)))))
    first, second, table = word.tables
    assert [len(first.columns), len(second.columns)] == [6, 2]
    run = first.cell(0, 0).paragraphs[1].runs[0]
    assert run.font.size.pt * 0.56 * len(run.text) * 20 < first.columns[0].width.twips - 216
    widths = [column.width.twips for column in table.columns]
    assert widths[2] >= 100 * len("applicable") + 140
    assert sum(widths) <= WIDTH
    assert table.cell(1, 1).text == "● 1,234\nC-000"
    assert docx._widths((Column("x" * 400),), ()) == ([WIDTH], True)


def test_what_is_missing_is_set_off(written: bytes) -> None:
    (said,) = [each.text for each in opened(written).paragraphs if each.style.name == "Missing"]
    assert said == "Not known: Prices are not known. Give a file of prices with --prices."


def test_each_numbered_list_begins_at_one() -> None:
    word = opened(docx.write(of(Items(("a",), is_numbered=True), Items(("b",)), Items(("c",), is_numbered=True))))
    listed = [each for each in word.paragraphs if each.style.name.startswith("List")]
    assert [each.style.name for each in listed] == ["List Number", "List Bullet", "List Number"]
    numbers = [each._p.pPr.numPr.numId.val for each in (listed[0], listed[2])]
    assert numbers[0] != numbers[1]
    numbering = word.part.numbering_part.element
    assert all("<w:startOverride" in numbering.num_having_numId(each).xml for each in numbers)


def test_claims_say_how_to_count_again(written: bytes) -> None:
    rows = [[cell.text for cell in row.cells] for row in opened(written).tables[-1].rows]
    assert rows[1] == ["C-001", "PCs that are ready", "60", "300 PCs", "devices.csv: state=ready"]
    assert rows[3] == ["C-003", "expected PCs never heard", "12", "", "auditor estate missing"]
    assert len(rows) == 1 + len(sample().claims)
    assert "Claims" not in text(docx.write(of(Paragraph("x"))))


def test_a_long_table_is_cut_and_says_where_the_rest_is() -> None:
    claims = Claims()
    rows = tuple((Cell(f"site {number}"), claims.cell(f"PCs at {number}", 1, f"site={number}")) for number in range(1_000))
    columns = (Column("Site"), Column("PCs", is_number=True))
    content = docx.write(of(Table("Sites", columns, rows, "devices.csv"), Table("Again", columns, rows), claims=claims))
    word, said = opened(content), text(content)
    assert [len(each.rows) for each in word.tables] == [301, 301, 301]
    assert "300 of 1,000 rows are shown; all rows are in devices.csv." in said
    assert "300 of 1,000 rows are shown; the JSON has all: auditor report --format json." in said
    assert "700 more claims are in the list that “auditor report --format claims” makes." in said


def test_a_figure_of_many_bars_fits_on_a_page() -> None:
    bars = tuple(Bar(f"site {number}", (Part(1, "PCs"),), 1) for number in range(1_200))
    points = tuple(map(str, range(5)))
    lines = tuple(Line(f"line {number}", (1,) * 5) for number in range(200))
    word = opened(docx.write(of(Bars("Sites", "Many.", bars), Lines("Many", "Many.", points, lines))))
    assert all(each.height.cm <= 22.1 for each in word.inline_shapes)
    assert any("The first 30 of 1,200 are drawn." in each.text for each in word.paragraphs)


def test_a_picture_that_is_too_high_is_made_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = opened(docx.write(sample())).inline_shapes[0]
    monkeypatch.setattr(wordpicture, "HIGHEST", 300)
    (small, *_) = opened(docx.write(sample())).inline_shapes
    assert small.height.twips == 300
    assert abs(small.width / small.height - whole.width / whole.height) < 0.01


def test_texts_that_mean_harm_are_text() -> None:
    content = docx.write(sample(hostile=True))
    word, said = opened(content), text(content)
    cells = [row.cells[0].text for table in word.tables if table.cell(0, 0).text == "Site" for row in table.rows[1:]]
    assert cells == [wordxml.plain(name) for name in NASTY]
    assert "\\x1b[31mred" in said
    assert "\\u202ereversed" in said
    assert not [each for each in word.part.rels.values() if each.is_external]


@given(st.text(max_size=40))
def test_any_text_is_a_paragraph_as_it_is(said: str) -> None:
    xml = wordxml.element(wordxml.paragraph(wordxml.run(said), "Normal"))
    assert words(xml) == wordxml.plain(said)
    assert wordxml.plain(wordxml.plain(said)) == wordxml.plain(said)


def test_the_same_document_is_the_same_file_with_fixed_times(written: bytes) -> None:
    assert docx.write(sample()) == written
    with zipfile.ZipFile(io.BytesIO(written)) as file:
        entries = file.infolist()
    assert {each.date_time for each in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert entries[0].filename == "[Content_Types].xml"
    assert len({each.filename for each in entries}) == len(entries)
    assert not [each.filename for each in entries if "thumbnail" in each.filename]


def test_the_sample_can_be_mailed() -> None:
    assert len(docx.write(sample(hostile=True))) <= 1_000_000


def test_the_next_appendix_has_the_next_letter() -> None:
    claims = Claims()
    cell = claims.cell("x", 1)
    for numbers, expected in ((("1", "2"), "A  Claims"), (("1", "A", "B"), "C  Claims"), (("10", "Z"), "A  Claims")):
        sections = tuple(Section(each, each, "T", "", (Table("t", (Column("c"),), ((cell,),)),)) for each in numbers)
        word = opened(docx.write(Document("T", "2026-11-27", "B", sections, tuple(claims))))
        assert [each.text for each in word.paragraphs if each.style.name == "Heading 1"][-1] == expected


def test_an_empty_document_is_one_too() -> None:
    assert opened(docx.write(Document("T", "2026-11-27", "B", (), ()))).paragraphs[0].text == "T"


@pytest.mark.parametrize("missing", ["docx", "resvg_py"])
def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(MissingExtraError, match="python-docx and resvg-py") as caught:
        docx.write(sample())
    assert "estate-auditor[report]" in caught.value.hint


@pytest.mark.skipif(SOFFICE is None, reason="no soffice here to open the file in")
@pytest.mark.parametrize("hostile", [False, True])
def test_libreoffice_opens_it_as_it_is(tmp_path: Path, hostile: bool) -> None:
    (tmp_path / "report.docx").write_bytes(docx.write(sample(hostile)))
    command = [
        str(SOFFICE), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "txt:Text (encoded):UTF8",
        "--outdir", str(tmp_path), str(tmp_path / "report.docx"),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    said = (tmp_path / "report.txt").read_text(encoding="utf-8-sig")
    for expected in (
        "60 of 300 PCs are ready.",
        "Figure 3: Ready PCs",
        "Not known: Prices",
        "C-009",
        "devices.csv: state=ready",
    ):
        assert expected in said
