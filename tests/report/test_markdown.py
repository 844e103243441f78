from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.estate.result import STATES, Estate
from auditor.report import contents, markdown, words
from auditor.report.document import (
    Bar,
    Bars,
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
from documents import NASTY, sample
from estates import HOSTILE, device, estate, estates, write

FEW = settings(max_examples=30)
CELL = re.compile(r"(?<!\\)(?:\\\\)*\|")
NAMES = (
    st.sampled_from(
        [*NASTY, *(each for each in HOSTILE if len(each) < 1000), "\\|", "\\", "a\\", "|", "- x", "1. x", "---", "@all"]
    )
    | st.text()
)


def tables(text: str) -> list[list[str]]:
    """The lines of each table."""
    found: list[list[str]] = []
    before = ""
    for line in text.splitlines():
        if line.startswith("|"):
            if not before.startswith("|"):
                found.append([])
            found[-1].append(line)
        before = line
    return found


def cells(line: str) -> list[str]:
    return [each.strip() for each in CELL.sub("\0", line.strip()).strip("\0").split("\0")]


def plain(text: str) -> str:
    """Markdown's escapes undone."""
    return re.sub(r"\\([\\`*_\[\]<>|~&#$.:+=)-])", r"\1", text.replace("@<!-- -->", "@"))


def one(*blocks: object, title: str = "Title") -> str:
    return markdown.text(Document("Report", "2026-11-27", "Base.", (Section("s", "1", title, "Message.", blocks),), ()))  # type: ignore[arg-type]


@FEW
@given(estates())
def test_the_totals_are_those_of_all_formats(of: Estate) -> None:
    text = write("markdown", of)
    (tiles, *_) = tables(text)
    numbers = {cells(line)[0]: cells(line)[1] for line in tiles[2:]}
    for state, number in zip(STATES, of.total.counts, strict=True):
        assert numbers.get(words.STATE_TITLES[state], f"{number:,}") == f"{number:,}"
    assert "Ready" in numbers
    for claim in contents.document(of).claims:
        assert f"- {claim.id}: " in text


def test_every_kind_of_block_is_shown() -> None:
    text = markdown.text(sample())
    for line in (
        "# Readiness of the estate",
        "## 2 Baseline by site",
        "**60 of 300 PCs are ready.**",
        "| Ready | 60 | 20.0 % of 300 |",
        "1. first",
        "| Site | PCs | Ready |",
        "| --- | ---: | ---: |",
        "| Leeds | 20 | 50 | 30 | 100 |",
        "| Windows 7 | 7 | 300 |",
        "| Oct | – | 300 |",
        "> Prices are not known. Give a file of prices with --prices.",
        "- C-001: PCs that are ready: 60 of 300 PCs (devices.csv: state=ready)",
        "- C-003: expected PCs never heard: 12 (auditor estate missing)",
        "Source: devices.csv. Claims: C-004 to C-009.",
        "## C Glossary",
    ):
        assert line in text.splitlines(), line
    assert "Half of the PCs" not in text


@given(st.lists(st.tuples(NAMES, NAMES, NAMES), min_size=1, max_size=4), NAMES)
def test_a_table_keeps_its_columns_whatever_the_cells_hold(rows: list[tuple[str, str, str]], name: str) -> None:
    made = tuple(tuple(Cell(text) for text in row) for row in rows)
    text = one(Table(name, (Column(name), Column("b", is_number=True), Column("c")), made))
    (found,) = tables(text)
    assert len(found) == len(rows) + 2
    assert {len(cells(line)) for line in found} == {3}
    shown = [tuple(plain(each) for each in cells(line)) for line in found[2:]]
    assert shown == [tuple(markdown.clean(each).strip() for each in row) for row in rows]


@given(NAMES)
def test_a_figure_keeps_its_columns_whatever_its_labels_are(name: str) -> None:
    bars = Bars("c", "a", (Bar(name, (Part(1, name), Part(2, "x")), 3), Bar("b", (Part(2, "x"),), 2)))
    lines = Lines("c", "a", (name, "b"), (Line(name, (1, None)), Line("x", (1, 2))))
    first, second = tables(one(bars, lines))
    assert len({len(cells(line)) for line in first}) == 1
    assert {len(cells(line)) for line in second} == {3}
    assert len(first) == len(second) == 4


@given(NAMES)
def test_no_text_acts_or_is_unseen(name: str) -> None:
    tile = Tiles((Tile(name, Cell("1"), name),))
    text = one(tile, Paragraph(name), Items((name, name)), Items((name,), is_numbered=True), title=name)
    assert not {unicodedata.category(char) for char in text.replace("\n", "")} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    without = text.replace("@<!-- -->", "").replace("  \n", "\n")
    for line in without.splitlines():
        rest = re.sub(r"\\[\\`*_\[\]<>|~&#$.:+=)-]", "", line)
        rest = re.sub(r"^(#+|\*\*|\d+\.|-|>)(?= |\S)|\*\*$", "", rest) if not line.startswith("|") else rest.replace("|", "")
        assert not re.search(r"[`*_\[\]<>|~&#$]", rest), line
        assert "://" not in rest
        assert not re.search(r"@\S", rest)


def test_a_line_begins_nothing() -> None:
    text = one(
        Paragraph("- x"), Paragraph("1986. A great year"), Paragraph("---"), Paragraph("    code"), Items(("+ y", "2) z"))
    )
    lines = text.splitlines()
    for line in ("\\- x", "1986\\. A great year", "\\---", "code", "- \\+ y", "- 2\\) z"):
        assert line in lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://x.example", "https\\://x.example"),
        ("www.x.example", "www\\.x.example"),
        ("@admins", "@<!-- -->admins"),
        ("a@x.example", "a@<!-- -->x.example"),
        ("<img>", "\\<img\\>"),
        ("a\nb", "a\\\\x0ab"),
        ("Windows 11 23H2 (x64), 99.5 %", "Windows 11 23H2 (x64), 99.5 %"),
    ],
)
def test_addresses_names_and_html_are_text(text: str, shown: str) -> None:
    assert shown in one(Paragraph(text)).splitlines()


def test_no_list_of_pcs() -> None:
    assert "desk-77" not in write("markdown", estate(device(1, hostname="desk-77")))


def test_an_empty_document_is_one_too() -> None:
    text = one(Lines("c", "a", (), ()), Bars("c", "a", ()), Tiles(()), Items(()))
    assert "## Claims" in text
