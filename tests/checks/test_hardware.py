from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auditor import checks
from auditor.checks import device, hardware
from auditor.checks import hardware_windows as windows
from auditor.checks.collected import Collected
from auditor.checks.hardware_facts import CORES, DISK, MEMORY
from auditor.checks.hardware_windows import CENSUS
from auditor.model import Source, Status
from auditor.scan import take
from auditor.sources.offline import open_place
from pcs import Places, collected, only, why


def facts(family: str, has: dict[Source, Any], **more: Any) -> dict[str, Any]:
    return only(hardware.detect(collected(family, has, **more)), "hardware")


MEASURED = {CORES: 8, MEMORY: 16 * 2**30, DISK: 500 * 10**9}


def test_a_linux_pc_tells_all_of_it() -> None:
    found = facts(
        "linux",
        MEASURED
        | {
            hardware.CPU_INFO: "model name\t: Intel(R) Core(TM)  i5-8350U CPU @ 1.70GHz\nmodel name\t: the second core",
            hardware.EFI: True,
            hardware.SECURE_BOOT: "\x06\x00\x00\x00\x01",
            hardware.TPM: "2\n",
            hardware.CHASSIS: "10\n",
            hardware.VENDOR[0]: "LENOVO",
        },
    )
    assert found == {
        "cores": 8,
        "memory": 16 * 2**30,
        "system_disk": 500 * 10**9,
        "cpu": "Intel(R) Core(TM) i5-8350U CPU @ 1.70GHz",
        "firmware": "uefi",
        "secure_boot": True,
        "tpm": "2.0",
        "form": "laptop",
        "vendor": "LENOVO",
        "model": ("unknown", "nothing that was read has it"),
    }


@pytest.mark.parametrize(
    ("lines", "name"),
    [("Model\t\t: Raspberry Pi 4 Model B Rev 1.4", "Raspberry Pi 4 Model B Rev 1.4"), ("Hardware\t: BCM2835", "BCM2835")],
)
def test_an_arm_kernel_names_the_board(lines: str, name: str) -> None:
    assert facts("linux", {hardware.CPU_INFO: lines})["cpu"] == name


def test_a_kernel_that_names_no_processor_leaves_it_unknown() -> None:
    assert why(facts("linux", {hardware.CPU_INFO: ""}), "cpu") == "the kernel does not name it"
    assert "access denied" in why(facts("linux", {hardware.CPU_INFO: Status.DENIED}), "cpu")


def test_what_was_not_measured_is_unknown_with_the_reason() -> None:
    found = facts("linux", {MEMORY: (Status.FAILED, "only a running PC can answer this")})
    assert why(found, "memory") == "memory: only a running PC can answer this"


@pytest.mark.parametrize("value", ["many", [], True, None])
def test_a_measurement_that_is_no_number_is_unknown(value: Any) -> None:
    assert why(facts("linux", {CORES: value}), "cores") == "nothing that was read has it"


def test_secure_boot_is_off_where_its_variable_says_so() -> None:
    assert facts("linux", {hardware.EFI: True, hardware.SECURE_BOOT: "\x06\x00\x00\x00\x00"})["secure_boot"] is False


def test_secure_boot_is_unknown_where_its_variable_is_missing_or_hidden() -> None:
    assert why(facts("linux", {hardware.EFI: True}), "secure_boot") == "the firmware's variable is not there"
    hidden = facts("linux", {hardware.EFI: True, hardware.SECURE_BOOT: Status.DENIED})
    assert "access denied" in why(hidden, "secure_boot")


def test_without_the_folder_of_efi_the_pc_was_started_by_a_bios() -> None:
    found = facts("linux", {hardware.FIRMWARE: Places({"/sys/firmware/acpi": True})})
    assert (found["firmware"], found["secure_boot"]) == ("bios", False)


def test_where_the_kernel_shows_no_firmware_nothing_is_claimed() -> None:
    container = facts("linux", {})
    assert why(container, "firmware") == why(container, "secure_boot") == "the kernel shows nothing of its firmware here"
    hidden = facts("linux", {hardware.EFI: Status.DENIED, hardware.FIRMWARE: Places({"/sys/firmware/acpi": True})})
    assert "access denied" in why(hidden, "firmware")


@pytest.mark.parametrize(("major", "version"), [("1\n", "1.2"), ("2\n", "2.0"), ("3\n", "3")])
def test_the_kernel_tells_the_security_chips_version(major: str, version: str) -> None:
    assert facts("linux", {hardware.TPM: major})["tpm"] == version


