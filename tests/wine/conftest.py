"""Tests that run Windows programs under Wine: a command of their own, ``python3 tools/wine.py``, and never part of the others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pass over these tests, and say so, where they were not asked for."""
    if not os.environ.get("AUDITOR_WINE"):
        here = Path(__file__).parent
        for item in items:
            if here in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="runs under Wine, by a command of its own: python3 tools/wine.py"))
