"""Which PC is this: the signals that tell, and the id made of them.

Signals are hashed with the application's name before they leave the PC where their
system asks for that (machine-id(5) does), so the id serves to recognise a PC again and
nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from auditor.model import Reading, Source, Status

WANTS: Mapping[str, tuple[Source, ...]] = {
    "linux": (Source("host", "hostname"), Source("host", "machine-id"), Source("file", "/etc/hostname")),
    "macos": (Source("host", "hostname"), Source("host", "machine-id")),
    "windows": (
        Source("host", "hostname"),
        Source("registry", r"HKLM\SOFTWARE\Microsoft\Cryptography#MachineGuid"),
        Source("registry", r"HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName#ComputerName"),
    ),
}
"""Where the signals of identity are read, by family."""

_HOSTNAMES = (WANTS["windows"][2], Source("file", "/etc/hostname"), Source("host", "hostname"))


def hashed(signal: str) -> str:
    """``signal`` so that it can be compared but not used elsewhere: 64 hex digits."""
    return hashlib.sha256(f"auditor device {signal.strip().lower()}".encode()).hexdigest()


def hostname(readings: Iterable[Reading]) -> str:
    """The PC's own name for itself, as written; empty where no reading has it."""
    read = {reading.source: _text(reading) for reading in readings if reading.status is Status.READ}
    return next((read[source] for source in _HOSTNAMES if read.get(source)), "")


def device_id(readings: Iterable[Reading], fallback: str) -> str:
    """32 hex digits that stay the same for the same PC.

    Made of its machine id (or GUID) and host name together: images copied with one
    machine id then still count as the PCs that they are. ``fallback`` (the folder that
    was read, say) serves where no reading has either.
    """
    seen = list(readings)
    signals = [
        _text(reading)
        for reading in seen
        if reading.status is Status.READ and (reading.source in (WANTS["windows"][1], Source("host", "machine-id")))
    ]
    name = hostname(seen)
    parts = [part for part in (*sorted(set(signals)), name) if part] or [fallback]
    return hashed("\n".join(parts))[:32]


def _text(reading: Reading) -> str:
    """The one text that a reading holds: itself, or its key's only value."""
    value = reading.value
    if isinstance(value, dict):
        value = next(iter(value.values()), "")
    return value.strip() if isinstance(value, str) else ""
