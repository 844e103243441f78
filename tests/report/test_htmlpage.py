"""The page: what it shows of a document, how its numbers lead to PCs, and that nothing in it can act or reach out."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import unicodedata
from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given, settings

from auditor.estate.filters import parse_filters
from auditor.estate.result import STATES, DeviceRow, Estate, Few, Group, Tally
from auditor.model import Outcome
from auditor.report import contents, device_list, htmlpage, words
from auditor.report.document import Bars, Cell, Document, Lines, Section, Table
from auditor.report.figure_tables import table_of
from auditor.report.filter_links import filters
from auditor.report.text import clean
from documents import NASTY, sample
from estates import HOSTILE, SEVERITIES, Node, device, estate, estates, finding, page, write
from filter_cases import left

FEW = settings(max_examples=30)
FIGURES = (Bars, Lines)


def made(document: Document, of: Estate | None = None) -> str:
    return b"".join(htmlpage.page(document, of or estate(device()))).decode("utf-8")


def section(tree: Node, name: str) -> Node:
    (found,) = [each for each in tree.all("section") if each.attributes.get("id") == name]
    return found


def without_claims(cell: Node) -> str:
    """The text of a cell without the small number of its claim, and without the shape of its state."""
    return "".join(
        child if isinstance(child, str) else "" if child.tag in ("sup", "i") else without_claims(child)
        for child in cell.children
    ).strip()


def test_everything_that_a_document_has_is_shown() -> None:
    document = sample()
    tree = page(made(document))
    assert next(tree.all("h1")).text == document.title
    assert document.base in next(tree.all("header")).text
    for of in document.sections:
        shown = section(tree, of.id)
        assert next(shown.all("h2")).text == of.number + of.title
        assert of.message in tree.text
        captions = [each.text for each in shown.all("caption")]
        wanted = [each.caption for each in of.blocks if isinstance(each, (Table, *FIGURES))]
        assert captions == wanted
        assert [each.text for each in shown.all("figcaption")] == [
            each.caption for each in of.blocks if isinstance(each, FIGURES)
        ]
        assert len(list(shown.all("details"))) == len(list(shown.all("svg"))) == len(list(shown.all("figcaption")))
        assert [each.text for each in shown.of_class("missing")] == [f"Not in this report: {of.missing}"] * bool(of.missing)
    lead = tree.of_class("lead")
    assert [each.text for each in lead] == [document.sections[0].message]
    assert "One sentence. Another <one> & a third." in tree.text
    contents = next(tree.all("nav"))
    assert [each.attributes["href"] for each in contents.all("a")] == [
        *(f"#{each.id}" for each in document.sections),
        "#pcs",
        "#claims",
    ]


def test_the_tables_have_the_cells_of_the_document() -> None:
    document = sample()
    tree = page(made(document))
    for of in document.sections:
        tables = {next(each.all("caption")).text: each for each in section(tree, of.id).all("table")}
        for block in of.blocks:
            if isinstance(block, (Table, *FIGURES)):
                wanted = block if isinstance(block, Table) else table_of(block)
                head, *rows = tables[wanted.caption].all("tr")
                assert [each.text for each in head.all("th")] == [each.title for each in wanted.columns]
                found = [[without_claims(cell) for cell in row.all() if cell.tag in ("th", "td")] for row in rows]
                assert found == [[cell.text for cell in row] for row in wanted.rows]


def test_a_figure_has_the_numbers_that_it_draws_as_a_table() -> None:
    bars, _, lines = [block for of in sample().sections for block in of.blocks if isinstance(block, FIGURES)]
    assert [cell.text for cell in table_of(bars).rows[0]] == ["Leeds", "20", "50", "30", "100"]
    assert [[cell.text for cell in row] for row in table_of(lines).rows] == [
        ["Aug", "10", "290"], ["Sep", "20", "300"], ["Oct", "–", "300"], ["Nov", "60", "300"],
    ]  # fmt: skip


def test_each_claim_is_listed_and_each_number_leads_to_it_and_to_its_pcs() -> None:
    document = sample()
    tree = page(made(document))
    listed = {each.attributes["id"]: each for each in section(tree, "claims").all("tr") if "id" in each.attributes}
    assert list(listed) == [each.id for each in document.claims]
    for claim in document.claims:
        text = listed[claim.id].text
        assert all(each in text for each in (claim.says, f"{claim.value:,}", claim.where))
    marks = {sup.text: next(sup.all("a")).attributes["href"] for sup in tree.all("sup")}
    assert marks == {each.id: f"#{each.id}" for each in document.claims}
    tile = tree.of_class("tiles")[0].of_class("ready")[0]
    assert next(next(tile.all("b")).all("a")).attributes["href"] == "#pcs?state=ready"
    links = {unquote(link.attributes["href"] or "") for link in tree.all("a")}
    for claim in document.claims:
        if claim.file:
            assert "#pcs?" + "&".join(filters(claim.where)) in links


def test_a_state_is_told_by_shape_and_word_and_class() -> None:
    tree = page(write("html", estate(*(device(number, state) for number, state in enumerate(STATES)))))
    (tiles,) = tree.of_class("tiles")
    shown = ("ready", "at risk", "not ready", "unknown", "stale")
    titles = {**words.STATE_TITLES, "stale": "Not seen"}
    for tile, state in zip(tiles.all("li"), shown, strict=True):
        assert tile.attributes["class"] == state.replace(" ", "-")
        assert htmlpage.MARKS[state] + " " + titles[state] in tile.text
    assert len(set(htmlpage.MARKS.values())) == len(STATES)


@FEW
@given(estates())
def test_every_number_is_that_of_the_rows_that_its_filters_leave(of: Estate) -> None:
    for claim in contents.document(of).claims:
        if claim.file == "devices.csv":
            wanted = parse_filters(filters(claim.where), list(SEVERITIES))
            assert claim.value == sum(all(left(pc, each) for each in wanted) for pc in of.devices), claim


@FEW
@given(estates())
def test_all_pcs_of_a_small_estate_are_rows(of: Estate) -> None:
    rows = [each for each in page(write("html", of)).all("tr") if (each.attributes.get("id") or "").startswith("pc-")]
    assert [each.attributes["id"] for each in rows] == [f"pc-{pc.id}" for pc in of.devices]


@pytest.mark.parametrize("name", [*HOSTILE, *NASTY], ids=range(len(HOSTILE) + len(NASTY)))
def test_a_name_is_text_wherever_it_stands(name: str) -> None:
    bad = finding(actual=name, waiver="")
    pc = device(
        1,
        "not ready",
        hostname=name,
        site=name,
        tags=(name,),
        os=name,
        browsers=(name,),
        browser_groups=(name,),
        findings=(bad,),
    )
    text = write("html", estate(pc))
    assert not {unicodedata.category(each) for each in text.replace("\n", "")} & {"Cc", "Cf", "Cs"}
    tree = page(text)
    assert {node.tag for node in tree.all()}.isdisjoint({"img", "iframe", "object", "embed", "form", "base", "w:p"})
    assert [each.attributes.get("type") for each in tree.all("script")] == ["application/json", None]
    (row,) = [each for each in tree.all("tr") if (each.attributes.get("id") or "").startswith("pc-")]
    assert clean(name) in row.text
    data = json.loads(next(tree.all("script")).text)
    assert data["names_of"]["names"] == "A" + clean(name)


def test_a_hostile_document_is_text() -> None:
    tree = page(made(sample(hostile=True)))
    assert not list(tree.all("img"))
    assert all(clean(name) in section(tree, "sites").text for name in NASTY)


def test_the_policy_lets_only_the_script_run() -> None:
    tree = page(write("html", estate(device())))
    script = list(tree.all("script"))[-1].text
    assert script == htmlpage.script()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = [each.attributes["content"] for each in tree.all("meta") if "http-equiv" in each.attributes]
    assert policy == (
        f"default-src 'none'; script-src 'unsafe-inline' 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:"
    )


def test_the_script_is_of_2009_and_needs_nobody() -> None:
    esprima = pytest.importorskip("esprima", reason="the JavaScript parser of PyPI is not installed: pip install esprima")
    late = {
        "ArrowFunctionExpression",
        "TemplateLiteral",
        "ClassDeclaration",
        "SpreadElement",
        "ForOfStatement",
        "AwaitExpression",
    }
    found: list[str] = []

    def look(node: object, _meta: object) -> None:
        kind = getattr(node, "type", "")
        if kind in late or getattr(node, "kind", "") in ("let", "const"):
            found.append(kind)

    esprima.parseScript(htmlpage.script(), {"tolerant": False}, look)
    assert not found
    assert not re.search(
        r"innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|XMLHttpRequest|fetch\(|https?:",
        htmlpage.script(),
    )


def test_the_style_is_of_its_time() -> None:
    style = next(page(write("html", estate(device()))).all("style")).text
    assert not re.search(r"var\(|:has\(|display: *grid|url\(|@import|@layer|&", style)
    assert "forced-colors" in style
    assert "@media print" in style
    assert len(style) < 8_000


def test_a_list_of_many_pcs_says_where_they_are_without_a_script() -> None:
    many = page(write("html", estate(*map(device, range(htmlpage.MOST_ROWS + 1)))))
    assert not [each for each in many.all("tr") if (each.attributes.get("id") or "").startswith("pc-")]
    (said,) = [each.text for each in section(many, "pcs").all("p") if each.attributes.get("id") == "pcs-still"]
    assert "The list opens where JavaScript runs." in said
    assert "auditor report --format csv -o devices.csv" in said
    assert section(many, "pcs").attributes["class"] == "many"


def test_without_a_script_a_number_leads_to_its_claim() -> None:
    tree = page(made(sample()))
    ids = {each.attributes["id"] for each in section(tree, "claims").all("code") if "id" in each.attributes}
    assert "pcs?state=ready" in ids
    hidden = [each.attributes.get("id") for each in tree.all() if "hidden" in each.attributes]
    assert {"pcs-form", "pcs-pages"} <= set(hidden)


def test_two_figures_alike_have_ids_of_their_own() -> None:
    figure = next(block for block in sample().sections[1].blocks if isinstance(block, Bars))
    document = sample()._replace(sections=(Section("one", "1", "One", "x", (figure, figure)),), claims=())
    ids = [each.attributes["id"] for each in page(made(document)).all() if "id" in each.attributes]
    assert len(ids) == len(set(ids))


def test_a_cell_whose_claim_is_not_known_is_its_text() -> None:
    table = Table("T", sample().sections[1].blocks[-1].columns[:1], ((Cell("5", "C-999"),),))  # type: ignore[union-attr]
    tree = page(made(sample()._replace(sections=(Section("one", "1", "One", "x", (table,)),), claims=())))
    assert not list(section(tree, "one").all("a"))


class Many(Few):
    """As many PCs as a listing says, made one by one."""

    size = 10_000

    def __len__(self) -> int:
        return self.size

    def rows(self, limit: int | None = None, *, but_ready: bool = False) -> object:  # type: ignore[override]
        return map(self.made, range(self.size if limit is None else min(limit, self.size)))

    def made(self, at: int) -> DeviceRow:
        by = random.Random(at)
        versions = [by.choice((109, 128, 138, 140, 142, 144, 145)) for _ in range(2)]
        browsers = tuple(
            f"{name} {each}.0.{6000 + each % 3}.{by.randrange(3)}"
            for name, each in zip(("chrome", "edge"), versions, strict=True)
        )
        found = tuple(
            finding(rule, by.choice(list(Outcome)), actual=f"version {by.choice(versions)}.0") for rule in SEVERITIES
        )
        return device(
            at, STATES[at * 6 // self.size], hostname=f"desk-{at:05d}", site=f"Site {by.randrange(20)}", id=hashlib.md5(b"%d" % at).hexdigest(),
            os=f"Windows {by.randrange(8)}", browsers=browsers, browser_groups=tuple(each.partition(".")[0] for each in browsers),
            office=(f"microsoft-365 16.0.{by.randrange(10)}",), taken_at=f"2026-11-{1 + at % 24:02d}T00:00:00Z",
            outcomes={each.rule: each.outcome for each in found}, why=lambda: found, explained=at < 2_000,
        )  # fmt: skip


def test_ten_thousand_pcs_are_a_page_of_half_a_megabyte_in_pieces() -> None:
    tally = Tally((10_000, 0, 0, 0, 0, 0))
    of = replace(estate(), devices=Many(), total=tally, by_site=(Group("Leeds", tally),))
    sizes = [len(each) for each in htmlpage.page(sample(), of)]
    assert sum(sizes) <= 700 * 1024
    assert max(sizes) < 200_000


@FEW
@given(estates())
def test_equal_input_gives_equal_bytes(of: Estate) -> None:
    assert write("html", of) == write("html", of)


def test_the_command_for_a_snapshot_has_enough_of_its_hash() -> None:
    assert device_list.PREFIX == 12
    pc = device()
    (row,) = [row for row in page(write("html", estate(pc))).all("tr") if (row.attributes.get("id") or "").startswith("pc-")]
    assert [code.text for code in row.all("code")] == [pc.snapshot, f"auditor raw {pc.snapshot[:12]}"]
