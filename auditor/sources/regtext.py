r"""``.reg`` exports: UTF-16 as regedit writes them since Windows 2000, ANSI as REGEDIT4 did.

An export covers the keys that were exported and no others, so it is mounted at those:
asking it for anything else is answered "not in this export", never "not there".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from auditor.errors import SourceError
from auditor.model import Value
from auditor.sources.registry import Mount

HEADERS = ("Windows Registry Editor Version 5.00", "REGEDIT4")

MAX_SPAN = 10_000
"""Most lines that one text value may span."""

_HIVES = {
    "HKEY_LOCAL_MACHINE": "HKLM", "HKEY_USERS": "HKU", "HKEY_CURRENT_USER": "HKU\\{user}",
    "HKEY_CLASSES_ROOT": "HKLM\\SOFTWARE\\Classes", "HKEY_CURRENT_CONFIG": "HKCC",
}  # fmt: skip
_HEX_TYPES = {
    "": "REG_BINARY", "0": "REG_NONE", "1": "REG_SZ", "2": "REG_EXPAND_SZ", "4": "REG_DWORD",
    "7": "REG_MULTI_SZ", "b": "REG_QWORD",
}  # fmt: skip
_SIZES = {"REG_DWORD": 4, "REG_QWORD": 8}
_CLASSES = "_classes"
_CURRENT = "CurrentControlSet"
_DWORD = re.compile(r"[0-9a-f]{1,8}", re.I)
_KEY = re.compile(r"^\[(-?)(.+)\]\s*$")
_VALUE = re.compile(r'^(?:@|"((?:[^"\\]|\\.)*)")\s*=\s*(.*)$', re.S)
_VALUE_BEGINS = re.compile(r'^(?:@|"(?:[^"\\]|\\.)*")\s*=')
_TEXT_BEGINS = re.compile(_VALUE_BEGINS.pattern + r'\s*"')
_PLAIN_TEXT = re.compile(r'(?:[^"\\]|\\.)*')
_TEXT = re.compile(r'^"((?:[^"\\]|\\.)*)"$', re.S)
_NEW_LINE = re.compile(r"\r\n|\r|\n")
_HEX = re.compile(r"^hex(?:\(([0-9a-f]+)\))?:(.*)$", re.I | re.S)


def looks_like_export(data: bytes) -> bool:
    """Whether the first bytes are an export's, in any of its encodings."""
    start = data[:200].replace(b"\0", b"")
    return any(header.encode() in start for header in HEADERS)


def decode(data: bytes) -> str:
    """The text of an export.

    :raises SourceError: its bytes are not what its header and byte order mark say.
    """
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            text = data.decode("utf-16")
        elif data[1:2] == b"\0":
            text = data.decode("utf-16-le")
        else:
            text = data.decode("utf-8-sig") if data[:3] == b"\xef\xbb\xbf" else _ansi(data)
    except UnicodeDecodeError as error:
        raise SourceError(f"wrong encoding at byte {error.start}: {error.reason}") from error
    if not text.lstrip().startswith(HEADERS):
        raise SourceError("does not begin with a .reg header", f"The first line should be {HEADERS[0]!r}.")
    return text


def _ansi(data: bytes) -> str:
    """The PC's own code page is not written in the file: UTF-8 if it is that, else Western European."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "backslashreplace")


class TextKey:
    """A key of an export."""

    __slots__ = ("children", "content", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.children: dict[str, TextKey] = {}
        self.content: dict[str, tuple[str, str, Value]] = {}

    def subkeys(self) -> Iterable[str]:
        return [child.name for child in self.children.values()]

    def child(self, name: str) -> TextKey | None:
        return self.children.get(name.casefold())

    def values(self) -> Iterable[tuple[str, str, Value]]:
        return self.content.values()

    def make(self, name: str) -> TextKey:
        """The child of that name, made if it is not there yet."""
        return self.children.setdefault(name.casefold(), TextKey(name))


def mounts(text: str, label: str, user: str) -> tuple[list[Mount], list[str]]:
    """The exported trees, and a remark for each line that is no part of an export."""
    top = TextKey("")
    exported: dict[tuple[str, ...], list[str]] = {}
    remarks: list[str] = []
    key: TextKey | None = None
    code_page = "cp1252" if text.lstrip().startswith("REGEDIT4") else "utf-16-le"
    for number, line in _lines(text):
        if match := _KEY.match(line):
            path = key_path(match.group(2), user)
            key = None if match.group(1) else _make(top, path)
            if key and not any(part in exported for part in _upwards(path)):
                exported[tuple(each.casefold() for each in path)] = path
        elif key is not None and (value := _value(line, code_page)):
            key.content[value[0].casefold()] = value
        else:
            remarks.append(f"{label}, line {number}: not understood: {line[:60]}")
    whole = [*exported.values(), *current_control_set(top, exported.values())]
    return [Mount("\\".join(path), _make(top, path), label) for path in whole], remarks[:20]


def current_control_set(top: TextKey, exported: Iterable[list[str]]) -> list[list[str]]:
    """Where else the exported keys of SYSTEM stand: CurrentControlSet is the set that Select names, if that was exported.

    It is put into the tree, too, for an export from above the sets. A running PC's exports have it themselves.
    """
    machine = top.child("HKLM")
    system = machine.child("SYSTEM") if machine else None
    select = system.child("Select") if system else None
    number = select.content.get("current", ("", "", None))[2] if select else None
    current = system.child(f"ControlSet{number:03d}") if system and isinstance(number, int) else None
    if system is None or current is None or system.child(_CURRENT):
        return []
    system.children[_CURRENT.casefold()] = current
    start = ["hklm", "system", current.name.casefold()]
    return [["HKLM", "SYSTEM", _CURRENT, *path[3:]] for path in exported if [part.casefold() for part in path[:3]] == start]


def _upwards(path: list[str]) -> Iterator[tuple[str, ...]]:
    """The path and every key above it, in small letters, the highest first."""
    folded = tuple(part.casefold() for part in path)
    return (folded[:length] for length in range(1, len(folded) + 1))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Logical lines with the number of their first: values run on after a backslash or an open quotation mark."""
    lines = _NEW_LINE.split(text.lstrip())
    at = 1
    while at < len(lines):
        number, first = at + 1, lines[at]
        if opens := _TEXT_BEGINS.match(first):
            line, at = _text_value(lines, at, opens.end())
            yield number, line
        elif not first.strip() or first.lstrip().startswith(";"):
            at += 1
        else:
            begin, at = at, at + 1
            while at < len(lines) and lines[at - 1].endswith(",\\") and not _KEY.match(lines[at]):
                at += 1
            yield number, "".join(lines[begin:at])


