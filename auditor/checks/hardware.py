"""The hardware, as far as Windows 11 and a replacement decision ask for it."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.checks import hardware_windows, macos_exports
from auditor.checks.collected import Collected, assignments, fact
from auditor.checks.hardware_facts import CORES, DISK, FACTS, MEMORY, SUBJECT, form_of, is_virtual, measured
from auditor.model import Detected, Fact, Reading, Source

__all__ = ["FACTS", "WANTS", "detect"]

CPU_INFO = Source("lines", "/proc/cpuinfo#model name,Model,Hardware")
EFI, FIRMWARE = Source("exists", "/sys/firmware/efi"), Source("exists", "/sys/firmware/*")
SECURE_BOOT = Source("file", "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c")
TPM, TPM_CLASS = Source("file", "/sys/class/tpm/tpm0/tpm_version_major"), Source("exists", "/sys/class/tpm")
TPM_CHIP, TPM_SAYS = Source("exists", "/sys/class/tpm/tpm0"), Source("lines", "/sys/class/tpm/tpm0/device/caps#TCG version:")
CHASSIS = Source("file", "/sys/class/dmi/id/chassis_type")
VENDOR = (Source("file", "/sys/class/dmi/id/sys_vendor"), Source("file", "/sys/class/dmi/id/product_name"))
MAC_CPU, MAC_MODEL = Source("command", "sysctl -n machdep.cpu.brand_string"), Source("command", "sysctl -n hw.model")

WANTS: Mapping[str, tuple[Source, ...]] = {
    "linux": (
        CORES,
        MEMORY,
        DISK,
        CPU_INFO,
        EFI,
        FIRMWARE,
        SECURE_BOOT,
        TPM,
        TPM_CLASS,
        TPM_CHIP,
        TPM_SAYS,
        CHASSIS,
        *VENDOR,
    ),
    "macos": (CORES, MEMORY, DISK, MAC_CPU, MAC_MODEL, macos_exports.HARDWARE),
    "windows": hardware_windows.WANTS,
}


def detect(collected: Collected) -> Detected:
    """The facts of the one machine that a PC is."""
    by_family = {"linux": _linux, "macos": _macos, "windows": hardware_windows.facts}
    return Detected(tuple(by_family[collected.device.family](collected)))


def _linux(collected: Collected) -> list[Fact]:
    maker, model = (_text(collected.first(source)) for source in VENDOR)
    return [
        *measured(collected),
        _linux_cpu(collected),
        *_linux_firmware(collected),
        _linux_tpm(collected),
        _linux_form(collected),
        fact(SUBJECT, "vendor", maker or None, collected.all(VENDOR[0])),
        fact(SUBJECT, "model", model or None, collected.all(VENDOR[1])),
    ]


def _text(reading: Reading | None) -> str:
    return str(reading.value).strip() if reading else ""


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
    """The chip's version, which kernels before 5.6 do not show: there a chip is no less there, and older ones say so."""
    version = collected.first(TPM)
    if version:
        major = str(version.value).strip()
        return fact(SUBJECT, "tpm", {"1": "1.2", "2": "2.0"}.get(major, major), [version])
    says = assignments(caps.value).get("TCG version", "") if (caps := collected.first(TPM_SAYS)) else ""
    if caps and says in ("1.1", "1.2"):
        return fact(SUBJECT, "tpm", says, [caps])
    if collected.read(TPM_CHIP):
        reason = "a TPM is there, and this kernel does not show its version" if not collected.unread(TPM) else ""
        return fact(SUBJECT, "tpm", None, collected.all(TPM, TPM_CHIP), reason)
    if collected.read(TPM_CLASS) and not collected.unread(TPM, TPM_CHIP):
        return fact(SUBJECT, "tpm", "none", collected.all(TPM, TPM_CHIP))
    return fact(
        SUBJECT,
        "tpm",
        None,
        collected.all(TPM, TPM_CHIP, TPM_CLASS),
        "" if collected.unread(TPM, TPM_CHIP, TPM_CLASS) else "the kernel shows nothing of TPMs here",
    )


def _linux_form(collected: Collected) -> Fact:
    vendor = collected.read(*VENDOR)
    if is_virtual(" ".join(str(reading.value) for reading in vendor)):
        return fact(SUBJECT, "form", "virtual", vendor)
    chassis = collected.first(CHASSIS)
    reason = "" if collected.unread(CHASSIS) else "the firmware does not say"
    return fact(SUBJECT, "form", form_of(chassis.value) if chassis else None, collected.all(CHASSIS), reason)


def _macos(collected: Collected) -> list[Fact]:
    cpu, model = collected.first(MAC_CPU), collected.first(MAC_MODEL)
    name = _text(model)
    form = macos_exports.mac_form(name) if name else None
    facts = [
        *measured(collected),
        fact(SUBJECT, "cpu", _text(cpu) or None, collected.all(MAC_CPU)),
        fact(SUBJECT, "form", form, collected.all(MAC_MODEL), "what kind of Mac that model is is not known" if name else ""),
        fact(SUBJECT, "vendor", "Apple", collected.all(MAC_MODEL))
        if name
        else fact(SUBJECT, "vendor", None, collected.all(MAC_MODEL)),
        fact(SUBJECT, "model", name or None, collected.all(MAC_MODEL)),
    ]
    return macos_exports.hardware(collected, facts)
