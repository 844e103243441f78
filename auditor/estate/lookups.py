"""Questions to an estate's Parquet files, asked of DuckDB in memory."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from auditor.errors import MissingExtraError
from auditor.estate.parquet import SCHEMAS
from auditor.estate.tables import BUNDLES, TABLES

try:
    import duckdb
    import pyarrow.dataset
except ImportError as missing:
    raise MissingExtraError("the estate needs DuckDB and pyarrow", "pip install 'estate-auditor[estate]'") from missing

MEMORY = "1GB"
"""Most memory that a question may take; what needs more is laid down in a folder for the time being."""
SPILL = ".spill"
"""The name of that folder, in the estate's."""

_MAGIC = frozenset("*?[")


class Lookups:
    """A DuckDB of its own, with the tables that it was last given as views. Use as a context manager.

    What goes wrong below is raised as it is: :func:`auditor.estate.faults.explained` says it.
    """

    def __init__(self, folder: Path) -> None:
        self._spill = folder / SPILL
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": "false",
            "memory_limit": MEMORY,
            "temp_directory": str(self._spill),
        }
        self._connection = duckdb.connect(config=config)
        self._connection.execute("SET enable_progress_bar = false")  # it would go to standard output

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the memory."""
        self._connection.close()
        if self._spill.exists():
            shutil.rmtree(self._spill, ignore_errors=True)

    def view(self, files: Mapping[str, tuple[str, Sequence[Path]]]) -> None:
        """Make views: name → the table whose shape it has, and its files."""
        for name, (table, paths) in files.items():
            if not paths or _MAGIC & set(str(paths[0].parent)):
                # DuckDB would take such a folder's name for a pattern.
                data = pyarrow.dataset.dataset([str(path) for path in paths], schema=SCHEMAS[table], format="parquet")
                self._connection.register(name, data if paths else SCHEMAS[table].empty_table())
            else:
                listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
                source = f"read_parquet([{listed}], union_by_name = true)"
                columns = self._columns(table, source)
                self._connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {columns} FROM {source}")  # noqa: S608  our own names

    def _columns(self, table: str, source: str) -> str:
        """The columns of ``table``. Of a kind that is newer than a file, nothing was found in it."""
        if BUNDLES[0] not in TABLES[table]:
            return "*"
        found = {row[0] for row in self.ask(f"DESCRIBE SELECT * FROM {source}")}  # noqa: S608  our own names
        kinds = [f"coalesce({each}, 0)::BIGINT AS {each}" if each in found else f"0::BIGINT AS {each}" for each in BUNDLES]
        return ", ".join([column for column in TABLES[table] if column not in BUNDLES] + kinds)

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of the answer."""
        rows: list[tuple[Any, ...]] = self._connection.execute(sql, list(values)).fetchall()
        return rows

    def stream(self, sql: str, *values: Any) -> Iterator[Any]:
        """The answer as Arrow batches."""
        yield from self._connection.sql(sql, params=list(values)).to_arrow_reader(100_000)

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The answer row by row, however long it is."""
        for batch in self.stream(sql):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
