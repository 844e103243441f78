"""What the knowledge base is about, and of which day each part of it is."""

from __future__ import annotations

from typing import NamedTuple

from auditor.knowledge import html5, refreshed, shipped
from auditor.knowledge.refreshed import Refreshed

ABOUT = {
    "systems": "operating systems",
    "browsers": "browsers",
    "office": "office suites",
    "windows11": "Windows 11's requirements",
    "curated": "what was decided by people",
}
"""File of the support knowledge that verdicts rest on → what it is about."""


class Dated(NamedTuple):
    """A part of the knowledge base: what it is about, and the day (ISO 8601) its facts were collected.

    ``sha256`` is that of the vendor's answer where it was refreshed, empty for what ships with the program.
    """

    about: str
    as_of: str
    sha256: str = ""


def dated(fresh: Refreshed = refreshed.NONE) -> tuple[Dated, ...]:
    """Every part that verdicts rest on: what ships, then what was refreshed."""
    tables = html5.provenance()
    return (
        Dated("HTML5 and releases", tables["date"].isoformat()),
        Dated("Baseline", tables["baseline_date"].isoformat()),
        *(Dated(about, shipped.snapshot(name).isoformat()) for name, about in ABOUT.items()),
        *(Dated(f"refreshed {each.topic}", each.as_of.isoformat(), each.sha256) for each in fresh.used),
    )
