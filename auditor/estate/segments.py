"""Raw snapshots on disk: append-only files of zstd frames, some snapshots to a frame.

``zstd -dc`` of a segment is NDJSON where agents wrote a line each: a snapshot that does not end its line is given
an end, which is not part of it. A frame is found by the address that the table ``snapshot`` keeps. Only as many
bytes as the manifest says belong to the estate; the next writer cuts off what a killed one left behind them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import IO, Any, NamedTuple

from auditor.errors import EstateError, MissingExtraError
from auditor.estate.durable import write_all
from auditor.estate.manifest import segment_file

try:
    import zstandard
except ImportError as missing:
    raise MissingExtraError("the estate needs zstandard", "pip install 'estate-auditor[estate]'") from missing

SEGMENT_BYTES = 256 * 1024 * 1024
"""A segment that has reached this size is followed by a new one."""
FRAME_BYTES = 4 * 1024 * 1024
"""A frame that has reached this size, unpacked, is followed by a new one. To read one snapshot is to unpack its frame."""
LEVEL = 1
"""Snapshots of one frame are so alike that a higher level takes twice the time for a hundredth of the bytes."""

_MOST_UNPACKED = 64 * 1024 * 1024


class Address(NamedTuple):
    """Number of the segment, offset and length of the frame in it, start and size of the snapshot in the unpacked frame."""

    segment: int
    frame: int
    frame_length: int
    start: int
    size: int


class Frame(NamedTuple):
    """Some snapshots, compressed."""

    data: bytes


class Packed(NamedTuple):
    """A snapshot in a frame that is no part of a segment yet: where in it, and how many bytes. Several share one frame."""

    frame: Frame
    start: int
    size: int

    def unpacked(self) -> bytes:
        """The snapshot's own bytes."""
        data = zstandard.ZstdDecompressor().decompress(self.frame.data, max_output_size=_MOST_UNPACKED)
        return bytes(data[self.start : self.start + self.size])


def _parameters() -> zstandard.ZstdCompressionParameters:
    """How frames are made: within one, whatever was said before is found again."""
    window = max(FRAME_BYTES.bit_length() - 1, 10)
    return zstandard.ZstdCompressionParameters.from_level(
        LEVEL, window_log=window, write_checksum=True, write_content_size=True
    )


def pack(items: Iterable[bytes], frame_bytes: int = FRAME_BYTES) -> Iterator[Packed]:
    """``items`` in frames, in their order."""
    for packed, sizes in _frames(items, frame_bytes):
        frame, start = Frame(packed), 0
        for size, room in sizes:
            yield Packed(frame, start, size)
            start += room


class Limits(NamedTuple):
    """How large segments and, unpacked, frames become, in bytes."""

    segment_bytes: int = SEGMENT_BYTES
    frame_bytes: int = FRAME_BYTES


class Appended(NamedTuple):
    """Where things were put, in their order, and where the segment ends now."""

    addresses: list[Address]
    end: int


def append(path: Path, segment: int, end: int, items: Iterable[bytes | Packed], frame_bytes: int = FRAME_BYTES) -> Appended:
    """Write ``items`` into the segment at ``path``, behind its first ``end`` bytes; what is packed stays in its frames.

    What stands behind ``end`` belongs to nobody and goes. ``segment`` is the number for the addresses.
    What was written is only safe after :func:`auditor.estate.durable.sync_all`.

    :raises EstateError: the segment is shorter than ``end``.
    :raises OSError: the disk is full or cannot be written; what is torn is harmless.
    """
    addresses: list[Address] = []
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
    try:
        if os.fstat(descriptor).st_size < end:
            raise EstateError(f"{path}: is cut: {end:,} bytes belong to it", "Restore the file from a backup.")
        os.ftruncate(descriptor, end)
        os.lseek(descriptor, end, os.SEEK_SET)
        for _, group in groupby(_in_frames(items, frame_bytes), lambda item: id(item.frame)):
            inside = list(group)
            data = inside[0].frame.data
            write_all(descriptor, data)
            addresses += [Address(segment, end, len(data), item.start, item.size) for item in inside]
            end += len(data)
    finally:
        os.close(descriptor)
    return Appended(addresses, end)


