r"""The drives of a PC with Windows: where its folders are, on the running PC and in a copy of its disk.

Places begin with ``%ProgramFiles%`` (the 64-bit one), ``%ProgramFiles(x86)%``,
``%SystemRoot%``, ``%ProgramData%`` or ``~`` (every user's profile); ``*`` matches within
one name, and no name's case counts. Where those folders are is asked of the registry,
since their names are translated and moved; without it they are where Windows puts them.
On Windows XP ``~\AppData\Local`` is ``Local Settings\Application Data`` and
``~\AppData\Roaming`` is ``Application Data``.

A copy of a disk is often only a part: what lies in a folder or on a drive that was not
given reads FAILED, never "not there".
"""

from __future__ import annotations

import ntpath
import os
import re
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cached_property

from auditor.model import Reading, Source, Value
from auditor.sources import Reader, files

_VERSION = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion#ProgramFilesDir,ProgramFilesDir (x86)"
_SYSTEM = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion#SystemRoot"
_PROFILES = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"

_IN_APPDATA = {"local": ("Local Settings", "Application Data"), "roaming": ("Application Data",)}
NO_PROFILES = ("public", "default", "default user", "all users", "defaultapppool", "localservice", "networkservice")
"""Folders beside people's profiles, in small letters: what new profiles are made of, and Windows' own accounts."""
_PERSON = re.compile(r"^S-1-(?:5-21|12-1)-[0-9-]+(?:\.bak)?$", re.I)
_SHORT = re.compile(r"^([^~. ]{1,6})~\d+(?:\.([^.]{0,3}))?$")


def is_person(sid: str) -> bool:
    """Whether a security identifier is a person's: an account of this PC, of a domain, or of Entra."""
    return bool(_PERSON.match(sid))


class Disk(files.Root):
    """The drives of a PC with Windows: its own, or the system's drive as a copy in ``folder``.

    Paths inside are written ``C:/Program Files``, and shown with backslashes.
    """

    def __init__(self, registry: Reader, folder: str = "") -> None:
        super().__init__(folder)
        self.registry = registry

    @cached_property
    def variables(self) -> dict[str, str]:
        """The machine's variables that stand for a folder, in small letters; none for what this Windows has not."""
        system = self._value(_SYSTEM, "SystemRoot") or "C:\\Windows"
        drive = system[:2]
        known = {"systemroot": system, "windir": system, "systemdrive": drive}
        main, other = self._value(_VERSION, "ProgramFilesDir"), self._value(_VERSION, "ProgramFilesDir (x86)")
        known |= {"programfiles": main or f"{drive}\\Program Files"}
        known |= {"programfiles(x86)": other or f"{drive}\\Program Files (x86)"} if other or not main else {}
        data = self._value(f"{_PROFILES}#ProgramData", "ProgramData") or "%SystemDrive%\\ProgramData"
        known |= {"programdata": _with_drive(data, drive)}
        return known | {"allusersprofile": known["programdata"], "programw6432": known["programfiles"]}

    @cached_property
    def profiles(self) -> dict[str, str]:
        """Whose profile is where: people's security identifiers, or the folders' own names where no list says."""
        listed: dict[str, str] = {}
        drive = self.variables["systemdrive"]
        for reading in self.registry(Source("registry", f"{_PROFILES}\\*#ProfileImagePath")):
            sid = key_of(reading).rpartition("\\")[2]
            path = inside(_with_drive(text_of(reading.value, "ProfileImagePath"), drive))
            if path and is_person(sid):
                listed[sid] = path
        if listed:
            return listed
        found = [path for place in ("Users", "Documents and Settings") for path in self._folders(place)]
        return {name: path for path in found if (name := path.rpartition("/")[2]).casefold() not in NO_PROFILES}

    def profile_of(self, user: str) -> str:
        """The profile of a user that goes by a security identifier or by the folder's name; empty where it is not known."""
        if user in self.profiles:
            return self.profiles[user]
        named = [path for path in self.profiles.values() if path.rpartition("/")[2].casefold() == user.casefold()]
        return named[0] if len(named) == 1 else ""

    def _folders(self, place: str) -> Iterator[str]:
        try:
            paths = self.walk(inside(self.variables["systemdrive"]), f"{place}/*")[0]
        except OSError:
            return
        yield from (path for path in paths if self.is_folder(path))

    def _value(self, where: str, name: str) -> str:
        for reading in self.registry(Source("registry", where)):
            if text := text_of(reading.value, name):
                return text.rstrip("\\") if re.match(r"[a-z]:\\|%", text, re.I) else ""
        return ""

    def real(self, path: str) -> str:
        """Where on this computer the place is; a copy's links are followed inside the copy."""
        return super().real(path[2:] or "/") if self.folder else f"{path}/" if path.endswith(":") else path

    def shown(self, path: str) -> str:
        """As Windows writes it."""
        return super().shown(path).replace("/", "\\")

    def find(self, path: str) -> list[str]:
        r"""The spellings under which ``C:\...`` may be there; none where its folder is not.

        :raises OSError: nothing can be said of it.
        """
        base, _, rest = inside(path).partition("/")
        found, faults = self.below(base, rest)
        if faults:
            raise faults[0][1]
        return found

    def expand(self, where: str) -> tuple[list[str], list[tuple[str, OSError]]]:
        """The paths that a place leads to, and what on the way was out of reach or not given."""
        top, _, rest = where.replace("\\", "/").partition("/")
        if top == "~":
            return self._in_profiles(rest)
        if not (top.startswith("%") or re.match("[A-Za-z]:$", top)):
            return [], [(where, OSError(22, "no place on a disk of Windows"))]
        base = inside(self.variables.get(top.strip("%").casefold(), "")) if top.startswith("%") else top
        return self.below(base, rest) if base else ([], [])

    def below(self, base: str, rest: str) -> tuple[list[str], list[tuple[str, OSError]]]:
        """What ``rest`` leads to below ``base``, which must be within reach."""
        if fault := self.unreachable(f"{base}/{rest}"):
            return [], [(base, fault)]
        drive, _, folder = base.partition("/")
        return self.walk(drive, f"{folder}/{rest}".strip("/"))

    def unreachable(self, path: str) -> OSError | None:
        """Why nothing can be said of ``path``: its drive, or the folder that it begins with, was not given."""
        drive, _, rest = path.partition("/")
        if not self.folder:
            return _no_such_drive(drive)
        if drive != inside(self.variables["systemdrive"]):
            return OSError(6, f"drive {drive} was not given")
        known = {name.casefold() for name in os.listdir(self.real(drive))}
        whole = inside(self.variables["programfiles"]).split("/")[1].casefold() in known
        shortened = _SHORT.match(rest.partition("/")[0])
        if whole or shortened or rest.partition("/")[0].casefold() in known:
            return None
        return OSError(6, f"this folder was not given: the copy has no {rest.partition('/')[0]}")

    def _in_profiles(self, rest: str) -> tuple[list[str], list[tuple[str, OSError]]]:
        paths: list[str] = []
        faults: list[tuple[str, OSError]] = []
        users = inside(self.variables["systemdrive"]) + "/Users"
        if not self.profiles and (fault := self.unreachable(users)):
            faults.append((users, fault))
        for profile in self.profiles.values():
            found, more = self._in_profile(profile, rest)
            paths += found
            faults += more
        return paths, faults

    def _in_profile(self, profile: str, rest: str) -> tuple[list[str], list[tuple[str, OSError]]]:
        """The places in one profile, by the names that its Windows has for its folders."""
        parts = rest.split("/")
        if parts[0].casefold() != "appdata" or self.unreachable(profile):
            return self.below(profile, rest)
        older = _IN_APPDATA.get(parts[1].casefold() if parts[1:] else "", ())
        try:
            if self._has(profile, "AppData"):
                return self.below(profile, rest)
            if older and self._has(profile, *older[:1]):
                return self.below(profile, "/".join([*older, *parts[2:]]))
            there = bool(self.folder) and self._has(profile)
        except OSError as error:
            return [], [(profile, error)]
        return [], [(profile, OSError(6, "this profile's folder of programs was not given"))] if there else []

    def _has(self, profile: str, *names: str) -> bool:
        """Whether the folder is there.

        :raises OSError: that may not be known.
        """
        drive, _, folder = "/".join([profile, *names]).partition("/")
        paths, faults = self.walk(drive, folder)
        if faults:
            raise faults[0][1]
        for path in paths:
            try:
                os.stat(self.real(path))
            except (FileNotFoundError, NotADirectoryError):
                continue
            return True
        return False

    def _names(self, folder: str, part: str) -> list[str]:
        """The names in ``folder`` that ``part`` means: by pattern, in any case, or by the short name that DOS would see."""
        if not self.folder and "*" not in part:
            return [part]
        names = sorted(os.listdir(self.real(folder)))
        if "*" in part:
            return [name for name in names if fnmatchcase(name.casefold(), part.casefold())]
        exact = [name for name in names if name.casefold() == part.casefold()]
        return exact[:1] or _shortened(names, part) or [part]


