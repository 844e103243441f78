"""How programs are run to their end, with the shell's in the place of Wine's: this needs no Wine."""

from __future__ import annotations

import subprocess
import sys

import pytest

from wine.wine import Done, ended

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Wine is for Unix, and so is its harness")


def shell(script: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sh", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_who_inherits_a_pipe_and_stays_is_not_waited_for():
    with shell("sleep 600 & echo $!; echo no >&2; exit 3") as process:
        done = ended(process, 300)
    subprocess.run(["kill", done.text.strip()], check=True)  # it is still there
    assert (done.code, done.error) == (3, b"no\n")


def test_nothing_that_was_said_is_lost():
    with shell("head -c 3000000 /dev/zero; sleep 1.5; printf end") as process:
        assert ended(process, 300) == Done(0, bytes(3_000_000) + b"end", b"")


def test_what_takes_too_long_is_stopped():
    with shell("exec sleep 600") as process, pytest.raises(subprocess.TimeoutExpired, match="after 0 seconds"):
        ended(process, 0)
    assert process.returncode < 0
