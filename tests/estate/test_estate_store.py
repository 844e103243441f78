from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from auditor.errors import EstateError
from auditor.estate import parquet, upkeep
from auditor.estate.parquet import SCHEMAS
from auditor.estate.store import Passed, Refused, Store, open_store
from auditor.estate.tables import BUNDLES, TABLES

from .samples import RECEIVED, device_id, pc, rows, taken

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("COV")} | {
    "PYTHONPATH": str(Path(__file__).parents[2])
}
IMPORTS = """import os
from pathlib import Path
from auditor.errors import EstateError
from auditor.estate.store import open_store
from tests.estate.samples import RECEIVED, pc, taken
"""


def whole(folder: Path) -> set[str]:
    """The host names of an estate, after checking that everything in it fits together."""
    with open_store(folder) as store:
        assert upkeep.check(store).problems == ()
        return {row["hostname"] for row in rows(store, "state")}


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", IMPORTS + code], env=ENVIRONMENT, capture_output=True, text=True, check=False
    )  # fmt: skip


def alias(*pairs: tuple[str, str]) -> pa.Table:
    named = [{"device": device_id(one), "pc": device_id(other), "reason": "same serial"} for one, other in pairs]
    return pa.Table.from_pylist(named, schema=SCHEMAS["alias"])


def test_raw_bytes_come_back_and_strangers_do_not(tmp_path: Path) -> None:
    items = [taken(pc(name)) for name in "abc"]
    with open_store(tmp_path / "estate", write=True, frame_bytes=600) as store:
        assert store.write(items, RECEIVED) == ["new"] * 3
        assert [store.raw(item.sha256) for item in items] == [item.data for item in items]
        with pytest.raises(EstateError, match="no snapshot 00"):
            store.raw("0" * 64)


def test_a_snapshot_is_found_by_the_beginning_of_its_hash(tmp_path: Path) -> None:
    item, other = taken(pc("a")), taken(pc("b"))
    with open_store(tmp_path, write=True) as store:
        assert store.find("0" * 8) == []
        store.write([item, other], RECEIVED)
        assert store.find(item.sha256[:8]) == store.find(item.sha256) == [item.sha256]
        for wrong in ("", item.sha256[:7], item.sha256 + "0", "%" * 8, item.sha256[:8] + "\n", "ABCDEF00"):
            with pytest.raises(EstateError, match="does not begin a SHA-256"):
                store.find(wrong)


def test_snapshots_whose_hashes_begin_alike_are_all_found_and_told_apart(tmp_path: Path) -> None:
    item = taken(pc("a"))
    alike = [item._replace(sha256="ab" * 15 + end + "0" * 32) for end in ("02", "01")]
    with open_store(tmp_path, write=True) as store:
        store.write(alike, RECEIVED)
        assert store.find("ab" * 4) == ["ab" * 15 + "01" + "0" * 32, "ab" * 15 + "02" + "0" * 32]
        assert store.known([alike[0].sha256, "", "ab" * 15 + "03" + "0" * 32]) == {alike[0].sha256}
    with open_store(tmp_path) as store:
        assert store.known([each.sha256 for each in alike]) == {each.sha256 for each in alike}


def test_a_damaged_frame_is_named(tmp_path: Path) -> None:
    item = taken(pc("a"))
    with open_store(tmp_path, write=True) as store:
        store.write([item], RECEIVED)
    segment = tmp_path / "segments" / "000001.zst"
    frame = bytearray(segment.read_bytes())
    frame[-1] ^= 1
    segment.write_bytes(frame)
    with open_store(tmp_path) as store, pytest.raises(EstateError, match=item.sha256):
        store.raw(item.sha256)


