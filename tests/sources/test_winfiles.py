"""Files of Windows: its own places in a copy of a disk, programs by their path and by what the registry names."""

from __future__ import annotations

import contextlib
import os
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pe
import regf
from auditor.model import Reading, Source, Status
from auditor.sources import collect, executables, offline
from auditor.sources.windisk import is_person

ADA = "S-1-5-21-1-2-3-1001"
CHROME = "Program Files/Google/Chrome/Application/chrome.exe"
PLACE = r"%ProgramFiles%\Google\Chrome\Application\chrome.exe"
STARTS = r"HKLM\SOFTWARE\Clients\StartMenuInternet\*\shell\open\command"


def put(root: Path, path: str, data: bytes | str = b"x") -> Path:
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data.encode() if isinstance(data, str) else data)
    return place


def folders(tree: dict[str, Any]) -> dict[str, Any]:
    """A hive's tree with the keys of ``tree``, written with backslashes."""
    top: dict[str, Any] = {"Classes": {}, "Microsoft": {}}
    for path, content in tree.items():
        at = top
        for name in path.split("\\"):
            at = at.setdefault(name, {})
        at.update(content)
    return top


def disk(root: Path, keys: dict[str, Any] | None = None, *, whole: bool = True) -> Path:
    """A folder laid out like a disk of Windows, with these keys below HKLM\\SOFTWARE."""
    put(root, "Windows/System32/config/SOFTWARE", regf.hive(folders(keys or {})))
    if whole:
        (root / "Program Files").mkdir(exist_ok=True)
        (root / "Users").mkdir(exist_ok=True)
    return root


def ask(root: Path, where: str, kind: str = "program") -> list[Reading]:
    return list(collect([Source(kind, where)], offline.open_place(root).readers))


def only(root: Path, where: str, kind: str = "program") -> Reading:
    [reading] = ask(root, where, kind)
    return reading


def named(root: Path, command: str) -> Reading:
    """What is read of the program that a browser's command names."""
    disk(root, {r"Clients\StartMenuInternet\B\shell\open\command": {"": command}})
    return only(root, f"registry:{STARTS}")


def test_a_program_says_its_version_and_machine(tmp_path: Path) -> None:
    put(disk(tmp_path), CHROME, pe.program("138.0.7204.50", "Google Chrome"))
    reading = only(tmp_path, PLACE)
    assert (reading.at, reading.value) == (
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        {"version": "138.0.7204.50", "product_version": "138.0.7204.50", "product": "Google Chrome", "machine": "x86_64"},
    )


@pytest.mark.parametrize("machine", ["x86", "x86_64", "arm64", "arm"])
def test_every_machine_has_its_word(tmp_path: Path, machine: str) -> None:
    assert executables.described(str(put(tmp_path, "a.exe", pe.program("1.0", machine=machine))))["machine"] == machine


def test_a_processor_nobody_knows_has_no_word(tmp_path: Path) -> None:
    path = put(tmp_path, "a.exe", pe.file(pe.resources(b""), 0x1F0))
    assert executables.described(str(path)) == {}


def test_the_products_own_version_may_differ_from_the_files(tmp_path: Path) -> None:
    path = put(tmp_path, "firefox.exe", pe.program("140.0.1.9301", "Firefox", product_version="140.0.1"))
    found = executables.described(str(path))
    assert (found["version"], found["product_version"]) == ("140.0.1.9301", "140.0.1")


def test_texts_stand_in_where_there_are_no_numbers(tmp_path: Path) -> None:
    path = put(tmp_path, "a.exe", pe.program("", "Opera", FileVersion="9.64", ProductVersion=" 9.64 "))
    assert executables.described(str(path)) == {
        "version": "9.64",
        "product_version": "9.64",
        "product": "Opera",
        "machine": "x86_64",
    }
    path = put(tmp_path, "b.exe", pe.program("0.0.0.0", FileVersion="9.64", ProductVersion="9.6"))
    assert executables.described(str(path)) == {"version": "9.64", "product_version": "9.6", "machine": "x86_64"}


