"""Both engines, verb by verb and with whole reports: what one says the other says, to the byte."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from auditor.cli.report import command
from auditor.errors import EstateError, UsageError
from auditor.estate.engines import BATCH, Engine, open_engine
from auditor.estate.ingest import ingest
from auditor.estate.inputs import Input
from auditor.estate.query import summarise
from auditor.estate.store import open_store
from auditor.model import Severity
from auditor.report import jsonfile
from auditor.snapshot.write import encode
from auditor.waivers import Waiver

from .samples import (
    AS_OF,
    NEW_BROWSER,
    RECEIVED,
    WINDOWS,
    chrome,
    device_id,
    pc,
    rule,
    ruleset,
    snapshot,
    understand,
    waiver,
)

JAVA = shutil.which("java") or os.environ.get("JAVA_HOME")
WITHOUT_JAVA = "no Java: Spark needs Java 17, found by JAVA_HOME or PATH"
SETTINGS = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""To compile each question takes longer than to answer it of a dozen PCs."""
Make = Callable[[str], Engine]

pytestmark = pytest.mark.xdist_group("spark")  # one Java for all of these


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A Spark on two cores of this machine that every test here shares: it takes seconds to start."""
    if not JAVA:
        pytest.skip(WITHOUT_JAVA)
    pyspark = pytest.importorskip("pyspark.sql")
    scratch = str(tmp_path_factory.mktemp("spark"))
    builder = pyspark.SparkSession.builder.master("local[2]").config("spark.local.dir", scratch)
    for key, value in {
        "spark.ui.enabled": "false", "spark.log.level": "OFF", "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1", "spark.sql.warehouse.dir": scratch, "spark.driver.memory": "1g",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    }.items():  # fmt: skip
        builder = builder.config(key, value)
    running = builder.getOrCreate()
    yield running
    running.stop()


@pytest.fixture(params=["duckdb", "local[2]"], ids=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param != "duckdb":
        request.getfixturevalue("session")
    with closing(open_engine(request.param, None, SETTINGS)) as made:
        yield made


COLUMNS = {"device": "text", "b_app": "id", "segment": "number", "kept": "yes-no"}


def written(path: Path, **columns: Sequence[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(dict(columns)), path)
    return path


def test_no_files_are_an_empty_table(engine: Engine) -> None:
    engine.parquet("t", [], COLUMNS)
    assert engine.ask("SELECT device, b_app, segment, kept FROM t") == []
    assert engine.ask("SELECT count(*) FROM t WHERE b_app = 1 AND device = 'x' AND NOT kept") == [(0,)]


def test_a_column_that_older_files_lack_is_nothing(engine: Engine, tmp_path: Path) -> None:
    old = written(tmp_path / "old.parquet", device=["a"], more=["not asked for"])
    new = written(tmp_path / "new.parquet", b_app=[2**62], device=["b"], kept=[True], segment=pa.array([7], pa.int32()))
    engine.parquet("t", [old, new], COLUMNS)
    assert engine.ask("SELECT * FROM t ORDER BY device") == [("a", 0, 0, False), ("b", 2**62, 7, True)]
    engine.parquet("t", [old], COLUMNS)
    assert engine.ask("SELECT * FROM t") == [("a", 0, 0, False)]


def test_folders_of_any_name_are_read(engine: Engine, tmp_path: Path) -> None:
    path = written(tmp_path / "a b's é [1] {2} 100%" / "x.parquet", device=["a"])
    engine.parquet("t", [path], {"device": "text"})
    assert engine.ask("SELECT device FROM t") == [("a",)]


def test_files_named_from_the_present_folder_are_read(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "x.parquet", device=["a"])
    engine.parquet("t", [Path("x.parquet")], {"device": "text"})
    assert engine.ask("SELECT device FROM t") == [("a",)]


def test_values_are_a_table(engine: Engine) -> None:
    engine.small("t", {"n": [2**60 - 1, -1], "s": ["ä", ""], "i": [1, -2]}, {"n": "id", "s": "text", "i": "number"})
    assert sorted(engine.ask("SELECT * FROM t")) == [(-1, "", -2), (2**60 - 1, "ä", 1)]
    engine.small("t", {"n": []}, {"n": "id"})
    assert engine.ask("SELECT * FROM t") == []


def test_many_values_are_a_table_too(engine: Engine) -> None:
    count = 150_000
    engine.small("t", {"n": range(count)}, {"n": "id"})
    engine.table("t", "SELECT n + 1 AS n FROM t")
    engine.small("few", {"n": [count]}, {"n": "id"})
    assert engine.ask("SELECT count(*), max(t.n) FROM t LEFT JOIN few ON few.n = t.n") == [(count, count)]
    engine.table("t", "SELECT n FROM t WHERE n > 10 AND n < 13")
    assert sorted(engine.ask("SELECT n FROM t")) == [(11,), (12,)]


def test_a_table_may_be_replaced_by_one_that_was_made_of_it(engine: Engine) -> None:
    engine.small("pc", {"n": [1, 2, 3]}, {"n": "id"})
    engine.table("chosen", "SELECT n FROM pc WHERE n > 1")
    engine.table("pc", "SELECT * FROM chosen")
    engine.table("chosen", "SELECT n FROM pc WHERE n > 2")
    assert sorted(engine.ask("SELECT n FROM pc")) == [(2,), (3,)]
    assert engine.ask("SELECT n FROM chosen") == [(3,)]


def test_a_view_is_worked_out_when_it_is_asked_for(engine: Engine) -> None:
    engine.small("few", {"n": [1]}, {"n": "id"})
    engine.view("v", "SELECT n + 1 AS n FROM few")
    assert engine.ask("SELECT n FROM v") == [(2,)]


def test_a_long_answer_comes_in_batches_and_in_order(engine: Engine) -> None:
    count = 2 * BATCH + 5
    engine.small("t", {"n": range(count)}, {"n": "id"})
    batches = list(engine.rows("SELECT n FROM t ORDER BY n DESC"))
    assert max(map(len, batches)) <= BATCH
    assert [row for batch in batches for row in batch] == [(count - 1 - number,) for number in range(count)]
    assert list(engine.rows("SELECT n FROM t WHERE n < 0")) == []
    for _ in engine.rows("SELECT n FROM t ORDER BY n"):
        engine.small("meanwhile", {"n": [1]}, {"n": "id"})
        assert engine.ask("SELECT n FROM meanwhile") == [(1,)]


def test_masks_are_counted_alike(engine: Engine) -> None:
    """Everything that the plan does with bits, sums and groups."""
    high = 1 << 59
    engine.small("t", {"g": [1, 1, 2], "m": [high, 1, 6], "s": [0, 1, 0]}, {"g": "number", "m": "id", "s": "number"})
    assert engine.ask("SELECT g, bit_or(m), sum(1 - s), count(*) FROM t GROUP BY g ORDER BY g") == [
        (1, high | 1, 1, 2), (2, 6, 1, 1),
    ]  # fmt: skip
    assert engine.ask("SELECT (m & ~g & 7) | (m & 8), ~(m | 1) FROM t WHERE (m & 6) <> 0") == [(4, -8)]
    rows = engine.ask("""SELECT coalesce(g, -1) AS g, coalesce(s, -1) AS s, count(*) AS n FROM t
        GROUP BY GROUPING SETS ((g), (s)) ORDER BY g, s""")
    assert rows == [(-1, 0, 2), (-1, 1, 1), (1, -1, 2), (2, -1, 1)]


@pytest.mark.parametrize("sql", ["SELECT nothing FROM nowhere", "SELECT 1 +"])
def test_a_question_that_cannot_be_answered_is_explained(engine: Engine, sql: str) -> None:
    for ask in (engine.ask, lambda text: list(engine.rows(text)), lambda text: engine.table("t", text),
                lambda text: engine.view("v", text)):  # fmt: skip
        with pytest.raises(EstateError) as caught:
            ask(sql)
        assert caught.value.hint
        assert "\n" not in caught.value.message


def counted(engine: Engine, path: Path) -> list[tuple[Any, ...]]:
    engine.parquet("t", [path], COLUMNS)
    return engine.ask("SELECT device, count(*) FROM t GROUP BY device")


def test_files_that_are_not_there_are_explained(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(EstateError) as caught:
        counted(engine, tmp_path / "x.parquet")
    assert "x.parquet" in caught.value.message
    assert caught.value.hint


def test_files_that_are_something_else_are_explained(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"rubbish" * 100)
    with pytest.raises(EstateError) as caught:
        counted(engine, path)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["sqlite", "spark:/x", "", "local[x]"])
def test_an_engine_that_there_is_not(name: str) -> None:
    with pytest.raises(UsageError):
        open_engine(name)


def test_a_master_that_does_not_answer_is_told_at_once(session: Any) -> None:
    with pytest.raises(EstateError) as caught:
        open_engine("spark://127.0.0.1:1")
    assert "spark://127.0.0.1:1 does not answer" in caught.value.message
    assert "7077" in caught.value.hint


def test_without_java_spark_says_what_it_needs(tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    program = """
from auditor.errors import EstateError
from auditor.estate.engines import open_engine
try:
    open_engine("local[1]")
