"""The machine's facts, and what its numbers and makers mean on every system."""

from __future__ import annotations

import re

from auditor.checks.collected import Collected, fact
from auditor.model import Fact, FactSpec, Source, Subject, Value

CORES, MEMORY, DISK = Source("host", "cores"), Source("host", "memory"), Source("host", "disk")

FACTS: tuple[FactSpec, ...] = (
    FactSpec("hardware", "cpu", "text", "The processor, as it names itself."),
    FactSpec(
        "hardware",
        "cpu_model",
        "text",
        'Its family, model and stepping as Windows writes them: "Intel64 Family 6 Model 141 …".',
    ),
    FactSpec("hardware", "cpu_speed", "whole", "Its rated speed in MHz, as Windows measured it when it started."),
    FactSpec("hardware", "cores", "whole", "Physical cores."),
    FactSpec("hardware", "memory", "size", "Memory that the system sees, a little less than is built in."),
    FactSpec("hardware", "system_disk", "size", "Size of the file system that the operating system is on."),
    FactSpec("hardware", "firmware", "text", "How the PC starts.", ("uefi", "bios")),
    FactSpec("hardware", "secure_boot", "yes-no", "Whether Secure Boot is switched on."),
    FactSpec("hardware", "tpm", "text", 'Version of the security chip: "2.0", "1.2"; none where there is none.'),
    FactSpec(
        "hardware",
        "form",
        "text",
        "What kind of machine it is.",
        ("desktop", "laptop", "tablet", "server", "virtual", "other"),
    ),
    FactSpec("hardware", "vendor", "text", "Who made the PC, as its firmware says."),
    FactSpec("hardware", "model", "text", "What its maker calls it."),
)

SUBJECT = Subject("hardware", "pc")

_FORMS = {
    **dict.fromkeys((3, 4, 5, 6, 7, 13, 15, 16, 24, 35, 36), "desktop"),
    **dict.fromkeys((8, 9, 10, 14), "laptop"),
    **dict.fromkeys((11, 30, 31, 32), "tablet"),
    **dict.fromkeys((17, 23, 28), "server"),
}
"""SMBIOS 3.x, table 17: chassis type → our word."""
_UNKNOWN_CHASSIS = (0, 2)
_VIRTUAL = (
    "vmware",
    "virtualbox",
    "qemu",
    "kvm",
    "xen",
    "bochs",
    "virtual machine",
    "parallels",
    "amazon ec2",
    "google compute",
    "openstack",
    "nutanix",
    "bhyve",
)


def measured(collected: Collected) -> list[Fact]:
    """Cores, memory and disk, as they were measured on the running PC."""
    names = {"cores": CORES, "memory": MEMORY, "system_disk": DISK}
    return [
        fact(SUBJECT, name, number(reading.value) if (reading := collected.first(source)) else None, collected.all(source))
        for name, source in names.items()
    ]


def number(value: Value) -> int | None:
    """A whole number from a number, from digits, or from the registry's bytes, lowest first."""
    if isinstance(value, dict):
        data = value.get("REG_BINARY")
        is_number = isinstance(data, str) and re.fullmatch("(?:[0-9a-f]{2}){1,8}", data)
        return int.from_bytes(bytes.fromhex(str(data)), "little") if is_number else None
    if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value.strip()):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def is_virtual(maker: str) -> bool:
    """Whether a maker's or model's name is that of a virtual machine."""
    return any(word in maker.casefold() for word in _VIRTUAL)


def form_of(chassis: Value) -> str | None:
    """Our word for a chassis type of the firmware; None where it stands for "not known"."""
    code = number(chassis)
    return None if code is None or code in _UNKNOWN_CHASSIS or code > 255 else _FORMS.get(code, "other")
