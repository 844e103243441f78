"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("auditor", deadline=None)  # no test is timed
settings.load_profile("auditor")


@pytest.fixture(scope="session")
def realdata() -> Path:
    """The folder of real machines' data, which is not part of the repository."""
    folder = Path(os.environ.get("AUDITOR_REALDATA") or Path(__file__).resolve().parents[2] / "shared" / "realdata")
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}: set AUDITOR_REALDATA to the folder that holds it")
    return folder
