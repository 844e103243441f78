"""Starting a browser, waiting for its answer, and leaving nothing behind.

Three things are watched: the answer (or the hit that says scripts are off), the end of the
process, and the deadline. Whatever comes first, every process of the browser is ended and the folder
that held its profile, its home and its temporary files is removed; both are looked at again.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

import psutil

from auditor.model import Reading, Source, Status, Subject, Value
from auditor.probe import browsers, result, tree
from auditor.probe.browsers import Target
from auditor.probe.server import Heard, Server

SOURCE = Source("probe", "html5")
"""What the readings answer."""

DEADLINE = 20.0
"""Seconds from the start of a browser to its answer; a Firefox that was never started needed 13 on an old disk."""

MEMORY = 2**30
"""Free memory without which no browser is started, in bytes: a browser needs up to 450 MB."""

MAX_ERRORS = 2048
"""Most that is kept of what a browser prints as errors, in bytes."""

RESULTS = ("done", "mute", "refused", "timed out", "script off", "not run")
"""Answered; never fetched the page; ended without an answer; fetched the page and never answered; has scripts off;
was not started. Only the first says anything of its features."""

NOISE = ("dbus", "headless mode.", "channel error")
"""In remarks that every headless browser makes."""

PREFIX = "auditor-probe-"
"""What the names of the throw-away folders begin with."""

LONGEST_PLACE = 30
"""Longest path that they are put into: Chromium makes a socket in its temporary files, and the names of sockets
have at most 103 characters on macOS."""

_STAMP = re.compile(r"^\[[0-9:/.]+:[A-Z]+:[^\]]*\]\s*")
_ANSWER_AFTER_END = 0.5
_STEP = 0.05


SYSTEM_ACCOUNTS = frozenset({"root", "system", "localsystem"})
"""Names of the account that is nobody's, in small letters."""


class Options(NamedTuple):
    """How to measure: the deadline in seconds, whether to ask for the graphics processor's name, WebGL by software."""

    seconds: float = DEADLINE
    renderer: bool = True
    software_gl: bool = False


class Ended(NamedTuple):
    """How one visit went: a word of :data:`RESULTS`, more on it, and what was heard."""

    result: str
    detail: str
    heard: Heard = Heard()
    milliseconds: int = 0


def measure(
    targets: Iterable[Target], options: Options | None = None, tick: Callable[[], None] = lambda: None
) -> list[Reading]:
    """One reading for each target, one browser at a time. ``tick`` is called after each."""
    readings = []
    for target in targets:
        readings.append(_measured(target, options or Options()))
        tick()
    return readings


def reading(subject: Subject, value: dict[str, Value]) -> Reading:
    """The reading of a browser of which ``value`` is known."""
    return Reading(SOURCE, subject.full_name, Status.READ, value)


def not_run(subject: Subject, reason: str) -> Reading:
    """The reading of a browser that is not started."""
    return reading(subject, {"result": "not run", "detail": reason, "product": subject.name, "values": {}})


def _measured(target: Target, options: Options) -> Reading:
    if reason := refusal(target):
        return not_run(Subject("browser", target.product, target.where), reason)
    words = browsers.flags(target, as_root=_is_root(), software_gl=options.software_gl)
    ended = visit(target, words, options)
    answers = result.parse(ended.heard.answer or b"")
    about = answers.information
    details = [ended.detail]
    if ended.result == "done":
        if answers.dropped:
            details.append(f"{answers.dropped} lines of the answer were not understood and left out")
        if about.get("broken", "0") != "0":
            details.append(f"{about['broken']} tests broke")
        if browsers.is_old(target):
            details.append(f"headless mode of versions below {browsers.NEW_HEADLESS}: policies do not show in it")
    value: dict[str, Value] = {
        "result": ended.result,
        "detail": "; ".join(filter(None, details)),
        "product": target.product,
        "engine": target.engine,
        "version": target.version,
        "mode": "headless",
        "agent": about.get("agent", ""),
        "agent_version": about.get("version", ""),
        "document_mode": about.get("mode", ""),
        "account": account(),
        "flags": browsers.digest(target, words),
        "values": {**answers.values},
        "renderer": about.get("renderer", ""),
        "milliseconds": ended.milliseconds,
    }
    return reading(Subject("browser", target.product, target.where), value)


def refusal(target: Target) -> str:
    """Why this browser is not started on this PC now; empty where it is."""
    on_linux = sys.platform == "linux"
    if target.engine == "blink" and not on_linux and target.managed is None:
        return "its policies are not known, and one of them could make it open the user's own profile"
    if target.managed and any(each.casefold() == "userdatadir" for each in target.managed):
        return "the policy UserDataDir makes it open the user's own profile, whatever it is told"
    if sys.platform == "win32":
        from auditor.probe import windows

        if reason := windows.refusal(target):
            return reason
    elif reason := _untrusted(target.program):
        return reason
    if psutil.virtual_memory().available < MEMORY:
        return f"less than {MEMORY // 2**20} MB of memory are free"
    return ""


