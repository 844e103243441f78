from __future__ import annotations

import gzip
import os
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import EstateError
from auditor.estate import ingest as ingesting
from auditor.estate.ingest import Summary, ingest
from auditor.estate.inputs import Input, find_inputs
from auditor.estate.store import Store, open_store
from auditor.snapshot import MAX_BYTES

from .samples import RECEIVED, changed, device_id, pc, rows, understand


def take(store: Store, *data: bytes) -> Summary:
    return ingest(store, [Input(f"{number}.json", each) for number, each in enumerate(data)], RECEIVED, understand)


def counts(summary: Summary) -> tuple[int, int, int, int]:
    return summary.new, summary.updated, summary.older, summary.unchanged


def test_each_input_is_counted_once(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True) as store:
        assert counts(take(store, pc("a"), pc("b"), pc("a"))) == (2, 0, 0, 1)
        assert counts(take(store, pc("a"), pc("a", day="2026-11-21"), pc("b", day="2026-11-01"))) == (0, 1, 1, 1)
        summary = take(store, pc("c"), pc("c", day="2026-11-22"), pc("c", day="2026-11-21"), b"{}", b"")
        assert counts(summary) == (1, 1, 1, 0)
        assert summary.accepted == 3
        assert [name for name, _ in summary.quarantined] == ["3.json", "4.json"]
        assert sorted((row["hostname"], row["taken_at"][:10]) for row in rows(store, "device")) == [
            ("a", "2026-11-21"), ("b", "2026-11-20"), ("c", "2026-11-22"),
        ]  # fmt: skip


