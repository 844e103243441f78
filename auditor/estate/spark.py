"""Apache Spark as the engine: the same plan over the same files, on a cluster.

Every table that is worked out is kept where it was worked out, and counted at once: so it is worked out one time, later
questions know how large it is, and what is small is sent to every worker instead of being sorted with the PCs.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from auditor.errors import EstateError, MissingExtraError
from auditor.estate.engines import BATCH, arrow

try:
    from py4j.protocol import Py4JError, Py4JJavaError
    from pyspark.errors import PySparkException
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql import functions as made
except ImportError as missing:
    raise MissingExtraError("the engine Spark needs PySpark", "pip install 'estate-auditor[spark]'") from missing

_SQL = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.autoBroadcastJoinThreshold": str(64 * 1024 * 1024),
    "spark.sql.session.timeZone": "UTC",
}
"""Settings of a session that hold unless whoever asks says otherwise."""

_STARTING = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
"""The same, of a Spark that is started here."""

_ON_THIS_MACHINE = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
"""Where the workers are on this machine, nobody else has to reach it."""

_IN_THIS_PROCESS = {"spark.sql.shuffle.partitions": "8"}
"""Two hundred, as Spark has it, are for clusters."""

_TYPES = {"text": "STRING", "id": "BIGINT", "number": "INT", "yes-no": "BOOLEAN"}
_NOTHING: Mapping[str, Any] = {"text": "", "id": 0, "number": 0, "yes-no": False}
_GLOB = re.compile(r"([\\*?{}\[\]])")
_PATIENCE = 10.0

_FEW = 100_000
"""Up to so many rows are fetched and handed out again as values: what they were made of is no part of any later question,
which takes long to be planned otherwise, and how large they are is known exactly."""

_HINTS = (
    ("JAVA_GATEWAY_EXITED", "Install Java 17 and let JAVA_HOME or PATH lead to it."),
    ("PATH_NOT_FOUND", "Every worker must see the estate's files; --engine-path-prefix says under which address."),
    ("FAILED_READ_FILE", "Every worker must see the estate's files whole; auditor estate check says what is damaged."),
    ("OutOfMemoryError", "Give it more: --engine-setting spark.driver.memory=8g, or spark.executor.memory."),
)
_HINT = "Spark needs Java 17, a master that answers, and files that every worker can read."


_SMALL = 8_000_000
"""Where no table of the store has more bytes, nothing that is worked out has many rows: it is fetched uncounted."""


class Spark:
    """A session on a Spark master, with tables of its own. All workers must be able to read the estate's files."""

    def __init__(self, master: str, settings: Mapping[str, str], seen_as: Mapping[str, str] = MappingProxyType({})) -> None:
        """``master`` as Spark writes it; ``spark`` alone leaves it to the configuration of the installation.

        ``settings`` are Spark's own (``spark.driver.memory`` → ``8g``) and count above ours. ``seen_as`` is the
        beginning of paths here → what workers call it (``/mnt/estate`` → ``s3a://bucket/estate``).
        Where this process has a session already, that is used and left running.

        :raises EstateError: Java is missing, or the master does not answer.
        """
        _must_answer(master)
        running = SparkSession.getActiveSession()
        builder = SparkSession.builder.appName("auditor")
        if master != "spark":
            builder = builder.master(master)
        given = {**_STARTING, **_SQL, **_here(master), **settings}
        for key, value in given.items() if running is None else ():
            builder = builder.config(key, value)
        with _explained(f"the Spark master {master} cannot be used"):
            self._first = running or builder.getOrCreate()
            self._session = self._first.newSession()
            for key, value in given.items():
                if key.startswith("spark.sql."):
                    self._session.conf.set(key, value)
        self._started = running is None
        self._seen_as = seen_as
        self._kept: dict[str, DataFrame] = {}
        self._largest = 0

    def parquet(self, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        if not files:
            self.small(name, {each: [] for each in columns}, columns)
            return
        self._largest = max(self._largest, _bytes(files))
        shape = ", ".join(f"{column} {_TYPES[kind]}" for column, kind in columns.items())
        whole = [
            made.coalesce(made.col(column), made.lit(_NOTHING[kind]).cast(_TYPES[kind].lower())).alias(column)
            for column, kind in columns.items()
        ]
        with _explained(f"the table {name} cannot be read"):
            frame = self._session.read.schema(shape).parquet(*(address(each, self._seen_as) for each in files))
            frame.select(*whole).createOrReplaceTempView(name)

    def small(self, name: str, columns: Mapping[str, Sequence[Any]], types: Mapping[str, str]) -> None:
        with _explained(f"the table {name} cannot be handed over"):
            frame = self._session.createDataFrame(arrow(columns, types))
            if len(next(iter(columns.values()))) > _FEW:
                self._keep(name, frame)
            else:
                self._put(name, None)
                frame.createOrReplaceTempView(name)

    def table(self, name: str, sql: str) -> None:
        with _explained(f"the table {name} cannot be worked out"):
            self._keep(name, self._session.sql(sql))

    def view(self, name: str, sql: str) -> None:
        with _explained(f"the table {name} cannot be worked out"):
            self._session.sql(sql).createOrReplaceTempView(name)

    def _keep(self, name: str, frame: DataFrame) -> None:
        """Work out the rows now and keep them, before what they may be made of is dropped."""
        if self._largest <= _SMALL:
            self._session.createDataFrame(frame.toArrow()).createOrReplaceTempView(name)
            self._put(name, None)
            return
        kept = frame.persist()
        if kept.count() > _FEW:
            self._put(name, kept)
            return
        self._session.createDataFrame(kept.toArrow()).createOrReplaceTempView(name)
        self._put(name, None)
        kept.unpersist()

    def _put(self, name: str, kept: DataFrame | None) -> None:
        """Let ``kept``, which was worked out, be the table; what was kept under the name before is dropped."""
        if kept is not None:
            kept.createOrReplaceTempView(name)
        if before := self._kept.pop(name, None):
            before.unpersist()
        if kept is not None:
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
        if self._started:
            self._first.stop()


def _bytes(files: Sequence[Path]) -> int:
    """How large ``files`` are; more than :data:`_SMALL` where only the workers see them."""
    try:
        return sum(each.stat().st_size for each in files)
    except OSError:
        return _SMALL + 1


def address(path: Path, seen_as: Mapping[str, str]) -> str:
    """``path`` as Spark has to be asked for it, whatever its default file system: under the longest beginning that fits.

    Characters that would mean any text are escaped.
    """
    here = path.absolute()
    for before, after in sorted(seen_as.items(), key=lambda pair: -len(pair[0])):
        if here.is_relative_to(start := Path(before).absolute()):
            return "/".join((after.rstrip("/"), _GLOB.sub(r"\\\1", here.relative_to(start).as_posix())))
    return "file:///" + _GLOB.sub(r"\\\1", here.as_posix()).lstrip("/")


def _here(master: str) -> dict[str, str]:
    """What a Spark needs to be told that is on this machine."""
    if master.startswith("local"):
        return _ON_THIS_MACHINE | _IN_THIS_PROCESS
    masters = _masters(master)
    return dict(_ON_THIS_MACHINE) if masters and all(_is_loopback(host) for host, _ in masters) else {}


def _masters(master: str) -> list[tuple[str, int]]:
    """Host and port of each master of a standalone cluster; none for other kinds."""
    scheme, _, hosts = master.partition("://")
    if scheme != "spark" or not hosts:
        return []
    found = [
        re.fullmatch(r"(?P<host>\[[0-9a-fA-F:]+\]|[^\[\]:]+)(:(?P<port>[0-9]{1,5}))?", each) for each in hosts.split(",")
    ]
    return [(each["host"].strip("[]"), int(each["port"] or 7077)) for each in found if each]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _must_answer(master: str) -> None:
    """Spark itself would try for a minute, and then say something else.

    :raises EstateError: no master answers.
    """
    reasons = []
    for host, port in _masters(master):
        try:
            socket.create_connection((host, port), _PATIENCE).close()
        except (OSError, OverflowError) as error:
            reasons.append(f"{host} port {port}: {error}")
        else:
            return
    if reasons:
        raise EstateError(
            f"the Spark master {master} does not answer: {'; '.join(reasons)}",
            "Start it, or correct --engine; its port is 7077 unless it was given another.",
        )


@contextmanager
def _explained(what: str) -> Iterator[None]:
    try:
        yield
    except (PySparkException, Py4JError, OSError, RuntimeError) as error:
        said = str(error.java_exception if isinstance(error, Py4JJavaError) else error)
        first = next((line.strip() for line in said.splitlines() if line.strip()), type(error).__name__)[:300]
        hint = next((hint for sign, hint in _HINTS if sign in said), _HINT)
        raise EstateError(f"{what}: {first}", hint) from error
