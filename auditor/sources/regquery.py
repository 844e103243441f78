r"""What ``reg query`` printed: keys and values as text, from XP to Windows 11, in any language.

Keys are lines that begin with the hive's name; a value is ``    NAME    TYPE    DATA``, with
tabs in XP, and without the third column where a text is empty. The default value has a name
in the PC's language, in brackets. What the command was asked is not in its output, so a key
that is not printed need not be missing: whoever opens such a text has to know or to say so.
"""

from __future__ import annotations

import re

from auditor.model import Value
from auditor.sources.registry import Mount
from auditor.sources.regtext import TextKey, current_control_set, key_path

MAX_SPAN = 10_000
"""Most lines that one text value may span."""

_KEY = re.compile(
    r"^(?:HKEY_(?:LOCAL_MACHINE|USERS|CURRENT_USER|CLASSES_ROOT|CURRENT_CONFIG)|HKLM|HKCU|HKU|HKCR|HKCC)\\\S.*$"
)
_VALUE = re.compile(r"^ {4}(.+?)(?: {4}|\t)(REG_[A-Z_]+)(?:(?: {4}|\t)(.*)|[ \t]*)$")
_START = re.compile(r"^HKEY_[A-Z_]+\\[^\r\n]+\r?\n(?: {4}[^\r\n]+?(?: {4}|\t)REG_|(?:\r?\n)*HKEY_)", re.M)
_IN_BRACKETS = re.compile(r"^[(<][^()<>]+[)>]$")
_TEXTS = ("REG_SZ", "REG_EXPAND_SZ", "REG_LINK")
_NUMBERS = ("REG_DWORD", "REG_QWORD", "REG_DWORD_BIG_ENDIAN")


def looks_like_query(start: str) -> bool:
    """Whether a text begins as an output of ``reg query`` does."""
    return bool(_START.search(start[:8192]))


def mounts(text: str, label: str, user: str) -> tuple[list[Mount], list[str]]:
    """The printed trees, and a remark for each line that is no part of an output."""
    top = TextKey("")
    printed: dict[tuple[str, ...], list[str]] = {}
    remarks: list[str] = []
    key: TextKey | None = None
    last, span = "", 0
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        if _KEY.match(line):
            path = key_path(line.strip(), user)
            key, last = _made(top, path), ""
            if not any(tuple(part.casefold() for part in path[:length]) in printed for length in range(1, len(path) + 1)):
                printed[tuple(part.casefold() for part in path)] = path
        elif key is not None and (match := _VALUE.match(line)):
            last, span = _put(key, match.group(1), match.group(2), match.group(3) or ""), 0
        elif not line.strip():
            last = ""
        elif key is not None and last and span < MAX_SPAN and _goes_on(key, last, line):
            span += 1
        elif key is not None and not line.startswith(" "):
            key = None  # what counts the matches, in some language, or the next command
        elif key is not None:
            remarks.append(f"{label}, line {number}: not understood: {line[:60]}")
    whole = [*printed.values(), *current_control_set(top, printed.values())]
    return [Mount("\\".join(path), _made(top, path), label) for path in whole], remarks[:20]


def _made(top: TextKey, path: list[str]) -> TextKey:
    for part in path:
        top = top.make(part)
    return top


def _put(key: TextKey, name: str, kind: str, data: str) -> str:
    """Keep one value, and say under which name; the default value's is empty, and it may be said not to be set."""
    bracketed = bool(_IN_BRACKETS.match(name)) and not key.content
    if bracketed and kind == "REG_SZ" and _IN_BRACKETS.match(data.strip()):
        return ""
    shown = "" if bracketed else name
    key.content[shown.casefold()] = (shown, *_data(kind, data))
    return shown.casefold() or "\0"


def _goes_on(key: TextKey, last: str, line: str) -> bool:
    """Whether ``line`` belongs to the text before it, which then holds it: texts may have several lines."""
    name, kind, data = key.content["" if last == "\0" else last]
    if kind not in _TEXTS or not isinstance(data, str):
        return False
    key.content[name.casefold()] = (name, kind, f"{data}\n{line}")
    return True


def _data(kind: str, text: str) -> tuple[str, Value]:
    """(type, data); what cannot be read keeps its text and is of no type that anything reads."""
    unread: tuple[str, Value] = (f"unreadable {kind}", text)
    if kind in _TEXTS:
        return kind, text
    if kind == "REG_MULTI_SZ":
        return kind, [each for each in text.split(r"\0") if each]
    if kind in _NUMBERS:
        number = re.fullmatch(r"0x([0-9a-fA-F]{1,16})", text.strip())
        return (kind, int(number.group(1), 16)) if number else unread
    try:
        return kind, bytes.fromhex(text).hex()
    except ValueError:
        return unread
