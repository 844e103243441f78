"""Which PC is this."""

from __future__ import annotations

from auditor import identity
from auditor.model import Reading, Source, Status, Value

HOSTNAME = Source("host", "hostname")
MACHINE = Source("host", "machine-id")
GUID, COMPUTER = identity.WANTS["windows"][1:]


def read(source: Source, value: Value) -> Reading:
    return Reading(source, source.where, Status.READ, value)


def test_one_pc_has_one_id_whatever_the_order_and_case() -> None:
    readings = [read(MACHINE, "ab" * 32), read(HOSTNAME, "Ward-7")]
    first = identity.device_id(readings, "folder")
    assert identity.device_id(reversed(readings), "elsewhere") == first
    assert identity.device_id([read(MACHINE, "AB" * 32), read(HOSTNAME, "WARD-7")], "") == first
    assert len(first) == 32
    assert int(first, 16) >= 0


def test_two_clones_of_one_image_are_two_pcs() -> None:
    ids = {identity.device_id([read(MACHINE, "ab" * 32), read(HOSTNAME, name)], "") for name in ("a", "b")}
    assert len(ids) == 2


def test_a_guid_that_was_read_twice_counts_once() -> None:
    once = [read(GUID, {"MachineGuid": "1234"}), read(COMPUTER, {"ComputerName": "DESK"})]
    assert identity.device_id([*once, read(GUID, {"MachineGuid": "1234"})], "") == identity.device_id(once, "")


def test_without_any_signal_the_fallback_tells_places_apart() -> None:
    nothing = [Reading(MACHINE, "", Status.FAILED, detail="no"), Reading(HOSTNAME, "", Status.ABSENT)]
    assert identity.device_id(nothing, "one") != identity.device_id(nothing, "two")
    assert identity.device_id(nothing, "one") == identity.device_id([], "one")


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
