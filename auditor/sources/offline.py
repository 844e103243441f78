"""The readers for what was taken from a PC: a disk image's folder, hives, ``.reg`` exports.

What a folder holds is found by looking, not by its name: an ``os-release`` makes it
Linux, a ``SystemVersion.plist`` macOS, hives, exports or texts of its tools Windows. What
only a running PC could answer reads FAILED with that reason, and so does every part of the
registry that no hive or export here covers.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from auditor.errors import SourceError
from auditor.model import Reading, Source, Status
from auditor.sources import (
    Reader,
    files,
    kits,
    macexports,
    machineids,
    packages,
    plists,
    registry,
    systemtexts,
    windisk,
    winfiles,
)

MAX_FILES = 20_000
"""Most files that are looked at in search of hives and exports."""

WINDOWS_PLACES = (
    "windows/system32/config/software",
    "windows/system32/config/system",
    "windows/appcompat/programs/amcache.hve",
    "users/*/ntuser.dat",
    "users/*/appdata/local/microsoft/windows/usrclass.dat",
    "documents and settings/*/ntuser.dat",
    "documents and settings/*/local settings/application data/microsoft/windows/usrclass.dat",
)
"""Where the hives are on a disk of Windows; its backups of them and everything else are left alone."""

LEFT_ALONE = ("regback", "windows.old", "$windows.~bt", "$recycle.bin", "serviceprofiles", "systemprofile")
"""Folders in which hives are backups, those of a system that an upgrade replaced, or Windows' own accounts'."""

MACOS_PLACES = ("/System/Library/CoreServices/SystemVersion.plist", "/Library/Receipts/InstallHistory.plist")
"""What tells a copy of a Mac's disk. The second is a history: by it the system is known to be macOS, and no more."""

LINUX_PLACES = ("/etc/os-release", "/usr/lib/os-release", "/var/lib/dpkg")
"""Any of these makes a folder a Linux."""

OLD_LINUX_PLACES = (
    "/etc/lsb-release", "/etc/debian_version", "/etc/redhat-release", "/etc/system-release", "/etc/SuSE-release",
    "/etc/mandriva-release", "/etc/slackware-version", "/etc/gentoo-release", "/etc/arch-release", "/etc/alpine-release",
)  # fmt: skip
"""So does any of these, from before os-release, where nothing makes it another system."""

TEXT_ENDINGS = ("", ".txt", ".log", ".out", ".csv")
"""How the name of a text ends that may be an output of ``reg query`` or a report on the system."""

_DRIVE = re.compile(r"^[a-z](?:_|%3a|\$)?$", re.I)
_LIVE_ONLY = ("host", "process", "command")
_LOG_ENDINGS = tuple(log + packing for log in (".log1", ".log2", ".log") for packing in ("", ".xz", ".gz"))


@dataclass(slots=True)
class Place:
    """A folder or file taken from a PC, opened: its family, its readers, what could not be used.

    ``kit`` is the file of a kit, where that is what was opened: it says whose it is and when it was taken.
    """

    family: str
    readers: Mapping[str, Reader]
    remarks: list[str] = field(default_factory=list)
    kit: kits.Kit | None = None


