"""Templates of other people's making: what they may use, and that they can do nothing else."""

from __future__ import annotations

import io
import sys
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from auditor.errors import AuditorError, MissingExtraError
from auditor.report import template, wordxml
from auditor.report.document import Bar, Bars, Claim, Document, Paragraph, Part, Section
from documents import NASTY, sample


def made(*texts: str, table: tuple[tuple[str, ...], ...] = (), footer: str = "", title: str = "") -> bytes:
    """A template with these paragraphs, and a table."""
    word = docx.Document()
    for text in texts:
        word.add_paragraph(text)
    if table:
        grid = word.add_table(len(table), len(table[0]))
        for row, cells in zip(grid.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    if footer:
        word.sections[0].footer.paragraphs[0].text = footer
    word.core_properties.title = title
    saved = io.BytesIO()
    word.save(saved)
    return saved.getvalue()


def filled(*texts: str, document: Document | None = None, **others: Any) -> Any:
    return docx.Document(io.BytesIO(template.fill(made(*texts, **others), document or sample(), "ours.docx")))


def paragraphs(*texts: str, document: Document | None = None) -> list[str]:
    return [each.text for each in filled(*texts, document=document).paragraphs]


def refused(*texts: str, **others: Any) -> AuditorError:
    with pytest.raises(AuditorError) as caught:
        template.fill(made(*texts, **others), sample(), "ours.docx")
    assert caught.value.message.startswith("ours.docx: ")
    assert caught.value.hint
    return caught.value


def test_values_of_the_document_are_filled_in() -> None:
    assert paragraphs(
        "{{ title }}, {{ as_of }}",
        "{{ base }}",
        "{{ sections.summary.message }} {{ sections.sites.number }} {{ sections['sites'].title }}",
        "{{ sections.summary.texts|join('; ') }}",
        "{{ sections.costs.missing }}",
        "{{ number('C-001') }} of {{ claims['C-001'].base }}{{ claims['C-003'].base }}",
        "{{ (100 * claims['C-001'].value / claims['C-001'].base)|round(1) }} %",
    ) == [
        "Readiness of the estate, 2026-11-27",
        "As of 2026-11-27. Judged by baseline 1.",
        "60 of 300 PCs are ready. 2 Baseline by site",
        "One sentence. Another <one> & a third.; first; second",
        "Prices are not known. Give a file of prices with --prices.",
        "60 of 300",
        "20.0 %",
    ]


def test_numbers_are_written_as_in_the_report() -> None:
    claim = Claim("C-001", "PCs", 1_234_567, None, "", "devices.csv", "")
    assert paragraphs("{{ number('C-001') }}", document=Document("T", "2026-11-27", "B", (), (claim,))) == ["1,234,567"]


def test_rows_repeat_in_tables_and_sections_in_the_text() -> None:
    rows = (
        ("Site", "PCs"), ("{%tr for row in sections.sites.tables[0].rows %}", ""), ("{{ row[0] }}", "{{ row[1] }}"), ("{%tr endfor %}", ""),
    )  # fmt: skip
    word = filled(
        "{%p for section in sections.values() if section.tiles %}",
        "{{ loop.index }} {{ section.title }}: {% for tile in section.tiles %}{{ tile[1] }} {% endfor %}",
        "{%p endfor %}",
        table=rows,
    )
    assert [each.text for each in word.paragraphs] == ["1 Summary: 60 40 12 "]
    assert [[cell.text for cell in row.cells] for row in word.tables[0].rows] == [
        ["Site", "PCs"], ["Leeds", "100"], ["York", "100"], ["Hull", "100"],
    ]  # fmt: skip


def test_figures_are_pictures_with_a_text_and_their_numbers() -> None:
    word = filled(
        "{{ sections.sites.figures[0].picture }}{{ sections.sites.figures[0].picture }}",
        "{{ sections.trend.figures[0].caption }} {{ sections.trend.figures[0].numbers.rows[0][1] }}",
    )
    first, second = word.element.body.findall(f".//{qn('wp:inline')}")
    assert first.docPr.get("descr") == "Half of the PCs at each site are not ready."
    assert first.docPr.get("id") != second.docPr.get("id")
    images = [each for each in word.part.related_parts.values() if each.content_type.startswith("image/")]
    assert sorted(each.content_type for each in images) == ["image/png", "image/svg+xml", "image/svg+xml"]
    assert word.inline_shapes[0].width.cm < 16
    assert word.paragraphs[1].text == "Ready PCs at the ends of months. 10"


def test_a_picture_is_no_wider_than_the_page() -> None:
    word = docx.Document()
    word.add_paragraph("{{ sections.sites.figures[0].picture }}")
    word.sections[0].page_width = word.sections[0].page_width // 2
    saved = io.BytesIO()
    word.save(saved)
    (shape,) = docx.Document(io.BytesIO(template.fill(saved.getvalue(), sample()))).inline_shapes
    assert shape.width <= word.sections[0].page_width - word.sections[0].left_margin - word.sections[0].right_margin


def test_footers_and_properties_are_filled_too() -> None:
    section = Section("s", "1", "S", "", ())
    document = Document("A & B {x}", "2026-11-27", "B", (section,), ())
    word = filled("x", document=document, footer="{{ title }}", title="{{ title }}")
    assert word.sections[0].footer.paragraphs[0].text == "A & B {x}"
    assert word.core_properties.title == "A & B {x}"


@pytest.mark.parametrize(
    "name", [*NASTY, "{{ title }}", "{% if %}", "{_{ x }_}", "</w:t></w:r></w:p><w:p/>", "&amp;&#123;", "\ufffe"]
)
def test_a_value_is_text_whatever_stands_in_it(name: str) -> None:
    figure = Bars(name, name, (Bar(name, (Part(1, name),), 1),))
    document = Document(name, "2026-11-27", name, (Section("s", "1", name, name, (Paragraph(name), figure)),), ())
    word = filled(
        "{{ title }}",
        "{{ sections.s.texts[0] }}",
        "{{ sections.s.figures[0].picture }}",
        document=document,
        title="{{ base }}",
    )
    shown = wordxml.plain(name)
    assert [each.text for each in word.paragraphs] == [shown, shown, ""]
    assert word.core_properties.title == shown


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}", "{{ ''.__class__.__mro__ }}", "{% if title.__class__ %}x{% endif %}", "{{ ''['__class__'] }}",
        "{% set x = sections.__class__ %}", "{{ number.__globals__ }}", "{{ sections.summary._replace(id='x') }}",
        "{{ sections.sites.figures[0].picture._template }}", "{{ title.upper() }}", "{{ 'x'.format(1) }}", "{{ sections.clear() }}",
        "{{ claims.pop('C-001') }}", "{{ '' ~ title }}", "{{ 9 ** 9 }}", "{{ 'x' * 999999999 }}", "{{ 'x' + 'y' }}", "{{ '%9999999d' % 1 }}",
        "{{ title|safe }}", "{{ title|attr('__class__') }}", "{{ title|center(999999999) }}", "{{ range(9) }}", "{{ lipsum() }}",
        "{% autoescape false %}{{ title }}{% endautoescape %}", "{% include 'x' %}", "{% import 'x' as y %}", "{% macro x() %}{% endmacro %}",
        "{{ sections.summary.index }}", "{{ cycler.__init__ }}", "{{ self }}", "{{ loop }}", "{{ number }}", "{{ sections }}",
    ],
)  # fmt: skip
def test_a_template_reads_its_values_and_does_nothing_else(text: str) -> None:
    refused(text)


