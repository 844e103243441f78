"""What a check sees of a snapshot: readings by source, and how facts are made of them.

A source that was wanted and is not in the snapshot reads as FAILED here, never as
absent: an older agent, or a kit that was cut short, must not look like a clean PC.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from auditor.model import Device, Fact, Reading, Snapshot, Source, Status, Subject, Value


class Collected:
    """The readings of one snapshot, by the source that asked for them."""

    __slots__ = ("_by_source", "device")

    def __init__(self, snapshot: Snapshot) -> None:
        self.device: Device = snapshot.device
        self._by_source: dict[Source, list[Reading]] = {}
        for reading in snapshot.readings:
            self._by_source.setdefault(reading.source, []).append(reading)

    def all(self, *sources: Source) -> list[Reading]:
        """Every reading of ``sources``; one that says FAILED for each that was not collected."""
        found: list[Reading] = []
        for source in sources:
            missing = Reading(source, source.where, Status.FAILED, detail="was not collected")
            found += self._by_source.get(source) or [missing]
        return found

    def read(self, *sources: Source) -> list[Reading]:
        """The readings of ``sources`` that have a value."""
        return [reading for reading in self.all(*sources) if reading.status is Status.READ]

    def first(self, *sources: Source) -> Reading | None:
        """The first reading of ``sources`` that has a value."""
        return next(iter(self.read(*sources)), None)

    def unread(self, *sources: Source) -> list[Reading]:
        """The readings of ``sources`` that were refused or went wrong."""
        return [reading for reading in self.all(*sources) if reading.status in (Status.DENIED, Status.FAILED)]

    def user(self, name: str) -> str:
        """How a user's installations are told apart: stable on one PC, unlike on any other."""
        digest = hashlib.sha256(f"{self.device.id}\n{name.casefold()}".encode()).hexdigest()
        return f"user {digest[:8]}"


def why(readings: Iterable[Reading], otherwise: str = "nothing that was read has it") -> str:
    """Why something is not known, from the readings that should have said it."""
    reasons: dict[str, None] = {}
    for reading in readings:
        if reading.status in (Status.DENIED, Status.FAILED):
            refused = "access denied: " if reading.status is Status.DENIED else ""
            reasons[f"{reading.at}: {refused}{reading.detail}"] = None
    return "; ".join(list(reasons)[:3]) or otherwise


def fact(subject: Subject, name: str, value: Value, evidence: Iterable[Reading], reason: str = "") -> Fact:
    """A fact; with no value, the ``reason``, or what is amiss with the readings."""
    readings = tuple(evidence)
    return Fact(subject, name, value, readings, "" if value is not None else reason or why(readings))


def field(reading: Reading | None, name: str) -> Value:
    """One value of a registry key or property list; None where it has none or there is no reading."""
    return reading.value.get(name) if reading is not None and isinstance(reading.value, dict) else None


def text_field(reading: Reading | None, name: str) -> str:
    """As :func:`field`, as text without blanks around it; empty where there is none."""
    value = field(reading, name)
    if isinstance(value, dict):  # REG_EXPAND_SZ and the like: {type: data}
        value = next(iter(value.values()), "")
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def assignments(text: Value) -> dict[str, str]:
    """``NAME=value`` and ``Name: value`` lines, quotation marks taken off; the first of a name counts."""
    found: dict[str, str] = {}
    for line in str(text or "").splitlines():
        name, separator, value = line.partition("=") if "=" in line else line.partition(":")
        if separator and not name.lstrip().startswith(("#", ";", "[")):
            found.setdefault(name.strip(), value.strip().strip("\"'"))
    return found


ARCHITECTURES: Mapping[str, str] = {
    "x86_64": "x86_64",
    "amd64": "x86_64",
    "x64": "x86_64",
    "pe64_amd64": "x86_64",
    "9": "x86_64",
    "i386": "x86",
    "i486": "x86",
    "i586": "x86",
    "i686": "x86",
    "x86": "x86",
    "pe32_i386": "x86",
    "0": "x86",
    "arm64": "arm64",
    "aarch64": "arm64",
    "pe64_arm64": "arm64",
    "12": "arm64",
    "armhf": "arm",
    "armv7l": "arm",
    "ppc64el": "ppc64",
    "ppc64le": "ppc64",
    "s390x": "s390x",
    "riscv64": "riscv64",
}
"""Every system's word for a processor → ours."""
