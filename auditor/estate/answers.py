"""Answers that were worked out before: kept beside the estate, so that the same report again costs the counting alone.

An answer depends on the rules of its section, the day, the knowledge base and this program, which together name a
file, and on its case, which is named by hashes of content. A file that is not there, or cannot be used or written,
only costs time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import auditor
from auditor.estate.engines import arrow
from auditor.estate.sections import MASKS, Section
from auditor.knowledge.dates import dated
from auditor.knowledge.refreshed import Refreshed

MOST_FILES = 512
"""Files that are kept, the newest of them: one a section and day, so that a trend over some years finds its own again."""

Key = tuple[int, ...]
"""The class of the member, those of its contexts, and the section's circumstances."""


@cache
def _program() -> str:
    """What this program is, to the file: its sources and the data that ship with it."""
    root = Path(auditor.__file__).parent
    files = sorted(path for path in root.rglob("*") if path.suffix in (".py", ".json"))
    told = [(path.relative_to(root).as_posix(), (seen := path.stat()).st_size, seen.st_mtime_ns) for path in files]
    return hashlib.sha256(repr(told).encode()).hexdigest()


class Kept:
    """The kept answers of one section. ``folder`` None keeps nothing."""

    def __init__(
        self, folder: Path | None, section: Section, as_of: date, fresh: Refreshed, suppliers: Sequence[str]
    ) -> None:
        rules = (section.kind, section.context, section.rules, sorted(section.adds))
        told = repr((_program(), rules, as_of, dated(fresh), tuple(suppliers)))
        digest = hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()
        self._path = folder / f"{digest[:40]}.parquet" if folder else None
        self.key = ("member", "context", "own")
        self.masks = (*MASKS, *(f"s{number}" for number in range(len(suppliers))))

    def read(self) -> dict[Key, tuple[int, ...]]:
        """Case → masks, of all that are kept."""
        if self._path is None:
            return {}
        try:
            table = pq.read_table(self._path)
            columns = [table.column(name).to_pylist() for name in (*self.key, *self.masks)]
        except (OSError, pa.ArrowException, KeyError):
            return {}
        width = len(self.key)
        return {row[:width]: row[width:] for row in zip(*columns, strict=True)}

    def write(self, answers: Mapping[Key, tuple[int, ...]]) -> None:
        """Keep ``answers`` instead; where that is not possible, nothing is said, for nothing is lost."""
        if self._path is None:
            return
        rows = [(*key, *masks) for key, masks in answers.items()]
        names = (*self.key, *self.masks)
        columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {name: [] for name in names}
        part = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(exist_ok=True)
            pq.write_table(arrow(columns, dict.fromkeys(names, "id")), part, compression="zstd")
            os.replace(part, self._path)
            _forget_oldest(self._path.parent)
        except (OSError, pa.ArrowException):
            part.unlink(missing_ok=True)


def _forget_oldest(folder: Path) -> None:
    kept = sorted(folder.glob("*.parquet"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in kept[MOST_FILES:]:
        path.unlink(missing_ok=True)
