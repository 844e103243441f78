"""Which PC is this: the signals that tell, and the id made of them.

Signals are hashed with the application's name before they leave the PC where their
system asks for that (machine-id(5) does), so the id serves to recognise a PC again and
nothing else. What the estate keeps to tell PCs apart (:func:`signals`) is hashed in every case.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

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

SIGNALS: Mapping[str, tuple[Source, ...]] = {
    "linux": (
        Source("machine-id", "/sys/class/dmi/id/product_uuid"),
        Source("machine-id", "/sys/class/dmi/id/product_serial"),
        *(Source("machine-id", f"/sys/class/net/{name}/address") for name in ("eno*", "enp*", "ens*", "eth*")),
    ),
    "macos": (),
    "windows": (
        Source("registry", r"HKLM\SYSTEM\HardwareConfig#LastConfig"),
        Source("machine-id", r"HKLM\SYSTEM\CurrentControlSet\Services\mssmbios\Data#SMBiosData"),
        Source("registry", r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters#Domain"),
    ),
}
"""What else tells one PC from another, by family; no part of the id, which stays as it is whether these can be read or not.

Linux shows the first two to the superuser alone. Of its network only what is built in and has a wire is asked: adapters
and docks at a USB port are named after their address (``enx…``), which would then leave the PC in the place's name.
Windows keeps the id that its firmware tells as HardwareConfig's newest. A Mac's own id is its hardware's.
"""

_KINDS: Mapping[Source, tuple[str, ...]] = {
    WANTS["linux"][1]: ("machine-id",),
    WANTS["macos"][1]: ("machine-id", "smbios-uuid"),
    WANTS["windows"][1]: ("machine-id",),
    **dict.fromkeys((SIGNALS["linux"][0], SIGNALS["windows"][0]), ("smbios-uuid",)),
    **dict.fromkeys((SIGNALS["linux"][1], SIGNALS["windows"][1]), ("serial",)),
    **dict.fromkeys(SIGNALS["linux"][2:], ("mac",)),
    SIGNALS["windows"][2]: ("domain",),
}
"""Source → the kinds of signal that what it says is."""

JUNK = (
    *("", "0", "-", ".", "none", "n/a", "na", "null", "unknown", "invalid", "not specified", "not applicable"),
    *("not available", "not defined", "not settable", "undefined", "empty", "oem", "o.e.m.", "default", "default string"),
    *("to be filled by o.e.m.", "to be filled by oem", "tobefilledbyo.e.m.", "fill by oem", "system serial number"),
    *("serial number", "base board serial number", "chassis serial number", "systemserialnumb", "sys-1234567890"),
    *("0123456789", "123456789", "1234567890", "12345678", "1234567", "123456", "12345", "1234", "mb-1234567890"),
    *("xxxx", "xxxxx", "xxxxxx", "xxxxxxx", "xxxxxxxx", "xxxxxxxxxx", "xxxxxxxxxxx", "xxxxxxxxxxxx", "xxxxxxxxxxxxxxx"),
    *("0" * length for length in range(2, 33)),
    *("f" * length for length in (8, 10, 12, 16, 20, 32)),
    *("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
    *("03000200-0400-0500-0006-000700080009", "00020003-0004-0005-0006-000700080009"),
    *("12345678-1234-5678-90ab-cddeefaabbcc", "12345678-1234-5678-1234-567812345678"),
    *("11111111-1111-1111-1111-111111111111", "11111111-2222-3333-4444-555555555555"),
    *("fefefefe-fefe-fefe-fefe-fefefefefefe", "01234567-8910-1112-1314-151617181920"),
    *("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"),
    *("localhost", "localhost4", "localhost6", "localdomain", "workgroup"),
)
"""What makers, systems and people write where nothing is known: no signal, of whatever kind."""

_MACHINES = (WANTS["linux"][1], WANTS["macos"][1], WANTS["windows"][1])
_NO_PART = frozenset(source for sources in SIGNALS.values() for source in sources if source.kind == "machine-id")
_HOSTNAMES = (WANTS["windows"][2], Source("file", "/etc/hostname"), Source("host", "hostname"))


def hashed(signal: str) -> str:
    """``signal`` so that it can be compared but not used elsewhere: 64 hex digits."""
    return hashlib.sha256(f"auditor device {signal.strip().lower()}".encode()).hexdigest()


def packed(text: str) -> str:
    """``text`` without blanks and the braces around it: as a signal is written before it is hashed."""
    return "".join(text.split()).strip("{}")


_NO_SIGNAL = frozenset(hashed(packed(each)) for each in JUNK)


def host_key(name: str) -> str:
    """What host names are compared by: without domain before or after it, or an account's ``$``, in small letters."""
    return name.strip().rpartition("\\")[2].partition(".")[0].rstrip("$").strip().casefold()


_HASH = re.compile("[0-9a-f]{64}")


@lru_cache(maxsize=256)
def signal(text: str) -> str:
    """The hash of a signal that may have been hashed already; empty where the text is :data:`JUNK`, which tells nothing."""
    value = text if _HASH.fullmatch(text) else hashed(packed(text))
    return "" if value in _NO_SIGNAL else value


def signals(readings: Iterable[Reading], name: str = "") -> Mapping[str, str]:
    """Kind → hash of everything that tells this PC from others, as the estate keeps it.

    Kinds are machine-id, hostname, domain, smbios-uuid, serial, and ``mac:1``, ``mac:2`` … in the
    order of their hashes. Of a kind that two places tell differently, the smaller hash counts.
    ``name`` is the PC's host name where no reading has it.
    """
    texts = [(reading.source, _text(reading)) for reading in readings if reading.status is Status.READ]
    found: dict[str, set[str]] = {"hostname": {signal(host_key(_name_in(dict(texts)) or name))}}
    for source, text in texts:
        for kind in _KINDS.get(source, ()):
            found.setdefault(kind, set()).add(signal(text))
    macs = sorted(found.pop("mac", set()) - {""})
    single = {kind: min(told) for kind, values in sorted(found.items()) if (told := values - {""})}
    return {**single, **{f"mac:{number}": value for number, value in enumerate(macs, 1)}}


def hostname(readings: Iterable[Reading]) -> str:
    """The PC's own name for itself, as written; empty where no reading has it."""
    return _name_in({reading.source: _text(reading) for reading in readings if reading.status is Status.READ})


def _name_in(read: Mapping[Source, str]) -> str:
    return next((read[source] for source in _HOSTNAMES if read.get(source)), "")


def device_id(readings: Iterable[Reading]) -> str:
    """32 hex digits that stay the same for the same PC.

    Made of its machine id (or GUID) and host name together: images copied with one
    machine id then still count as the PCs that they are. Where no reading has either, all
    that was read makes the id: the same files give it again, and other files another.
    """
    seen = [reading for reading in readings if reading.source not in _NO_PART]
    machines = {_text(reading) for reading in seen if reading.status is Status.READ and reading.source in _MACHINES}
    parts = [part for part in (*sorted(machines), hostname(seen)) if part] or [_content(seen)]
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
