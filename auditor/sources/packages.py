"""Package databases: dpkg's own file, rpm by its command. One reading a package, as written.

A source names a package, with ``*`` for any characters: ``Source("dpkg", "libreoffice-*")``.
The database is read once for all sources. Only installed packages are given.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from fnmatch import translate
from functools import cache

from auditor.model import Reading, Source, Status
from auditor.sources import Reader, commands
from auditor.sources.files import Root, read_bytes

DPKG_STATUS = "/var/lib/dpkg/status"
DPKG_FOLDER = "/var/lib/dpkg/status.d/*"
RPM_FOLDERS = ("/var/lib/rpm", "/usr/lib/sysimage/rpm")
MAX_DATABASE = 64 * 1024 * 1024
"""Largest package database that is read, in bytes."""

_KEPT = re.compile(r"^(?:Package|Status|Version|Architecture): .*$", re.M)
_NAME = re.compile(r"^Package: (\S+)$", re.M)
_INSTALLED = re.compile(r"^Status: \S+ \S+ (?:installed|triggers-awaited|triggers-pending|half-configured|unpacked)$", re.M)
"""The states in which a package's files are in place, whether or not dpkg has finished with it."""
_RPM_FORMAT = "Package: %{NAME}\\nVersion: %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\\nArchitecture: %{ARCH}\\n\\n"

Packages = dict[str, list[str]]
"""Package name → the text of each of its installed packages (one an architecture)."""


def readers(root: Root) -> dict[str, Reader]:
    """The readers of kinds dpkg and rpm for the system under ``root``."""
    return {"dpkg": _reader("dpkg", lambda: _dpkg(root)), "rpm": _reader("rpm", lambda: _rpm(root))}


def _reader(kind: str, load: Callable[[], tuple[str, Packages]]) -> Reader:
    """Ask the database once, whatever the answer, then match names in memory."""

    @cache
    def loaded() -> tuple[str, Packages, Status, str]:
        try:
            place, packages = load()
        except FileNotFoundError:
            return f"{kind} database", {}, Status.ABSENT, f"no {kind} database here"
        except PermissionError as error:
            return f"{kind} database", {}, Status.DENIED, error.strerror or str(error)
        except (OSError, ValueError) as error:
            return f"{kind} database", {}, Status.FAILED, getattr(error, "strerror", None) or str(error)
        return place, packages, Status.READ, ""

    def read(source: Source) -> Iterator[Reading]:
        place, packages, status, detail = loaded()
        if status is not Status.READ:
            yield Reading(source, place, status, detail=detail)
            return
        names = [source.where] if "*" not in source.where else filter(re.compile(translate(source.where)).match, packages)
        found = [(name, text) for name in names for text in packages.get(name, ())]
        for name, text in found:
            yield Reading(source, f"{place}#{name}", Status.READ, text)
        if not found:
            yield Reading(source, place, Status.ABSENT, detail="not among the installed packages")

    return read


def _dpkg(root: Root) -> tuple[str, Packages]:
    """Installed packages from dpkg's status file, which it rewrites whole, so it is never half.

    :raises FileNotFoundError: there is no such database.
    """
    try:
        data = read_bytes(root.real(DPKG_STATUS), MAX_DATABASE)
    except FileNotFoundError:
        parts = root.matches(DPKG_FOLDER)
        if not parts:
            raise
        data = b"\n\n".join(read_bytes(root.real(path), MAX_DATABASE) for path in parts if not path.endswith(".md5sums"))
        return "/var/lib/dpkg/status.d", _stanzas(data, needs_status=False)
    if not data.strip():
        raise ValueError("the database is empty")
    return DPKG_STATUS, _stanzas(data, needs_status=True)


def _stanzas(data: bytes, *, needs_status: bool) -> Packages:
    packages: Packages = {}
    for stanza in data.decode("utf-8", "backslashreplace").split("\n\n"):
        name = _NAME.search(stanza)
        if name and (not needs_status or _INSTALLED.search(stanza)):
            packages.setdefault(name.group(1), []).append("\n".join(_KEPT.findall(stanza)))
    return packages


def _rpm(root: Root) -> tuple[str, Packages]:
    """Installed packages by rpm itself, since its database has had four formats.

    :raises FileNotFoundError: there is no such database.
    """
    folder = next((path for path in RPM_FOLDERS if _has_database(root, path)), None)
    if folder is None:
        raise FileNotFoundError(folder)
    try:
        text = commands.run(["rpm", "--dbpath", root.real(folder), "-qa", "--qf", _RPM_FORMAT], MAX_DATABASE)
    except FileNotFoundError as error:
        raise ValueError("there is an rpm database, but no rpm command here to read it") from error
    packages: Packages = {}
    for stanza in text.split("\n\n"):
        if name := _NAME.search(stanza):
            packages.setdefault(name.group(1), []).append(stanza)
    if not packages:
        raise ValueError("rpm names no package at all")
    return folder, packages


def _has_database(root: Root, folder: str) -> bool:
    """A database of packages, not merely the folder that installing rpm on another system leaves."""
    try:
        return any(name.startswith(("rpmdb.sqlite", "Packages")) for name in os.listdir(root.real(folder)))
    except FileNotFoundError:
        return False
