"""Hives as files: damaged, dirty, packed, with logs of their own or of others; made here and real."""

from __future__ import annotations

import gzip
import lzma
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import regf
from auditor.errors import MissingExtraError, SourceError
from auditor.model import Reading, Source, Status, Value
from auditor.sources import collect, hives, offline

VERSION = Source("registry", r"HKLM\SOFTWARE\Microsoft\App#Version")


def software(version: str = "1.0.0", **more: Any) -> regf.Tree:
    return {
        "Classes": {},
        "Microsoft": {"App": {"Version": version, **more}, "Padding": {f"v{n}": "x" * 60 for n in range(40)}},
    }


def read(path: Path, *where: str) -> list[Reading]:
    sources = [Source("registry", each) for each in where] or [VERSION]
    return list(collect(sources, offline.open_place(path).readers))


def version(path: Path) -> Value:
    [reading] = read(path)
    assert isinstance(reading.value, dict), reading
    return reading.value["Version"]


def hive(folder: Path, data: bytes, name: str = "SOFTWARE") -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def test_every_type_of_value_is_read(tmp_path: Path) -> None:
    app: regf.Tree = {
        "": "default", "Größe": "ü", "dword": 5, "qword": (11, (2**40).to_bytes(8, "little")), "many": ["a", "b"],
        "binary": b"\xde\xad\xbe\xef\0", "expand": (2, "%x%\0".encode("utf-16-le")), "long": "z" * 3000, "none": (0, b""),
        "file time": (16, bytes(8)),
    }  # fmt: skip
    path = hive(tmp_path, regf.hive({"Classes": {}, "Microsoft": {"App": app, "Ключ": {}}}))
    app_, key = read(path, r"HKLM\SOFTWARE\Microsoft\*")
    assert app_.value == {
        "": "default", "Größe": "ü", "dword": 5, "qword": 2**40, "many": ["a", "b"], "binary": {"REG_BINARY": "deadbeef00"},
        "expand": {"REG_EXPAND_SZ": "%x%"}, "long": "z" * 3000, "none": {"REG_NONE": ""},
        "file time": {"REG_FILETIME": "1601-01-01T00:00:00+00:00"},
    }  # fmt: skip
    assert (key.at, key.value) == ("HKLM\\SOFTWARE\\Microsoft\\Ключ (SOFTWARE)", {})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("1.2\0left over from a longer text".encode("utf-16-le"), "1.2"),
        ("\0left over".encode("utf-16-le"), ""),
        ("1.2\0".encode("utf-16-le") + b"\0", "1.2"),
        ("1.2".encode("utf-16-le")[:-1], "1.2"),
        ("a\tb\nc\0".encode("utf-16-le"), "a\tb\nc"),
        ("Ключ\0".encode("utf-16-le") + b"\0", "Ключ"),
        ("Über".encode("utf-16-le") + b"\xe0", "Über"),
        (b"a\0\x00\xd8b\0", "a\ufffdb"),
        ("1.2\0".encode("utf-16-le") + b"\x00\xd8", "1.2"),
    ],
)
@pytest.mark.parametrize("kind", [1, 2])
def test_a_text_ends_where_windows_ends_it_and_loses_no_more_than_what_is_broken(
    tmp_path: Path, kind: int, data: bytes, expected: str
) -> None:
    [reading] = read(hive(tmp_path, regf.hive(software(text=(kind, data)))), r"HKLM\SOFTWARE\Microsoft\App#text")
    assert reading.value == {"text": expected if kind == 1 else {"REG_EXPAND_SZ": expected}}


