"""Who of the expected PCs was heard, and who was not expected."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.estate.asset_list import Expected
from auditor.estate.expected import Heard, Matched, as_table, coverage_range, match


def row(name: str, serial: str = "", line: int = 2) -> Expected:
    return Expected(name, serial=serial, source="ad", row=line)


def names(found: Matched) -> tuple[list[tuple[str, str, str]], list[str], list[str]]:
    return (
        [(pair.expected.name, pair.heard.device, pair.by) for pair in found.heard],
        [each.name for each in found.never],
        [pc.device for pc in found.unexpected],
    )


def test_by_name_whatever_its_spelling() -> None:
    found = match([row("WARD-7"), row("ward-8"), row("ward-9")], [Heard("a", "ward-7.clinic.example"), Heard("b", "WARD-8$"),
                                                                  Heard("c", "guest")])  # fmt: skip
    assert names(found) == ([("WARD-7", "a", "name"), ("ward-8", "b", "name")], ["ward-9"], ["c"])
    assert found.remarks == ()


def test_the_serial_number_comes_before_the_name() -> None:
    found = match([row("ward-7", "s")], [Heard("a", "ward-7", ("t",)), Heard("b", "other", ("x", "s"))])
    assert names(found) == ([("ward-7", "b", "serial")], [], ["a"])
    assert found.remarks == ("ward-7: heard under the name other, by its serial number",)


def test_a_name_with_another_serial_number_is_heard_with_a_remark() -> None:
    found = match([row("ward-7", "s")], [Heard("a", "ward-7", ("t",))])
    assert names(found)[0] == [("ward-7", "a", "name")]
    assert found.remarks == ("ward-7: heard by its name, with another serial number than the list has",)


def test_a_serial_number_that_two_have_is_not_believed() -> None:
    found = match([row("ward-7", "s")], [Heard("a", "x", ("s",)), Heard("b", "ward-7", ("s",))])
    assert names(found) == ([("ward-7", "b", "name")], [], ["a"])


def test_a_name_that_windows_cut_is_matched_where_only_one_can_be_meant() -> None:
    whole = "leeds-imaging-workstation-1"
    assert names(match([row(whole)], [Heard("a", "LEEDS-IMAGING-W")]))[0] == [(whole, "a", "short name")]
    assert names(match([row("LEEDS-IMAGING-W")], [Heard("a", whole)]))[0] == [("LEEDS-IMAGING-W", "a", "short name")]
    both = match([row(whole), row("leeds-imaging-workstation-2", line=3)], [Heard("a", "LEEDS-IMAGING-W")])
    assert len(both.never) == 2
    assert both.remarks == (
        "LEEDS-IMAGING-W: 2 rows and 1 PCs have this name, cut to 15 characters; none was matched by it",
    )
    assert match([row(whole)], [Heard("a", "leeds-imaging-workplace")]).heard == ()


def test_of_two_pcs_with_one_name_the_one_that_was_heard_last_is_the_expected_one() -> None:
    found = match(
        [row("ward-7")], [Heard("a", "ward-7", taken_at="2026-03-01"), Heard("b", "ward-7", taken_at="2026-05-01")]
    )
    assert names(found) == ([("ward-7", "b", "name")], [], ["a"])
    assert "1 rows and 2 PCs have this name" in found.remarks[0]


def test_who_has_no_name_is_unexpected() -> None:
    assert names(match([row("ward-7")], [Heard("a", "")])) == ([], ["ward-7"], ["a"])


NAMES = st.sampled_from(["a", "A", "b.x", "b", "long-name-of-a-pc-1", "long-name-of-a-pc-2", "long-name-of-a-", ""])
SERIALS = st.sampled_from(["", "1", "2"])
ROWS = st.lists(st.tuples(NAMES, SERIALS), max_size=5).map(lambda all_: [row(*each, line=n) for n, each in enumerate(all_)])
PCS = st.lists(st.tuples(NAMES, SERIALS, SERIALS), max_size=5).map(
    lambda all_: [Heard(f"id{n}", name, (serial,) if serial else (), day) for n, (name, serial, day) in enumerate(all_)]
)


@given(ROWS, PCS)
def test_every_row_and_every_pc_is_counted_once_in_any_order(rows: list[Expected], pcs: list[Heard]) -> None:
    found = match(rows, pcs)
    assert sorted([*(pair.expected for pair in found.heard), *found.never]) == sorted(rows)
    assert sorted([*(pair.heard for pair in found.heard), *found.unexpected]) == sorted(pcs)
    assert set(match(reversed(rows), reversed(pcs)).heard) == set(found.heard)


@pytest.mark.parametrize(
    ("counts", "shares"),
    [((6, 10, 0), ("3/5", "3/5")), ((6, 10, 10), ("3/10", "4/5")), ((0, 0, 5), ("0", "1")), ((0, 5, 0), ("0", "0"))],
)
def test_the_range_of_what_may_be_true(counts: tuple[int, int, int], shares: tuple[str, str]) -> None:
    assert coverage_range(*counts) == tuple(map(Fraction, shares))


def test_of_no_pcs_nothing_can_be_said_and_counts_must_fit() -> None:
    assert coverage_range(0, 0, 0) is None
    with pytest.raises(ValueError, match="3 ready of 2 seen"):
        coverage_range(3, 2, 1)


def test_the_rows_become_a_table_of_the_store() -> None:
    made = as_table([row("ward-7", line=3)])
    assert made.to_pylist() == [{"name": "ward-7", "site": "", "tags": "[]", "serial": "", "source": "ad", "row": 3}]
    assert as_table([]).schema == made.schema
    assert made.schema.field("row").type == pa.int32()
