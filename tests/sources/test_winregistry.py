"""What of the running Windows' registry can be tried anywhere: the hives of users who are not signed in, as files.

The calls to Windows themselves are tried under Wine, by ``python3 tools/wine.py``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import regf
from auditor.model import Reading, Source, Status
from auditor.sources import files, registry, winregistry
from auditor.sources.windisk import Disk

ADA, BOB = "S-1-5-21-1-2-3-1001", "S-1-5-21-1-2-3-1002"
VALUE = Source("registry", r"HKU\*\Software\X#v")
CLASSES = Source("registry", r"HKU\*\Software\Classes\Local Settings#v")


def no_registry(source: Source) -> list[Reading]:
    return [Reading(source, source.where, Status.ABSENT)]


def put(root: Path, path: str, data: bytes) -> None:
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)


def ask(root: Path, source: Source, *users: str) -> list[tuple[str, Status, str]]:
    profiles = {sid: f"C:/Users/{folder}" for sid, folder in zip((ADA, BOB), users, strict=False)}
    mounts = winregistry.signed_out(profiles, Disk(no_registry, str(root)))
    return [(each.at, each.status, each.detail) for each in registry.read(source, mounts, "missing")]


def test_hives_of_users_who_are_not_signed_in_are_read(tmp_path: Path) -> None:
    put(tmp_path, "Users/ada/NTUSER.DAT", regf.hive({"Software": {"X": {"v": "1"}}}))
    put(tmp_path, "Users/ada/AppData/Local/Microsoft/Windows/UsrClass.dat", regf.hive({"Local Settings": {"v": "1"}}))
    assert ask(tmp_path, VALUE, "ada") == [(rf"HKU\{ADA}\Software\X (NTUSER.DAT)", Status.READ, "")]
    assert ask(tmp_path, CLASSES, "ada") == [(rf"HKU\{ADA}\Software\Classes\Local Settings (UsrClass.dat)", Status.READ, "")]


def test_a_profile_without_a_hive_is_nobodys(tmp_path: Path) -> None:
    (tmp_path / "Users" / "ada").mkdir(parents=True)
    assert winregistry.signed_out({ADA: "C:/Users/ada", BOB: "C:/Users/gone"}, Disk(no_registry, str(tmp_path))) == []


def test_users_out_of_reach_are_counted_and_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ada", "bob"):
        put(tmp_path, f"Users/{name}/NTUSER.DAT", b"no hive")

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("auditor.sources.hives.unpacked", refuse)
    [(at, status, reason)] = ask(tmp_path, VALUE, "ada", "bob")
    assert (at, status, reason) == (r"HKU\* (this PC)", Status.DENIED, "2 users not signed in: Permission denied")


def test_a_damaged_hive_is_a_reason(tmp_path: Path) -> None:
    put(tmp_path, "Users/ada/NTUSER.DAT", b"regf" + b"\xff" * 8192)
    [(_, status, reason)] = ask(tmp_path, VALUE, "ada")
    assert status is Status.FAILED
    assert reason.startswith("1 user not signed in: not a readable hive")


def test_without_the_library_that_is_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "Users/ada/NTUSER.DAT", regf.hive({"Software": {}}))
    monkeypatch.setitem(sys.modules, "regipy.registry", None)
    [(_, status, reason)] = ask(tmp_path, VALUE, "ada")
    assert (status, reason) == (Status.FAILED, "1 user not signed in: hives need regipy")


def test_a_pc_with_very_many_users_says_that_not_all_were_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ada", "bob"):
        put(tmp_path, f"Users/{name}/NTUSER.DAT", regf.hive({"Software": {"X": {"v": "1"}}}))
    monkeypatch.setattr(winregistry, "MAX_PROFILES", 1)
    found = ask(tmp_path, VALUE, "ada", "bob")
    assert [(status, reason) for _, status, reason in found] == [
        (Status.READ, ""), (Status.FAILED, "1 user not signed in: only 1 are read"),
    ]  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="about every other system")
def test_the_running_pcs_own_disk_is_walked_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    r"""A folder called ``C:`` stands for the drive, since here paths on drives lead below the folder one is in."""
    put(tmp_path, "C:/Program Files/a/x.txt", b"1")
    put(tmp_path, "C:/Users/ada/AppData/Local/x.txt", b"2")
    put(tmp_path, "C:/Users/bob/Documents/x.txt", b"3")
    monkeypatch.chdir(tmp_path)
    readers = files.readers(Disk(no_registry))
    found = [
        each
        for where in (r"%ProgramFiles%\*\x.txt", r"~\AppData\Local\x.txt")
        for each in readers["file"](Source("file", where))
    ]
    assert [(each.at, each.value) for each in found] == [
        (r"C:\Program Files\a\x.txt", "1"), (r"C:\Users\ada\AppData\Local\x.txt", "2"),
    ]  # fmt: skip
