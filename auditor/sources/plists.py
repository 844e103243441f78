"""Property lists of macOS, XML or binary: the wanted keys of each, as text."""

from __future__ import annotations

import plistlib
from xml.parsers.expat import ExpatError

from auditor.model import Source, Value
from auditor.sources import MAX_TEXT, Reader
from auditor.sources.files import Root, each, read_bytes

_BROKEN = (ExpatError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


def readers(root: Root) -> dict[str, Reader]:
    """The reader of kind plist: ``/path/*.app/Contents/Info.plist#Key,Other Key``."""
    return {"plist": lambda source: each(source, root, _plist)}


def _plist(root: Root, path: str, source: Source) -> Value:
    data = read_bytes(root.real(path), 4 * MAX_TEXT)
    keys = source.where.partition("#")[2].split(",")
    try:
        content = plistlib.loads(data)
    except _BROKEN as error:
        raise ValueError(f"not a property list: {type(error).__name__} {error}"[:200]) from error
    if not isinstance(content, dict):
        raise ValueError("the property list is not a dictionary")
    return {key: _text(content[key]) for key in keys if key in content}


def _text(value: object) -> str:
    """A plain value as text. Of lists and dictionaries only what they are: a few bytes can unfold to gigabytes."""
    return f"({type(value).__name__})" if isinstance(value, list | dict) else str(value)