def _text_value(lines: list[str], begin: int, column: int) -> tuple[str, int]:
    """The text value whose text begins at ``column`` of line ``begin``, and the line after it.

    Without an end (a key comes first, it has a quotation mark in its middle, or it spans
    more than MAX_SPAN lines) only its first line is given, which nothing understands, and
    the line after it is the next that looks like a key or a value.
    """
    at = begin
    for at in range(begin, min(begin + MAX_SPAN, len(lines))):
        line = lines[at]
        if at > begin and _KEY.match(line):
            return lines[begin], at
        plain = _PLAIN_TEXT.match(line, column if at == begin else 0)
        rest = line[plain.end() :] if plain else ""
        if rest.startswith('"'):
            if not rest[1:].strip():
                return "\n".join(lines[begin : at + 1]), at + 1
            break
    at = max(at, begin + 1)
    while at < len(lines) and not (_KEY.match(lines[at]) or _VALUE_BEGINS.match(lines[at])):
        at += 1
    return lines[begin], at


def key_path(name: str, user: str) -> list[str]:
    r"""The keys that ``HKEY_CURRENT_USER\Software`` and the like lead through; ``user`` owns the current user's.

    A user's classes, which Windows loads beside the user's hive as ``SID_Classes``, are where the user has them.
    """
    hive, _, rest = name.partition("\\")
    top = _HIVES.get(hive.upper(), hive).replace("{user}", user)
    path = [part for part in f"{top}\\{rest}".split("\\") if part]
    if path[:1] == ["HKU"] and len(path) > 1 and path[1].casefold().endswith(_CLASSES):
        path[1:2] = [path[1][: -len(_CLASSES)], "Software", "Classes"]
    return path


def _make(top: TextKey, path: list[str]) -> TextKey:
    for part in path:
        top = top.make(part)
    return top


def _value(line: str, code_page: str) -> tuple[str, str, Value] | None:
    match = _VALUE.match(line)
    if not match:
        return None
    name, data = _unescaped(match.group(1) or ""), match.group(2).strip()
    if text := _TEXT.match(data):
        return name, "REG_SZ", _unescaped(text.group(1))
    if data.lower().startswith("dword:"):
        return _number(name, data[6:])
    if match := _HEX.match(data):
        return _hex(name, (match.group(1) or "").lower(), match.group(2), code_page)
    return None


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.S)


def _number(name: str, digits: str) -> tuple[str, str, Value] | None:
    return (name, "REG_DWORD", int(digits, 16)) if _DWORD.fullmatch(digits.strip()) else None


def _hex(name: str, code: str, digits: str, code_page: str) -> tuple[str, str, Value] | None:
    try:
        raw = bytes.fromhex(re.sub(r"[,\s\\]", "", digits))
    except ValueError:
        return None
    kind = _HEX_TYPES.get(code, f"hex({code})")
    data: Any = raw.hex()
    if kind in ("REG_SZ", "REG_EXPAND_SZ", "REG_MULTI_SZ"):
        whole = raw[: len(raw) // 2 * 2] if code_page == "utf-16-le" else raw
        texts = whole.decode(code_page, "backslashreplace").split("\0")
        data = [each for each in texts if each] if kind == "REG_MULTI_SZ" else texts[0]
    elif kind in _SIZES:
        kind, data = (kind, int.from_bytes(raw, "little")) if len(raw) == _SIZES[kind] else (f"hex({code})", data)
    return name, kind, data
