"""Whether a PC is cut off from the internet, as the organisation says: no scan can prove it."""

from __future__ import annotations

from datetime import date

from auditor.knowledge.overrides import Overrides
from auditor.model import Fact, Reading, Source, Status, Subject


def added(subject: Subject, own: Overrides, day: date) -> list[Fact]:
    """``segregated``: yes where an override that has not ended says so, else no. ``own`` are this PC's overrides."""
    entry = max((each for each in own.segregated if day <= each.until), key=lambda each: each.until, default=None)
    if entry is None:
        return [Fact(subject, "segregated", value=False, evidence=())]
    said = f"{entry.reason} ({entry.approver}, until {entry.until})"
    reading = Reading(Source("knowledge", f"overrides#{entry.place}"), entry.place, Status.READ, said)
    return [Fact(subject, "segregated", value=True, evidence=(reading,))]
