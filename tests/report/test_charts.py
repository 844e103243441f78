"""Figures as SVG: well-formed, the same each time, readable without colour, and never acted through."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.estate.result import STATES
from auditor.report import charts
from auditor.report.chart_bars import MOST_BARS, MOST_WORDS
from auditor.report.chart_ink import GLYPHS, GREY, INK, LOOKS, PAPER, PLAIN, contrast, cut, wide
from auditor.report.chart_lines import MOST_LINES, apart
from auditor.report.document import Bar, Bars, Figure, Line, Lines, Part
from auditor.report.text import clean
from documents import NASTY, sample

NAME = "{http://www.w3.org/2000/svg}"


def drawn(figure: Figure, **how: object) -> ET.Element:
    return ET.fromstring(charts.svg(figure, **how))  # type: ignore[arg-type]


def texts(figure: Figure, **how: object) -> list[str]:
    return [each.text or "" for each in drawn(figure, **how).iter(f"{NAME}text")]


def figures(hostile: bool = False) -> Iterator[Figure]:
    for section in sample(hostile).sections:
        yield from (block for block in section.blocks if isinstance(block, Bars | Lines))


def of_states(alike: bool = True) -> Bars:
    return Bars("all", "all", (Bar("Leeds", tuple(Part(100, state, state) for state in STATES), 600),), alike)


def test_a_figure_says_what_it_is_to_who_does_not_see_it() -> None:
    for figure in figures():
        root = drawn(figure)
        title, desc = root.find(f"{NAME}title"), root.find(f"{NAME}desc")
        assert title is not None
        assert desc is not None
        assert (root.get("role"), title.text, desc.text) == ("img", figure.caption, figure.alt)
        assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"


def test_ids_do_not_meet_on_a_page() -> None:
    pages = [charts.svg(figure) for figure in figures()] + [
        charts.svg(figure, id_prefix="again-") for figure in [of_states()]
    ]
    ids = re.findall(r' id="([^"]+)"', "".join(pages))
    assert len(ids) == len(set(ids)) == 2 * len(pages)
    assert ids[-1] == "again-desc"


def test_the_same_figure_is_the_same_text() -> None:
    assert [charts.svg(figure) for figure in figures(True)] == [charts.svg(figure) for figure in figures(True)]


def test_it_stands_alone_and_old_programs_draw_it() -> None:
    for figure in (*figures(True), of_states()):
        text = charts.svg(figure)
        assert not re.search(
            r"<(style|script|image|use|foreignObject|pattern|clipPath|filter)|class=|style=|var\(|href|url\(", text
        )
        assert re.findall(r"https?://[^\"< ]+", text.replace("HYPERLINK(&quot;http://x", "")) == [
            "http://www.w3.org/2000/svg"
        ]


@pytest.mark.parametrize("name", NASTY)
def test_texts_that_mean_harm_are_texts(name: str) -> None:
    bar = Bars(name, name, (Bar(name, (Part(3, name),), 4),))
    line = Lines(name, name, (name, "b"), (Line(name, (3, 4)),))
    for figure in (bar, line):
        root = drawn(figure, width=2000)
        assert {each.tag.removeprefix(NAME) for each in root.iter()} <= {"svg", "title", "desc", "rect", "text", "path"}
        assert (root.findtext(f"{NAME}title"), root.findtext(f"{NAME}desc")) == (clean(name), clean(name))
        assert any(clean(name) in each for each in texts(figure, width=2000))


@given(st.text(), st.integers(0, 10**12))
def test_any_text_and_number_makes_well_formed_xml(text: str, number: int) -> None:
    drawn(Bars(text, text, (Bar(text, (Part(number, text, text),), number),)), id_prefix=text)
    drawn(Lines(text, text, (text, text), (Line(text, (number, 0), text),)), width=0)


def test_lettering_stands_out_from_what_it_is_on() -> None:
    for look in (*LOOKS.values(), *PLAIN):
        assert contrast(look.ink, look.fill) >= 4.5
        assert contrast(look.line, PAPER) >= 3
    assert min(contrast(INK, PAPER), contrast(GREY, PAPER)) >= 4.5


def test_numbers_in_bars_lie_on_a_plate_of_the_colour_they_are_made_for() -> None:
    text = charts.svg(of_states())
    inside = re.findall(r'<rect [^>]*fill="(#\w+)"/><text [^>]*text-anchor="middle" fill="(#\w+)">16.7 %</text>', text)
    assert inside == [(look.fill, look.ink) for look in LOOKS.values()]


def test_states_differ_without_colour_and_all_have_a_look() -> None:
    assert tuple(LOOKS) == tuple(GLYPHS) == STATES
    for table in (LOOKS.values(), PLAIN):
        assert len({look.pattern for look in table}) == len({look.dashes for look in table}) == len(table)
    assert len(set(GLYPHS.values())) == len(GLYPHS)


def test_the_legend_names_what_is_drawn_in_the_order_of_the_states() -> None:
    backwards = Bars("c", "a", (Bar("x", (Part(1, "other"), *(Part(1, s, s) for s in reversed(STATES))), 7),))
    assert texts(backwards)[:7] == [*STATES, "other"]


def test_shares_and_bases_are_printed_and_what_does_not_fit_is_not() -> None:
    found = texts(Bars("c", "a", (Bar("Leeds", (Part(996, "ready", "ready"), Part(4, "stale", "stale")), 1000),)))
    assert found == ["ready", "stale", "Leeds", "99.6 %", "n = 1,000"]


def test_counts_say_how_many_of_how_many() -> None:
    assert (
        texts(Bars("c", "a", (Bar("Windows 7", (Part(1500, "PCs"),), 6000),), alike=False))[-1] == "1,500 of 6,000 (25.0 %)"
    )
    assert texts(Bars("c", "a", (Bar("Windows 7", (Part(5, "PCs"),), 0),), alike=False))[-1] == "5"


@pytest.mark.parametrize("alike", [True, False])
def test_a_bar_of_nothing_is_no_error(alike: bool) -> None:
    found = texts(Bars("c", "a", (Bar("Leeds", (), 0), Bar("York", (Part(0, "ready", "ready"),), 0)), alike))
    assert "Leeds" in found
    assert found[-1] == ("n = 0: none to count" if alike else "0")


@pytest.mark.parametrize(
    "figure", [Bars("c", "a", ()), Lines("c", "a", (), ()), Lines("c", "a", ("x",), (Line("l", (None,)),))]
)
def test_a_figure_of_nothing_says_so(figure: Figure) -> None:
    assert texts(figure) == ["Nothing to show."]


def test_of_many_bars_and_words_the_first_are_drawn_and_the_rest_counted() -> None:
    many = Bars("c", "a", tuple(Bar(f"site {n}", (Part(n, "PCs"),), 500) for n in range(400)))
    assert f"site {MOST_BARS - 1}" in texts(many)
    assert texts(many)[-1] == f"and {400 - MOST_BARS} more; the table has all"
    kinds = Bars("c", "a", (Bar("x", tuple(Part(1, f"kind {n}") for n in range(100)), 100),))
    assert f"and {100 - MOST_WORDS} more; the table has all" in texts(kinds)
    high = drawn(
        Bars("c", "a", tuple(Bar(f"s{n}", tuple(Part(1, f"{k} " * 40) for k in range(50)), 50) for n in range(400)))
    )
    assert float(high.get("height", "")) < 1050  # else it does not fit on a page


def test_all_that_is_drawn_is_in_the_picture() -> None:
    over = Bars("c", "a", (Bar("x" * 300, (Part(900, "ready", "ready"),), 10), Bar("y", (Part(1, "z" * 300),), 10**12)))
    for figure in (over, over._replace(alike=False), of_states(), *figures(True)):
        for width in (240, 720, 1200):
            root = drawn(figure, width=width)
            for rect in root.iter(f"{NAME}rect"):
                assert float(rect.get("x", "0")) >= 0
                assert float(rect.get("x", "0")) + float(rect.get("width", "")) <= width + 0.2


def test_long_names_end_in_an_ellipsis() -> None:
    found = [each for each in texts(Bars("c", "a", (Bar("a\x1b" * 100, (), 1),))) if each.endswith("…")]
    assert found[0].startswith("a\\x1ba")
    assert wide(found[0]) <= 720 * 0.32
    assert cut("Leeds", 1000) == "Leeds"


def test_a_line_is_broken_where_there_is_no_value() -> None:
    points = ("a", "b", "c", "d", "e")
    whole = charts.svg(Lines("c", "a", points, (Line("l", (1, 2, 3, 4, 5), "ready"),)))
    broken = charts.svg(Lines("c", "a", points, (Line("l", (1, 2, None, 4, None), "ready"),)))
    path = re.compile(r'<path d="([MLHV\d. ]+)" fill="none" stroke="#00703c"')
    assert path.findall(whole)[0].count("M") == 1
    assert path.findall(broken)[0].count("M") == 2


def test_steps_hold_a_value_until_the_next_point() -> None:
    text = charts.svg(Lines("c", "a", ("a", "b", "c", "d"), (Line("l", (10, 20, None, 40), "ready"),), steps=True))
    found = re.findall(r'<path d="([MLHV\d. ]+)" fill="none" stroke="#00703c"', text)
    assert re.sub(r"[\d. ]", "", found[0]) == "MHVHM"


def test_lines_of_states_have_dashes_and_their_name_with_the_last_value() -> None:
    figure = Lines("c", "a", ("a", "b"), tuple(Line(state, (10, None), state) for state in STATES))
    assert [each for each in texts(figure) if ": " in each] == [f"{state}: 10" for state in STATES]
    assert len(set(re.findall(r'stroke-dasharray="([^"]+)"', charts.svg(figure)))) == len(STATES) - 1


def test_a_cut_name_of_a_line_keeps_its_value() -> None:
    assert any(
        re.fullmatch(r"long long.*…: 1,234", each) for each in texts(Lines("c", "a", ("a",), (Line("long " * 50, (1234,)),)))
    )
    assert "nothing: no data" in texts(Lines("c", "a", ("a",), (Line("some", (1,)), Line("nothing", (None,)))))


def test_of_many_lines_the_first_are_drawn_and_the_rest_counted() -> None:
    many = Lines("c", "a", ("a", "b"), tuple(Line(f"line {n}", (n, n)) for n in range(30)))
    assert texts(many)[-1] == f"and {30 - MOST_LINES} more; the table has all"


def test_names_of_points_do_not_touch() -> None:
    points = tuple(f"2026-{month:02d}-28" for month in range(1, 13)) * 4
    root = drawn(Lines("c", "a", points, (Line("l", (1,) * 48),)))
    at = [float(each.get("x", "")) for each in root.iter(f"{NAME}text") if (each.text or "").startswith("2026-")]
    assert len(at) >= 4
    assert all(after - before > wide(points[0]) for before, after in pairwise(at))


@given(st.lists(st.floats(0, 230), max_size=12))
def test_names_are_pushed_apart_and_stay_in_the_picture(wanted: list[float]) -> None:
    found = apart(sorted(wanted), 17, 10, 240)
    assert all(after - before >= 17 - 1e-6 for before, after in pairwise(found))
    assert all(10 - 1e-6 <= each <= 240 for each in found)