def test_a_program_without_a_version_still_says_its_machine(tmp_path: Path) -> None:
    assert executables.described(str(put(tmp_path, "a.exe", pe.file(pe.resources(b"", kind=3))))) == {"machine": "x86_64"}


def test_no_name_needs_its_own_case(tmp_path: Path) -> None:
    put(disk(tmp_path), "PROGRAM FILES/GOOGLE/Chrome/application/CHROME.EXE", pe.program("1.2.3.4"))
    (tmp_path / "Program Files").rmdir()
    reading = only(tmp_path, PLACE)
    assert (reading.at, reading.status) == (r"C:\PROGRAM FILES\GOOGLE\Chrome\application\CHROME.EXE", Status.READ)


def test_what_is_not_there_is_absent_on_a_whole_disk(tmp_path: Path) -> None:
    reading = only(disk(tmp_path), PLACE)
    assert (reading.status, reading.at) == (Status.ABSENT, PLACE)
    put(tmp_path, "Program Files/Google/Chrome/Application/old.exe")
    assert only(tmp_path, PLACE).at == r"C:\Program Files\Google\Chrome\Application\chrome.exe"


def test_a_folder_that_was_not_copied_is_never_absent(tmp_path: Path) -> None:
    reading = only(disk(tmp_path, whole=False), PLACE)
    assert (reading.status, reading.at) == (Status.FAILED, r"C:\Program Files")
    assert reading.detail == "this folder was not given: the copy has no Program Files"


def test_windows_for_32_bit_has_no_second_folder_of_programs(tmp_path: Path) -> None:
    disk(tmp_path, {r"Microsoft\Windows\CurrentVersion": {"ProgramFilesDir": "C:\\Program Files"}})
    assert only(tmp_path, r"%ProgramFiles(x86)%\a.exe").status is Status.ABSENT


def test_the_second_folder_of_programs(tmp_path: Path) -> None:
    put(disk(tmp_path), "Program Files (x86)/a/a.exe", pe.program("3.0.0.0", machine="x86"))
    assert only(tmp_path, r"%ProgramFiles(x86)%\*\a.exe").at == r"C:\Program Files (x86)\a\a.exe"


def test_folders_are_where_the_registry_says(tmp_path: Path) -> None:
    disk(
        tmp_path,
        {
            r"Microsoft\Windows\CurrentVersion": {"ProgramFilesDir": "D:\\Programme"},
            r"Microsoft\Windows NT\CurrentVersion": {"SystemRoot": "D:\\Windows"},
            r"Microsoft\Windows NT\CurrentVersion\ProfileList": {"ProgramData": "%SystemDrive%\\Daten"},
        },
    )
    put(tmp_path, "Programme/x.txt", "one")
    put(tmp_path, "Daten/x.txt", "two")
    put(tmp_path, "Windows/x.txt", "three")
    found = [only(tmp_path, f"{place}\\x.txt", "file") for place in ("%ProgramFiles%", "%ProgramData%", "%SystemRoot%")]
    assert [(each.at, each.value) for each in found] == [
        (r"D:\Programme\x.txt", "one"), (r"D:\Daten\x.txt", "two"), (r"D:\Windows\x.txt", "three"),
    ]  # fmt: skip


def test_files_lines_and_existence_are_read_in_the_same_places(tmp_path: Path) -> None:
    put(disk(tmp_path), "Program Files/Mozilla Firefox/application.ini", "[App]\r\nVersion=140.0.1\r\nBuildID=1\r\n")
    place = r"%ProgramFiles%\Mozilla Firefox\application.ini"
    assert only(tmp_path, f"{place}#Version=", "lines").value == "Version=140.0.1"
    assert only(tmp_path, place, "exists").value is True
    assert str(only(tmp_path, place, "file").value).startswith("[App]")


def test_a_place_that_is_none_fails(tmp_path: Path) -> None:
    assert only(disk(tmp_path), "/etc/passwd", "file").status is Status.FAILED
    assert only(tmp_path, r"%Nonsense%\x", "file").status is Status.ABSENT


