"""Registry hives as files (regf), with their transaction logs, through regipy.

A hive copied from a running PC is often "dirty": its last changes stand in LOG1 and
LOG2 beside it. They are replayed onto a private copy, but only when they are this
hive's own: a log of another hive would turn it to nonsense without an error.
"""

from __future__ import annotations

import contextlib
import gzip
import logging
import lzma
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from auditor.errors import MissingExtraError, SourceError
from auditor.model import Value
from auditor.sources.files import open_plain
from auditor.sources.registry import Mount

MAX_HIVE = 512 * 1024 * 1024
"""Largest hive that is read, in bytes, after unpacking."""

_MAGIC = b"regf"
_BLOCK = b"HvLE"
_START = 4096
_PACKED: dict[str, Callable[[BinaryIO], Any]] = {".xz": lzma.open, ".gz": gzip.open}
_NAME_IN_HEADER = slice(48, 112)

logging.getLogger("regipy").addHandler(
    logging.NullHandler()
)  # what it meets becomes a reading with its reason, not a line on screen


def unpacked(path: Path) -> bytes:
    """The bytes of a file that may be packed with xz or gzip.

    :raises OSError: it cannot be read or unpacked.
    :raises ValueError: it is larger than :data:`MAX_HIVE`.
    """
    opener = _PACKED.get(path.suffix.lower(), contextlib.nullcontext)
    try:
        with open_plain(path) as stored, opener(stored) as file:
            data: bytes = file.read(MAX_HIVE + 1)
    except (lzma.LZMAError, zlib.error, EOFError) as error:
        raise OSError(5, f"cannot be unpacked: {error}") from error
    if len(data) > MAX_HIVE:
        raise ValueError(f"larger than {MAX_HIVE // 2**20} MB")
    return data


def is_hive(data: bytes) -> bool:
    """Whether these bytes begin as a hive does."""
    return data[:4] == _MAGIC


def mount(path: Path, data: bytes, user: str) -> tuple[Mount, str]:
    """The hive at ``path`` as a mount, and a remark on its logs (empty when there is none).

    ``user`` is what a user's own hive is called below HKU.

    :raises SourceError: it is no hive that can be read, with the reason.
    :raises MissingExtraError: regipy is not installed.
    """
    try:
        from regipy.registry import RegistryHive
    except ImportError as error:
        raise MissingExtraError("hives need regipy", "pip install 'estate-auditor[hives]'") from error
    with tempfile.TemporaryDirectory(prefix="auditor-") as folder:
        copy = Path(folder) / "hive"
        try:
            remark, current, logs = _up_to_date(path, data)
            copy.write_bytes(current)
            hive = RegistryHive(str(copy))
            names = {subkey.name.casefold() for subkey in hive.root.iter_subkeys()}
        except Exception as error:  # regipy meets damage with whatever construct raises
            raise SourceError(f"not a readable hive: {type(error).__name__} {error}"[:300]) from error
    label = f"{path.name} with {logs} of its logs" if logs else path.name
    label += ", last changes missing" if remark else ""
    return _mounted(label, hive, names, user), remark


def _mounted(label: str, hive: Any, names: set[str], user: str) -> Mount:
    """Which hive this is, by what is in it: file names are only labels."""
    root = RegfKey(hive.root)
    if {"select", "setup"} <= names or "controlset001" in names:
        return Mount(r"HKLM\SYSTEM", _WithCurrentControlSet(root), label)
    if "root" in names:
        return Mount("AMCACHE", root.child("Root") or root, label)
    if {"microsoft", "classes"} <= names:
        return Mount(r"HKLM\SOFTWARE", root, label)
    if "software" in names:
        return Mount(f"HKU\\{user}", root, label)
    if "local settings" in names:
        return Mount(f"HKU\\{user}\\Software\\Classes", root, label)
    known = ", ".join(sorted(names)[:5]) or "nothing"
    raise SourceError(f"a hive of an unknown sort (below its root: {known})")


def _up_to_date(path: Path, data: bytes) -> tuple[str, bytes, int]:
    """A hive with what its own logs add: what is amiss, its bytes, how many logs went into them."""
    primary, secondary = struct.unpack_from("<II", data, 4)
    if primary == secondary:
        return "", data, 0
    try:
        logs = _own_logs(path, data, secondary)
    except (OSError, ValueError) as error:
        return f"its last changes are missing: a log of it cannot be read: {error}", data, 0
    if not logs:
        said = f"its last changes are missing: it is marked {primary}/{secondary} and no log of its own is beside it"
        return said, data, 0
    try:
        return "", _replayed(data, logs), len(logs)
    except (struct.error, ValueError) as error:  # a damaged log costs its changes, not the hive
        return f"its logs could not be replayed: {error}", data, 0


