"""The registry of the running Windows, through winreg, always in its 64-bit view."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from auditor.model import Reading, Source, Status, Value
from auditor.sources import registry

if sys.platform == "win32":
    import winreg

    _HIVES = {"HKLM": winreg.HKEY_LOCAL_MACHINE, "HKU": winreg.HKEY_USERS}
    _ACCESS = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
    _TYPES = {getattr(winreg, name): name for name in dir(winreg) if name.startswith("REG_") and name.isupper()}
    _NOT_PEOPLE = (".DEFAULT", "S-1-5-18", "S-1-5-19", "S-1-5-20")

    class _WinKey:
        """A key of the running system. It is opened for each question and closed after it."""

        def __init__(self, hive: int, path: str) -> None:
            self.hive, self.path = hive, path

        def _open(self) -> winreg.HKEYType:
            return winreg.OpenKeyEx(self.hive, self.path, 0, _ACCESS)

        def subkeys(self) -> Iterator[str]:
            with self._open() as key:
                names = [winreg.EnumKey(key, index) for index in range(winreg.QueryInfoKey(key)[0])]
            people = self.hive == winreg.HKEY_USERS and not self.path
            return (name for name in names if not people or not (name in _NOT_PEOPLE or name.endswith("_Classes")))

        def child(self, name: str) -> _WinKey | None:
            below = _WinKey(self.hive, f"{self.path}\\{name}".lstrip("\\"))
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
                yield name, kind, data.hex() if isinstance(data, bytes) else data

    def read(source: Source) -> Iterator[Reading]:
        """Reader of kind registry on a running Windows."""
        mounts = [registry.Mount(name, _WinKey(hive, "")) for name, hive in _HIVES.items()]
        if source.where.startswith("AMCACHE"):
            yield Reading(source, source.where, Status.FAILED, detail="Windows holds Amcache.hve; it is read offline only")
        else:
            yield from registry.read(source, mounts, "no such part of the registry")
