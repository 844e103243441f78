"""Running the command line as a person does: words in, exit code and both streams out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from auditor.cli import main

LINUX = {
    "etc/os-release": 'NAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
    "etc/debian_version": "12.15\n",
    "etc/hostname": "desk-7\n",
    "var/lib/dpkg/status": "\n\n".join(
        f"Package: {name}\nStatus: install ok installed\nVersion: {version}\nArchitecture: amd64"
        for name, version in (("libc6", "2.36-9"), ("firefox-esr", "140.12.0esr-1~deb12u1"), ("chromium", "158.0.8100.10-1"))
    )
    + "\n",
}
"""A small Linux PC, as files."""


class Result(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run ``auditor`` with these words, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("AUDITOR_ESTATE", "AUDITOR_SITE", "AUDITOR_OVERRIDES", "AUDITOR_KNOWLEDGE", "AUDITOR_PRIVACY_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AUDITOR_CONFIG", "none")
    for name in ("XDG_CONFIG_HOME", "HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))

    def call(*words: object) -> Result:
        try:
            main([str(word) for word in words])
            code = 0
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        return Result(code, *capfd.readouterr())

    return call


@pytest.fixture
def linux(tmp_path: Path) -> Path:
    """A copy of a small Linux PC's disk."""
    for name, text in LINUX.items():
        path = tmp_path / "disk" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "disk"
