"""Opening what was taken from a PC: found by looking, and what is missing said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import regf
from auditor.errors import SourceError
from auditor.model import Reading, Source, Status
from auditor.sources import collect, offline
from auditor.sources.regtext import HEADERS

SOFTWARE = {"Classes": {}, "Microsoft": {"v": "1"}}
KINDS = {"file", "lines", "link", "exists", "machine-id"}
USER = {"Software": {"X": {"v": "1"}}}


def put(root: Path, path: str, data: bytes = b"x") -> Path:
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return place


def ask(path: Path, *sources: Source) -> list[Reading]:
    return list(collect(sources, offline.open_place(path).readers))


@pytest.mark.parametrize("below", ["", "root/"])
@pytest.mark.parametrize("file", ["etc/os-release", "usr/lib/os-release", "var/lib/dpkg/status"])
def test_a_linux_tree_is_known_by_its_files(tmp_path: Path, below: str, file: str) -> None:
    put(tmp_path, below + file, b"ID=debian\n")
    place = offline.open_place(tmp_path)
    assert (place.family, place.remarks) == ("linux", [])
    assert set(place.readers) == {*KINDS, "dpkg", "rpm", "host", "process", "command"}
    [reading] = ask(tmp_path, Source("file", f"/{file}"))
    assert (reading.at, reading.value) == (f"/{file}", "ID=debian\n")


def test_a_linux_tree_is_known_by_a_link_inside_it(tmp_path: Path) -> None:
    put(tmp_path, "etc/release", b"ID=x\n")
    (tmp_path / "etc" / "os-release").symlink_to("/etc/release")
    [reading] = ask(tmp_path, Source("file", "/etc/os-release"))
    assert reading.value == "ID=x\n"


def test_a_link_to_the_hosts_own_files_makes_no_linux_tree(tmp_path: Path) -> None:
    host = put(tmp_path, "host/os-release")
    (tmp_path / "copy" / "etc").mkdir(parents=True)
    (tmp_path / "copy" / "etc" / "os-release").symlink_to(host)
    with pytest.raises(SourceError, match="nothing of a PC"):
        offline.open_place(tmp_path / "copy")


@pytest.mark.parametrize("below", ["", "root/"])
def test_a_mac_tree_is_known_by_its_version_file(tmp_path: Path, below: str) -> None:
    text = b"<plist><dict><key>ProductVersion</key><string>14.5</string></dict></plist>"
    put(tmp_path, f"{below}System/Library/CoreServices/SystemVersion.plist", text)
    assert offline.open_place(tmp_path).family == "macos"
    [reading] = ask(tmp_path, Source("plist", "/System/Library/CoreServices/SystemVersion.plist#ProductVersion"))
    assert reading.value == {"ProductVersion": "14.5"}


def test_hives_and_exports_are_found_anywhere_below(tmp_path: Path) -> None:
    put(tmp_path, "hives/SOFTWARE", regf.hive(SOFTWARE))
    put(tmp_path, "Users/ada/NTUSER.DAT", regf.hive(USER))
    put(tmp_path, "more/x.reg", f'{HEADERS[0]}\n[HKEY_LOCAL_MACHINE\\SYSTEM\\X]\n"v"="2"\n'.encode("utf-16"))
    put(tmp_path, "readme.txt", b"nothing of interest")
    place = offline.open_place(tmp_path)
    assert (place.family, place.remarks) == ("windows", [])
    wanted = [r"HKLM\SOFTWARE\Microsoft#v", r"HKU\*\Software\X#v", r"HKLM\SYSTEM\X#v"]
    assert [reading.at for reading in ask(tmp_path, *(Source("registry", each) for each in wanted))] == [
        r"HKLM\SOFTWARE\Microsoft (SOFTWARE)", r"HKU\ada\Software\X (NTUSER.DAT)", r"HKLM\SYSTEM\X (x.reg)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "user"),
    [
        ("Users/ada/NTUSER.DAT", "ada"),
        ("Documents and Settings/Ada L/NTUSER.DAT", "Ada L"),
        ("users/bob/AppData/Local/Microsoft/Windows/UsrClass.dat", "bob"),
        ("somewhere/NTUSER-ADA.DAT.copy", "NTUSER-ADA"),
        ("Users/NTUSER.DAT", "NTUSER"),
    ],
)
def test_a_users_hive_is_named_for_its_profile(tmp_path: Path, path: str, user: str) -> None:
    put(tmp_path, path, regf.hive(USER))
    [reading] = ask(tmp_path, Source("registry", r"HKU\*\Software\X#v"))
    assert reading.at.startswith(rf"HKU\{user}\Software")


def test_a_hive_that_was_not_given_is_failed_and_a_missing_key_absent(tmp_path: Path) -> None:
    path = put(tmp_path, "SOFTWARE", regf.hive(SOFTWARE))
    missing, absent = ask(path, Source("registry", r"HKLM\SYSTEM\Select"), Source("registry", r"HKLM\SOFTWARE\None"))
    assert (missing.status, missing.detail) == (Status.FAILED, "not in what was given (SOFTWARE)")
    assert absent.status is Status.ABSENT


def test_a_file_that_cannot_be_used_is_told_beside_those_that_can(tmp_path: Path) -> None:
    put(tmp_path, "SOFTWARE", regf.hive(SOFTWARE))
    put(tmp_path, "SYSTEM", bytes(4096))
    put(tmp_path, "NTUSER.DAT", b"neither")
    put(tmp_path, "x.reg", HEADERS[0].encode("utf-16") + b"\0")
    put(tmp_path, "SAM", regf.hive({"SAM": {}}))
    place = offline.open_place(tmp_path)
    told = "\n".join(place.remarks)
    for part in ("SYSTEM: neither a hive nor a .reg export (only zeros)", "NTUSER.DAT: neither", "x.reg: wrong encoding",
                 "SAM: a hive of an unknown sort"):  # fmt: skip
        assert part in told
    [reading] = collect([Source("registry", r"HKLM\SYSTEM\Select")], place.readers)
    assert "NTUSER.DAT: neither a hive nor a .reg export" in reading.detail


def test_on_a_disk_of_windows_only_its_own_places_are_read(tmp_path: Path) -> None:
    """RegBack holds older copies of the same hives, and 20,000 other files must not hide the real ones."""
    put(tmp_path, "WINDOWS/system32/config/software", regf.hive(SOFTWARE))
    put(tmp_path, "WINDOWS/system32/config/RegBack/software", regf.hive(SOFTWARE))
    put(tmp_path, "Users/ada/NTUSER.DAT", regf.hive(USER))
    put(tmp_path, "Users/ada/Desktop/other.reg", b"REGEDIT4\r\n")
    put(tmp_path, "Users/desktop.ini", b"no profile")
    mounts, remarks = offline._mounts(tmp_path, [])
    assert [("\\".join(mount.path), mount.label) for mount in mounts] == [
        ("HKLM\\SOFTWARE", "software"),
        ("HKU\\ada", "NTUSER.DAT"),
        ("HKU\\ada\\Software\\Classes", "NTUSER.DAT"),
    ]
    assert remarks == []


@pytest.mark.parametrize("drive", ["C", "c", "C_", "C%3A", "D$"])
def test_the_copy_of_a_drive_may_lie_in_a_folder_of_its_name(tmp_path: Path, drive: str) -> None:
    put(tmp_path, f"{drive}/Windows/System32/config/SOFTWARE", regf.hive(SOFTWARE))
    put(tmp_path, f"{drive}/Program Files/App/app.exe", b"MZ")
    put(tmp_path, f"{drive}/Users/ada/Desktop/other.reg", b"REGEDIT4\r\n")
    put(tmp_path, "log.txt", b"the tool's own")
    place = offline.open_place(tmp_path)
    [reading] = collect([Source("program", r"%ProgramFiles%\App\none.exe")], place.readers)
    assert reading.status is Status.ABSENT, "its folders are looked into"


def test_of_two_drives_neither_is_the_pcs(tmp_path: Path) -> None:
    for drive in ("C", "D"):
        put(tmp_path, f"{drive}/Windows/System32/config/SOFTWARE", regf.hive(SOFTWARE))
    [reading] = collect([Source("program", r"%ProgramFiles%\App\none.exe")], offline.open_place(tmp_path).readers)
    assert reading.status is Status.FAILED


def test_hives_that_are_nobodys_are_not_taken_for_users(tmp_path: Path) -> None:
    """What new profiles are made of, and the services' own, in a copy of a disk and among loose files."""
    put(tmp_path / "disk", "Windows/System32/config/SOFTWARE", regf.hive(SOFTWARE))
    put(tmp_path / "disk", "Users/Default/NTUSER.DAT", regf.hive(USER))
    put(tmp_path / "disk", "Users/Default/AppData/Local/Microsoft/Windows/UsrClass.dat", regf.hive({"Local Settings": {}}))
    put(tmp_path / "xp", "Documents and Settings/LocalService/NTUSER.DAT", regf.hive(USER))
    put(tmp_path / "xp", "SOFTWARE", regf.hive(SOFTWARE))
    put(tmp_path / "loose", "SOFTWARE", regf.hive(SOFTWARE))
    put(tmp_path / "loose", "DEFAULT", regf.hive(USER))
    put(tmp_path / "loose", "Windows/ServiceProfiles/LocalService/NTUSER.DAT", regf.hive(USER))
    for folder in ("disk", "xp", "loose"):
        assert [mount.path for mount in offline._mounts(tmp_path / folder, [])[0]] == [("HKLM", "SOFTWARE")], folder


