from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.report.text import clean, heading, one_line, table
from estates import HOSTILE

UNSAFE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("desk-7", "desk-7"),
        ("büro é 東京 №", "büro é 東京 №"),
        ("\x1b[2J", r"\x1b[2J"),
        ("a\nb\tc", r"a\x0ab\x09c"),
        ("desk\u202egnp", r"desk\u202egnp"),
        ("\ud800", r"\ud800"),
        ("\u200b\ufeff", r"\u200b\ufeff"),
        ("\u2028", r"\u2028"),
        ("\U000f0000", r"\uf0000"),
        ("a\ufffe\uffff\ufdd0\U0001fffe", r"a\ufffe\uffff\ufdd0\u1fffe"),
        ("\U0001fabf\u0378", "\U0001fabf\u0378"),
        (138.5, "138.5"),
        (None, "None"),
    ],
)
def test_what_a_terminal_might_act_on_is_shown_as_its_code(text: object, shown: str) -> None:
    assert clean(text) == shown


@given(st.text())
def test_whatever_the_text_nothing_unsafe_is_left(text: str) -> None:
    assert not {unicodedata.category(char) for char in clean(text)} & UNSAFE
    assert clean(clean(text)) == clean(text)


def test_versions_stay_as_they_are_written() -> None:
    text = table(("browser", "version"), [("chrome", "138.10"), ("opera", "1e5"), ("edge", "0098.0"), ("x", "")], 80)
    assert [line.split() for line in text.splitlines()[2:]] == [
        ["chrome", "138.10"],
        ["opera", "1e5"],
        ["edge", "0098.0"],
        ["x"],
    ]


CELLS = st.text(st.characters(max_codepoint=0x17F, exclude_categories=("Mn", "Me")), max_size=60)


@given(st.integers(1, 8), st.integers(30, 200), st.data())
def test_a_table_fits_its_width(columns: int, width: int, data: st.DataObject) -> None:
    headers = data.draw(st.lists(CELLS, min_size=columns, max_size=columns).map(lambda each: [clean(text) for text in each]))
    rows = data.draw(st.lists(st.lists(CELLS, min_size=columns, max_size=columns), max_size=5))
    assert all(len(line) <= width for line in table(headers, rows, width).splitlines())


def test_a_table_narrower_than_its_columns_has_one_character_for_each() -> None:
    text = table(("ab", "cd", "ef"), [("xx", "yy", "zz")], 1)
    assert max(len(line) for line in text.splitlines()) == len("a  c  e")


def test_the_widest_column_gives_way_first() -> None:
    text = table(("PC", "why"), [("desk-0123456789-abc", "because " * 30)], 80)
    assert any(line.startswith("desk-0123456789-abc  because") for line in text.splitlines())
    even = table(("a", "b"), [("x" * 100, "y" * 100)], 60)
    assert max(len(line) for line in even.splitlines()) <= 60


def test_nothing_of_a_long_cell_is_lost() -> None:
    words = " ".join(f"word{number}" for number in range(50))
    text = table(("a", "b"), [("1", words)], 60)
    assert " ".join(" ".join(line[3:].split()) for line in text.splitlines()[2:]).split() == words.split()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_cell_is_text_and_keeps_the_width(text: str) -> None:
    shown = table(("PC",), [(text,)], 80)
    assert not {unicodedata.category(char) for char in shown.replace("\n", "")} & UNSAFE
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_an_empty_table_has_its_headers() -> None:
    assert table(("PC", "site"), [], 80).splitlines()[0].split() == ["PC", "site"]


def test_one_line_has_no_breaks_and_is_cut_with_a_mark() -> None:
    assert one_line(" a\n b\t c ") == "a b c"
    assert one_line("x" * 10, 10) == "x" * 10
    assert one_line("x" * 11, 10) == "x" * 9 + "…"


def test_a_heading_is_underlined_as_it_is_shown() -> None:
    assert heading("a\x1bb") == "\na\\x1bb\n======"


def test_numbers_with_separators_are_text_however_narrow_the_table_is() -> None:
    rows = [("a name that is too long for the table", "4,779"), ("4,779", "1,000,000")]
    text = table(("name", "PCs"), rows, 30)
    assert "4,779" in text
    assert max(map(len, text.splitlines())) <= 30
