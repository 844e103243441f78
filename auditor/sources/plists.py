"""Property lists of macOS, XML or binary: the wanted keys of each, as text.

``Key[Name=value].Other`` is the value of Other in the first item of the list Key whose
Name is value: the one line that is wanted of a long list. ``Key/Other/Third`` is Third in
the dictionary Other in the dictionary Key.
"""

from __future__ import annotations

import plistlib
import re
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
    found = {key: _item(content, key) if "[" in key else _within(content, key) for key in keys}
    return {key: _text(value) for key, value in found.items() if value is not None}


def _within(content: dict[object, object], key: str) -> object:
    """What ``Key/Other/Third`` leads to, through dictionaries alone; None where it leads nowhere."""
    found: object = content
    for name in key.split("/"):
        found = found.get(name) if isinstance(found, dict) else None
    return found


_ITEM = re.compile(r"([^\[\]]+)\[([^=\[\]]+)=([^\[\]]*)\]\.(.+)")


def _item(content: dict[object, object], key: str) -> object:
    """What ``Key[Name=value].Other`` leads to; None where there is no such item."""
    wanted = _ITEM.fullmatch(key)
    items = content.get(wanted.group(1)) if wanted else None
    for item in items if wanted and isinstance(items, list) else ():
        name = item.get(wanted.group(2)) if wanted and isinstance(item, dict) else None
        if wanted and isinstance(name, str) and name.casefold() == wanted.group(3).casefold():
            return item.get(wanted.group(4))
    return None


def _text(value: object) -> str:
    """A plain value as text. Of lists and dictionaries only what they are: a few bytes can unfold to gigabytes."""
    return f"({type(value).__name__})" if isinstance(value, list | dict) else str(value)
