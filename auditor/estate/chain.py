"""The intake log's chain: each row's hash is in the hash of the next, so a changed, added or removed row shows.

A link is the SHA-256 of the link before and of the row's own hash. Of a row that was forgotten only the number, the
moment, the outcome and that hash remain, so that the chain can still be followed across it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

Row = Sequence[str | int]
"""A row of the table ``log``: seq, received_at, name, sha256, device, outcome, reason."""

_TOMBSTONE = "forgotten: "
_FORGOTTEN = re.compile(f"{_TOMBSTONE}[0-9a-f]{{64}}")


class Link(NamedTuple):
    """Number of the last row, and the chain's end there."""

    row: int
    hash: str


def own_hash(row: Row) -> str:
    """The SHA-256 over a row as a JSON array in UTF-8, without spaces; the one it had before, if it was forgotten."""
    if is_forgotten(row):
        return str(row[6]).removeprefix(_TOMBSTONE)
    return hashlib.sha256(msgspec.json.encode(row)).hexdigest()


def is_forgotten(row: Row) -> bool:
    """Whether nothing but the outcome and the hash is left of a row."""
    return str(row[6]).startswith(_TOMBSTONE) and tuple(row[2:5]) == ("", "", "") and bool(_FORGOTTEN.fullmatch(str(row[6])))


def forgotten(row: Row) -> tuple[str | int, ...]:
    """The row without what tells of which PC it was."""
    return (row[0], row[1], "", "", "", row[5], _TOMBSTONE + own_hash(row))


def follow(link: Link, rows: Iterable[Row]) -> Link:
    """The chain's end behind ``rows``. A row with another number than its turn breaks the chain: the hash is empty then."""
    number, end = link
    for row in rows:
        number += 1
        if row[0] != number:
            return Link(number, "")
        end = hashlib.sha256(f"{end}{own_hash(row)}".encode("ascii")).hexdigest()
    return Link(number, end)
