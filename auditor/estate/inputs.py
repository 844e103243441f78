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

import zstandard

from auditor.estate.marker import HEAD, MARKER, schema_in
from auditor.snapshot import MAX_BYTES

PACKINGS = {"": "", ".gz": "gzip", ".zst": "zstd"}
"""What may stand at the end of a file's name → how it is packed."""

SUFFIXES = tuple(f"{plain}{packing}" for plain in (".json", ".ndjson", ".kit.txt") for packing in PACKINGS)
"""What is looked for in a folder, in any case of letters."""

MAX_WINDOW = 128 * 1024 * 1024
"""Most memory that a zstd file may ask for to be unpacked; zstd itself refuses more unless it is told."""

_PACKED_WEIGHT = 1024 * 1024
_CHUNK = 1024 * 1024
_STEP = 1024
"""How much of a zstd file is unpacked at once, in bytes: not more than 32 MB can come of it, whatever is in it."""
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


class Waiting(NamedTuple):
    """A file that holds one thing and is not read yet: its path as it was found, the real one, and its weight in bytes.

    The weight is how many bytes may come of it, about: what is packed counts as larger than it is.
    """

    path: str
    real: str
    weight: int


def opened(found: Input | Waiting) -> Iterator[Input]:
    """What was found, read if it was not."""
    if isinstance(found, Waiting):
        yield from _file(found.path, found.real)
    else:
        yield found


def find_inputs(paths: Iterable[str]) -> Iterator[Input]:
    """Everything that ``paths`` lead to, read when its turn comes: :func:`find` with every file opened."""
    for each in find(paths):
        yield from opened(each)


def find(paths: Iterable[str]) -> Iterator[Input | Waiting]:
    """Everything that ``paths`` lead to: lines of NDJSON, and files that hold one thing each as yet to be read.

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
            yield Input(shown(path), unreadable="nothing matches this pattern")
        for match in matches:
            yield from _in_folder(match, os.path.realpath(Path(match).parent))


def _named(path: str) -> Iterator[Input | Waiting]:
    """A path that a person named: links are followed."""
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError) as error:
        yield Input(shown(path), unreadable=_why(error))
        return
    if stat.S_ISDIR(mode):
        yield from _walk(path)
    else:
        yield from _found(path, os.path.realpath(path))


def _walk(folder: str) -> Iterator[Input | Waiting]:
    """Everything below ``folder``, in order of the names."""
    root = os.path.realpath(folder)
    troubles: list[Input] = []
    walk = os.walk(folder, onerror=lambda error: troubles.append(Input(shown(error.filename), unreadable=_why(error))))
    for parent, folders, files in walk:
        folders.sort()
        for name in [each for each in folders if not _is_inside(os.path.realpath(os.path.join(parent, each)), root)]:
            folders.remove(name)
            yield Input(shown(os.path.join(parent, name)), unreadable=_OUTSIDE)
        for name in sorted(files):
            if name.casefold().endswith(SUFFIXES):
                yield from _in_folder(os.path.join(parent, name), root)
    yield from troubles


def _in_folder(path: str, root: str) -> Iterator[Input | Waiting]:
    """A path that was found in ``root``: it must lie there, also after following links.

    The mark and the manifest of an estate were not handed in, and are passed over. Everything else beside it
    counts, so that nobody can hide a folder by putting such a mark into it.
    """
    real = os.path.realpath(path)
    if not _is_inside(real, root):
        yield Input(shown(path), unreadable=_OUTSIDE)
    elif os.path.isdir(path):
        yield from _walk(path)
    elif Path(path).name in (MARKER, HEAD):
        yield from (each for each in _file(path, real) if not schema_in(each.data))
    else:
        yield from _found(path, real)


def _found(path: str, real: str) -> Iterator[Input | Waiting]:
    """A file's lines, or the file itself for whoever reads it."""
    if _is_lines(path):
        yield from _file(path, real)
        return
    try:
        size = Path(real).stat().st_size
    except OSError:
        size = 0  # whoever opens it will say what is wrong
    yield Waiting(path, real, max(size, _PACKED_WEIGHT) if _packing(path) else size)