def test_a_link_leads_nowhere_outside_the_copy(tmp_path: Path) -> None:
    secret = put(tmp_path, "secret.txt", "secret")
    copy = disk(tmp_path / "copy")
    (copy / "Program Files" / "x.txt").symlink_to(secret)
    assert only(copy, r"%ProgramFiles%\x.txt", "file").status is Status.ABSENT


def users(root: Path, *profiles: str, hive: bool = True) -> Path:
    keys = {rf"Microsoft\Windows NT\CurrentVersion\ProfileList\{ADA[:-1]}{number}": {"ProfileImagePath": profile}
            for number, profile in enumerate(profiles)}  # fmt: skip
    service = {r"Microsoft\Windows NT\CurrentVersion\ProfileList\S-1-5-18": {"ProfileImagePath": "C:\\Windows\\x"}}
    return disk(root, keys | service if hive else {})


@pytest.mark.parametrize("listed", [True, False])
def test_every_users_folder_is_looked_into(tmp_path: Path, listed: bool) -> None:
    users(tmp_path, r"C:\Users\ada", r"%SystemDrive%\Users\bob", hive=listed)
    for name in ("ada", "bob"):
        put(tmp_path, f"Users/{name}/AppData/Local/Vivaldi/a.txt", name)
    put(tmp_path, "Users/Public/AppData/Local/Vivaldi/a.txt", "nobody")
    put(tmp_path, "Users/desktop.ini", "no folder")
    assert [each.value for each in ask(tmp_path, r"~\AppData\Local\Vivaldi\a.txt", "file")] == ["ada", "bob"]
    assert only(tmp_path, r"~\AppData\Local\Other\a.txt", "file").at == r"~\AppData\Local\Other\a.txt"


def test_windows_xp_calls_its_folders_otherwise(tmp_path: Path) -> None:
    disk(tmp_path)
    profile = "Documents and Settings/ada"
    put(
        tmp_path,
        f"{profile}/Local Settings/Application Data/Google/Chrome/Application/chrome.exe",
        pe.program("49.0.2623.112"),
    )
    put(tmp_path, f"{profile}/Application Data/x.txt", "roaming")
    reading = only(tmp_path, r"~\AppData\Local\Google\Chrome\Application\chrome.exe")
    assert (
        reading.at == r"C:\Documents and Settings\ada\Local Settings\Application Data\Google\Chrome\Application\chrome.exe"
    )
    assert only(tmp_path, r"~\AppData\Roaming\x.txt", "file").value == "roaming"


def test_a_profile_whose_programs_were_not_copied_is_not_empty(tmp_path: Path) -> None:
    users(tmp_path, r"C:\Users\ada", r"C:\Users\gone")
    put(tmp_path, "Users/ada/x.txt")
    reading = only(tmp_path, r"~\AppData\Local\a.exe")
    assert (reading.status, reading.detail) == (Status.FAILED, "this profile's folder of programs was not given")


def test_users_that_were_not_copied_are_not_nobody(tmp_path: Path) -> None:
    disk(tmp_path, whole=False)
    assert only(tmp_path, r"~\AppData\Local\a.exe").detail == "this folder was not given: the copy has no Users"


def test_a_profile_that_may_not_be_entered_is_denied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    users(tmp_path, r"C:\Users\ada")
    put(tmp_path, "Users/ada/AppData/Local/a.txt")
    listed = os.listdir

    def refuse(path: Any) -> list[str]:
        if str(path).endswith("ada"):
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "listdir", refuse)
    reading = only(tmp_path, r"~\AppData\Local\a.txt", "file")
    assert (reading.status, reading.at) == (Status.DENIED, r"C:\Users\ada")


