"""Which ids of an estate are one PC, as the store's tables tell it."""

from __future__ import annotations

from pathlib import Path

from auditor.estate import aliases
from auditor.estate.ingest import ingest
from auditor.estate.inputs import Input
from auditor.estate.store import Store, open_store
from auditor.estate.understanding import Plainly
from auditor.identity import signals
from auditor.model import Reading, Source, Status
from auditor.snapshot.write import encode

from .samples import RECEIVED, WINDOWS, detect, device_id, snapshot

UUID = Source("registry", r"HKLM\SYSTEM\HardwareConfig#LastConfig")
GUID = Source("registry", r"HKLM\SOFTWARE\Microsoft\Cryptography#MachineGuid")


def one(name: str, day: str, uuid: str, guid: str = "") -> bytes:
    """A PC whose hardware and installation have these ids."""
    made = snapshot(name, [WINDOWS], day=day)
    told = [
        Reading(UUID, "", Status.READ, {"LastConfig": uuid}),
        Reading(GUID, "", Status.READ, {"MachineGuid": guid or name}),
    ]
    return encode(made._replace(readings=(*made.readings, *told)))


def filled(folder: Path, *data: bytes) -> Store:
    store = open_store(folder, write=True)
    ingest(
        store,
        [Input(str(number), each) for number, each in enumerate(data)],
        RECEIVED,
        Plainly(detect=detect, signals=signals),
    )
    return store


RENAMED = (one("ward-7", "2026-03-01", "{a}", "1"), one("ward-8", "2026-05-01", "{a}", "1"))


def test_a_renamed_pc_counts_once(tmp_path: Path) -> None:
    with filled(tmp_path, *RENAMED) as store:
        renewed = aliases.renew(store, ())
        assert [each[:2] for each in renewed.joined] == [(device_id("ward-8"), device_id("ward-7"))]
        assert aliases.identities_in(store) == renewed.identities


def test_what_a_crowd_has_in_common_joins_nobody_and_is_listed(tmp_path: Path) -> None:
    """Two namesakes one after the other have the hardware's number of thousands: that makes them no more one PC."""
    crowd = [one(f"vm-{number}", "2026-03-01", "{same}") for number in range(8)]
    pair = [one("desk", "2026-03-01", "{same}", "3"), one("desk.example", "2026-05-01", "{same}", "4")]
    with filled(tmp_path, *crowd, *pair, *RENAMED) as store:
        found = aliases.identities_in(store, crowd=9)
        assert [each[:2] for each in found.aliases] == [(device_id("ward-8"), device_id("ward-7"))]
        listed = [each for each in found.doubts if each.kind == "clones"]
        assert len(listed) == 1
        assert "10 PCs have one SMBIOS UUID" in listed[0].what
        assert set(listed[0].devices) <= {device_id(f"vm-{n}") for n in range(8)} | {
            device_id("desk"),
            device_id("desk.example"),
        }
        assert {each.value for each in aliases.signals_in(store, crowd=9) if each.kind == "smbios-uuid"} != set()
        devices = {each.device for each in aliases.signals_in(store, crowd=9)}
        assert devices == {device_id(name) for name in ("desk", "desk.example", "ward-7", "ward-8")}
        assert "10 PCs" in str(aliases.identities_in(store, crowd=10).doubts), (
            "with a larger limit they are clones, one by one"
        )
