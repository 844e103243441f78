"""Commands: fixed locale, a time limit, no shell, and nothing inherited but the search path."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence

from auditor.model import Reading, Source, Status
from auditor.sources import MAX_TEXT

TIMEOUT = 20
"""Seconds that a command may take."""


class CommandError(OSError):
    """The command ran and failed, or did not end in time."""


def run(arguments: Sequence[str], limit: int = MAX_TEXT, timeout: float = TIMEOUT) -> str:
    """What the command prints on standard output.

    :raises FileNotFoundError: there is no such command.
    :raises OSError: it could not be started, failed, ran too long or printed too much.
    """
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "LANG": "C", "HOME": "/nonexistent"}
    try:
        done = subprocess.run(  # fixed words from a check's wants, never a shell
            list(arguments), stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, env=environment, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise CommandError(5, f"no answer within {timeout:g} seconds") from error
    if done.returncode:
        words = done.stderr.decode("utf-8", "backslashreplace").strip().splitlines()
        raise CommandError(5, f"exit code {done.returncode}: {words[0][:200] if words else 'no message'}")
    if len(done.stdout) > limit:
        raise CommandError(5, f"printed more than {limit // 1024} KB")
    return done.stdout.decode("utf-8", "backslashreplace")


def read(source: Source) -> Iterator[Reading]:
    """Reader of kind command: ``sysctl -n hw.model``, split at blanks."""
    try:
        yield Reading(source, source.where, Status.READ, run(source.where.split()))
    except FileNotFoundError:
        yield Reading(source, source.where, Status.ABSENT, detail="no such command here")
    except PermissionError as error:
        yield Reading(source, source.where, Status.DENIED, detail=error.strerror or str(error))
