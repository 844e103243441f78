"""The hardware, as far as Windows 11 and a replacement decision ask for it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from auditor.checks.collected import Collected, assignments, fact, field, text_field
from auditor.model import Detected, Fact, FactSpec, Reading, Source, Status, Subject, Value

CORES, MEMORY, DISK = Source("host", "cores"), Source("host", "memory"), Source("host", "disk")
CPU_INFO = Source("lines", "/proc/cpuinfo#model name,Model,Hardware")
EFI, FIRMWARE = Source("exists", "/sys/firmware/efi"), Source("exists", "/sys/firmware/*")
SECURE_BOOT = Source("file", "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c")
TPM, TPM_CLASS = Source("file", "/sys/class/tpm/tpm0/tpm_version_major"), Source("exists", "/sys/class/tpm")
CHASSIS = Source("file", "/sys/class/dmi/id/chassis_type")
VENDOR = (Source("file", "/sys/class/dmi/id/sys_vendor"), Source("file", "/sys/class/dmi/id/product_name"))
MAC_CPU, MAC_MODEL = Source("command", "sysctl -n machdep.cpu.brand_string"), Source("command", "sysctl -n hw.model")
WIN_CPU = Source("registry", r"HKLM\HARDWARE\DESCRIPTION\System\CentralProcessor\0#ProcessorNameString")
WIN_BIOS = Source("registry", r"HKLM\HARDWARE\DESCRIPTION\System\BIOS#SystemManufacturer,SystemProductName")
WIN_FIRMWARE = Source("registry", r"HKLM\SYSTEM\CurrentControlSet\Control#PEFirmwareType")
WIN_SECURE_BOOT = Source("registry", r"HKLM\SYSTEM\CurrentControlSet\Control\SecureBoot\State#UEFISecureBootEnabled")
WIN_TPM = Source("registry", r"HKLM\SYSTEM\CurrentControlSet\Enum\ACPI\MSFT0101\*#?HardwareID")
CENSUS = {
    part: Source("registry", rf"AMCACHE\DeviceCensus\{part}#{names}")
    for part, names in {
        "Processor": "ProcessorModel,ProcessorPhysicalCores",
        "Memory": "TotalPhysicalRAM",
        "Firmware": "FirmwareType",
        "OS": "IsSecureBootEnabled",
        "Hardware": "TPMVersion,ChassisType,OEMManufacturerName,OEMModelNumber",
    }.items()
}

WANTS: Mapping[str, tuple[Source, ...]] = {
    "linux": (CORES, MEMORY, DISK, CPU_INFO, EFI, FIRMWARE, SECURE_BOOT, TPM, TPM_CLASS, CHASSIS, *VENDOR),
    "macos": (CORES, MEMORY, DISK, MAC_CPU, MAC_MODEL),
    "windows": (CORES, MEMORY, DISK, WIN_CPU, WIN_BIOS, WIN_FIRMWARE, WIN_SECURE_BOOT, WIN_TPM, *CENSUS.values()),
}

FACTS: tuple[FactSpec, ...] = (
    FactSpec("hardware", "cpu", "text", "The processor, as it names itself."),
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
)

SUBJECT = Subject("hardware", "pc")

_FORMS = {
    **dict.fromkeys((3, 4, 5, 6, 7, 13, 15, 16, 24, 35, 36), "desktop"),
    **dict.fromkeys((8, 9, 10, 14), "laptop"),
    **dict.fromkeys((11, 30, 31, 32), "tablet"),
    **dict.fromkeys((17, 23, 28), "server"),
}
"""SMBIOS 3.x, table 17: chassis type → our word."""
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
)
_UNKNOWN_NUMBERS = (0xFFFFFFFF, 0)
_UNKNOWN_CHASSIS = (0, 2)


def detect(collected: Collected) -> Detected:
    """The facts of the one machine that a PC is."""
    by_family = {"linux": _linux, "macos": _macos, "windows": _windows}
    return Detected(tuple(by_family[collected.device.family](collected)))


def _linux(collected: Collected) -> list[Fact]:
    return [
        *_measured(collected),
        _linux_cpu(collected),
        *_linux_firmware(collected),
        _linux_tpm(collected),
        _linux_form(collected),
    ]


def _measured(collected: Collected) -> list[Fact]:
    """What psutil measured on the running PC."""
    names = {"cores": CORES, "memory": MEMORY, "system_disk": DISK}
    return [
        fact(SUBJECT, name, _number(_value(collected.first(source))), collected.all(source))
        for name, source in names.items()
    ]


def _value(reading: Reading | None) -> Value:
    return reading.value if reading else None


def _linux_cpu(collected: Collected) -> Fact:
    reading = collected.first(CPU_INFO)
    names = assignments(reading.value) if reading else {}
    name = names.get("model name") or names.get("Model") or names.get("Hardware")
    return fact(
        SUBJECT,
        "cpu",
        " ".join(name.split()) if name else None,
        collected.all(CPU_INFO),
        "the kernel does not name it" if reading else "",
    )


def _linux_firmware(collected: Collected) -> list[Fact]:
    """The kernel shows a folder for EFI only when it was started by EFI; Secure Boot is EFI's variable."""
    efi = collected.all(EFI)
    if collected.read(EFI):
        secure = collected.first(SECURE_BOOT)
        on = str(secure.value)[-1:] == "\x01" if secure else None
        reason = "the firmware's variable is not there" if not collected.unread(SECURE_BOOT) else ""
        return [fact(SUBJECT, "firmware", "uefi", efi), fact(SUBJECT, "secure_boot", on, collected.all(SECURE_BOOT), reason)]
    if not collected.read(FIRMWARE) or collected.unread(EFI):
        seen = [*efi, *collected.all(FIRMWARE)]
        reason = "the kernel shows nothing of its firmware here" if not collected.unread(EFI, FIRMWARE) else ""
        return [fact(SUBJECT, "firmware", None, seen, reason), fact(SUBJECT, "secure_boot", None, seen, reason)]
    return [fact(SUBJECT, "firmware", "bios", efi), fact(SUBJECT, "secure_boot", value=False, evidence=efi)]