def test_no_security_chip_is_not_the_same_as_one_that_could_not_be_read() -> None:
    assert facts("linux", {hardware.TPM_CLASS: True})["tpm"] == "none"
    assert why(facts("linux", {}), "tpm") == "the kernel shows nothing of TPMs here"
    hidden = facts("linux", {hardware.TPM_CLASS: True, hardware.TPM_CHIP: Status.DENIED})
    assert "access denied" in why(hidden, "tpm")
    refused = facts("linux", {hardware.TPM_CLASS: True, hardware.TPM: Status.DENIED})
    assert "access denied" in why(refused, "tpm")


def test_a_chip_whose_version_an_old_kernel_does_not_show_is_there_all_the_same() -> None:
    chip = {hardware.TPM_CLASS: True, hardware.TPM_CHIP: True}
    assert why(facts("linux", chip), "tpm") == "a TPM is there, and this kernel does not show its version"
    assert facts("linux", chip | {hardware.TPM_SAYS: "TCG version: 1.2"})["tpm"] == "1.2"
    assert "access denied" in why(facts("linux", chip | {hardware.TPM: Status.DENIED}), "tpm")


@pytest.mark.parametrize(
    ("chassis", "form"),
    [
        ("3", "desktop"),
        ("35", "desktop"),
        ("9\n", "laptop"),
        ("31", "tablet"),
        ("23", "server"),
        ("1", "other"),
        ("34", "other"),
    ],
)
def test_the_form_is_the_firmwares_word_in_ours(chassis: str, form: str) -> None:
    assert facts("linux", {hardware.CHASSIS: chassis})["form"] == form


@pytest.mark.parametrize("chassis", ["2", "0", "4294967295", "999", "#", ""])
def test_a_chassis_type_that_means_unknown_or_nothing_leaves_the_form_unknown(chassis: str) -> None:
    assert why(facts("linux", {hardware.CHASSIS: chassis}), "form") == "the firmware does not say"


def test_a_form_that_could_not_be_read_says_so() -> None:
    assert "access denied" in why(facts("linux", {hardware.CHASSIS: Status.DENIED}), "form")


@pytest.mark.parametrize(
    ("vendor", "model"),
    [
        ("QEMU", "Standard PC"),
        ("VMware, Inc.", "VMware7,1"),
        ("Microsoft Corporation", "Virtual Machine"),
        ("Nutanix", "AHV"),
        ("OpenStack Foundation", "OpenStack Nova"),
    ],
)
def test_a_virtual_machine_is_known_by_its_maker(vendor: str, model: str) -> None:
    linux = {hardware.VENDOR[0]: vendor, hardware.VENDOR[1]: model, hardware.CHASSIS: "1"}
    registry = {windows.BIOS: {"SystemManufacturer": vendor, "SystemProductName": model}}
    for found in (facts("linux", linux), facts("windows", registry)):
        assert (found["form"], found["vendor"], found["model"]) == ("virtual", vendor, model)


@pytest.mark.parametrize(
    ("model", "form"),
    [
        ("MacBookAir10,1", "laptop"),
        ("Mac14,2", "laptop"),
        ("Mac14,3", "desktop"),
        ("iMac20,1", "desktop"),
        ("Xserve3,1", "server"),
        ("VMware7,1", "virtual"),
        ("Parallels17,1", "virtual"),
    ],
)
def test_a_mac_is_known_by_its_model(model: str, form: str) -> None:
    found = facts("macos", MEASURED | {hardware.MAC_CPU: "Apple M1\n", hardware.MAC_MODEL: f"{model}\n"})
    assert (found["cpu"], found["form"], found["cores"]) == ("Apple M1", form, 8)


def test_a_mac_of_a_model_that_is_not_known_is_no_desktop_by_default() -> None:
    found = facts("macos", {hardware.MAC_MODEL: "Mac99,1\n"})
    assert why(found, "form") == "what kind of Mac that model is is not known"
    assert (found["vendor"], found["model"]) == ("Apple", "Mac99,1")


def test_a_mac_whose_commands_failed_is_unknown() -> None:
    found = facts("macos", {hardware.MAC_CPU: Status.FAILED, hardware.MAC_MODEL: Status.FAILED})
    assert "broken" in why(found, "cpu")
    assert "broken" in why(found, "form")