@pytest.mark.parametrize("folder", ["RegBack", "Windows.old/Windows/System32/config", "$Windows.~BT/x", "a/regback"])
def test_among_loose_files_backups_and_what_an_upgrade_replaced_are_left_alone(tmp_path: Path, folder: str) -> None:
    put(tmp_path, "C/Windows/System32/config/SOFTWARE", regf.hive(SOFTWARE))
    put(tmp_path, f"C/{folder}/SOFTWARE", regf.hive(SOFTWARE))
    assert len(offline._mounts(tmp_path, [])[0]) == 1
    assert len(offline._mounts(tmp_path / "C" / folder, [])[0]) == 1, "they are read where just they are asked for"


def test_what_a_dirty_hive_says_is_marked_in_each_reading(tmp_path: Path) -> None:
    path = put(tmp_path, "SOFTWARE", regf.dirty(regf.hive(SOFTWARE), 3, 2))
    place = offline.open_place(path)
    readings = collect([Source("registry", r"HKLM\SOFTWARE\Microsoft")], place.readers)
    assert [reading.at for reading in readings] == [r"HKLM\SOFTWARE\Microsoft (SOFTWARE, last changes missing)"]


def test_a_dirty_hives_remark_has_its_name(tmp_path: Path) -> None:
    path = put(tmp_path, "SOFTWARE", regf.dirty(regf.hive(SOFTWARE), 3, 2))
    assert offline.open_place(path).remarks[0].startswith("SOFTWARE: its last changes are missing")


