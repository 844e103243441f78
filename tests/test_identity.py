"""Which PC is this."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor import identity
from auditor.model import Reading, Source, Status, Value
from auditor.sources import collect, files

HOSTNAME = Source("host", "hostname")
MACHINE = Source("machine-id", "/etc/machine-id")
MAC = Source("host", "machine-id")
GUID, COMPUTER = identity.WANTS["windows"][1:]


def put(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def read(source: Source, value: Value) -> Reading:
    return Reading(source, source.where, Status.READ, value)


@pytest.mark.parametrize("machine", [MACHINE, MAC])
def test_one_pc_has_one_id_whatever_the_order_and_case(machine: Source) -> None:
    readings = [read(machine, "ab" * 32), read(HOSTNAME, "Ward-7")]
    first = identity.device_id(readings)
    assert identity.device_id(reversed(readings)) == first
    assert identity.device_id([read(machine, "AB" * 32), read(HOSTNAME, "WARD-7")]) == first
    assert len(first) == 32
    assert int(first, 16) >= 0


def test_two_clones_of_one_image_are_two_pcs() -> None:
    ids = {identity.device_id([read(MACHINE, "ab" * 32), read(HOSTNAME, name)]) for name in ("a", "b")}
    assert len(ids) == 2


def test_a_guid_that_was_read_twice_counts_once() -> None:
    once = [read(GUID, {"MachineGuid": "1234"}), read(COMPUTER, {"ComputerName": "DESK"})]
    assert identity.device_id([*once, read(GUID, {"MachineGuid": "1234"})]) == identity.device_id(once)


def test_copies_of_two_pcs_with_one_name_have_two_ids(tmp_path: Path) -> None:
    ids = []
    for name in ("one", "two"):
        put(tmp_path / name, "etc/hostname", "debian\n")
        put(tmp_path / name, "etc/machine-id", f"{name}\n")
        ids.append(identity.device_id(collect(identity.WANTS["linux"], files.readers(files.Root(str(tmp_path / name))))))
    assert ids[0] != ids[1]


def test_a_copy_has_the_id_of_the_running_pc(tmp_path: Path) -> None:
    put(tmp_path, "etc/hostname", "ward-7\n")
    put(tmp_path, "etc/machine-id", "0123\n")
    copy = collect(identity.WANTS["linux"], files.readers(files.Root(str(tmp_path))))
    running = [read(HOSTNAME, "ward-7.example"), *copy[1:]]
    assert [reading.status for reading in copy] == [Status.FAILED, Status.READ, Status.READ]
    assert identity.device_id(running) == identity.device_id(copy)


def test_without_any_signal_what_was_read_makes_the_id() -> None:
    nothing = Reading(MACHINE, "", Status.FAILED, detail="no")
    browser = Source("registry", r"HKU\*\Software\X")
    one, two = (Reading(browser, r"HKU\NTUSER\Software\X (NTUSER.DAT)", Status.READ, {"v": value}) for value in "12")
    assert identity.device_id([one, nothing]) != identity.device_id([two, nothing])
    assert identity.device_id([one, two]) == identity.device_id([nothing, two, one])


def test_where_nothing_was_read_what_was_asked_for_makes_the_id() -> None:
    nothing = [Reading(MACHINE, "", Status.FAILED, detail="no"), Reading(HOSTNAME, "", Status.ABSENT)]
    assert identity.device_id(nothing) == identity.device_id(reversed(nothing))
    assert identity.device_id(nothing) != identity.device_id(nothing[:1])
    assert len(identity.device_id([])) == 32


def test_the_name_that_windows_has_written_comes_before_the_network_name() -> None:
    readings = [read(HOSTNAME, "desk.example"), read(COMPUTER, {"ComputerName": "DESK-1"})]
    assert identity.hostname(readings) == "DESK-1"
    assert identity.hostname([read(HOSTNAME, " laptop \n")]) == "laptop"


def test_a_name_that_is_no_text_is_no_name() -> None:
    assert identity.hostname([read(COMPUTER, {}), read(Source("file", "/etc/hostname"), "\n"), read(HOSTNAME, 5)]) == ""
    assert identity.hostname([Reading(HOSTNAME, "", Status.DENIED, detail="no")]) == ""


def test_a_signal_leaves_the_pc_only_hashed() -> None:
    assert identity.hashed(" ABC ") == identity.hashed("abc")
    assert len(identity.hashed("abc")) == 64
    assert "abc" not in identity.hashed("abc")


def test_every_family_asks_for_its_signals() -> None:
    assert set(identity.WANTS) == {"linux", "macos", "windows"}


UUID, SERIAL, *CARDS = identity.SIGNALS["linux"]
CONFIG, FIRMWARE, DOMAIN = identity.SIGNALS["windows"]


def test_the_id_stays_as_it_was_whatever_else_is_read() -> None:
    before = [read(MACHINE, "ab" * 32), read(HOSTNAME, "ward-7")]
    assert identity.device_id(before) == identity.hashed("ab" * 32 + "\nward-7")[:32]
    more = [read(UUID, identity.hashed("u")), read(SERIAL, identity.hashed("s")), read(CONFIG, {"LastConfig": "{1}"})]
    assert identity.device_id([*before, *more]) == identity.device_id(before)
    without = [read(Source("registry", "HKLM#X"), {"X": "1"}), read(CONFIG, {"LastConfig": "{1}"})]
    assert identity.device_id([*without, *more[:2]]) == identity.device_id(without)
    assert identity.device_id(without) != identity.device_id(without[:1])
    nothing = Reading(MACHINE, "", Status.FAILED, detail="no")
    assert identity.device_id([nothing, Reading(UUID, "", Status.DENIED, detail="no")]) == identity.device_id([nothing])


def test_the_signals_of_a_pc_with_windows_and_the_same_with_linux() -> None:
    uuid = "4C4C4544-0042-3510-8052-B4C04F4D3333"
    windows = identity.signals(
        [
            read(GUID, {"MachineGuid": "6B1F"}),
            read(COMPUTER, {"ComputerName": "WARD-7"}),
            read(CONFIG, {"LastConfig": f"{{{uuid.lower()}}}"}),
            read(FIRMWARE, {"SMBiosData": identity.hashed("5B5M333")}),
            read(DOMAIN, {"Domain": "clinic.example"}),
        ]
    )
    assert windows == {
        "machine-id": identity.hashed("6b1f"),
        "hostname": identity.hashed("ward-7"),
        "smbios-uuid": identity.hashed(uuid),
        "serial": identity.hashed("5b5m333"),
        "domain": identity.hashed("clinic.example"),
    }
    linux = identity.signals(
        [
            read(UUID, identity.hashed(uuid)),
            read(SERIAL, identity.hashed("5B5M333")),
            read(MACHINE, identity.hashed("99")),
            read(HOSTNAME, "ward-7.clinic.example"),
            read(CARDS[3], identity.hashed("b4:2e:99:00:00:02")),
            read(CARDS[0], identity.hashed("b4:2e:99:00:00:01")),
        ]
    )
    alike = {kind for kind, value in linux.items() if windows.get(kind) == value}
    assert alike == {"hostname", "smbios-uuid", "serial"}
    assert [linux["mac:1"], linux["mac:2"]] == sorted(identity.hashed(f"b4:2e:99:00:00:0{last}") for last in "12")


def test_what_tells_nothing_is_no_signal() -> None:
    junk = [
        read(CONFIG, {"LastConfig": "{03000200-0400-0500-0006-000700080009}"}),
        read(SERIAL, identity.hashed("tobefilledbyo.e.m.")),
        read(CARDS[0], identity.hashed("00:00:00:00:00:00")),
        read(DOMAIN, {"Domain": ""}),
        Reading(UUID, "", Status.DENIED, detail="no"),
        read(HOSTNAME, "localhost"),
    ]
    assert identity.signals(junk) == {}
    assert identity.signals([], "Ward-7") == {"hostname": identity.hashed("ward-7")}


@pytest.mark.parametrize(
    "junk", ["To Be Filled By O.E.M.", "Default string", "System Serial Number", "None", " ", "0000000"]
)
def test_what_makers_write_for_nothing_is_known_in_clear_and_hashed(junk: str) -> None:
    assert identity.signal(junk) == ""
    assert identity.signal(identity.hashed(identity.packed(junk))) == ""
    assert identity.signal("VMware-56 4d 31") == identity.hashed("vmware-564d31")


@pytest.mark.parametrize("name", ["WARD-7", "ward-7.clinic.example", "WARD-7$", " ward-7 ", "CLINIC\\WARD-7$"])
def test_one_name_in_all_its_spellings(name: str) -> None:
    assert identity.host_key(name) == "ward-7"


def test_a_mac_is_told_by_its_hardware() -> None:
    told = identity.signals([read(MAC, "ab" * 32)])
    assert told == {"machine-id": "ab" * 32, "smbios-uuid": "ab" * 32}


def test_a_serial_number_is_hashed_on_the_pc_as_a_kit_does(tmp_path: Path) -> None:
    put(tmp_path, "sys/class/dmi/id/product_serial", "VMware-56 4d 31\n")
    put(tmp_path, "sys/class/net/enp3s0/address", "b4:2e:99:00:00:01\n")
    put(tmp_path, "sys/class/net/enx0011/address", "b4:2e:99:00:00:02\n")
    readings = collect(identity.SIGNALS["linux"], files.readers(files.Root(str(tmp_path))))
    assert "VMware" not in str(readings)
    assert dict(identity.signals(readings)) == {
        "serial": identity.hashed("vmware-564d31"),
        "mac:1": identity.hashed("b4:2e:99:00:00:01"),
    }
