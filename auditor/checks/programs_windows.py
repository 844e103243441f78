r"""Windows' lists of programs, unfolded: Uninstall keys in both views and of every user, and Amcache.

Product keys and serial numbers stand beside these values in the registry; only the
values named here are ever asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from auditor.checks.collected import Collected, field, text_field
from auditor.model import Reading, Source, Status

_VALUES = "DisplayName,DisplayVersion,Publisher,InstallLocation,SystemComponent,ParentKeyName,Version"
_PATH = r"Microsoft\Windows\CurrentVersion\Uninstall\*"
MACHINE = (
    Source("registry", rf"HKLM\SOFTWARE\{_PATH}#{_VALUES}"),
    Source("registry", rf"HKLM\SOFTWARE\WOW6432Node\{_PATH}#{_VALUES}"),
)
USERS = (Source("registry", rf"HKU\*\Software\{_PATH}#{_VALUES}"),)
AMCACHE = Source(
    "registry", r"AMCACHE\InventoryApplication\*#Name,Version,Source,RegistryKeyPath,RootDirPath,PackageFullName,UserSid"
)
FILES = Source("registry", r"AMCACHE\InventoryApplicationFile\*#Name,LowerCaseLongPath,BinFileVersion,BinaryType,Version")

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
        if entry := entry_of(reading):
            seen.add((entry.key.casefold(), entry.user))
            yield entry
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


def entry_of(reading: Reading) -> Program | None:
    """The program that a key of :data:`MACHINE` or :data:`USERS` lists; None where it has no name.

    What it lists also hides Amcache's entry of the same key, whatever that is called.
    """
    name = text_field(reading, "DisplayName")
    if not name:
        return None
    path = reading.at.rpartition(" (")[0] or reading.at
    user = _USER_PATH.match(path)
    return Program(
        name,
        _version(reading),
        path.rpartition("\\")[2],
        user.group(1) if user else "",
        _folder(text_field(reading, "InstallLocation")),
        store=False,
        part=bool(text_field(reading, "ParentKeyName")),
        reading=reading,
    )


def refused(reading: Reading) -> Reading | None:
    """An answer of :data:`MACHINE` or :data:`USERS` without a value; None where it leaves no gap."""
    return None if reading.source in USERS and reading.status is Status.ABSENT else reading


def _version(reading: Reading) -> str:
    """DisplayVersion; where there is none, the bytes of Version: 0b340000 is 11.52."""
    listed = text_field(reading, "DisplayVersion")
    packed = field(reading, "Version")
    if listed or not isinstance(packed, int) or packed < 1 << 16:
        return listed
    major, minor, build = packed >> 24, packed >> 16 & 0xFF, packed & 0xFFFF
    return f"{major}.{minor}.{build}" if build else f"{major}.{minor}"


def _folder(path: str) -> str:
    return path.strip('" ').rstrip("\\").casefold()


_REPOSITORY = r"HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages"
_FOR_ALL = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Appx\AppxAllUserStore"
_PACKAGE = re.compile(
    r"^(?P<name>[^_]+)_(?P<version>[0-9.]+)_(?P<architecture>[a-z0-9]+)_(?P<resource>[^_]*)_[a-z0-9]+$", re.I
)


class Package(NamedTuple):
    """A Store package of somebody, or of everybody where ``user`` is empty. ``architecture`` is the package's own word."""

    name: str
    version: str
    architecture: str
    user: str
    reading: Reading


def package_sources(*names: str) -> tuple[Source, ...]:
    """Where packages of these names, ``*`` in them, are registered: each user's, and what every user is given."""
    return tuple(
        Source("registry", where)
        for name in names
        for where in (
            rf"{_REPOSITORY}\{name}_*#PackageID,PackageRootFolder",
            rf"{_FOR_ALL}\Applications\{name}_*#Path",
            rf"{_FOR_ALL}\InboxApplications\{name}_*#Path",
        )
    )


def packages(collected: Collected, *names: str) -> Iterator[Package]:
    """Every registered package of these names; by Amcache where none of its name was registered.

    A bundle (its resource is ``~``) and what it holds for one language or screen have
    versions of their own: they are no packages.
    """
    found: set[str] = set()
    for reading in collected.read(*package_sources(*names)):
        path = reading.at.rpartition(" (")[0] or reading.at
        user = _USER_PATH.match(path)
        match = _PACKAGE.match(path.rpartition("\\")[2])
        if match and not match.group("resource"):
            found.add(match.group("name").casefold())
            yield Package(
                match.group("name"),
                match.group("version"),
                match.group("architecture"),
                user.group(1) if user else "",
                reading,
            )
    for program in listed(collected):
        name = program.name.casefold()
        if program.store and name not in found and any(fnmatchcase(name, each.casefold()) for each in names):
            match = _PACKAGE.match(text_field(program.reading, "PackageFullName"))
            architecture = match.group("architecture") if match else ""
            yield Package(program.name, program.version, architecture, "", program.reading)


def architecture_of(collected: Collected, folder: str, executable: str) -> tuple[str, Reading | None]:
    """What the program file in ``folder`` is made for, by the file and not by the registry's view."""
    for reading in collected.read(FILES):
        path = text_field(reading, "LowerCaseLongPath").casefold()
        if folder and path == f"{folder}\\{executable}":
            return text_field(reading, "BinaryType"), reading
    return "", None
