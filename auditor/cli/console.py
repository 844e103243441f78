"""Text on a console of any encoding: cp437, cp1252 or ASCII show less than a report may say, and nothing fails on that."""

from __future__ import annotations

import codecs
import io
import sys

PLAIN = {"–": "-", "—": "-", "…": "...", "→": "->", "←": "<-", "×": "x", "≥": ">=", "≤": "<=", "‘": "'", "’": "'",
         "“": '"', "”": '"', "·": "-", "▶": ">", "─": "-", "│": "|"}  # fmt: skip
"""Marks of our own, and how they are written where there are none."""

_ERRORS = "auditor-plain"
_OURS = frozenset({"strict", "backslashreplace", "surrogateescape"})
"""What Python sets by itself; anything else is somebody's choice, and stays."""


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(PLAIN.get(char) or char.encode("ascii", "backslashreplace").decode() for char in text), error.end


codecs.register_error(_ERRORS, _plain)


def settle() -> None:
    """From now on standard output and standard error show what they have no letter for as its code, and never fail on it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors in _OURS:
            stream.reconfigure(errors=_ERRORS)


def encodable(text: str, encoding: str | None) -> str:
    """``text`` in what ``encoding`` (UTF-8 where there is none) has letters for; the rest plainly, or as its code."""
    name = encoding or "utf-8"
    return text.encode(name, _ERRORS).decode(name)
