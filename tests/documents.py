"""A small report as a document, with every kind of block, and with texts that mean harm."""

from __future__ import annotations

from auditor.report.document import (
    Bar,
    Bars,
    Cell,
    Claims,
    Column,
    Document,
    Items,
    Line,
    Lines,
    Paragraph,
    Part,
    Section,
    Table,
    Tile,
    Tiles,
)

NASTY = (
    "</script><img src=x onerror=alert(1)>", "=HYPERLINK(\"http://x\")", "{{ 7*7 }}", "#let x = 1; $x$ *b* _i_ @ref <w:p/>", "\x1b[31mred",
    "\u202ereversed", "00123", "|pipe|`tick`", "é漢字 العربية",
)  # fmt: skip
"""Names that a device may give itself."""


def sample(hostile: bool = False) -> Document:
    """Four sections: tiles and sentences, a figure and table by site, lines, and one without data."""
    claims = Claims()
    names = NASTY if hostile else ("Leeds", "York", "Hull")
    total = 100 * len(names)
    tiles = Tiles(
        (
            Tile(
                "Ready",
                claims.cell("PCs that are ready", 60, "state=ready", base=total, of="PCs", state="ready"),
                "20.0 % of 300",
            ),
            Tile(
                "Not ready",
                claims.cell("PCs that are not ready", 40, "state=not-ready", base=total, state="not ready"),
                "13.3 %",
            ),
            Tile(
                "Not seen",
                claims.cell("expected PCs never heard", 12, "auditor estate missing", file="", state="stale"),
                "of 312 expected",
            ),
        )
    )
    sites = tuple(
        (
            Cell(name), claims.cell(f"PCs at {name}", 100, f"site={name}"),
            claims.cell(f"PCs at {name} that are ready", 20, f"site={name} and state=ready", base=100, state="ready"),
        )
        for name in names
    )  # fmt: skip
    bars = tuple(
        Bar(name, (Part(20, "ready", "ready"), Part(50, "not ready", "not ready"), Part(30, "unknown", "unknown")), 100)
        for name in names
    )
    sections = (
        Section(
            "summary", "1", "Summary", "60 of 300 PCs are ready.",
            (tiles, Paragraph("One sentence. Another <one> & a third."), Items(("first", "second"), is_numbered=True)),
        ),
        Section(
            "sites", "2", "Baseline by site", "Hull stands worst.",
            (
                Bars("PCs by state at each site, worst first; base: PCs there.", "Half of the PCs at each site are not ready.", bars,
                     source="devices.csv by site and state"),
                Bars("Operating systems.", "Most run Windows 11.",
                     (Bar("Windows 11", (Part(200, "PCs"),), 300), Bar("Windows 7", (Part(7, "PCs"),), 300)), alike=False),
                Table("PCs by site", (Column("Site"), Column("PCs", is_number=True), Column("Ready", is_number=True)), sites, "devices.csv"),
            ),
        ),
        Section(
            "trend", "3", "Trend", "More were ready each month.",
            (
                Lines("Ready PCs at the ends of months.", "From 10 to 60 in four months.", ("Aug", "Sep", "Oct", "Nov"),
                      (Line("ready", (10, 20, None, 60), "ready"), Line("heard", (290, 300, 300, 300))), source="auditor report --trend 3"),
            ),
        ),
        Section("costs", "4", "Options", "What the facts allow.", (), "Prices are not known. Give a file of prices with --prices."),
        Section("glossary", "C", "Glossary", "Words.", (Table("Words", (Column("Word"), Column("Meaning")), ((Cell("ready"), Cell("all rules pass")),)),)),
    )  # fmt: skip
    return Document(
        "Readiness of the estate", "2026-11-27", "As of 2026-11-27. Judged by baseline 1.", sections, tuple(claims)
    )
