from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import AuditorError
from auditor.snapshot.write import write_atomically


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
