from __future__ import annotations

import hashlib
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from auditor.errors import EstateError, UsageError
from auditor.estate import compacting, upkeep
from auditor.estate.parquet import SCHEMAS
from auditor.estate.store import Passed, Refused, Store, open_store

from .samples import RECEIVED, device_id, pc, rows, taken

LATER = "2026-11-26T08:00:00Z"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An estate of six PCs with two snapshots each, a commit for each snapshot, and two refused files."""
    folder = tmp_path_factory.mktemp("made")
    with open_store(folder, write=True, frame_bytes=5000) as store:
        for day in ("20", "21"):
            for number in range(6):
                item = taken(
                    pc(f"pc-{number}", f"{number}.{day}", day=f"2026-11-{day}"), f"share/{number}.json", serial=str(number)
                )
                store.write([item], RECEIVED)
        store.write(
            [refused("share/pc-3.json", b"bad"), refused("else.json", b"worse"), Passed("x", "", "unreadable", "no")],
            RECEIVED,
        )
        store.settle()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of that estate, to do with as one likes."""
    shutil.copytree(made, tmp_path / "estate")
    return tmp_path / "estate"


def refused(name: str, data: bytes) -> Refused:
    return Refused(name, hashlib.sha256(data).hexdigest(), data, "no snapshot")


def raw_of(store: Store) -> dict[str, bytes]:
    return {row["sha256"]: store.raw(row["sha256"]) for row in rows(store, "snapshot")}


def problems(folder: Path, **how: bool) -> tuple[str, ...]:
    with open_store(folder) as store:
        return upkeep.check(store, **how).problems


def everything(folder: Path) -> bytes:
    """All bytes of all files of an estate, raw snapshots unpacked, tables as rows."""
    with open_store(folder) as store:
        tables = [repr(rows(store, table)).encode() for table in SCHEMAS]
        files = [path.read_bytes() + str(path).encode() for path in folder.rglob("*") if path.is_file()]
        return b"".join([*tables, *files, *raw_of(store).values()])


def test_a_whole_estate_has_no_problems(folder: Path) -> None:
    ticks: list[int] = []
    with open_store(folder) as store:
        found = upkeep.check(store, tick=ticks.append)
    assert found[:3] == ((), (), 12)
    assert ticks == [12]


def files_of(folder: Path) -> list[Path]:
    """Every file of a compacted estate but its manifest and marker."""
    with open_store(folder, write=True) as store:
        upkeep.compact(store)
        upkeep.compact(store)
    return [path for path in folder.rglob("*") if path.is_file() and path.name not in ("lock", "head.json", "estate.json")]


def test_a_changed_byte_in_any_file_is_found(folder: Path) -> None:
    chance = random.Random(3)
    for path in files_of(folder):
        before = path.read_bytes()
        damaged = bytearray(before)
        damaged[chance.randrange(len(before))] ^= 0x41
        path.write_bytes(damaged)
        assert str(path) in problems(folder)[0]
        path.write_bytes(before)
    assert problems(folder) == ()


def test_what_is_cut_or_missing_is_named(folder: Path) -> None:
    for path in files_of(folder):
        before = path.read_bytes()
        path.write_bytes(before[:-1])
        assert str(path) in problems(folder, quick=True)[0]
        path.unlink()
        assert f"{path}: is missing" in problems(folder, quick=True)
        path.write_bytes(before)


def test_the_bytes_of_snapshots_are_only_left_out_when_asked(folder: Path) -> None:
    segment = folder / "segments" / "000001.zst"
    damaged = bytearray(segment.read_bytes())
    damaged[20] ^= 1
    segment.write_bytes(damaged)
    assert problems(folder, quick=True) == ()
    (found,) = problems(folder)
    with open_store(folder) as store:
        assert f"snapshot {rows(store, 'snapshot')[0]['sha256']} is damaged" in found


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("state", "its state"), ("bundle", "its bundle"), ("component", "its component"), ("snapshot", "is there without cause"),
        ("device", "is not as its newest snapshot says"), ("quarantine", "bytes are kept"), ("log", "the log does not say"),
    ],
)  # fmt: skip
def test_rows_that_others_need_are_missed(folder: Path, table: str, says: str) -> None:
    with open_store(folder, write=True) as store:
        upkeep.compact(store)
        empty = SCHEMAS[table].empty_table()
        store.replace(table, empty)
        found = upkeep.check(store).problems
    assert any(says in each for each in found), found


