"""What lies in an estate's folder and belongs to nobody: the work of writers that were killed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from auditor.estate.commit import delete
from auditor.estate.lookups import Lookups
from auditor.estate.manifest import Head
from auditor.estate.opening import FOLDERS, OLD_CATALOGUE


def leftovers(folder: Path, head: Head) -> list[str]:
    """Paths below ``folder`` of files that neither ``head`` nor a reader of an earlier state needs, in order.

    :raises OSError: a folder cannot be read.
    :raises duckdb.Error: the table ``quarantine`` cannot be read.
    """
    own = head.own() | {f"quarantine/{sha256}" for sha256 in _kept(folder, head)}
    found = [name for each in FOLDERS for name in _below(folder, each) if name not in own]
    found += [path.name for path in folder.iterdir() if path.name.startswith((".", OLD_CATALOGUE)) and path.is_file()]
    return sorted(found)


def torn(folder: Path, head: Head) -> Iterator[tuple[Path, int]]:
    """Segments with something behind the bytes that belong to the estate: the file, and how many belong."""
    for each in head.segments:
        path = folder / each.file
        if path.is_file() and path.stat().st_size > each.bytes:
            yield path, each.bytes


def tidy(folder: Path, head: Head) -> int:
    """Remove all this; only who writes may. How many files went or got shorter.

    :raises OSError: a folder cannot be read, or a segment cannot be written.
    """
    found = leftovers(folder, head)
    delete(folder, found)
    cut = list(torn(folder, head))
    for path, size in cut:
        os.truncate(path, size)
    return len(found) + len(cut)


def _kept(folder: Path, head: Head) -> list[str]:
    """The files of the quarantine that are kept."""
    with Lookups(folder) as lookups:
        lookups.view({"quarantine": ("quarantine", [folder / each.file for each in head.of("quarantine")])})
        return [sha256 for (sha256,) in lookups.ask("SELECT DISTINCT sha256 FROM quarantine WHERE kept")]


def _below(folder: Path, name: str) -> Iterator[str]:
    """Every file below a folder of the estate, as a path below the estate's."""
    for parent, _, files in os.walk(folder / name):
        for each in files:
            yield (Path(parent) / each).relative_to(folder).as_posix()
