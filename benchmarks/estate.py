#!/usr/bin/env python3
"""How long a report on very many PCs takes and how much memory, against DuckDB's bare GROUP BY of the same columns.

5,000 PCs are simulated and ingested once, and grown to each size (``grown.py`` says what that means). Each round is a
new process: all shipped packs, the figures and the terminal's report; nothing is kept from one to the next. The yardstick
runs in the same round, before it, in a process of its own. Wall seconds: medians, and the spread. AUDITOR_SIZES takes
others than 100,000, 1,000,000 and 5,000,000; AUDITOR_ESTATE (``PCS=FOLDER``) is measured as well.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from figures import AS_INSTALLED, ROOT, machine, run

SIZES = tuple(int(each) for each in os.environ.get("AUDITOR_SIZES", "100000 1000000 5000000").split())
THERE = os.environ.get("AUDITOR_ESTATE", "")
"""How many PCs, and the folder of an estate that has been ingested: ``1,000,000=FOLDER``."""
SMALL = 5_000
AS_OF = "2026-11-27"

BARE = """
import json, resource, sys, time
from pathlib import Path
import duckdb
from auditor.estate.store import open_store
from auditor.estate.tables import BUNDLES
with open_store(Path(sys.argv[1])) as store:
    files = [str(each) for each in store.files("device")]
start = time.perf_counter()
columns = ", ".join(("family", "site", "tags", *BUNDLES))
sql = f"SELECT count(*) FROM (SELECT {columns}, count(*) FROM read_parquet({files}) GROUP BY ALL)"
connection = duckdb.connect()
connection.execute("SET enable_progress_bar = false")
groups = connection.execute(sql).fetchone()[0]
took = time.perf_counter() - start
print(json.dumps({"seconds": took, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "groups": groups}))
"""
REPORT = """
import json, resource, sys, time
from contextlib import closing
from datetime import date
from pathlib import Path
from auditor.dictionary import VOCABULARY
from auditor.estate.engines import open_engine
from auditor.estate.query import summarise
from auditor.estate.store import open_store
from auditor.places import rules_folder
from auditor.report import terminal
from auditor.rules import load
rules = load([rules_folder()], VOCABULARY)
start = time.perf_counter()
with open_store(Path(sys.argv[1])) as store, closing(open_engine()) as engine:
    report = summarise(store, engine, rules, as_of=date.fromisoformat(sys.argv[2]), stale_days=30)
    counted = time.perf_counter() - start
    text = b"".join(terminal.write(report, 100))
took = time.perf_counter() - start
print(json.dumps({"seconds": took, "counted": counted, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def asked(code: str, *arguments: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=AS_INSTALLED, cwd=ROOT, capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def prepare(folder: Path) -> Path:
    """The small estate that the others are grown from."""
    simulated, small = folder / "simulated", folder / "small"
    code = "import sys; from auditor.cli import main; sys.exit(main())"
    for command in (
        ["estate", "simulate", str(SMALL), "--seed", "1", "--as-of", AS_OF, "-o", str(simulated)],
        ["ingest", str(simulated), "--names", "keep", "--estate", str(small)],
    ):
        subprocess.run([sys.executable, "-c", code, *command], env=AS_INSTALLED, cwd=ROOT, check=True, capture_output=True)
    return small


def measured(small: Path, folder: Path, size: int, rounds: int) -> list[str]:
    """The rows of the table for one size."""
    estate = folder / str(size)
    grown = [sys.executable, str(ROOT / "benchmarks" / "grown.py"), str(small), str(estate), str(size), "--seed", "1"]
    subprocess.run(grown, env=AS_INSTALLED, cwd=ROOT, check=True, capture_output=True)
    try:
        return timed(f"{size:,}", estate, rounds)
    finally:
        shutil.rmtree(estate)


def timed(called: str, estate: Path, rounds: int) -> list[str]:
    """The rows of the table for one estate."""
    results: dict[str, list[dict[str, float]]] = {"bare GROUP BY": [], "report": []}
    for _ in range(rounds):
        results["bare GROUP BY"].append(asked(BARE, str(estate)))
        results["report"].append(asked(REPORT, str(estate), AS_OF))
    bare = statistics.median(each["seconds"] for each in results["bare GROUP BY"])
    rows = []
    for what, found in results.items():
        seconds = sorted(each["seconds"] for each in found)
        memory = max(each["mb"] for each in found)
        rows.append(
            f"| {called} | {what} | {statistics.median(seconds):.2f} ({seconds[0]:.2f}–{seconds[-1]:.2f}) "
            f"| {statistics.median(seconds) / bare:.1f} × | {memory:,.0f} |"
        )
    return rows


def table(rounds: int) -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small = prepare(folder)
        rows = [row for size in SIZES for row in measured(small, folder, size, rounds)]
    if THERE:
        rows += timed("simulated one by one: " + THERE.partition("=")[0], Path(THERE.partition("=")[2]), rounds)
    return "\n".join(
        [
            f"`python3 benchmarks/estate.py --rounds {rounds}`, {datetime.now(UTC):%Y-%m-%d}, {machine()}.",
            "",
            "| PCs | what | seconds (spread) | of the yardstick | most memory, MB |",
            "|---|---|---|---|---|",
            *rows,
        ]
    )


if __name__ == "__main__":
    run("estate", __doc__, table, rounds=3)
