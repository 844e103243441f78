"""Registry hives and their transaction logs, made for tests: regf 1.5, one bin, no more than a reader needs.

A tree is a nested dict. A dict under a name is a key; anything else is a value: text
REG_SZ, a whole number REG_DWORD, a list REG_MULTI_SZ, bytes REG_BINARY, and
``(type number, bytes)`` whatever it says. The name ``""`` is the default value.
"""

from __future__ import annotations

import struct
from typing import Any

Tree = dict[str, Any]

_NONE = 0xFFFFFFFF
_START = 4096
_PAGE = 512
_SECURITY = b"\1\0\4\x80" + bytes(16)


def hive(tree: Tree, name: str = "SOFTWARE", sequences: tuple[int, int] = (1, 1), root: str = "ROOT") -> bytes:
    """The bytes of a hive. It is dirty where the two ``sequences`` differ; ``name`` stands in its header."""
    bin_ = _Bin()
    top = bin_.key(root, tree, _NONE, flags=0x2C)
    data = bin_.bytes()
    head = struct.pack("<4sIIQIIIIIII", b"regf", *sequences, 0, 1, 5, 0, 1, top, len(data), 1)
    return _checked(head + _file_name(name)) + bytes(_START - _PAGE) + data


def dirty(data: bytes, primary: int, secondary: int) -> bytes:
    """The hive with other sequence numbers."""
    return _checked(data[:4] + struct.pack("<II", primary, secondary) + data[12:508]) + data[512:]


def block(old: bytes, new: bytes, sequence: int) -> bytes:
    """One entry of a transaction log: the pages in which hive ``new`` differs from hive ``old``, both of one size."""
    assert len(old) == len(new), "a log of this writer cannot let a hive grow"
    places = [at for at in range(_START, len(new), _PAGE) if old[at : at + _PAGE] != new[at : at + _PAGE]]
    return raw_block([(at - _START, new[at : at + _PAGE]) for at in places], sequence, len(new) - _START)


def raw_block(pages: list[tuple[int, bytes]], sequence: int, bins: int) -> bytes:
    """One entry with these (offset, bytes), whatever they are."""
    references = b"".join(struct.pack("<II", offset, len(page)) for offset, page in pages)
    body = references + b"".join(page for _, page in pages)
    size = -(-(40 + len(body)) // _PAGE) * _PAGE
    head = struct.pack("<4sIIIIIQQ", b"HvLE", size, 0, sequence, bins, len(pages), 0, 0)
    return (head + body).ljust(size, b"\0")


def log(of: bytes, *blocks: bytes) -> bytes:
    """A transaction log of the hive ``of``."""
    return of[:_PAGE] + b"".join(blocks)


def _file_name(name: str) -> bytes:
    return name.encode("utf-16-le")[:62].ljust(64, b"\0")


def _checked(head: bytes) -> bytes:
    head = head.ljust(508, b"\0")
    checksum = 0
    for (word,) in struct.iter_unpack("<I", head):
        checksum ^= word
    return head + struct.pack("<I", {0: 1, _NONE: _NONE - 1}.get(checksum, checksum))


class _Bin:
    """The cells of the one bin, in the order in which they are made; the root key is the first."""

    def __init__(self) -> None:
        self.cells = bytearray()
        self.security = 0

    def bytes(self) -> bytes:
        size = -(-(32 + len(self.cells) + 8) // 4096) * 4096
        free = size - 32 - len(self.cells)
        return struct.pack("<4sIIQQI", b"hbin", 0, size, 0, 0, 0) + self.cells + struct.pack("<i", free) + bytes(free - 4)

    def cell(self, content: bytes) -> int:
        """A new cell; the offset that others know it by."""
        offset = 32 + len(self.cells)
        self.cells += struct.pack("<i", -self._space(content)) + content
        self.cells += bytes(-len(self.cells) % 8)
        return offset

    @staticmethod
    def _space(content: bytes) -> int:
        return -(-(4 + len(content)) // 8) * 8

    def key(self, name: str, tree: Tree, parent: int, flags: int = 0) -> int:
        raw, compressed = _name(name)
        offset = self.cell(bytes(76 + len(raw)))  # filled in once what is below it has its place
        if not self.security:
            length = len(_SECURITY)
            self.security = 32 + len(self.cells)
            self.cell(struct.pack("<2sHIIII", b"sk", 0, self.security, self.security, 1, length) + _SECURITY)
        keys = sorted(((n, t) for n, t in tree.items() if isinstance(t, dict)), key=lambda pair: pair[0].upper())
        children = [(self.key(n, t, offset), n) for n, t in keys]
        values = [self.value(n, v) for n, v in tree.items() if not isinstance(v, dict)]
        node = struct.pack(
            "<2sHQ4s13I4sHH", b"nk", flags | (0x20 if compressed else 0), 0, bytes(4), parent,
            len(children), 0, self.leaf(children), _NONE, len(values), self.list_of(values), self.security, _NONE,
            0, 0, 0, 0, bytes(4), len(raw), 0,
        )  # fmt: skip
        start = offset - 32 + 4
        self.cells[start : start + 76 + len(raw)] = node + raw
        return offset

    def leaf(self, children: list[tuple[int, str]]) -> int:
        if not children:
            return _NONE
        entries = b"".join(struct.pack("<I4s", at, _name(name)[0][:4].ljust(4, b"\0")) for at, name in children)
        return self.cell(struct.pack("<2sH", b"lf", len(children)) + entries)

    def list_of(self, values: list[int]) -> int:
        return self.cell(struct.pack(f"<{len(values)}I", *values)) if values else _NONE

    def value(self, name: str, data: Any) -> int:
        kind, raw = _data(data)
        encoded, compressed = _name(name)
        if len(raw) <= 4:
            size, place = len(raw) | 0x80000000, int.from_bytes(raw.ljust(4, b"\0"), "little")
        else:
            size, place = len(raw), self.cell(raw)
        return self.cell(struct.pack("<2sHIIIHH", b"vk", len(encoded), size, place, kind, int(compressed), 0) + encoded)


def _name(name: str) -> tuple[bytes, bool]:
    return (name.encode("ascii"), True) if name.isascii() else (name.encode("utf-16-le"), False)


def _data(data: Any) -> tuple[int, bytes]:
    match data:
        case (int() as kind, bytes() as raw):
            return kind, raw
        case str():
            return 1, (data + "\0").encode("utf-16-le")
        case bytes():
            return 3, data
        case int():
            return 4, data.to_bytes(4, "little")
        case _:
            return 7, "".join(each + "\0" for each in [*data, ""]).encode("utf-16-le")
