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
