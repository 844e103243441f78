"""Windows program files (PE) made for tests: no code, a machine type, and a VERSIONINFO resource.

``program("138.0.7204.50", product="Google Chrome")`` is the whole file; ``version_info``
and ``file`` are its parts, for tests that damage one of them.
"""

from __future__ import annotations

import struct

MACHINES = {"x86": 0x14C, "x86_64": 0x8664, "arm64": 0xAA64, "arm": 0x1C4}

_ADDRESS = 0x1000
"""Where the one section, ``.rsrc``, lies in memory; in the file it begins at :data:`_HEADERS`."""
_HEADERS = 0x200
_TREE = 3 * 24
"""Bytes of the resource tree: kind, name and language, each a level with one entry."""
_IS_LEVEL = 0x80000000


def program(version: str, product: str = "", machine: str = "x86_64", product_version: str = "", **texts: str) -> bytes:
    """The bytes of a program of that version (up to four numbers; empty: none) for that machine.

    ``product_version`` is the text, ``version``'s own where it is left out; ``texts`` are further texts.
    """
    named = {"ProductName": product, "FileVersion": version, "ProductVersion": product_version or version} | texts
    return file(resources(version_info(version, {name: text for name, text in named.items() if text})), MACHINES[machine])


def version_info(version: str, texts: dict[str, str]) -> bytes:
    """A VS_VERSIONINFO: the fixed numbers, none where ``version`` is empty, and a table of texts in US English."""
    numbers = [int(part) for part in version.split(".")] if version else []
    one, two, three, four = [*numbers, 0, 0, 0, 0][:4]
    high, low = one << 16 | two, three << 16 | four
    fixed = struct.pack("<13I", 0xFEEF04BD, 0x10000, high, low, high, low, 0x3F, 0, 0x40004, 1, 0, 0, 0)
    table = _block(
        "040904b0", b"", *(_block(name, (text + "\0").encode("utf-16-le"), text=True) for name, text in texts.items())
    )
    return _block("VS_VERSION_INFO", fixed if numbers else b"", _block("StringFileInfo", b"", table))


def resources(info: bytes, kind: int = 16) -> bytes:
    """A section of resources with one of ``kind``; 16 is VERSIONINFO."""
    levels = (_level(kind, 24 | _IS_LEVEL), _level(1, 48 | _IS_LEVEL), _level(1033, _TREE))
    return b"".join(levels) + struct.pack("<IIII", _ADDRESS + _TREE + 16, len(info), 0, 0) + info


def file(section: bytes, machine: int = 0x8664) -> bytes:
    """A program file whose only section is ``section``, its resources."""
    wide = machine in (0x8664, 0xAA64)
    section = section.ljust(-(-len(section) // _HEADERS) * _HEADERS, b"\0")
    directories = bytes(16) + struct.pack("<II", _ADDRESS, len(section)) + bytes(8 * 13)
    base = struct.pack("<Q", 0x140000000) if wide else struct.pack("<II", _ADDRESS, 0x400000)
    memory = struct.pack("<4Q" if wide else "<4I", 0x100000, 0x1000, 0x100000, 0x1000)
    size = -(-(_ADDRESS + len(section)) // 0x1000) * 0x1000
    optional = (
        struct.pack("<HBBIIIII", 0x20B if wide else 0x10B, 14, 0, 0, len(section), 0, 0, _ADDRESS)
        + base
        + struct.pack("<IIHHHHHHIIIIHH", 0x1000, _HEADERS, 6, 0, 0, 0, 6, 0, 0, size, _HEADERS, 0, 2, 0)
        + memory
        + struct.pack("<II", 0, 16)
        + directories
    )
    head = struct.pack("<HHIIIHH", machine, 1, 0, 0, 0, len(optional), 0x22)
    row = struct.pack("<8sIIIIIIHHI", b".rsrc", len(section), _ADDRESS, len(section), _HEADERS, 0, 0, 0, 0, 0x40000040)
    dos = b"MZ" + bytes(58) + struct.pack("<I", 0x40)
    return (dos + b"PE\0\0" + head + optional + row).ljust(_HEADERS, b"\0") + section


def _level(identifier: int, below: int) -> bytes:
    return struct.pack("<IIHHHHII", 0, 0, 0, 0, 0, 1, identifier, below)


def _block(name: str, value: bytes, *inside: bytes, text: bool = False) -> bytes:
    """Length, length of the value (texts in characters), kind, name, value, what is inside: each begins at a multiple of four."""
    head = struct.pack("<HH", len(value) // (2 if text else 1), text) + (name + "\0").encode("utf-16-le")
    body = head + bytes(-(len(head) + 2) % 4) + value
    for each in inside:
        body += bytes(-(len(body) + 2) % 4) + each
    return struct.pack("<H", len(body) + 2) + body
