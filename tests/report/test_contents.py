"""The chapters of the report: what they count is in the estate, and every number has a claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given, settings

from auditor.estate.result import STATES, Coverage, Estate, Lifecycle, Missing, Unlisted
from auditor.report.contents import document
from auditor.report.contents.remedies import quarter_ends
from auditor.report.document import Bars, Cell, Claims, Document, Lines, Table, Tiles
from estates import HOSTILE, device, estate, estates

FEW = settings(max_examples=30)


def cells(of: Document) -> list[Cell]:
    """Every cell of the document."""
    found: list[Cell] = []
    for section in of.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                found += [cell for row in block.rows for cell in row]
            elif isinstance(block, Tiles):
                found += [tile.number for tile in block.tiles]
    return found


@FEW
@given(estates())
def test_every_number_has_a_claim_and_the_chapters_are_numbered(of: Estate) -> None:
    made = document(of)
    assert [section.number for section in made.sections] == [*(str(number) for number in range(1, 18)), "A", "B", "C"]
    assert len({section.id for section in made.sections}) == len(made.sections)
    claims = {claim.id: claim for claim in made.claims}
    assert len(claims) == len(made.claims)
    for cell in cells(made):
        if cell.claim:
            assert cell.text.startswith(f"{claims[cell.claim].value:,}")
    for section in made.sections:
        for table in (block for block in section.blocks if isinstance(block, Table)):
            for row in table.rows:
                assert all(cell.claim or cell.text.endswith("%") for cell, column in zip(row, table.columns, strict=True)
                           if column.is_number and cell.text != "–")  # fmt: skip
    for claim in made.claims:
        assert claim.says
        assert claim.file
        assert claim.base is None or claim.of


@FEW
@given(estates())
def test_the_summary_counts_what_the_estate_counts(of: Estate) -> None:
    made = document(of)
    claims = {claim.says: claim.value for claim in made.claims}
    for state in STATES:
        if f"PCs that are {state}" in claims:
            assert claims[f"PCs that are {state}"] == of.total.of(state)
    assert made.sections[0].message in document(of).sections[0].message


@FEW
@given(estates())
def test_rows_of_a_table_are_as_wide_as_its_head_and_figures_as_long_as_their_points(of: Estate) -> None:
    for section in document(of).sections:
        for block in section.blocks:
            if isinstance(block, Table):
                assert {len(row) for row in block.rows} <= {len(block.columns)}
                assert block.caption
            elif isinstance(block, Bars):
                assert block.alt
                assert block.caption
                assert all(sum(part.number for part in bar.parts) <= bar.base for bar in block.bars)
            elif isinstance(block, Lines):
                assert block.alt
                assert {len(line.values) for line in block.lines} <= {len(block.points)}


def test_an_empty_estate_says_what_is_missing() -> None:
    made = document(estate())
    missing = {section.id for section in made.sections if section.missing}
    assert {"scope", "trend", "options", "nothing"} <= missing
    assert all(section.message for section in made.sections)


def test_the_outlook_counts_what_ends_until_each_quarter() -> None:
    of = replace(
        estate(),
        as_of="2026-11-27",
        lifecycles=(
            Lifecycle("os", "Windows 7", "pro", "ended", "2020-01-14", "", 3),
            Lifecycle("os", "Windows 11 25H2", "pro", "supported", "2027-10-12", "", 5),
            Lifecycle("os", "macOS 26", "", "supported", "", "", 2),
            Lifecycle("office", "office-2021", "", "ended", "2026-10-13", "", 4),
        ),
    )
    section = next(each for each in document(of).sections if each.id == "nothing")
    (lines,) = (block for block in section.blocks if isinstance(block, Lines))
    by_day = dict(zip(lines.points, lines.lines[0].values, strict=True))
    assert by_day["2026-11-27"] == 3
    assert by_day["2027-09-30"] == 3
    assert by_day["2027-12-31"] == 8
    assert set(lines.lines[1].values) == {4}
    assert "of 2 more the end is not known" in section.message


def test_an_end_that_is_past_and_may_have_been_extended_is_not_known() -> None:
    """Neither as out of support nor as supported: unknown is neither."""
    since = Lifecycle("os", "Windows 10 22H2", "pro", "unknown", "2025-10-14", "the facts are too old", 7)
    later = Lifecycle("os", "Windows 11 25H2", "pro", "unknown", "2027-10-12", "the facts are too old", 5)
    section = next(
        each
        for each in document(replace(estate(), as_of="2026-11-27", lifecycles=(since, later))).sections
        if each.id == "nothing"
    )
    (lines,) = (block for block in section.blocks if isinstance(block, Lines))
    assert lines.lines[0].values[0] == 0
    assert lines.lines[0].values[-1] == 5
    assert "of 7 more the end is not known" in section.message


def test_alike_things_of_which_different_things_are_unknown_are_claims_of_their_own() -> None:
    alike = [
        Lifecycle("office", "libreoffice", "", "unknown", "", why, number)
        for why, number in (("too old", 3), ("no maker", 4))
    ]
    made = document(replace(estate(), lifecycles=tuple(alike)))
    values = {claim.id: claim.value for claim in made.claims}
    section = next(each for each in made.sections if each.id == "office")
    (table,) = (block for block in section.blocks if isinstance(block, Table))
    assert [values[row[4].claim] for row in table.rows] == [3, 4]


def test_one_statement_of_two_numbers_has_two_claims() -> None:
    claims = Claims()
    assert claims.cell("PCs", 1).claim != claims.cell("PCs", 2).claim
    assert claims.cell("PCs", 1).claim == claims.cell("PCs", 1).claim


def test_what_was_not_judged_is_missing_and_not_nought() -> None:
    options = next(each for each in document(estate()).sections if each.id == "options")
    assert "Windows 11 was not judged" in options.missing
    (table,) = (block for block in options.blocks if isinstance(block, Table))
    assert not any("Replace" in row[0].text for row in table.rows)


def test_who_was_never_heard_and_who_is_on_no_list_is_named() -> None:
    of = replace(
        estate(device(1)),
        coverage=Coverage(
            ("ad.csv",), 5, (), 3, 1, 0, 2, 0, 1, 0, (), (Missing("ward-9", "Leeds", (), "ad.csv", 7),),
            (Unlisted("0" * 32, "guest-1", "", "2026-11-20T09:30:00Z"),),
        ),
    )  # fmt: skip
    texts = [cell.text for cell in cells(document(of))]
    for text in ("ward-9", "line 7 of ad.csv", "guest-1", "2026-11-20"):
        assert text in texts


def test_quarters_end_on_their_last_days() -> None:
    assert quarter_ends(date(2026, 11, 27), 3) == [date(2026, 12, 31), date(2027, 3, 31), date(2027, 6, 30)]
    assert quarter_ends(date(2026, 3, 31), 1) == [date(2026, 3, 31)]


def test_hostile_names_are_carried_as_they_are() -> None:
    """Whoever shows them escapes them."""
    made = document(estate(device(1, hostname=HOSTILE[0], site=HOSTILE[0])))
    assert any(HOSTILE[0] in cell.text for cell in cells(made))