def test_what_the_library_says_of_damage_is_not_printed(tmp_path: Path) -> None:
    data = bytearray(regf.hive(software()))
    data[data.index(b"vk") : data.index(b"vk") + 2] = b"xx"
    program = """
import sys, pathlib
from auditor.model import Source
from auditor.sources import collect, offline
print(collect([Source("registry", "HKLM\\\\SOFTWARE\\\\Microsoft\\\\*")], offline.open_place(pathlib.Path(sys.argv[1])).readers))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, hive(tmp_path, bytes(data))], capture_output=True, text=True, check=True
    )
    assert "damaged here" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("tree", "where"),
    [
        (software(), r"HKLM\SOFTWARE\Microsoft"),
        ({"Software": {"X": {}}}, r"HKU\*\Software\X"),
        ({"Local Settings": {"X": {}}}, r"HKU\*\Software\Classes\Local Settings\X"),
        ({"Root": {"InventoryApplication": {}}}, r"AMCACHE\InventoryApplication"),
        ({"Select": {"Current": 1}, "Setup": {}, "ControlSet001": {"X": {}}}, r"HKLM\SYSTEM\ControlSet001\X"),
        ({"ControlSet001": {"X": {}}}, r"HKLM\SYSTEM\CurrentControlSet\X"),
    ],
)
def test_a_hive_is_known_by_what_is_in_it(tmp_path: Path, tree: regf.Tree, where: str) -> None:
    [reading] = read(hive(tmp_path, regf.hive(tree, root="$$$PROTO.HIV"), "copy.dat"), where)
    assert reading.status is Status.READ


@pytest.mark.parametrize("minor", range(7))
def test_a_hive_of_an_earlier_format_is_read_or_refused_with_a_reason(tmp_path: Path, minor: int) -> None:
    data = bytearray(regf.hive(software()))
    data[24:28] = minor.to_bytes(4, "little")
    try:
        told = str(version(hive(tmp_path, bytes(data))))
    except SourceError as error:
        told = error.message
    assert told == "1.0.0" or "readable hive" in told


@pytest.mark.parametrize(
    "root", ["$$$PROTO.HIV", "CMI-CreateHive{2A7FB991}", "S-1-5-21-1004336348-1177238915-682003330-1001_Classes"]
)
def test_what_a_hives_root_is_called_is_told_nowhere(tmp_path: Path, root: str) -> None:
    path = hive(tmp_path, regf.hive({"Local Settings": {"X": {"v": "1"}}}, root=root), "UsrClass.dat")
    [reading] = read(path, r"HKU\*\Software\Classes\Local Settings\X")
    assert reading.value == {"v": "1"}
    assert root not in str(reading)


@pytest.mark.parametrize("tree", [{}, {"SAM": {}}])
def test_a_hive_of_another_sort_is_refused(tmp_path: Path, tree: regf.Tree) -> None:
    with pytest.raises(SourceError, match=r"\(SOFTWARE: a hive of an unknown sort \(below its root: (sam|nothing)\)"):
        offline.open_place(hive(tmp_path, regf.hive(tree)))


@pytest.mark.parametrize(("select", "expected"), [({"Current": 2}, "two"), ({"current": 1}, "one"), ({}, "one")])
def test_the_current_control_set_is_the_one_that_select_names(tmp_path: Path, select: regf.Tree, expected: str) -> None:
    tree = {"Select": select, "Setup": {}, "ControlSet001": {"v": "one"}, "ControlSet002": {"v": "two"}}
    path = hive(tmp_path, regf.hive(tree), "SYSTEM")
    assert [r.value for r in read(path, r"HKLM\SYSTEM\CurrentControlSet#v", r"HKLM\SYSTEM\ControlSet002#v")] == [
        {"v": expected}, {"v": "two"},
    ]  # fmt: skip


def test_a_select_that_names_no_number_leads_nowhere(tmp_path: Path) -> None:
    tree = {"Select": {"Current": "x"}, "Setup": {}, "ControlSet001": {}}
    [reading] = read(hive(tmp_path, regf.hive(tree), "SYSTEM"), r"HKLM\SYSTEM\CurrentControlSet")
    assert reading.status is Status.ABSENT


@pytest.mark.parametrize(("ending", "pack"), [(".xz", lzma.compress), (".gz", gzip.compress)])
def test_a_packed_hive_is_unpacked(tmp_path: Path, ending: str, pack: Any) -> None:
    path = hive(tmp_path, pack(regf.hive(software())), f"SOFTWARE{ending}")
    assert version(path) == "1.0.0"


@pytest.mark.parametrize(("ending", "pack"), [(".xz", lzma.compress), (".gz", gzip.compress)])
def test_a_packed_hive_that_is_damaged_is_refused(tmp_path: Path, ending: str, pack: Any) -> None:
    data = pack(regf.hive(software()))
    broken = bytearray(data)
    broken[40:60] = bytes(20)
    for changed in (data[:-20], bytes(broken), b"no archive"):
        path = hive(tmp_path, changed, f"SOFTWARE{ending}")
        with pytest.raises(SourceError, match="nothing of a PC was found here"):
            offline.open_place(path)


def test_a_hive_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hives, "MAX_HIVE", 2**20)
    path = hive(tmp_path, gzip.compress(bytes(2**21)), "SOFTWARE.gz")
    with pytest.raises(SourceError, match="larger than 1 MB"):
        offline.open_place(path)


@pytest.mark.parametrize("data", [bytes(8192), b"regf" + bytes(8188), b"regf", b"", b"hbin" * 1000])
def test_a_hive_of_zeros_or_less_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(SourceError, match="nothing of a PC was found here"):
        offline.open_place(hive(tmp_path, data))


def test_a_hive_of_zeros_is_called_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="only zeros"):
        offline.open_place(hive(tmp_path, bytes(8192)))


def test_a_cut_hive_is_refused_or_read_as_far_as_it_goes(tmp_path: Path) -> None:
    data = regf.hive(software())
    for end in range(0, len(data), 251):
        path = hive(tmp_path, data[:end])
        try:
            readings = read(path, r"HKLM\SOFTWARE\Microsoft\App#Version", r"HKLM\SOFTWARE\Microsoft\*", r"HKLM\SOFTWARE\*")
        except SourceError:
            continue
        for reading in readings:
            assert reading.status in (Status.READ, Status.FAILED), end


def test_a_list_of_keys_that_cannot_be_read_is_failed_not_absent(tmp_path: Path) -> None:
    data = bytearray(regf.hive(software()))
    at = data.index(b"lf\x02\x00", data.index(b"Padding"))  # the list of the keys below Microsoft
    data[at : at + 2] = b"xx"
    [reading] = read(hive(tmp_path, bytes(data)))
    assert (reading.status, reading.detail) == (Status.FAILED, "damaged here: 0 of 2 keys can be read")


def test_a_value_that_cannot_be_read_is_failed_not_absent(tmp_path: Path) -> None:
    data = bytearray(regf.hive(software()))
    at = data.index(b"Version") - 20
    assert data[at : at + 2] == b"vk"
    data[at : at + 2] = b"xx"
    [reading] = read(hive(tmp_path, bytes(data)))
    assert (reading.status, reading.detail) == (Status.FAILED, "damaged here: 0 of 1 values can be read")


def test_a_list_of_keys_outside_of_the_hive_is_failed(tmp_path: Path) -> None:
    data = bytearray(regf.hive(software()))
    node = data.index(b"Microsoft") - 76
    assert data[node : node + 2] == b"nk"
    data[node + 28 : node + 32] = (2**30).to_bytes(4, "little")
    [reading] = read(hive(tmp_path, bytes(data)))
    assert reading.status is Status.FAILED
    assert reading.detail.startswith("damaged here: ")


def test_running_out_of_memory_is_not_called_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object, **__: object) -> None:
        raise MemoryError("no more")

    path = hive(tmp_path, regf.hive(software()))
    monkeypatch.setattr("regipy.registry.NKRecord.iter_values", exhausted)
    [reading] = read(path)
    assert (reading.status, reading.detail) == (Status.FAILED, "MemoryError: no more")


def test_two_hundred_random_changes_give_readings_or_reasons(tmp_path: Path) -> None:
    data = regf.hive(software(n=5, m=["a", "b"], b=b"12345678", q=(11, bytes(8))))
    chance = random.Random(20261124)
    wanted = [r"HKLM\SOFTWARE\Microsoft\*", r"HKLM\SOFTWARE\*\*", r"HKU\*\Software\*", r"HKLM\SYSTEM\CurrentControlSet\*"]
    for _ in range(200):
        changed = bytearray(data)
        for _ in range(chance.randrange(1, 20)):
            changed[chance.randrange(len(changed))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        path = hive(tmp_path, bytes(changed))
        try:
            readings = read(path, *wanted)
        except SourceError:
            continue
        for reading in readings:
            assert (reading.status is Status.READ) is (reading.value is not None)
            assert reading.status is Status.READ or reading.detail


class Dirty:
    """A hive that was 1.0.0, with the changes to 2.0.0 and 3.0.0 in its logs."""

    def __init__(self, folder: Path, name: str = "SOFTWARE") -> None:
        self.folder, self.name = folder, name
        self.states = [regf.hive(software(f"{number}.0.0"), "\\SystemRoot\\SOFTWARE") for number in (1, 2, 3)]
        self.path = hive(folder, regf.dirty(self.states[0], 12, 10), name)
        self.first = regf.block(self.states[0], self.states[1], 10)
        self.second = regf.block(self.states[1], self.states[2], 11)

    def log(self, number: int, *blocks: bytes, of: bytes = b"") -> None:
        (self.folder / f"{self.name}.LOG{number}").write_bytes(regf.log(of or self.states[0], *blocks))

    def remarks(self) -> str:
        return "; ".join(offline.open_place(self.path).remarks)


def test_a_dirty_hive_without_logs_is_read_as_it_is_and_says_so(tmp_path: Path) -> None:
    dirty = Dirty(tmp_path)
    assert version(dirty.path) == "1.0.0"
    assert dirty.remarks() == (
        "SOFTWARE: its last changes are missing: it is marked 12/10 and no log of its own is beside it"
    )


def test_a_dirty_hives_own_log_is_replayed(tmp_path: Path) -> None:
    dirty = Dirty(tmp_path)
    dirty.log(1, dirty.first, dirty.second)
    [reading] = read(dirty.path)
    assert reading.value == {"Version": "3.0.0"}
    assert reading.at == r"HKLM\SOFTWARE\Microsoft\App (SOFTWARE with 1 of its logs)"
    assert dirty.remarks() == ""


@pytest.mark.parametrize(("older", "newer"), [(1, 2), (2, 1)])
def test_two_logs_are_replayed_in_the_order_of_their_numbers(tmp_path: Path, older: int, newer: int) -> None:
    dirty = Dirty(tmp_path)
    dirty.log(older, dirty.first)
    dirty.log(newer, dirty.second)
    [reading] = read(dirty.path)
    assert reading.value == {"Version": "3.0.0"}
    assert "with 2 of its logs" in reading.at


def test_the_hive_and_its_logs_are_left_as_they_were(tmp_path: Path) -> None:
    dirty = Dirty(tmp_path)
    dirty.log(1, dirty.first)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert version(dirty.path) == "2.0.0"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_clean_hive_does_not_look_at_logs(tmp_path: Path) -> None:
    dirty = Dirty(tmp_path)
    dirty.path.write_bytes(dirty.states[0])
    dirty.log(1, dirty.first)
    assert version(dirty.path) == "1.0.0"


def test_a_log_of_another_hive_is_not_replayed(tmp_path: Path) -> None:
    dirty = Dirty(tmp_path)
    dirty.log(1, dirty.first, of=regf.hive(software(), "\\SystemRoot\\SYSTEM"))
    assert version(dirty.path) == "1.0.0"
    assert "no log of its own is beside it" in dirty.remarks()


@pytest.mark.parametrize(
    "content", [b"", bytes(4096), b"regf", b"DIRT" * 500], ids=["empty", "zeros", "cut", "of an older kind"]
)
def test_a_log_that_is_none_is_not_replayed(tmp_path: Path, content: bytes) -> None:
    dirty = Dirty(tmp_path)
    (tmp_path / "SOFTWARE.LOG1").write_bytes(content)
    dirty.log(2, dirty.first)
    assert version(dirty.path) == "2.0.0"


def test_changes_from_before_the_hive_was_written_are_not_replayed(tmp_path: Path) -> None:
    dirty = Dirty(tmp_path)
    dirty.log(1, regf.block(dirty.states[0], dirty.states[2], 8))
    assert version(dirty.path) == "1.0.0"


def test_stale_blocks_after_the_fresh_ones_are_not_replayed(tmp_path: Path) -> None:
    dirty = Dirty(tmp_path)
    dirty.log(1, dirty.first, regf.block(dirty.states[0], dirty.states[2], 5))
    assert version(dirty.path) == "2.0.0"


def test_a_log_that_leaves_out_a_number_is_not_replayed(tmp_path: Path) -> None:
    dirty = Dirty(tmp_path)
    dirty.log(1, dirty.first)
    dirty.log(2, regf.block(dirty.states[1], dirty.states[2], 13))
    [reading] = read(dirty.path)
    assert reading.value == {"Version": "2.0.0"}
    assert "with 1 of its logs" in reading.at


def test_a_block_that_is_cut_is_not_replayed(tmp_path: Path) -> None:
    dirty = Dirty(tmp_path)
    dirty.log(1, dirty.first, dirty.second[:-300])
    assert version(dirty.path) == "2.0.0"


def test_a_log_that_points_out_of_the_hive_costs_its_changes_not_the_hive(tmp_path: Path) -> None:
    dirty = Dirty(tmp_path)
    dirty.log(1, regf.raw_block([(2**30, bytes(512))], 10, len(dirty.states[0]) - 4096))
    assert version(dirty.path) == "1.0.0"
    assert "its logs could not be replayed: block 10 has a page that lies outside" in dirty.remarks()


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_a_packed_hives_packed_logs_are_its_own(tmp_path: Path, pack: Any) -> None:
    ending = ".gz" if pack is gzip.compress else ".xz"
    dirty = Dirty(tmp_path)
    dirty.log(1, dirty.first)
    dirty.log(2, dirty.second)
    for path in list(tmp_path.iterdir()):
        path.with_name(path.name + ending).write_bytes(pack(path.read_bytes()))
        path.unlink()
    place = offline.open_place(tmp_path)
    assert place.remarks == []
    assert collect([VERSION], place.readers)[0].value == {"Version": "3.0.0"}


def test_a_log_that_cannot_be_read_costs_its_changes_not_the_hive(tmp_path: Path) -> None:
    dirty = Dirty(tmp_path)
    (tmp_path / "SOFTWARE.LOG1").mkdir()
    assert version(dirty.path) == "1.0.0"
    assert "its last changes are missing: a log of it cannot be read: " in dirty.remarks()


def test_a_hundred_random_changes_of_a_log_give_the_hive_or_a_reason(tmp_path: Path) -> None:
    dirty = Dirty(tmp_path)
    log = regf.log(dirty.states[0], dirty.first, dirty.second)
    chance = random.Random(20261124)
    for _ in range(100):
        changed = bytearray(log)
        for _ in range(chance.randrange(1, 30)):
            changed[chance.randrange(512, 700)] = chance.choice((0, 1, 0xFF, chance.randrange(256)))
        (tmp_path / "SOFTWARE.LOG1").write_bytes(changed[: chance.randrange(400, len(changed))])
        try:
            readings = read(dirty.path)
        except SourceError:
            continue
        assert all(reading.status is Status.READ or reading.detail for reading in readings)


def test_without_regipy_the_way_to_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = hive(tmp_path, regf.hive(software()))
    monkeypatch.setitem(sys.modules, "regipy.registry", None)
    with pytest.raises(MissingExtraError) as raised:
        offline.open_place(path)
    assert "pip install" in raised.value.hint


REAL = [
    ("win10-ntuser-edge131", r"HKU\*\Software\Microsoft\Edge\BLBeacon#version", {"version": "131.0.2903.63"}),
    ("win10-21h2-system", r"HKLM\SYSTEM\CurrentControlSet\Control\Windows#CSDBuildNumber", {"CSDBuildNumber": 1288}),
    ("win7sp1-x86-system", r"HKLM\SYSTEM\CurrentControlSet\Control\Windows#CSDVersion", {"CSDVersion": 256}),
    ("winxp-ntuser-firefox-default", r"HKU\*\Software\Clients\StartMenuInternet", {"": "FIREFOX.EXE"}),
    (
        "win7-ntuser-peruser-chrome18",
        r"HKU\*\Software\Microsoft\Windows\CurrentVersion\Uninstall\Google Chrome#DisplayVersion",
        {"DisplayVersion": "18.0.1025.151"},
    ),
]


@pytest.mark.parametrize(("group", "where", "expected"), REAL, ids=[group for group, _, _ in REAL])
def test_a_real_hive_says_what_is_known_of_it(realdata: Path, group: str, where: str, expected: Value) -> None:
    assert [reading.value for reading in read(realdata / group, where)] == [expected]


@pytest.mark.parametrize("group", ["win11-21h2-amcache", "win10-1709-usrclass"])
def test_a_real_dirty_hive_is_replayed_from_both_its_logs(realdata: Path, group: str) -> None:
    place = offline.open_place(realdata / group)
    assert place.remarks == []
    where = r"AMCACHE\InventoryApplication\*#Name" if "amcache" in group else r"HKU\*\Software\Classes\Local Settings\*"
    readings = collect([Source("registry", where)], place.readers)
    assert all("with 2 of its logs" in reading.at for reading in readings)
    assert len(readings) >= 4
