"""What can go wrong with an estate on disk, in words for a person."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from auditor.errors import EstateError, MissingExtraError

try:
    import duckdb
    import pyarrow as pa
except ImportError as missing:
    raise MissingExtraError("the estate needs DuckDB and pyarrow", "pip install 'estate-auditor[estate]'") from missing

SAFE = "nothing that was ingested is lost."
_HINTS = {
    errno.ENOSPC: f"Free some space; {SAFE}",
    errno.EFBIG: f"Free some space, or let files be larger; {SAFE}",
    errno.EDQUOT: f"Free some space; {SAFE}",
    errno.EROFS: "The folder is on a read-only file system: copy the estate, or have it mounted to write.",
    errno.EACCES: "Check the permissions of the folder.",
    errno.EPERM: "Check the permissions of the folder.",
    errno.ENOENT: "If somebody compacts this estate just now, try again. If it stays, restore the folder from a backup.",
}
_DAMAGED = "auditor estate check names what is damaged; restore it from a backup."


@contextlib.contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn what goes wrong below into an :class:`EstateError` that names the file.

    :raises EstateError: the disk is full, a folder vanished, or a file is damaged.
    """
    try:
        yield
    except OSError as error:
        raise unusable(folder, error) from error
    except duckdb.Error as error:
        text = str(error)
        if "No files found" in text:
            raise EstateError(f"{folder}: No such file: {first_line(text)}", _HINTS[errno.ENOENT]) from error
        full = "No space" in text or "Could not write" in text or "offload data block" in text or "temp_directory" in text
        hint = _HINTS[errno.ENOSPC] if full else _DAMAGED
        raise EstateError(f"{folder}: cannot be used: {first_line(text)}", hint) from error
    except pa.ArrowException as error:
        raise EstateError(f"{folder}: cannot be used: {first_line(str(error))}", _DAMAGED) from error


def unusable(folder: Path, error: OSError) -> EstateError:
    """What the operating system said, as an error for a person."""
    where = error.filename if isinstance(error.filename, str) else str(folder)
    said = error.strerror or first_line(str(error))
    hint = _HINTS.get(error.errno or 0, f"Check the folder; {SAFE}" if error.errno else _DAMAGED)
    return EstateError(f"{where}: cannot be written or read: {said}", hint)


def first_line(text: str) -> str:
    """The beginning of a library's complaint, short enough to be read."""
    return text.partition("\n")[0][:300]