def _in_frames(items: Iterable[bytes | Packed], frame_bytes: int) -> Iterator[Packed]:
    """What is packed as it is, and the rest packed."""
    bare: list[bytes] = []
    size = 0
    for item in items:
        if isinstance(item, bytes):
            bare.append(item)
            size += len(item)
            if size < frame_bytes:
                continue
        yield from pack(bare, frame_bytes)
        bare, size = [], 0
        if isinstance(item, Packed):
            yield item
    yield from pack(bare, frame_bytes)


def _frames(items: Iterable[bytes], frame_bytes: int) -> Iterator[tuple[bytes, list[tuple[int, int]]]]:
    """Frames as they fill, each with the size of every item in it, alone and with its line's end."""
    compressor = zstandard.ZstdCompressor(compression_params=_parameters())
    waiting: list[bytes] = []
    sizes: list[tuple[int, int]] = []
    total = 0
    for item in items:
        waiting.append(item)
        ended = item.endswith(b"\n")
        if not ended:
            waiting.append(b"\n")
        sizes.append((len(item), len(item) + (not ended)))
        total += sizes[-1][1]
        if total >= frame_bytes:
            yield compressor.compress(b"".join(waiting)), sizes
            waiting, sizes, total = [], [], 0
    if sizes:
        yield compressor.compress(b"".join(waiting)), sizes


def unpack(file: IO[bytes], frame: int, length: int) -> bytes:
    """A frame of an open segment, unpacked.

    :raises ValueError: it is not as it was written.
    :raises OSError: it cannot be read.
    """
    file.seek(frame)
    packed = file.read(length)
    try:
        size = zstandard.get_frame_parameters(packed).content_size
        if len(packed) != length or not 0 < size <= _MOST_UNPACKED:
            raise ValueError("another size than was written")
        return bytes(zstandard.ZstdDecompressor().decompress(packed, max_output_size=size))
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error


def cut_out(unpacked: bytes, start: int, size: int, sha256: str) -> bytes:
    """A snapshot out of its unpacked frame.

    :raises ValueError: it is not as it was written.
    """
    data = unpacked[start : start + size]
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError("another content than was written")
    return data


def read(path: Path, address: Address, sha256: str) -> bytes:
    """The bytes of the snapshot ``sha256`` in the segment at ``path``, exactly as they came.

    :raises EstateError: they are damaged or missing; the message names the snapshot.
    """
    try:
        with path.open("rb") as file:
            return cut_out(unpack(file, address.frame, address.frame_length), address.start, address.size, sha256)
    except (OSError, ValueError) as error:
        raise damaged(path, sha256, (isinstance(error, OSError) and error.strerror) or str(error)) from error


def walked(
    folder: Path, rows: Iterable[tuple[Any, ...]], ends: Mapping[int, int]
) -> Iterator[tuple[tuple[Any, ...], bytes | str]]:
    """Every row with the bytes that it leads to, or with what is wrong with them. Each frame is unpacked once.

    ``rows`` begin with the fields of an :class:`Address` and the SHA-256, in the order of these. ``ends`` says of each
    segment in the estate's ``folder`` how many bytes belong to it.
    """
    last: tuple[int, int, int] | None = None
    unpacked: bytes | str = b""
    for row in rows:
        at = Address(*row[:5])
        if at[:3] != last:
            last = at[:3]
            unpacked = _frame(folder / segment_file(at.segment), at, ends.get(at.segment, 0))
        data = unpacked
        if isinstance(unpacked, bytes):
            try:
                data = cut_out(unpacked, at.start, at.size, row[5])
            except ValueError as error:
                data = str(error)
        yield row, data


def _frame(path: Path, at: Address, end: int) -> bytes | str:
    """A frame's content, or what is wrong with it."""
    if at.frame + at.frame_length > end:
        return "it is beyond the segment's end"
    try:
        with path.open("rb") as file:
            return unpack(file, at.frame, at.frame_length)
    except (OSError, ValueError) as error:
        return (isinstance(error, OSError) and error.strerror) or str(error)


def damaged(path: Path, sha256: str, why: str) -> EstateError:
    """An error that names a snapshot whose bytes are not what they were."""
    return EstateError(f"{path}: snapshot {sha256} is damaged: {why}", "Restore the file from a backup, or ingest it again.")