def test_every_batch_is_in_a_chain_of_hashes(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True) as store:
        store.write([taken(pc("a"))], RECEIVED)
        store.write([Refused("bad", "aa", b"bad", "why"), Passed("gone", "", "unreadable", "no such file")], RECEIVED)
        store.write([taken(pc("b"))], RECEIVED)
        assert [(row[0], row[5]) for row in store.log()] == [(1, "new"), (2, "quarantined"), (3, "unreadable"), (4, "new")]
        assert store.broken_log_row() is None
        second = store.files("log")[1]
        found = pa.Table.from_batches(list(parquet.read(second, "log"))).to_pylist()
        for wrong in ([found[0] | {"reason": "another"}, found[1]], found[1:], [*found, found[1] | {"seq": 4}], found[::-1]):
            parquet.write(second, "log", [pa.Table.from_pylist(wrong, schema=SCHEMAS["log"])])
            assert store.broken_log_row() == 2


def test_readers_see_one_state_while_one_process_writes(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True) as writer:
        writer.write([taken(pc("a"))], RECEIVED)
        with open_store(tmp_path) as reader:
            writer.write([taken(pc("b"))], RECEIVED)
            upkeep.compact(writer)
            assert [row["hostname"] for row in rows(reader, "state")] == ["a"]
            assert upkeep.check(reader).problems == ()
            assert (reader.generation, writer.generation) == (1, 4)
        with pytest.raises(EstateError, match="opened to read"):
            reader.write([], RECEIVED)
        with open_store(tmp_path) as reader:
            assert [row["hostname"] for row in rows(reader, "state")] == ["a", "b"]
        with pytest.raises(EstateError, match="another auditor"):
            open_store(tmp_path, write=True)
    with open_store(tmp_path, write=True) as store:
        assert len(rows(store, "snapshot")) == 2


def test_a_second_process_is_told_to_wait(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True):
        done = run(f"open_store(Path({str(tmp_path)!r}), write=True)")
    assert "BusyError" in done.stderr
    assert "another auditor is writing to this estate" in done.stderr


def test_no_estate_is_said(tmp_path: Path) -> None:
    with pytest.raises(EstateError, match="no estate here"):
        open_store(tmp_path)


def test_another_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"")
    with pytest.raises(EstateError, match=r"not an estate: it holds holiday\.jpg"):
        open_store(tmp_path, write=True)
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


@pytest.mark.parametrize(
    ("marker", "says"),
    [
        ('{"schema": "auditor/estate/3"}', "schema auditor/estate/3: this version of auditor uses auditor/estate/2"),
        ('{"schema": "something"}', "does not say that this is an estate"),
        ("[]", "does not say"),
        ("", "does not say"),
        ("[" * 4096, "does not say"),
    ],
)
@pytest.mark.parametrize("write", [True, False])
def test_another_schema_is_not_touched(tmp_path: Path, marker: str, says: str, write: bool) -> None:
    (tmp_path / "estate.json").write_text(marker)
    with pytest.raises(EstateError, match=says):
        open_store(tmp_path, write=write)
    assert [path.name for path in tmp_path.iterdir()] == ["estate.json"]


def test_what_an_interrupted_beginning_left_is_no_stranger(tmp_path: Path) -> None:
    (tmp_path / "segments").mkdir()
    (tmp_path / ".estate.json.part").write_bytes(b"{")
    with open_store(tmp_path, write=True) as store:
        assert store.generation == 0
    (tmp_path / "estate.json").unlink()
    with open_store(tmp_path, write=True) as store:
        assert store.generation == 0


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(EstateError, match="Not a directory"):
        open_store(tmp_path / "file" / "estate", write=True)
    if Path("/proc/self").exists():
        with pytest.raises(EstateError, match="cannot be"):
            open_store(Path("/proc/self/estate"), write=True)


def test_a_marker_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "replace", _full)
    with pytest.raises(EstateError, match="No space left"):
        open_store(tmp_path, write=True)
    assert not list(tmp_path.glob(".*.part"))


