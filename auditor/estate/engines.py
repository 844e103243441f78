"""Who answers the questions: engines that run the plan's SQL over the estate's Parquet files.

The plan (:mod:`auditor.estate.plan`) is plain SQL that every engine runs as it stands. An engine
is an adapter of seven verbs. DuckDB is the one that comes along and runs in this process; Apache
Spark is for estates that outgrow one machine (:mod:`auditor.estate.spark`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, Protocol

from auditor.errors import EstateError, MissingExtraError, UsageError

try:
    import duckdb
    import pyarrow as pa
except ImportError as missing:
    raise MissingExtraError("the estate needs DuckDB and pyarrow", "pip install 'estate-auditor[estate]'") from missing

ARROW: Mapping[str, pa.DataType] = {"text": pa.string(), "id": pa.int64(), "number": pa.int32(), "yes-no": pa.bool_()}
"""The types of :mod:`auditor.estate.tables` in Arrow."""

BATCH = 10_000
"""How many rows :meth:`Engine.rows` hands over at a time."""

SILENT = "SET enable_progress_bar = false"
"""Else DuckDB may show how far it is on standard output, where the report goes; each cursor has a setting of its own."""

LOCAL = "duckdb"
"""The engine that is used when none is named."""

_SPARK = re.compile(r"spark://[^/]+|local(\[[0-9*]+\])?|yarn|k8s://.+|spark")


class Engine(Protocol):
    """What the plan asks of an engine. Whatever goes wrong below is an :class:`EstateError`."""

    def parquet(self, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """Make ``files`` a table; an empty one with ``columns`` (name → type) where there are none.

        A column that older files lack reads as 0 or an empty text.
        """

    def small(self, name: str, columns: Mapping[str, Sequence[Any]], types: Mapping[str, str]) -> None:
        """Make a table of values: it must fit in memory several times, also on each worker."""

    def table(self, name: str, sql: str) -> None:
        """Work out a query once and keep its rows as a table until :meth:`close`."""

    def view(self, name: str, sql: str) -> None:
        """Give a query a name; it is worked out when it is asked for."""

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a small answer."""

    def rows(self, sql: str) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of an answer of any size, in batches; memory does not grow with their number."""

    def close(self) -> None:
        """Forget all tables and free what was used."""


class DuckDB:
    """DuckDB in this process, in memory; what does not fit goes to a folder for temporary files."""

    def __init__(self, scratch: Path | None = None, memory: str = "") -> None:
        """``scratch`` is where what does not fit is put, by default a folder that is removed again.

        ``memory`` is how much may be used, as DuckDB writes it ("400MB"); by default most of what the machine has.
        """
        self._own = None if scratch else TemporaryDirectory(prefix="auditor-")
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        config["temp_directory"] = str(scratch) if scratch else str(self._own and self._own.name)
        if memory:
            config["memory_limit"] = memory
        self._connection = duckdb.connect(":memory:", config=config)
        self._connection.execute("SET preserve_insertion_order = false")
        self._connection.execute(SILENT)
        self._kinds: dict[str, str] = {}

    def parquet(self, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        if not files:
            self.small(name, {each: [] for each in columns}, columns)
            return
        listed = ", ".join("'" + str(each).replace("'", "''") + "'" for each in files)
        with _explained():
            found = self._connection.execute(
                f"SELECT name, count(DISTINCT file_name) FROM parquet_schema([{listed}]) GROUP BY name"  # noqa: S608  own files
            ).fetchall()
            has: dict[str, int] = dict(found)
            picked = ", ".join(_filled(column, kind, has.get(column, 0), len(files)) for column, kind in columns.items())
            several = ", union_by_name = true" if len(files) > 1 else ""
            self._create("VIEW", name, f"SELECT {picked} FROM read_parquet([{listed}]{several})")  # noqa: S608

    def small(self, name: str, columns: Mapping[str, Sequence[Any]], types: Mapping[str, str]) -> None:
        given = arrow(columns, types)
        with _explained():
            self._connection.register("handed_over", given)
            self._create("TABLE", name, "SELECT * FROM handed_over")
            self._connection.unregister("handed_over")

    def table(self, name: str, sql: str) -> None:
        with _explained():
            self._create("TABLE", name, sql)

    def view(self, name: str, sql: str) -> None:
        with _explained():
            self._create("VIEW", name, sql)

    def _create(self, kind: str, name: str, sql: str) -> None:
        """A table or view of that name instead of what had it before."""
        before = self._kinds.get(name, kind)
        if before != kind:
            self._connection.execute(f"DROP {before} {name}")
        self._connection.execute(f"CREATE OR REPLACE {kind} {name} AS {sql}")
        self._kinds[name] = kind

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with _explained():
            return self._connection.execute(sql).fetchall()

    def rows(self, sql: str) -> Iterator[list[tuple[Any, ...]]]:
        with _explained():
            cursor = self._connection.cursor()
            cursor.execute(SILENT)
            cursor.execute(sql)
        while True:
            with _explained():
                batch = cursor.fetchmany(BATCH)
            if not batch:
                return
            yield batch

    def close(self) -> None:
        self._connection.close()
        if self._own:
            self._own.cleanup()


def _filled(column: str, kind: str, having: int, files: int) -> str:
    """How a column is read that ``having`` of ``files`` have."""
    nothing = {"text": "''", "id": "CAST(0 AS BIGINT)", "number": "CAST(0 AS INT)", "yes-no": "false"}[kind]
    if having == files:
        return column
    return f"coalesce({column}, {nothing}) AS {column}" if having else f"{nothing} AS {column}"


def arrow(columns: Mapping[str, Sequence[Any]], types: Mapping[str, str]) -> pa.Table:
    """``columns`` as an Arrow table of ``types`` (:data:`ARROW`)."""
    return pa.table({name: pa.array(values, ARROW[types[name]]) for name, values in columns.items()})


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise EstateError(
            "the report needs more memory than there is",
            "Free some memory or disk, choose PCs with --filter, or use --engine.",
        ) from error
    except duckdb.Error as error:
        first = str(error).partition("\n")[0]
        raise EstateError(
            f"the estate's tables cannot be used: {first}",
            "auditor estate check says what is damaged. If the estate was compacted meanwhile, report again.",
        ) from error


def open_engine(
    name: str = LOCAL,
    scratch: Path | None = None,
    settings: Mapping[str, str] = MappingProxyType({}),
    seen_as: Mapping[str, str] = MappingProxyType({}),
) -> Engine:
    """The engine that ``name`` means: ``duckdb``, or a Spark master such as ``spark://host:7077`` or ``local[2]``.

    ``scratch`` is a folder for what does not fit into DuckDB's memory. For Spark are ``settings``, which are its own, and
    ``seen_as``: what its workers call a folder, by the folder's path here.

    :raises UsageError: there is no such engine.
    :raises MissingExtraError: it is not installed.
    :raises EstateError: it cannot be reached.
    """
    if name == LOCAL:
        return DuckDB(scratch)
    if _SPARK.fullmatch(name):
        from auditor.estate.spark import Spark

        return Spark(name, settings, seen_as)
    raise UsageError(
        f"no engine {name!r}", "Write duckdb, or the address of a Spark master: spark://host:7077, local[2], yarn."
    )