@pytest.mark.parametrize("kind", ["host", "process", "command"])
def test_what_only_a_running_pc_can_say_is_failed_with_that_reason(tmp_path: Path, kind: str) -> None:
    path = put(tmp_path, "SOFTWARE", regf.hive(SOFTWARE))
    [reading] = ask(path, Source(kind, "x"))
    assert (reading.status, reading.detail) == (Status.FAILED, "only a running PC can answer this")


def test_an_empty_folder_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nothing of a PC was found here") as raised:
        offline.open_place(tmp_path)
    assert "Windows hives" in raised.value.hint


@pytest.mark.parametrize("name", ["none", "file/none"])
def test_a_place_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    put(tmp_path, "file")
    with pytest.raises(SourceError, match="cannot be read"):
        offline.open_place(tmp_path / name)


def test_a_folder_that_may_not_be_listed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> list[str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "listdir", refuse)
    with pytest.raises(SourceError, match="cannot be read: Permission denied"):
        offline.open_place(tmp_path)


def test_folders_below_that_may_not_be_listed_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "SOFTWARE", regf.hive(SOFTWARE))
    put(tmp_path, "shut/SYSTEM")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert offline.open_place(tmp_path).remarks == [f"{tmp_path / 'shut'}: Permission denied"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    for name in ("pipe", "pipe.gz", "pipe.reg"):
        os.mkfifo(tmp_path / name)
        with pytest.raises(SourceError, match="cannot be read: not a plain file"):
            offline.open_place(tmp_path / name)
    put(tmp_path, "SOFTWARE", regf.hive(SOFTWARE))
    assert offline.open_place(tmp_path).remarks == [
        f"{name}: [Errno 22] not a plain file" for name in ("pipe", "pipe.gz", "pipe.reg")
    ]


def test_only_so_many_files_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offline, "MAX_FILES", 1)
    put(tmp_path, "A", regf.hive(SOFTWARE))
    put(tmp_path, "B", regf.hive(USER))
    place = offline.open_place(tmp_path)
    assert place.remarks == ["only the first 1 files were looked at"]


