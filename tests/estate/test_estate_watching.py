"""Watching a folder: what is new and no longer changes is taken, and nothing that goes wrong ends it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.errors import BusyError, EstateError
from auditor.estate.ingest import ingest
from auditor.estate.inputs import find_inputs
from auditor.estate.store import open_store
from auditor.estate.watching import Leave, Loop, Taken, deletion, leave, look, removal, whose

from .samples import RECEIVED, pc, rows, understand


class Watch:
    """A watch over a real folder and estate, with a list of what is to happen between two looks."""

    def __init__(self, tmp_path: Path, leaving: Leave = leave, apart: Path | None = None) -> None:
        self.share, self.estate = tmp_path / "share", tmp_path / "estate"
        self.share.mkdir(exist_ok=True)
        self.said: list[str] = []
        self.taken: list[str] = []
        self.loop = Loop(self.share, self.take, self.said.append, leaving, apart)

    def take(self, paths: list[str]) -> Taken:
        with open_store(self.estate, write=True) as store:
            summary = ingest(store, find_inputs(paths), RECEIVED, understand)
        self.taken += [Path(path).name for path in paths]
        return Taken(
            whose((name for name, _ in summary.quarantined), paths), whose((name for name, _ in summary.unreadable), paths)
        )

    def run(self, *between: Callable[[], object]) -> None:
        events = iter(between)

        def wait() -> bool:
            event = next(events, None)
            if event is not None:
                event()
            return event is not None

        self.loop.run(wait)

    def write(self, name: str, data: bytes) -> Path:
        path = self.share / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def kept(self) -> list[str]:
        with open_store(self.estate) as store:
            return sorted(row["hostname"] for row in rows(store, "device"))


def nothing() -> None:
    """No event."""


def test_a_file_is_taken_when_it_no_longer_changes(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    data = pc("a")
    watch.write("a.json", data[:100])
    watch.write("b.json.part", pc("b"))
    watch.write(".c.json", pc("c"))
    watch.write("d.tmp.json", pc("d"))
    watch.write("notes.txt", b"x")
    watch.run(lambda: watch.write("a.json", data), nothing, nothing, nothing)
    assert watch.taken == ["a.json"]
    assert watch.kept() == ["a"]
    watch.run(lambda: watch.write("a.json", pc("a", day="2026-11-21")), nothing, nothing)
    assert watch.taken == ["a.json", "a.json"]


def test_what_was_taken_is_deleted_and_what_was_refused_stays(tmp_path: Path) -> None:
    watch = Watch(tmp_path, deletion)
    watch.write("a.json", pc("a"))
    watch.write("bad.json", b"{}")
    watch.write("mixed.ndjson", pc("b") + b"rubbish\n")
    watch.write("lines.ndjson", pc("c") + pc("d"))
    watch.run(nothing, nothing, nothing)
    assert sorted(path.name for path in watch.share.iterdir()) == ["bad.json", "mixed.ndjson"]
    assert watch.kept() == ["a", "b", "c", "d"]
    assert len(watch.taken) == 4, "what was refused is not tried again until it changes"


def test_what_was_taken_is_moved_and_nothing_is_written_over(tmp_path: Path) -> None:
    done = tmp_path / "share" / "done"
    watch = Watch(tmp_path, removal(tmp_path / "share", done), done)
    watch.write("Leeds/a.json", pc("a"))
    watch.run(nothing, lambda: watch.write("Leeds/a.json", pc("a", day="2026-11-21")), nothing, nothing)
    assert sorted(path.relative_to(done).as_posix() for path in done.rglob("*.json")) == ["Leeds/2-a.json", "Leeds/a.json"]
    assert watch.taken == ["a.json", "a.json"]


def test_a_file_that_changed_since_it_was_read_is_not_deleted(tmp_path: Path) -> None:
    watch = Watch(tmp_path, deletion)
    path = watch.write("a.json", pc("a"))
    take = watch.loop._take

    def slowly(paths: list[str]) -> Taken:
        done = take(paths)
        path.write_bytes(pc("a", day="2026-11-22") + b"\n")
        watch.loop._take = take
        return done

    watch.loop._take = slowly
    watch.run(nothing)
    assert path.exists()
    watch.run(nothing, nothing)
    assert not path.exists()


def test_a_share_that_vanishes_is_waited_for(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    away = tmp_path / "away"
    watch.write("a.json", pc("a"))
    watch.run(
        nothing, lambda: watch.share.rename(away), nothing, nothing, lambda: away.rename(watch.share),
        lambda: watch.write("b.json", pc("b")), nothing, nothing,
    )  # fmt: skip
    assert watch.kept() == ["a", "b"]
    assert watch.taken == ["a.json", "b.json"], "what was taken before is remembered"
    assert [("cannot be read" in text, "going on." in text) for text in watch.said] == [(True, False), (False, True)]


def test_another_writer_is_waited_for(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    watch.write("a.json", pc("a"))
    with open_store(watch.estate, write=True):
        watch.run(nothing, nothing)
        assert watch.taken == []
        assert len(watch.said) == 1
        assert "another auditor" in watch.said[0]
    watch.run(nothing)
    assert watch.kept() == ["a"]
    assert "going on" in watch.said[-1]


def test_a_full_disk_is_waited_for(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    watch.write("a.json", pc("a"))
    take, full = watch.loop._take, [True]

    def failing(paths: list[str]) -> Taken:
        if full[0]:
            raise EstateError("x: No space left on device", "Free some space.")
        return take(paths)

    watch.loop._take = failing
    watch.run(nothing, nothing, lambda: full.__setitem__(0, False))
    assert watch.kept() == ["a"]
    assert len(watch.said) == 2


def test_what_cannot_be_read_is_tried_again_later(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    path = watch.write("a.json", pc("a"))
    tried: list[int] = []

    def take(paths: list[str]) -> Taken:
        tried.append(len(paths))
        return Taken(unread=frozenset(paths))

    watch.loop._take = take
    watch.run(*[nothing] * 20)
    assert tried == [1, 1]
    os.unlink(path)


def test_what_cannot_be_moved_is_told_once(tmp_path: Path) -> None:
    def stuck(path: str, seen: tuple[int, int, int]) -> None:
        raise PermissionError(13, "Permission denied", path)

    watch = Watch(tmp_path, stuck)
    watch.write("a.json", pc("a"))
    watch.run(nothing, nothing, nothing)
    assert watch.taken == ["a.json"]
    assert "was taken and stays" in watch.said[0]


def test_a_folder_that_is_not_there_and_links_out_of_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        look(tmp_path / "none")
    (tmp_path / "share").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.json").write_bytes(pc("a"))
    (tmp_path / "share" / "link").symlink_to(tmp_path / "other")
    assert look(tmp_path / "share").files == {}
    shutil.rmtree(tmp_path / "other")
    assert issubclass(BusyError, EstateError)
