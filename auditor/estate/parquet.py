"""Parquet files with the shapes of :mod:`auditor.estate.tables`: written once, read as a stream."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from auditor.errors import EstateError, MissingExtraError
from auditor.estate.tables import BUNDLES, TABLES

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as missing:
    raise MissingExtraError("the estate needs pyarrow", "pip install 'estate-auditor[estate]'") from missing

_TYPES = {"text": pa.string(), "id": pa.int64(), "number": pa.int32(), "yes-no": pa.bool_()}

SCHEMAS: Mapping[str, Any] = {
    table: pa.schema([pa.field(column, _TYPES[kind], nullable=False) for column, kind in columns.items()])
    for table, columns in TABLES.items()
}
"""Table → its Arrow schema."""

ROW_GROUP = 100_000
"""Most rows in one group: small enough that several cores share the work on a middling file."""

_UNIQUE = {
    "snapshot": {"sha256", "state", "start"},
    "state": {"state", "device"},
    "component": {"component", "facts"},
    "signal": {"value"},
    "log": {"seq", "sha256"},
    "device": {"device", "sha256", "state"},
}
"""Columns whose values hardly repeat: a dictionary would only make them longer."""


def table_of(table: str, columns: Sequence[Sequence[Any]]) -> Any:
    """An Arrow table of ``columns``, which are in the order of the table's shape."""
    arrays = [_array(values, field.type) for values, field in zip(columns, SCHEMAS[table], strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMAS[table])


def _array(values: Sequence[Any], kind: Any) -> Any:
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        return pa.array([printable(each) for each in values], kind)


def printable(text: str) -> str:
    """``text``, with an escape for every half of a pair: no file can hold these."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def shaped(table: str, data: Any) -> Any:
    """``data`` (an Arrow table or batch) with the columns of ``table`` in their order.

    A kind that is newer than ``data`` was found nowhere in it.

    :raises EstateError: a column is missing, of another type, or has an empty cell.
    """
    arrays = []
    for field in SCHEMAS[table]:
        if field.name in data.schema.names:
            column = data.column(field.name)
        elif field.name in BUNDLES:
            column = pa.array([0] * data.num_rows, pa.int64())
        else:
            raise EstateError(f"table {table}: no column {field.name}", f"It has {', '.join(TABLES[table])}.")
        try:
            arrays.append(column.cast(field.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise EstateError(f"table {table}: column {field.name} is not {TABLES[table][field.name]}: {error}") from error
        if column.null_count:
            raise EstateError(f"table {table}: column {field.name} has an empty cell", "Nothing in an estate is null.")
    return type(data).from_arrays(arrays, schema=SCHEMAS[table])


class Written(NamedTuple):
    """A new file: how many rows and bytes it has, and their SHA-256."""

    rows: int
    bytes: int
    sha256: str


class _Hashed(io.RawIOBase):
    """A file to write to, whose bytes are hashed as they come."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.sha256.update(data)
        self.size += len(data)
        return self._file.write(data)


def write(path: Path, table: str, batches: Iterable[Any]) -> Written:
    """Write ``batches`` (Arrow tables or batches of the shape of ``table``) as one file.

    It is only safe after :func:`auditor.estate.durable.sync_all`.

    :raises OSError: the disk is full or cannot be written.
    """
    rows = 0
    plain = _UNIQUE.get(table, set())
    dictionaries = [column for column in TABLES[table] if column not in plain]
    with path.open("wb") as file:
        hashed = _Hashed(file)
        with pq.ParquetWriter(
            hashed,
            SCHEMAS[table],
            compression="zstd",
            compression_level=3,
            write_page_checksum=True,
            use_dictionary=dictionaries,
        ) as writer:
            for each in _grouped(batches):
                writer.write_table(each, row_group_size=ROW_GROUP)
                rows += each.num_rows
    return Written(rows, hashed.size, hashed.sha256.hexdigest())


def _grouped(batches: Iterable[Any]) -> Iterator[Any]:
    """``batches`` as tables that fill a group each: a group costs about a kilobyte, however few rows it has."""
    waiting: list[Any] = []
    rows = 0
    for each in batches:
        waiting.append(each if isinstance(each, pa.Table) else pa.Table.from_batches([each]))
        rows += each.num_rows
        if rows >= ROW_GROUP:
            yield pa.concat_tables(waiting)
            waiting, rows = [], 0
    if waiting:
        yield pa.concat_tables(waiting)


def read(path: Path, table: str, columns: Sequence[str] | None = None) -> Iterator[Any]:
    """The rows of a file, batch by batch, in order; with ``columns``, only these, as they are in the file.

    :raises OSError: it cannot be read, or a page is not as it was written.
    :raises pyarrow.ArrowException: it is no Parquet file, or cut.
    """
    with path.open("rb") as file:
        source = pq.ParquetFile(file, page_checksum_verification=True)
        for batch in source.iter_batches(batch_size=ROW_GROUP, columns=columns and list(columns)):
            yield batch if columns else shaped(table, batch)