def inside(path: str) -> str:
    """A path of Windows as :class:`Disk` writes it; what it goes up again is gone."""
    plain = ntpath.normpath(path).replace("\\", "/") if path else ""
    return plain[:1].upper() + plain[1:] if plain[1:2] == ":" else plain


def _with_drive(path: str, drive: str) -> str:
    return re.sub("%systemdrive%", lambda _: drive, path, flags=re.I)


def key_of(reading: Reading) -> str:
    """The key that a registry reading is of, without the name of the file that it was read from."""
    return reading.at.rpartition(" (")[0] or reading.at


def text_of(value: Value, name: str) -> str:
    """One value of a key as text; empty where it has none."""
    data = value.get(name) if isinstance(value, dict) else ""
    if isinstance(data, dict):  # {type: data}, as REG_EXPAND_SZ is
        data = next(iter(data.values()), "")
    return data.strip() if isinstance(data, str) else ""


def _shortened(names: list[str], part: str) -> list[str]:
    """The names that may have the short name ``part``: PROGRA~1 is the first of those that begin with PROGRA."""
    short = _SHORT.match(part)
    if not short:
        return []
    start, ending = short.group(1).casefold(), (short.group(2) or "").casefold()
    found = []
    for name in names:
        stem, dot, after = name.casefold().rpartition(".")
        stem, after = (stem, after) if dot else (after, "")
        if re.sub(r"[ .]", "", stem)[:6] == start and after[:3] == ending:
            found.append(name)
    return found


def _no_such_drive(drive: str) -> OSError | None:
    """Why a drive of the running PC is not read: it is not there now, or it is another computer's."""
    if sys.platform == "win32":
        import ctypes

        kind = ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\")
        if kind in (0, 1):
            return OSError(6, f"there is no drive {drive} now")
        if kind == 4:
            return OSError(6, f"drive {drive} is another computer's")
    return None