def test_rows_that_are_there_twice_or_fit_no_other_are_named(folder: Path) -> None:
    with open_store(folder, write=True) as store:
        snapshots = rows(store, "snapshot")
        wrong = [snapshots[0] | {"device": device_id("x"), "frame": 10**9}, *snapshots]
        store.replace("snapshot", pa.Table.from_pylist(wrong, schema=SCHEMAS["snapshot"]))
        store.replace("component", pa.Table.from_pylist(rows(store, "component") * 2, schema=SCHEMAS["component"]))
        store.replace("state", pa.Table.from_pylist(rows(store, "state") * 2, schema=SCHEMAS["state"]))
        found = "\n".join(upkeep.check(store).problems)
    for says in ("is there 2 times", "component", "state of another", "beyond the segment's end"):
        assert says in found


def test_only_so_many_problems_of_a_kind_are_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.estate.checking.MOST_NAMED", 2)
    (folder / "segments" / "000001.zst").write_bytes(b"\0" * 100_000)
    found = problems(folder)
    assert len(found) == 3
    assert found[2].startswith("and 10 more, the last: ")


def test_compacting_changes_nothing_but_the_files(folder: Path) -> None:
    with open_store(folder, write=True, frame_bytes=5000) as store:
        before = {table: sorted(map(str, rows(store, table))) for table in SCHEMAS if table != "snapshot"}
        raw, old = raw_of(store), store.files("snapshot")
        done = upkeep.compact(store)
        assert (done.files, done.files_before > 40) == (9, True)
        assert {table: sorted(map(str, rows(store, table))) for table in SCHEMAS if table != "snapshot"} == before
        assert raw_of(store) == raw
        assert len({row["frame"] for row in rows(store, "snapshot")}) == 2
        assert upkeep.check(store).problems == upkeep.check(store).leftovers == ()
        assert all(path.exists() for path in old)
        generation = store.generation
        assert upkeep.compact(store).removed >= len(old)
        assert not any(path.exists() for path in old)
        assert upkeep.compact(store).removed == 0
        assert store.generation == generation + 1
        assert store.write([taken(pc("pc-0", day="2026-11-22"))], LATER) == ["updated"]
        store.settle()
    assert problems(folder) == ()


def test_files_that_are_full_stay_as_they_are(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compacting, "FULL_ROWS", 5)
    monkeypatch.setattr(compacting, "CHUNK_BYTES", 1)
    with open_store(folder, write=True) as store:
        raw = raw_of(store)
        upkeep.compact(store)
        assert [file.rows for file in store.head.of("state")] == [5, 5, 2]
        assert [file.rows for file in store.head.of("log")] == [5, 5, 5]
        assert raw_of(store) == raw
        assert upkeep.check(store).problems == ()


def test_what_is_there_twice_is_there_once_after_compacting(folder: Path) -> None:
    with open_store(folder, write=True) as store:
        before = rows(store, "component")
        with store.drafting() as draft:
            for table in ("state", "component", "bundle"):
                for row in rows(store, table)[:2] * 2:
                    draft.add(table, [[each] for each in row.values()])
            store.head = draft.publish()
        assert upkeep.check(store).problems != ()
        upkeep.compact(store)
        assert rows(store, "component") == before
        assert upkeep.check(store).problems == ()


def test_a_damaged_snapshot_stops_compacting_and_nothing_is_lost(folder: Path) -> None:
    segment = folder / "segments" / "000001.zst"
    damaged = bytearray(segment.read_bytes())
    damaged[-1] ^= 1
    segment.write_bytes(damaged)
    with open_store(folder, write=True) as store:
        with pytest.raises(EstateError, match="is damaged"):
            upkeep.compact(store)
        assert len(rows(store, "snapshot")) == 12
    assert len(problems(folder)) == 1


def test_what_killed_writers_left_is_listed_and_removed(folder: Path) -> None:
    for name in ("tables/state/00000099-1.parquet", "segments/000009.zst", "quarantine/ff", ".head.json.part"):
        (folder / name).write_bytes(b"torn")
    with (folder / "segments" / "000001.zst").open("ab") as file:
        file.write(b"torn")
    with open_store(folder, write=True) as store:
        found = upkeep.check(store)
        assert found.problems == ()
        assert len(found.leftovers) == 5
        upkeep.compact(store)
        assert upkeep.check(store)[:2] == ((), ())
    assert not (folder / "quarantine" / "ff").exists()


