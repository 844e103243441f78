r"""The hardware of a PC with Windows: by the kernel's own keys, and by the inventory that Windows keeps in Amcache.

Windows never forgets a device: below ``Enum`` stand processors and chips of every machine
that the disk was ever in. So what is there now is told by what is rebuilt at each start
(HARDWARE, ``Services\TPM\Enum``) or named as the last configuration.
"""

from __future__ import annotations

from auditor.checks.collected import Collected, fact, field, text_field, why
from auditor.checks.device import RIGHTS
from auditor.checks.hardware_facts import CORES, DISK, MEMORY, SUBJECT, form_of, is_virtual, measured, number
from auditor.model import Fact, Reading, Source, Status

_CONTROL = r"HKLM\SYSTEM\CurrentControlSet\Control"
CPU = Source("registry", r"HKLM\HARDWARE\DESCRIPTION\System\CentralProcessor\0#ProcessorNameString,Identifier,~MHz")
ENVIRONMENT = Source("registry", rf"{_CONTROL}\Session Manager\Environment#PROCESSOR_IDENTIFIER")
BIOS = Source("registry", r"HKLM\HARDWARE\DESCRIPTION\System\BIOS#SystemManufacturer,SystemProductName")
CONFIGURATIONS = Source("registry", r"HKLM\SYSTEM\HardwareConfig\*#SystemManufacturer,SystemProductName,EnclosureType")
LAST_CONFIGURATION = Source("registry", r"HKLM\SYSTEM\HardwareConfig#LastConfig")
FIRMWARE_TYPE = Source("host", "firmware")
FIRMWARE = Source("registry", rf"{_CONTROL}#PEFirmwareType")
SECURE_BOOT = Source("registry", rf"{_CONTROL}\SecureBoot\State#UEFISecureBootEnabled")
TPM_DRIVER = Source("registry", r"HKLM\SYSTEM\CurrentControlSet\Services\TPM\Enum#Count,0")
TPM_2 = Source("registry", r"HKLM\SYSTEM\CurrentControlSet\Enum\ACPI\MSFT0101\*#?HardwareID")
CENSUS = {
    part: Source("registry", rf"AMCACHE\DeviceCensus\{part}#{names}")
    for part, names in {
        "Processor": "ProcessorModel,ProcessorPhysicalCores,ProcessorClockSpeed",
        "Memory": "TotalPhysicalRAM,TotalVisibleMemory",
        "Firmware": "FirmwareType",
        "OS": "IsSecureBootEnabled",
        "Hardware": "TPMVersion,ChassisType,OEMManufacturerName,OEMModelNumber",
    }.items()
}

WANTS = (
    *(CORES, MEMORY, DISK, CPU, ENVIRONMENT, BIOS, CONFIGURATIONS, LAST_CONFIGURATION, FIRMWARE_TYPE),
    *(FIRMWARE, SECURE_BOOT, TPM_DRIVER, TPM_2, RIGHTS, *CENSUS.values()),
)

_UNKNOWN_NUMBERS = (0xFFFFFFFF, 0)


def facts(collected: Collected) -> list[Fact]:
    """The facts of the machine."""
    cores, memory, disk = measured(collected)
    return [
        _cpu(collected),
        _cpu_model(collected),
        _cpu_speed(collected),
        _else_census(collected, cores, "Processor", "ProcessorPhysicalCores", 1),
        _else_census(
            collected,
            _else_census(collected, memory, "Memory", "TotalPhysicalRAM", 2**20),
            "Memory",
            "TotalVisibleMemory",
            2**20,
        ),
        disk,
        *_firmware(collected),
        _tpm(collected),
        *_maker(collected),
    ]


def _by_kernel(collected: Collected, name: str, value_name: str) -> Fact | None:
    """The fact that the kernel's key for the processor tells; where several exports disagree, none is believed."""
    readings = [reading for reading in collected.read(CPU) if text_field(reading, value_name)]
    texts = sorted({" ".join(text_field(reading, value_name).split()) for reading in readings})
    if len(texts) > 1:
        return fact(SUBJECT, name, None, readings, f"{len(readings)} sources disagree: {', '.join(texts)}")
    return fact(SUBJECT, name, number(texts[0]) if name == "cpu_speed" else texts[0], readings) if texts else None


def _cpu(collected: Collected) -> Fact:
    """The processor by the kernel's own key, else by Windows' inventory."""
    if known := _by_kernel(collected, "cpu", "ProcessorNameString"):
        return known
    census = collected.first(CENSUS["Processor"])
    name = " ".join(text_field(census, "ProcessorModel").split())
    return fact(SUBJECT, "cpu", name or None, [census] if census and name else collected.all(CPU, CENSUS["Processor"]))


def _cpu_model(collected: Collected) -> Fact:
    if known := _by_kernel(collected, "cpu_model", "Identifier"):
        return known
    reading = collected.first(ENVIRONMENT)
    text = text_field(reading, "PROCESSOR_IDENTIFIER").partition(",")[0]
    return fact(SUBJECT, "cpu_model", text or None, [reading] if reading and text else collected.all(CPU, ENVIRONMENT))


def _cpu_speed(collected: Collected) -> Fact:
    if known := _by_kernel(collected, "cpu_speed", "~MHz"):
        return known
    speed = _census_number(collected, "Processor", "ProcessorClockSpeed")
    evidence = collected.read(CENSUS["Processor"]) if speed else collected.all(CPU, CENSUS["Processor"])
    return fact(SUBJECT, "cpu_speed", speed, evidence)


