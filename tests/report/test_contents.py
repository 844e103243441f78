"""The chapters of the report: what they count is in the estate, and every number has a claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given, settings

from auditor.estate.result import STATES, Estate, Lifecycle
from auditor.report.contents import document
from auditor.report.contents.remedies import quarter_ends
from auditor.report.document import Bars, Cell, Document, Lines, Table, Tiles
from estates import HOSTILE, estate, estates

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


def test_quarters_end_on_their_last_days() -> None:
    assert quarter_ends(date(2026, 11, 27), 3) == [date(2026, 12, 31), date(2027, 3, 31), date(2027, 6, 30)]
    assert quarter_ends(date(2026, 3, 31), 1) == [date(2026, 3, 31)]


def test_hostile_names_are_carried_as_they_are() -> None:
    """Whoever shows them escapes them."""
    from estates import device

    made = document(estate(device(1, hostname=HOSTILE[0], site=HOSTILE[0])))
    assert any(HOSTILE[0] in cell.text for cell in cells(made))
