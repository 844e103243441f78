"""A browser's processes: started apart, seen while they run, ended to the last one.

A browser is many processes, some of which leave its session or are taken over by another
parent: Chromium's handlers of crashes do both. So they are known by three marks: their parents,
their session, and the throw-away folder in their command. All that was ever seen is kept.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from io import BufferedReader
from pathlib import Path
from typing import cast

import psutil

NICE = 5
"""How much a browser gives way to the user's own programs."""

GENTLE, HARD = 2.0, 5.0
"""Seconds that it gets to end by itself, and seconds to be gone when it was killed."""

_LOOK_EVERY = 0.25


class Running:
    """A browser that was started on POSIX, and what it started."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self._process = process
        self._root = psutil.Process(process.pid)
        self._folder = str(folder)
        self._seen: set[psutil.Process] = set()
        self._looked = 0.0

    @property
    def errors(self) -> BufferedReader:
        """What it prints as errors."""
        return cast(BufferedReader, self._process.stderr)

    def has_ended(self) -> bool:
        """Whether the program that was started has ended."""
        return self._process.poll() is not None

    def code(self) -> int | None:
        """The exit code, once it has ended."""
        return self._process.poll()

    def give_way(self) -> None:
        """Let the user's own programs go first; what it starts inherits that."""
        with contextlib.suppress(psutil.Error):
            self._root.nice(NICE)

    def look(self) -> None:
        """Take note of its processes, now and then."""
        if time.monotonic() - self._looked >= _LOOK_EVERY:
            self._alive()
            self._looked = time.monotonic()

    def end(self) -> list[str]:
        """End all of it; the names and numbers of what could not be ended."""
        self._alive()
        with contextlib.suppress(OSError):
            self._process.terminate()
        self._await_end(GENTLE)
        deadline = time.monotonic() + HARD
        while (alive := self._alive()) and time.monotonic() < deadline:
            for each in alive:
                with contextlib.suppress(psutil.Error):
                    each.kill()
            time.sleep(0.02)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0 if alive else GENTLE)
        return [_named(each) for each in alive]

    def _await_end(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and (not self.has_ended() or any(_runs(each) for each in self._seen)):
            time.sleep(0.03)

    def _alive(self) -> list[psutil.Process]:
        """Those of its processes that run, of all that were ever seen."""
        self._seen |= set(members(self._root, self._seen, self._folder))
        return [each for each in self._seen if _runs(each)]


def environment(folder: Path) -> dict[str, str]:
    """All that a browser is told of the system: its homes are in ``folder``, and there is no desktop to talk to."""
    home, own = str(folder / "home"), {}
    own["PATH"] = os.environ.get("PATH", os.defpath)
    own |= {"LANG": "C.UTF-8", "HOME": home, "TMPDIR": str(folder / "tmp"), "XDG_RUNTIME_DIR": str(folder / "run")}
    own |= {f"XDG_{kind}_HOME": f"{home}/.{kind.casefold()}" for kind in ("CONFIG", "CACHE", "DATA", "STATE")}
    own |= {"DBUS_SESSION_BUS_ADDRESS": "disabled:", "GSETTINGS_BACKEND": "memory", "MOZ_CRASHREPORTER_DISABLE": "1"}
    return own


def members(root: psutil.Process, seen: Iterable[psutil.Process], folder: str) -> list[psutil.Process]:
    """The running processes that a browser is, as far as their marks show: those it started, then those of its session.

    ``seen`` are those that were found before. A number that the system gave to another process since says nothing.
    """
    taken = psutil.pid_exists(root.pid) and not root.is_running()
    family = {each.pid for each in seen if each.is_running()} | (set() if taken else {root.pid})
    found = []
    everything = psutil.process_iter(["ppid", "cmdline", "create_time"])
    for each in sorted(everything, key=lambda one: one.info["create_time"] or 0):
        told = any(folder in word for word in each.info["cmdline"] or ())
        kin = each.pid in family or each.info["ppid"] in family or (not taken and _session(each.pid) == root.pid)
        if (told or kin) and each.pid != os.getpid():
            family.add(each.pid)
            found.append(each)
    return found


if sys.platform == "win32":

    def start(command: Sequence[str], folder: Path) -> Running:
        """Start a browser whose every file is to be in ``folder``, in a job of its own.

        :raises OSError: it cannot be started.
        """
        from auditor.probe import windows

        return windows.start(command, folder)

    def _session(_pid: int) -> int:
        return -1

    def user() -> int:
        """The number of the account that this runs as; Windows has none."""
        return -1

else:

    def start(command: Sequence[str], folder: Path) -> Running:
        """Start a browser whose every file is to be in ``folder``, in a session of its own.

        :raises OSError: it cannot be started.
        """
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=environment(folder),
            start_new_session=True,
        )
        running = Running(process, folder)
        running.give_way()
        return running

    def _session(pid: int) -> int:
        try:
            return os.getsid(pid)
        except OSError:
            return -1

    def user() -> int:
        """The number of the account that this runs as."""
        return os.geteuid()


def _runs(process: psutil.Process) -> bool:
    """Whether it still runs: one that ended and that nobody asked for does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _named(process: psutil.Process) -> str:
    try:
        return f"{process.name()} ({process.pid})"
    except psutil.Error:
        return f"process {process.pid}"