except EstateError as error:
    print(error.hint)
"""
    environment = {key: value for key, value in os.environ.items() if key != "JAVA_HOME"}
    for name in ("bash", "dirname", "ps", "sh", "env", "cat"):
        if found := shutil.which(name):
            (tmp_path / name).symlink_to(found)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**environment, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Install Java 17" in done.stdout


@pytest.mark.parametrize(
    ("path", "seen_as", "address"),
    [
        ("/mnt/estate/tables/a.parquet", {}, "file:///mnt/estate/tables/a.parquet"),
        ("/mnt/estate/tables/a.parquet", {"/mnt/estate": "s3a://bucket/e"}, "s3a://bucket/e/tables/a.parquet"),
        ("/mnt/estate/tables/a.parquet", {"/mnt/estate/": "s3a://bucket/e/"}, "s3a://bucket/e/tables/a.parquet"),
        ("/mnt/estate/a.parquet", {"/mnt": "hdfs://n", "/mnt/estate": "hdfs://n/other"}, "hdfs://n/other/a.parquet"),
        ("/mnt/estate-2/a.parquet", {"/mnt/estate": "s3a://bucket/e"}, "file:///mnt/estate-2/a.parquet"),
        ("/mnt/a[1]*/b.parquet", {}, r"file:///mnt/a\[1\]\*/b.parquet"),
    ],
)
def test_paths_as_the_workers_know_them(path: str, seen_as: Mapping[str, str], address: str) -> None:
    spark = pytest.importorskip("auditor.estate.spark")
    assert spark.address(Path(path), seen_as) == address


DEBIAN = ("os", "debian", {"name": "Debian 12", "family": "linux"})
RULES = ruleset(
    NEW_BROWSER,
    rule("any-browser", "browser", {"browser.version": {"at_least": "100"}}, of="any", severity=Severity.MEDIUM),
    rule("no-toolbar", "office", {"office.product": {"equals": "toolbar"}}, of="none", severity=Severity.INFO),
    rule(
        "memory", "hardware", {"hardware.memory": {"at_least": "8 GB"}}, severity=Severity.LOW,
        when={"os.family": {"equals": "windows"}},
    ),
)  # fmt: skip
MEMORY = ("hardware", "pc", {"memory": 2**32})
ESTATE = [
    pc("Ward-1", "109.0.5414.75", site="Leeds", day="2026-11-01"),
    pc("Ward-1", "120.1", site="Leeds"),
    pc("ward-2", "90", site="Leeds"),
    pc("ward-3", "90", day="2026-09-01", site="York"),
    pc("ÉCRAN-İ", "nightly", site="Åre"),
    pc("écran-ς", "120"),
    pc("ahead", "120", day="2026-12-24"),
    encode(snapshot("", [DEBIAN, chrome(["denied"]), chrome("120.9"), ("office", "toolbar", {"product": "toolbar"})],
                    family="linux", gaps=[("browser", "user", "denied"), ("office", "machine", "late")])),
    encode(snapshot("nothing", [])),
    encode(snapshot("mac", [("os", "x", {"name": ["denied"]}), chrome("nightly"), MEMORY], family="macos", site="York")),
    encode(snapshot("small", [WINDOWS, MEMORY, chrome("120.1"), chrome("90")])),
]  # fmt: skip
WAIVERS = [
    waiver("new-browser", "ward-2"),
    waiver("any-browser", "*", expires=AS_OF - timedelta(1)),
    Waiver("test/memory", ("small", "mac"), "", "needed", "J. Okafor", date(2027, 1, 1), (), (), "Example Imaging", "Scanner 4"),
]  # fmt: skip


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """PCs of every sort: stale, waived, of a later day, under two ids, not settled, refused."""
    folder = tmp_path / "estate [1]"
    with open_store(folder, write=True) as store:
        ingest(store, [Input(str(number), each) for number, each in enumerate([*ESTATE, b"rubbish"])], RECEIVED, understand)
        columns = {"device": [device_id("ward-3")], "pc": [device_id("ward-2")], "reason": ["the same serial"]}
        store.replace("alias", pa.table(columns))
    return folder


def report(folder: Path, engine: str, **asked: Any) -> bytes:
    """The bytes of a report."""
    day = asked.pop("as_of", AS_OF)
    with open_store(folder) as store, closing(open_engine(engine, None, SETTINGS)) as asking:
        found = summarise(store, asking, RULES, WAIVERS, as_of=day, stale_days=30, **asked)
        return b"".join(jsonfile.write(found, 100))


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"as_of": date(2026, 11, 10), "filters": ["rule=*:unknown", "device=*", "browser=chrome*"]},
    ],
    ids=str,
)
def test_a_report_is_the_same_to_the_byte(session: Any, estate: Path, asked: dict[str, Any]) -> None:
    assert report(estate, "local[2]", **asked) == report(estate, "duckdb", **asked)


def test_an_estate_under_another_address(session: Any, estate: Path, tmp_path: Path) -> None:
    seen = tmp_path / "seen by the workers"
    shutil.copytree(estate / "tables", seen / "tables")
    for table in ("device", "bundle", "component"):
        for path in (estate / "tables" / table).iterdir():
            path.write_bytes(b"not to be read")
    words = ["--estate", str(estate), "--engine", "local[2]", "--format", "json", "--as-of", "2026-11-24"]
    done = CliRunner().invoke(command, [*words, "--engine-path-prefix", f"{estate}=file://{seen}", "--pack", "baseline"])
    assert done.exit_code == 0, done.output
    assert '"heard": 8' in done.stdout


def test_duckdb_shows_no_progress_where_the_report_goes() -> None:
    asked = "SELECT current_setting('enable_progress_bar')"
    engine = open_engine()
    assert engine.ask(asked) == [(False,)]
    assert list(engine.rows(asked)) == [[(False,)]]
    engine.close()
