"""Opening a folder as an estate: whether it is one, and that one process alone writes."""

from __future__ import annotations

from pathlib import Path

from auditor.errors import BusyError, EstateError, MissingExtraError
from auditor.estate.durable import swap, sync_folder
from auditor.estate.manifest import Head, write_head
from auditor.estate.marker import BEFORE, HEAD, MARKER, SCHEMA, schema_in
from auditor.estate.profile import canonical

try:
    import filelock
except ImportError as missing:
    raise MissingExtraError("the estate needs filelock", "pip install 'estate-auditor[estate]'") from missing

LOCK = "lock"
"""The file that a writer holds locked. The system lets go of it when the process ends, however it ends."""
FOLDERS = ("tables", "segments", "quarantine")
OLD_CATALOGUE = "catalogue.duckdb"

Lock = filelock.BaseFileLock

_OWN = frozenset({*FOLDERS, HEAD, LOCK, OLD_CATALOGUE, ".spill"})
_MARKER_BYTES = 4096


def check_marker(folder: Path) -> None:
    """See that ``folder`` is an estate of this layout.

    :raises EstateError: it is none, or of another layout.
    :raises OSError: it cannot be read.
    """
    if not (folder / MARKER).is_file():
        raise EstateError(f"{folder}: no estate here", "auditor ingest PATH… makes one.")
    if _layout(folder) == BEFORE:
        raise EstateError(
            f"{folder / MARKER}: schema {BEFORE}: this version of auditor uses {SCHEMA}",
            f"auditor estate migrate --estate {folder} brings it to the new layout.",
        )


def begin(folder: Path) -> Lock:
    """Make the folders of an estate, unless ``folder`` is something else, and lock it.

    :raises EstateError: it is something else, or another process writes.
    :raises OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / MARKER).exists():
        _layout(folder)
    else:
        for path in sorted(folder.iterdir()):
            if path.name not in _OWN and not path.name.startswith((".estate.json.", ".head.json.")):
                raise EstateError(f"{folder}: not an estate: it holds {path.name}", "Name an empty or a new folder.")
    lock = filelock.FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise BusyError(
            f"{folder}: another auditor is writing to this estate", "Wait until it has finished, then try again."
        ) from error
    try:
        _prepare(folder)
    except BaseException:
        lock.release()
        raise
    return lock


def _prepare(folder: Path) -> None:
    for each in FOLDERS:
        (folder / each).mkdir(exist_ok=True)
    if not (folder / MARKER).exists():
        if not (folder / HEAD).exists():
            write_head(folder, Head())
        mark(folder)
    sync_folder(folder)


def mark(folder: Path) -> None:
    """Say that ``folder`` is an estate of this layout.

    :raises OSError: it cannot be written.
    """
    swap(folder / MARKER, canonical({"schema": SCHEMA}).encode("ascii") + b"\n")


def is_of_layout_before(folder: Path) -> bool:
    """Whether ``folder`` is an estate that must be migrated."""
    return _layout(folder) == BEFORE


def _layout(folder: Path) -> str:
    """The layout that the marker names: this one or the one before.

    :raises EstateError: it names another, or none.
    """
    marker = folder / MARKER
    with marker.open("rb") as file:
        schema = schema_in(file.read(_MARKER_BYTES))
    if schema in (SCHEMA, BEFORE):
        return schema
    if schema:
        raise EstateError(f"{marker}: schema {schema[:60]}: this version of auditor uses {SCHEMA}", "Update auditor here.")
    raise EstateError(f"{marker}: does not say that this is an estate", f'It must hold {{"schema": "{SCHEMA}"}}.')
