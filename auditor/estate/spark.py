"""Apache Spark as the engine: the same plan over the same files, on a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from auditor.errors import EstateError, MissingExtraError
from auditor.estate.engines import BATCH, arrow

try:
    from pyspark.errors import PySparkException
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql import functions as made
except ImportError as missing:
    raise MissingExtraError("the engine Spark needs PySpark", "pip install 'estate-auditor[spark]'") from missing

_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.autoBroadcastJoinThreshold": str(64 * 1024 * 1024),
    "spark.sql.session.timeZone": "UTC",
}
"""Settings that hold unless whoever asks says otherwise."""

_ON_THIS_MACHINE = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
"""Where the workers are in this process, nobody else has to reach it."""


class Spark:
    """A session on a Spark master. All files must be where every worker can read them under the same path."""

    def __init__(self, master: str, settings: Mapping[str, str]) -> None:
        """``master`` as Spark writes it; ``spark`` alone leaves it to the configuration of the installation.

        ``settings`` are Spark's own (``spark.driver.memory`` → ``8g``) and count above ours.
        """
        builder = SparkSession.builder.appName("auditor")
        if master != "spark":
            builder = builder.master(master)
        here = _ON_THIS_MACHINE if master.startswith("local") else {}
        for key, value in {**_SETTINGS, **here, **settings}.items():
            builder = builder.config(key, value)
        with _explained(f"the Spark master {master} cannot be used"):
            self._session = builder.getOrCreate()
        self._kept: dict[str, DataFrame] = {}

    def parquet(self, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        if not files:
            self.small(name, {each: [] for each in columns}, columns)
            return
        with _explained(f"the table {name} cannot be read"):
            frame = self._session.read.option("mergeSchema", "true").parquet(*(str(each) for each in files))
            missing = [column for column in columns if column not in frame.columns]
            nothing = {
                "text": made.lit(""),
                "id": made.lit(0).cast("bigint"),
                "number": made.lit(0),
                "yes-no": (made.lit("no") == "yes"),
            }
            for column in missing:
                frame = frame.withColumn(column, nothing[columns[column]])
            filled = frame.select(*columns)
            if missing or len(files) > 1:
                blanks: dict[str, Any] = {
                    column: {"text": "", "yes-no": False}.get(kind, 0) for column, kind in columns.items()
                }
                filled = filled.fillna(blanks)
            filled.createOrReplaceTempView(name)

    def small(self, name: str, columns: Mapping[str, Sequence[Any]], types: Mapping[str, str]) -> None:
        with _explained(f"the table {name} cannot be handed over"):
            self._keep(name, self._session.createDataFrame(arrow(columns, types)))

    def table(self, name: str, sql: str) -> None:
        with _explained(f"the table {name} cannot be worked out"):
            self._keep(name, self._session.sql(sql))

    def view(self, name: str, sql: str) -> None:
        with _explained(f"the table {name} cannot be worked out"):
            self._session.sql(sql).createOrReplaceTempView(name)

    def _keep(self, name: str, frame: DataFrame) -> None:
        """Remember the rows where they were worked out, so that no later question works them out again."""
        kept = frame.persist()
        kept.createOrReplaceTempView(name)
        if before := self._kept.pop(name, None):
            before.unpersist()
        self._kept[name] = kept

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with _explained("the question cannot be answered"):
            return [tuple(row) for row in self._session.sql(sql).collect()]

    def rows(self, sql: str) -> Iterator[list[tuple[Any, ...]]]:
        with _explained("the question cannot be answered"):
            rows = self._session.sql(sql).toLocalIterator(prefetchPartitions=True)
            batch: list[tuple[Any, ...]] = []
            for row in rows:
                batch.append(tuple(row))
                if len(batch) == BATCH:
                    yield batch
                    batch = []
        if batch:
            yield batch

    def close(self) -> None:
        for frame in self._kept.values():
            frame.unpersist()
        self._kept.clear()
        self._session.stop()


@contextmanager
def _explained(what: str) -> Iterator[None]:
    from py4j.protocol import Py4JError  # comes with PySpark

    try:
        yield
    except (PySparkException, Py4JError, OSError, RuntimeError) as error:
        first = str(error).strip().partition("\n")[0][:300]
        raise EstateError(
            f"{what}: {first}", "Spark needs Java 17, a master that answers, and files that every worker can read."
        ) from error
