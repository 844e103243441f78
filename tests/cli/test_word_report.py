"""``auditor report --format docx``, with and without a template."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from auditor.report.sandbox import USABLE
from auditor.report.template import Chapter, Drawn, Rows

DOCUMENTED = Path(__file__).resolve().parents[2] / "docs" / "word-template.md"


@pytest.fixture
def estate(run, linux, tmp_path):
    run("scan", "--offline", linux, "--save", "s.json", "--fail-on", "never")
    assert run("ingest", "s.json").code == 0


def template(path: Path, *texts: str) -> Path:
    word = docx.Document()
    for text in texts:
        word.add_paragraph(text)
    word.save(str(path))
    return path


def test_the_report_is_a_word_file(run, estate, tmp_path):
    assert run("report", "--format", "docx", "--as-of", "2030-01-31", "-o", "r.docx").code == 0
    word = docx.Document(str(tmp_path / "r.docx"))
    assert str(word.core_properties.created) == "2030-01-31 00:00:00+00:00"
    assert [each.text for each in word.paragraphs if each.style.name == "Heading 1"]


def test_a_template_is_filled(run, estate, tmp_path):
    ours = template(tmp_path / "ours.docx", "Ours, {{ as_of }}", "{{ sections.values()|map }}")
    done = run("report", "--format", "docx", "--template", ours, "--as-of", "2030-01-31", "-o", "r.docx")
    assert done.code != 0
    assert "ours.docx: cannot be understood: No filter named 'map'" in done.err
    assert not (tmp_path / "r.docx").exists()
    template(ours, "Ours, {{ as_of }}")
    assert run("report", "--format", "docx", "--template", ours, "--as-of", "2030-01-31", "-o", "r.docx").code == 0
    assert docx.Document(str(tmp_path / "r.docx")).paragraphs[0].text == "Ours, 2030-01-31"


def test_a_template_goes_with_word_files_only(run, tmp_path):
    done = run("report", "--template", template(tmp_path / "ours.docx", "x"))
    assert done.code != 0
    assert "--format docx" in done.err


@pytest.mark.parametrize("name", ["none.docx", "."])
def test_a_template_that_cannot_be_read_is_an_error(run, name):
    done = run("report", "--format", "docx", "--template", name, "-o", "r.docx")
    assert done.code != 0
    assert "cannot be read" in done.err


def test_a_word_file_is_not_written_to_a_screen(run, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    done = run("report", "--format", "docx")
    assert done.code != 0
    assert "-o report.docx" in done.err


def test_what_a_template_may_use_is_documented():
    named = set(re.findall(r"`(\w+)`", DOCUMENTED.read_text(encoding="utf-8")))
    assert {each for each in USABLE if each != "d"} <= named
    assert {*Chapter._fields, *Rows._fields, *Drawn._fields} <= named


def test_the_documented_example_can_be_filled():
    from auditor.report import template as templates
    from documents import sample

    lines = [line[2:] for line in DOCUMENTED.read_text(encoding="utf-8").splitlines() if line.startswith("> ")]
    word = docx.Document()
    grid = word.add_table(0, 2)
    for line in lines:
        if line.startswith("|"):
            cells = [each.strip() for each in line.strip("|").split("|")]
            if cells[0] != "---":
                for cell, text in zip(grid.add_row().cells, cells, strict=True):
                    cell.text = text
        else:
            word.add_paragraph(line.replace("**", ""))
    saved = io.BytesIO()
    word.save(saved)
    filled = docx.Document(io.BytesIO(templates.fill(saved.getvalue(), sample())))
    assert [[cell.text for cell in row.cells] for row in filled.tables[0].rows][1:] == [
        ["Leeds", "100"],
        ["York", "100"],
        ["Hull", "100"],
    ]
    said = [each.text for each in filled.paragraphs]
    assert said[0] == "Readiness of the estate, as of 2026-11-27. As of 2026-11-27. Judged by baseline 1."
    assert said[1] == "60 of 300 PCs are ready. That is 60 of 300 PCs."
    assert said[-1] == "Options: Prices are not known. Give a file of prices with --prices."
    assert filled.element.body.find(f".//{qn('pic:pic')}") is not None