@pytest.mark.parametrize(
    "command",
    [
        r"C:\Program Files\B\b.exe",
        r'"C:\Program Files\B\b.exe"',
        r'"C:\Program Files\B\b.exe" -osint -url "%1"',
        r"C:\Program Files\B\b.exe --flag C:\x.exe",
        r"C:\Program Files\B\b.exe,0",
        r'"C:\Program Files\B\b.exe",-101',
        r"%ProgramFiles%\B\b.exe",
        r'"%programw6432%\B\b.exe" -x',
        r"\\?\C:\Program Files\B\b.exe",
        r"c:\program files\b\B.EXE",
        r"C:/Program Files/B/b.exe",
        r"C:\Program Files\B\..\B\.\b.exe",
        r"C:\PROGRA~1\B\b.exe",
    ],
)
def test_what_the_registry_names_is_found(tmp_path: Path, command: str) -> None:
    put(tmp_path, "Program Files/B/b.exe", pe.program("7.0.0.1", "B"))
    reading = named(tmp_path, command)
    assert (reading.at, reading.status) == (r"C:\Program Files\B\b.exe", Status.READ), reading.detail
    assert isinstance(reading.value, dict)
    assert reading.value["named_by"] == r"HKLM\SOFTWARE\Clients\StartMenuInternet\B\shell\open\command"


def test_another_value_of_a_key_can_be_asked(tmp_path: Path) -> None:
    put(tmp_path, "Program Files/B/b.exe", pe.program("7.0.0.1", "B"))
    disk(tmp_path, {r"X\B": {"DisplayIcon": r"C:\Program Files\B\b.exe,0"}, r"X\C": {"Other": "x"}})
    assert only(tmp_path, r"registry:HKLM\SOFTWARE\X\*#displayicon").status is Status.READ
    assert only(tmp_path, r"registry:HKLM\SOFTWARE\Y\*#DisplayIcon").status is Status.ABSENT


def test_a_program_that_is_named_and_gone_says_who_names_it(tmp_path: Path) -> None:
    reading = named(disk(tmp_path), r'"C:\Program Files\B\b.exe" -url')
    assert (reading.status, reading.at) == (Status.ABSENT, r"C:\Program Files\B\b.exe")
    assert reading.detail == r"named by HKLM\SOFTWARE\Clients\StartMenuInternet\B\shell\open\command"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (r'"D:\B\b.exe"', "drive D: was not given"),
        (r"\\server\share\b.exe", "another computer"),
        (r"//server/share/b.exe", "another computer"),
        (r"\\?\UNC\server\share\b.exe", "without saying where"),
        (r"\\.\pipe\b.exe", "another computer"),
        ("b.exe -x", "without saying where"),
        (r"C:\Windows\System32\rundll32.exe C:\b.dll,x", "starts rundll32.exe"),
        ("MsiExec.exe /X{0}", "starts msiexec.exe"),
        (r"C:\Program Files\B\b.ico", "names no program file"),
        (r"C:\Program Files\B", "names no program file"),
        (r'"C:\Program Files\B', "names no program file"),
        (r"%LOCALAPPDATA%\b.exe", "%LOCALAPPDATA% is not known here"),
        (r"C:\Program Files\*\b.exe", "no path that Windows could have"),
        (r"C:\x.txt:b.exe", "no path that Windows could have"),
    ],
)
def test_what_cannot_be_told_is_never_absent(tmp_path: Path, command: str, reason: str) -> None:
    reading = named(disk(tmp_path), command)
    assert reading.status is Status.FAILED
    assert reason in reading.detail
    assert reading.at == r"HKLM\SOFTWARE\Clients\StartMenuInternet\B\shell\open\command"


def test_a_short_name_is_followed_where_only_one_program_can_be_meant(tmp_path: Path) -> None:
    put(tmp_path, "Program Files/Mozilla Firefox/firefox.exe", pe.program("45.0.0.1"))
    put(tmp_path, "Program Files/Mozilla Maintenance Service/updater.exe", pe.program("45.0.0.2"))
    (tmp_path / "Program Files (x86)").mkdir()
    assert named(tmp_path, r"C:\PROGRA~1\MOZILL~1\FIREFOX.EXE").at == r"C:\Program Files\Mozilla Firefox\firefox.exe"
    put(tmp_path, "Program Files/Mozilla Old/firefox.exe", pe.program("3.0.0.1"))
    assert "may be of 2 programs" in named(tmp_path, r"C:\PROGRA~1\MOZILL~1\FIREFOX.EXE").detail