WINDOWS = {
    windows.CPU: {"ProcessorNameString": "Intel(R) Core(TM) i7-8700K   CPU @ 3.70GHz"},
    windows.BIOS: {"SystemManufacturer": "ASUS", "SystemProductName": "System Product Name"},
    windows.FIRMWARE: {"PEFirmwareType": 2},
    windows.SECURE_BOOT: {"UEFISecureBootEnabled": 1},
    windows.TPM_2: Places({r"HKLM\SYSTEM\CurrentControlSet\Enum\ACPI\MSFT0101\1": {"HardwareID": {"present": True}}}),
}


def test_a_windows_pc_tells_most_of_it_without_its_census() -> None:
    found = facts("windows", MEASURED | WINDOWS)
    assert found["cpu"] == "Intel(R) Core(TM) i7-8700K CPU @ 3.70GHz"
    assert (found["firmware"], found["secure_boot"], found["tpm"], found["cores"]) == ("uefi", True, "2.0", 8)
    assert why(found, "form") == "the firmware does not say"


AMCACHE: dict[Source, Any] = {
    CENSUS["Processor"]: {
        "ProcessorModel": "11th Gen Intel(R) Core(TM) i7-11800H @ 2.30GHz",
        "ProcessorPhysicalCores": 6,
        "ProcessorClockSpeed": 2304,
    },
    CENSUS["Memory"]: {"TotalPhysicalRAM": 8192},
    CENSUS["Firmware"]: {"FirmwareType": 2},
    CENSUS["OS"]: {"IsSecureBootEnabled": "1"},
    CENSUS["Hardware"]: {"TPMVersion": 2, "ChassisType": 9, "OEMManufacturerName": "Dell Inc.", "OEMModelNumber": "XPS"},
}


def test_windows_own_inventory_answers_for_a_pc_that_is_not_running() -> None:
    found = facts("windows", AMCACHE, rest=Status.FAILED)
    disk = found.pop("system_disk")
    assert "broken" in why(found, "cpu_model")
    del found["cpu_model"]
    assert found == {
        "cpu": "11th Gen Intel(R) Core(TM) i7-11800H @ 2.30GHz",
        "cores": 6,
        "memory": 8 * 2**30,
        "firmware": "uefi",
        "secure_boot": True,
        "tpm": "2.0",
        "form": "laptop",
        "vendor": "Dell Inc.",
        "model": "XPS",
        "cpu_speed": 2304,
    }
    assert disk == ("unknown", "disk: broken")


def test_a_measurement_beats_the_inventory() -> None:
    found = facts("windows", AMCACHE | {CORES: 4, MEMORY: 2**32})
    assert (found["cores"], found["memory"]) == (4, 2**32)


def test_older_windows_kept_the_numbers_as_bytes_and_all_ones_mean_unknown() -> None:
    found = facts(
        "windows",
        {
            CENSUS["Processor"]: {"ProcessorPhysicalCores": {"REG_BINARY": "02000000"}},
            CENSUS["Memory"]: {"TotalPhysicalRAM": {"REG_BINARY": "ffffffff"}},
            CENSUS["Firmware"]: {"FirmwareType": {"REG_BINARY": "01000000"}},
            CENSUS["OS"]: {"IsSecureBootEnabled": "0"},
            CENSUS["Hardware"]: {"TPMVersion": {"REG_BINARY": "00000000"}, "ChassisType": {"REG_BINARY": "03000000"}},
        },
        rest=Status.FAILED,
    )
    assert (found["cores"], found["firmware"], found["secure_boot"], found["tpm"], found["form"]) == (
        2,
        "bios",
        False,
        "none",
        "desktop",
    )
    assert why(found, "memory") == "memory: broken"


@pytest.mark.parametrize("sentinel", [0xFFFFFFFF, 0, "#", "", {"REG_BINARY": "zz"}, {"REG_SZ": "8"}, True, "99999999999"])
def test_what_stands_for_not_known_never_becomes_a_number(sentinel: Any) -> None:
    found = facts("windows", {CENSUS["Memory"]: {"TotalPhysicalRAM": sentinel}}, rest=Status.FAILED)
    assert why(found, "memory")


def test_digits_count_as_a_number() -> None:
    assert facts("windows", {CENSUS["Memory"]: {"TotalPhysicalRAM": "4096"}}, rest=Status.FAILED)["memory"] == 2**32


def test_processors_that_disagree_are_not_believed() -> None:
    key = r"HKLM\HARDWARE\DESCRIPTION\System\CentralProcessor\0"
    found = facts(
        "windows",
        {
            windows.CPU: Places(
                {
                    f"{key} (a.reg)": {"ProcessorNameString": "AMD EPYC"},
                    f"{key} (b.reg)": {"ProcessorNameString": "Intel i5"},
                }
            )
        },
    )
    assert why(found, "cpu") == "2 sources disagree: AMD EPYC, Intel i5"


