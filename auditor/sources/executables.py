"""Program files of Windows (PE): what they say of their version, and which processor they are for.

pefile reads the headers. The version is dug out here with bounds of its own, because
only one of a file's many resources is wanted and a hostile file can make a reading of
all of them as long as it likes. Layout: VS_VERSIONINFO of Microsoft's documentation.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterator
from typing import Any

from auditor.errors import MissingExtraError
from auditor.sources.files import open_plain

MAX_PROGRAM = 1024 * 1024 * 1024
"""Largest program file that is looked into, in bytes. It is mapped, not read."""

MAX_INFO = 64 * 1024
"""Most of a version resource that is read, in bytes."""

_MACHINES = {0x14C: "x86", 0x8664: "x86_64", 0xAA64: "arm64", 0x1C0: "arm", 0x1C2: "arm", 0x1C4: "arm"}
_RESOURCES = 2
_VERSION = 16
_MAX_ENTRIES = 4096
_FIXED = 0xFEEF04BD
_TEXTS = {"FileVersion": "version", "ProductVersion": "product_version", "ProductName": "product"}


def described(path: str) -> dict[str, str]:
    """``version``, ``product_version``, ``product`` and ``machine`` of a program file, each where it has it.

    ``version`` is the number that Windows compares; the text of that name stands in for it
    only where there is no number. ``product_version`` is the text, else the number.

    :raises OSError: it cannot be opened, or is no plain file.
    :raises ValueError: it is no program file, or a damaged or a far too large one.
    :raises MissingExtraError: pefile is not installed.
    """
    try:
        import pefile
    except ImportError as error:
        raise MissingExtraError("program files need pefile", "pip install 'estate-auditor[hives]'") from error
    with open_plain(path) as file:
        size = os.fstat(file.fileno()).st_size
        if not 0 < size <= MAX_PROGRAM:
            raise ValueError("an empty file" if not size else f"larger than {MAX_PROGRAM // 2**20} MB")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            try:
                program = pefile.PE(data=data, fast_load=True)
                machine = _MACHINES.get(program.FILE_HEADER.Machine, "")
                info = _version_block(program)
            except OSError:
                raise
            except Exception as error:  # pefile meets damage with whatever its parts raise
                raise ValueError(f"not a readable program file: {type(error).__name__} {error}"[:200]) from error
    found = _versions(info) | ({"machine": machine} if machine else {})
    return {name: found[name] for name in ("version", "product_version", "product", "machine") if found.get(name)}


def _version_block(program: Any) -> bytes:
    """The first version resource; empty where there is none."""
    directories = program.OPTIONAL_HEADER.DATA_DIRECTORY
    top = directories[_RESOURCES].VirtualAddress if len(directories) > _RESOURCES else 0
    if not top:
        return b""
    offset = 0
    for level in range(3):  # kind of resource, its name, its language
        entries = _entries(program, top, offset)
        found = next((below for name, below in entries if level or name == _VERSION), None)
        if found is None:
            return b""
        offset = found & 0x7FFFFFFF
        if bool(found >> 31) != (level < 2):
            raise ValueError("its resources are no tree of three levels")
    address, size = struct.unpack("<II", program.get_data(top + offset, 8))
    return bytes(program.get_data(address, min(size, MAX_INFO)))


def _entries(program: Any, top: int, offset: int) -> Iterator[tuple[int, int]]:
    """(name, what is below) of one level of the tree of resources."""
    named, numbered = struct.unpack_from("<HH", program.get_data(top + offset, 16), 12)
    count = min(named + numbered, _MAX_ENTRIES)
    yield from struct.iter_unpack("<II", program.get_data(top + offset + 16, 8 * count)[: 8 * count])


def _versions(info: bytes) -> dict[str, str]:
    """What a version resource says. Broken parts are left out."""
    found: dict[str, str] = {}
    block = next(_blocks(info, 0, len(info)), None)
    if block is None or block[0] != "VS_VERSION_INFO":
        return found
    _, value, inner, end = block
    texts = dict(_strings(info, inner, end))
    if len(value) >= 24 and struct.unpack_from("<I", value)[0] == _FIXED:
        for name, at in (("version", 8), ("product_version", 16)):
            high, low = struct.unpack_from("<II", value, at)
            if high or low:
                found[name] = f"{high >> 16}.{high & 0xFFFF}.{low >> 16}.{low & 0xFFFF}"
    for text, name in _TEXTS.items():
        if texts.get(text) and (name != "version" or name not in found):
            found[name] = texts[text]
    return found


def _strings(info: bytes, start: int, end: int) -> Iterator[tuple[str, str]]:
    """The texts of the first language: StringFileInfo, in it a table for each language, in it the texts."""
    for kind, _, inner, stop in _blocks(info, start, end):
        if kind == "StringFileInfo":
            for _, _, first, last in _blocks(info, inner, stop):
                for name, value, _, _ in _blocks(info, first, last):
                    yield name, value.decode("utf-16-le", "replace").partition("\0")[0].strip()[:200]
                return


def _blocks(info: bytes, start: int, end: int) -> Iterator[tuple[str, bytes, int, int]]:
    """(name, value, where what is inside begins, where it ends) of the blocks between two places, one after the other."""
    while start + 6 <= end:
        length, value_length, is_text = struct.unpack_from("<HHH", info, start)
        stop = min(start + length, end)
        name_end = start + 6
        while name_end + 2 <= stop and info[name_end : name_end + 2] != b"\0\0":
            name_end += 2
        if length < 8 or name_end + 2 > stop:
            return
        value = (name_end + 2 + 3) & ~3
        value_end = min(value + value_length * (2 if is_text else 1), stop)
        name = info[start + 6 : name_end].decode("utf-16-le", "replace")
        yield name, info[value:value_end], (value_end + 3) & ~3, stop
        start = (stop + 3) & ~3