def _full(*_: object) -> int:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("write", [True, False])
@pytest.mark.parametrize("damage", [b"", b"{}", b"nonsense" * 1000, None])
def test_a_damaged_manifest_is_said(tmp_path: Path, damage: bytes | None, write: bool) -> None:
    with open_store(tmp_path, write=True) as store:
        store.write([taken(pc("a"))], RECEIVED)
    head = tmp_path / "head.json"
    head.write_bytes(head.read_bytes()[:-9] if damage is None else damage)
    for _ in range(2):
        with pytest.raises(EstateError, match=r"head\.json: is damaged"):
            open_store(tmp_path, write=write)
    head.unlink()
    with pytest.raises(EstateError, match="No such file"):
        open_store(tmp_path, write=write)


def test_a_table_that_is_cut_or_gone_is_said(tmp_path: Path) -> None:
    item = taken(pc("a"))
    with open_store(tmp_path, write=True) as store:
        store.write([item], RECEIVED)
    path = store.files("snapshot")[0]
    path.write_bytes(path.read_bytes()[:-20])
    for write in (True, False):
        with open_store(tmp_path, write=write) as store:
            for ask in (lambda: store.raw(item.sha256), lambda: store.known([item.sha256]), lambda: store.find("0" * 8)):
                with pytest.raises(EstateError, match="cannot be"):
                    ask()
    path.unlink()
    with open_store(tmp_path) as store:
        with pytest.raises(EstateError, match="No such file") as caught:
            store.find("0" * 8)
        assert "try again" in caught.value.hint


def test_a_disk_that_fills_up_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = taken(pc("a")), taken(pc("b"))
    with open_store(tmp_path, write=True) as store:
        store.write([first], RECEIVED)
        for name in ("write", "fsync", "replace"):
            with monkeypatch.context() as patch:
                patch.setattr(os, name, _full)
                with pytest.raises(EstateError, match="No space left"):
                    store.write([second], RECEIVED)
            assert store.known([second.sha256]) == frozenset()
        assert store.write([second], RECEIVED) == ["new"]
        assert [store.raw(item.sha256) for item in (first, second)] == [first.data, second.data]
    assert whole(tmp_path) == {"a", "b"}


