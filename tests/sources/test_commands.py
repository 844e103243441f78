"""Commands: fixed words in, text out, and every way that it can fail is a reading."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from auditor.model import Source, Status
from auditor.sources import collect, commands
from auditor.sources.commands import CommandError, run


def python(code: str, **limits: float) -> str:
    return run([sys.executable, "-c", code], **limits)  # type: ignore[arg-type]


def test_a_command_says_what_it_prints() -> None:
    assert python("print('words')").strip() == "words"


def test_a_command_has_the_locale_c_and_nothing_of_the_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "x")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    names = python("import os; print(*(f'{k}={v}' for k, v in os.environ.items()), sep='\\n')").splitlines()
    assert {"LC_ALL=C", "LANG=C", f"PATH={os.environ['PATH']}"} <= set(names)
    assert not any("SECRET" in name or "de_DE" in name for name in names)


def test_a_command_cannot_ask_for_input() -> None:
    assert python("import sys; print(repr(sys.stdin.read()))").strip() == "''"


def test_no_shell_looks_at_the_words(tmp_path: Path) -> None:
    words = f"$HOME `id` > {tmp_path}/made; echo *"
    said = run([sys.executable, "-c", "import sys; print(sys.argv[1])", words])
    assert said.strip() == words
    assert not list(tmp_path.iterdir())


def test_a_command_that_fails_says_its_code_and_first_words() -> None:
    with pytest.raises(CommandError) as raised:
        python("import sys; sys.exit('no such thing\\nmore')")
    assert raised.value.strerror == "exit code 1: no such thing"
    with pytest.raises(CommandError) as raised:
        python("raise SystemExit(3)")
    assert raised.value.strerror == "exit code 3: no message"


def test_a_command_that_does_not_end_is_ended() -> None:
    with pytest.raises(CommandError, match=r"no answer within 0\.2 seconds"):
        python("import time; time.sleep(600)", timeout=0.2)


def test_a_command_that_prints_too_much_is_failed_not_cut() -> None:
    with pytest.raises(CommandError, match="printed more than 1 KB"):
        python("print('x' * 2000)", limit=1024)


def test_bytes_that_are_not_utf_8_are_shown_as_what_they_are() -> None:
    assert python("import sys; sys.stdout.buffer.write(b'f\\xfcr')") == "f\\xfcr"


def read(where: str) -> tuple[Status, object, str]:
    [reading] = collect([Source("command", where)], {"command": commands.read})
    return reading.status, reading.value, reading.detail


def test_a_source_is_split_at_blanks() -> None:
    status, value, _ = read(f"{sys.executable} -c print(1)")
    assert (status, str(value).strip()) == (Status.READ, "1")


def test_a_command_that_is_not_here_is_absent() -> None:
    assert read("no-such-command-anywhere -x") == (Status.ABSENT, None, "no such command here")


def test_a_command_that_may_not_be_run_is_denied(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no right to execute of its own")
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o644)
    assert read(str(script)) == (Status.DENIED, None, "Permission denied")


def test_a_command_that_fails_is_failed() -> None:
    assert read(f"{sys.executable} -c raise(SystemExit(4))") == (Status.FAILED, None, "exit code 4: no message")
    assert read("")[0] is Status.FAILED