def test_what_a_template_may_not_do_is_named() -> None:
    assert "'__class__'" in refused("{{ ''.__class__ }}").message
    assert "'safe'" in refused("{{ title|safe }}").message
    assert "'autoescape'" in refused("{% autoescape false %}{% endautoescape %}").message
    assert "word-template.md" in refused("{{ ''.__class__ }}").hint


def test_a_name_that_is_not_there_is_named() -> None:
    error = refused("{{ titel }}")
    assert "'titel'" in error.message
    assert "title" in error.hint
    assert "'sumary'" in refused("{{ sections.sumary.title }}").message
    assert "'messages'" in refused("{{ sections.summary.messages }}").message
    error = refused("{{ number('C-01') }}")
    assert "'C-01'; did you mean 'C-001'" in error.message


def test_other_mistakes_are_errors_that_name_the_template() -> None:
    assert "cannot be understood" in refused("{% for x %}").message
    assert "cannot be filled" in refused("{{ 1 / 0 }}").message
    assert "cannot be filled" in refused("x", title="{{ base }}" * 10).message
    assert "allows no text" in refused("{{p title }}").message


def test_loops_over_loops_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.report.sandbox._MOST_VALUES", 100)
    loops = "{% for a in claims %}{% for b in claims %}{% for c in claims %}{{ a }}{% endfor %}{% endfor %}{% endfor %}"
    assert "more than 100 values" in refused(loops).message


def zipped(**entries: bytes) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name.replace("Types", "[Content_Types].xml"), content)
    return result.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not a .docx"),
        (b"%PDF-1.7", "is not a .docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is not a .docx"),
        (zipped(a=b"x"), "not a .docx"),
        (zipped(Types=b"x"), "is not a .docx that can be read"),
        (zipped(Types=b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"), "is not a .docx that can be read"),
        (made("x")[:-30], "is not a .docx"),
    ],
)  # fmt: skip
def test_what_is_no_word_file_is_an_error(content: bytes, said: str) -> None:
    with pytest.raises(AuditorError, match=said) as caught:
        template.fill(content, sample(), "ours.docx")
    assert caught.value.message.startswith("ours.docx: ")
    assert "*.docx" in caught.value.hint


def test_too_large_a_template_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template, "LARGEST_UNPACKED", 1_000_000)
    with pytest.raises(AuditorError, match="unpacks to more than"):
        template.fill(zipped(Types=b"x", bomb=bytes(1_000_001)), sample())
    monkeypatch.setattr(template, "MOST_FILES", 3)
    with pytest.raises(AuditorError, match="unpacks to more than"):
        template.fill(made("x"), sample())
    monkeypatch.setattr(template, "LARGEST", 100)
    with pytest.raises(AuditorError, match="more than 100 bytes"):
        template.fill(made("x"), sample())


def test_the_same_template_and_document_give_the_same_bytes() -> None:
    ours = made("{{ title }}", "{{ sections.sites.figures[0].picture }}")
    assert template.fill(ours, sample()) == template.fill(ours, sample())


@pytest.mark.parametrize("missing", ["docxtpl", "resvg_py"])
def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(MissingExtraError, match="docxtpl") as caught:
        template.fill(made("x"), sample())
    assert "estate-auditor[report,template]" in caught.value.hint
