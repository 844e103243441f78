"""Reading the folder in which refreshed facts are kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

from auditor.errors import AuditorError, KnowledgeError
from auditor.knowledge import shelf
from auditor.strict_yaml import read_plain


class Kept(NamedTuple):
    """What a folder holds: topic → (its file, what is known), and what is wrong with its files."""

    known: dict[str, tuple[Path, shelf.Known]]
    errors: list[KnowledgeError]


def kept(folder: Path, today: date) -> Kept:
    """The refreshed facts in ``folder``; none where it is not there yet.

    :raises AuditorError: it may not be read, or is no folder.
    """
    found = Kept({}, [])
    try:
        paths = sorted(folder.iterdir()) if folder.exists() else []
    except OSError as error:
        raise AuditorError(f"{folder}: cannot be read: {error.strerror}", "Name a folder that you may read.") from error
    for path in paths:
        if path.suffix != shelf.SUFFIX or path.name.startswith("."):
            continue
        try:
            each = shelf.read(read_plain(path, shelf.MOST_BYTES), str(path), today)
        except AuditorError as error:
            found.errors.append(KnowledgeError(error.message, error.hint))
            continue
        if each.topic in found.known:
            other = found.known[each.topic][0]
            found.errors.append(KnowledgeError(f"{path}: {each.topic} is also in {other}", "Take one of them away."))
        else:
            found.known[each.topic] = (path, each)
    return found