@contextlib.contextmanager
def small_disk(folder: Path, size: str, *options: str) -> Iterator[None]:
    """A real file system of some bytes at ``folder``; skips where this process may not mount one."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", ",".join([f"size={size}", *options]), "tmpfs", str(folder)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("may not mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(store: Store, stored: list[str]) -> None:
    """Ingest until it goes no further."""
    for number in range(1000):
        store.write([taken(pc(f"pc-{number}", site=os.urandom(100).hex()))], RECEIVED)
        stored.append(f"pc-{number}")


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    stored: list[str] = []
    with small_disk(tmp_path / "disk", "300k"):
        folder = tmp_path / "disk" / "estate"
        with open_store(folder, write=True) as store:
            with pytest.raises(EstateError, match="No space left") as caught:
                fill(store, stored)
            assert "Free some space" in caught.value.hint
            with contextlib.suppress(EstateError):
                upkeep.compact(store)
            with pytest.raises(EstateError, match="No space left"):
                store.write([Refused("big", "ab" * 32, os.urandom(300_000), "no")], RECEIVED)
        assert whole(folder) == set(stored)
        subprocess.run(["mount", "-o", "remount,size=30m", str(folder.parent)], check=True)
        with open_store(folder, write=True) as store:
            assert store.write([taken(pc("later"))], RECEIVED) == ["new"]
        assert whole(folder) == {*stored, "later"}


def test_a_read_only_disk_is_read_and_not_written(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "4m"):
        folder = tmp_path / "disk" / "estate"
        with open_store(folder, write=True) as store:
            store.write([taken(pc("a"))], RECEIVED)
        subprocess.run(["mount", "-o", "remount,ro", str(folder.parent)], check=True)
        assert whole(folder) == {"a"}
        with pytest.raises(EstateError, match="Read-only") as caught:
            open_store(folder, write=True)
        assert "read-only file system" in caught.value.hint


def test_a_folder_that_vanishes_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "estate"
    with open_store(folder, write=True) as store:
        store.write([taken(pc("a"))], RECEIVED)
        folder.rename(tmp_path / "elsewhere")
        with pytest.raises(EstateError, match="No such file"):
            store.write([taken(pc("b"))], RECEIVED)
        with pytest.raises(EstateError, match="No such file"):
            store.find("0" * 8)
    assert whole(tmp_path / "elsewhere") == {"a"}


def test_the_quarantine_keeps_bytes_up_to_its_limit(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True, quarantine_bytes=10) as store:
        files = {"one": ("a1", b"12345678"), "two": ("a2", b"123"), "three": ("a3", b"12")}
        refused = [Refused(name, *file, "no") for name, file in files.items()]
        store.write(refused, RECEIVED)
        store.write([refused[0], Refused("one again", "a1", b"12345678", "no"), Refused("four", "a4", b"1", "no")], RECEIVED)
        assert sorted(path.name for path in (tmp_path / "quarantine").iterdir()) == ["a1", "a3"]
        assert [each.name for each in store.quarantined()] == ["four", "one", "one again", "three", "two"]
        assert (tmp_path / "quarantine" / "a1").read_bytes() == b"12345678"
        assert store.head.quarantine == 10


def test_a_quarantine_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(tmp_path, write=True) as store:
        monkeypatch.setattr(os, "fsync", _full)
        with pytest.raises(EstateError, match="No space left"):
            store.write([Refused("bad", "aa", b"bad", "why")], RECEIVED)
        assert store.quarantined() == ()


def test_a_file_leaves_quarantine_when_its_name_is_taken_and_returns_when_it_does(tmp_path: Path) -> None:
    bad, other = Refused("x.json", "aa", b"bad", "why"), Refused("y.json", "aa", b"bad", "why")
    good = taken(pc("a"))
    unchanged = Passed("y.json", good.sha256, "unchanged")
    with open_store(tmp_path, write=True) as store:

        def names(day: date = date.max) -> list[str]:
            return [each.name for each in store.quarantined(day)]

        store.write([bad, other], "2026-11-20T08:00:00Z")
        assert names() == ["x.json", "y.json"]
        store.write([good, Passed("y.json", "", "unreadable")], "2026-11-21T08:00:00Z")
        assert names() == ["y.json"]
        store.write([unchanged], "2026-11-22T08:00:00Z")
        assert names() == []
        assert [names(date(2026, 11, day)) for day in (19, 20, 21, 22)] == [[], ["x.json", "y.json"], ["y.json"], []]
        store.write([bad], "2026-11-23T08:00:00Z")
        assert names() == ["x.json"]
        assert (tmp_path / "quarantine" / "aa").read_bytes() == b"bad"
        assert len(list(store.log())) == 6
        assert store.broken_log_row() is None


@pytest.mark.parametrize("limit", [3_000, 20_000])
def test_a_file_size_limit_stops_cleanly(tmp_path: Path, limit: int) -> None:
    """The operating system refuses to let a file grow: an error for a person, and the store is whole."""
    pytest.importorskip("resource")
    with open_store(tmp_path, write=True) as store:
        store.write([taken(pc("first"))], RECEIVED)
    done = run(f"""
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
try:
    with open_store(Path({str(tmp_path)!r}), write=True) as store:
        for number in range(300):
            store.write([taken(pc(f"pc-{{number}}", site=os.urandom(100).hex()))], RECEIVED)
except EstateError as error:
    print("said:", error.message, error.hint)
