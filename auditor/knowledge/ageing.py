"""How long a dated fact may be relied on, and what becomes of it afterwards.

Past its limit a fact that says all is well is unknown, never well: what has changed since
is not known. A fact that says something has ended or is behind stays certain, because
that only gets worse. A day before the facts were collected has no such limit: what was
true then is what they tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from auditor.model import Fact, Reading, Subject, Value

LIMITS: Mapping[str, int] = {
    "browsers": 14,
    "builds": 35,
    "end dates": 90,
    "services": 180,
    "requirements": 180,
    "prices": 180,
}
"""What the facts are about → days from their date in which they may be relied on."""

REFRESH = "see auditor knowledge refresh"


def stale_since(about: str, of: date, day: date) -> date | None:
    """The first day on which facts of ``of`` may not be relied on, if that is not after ``day``; else None.

    ``about`` is a key of :data:`LIMITS`.
    """
    first = of + timedelta(days=LIMITS[about] + 1)
    return first if first <= day else None


def why_stale(about: str, of: date, day: date) -> str:
    """The reason that a fact is not known any more; empty while it may be relied on."""
    since = stale_since(about, of, day)
    return f"unknown since {since}: the facts on {about} are of {of}; {REFRESH}" if since else ""


def aged(subject: Subject, name: str, value: Value, evidence: tuple[Reading, ...], about: str, of: date, day: date) -> Fact:
    """A fact that says all is well: unknown once it is too old, with its last known value kept beside the reason."""
    return Fact(subject, name, value, evidence, why_stale(about, of, day))