def open_place(path: Path) -> Place:
    """Open ``path``: a folder, or a single hive, ``.reg`` file or kit's file.

    :raises SourceError: it does not exist, may not be read, or holds nothing of a PC.
    """
    try:
        roots = [path, path / "root"] if path.is_dir() else []
        if roots:
            os.listdir(path)
        else:
            files.open_plain(path).close()
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}", "Name a folder or file that you may read.") from error
    refused: list[str] = []
    path = _drive(path)
    for root in roots:
        tree = files.Root(str(root.absolute()))
        if _holds(tree, refused, *LINUX_PLACES):
            return Place("linux", _with_refusals({**files.readers(tree), **packages.readers(tree)}), refused)
        if _holds(tree, refused, *MACOS_PLACES):
            return Place("macos", _with_refusals({**files.readers(tree), **plists.readers(tree)}), refused)
        if _holds(tree, [], *OLD_LINUX_PLACES):
            return Place("linux", _with_refusals({**files.readers(tree), **packages.readers(tree)}), refused)
    if kit := _kit(path):
        return Place(kit.whose.family, kit.readers, kit.remarks, kit)
    reports: list[systemtexts.Report] = []
    mounts, remarks = _mounts(path, reports)
    exports = macexports.open_exports([] if mounts or reports else _candidates(path, []))
    if exports.types:
        return Place("macos", macexports.readers(exports), exports.remarks)
    if not mounts and not reports:
        remarks = exports.remarks + remarks
        said = f" ({'; '.join([*refused[:3], *remarks[:1]])})" if refused or remarks else ""
        raise SourceError(
            f"{path}: nothing of a PC was found here{said}",
            "A folder should hold a copy of a Linux or macOS disk, Windows hives (SOFTWARE, NTUSER.DAT …), .reg exports, "
            "the file of a kit, or what system_profiler, reg query, systeminfo or msinfo32 printed.",
        )
    registry_reader = _registry_reader(mounts, remarks, [report.label for report in reports])
    is_disk = path.is_dir() and any(_inside(path, "windows/system32", []))
    disk = winfiles.readers(windisk.Disk(registry_reader, str(path.absolute()))) if is_disk else winfiles.without_disk()
    told: dict[str, Reader] = {"registry": registry_reader, "machine-id": machineids.reader(registry_reader)}
    readers = _with_refusals({**told, "systeminfo": systemtexts.reader(reports), **disk})
    return Place("windows", readers | {"host": systemtexts.host_reader(reports, _only_live)}, remarks + refused)


def _drive(path: Path) -> Path:
    """The one copy of a drive with Windows that a folder holds, as tools put it there: C, C_, C%3A; else itself."""
    drives = [each for each in _inside(path, "?*", []) if _DRIVE.match(each.name)] if path.is_dir() else []
    found = [each for each in drives if any(_inside(each, "windows/system32/config", []))]
    return found[0] if len(found) == 1 and not any(_inside(path, "windows/system32", [])) else path


def _kit(path: Path) -> kits.Kit | None:
    """The one kit's file at ``path`` or below it; None without any.

    :raises SourceError: there are several, or it cannot be used.
    """
    from auditor.sources import hives

    found: list[tuple[Path, bytes]] = []
    for file in _candidates(path, []):
        try:
            packed = file.name.casefold().endswith(".txt.gz")
            if kits.is_kit(hives.unpacked(file)[:64] if packed else _start(file)):
                found.append((file, hives.unpacked(file)))
        except (OSError, ValueError):
            continue
    if len(found) > 1:
        raise SourceError(f"{path}: the files of {len(found)} kits", "Name one of them, or take all in: auditor ingest.")
    try:
        return kits.open_kit(found[0][1]) if found else None
    except SourceError as error:
        raise SourceError(f"{found[0][0]}: {error.message}", error.hint) from error


def _holds(tree: files.Root, refused: list[str], *paths: str) -> bool:
    """Whether one of ``paths`` is in the copy; its links do not lead out of it. What may not be read joins ``refused``."""
    for path in paths:
        try:
            os.stat(tree.real(path))
        except PermissionError:
            refused.append(f"{tree.folder}{path} may not be read")
        except OSError:
            continue
        else:
            return True
    return False


def _with_refusals(readers: dict[str, Reader]) -> dict[str, Reader]:
    return {**readers, **dict.fromkeys(_LIVE_ONLY, _only_live)}


def _only_live(source: Source) -> Iterator[Reading]:
    yield Reading(source, source.where, Status.FAILED, detail="only a running PC can answer this")


def _registry_reader(mounts: list[registry.Mount], remarks: list[str], others: list[str]) -> Reader:
    here = ", ".join(sorted({*(mount.label for mount in mounts), *others}))
    missing = f"not in what was given ({here})" + "".join(f"; {remark}" for remark in remarks[:3])
    return lambda source: registry.read(source, mounts, missing)


def _mounts(path: Path, reports: list[systemtexts.Report]) -> tuple[list[registry.Mount], list[str]]:
    """Every hive and export at ``path`` or below it, and a remark on each that is no use. Reports join ``reports``."""
    mounts: list[registry.Mount] = []
    remarks: list[str] = []
    for file in _candidates(path, remarks):
        try:
            found, said = _open(file, reports)
        except (SourceError, OSError, ValueError) as error:
            remarks.append(f"{file.name}: {getattr(error, 'message', None) or error}")
            continue
        mounts += found
        remarks += said
    return mounts + list(_classes_not_given(mounts)), remarks