def _untrusted(program: str) -> str:
    """Why this account must not start a program: another user could have put it there."""
    real = os.path.realpath(program)
    for path in (real, os.path.dirname(real)):
        try:
            found = os.stat(path)
        except OSError as error:
            return f"its program cannot be looked at: {error.strerror}"
        # On macOS whoever puts an application where all find it stays its owner; root trusts no such owner.
        shared = real.startswith("/Applications/") and tree.user() != 0
        if found.st_uid not in (0, tree.user()) and not shared:
            return "its program belongs to another user: that user can measure it"
        if stat.S_IMODE(found.st_mode) & stat.S_IWOTH:
            return "its program, or its folder, can be written by everybody"
    return ""


def _is_root() -> bool:
    return sys.platform == "linux" and tree.user() == 0


def account() -> str:
    """Whose browsers were started, since policies may differ: *system*, or *user*. Nobody is named."""
    name = ""
    with contextlib.suppress(psutil.Error, KeyError, OSError):
        name = psutil.Process().username()
    return "system" if name.rpartition("\\")[2].casefold() in SYSTEM_ACCOUNTS else "user"


def visit(target: Target, words: Iterable[str], options: Options) -> Ended:
    """Start the browser, wait, end it and tidy up. What this PC does not let us prepare is said, and no browser started."""
    try:
        return _in_a_folder(target, words, options)
    except OSError as error:
        return Ended("not run", f"what it needs could not be prepared here: {error.strerror or error}")


def _in_a_folder(target: Target, words: Iterable[str], options: Options) -> Ended:
    folder = Path(os.path.realpath(tempfile.mkdtemp(prefix=PREFIX, dir=_place())))
    try:
        with Server(renderer=options.renderer) as server:
            ended = _visited(target, words, options, folder, server)
    finally:
        left = _removed(folder)
    if left:
        return ended._replace(detail="; ".join(filter(None, (ended.detail, f"could not be removed: {left}"))))
    return ended


def _place() -> str | None:
    """Where the folder is to be: where temporary files are, or in /tmp where that path is too long for a socket's name."""
    usual = tempfile.gettempdir()
    return "/tmp" if sys.platform != "win32" and len(os.path.realpath(usual)) > LONGEST_PLACE else None  # noqa: S108


def _visited(target: Target, words: Iterable[str], options: Options, folder: Path, server: Server) -> Ended:
    began = time.monotonic()
    for name in ("profile", "home", "tmp", "run"):
        (folder / name).mkdir(mode=0o700)
    if target.engine == "gecko":
        (folder / "profile" / "user.js").write_text(browsers.user_js(), encoding="utf-8")
    command = browsers.command(target, words, str(folder / "profile"), server.address)
    try:
        running = tree.start(command, folder)
    except OSError as error:
        return Ended("refused", f"it could not be started: {error.strerror or error}")
    errors = _Errors(running.errors)
    try:
        heard, code = _watched(running, server, began + options.seconds)
        milliseconds = round((time.monotonic() - began) * 1000)
    finally:
        alive = running.end()
        said = errors.text(folder)
    word, detail = _told(heard, code, options.seconds, said)
    if alive:
        detail = "; ".join(filter(None, (detail, f"still running: {', '.join(alive)}")))
    return Ended(word, detail, heard, milliseconds)


def _watched(running: tree.Running, server: Server, deadline: float) -> tuple[Heard, int | None]:
    """What was heard, and the exit code where the browser ended by itself."""
    while True:
        heard = server.wait(_STEP)
        if heard.answer is not None or heard.script_off:
            return heard, None
        if running.has_ended():
            heard = server.wait(_ANSWER_AFTER_END)
            return heard, running.code()
        if time.monotonic() >= deadline:
            return heard, None
        running.look()


def _told(heard: Heard, code: int | None, seconds: float, errors: str) -> tuple[str, str]:
    """The result's word and what there is to say of it."""
    fetched = "the page was fetched" if heard.fetched else "the page was not fetched"
    said = f"; it said: {errors}" if errors else ""
    if heard.answer is not None:
        return "done", ""
    if heard.script_off:
        return "script off", "JavaScript is switched off in it, so nothing can be asked"
    if code is not None:
        return "refused", f"it ended with exit code {code} before it answered, {fetched}{said}"
    word = "timed out" if heard.fetched else "mute"
    return word, f"no answer within {seconds:g} seconds, {fetched}{said}"


class _Errors:
    """Reads what a browser prints as errors, so that it never waits for a reader, and keeps the end."""

    def __init__(self, stream: BufferedReader) -> None:
        self._stream = stream
        self._kept = b""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while data := self._stream.read1(65536):
                self._kept = (self._kept + data)[-16 * MAX_ERRORS :]

    def text(self, folder: Path) -> str:
        """The last of what was printed, without what browsers always complain of."""
        self._thread.join(1)
        if not self._thread.is_alive():
            self._stream.close()
        return told_of(self._kept.decode("utf-8", "replace").replace(str(folder), ""))


def told_of(errors: str) -> str:
    """What a browser printed, in one line of at most :data:`MAX_ERRORS` bytes, each remark once and without its number."""
    lines = [_STAMP.sub("", line).strip() for line in errors.splitlines() if not any(word in line for word in NOISE)]
    text = " ".join(dict.fromkeys("".join(each for each in line if each.isprintable()) for line in lines if line))
    return text.encode()[-MAX_ERRORS:].decode("utf-8", "ignore").strip()


def _removed(folder: Path) -> str:
    """Remove a folder; what is left of it, where something is."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return ""
        time.sleep(0.1)
    return str(folder)
