r"""Windows' lists of programs, unfolded: Uninstall keys in both views and of every user, and Amcache.

Product keys and serial numbers stand beside these values in the registry; only the
values named here are ever asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from auditor.checks.collected import Collected, text_field
from auditor.model import Reading, Source

_VALUES = "DisplayName,DisplayVersion,Publisher,InstallLocation,SystemComponent,ParentKeyName"
_PATH = r"Microsoft\Windows\CurrentVersion\Uninstall\*"
MACHINE = (
    Source("registry", rf"HKLM\SOFTWARE\{_PATH}#{_VALUES}"),
    Source("registry", rf"HKLM\SOFTWARE\WOW6432Node\{_PATH}#{_VALUES}"),
)
USERS = (Source("registry", rf"HKU\*\Software\{_PATH}#{_VALUES}"),)
AMCACHE = Source(
    "registry", r"AMCACHE\InventoryApplication\*#Name,Version,Source,RegistryKeyPath,RootDirPath,PackageFullName,UserSid"
)
FILES = Source("registry", r"AMCACHE\InventoryApplicationFile\*#Name,LowerCaseLongPath,BinFileVersion,BinaryType")

WANTS = (*MACHINE, *USERS, AMCACHE, FILES)

_USER_PATH = re.compile(r"^(?:HKU|HKEY_USERS)\\([^\\]+)\\", re.I)


class Program(NamedTuple):
    """One entry: its name and version as listed, its key's name, and for whom it is installed.

    ``user`` is empty for the machine; ``store`` marks a Store package, whose ``name`` is
    the package's; ``location`` is a folder in lower case without a final backslash.
    """

    name: str
    version: str
    key: str
    user: str
    location: str
    store: bool
    part: bool
    reading: Reading


def listed(collected: Collected) -> Iterator[Program]:
    """Every program that has a name: by the registry, and by Amcache where its key was not among those."""
    seen: set[tuple[str, str]] = set()
    for reading in collected.read(*MACHINE, *USERS):
        name = text_field(reading, "DisplayName")
        if name:
            path = reading.at.rpartition(" (")[0] or reading.at
            user = _USER_PATH.match(path)
            key = path.rpartition("\\")[2]
            seen.add((key.casefold(), user.group(1) if user else ""))
            yield Program(
                name,
                text_field(reading, "DisplayVersion"),
                key,
                user.group(1) if user else "",
                _folder(text_field(reading, "InstallLocation")),
                store=False,
                part=bool(text_field(reading, "ParentKeyName")),
                reading=reading,
            )
    for reading in collected.read(AMCACHE):
        path = text_field(reading, "RegistryKeyPath")
        user = _USER_PATH.match(path)
        key = path.rpartition("\\")[2]
        if (key.casefold(), user.group(1) if user else "") in seen:
            continue
        yield Program(
            text_field(reading, "Name"),
            text_field(reading, "Version"),
            key,
            user.group(1) if user else "",
            _folder(text_field(reading, "RootDirPath")),
            store=text_field(reading, "Source") == "AppxPackage",
            part=False,
            reading=reading,
        )


def _folder(path: str) -> str:
    return path.strip('" ').rstrip("\\").casefold()


def architecture_of(collected: Collected, folder: str, executable: str) -> tuple[str, Reading | None]:
    """What the program file in ``folder`` is made for, by the file and not by the registry's view."""
    for reading in collected.read(FILES):
        path = text_field(reading, "LowerCaseLongPath").casefold()
        if folder and path == f"{folder}\\{executable}":
            return text_field(reading, "BinaryType"), reading
    return "", None
