"""What only the running PC can say, asked of the one that runs the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from auditor.model import Reading, Source, Status
from auditor.sources import collect, host


def read(name: str) -> Reading:
    [reading] = collect([Source("host", name)], {"host": host.read})
    return reading


@pytest.mark.parametrize("name", ["hostname", "machine", "kernel"])
def test_this_pc_has_names(name: str) -> None:
    reading = read(name)
    assert (reading.status, reading.at) == (Status.READ, f"this PC: {name}")
    assert isinstance(reading.value, str)
    assert reading.value


@pytest.mark.parametrize(("name", "least"), [("cores", 1), ("memory", 2**27), ("disk", 2**27)])
def test_this_pc_has_sizes(name: str, least: int) -> None:
    value = read(name).value
    assert isinstance(value, int)
    assert value >= least


def test_the_rights_are_this_processs_own() -> None:
    assert read("rights").value == ("admin" if os.geteuid() == 0 else "user")


@pytest.mark.parametrize(("printed", "machine"), [("1\n", "arm64"), ("0\n", "x86_64")])
def test_a_mac_says_what_it_is_and_not_what_a_translated_program_is_told(
    monkeypatch: pytest.MonkeyPatch, printed: str, machine: str
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(host.commands, "run", lambda arguments: printed)
    monkeypatch.setattr(host.os, "uname", lambda: type("uname", (), {"machine": "x86_64"}))
    assert read("machine").value == machine


def test_an_old_mac_does_not_know_the_question_and_is_no_arm(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(arguments: list[str]) -> str:
        raise host.commands.CommandError(5, "exit code 1: unknown oid")

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(host.commands, "run", refuse)
    monkeypatch.setattr(host.os, "uname", lambda: type("uname", (), {"machine": "x86_64"}))
    assert read("machine").value == "x86_64"


def test_only_windows_is_asked_how_it_started() -> None:
    assert read("firmware").detail == "only Windows is asked"


def test_an_unknown_name_is_failed() -> None:
    assert read("colour").detail == "no host source is called 'colour'"


@pytest.mark.parametrize(
    ("printed", "status"),
    [('  "IOPlatformUUID" = "564D1234-0000"\n', Status.READ), ("nothing of the sort\n", Status.FAILED)],
)
def test_a_mac_is_asked_for_its_platforms_id(monkeypatch: pytest.MonkeyPatch, printed: str, status: Status) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(host.commands, "run", lambda arguments: printed)
    reading = read("machine-id")
    assert reading.status is status
    assert "564D1234" not in str(reading)


@pytest.mark.parametrize(
    ("fault", "status", "detail"),
    [
        (PermissionError(13, "Permission denied"), Status.DENIED, "Permission denied"),
        (FileNotFoundError(2, "No such file", "/etc/x"), Status.ABSENT, "no /etc/x"),
        (OSError(5, "Input/output error"), Status.FAILED, "[Errno 5] Input/output error"),
        (psutil.Error(), Status.FAILED, "Error"),
        (KeyError("PROCESSOR"), Status.FAILED, "'PROCESSOR'"),
    ],
)
def test_what_the_system_does_not_say_has_a_reason(
    monkeypatch: pytest.MonkeyPatch, fault: Exception, status: Status, detail: str
) -> None:
    def ask() -> None:
        raise fault

    monkeypatch.setitem(host.HOST, "kernel", ask)  # type: ignore[arg-type]
    assert (read("kernel").status, read("kernel").detail) == (status, detail)


@pytest.mark.parametrize("nothing", ["", None])
def test_no_value_is_failed_not_read(monkeypatch: pytest.MonkeyPatch, nothing: str | None) -> None:
    monkeypatch.setitem(host.HOST, "hostname", lambda: nothing)  # type: ignore[arg-type]
    assert read("hostname").detail == "the system gave no value"


@pytest.fixture
def child() -> Iterator[str]:
    """The path of a program that runs while a test does."""
    with subprocess.Popen([sys.executable, "-c", "print(flush=True); input()", "secret"], stdin=-1, stdout=-1) as process:
        assert process.stdout
        process.stdout.readline()
        yield psutil.Process(process.pid).exe()
        process.communicate(b"\n")


def test_a_running_program_is_named_by_its_path_alone(child: str) -> None:
    name = Path(child).name
    [reading] = collect([Source("process", f"no-such-program,{name.upper()}")], {"process": host.processes})
    assert (reading.status, reading.at) == (Status.READ, "running processes")
    assert isinstance(reading.value, list)
    assert child in reading.value
    assert "secret" not in str(reading.value)


def test_a_program_that_does_not_run_is_absent() -> None:
    [reading] = collect([Source("process", "no-such-program*")], {"process": host.processes})
    assert (reading.status, reading.detail) == (Status.ABSENT, "none is running")


class Someone:
    """A process that answers as psutil's do."""

    def __init__(self, name: str, exe: Callable[[], str]) -> None:
        self.name = lambda: name
        self.exe = exe


def refuse(error: type[psutil.Error]) -> Callable[[], str]:
    def ask() -> str:
        raise error(1)

    return ask


def test_other_peoples_programs_are_denied_beside_what_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    running = [
        Someone("firefox", lambda: "/usr/lib/firefox (deleted)"),
        Someone("firefox", refuse(psutil.AccessDenied)),
        Someone("other", refuse(psutil.AccessDenied)),
        Someone("firefox", refuse(psutil.NoSuchProcess)),
        Someone("firefox", refuse(psutil.ZombieProcess)),
        Someone("firefox", lambda: ""),
    ]
    monkeypatch.setattr(psutil, "process_iter", lambda: iter(running))
    readings = collect([Source("process", "firefox*")], {"process": host.processes})
    assert [(each.status, each.value) for each in readings] == [(Status.READ, ["/usr/lib/firefox"]), (Status.DENIED, None)]
    running[:] = running[1:3]
    [hidden] = collect([Source("process", "firefox*")], {"process": host.processes})
    assert hidden.status is Status.DENIED
