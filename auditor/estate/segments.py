"""Raw snapshots on disk: append-only files of zstd frames, one frame a snapshot.

A frame is found by the address that the catalogue keeps. What is behind the last
address, such as the torn frame of a process that was killed, belongs to nobody and
does no harm: the next frame is written behind it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from auditor.errors import EstateError, MissingExtraError

try:
    import zstandard
except ImportError as missing:
    raise MissingExtraError("the estate needs zstandard", "pip install 'estate-auditor[estate]'") from missing

SEGMENT_BYTES = 256 * 1024 * 1024
"""A segment that has reached this size is followed by a new one."""
LEVEL = 3
"""zstd's own default: a third of the time of the next level that is visibly smaller."""


class Address(NamedTuple):
    """Where a frame is: number of the segment, offset and length in bytes, size unpacked."""

    segment: int
    offset: int
    length: int
    size: int


def path_of(folder: Path, segment: int) -> Path:
    """The file of a segment's number."""
    return folder / f"{segment:06d}.zst"


def append(folder: Path, items: Sequence[bytes], segment_bytes: int = SEGMENT_BYTES) -> list[Address]:
    """Write ``items``, each as a frame of its own, and flush them to the disk.

    When this returns, they are there whatever happens next. All of one call go into
    one segment.

    :raises OSError: the disk is full or cannot be written; what is torn is harmless.
    """
    segment = max((int(path.stem) for path in folder.glob("[0-9]*.zst") if path.stem.isdecimal()), default=1)
    path = path_of(folder, segment)
    if path.exists() and path.stat().st_size >= segment_bytes:
        segment += 1
        path = path_of(folder, segment)
    new = not path.exists()
    compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True, write_content_size=True)
    frames = [compressor.compress(item) for item in items]
    with path.open("ab", buffering=0) as file:
        offset = file.seek(0, os.SEEK_END)
        _write_all(file.fileno(), b"".join(frames))
        os.fsync(file.fileno())
    if new:
        sync_folder(folder)
    addresses = []
    for item, frame in zip(items, frames, strict=True):
        addresses.append(Address(segment, offset, len(frame), len(item)))
        offset += len(frame)
    return addresses


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync_folder(folder: Path) -> None:
    """Make the names of new files in ``folder`` survive a power cut, where the system lets one."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(folder: Path, address: Address, sha256: str) -> bytes:
    """The bytes of the snapshot ``sha256``, exactly as they came.

    :raises EstateError: they are damaged or missing; the message names the snapshot.
    """
    path = path_of(folder, address.segment)
    try:
        with path.open("rb") as file:
            file.seek(address.offset)
            frame = file.read(address.length)
        if zstandard.get_frame_parameters(frame).content_size != address.size:
            raise zstandard.ZstdError("another size than was written")
        data = zstandard.ZstdDecompressor().decompress(frame, max_output_size=address.size)
    except (OSError, zstandard.ZstdError) as error:
        raise _damaged(path, sha256, str(error)) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise _damaged(path, sha256, "another content than was written")
    return data


def _damaged(path: Path, sha256: str, why: str) -> EstateError:
    return EstateError(f"{path}: snapshot {sha256} is damaged: {why}", "Restore the file from a backup, or ingest it again.")