def _linux_tpm(collected: Collected) -> Fact:
    version = collected.first(TPM)
    if version:
        major = str(version.value).strip()
        return fact(SUBJECT, "tpm", {"1": "1.2", "2": "2.0"}.get(major, major), [version])
    if collected.read(TPM_CLASS) and not collected.unread(TPM):
        return fact(SUBJECT, "tpm", "none", collected.all(TPM))
    return fact(
        SUBJECT,
        "tpm",
        None,
        collected.all(TPM, TPM_CLASS),
        "" if collected.unread(TPM, TPM_CLASS) else "the kernel has no TPM support",
    )


def _linux_form(collected: Collected) -> Fact:
    vendor = collected.read(*VENDOR)
    if _is_virtual(" ".join(str(reading.value) for reading in vendor)):
        return fact(SUBJECT, "form", "virtual", vendor)
    return _form(collected, _value(collected.first(CHASSIS)), CHASSIS)


def _is_virtual(maker: str) -> bool:
    return any(word in maker.casefold() for word in _VIRTUAL)


def _form(collected: Collected, chassis: Value, source: Source) -> Fact:
    number = _number(chassis)
    form = None if number is None or number in _UNKNOWN_CHASSIS or number > 255 else _FORMS.get(number, "other")
    return fact(
        SUBJECT, "form", form, collected.all(source), "" if collected.unread(source) else "the firmware does not say"
    )


def _number(value: Value) -> int | None:
    """A whole number from a number, from digits, or from the registry's bytes, lowest first."""
    if isinstance(value, dict):
        data = value.get("REG_BINARY")
        is_number = isinstance(data, str) and re.fullmatch("(?:[0-9a-f]{2}){1,8}", data)
        return int.from_bytes(bytes.fromhex(str(data)), "little") if is_number else None
    if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value.strip()):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _macos(collected: Collected) -> list[Fact]:
    cpu, model = collected.first(MAC_CPU), collected.first(MAC_MODEL)
    words = {"MacBook": "laptop", "VMware": "virtual", "Parallels": "virtual", "VirtualMac": "virtual"}
    name = str(model.value).strip() if model else ""
    form = next((form for word, form in words.items() if name.startswith(word)), "desktop") if name else None
    return [
        *_measured(collected),
        fact(SUBJECT, "cpu", str(cpu.value).strip() if cpu else None, collected.all(MAC_CPU)),
        fact(SUBJECT, "form", form, collected.all(MAC_MODEL)),
    ]