def test_a_users_own_variables_are_that_users(tmp_path: Path) -> None:
    users(tmp_path, r"C:\Users\ada")
    put(tmp_path, "Users/ada/AppData/Local/B/b.exe", pe.program("5.0.0.0"))
    tree = {
        "Software": {"Clients": {"B": {"": r"%LocalAppData%\B\b.exe"}, "C": {"": r"%UserProfile%\AppData\Local\B\b.exe"}}}
    }
    put(tmp_path, "Users/ada/NTUSER.DAT", regf.hive(tree))
    readings = ask(tmp_path, r"registry:HKU\*\Software\Clients\*")
    assert [(each.at, each.status) for each in readings] == [(r"C:\Users\ada\AppData\Local\B\b.exe", Status.READ)] * 2


def test_a_part_of_the_registry_that_is_not_there_is_no_ghost(tmp_path: Path) -> None:
    disk(tmp_path)
    [reading] = ask(tmp_path, r"registry:HKU\*\Software\Clients\*")
    assert (reading.status, reading.source.kind) == (Status.FAILED, "program")


@pytest.mark.parametrize("kind", ["program", "file", "lines", "exists"])
def test_hives_without_a_disk_say_nothing_of_files(tmp_path: Path, kind: str) -> None:
    put(tmp_path, "SOFTWARE", regf.hive(folders({})))
    reading = only(tmp_path, PLACE, kind)
    assert (reading.status, reading.detail) == (Status.FAILED, "only the registry was given, no files")


LOOP = struct.pack("<IIHHHHII", 0, 0, 0, 0, 0, 1, 16, 0x80000000)
MANY = struct.pack("<IIHHHH", 0, 0, 0, 0, 0xFFFF, 0xFFFF)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"MZ", b"no program at all", b"MZ" + bytes(62), pe.program("1.2.3.4")[:0x150], pe.program("1.2.3.4")[:0x210],
        pe.file(LOOP), pe.file(MANY), pe.file(struct.pack("<IIHHHHII", 0, 0, 0, 0, 0, 1, 16, 0x7FFFFFFF)),
        pe.file(b"\xff" * 4096), b"MZ" + b"\xff" * 4096,
    ],
)  # fmt: skip
def test_a_hostile_program_gives_a_reason_or_less(tmp_path: Path, data: bytes) -> None:
    put(disk(tmp_path), CHROME, data)
    reading = only(tmp_path, PLACE)
    assert reading.status is Status.FAILED or reading.value == {"machine": "x86_64"}
    assert reading.status is Status.READ or reading.detail


@settings(max_examples=200)
@given(data=st.data())
def test_no_damage_breaks_the_reading_of_programs(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    whole = bytearray(pe.program("138.0.7204.50", "Google Chrome"))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path = put(tmp_path_factory.getbasetemp(), "damaged.exe", bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    with contextlib.suppress(OSError, ValueError):
        found = executables.described(str(path))
        assert set(found) <= {"version", "product_version", "product", "machine"}
        assert all(found.values())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_for_a_program_is_not_waited_for(tmp_path: Path) -> None:
    (put(disk(tmp_path), CHROME)).unlink()
    os.mkfifo(tmp_path / CHROME)
    assert only(tmp_path, PLACE).detail == "not a plain file"


def test_a_program_of_any_size_is_not_held_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(disk(tmp_path), CHROME, pe.program("1.0.0.0"))
    monkeypatch.setattr(executables, "MAX_PROGRAM", 100)
    assert only(tmp_path, PLACE).detail == "larger than 0 MB"


@pytest.mark.parametrize(
    ("sid", "person"),
    [
        (ADA, True), ("S-1-5-21-1-2-3-500", True), ("S-1-12-1-4-5-6-7", True), (f"{ADA}.bak", True), ("S-1-5-18", False),
        ("S-1-5-19", False), ("S-1-5-80-1-2", False), (".DEFAULT", False), (f"{ADA}_Classes", False), ("S-1-5-82-1", False),
    ],
)  # fmt: skip
def test_who_is_a_person(sid: str, person: bool) -> None:
    assert is_person(sid) is person
