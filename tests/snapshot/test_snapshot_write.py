from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.errors import AuditorError
from auditor.model import Device, Reading, Snapshot, Source, Status
from auditor.snapshot import write
from auditor.snapshot.read import decode
from auditor.snapshot.write import encode, write_atomically

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX' links, pipes and modes")


def snapshot(readings: int) -> Snapshot:
    found = tuple(Reading(Source("file", f"/{number}"), f"/{number}", Status.READ, "x") for number in range(readings))
    return Snapshot(Device("0" * 32, "pc", "linux"), "2026-11-20T09:30:00Z", "test", "0" * 32, found)


@pytest.fixture
def umask() -> Iterator[None]:
    """A umask that leaves the group nothing but reading and others nothing."""
    old = os.umask(0o027)
    yield
    os.umask(old)


def test_more_readings_than_are_read_are_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "MAX_READINGS", 2)
    assert decode(encode(snapshot(2))) == snapshot(2)
    with pytest.raises(AuditorError, match="3 readings: a snapshot holds at most 2"):
        encode(snapshot(3))


def test_more_bytes_than_are_read_are_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(encode(snapshot(2)))
    monkeypatch.setattr(write, "MAX_BYTES", size)
    assert len(encode(snapshot(2))) == size
    with pytest.raises(AuditorError, match=f"bytes: at most {size} are read"):
        encode(snapshot(3))


@posix
@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_its_target_is_written(tmp_path: Path, there: bool) -> None:
    (tmp_path / "share").mkdir()
    target, link = tmp_path / "share" / "real.json", tmp_path / "link.json"
    if there:
        target.write_bytes(b"old")
    link.symlink_to("share/real.json")
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["link.json", "real.json", "share"]


@posix
def test_a_circle_of_links_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(AuditorError, match="cannot be written"):
        write_atomically(tmp_path / "loop", b"data")


@posix
def test_a_pipe_stays_and_is_written_to(tmp_path: Path) -> None:
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    write_atomically(pipe, b"data")
    reader.join(10)
    assert got == [b"data"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@posix
def test_a_device_stays_and_is_written_to(tmp_path: Path) -> None:
    (tmp_path / "null").symlink_to("/dev/null")
    for path in (Path("/dev/null"), tmp_path / "null"):
        write_atomically(path, b"data")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    if os.path.exists("/dev/full"):
        with pytest.raises(AuditorError, match="cannot be written: No space left"):
            write_atomically(Path("/dev/full"), b"data")


@posix
def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path, umask: None) -> None:
    write_atomically(tmp_path / "new.json", b"data")
    assert stat.S_IMODE((tmp_path / "new.json").stat().st_mode) == 0o640


@posix
@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path, umask: None, mode: int) -> None:
    path = tmp_path / "old.json"
    path.write_bytes(b"old")
    path.chmod(mode)
    write_atomically(path, b"new")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", mode)


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AuditorError, match="cannot be written"):
        write_atomically(tmp_path / "nowhere" / "snapshot.json", b"")


def test_nothing_is_left_behind_when_the_last_step_fails(tmp_path: Path) -> None:
    (tmp_path / "snapshot.json").mkdir()
    with pytest.raises(AuditorError, match="cannot be written"):
        write_atomically(tmp_path / "snapshot.json", b"data")
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot.json"]


@pytest.mark.parametrize(
    "more", [{"site": "x" * 256}, {"hostname": "x" * 256}, {"tags": ("x" * 256,)}, {"tags": ("x",) * 65}]
)
def test_what_a_reader_would_refuse_is_not_written(more: dict[str, Any]) -> None:
    device = Device(**({"id": "0" * 32, "hostname": "desk", "family": "linux"} | more))
    with pytest.raises(AuditorError, match="at most"):
        write.encode(Snapshot(device, "2026-11-24T00:00:00Z", "test", "0" * 32, ()))
