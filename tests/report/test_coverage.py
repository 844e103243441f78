"""The denominator and the trend, as every format shows them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from auditor.estate.result import Estate
from auditor.report import csvfile, terminal, words
from estates import SCHEMAS, coverage, device, estate, missing, rows, sections, write

SOME = estate(
    *(device(number, "ready" if number < 2 else "not ready", expected=number < 6) for number in range(7)),
    device(7, "stale", expected=True, site="York"),
    never=[missing(number, site="York") for number in range(13)],
    trend=True,
)
"""8 PCs, of which 7 are expected, as are 13 that were never heard."""


def changed(of: Estate, **fields: Any) -> Estate:
    assert of.coverage is not None
    return replace(of, coverage=replace(of.coverage, **fields))


def test_shares_of_those_that_were_heard_never_read_as_of_all_that_are_expected() -> None:
    assert words.sentence(SOME).startswith("2 of the 8 PCs that handed something in ready (25.0 %)")
    assert words.coverage(SOME) == (
        "Expected in the whole estate: 20 PCs by the list ad (20 PCs in all). Heard of 6 (30.0 % of the expected), 1 not in 30 "
        "days, 13 never. 1 PC that handed something in is not on it. Of the 20 expected, between 2 (10.0 %) and 16 (80.0 %) "
        "are ready: none or all of the 14 of which nothing recent is known."
    )
    for form in ("table", "html"):
        text = write(form, SOME)
        assert words.coverage(SOME) in text
        assert words.sentence(SOME) in text


def test_without_a_list_every_format_says_so_and_how_to_give_one() -> None:
    none = estate(device(1))
    assert "auditor estate expect FILE" in words.coverage(none)
    for form in ("table", "html"):
        assert words.coverage(none) in write(form, none)
    document = json.loads(write("json", none))
    assert (document["coverage"], document["never_heard"], document["trend"]) == (None, [], [])
    assert document["devices"][0]["expected"] is None
    assert rows(write("csv", none))[0]["expected"] == "no list"
    content = json.loads((SCHEMAS / "report-1.json").read_text(encoding="utf-8"))
    assert "auditor estate expect FILE" in content["properties"]["coverage"]["description"]


def test_which_sites_it_is_about_and_what_is_left_out_is_said() -> None:
    at_york = changed(replace(SOME, filters=("site=York",)), filters=("site=York",), elsewhere=1, heard=5)
    assert words.coverage(at_york).startswith("Expected with site=York: 20 PCs by the list ad (20 PCs in all). ")
    assert ", 13 never, 1 heard from at other sites." in words.coverage(at_york)
    other = changed(replace(SOME, filters=("state=ready",)), ready=None)
    assert words.coverage(other).startswith("Expected in the whole estate")
    assert words.coverage(other).endswith("so it does not say how many of the expected PCs are ready.")
    assert json.loads(write("json", other))["coverage"]["range"] is None


def test_where_all_were_heard_there_is_no_range_to_tell() -> None:
    whole = estate(device(1, expected=True), never=[])
    assert words.possible(whole) == ""
    assert words.coverage(whole).endswith("0 PCs that handed something in are not on it.")
    assert json.loads(write("json", whole))["coverage"]["range"] == {
        "lowest": 1, "highest": 1, "of": 1, "low": "1", "high": "1",
    }  # fmt: skip


def test_the_json_has_counts_exact_shares_and_names() -> None:
    document = json.loads(write("json", SOME))
    of = document["coverage"]
    assert of["range"] == {"lowest": 2, "highest": 16, "of": 20, "low": "1/10", "high": "4/5"}
    assert of["expected"] == of["heard"] + of["stale"] + of["never"] + of["elsewhere"] == 20
    assert [each["name"] for each in document["never_heard"]] == [f"gone-{number}" for number in range(13)]
    assert [each["hostname"] for each in document["unexpected"]] == ["desk-6"]
    for name in ("expected", "heard", "stale", "never", "elsewhere", "unexpected"):
        assert sum(each[name] for each in of["by_site"]) == of[name]
    assert document["trend"][-1]["total"] == 8
    content = json.loads((SCHEMAS / "report-1.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(content).validate(document)


def test_the_terminal_names_the_first_and_says_where_the_others_are() -> None:
    found = sections(write("table", SOME))
    lines = found["Expected in the whole estate"]
    text = " ".join(" ".join(lines).split())
    assert terminal.MOST_NAMED == 10
    assert "gone-9 (York) and 3 more. All: auditor estate missing" in text
    assert "Not on the list: desk-6 (Leeds). All: auditor estate missing --unexpected" in text
    table = [line.split() for line in lines if line.startswith(("all", "Leeds", "York"))]
    assert table == [
        ["all", "20", "6", "30.0", "%", "1", "13", "1"], ["Leeds", "6", "6", "100.0", "%", "0", "0", "1"],
        ["York", "14", "0", "0.0", "%", "1", "13", "0"],
    ]  # fmt: skip
    months = [line.split() for line in found["By month"] if line.startswith("2026")]
    assert months[1] == ["2026-11-24", "20", "6", "8", "2", "0", "0", "5", "0", "1", "25.0", "%"]


@pytest.mark.parametrize("form", ["csv", "csv-exact"])
def test_each_row_says_whether_the_pc_is_expected(form: str) -> None:
    assert [row["expected"] for row in rows(write(form, SOME))] == ["yes"] * 6 + ["no", "yes"]


def test_any_table_becomes_csv_that_a_spreadsheet_cannot_run() -> None:
    text = b"".join(csvfile.table(("name", "row"), [("=1+1", 2), ("a\x1b", 3)])).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [["name", "row"], ["'=1+1", "2"], ["a\\x1b", "3"]]


def test_a_trend_has_no_expected_pcs_where_no_list_says() -> None:
    found = sections(write("table", estate(device(1), trend=True)))["By month"]
    assert [line.split()[:4] for line in found if line.startswith("2026")][-1] == ["2026-11-24", "–", "–", "1"]
    assert coverage([]).range is None
