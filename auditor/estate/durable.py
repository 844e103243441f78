"""Writing so that it lasts: a file is on the disk, and so is its name, before anything speaks of it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

_AT_ONCE = 8
"""So many files are flushed at once: file systems then write their journal once for all of them."""


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, in the place of what a killed writer may have left there; on the disk when this ends.

    Its name is only safe after :func:`sync_folder`.

    :raises OSError: the disk is full or cannot be written; what is there then belongs to nobody.
    """
    with path.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def sync_all(files: Iterable[Path], folders: Iterable[Path]) -> None:
    """Bring ``files`` that were written, and their names in ``folders``, to the disk, all in one wait.

    :raises OSError: the disk is full or failed.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(_sync, files):
            pass
        for _ in pool.map(sync_folder, folders):
            pass


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def swap(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of ``path`` as one whole: whoever reads sees what was before, or this.

    :raises OSError: the disk is full or cannot be written; the older file stays.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with new_file(part) as file:
            file.write(data)
        os.replace(part, path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of ``data``, in as many steps as the system takes.

    :raises OSError: the disk is full or cannot be written.
    """
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync_folder(folder: Path) -> None:
    """Make the names of new files in ``folder`` survive a power cut, where the system lets one."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
