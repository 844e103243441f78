"""Snapshots into bytes, and bytes onto disk so that nobody ever sees half a file."""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from auditor.errors import AuditorError
from auditor.model import Device, Reading, Snapshot
from auditor.snapshot import MAX_BYTES, MAX_NAME, MAX_READINGS, MAX_TAGS, SCHEMA

_NO_SPACE = "Free some space, or name another place."
_TOO_MUCH = "No estate would take it in. Which places gave so much, auditor scan --show says."
_NO_FOLDER = "Name a folder that exists and that you may write to."


def encode(snapshot: Snapshot) -> bytes:
    """One line of ASCII JSON; the same snapshot always gives the same bytes.

    :raises AuditorError: a part is larger than in a snapshot that is read it may be. Nothing is cut.
    """
    _check_names(snapshot.device)
    if len(snapshot.readings) > MAX_READINGS:
        raise AuditorError(f"{len(snapshot.readings)} readings: a snapshot holds at most {MAX_READINGS}", _TOO_MUCH)
    data = json.dumps(document(snapshot), separators=(",", ":"), ensure_ascii=True).encode("ascii") + b"\n"
    if len(data) > MAX_BYTES:
        raise AuditorError(f"the snapshot would be {len(data)} bytes: at most {MAX_BYTES} are read", _TOO_MUCH)
    return data


def _check_names(device: Device) -> None:
    if len(device.tags) > MAX_TAGS:
        raise AuditorError(f"{len(device.tags)} tags: a snapshot holds at most {MAX_TAGS}", "Give fewer.")
    for name in (device.hostname, device.site, *device.tags):
        if len(name) > MAX_NAME:
            said = f"a name of {len(name)} characters, {name[:40]}…: at most {MAX_NAME} are read"
            raise AuditorError(said, "Give a shorter one.")


def document(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot as plain JSON values, in the order of the schema."""
    device = snapshot.device
    return {
        "schema": SCHEMA,
        "device": {
            "id": device.id, "hostname": device.hostname, "family": device.family,
            "site": device.site, "tags": list(device.tags),
        },
        "taken_at": snapshot.taken_at,
        "agent": snapshot.agent,
        "salt": snapshot.salt,
        "readings": [_reading(reading) for reading in snapshot.readings],
    }  # fmt: skip


def _reading(reading: Reading) -> dict[str, Any]:
    entry: dict[str, Any] = {"source": list(reading.source), "at": reading.at, "status": reading.status.value}
    if reading.value is not None:
        entry["value"] = reading.value
    if reading.detail:
        entry["detail"] = reading.detail
    return entry


def write_atomically(path: Path, data: bytes | Iterable[bytes]) -> None:
    """``data``, whole or in pieces: write beside ``path``, flush to the disk, then rename: the whole file or none.

    A link stays and its target is replaced. A pipe or device stays too and is written to.
    A new file has the mode that the umask leaves, an older one keeps its own.

    :raises AuditorError: the folder is missing, read-only or full. An older file stays.
    """
    try:
        mode = _mode(path)
    except OSError as error:
        raise AuditorError(f"{path}: cannot be written: {error.strerror}", _NO_FOLDER) from error
    if mode is None or stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        _replace(path, Path(os.path.realpath(path)), data, mode)
        return
    try:
        with path.open("wb") as stream:
            stream.writelines(_pieces(data))
    except OSError as error:
        raise AuditorError(f"{path}: cannot be written: {error.strerror}", _NO_SPACE) from error


def _pieces(data: bytes | Iterable[bytes]) -> Iterable[bytes]:
    return (data,) if isinstance(data, bytes) else data


def _mode(path: Path) -> int | None:
    """What ``path`` leads to and its mode, as stat has them; None where there is nothing yet."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _replace(path: Path, target: Path, data: bytes | Iterable[bytes], mode: int | None) -> None:
    """Put ``data`` in the place of ``target``; errors call it ``path``."""
    part = target.with_name(f".{target.name[:40]}.{secrets.token_hex(8)}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(part, flags, 0o666 if mode is None else stat.S_IMODE(mode) & 0o666)
    except OSError as error:
        raise AuditorError(f"{path}: cannot be written: {error.strerror}", _NO_FOLDER) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(_pieces(data))
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            os.chmod(part, stat.S_IMODE(mode))
        os.replace(part, target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise AuditorError(f"{path}: cannot be written: {error.strerror}", _NO_SPACE) from error
    except BaseException:  # the pieces could not be made, or somebody interrupts
        part.unlink(missing_ok=True)
        raise
