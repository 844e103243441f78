r"""Files of Windows, in the places of :mod:`auditor.sources.windisk`, and what its programs say of themselves.

``program`` sources name a program file, or with ``registry:KEY`` the program that the
default value of a key names (``registry:KEY#Name``: another value), as a command or a
path. Such a reading has the program's path as its place and the key in ``named_by``.
A program that is named and not there reads ABSENT, with the key in the detail.

A program's value is ``{"version", "product_version", "product", "machine"}``, each where
the file has it; the words for machines are x86, x86_64, arm and arm64.
"""

from __future__ import annotations

import ntpath
import os
import re
import stat
from collections.abc import Iterator

from auditor.model import Reading, Source, Status, Value
from auditor.sources import Reader, executables, failure, files
from auditor.sources.windisk import Disk, inside, key_of, text_of

MAX_COMMAND = 2048
"""Longest command that is understood, in characters."""

ASSISTANTS = (
    *("cmd.exe", "conhost.exe", "control.exe", "cscript.exe", "explorer.exe", "msiexec.exe", "mshta.exe", "powershell.exe"),
    *("pwsh.exe", "regsvr32.exe", "rundll32.exe", "wscript.exe"),
)
"""Programs of Windows that start others: a command that begins with one does not say what is installed."""

_ICON = re.compile(r",\s*-?\d+\s*$")
_VARIABLE = re.compile(r"%([^%\\]+)%")
_PROGRAM_ENDS = re.compile(r"\.exe(?=$|[\s,\"])", re.I)
_FULL = re.compile(r"^[a-z]:[\\/]", re.I)
_NEVER_IN_NAMES = re.compile(r'[<>"|?*\x00-\x1f]|(?<!^.):')


def readers(disk: Disk) -> dict[str, Reader]:
    """The readers of kinds program, file, lines and exists on ``disk``."""
    plain = files.readers(disk)
    return {"program": lambda source: _programs(source, disk)} | {kind: plain[kind] for kind in ("file", "lines", "exists")}


def without_disk() -> dict[str, Reader]:
    """The same kinds where only a registry was given: nothing can be said of files."""

    def answer(source: Source) -> Iterator[Reading]:
        yield Reading(source, source.where, Status.FAILED, detail="only the registry was given, no files")

    return dict.fromkeys(("program", "file", "lines", "exists"), answer)


def _programs(source: Source, disk: Disk) -> list[Reading]:
    if not source.where.startswith("registry:"):
        return files.each(source, disk, _program)
    named = list(_named(source, disk))
    return named or [
        Reading(source, source.where.removeprefix("registry:"), Status.ABSENT, detail="no key there names a program")
    ]


def _program(root: files.Root, path: str, source: Source) -> Value:
    return {**executables.described(root.real(path))}


def _named(source: Source, disk: Disk) -> Iterator[Reading]:
    """One reading for each key that names a program, and for each that could not be read."""
    key, _, name = source.where.removeprefix("registry:").partition("#")
    for reading in disk.registry(Source("registry", f"{key}#{name}" if name else key)):
        if reading.status is not Status.READ:
            if reading.status is not Status.ABSENT:
                yield reading._replace(source=source)
        elif command := text_of(reading.value, name):
            yield _program_named(source, disk, key_of(reading), command)


def _program_named(source: Source, disk: Disk, key: str, command: str) -> Reading:
    try:
        path = _path(_expanded(command, disk, key), disk)
    except ValueError as error:
        return Reading(source, key, Status.FAILED, detail=str(error))
    except OSError as error:
        return failure(source, key, error)
    at = disk.shown(path)
    try:
        return Reading(source, at, Status.READ, {**executables.described(disk.real(path)), "named_by": key})
    except ValueError as error:
        return Reading(source, at, Status.FAILED, detail=str(error))
    except OSError as error:
        reading = failure(source, at, error)
        return reading._replace(detail=f"named by {key}") if reading.status is Status.ABSENT else reading


def _expanded(command: str, disk: Disk, key: str) -> str:
    """The command with its variables' folders put in; a user's own are those of the user whose key it is.

    :raises ValueError: a variable is not known here.
    """
    known = disk.variables
    if key.startswith("HKU\\") and (profile := disk.profile_of(key.split("\\")[1])):
        known = known | {
            "userprofile": profile,
            "localappdata": f"{profile}/AppData/Local",
            "appdata": f"{profile}/AppData/Roaming",
        }

    def folder(found: re.Match[str]) -> str:
        if found.group(1).casefold() not in known:
            raise ValueError(f"{found.group()} is not known here")
        return known[found.group(1).casefold()]

    return _VARIABLE.sub(folder, command[:MAX_COMMAND])


def _path(command: str, disk: Disk) -> str:
    """The program file that a command starts; where none of the ways to understand it leads to a file, the first.

    Without quotation marks the program may end at any blank after ``.exe``, as Windows itself tries it.

    :raises ValueError: it names no program file, or one that is not looked at.
    :raises OSError: nothing can be said of the place.
    """
    text = command.strip()
    quoted = text.startswith('"')
    text = text[1:].partition('"')[0].strip() if quoted else _ICON.sub("", text)
    ends = (
        [len(text)] if quoted and text.casefold().endswith(".exe") else [end.end() for end in _PROGRAM_ENDS.finditer(text)]
    )
    if not ends:
        raise ValueError("the value names no program file")
    first = ""
    for end in ends[:8]:
        path = inside(_full(text[:end]))
        first = first or path
        there = [each for each in disk.find(path) if _is_file(disk.real(each))]
        if len(there) > 1:
            raise ValueError(f"the short name may be of {len(there)} programs")
        if there:
            return there[0]
    return first


def _full(path: str) -> str:
    r"""``path`` without ``\\?\`` before it, where it is one on a drive.

    :raises ValueError: it is not, or is of a program that only starts others.
    """
    path = path.removeprefix("\\\\?\\")
    name = ntpath.basename(path).casefold()
    if name in ASSISTANTS:
        raise ValueError(f"the value starts {name}, which does not say what is installed")
    if path.startswith(("\\\\", "//")):
        raise ValueError("the value names a program on another computer, which is not asked")
    if not _FULL.match(path):
        raise ValueError("the value names a program without saying where it is")
    if _NEVER_IN_NAMES.search(path):
        raise ValueError("the value names no path that Windows could have")
    return path


def _is_file(path: str) -> bool:
    """Whether a plain file is there.

    :raises OSError: that may not be known.
    """
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
