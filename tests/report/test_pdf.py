"""The PDF: readable with and without eyes, fit to be kept, the same each time, and never acted through."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import page
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import AuditorError, MissingExtraError
from auditor.report import glyphs, pdf
from auditor.report.chart_ink import GLYPHS
from auditor.report.document import (
    Bar,
    Bars,
    Block,
    Cell,
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
from auditor.report.text import clean
from documents import NASTY, sample


def of(*blocks: Block, **how: Any) -> Document:
    return Document("Report", "2026-11-27", "All PCs.", (Section("one", "1", "One", "Said.", blocks, **how),), ())


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data))


def words(data: bytes) -> str:
    """All text, with one space wherever there is any."""
    return " ".join(" ".join(each.extract_text() for each in read(data).pages).split())


def check(data: bytes) -> None:
    """Hold a file to both standards, as one who does not know what made it."""
    for profile in ("ua1", "2a"):
        report = page.validate_pdf_bytes(data, profile=profile)
        assert report.is_compliant, [(each.rule_id, each.message) for each in report.failures]
        assert report.rules.total > 100


def tagged(data: bytes) -> list[tuple[str, str]]:
    """(type, alternative text) of all elements of the structure tree, in the order in which they are read out."""
    found: list[tuple[str, str]] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for each in node:
                walk(each)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append((node["/S"], node.get("/Alt", "")))
            walk(node.get("/K", pypdf.generic.ArrayObject()))

    walk(read(data).trailer["/Root"]["/StructTreeRoot"])
    return found


ALL_KINDS = of(
    Paragraph("Some words."), Items(("a", "b")), Items((), is_numbered=True), Tiles(()), Table("Empty", (), ()),
    Tiles((Tile("Ready", Cell("7", "C-001", "ready"), "of 9"),)), Table("No rows", (Column("a"), Column("b", is_number=True)), ()),
    Bars("None", "No bars.", ()), Lines("None", "No lines.", (), ()),
    Lines("Steps", "One step.", ("a", "b"), (Line("x", (1, None)), Line("y", (None, 2), "stale")), steps=True),
    missing="There is no list.",
)  # fmt: skip


@pytest.mark.parametrize("document", [sample(), sample(hostile=True), ALL_KINDS], ids=["sample", "hostile", "kinds"])
def test_it_is_accessible_and_can_be_kept(document: Document) -> None:
    made = pdf.write(document)
    check(made)
    assert len(made) <= 2_000_000
    assert len(read(made).pages) <= 30
    assert made == pdf.write(document)


def test_a_document_of_nothing_is_a_page() -> None:
    made = pdf.write(Document("Report", "2026-11-27", "", (), ()))
    check(made)
    assert "This report has no sections." in words(made)


def test_it_has_title_language_day_and_bookmarks() -> None:
    made = read(pdf.write(sample()))
    root = made.trailer["/Root"]
    assert made.metadata is not None
    assert made.metadata.title == "Readiness of the estate"
    assert str(made.metadata.creation_date).startswith("2026-11-27")
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    titles = [each.title for each in made.outline if not isinstance(each, list)]
    assert titles[-5:] == ["1 Summary", "2 Baseline by site", "3 Trend", "4 Options", "C Glossary"]


def test_the_fonts_are_those_that_ship_and_are_in_it() -> None:
    fonts: dict[str, bool] = {}
    for each in read(pdf.write(sample(hostile=True))).pages:
        for font in each["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            fonts[inner["/FontName"].split("+")[-1]] = bool({"/FontFile2", "/FontFile3"} & set(inner))
    assert fonts == {"LiberationSans": True, "LiberationSans-Bold": True}


def test_all_that_the_document_says_is_in_it() -> None:
    text = words(pdf.write(sample()))
    for said in (
        "Contents", "1 Summary", "60 of 300 PCs are ready.", "One sentence. Another <one> & a third.", "1. first 2. second",
        "Claims C-001 to C-003.", "20.0 % of 300", "Figure 1: PCs by state at each site, worst first; base: PCs there.",
        "Source: devices.csv by site and state.", "Figure 2: Operating systems.", "Table 1: PCs by site",
        "Source: devices.csv. Claims C-004 to C-009.", "Figure 3: Ready PCs at the ends of months.", "Table 2: Words",
        "What is missing. Prices are not known. Give a file of prices with --prices.", "Page 1 of 2", "Page 2 of 2",
        "Readiness of the estate, as of 2026-11-27",
    ):  # fmt: skip
        assert said in text, said
    assert pdf.CODES not in text


def test_it_is_tagged_for_who_hears_it() -> None:
    tags = tagged(pdf.write(sample()))
    kinds = [kind for kind, _ in tags]
    assert {"/TOC", "/H1", "/P", "/L", "/LI", "/Table", "/TH", "/TD", "/Figure", "/Caption"} <= set(kinds)
    assert (kinds.count("/Table"), kinds.count("/Figure"), kinds.count("/Caption")) == (2, 3, 5)
    assert kinds.count("/H1") == 1 + len(sample().sections)
    figures = [alt for kind, alt in tags if kind == "/Figure"]
    assert figures == [
        "Half of the PCs at each site are not ready.", "Most run Windows 11.", "From 10 to 60 in four months.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "figure", [Bars("c", "", (Bar("a", (Part(1, "x"),), 1),)), Lines("c", "", ("a",), (Line("l", (1,)),))]
)
def test_a_figure_without_words_for_the_blind_stops_it(figure: Bars | Lines) -> None:
    with pytest.raises(AuditorError, match="missing alt text"):
        pdf.write(of(figure))


def test_texts_that_mean_harm_are_texts() -> None:
    text = words(pdf.write(sample(hostile=True)))
    for name in NASTY[:-1]:
        assert " ".join(clean(name).split()) in text
    assert r"é\u6f22\u5b57" in text
    assert "the fonts of this PDF do not have" in text


@pytest.mark.parametrize("text", ["#panic(1)", "#include \"/etc/passwd\"", "*b* _i_ `r` $x$ <l> @r \\u{41} = h // c", "/* x", "- a\n+ b", "--- -- ...", "\"q\" 'q'"])  # fmt: skip
def test_no_text_is_taken_for_the_language_of_pages(text: str) -> None:
    everywhere = of(
        Paragraph(text), Items((text,)), Tiles((Tile(text, Cell(text, text), text),)), Table(text, (Column(text),), ((Cell(text, text),),), text),
        Bars(text, text, (Bar(text, (Part(1, text),), 1),), source=text), missing=text,
    )  # fmt: skip
    section = everywhere.sections[0]._replace(number=text, title=text, message=text)
    made = pdf.write(Document(text, "2026-11-27", text, (section,), ()))
    check(made)
    assert words(made).count(" ".join(clean(text).split())) >= 14


@given(st.text(min_size=1))
def test_any_text_makes_a_pdf(text: str) -> None:
    pdf.write(of(Table(text, (Column(text),), ((Cell(text),),)), Bars(text, text, (Bar(text, (Part(1, text),), 1),))))


def test_every_character_that_is_said_to_be_drawable_is() -> None:
    every = "".join(sorted(each for each in glyphs.drawable() if clean(each) == each))
    assert len(every) > 2000
    assert set(GLYPHS.values()) | {chr(code) for code in range(32, 127)} | set("é…–Жß€") <= set(every)
    made = pdf.write(of(Paragraph(every), Table(every, (Column(every),), ())))  # the caption and the heading are bold
    check(made)
    assert pdf.CODES not in words(made)


def test_long_tables_are_cut_and_say_where_the_rest_is() -> None:
    rows = tuple((Cell(f"pc{at:04d}", f"C-{at:03d}"),) for at in range(pdf.MOST_ROWS + 1))
    text = words(pdf.write(of(Table("PCs", (Column("PC"),), rows, "devices.csv"))))
    assert "These are the first 400 of 401 rows. All are in devices.csv. Source: devices.csv. Claims C-000 to C-399." in text
    assert "pc0399" in text
    assert "pc0400" not in text
    assert "All are in the report's other formats" in words(pdf.write(of(Table("PCs", (Column("PC"),), rows))))
    assert text.count("PC pc") > 1  # the heading, again on each page


def test_what_has_no_spaces_is_broken_and_can_be_copied() -> None:
    digest = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9" * 3
    columns = tuple(Column(str(at)) for at in range(8))
    made = pdf.write(of(Paragraph(digest), Table("Digests", columns, (tuple(Cell(digest) for _ in columns),))))
    assert words(made).replace(" ", "").count(digest) == 1 + len(columns)
    right: list[float] = []
    for each in read(made).pages:
        each.extract_text(visitor_text=lambda text, _cm, tm, _font, _size: right.append(tm[4]) if text.strip() else None)
    assert max(right) < 595 - 57


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ((), ""),
        (("C-003",), "Claim C-003"),
        (("C-003", "C-004", "", "C-005", "C-004"), "Claims C-003 to C-005"),
        (("C-003", "C-099", "C-100", "C-999", "C-1000"), "Claims C-003, C-099 to C-100, C-999 to C-1000"),
        (("a", "b"), "Claims a, b"),
    ],
)
def test_claims_are_said_in_few_words(ids: tuple[str, ...], said: str) -> None:
    assert pdf.claims([Cell("1", each) for each in ids]) == said


def test_a_language_without_a_country_is_one() -> None:
    assert read(pdf.write(sample()._replace(language="de"))).trailer["/Root"]["/Lang"] == "de"


def test_the_template_says_nothing_of_its_own_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = pdf.write(sample())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert pdf.write(sample()) == made
    assert str(pdf.TEMPLATE.parent).encode() not in made


def test_data_reach_the_template_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    import typst

    given: dict[str, Any] = {}
    monkeypatch.setattr(typst, "compile", lambda *args, **how: given.update(how, input=args[0]) or b"")
    pdf.write(sample(hostile=True))
    assert given["input"] == pdf.TEMPLATE
    assert given["ignore_system_fonts"]
    assert list(given["sys_inputs"]) == ["document"]
    assert json.loads(given["sys_inputs"]["document"])["title"] == "Readiness of the estate"


def test_without_typst_it_says_what_to_install_and_what_to_do_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingExtraError, match="PDF needs typst") as caught:
        pdf.write(sample())
    assert "pip install 'estate-auditor[pdf]'" in caught.value.hint
    assert "print the report's web page" in caught.value.hint