def _classes_not_given(mounts: list[registry.Mount]) -> Iterator[registry.Mount]:
    """For each user's hive that came without its UsrClass.dat: the branch that is missing. An export has it inside."""
    from auditor.sources import hives

    of_users = [mount for mount in mounts if mount.path[0] == "HKU"]
    users = {mount.path[1]: mount for mount in of_users if len(mount.path) == 2 and isinstance(mount.key, hives.RegfKey)}
    classes = {mount.path[1] for mount in of_users if mount.path[2:] == ("Software", "Classes")}
    missing = registry.Unreachable(OSError(6, "this user's UsrClass.dat was not given"))
    if not classes - users.keys():  # else one is here whose owner is not known
        for user in sorted(users.keys() - classes):
            yield registry.Mount(f"HKU\\{user}\\Software\\Classes", missing, users[user].label)


def _candidates(path: Path, remarks: list[str]) -> Iterator[Path]:
    """The files to look at: Windows' own places where ``path`` is a disk of it, else everything below."""
    if path.is_file():
        yield path
        return
    if list(_inside(path, "windows/system32/config", remarks)):
        for place in WINDOWS_PLACES:
            yield from _inside(path, place, remarks)
        return
    seen = 0
    for folder, folders, names in os.walk(path, onerror=lambda error: remarks.append(f"{error.filename}: {error.strerror}")):
        folders[:] = sorted(each for each in folders if each.casefold() not in LEFT_ALONE)
        for name in sorted(names):
            seen += 1
            if seen > MAX_FILES:
                remarks.append(f"only the first {MAX_FILES} files were looked at")
                return
            if not name.casefold().endswith(_LOG_ENDINGS):
                yield Path(folder, name)


def _inside(folder: Path, pattern: str, remarks: list[str]) -> Iterator[Path]:
    """What ``pattern`` (in small letters, with ``*``) leads to below ``folder``, whatever the case of the names."""
    part, _, rest = pattern.partition("/")
    try:
        names = sorted(os.listdir(folder))
    except NotADirectoryError:
        return
    except OSError as error:
        remarks.append(f"{folder}: {error.strerror}")
        return
    for name in names:
        if fnmatchcase(name.casefold(), part):
            yield from _inside(folder / name, rest, remarks) if rest else [folder / name]


def _open(file: Path, reports: list[systemtexts.Report]) -> tuple[list[registry.Mount], list[str]]:
    """The mounts in one file; nothing for a file that is neither hive nor export. Texts on the system join ``reports``."""
    from auditor.sources import consoletext, hives, regquery, regtext

    packed = file.suffix.lower() in (".xz", ".gz")
    start = hives.unpacked(file)[:512] if packed else _start(file)
    if hives.is_hive(start):
        mount, remark = hives.mount(file, hives.unpacked(file), _user(file))
        if mount.path[0] == "HKU" and mount.path[1].casefold() in windisk.NO_PROFILES:
            return [], []
        return [mount], [f"{file.name}: {remark}"] if remark else []
    if regtext.looks_like_export(start):
        return regtext.mounts(regtext.decode(hives.unpacked(file)), file.name, _user(file))
    if file.suffix.lower() in TEXT_ENDINGS:
        start = _start(file, systemtexts.MAX_REPORT)
        if regquery.looks_like_query(consoletext.decode(start)):
            found, said = regquery.mounts(consoletext.decode(hives.unpacked(file)), file.name, _user(file))
            for mount in found:
                mount.partial = True  # what the command was asked is not in its output
            return found, said
        reports += (told := systemtexts.reports(start, file.name))
        if told:
            return [], []
    if file.suffix.lower() in (".reg", ".hve", ".dat") or file.name.upper() in ("SOFTWARE", "SYSTEM"):
        raise SourceError("neither a hive nor a .reg export" + (" (only zeros)" if start and not start.strip(b"\0") else ""))
    return [], []


def _start(file: Path, size: int = 512) -> bytes:
    with files.open_plain(file) as opened:
        return opened.read(size)


def _user(file: Path) -> str:
    """What to call the owner of a user's hive: the profile's folder, else the file's name."""
    parts = [part.casefold() for part in file.parts]
    for place in ("users", "documents and settings"):
        if place in parts[:-2]:
            return file.parts[parts.index(place) + 1]
    return file.name.partition(".")[0]
