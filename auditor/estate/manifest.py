"""``head.json``: the one small file that says which files an estate consists of.

Everything else on the disk is written once and never changed, or only appended to. So a commit is one rename of
this file, and whoever has read it once sees one state of the estate, whatever a writer does meanwhile. A SHA-256
over its own content stands at its end, so that a damaged one is never believed.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import msgspec

from auditor.errors import EstateError
from auditor.estate.durable import swap
from auditor.estate.marker import HEAD, SCHEMA

_TAIL = b',"sha256":"%s"}\n'
_TAIL_LENGTH = len(_TAIL % (b"0" * 64))
_Count = Annotated[int, msgspec.Meta(ge=0)]
_Own = Annotated[
    str, msgspec.Meta(pattern=r"^(tables/[a-z]+/[0-9]+-[0-9]+\.parquet|segments/[0-9]+\.zst|quarantine/[^/]+)$")
]


class File(msgspec.Struct, frozen=True):
    """A Parquet file: its path below the estate's folder with ``/``, how many rows and bytes it has, and their SHA-256.

    Of a file of the log, ``hash`` is the end of the chain after its last row; else it is empty.
    """

    file: _Own
    rows: _Count
    bytes: _Count
    sha256: str
    hash: str = ""


class Segment(msgspec.Struct, frozen=True):
    """A segment and how many of its bytes are part of the estate; behind them is what a killed writer left."""

    number: Annotated[int, msgspec.Meta(ge=1)]
    bytes: _Count

    @property
    def file(self) -> str:
        """Its path below the estate's folder."""
        return segment_file(self.number)


class Log(msgspec.Struct, frozen=True):
    """How many rows the intake log has, and the hash at the end of its chain."""

    rows: _Count = 0
    hash: str = ""


class Head(msgspec.Struct, frozen=True):
    """One state of an estate.

    ``generation`` counts commits. ``unsettled`` are files of ``snapshot`` whose rows ``device`` does not know yet;
    ``aliases`` the files of ``alias`` that ``device`` was made with. ``retired`` are files of earlier states that
    readers may still have open; ``erase`` those that must be gone before anything else is done.
    ``quarantine`` is how many bytes of refused files are kept.
    """

    schema: str = SCHEMA
    generation: _Count = 0
    tables: dict[str, tuple[File, ...]] = {}
    segments: tuple[Segment, ...] = ()
    log: Log = Log()
    unsettled: tuple[_Own, ...] = ()
    aliases: tuple[_Own, ...] = ()
    retired: tuple[_Own, ...] = ()
    erase: tuple[_Own, ...] = ()
    quarantine: _Count = 0

    def of(self, table: str) -> tuple[File, ...]:
        """The files of a table, oldest first."""
        return self.tables.get(table, ())

    def own(self) -> frozenset[str]:
        """Every file that this state, or a reader of an earlier one, needs."""
        current = [each.file for files in self.tables.values() for each in files]
        return frozenset([*current, *(each.file for each in self.segments), *self.retired])


def segment_file(number: int) -> str:
    """The path of a segment below the estate's folder."""
    return f"segments/{number:06d}.zst"


def encode(head: Head) -> bytes:
    """``head`` as the bytes of its file."""
    body = msgspec.json.encode(head)
    return body[:-1] + _TAIL % hashlib.sha256(body).hexdigest().encode("ascii")


def decode(data: bytes, name: str) -> Head:
    """What the file ``name`` says.

    :raises EstateError: it is cut, changed, or not of this layout.
    """
    body = data[:-_TAIL_LENGTH] + b"}"
    if data[-_TAIL_LENGTH:] != _TAIL % hashlib.sha256(body).hexdigest().encode("ascii"):
        raise EstateError(
            f"{name}: is damaged: not what was written", "Restore it from a backup, with all that is beside it."
        )
    try:
        head = msgspec.json.decode(body, type=Head)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise EstateError(f"{name}: cannot be understood: {error}", "Update auditor here.") from error
    if head.schema != SCHEMA:
        raise EstateError(
            f"{name}: schema {head.schema[:60]}: this version of auditor uses {SCHEMA}", "Update auditor here."
        )
    return head


def read_head(folder: Path) -> Head:
    """The present state of the estate in ``folder``.

    :raises EstateError: the file is damaged.
    :raises OSError: it is missing or cannot be read.
    """
    path = folder / HEAD
    return decode(path.read_bytes(), str(path))


def write_head(folder: Path, head: Head) -> None:
    """Make ``head`` the present state. This is the moment of a commit.

    :raises OSError: it cannot be written.
    """
    swap(folder / HEAD, encode(head))
