from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb
import pytest
import zstandard

from auditor.errors import EstateError
from auditor.estate import layout1, upkeep
from auditor.estate.store import open_store
from auditor.estate.tables import BUNDLES

from .samples import RECEIVED, device_id, pc, rows, taken

TABLES = (
    """snapshot (sha256 VARCHAR, device_id VARCHAR, taken_at VARCHAR, received_at VARCHAR,
        hostname VARCHAR, family VARCHAR, site VARCHAR, tags VARCHAR[], profile_id BIGINT,
        segment INTEGER, frame_offset BIGINT, frame_length INTEGER, size INTEGER)""",
    "profile (profile_id BIGINT, kind VARCHAR, bundle_id BIGINT)",
    "bundle (bundle_id BIGINT, kind VARCHAR, component_id BIGINT, count INTEGER)",
    "component (component_id BIGINT, kind VARCHAR, name VARCHAR, facts VARCHAR, unknowns VARCHAR)",
    """log (seq BIGINT, received_at VARCHAR, name VARCHAR, sha256 VARCHAR, device_id VARCHAR,
        outcome VARCHAR, reason VARCHAR, before VARCHAR, own VARCHAR)""",
    "quarantine (sha256 VARCHAR, name VARCHAR, reason VARCHAR, received_at VARCHAR, size BIGINT, kept BOOLEAN)",
)
"""The tables of that layout that are read, as it made them."""

SNAPSHOTS = [
    pc("a", "1", day="2026-11-01", site="Leeds"),
    pc("b", "1"),
    pc("a", "2", day="2026-11-02"),
    pc("a", "1", day="2026-10-01"),
]
OUTCOMES = ["new", "new", "updated", "older"]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """An estate of the layout before: two PCs, a refused file, and something unreadable, in three commits."""
    folder = tmp_path / "old"
    (folder / "segments").mkdir(parents=True)
    (folder / "quarantine").mkdir()
    (folder / "estate.json").write_text('{"schema":"auditor/estate/1"}\n')
    items = [taken(data, f"{number}.json") for number, data in enumerate(SNAPSHOTS)]
    frames = [zstandard.ZstdCompressor(write_checksum=True).compress(item.data) for item in items]
    (folder / "segments" / "000001.zst").write_bytes(b"".join(frames) + b"torn")
    with duckdb.connect(str(folder / "catalogue.duckdb")) as catalogue:
        for table in TABLES:
            catalogue.execute(f"CREATE TABLE {table}")
        log = []
        for number, (item, frame) in enumerate(zip(items, frames, strict=True)):
            device, at = item.device, sum(map(len, frames[:number]))
            received = f"2026-11-{20 + number // 2}T08:00:00Z"
            catalogue.execute(
                f"INSERT INTO snapshot VALUES ({', '.join('?' * 13)})",
                [item.sha256, device.id, item.taken_at, received, device.hostname, device.family, device.site, list(device.tags),
                 item.profile.id, 1, at, len(frame), len(item.data)],
            )  # fmt: skip
            log.append((received, item.name, item.sha256, device.id, OUTCOMES[number], ""))
            for bundle in item.profile.bundles:
                catalogue.execute(
                    "INSERT INTO profile SELECT $1, $2, $3 WHERE NOT EXISTS (FROM profile WHERE profile_id = $1 AND bundle_id = $3)",
                    [item.profile.id, bundle.kind, bundle.id],
                )
                for member in bundle.members:
                    catalogue.execute(
                        "INSERT INTO bundle SELECT $1, $2, $3, $4 WHERE NOT EXISTS (FROM bundle WHERE bundle_id = $1)",
                        [bundle.id, bundle.kind, *member],
                    )
            for component in item.profile.components.values():
                catalogue.execute(
                    "INSERT INTO component SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (FROM component WHERE component_id = $1)",
                    list(component),
                )
        refused = hashlib.sha256(b"bad").hexdigest()
        (folder / "quarantine" / refused).write_bytes(b"bad")
        catalogue.execute("INSERT INTO quarantine VALUES (?, 'bad.json', 'why', ?, 3, true)", [refused, RECEIVED])
        log += [(RECEIVED, "bad.json", refused, "", "quarantined", "why"), (RECEIVED, "gone", "", "", "unreadable", "no")]
        log += [(RECEIVED, "again.json", items[0].sha256, "", "unchanged", "")]
        for number, row in enumerate(log, 1):
            catalogue.execute(f"INSERT INTO log VALUES ({', '.join('?' * 9)})", [number, *row, "", ""])
    return folder


