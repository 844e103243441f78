r"""The registry of the running Windows, through winreg, always in its 64-bit view.

``HKU\*`` are people: those whose hives are loaded are asked directly; of the profiles
that nobody is signed in to, the hives are read as files, which takes an administrator
and regipy. What is out of reach of them leaves readings that say so, without a name.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from auditor.errors import MissingExtraError, SourceError
from auditor.model import Reading, Source, Status, Value
from auditor.sources import Reader, registry
from auditor.sources.windisk import Disk, is_person

HERE = "this PC"
"""The label of what the running system itself answers."""

MAX_PROFILES = 50
"""Most profiles whose hives are read as files; they are held in memory."""

_OWN_FILES = {"": "NTUSER.DAT", "\\Software\\Classes": "AppData/Local/Microsoft/Windows/UsrClass.dat"}


def signed_out(profiles: Mapping[str, str], disk: Disk) -> list[registry.Mount]:
    r"""The hives of users (security identifier → profile's folder on ``disk``) who are not signed in.

    Those that cannot be read are mounted as unreachable for ``HKU\*``, with how many they
    are. A profile without a hive, or whose folder is gone, is nobody's any more.
    """
    mounts: list[registry.Mount] = []
    missed: Counter[tuple[str, bool, str]] = Counter()
    for number, (sid, folder) in enumerate(profiles.items()):
        for below, name in _OWN_FILES.items():
            try:
                if number >= MAX_PROFILES:
                    raise OSError(7, f"only {MAX_PROFILES} are read")
                key = _key(disk.real(f"{folder}/{name}"), sid)
            except (FileNotFoundError, NotADirectoryError):
                break
            except (OSError, ValueError, SourceError, MissingExtraError) as error:
                reason = getattr(error, "message", "") or getattr(error, "strerror", "") or str(error)
                missed[below, isinstance(error, PermissionError), reason] += 1
                break
            mounts.append(registry.Mount(f"HKU\\{sid}{below}", key, name.rpartition("/")[2]))
    for (below, denied, reason), count in missed.items():
        said = f"{count} user{'s' if count > 1 else ''} not signed in: {reason}"
        why = PermissionError(13, said) if denied else OSError(6, said)
        mounts.append(registry.Mount(f"HKU\\*{below}", registry.Unreachable(why), HERE))
    return mounts


def _key(path: str, user: str) -> registry.Key:
    """The top of a user's hive in a file."""
    from auditor.sources import hives

    file = Path(path)
    return hives.mount(file, hives.unpacked(file), user)[0].key


if sys.platform == "win32":
    import winreg

    _MISSING = "no such part of the registry"
    _HIVES = {"HKLM": winreg.HKEY_LOCAL_MACHINE, "HKU": winreg.HKEY_USERS}
    _ACCESS = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
    _KINDS = ("SZ", "EXPAND_SZ", "MULTI_SZ", "DWORD", "DWORD_BIG_ENDIAN", "QWORD", "BINARY", "NONE", "LINK")
    _TYPES = {getattr(winreg, f"REG_{kind}"): f"REG_{kind}" for kind in _KINDS}

    class _WinKey:
        """A key of the running system. It is opened for each question and closed after it."""

        def __init__(self, hive: int, path: str) -> None:
            self.hive, self.path = hive, path

        def _open(self) -> winreg.HKEYType:
            return winreg.OpenKeyEx(self.hive, self.path, 0, _ACCESS)

        def subkeys(self) -> Iterator[str]:
            with self._open() as key:
                names = [winreg.EnumKey(key, index) for index in range(winreg.QueryInfoKey(key)[0])]
            return (name for name in names if self.path or self.hive != winreg.HKEY_USERS or is_person(name))

        def child(self, name: str) -> _WinKey | None:
            below = _WinKey(self.hive, f"{self.path}\\{name}".lstrip("\\"))
            if self.hive == winreg.HKEY_USERS and below.path.casefold().endswith("\\software\\classes"):
                below = _classes(below)
            try:
                below._open().Close()
            except FileNotFoundError:
                return None
            return below

        def values(self) -> Iterator[tuple[str, str, Value]]:
            with self._open() as key:
                entries = [winreg.EnumValue(key, index) for index in range(winreg.QueryInfoKey(key)[1])]
            for name, data, number in entries:
                kind = _TYPES.get(number, f"type {number}")
                yield _text(name), kind, _plain(data)

    def _text(text: str) -> str:
        """Text as every format takes it: halves of characters are written out."""
        return text.encode("utf-8", "backslashreplace").decode("utf-8")

    def _plain(data: Any) -> Value:
        if isinstance(data, list):
            return [_text(each) for each in data]
        return data.hex() if isinstance(data, bytes) else _text(data) if isinstance(data, str) else data

    def _classes(asked: _WinKey) -> _WinKey:
        """A user's classes where Windows loads them, which is beside the user's hive; else where they were asked for."""
        own = _WinKey(asked.hive, asked.path.partition("\\")[0] + "_Classes")
        try:
            own._open().Close()
        except FileNotFoundError:
            return asked
        return own

    def reader() -> Reader:
        """The reader of kind registry on a running Windows. Hives of users who are not signed in are opened once."""
        live = [registry.Mount(name, _WinKey(hive, ""), HERE) for name, hive in _HIVES.items()]

        def of_the_machine(source: Source) -> Iterator[Reading]:
            return registry.read(source, live, _MISSING)

        @cache
        def others() -> list[registry.Mount]:
            loaded = {name.casefold() for name in live[1].key.subkeys()}
            disk = Disk(of_the_machine)
            away = (sid for sid in disk.profiles if is_person(sid) and sid.casefold() not in loaded)
            return signed_out({sid: disk.profiles[sid] for sid in away}, disk)

        def read(source: Source) -> Iterator[Reading]:
            if source.where.startswith("AMCACHE"):
                yield Reading(source, source.where, Status.FAILED, detail="Windows holds Amcache.hve: it is read offline")
                return
            yield from registry.read(source, live + (others() if source.where.startswith("HKU") else []), _MISSING)

        return read