""")
    assert done.stdout.startswith("said: "), done.stderr
    assert "File too large" in done.stdout
    assert "first" in whole(tmp_path)


def test_a_reader_can_open_what_a_killed_writer_left(tmp_path: Path) -> None:
    run(f"open_store(Path({str(tmp_path)!r}), write=True).write([taken(pc('a'))], RECEIVED)\nos._exit(9)")
    assert whole(tmp_path) == {"a"}
    with open_store(tmp_path, write=True) as store:
        assert store.write([taken(pc("a", day="2026-11-21"))], RECEIVED) == ["updated"]


def test_what_repeats_is_kept_once_and_changes_are_states(tmp_path: Path) -> None:
    days = [taken(pc("a", version, day=f"2026-11-0{day}")) for day, version in enumerate("1122", 1)]
    for item in days:
        with open_store(tmp_path, write=True) as store:
            store.write([item], RECEIVED)
    with open_store(tmp_path, write=True) as store:
        store.write([taken(pc("b", "2", site="Leeds"))], RECEIVED)
        assert len(rows(store, "snapshot")) == 5
        assert [(row["hostname"], row["site"]) for row in rows(store, "state")] == [("a", ""), ("a", ""), ("b", "Leeds")]
        assert len(rows(store, "component")) == len(rows(store, "bundle")) == 3
        assert {row["state"] for row in rows(store, "snapshot")} == {row["state"] for row in rows(store, "state")}
        one = rows(store, "state")[0]
        assert [name for name in BUNDLES if one[name]] == ["b_browser", "b_os"]


def test_signals_are_kept_when_they_change(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True) as store:
        store.write([taken(pc("a"), serial="1", mac="2"), taken(pc("b"), serial="1")], RECEIVED)
    with open_store(tmp_path, write=True) as store:
        store.write([taken(pc("a", day="2026-11-21"), mac="2", serial="1")], RECEIVED)
        store.write([taken(pc("a", day="2026-11-22"), serial="3")], RECEIVED)
        store.write([taken(pc("a", day="2026-11-23"), serial="3")], RECEIVED)
        found = [(row["device"], row["kind"], row["value"], row["taken_at"][:10]) for row in rows(store, "signal")]
    a, b = device_id("a"), device_id("b")
    assert found == [
        (a, "mac", "2", "2026-11-20"), (a, "serial", "1", "2026-11-20"), (b, "serial", "1", "2026-11-20"), (a, "serial", "3", "2026-11-22"),
    ]  # fmt: skip


def test_settling_makes_the_newest_snapshot_the_pc(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True) as store:
        store.settle()
        assert store.files("device") == []
        items = [taken(pc("a", day="2026-11-21")), taken(pc("a", "1")), taken(pc("b"))]
        store.write(items, RECEIVED)
        assert len(store.unsettled()) == 1
        store.settle()
        assert store.unsettled() == []
        generation = store.generation
        store.settle()
        assert store.generation == generation
        twins = sorted(
            [taken(pc("b", "2", day="2026-11-22")), taken(pc("b", "3", day="2026-11-22"))], key=lambda item: item.sha256
        )
        assert store.write([twins[1], twins[0]], RECEIVED) == ["updated", "older"]
        store.settle()
        found = {row["hostname"]: row for row in rows(store, "device")}
        assert {name: row["sha256"] for name, row in found.items()} == {"a": items[0].sha256, "b": twins[1].sha256}
        states = {row["state"]: row for row in rows(store, "state")}
        for row in found.values():
            assert {name: row[name] for name in TABLES["state"]} == states[row["state"]]


def test_several_ids_that_are_one_pc_are_one_device(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True) as store:
        store.write([taken(pc("old", day="2026-11-01")), taken(pc("new", day="2026-11-02")), taken(pc("b"))], RECEIVED)
        store.settle()
        store.replace("alias", alias(("new", "old")))
        assert len(store.unsettled()) == 1
        store.settle()
        assert {(row["device"], row["hostname"]) for row in rows(store, "device")} == {
            (device_id("old"), "new"),
            (device_id("b"), "b"),
        }
        assert store.write([taken(pc("old", day="2026-11-03"))], RECEIVED) == ["updated"]
        assert store.write([taken(pc("new", "1", day="2026-11-02"))], RECEIVED) == ["older"]
        store.replace("alias", alias())
        assert store.write([taken(pc("new", day="2026-11-04"))], RECEIVED) == ["updated"]
        store.settle()
        assert sorted(row["hostname"] for row in rows(store, "device")) == ["b", "new", "old"]
    whole(tmp_path)


def test_outcomes_are_told_without_settling(tmp_path: Path) -> None:
    for day, outcome in (("10", "new"), ("12", "updated"), ("11", "older"), ("13", "updated")):
        with open_store(tmp_path, write=True) as store:
            assert store.write([taken(pc("a", day=f"2026-11-{day}"))], RECEIVED) == [outcome]
    with open_store(tmp_path) as store:
        assert len(store.unsettled()) == 4
        assert store.files("device") == []


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (pa.table({"device": ["a"], "pc": ["b"]}), "no column reason"),
        (
            pa.table({"device": ["a"], "pc": ["b"], "reason": pa.array([None], pa.string())}),
            "column reason has an empty cell",
        ),
        (pa.table({"device": ["a"], "pc": ["b"], "reason": [[1]]}), "column reason is not text"),
    ],
)
def test_a_table_of_another_shape_is_refused(tmp_path: Path, data: pa.Table, says: str) -> None:
    with open_store(tmp_path, write=True) as store:
        with pytest.raises(EstateError, match=says):
            store.replace("alias", data)
        with pytest.raises(EstateError, match="no table 'aliases'"):
            store.replace("aliases", data)
        assert store.generation == 0


def test_a_folder_with_signs_of_patterns_in_its_name(tmp_path: Path) -> None:
    for name in ("[a]*", "it's"):
        folder = tmp_path / name
        item = taken(pc("a"))
        with open_store(folder, write=True) as store:
            store.write([item], RECEIVED)
            store.settle()
            assert store.find(item.sha256) == [item.sha256]
        assert whole(folder) == {"a"}


def test_text_that_no_file_can_hold_is_kept_as_an_escape(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True) as store:
        item = taken(pc("a"))
        store.write([item._replace(name="\ud800.json", device=item.device._replace(site="\udfff"))], RECEIVED)
        store.write([Refused("\ud800", "aa", b"", "\ud801")], RECEIVED)
        assert [row[2] for row in store.log()] == ["\\ud800.json", "\\ud800"]
        assert store.quarantined()[0].reason == "\\ud801"
        assert store.broken_log_row() is None


def test_files_of_before_a_kind_was_known_have_none_of_it(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True) as store:
        store.write([taken(pc("a"))], RECEIVED)
        path = store.files("state")[0]
        table = pa.Table.from_batches(list(parquet.read(path, "state")))
        pa.parquet.write_table(table.drop_columns(["b_html5"]), path)
        store.settle()
        assert [row["b_html5"] for row in rows(store, "device")] == [0]


def test_other_programs_read_the_same_files(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True) as store:
        store.write([taken(pc("a")), taken(pc("b"))], RECEIVED)
        store.settle()
        sql = f"SELECT count(*), count(DISTINCT sha256) FROM read_parquet('{tmp_path}/tables/device/*.parquet')"
        assert duckdb.sql(sql).fetchall() == [(2, 2)]


def test_the_hash_of_a_snapshot_is_of_its_bytes(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True) as store:
        store.write([taken(pc("a"))], RECEIVED)
        (row,) = rows(store, "snapshot")
        assert hashlib.sha256(store.raw(row["sha256"])).hexdigest() == row["sha256"]


def test_a_failed_commit_leaves_no_trace(tmp_path: Path) -> None:
    def fail(store: Store) -> None:
        with store.drafting() as draft:
            draft.add("alias", [["a"], ["b"], ["c"]])
            raise EstateError("stop")

    with open_store(tmp_path, write=True) as store:
        with pytest.raises(EstateError, match="stop"):
            fail(store)
        assert store.files("alias") == []
        store.write([taken(pc("a"))], RECEIVED)
        assert upkeep.check(store).leftovers == ("tables/alias/00000001-1.parquet",)
    assert (tmp_path / "estate.json").read_text() == '{"schema":"auditor/estate/2"}\n'
