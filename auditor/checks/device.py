"""The PC as the organisation knows it: its name, site and tags, and with which rights it was read."""

from __future__ import annotations

from auditor import identity
from auditor.checks.collected import Collected, fact
from auditor.model import Detected, FactSpec, Source, Subject

RIGHTS = Source("host", "rights")
_RIGHTS = ("user", "admin", "system")

WANTS = {family: (*names, RIGHTS, *identity.SIGNALS[family]) for family, names in identity.WANTS.items()}

FACTS: tuple[FactSpec, ...] = (
    FactSpec("device", "hostname", "text", "The PC's own name."),
    FactSpec("device", "site", "text", "Where it stands, as whoever scanned it said; empty where nobody did."),
    FactSpec("device", "tags", "list", "Words the organisation put on it."),
    FactSpec(
        "device",
        "rights",
        "text",
        "The rights it was read with: a plain user's see less, and what they cannot see is unknown.",
        _RIGHTS,
    ),
)


def detect(collected: Collected) -> Detected:
    """The facts of the one device."""
    device, subject = collected.device, Subject("device", "pc")
    readings = collected.all(*identity.WANTS[device.family])
    rights = next((each.value for each in collected.read(RIGHTS) if each.value in _RIGHTS), None)
    return Detected(
        (
            fact(subject, "hostname", device.hostname or None, readings),
            fact(subject, "site", device.site, ()),
            fact(subject, "tags", list(device.tags), ()),
            fact(subject, "rights", rights, collected.all(RIGHTS)),
        )
    )
