"""What the report says, as a document."""

from __future__ import annotations

from auditor.estate.filters import exactly
from auditor.estate.result import STATES, Estate
from auditor.report import words
from auditor.report.document import Cell, Claims, Column, Document, Section, Table, Tile, Tiles


def document(estate: Estate) -> Document:
    """The totals, the sites and the browsers."""
    claims, total = Claims(), estate.total.total
    tiles = Tiles(
        tuple(
            Tile(
                words.STATE_TITLES[state],
                claims.cell(f"PCs that are {state}", number, f"state={state}", base=total, of="PCs", state=state),
                words.share(number, total),
            )
            for state, number in zip(STATES, estate.total.counts, strict=True)
        )
    )
    rows = tuple(
        (
            Cell(each.name),
            claims.cell(f"PCs at {each.name}", each.tally.total, exactly("site", each.name), base=total, of="PCs"),
        )
        for each in estate.by_site
    )
    sites = Table("PCs by site", (Column("Site"), Column("PCs", is_number=True)), rows, "devices.csv")
    found = tuple(
        (Cell(each.name), claims.cell(f"PCs with {each.name}", each.tally.total, exactly("browser", each.name)))
        for each in estate.by_browser
    )
    browsers = Table("PCs by browser", (Column("Browser"), Column("PCs", is_number=True)), found, "devices.csv")
    section = Section("summary", "1", "Summary", words.sentence(estate), (tiles, sites, browsers))
    return Document("Readiness of the estate", estate.as_of, words.base(estate), (section,), tuple(claims))
