"""Files: text as it stands, chosen lines, links, existence.

Every path goes through a :class:`Root`, so the same source reads the running system or
a folder with a copy of one; a copy's links are followed inside the copy and never out
of it. ``~/`` stands for every home folder there is. ``*`` matches within one name.
"""

from __future__ import annotations

import fnmatch
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from auditor.model import Reading, Source, Status, Value
from auditor.sources import MAX_TEXT, Reader, failure

MAX_MATCHES = 2000
"""Most paths that one wildcard may lead to."""


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

    def homes(self) -> list[str]:
        """Every home folder: those of /home and /Users, root's, and on the running system this user's."""
        found = [path for place in ("/home/*", "/Users/*", "/root") for path in self.matches(place)]
        if not self.folder:
            found.append(os.path.expanduser("~"))
        folders = [path for path in dict.fromkeys(found) if not path.endswith("/Shared")]
        return [path for path in folders if os.path.isdir(self.folder + path)]

    def matches(self, where: str) -> list[str]:
        """The paths that ``where`` leads to, in order; itself where it has no wildcard."""
        return self.expand(where)[0]

    def expand(self, where: str) -> tuple[list[str], list[tuple[str, OSError]]]:
        """The paths that ``where`` leads to, and the folders on the way that could not be listed."""
        if where.startswith("~/"):
            parts = [self.expand(home + where[1:]) for home in self.homes()]
            return [path for paths, _ in parts for path in paths], [fault for _, faults in parts for fault in faults]
        paths, faults = [""], []
        for part in where.strip("/").split("/"):
            found: list[str] = []
            for path in paths:
                try:
                    found += [f"{path}/{name}" for name in self._names(path, part)]
                except (FileNotFoundError, NotADirectoryError):
                    continue
                except OSError as error:
                    faults.append((path, error))
            paths = found[:MAX_MATCHES]
        return paths, faults

    def _names(self, folder: str, part: str) -> list[str]:
        """The names in ``folder`` that the pattern ``part`` matches; ``part`` itself without wildcards."""
        if "*" not in part:
            return [part]
        return sorted(fnmatch.filter(os.listdir(self.real(folder or "/")), part))


def readers(root: Root) -> dict[str, Reader]:
    """The readers of kinds file, lines, link and exists under ``root``."""
    return {
        "file": lambda source: each(source, root, _text),
        "lines": lambda source: each(source, root, _lines),
        "link": lambda source: each(source, root, _link),
        "exists": lambda source: each(source, root, _exists),
    }


def each(source: Source, root: Root, read: Callable[[Root, str, Source], Value]) -> Iterator[Reading]:
    """One reading for each path and for each folder that hid some; ABSENT where there is neither."""
    where = source.where.partition("#")[0]
    paths, faults = root.expand(where)
    for path in paths:
        try:
            yield Reading(source, path, Status.READ, read(root, path, source))
        except OSError as error:
            yield failure(source, path, error)
        except ValueError as error:
            yield Reading(source, path, Status.FAILED, detail=str(error))
    for folder, error in faults:
        yield failure(source, folder, error)
    if not paths and not faults:
        yield Reading(source, where, Status.ABSENT, detail="nothing there has such a name")


def read_bytes(path: str | Path, limit: int = MAX_TEXT) -> bytes:
    """The bytes of a plain file of at most ``limit`` bytes.

    :raises OSError: it cannot be opened, or is no plain file (a pipe would never end).
    :raises ValueError: it is larger.
    """
    with open(path, "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(22, "not a plain file")
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"larger than {limit // 1024} KB")
    return data


def _text(root: Root, path: str, source: Source) -> Value:
    return read_bytes(root.real(path)).decode("utf-8", "backslashreplace")


def _lines(root: Root, path: str, source: Source) -> Value:
    """Only the lines that begin, after any indent, with one of the words after ``#``, each once, as written."""
    words = tuple(source.where.partition("#")[2].split(","))
    with open(root.real(path), encoding="utf-8", errors="backslashreplace") as file:
        kept = dict.fromkeys(line.rstrip("\n")[:2000] for line in file if line.lstrip().startswith(words))
    return "\n".join(list(kept)[:64])


def _link(root: Root, path: str, source: Source) -> Value:
    return os.readlink(root.folder + path)


def _exists(root: Root, path: str, source: Source) -> Value:
    os.stat(root.real(path))
    return True
