"""What was handed in: files, folders, patterns and lines of NDJSON, one at a time.

Whoever can write into a shared folder can put anything there. So only regular files
are opened, a link is not followed out of the folder that was named, no more is read
than a snapshot may be long, and whatever cannot be read is an :class:`Input` that says so.
"""

from __future__ import annotations

import glob
import gzip
import os
import stat
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from auditor.estate.marker import HEAD, MARKER, schema_in
from auditor.snapshot import MAX_BYTES

SUFFIXES = (".json", ".ndjson", ".json.gz", ".ndjson.gz", ".kit.txt", ".kit.txt.gz")
"""What is looked for in a folder, in any case of letters."""

_CHUNK = 1024 * 1024
_TOO_LARGE = f"larger than {MAX_BYTES // 2**20} MB"
_OUTSIDE = "a link to a path outside the folder"
_READING = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class Input(NamedTuple):
    """One thing handed in. ``name`` is printable: its path, for NDJSON with ``:`` and the line.

    Exactly one holds: ``data`` is what may be a snapshot, byte for byte; ``refused`` says
    why it cannot be one (``data`` is what was read of it, if anything); ``unreadable``
    says why it could not be read.
    """

    name: str
    data: bytes = b""
    refused: str = ""
    unreadable: str = ""


def find_inputs(paths: Iterable[str]) -> Iterator[Input]:
    """Everything that ``paths`` lead to, read when its turn comes.

    A path is a file, a folder (all below it with one of :data:`SUFFIXES`), or a pattern
    with ``*``, ``?`` or ``[``, for shells that leave patterns as they are. A file that
    is named is read whatever its suffix is.
    """
    for path in paths:
        if os.path.lexists(path) or not glob.has_magic(path):
            yield from _named(path)
            continue
        matches = sorted(glob.glob(path, recursive=True))
        if not matches:
            yield Input(_shown(path), unreadable="nothing matches this pattern")
        for match in matches:
            yield from _in_folder(match, os.path.realpath(Path(match).parent))


def _named(path: str) -> Iterator[Input]:
    """A path that a person named: links are followed."""
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError) as error:
        yield Input(_shown(path), unreadable=_why(error))
        return
    if stat.S_ISDIR(mode):
        yield from _walk(path)
    else:
        yield from _file(path, os.path.realpath(path))


def _walk(folder: str) -> Iterator[Input]:
    """Everything below ``folder``, in order of the names."""
    root = os.path.realpath(folder)
    troubles: list[Input] = []
    walk = os.walk(folder, onerror=lambda error: troubles.append(Input(_shown(error.filename), unreadable=_why(error))))
    for parent, folders, files in walk:
        folders.sort()
        for name in [each for each in folders if not _is_inside(os.path.realpath(os.path.join(parent, each)), root)]:
            folders.remove(name)
            yield Input(_shown(os.path.join(parent, name)), unreadable=_OUTSIDE)
        for name in sorted(files):
            if name.casefold().endswith(SUFFIXES):
                yield from _in_folder(os.path.join(parent, name), root)
    yield from troubles


def _in_folder(path: str, root: str) -> Iterator[Input]:
    """A path that was found in ``root``: it must lie there, also after following links.

    The mark and the manifest of an estate were not handed in, and are passed over. Everything else beside it
    counts, so that nobody can hide a folder by putting such a mark into it.
    """
    real = os.path.realpath(path)
    if not _is_inside(real, root):
        yield Input(_shown(path), unreadable=_OUTSIDE)
    elif os.path.isdir(path):
        yield from _walk(path)
    elif Path(path).name in (MARKER, HEAD):
        yield from (each for each in _file(path, real) if not schema_in(each.data))
    else:
        yield from _file(path, real)


def _is_inside(real: str, root: str) -> bool:
    """Whether one real path is, or lies below, another."""
    return Path(real).is_relative_to(root)


def _file(path: str, real: str) -> Iterator[Input]:
    """What one file holds. ``real`` is ``path`` with its links followed; no link is followed any more."""
    name = _shown(path)
    try:
        descriptor = os.open(real, _READING | getattr(os, "O_NOFOLLOW", 0))
    except OSError as error:
        yield Input(name, unreadable=_why(error))
        return
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            yield Input(name, unreadable="not a regular file")
            return
        yield from _content(name, file)


def _content(name: str, file: IO[bytes]) -> Iterator[Input]:
    """The inputs in an open file, by what its name says it is."""
    plain = name.casefold().removesuffix(".gz")
    packed = plain != name.casefold()
    lines = plain.endswith(".ndjson")
    try:
        content: IO[bytes] = gzip.GzipFile(fileobj=file) if packed else file  # type: ignore[assignment]
        yield from _lines(name, content) if lines else _whole(name, content)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        file.seek(0)
        kept = file.read(MAX_BYTES + 1)
        yield Input(name, kept if len(kept) <= MAX_BYTES else b"", refused=f"cut off, or not gzip: {error}")
    except OSError as error:
        yield Input(name, unreadable=_why(error))


def _whole(name: str, file: IO[bytes]) -> Iterator[Input]:
    data = file.read(MAX_BYTES + 1)
    yield Input(name, data) if len(data) <= MAX_BYTES else Input(name, refused=_TOO_LARGE)


def _lines(name: str, file: IO[bytes]) -> Iterator[Input]:
    """Each line with its line end, as it stands; empty lines are skipped."""
    number = 0
    while line := file.readline(MAX_BYTES + 1):
        number += 1
        if len(line) > MAX_BYTES:
            while line and not line.endswith(b"\n"):
                line = file.readline(_CHUNK)
            yield Input(f"{name}:{number}", refused=_TOO_LARGE)
        elif line.strip():
            yield Input(f"{name}:{number}", line)


def _shown(path: str) -> str:
    """``path`` with everything that cannot be printed or stored as an escape."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in str(path))


def _why(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