def test_reading_says_which_command_migrates(old: Path) -> None:
    with pytest.raises(EstateError, match="auditor/estate/1") as caught:
        open_store(old)
    assert caught.value.hint.startswith("auditor estate migrate --estate ")


def test_writing_migrates_all_of_it(old: Path) -> None:
    for _ in range(2):
        with open_store(old, write=True) as store:
            assert upkeep.check(store)[:2] == ((), ())
    with open_store(old) as store:
        items = [taken(data) for data in SNAPSHOTS]
        assert [store.raw(item.sha256) for item in items] == SNAPSHOTS
        told = [row[1:] for row in store.log()]
        assert [row[4] for row in told] == [*OUTCOMES, "quarantined", "unreadable", "unchanged"]
        assert [row[0][:10] for row in told] == ["2026-11-20"] * 2 + ["2026-11-21"] * 2 + ["2026-11-25"] * 3
        assert [each.name for each in store.quarantined()] == ["bad.json"]
        assert sorted((row["hostname"], row["taken_at"][:10]) for row in rows(store, "device")) == [
            ("a", "2026-11-02"),
            ("b", "2026-11-20"),
        ]
    with open_store(old.parent / "new", write=True) as new:
        new.write(items, RECEIVED)
        new.settle()
        assert [[row[name] for name in ("device", "site", *BUNDLES)] for row in rows(new, "device")] == [
            [row[name] for name in ("device", "site", *BUNDLES)] for row in rows(store, "device")
        ]
    names = sorted(path.name for path in old.iterdir())
    assert names == ["estate.json", "head.json", "lock", "quarantine", "segments", "tables"]
    assert [path.name for path in (old / "segments").iterdir()] == ["000002.zst"]


@pytest.mark.parametrize("name", ["mark", "erased"])
def test_a_migration_that_was_interrupted_is_done_again_or_ended(
    old: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def stop(*_: object) -> None:
        raise EstateError("stop")

    with monkeypatch.context() as patch:
        patch.setattr(layout1, name, stop)
        for _ in range(2 if name == "mark" else 1):
            with pytest.raises(EstateError, match="stop"):
                open_store(old, write=True)
    schema = json.loads((old / "estate.json").read_text())["schema"]
    assert schema == ("auditor/estate/1" if name == "mark" else "auditor/estate/2")
    assert (old / "segments" / "000001.zst").exists()
    with open_store(old, write=True) as store:
        assert upkeep.check(store)[:2] == ((), ())
        assert len(rows(store, "snapshot")) == 4


def test_a_damaged_snapshot_is_named_and_the_old_estate_stays(old: Path) -> None:
    segment = old / "segments" / "000001.zst"
    whole = segment.read_bytes()
    segment.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    with pytest.raises(EstateError, match=taken(SNAPSHOTS[0]).sha256):
        open_store(old, write=True)
    assert "estate/1" in (old / "estate.json").read_text()
    segment.write_bytes(whole)
    with open_store(old, write=True) as store:
        assert upkeep.check(store).problems == ()


def test_a_damaged_catalogue_is_said(old: Path) -> None:
    (old / "catalogue.duckdb").write_bytes(b"nonsense" * 1000)
    with pytest.raises(EstateError, match="cannot be used"):
        open_store(old, write=True)


def test_many_different_pcs_are_migrated_too(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout1, "BATCH", 1)
    with open_store(old, write=True) as store:
        assert upkeep.check(store).problems == ()
        assert {row["device"] for row in rows(store, "device")} == {device_id("a"), device_id("b")}