def _else_census(collected: Collected, measured: Fact, part: str, name: str, scale: int) -> Fact:
    """``measured``, or where the PC is not running the number that Windows' own inventory kept."""
    known = _census_number(collected, part, name)
    if not measured.unknown or known is None:
        return measured
    return fact(SUBJECT, measured.name, known * scale, collected.read(CENSUS[part]))


def _census_number(collected: Collected, part: str, name: str) -> int | None:
    """A number from Amcache, which older Windows kept as bytes; all ones and zero stand for "not known" there."""
    known = number(field(collected.first(CENSUS[part]), name))
    return None if known in _UNKNOWN_NUMBERS else known


def _firmware(collected: Collected) -> list[Fact]:
    """How it starts, and Secure Boot: a key that only UEFI has, so a BIOS has it switched off.

    The key's absence alone proves nothing: Windows 7 does not write it on UEFI either.
    """
    asked, census = collected.first(FIRMWARE_TYPE), collected.first(CENSUS["OS"])
    key, state = collected.first(FIRMWARE), collected.first(SECURE_BOOT)
    code = number(field(key, "PEFirmwareType")) or _census_number(collected, "Firmware", "FirmwareType")
    firmware = str(asked.value) if asked and asked.value in ("uefi", "bios") else {1: "bios", 2: "uefi"}.get(code or 0)
    firmware = firmware or ("uefi" if state else None)
    told = [each for each in (asked, key, state, collected.first(CENSUS["Firmware"])) if each]
    missing = collected.all(FIRMWARE_TYPE, FIRMWARE, SECURE_BOOT)
    on = number(field(state, "UEFISecureBootEnabled"))
    if on is None:
        on = number(field(census, "IsSecureBootEnabled"))
    if on is None and firmware == "bios":
        on, state = 0, told[0]
    sources = [each for each in (state, census) if each]
    return [
        fact(SUBJECT, "firmware", firmware, told if firmware else missing),
        fact(SUBJECT, "secure_boot", on == 1 if on in (0, 1) else None, sources or missing),
    ]


def _tpm(collected: Collected) -> Fact:
    """The chip that Windows' driver runs, which everybody may read; else the device, else the inventory.

    A chip that is switched off in the firmware shows nowhere, so "none" is never concluded
    from what is missing. Only the inventory says "none", after asking the chip itself.
    """
    driver, rights = collected.first(TPM_DRIVER), collected.first(RIGHTS)
    if number(field(driver, "Count")) and (device := text_field(driver, "0")):
        version = "2.0" if "MSFT0101" in device.upper() else "1.2"
        return fact(SUBJECT, "tpm", version, [each for each in (driver, rights) if each])
    if driver and number(field(driver, "Count")) == 0 and collected.read(TPM_2):
        reason = "its driver runs no device now; the one that is listed may be one that was here once"
        return fact(SUBJECT, "tpm", None, [driver, *collected.read(TPM_2)], reason)
    if collected.read(TPM_2):
        return fact(SUBJECT, "tpm", "2.0", collected.read(TPM_2))
    version_code = number(field(collected.first(CENSUS["Hardware"]), "TPMVersion"))
    if version_code in (0, 1, 2):
        return fact(SUBJECT, "tpm", ("none", "1.2", "2.0")[version_code], collected.read(CENSUS["Hardware"]))
    looked = collected.all(TPM_2, TPM_DRIVER)
    if any(reading.status is not Status.ABSENT for reading in looked):
        return fact(SUBJECT, "tpm", None, looked, why(looked, "its driver runs no device"))
    said = f" (read with {rights.value} rights)" if rights else ""
    return fact(SUBJECT, "tpm", None, looked, f"no TPM runs{said}; one that is switched off in the firmware would not show")


def _maker(collected: Collected) -> list[Fact]:
    """Form, maker and model: by the firmware's tables, the last configuration, or the inventory."""
    census, bios = collected.first(CENSUS["Hardware"]), collected.first(BIOS)
    last = _last_configuration(collected)
    told = [each for each in (bios, last, census) if each]
    names = {
        "vendor": next(
            filter(None, (*_texts((bios, last), "SystemManufacturer"), text_field(census, "OEMManufacturerName"))), ""
        ),
        "model": next(filter(None, (*_texts((bios, last), "SystemProductName"), text_field(census, "OEMModelNumber"))), ""),
    }
    missing = told or collected.all(BIOS, LAST_CONFIGURATION, CENSUS["Hardware"])
    form = "virtual" if is_virtual(" ".join(names.values())) else None
    form = form or form_of(field(last, "EnclosureType")) or form_of(field(census, "ChassisType"))
    reason = why(collected.all(LAST_CONFIGURATION, CENSUS["Hardware"]), "the firmware does not say")
    return [
        fact(SUBJECT, "form", form, missing, reason),
        *(fact(SUBJECT, name, text or None, missing) for name, text in names.items()),
    ]


def _texts(readings: tuple[Reading | None, ...], name: str) -> list[str]:
    return [text_field(reading, name) for reading in readings]


def _last_configuration(collected: Collected) -> Reading | None:
    """The machine that Windows last started on; a disk that moved keeps those before it too."""
    last = text_field(collected.first(LAST_CONFIGURATION), "LastConfig").casefold()
    here = [each for each in collected.read(CONFIGURATIONS) if last and f"\\{last}" in each.at.casefold()]
    return here[0] if here else None
