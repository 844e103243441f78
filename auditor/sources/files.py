"""Files: text as it stands, chosen lines, links, existence.

Every path goes through a :class:`Root`, so the same source reads the running system or
a folder with a copy of one; a copy's links are followed inside the copy and never out
of it. ``~/`` stands for every home folder there is. ``*`` matches within one name. Where
the rest of a path is not there below what a wildcard matched, that match is not named.
"""

from __future__ import annotations

import fnmatch
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from auditor.identity import hashed, packed
from auditor.model import Reading, Source, Status, Value
from auditor.sources import MAX_TEXT, Reader, failure

MAX_MATCHES = 2000
"""Most paths that one wildcard may lead to."""


MAX_LINES = 64 * MAX_TEXT
"""Largest file of which some lines are wanted, in bytes."""


class Root:
    """Where ``/`` is: ``""`` for the running system, else the folder of a copy."""

    def __init__(self, folder: str = "") -> None:
        self.folder = folder.rstrip("/")

    def real(self, path: str) -> str:
        """The path on this computer for ``path`` under the root; a copy's links stay in the copy."""
        if not self.folder:
            return path
        for _ in range(40):
            moved = self._first_link(path)
            if moved is None:
                return self.folder + path
            path = moved
        raise OSError(40, "too many links")

    def _first_link(self, path: str) -> str | None:
        """``path`` with its first link replaced by where it points; None without a link."""
        parts = [part for part in path.split("/") if part]
        for depth in range(1, len(parts) + 1):
            here = "/" + "/".join(parts[:depth])
            if os.path.islink(self.folder + here):
                target = os.path.join(os.path.dirname(here), os.readlink(self.folder + here), *parts[depth:])
                return "/" + os.path.normpath(target).lstrip("/")
        return None

    def homes(self) -> tuple[list[str], list[tuple[str, OSError]]]:
        """Every home folder, and what could not be listed: /home, /Users, root's, on the running system this user's."""
        places = [self.expand(place) for place in ("/home/*", "/Users/*", "/root")]
        found = [path for paths, _ in places for path in paths]
        if not self.folder:
            found.append(os.path.expanduser("~"))
        folders = [path for path in dict.fromkeys(found) if not path.endswith("/Shared") and self.is_folder(path)]
        return folders, [fault for _, faults in places for fault in faults]

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder at ``path`` that is within reach."""
        try:
            return os.path.isdir(self.real(path))
        except OSError:
            return False

    def matches(self, where: str) -> list[str]:
        """The paths that ``where`` leads to, in order; itself where it has no wildcard."""
        return self.expand(where)[0]

    def expand(self, where: str) -> tuple[list[str], list[tuple[str, OSError]]]:
        """The paths that ``where`` leads to, and the folders on the way that could not be listed."""
        if where.startswith("~/"):
            homes, hidden = self.homes()
            parts = [self.expand(home + where[1:]) for home in homes]
            return [path for paths, _ in parts for path in paths], hidden + [one for _, more in parts for one in more]
        return self.walk("", where)

    def walk(self, base: str, rest: str) -> tuple[list[str], list[tuple[str, OSError]]]:
        """What ``rest`` leads to below the folder ``base``, as :meth:`expand`."""
        paths, faults = [base], []
        for part in rest.strip("/").split("/"):
            found: list[str] = []
            for path in paths:
                try:
                    found += [f"{path}/{name}" for name in self._names(path, part)]
                except (FileNotFoundError, NotADirectoryError):
                    continue
                except OSError as error:
                    faults.append((path, error))
            if len(found) > MAX_MATCHES:
                faults.append((f"{base}{rest}", OSError(7, f"leads to more than {MAX_MATCHES} places")))
            paths = found[:MAX_MATCHES]
        return paths, faults

    def _names(self, folder: str, part: str) -> list[str]:
        """The names in ``folder`` that the pattern ``part`` matches; ``part`` itself without wildcards."""
        if "*" not in part:
            return [part]
        return sorted(fnmatch.filter(os.listdir(self.real(folder or "/")), part))

    def shown(self, path: str) -> str:
        """A path as a reading names it."""
        return printable(path)


def readers(root: Root) -> dict[str, Reader]:
    """The readers of kinds file, lines, link, exists and machine-id under ``root``."""
    return {
        "file": lambda source: each(source, root, _text),
        "lines": lambda source: each(source, root, _lines),
        "link": lambda source: each(source, root, _link),
        "exists": lambda source: each(source, root, _exists),
        "machine-id": lambda source: each(source, root, _machine_id),
    }


def each(source: Source, root: Root, read: Callable[[Root, str, Source], Value]) -> list[Reading]:
    """One reading for each path and for each folder that hid some; ABSENT where there is neither.

    What a wildcard matched is named only where something was read or refused: a folder's
    name may be private, and that nothing is in it is said once, of the pattern.
    """
    where = source.where.partition("#")[0]
    paths, faults = root.expand(where)
    readings = [_one(source, root, path, read) for path in paths]
    if "*" in where or where.startswith("~"):
        readings = [reading for reading in readings if reading.status is not Status.ABSENT]
    readings += [failure(source, root.shown(folder), fault) for folder, fault in faults]
    return readings or [Reading(source, where, Status.ABSENT, detail="nothing there has such a name")]


def _one(source: Source, root: Root, path: str, read: Callable[[Root, str, Source], Value]) -> Reading:
    try:
        return Reading(source, root.shown(path), Status.READ, read(root, path, source))
    except OSError as error:
        return failure(source, root.shown(path), error)
    except ValueError as error:
        return Reading(source, root.shown(path), Status.FAILED, detail=str(error))


def printable(path: str) -> str:
    r"""A path as text: bytes of it that are no UTF-8 as ``\xfc``, since no format takes them as they are."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def open_plain(path: str | Path) -> BinaryIO:
    """Open a plain file for reading, without waiting for whoever should write to a pipe.

    :raises OSError: it cannot be opened, or is no plain file.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(22, "not a plain file")
    return os.fdopen(descriptor, "rb")


def read_bytes(path: str | Path, limit: int = MAX_TEXT) -> bytes:
    """The bytes of a plain file of at most ``limit`` bytes.

    :raises OSError: it cannot be opened, or is no plain file (a pipe would never end).
    :raises ValueError: it is larger.
    """
    with open_plain(path) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"larger than {limit // 1024} KB")
    return data


def _text(root: Root, path: str, source: Source) -> Value:
    return read_bytes(root.real(path)).decode("utf-8", "backslashreplace")


def _lines(root: Root, path: str, source: Source) -> Value:
    """The first 64 lines that begin, after any indent, with one of the words after ``#``, each once, as written."""
    words = tuple(source.where.partition("#")[2].split(","))
    text = read_bytes(root.real(path), MAX_LINES).decode("utf-8", "backslashreplace")
    kept = dict.fromkeys(line.rstrip("\r")[:2000] for line in text.split("\n") if line.lstrip().startswith(words))
    return "\n".join(list(kept)[:64])


def _link(root: Root, path: str, source: Source) -> Value:
    folder, _, name = path.rpartition("/")
    return printable(os.readlink(f"{root.real(folder or '/').rstrip('/')}/{name}"))


def _exists(root: Root, path: str, source: Source) -> Value:
    os.stat(root.real(path))
    return True


def _machine_id(root: Root, path: str, source: Source) -> Value:
    """The id of an installation, or of hardware, hashed, as machine-id(5) asks of whoever stores it."""
    text = packed(read_bytes(root.real(path), 4096).decode("ascii", "replace"))
    if not text or text == "uninitialized":
        raise ValueError("there is no machine id yet")
    return hashed(text)