def test_what_is_no_snapshot_is_kept_and_stops_nothing(tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    good = pc("good")
    bad = {
        "cut.json": good[: len(good) // 2],
        "empty.json": b"",
        "newer.json": changed(good, schema="auditor/snapshot/2"),
        "noise.json": os.urandom(1000),
        "deep.json": b"[" * 100_000,
        "utf16.json": good.decode().encode("utf-16"),
        "other.json": b'{"name": "left-pad"}',
        "lines.ndjson": b"\n".join([pc("one"), b"rubbish", pc("two")]),
        "cut.json.gz": gzip.compress(good)[:-5],
    }
    for name, data in bad.items():
        (share / name).write_bytes(data)
    with (share / "large.json").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    (share / "zz.json").write_bytes(good)
    (share / "zz-link.json").symlink_to("/etc/hostname")
    with open_store(tmp_path / "estate", write=True) as store:
        summary = ingest(store, find_inputs([str(share)]), RECEIVED, understand)
        again = ingest(store, find_inputs([str(share)]), RECEIVED, understand)
        reasons = {Path(name).name: reason for name, reason in summary.quarantined}
        assert sorted(reasons) == sorted({*bad, "large.json", "lines.ndjson:3"} - {"lines.ndjson"})
        assert "Update" not in reasons["newer.json"]
        assert reasons["large.json"] == "larger than 16 MB"
        assert summary.unreadable == ((str(share / "zz-link.json"), "a link to a path outside the folder"),)
        assert (summary.new, again.new, again.unchanged) == (3, 0, 3)
        assert again.quarantined == summary.quarantined
        listed = store.quarantined()
        assert len(listed) == len(reasons)
        kept = {path.read_bytes() for path in (tmp_path / "estate" / "quarantine").iterdir()}
        assert kept == {data for name, data in bad.items() if name not in ("lines.ndjson", "empty.json")} | {b"rubbish\n"}
        assert sorted(row["hostname"] for row in rows(store, "device")) == ["good", "one", "two"]


def test_the_bytes_of_a_line_are_kept(tmp_path: Path) -> None:
    (tmp_path / "all.ndjson").write_bytes(pc("a") + pc("b").replace(b"\n", b"\r\n"))
    with open_store(tmp_path / "estate", write=True) as store:
        ingest(store, find_inputs([str(tmp_path / "all.ndjson")]), RECEIVED, understand)
        raw = {row["hostname"]: store.raw(row["sha256"]) for row in rows(store, "device")}
    assert raw == {"a": pc("a"), "b": pc("b").replace(b"\n", b"\r\n")}


def test_batches_are_bounded_by_number_and_by_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks: list[int] = []

    def tick(summary: Summary) -> None:
        ticks.append(summary.done)

    inputs = [Input(str(number), pc(f"pc-{number}")) for number in range(7)]
    monkeypatch.setattr(ingesting, "BATCH", 3)
    with open_store(tmp_path, write=True) as store:
        assert ingest(store, iter(inputs), RECEIVED, understand, tick).new == 7
        monkeypatch.setattr(ingesting, "BATCH_BYTES", 1)
        ingest(store, inputs[:2], RECEIVED, understand, tick)
    assert ticks == [3, 6, 7, 1, 2]


def test_a_full_disk_says_what_is_safe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingesting, "BATCH", 2)
    real, left = os.write, [2]

    def write(descriptor: int, data: Any) -> int:
        if left[0] == 0:
            raise OSError(28, "No space left on device")
        left[0] -= 1
        return real(descriptor, data)

    with open_store(tmp_path, write=True) as store:
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", write)
            with pytest.raises(EstateError, match=r"No space left on device \(after 4 inputs that are safely stored\)"):
                take(store, *(pc(f"pc-{number}") for number in range(6)))
        assert len(rows(store, "snapshot")) == 4


files = st.lists(
    st.builds(
        pc, st.sampled_from(["a", "b"]), st.sampled_from(["1", "2"]), site=st.sampled_from(["x", "y"]),
        day=st.sampled_from(["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04"]),
    ), max_size=10,
)  # fmt: skip


@settings(deadline=None, max_examples=25)
@given(files, st.randoms(use_true_random=False), st.integers(1, 4))
def test_order_makes_no_difference(
    tmp_path_factory: pytest.TempPathFactory, data: list[bytes], shuffled: random.Random, size: int
) -> None:
    states = []
    for turn in range(2):
        folder = tmp_path_factory.mktemp("estate")
        with open_store(folder, write=True) as store:
            step = size if turn else 10
            for start in range(0, len(data), step):
                take(store, *data[start : start + step])
            whole = [sorted(map(str, rows(store, table))) for table in ("state", "bundle", "component")]
            states.append((rows(store, "device"), changes(store, "a"), changes(store, "b"), whole))
        shuffled.shuffle(data)
    assert states[0] == states[1]


def changes(store: Store, name: str) -> list[tuple[str, int]]:
    """The days on which a PC was another than before, with what it was."""
    found = sorted(
        (row["taken_at"], row["sha256"], row["state"]) for row in rows(store, "snapshot") if row["device"] == device_id(name)
    )
    before = [0, *(state for _, _, state in found)]
    return [(day[:10], state) for (day, _, state), last in zip(found, before, strict=False) if state != last]


def test_states_are_the_history_of_changes(tmp_path: Path) -> None:
    with open_store(tmp_path, write=True) as store:
        take(store, pc("a", "2", day="2026-11-05"), pc("a", "1", day="2026-11-02"), pc("a", "1", day="2026-11-01"))
        take(store, pc("a", "1", day="2026-11-03"), pc("a", "2", day="2026-11-06"), pc("a", "1", day="2026-11-07"))
        assert [day for day, _ in changes(store, "a")] == ["2026-11-01", "2026-11-05", "2026-11-07"]
        assert len(rows(store, "state")) == 2


def test_an_estate_in_the_folder_that_is_ingested_is_no_input(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(pc("a"))
    (tmp_path / "b.json").write_bytes(b"rubbish")
    for expected in ((1, 0, 0, 0), (0, 0, 0, 1)):
        with open_store(tmp_path / "estate", write=True) as store:
            summary = ingest(store, find_inputs([str(tmp_path)]), RECEIVED, understand)
        assert counts(summary) == expected
        assert [Path(name).name for name, _ in summary.quarantined] == ["b.json"]
        assert summary.unreadable == ()