def test_a_secure_boot_key_proves_uefi_even_where_nothing_else_says_so() -> None:
    found = facts("windows", {windows.SECURE_BOOT: {"UEFISecureBootEnabled": 0}})
    assert (found["firmware"], found["secure_boot"]) == ("uefi", False)


def test_firmware_that_nothing_tells_is_unknown() -> None:
    found = facts("windows", {windows.SECURE_BOOT: Status.DENIED})
    assert "access denied" in why(found, "firmware")
    assert "access denied" in why(found, "secure_boot")
    assert why(facts("windows", {CENSUS["Firmware"]: {"FirmwareType": 3}}), "firmware")


def test_a_bios_has_no_secure_boot_but_a_missing_key_alone_proves_no_bios() -> None:
    assert facts("windows", {windows.FIRMWARE_TYPE: "bios"})["secure_boot"] is False
    found = facts("windows", {})
    assert why(found, "firmware")
    assert why(found, "secure_boot")


def test_the_firmware_that_windows_was_asked_for_beats_what_it_wrote_down() -> None:
    found = facts("windows", {windows.FIRMWARE_TYPE: "uefi", CENSUS["Firmware"]: {"FirmwareType": 1}})
    assert found["firmware"] == "uefi"


def test_no_chip_that_runs_is_no_proof_against_one_that_sleeps() -> None:
    reason = "no TPM runs; one that is switched off in the firmware would not show"
    assert why(facts("windows", {}), "tpm") == reason
    with_rights = why(facts("windows", {device.RIGHTS: "user"}), "tpm")
    assert with_rights == "no TPM runs (read with user rights); one that is switched off in the firmware would not show"
    assert "broken" in why(facts("windows", {windows.TPM_2: Status.FAILED}), "tpm")
    assert facts("windows", {CENSUS["Hardware"]: {"TPMVersion": 1}})["tpm"] == "1.2"
    assert why(facts("windows", {CENSUS["Hardware"]: {"TPMVersion": 7}}), "tpm")


def test_a_chip_that_may_not_be_read_is_not_a_missing_one() -> None:
    refused = facts("windows", {windows.TPM_2: Status.DENIED, windows.TPM_DRIVER: Status.DENIED, device.RIGHTS: "user"})
    assert "access denied" in why(refused, "tpm")


@pytest.mark.parametrize(
    ("driven", "version"), [(r"ACPI\MSFT0101\1", "2.0"), (r"ACPI\IFX0102\4&5d18f2df&0", "1.2"), (r"ACPI\PNP0C31\1", "1.2")]
)
def test_the_chip_is_the_one_that_windows_driver_runs(driven: str, version: str) -> None:
    assert facts("windows", {windows.TPM_DRIVER: {"Count": 1, "0": driven}})["tpm"] == version


def test_a_driver_that_runs_no_chip_tells_nothing_of_one() -> None:
    assert why(facts("windows", {windows.TPM_DRIVER: {"Count": 0}}), "tpm") == "its driver runs no device"


def test_a_chip_that_is_listed_and_that_no_driver_runs_may_be_another_machines() -> None:
    listed = {windows.TPM_2: WINDOWS[windows.TPM_2]}
    found = facts("windows", listed | {windows.TPM_DRIVER: {"Count": 0}})
    assert why(found, "tpm") == "its driver runs no device now; the one that is listed may be one that was here once"
    assert facts("windows", listed)["tpm"] == "2.0"


def test_the_memory_that_windows_sees_serves_where_what_is_built_in_reads_all_ones() -> None:
    memory = {"TotalPhysicalRAM": {"REG_BINARY": "ffffffff"}, "TotalVisibleMemory": {"REG_BINARY": "ff0f0000"}}
    assert facts("windows", {CENSUS["Memory"]: memory}, rest=Status.FAILED)["memory"] == 4095 * 2**20


def test_of_the_machines_that_a_disk_was_in_the_last_one_counts() -> None:
    key = r"HKLM\SYSTEM\HardwareConfig"
    has = {
        windows.LAST_CONFIGURATION: {"LastConfig": "{BBB}"},
        windows.CONFIGURATIONS: Places(
            {
                rf"{key}\{{aaa}} (SYSTEM)": {"SystemManufacturer": "VMware, Inc.", "EnclosureType": 1},
                rf"{key}\{{bbb}} (SYSTEM)": {
                    "SystemManufacturer": "Dell Inc.",
                    "SystemProductName": "Latitude E6430",
                    "EnclosureType": 9,
                },
            }
        ),
    }
    found = facts("windows", has)
    assert (found["form"], found["vendor"], found["model"]) == ("laptop", "Dell Inc.", "Latitude E6430")
    del has[windows.LAST_CONFIGURATION]
    assert why(facts("windows", has), "form") == "the firmware does not say"


