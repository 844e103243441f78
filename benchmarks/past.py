"""How long the denominator and the past take, on tables that are made rather than ingested.

    python benchmarks/past.py match 1000000     a list of so many PCs against as many that were heard
    python benchmarks/past.py year 10000        a year of daily snapshots of so many PCs, 2 % of which change on a day

The second makes its PCs with the simulator and then writes the tables of a year: a snapshot for each PC and day, and
a state for each change, in which the PC has what another one has. Raw snapshots are not made.
"""

from __future__ import annotations

import hashlib
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from auditor import places
from auditor.dictionary import VOCABULARY
from auditor.estate import parquet
from auditor.estate.counting import open_day, open_tables
from auditor.estate.covering import forget, match_all
from auditor.estate.engines import open_engine
from auditor.estate.query import summarise
from auditor.estate.store import Store, open_store
from auditor.estate.tables import BUNDLES
from auditor.rules import load

TODAY = date(2026, 11, 24)


def hexes(prefix: str, count: int, length: int) -> list[str]:
    """So many distinct texts of hexadecimal digits."""
    return [hashlib.sha256(f"{prefix}{number}".encode()).hexdigest()[:length] for number in range(count)]


def constant(values: Any, count: int) -> dict[str, Any]:
    """Columns with one value each."""
    return {name: [value] * count for name, value in values.items()}


def put(store: Store, table: str, columns: dict[str, Any]) -> None:
    """Let ``columns`` be all of a table."""
    store.replace(
        table, pa.table({field.name: pa.array(columns[field.name], field.type) for field in parquet.SCHEMAS[table]})
    )


def match(count: int, folder: Path) -> None:
    """Print how long the matching takes; one PC in ten is missing, one in ten not on the list, one in ten has a serial."""
    with open_store(folder, write=True) as store:
        names = [f"SITE-{number % 300:03}-{number:07}" for number in range(count)]
        put(store, "device", {
            "device": hexes("pc", count, 32), "sha256": hexes("raw", count, 64), "hostname": names,
            "taken_at": [f"2026-11-{1 + number % 24:02}T12:00:00Z" for number in range(count)],
            **constant({"state": 1, "family": "windows", "tags": "[]", **dict.fromkeys(BUNDLES, 0)}, count),
            "site": [f"site {number % 300}" for number in range(count)],
        })  # fmt: skip
        some = count // 10
        put(store, "signal", {"device": hexes("pc", some, 32), "value": hexes("serial", some, 64),
                              **constant({"kind": "serial", "taken_at": "2026-11-01T00:00:00Z"}, some)})  # fmt: skip
        put(store, "expected", {
            "name": [f"site-{number % 300:03}-{number:07}" for number in range(some, some + count)],
            "site": [f"site {number % 300}" for number in range(count)], "tags": ["[]"] * count,
            "serial": ["" if number % 10 else each for number, each in enumerate(hexes("serial", count, 64))],
            "source": ["ad"] * count, "row": list(range(count)),
        })  # fmt: skip
        for _ in range(3):
            with closing(open_engine()) as engine:
                open_tables(store, engine)
                open_day(engine, TODAY.isoformat())
                start = time.perf_counter()
                found = match_all(store, engine, "2026-11-10", (), (), 10)
                forget(engine)
                print(f"match {count:,}: {time.perf_counter() - start:.2f} s", found and found.coverage(0).expected)


def year(count: int, folder: Path) -> None:
    """Print how long a report takes on a year of daily snapshots: of today, half a year ago, with a trend of 12 months."""
    here = folder / "snapshots"
    run = [sys.executable, "-m", "auditor"]
    simulate = [sys.executable, "-c", "from auditor.cli.simulate import command; command()"]
    subprocess.run([*simulate, str(min(count, 1000)), "--seed", "1", "-o", str(here)], check=True)
    subprocess.run([*run, "ingest", str(here), "--estate", str(folder / "estate")], check=True)
    with open_store(folder / "estate", write=True) as store:
        store.settle()
        tables = [row for path in store.files("state") for batch in parquet.read(path, "state") for row in batch.to_pylist()]
        days = [(TODAY - timedelta(number)).isoformat() for number in range(365)][::-1]
        chance = np.random.default_rng(1)
        changes = chance.random((len(days), count)) < 0.02
        changes[0] = True
        number_of = np.cumsum(changes.ravel(order="F")).reshape((count, len(days)))  # state of each PC and day
        states = int(number_of.max())
        whose = np.nonzero(changes.T)[0]
        devices = hexes("pc", count, 32)
        kinds = chance.integers(0, len(tables), states)
        columns = {"state": list(range(1, states + 1)), "device": [devices[each] for each in whose]}
        for name in ("family", "site", "tags", *BUNDLES):
            values = [row[name] for row in tables]
            columns[name] = [values[each] for each in kinds]
        columns["hostname"] = [f"pc-{each}" for each in whose]
        put(store, "state", columns)
        rows = count * len(days)
        put(store, "snapshot", {
            "sha256": hexes("raw", rows, 64), "device": [each for each in devices for _ in days],
            "taken_at": [f"{day}T12:00:00Z" for _ in devices for day in days], "received_at": ["2026-11-24T13:00:00Z"] * rows,
            "state": number_of.ravel(), **constant({"segment": 1, "frame": 0, "frame_length": 1, "start": 0, "size": 1}, rows),
        })  # fmt: skip
        put(store, "alias", {"device": [], "pc": [], "reason": []})
        last = [int(each) for each in number_of[:, -1]]
        now = {name: [values[each - 1] for each in last] for name, values in columns.items()}
        put(store, "device", now | {"sha256": hexes("raw", rows, 64)[len(days) - 1 :: len(days)],
                                    "taken_at": [f"{days[-1]}T12:00:00Z"] * count})  # fmt: skip
        put(store, "expected", {"name": [f"pc-{each}" for each in range(count + count // 10)],
                                "row": list(range(count + count // 10)),
                                **constant({"site": "", "tags": "[]", "serial": "", "source": "ad"}, count + count // 10)})  # fmt: skip
        print(
            f"{rows:,} snapshots, {states:,} states, {sum(each.bytes for each in store.head.of('snapshot')):,} bytes of rows"
        )
    rules = load((places.rules_folder(),), VOCABULARY, ("baseline", "services"))
    for said, day, months in (
        ("today", TODAY, 0),
        ("6 months back", TODAY - timedelta(183), 0),
        ("12 months", TODAY, 12),
    ) * 3:
        with open_store(folder / "estate") as store, closing(open_engine()) as engine:
            start = time.perf_counter()
            found = summarise(store, engine, rules, as_of=day, stale_days=30, months=months)
            print(f"{said}: {time.perf_counter() - start:.2f} s; {found.total.total:,} PCs, {len(found.trend)} points")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        {"match": match, "year": year}[sys.argv[1]](int(sys.argv[2]), Path(made))
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
