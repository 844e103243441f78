"""Where the probe of a test puts its throw-away folders, so that the test can see that nothing is left of them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of the test's own for temporary files, with a path short enough for Chromium's socket."""
    folder = Path(tempfile.mkdtemp(prefix="pr-", dir="/tmp" if Path("/tmp").is_dir() else None))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    monkeypatch.undo()
    shutil.rmtree(folder, ignore_errors=True)