def _replayed(hive: bytes, logs: list[bytes]) -> bytes:
    """The hive with every page that the logs hold put in its place; it may grow by that.

    :raises ValueError: a page lies outside of its block or of the hive.
    :raises struct.error: a block is cut.
    """
    data = bytearray(hive)
    for log in logs:
        position = 512
        while position < len(log):
            size, _, sequence, bins, pages = struct.unpack_from("<5I", log, position + 4)
            content = position + 40 + 8 * pages
            for number in range(pages):
                offset, length = struct.unpack_from("<II", log, position + 40 + 8 * number)
                start, end = _START + offset, _START + offset + length
                if content + length > position + size or offset + length > bins or bins > MAX_HIVE:
                    raise ValueError(f"block {sequence} has a page that lies outside")
                data.extend(bytes(max(0, end - len(data))))
                data[start:end] = log[content : content + length]
                content += length
            struct.pack_into("<II", data, 4, sequence + 1, sequence + 1)
            struct.pack_into("<I", data, 40, bins)
            position += size
    return bytes(data)


def _own_logs(path: Path, hive: bytes, secondary: int) -> list[bytes]:
    """The logs that continue this hive, oldest first, each cut where stale blocks of an earlier round begin."""
    name = path.name.removesuffix(path.suffix) if path.suffix.lower() in _PACKED else path.name
    wanted = {f"{name}.log{number}{packing}".casefold() for number in (1, 2) for packing in ("", *_PACKED)}
    found = sorted(each for each in path.parent.iterdir() if each.name.casefold() in wanted)
    logs = [log for each in found if _of_same_hive(log := unpacked(each), hive)]
    kept: list[bytes] = []
    expected = -1
    for log in sorted(logs, key=_first_sequence):
        if _first_sequence(log) < secondary or (kept and _first_sequence(log) != expected):
            continue
        end, expected = _fresh_part(log)
        kept.append(log[:end])
    return kept


def _of_same_hive(log: bytes, hive: bytes) -> bool:
    """Whether a log is of the present kind and its header names the same hive."""
    return is_hive(log) and log[_NAME_IN_HEADER] == hive[_NAME_IN_HEADER] and log[512:516] == _BLOCK


def _first_sequence(log: bytes) -> int:
    return int.from_bytes(log[524:528], "little")


def _fresh_part(log: bytes) -> tuple[int, int]:
    """Where the unbroken run of blocks ends, and the number that the next block would have."""
    position, expected = 512, _first_sequence(log)
    while log[position : position + 4] == _BLOCK and len(log) >= position + 16:
        size, _, sequence = struct.unpack_from("<III", log, position + 4)
        if sequence != expected or size < 40 or position + size > len(log):
            break
        position, expected = position + size, expected + 1
    return position, expected


class RegfKey:
    """A key in a hive file."""

    def __init__(self, key: Any) -> None:
        self.key = key

    @cached_property
    def _below(self) -> dict[str, Any]:
        """The keys right below, by their names in one case. regipy passes over a list that it cannot read."""
        with _damage():
            found = {subkey.name.casefold(): subkey for subkey in self.key.iter_subkeys()}
        if len(found) < self.key.subkey_count:
            raise OSError(5, f"damaged here: {len(found)} of {self.key.subkey_count} keys can be read")
        return found

    def subkeys(self) -> Iterator[str]:
        return (subkey.name for subkey in self._below.values())

    def child(self, name: str) -> RegfKey | None:
        found = self._below.get(name.casefold())
        return None if found is None else RegfKey(found)

    def values(self) -> Iterator[tuple[str, str, Value]]:
        with _damage():
            found = list(self.key.iter_values(as_json=False, trim_values=False))
        if len(found) < self.key.values_count:
            raise OSError(5, f"damaged here: {len(found)} of {self.key.values_count} values can be read")
        for value in found:
            name = "" if value.name == "(default)" else value.name
            yield name, str(value.value_type), _data(str(value.value_type), value.value)


class _WithCurrentControlSet(RegfKey):
    """SYSTEM, with CurrentControlSet for the set that Select names: a file does not have it."""

    def __init__(self, root: RegfKey) -> None:
        super().__init__(root.key)

    def child(self, name: str) -> RegfKey | None:
        if name.casefold() != "currentcontrolset":
            return super().child(name)
        select = super().child("Select")
        number = next((data for key, _, data in select.values() if key.casefold() == "current"), 1) if select else 1
        return super().child(f"ControlSet{number:03d}") if isinstance(number, int) else None


@contextlib.contextmanager
def _damage() -> Iterator[None]:
    """Whatever regipy raises over a damaged part becomes an OSError with the reason."""
    try:
        yield
    except (OSError, MemoryError):
        raise
    except Exception as error:  # regipy and construct raise their own kinds, and builtin ones
        raise OSError(5, f"damaged here: {type(error).__name__} {error}"[:200]) from error


def _data(kind: str, value: Any) -> Value:
    if kind in ("REG_SZ", "REG_EXPAND_SZ") and isinstance(value, str | bytes):
        return _text(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return [str(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int) else str(value)


def _text(value: str | bytes) -> str:
    """A text as Windows reads it: up to its first NUL; what follows is what a longer one left.

    regipy gives bytes where they are no UTF-16. Where there is an odd number of them, it takes
    them for UTF-8, and then each second character is what was the upper half of one.
    """
    if isinstance(value, str) and value[1:] and all(each < " " and each not in "\t\r\n" for each in value[1::2]):
        value = value.encode() + b"\0" * (len(value.encode()) % 2)
    if isinstance(value, bytes):
        value = value[: len(value) // 2 * 2].decode("utf-16-le", "replace")
    return value.partition("\0")[0]
