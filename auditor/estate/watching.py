"""A folder that many write to, looked at again and again: what is new and no longer changes is taken.

A share tells nobody what happened on it, so it is looked through. A file is taken when two looks found the same size
and time. What was taken is left, moved or deleted; what is left is remembered for as long as this runs, and
after that known by its bytes. The loop has no clock: whoever calls it says how to wait, and when to stop.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from auditor.errors import AuditorError, EstateError
from auditor.estate.inputs import SUFFIXES, shown

MOST = 5000
"""Most files that are taken before those that are done are moved or deleted."""
PATIENCE = 16
"""A file that could not be read is tried again after so many looks."""

_UNFINISHED = re.compile(r"(^[.~])|\.(part|partial|tmp|temp|crdownload)(\.|$)", re.I)
"""Names of what is not all there yet."""

Stamp = tuple[int, int, int]
"""Size in bytes, time of the last change in ns, number of the file: another stamp, another file."""


class Look(NamedTuple):
    """What lies in a folder: path → stamp. ``whole``: everything below it could be looked at."""

    files: Mapping[str, Stamp]
    whole: bool


class Taken(NamedTuple):
    """What became of files: those that hold something that was not taken, and those that could not be read."""

    refused: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()


Leave = Callable[[str, Stamp], None]
"""What to do with a file of which everything was taken."""


def look(folder: Path, apart: Path | None = None) -> Look:
    """Everything in ``folder`` that may be taken, by name; nothing of what is below ``apart``, nor behind a link.

    :raises OSError: the folder itself cannot be read.
    """
    with os.scandir(folder):
        pass
    faults: list[OSError] = []
    files: dict[str, Stamp] = {}
    skipped = os.path.realpath(apart) if apart else ""
    for parent, folders, names in os.walk(folder, onerror=faults.append):
        folders[:] = sorted(each for each in folders if os.path.realpath(os.path.join(parent, each)) != skipped)
        for name in names:
            path = os.path.join(parent, name)
            if name.casefold().endswith(SUFFIXES) and not _UNFINISHED.search(name):
                with contextlib.suppress(OSError):  # it went away in between
                    files[path] = stamp(path)
    return Look(dict(sorted(files.items())), not faults)


def stamp(path: str) -> Stamp:
    """What tells whether a file changed.

    :raises OSError: it is gone.
    """
    found = os.stat(path, follow_symlinks=False)
    return found.st_size, found.st_mtime_ns, found.st_ino


def leave(path: str, seen: Stamp) -> None:
    """Let the file be."""


def deletion(path: str, seen: Stamp) -> None:
    """Delete the file, unless it is another by now.

    :raises OSError: it cannot be deleted.
    """
    if stamp(path) == seen:
        Path(path).unlink()


def removal(folder: Path, target: Path) -> Leave:
    """Moves files of ``folder`` to the same place in ``target``; what is there stays, and the new one gets a number."""

    def move(path: str, seen: Stamp) -> None:
        to = target / Path(path).relative_to(folder)
        to.parent.mkdir(parents=True, exist_ok=True)
        free = next(each for each in _names(to) if not os.path.lexists(each))
        if stamp(path) == seen:
            shutil.move(path, free)

    return move


def _names(path: Path) -> Iterator[Path]:
    yield path
    number = 1
    while True:
        number += 1
        yield path.with_name(f"{number}-{path.name}")


class Loop:
    """Looking, taking and waiting. ``say`` is told of troubles, each once, and when they are over."""

    def __init__(
        self,
        folder: Path,
        take: Callable[[list[str]], Taken],
        say: Callable[[str], object],
        leave: Leave = leave,
        apart: Path | None = None,
    ) -> None:
        """``take`` takes these files, raising an EstateError where it cannot just now. ``apart`` is not looked through."""
        self._folder, self._apart = folder, apart
        self._take, self._say, self._leave = take, say, leave
        self._seen: Mapping[str, Stamp] = {}
        self._done: dict[str, Stamp] = {}
        self._again: dict[str, int] = {}
        self._rounds = 0
        self._said = ""

    def run(self, wait: Callable[[], bool]) -> None:
        """Go on until ``wait``, which is called after each look, says False."""
        while True:
            self.once()
            if not wait():
                return

    def once(self) -> None:
        """One look, and taking what is ready."""
        self._rounds += 1
        trouble = ""
        try:
            now = look(self._folder, self._apart)
            seen, self._seen = self._seen, now.files
            for path in [path for path, when in self._again.items() if when <= self._rounds]:
                del self._again[path]
                self._done.pop(path, None)
            if now.whole:
                self._done = {path: known for path, known in self._done.items() if path in now.files}
            ready = [path for path, found in now.files.items() if seen.get(path) == found != self._done.get(path)]
            for start in range(0, len(ready), MOST):
                trouble = self._group(ready[start : start + MOST], now.files) or trouble
        except OSError as error:
            trouble = f"{self._folder}: cannot be read: {error.strerror or error}"
        except EstateError as error:
            trouble = f"{error.message}. {error.hint}".strip()
        if trouble != self._said:
            self._say(f"{trouble} Waiting; going on when it can be." if trouble else f"{self._folder}: going on.")
            self._said = trouble

    def _group(self, paths: list[str], stamps: Mapping[str, Stamp]) -> str:
        """Take some files, and do with them what is to be done; what could not be done, if anything."""
        taken = self._take(paths)
        trouble = ""
        for path in paths:
            self._done[path] = stamps[path]
            if path in taken.unread:
                self._again[path] = self._rounds + PATIENCE
            elif path not in taken.refused:
                try:
                    self._leave(path, stamps[path])
                except FileNotFoundError:
                    pass
                except (OSError, AuditorError) as error:
                    trouble = f"{path}: was taken and stays, since it cannot be moved or deleted: {error}."
        return trouble


def whose(names: Iterable[str], paths: Iterable[str]) -> frozenset[str]:
    """Those of ``paths`` that inputs of these names are of: themselves, or with the number of a line behind them."""
    given = set(names)
    given |= {name.rpartition(":")[0] for name in given}
    return frozenset(path for path in paths if shown(path) in given)