@pytest.mark.parametrize("named", ["pc-3", "PC-3", device_id("pc-3"), device_id("pc-3").upper()])
def test_a_pc_is_forgotten_in_every_file(folder: Path, named: str) -> None:
    traces = [b"pc-3", device_id("pc-3").encode(), b"share/3.json"]
    with open_store(folder, write=True) as store:
        gone = {row["sha256"] for row in rows(store, "snapshot") if row["device"] == device_id("pc-3")}
        stay = {sha256: data for sha256, data in raw_of(store).items() if sha256 not in gone}
        store.write([Passed("share/3.json", min(gone), "unchanged")], RECEIVED)
    assert all(trace in everything(folder) for trace in traces)
    with open_store(folder, write=True) as store:
        done = upkeep.forget(store, [named], LATER)
        assert done == upkeep.Forgotten((device_id("pc-3"),), 2, 4, 1)
        assert raw_of(store) == stay
        assert store.known(gone) == frozenset()
        assert upkeep.check(store)[:2] == ((), ())
        assert list(store.log())[-1][1:] == (LATER, "", "", "", "forgotten", "1 device ids, 2 snapshots, 1 refused files")
        assert [each.name for each in store.quarantined()] == ["else.json"]
        assert len(rows(store, "device")) == 5
        assert len(rows(store, "component")) == 11  # two versions of Chrome each, one Windows
    left = everything(folder)
    assert not any(trace in left for trace in traces)
    assert not any(sha256.encode() in left for sha256 in gone)
    with open_store(folder, write=True) as store:
        assert store.write([taken(pc("pc-3"))], LATER) == ["new"]
    assert problems(folder) == ()


def test_all_ids_of_one_pc_are_forgotten_together(folder: Path) -> None:
    one, other = device_id("pc-1"), device_id("pc-2")
    with open_store(folder, write=True) as store:
        store.replace("alias", pa.table({"device": [one], "pc": [other], "reason": ["same serial"]}))
        assert upkeep.forget(store, ["pc-1"], LATER).devices == tuple(sorted([one, other]))
        assert rows(store, "alias") == []
        assert upkeep.check(store)[:2] == ((), ())


def test_the_last_pc_can_be_forgotten(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True) as store:
        store.write([taken(pc("a"), "a.json"), refused("a.json", b"bad")], RECEIVED)
        upkeep.forget(store, ["a"], LATER)
        assert [rows(store, table) for table in ("snapshot", "state", "component", "device", "quarantine")] == [[]] * 5
        assert [row[5] for row in store.log()] == ["new", "quarantined", "forgotten"]
        assert store.write([taken(pc("a"))], LATER) == ["new"]
        assert upkeep.check(store)[:2] == ((), ())


def test_files_that_share_a_name_with_another_pcs_are_not_taken_for_theirs(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True) as store:
        for item in (taken(pc("a"), "all.ndjson:1"), taken(pc("b"), "all.ndjson:1"), refused("all.ndjson:1", b"bad")):
            store.write([item], RECEIVED)
        assert upkeep.forget(store, ["a"], LATER).refused == 0
        assert [row[2] for row in store.log()] == ["", "all.ndjson:1", "all.ndjson:1", ""]


def test_who_is_not_one_pc_is_not_forgotten(folder: Path) -> None:
    with open_store(folder, write=True) as store:
        twin = taken(pc("pc-1"))
        store.write([twin._replace(sha256="ab" * 32, device=twin.device._replace(id="cd" * 16))], RECEIVED)
        before = store.generation
        for named, says in (("nobody", "no PC 'nobody'"), ("pc-1", "2 PCs are called 'pc-1'"), ("%", "no PC")):
            with pytest.raises(UsageError, match=says):
                upkeep.forget(store, [named], LATER)
        assert store.generation == before + 1  # it was settled


def test_a_forgetting_that_was_interrupted_is_ended_by_the_next_writer(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise EstateError("stop")

    with open_store(folder, write=True) as store, monkeypatch.context() as patch:
        patch.setattr("auditor.estate.leftovers.tidy", stop)
        with pytest.raises(EstateError, match="stop"):
            upkeep.forget(store, ["pc-3"], LATER)
    assert (folder / "segments" / "000001.zst").exists()
    with open_store(folder, write=True) as store:
        assert store.head.erase == ()
        assert upkeep.check(store)[:2] == ((), ())
    assert not (folder / "segments" / "000001.zst").exists()
    assert b"pc-3" not in everything(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
def test_killed_at_any_moment_nothing_is_lost(tmp_path: Path) -> None:
    tool = Path(__file__).parents[2] / "tools" / "kill.py"
    done = subprocess.run(
        [sys.executable, str(tool), "--rounds", "20", "--seed", "7", "--folder", str(tmp_path / "estate")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "20 kills" in done.stdout
    assert "none lost" in done.stdout