def shut(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    """Refuse everything that is in one of ``folders``, as to a user without the right to search them."""
    stat = os.stat

    def refuse(path: str, **more: object) -> object:
        if any(folder in Path(path).parents for folder in folders if not isinstance(path, int)):
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "stat", refuse)


def test_a_copy_whose_marks_may_not_be_read_is_refused_with_that_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "etc/os-release")
    put(tmp_path, "usr/lib/os-release")
    shut(monkeypatch, tmp_path / "etc", tmp_path / "usr")
    with pytest.raises(
        SourceError, match=r"nothing of a PC was found here \(.*/etc/os-release may not be read; .*/usr/lib/"
    ):
        offline.open_place(tmp_path)


@pytest.mark.parametrize(
    ("mark", "family"),
    [("var/lib/dpkg/status", "linux"), ("System/Library/CoreServices/SystemVersion.plist", "macos")],
)
def test_a_mark_that_may_not_be_read_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mark: str, family: str
) -> None:
    put(tmp_path, "etc/os-release")
    put(tmp_path, mark)
    shut(monkeypatch, tmp_path / "etc")
    place = offline.open_place(tmp_path)
    assert (place.family, place.remarks) == (family, [f"{tmp_path}/etc/os-release may not be read"])


def test_real_places_open_as_what_they_are(realdata: Path) -> None:
    families = {
        "linux-debian12-browsers-office": "linux",
        "windows-reg-exports": "windows",
        "win10-1909-fr-amcache": "windows",
    }
    for group, family in families.items():
        assert offline.open_place(realdata / group).family == family, group


PACKAGES = r"HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages"
USRCLASS = {"Local Settings": {"Software": {"Microsoft": {"v": "1"}}}}
CLASSES = Source("registry", r"HKU\*\Software\Classes\Local Settings\Software\Microsoft")


def test_a_users_classes_are_in_a_file_of_their_own(tmp_path: Path) -> None:
    put(tmp_path, "Users/ada/NTUSER.DAT", regf.hive(USER))
    [reading] = ask(tmp_path, CLASSES)
    assert (reading.status, reading.detail) == (Status.FAILED, "this user's UsrClass.dat was not given")
    assert reading.at == r"HKU\ada\Software\Classes (NTUSER.DAT)"
    put(tmp_path, "Users/ada/AppData/Local/Microsoft/Windows/UsrClass.dat", regf.hive(USRCLASS))
    [reading] = ask(tmp_path, CLASSES)
    assert reading.at == r"HKU\ada\Software\Classes\Local Settings\Software\Microsoft (UsrClass.dat)"


def test_classes_whose_owner_is_not_known_are_nobodys_gap(tmp_path: Path) -> None:
    put(tmp_path, "NTUSER.DAT", regf.hive(USER))
    put(tmp_path, "UsrClass.dat", regf.hive(USRCLASS))
    assert [reading.status for reading in ask(tmp_path, CLASSES)] == [Status.READ]


def test_windows_xp_keeps_a_users_classes_elsewhere(tmp_path: Path) -> None:
    put(tmp_path, "WINDOWS/system32/config/software", regf.hive(SOFTWARE))
    profile = "Documents and Settings/ada"
    put(tmp_path, f"{profile}/NTUSER.DAT", regf.hive(USER))
    put(tmp_path, f"{profile}/Local Settings/Application Data/Microsoft/Windows/UsrClass.dat", regf.hive(USRCLASS))
    assert [reading.status for reading in ask(tmp_path, CLASSES)] == [Status.READ]


def test_a_real_list_of_store_packages_is_read(realdata: Path) -> None:
    readings = ask(realdata / "win10-1709-usrclass", Source("registry", rf"{PACKAGES}\Microsoft.MicrosoftEdge_*"))
    assert [reading.at.rpartition(" (")[0].rpartition("\\")[2] for reading in readings] == [
        "Microsoft.MicrosoftEdge_41.16299.248.0_neutral__8wekyb3d8bbwe"
    ]
    assert len(ask(realdata / "win10-1709-usrclass", Source("registry", rf"{PACKAGES}\*"))) == 86