def test_the_processors_model_and_speed_are_the_kernels_own() -> None:
    has = {windows.CPU: {"Identifier": "AMD64 Family 23 Model 1 Stepping 1", "~MHz": 3693}}
    found = facts("windows", has)
    assert (found["cpu_model"], found["cpu_speed"]) == ("AMD64 Family 23 Model 1 Stepping 1", 3693)
    hive = {windows.ENVIRONMENT: {"PROCESSOR_IDENTIFIER": "Intel64 Family 6 Model 141 Stepping 1, GenuineIntel"}}
    assert facts("windows", hive)["cpu_model"] == "Intel64 Family 6 Model 141 Stepping 1"


def test_of_two_processors_that_differ_the_first_is_told(tmp_path: Path) -> None:
    """A server of 2008 had an E5506 and an E5504 in it; both called themselves 2000 MHz."""
    key = r"HKEY_LOCAL_MACHINE\HARDWARE\DESCRIPTION\System\CentralProcessor"
    models = (r"Intel(R) Xeon(R) CPU           E5506  @ 2.13GHz", r"Intel(R) Xeon(R) CPU           E5504  @ 2.00GHz")
    body = "".join(
        f'[{key}\\{number}]\n"ProcessorNameString"="{model}"\n"~MHz"=dword:000007d0\n' for number, model in enumerate(models)
    )
    (tmp_path / "cpu.reg").write_text(f"Windows Registry Editor Version 5.00\n\n{body}", encoding="utf-16")
    place = open_place(tmp_path)
    found = only(hardware.detect(Collected(take("windows", place.readers, taken_at="2026-11-20T09:30:00Z", salt="0" * 32))),
                 "hardware")  # fmt: skip
    assert (found["cpu"], found["cpu_speed"]) == ("Intel(R) Xeon(R) CPU E5506 @ 2.13GHz", 2000)


def test_a_virtual_pc_may_start_by_uefi_without_secure_boot_and_without_a_chip() -> None:
    found = facts(
        "windows",
        {
            CENSUS["Hardware"]: {"TPMVersion": 0, "OEMManufacturerName": "VMware, Inc.", "OEMModelNumber": "VMware7,1"},
            CENSUS["OS"]: {"IsSecureBootEnabled": "0"},
            CENSUS["Firmware"]: {"FirmwareType": 2},
            CENSUS["Memory"]: {"TotalPhysicalRAM": 8192},
        },
        rest=Status.FAILED,
    )
    assert (found["firmware"], found["secure_boot"], found["tpm"], found["form"]) == ("uefi", False, "none", "virtual")
    assert found["memory"] == 8 * 2**30


def test_an_inventory_whose_keys_are_empty_tells_nothing() -> None:
    found = facts("windows", {source: {} for source in CENSUS.values()}, rest=Status.FAILED)
    for name in ("cpu", "cpu_speed", "cores", "memory", "firmware", "secure_boot", "tpm", "form", "vendor", "model"):
        assert isinstance(found[name], tuple), name


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("Intel(R) Core(TM) i7-8700K CPU @ 3.70GHz", "Intel64 Family 6 Model 158 Stepping 10"),
        ("AMD Ryzen 7 1700 Eight-Core Processor           ", "AMD64 Family 23 Model 1 Stepping 2"),
    ],
)
def test_a_processor_is_told_as_it_is_and_not_judged_by_the_system_that_runs(name: str, model: str) -> None:
    found = facts("windows", {windows.CPU: {"ProcessorNameString": name, "Identifier": model}})
    assert (found["cpu"], found["cpu_model"]) == (name.strip(), model)
    assert "windows11_capable" not in found


def test_reports_of_msinfo32_know_the_firmware_and_nothing_of_a_chip(realdata: Path) -> None:
    for file in sorted((realdata / "windows-msinfo32-text").glob("*.txt")):
        place = open_place(file)
        found = only(
            checks.detect(take(place.family, place.readers, taken_at="2026-11-20T09:30:00Z", salt="0" * 32)), "hardware"
        )
        assert why(found, "tpm"), file.name
