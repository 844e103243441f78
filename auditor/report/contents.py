"""What a report says, put together once for all formats that show a document."""

from __future__ import annotations

from auditor.estate.result import STATES, Estate
from auditor.report import words
from auditor.report.document import Bar, Bars, Cell, Claims, Column, Document, Part, Section, Table, Tile, Tiles


def document(estate: Estate) -> Document:
    """The report on ``estate``."""
    claims, total = Claims(), estate.total.total
    tiles = tuple(
        Tile(
            words.STATE_TITLES[state],
            claims.cell(f"PCs that are {state}", count, f"state={state.replace(' ', '-')}", base=total, state=state),
            words.share(count, total),
        )
        for state, count in zip(STATES, estate.total.counts, strict=True)
    )
    bars = tuple(
        Bar(each.name, tuple(map(Part, each.tally.counts, STATES, STATES)), each.tally.total) for each in estate.by_site
    )
    browsers = tuple((Cell(each.name), Cell(f"{each.tally.total:,}")) for each in estate.by_browser)
    columns = (Column("Browser"), Column("PCs", is_number=True))
    sections = (
        Section("summary", "1", "Summary", words.sentence(estate), (Tiles(tiles),)),
        Section("sites", "2", "By site", "", (Bars("PCs by site", "See the table.", bars),)),
        Section("browsers", "3", "By browser", "", (Table("Browsers", columns, browsers),)),
    )  # fmt: skip
    return Document("Readiness of the estate", estate.as_of, words.base(estate), sections, tuple(claims))
