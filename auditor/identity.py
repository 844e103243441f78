"""Which PC is this: the signals that tell, and the id made of them.

Signals are hashed with the application's name before they leave the PC where their
system asks for that (machine-id(5) does), so the id serves to recognise a PC again and
nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from auditor.model import Reading, Source, Status, Value

WANTS: Mapping[str, tuple[Source, ...]] = {
    "linux": (Source("host", "hostname"), Source("machine-id", "/etc/machine-id"), Source("file", "/etc/hostname")),
    "macos": (Source("host", "hostname"), Source("host", "machine-id")),
    "windows": (
        Source("host", "hostname"),
        Source("registry", r"HKLM\SOFTWARE\Microsoft\Cryptography#MachineGuid"),
        Source("registry", r"HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName#ComputerName"),
    ),
}
"""Where the signals of identity are read, by family."""

_MACHINES = (WANTS["linux"][1], WANTS["macos"][1], WANTS["windows"][1])
_HOSTNAMES = (WANTS["windows"][2], Source("file", "/etc/hostname"), Source("host", "hostname"))


def hashed(signal: str) -> str:
    """``signal`` so that it can be compared but not used elsewhere: 64 hex digits."""
    return hashlib.sha256(f"auditor device {signal.strip().lower()}".encode()).hexdigest()


def hostname(readings: Iterable[Reading]) -> str:
    """The PC's own name for itself, as written; empty where no reading has it."""
    read = {reading.source: _text(reading) for reading in readings if reading.status is Status.READ}
    return next((read[source] for source in _HOSTNAMES if read.get(source)), "")


def device_id(readings: Iterable[Reading]) -> str:
    """32 hex digits that stay the same for the same PC.

    Made of its machine id (or GUID) and host name together: images copied with one
    machine id then still count as the PCs that they are. Where no reading has either, all
    that was read makes the id: the same files give it again, and other files another.
    """
    seen = list(readings)
    signals = {_text(reading) for reading in seen if reading.status is Status.READ and reading.source in _MACHINES}
    parts = [part for part in (*sorted(signals), hostname(seen)) if part] or [_content(seen)]
    return hashed("\n".join(parts))[:32]


def _content(readings: Iterable[Reading]) -> str:
    """A digest of everything that was read, or of what was asked for where nothing was."""
    seen = list(readings)
    read = {_line(*each.source, each.at, each.value) for each in seen if each.status is Status.READ}
    lines = sorted(read or {_line(*each.source) for each in seen})
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _line(*parts: Value) -> str:
    return json.dumps(parts, sort_keys=True, ensure_ascii=True)


def _text(reading: Reading) -> str:
    """The one text that a reading holds: itself, or its key's only value."""
    value = reading.value
    if isinstance(value, dict):
        value = next(iter(value.values()), "")
    return value.strip() if isinstance(value, str) else ""
