"""What comes out on consoles that have few letters, and on none."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.cli import console, options

ENCODINGS = ("cp437", "cp1252", "ascii")
BASE = [sys.executable, "-m", "auditor"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an estate of PCs whose names no small encoding holds, and one of which means harm."""
    folder = tmp_path_factory.mktemp("console")
    disk = folder / "disk" / "etc"
    disk.mkdir(parents=True)
    (disk / "os-release").write_text('NAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n')
    for number, name in enumerate(("büro-東京-№", "00123", "x\u202ey\x1b[31m")):
        (disk / "machine-id").write_text(f"{number:032x}\n")
        saved = ["--save", f"{number}.json", "--fail-on", "never", "--site", "Zürich → Łódź"]
        done(folder, "scan", "--offline", "disk", "--hostname", name, *saved)
    ingested = done(folder, "ingest", "0.json", "1.json", "2.json", "--estate", "estate")
    assert ingested.returncode == 0, ingested.stderr
    return folder


def done(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "HOME": str(folder), "AUDITOR_CONFIG": "none", "COLUMNS": "160", **variables}
    return subprocess.run([*BASE, *words], cwd=folder, env=environment, capture_output=True, check=False)


REPORTS = (
    ("report", "--estate", "estate"),
    ("scan", "--offline", "0.json", "--fail-on", "never"),
    ("report", "--estate", "Łódź"),
)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("words", REPORTS, ids=" ".join)
def test_every_letter_is_one_of_the_console(folder: Path, words: tuple[str, ...], encoding: str) -> None:
    found = done(folder, *words, PYTHONIOENCODING=encoding)
    assert b"Traceback" not in found.stderr, found.stderr.decode(errors="replace")
    assert found.stdout or found.stderr
    assert b"\x1b" not in found.stdout + found.stderr
    found.stdout.decode(encoding)


def test_a_report_says_what_it_can_and_numbers_stay_as_they_are(folder: Path) -> None:
    texts = {
        each: done(folder, *REPORTS[0], PYTHONIOENCODING=each).stdout.decode(each) for each in ("utf-8", "cp1252", "ascii")
    }
    assert "büro-東京-№" in texts["utf-8"]
    assert r"büro-\u6771\u4eac" in texts["cp1252"]
    assert r"b\xfcro-\u6771\u4eac-\u2116" in texts["ascii"]
    assert "Zürich → Łódź" in texts["utf-8"]
    assert r"Z\xfcrich -> \u0141" in texts["ascii"]
    for text in texts.values():
        assert re.search(r"^00123 ", text, re.MULTILINE)
        assert r"\u202e" in text


def test_files_are_utf_8_whatever_the_console(folder: Path) -> None:
    done(folder, *REPORTS[0], "-o", "report.txt", PYTHONIOENCODING="cp437")
    assert "büro-東京-№" in (folder / "report.txt").read_text(encoding="utf-8")
    assert "büro-東京-№" in done(folder, *REPORTS[0], "--format", "csv-exact", PYTHONIOENCODING="cp437").stdout.decode(
        "utf-8"
    )


def on_terminal(folder: Path, *words: str, **variables: str) -> bytes:
    """Both streams of a command on a terminal."""
    master, slave = pty.openpty()
    environment = {**os.environ, "HOME": str(folder), "AUDITOR_CONFIG": "none", "TERM": "xterm-256color", **variables}
    with subprocess.Popen([*BASE, *words], cwd=folder, env=environment, stdout=slave, stderr=slave) as running:
        os.close(slave)
        shown = b""
        try:
            while piece := os.read(master, 65536):
                shown += piece
        except OSError:  # Linux says so that the other end is closed
            pass
        running.wait()
    os.close(master)
    return shown


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is a thing of Unix")
@pytest.mark.parametrize(
    ("form", "variables"), [("table", {"NO_COLOR": "1"}), ("csv-exact", {}), ("csv-exact", {"PYTHONIOENCODING": "cp437"})]
)
def test_nothing_that_a_pc_says_acts_on_a_terminal(folder: Path, form: str, variables: dict[str, str]) -> None:
    shown = on_terminal(folder, "report", "--estate", "estate", "--format", form, **variables)
    assert b"00123" in shown
    assert b"\x1b" not in shown
    assert "\u202e" not in shown.decode(variables.get("PYTHONIOENCODING", "utf-8"))


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is a thing of Unix")
def test_progress_has_no_escapes(folder: Path) -> None:
    shown = on_terminal(folder, "scan", "--offline", "disk", "--fail-on", "never", NO_COLOR="1")
    assert re.search(rb"Reading: \d+ of \d+", shown)
    assert b"\x1b" not in shown


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is a thing of Unix")
def test_a_workbook_is_not_for_a_screen(folder: Path) -> None:
    assert b"no text for a screen" in on_terminal(folder, "report", "--estate", "estate", "--format", "xlsx")
    assert done(folder, *REPORTS[0], "--format", "xlsx").stdout.startswith(b"PK")


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def test_what_is_for_programs_is_text_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", Terminal(raw, encoding="cp437", newline="\n"))
    whole = "\ufeffa,ü\r\n東\x1b[31m\r\n".encode()
    options.emit((whole[at : at + 1] for at in range(len(whole))), None)
    sys.stdout.flush()
    assert raw.getvalue().decode("cp437").replace("\\x0d", "") == "a,ü\n\\u6771\\x1b[31m\n"


def test_a_choice_of_somebody_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="replace")
    strict = io.TextIOWrapper(io.BytesIO(), encoding="cp1252", errors="strict")
    monkeypatch.setattr(sys, "stdout", chosen)
    monkeypatch.setattr(sys, "stderr", strict)
    console.settle()
    assert chosen.errors == "replace"
    strict.write("– 東")
    strict.seek(0)
    assert strict.read() == "– \\u6771"


def test_only_writing_is_settled() -> None:
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("utf-8", "auditor-plain")
    assert console.encodable("…", None) == "…"
    assert console.encodable("a … → –", "ascii") == "a ... -> -"
