"""The readers for the PC that runs the tests."""

from __future__ import annotations

import sys

import pytest

from auditor.model import Source, Status
from auditor.sources import collect, live, winregistry

COMMON = {"file", "lines", "link", "exists", "machine-id", "command", "host", "process"}


@pytest.mark.parametrize(
    ("platform", "family", "more"),
    [("linux", "linux", {"dpkg", "rpm"}), ("darwin", "macos", {"plist"}), ("freebsd14", "linux", {"dpkg", "rpm"})],
)
def test_every_family_has_its_readers(monkeypatch: pytest.MonkeyPatch, platform: str, family: str, more: set[str]) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert live.family() == family
    assert set(live.readers()) == COMMON | more


def test_windows_is_known_by_its_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert live.family() == "windows"


def test_this_pc_answers_every_kind() -> None:
    readers = live.readers()
    wanted = [Source(kind, "hostname") for kind in readers]
    readings = collect(wanted, readers)
    assert {reading.source.kind for reading in readings} == set(readers)
    [name] = [reading for reading in readings if reading.source.kind == "host"]
    assert name.status is Status.READ


@pytest.mark.skipif(sys.platform == "win32", reason="about every other system")
def test_the_registry_of_windows_is_offered_nowhere_else() -> None:
    assert not hasattr(winregistry, "reader")
    assert not hasattr(winregistry, "winreg")
