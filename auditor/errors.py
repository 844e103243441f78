"""Every error that auditor raises on purpose.

::

    AuditorError            message for a person, hint with the way out
    ├── UsageError          what was asked for does not exist or makes no sense
    ├── RuleError           a rule, waiver or pack file is not right
    ├── SnapshotError       a snapshot cannot be read as one
    ├── SourceError         a place that was named to be read cannot be opened at all
    ├── KnowledgeError      dated facts that were received or kept cannot be used
    ├── PrivacyError        a key of pseudonyms, or a list of names, cannot be used
    ├── RemoteError         an address did not give what was asked for
    ├── EstateError         the estate on disk cannot be used
    │   └── BusyError       another process writes to it just now
    └── MissingExtraError   an optional part of auditor is not installed

Findings are never errors, and "could not read" is never an error: it is a
:class:`auditor.model.Reading` with its status and reason. The command line
catches :class:`AuditorError` once and prints it.
"""

from __future__ import annotations

from collections.abc import Iterable


class AuditorError(Exception):
    """Something stopped the job. ``message`` says what, ``hint`` the way out."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AuditorError):
    """What was asked for does not exist or makes no sense: a filter, a pack, a rule's name."""


class RuleError(AuditorError):
    """A rule, waiver or pack file is not right; the message names file, line and field."""


class SnapshotError(AuditorError):
    """A snapshot cannot be read: cut short, of another schema, too large, or not one at all."""


class SourceError(AuditorError):
    """The place to read (a folder, a hive, an export) cannot be opened at all."""


class KnowledgeError(AuditorError):
    """Dated facts that were received, or are kept, cannot be used; nothing of them was taken over."""


class PrivacyError(AuditorError):
    """A file with keys of pseudonyms, or with names to resolve them by, cannot be used or is not safe where it is."""


class RemoteError(AuditorError):
    """An address did not give what was asked for: no connection, too slow, too large, another place."""


class EstateError(AuditorError):
    """The estate folder is missing, locked, of a newer schema, or cannot be written."""


class BusyError(EstateError):
    """Another process writes to the estate just now; it can be used when that one is done."""


class MissingExtraError(AuditorError):
    """An optional part is not installed; the hint has the command that installs it."""


def suggest(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'browser'?`` for a near miss, else the list where it is short."""
    import difflib

    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; known are {', '.join(names)}" if len(names) <= 30 else ""