def _packing(name: str) -> str:
    """The end of the name that says how a file is packed; empty where it is not."""
    return next(each for each in (*list(PACKINGS)[1:], "") if name.casefold().endswith(each))


def _is_lines(name: str) -> bool:
    return name.casefold().removesuffix(_packing(name)).endswith(".ndjson")


def _is_inside(real: str, root: str) -> bool:
    """Whether one real path is, or lies below, another."""
    return Path(real).is_relative_to(root)


def _file(path: str, real: str) -> Iterator[Input]:
    """What one file holds. ``real`` is ``path`` with its links followed; no link is followed any more."""
    name = shown(path)
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
    suffix = _packing(name)
    try:
        chunks = _chunks(file, PACKINGS[suffix])
        yield from _lines(name, chunks) if _is_lines(name) else _whole(name, chunks)
    except (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError) as error:
        file.seek(0)
        kept = file.read(MAX_BYTES + 1)
        reason = f"cut off, or not {PACKINGS[suffix]}: {error}"
        yield Input(name, kept if len(kept) <= MAX_BYTES else b"", refused=reason)
    except OSError as error:
        yield Input(name, unreadable=_why(error))


def _chunks(file: IO[bytes], packing: str) -> Iterator[bytes]:
    """The file's content, unpacked, a part at a time: never more in memory than a few tens of MB.

    :raises EOFError: it is cut off. Where it is damaged, the errors of zlib, gzip and zstandard.
    """
    if packing == "zstd":
        yield from _from_zstd(file)
        return
    content: IO[bytes] = gzip.GzipFile(fileobj=file) if packing else file  # type: ignore[assignment]
    while chunk := content.read(_CHUNK):
        yield chunk


def _from_zstd(file: IO[bytes]) -> Iterator[bytes]:
    """The content of all frames of a zstd file. Its stream reader would take a frame that is cut off for a whole one."""
    unpacker = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW)
    frame = unpacker.decompressobj()
    begun = False
    while packed := file.read(_CHUNK):
        view = memoryview(packed)
        for start in range(0, len(packed), _STEP):
            step = bytes(view[start : start + _STEP])
            while step:
                chunk = frame.decompress(step)
                begun, step = not frame.eof, frame.unused_data
                if frame.eof:
                    frame = unpacker.decompressobj()
                if chunk:
                    yield chunk
    if begun:
        raise EOFError("the last frame has no end")


def _whole(name: str, chunks: Iterator[bytes]) -> Iterator[Input]:
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        parts.append(chunk)
        size += len(chunk)
        if size > MAX_BYTES:
            yield Input(name, refused=_TOO_LARGE)
            return
    yield Input(name, b"".join(parts))


def _lines(name: str, chunks: Iterator[bytes]) -> Iterator[Input]:
    """Each line with its line end, as it stands; empty lines are skipped."""
    for number, line in enumerate(_split(chunks), 1):
        if len(line) > MAX_BYTES:
            yield Input(f"{name}:{number}", refused=_TOO_LARGE)
        elif line.strip():
            yield Input(f"{name}:{number}", line)


def _split(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The lines in ``chunks``; of one that is too large no more is kept than shows that it is."""
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        start = 0
        while end := chunk.find(b"\n", start) + 1:
            line = chunk[start:end]
            start = end
            if held:
                line = b"".join((*held, line)) if size <= MAX_BYTES else held[0]
                held, size = [], 0
            yield line
        rest = chunk[start:] if start else chunk
        if rest and size <= MAX_BYTES:
            held.append(rest)
            size += len(rest)
            if size > MAX_BYTES:
                held = [b"".join(held)]
    if held:
        yield b"".join(held)


def shown(path: str) -> str:
    """``path`` with everything that cannot be printed or stored as an escape."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in str(path))


def _why(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
