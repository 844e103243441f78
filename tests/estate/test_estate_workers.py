"""Taking in by several processes gives what one gives; whatever ends them leaves the store as a commit left it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from auditor.errors import EstateError
from auditor.estate import ingest as ingesting
from auditor.estate import segments
from auditor.estate.ingest import Summary, commit, ingest, pieces
from auditor.estate.inputs import Waiting, find, find_inputs
from auditor.estate.items import Taken
from auditor.estate.store import Store, open_store
from auditor.estate.taking import Intake, take, without_doubles
from auditor.estate.understanding import Understood
from auditor.estate.upkeep import check
from auditor.estate.workers import spread

from .samples import RECEIVED, pc, rows, understand

ORDER_FREE = ("state", "bundle", "component", "signal", "device", "log", "quarantine")


def make() -> Intake:
    return Intake(understand)


def dies(parent: int, data: bytes) -> Understood:
    if b"fatal" in data and os.getpid() != parent:
        os._exit(7)
    return understand(data)


def make_dying(parent: int) -> Intake:
    return Intake(partial(dies, parent))


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """Files, lines, doubles, and what is no snapshot."""
    folder = tmp_path / "share"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02}.json").write_bytes(pc(f"pc-{number}", str(100 + number % 7)))
    lines = [pc(f"pc-{number}", str(110 + number % 3), day="2026-11-21") for number in range(40)]
    (folder / "lines.ndjson").write_bytes(b"".join([*lines, b"rubbish\n", *lines[:5], pc("pc-3", "103")]))
    return folder


def content(store: Store) -> dict[str, list[str]]:
    """All that does not say where things lie."""
    found = {table: sorted(map(str, rows(store, table))) for table in ORDER_FREE}
    found["snapshot"] = sorted(
        f"{row['sha256']} {row['device']} {row['state']} {store.raw(row['sha256'])!r}" for row in rows(store, "snapshot")
    )
    return found


def by(folder: Path, share: Path, workers: int) -> tuple[Summary, dict[str, list[str]]]:
    with open_store(folder, write=True) as store:
        summary = commit(store, spread(store, pieces(find([str(share)])), make, workers), RECEIVED)
        store.settle()
        assert not check(store).problems
        return summary, content(store)


def test_several_processes_give_what_one_gives(tmp_path: Path, share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingesting, "PIECE", 7)
    monkeypatch.setattr(ingesting, "BATCH", 25)
    one, two = by(tmp_path / "one", share, 1), by(tmp_path / "two", share, 2)
    assert one == two
    assert (two[0].new, two[0].updated, two[0].unchanged, two[0].counts["quarantined"]) == (40, 40, 6, 1)
    again, after = by(tmp_path / "two", share, 2)
    assert (again.accepted, again.unchanged) == (0, 86)
    assert after["snapshot"] == two[1]["snapshot"]


def test_a_process_that_dies_is_told_and_what_was_committed_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingesting, "PIECE", 1)
    monkeypatch.setattr(ingesting, "BATCH", 4)
    (tmp_path / "lines.ndjson").write_bytes(
        b"".join(pc("fatal" if number == 30 else f"pc-{number}") for number in range(40))
    )
    with open_store(tmp_path / "estate", write=True) as store:
        work = spread(store, pieces(find([str(tmp_path / "lines.ndjson")])), partial(make_dying, os.getpid()), 2)
        with pytest.raises(EstateError, match="died"):
            commit(store, work, RECEIVED)
        store.settle()
        assert 0 < len(rows(store, "snapshot")) < 30
        assert not check(store).problems


SLEEPER = """
import os, sys
from functools import partial
from pathlib import Path
from auditor.estate.ingest import commit, pieces
from auditor.estate.inputs import Input
from auditor.estate.store import open_store
from auditor.estate.workers import spread
sys.path.insert(0, sys.argv[2])
from tests.estate.samples import pc, RECEIVED
from tests.estate.test_estate_workers import make_telling

def inputs():
    number = 0
    while True:
        number += 1
        yield Input(str(number), pc(f"pc-{number}"))

if __name__ == "__main__":
    with open_store(Path(sys.argv[1]), write=True) as store:
        commit(store, spread(store, ([each] for each in inputs()), make_telling, 2), RECEIVED)
"""


def telling(data: bytes) -> Understood:
    os.write(1, b"working\n")
    return understand(data)


def make_telling() -> Intake:
    return Intake(telling)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_processes_go_with_the_one_that_started_them(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(SLEEPER)
    root = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, str(script), str(tmp_path / "estate"), root]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": os.pathsep.join((root, f"{root}/tests"))}
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"working\n"
        process.send_signal(signal.SIGKILL)
        process.stdout.read()  # ends when nobody is left who could write to it


def test_what_shares_a_frame_with_a_double_is_taken_out_of_it(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True) as store:
        first = take(find_all(pc("a"), pc("b")), store.known, make(), segments.FRAME_BYTES)
        second = take(find_all(pc("c"), pc("a"), pc("d")), store.known, make(), segments.FRAME_BYTES)
        items = without_doubles([*first.items, *second.items], frozenset())
        assert [type(item).__name__ for item in items] == ["Taken", "Taken", "Taken", "Passed", "Taken"]
        assert [isinstance(item.data, bytes) for item in items if isinstance(item, Taken)] == [False, False, True, True]
        store.write(items, RECEIVED)
        assert [store.raw(row["sha256"]) for row in rows(store, "snapshot")] == [pc("a"), pc("b"), pc("c"), pc("d")]


def find_all(*data: bytes) -> list[Any]:
    from auditor.estate.inputs import Input

    return [Input(f"{number}.json", each) for number, each in enumerate(data)]


def test_files_wait_and_lines_do_not(share: Path) -> None:
    found = list(find([str(share)]))
    assert sum(isinstance(each, Waiting) for each in found) == 40
    assert [each.name for each in find_inputs([str(share)])][:2] == [str(share / "00.json"), str(share / "01.json")]


def test_a_piece_is_bounded_by_what_may_come_of_it() -> None:
    def endless() -> Iterator[Waiting]:
        while True:
            yield Waiting("x.json.gz", "x.json.gz", 1024 * 1024)

    assert len(next(pieces(endless()))) == 4


def test_ingest_alone_is_the_same(tmp_path: Path, share: Path) -> None:
    with open_store(tmp_path / "alone", write=True) as store:
        summary = ingest(store, find_inputs([str(share)]), RECEIVED, understand)
        assert (summary.accepted, content(store)) == (80, by(tmp_path / "one", share, 1)[1])
