"""The PC as the organisation knows it: its name, site and tags."""

from __future__ import annotations

from auditor import identity
from auditor.checks.collected import Collected, fact
from auditor.model import Detected, FactSpec, Subject

WANTS = identity.WANTS

FACTS: tuple[FactSpec, ...] = (
    FactSpec("device", "hostname", "text", "The PC's own name."),
    FactSpec("device", "site", "text", "Where it stands, as whoever scanned it said; empty where nobody did."),
    FactSpec("device", "tags", "list", "Words the organisation put on it."),
)


def detect(collected: Collected) -> Detected:
    """The facts of the one device."""
    device, subject = collected.device, Subject("device", "pc")
    readings = collected.all(*WANTS[device.family])
    return Detected(
        (
            fact(subject, "hostname", device.hostname or None, readings),
            fact(subject, "site", device.site, ()),
            fact(subject, "tags", list(device.tags), ()),
        )
    )