def _windows(collected: Collected) -> list[Fact]:
    cores, memory, disk = _measured(collected)
    return [
        _windows_cpu(collected),
        _else_census(collected, cores, "Processor", "ProcessorPhysicalCores", 1),
        _else_census(collected, memory, "Memory", "TotalPhysicalRAM", 2**20),
        disk,
        *_windows_firmware(collected),
        _windows_tpm(collected),
        _windows_form(collected),
    ]


def _windows_cpu(collected: Collected) -> Fact:
    """The processor by the kernel's own key; where several exports disagree, none is believed."""
    readings = collected.read(WIN_CPU)
    names = {" ".join(text_field(reading, "ProcessorNameString").split()): reading for reading in readings}
    if len(names) > 1:
        return fact(SUBJECT, "cpu", None, readings, f"{len(readings)} sources disagree: {', '.join(sorted(names))}")
    if names:
        return fact(SUBJECT, "cpu", next(iter(names)), readings)
    census = collected.first(CENSUS["Processor"])
    name = " ".join(text_field(census, "ProcessorModel").split())
    return fact(SUBJECT, "cpu", name or None, [census] if census and name else collected.all(WIN_CPU, CENSUS["Processor"]))


def _else_census(collected: Collected, measured: Fact, part: str, name: str, scale: int) -> Fact:
    """``measured``, or where the PC is not running the number that Windows' own inventory kept."""
    number = _census_number(collected, part, name)
    if not measured.unknown or number is None:
        return measured
    return fact(SUBJECT, measured.name, number * scale, collected.read(CENSUS[part]))


def _census_number(collected: Collected, part: str, name: str) -> int | None:
    """A number from Amcache, which older Windows kept as bytes; all ones and zero stand for "not known" there."""
    number = _number(field(collected.first(CENSUS[part]), name))
    return None if number in _UNKNOWN_NUMBERS else number


def _windows_firmware(collected: Collected) -> list[Fact]:
    state, census = collected.first(WIN_SECURE_BOOT), collected.first(CENSUS["OS"])
    kind, number = collected.first(WIN_FIRMWARE), _census_number(collected, "Firmware", "FirmwareType")
    code = _number(field(kind, "PEFirmwareType")) or number
    seen = [each for each in (kind, state, collected.first(CENSUS["Firmware"])) if each]
    firmware = {1: "bios", 2: "uefi"}.get(code or 0) or ("uefi" if state else None)
    on = _number(field(state, "UEFISecureBootEnabled"))
    if on is None:
        on = _number(field(census, "IsSecureBootEnabled"))
    missing = collected.all(WIN_SECURE_BOOT, WIN_FIRMWARE)
    return [
        fact(SUBJECT, "firmware", firmware, seen if firmware else missing),
        fact(
            SUBJECT,
            "secure_boot",
            on == 1 if on in (0, 1) else None,
            [each for each in (state, census) if each] or missing,
        ),
    ]


def _windows_tpm(collected: Collected) -> Fact:
    """A TPM 2.0 shows as an ACPI device to everybody; its absence there proves nothing about a 1.2."""
    if collected.read(WIN_TPM):
        return fact(SUBJECT, "tpm", "2.0", collected.read(WIN_TPM))
    version = _number(field(collected.first(CENSUS["Hardware"]), "TPMVersion"))
    if version in (0, 1, 2):
        return fact(SUBJECT, "tpm", ("none", "1.2", "2.0")[version], collected.read(CENSUS["Hardware"]))
    absent = all(reading.status is Status.ABSENT for reading in collected.all(WIN_TPM))
    return fact(
        SUBJECT,
        "tpm",
        None,
        collected.all(WIN_TPM),
        "no TPM 2.0 device is listed; a 1.2, or one switched off, would not show" if absent else "",
    )


def _windows_form(collected: Collected) -> Fact:
    bios, census = collected.first(WIN_BIOS), collected.first(CENSUS["Hardware"])
    makers = [text_field(bios, name) for name in ("SystemManufacturer", "SystemProductName")]
    makers += [text_field(census, name) for name in ("OEMManufacturerName", "OEMModelNumber")]
    if _is_virtual(" ".join(makers)):
        return fact(SUBJECT, "form", "virtual", [each for each in (bios, census) if each])
    return _form(collected, field(census, "ChassisType"), CENSUS["Hardware"])
