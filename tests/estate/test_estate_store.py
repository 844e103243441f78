from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from auditor.errors import EstateError
from auditor.estate.ingest import ingest
from auditor.estate.inputs import Input
from auditor.estate.profile import profile_of
from auditor.estate.store import Passed, Refused, Store, Taken, open_store
from auditor.snapshot.read import decode

from .samples import AS_OF, RECEIVED, detect, device_id, pc, understand

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("COV")} | {
    "PYTHONPATH": str(Path(__file__).parents[2])
}
IMPORTS = """import os
from pathlib import Path
from auditor.errors import EstateError
from auditor.estate.store import open_store
from tests.estate.samples import RECEIVED, pc
from tests.estate.test_estate_store import taken, write_without_end
"""


def taken(data: bytes, name: str = "x.json") -> Taken:
    snapshot = decode(data)
    return Taken(
        name, hashlib.sha256(data).hexdigest(), data, snapshot.device, snapshot.taken_at, profile_of(detect(snapshot))
    )


def test_raw_bytes_come_back_and_strangers_do_not(tmp_path: Path) -> None:
    item = taken(pc("a"))
    with open_store(tmp_path / "estate", write=True) as store:
        assert store.write([item], RECEIVED) == ["new"]
        assert store.raw(item.sha256) == item.data
        with pytest.raises(EstateError, match="no snapshot 00"):
            store.raw("0" * 64)


def test_a_snapshot_is_found_by_the_beginning_of_its_hash(tmp_path: Path) -> None:
    item, other = taken(pc("a")), taken(pc("b"))
    with open_store(tmp_path, write=True) as store:
        store.write([item, other], RECEIVED)
        assert store.find(item.sha256[:8]) == store.find(item.sha256) == [item.sha256]
        assert store.find("0" * 8) == []
        for wrong in ("", item.sha256[:7], item.sha256 + "0", "%" * 8, item.sha256[:8] + "\n", "ABCDEF00"):
            with pytest.raises(EstateError, match="does not begin a SHA-256"):
                store.find(wrong)


def test_snapshots_whose_hashes_begin_alike_are_all_found(tmp_path: Path) -> None:
    item = taken(pc("a"))
    alike = [item._replace(sha256="ab" * 31 + end) for end in ("02", "01")]
    with open_store(tmp_path, write=True) as store:
        store.write(alike, RECEIVED)
        assert store.find("ab" * 4) == ["ab" * 31 + "01", "ab" * 31 + "02"]


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
        assert [row[5] for row in store.catalogue.log()] == ["new", "quarantined", "unreadable", "new"]
        assert store.broken_log_row() is None
        with store.catalogue.transaction():
            store.catalogue._run("UPDATE log SET reason = 'another' WHERE seq = 2")
        assert store.broken_log_row() == 2


def test_one_writes_or_several_read(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True):
        for write in (True, False):
            with pytest.raises(EstateError, match="another auditor"):
                open_store(tmp_path, write=write)
    with open_store(tmp_path) as one, open_store(tmp_path) as other:
        assert one.devices(AS_OF) == other.devices(AS_OF) == []


