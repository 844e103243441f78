from __future__ import annotations

import io
import re
import sys
import zipfile
from collections import Counter

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from auditor.errors import AuditorError, MissingExtraError
from auditor.estate.result import STATES, DeviceRow, Estate, Few
from auditor.model import Outcome
from auditor.report import csvfile, words, xlsx
from auditor.report.formats import FORMATS
from auditor.report.text import clean
from estates import HOSTILE, device, estate, estates, finding, rows, workbook, write

FEW = settings(max_examples=20)
FORMULAS = (
    "=1+1", '=HYPERLINK("http://x","y")', "=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(1)", "{=1+1}", "\t=1", "\r=1", "=", "http://x.example",
    "mailto:a@x.example", "internal:Sheet1!A1", "external:c:\\x.xlsx", "<r><t>x</t></r>", '<r></r></is></c><c r="A9"><f>1+1</f></c><r></r>',
    "_x0041_", "\ufffe", "00123", "1e5", "", " lead", "TRUE", "#REF!",
)  # fmt: skip
"""What a spreadsheet, or what writes it, might take for more than text."""


def book(of: Estate) -> bytes:
    return b"".join(FORMATS["xlsx"](of, 80))


def sheets(content: bytes) -> dict[str, str]:
    """The XML of each part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return {name: parts.read(name).decode() for name in parts.namelist()}


def cell(text: str) -> str | None:
    """A text of devices.csv as a cell holds it."""
    shown = clean(text)
    units = shown.encode("utf-16-le")
    if len(units) > 2 * xlsx.MOST_TEXT:
        shown = f"{shown[: xlsx.MOST_TEXT - len(xlsx._CUT)]}{xlsx._CUT}"
    return shown or None


@FEW
@given(estates())
def test_the_totals_are_those_of_all_formats(of: Estate) -> None:
    told = workbook(book(of))
    expected = {state: count for state, count in zip(STATES, of.total.counts, strict=True) if count}
    assert Counter(row[6] for row in told["Devices"][1:]) == expected
    assert Counter(row["state"] for row in rows(write("csv-exact", of))) == expected
    summary = {row[0]: row[1] for row in told["Summary"] if row[0]}
    assert [summary[words.STATE_TITLES[state]] for state in STATES] == list(of.total.counts)
    assert summary["All"] == of.total.total
    assert told["Summary"][1][0] == clean(words.sentence(of))
    groups = {"site": of.by_site, "operating system": of.by_os}
    at = [number for number, row in enumerate(told["Summary"]) if row[0] in groups]
    for number, (_, found) in zip(at, groups.items(), strict=True):
        shown = told["Summary"][number + 1 : number + 1 + len(found)]
        assert [row[1:8] for row in shown] == [words.counts(group.tally) for group in found]


@FEW
@given(estates())
def test_the_devices_read_back_are_those_of_the_csv(of: Estate) -> None:
    head, *found = workbook(book(of))["Devices"]
    assert head == csvfile.COLUMNS
    assert found == [tuple(cell(each[column]) for column in csvfile.COLUMNS) for each in rows(write("csv-exact", of))]


@FEW
@given(estates())
def test_findings_matrix_and_rules_count_alike(of: Estate) -> None:
    told = workbook(book(of))
    rules = {row[0]: row for row in told["Rules"][1:]}
    counted = {each.rule: each for each in (*of.by_rule, *of.by_service)}
    assert {rule: row[4:9] for rule, row in rules.items()} == {
        rule: (each.failed, each.unknown, each.waived, each.passed, each.not_applicable) for rule, each in counted.items()
    }
    found = Counter((row[4], row[7]) for row in told["Findings"][1:])
    head, *pcs = told["Matrix"]
    for at, rule in enumerate(head[3:], 3):
        marks = Counter(row[at] for row in pcs if row[2] != "stale")
        each = counted[rule]
        outcomes = (each.failed, each.unknown, each.waived)
        assert tuple(found[rule, outcome] for outcome in ("fail", "unknown", "waived")) == outcomes
        assert tuple(marks[mark] for mark in "FUWP") == (*outcomes, each.passed)


@FEW
@given(estates())
def test_the_same_estate_gives_the_same_bytes(of: Estate) -> None:
    assert book(of) == book(of)


def test_the_day_of_the_report_is_when_it_was_made() -> None:
    read = openpyxl.load_workbook(io.BytesIO(book(estate(device()))))
    assert read.properties.created.date().isoformat() == "2026-11-24"


@pytest.mark.parametrize("name", [*HOSTILE, *FORMULAS], ids=range(len(HOSTILE) + len(FORMULAS)))
def test_a_hostile_text_is_text_and_nothing_in_a_workbook_acts(name: str) -> None:
    bad = finding(outcome=Outcome.FAIL, actual=name)._replace(fix=name)
    of = estate(device(1, "not ready", hostname=name, site=name, tags=(name,), browsers=(name,), findings=(bad,)))
    content = book(of)
    told = workbook(content)
    assert told["Devices"][1][1] == cell(name)
    assert told["Matrix"][1][0] == cell(name)
    (row,) = [row for row in told["Findings"][1:] if row[4] == "test/old-browser"]
    assert (row[0], row[10]) == (cell(name), cell(name))
    for part, xml in sheets(content).items():
        assert not re.search(r"<f[ >/]", xml), part
        assert part.startswith("docProps/") or "hyperlink" not in xml.lower().replace("=hyperlink(", ""), part
    kinds = {each.data_type for sheet in openpyxl.load_workbook(io.BytesIO(content)) for line in sheet for each in line}
    assert kinds <= {"s", "n", "inlineStr"}


@FEW
@given(st.text(max_size=40))
@example("<r>\ufffe_x0041_x0042_</r>")
def test_whatever_the_text_it_comes_back(name: str) -> None:
    content = book(estate(device(1, hostname=name)))
    assert workbook(content)["Devices"][1][1] == cell(name)


@pytest.mark.parametrize("text", ["x" * 40_000, "😀" * 20_000, "a" + "😀" * 20_000])
def test_a_text_that_a_cell_does_not_hold_is_cut_and_says_so(text: str) -> None:
    shown = workbook(book(estate(device(1, hostname=text))))["Devices"][1][1]
    assert shown.endswith("all of it is in --format csv)")
    assert xlsx.MOST_TEXT - 1 <= len(shown.encode("utf-16-le")) / 2 <= xlsx.MOST_TEXT
    assert text.startswith(shown.removesuffix(xlsx._CUT))
    whole = "y" * xlsx.MOST_TEXT
    assert workbook(book(estate(device(1, hostname=whole))))["Devices"][1][1] == whole


def test_heads_are_frozen_and_every_table_has_a_filter() -> None:
    of = estate(device(1, "not ready", findings=(finding(),)), device(2))
    read = openpyxl.load_workbook(io.BytesIO(book(of)))
    assert read.sheetnames == ["Summary", "Devices", "Findings", "Matrix", "Rules", "Claims"]
    for name in read.sheetnames[1:]:
        assert read[name].freeze_panes == "A2"
        assert read[name].auto_filter.ref == read[name].dimensions


def test_an_explained_finding_says_of_what_and_what_was_found() -> None:
    findings = (
        finding(actual="version 95"),
        finding(name="edge", actual="version 96"),
        finding(outcome=Outcome.PASS, name="x"),
    )
    stale = device(3, "stale", findings=findings)
    plain = device(2, "not ready", findings=findings, explained=False)
    of = estate(device(1, "not ready", findings=findings), plain, stale)
    head, first, second = workbook(book(of))["Findings"]
    assert head == xlsx._FINDINGS
    assert first[3:] == (
        "PC", "test/old-browser", "Rule test/old-browser", "high", "fail", "Update it.", "chrome; edge", "version 95; version 96",
    )  # fmt: skip
    assert second[0] == "desk-2"
    assert second[8:] == ("Update it.", None, None)


def test_more_findings_than_a_sheet_has_rows_go_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 2)
    of = estate(*(device(1, "not ready", findings=(finding(), finding("test/tickets"), finding("test/memory"))),) * 2)
    told = workbook(book(of))
    assert list(told)[2:5] == ["Findings", "Findings 2", "Findings 3"]
    assert [len(told[name]) - 1 for name in list(told)[2:5]] == [2, 2, 2]


def test_a_matrix_that_nobody_could_use_is_left_out_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_MARKS", 3)
    told = workbook(book(estate(device(1))))
    assert "Matrix" not in told
    assert any("No matrix" in str(row[0]) for row in told["Summary"])


class Many(Few):
    """So many PCs that a sheet does not hold them."""

    def __len__(self) -> int:
        return xlsx.MOST_ROWS + 1


def test_more_pcs_than_rows_are_refused_with_the_way_out() -> None:
    from dataclasses import replace

    of = replace(estate(device()), devices=Many([device()]))
    with pytest.raises(AuditorError, match="1,048,576 PCs are more than the 1,048,575 rows") as caught:
        next(FORMATS["xlsx"](of, 80))
    assert "--format csv" in caught.value.hint


def test_without_room_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(xlsx, "_pcs", full)
    with pytest.raises(AuditorError, match="No space left"):
        next(FORMATS["xlsx"](estate(device()), 80))


def test_without_xlsxwriter_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    monkeypatch.setitem(sys.modules, "xlsxwriter.exceptions", None)
    with pytest.raises(MissingExtraError) as caught:
        next(FORMATS["xlsx"](estate(), 80))
    assert "estate-auditor[report]" in caught.value.hint


def test_the_pcs_are_gone_through_once() -> None:
    from dataclasses import replace

    class Counted(Few):
        passes = 0

        def __iter__(self):  # type: ignore[no-untyped-def]
            Counted.passes += 1
            return super().__iter__()

    pcs: tuple[DeviceRow, ...] = (device(1), device(2, "not ready", findings=(finding(),)))
    book(replace(estate(*pcs), devices=Counted(pcs)))
    assert Counted.passes == 1
