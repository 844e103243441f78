"""What the knowledge base is about, and of which day each part of it is."""

from __future__ import annotations

from datetime import date

from auditor.knowledge import html5, shipped

ABOUT = {
    "systems": "operating systems",
    "browsers": "browsers",
    "office": "office suites",
    "windows11": "Windows 11's requirements",
    "curated": "what was decided by people",
}
"""File of the support knowledge that verdicts rest on → what it is about."""


def dated() -> tuple[tuple[str, date], ...]:
    """(what it is about, the day its facts were collected), of every part that verdicts rest on."""
    tables = html5.provenance()
    return (
        ("HTML5 and releases", tables["date"]),
        ("Baseline", tables["baseline_date"]),
        *((about, shipped.snapshot(name)) for name, about in ABOUT.items()),
    )
