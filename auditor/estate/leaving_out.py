"""Rows that go from an estate's tables: files with any of them are written anew."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from auditor.estate import parquet
from auditor.estate.commit import Draft


def is_in(batch: Any, column: str, values: Collection[Any]) -> Any:
    """Which rows of ``batch`` have one of ``values`` in ``column``."""
    kind = batch.column(column).type
    return pc.is_in(batch.column(column), pa.array(sorted(values), kind))


def leave_out(draft: Draft, table: str, goes: Callable[[Any], Any]) -> None:
    """Leave out the rows of ``table`` that ``goes`` marks; files without any stay as they are."""
    files = []
    for file in draft.tables.get(table, ()):
        path = draft.folder / file.file
        if any(pc.any(goes(batch)).as_py() for batch in parquet.read(path, table)):
            files.append(draft.write(table, (batch.filter(pc.invert(goes(batch))) for batch in parquet.read(path, table))))
        else:
            files.append(file)
    draft.replace(table, files)