def test_a_second_process_is_told_to_wait(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True):
        run = subprocess.run(
            [sys.executable, "-c", f"{IMPORTS}\nopen_store(Path({str(tmp_path)!r}), write=True)"],
            env=ENVIRONMENT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert "EstateError" in run.stderr
    assert "another auditor is using this estate" in run.stderr


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
        ('{"schema": "auditor/estate/2"}', "schema auditor/estate/2: this version of auditor uses auditor/estate/1"),
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


def test_what_an_interrupted_beginning_left_is_no_stranger(tmp_path: Path) -> None:
    (tmp_path / "segments").mkdir()
    (tmp_path / ".estate.json.x1.part").write_bytes(b"{")
    with open_store(tmp_path, write=True) as store:
        assert store.devices(AS_OF) == []


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


def _full(*_: object) -> int:
    raise OSError(28, "No space left on device")


def test_a_damaged_catalogue_is_said(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True):
        pass
    (tmp_path / "catalogue.duckdb").write_bytes(b"nonsense" * 1000)
    with pytest.raises(EstateError, match="cannot be used"):
        open_store(tmp_path)


def test_a_disk_that_fills_up_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = taken(pc("a")), taken(pc("b"))
    with open_store(tmp_path, write=True) as store:
        store.write([first], RECEIVED)
        real = os.write
        calls = iter([lambda fd, data: real(fd, data[:7]), _full])
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", lambda fd, data: next(calls)(fd, data))
            with pytest.raises(EstateError, match="No space left"):
                store.write([second], RECEIVED)
        assert store.write([second], RECEIVED) == ["new"]
        assert [store.raw(item.sha256) for item in (first, second)] == [first.data, second.data]


def test_a_quarantine_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(tmp_path, write=True) as store:
        monkeypatch.setattr(os, "replace", _full)
        with pytest.raises(EstateError, match="No space left"):
            store.write([Refused("bad", "aa", b"bad", "why")], RECEIVED)
        assert store.quarantined() == ()


def test_the_quarantine_keeps_bytes_up_to_its_limit(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True, quarantine_bytes=10) as store:
        files = {"one": ("a1", b"12345678"), "two": ("a2", b"123"), "three": ("a3", b"12")}
        refused = [Refused(name, *file, "no") for name, file in files.items()]
        store.write(refused, RECEIVED)
        store.write([refused[0], Refused("one again", "a1", b"12345678", "no"), Refused("four", "a4", b"1", "no")], RECEIVED)
        assert sorted(path.name for path in (tmp_path / "quarantine").iterdir()) == ["a1", "a3"]
        assert [each.name for each in store.quarantined()] == ["four", "one", "one again", "three", "two"]
        assert (tmp_path / "quarantine" / "a1").read_bytes() == b"12345678"


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
        assert len(store.catalogue.log()) == 6
        assert store.broken_log_row() is None


@pytest.mark.parametrize("limit", [20_000, 300_000, 600_000])
def test_a_file_size_limit_stops_cleanly(tmp_path: Path, limit: int) -> None:
    """The operating system refuses to let a file grow: an error for a person, and the store is whole."""
    resource = pytest.importorskip("resource")
    with open_store(tmp_path, write=True) as store:
        store.write([taken(pc("first"))], RECEIVED)
    code = f"""{IMPORTS}
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
try:
    with open_store(Path({str(tmp_path)!r}), write=True) as store:
        for number in range(3000):
            store.write([taken(pc(f"pc-{{number}}", site="x" * 200 + str(number)))], RECEIVED)
except EstateError as error:
    print("said:", error.message)
"""
    assert resource
    run = subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert run.stdout.startswith("said: "), run.stderr
    whole(tmp_path)


def fill(store: Store) -> None:
    for number in range(1000):
        store.write([Passed("x" * 1000 + str(number), "", "unreadable")], RECEIVED)


def test_a_catalogue_that_cannot_grow_is_said(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with open_store(tmp_path, write=True) as store:
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
            with pytest.raises(EstateError) as caught:
                fill(store)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "Free some space" in caught.value.hint
    whole(tmp_path)


def whole(folder: Path) -> set[str]:
    """The host names of an estate, after checking that everything in it fits together."""
    with open_store(folder, write=True) as store:
        assert store.broken_log_row() is None
        rows = store.devices(date(2100, 1, 1))
        profiles = {row.profile_id for row in rows}
        links = store.catalogue.links(profiles)
        assert {link[0] for link in links} == profiles
        members = store.catalogue.members({link[2] for link in links})
        assert len(store.catalogue.components({member[1] for member in members})) == len({member[1] for member in members})
        for row in rows:
            assert decode(store.raw(row.sha256)).device.hostname == row.hostname
        assert len(store.catalogue.log()) >= len(rows)
        return {row.hostname for row in rows}


def write_without_end(folder: str) -> None:
    """Ingest batch after batch, and say each batch's end on the standard output."""
    with open_store(Path(folder), write=True) as store:
        begin = len(store.devices(AS_OF))
        for number in range(begin, begin + 10_000):
            inputs = [Input("", pc(f"pc-{number}-{each}", f"{number}.{each}")) for each in range(5)]
            ingest(store, [*inputs, Input("bad", b"bad %d" % number)], RECEIVED, understand)
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()


def test_kill_at_any_moment(tmp_path: Path) -> None:
    moments = random.Random(7)
    code = f"{IMPORTS}\nwrite_without_end({str(tmp_path)!r})"
    acknowledged: set[str] = set()
    for _ in range(5):
        process = subprocess.Popen([sys.executable, "-c", code], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        time.sleep(moments.random() / 4)
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.read().splitlines()
        process.wait()
        process.stdout.close()
        acknowledged |= {f"pc-{int(line)}-{each}" for line in lines for each in range(5)}
        assert acknowledged <= whole(tmp_path)
    with open_store(tmp_path) as store:
        assert store.broken_log_row() is None


def test_a_reader_can_open_what_a_killed_writer_left(tmp_path: Path) -> None:
    code = f"{IMPORTS}\nopen_store(Path({str(tmp_path)!r}), write=True).write([taken(pc('a'))], RECEIVED)\nos._exit(9)"
    subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, check=False)
    with open_store(tmp_path) as store:
        assert [row.id for row in store.devices(AS_OF)] == [device_id("a")]


def test_many_new_profiles_are_forgotten_and_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.estate.catalogue.REMEMBERED", 2)
    with open_store(tmp_path, write=True) as store:
        for name in ("a", "b", "c"):
            store.write([taken(pc(name))], RECEIVED)
        profile = store.devices(AS_OF)[0].profile_id
        assert len(store.catalogue.links([profile])) == 2


def test_a_failed_batch_leaves_no_trace(tmp_path: Path) -> None:
    def fail(store: Store) -> None:
        with store.catalogue.transaction():
            store.catalogue.store_profiles([taken(pc("a")).profile])
            raise EstateError("stop")

    with open_store(tmp_path, write=True) as store:
        with pytest.raises(EstateError, match="stop"):
            fail(store)
        store.write([taken(pc("a"))], RECEIVED)
        row = store.devices(AS_OF)[0]
        assert len(store.catalogue.links([row.profile_id])) == 2
    assert json.loads((tmp_path / "estate.json").read_text()) == {"schema": "auditor/estate/1"}
